// SPDX-License-Identifier: EUPL-1.2
//! The description of the API, for whoever builds on it: readable without signing in, also from other origins.
//!
//! `openapi.json` is made from the list of operations in `openapi/operations.txt` and the forms in
//! `openapi/forms.json`. A test makes it anew and compares; another sees to it that every route is described and
//! every description is a route.

#[cfg(test)]
mod build;

use axum::Router;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use super::ApiState;

/// The description.
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
