// SPDX-License-Identifier: EUPL-1.2
//! What every answer has in common: a request id, a time limit, the headers, and problem details for every error.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
};
use axum::http::header::{
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rand_core::RngCore;

use super::problem::{Problem, ProblemBody};
use super::{ApiState, VERSION};

/// Longer than the slowest call that is not stuck: a sweep that waits for peers.
const LONGEST: Duration = Duration::from_secs(240);

/// Runs the rest, and finishes its answer.
pub(super) async fn finish(
    State(state): State<ApiState>,
    request: Request,
    next: Next,
) -> Response {
    let id = new_id();
    let method = request.method().clone();
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(String::new, |path| path.as_str().to_owned());
    // A call that panics ends its own task and not the node.
    let call = tokio::spawn(tokio::time::timeout(LONGEST, next.run(request)));
    let response = match call.await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => too_long().into_response(),
        Err(panicked) => Problem::fault(&panicked).into_response(),
    };
    let status = response.status();
    state.metrics.api_requests.one();
    if status.is_server_error() {
        state.metrics.api_faults.one();
    }
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        state.metrics.api_refusals.one();
    }
    tracing::debug!(request = %id, %method, path, status = status.as_u16(), "call answered");
    let mut response = if status.is_client_error() || status.is_server_error() {
        explain(&response, &id)
    } else {
        response
    };
    add_headers(response.headers_mut(), &id);
    response
}

fn too_long() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "te-lang",
        "Dit duurde te lang en is gestopt. Probeer het later nog eens.",
    )
}

/// Turns any error into problem details, whoever made it.
fn explain(response: &Response, id: &str) -> Response {
    let status = response.status();
    let problem = response
        .extensions()
        .get::<Problem>()
        .cloned()
        .unwrap_or_else(|| {
            Problem::new(
                status,
                "verzoek-niet-uitgevoerd",
                format!("{}.", Problem::title(status)),
            )
        });
    let cause = problem.cause.as_deref().unwrap_or_default();
    if status.is_server_error() {
        tracing::error!(request = %id, code = problem.code, cause, "call failed");
    } else {
        tracing::debug!(request = %id, code = problem.code, cause, "call refused");
    }
    let body = ProblemBody {
        kind: format!("urn:basisnet:probleem:{}", problem.code),
        status: status.as_u16(),
        title: Problem::title(status).to_owned(),
        detail: problem.detail,
        code: problem.code.to_owned(),
        verzoek: id.to_owned(),
        fouten: problem.faults,
    };
    let text = serde_json::to_string(&body).unwrap_or_default();
    let mut explained = (status, text).into_response();
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            explained.headers_mut().insert(name, value.clone());
        }
    }
    explained.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    explained
}

/// The headers that the NL API Design Rules ask of every answer.
fn add_headers(headers: &mut HeaderMap, id: &str) {
    let fixed = [
        (CACHE_CONTROL, "no-store"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (
            STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("api-version"), VERSION),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}

fn new_id() -> String {
    let mut bytes = [0; 8];
    rand_core::OsRng.fill_bytes(&mut bytes);
    hex::encode(bytes)
}
