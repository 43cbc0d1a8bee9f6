// SPDX-License-Identifier: EUPL-1.2
//! What we asked others: the list, and one inzage from question to answer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use basisnet_admin_ui::aanbieder::Contact;
use basisnet_admin_ui::frame::Section;
use basisnet_admin_ui::i18n::Text;
use basisnet_admin_ui::inzage as view;
use basisnet_admin_ui::inzage_form::Ground;
use basisnet_policy::Reason;
use basisnet_protocol::message::{Answer, ToezichtState, WireObligations};
use basisnet_protocol::purpose::{Category, PurposeId};
use basisnet_protocol::time::Timestamp;

use super::WebState;
use super::aanbieder::{contact_of, name_of};
use super::auth::Reader;
use super::convert::{day, id, moment, word};
use super::fault::WebFault;
use crate::service::aanbieder::AanbiederId;
use crate::service::inzage::{About, InzageError, SeenAsked, Shown, Stand};

/// So many are shown at a time.
const SHOWN: usize = 50;

/// The list, newest first.
pub(super) async fn list(
    State(web): State<WebState>,
    Query(query): Query<HashMap<String, String>>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    let before = query.get("vanaf").map(|text| id(text)).transpose()?;
    let inzagen = &web.services.inzagen;
    // One more than is shown says whether there are older ones.
    let mut all = inzagen.list(&reader.actor, before, SHOWN + 1).await?;
    let more = all.len() > SHOWN;
    all.truncate(SHOWN);
    let text = reader.visitor.text();
    let about = all.iter().map(|asked| asked.aanbieder);
    let names = web.services.aanbieders.names(&reader.actor, about).await?;
    let rows = all.iter().map(|asked| row(text, asked, &names));
    let page = view::Inzagen {
        rows: rows.collect(),
        older: all
            .last()
            .filter(|_| more)
            .map(|asked| asked.id.to_string()),
    };
    Ok(Html(page.page(&reader.frame(&web, Section::Inzagen))?))
}

fn row(text: Text, asked: &SeenAsked, names: &Names) -> view::InzageRow {
    view::InzageRow {
        id: asked.id.to_string(),
        aanbieder: called(text, asked.aanbieder, names),
        member: asked.peer_name.clone(),
        purpose: (asked.about.as_ref())
            .map(|about| text.term("doel", about.request.purpose_id.as_str())),
        asked: moment(asked.at),
        state: state_name(&asked.stand),
    }
}

const fn state_name(stand: &Stand) -> view::StateName {
    match stand {
        Stand::Sent => view::StateName::Sending,
        Stand::Waiting { .. } => view::StateName::Waiting,
        Stand::Released { .. } => view::StateName::Answered,
        Stand::Refused | Stand::RefusedByPerson { .. } => view::StateName::Refused,
        Stand::NoAnswer | Stand::TimedOut => view::StateName::NoAnswer,
        Stand::Forgotten { .. } => view::StateName::Expired,
        Stand::Withdrawn { .. } => view::StateName::Withdrawn,
    }
}

/// One inzage.
pub(super) async fn show(
    State(web): State<WebState>,
    Path(path): Path<String>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    let page = read(&web, &reader, &path).await?;
    Ok(Html(page.page(&reader.frame(&web, Section::Inzagen))?))
}

/// The part that changes while somebody waits, once it has changed.
pub(super) async fn state(
    State(web): State<WebState>,
    Path(path): Path<String>,
    reader: Reader,
) -> Result<Response, WebFault> {
    // Nothing new: then nothing is replaced, and a screen reader stays silent.
    let inzagen = &web.services.inzagen;
    if inzagen.still_waits(&reader.actor, id(&path)?)? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let page = read(&web, &reader, &path).await?;
    Ok(Html(page.fragment(reader.visitor.text())?).into_response())
}

async fn read(web: &WebState, reader: &Reader, path: &str) -> Result<view::Inzage, WebFault> {
    let shown = web
        .services
        .inzagen
        .show(&reader.actor, id(path)?, None)
        .await?;
    let text = reader.visitor.text();
    let asked = &shown.asked;
    let state = state_of(web, text, &shown)?;
    let register = &web.services.aanbieders;
    let names = register.names(&reader.actor, [asked.aanbieder]).await?;
    Ok(view::Inzage {
        id: asked.id.to_string(),
        aanbieder: called(text, asked.aanbieder, &names),
        aanbieder_id: asked.aanbieder.to_string(),
        member: asked.peer_name.clone(),
        about: (asked.about.as_ref())
            .map(|about| what_for(web, text, about))
            .transpose()?,
        asked: moment(asked.at),
        state,
        contact: contact_of(web, asked.peer, &contact_for(asked))?,
    })
}

fn what_for(web: &WebState, text: Text, about: &About) -> Result<view::About, WebFault> {
    let request = &about.request;
    Ok(view::About {
        purpose: text.term("doel", request.purpose_id.as_str()),
        case_reference: about.case.clone(),
        proportionality: word(text, "evenredigheid", &request.weighing.proportionality),
        subsidiarity: word(text, "subsidiariteit", &request.weighing.subsidiarity),
        categories: categories(text, &request.categories),
        asked_by: about.by_name.clone(),
        on_behalf: (request.on_behalf)
            .map(|behalf| name_of(web, behalf.member))
            .transpose()?,
    })
}

/// About which purpose somebody would call: that of the question, for who sees it.
fn contact_for(asked: &SeenAsked) -> PurposeId {
    let about = asked.about.as_ref();
    about.map_or_else(PurposeId::matching, |about| {
        about.request.purpose_id.clone()
    })
}

/// Categories in words.
pub(super) fn categories<'a>(
    text: Text,
    all: impl IntoIterator<Item = &'a Category>,
) -> Vec<String> {
    all.into_iter()
        .map(|one| text.term("categorie", one.as_str()))
        .collect()
}

/// What aanbieders are called, for who sees that.
pub(super) type Names = BTreeMap<AanbiederId, String>;

pub(super) fn called(text: Text, id: AanbiederId, names: &Names) -> String {
    let known = names.get(&id).cloned();
    known.unwrap_or_else(|| text.s("naam-niet-getoond"))
}

fn state_of(web: &WebState, text: Text, shown: &Shown) -> Result<view::State, WebFault> {
    Ok(match &shown.asked.stand {
        Stand::Sent => view::State::Sending,
        Stand::NoAnswer => view::State::NoAnswer { tried: None },
        Stand::Waiting { decide_by } => view::State::Waiting {
            decide_by: moment(*decide_by),
        },
        Stand::Released { received, .. } => match (&shown.answer, &shown.obligations) {
            (Some(found), Some(obligations)) => {
                answered(web, text, &shown.asked, (found, obligations), *received)?
            }
            (_, _) => view::State::Closed(grounds(&shown.withheld)),
        },
        Stand::Refused => view::State::RefusedByNode,
        Stand::RefusedByPerson { reason } => view::State::RefusedByPerson {
            reason: word(text, "reden", reason),
            at: None,
        },
        Stand::TimedOut => view::State::NoAnswer { tried: None },
        Stand::Forgotten { since } => view::State::Expired { at: moment(*since) },
        Stand::Withdrawn {
            since,
            kind,
            answered,
        } => view::State::Withdrawn {
            at: moment(*since),
            why: word(text, "intrekking", kind),
            answered: answered.map(moment),
        },
    })
}

fn answered(
    web: &WebState,
    text: Text,
    asked: &SeenAsked,
    (found, obligations): (&Answer, &WireObligations),
    received: Timestamp,
) -> Result<view::State, WebFault> {
    let convenant = web.services.convenanten.terms(obligations.convenant_hash)?;
    let name = convenant.map(|one| {
        let version = one.content().version.to_string();
        text.with(
            "convenant-versie",
            &[("naam", one.content().name.clone()), ("versie", version)],
        )
    });
    let about = asked.about.as_ref();
    let wanted = about.map(|about| about.request.categories.clone());
    let wanted = wanted.unwrap_or_default();
    Ok(view::State::Answered(Box::new(view::Answered {
        at: moment(received),
        answer: answer(text, found, &wanted),
        retain_until: moment(obligations.retain_until),
        purpose: text.term("doel", obligations.purpose_id.as_str()),
        convenant: name.unwrap_or_else(|| obligations.convenant_hash.to_string()),
        source: name_of(web, obligations.source_oin)?,
    })))
}

/// An answer in words.
pub(super) fn answer(text: Text, found: &Answer, asked: &BTreeSet<Category>) -> view::Answer {
    let given = |category: &Category| match category {
        Category::Contract => found.contract.is_some(),
        Category::Toezicht => found.toezicht.is_some(),
        Category::Label => found.label.is_some(),
        Category::Contact => found.contact.is_some(),
    };
    view::Answer {
        absent: categories(text, asked.iter().filter(|one| !given(one))),
        contracts: found.contract.as_ref().map(|contracts| {
            let contract = |one: &basisnet_protocol::message::ContractAnswer| view::Contract {
                law: word(text, "wet", &one.law),
                care_forms: one.care_forms.iter().cloned().collect(),
                variant: word(text, "variant", &one.variant),
                role: word(text, "contractrol", &one.role),
                from: day(one.from),
                until: one.until.map(day),
            };
            contracts.iter().map(contract).collect()
        }),
        toezicht: found.toezicht.as_ref().map(|one| view::Toezicht {
            open: one.state == ToezichtState::Open,
            year: one.half_year.year,
            half: one.half_year.half,
        }),
        label: found.label.as_ref().map(|one| view::Label {
            letter: super::convert::code(&one.letter),
            date: day(one.date),
            framework_version: one.framework_version,
        }),
        contact: found.contact.as_ref().map(|one| Contact {
            team: one.team.clone(),
            mailbox: one.mailbox.clone(),
            telephone: one.telephone.clone(),
        }),
    }
}

/// The reasons of the rules, as a reader can use them.
pub(super) fn grounds(reasons: &[Reason]) -> Vec<Ground> {
    let ground = |reason: &Reason| Ground {
        guard: reason.guard.to_string(),
        article: reason.law.clone(),
        explanation: reason.explanation.clone(),
        remedy: reason.remedy.clone(),
    };
    reasons.iter().map(ground).collect()
}

impl From<InzageError> for WebFault {
    fn from(fault: InzageError) -> Self {
        use basisnet_admin_ui::fault::FaultKind;
        match fault {
            InzageError::Own(fault) => fault.into(),
            InzageError::UnknownAanbieder | InzageError::UnknownMember | InzageError::Unknown => {
                Self::not_found()
            }
            InzageError::Decided => Self::page(FaultKind::Conflict),
            InzageError::Text(_) | InzageError::Personal(_) => Self::unreadable(),
            InzageError::Refused(reasons) => Self::Refused(reasons),
            InzageError::BrokenOff
            | InzageError::Unmatched(_)
            | InzageError::Encode(_)
            | InzageError::Seal(_)
            | InzageError::Store(_)
            | InzageError::Commit(_) => Self::broken(fault),
        }
    }
}
