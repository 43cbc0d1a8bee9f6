// SPDX-License-Identifier: EUPL-1.2
//! A form that was sent, and the check that it was made for the one who sends it.

use axum::extract::{Form, FromRequest, Request};
use axum::http::HeaderMap;

use super::WebState;
use super::auth::Visitor;
use super::fault::WebFault;

/// More fields than any form of ours has.
const MAX_FIELDS: usize = 64;

/// The fields of a form, by name; a name may come more than once.
#[derive(Debug)]
pub(super) struct Sent(Vec<(String, String)>);

impl Sent {
    /// The first value of a field, without white space around it; empty when absent.
    pub(super) fn one(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// All values of a field.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.trim())
    }

    /// The first value as it was typed, as a password wants it.
    pub(super) fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value)
    }
}

impl FromRequest<WebState> for Sent {
    type Rejection = WebFault;

    async fn from_request(request: Request, web: &WebState) -> Result<Self, WebFault> {
        if !from_here(request.headers()) {
            return Err(WebFault::session_ended());
        }
        let visitor = Visitor::read(
            request.headers(),
            request.extensions(),
            request.uri().path(),
            web,
        );
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, web)
            .await
            .map_err(|_| WebFault::unreadable())?;
        let sent = Self(fields);
        if sent.0.len() > MAX_FIELDS {
            return Err(WebFault::unreadable());
        }
        if visitor.made(sent.raw("csrf")) {
            Ok(sent)
        } else {
            Err(WebFault::session_ended())
        }
    }
}

/// Whether the browser says that the form stands on a page of ours; old browsers say nothing.
fn from_here(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => true,
    }
}
