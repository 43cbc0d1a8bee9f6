// SPDX-License-Identifier: EUPL-1.2
//! How a finding is told: where in which text, what is wrong, what belongs there, and what to do.

use std::collections::BTreeSet;

use basisnet_protocol::purpose::PurposeId;
use toml::Table;

use super::probe::Probe;
use crate::decide::Engine;
use crate::guard::GuardId;
use crate::position::{Fault, Source, Told, reading};
use crate::request::Action;

/// What the catalogue names and the rules never allow: told where the catalogue names it.
pub(super) fn never(engine: &Engine, probe: &Probe, guards: &BTreeSet<&GuardId>) -> Fault {
    let question = &probe.scene.question;
    let field = match question.action {
        Action::Discover | Action::Aggregate => "uitwisseling",
        Action::Ask | Action::Inspect | Action::Use => "categorieen",
        Action::View | Action::Handle | Action::HandOver => "eigen",
    };
    let told = Told::new(
        format!(
            "{}: ook als alles in orde is zegt {} nee (vastgesteld door alle waarden van de catalogus langs te gaan)",
            probe.what(),
            listed(guards)
        ),
        "alleen wat de regels kunnen toelaten",
        format!("haal het hier weg, of verander {}", placed(engine, guards)),
    );
    let source = purpose(engine, &question.purpose, question.purpose_version);
    let offset = reading::offset_of(source.text, field).unwrap_or(0);
    source.fault(offset, field, told)
}

/// A rule that never said no.
pub(super) fn dead(engine: &Engine, guard: &GuardId, questions: usize) -> Fault {
    let told = Told::new(
        format!(
            "deze regel zei geen enkele keer nee (geprobeerd met {questions} vragen; dat is geen bewijs voor elke vraag)"
        ),
        "een regel die bij ten minste een vraag nee zegt",
        "haal de regel weg of verruim de voorwaarde",
    );
    at_rule(engine, guard, told)
}

/// A rule that never said no alone.
pub(super) fn shadowed(
    engine: &Engine,
    guard: &GuardId,
    by: &BTreeSet<&GuardId>,
    fired: usize,
) -> Fault {
    let told = Told::new(
        format!(
            "steeds als deze regel nee zei, zei ook {} nee ({fired} keer; dat is geen bewijs voor elke vraag)",
            listed(by)
        ),
        "een regel die zelf iets tegenhoudt",
        format!(
            "haal de regel weg, of vergelijk haar met {}",
            placed(engine, by)
        ),
    );
    at_rule(engine, guard, told)
}

fn at_rule(engine: &Engine, guard: &GuardId, told: Told) -> Fault {
    match engine.rules().spot(guard) {
        Some(spot) => spot.fault(guard.as_str(), told),
        None => NOWHERE.fault(0, guard.as_str(), told),
    }
}

/// The text in which a purpose stands.
fn purpose<'a>(engine: &'a Engine, id: &PurposeId, version: u32) -> Source<'a> {
    let is_meant = |text: &str| {
        let table = text.parse::<Table>().unwrap_or_default();
        let code = table.get("code").and_then(|code| code.as_str());
        let number = table.get("versie").and_then(toml::Value::as_integer);
        code == Some(id.as_str()) && number == Some(version.into())
    };
    let mut texts = engine.catalogue().texts().iter();
    let found = texts.find(|(_, text)| is_meant(text));
    found.map_or(NOWHERE, |(file, text)| Source { file, text })
}

/// Rules and purposes are read from texts, so each has its place; this is for the compiler.
const NOWHERE: Source<'static> = Source { file: "", text: "" };

/// So many rules are named in one finding; a reader looks at them one by one.
const NAMED: usize = 10;

pub(super) fn listed(guards: &BTreeSet<&GuardId>) -> String {
    named(guards, |guard| guard.to_string())
}

/// The rules with the place where each stands.
fn placed(engine: &Engine, guards: &BTreeSet<&GuardId>) -> String {
    named(guards, |guard| match engine.rules().spot(guard) {
        Some(spot) => format!("`{guard}` ({}, regel {})", spot.file, spot.line),
        None => format!("`{guard}`"),
    })
}

fn named(guards: &BTreeSet<&GuardId>, one: impl Fn(&GuardId) -> String) -> String {
    let named: Vec<_> = guards.iter().take(NAMED).map(|guard| one(guard)).collect();
    match guards.len() - named.len() {
        0 => named.join(", "),
        more => format!("{} en nog {more}", named.join(", ")),
    }
}
