// SPDX-License-Identifier: EUPL-1.2
//! Asking one member for inzage: fill in, look at what will be sent, send.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use basisnet_admin_ui::form::{Choice, Field};
use basisnet_admin_ui::frame::Section;
use basisnet_admin_ui::i18n::{Language, Text};
use basisnet_admin_ui::inzage_form::{InzageForm, Step};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{Proportionality, Subsidiarity, Weighing};
use basisnet_protocol::personal::{Personal, Place};
use basisnet_protocol::purpose::{Category, PurposeId};

use super::WebState;
use super::aanbieder::name_of;
use super::auth::Reader;
use super::convert::{code, from_code, id};
use super::fault::WebFault;
use super::inzage::grounds;
use super::sent::Sent;
use crate::service::aanbieder::Seen;
use crate::service::inzage::{InzageError, Vraag, Weighed};

/// The longest reference of a case, in characters.
const MAX_CASE: usize = 64;

const PROPORTIONALITY: [Proportionality; 3] = [
    Proportionality::OngoingOnderzoek,
    Proportionality::ContractDecision,
    Proportionality::Samenloop,
];
const SUBSIDIARITY: [Subsidiarity; 3] = [
    Subsidiarity::AanbiederAsked,
    Subsidiarity::AskingWouldHarm,
    Subsidiarity::NotPublic,
];

/// What was filled in; nothing at first.
#[derive(Debug, Default)]
struct Filled {
    purpose: String,
    case: String,
    proportionality: String,
    subsidiarity: String,
    categories: BTreeSet<String>,
}

impl Filled {
    fn of(sent: &Sent) -> Self {
        Self {
            purpose: sent.one("doel").to_owned(),
            case: sent.one("zaak").to_owned(),
            proportionality: sent.one("evenredigheid").to_owned(),
            subsidiarity: sent.one("subsidiariteit").to_owned(),
            categories: sent.all("categorie").map(ToOwned::to_owned).collect(),
        }
    }

    /// The question, when everything is there.
    fn vraag(&self, aanbieder: &Seen, member: Oin) -> Option<Vraag> {
        let codes = Weighing {
            proportionality: from_code(&self.proportionality)?,
            subsidiarity: from_code(&self.subsidiarity)?,
        };
        let dutch = Text(Language::Dutch);
        let words = format!(
            "{}. {}.",
            dutch.term("evenredigheid", &self.proportionality),
            dutch.term("subsidiariteit", &self.subsidiarity)
        );
        let categories: Option<BTreeSet<Category>> =
            self.categories.iter().map(|one| one.parse().ok()).collect();
        Some(Vraag {
            on_behalf: None,
            aanbieder: aanbieder.id,
            member: member.to_string(),
            purpose: self.purpose.parse().ok()?,
            basis: None,
            role: None,
            categories: categories.filter(|all| !all.is_empty())?,
            weighing: Some(Weighed { codes, words }),
            case: case_fault(&self.case)
                .is_none()
                .then(|| self.case.clone())?
                .into(),
        })
    }
}

/// What is wrong with the reference of a case.
fn case_fault(case: &str) -> Option<&'static str> {
    if case.is_empty() {
        Some("fout-zaak-leeg")
    } else if case.chars().count() > MAX_CASE {
        Some("fout-zaak-lang")
    } else {
        None
    }
}

/// The empty form.
pub(super) async fn ask(
    State(web): State<WebState>,
    Path((path, member)): Path<(String, String)>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    let subject = Subject::find(&web, &reader, &path, &member).await?;
    let form = subject.form(&web, &reader, &Filled::default(), false)?;
    Ok(Html(form.page(&reader.frame(&web, Section::Search))?))
}

/// Shows what will be sent, or sends it, or goes back to the form.
pub(super) async fn send(
    State(web): State<WebState>,
    Path((path, member)): Path<(String, String)>,
    reader: Reader,
    sent: Sent,
) -> Result<Response, WebFault> {
    let subject = Subject::find(&web, &reader, &path, &member).await?;
    let filled = Filled::of(&sent);
    let step = sent.one("stap");
    let personal = web.services.inzagen.personal_in_case(&filled.case);
    let vraag = filled.vraag(&subject.aanbieder, subject.member);
    let vraag = vraag.filter(|_| personal.is_empty());
    let mut form = subject.form(&web, &reader, &filled, vraag.is_none())?;
    if let Some(place) = personal.first() {
        form.case_reference.error = Some(told(reader.visitor.text(), place));
    }
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    match (vraag, step) {
        (Some(vraag), "versturen") => match web.services.inzagen.ask(&reader.actor, &vraag).await {
            Ok(asked) => {
                let text = reader.visitor.text();
                let told = text.with("gedaan-verstuurd", &[("gemeente", form.member.as_str())]);
                web.memory.done(&reader.visitor.key(), told);
                return Ok(Redirect::to(&format!("/inzage/{}", asked.id)).into_response());
            }
            Err(InzageError::Refused(reasons)) => form.refusals = grounds(&reasons),
            Err(InzageError::Personal(places)) => {
                let text = reader.visitor.text();
                form.case_reference.error = places.first().map(|place| told(text, place));
            }
            Err(other) => return Err(other.into()),
        },
        (Some(_), "controle") => {
            form.step = Step::Preview;
            status = StatusCode::OK;
        }
        (Some(_), _) => status = StatusCode::OK,
        (None, _) => {}
    }
    let html = form.page(&reader.frame(&web, Section::Search))?;
    Ok((status, Html(html)).into_response())
}

/// What in the reference of a case leads to a person, and where it stands.
fn told(text: Text, place: &Place) -> String {
    let kind = match place.kind {
        Personal::CitizenServiceNumber => "fout-zaak-bsn",
        Personal::Mailbox => "fout-zaak-mailbox",
        Personal::Telephone => "fout-zaak-telefoon",
    };
    text.with(kind, &[("teken", &place.position.to_string())])
}

/// About which aanbieder, and whom.
struct Subject {
    aanbieder: Seen,
    member: Oin,
    name: String,
}

impl Subject {
    async fn find(
        web: &WebState,
        reader: &Reader,
        path: &str,
        member: &str,
    ) -> Result<Self, WebFault> {
        if !reader.may_ask(web) {
            return Err(WebFault::page(
                basisnet_admin_ui::fault::FaultKind::Forbidden,
            ));
        }
        let register = &web.services.aanbieders;
        let aanbieder = register.show(&reader.actor, id(path)?, None).await?;
        let member: Oin = member.parse().map_err(|_| WebFault::not_found())?;
        if !web
            .services
            .convenanten
            .members(web.clock.now())?
            .contains(&member)
        {
            return Err(WebFault::not_found());
        }
        let name = name_of(web, member)?;
        Ok(Self {
            aanbieder,
            member,
            name,
        })
    }

    fn form(
        &self,
        web: &WebState,
        reader: &Reader,
        filled: &Filled,
        checked: bool,
    ) -> Result<InzageForm, WebFault> {
        let text = reader.visitor.text();
        let fault = |wrong: bool, key: &str| (checked && wrong).then(|| text.s(key));
        let purposes = purposes(web, reader, &filled.purpose)?;
        let unknown = |options: &[Choice]| !options.iter().any(|option| option.chosen);
        let proportionality = choices(text, "evenredigheid", &PROPORTIONALITY, |c| {
            *c == filled.proportionality
        });
        let subsidiarity = choices(text, "subsidiariteit", &SUBSIDIARITY, |c| {
            *c == filled.subsidiarity
        });
        let categories = choices(text, "categorie", &Category::ALL, |c| {
            filled.categories.contains(c)
        });
        let case = case_fault(&filled.case).filter(|_| checked);
        Ok(InzageForm {
            aanbieder_id: self.aanbieder.id.to_string(),
            aanbieder: (self.aanbieder.naam.clone()).unwrap_or_else(|| text.s("naam-niet-getoond")),
            oin: self.member.to_string(),
            member: self.name.clone(),
            purpose: Field::new("doel")
                .wrong(fault(unknown(&purposes), "fout-doel-leeg"))
                .choices(purposes),
            case_reference: Field::new("zaak")
                .filled(&filled.case)
                .wrong(case.map(|key| text.s(key))),
            proportionality: Field::new("evenredigheid")
                .wrong(fault(unknown(&proportionality), "fout-evenredigheid-leeg"))
                .choices(proportionality),
            subsidiarity: Field::new("subsidiariteit")
                .wrong(fault(unknown(&subsidiarity), "fout-subsidiariteit-leeg"))
                .choices(subsidiarity),
            categories: Field::new("categorie")
                .wrong(fault(unknown(&categories), "fout-categorie-leeg"))
                .choices(categories),
            step: Step::Fill,
            refusals: Vec::new(),
        })
    }
}

/// The purposes for which somebody in this role asks for inzage. Whether one may is for the rules.
fn purposes(web: &WebState, reader: &Reader, chosen: &str) -> Result<Vec<Choice>, WebFault> {
    let text = reader.visitor.text();
    let all = web
        .services
        .doelen
        .list(&reader.actor)
        .map_err(WebFault::broken)?;
    let mut seen: BTreeSet<PurposeId> = BTreeSet::new();
    let mut options = Vec::new();
    for standing in all {
        let entry = &standing.entry;
        let fits = entry.roles.iter().any(|role| reader.actor.has(*role));
        if !fits
            || entry.categories.is_empty()
            || entry.id == PurposeId::matching()
            || !seen.insert(entry.id.clone())
        {
            continue;
        }
        let key = format!("doel-{}", entry.id.as_str().to_lowercase());
        options.push(Choice {
            value: entry.id.to_string(),
            label: text
                .maybe(&key)
                .unwrap_or_else(|| format!("{} ({})", entry.name, entry.id)),
            hint: standing
                .in_force()
                .is_none()
                .then(|| text.s("veld-doel-niet-in-werking")),
            chosen: entry.id.as_str() == chosen,
        });
    }
    Ok(options)
}

/// A closed list to choose from.
pub(super) fn choices<T: serde::Serialize>(
    text: Text,
    list: &str,
    all: &[T],
    chosen: impl Fn(&String) -> bool,
) -> Vec<Choice> {
    let choice = |one: &T| {
        let value = code(one);
        let key = format!("{list}-{}-uitleg", value.replace('_', "-"));
        Choice {
            label: text.term(list, &value),
            hint: text.maybe(&key),
            chosen: chosen(&value),
            value,
        }
    };
    all.iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_of_a_case_is_there_and_short() {
        assert_eq!(case_fault("Z-2026-014"), None);
        assert_eq!(case_fault(""), Some("fout-zaak-leeg"));
        assert_eq!(case_fault(&"z".repeat(65)), Some("fout-zaak-lang"));
    }

    #[test]
    fn every_code_of_a_closed_list_has_a_word_in_both_languages() {
        for language in [Language::Dutch, Language::English] {
            let text = Text(language);
            let lists = [
                choices(text, "evenredigheid", &PROPORTIONALITY, |_| false),
                choices(text, "subsidiariteit", &SUBSIDIARITY, |_| false),
                choices(text, "categorie", &Category::ALL, |_| false),
            ];
            for choice in lists.iter().flatten() {
                assert_ne!(choice.label, choice.value);
            }
        }
    }
}
