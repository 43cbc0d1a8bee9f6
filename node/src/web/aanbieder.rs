// SPDX-License-Identifier: EUPL-1.2
//! The page of one aanbieder: what we know ourselves, who else knows it, and whom to call.

use axum::extract::{Path, State};
use axum::response::Html;
use basisnet_admin_ui::aanbieder::{self as view, Elsewhere, Participation};
use basisnet_admin_ui::frame::Section;
use basisnet_admin_ui::i18n::Text;
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{HalfYear, ToezichtState};
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::{Date, Timestamp};

use super::WebState;
use super::auth::Reader;
use super::convert::{day, id, moment, word};
use super::fault::WebFault;
use super::inzage::grounds;
use crate::service::aanbieder::{NoPart, Nummers, Vorm};
use crate::service::betrokkenheid::{BetrokkenheidError, Seen, Toezicht, What};
use crate::service::inzage::SeenAsked;
use crate::service::own::OwnError;
use crate::service::treffer::{Standing, TrefferFault, TreffersOf, WithMember};

const DAY: u64 = 86_400;

/// The page.
pub(super) async fn show(
    State(web): State<WebState>,
    Path(path): Path<String>,
    reader: Reader,
) -> Result<Html<String>, WebFault> {
    let services = &web.services;
    let dossier =
        services
            .betrokkenheden
            .dossier(&reader.actor, &services.aanbieders, id(&path)?, None);
    let (aanbieder, betrokkenheden) = dossier.await?;
    // Who sees the record need not be somebody who asks others about it.
    let treffers = match services.treffers.ever_sees(&reader.actor) {
        true => services.treffers.show(&reader.actor, aanbieder.id).await?,
        false => TreffersOf::nobody(aanbieder.id),
    };
    let text = reader.visitor.text();
    let participation = participation(aanbieder.vorm.as_ref(), &treffers);
    let page = view::Aanbieder {
        id: path,
        name: aanbieder
            .naam
            .unwrap_or_else(|| text.s("naam-niet-getoond")),
        numbers: aanbieder.nummers.as_ref().map(numbers),
        legal_form: aanbieder
            .vorm
            .map(|vorm| text.term("rechtsvorm", vorm.legal_form.as_str())),
        created: aanbieder.created.map(moment),
        reasons: if participation == Participation::Withheld {
            grounds(&services.treffers.reasons(&treffers))
        } else {
            Vec::new()
        },
        participation,
        betrokkenheden: betrokkenheden.iter().map(|one| line(text, one)).collect(),
        elsewhere: elsewhere(&web, &reader, &treffers).await?,
        may_ask: reader.may_ask(&web),
        samenloop: samenloop(&web, &treffers),
        followed: match reader.may_ask(&web) {
            true => Some(
                services
                    .notices
                    .followed(&reader.actor)?
                    .contains(&treffers.aanbieder),
            ),
            false => None,
        },
    };
    Ok(Html(page.page(&reader.frame(&web, Section::Search))?))
}

fn numbers(nummers: &Nummers) -> view::Numbers {
    view::Numbers {
        kvk: nummers.kvk.map(|kvk| kvk.to_string()),
        vestigingen: nummers
            .vestigingen
            .iter()
            .map(ToString::to_string)
            .collect(),
        agb: nummers.agb.iter().map(ToString::to_string).collect(),
        rsin: nummers.rsin.map(|rsin| rsin.to_string()),
    }
}

/// Whether questions may be asked about it; what lies with the aanbieder itself is said in its own words.
fn participation(vorm: Option<&Vorm>, treffers: &TreffersOf) -> Participation {
    let nobody_to_ask = treffers.members.is_empty();
    match vorm.and_then(|vorm| vorm.no_part) {
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

/// How many are involved, once that is as many as are pointed out.
fn samenloop(web: &WebState, treffers: &TreffersOf) -> Option<usize> {
    let (counted, from) = (
        treffers.samenloop().count(),
        web.services.treffers.samenloop_from(),
    );
    (counted >= from).then_some(counted)
}

async fn elsewhere(
    web: &WebState,
    reader: &Reader,
    treffers: &TreffersOf,
) -> Result<Vec<Elsewhere>, WebFault> {
    let asked = web
        .services
        .inzagen
        .about(&reader.actor, treffers.aanbieder)
        .await?;
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
    asked: &[SeenAsked],
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

/// An involvement with what is told about it, of what is shown of it.
fn line(text: Text, seen: &Seen) -> view::Betrokkenheid {
    let handed = seen.handed_over.iter().map(|one| {
        let to = text.term("taak-gemeente", one.to.as_str());
        text.with("overgedragen-aan", &[("taak", to)])
    });
    view::Betrokkenheid {
        words: seen.words.clone(),
        notes: handed
            .chain(seen.secret.then(|| text.s("onder-beroepsgeheim")))
            .collect(),
        ..what(text, seen)
    }
}

fn what(text: Text, seen: &Seen) -> view::Betrokkenheid {
    match &seen.what {
        What::Contract {
            law,
            care_forms,
            variant,
            role,
            term,
        } => {
            let forms = care_forms.as_ref().map(|forms| {
                let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
                text.with("zorgvormen", &[("vormen", forms.join(", "))])
            });
            let parts = [
                law.map(|law| word(text, "wet", &law)),
                forms,
                variant.map(|variant| word(text, "variant", &variant).to_lowercase()),
                role.map(|role| word(text, "contractrol", &role).to_lowercase()),
            ];
            of_parts("contract", parts, *term)
        }
        What::Toezicht {
            state,
            half_year,
            file,
        } => match file {
            Some(file) => toezicht_line(text, file),
            None => half_year_line(text, state.as_ref(), half_year.as_ref()),
        },
        What::Label { letter, date, .. } => {
            let letter = letter.map(|(letter, _)| word(text, "label", &letter));
            of_parts("label", [letter], date.map(|date| (date, None)))
        }
    }
}

fn of_parts(
    kind: &str,
    parts: impl IntoIterator<Item = Option<String>>,
    term: Option<(Date, Option<Date>)>,
) -> view::Betrokkenheid {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    view::Betrokkenheid {
        kind: kind.to_owned(),
        description: parts.join(", "),
        from: term.map(|(from, _)| day(from)),
        until: term.and_then(|(_, until)| until).map(day),
        words: None,
        notes: Vec::new(),
    }
}

fn toezicht_line(text: Text, toezicht: &Toezicht) -> view::Betrokkenheid {
    let parts = [
        Some(word(text, "toezichtsoort", &toezicht.task)),
        Some(word(text, "wet", &toezicht.law)),
    ];
    let term = (toezicht.opened, toezicht.closed);
    of_parts("toezicht", parts, Some(term))
}

/// *That* there is supervision, in the words that another gemeente would get.
fn half_year_line(
    text: Text,
    state: Option<&ToezichtState>,
    half_year: Option<&HalfYear>,
) -> view::Betrokkenheid {
    let half = half_year.map(|half| {
        let half = [
            ("half", half.half.to_string()),
            ("jaar", half.year.to_string()),
        ];
        text.with("toezicht-halfjaar", &half)
    });
    let state = state.map(|state| word(text, "toezicht-stand", state));
    let parts: Vec<String> = [state, half].into_iter().flatten().collect();
    of_parts("toezicht", [Some(parts.join(" "))], None)
}

impl From<TrefferFault> for WebFault {
    fn from(fault: TrefferFault) -> Self {
        match fault {
            TrefferFault::Own(fault) => fault.into(),
            TrefferFault::NoSuchAanbieder => Self::not_found(),
            TrefferFault::Label(_) | TrefferFault::Fault(_) => Self::broken(fault),
        }
    }
}

impl From<BetrokkenheidError> for WebFault {
    fn from(fault: BetrokkenheidError) -> Self {
        match fault {
            BetrokkenheidError::Own(fault) => fault.into(),
            BetrokkenheidError::Aanbieder(fault) => fault.into(),
            BetrokkenheidError::UnknownAanbieder | BetrokkenheidError::Unknown => Self::not_found(),
            BetrokkenheidError::Ended
            | BetrokkenheidError::Endless
            | BetrokkenheidError::Backwards
            | BetrokkenheidError::CareForm
            | BetrokkenheidError::NoCareForm
            | BetrokkenheidError::HandedOver
            | BetrokkenheidError::Secrecy
            | BetrokkenheidError::UnknownAccount
            | BetrokkenheidError::Text(_)
            | BetrokkenheidError::TooMany => Self::unreadable(),
            BetrokkenheidError::Store(_) | BetrokkenheidError::Commit(_) => Self::broken(fault),
        }
    }
}

impl From<OwnError> for WebFault {
    fn from(fault: OwnError) -> Self {
        match fault {
            OwnError::Refused(reasons) => Self::Refused(reasons),
            OwnError::Store(_) | OwnError::Commit(_) => Self::broken(fault),
        }
    }
}
