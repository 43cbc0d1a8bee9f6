// SPDX-License-Identifier: EUPL-1.2
//! The description of the API, for whoever builds on it: readable without signing in, also from other origins.

use axum::Router;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use super::ApiState;

/// The description, kept by hand; a test compares it with what the node answers.
pub const OPENAPI: &str = include_str!("openapi.json");

pub(super) fn router() -> Router<ApiState> {
    Router::new().route("/openapi.json", get(openapi))
}

async fn openapi() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, OPENAPI)
}
