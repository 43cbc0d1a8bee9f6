// SPDX-License-Identifier: EUPL-1.2
//! The data protection impact assessment over HTTP.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::{ApiState, Problem};
use crate::service::dpia::DpiaError;

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new().route("/dpia/_maak", post(make))
}

/// A DPIA, filled as far as the node can.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DpiaView {
    /// When it was made.
    pub(crate) gemaakt: String,
    /// SHA-256 of the text, which is in the log too.
    pub(crate) kenmerk: String,
    /// The text, in Markdown.
    pub(crate) tekst: String,
}

async fn make(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<DpiaView>, Problem> {
    let document = state.services.dpia.make(&actor).await?;
    Ok(Json(DpiaView {
        gemaakt: document.made.to_string(),
        kenmerk: document.hash.to_string(),
        tekst: document.text,
    }))
}

impl From<DpiaError> for Problem {
    fn from(error: DpiaError) -> Self {
        match error {
            DpiaError::NotAllowed(error) => error.into(),
            DpiaError::Store(error) => error.into(),
            DpiaError::Commit(error) => error.into(),
        }
    }
}
