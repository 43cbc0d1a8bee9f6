// SPDX-License-Identifier: EUPL-1.2
//! What is kept here: how much of the register takes part, who may see it, for how long, and whether the log holds.

use std::collections::BTreeMap;
use std::time::Duration;

use basisnet_protocol::convenant::State;
use basisnet_protocol::id::NaturalPersonBehind;
use basisnet_protocol::purpose::Role;

use super::page::{code, pairs, table};
use crate::audit::{EntryContents, Event, Log};
use crate::counted::{self, counted};
use crate::service::aanbieder::{Aanbieder, Dekking};
use crate::service::convenant::Standing;
use crate::service::doel;
use crate::store::{RetentionClass, StoreError};

const DAY: u64 = 86_400;
/// How far back the last verification is looked for.
const MAX_SCAN: u64 = 20_000;
const PAGE: u64 = 256;

/// How many aanbieders take part, and why the others do not.
pub(super) fn dekking(register: &[Aanbieder]) -> String {
    let dekking = Dekking::of(register);
    let rest = dekking.no_part.iter().map(|(reason, count)| {
        [
            format!("doet niet mee: {}", reason.dutch()),
            count.to_string(),
            reason.mend().to_owned(),
        ]
    });
    let first = [
        [
            "in het register".to_owned(),
            dekking.total.to_string(),
            String::new(),
        ],
        [
            "doet mee".to_owned(),
            dekking.takes_part.to_string(),
            "Waar een convenant en de regels het toelaten.".to_owned(),
        ],
    ];
    table(
        ["aanbieders", "aantal", "uitleg"],
        first.into_iter().chain(rest),
        "",
    )
}

/// Behind how many aanbieders a person stands or may stand, and what that means here.
pub(super) fn natural_persons(register: &[Aanbieder], agreed: &[Standing]) -> String {
    let count = |wanted: NaturalPersonBehind| {
        let found = register.iter().map(Aanbieder::natural_person_behind);
        found.filter(|behind| *behind == wanted).count().to_string()
    };
    let active = agreed.iter().filter(|one| one.state == State::Active);
    let with_clause = active
        .filter(|one| one.convenant.content().natural_persons)
        .count();
    let says = if with_clause == 0 {
        "Geen convenant dat van kracht is laat hen meedoen. Zij worden achtergehouden, en dat is voor anderen niet te zien.".to_owned()
    } else {
        format!(
            "In {with_clause} convenant(en) van kracht doen zij mee. [Leg uit waarom dat nodig en in verhouding is.]"
        )
    };
    let counted = pairs([
        ("een mens erachter", count(NaturalPersonBehind::Yes)),
        (
            "niet bekend, telt als mens",
            count(NaturalPersonBehind::Unknown),
        ),
        ("rechtspersoon", count(NaturalPersonBehind::No)),
    ]);
    format!("{counted}\n\n{says}")
}

/// How many accounts work in each role; never who.
pub(super) fn roles(count: &BTreeMap<Role, usize>) -> String {
    let rows = Role::ALL.into_iter().map(|role| {
        let count = count.get(&role).copied().unwrap_or_default();
        [code(role.as_str()), count.to_string()]
    });
    table(["rol", "aantal accounts dat niet is gesloten"], rows, "")
}

/// How long things are kept: by this program, by agreement, and own records by the catalogue.
pub(super) fn terms(agreed: &[Standing], doelen: &[doel::Standing]) -> String {
    let rows = RetentionClass::ALL.into_iter().map(|class| {
        let term = class.term().map_or_else(
            || "tot iemand het weghaalt, of volgens uw selectielijst".to_owned(),
            |term| {
                format!(
                    "{} na het einde van de periode waarin het is geschreven",
                    words(term)
                )
            },
        );
        [holds(class).to_owned(), term]
    });
    let own = table(["wat", "hoe lang"], rows, "");
    let live = agreed
        .iter()
        .filter(|one| matches!(one.state, State::Active | State::Accepted | State::Draft(_)));
    let rows = live.flat_map(|one| {
        let content = one.convenant.content();
        content.purposes.iter().map(move |terms| {
            [
                super::page::plain(&content.name),
                terms.id.to_string(),
                counted::days(terms.retention_days),
            ]
        })
    });
    let agreed = table(
        ["convenant", "doel", "een ontvangen antwoord"],
        rows,
        "Er is nog geen convenant, dus er worden geen antwoorden ontvangen.",
    );
    let catalogue = own_terms(doelen);
    format!(
        "{own}\n\nNa een termijn wordt de sleutel vernietigd waarmee de inhoud is verzegeld; dan is zij ook in back-ups weg. Dat iets er \
         was, blijft te bewijzen.\n\n{agreed}\n\nVoor eigen gegevens gelden per doel deze termijnen van de catalogus:\n\n{catalogue}\n\n[Wie ziet \
         erop toe dat eigen gegevens na hun termijn worden verwijderd?]"
    )
}

/// How long own records are kept, as the catalogue has it.
fn own_terms(doelen: &[doel::Standing]) -> String {
    let rows = doelen.iter().flat_map(|one| {
        one.entry.own_terms.iter().map(|kept| {
            [
                one.entry.id.to_string(),
                kept.about.clone(),
                kept.term.to_string(),
                kept.source.clone(),
            ]
        })
    });
    table(["doel", "wat", "hoe lang", "bron"], rows, "")
}

const fn holds(class: RetentionClass) -> &'static str {
    match class {
        RetentionClass::Standing => {
            "register van aanbieders, betrokkenheid, accounts, convenanten, adviezen en besluiten"
        }
        RetentionClass::Log => "de inhoud van het logboek",
        RetentionClass::Case => {
            "vragen om inzage en antwoorden, als verwijzing in een zaak; het antwoord zelf zo lang als is afgesproken"
        }
        RetentionClass::Epoch => {
            "treffers, indexen en alles wat bij een periode van vergelijken hoort; aanmeldingen; nummers van berichten"
        }
    }
}

/// Whole years, else whole weeks, else days.
fn words(term: Duration) -> String {
    let days = term.as_secs() / DAY;
    match (days % 366, days % 7) {
        (0, _) => format!("{} jaar", days / 366),
        (_, 0) => counted(days / 7, "week", "weken"),
        _ => counted::days(days),
    }
}

/// How long the log is, what was signed last, and when it was last verified.
pub(super) fn log(log: &Log) -> Result<String, StoreError> {
    let size = log.size()?;
    let head = log.checkpoint()?;
    let head = head.as_deref().and_then(|note| {
        let mut lines = note.lines();
        let (_, signed, root) = (lines.next()?, lines.next()?, lines.next()?);
        Some(format!("regels: {signed}, top {}", code(root)))
    });
    let verified = match last_verified(log, size)? {
        Some((day, true)) => format!("{day}: alles klopt"),
        Some((day, false)) => format!("{day}: het klopt niet"),
        None => "niet gevonden; doe het met `basisnet logboek controleer`".to_owned(),
    };
    Ok(pairs([
        ("regels in het logboek", size.to_string()),
        (
            "laatste ondertekende top",
            head.unwrap_or_else(|| "nog geen".to_owned()),
        ),
        ("laatste controle", verified),
    ]))
}

/// The day of the last verification, and whether all was in order.
fn last_verified(log: &Log, size: u64) -> Result<Option<(String, bool)>, StoreError> {
    let stop = size.saturating_sub(MAX_SCAN);
    let mut until = size;
    while until > stop {
        let from = until.saturating_sub(PAGE).max(stop);
        let count = usize::try_from(until - from).unwrap_or_default();
        for entry in log.page(from, count)?.into_iter().rev() {
            if let EntryContents::Noted { at, noted } = entry.contents
                && let Event::LogVerified { sound, .. } = noted.event
            {
                return Ok(Some((at.date().to_string(), sound)));
            }
        }
        until = from;
    }
    Ok(None)
}
