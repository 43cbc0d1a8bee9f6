// SPDX-License-Identifier: EUPL-1.2
//! The door for systems, and for our own command line: HTTP and JSON, and nothing decided here.
//!
//! The paths and fields are Dutch and follow the NL API Design Rules: nouns in the plural, no trailing slash, problem
//! details for every error, the same security headers on every answer. What identifies an aanbieder or a person is
//! never in a path or a query; searching is a `POST` to `_zoek`. A file per resource, each with a `router()`.

pub mod aanbieders;
pub mod accounts;
pub mod alarmen;
pub mod attenderingen;
pub mod auth;
pub mod beleid;
pub mod betrokkenheden;
pub mod bevragingen;
pub mod convenanten;
pub mod deelname;
pub mod doelen;
pub mod dpia;
mod finish;
pub mod herindelingen;
pub mod inzagen;
pub mod leden;
pub mod logboek;
pub mod mandaten;
pub mod openapi;
mod own;
pub mod problem;
pub mod server;
pub mod sessies;
pub mod status;
pub mod tls;
pub mod treffers;
mod turnstile;
pub mod verder;
mod words;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::any;

use crate::service::Services;
use crate::telemetry::Metrics;

pub use problem::Problem;

/// The version of the API, in the description and in every answer.
pub const VERSION: &str = "1.0.0";

/// The certificate of the API, in the data folder; who can read it can recognise the node.
pub const CERTIFICATE_FILE: &str = "api-certificaat.pem";

/// The largest body of an ordinary call. An import has its own limit.
pub const MAX_BODY: usize = 256 * 1024;

/// What every handler can reach.
#[derive(Clone, Debug)]
pub struct ApiState {
    /// The services.
    pub services: Services,
    /// The counters.
    pub metrics: Arc<Metrics>,
    /// Whether the node is up and takes work.
    pub ready: Arc<AtomicBool>,
    /// Who tries to sign in too often.
    pub sign_in_limit: auth::SignInLimit,
    /// The largest file that may be imported, in bytes.
    pub max_import: usize,
}

/// Everything under `/v1`, and `/metrics`. The pages are merged beside it.
pub fn router(state: ApiState) -> Router {
    let v1 = Router::new()
        .merge(status::router())
        .merge(openapi::router())
        .merge(sessies::router())
        .merge(accounts::router())
        .merge(aanbieders::router(state.max_import))
        .merge(betrokkenheden::router())
        .merge(convenanten::router())
        .merge(herindelingen::router())
        .merge(doelen::router())
        .merge(verder::router())
        .merge(deelname::router())
        .merge(dpia::router())
        .merge(beleid::router())
        .merge(bevragingen::router())
        .merge(treffers::router())
        .merge(attenderingen::router())
        .merge(alarmen::router())
        .merge(inzagen::router())
        .merge(logboek::router())
        .merge(leden::router())
        .merge(mandaten::router())
        .fallback(problem::not_found)
        .layer(DefaultBodyLimit::max(MAX_BODY));
    let finish = axum::middleware::from_fn_with_state(state.clone(), finish::finish);
    Router::new()
        .nest("/v1", v1)
        // Nesting leaves out the bare slash.
        .route("/v1/", any(problem::not_found))
        .merge(status::metrics_router())
        .layer(finish)
        .with_state(state)
}
