// SPDX-License-Identifier: EUPL-1.2
//! Asking the other members over HTTP: begin, and see how far it is.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::treffers::name;
use super::{ApiState, Problem};
use crate::service::bevraging::{MemberProgress, Outcome};

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new().route("/bevragingen", get(show).post(start))
}

/// How far it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BevragingView {
    /// Whether it goes on.
    pub(crate) bezig: bool,
    /// When it began.
    pub(crate) begonnen: Option<String>,
    /// With each member.
    pub(crate) leden: Vec<GesprekView>,
}

/// How far it is with one member.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GesprekView {
    /// The member.
    pub(crate) oin: String,
    /// What it is called.
    pub(crate) naam: String,
    /// The sharing group.
    pub(crate) groep: String,
    /// Parts that were answered.
    pub(crate) beantwoord: u16,
    /// Parts in all; 0 until that is known.
    pub(crate) delen: u16,
    /// A stable code for how it ended; none while it goes on.
    pub(crate) afloop: Option<String>,
    /// The same in a sentence.
    pub(crate) toelichting: Option<String>,
}

async fn start(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<(StatusCode, Json<BevragingView>), Problem> {
    state.services.bevragingen.start(&actor).await?;
    Ok((StatusCode::ACCEPTED, Json(view(&state)?)))
}

async fn show(
    State(state): State<ApiState>,
    Caller(_): Caller,
) -> Result<Json<BevragingView>, Problem> {
    Ok(Json(view(&state)?))
}

fn view(state: &ApiState) -> Result<BevragingView, Problem> {
    let progress = state.services.bevragingen.progress().borrow().clone();
    let members = progress.members.iter();
    let leden: Result<_, Problem> = members
        .map(|((peer, group), member)| {
            Ok(GesprekView {
                oin: peer.to_string(),
                naam: name(state, *peer)?,
                groep: group.clone(),
                beantwoord: member.answered,
                delen: member.batches,
                afloop: member
                    .outcome
                    .as_ref()
                    .map(|outcome| code(outcome).to_owned()),
                toelichting: member
                    .outcome
                    .as_ref()
                    .map(|outcome| sentence(outcome, member)),
            })
        })
        .collect();
    Ok(BevragingView {
        bezig: progress.running,
        begonnen: progress.began.map(|moment| moment.to_string()),
        leden: leden?,
    })
}

const fn code(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Swept => "bevraagd",
        Outcome::BatchSpent => "dagdeel-gebruikt",
        Outcome::AlreadySpent => "dagdeel-was-gebruikt",
        Outcome::AtFixedTime => "op-vaste-tijd",
        Outcome::NothingDue => "niets-te-doen",
        Outcome::NoAnswer => "geen-antwoord",
        Outcome::Refused => "geweigerd",
        Outcome::NotAllowed(_) => "mag-niet",
        Outcome::Incident => "incident",
        Outcome::Failed => "storing",
    }
}

fn sentence(outcome: &Outcome, member: &MemberProgress) -> String {
    match outcome {
        Outcome::Swept => "alle aanbieders zijn voorgelegd".to_owned(),
        Outcome::BatchSpent => "wat erbij kwam is voorgelegd".to_owned(),
        Outcome::AlreadySpent => {
            "vandaag is al gevraagd; nieuwe aanbieders gaan morgen mee".to_owned()
        }
        Outcome::AtFixedTime => {
            "volgens het convenant gaat de vraag op een vaste tijd, komende nacht".to_owned()
        }
        Outcome::NothingDue => "er was niets te vragen".to_owned(),
        Outcome::NoAnswer if member.answered > 0 => {
            "geen antwoord meer; het vragen gaat later verder waar het bleef".to_owned()
        }
        Outcome::NoAnswer => "geen antwoord; dit is niet hetzelfde als onbekend".to_owned(),
        Outcome::Refused => {
            "deze gemeente weigert; is het convenant bij haar ingevoerd en het doel in werking?"
                .to_owned()
        }
        Outcome::NotAllowed(guards) => {
            let guards: Vec<_> = guards.iter().map(String::as_str).collect();
            format!(
                "uw eigen regels staan het niet toe ({}); zie `basisnet doel lijst`",
                guards.join(", ")
            )
        }
        Outcome::Incident => {
            "het antwoord klopte niet en is niet gebruikt; zie het logboek".to_owned()
        }
        Outcome::Failed => "er ging in deze node iets stuk; zie het technische logboek".to_owned(),
    }
}
