// SPDX-License-Identifier: EUPL-1.2
//! Signing in and out, the language, and the statement on accessibility.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{Html, IntoResponse, Redirect, Response};
use basisnet_admin_ui::accessibility::Accessibility;
use basisnet_admin_ui::fault::FaultKind;
use basisnet_admin_ui::form::Field;
use basisnet_admin_ui::frame::Section;
use basisnet_admin_ui::i18n::Language;
use basisnet_admin_ui::sign_in::SignIn;
use basisnet_policy::RecordKind;

use super::WebState;
use super::auth::{Reader, Visitor, language_cookie, no_session_cookie, session_cookie};
use super::fault::WebFault;
use super::paths;
use super::sent::Sent;
use crate::api::auth::Origin;
use crate::keys::Secret;
use crate::service::account::AccountError;

/// To the page where the work of this reader begins.
pub(super) async fn start(State(web): State<WebState>, reader: Reader) -> Redirect {
    let searches = web
        .services
        .own
        .ever_sees(&reader.actor, RecordKind::Aanbieder);
    let section = match searches {
        true => Section::Search,
        false => Section::Log,
    };
    Redirect::to(section.path())
}

/// The form to sign in.
pub(super) async fn ask(
    State(web): State<WebState>,
    Query(query): Query<HashMap<String, String>>,
    visitor: Visitor,
) -> Result<Response, WebFault> {
    if visitor.actor.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let next = query.get("verder").map_or("/", |path| paths::own(path));
    let page = SignIn {
        name: Field::new("naam"),
        password: Field::new("wachtwoord"),
        next: next.to_owned(),
        session_ended: query.contains_key("sessie"),
        failure: None,
    };
    Ok(Html(page.page(&visitor.frame(&web, None))?).into_response())
}

/// Signs in, or says that it did not work without saying which of the two was wrong.
pub(super) async fn sign_in(
    State(web): State<WebState>,
    Origin(address): Origin,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, WebFault> {
    let text = visitor.text();
    let (name, password) = (sent.one("naam"), sent.raw("wachtwoord"));
    let mut page = SignIn {
        name: Field::new("naam")
            .filled(name)
            .wrong(name.is_empty().then(|| text.s("fout-naam-leeg"))),
        password: Field::new("wachtwoord")
            .wrong(password.is_empty().then(|| text.s("fout-wachtwoord-leeg"))),
        next: paths::own(sent.one("verder")).to_owned(),
        session_ended: false,
        failure: None,
    };
    if !name.is_empty() && !password.is_empty() {
        if !web.sign_in_limit.admits(address, web.clock.now()) {
            return Err(WebFault::page(FaultKind::TooMany));
        }
        let password = Secret::new(password.to_owned());
        match web.services.accounts.sign_in(name, password).await {
            Ok(signed_in) => {
                let cookie = session_cookie(&signed_in.token);
                let mut response = Redirect::to(&page.next).into_response();
                response
                    .headers_mut()
                    .extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
                return Ok(response);
            }
            Err(AccountError::NotSignedIn) => page.failure = Some(text.s("aanmelden-mislukt")),
            Err(AccountError::Busy) => page.failure = Some(text.s("aanmelden-te-vaak")),
            Err(other) => return Err(WebFault::broken(other)),
        }
    }
    let html = page.page(&visitor.frame(&web, None))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response())
}

/// Ends the session.
pub(super) async fn sign_out(
    State(web): State<WebState>,
    visitor: Visitor,
    _sent: Sent,
) -> Result<Response, WebFault> {
    web.memory.forget(&visitor.key());
    if visitor.actor.is_some() {
        let ended = web
            .services
            .accounts
            .sign_out(visitor.token().expose())
            .await;
        ended.map_err(WebFault::broken)?;
    }
    let mut response = Redirect::to("/aanmelden").into_response();
    response
        .headers_mut()
        .extend(no_session_cookie().map(|cookie| (SET_COOKIE, cookie)));
    Ok(response)
}

/// Switches the language, and back to the same page.
pub(super) async fn language(sent: Sent) -> Response {
    let language = Language::of_code(sent.one("taal"));
    let mut response = paths::to(sent.one("terug")).into_response();
    response
        .headers_mut()
        .extend(language_cookie(language).map(|cookie| (SET_COOKIE, cookie)));
    response
}

/// What was tested, and what was not.
pub(super) async fn accessibility(
    State(web): State<WebState>,
    visitor: Visitor,
) -> Result<Html<String>, WebFault> {
    let page = Accessibility {
        mailbox: web.mailbox.as_deref().map(ToOwned::to_owned),
    };
    Ok(Html(page.page(&visitor.frame(&web, None))?))
}
