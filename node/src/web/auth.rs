// SPDX-License-Identifier: EUPL-1.2
//! Who is at the other side: the session in the cookie, and the token that a form must bring back.
//!
//! The cookie holds the same token that the API takes as bearer; the store knows its hash only. Before somebody signs
//! in, a cookie with random bytes takes its place, so that the form to sign in is guarded as well. The token in the
//! forms is derived from the cookie and cannot be turned back into it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue};
use basisnet_admin_ui::frame::{Account, Frame, MenuItem, Section};
use basisnet_admin_ui::i18n::{Language, Text};
use basisnet_policy::RecordKind;
use rand_core::{OsRng, RngCore};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::WebState;
use super::fault::WebFault;
use crate::keys::Secret;
use crate::service::account::{Actor, Function};

/// The cookie of a session; the prefix makes browsers hold it to this host, over HTTPS, for every path.
const SESSION: &str = "__Host-basisnet";
/// The cookie of somebody who has not signed in yet.
const GUEST: &str = "__Host-basisnet-gast";
/// The cookie of the language.
const LANGUAGE: &str = "__Host-basisnet-taal";

/// The value of the guest's cookie that goes out with this answer, so that the form in it fits the cookie.
#[derive(Clone, Debug)]
pub(super) struct Fresh(String);

/// Whoever asks for a page, signed in or not.
#[derive(Debug)]
pub(super) struct Visitor {
    pub(super) actor: Option<Actor>,
    pub(super) language: Language,
    pub(super) path: String,
    /// Whether there was a session that no longer holds.
    pub(super) ended: bool,
    token: Secret<String>,
    fresh: bool,
}

/// Somebody who is signed in.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) actor: Actor,
    pub(super) visitor: Visitor,
}

impl Visitor {
    /// Reads the cookies. An unreadable store means nobody is signed in.
    pub(super) fn read(
        headers: &HeaderMap,
        extensions: &Extensions,
        path: &str,
        web: &WebState,
    ) -> Self {
        let language = cookie(headers, LANGUAGE).map_or(Language::Dutch, Language::of_code);
        let session = cookie(headers, SESSION).filter(|token| token.starts_with('s'));
        let actor = session.and_then(|token| web.services.accounts.actor(token).ok().flatten());
        let guest = cookie(headers, GUEST).filter(|value| value.len() == 64);
        let (token, fresh) = match (session, guest) {
            (Some(session), _) if actor.is_some() => (session.to_owned(), false),
            (_, Some(guest)) => (guest.to_owned(), false),
            (_, None) => match extensions.get::<Fresh>() {
                Some(Fresh(token)) => (token.clone(), false),
                None => (random(), true),
            },
        };
        Self {
            ended: session.is_some() && actor.is_none(),
            actor,
            language,
            path: path.to_owned(),
            token: Secret::new(token),
            fresh,
        }
    }

    /// What a form must bring back.
    pub(super) fn csrf(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"basisnet form v1\0");
        hash.update(self.token.expose().as_bytes());
        hex::encode(hash.finalize())
    }

    /// Whether a form was made for this visitor.
    pub(super) fn made(&self, csrf: &str) -> bool {
        self.csrf().as_bytes().ct_eq(csrf.as_bytes()).into()
    }

    /// Under which this visitor is remembered between a form and the next page.
    pub(super) fn key(&self) -> String {
        self.csrf()
    }

    /// The token of the session, to end it.
    pub(super) const fn token(&self) -> &Secret<String> {
        &self.token
    }

    /// The words in the language of the visitor.
    pub(super) const fn text(&self) -> Text {
        Text(self.language)
    }

    /// For the rest of this request, on a first visit.
    pub(super) fn fresh(&self) -> Option<Fresh> {
        self.fresh.then(|| Fresh(self.token.expose().clone()))
    }

    /// The cookie that a first visit needs.
    pub(super) fn welcome(&self) -> Option<HeaderValue> {
        self.fresh
            .then(|| cookie_value(GUEST, self.token.expose()))
            .flatten()
    }

    /// What stands around a page for this visitor.
    pub(super) fn frame(&self, web: &WebState, current: Option<Section>) -> Frame {
        let account = self.actor.as_ref().map(|actor| Account {
            name: actor.name().to_owned(),
            roles: actor
                .roles()
                .iter()
                .map(|role| role.as_str().to_owned())
                .collect(),
        });
        Frame {
            language: self.language,
            organisation: web.organisation.to_string(),
            demo: web.demo,
            account,
            menu: self
                .actor
                .as_ref()
                .map_or_else(Vec::new, |actor| menu(web, actor)),
            current,
            path: self.path.clone(),
            csrf: self.csrf(),
            notice: web.memory.take_notice(&self.key()),
            house_style: false,
        }
    }
}

impl Reader {
    /// What stands around a page for this reader.
    pub(super) fn frame(&self, web: &WebState, current: Section) -> Frame {
        self.visitor.frame(web, Some(current))
    }

    /// Whether this reader may ever ask for inzage: who sees treffers does. The service has the last word.
    pub(super) fn may_ask(&self, web: &WebState) -> bool {
        web.services.treffers.ever_sees(&self.actor)
    }
}

/// What this account may open; what it may never open is not shown.
fn menu(web: &WebState, actor: &Actor) -> Vec<MenuItem> {
    let open = web.services.inzagen.count_open(actor).unwrap_or_default();
    let services = &web.services;
    let unread = services.notices.count_unread(actor).unwrap_or_default();
    let alarms = services.alarms.count_open(actor).unwrap_or_default();
    let waiting = |section: Section| match section {
        Section::Requests => open,
        Section::Notices => unread,
        Section::Alarms => alarms,
        Section::Search | Section::Inzagen | Section::Log => 0,
    };
    let own = &web.services.own;
    let parts = [
        (Section::Search, own.ever_sees(actor, RecordKind::Aanbieder)),
        (Section::Notices, services.treffers.ever_sees(actor)),
        (Section::Inzagen, own.ever_sees(actor, RecordKind::Inzage)),
        (
            Section::Requests,
            own.ever_handles(actor, RecordKind::Inzage),
        ),
        (Section::Alarms, actor.holds(Function::SeeAlarms)),
        (Section::Log, true),
    ];
    parts
        .into_iter()
        .filter_map(|(section, shown)| shown.then_some(section))
        .map(|section| MenuItem {
            section,
            waiting: waiting(section),
        })
        .collect()
}

impl FromRequestParts<WebState> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Infallible> {
        Ok(Self::read(
            &parts.headers,
            &parts.extensions,
            parts.uri.path(),
            web,
        ))
    }
}

impl FromRequestParts<WebState> for Reader {
    type Rejection = WebFault;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, WebFault> {
        let visitor = Visitor::read(&parts.headers, &parts.extensions, parts.uri.path(), web);
        match visitor.actor.clone() {
            Some(actor) => Ok(Self { actor, visitor }),
            None if parts.method == axum::http::Method::GET => Err(WebFault::SignIn {
                next: parts.uri.path().to_owned(),
                ended: visitor.ended,
            }),
            None => Err(WebFault::session_ended()),
        }
    }
}

/// The cookie of a session that began.
pub(super) fn session_cookie(token: &Secret<String>) -> Option<HeaderValue> {
    cookie_value(SESSION, token.expose())
}

/// The cookie of a session that ended.
pub(super) fn no_session_cookie() -> Option<HeaderValue> {
    let text = format!("{SESSION}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict");
    HeaderValue::from_str(&text).ok()
}

/// The cookie of a language; a year.
pub(super) fn language_cookie(language: Language) -> Option<HeaderValue> {
    let code = language.code();
    let text =
        format!("{LANGUAGE}={code}; Max-Age=31536000; Path=/; Secure; HttpOnly; SameSite=Strict");
    HeaderValue::from_str(&text).ok()
}

fn cookie_value(name: &str, value: &str) -> Option<HeaderValue> {
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict");
    HeaderValue::from_str(&text).ok()
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

fn random() -> String {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    hex::encode(bytes)
}
