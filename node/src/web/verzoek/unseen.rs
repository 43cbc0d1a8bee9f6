// SPDX-License-Identifier: EUPL-1.2
//! A request of which the rules show nothing: its page says that it is there and by when, and takes a no.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use basisnet_admin_ui::form::Field;
use basisnet_admin_ui::frame::Section;
use basisnet_admin_ui::requests as view;
use basisnet_protocol::message::RefusalReason;

use super::REASONS;
use crate::audit::Id;
use crate::service::inzage::{InzageError, Received, Unseen};
use crate::service::own::OwnError;
use crate::web::WebState;
use crate::web::auth::Reader;
use crate::web::convert::{from_code, moment};
use crate::web::fault::WebFault;
use crate::web::sent::Sent;
use crate::web::vraag::choices;

pub(super) fn row(unseen: &Unseen) -> view::UnseenRow {
    view::UnseenRow {
        id: unseen.id.to_string(),
        decide_by: moment(unseen.decide_by),
    }
}

/// A request for who sees it, or that it is there for who can only refuse it. For all others what the rules say.
pub(super) async fn or_seen(
    web: &WebState,
    reader: &Reader,
    id: Id,
) -> Result<Result<Received, Unseen>, WebFault> {
    let inzagen = &web.services.inzagen;
    match inzagen.received(&reader.actor, id).await {
        Ok(received) => Ok(Ok(received)),
        Err(InzageError::Own(OwnError::Refused(reasons))) => {
            let mut unseen = inzagen.unseen(&reader.actor)?.into_iter();
            let found = unseen.find(|one| one.id == id);
            found.map(Err).ok_or(WebFault::Refused(reasons))
        }
        Err(other) => Err(other.into()),
    }
}

/// The page.
pub(super) fn page(web: &WebState, reader: &Reader, unseen: &Unseen) -> Result<String, WebFault> {
    let page = form(reader, unseen, "");
    Ok(page.page(&reader.frame(web, Section::Requests))?)
}

/// Asks to confirm the no, or carries it out.
pub(super) async fn refuse(
    web: &WebState,
    reader: &Reader,
    unseen: &Unseen,
    sent: &Sent,
) -> Result<Response, WebFault> {
    let text = reader.visitor.text();
    let reason = sent.one("redendicht");
    let chosen: Option<RefusalReason> = from_code(reason).filter(|reason| REASONS.contains(reason));
    let mut page = form(reader, unseen, reason);
    let mut status = StatusCode::OK;
    match chosen {
        None => {
            page.reason.error = Some(text.s("fout-reden-leeg"));
            status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        Some(_) if sent.one("stap") != "bevestigen" => page.confirm = true,
        Some(reason) => {
            let inzagen = &web.services.inzagen;
            inzagen.refuse(&reader.actor, unseen.id, reason).await?;
            let told = text.s("gedaan-geweigerd-dicht");
            web.memory.done(&reader.visitor.key(), told);
            return Ok(Redirect::to(Section::Requests.path()).into_response());
        }
    }
    let html = page.page(&reader.frame(web, Section::Requests))?;
    Ok((status, Html(html)).into_response())
}

fn form(reader: &Reader, unseen: &Unseen, reason: &str) -> view::UnseenRequest {
    let options = choices(reader.visitor.text(), "reden", &REASONS, |code| {
        code == reason
    });
    view::UnseenRequest {
        row: row(unseen),
        reason: Field::new("redendicht").choices(options),
        confirm: false,
    }
}
