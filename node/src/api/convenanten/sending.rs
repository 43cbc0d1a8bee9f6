// SPDX-License-Identifier: EUPL-1.2
//! Sending a version to its members, and acting on one that they sent.

use std::collections::BTreeMap;

use axum::extract::State;

use super::{
    Caller, Deserialize, Json, Oin, Outcome, OutcomeView, Path, Problem, Query, Serialize,
    SignQuery, id, told,
};
use crate::api::ApiState;
use crate::outbox::SendError;
use crate::service::correspondence::NotTold;

/// What came of it, and which members know by now.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SentView {
    /// The version and where it stands.
    pub(crate) uitkomst: OutcomeView,
    /// The other members.
    pub(crate) leden: Vec<ReachedView>,
}

/// Whether a member knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReachedView {
    /// By which it is known.
    pub(crate) oin: String,
    /// Its name.
    pub(crate) naam: String,
    /// Whether it answered.
    pub(crate) bereikt: bool,
    /// Why not, and what happens now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reden: Option<String>,
}

pub(super) async fn send(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(hash): Path<String>,
) -> Result<Json<SentView>, Problem> {
    let convenanten = &state.services.convenanten;
    let outcome = convenanten.send(&actor, id(&hash)?).await?;
    Ok(Json(deliver(&state, &outcome).await?))
}

pub(super) async fn act(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(hash): Path<String>,
    Query(query): Query<SignQuery>,
) -> Result<Json<SentView>, Problem> {
    let deed = query.deed()?;
    let convenanten = &state.services.convenanten;
    let outcome = convenanten.act(&actor, id(&hash)?, &deed).await?;
    Ok(Json(deliver(&state, &outcome).await?))
}

/// Tells the other members, so that the person who did it sees who knows.
async fn deliver(state: &ApiState, outcome: &Outcome) -> Result<SentView, Problem> {
    let services = &state.services;
    let standing = services.convenanten.one(outcome.hash)?;
    let members = &standing.convenant.content().members;
    let me = services.correspondence.me();
    let others = || members.iter().filter(|member| member.oin != me);
    let asked = services
        .correspondence
        .tell(others().map(|member| member.oin).collect());
    let missed: BTreeMap<Oin, NotTold> = asked.await?;
    let leden =
        others().map(|member| reached(member.oin, member.name.clone(), missed.get(&member.oin)));
    Ok(SentView {
        uitkomst: told(state, outcome)?,
        leden: leden.collect(),
    })
}

/// Whether a member knows by now.
pub(in crate::api) fn reached(oin: Oin, naam: String, missed: Option<&NotTold>) -> ReachedView {
    let reden = missed.map(reason);
    ReachedView {
        oin: oin.to_string(),
        naam,
        bereikt: reden.is_none(),
        reden,
    }
}

fn reason(missed: &NotTold) -> String {
    match missed {
        NotTold::Send(SendError::UnknownMember(_)) => {
            "van dit lid is geen ledenblad bekend; voer het in met `basisnet leden invoeren`"
        }
        NotTold::Send(_) => "geen antwoord; dit lid hoort het zodra het er weer is",
        NotTold::Reply(_) | NotTold::OtherVersion(_) | NotTold::OtherQuestion => {
            "onleesbaar antwoord; vraag de beheerder van dit lid welke versie van het programma daar draait"
        }
        NotTold::Store(_) | NotTold::Uses(_) | NotTold::Leden(_) | NotTold::Restless => "nog niet verstuurd; de node probeert het vanzelf weer",
    }
    .to_owned()
}
