// SPDX-License-Identifier: EUPL-1.2
//! The log over HTTP.

use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::{ApiState, Problem};
use crate::audit::{LogFault, Verified};
use crate::service::logboek::{Line, LogboekError};

/// How many lines a page has when nobody says.
const LINES: usize = 50;

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/logboek", get(page))
        .route("/logboek/_controleer", post(verify))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    voor: Option<u64>,
    aantal: Option<usize>,
}

/// A page of the log, newest first.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageView {
    /// How many lines the whole log has.
    pub(crate) totaal: u64,
    /// Whether these are only the caller's own.
    pub(crate) alleen_eigen: bool,
    /// The lines.
    pub(crate) regels: Vec<LineView>,
    /// To be given as `voor` for the next page; none at the end.
    pub(crate) verder: Option<u64>,
}

/// A line of the log.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LineView {
    /// Its number, from 1.
    pub(crate) nummer: u64,
    /// When.
    pub(crate) tijd: Option<String>,
    /// What happened.
    pub(crate) tekst: String,
    /// Under which purpose.
    pub(crate) doel: Option<String>,
}

impl LineView {
    fn of(line: &Line) -> Self {
        Self {
            nummer: line.number,
            tijd: line.at.map(|at| at.to_string()),
            tekst: line.sentence.clone(),
            doel: line.purpose.as_ref().map(ToString::to_string),
        }
    }
}

/// What a verification found.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VerdictView {
    /// Whether everything is in order.
    pub(crate) klopt: bool,
    /// How many lines were verified.
    pub(crate) regels: Option<u64>,
    /// How many of them are covered by a signature.
    pub(crate) ondertekend: Option<u64>,
    /// The root of the tree over them, in hexadecimal.
    pub(crate) wortel: Option<String>,
    /// What is not in order.
    pub(crate) fout: Option<String>,
    /// Which line it concerns.
    pub(crate) regel: Option<u64>,
}

impl VerdictView {
    pub(crate) fn of(outcome: &Result<Verified, LogFault>) -> Self {
        match outcome {
            Ok(verified) => Self {
                klopt: true,
                regels: Some(verified.size),
                ondertekend: Some(verified.signed),
                wortel: Some(hex::encode(verified.root)),
                fout: None,
                regel: None,
            },
            Err(fault) => Self {
                klopt: false,
                regels: None,
                ondertekend: None,
                wortel: None,
                fout: Some(fault.to_string()),
                regel: fault.entry().map(|entry| entry + 1),
            },
        }
    }
}

async fn page(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
) -> Result<Json<PageView>, Problem> {
    let lines = which.aantal.unwrap_or(LINES);
    let page = state
        .services
        .logboek
        .page(&actor, which.voor, lines)
        .await?;
    Ok(Json(PageView {
        totaal: page.total,
        alleen_eigen: page.own_only,
        regels: page.lines.iter().map(LineView::of).collect(),
        verder: page.older,
    }))
}

/// That the log is not in order is the answer and not a failure of the call.
async fn verify(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<VerdictView>, Problem> {
    match state.services.logboek.verify(&actor).await {
        Ok(verified) => Ok(Json(VerdictView::of(&Ok(verified)))),
        Err(LogboekError::Fault(fault)) => Ok(Json(VerdictView::of(&Err(fault)))),
        Err(other) => Err(other.into()),
    }
}

impl From<LogboekError> for Problem {
    fn from(error: LogboekError) -> Self {
        match error {
            LogboekError::NotAllowed(error) => error.into(),
            LogboekError::Names(error) => error.into(),
            LogboekError::Fault(fault) => Self::fault(&fault),
            LogboekError::Store(error) => error.into(),
            LogboekError::Commit(error) => error.into(),
        }
    }
}
