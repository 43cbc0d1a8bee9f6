// SPDX-License-Identifier: EUPL-1.2
//! What others ask us: the requests that wait for a person, and the decision on one.

mod unseen;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use basisnet_admin_ui::form::{Choice, Field};
use basisnet_admin_ui::frame::Section;
use basisnet_admin_ui::i18n::Text;
use basisnet_admin_ui::requests as view;
use basisnet_protocol::message::RefusalReason;

use super::WebState;
use super::aanbieder::name_of as organisation_called;
use super::auth::Reader;
use super::convert::{from_code, id, moment, word};
use super::fault::WebFault;
use super::inzage::{Names, answer, called, categories};
use super::sent::Sent;
use super::vraag::choices;
use crate::service::inzage::{Grant, Received, ReceivedState};

/// The reasons that a person gives; that nobody decided in time is for the node to say.
const REASONS: [RefusalReason; 3] = [
    RefusalReason::NotProportionate,
    RefusalReason::HarmsToezicht,
    RefusalReason::StatutoryRoute,
];

/// The list.
pub(super) async fn list(
    State(web): State<WebState>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    let waiting = web.services.inzagen.open(&reader.actor).await?;
    let text = reader.visitor.text();
    let about = waiting.iter().filter_map(|received| received.aanbieder);
    let names = web.services.aanbieders.names(&reader.actor, about).await?;
    let rows = waiting.iter().map(|received| row(text, received, &names));
    let unseen = web.services.inzagen.unseen(&reader.actor)?;
    let page = view::Requests {
        waiting: rows.collect(),
        unseen: unseen.iter().map(unseen::row).collect(),
        decided: Vec::new(),
    };
    Ok(Html(page.page(&reader.frame(&web, Section::Requests))?))
}

fn row(text: Text, received: &Received, names: &Names) -> view::RequestRow {
    view::RequestRow {
        id: received.id.to_string(),
        member: received.peer_name.clone(),
        aanbieder: name_of(text, received, names),
        purpose: text.term("doel", received.request.purpose_id.as_str()),
        received: moment(received.at),
        decide_by: moment(received.decide_by),
        outcome: outcome(&received.state),
    }
}

const fn outcome(state: &ReceivedState) -> view::Outcome {
    match state {
        ReceivedState::Waiting => view::Outcome::Waiting,
        ReceivedState::Granted { by: Some(_), .. } => view::Outcome::Granted,
        ReceivedState::Granted { by: None, .. } => view::Outcome::Automatic,
        ReceivedState::Refused { by: None, .. } => view::Outcome::Lapsed,
        ReceivedState::Withheld { .. } | ReceivedState::Refused { by: Some(_), .. } => {
            view::Outcome::Refused
        }
    }
}

fn name_of(text: Text, received: &Received, names: &Names) -> String {
    let id = received.aanbieder;
    id.map_or_else(|| "–".to_owned(), |id| called(text, id, names))
}

/// One request.
pub(super) async fn show(
    State(web): State<WebState>,
    Path(path): Path<String>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    let received = match unseen::or_seen(&web, &reader, id(&path)?).await? {
        Ok(received) => received,
        Err(unseen) => return Ok(Html(unseen::page(&web, &reader, &unseen)?)),
    };
    let page = page(&web, &reader, &received, ("", "")).await?;
    Ok(Html(page.page(&reader.frame(&web, Section::Requests))?))
}

/// Asks to confirm a decision, or carries it out.
pub(super) async fn decide(
    State(web): State<WebState>,
    Path(path): Path<String>,
    reader: Reader,
    sent: Sent,
) -> Result<Response, WebFault> {
    let received = match unseen::or_seen(&web, &reader, id(&path)?).await? {
        Ok(received) => received,
        Err(unseen) => return unseen::refuse(&web, &reader, &unseen, &sent).await,
    };
    let (decision, reason) = (sent.one("besluit"), sent.one("reden"));
    let text = reader.visitor.text();
    let mut page = page(&web, &reader, &received, (decision, reason)).await?;
    let chosen: Option<RefusalReason> = from_code(reason).filter(|reason| REASONS.contains(reason));
    let (grants, refuses) = (decision == "verlenen", decision == "weigeren");
    if !grants && !refuses {
        page.decision.error = Some(text.s("fout-besluit-leeg"));
    } else if refuses && chosen.is_none() {
        page.reason.error = Some(text.s("fout-reden-leeg"));
    } else if sent.one("stap") != "bevestigen" {
        page.confirm = true;
        let html = page.page(&reader.frame(&web, Section::Requests))?;
        return Ok(Html(html).into_response());
    } else {
        let key = carry_out(&web, &reader, &received, chosen.filter(|_| refuses)).await?;
        let told = text.with(key, &[("gemeente", received.peer_name.as_str())]);
        web.memory.done(&reader.visitor.key(), told);
        return Ok(Redirect::to(Section::Requests.path()).into_response());
    }
    let html = page.page(&reader.frame(&web, Section::Requests))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response())
}

async fn carry_out(
    web: &WebState,
    reader: &Reader,
    received: &Received,
    reason: Option<RefusalReason>,
) -> Result<&'static str, WebFault> {
    let inzagen = &web.services.inzagen;
    match reason {
        Some(reason) => {
            inzagen.refuse(&reader.actor, received.id, reason).await?;
            Ok("gedaan-geweigerd")
        }
        None => {
            inzagen
                .grant(&reader.actor, received.id, &Grant::default())
                .await?;
            Ok("gedaan-verleend")
        }
    }
}

async fn page(
    web: &WebState,
    reader: &Reader,
    received: &Received,
    (decision, reason): (&str, &str),
) -> Result<view::Request, WebFault> {
    let text = reader.visitor.text();
    let register = &web.services.aanbieders;
    let names = register.names(&reader.actor, received.aanbieder).await?;
    let request = &received.request;
    let option = |value: &str, key: &str| Choice {
        value: value.to_owned(),
        label: text.s(key),
        hint: None,
        chosen: value == decision,
    };
    let options = vec![
        option("verlenen", "besluit-verlenen"),
        option("weigeren", "besluit-weigeren"),
    ];
    let preview = match received.state {
        ReceivedState::Waiting => {
            web.services
                .inzagen
                .preview(&reader.actor, received.id)
                .await?
        }
        ReceivedState::Withheld { .. }
        | ReceivedState::Granted { .. }
        | ReceivedState::Refused { .. } => None,
    };
    Ok(view::Request {
        id: received.id.to_string(),
        member: received.peer_name.clone(),
        on_behalf: (request.on_behalf)
            .map(|behalf| organisation_called(web, behalf.member))
            .transpose()?,
        requester_role: text.term("rol", request.requester_role.as_str()),
        aanbieder: name_of(text, received, &names),
        aanbieder_id: received
            .aanbieder
            .map(|id| id.to_string())
            .unwrap_or_default(),
        purpose: text.term("doel", request.purpose_id.as_str()),
        legal_basis: request.legal_basis.to_string(),
        proportionality: word(text, "evenredigheid", &request.weighing.proportionality),
        subsidiarity: word(text, "subsidiariteit", &request.weighing.subsidiarity),
        categories: categories(text, &request.categories),
        received: moment(received.at),
        decide_by: moment(received.decide_by),
        outcome: outcome(&received.state),
        preview: preview.map(|found| answer(text, &found, &request.categories)),
        decision: Field::new("besluit").filled(decision).choices(options),
        reason: Field::new("reden")
            .choices(choices(text, "reden", &REASONS, |code| code == reason)),
        confirm: false,
        may_decide: true,
    })
}
