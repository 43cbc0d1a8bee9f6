// SPDX-License-Identifier: EUPL-1.2
//! Signing in and out over HTTP.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::accounts::ActorView;
use super::auth::{Caller, Origin, bearer};
use super::problem::Body;
use super::{ApiState, Problem};
use crate::keys::Secret;

pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/sessies", post(sign_in))
        .route("/sessies/_mij", get(who_am_i))
        .route("/sessies/_afmelden", delete(sign_out))
}

/// Name and password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    naam: String,
    wachtwoord: String,
}

/// A session that was opened.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView {
    /// To be shown at every call.
    pub(crate) token: String,
    /// When it ends at the latest.
    pub(crate) geldig_tot: String,
    /// Who signed in.
    pub(crate) account: ActorView,
}

async fn sign_in(
    State(state): State<ApiState>,
    Origin(address): Origin,
    Body(credentials): Body<Credentials>,
) -> Result<(StatusCode, Json<SessionView>), Problem> {
    if !state
        .sign_in_limit
        .admits(address, state.services.accounts.now())
    {
        state.metrics.sign_in_failures.one();
        return Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "te-vaak",
            "Er is te vaak geprobeerd om aan te melden. Wacht een minuut.",
        ));
    }
    let password = Secret::new(credentials.wachtwoord);
    match state
        .services
        .accounts
        .sign_in(&credentials.naam, password)
        .await
    {
        Ok(signed_in) => {
            state.metrics.sign_ins.one();
            let view = SessionView {
                token: signed_in.token.expose().clone(),
                geldig_tot: signed_in.expires.to_string(),
                account: ActorView::of(&signed_in.actor),
            };
            Ok((StatusCode::CREATED, Json(view)))
        }
        Err(error) => {
            state.metrics.sign_in_failures.one();
            Err(error.into())
        }
    }
}

async fn who_am_i(Caller(actor): Caller) -> Json<ActorView> {
    Json(ActorView::of(&actor))
}

async fn sign_out(
    State(state): State<ApiState>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    if let Some(token) = bearer(&headers) {
        state.services.accounts.sign_out(token).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
