// SPDX-License-Identifier: EUPL-1.2
//! Notices over HTTP: what the node points out by itself, and about which aanbieders somebody wants to hear.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::problem::id;
use super::treffers::name;
use super::{ApiState, Problem};
use crate::service::notice::{NoticeError, SeenNotice, Told};

/// The most that are given at once.
const MOST: usize = 200;

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/attenderingen", get(list))
        .route("/attenderingen/{id}/_gelezen", post(read))
        .route("/gevolgde-aanbieders", get(followed))
        .route("/aanbieders/{id}/_volg", post(follow))
        .route("/aanbieders/{id}/_ontvolg", post(unfollow))
}

/// Something that the node points out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttenderingView {
    /// Its number.
    pub(crate) id: String,
    /// Since when.
    pub(crate) tijd: String,
    /// `nieuwe-treffer` or `samenloop`.
    pub(crate) soort: String,
    /// The aanbieder, by its id in this node.
    pub(crate) aanbieder: String,
    /// What people call it.
    pub(crate) naam: String,
    /// Who is involved: the member of the treffer, or all that are.
    pub(crate) leden: Vec<String>,
    /// How many organisations are involved, the own one included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) aantal: Option<usize>,
    /// Members of which that is not known: they gave no answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) onbekend: Vec<String>,
    /// From how many a notice comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) vanaf: Option<usize>,
    /// Whether the caller marked it as read.
    pub(crate) gelezen: bool,
}

/// An aanbieder that somebody follows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GevolgdView {
    /// The aanbieder, by its id in this node.
    pub(crate) aanbieder: String,
    /// What people call it.
    pub(crate) naam: String,
}

/// Which notices.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    ongelezen: bool,
}

async fn list(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Vec<AttenderingView>>, Problem> {
    let Query(wanted) = wanted.map_err(|_| {
        Problem::invalid(
            "keuze-ongeldig",
            "Achter het vraagteken kan alleen `ongelezen`, met `true` of `false`.",
        )
    })?;
    let notices = &state.services.notices;
    let seen = notices.list(&actor, wanted.ongelezen, MOST).await?;
    let about = seen.iter().map(|notice| notice.aanbieder);
    let names = state.services.aanbieders.names(&actor, about).await?;
    let views = seen.iter().map(|notice| {
        let naam = names.get(&notice.aanbieder).cloned().unwrap_or_default();
        view(&state, notice, naam)
    });
    Ok(Json(views.collect::<Result<_, _>>()?))
}

fn view(state: &ApiState, notice: &SeenNotice, naam: String) -> Result<AttenderingView, Problem> {
    let of = |peers: &mut dyn Iterator<Item = &basisnet_protocol::id::Oin>| {
        peers
            .map(|peer| name(state, *peer))
            .collect::<Result<Vec<_>, _>>()
    };
    let (soort, leden, aantal, onbekend, vanaf) = match &notice.told {
        Told::NewTreffer { peer } => {
            let leden = of(&mut std::iter::once(peer))?;
            ("nieuwe-treffer", leden, None, Vec::new(), None)
        }
        Told::Samenloop { now, from } => (
            "samenloop",
            of(&mut now.known.iter())?,
            Some(now.count()),
            of(&mut now.unknown.iter())?,
            Some(*from),
        ),
    };
    Ok(AttenderingView {
        id: notice.id.to_string(),
        tijd: notice.at.to_string(),
        soort: soort.to_owned(),
        aanbieder: notice.aanbieder.to_string(),
        naam,
        leden,
        aantal,
        onbekend,
        vanaf,
        gelezen: notice.read,
    })
}

async fn read(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(path): Path<String>,
) -> Result<StatusCode, Problem> {
    state.services.notices.mark_read(&actor, id(&path)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn followed(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<Vec<GevolgdView>>, Problem> {
    let followed = state.services.notices.followed(&actor)?;
    let names = state.services.aanbieders.names(&actor, followed).await?;
    let views = names.into_iter().map(|(aanbieder, naam)| GevolgdView {
        aanbieder: aanbieder.to_string(),
        naam,
    });
    let mut views: Vec<_> = views.collect();
    views.sort_by(|one, other| one.naam.cmp(&other.naam));
    Ok(Json(views))
}

async fn follow(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(path): Path<String>,
) -> Result<StatusCode, Problem> {
    state.services.notices.follow(&actor, id(&path)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn unfollow(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(path): Path<String>,
) -> Result<StatusCode, Problem> {
    state.services.notices.unfollow(&actor, id(&path)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<NoticeError> for Problem {
    fn from(fault: NoticeError) -> Self {
        match fault {
            NoticeError::Treffer(fault) => fault.into(),
            NoticeError::Unknown => Self::missing(
                "Deze attendering is er niet, of zij is niet voor u; bekijk de lijst opnieuw.",
            ),
            NoticeError::TooMany => Self::refused(
                "te-veel-gevolgd",
                "U volgt al 500 aanbieders; volg er eerst een niet meer.",
            ),
            NoticeError::Store(fault) => fault.into(),
            NoticeError::Commit(fault) => fault.into(),
        }
    }
}
