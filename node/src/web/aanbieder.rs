// SPDX-License-Identifier: EUPL-1.2
//! The page of one aanbieder: what we know ourselves, who else knows it, and whom to call.

use axum::extract::{Path, State};
use axum::response::Html;
use basisnet_admin_ui::aanbieder::{self as view, Elsewhere, Participation};
use basisnet_admin_ui::frame::Section;
use basisnet_admin_ui::i18n::Text;
use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;

use super::WebState;
use super::auth::Reader;
use super::convert::{day, id, moment, word};
use super::fault::WebFault;
use super::inzage::grounds;
use crate::service::aanbieder::{Aanbieder, NoPart};
use crate::service::betrokkenheid::{BetrokkenheidError, Contract, Involvement, Shown, Toezicht};
use crate::service::inzage::Asked;
use crate::service::treffer::{Standing, TrefferFault, TreffersOf, WithMember};

const DAY: u64 = 86_400;

/// The page.
pub(super) async fn show(
    State(web): State<WebState>,
    Path(path): Path<String>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    let services = &web.services;
    let aanbieder = services.aanbieders.show(&reader.actor, id(&path)?)?;
    let treffers = services.treffers.show(&reader.actor, aanbieder.id).await?;
    let betrokkenheden = services.betrokkenheden.show(&reader.actor, aanbieder.id)?;
    let text = reader.visitor.text();
    let participation = participation(&aanbieder, &treffers);
    let page = view::Aanbieder {
        id: path,
        name: aanbieder.naam.clone(),
        kvk: aanbieder.kvk.map(|kvk| kvk.to_string()),
        vestigingen: aanbieder
            .vestigingen
            .iter()
            .map(ToString::to_string)
            .collect(),
        agb: aanbieder.agb.iter().map(ToString::to_string).collect(),
        rsin: aanbieder.rsin.map(|rsin| rsin.to_string()),
        legal_form: text.term("rechtsvorm", aanbieder.legal_form.as_str()),
        created: moment(aanbieder.created),
        reasons: if participation == Participation::Withheld {
            grounds(&services.treffers.reasons(&treffers))
        } else {
            Vec::new()
        },
        participation,
        betrokkenheden: betrokkenheden.iter().map(|one| line(text, one)).collect(),
        elsewhere: elsewhere(&web, &reader, &treffers)?,
        may_ask: reader.may_ask(),
    };
    Ok(Html(page.page(&reader.frame(&web, Section::Search))?))
}

/// Whether questions may be asked about it; what lies with the aanbieder itself is said in its own words.
fn participation(aanbieder: &Aanbieder, treffers: &TreffersOf) -> Participation {
    let nobody_to_ask = treffers.members.is_empty();
    match aanbieder.no_part() {
        Some(reason) if nobody_to_ask || !treffers.withheld.is_empty() => of_reason(reason),
        None if !treffers.withheld.is_empty() => Participation::Withheld,
        Some(_) | None => Participation::TakesPart,
    }
}

const fn of_reason(reason: NoPart) -> Participation {
    match reason {
        NoPart::Restricted => Participation::Restricted,
        NoPart::NoKvk => Participation::NoIdentifier,
        NoPart::LegalFormUnknown => Participation::LegalFormUnknown,
        NoPart::NaturalPerson => Participation::NaturalPerson,
    }
}

fn elsewhere(
    web: &WebState,
    reader: &Reader,
    treffers: &TreffersOf,
) -> Result<Vec<Elsewhere>, WebFault> {
    let asked = web
        .services
        .inzagen
        .about(&reader.actor, treffers.aanbieder)?;
    let now = web.clock.now();
    let mut all = treffers
        .members
        .iter()
        .map(|with| other(web, &asked, with, now))
        .collect::<Result<Vec<_>, _>>()?;
    all.sort_by_key(|one| (order(&one.standing), one.name.clone()));
    Ok(all)
}

/// Who knows it comes first, then who may.
const fn order(standing: &view::Standing) -> u8 {
    match standing {
        view::Standing::Known { .. } => 0,
        view::Standing::NoAnswer => 1,
        view::Standing::NotAsked => 2,
        view::Standing::NotFound => 3,
        view::Standing::Withheld => 4,
    }
}

fn other(
    web: &WebState,
    asked: &[Asked],
    with: &WithMember,
    now: Timestamp,
) -> Result<Elsewhere, WebFault> {
    let standing = match &with.standing {
        Standing::Known(treffer) => view::Standing::Known {
            since: Some(day(treffer.since.date())),
        },
        Standing::NotKnown => view::Standing::NotFound,
        Standing::NotAskedYet => view::Standing::NotAsked,
        Standing::Withheld => view::Standing::Withheld,
        Standing::NoAnswer => view::Standing::NoAnswer,
    };
    let age = with.as_of.map_or(0, |at| now.since(at).as_secs() / DAY);
    Ok(Elsewhere {
        oin: with.peer.to_string(),
        name: name_of(web, with.peer)?,
        standing,
        as_of: with.as_of.map(moment),
        age_days: usize::try_from(age).unwrap_or(usize::MAX),
        contact: contact_of(web, with.peer, &PurposeId::matching())?,
        inzage: asked
            .iter()
            .find(|one| one.peer == with.peer)
            .map(|one| one.id.to_string()),
    })
}

/// What an organisation is called: by its own record, else by a convenant, else its OIN.
pub(super) fn name_of(web: &WebState, oin: Oin) -> Result<String, WebFault> {
    if let Some(lid) = web.services.leden.one(oin)? {
        return Ok(lid.record.name);
    }
    let active = web.services.convenanten.active(web.clock.now())?;
    let named = active
        .iter()
        .flat_map(|one| &one.content().members)
        .find(|member| member.oin == oin);
    Ok(named.map_or_else(|| oin.to_string(), |member| member.name.clone()))
}

/// Whom to call at an organisation about a purpose.
pub(super) fn contact_of(
    web: &WebState,
    oin: Oin,
    purpose: &PurposeId,
) -> Result<Option<view::Contact>, WebFault> {
    let contact = web.services.leden.contact(oin, purpose)?;
    Ok(contact.map(|contact| view::Contact {
        team: contact.team,
        mailbox: contact.mailbox,
        telephone: contact.telephone,
    }))
}

fn line(text: Text, shown: &Shown) -> view::Betrokkenheid {
    match shown {
        Shown::Full(one) => match &one.involvement {
            Involvement::Contract(contract) => contract_line(text, contract),
            Involvement::Toezicht(toezicht) => toezicht_line(text, toezicht),
            Involvement::Label(label) => view::Betrokkenheid {
                kind: "label".to_owned(),
                description: word(text, "label", &label.letter),
                from: Some(day(label.date)),
                until: None,
            },
        },
        Shown::Dat {
            state, half_year, ..
        } => {
            let half = [
                ("half", half_year.half.to_string()),
                ("jaar", half_year.year.to_string()),
            ];
            let state = word(text, "toezicht-stand", state);
            view::Betrokkenheid {
                kind: "toezicht".to_owned(),
                description: format!("{state} {}", text.with("toezicht-halfjaar", &half)),
                from: None,
                until: None,
            }
        }
    }
}

fn contract_line(text: Text, contract: &Contract) -> view::Betrokkenheid {
    let forms: Vec<&str> = contract.care_forms.iter().map(String::as_str).collect();
    let parts = [
        word(text, "wet", &contract.law),
        text.with("zorgvormen", &[("vormen", forms.join(", "))]),
        word(text, "variant", &contract.variant).to_lowercase(),
        word(text, "contractrol", &contract.role).to_lowercase(),
    ];
    view::Betrokkenheid {
        kind: "contract".to_owned(),
        description: parts.join(", "),
        from: Some(day(contract.from)),
        until: contract.until.map(day),
    }
}

fn toezicht_line(text: Text, toezicht: &Toezicht) -> view::Betrokkenheid {
    let task = word(text, "toezichtsoort", &toezicht.task);
    view::Betrokkenheid {
        kind: "toezicht".to_owned(),
        description: format!("{task}, {}", word(text, "wet", &toezicht.law)),
        from: Some(day(toezicht.opened)),
        until: toezicht.closed.map(day),
    }
}

impl From<TrefferFault> for WebFault {
    fn from(fault: TrefferFault) -> Self {
        match fault {
            TrefferFault::NotAllowed(fault) => fault.into(),
            TrefferFault::NoSuchAanbieder => Self::not_found(),
            TrefferFault::Label(_) | TrefferFault::Fault(_) => Self::broken(fault),
        }
    }
}

impl From<BetrokkenheidError> for WebFault {
    fn from(fault: BetrokkenheidError) -> Self {
        match fault {
            BetrokkenheidError::NotAllowed(fault) => fault.into(),
            BetrokkenheidError::UnknownAanbieder | BetrokkenheidError::Unknown => Self::not_found(),
            BetrokkenheidError::Ended
            | BetrokkenheidError::Endless
            | BetrokkenheidError::Backwards
            | BetrokkenheidError::CareForm
            | BetrokkenheidError::NoCareForm
            | BetrokkenheidError::TooMany => Self::unreadable(),
            BetrokkenheidError::Store(_) | BetrokkenheidError::Commit(_) => Self::broken(fault),
        }
    }
}
