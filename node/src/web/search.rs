// SPDX-License-Identifier: EUPL-1.2
//! Finding an aanbieder in the own register. The search is posted, so that no number or name stands in an address.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use basisnet_admin_ui::form::Field;
use basisnet_admin_ui::frame::Section;
use basisnet_admin_ui::search::{Coverage, Hit, Search};
use basisnet_policy::RecordKind;
use basisnet_protocol::bsn;

use super::WebState;
use super::auth::Reader;
use super::fault::WebFault;
use super::sent::Sent;
use crate::service::aanbieder::{self, AanbiederError, NoPart, Seen};

/// So many are shown at a time.
const SHOWN: usize = 50;

/// The page to search, with what the last search found.
pub(super) async fn show(
    State(web): State<WebState>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    may_search(&web, &reader).await?;
    let query = web.memory.last_search(&reader.visitor.key());
    let mut page = Search {
        query: Field::new("zoekterm").filled(query.clone().unwrap_or_default()),
        hits: None,
        more: false,
        coverage: Some(coverage(&web, &reader)?),
    };
    if let Some(query) = query {
        let found = find(&web, &reader, &query).await?;
        page.more = found.len() > SHOWN;
        let shown: BTreeSet<_> = found.iter().take(SHOWN).map(|one| one.id).collect();
        let known = (web.services.treffers)
            .show_some(&reader.actor, &shown)
            .await?;
        let hits = found.iter().take(SHOWN).map(|one| Hit {
            id: one.id.to_string(),
            name: (one.naam.clone())
                .unwrap_or_else(|| reader.visitor.text().s("naam-niet-getoond")),
            kvk: (one.nummers.as_ref())
                .and_then(|nummers| nummers.kvk)
                .map(|kvk| kvk.to_string()),
            agb: (one.nummers.iter())
                .flat_map(|nummers| &nummers.agb)
                .map(ToString::to_string)
                .collect(),
            known_elsewhere: known.get(&one.id).map_or(0, BTreeSet::len),
            takes_part: one.vorm.is_none_or(|vorm| vorm.no_part.is_none()),
        });
        page.hits = Some(hits.collect());
    }
    Ok(Html(page.page(&reader.frame(&web, Section::Search))?))
}

/// Takes a search and shows what it found on the page to search.
pub(super) async fn search(
    State(web): State<WebState>,
    reader: Reader,
    sent: Sent,
) -> Result<Response, WebFault> {
    may_search(&web, &reader).await?;
    let query = sent.one("zoekterm");
    if let Some(key) = fault(query) {
        let page = Search {
            query: Field::new("zoekterm")
                .filled(query)
                .wrong(Some(reader.visitor.text().s(key))),
            hits: None,
            more: false,
            coverage: Some(coverage(&web, &reader)?),
        };
        let html = page.page(&reader.frame(&web, Section::Search))?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response());
    }
    web.memory.search(&reader.visitor.key(), query);
    Ok(Redirect::to(Section::Search.path()).into_response())
}

/// Goes on for who sees aanbieders at all; the rules decide on each that is found.
async fn may_search(web: &WebState, reader: &Reader) -> Result<(), WebFault> {
    let own = &web.services.own;
    Ok(own
        .must_ever_see(&reader.actor, RecordKind::Aanbieder)
        .await?)
}

/// What is wrong with a search.
fn fault(query: &str) -> Option<&'static str> {
    let digits = query.chars().filter(char::is_ascii_digit).count();
    if query.is_empty() {
        Some("fout-zoekterm-leeg")
    } else if digits == 9 && bsn::occurs_in(query) {
        Some("fout-zoekterm-bsn")
    } else if query.chars().count() < 2 {
        Some("fout-zoekterm-kort")
    } else {
        None
    }
}

/// By number when it is one, else by name. A number can be a KVK number and an AGB code at once.
async fn find(web: &WebState, reader: &Reader, query: &str) -> Result<Vec<Seen>, AanbiederError> {
    let number: String = query
        .chars()
        .filter(|c| !matches!(c, ' ' | '.' | '-'))
        .collect();
    let mut found = Vec::new();
    let register = &web.services.aanbieders;
    let search = |by: aanbieder::Search| async move {
        register.search(&reader.actor, &by, SHOWN + 1, None).await
    };
    if let Ok(kvk) = number.parse() {
        found.extend(
            search(aanbieder::Search {
                kvk: Some(kvk),
                ..aanbieder::Search::default()
            })
            .await?,
        );
    }
    if let Ok(agb) = number.parse() {
        found.extend(
            search(aanbieder::Search {
                agb: Some(agb),
                ..aanbieder::Search::default()
            })
            .await?,
        );
    }
    if found.is_empty() {
        found = search(aanbieder::Search {
            naam: Some(query.to_owned()),
            ..aanbieder::Search::default()
        })
        .await?;
    }
    found.dedup_by_key(|one| one.id);
    Ok(found)
}

fn coverage(web: &WebState, reader: &Reader) -> Result<Coverage, WebFault> {
    let dekking = web.services.aanbieders.dekking(&reader.actor)?;
    let of = |reason| dekking.no_part.get(&reason).copied().unwrap_or_default();
    Ok(Coverage {
        total: dekking.total,
        taking_part: dekking.takes_part,
        legal_form_unknown: of(NoPart::LegalFormUnknown),
        natural_person: of(NoPart::NaturalPerson),
        other: of(NoPart::NoKvk) + of(NoPart::Restricted),
    })
}

impl From<AanbiederError> for WebFault {
    fn from(fault: AanbiederError) -> Self {
        match fault {
            AanbiederError::NotAllowed(fault) => fault.into(),
            AanbiederError::Own(fault) => fault.into(),
            AanbiederError::Unknown => Self::not_found(),
            AanbiederError::Invalid(_) | AanbiederError::Duplicate { .. } => Self::unreadable(),
            AanbiederError::Full | AanbiederError::Store(_) | AanbiederError::Commit(_) => {
                Self::broken(fault)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_a_number_or_a_part_of_a_name_and_never_a_bsn() {
        assert_eq!(fault(""), Some("fout-zoekterm-leeg"));
        assert_eq!(fault("z"), Some("fout-zoekterm-kort"));
        assert_eq!(fault("111222333"), Some("fout-zoekterm-bsn"));
        assert_eq!(fault("04100001"), None);
        assert_eq!(fault("zorg"), None);
    }
}
