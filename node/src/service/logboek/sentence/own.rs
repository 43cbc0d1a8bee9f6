// SPDX-License-Identifier: EUPL-1.2
//! What the own people saw, or did not get to see or do, in sentences.

use std::collections::BTreeSet;

use basisnet_policy::{Action, Domain, RecordKind};
use basisnet_protocol::purpose::PurposeId;

use super::Names;
use crate::audit::{Id, SecrecyAct};

/// So many aanbieders are named in one sentence.
const MOST_NAMED: usize = 3;

/// Somebody saw records.
pub(super) fn shown(
    who: &str,
    aanbieders: &[Id],
    (of, records, withheld): (u32, u32, u32),
    purposes: &BTreeSet<PurposeId>,
    names: &impl Names,
) -> String {
    let for_purposes = purposes_list(purposes);
    let about = match aanbieders.len() {
        1..=MOST_NAMED => {
            let named: Vec<String> = aanbieders.iter().map(|id| names.aanbieder(*id)).collect();
            named.join(", ")
        }
        _ => format!("{of} aanbieders"),
    };
    let records = match records {
        1 => "1 gegeven".to_owned(),
        several => format!("{several} gegevens"),
    };
    let left_out = match withheld {
        0 => String::new(),
        several => format!(" Niet getoond: {several}."),
    };
    format!("{who} heeft onder {for_purposes} {records} bekeken over {about}.{left_out}")
}

fn purposes_list(purposes: &BTreeSet<PurposeId>) -> String {
    let named: Vec<String> = purposes.iter().map(ToString::to_string).collect();
    match named.as_slice() {
        [one] => format!("doel {one}"),
        several => format!("de doelen {}", several.join(", ")),
    }
}

/// The rules kept somebody from it.
pub(super) fn refused(
    who: &str,
    action: Action,
    kind: RecordKind,
    aanbieder: Option<String>,
    (purpose, guards): (&PurposeId, String),
) -> String {
    let wanted = match action {
        Action::Handle => "vastleggen of wijzigen",
        Action::HandOver => "overdragen",
        Action::View
        | Action::Discover
        | Action::Ask
        | Action::Inspect
        | Action::Aggregate
        | Action::Use => "bekijken",
    };
    let record = record(kind);
    let of = aanbieder.map_or_else(String::new, |name| format!(" van {name}"));
    format!("{who} wilde onder doel {purpose} {record}{of} {wanted}. Dat mag niet ({guards}).")
}

/// A kind of record, with its article.
const fn record(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Aanbieder => "gegevens uit het register",
        RecordKind::Contract => "een contract",
        RecordKind::Toezicht => "een toezicht",
        RecordKind::Label => "een label",
        RecordKind::Contact => "een contact",
        RecordKind::Signaal => "een signaal",
        RecordKind::Melding => "een melding",
        RecordKind::Onderzoek => "een onderzoek",
        RecordKind::Aantekening => "een aantekening",
        RecordKind::Inzage => "een inzage",
        RecordKind::Treffer => "treffers",
    }
}

/// Somebody has other tasks.
pub(super) fn tasks(who: &str, account: &str, tasks: Option<&BTreeSet<PurposeId>>) -> String {
    match tasks {
        None => format!("{who} heeft account {account} weer de taken van de rollen gegeven."),
        Some(none) if none.is_empty() => {
            format!("{who} heeft account {account} nu geen enkele taak gegeven.")
        }
        Some(tasks) => format!(
            "{who} heeft account {account} nu een taak gegeven voor {}.",
            purposes_list(tasks)
        ),
    }
}

/// A task of the gemeente, in words.
pub(super) const fn domain(domain: Domain) -> &'static str {
    match domain {
        Domain::Contractbeheer => "contractbeheer",
        Domain::ToezichtKwaliteit => "toezicht op kwaliteit",
        Domain::ToezichtRechtmatigheid => "toezicht op rechtmatigheid",
        Domain::Intake => "de intake",
        Domain::Beleid => "beleid",
        Domain::Samenwerking => "samenwerking",
        Domain::Rechten => "verzoeken van betrokkenen",
        Domain::Beheer => "beheer",
    }
}

/// Something about professional secrecy.
pub(super) fn secrecy(
    who: &str,
    aanbieder: &str,
    act: SecrecyAct,
    account: Option<String>,
) -> String {
    let whom = account.unwrap_or_default();
    match act {
        SecrecyAct::Set => {
            format!("{who} heeft een gegeven over {aanbieder} onder een beroepsgeheim gesteld.")
        }
        SecrecyAct::Weighed => format!(
            "{who} heeft vastgelegd op welke grond {whom} een gegeven over {aanbieder} mag zien dat onder een beroepsgeheim valt."
        ),
        SecrecyAct::Lifted => {
            format!("{who} heeft het beroepsgeheim op een gegeven over {aanbieder} opgeheven.")
        }
    }
}

/// That enough organisations are involved with an aanbieder.
pub(super) fn samenloop(aanbieder: &str, count: u32, from: u32) -> String {
    format!(
        "Er zijn {count} organisaties betrokken bij {aanbieder}, de eigen meegeteld; vanaf {from} attendeert de node daarop."
    )
}

/// That somebody follows an aanbieder, or no longer does.
pub(super) fn follows(who: &str, aanbieder: &str, follows: bool) -> String {
    let no_longer = if follows { "" } else { " niet meer" };
    format!("{who} volgt {aanbieder}{no_longer}.")
}
