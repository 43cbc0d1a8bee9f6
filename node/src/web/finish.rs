// SPDX-License-Identifier: EUPL-1.2
//! What every page has in common: a time limit, the headers, and a page of its own for whatever went wrong.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, SET_COOKIE,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use basisnet_admin_ui::fault::{FaultKind, FaultPage};
use rand_core::RngCore;

use super::WebState;
use super::auth::Visitor;
use super::fault::WebFault;
use super::inzage::grounds;

/// Longer than the slowest page that is not stuck: a question to a peer.
const LONGEST: Duration = Duration::from_secs(60);

/// Only what this node hands out itself, nothing inline, and nobody may put a page of ours in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Runs the rest, and finishes its answer.
pub(super) async fn finish(
    State(web): State<WebState>,
    mut request: Request,
    next: Next,
) -> Response {
    let visitor = Visitor::read(
        request.headers(),
        request.extensions(),
        request.uri().path(),
        &web,
    );
    if let Some(fresh) = visitor.fresh() {
        request.extensions_mut().insert(fresh);
    }
    // A call that panics ends its own task and not the node.
    let call = tokio::spawn(tokio::time::timeout(LONGEST, next.run(request)));
    let response = match call.await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => WebFault::broken("took too long").into_response(),
        Err(panicked) => WebFault::broken(panicked).into_response(),
    };
    let mut response = explain(response, &visitor, &web);
    if let Some(cookie) = visitor.welcome() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    add_headers(response.headers_mut());
    response
}

/// Gives a refusal its page, whoever refused.
fn explain(response: Response, visitor: &Visitor, web: &WebState) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let mut reasons = Vec::new();
    let (kind, cause) = match response.extensions().get::<WebFault>() {
        Some(WebFault::Page { kind, cause }) => (*kind, cause.as_str()),
        Some(WebFault::Refused(why)) => {
            reasons = grounds(why);
            (FaultKind::Rules, "")
        }
        Some(WebFault::SignIn { .. }) => return response,
        None if response
            .headers()
            .contains_key(axum::http::header::CONTENT_TYPE)
            && is_page(&response) =>
        {
            return response;
        }
        None => (kind_of(status), ""),
    };
    let reference = new_reference();
    if kind == FaultKind::Unavailable {
        tracing::error!(request = %reference, cause, "page failed");
    } else {
        tracing::debug!(request = %reference, status = status.as_u16(), "page refused");
    }
    let reference = (kind == FaultKind::Unavailable).then_some(reference);
    let page = FaultPage {
        kind,
        reference,
        grounds: reasons,
    };
    let html = page.page(&visitor.frame(web, None)).unwrap_or_default();
    let mut explained = (status, Html(html)).into_response();
    if let Some(allow) = response.headers().get(ALLOW) {
        explained.headers_mut().insert(ALLOW, allow.clone());
    }
    explained
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(axum::http::header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn kind_of(status: StatusCode) -> FaultKind {
    match status.as_u16() {
        404 | 405 => FaultKind::NotFound,
        401 | 403 => FaultKind::Forbidden,
        409 => FaultKind::Conflict,
        429 => FaultKind::TooMany,
        code if code < 500 => FaultKind::BadRequest,
        _ => FaultKind::Unavailable,
    }
}

fn add_headers(headers: &mut HeaderMap) {
    let fixed = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (
            STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn new_reference() -> String {
    let mut bytes = [0; 8];
    rand_core::OsRng.fill_bytes(&mut bytes);
    hex::encode(bytes)
}
