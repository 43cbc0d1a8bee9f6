// SPDX-License-Identifier: EUPL-1.2
//! Treffers over HTTP: which other members know an aanbieder, since when, and whom to call there.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::PurposeId;
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::problem::id;
use super::{ApiState, Problem};
use crate::service::treffer::{Standing, TrefferFault, TreffersOf, WithMember};

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/treffers", get(list))
        .route("/aanbieders/{id}/treffers", get(show))
}

/// Who else knows one aanbieder.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TreffersView {
    /// The aanbieder, by its id in this node.
    pub(crate) aanbieder: String,
    /// What people call it.
    pub(crate) naam: String,
    /// How many members know it.
    pub(crate) aantal: usize,
    /// Why it takes no part with any member; empty when it does.
    pub(crate) doet_niet_mee: Vec<String>,
    /// Every member of every convenant in force.
    pub(crate) leden: Vec<LidView>,
}

/// How it stands with one member.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LidView {
    /// The member.
    pub(crate) oin: String,
    /// What it is called.
    pub(crate) naam: String,
    /// The sharing group.
    pub(crate) groep: String,
    /// `bekend`, `niet-bekend`, `nog-niet-gevraagd`, `geen-antwoord` or `mag-niet`.
    pub(crate) stand: String,
    /// About since when it is involved.
    pub(crate) sinds: Option<String>,
    /// When this node first saw it.
    pub(crate) gezien_sinds: Option<String>,
    /// The period of four weeks in which it was found.
    pub(crate) periode: Option<u32>,
    /// The moment to which this refers.
    pub(crate) bijgewerkt: Option<String>,
    /// Since when the member does not answer.
    pub(crate) zwijgt_sinds: Option<String>,
    /// Whom to call.
    pub(crate) contact: Option<ContactView>,
}

/// Whom to call: a team, never a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactView {
    /// The team.
    pub(crate) team: String,
    /// Its mailbox.
    pub(crate) mailbox: String,
    /// Its telephone number.
    pub(crate) telefoon: String,
}

/// An aanbieder that others know too.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GedeeldView {
    /// The aanbieder, by its id in this node.
    pub(crate) aanbieder: String,
    /// What people call it.
    pub(crate) naam: String,
    /// How many members know it.
    pub(crate) aantal: usize,
    /// What these members are called.
    pub(crate) leden: Vec<String>,
}

async fn show(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(aanbieder): Path<String>,
) -> Result<Json<TreffersView>, Problem> {
    let register = &state.services.aanbieders;
    let aanbieder = register.show(&actor, id(&aanbieder)?, None).await?;
    let shown = state.services.treffers.show(&actor, aanbieder.id).await?;
    let leden: Result<_, Problem> = shown.members.iter().map(|with| lid(&state, with)).collect();
    Ok(Json(TreffersView {
        aanbieder: aanbieder.id.to_string(),
        naam: aanbieder.naam.unwrap_or_default(),
        aantal: shown.count(),
        doet_niet_mee: reasons(&state, &shown),
        leden: leden?,
    }))
}

async fn list(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<Vec<GedeeldView>>, Problem> {
    let shown = state.services.treffers.show_all(&actor).await?;
    let mut views = Vec::with_capacity(shown.len());
    let register = &state.services.aanbieders;
    let mut names = register.names(&actor, shown.keys().copied()).await?;
    for (id, peers) in shown {
        let Some(naam) = names.remove(&id) else {
            continue;
        };
        let leden: Result<_, Problem> = peers.iter().map(|peer| name(&state, *peer)).collect();
        views.push(GedeeldView {
            aanbieder: id.to_string(),
            naam,
            aantal: peers.len(),
            leden: leden?,
        });
    }
    views.sort_by(|one, other| {
        other
            .aantal
            .cmp(&one.aantal)
            .then_with(|| one.naam.cmp(&other.naam))
    });
    Ok(Json(views))
}

fn reasons(state: &ApiState, shown: &TreffersOf) -> Vec<String> {
    let reasons = state.services.treffers.reasons(shown);
    reasons.iter().map(ToString::to_string).collect()
}

fn lid(state: &ApiState, with: &WithMember) -> Result<LidView, Problem> {
    let (stand, treffer) = match &with.standing {
        Standing::Known(treffer) => ("bekend", Some(treffer)),
        Standing::NotKnown => ("niet-bekend", None),
        Standing::NotAskedYet => ("nog-niet-gevraagd", None),
        Standing::NoAnswer => ("geen-antwoord", None),
        Standing::Withheld => ("mag-niet", None),
    };
    let contact = state
        .services
        .leden
        .contact(with.peer, &PurposeId::matching())?;
    Ok(LidView {
        oin: with.peer.to_string(),
        naam: name(state, with.peer)?,
        groep: with.group_id.clone(),
        stand: stand.to_owned(),
        sinds: treffer.map(|treffer| treffer.since.date().to_string()),
        gezien_sinds: treffer.map(|treffer| treffer.first_seen.to_string()),
        periode: treffer.map(|treffer| treffer.epoch.number()),
        bijgewerkt: with.as_of.map(|moment| moment.to_string()),
        zwijgt_sinds: with.silent_since.map(|moment| moment.to_string()),
        contact: contact.map(|contact| ContactView {
            team: contact.team,
            mailbox: contact.mailbox,
            telefoon: contact.telephone,
        }),
    })
}

/// What a member is called: by its own record, or by its number.
pub(super) fn name(state: &ApiState, oin: Oin) -> Result<String, Problem> {
    let lid = state.services.leden.one(oin)?;
    Ok(lid.map_or_else(|| oin.to_string(), |lid| lid.record.name))
}

impl From<TrefferFault> for Problem {
    fn from(fault: TrefferFault) -> Self {
        match fault {
            TrefferFault::Own(error) => error.into(),
            TrefferFault::NoSuchAanbieder => Self::missing(
                "Deze aanbieder heeft geen nummer waarop in uw convenanten wordt vergeleken.",
            ),
            TrefferFault::Label(_) | TrefferFault::Fault(_) => Self::fault(&fault),
        }
    }
}
