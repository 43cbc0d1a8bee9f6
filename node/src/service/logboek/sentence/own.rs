// SPDX-License-Identifier: EUPL-1.2
//! What the own people saw, or did not get to see or do, in sentences.

use std::collections::BTreeSet;

use basisnet_policy::{Action, RecordKind};
use basisnet_protocol::purpose::PurposeId;

use super::Names;
use crate::audit::Id;

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
    }
}
