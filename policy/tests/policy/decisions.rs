// SPDX-License-Identifier: EUPL-1.2
//! The cases of `tests/decisions`: per test one that passes and one that fails on it alone.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_policy::{Decision, Engine, GuardId};
use basisnet_protocol::purpose::Category;
use serde::Deserialize;
use toml::Table;

use crate::scene::{Scene, catalogue, engine, folder, texts};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    uitgangspunt: Vec<Base>,
    geval: Vec<Pair>,
    besluit: Vec<Case>,
}

/// A whole scene to start from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    naam: String,
    feiten: Table,
}

/// One test: a scene that passes, and the same scene with one difference, which fails on this test alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    toets: GuardId,
    waarom: String,
    uitgangspunt: String,
    #[serde(default)]
    anders: Table,
    niet: Table,
}

/// Any other case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    naam: String,
    waarom: String,
    uitgangspunt: String,
    #[serde(default)]
    anders: Table,
    antwoord: Antwoord,
    #[serde(default)]
    toetsen: BTreeSet<GuardId>,
    #[serde(default)]
    gegeven: BTreeSet<Category>,
}

#[derive(Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Antwoord {
    Ja,
    Nee,
}

struct Cases {
    bases: BTreeMap<String, Table>,
    pairs: Vec<Pair>,
    others: Vec<Case>,
}

impl Cases {
    fn read() -> Self {
        let mut cases = Self {
            bases: BTreeMap::new(),
            pairs: Vec::new(),
            others: Vec::new(),
        };
        for (name, text) in texts(&folder()) {
            let file: File =
                toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            cases.bases.extend(
                file.uitgangspunt
                    .into_iter()
                    .map(|base| (base.naam, base.feiten)),
            );
            cases.pairs.extend(file.geval);
            cases.others.extend(file.besluit);
        }
        cases
    }

    fn passing(&self, pair: &Pair) -> Scene {
        Scene::read(&self.bases[&pair.uitgangspunt], &[&pair.anders])
    }

    fn failing(&self, pair: &Pair) -> Scene {
        Scene::read(&self.bases[&pair.uitgangspunt], &[&pair.anders, &pair.niet])
    }
}

/// The tests that said no; none means a permit.
fn refusals(engine: &Engine, scene: &Scene) -> BTreeSet<GuardId> {
    match scene.decide(engine) {
        Decision::Permit(permit) => {
            assert!(permit.withheld().is_empty(), "{:?}", permit.withheld());
            BTreeSet::new()
        }
        Decision::Refuse(refusal) => {
            assert!(!refusal.is_faulty());
            refusal.guards().clone()
        }
    }
}

#[test]
fn every_starting_point_is_permitted() {
    let (cases, engine) = (Cases::read(), engine());
    assert_eq!(cases.bases.len(), 5);
    for (name, base) in &cases.bases {
        assert_eq!(
            refusals(&engine, &Scene::read(base, &[])),
            BTreeSet::new(),
            "{name}"
        );
    }
}

#[test]
fn each_test_has_a_case_that_passes_and_one_that_fails_on_it_alone() {
    let (cases, engine) = (Cases::read(), engine());
    let mut left: BTreeSet<_> = engine
        .rules()
        .guards()
        .map(|guard| guard.id.clone())
        .collect();
    for pair in &cases.pairs {
        let none = BTreeSet::new();
        assert_eq!(
            refusals(&engine, &cases.passing(pair)),
            none,
            "{} passes",
            pair.toets
        );
        let alone = BTreeSet::from([pair.toets.clone()]);
        assert_eq!(
            refusals(&engine, &cases.failing(pair)),
            alone,
            "{}",
            pair.waarom
        );
        left.remove(&pair.toets);
    }
    assert!(left.is_empty(), "tests without a case: {left:?}");
}

#[test]
fn deleting_any_test_changes_an_outcome() {
    let (cases, engine) = (Cases::read(), engine());
    for guard in engine.rules().guards() {
        let fewer = engine.rules().testing_only_without(&guard.id).unwrap();
        let fewer = Engine::new(fewer, catalogue()).unwrap();
        let changed = |pair: &&Pair| {
            let scene = cases.failing(pair);
            refusals(&engine, &scene) != refusals(&fewer, &scene)
        };
        let own = cases
            .pairs
            .iter()
            .filter(|pair| pair.toets == guard.id)
            .find(changed);
        assert!(own.is_some(), "{} can be deleted unnoticed", guard.id);
    }
}

#[test]
fn every_other_case_comes_out_as_written() {
    let (cases, engine) = (Cases::read(), engine());
    for case in &cases.others {
        let scene = Scene::read(&cases.bases[&case.uitgangspunt], &[&case.anders]);
        let (answer, guards, given) = match scene.decide(&engine) {
            Decision::Permit(permit) => {
                let guards = permit.withheld().values().flatten().cloned().collect();
                (
                    Antwoord::Ja,
                    guards,
                    permit.obligations().categories.clone(),
                )
            }
            Decision::Refuse(refusal) => (Antwoord::Nee, refusal.guards().clone(), BTreeSet::new()),
        };
        let label = format!("{}: {}", case.naam, case.waarom);
        assert_eq!(
            (answer, guards, given),
            (case.antwoord, case.toetsen.clone(), case.gegeven.clone()),
            "{label}"
        );
    }
}

#[test]
fn aut_01_a_refusal_names_each_reason_with_its_law_and_what_is_needed() {
    let (cases, engine) = (Cases::read(), engine());
    let pair = cases
        .pairs
        .iter()
        .find(|pair| pair.toets.as_str() == "V13-doel-in-werking")
        .unwrap();
    let Decision::Refuse(refusal) = cases.failing(pair).decide(&engine) else {
        panic!("not refused")
    };
    let reasons: Vec<_> = engine
        .explain(&refusal)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        reasons,
        [
            "De verwerkingsverantwoordelijke heeft dit doel niet in werking gesteld (AVG art. 5 lid 2, art. 24 en art. 35; V13-doel-in-werking). Nodig: een besluit van de verwerkingsverantwoordelijke, met het advies van de FG en de DPIA (basisnet doel in-werking)."
        ]
    );
}
