// SPDX-License-Identifier: EUPL-1.2
//! Alarms over HTTP: what points at a member, and what a person decided on it.

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::problem::{Body, FieldFault, id};
use super::treffers::name;
use super::{ApiState, Problem};
use crate::service::alarm::{Alarm, AlarmError, Decision, Outcome};
use crate::service::logboek::alarm_text;

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/alarmen", get(list))
        .route("/alarmen/{id}", get(show))
        .route("/alarmen/{id}/_besluit", post(decide))
}

/// What points at a member.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlarmView {
    /// Its number.
    pub(crate) id: String,
    /// The OIN of the member.
    pub(crate) oin: String,
    /// What it is called.
    pub(crate) lid: String,
    /// What it did, in a sentence.
    pub(crate) wat: String,
    /// How often.
    pub(crate) keren: u32,
    /// When it did so first.
    pub(crate) eerste: String,
    /// When it did so last, before somebody decided.
    pub(crate) laatste: String,
    /// `open`, `doorgaan`, `besproken` or `opgeschort`.
    pub(crate) staat: String,
    /// All that was decided, the last one counts.
    pub(crate) besluiten: Vec<BesluitView>,
}

/// What somebody decided.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BesluitView {
    /// `doorgaan`, `besproken` or `opschorten`.
    pub(crate) besluit: String,
    /// Why.
    pub(crate) reden: String,
    /// Who.
    pub(crate) door: String,
    /// When.
    pub(crate) op: String,
}

/// A decision.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BesluitForm {
    besluit: String,
    reden: String,
}

async fn list(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<Vec<AlarmView>>, Problem> {
    let all = state.services.alarms.list(&actor)?;
    let views = all.iter().map(|alarm| view(&state, alarm));
    Ok(Json(views.collect::<Result<_, _>>()?))
}

async fn show(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(path): Path<String>,
) -> Result<Json<AlarmView>, Problem> {
    let alarm = state.services.alarms.show(&actor, id(&path)?)?;
    Ok(Json(view(&state, &alarm)?))
}

async fn decide(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(path): Path<String>,
    Body(form): Body<BesluitForm>,
) -> Result<Json<AlarmView>, Problem> {
    let outcome = outcome(&form.besluit).ok_or_else(|| {
        Problem::invalid(
            "invoer-ongeldig",
            "Het besluit kan zo niet worden vastgelegd.",
        )
        .with_faults([FieldFault {
            veld: "besluit".to_owned(),
            melding: "kies `doorgaan`, `besproken` of `opschorten`".to_owned(),
        }])
    })?;
    let alarms = &state.services.alarms;
    let decided = alarms
        .decide(&actor, id(&path)?, outcome, &form.reden)
        .await?;
    Ok(Json(view(&state, &decided)?))
}

fn view(state: &ApiState, alarm: &Alarm) -> Result<AlarmView, Problem> {
    let staat = match alarm.outcome() {
        None => "open",
        Some(Outcome::Suspend) => "opgeschort",
        Some(other) => word(other),
    };
    Ok(AlarmView {
        id: alarm.id.to_string(),
        oin: alarm.peer.to_string(),
        lid: name(state, alarm.peer)?,
        wat: alarm_text(&alarm.cause),
        keren: alarm.times,
        eerste: alarm.first.to_string(),
        laatste: alarm.last.to_string(),
        staat: staat.to_owned(),
        besluiten: alarm.decisions.iter().map(besluit).collect(),
    })
}

fn besluit(decision: &Decision) -> BesluitView {
    BesluitView {
        besluit: word(decision.outcome).to_owned(),
        reden: decision.reason.clone(),
        door: decision.by_name.clone(),
        op: decision.at.to_string(),
    }
}

/// A decision in the word of the doors.
pub(crate) const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::GoOn => "doorgaan",
        Outcome::Discussed => "besproken",
        Outcome::Suspend => "opschorten",
    }
}

/// The decision of a word of the doors.
pub(crate) fn outcome(text: &str) -> Option<Outcome> {
    let all = [Outcome::GoOn, Outcome::Discussed, Outcome::Suspend];
    all.into_iter().find(|one| word(*one) == text)
}

impl From<AlarmError> for Problem {
    fn from(fault: AlarmError) -> Self {
        match fault {
            AlarmError::NotAllowed(fault) => fault.into(),
            AlarmError::Unknown => Self::missing(
                "Dit alarm is er niet; bekijk met `basisnet alarm lijst` welke er zijn.",
            ),
            AlarmError::Reason => Self::invalid(
                "invoer-ongeldig",
                "Het besluit kan zo niet worden vastgelegd.",
            )
            .with_faults([FieldFault {
                veld: "reden".to_owned(),
                melding: "geef een reden van ten hoogste 1000 tekens, zonder burgerservicenummer"
                    .to_owned(),
            }]),
            AlarmError::Store(fault) => fault.into(),
            AlarmError::Commit(fault) => fault.into(),
        }
    }
}
