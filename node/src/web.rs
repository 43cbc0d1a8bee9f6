// SPDX-License-Identifier: EUPL-1.2
//! The door for people: forms and pages. It turns what is sent into a call of a service and the outcome into a view
//! model of `admin-ui`, under the same authorisation as the API, and decides nothing.
//!
//! Every page works without a script: a form is posted, something is done, and the reader is sent on (303) to a page
//! that can be read again. What identifies an aanbieder or a person is never in an address. A form counts only with
//! the token of the session it was made for; the session is a cookie that no script and no other site can use.

mod aanbieder;
mod account;
mod alarm;
mod assets;
mod attendering;
mod auth;
mod convert;
mod fault;
mod finish;
mod inzage;
mod logboek;
mod memory;
mod paths;
mod search;
mod sent;
mod verzoek;
mod vraag;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::api::auth::SignInLimit;
use crate::clock::Clock;
use crate::config::Config;
use crate::service::Services;
use memory::Memory;

/// The largest form that is read.
const MAX_BODY: usize = 32 * 1024;

/// What every page can reach.
#[derive(Clone, Debug)]
pub struct WebState {
    services: Services,
    clock: Clock,
    organisation: Arc<str>,
    mailbox: Option<Arc<str>>,
    demo: bool,
    sign_in_limit: SignInLimit,
    memory: Arc<Memory>,
}

impl WebState {
    /// The pages of a node.
    ///
    /// The attempts to sign in are counted together with those of the API.
    #[must_use]
    pub fn new(
        config: &Config,
        services: Services,
        clock: Clock,
        sign_in_limit: SignInLimit,
    ) -> Self {
        let organisation = &config.organisatie;
        let contact = config.contacten.values().next();
        Self {
            services,
            clock,
            organisation: organisation.naam.as_str().into(),
            mailbox: contact.map(|contact| contact.mailbox.as_str().into()),
            demo: organisation.oin.as_str().starts_with("00000099"),
            sign_in_limit,
            memory: Arc::default(),
        }
    }
}

/// All pages, to be merged beside the API.
pub fn router(state: WebState) -> Router {
    let finish = axum::middleware::from_fn_with_state(state.clone(), finish::finish);
    Router::new()
        .route("/", get(account::start))
        .route("/aanmelden", get(account::ask).post(account::sign_in))
        .route("/afmelden", post(account::sign_out))
        .route("/taal", post(account::language))
        .route("/zoeken", get(search::show).post(search::search))
        .route("/aanbieders/{id}", get(aanbieder::show))
        .route(
            "/aanbieders/{id}/inzage/{oin}",
            get(vraag::ask).post(vraag::send),
        )
        .route("/aanbieders/{id}/volgen", post(attendering::follow))
        .route("/attenderingen", get(attendering::list))
        .route("/attenderingen/{id}", post(attendering::read))
        .route("/alarmen", get(alarm::list))
        .route("/alarmen/{id}", get(alarm::show).post(alarm::decide))
        .route("/inzage", get(inzage::list))
        .route("/inzage/{id}", get(inzage::show))
        .route("/inzage/{id}/stand", get(inzage::state))
        .route("/verzoeken", get(verzoek::list))
        .route("/verzoeken/{id}", get(verzoek::show).post(verzoek::decide))
        .route("/logboek", get(logboek::show))
        .route("/toegankelijkheid", get(account::accessibility))
        .fallback(fault::not_found)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(finish)
        .route("/statisch/{name}", get(assets::asset))
        .with_state(state)
}
