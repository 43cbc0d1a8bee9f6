// SPDX-License-Identifier: EUPL-1.2
//! Is the node alive, is it ready, and what has it counted.

use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use super::auth::{Caller, Origin};
use super::{ApiState, Problem};

pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/gezondheid", get(health))
        .route("/gereedheid", get(readiness))
}

pub(super) fn metrics_router() -> Router<ApiState> {
    Router::new().route("/metrics", get(metrics))
}

#[derive(Debug, Serialize)]
struct Status {
    status: &'static str,
}

async fn health() -> Json<Status> {
    Json(Status { status: "gezond" })
}

/// Ready means: up, and the store answers.
async fn readiness(State(state): State<ApiState>) -> Result<Json<Status>, Problem> {
    let not_ready = |text: &str| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "niet-gereed", text);
    if !state.ready.load(Ordering::Relaxed) {
        return Err(not_ready("De node start op of stopt."));
    }
    state.services.accounts.is_reachable().map_err(|error| {
        not_ready("De opslag antwoordt niet; kijk met `basisnet controleer`.").because(&error)
    })?;
    Ok(Json(Status { status: "gereed" }))
}

/// From this machine freely; from elsewhere for who is signed in.
async fn metrics(
    State(state): State<ApiState>,
    Origin(address): Origin,
    caller: Result<Caller, Problem>,
) -> Result<impl IntoResponse, Problem> {
    if !address.is_loopback() {
        caller?;
    }
    let text = state.metrics.to_prometheus();
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], text))
}
