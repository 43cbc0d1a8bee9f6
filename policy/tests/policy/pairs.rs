// SPDX-License-Identifier: EUPL-1.2
//! Two things wrong at once: every two cases that start alike are put together, and both reasons are named. And every
//! two tests that can say no to one handling do so together somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::LazyLock;

use basisnet_policy::cases::Cases;
use basisnet_policy::{Action, Catalogue, Engine};
use cedar_policy::{ActionConstraint, EntityUid, PolicySet};
use proptest::strategy::{Strategy, ValueTree};
use toml::{Table, Value};

use crate::dice;
use crate::oracle::{Expected, expected, said};
use crate::scene::{Scene, cases, catalogue, engine, folder, texts};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(catalogue);
static ENGINE: LazyLock<Engine> = LazyLock::new(engine);

/// The tables of one kind in all files.
fn each(kind: &str) -> Vec<Table> {
    let all = texts(&folder()).into_iter().flat_map(|(_, text)| {
        let file: Table = text.parse().unwrap();
        let list = file.get(kind).and_then(Value::as_array).cloned();
        list.unwrap_or_default()
    });
    all.map(|case| case.as_table().unwrap().clone()).collect()
}

fn merge(table: &mut Table, difference: &Table) {
    for (key, value) in difference {
        match (table.get_mut(key), value) {
            (Some(Value::Table(inner)), Value::Table(more)) => merge(inner, more),
            _ => drop(table.insert(key.clone(), value.clone())),
        }
    }
}

/// A file of one situation with both differences on it, as cases are written.
fn together(base: &Table, first: &Table, second: &Table) -> String {
    let mut different = Table::new();
    for (case, part) in [
        (first, "anders"),
        (second, "anders"),
        (first, "niet"),
        (second, "niet"),
    ] {
        if let Some(Value::Table(more)) = case.get(part) {
            merge(&mut different, more);
        }
    }
    let text = |text: &str| Value::String(text.to_owned());
    let case = Table::from_iter([
        ("naam".to_owned(), text("samen")),
        ("waarom".to_owned(), text("er is meer dan een reden")),
        ("uitgangspunt".to_owned(), base["naam"].clone()),
        ("antwoord".to_owned(), text("nee")),
        ("anders".to_owned(), Value::Table(different)),
    ]);
    let list = |table: &Table| Value::Array(vec![Value::Table(table.clone())]);
    let file = Table::from_iter([
        ("uitgangspunt".to_owned(), list(base)),
        ("besluit".to_owned(), list(&case)),
    ]);
    file.to_string()
}

#[test]
fn two_things_wrong_at_once_give_two_reasons() {
    let (mut pairs, mut both) = (0, 0);
    for base in each("uitgangspunt") {
        let mut cases = each("geval");
        cases.retain(|case| case["uitgangspunt"] == base["naam"]);
        for (number, first) in cases.iter().enumerate() {
            for second in cases.iter().skip(number + 1) {
                // One difference may take away what the other changes; then there is no situation.
                let text = together(&base, first, second);
                let Ok(read) = Cases::read(&[("samen.toml", &text)]) else {
                    continue;
                };
                let scene = &read.others().next().unwrap().scene;
                let outcome = said(&ENGINE, scene);
                assert_eq!(outcome, expected(&CATALOGUE, scene), "{text}");
                let named = [first, second].map(|case| case["toets"].as_str().unwrap().to_owned());
                let named = BTreeSet::from(named);
                pairs += 1;
                both +=
                    usize::from(matches!(&outcome, Expected::Refuse(all) if named.is_subset(all)));
            }
        }
    }
    assert!(pairs > 1_000 && both * 2 > pairs, "{both} of {pairs}");
}

/// To which handlings each test applies, as its text says.
fn handlings() -> BTreeMap<String, BTreeSet<Action>> {
    let of = |uid: &EntityUid| {
        let name = uid.id().unescaped();
        let meant = |action: &Action| match name {
            "exchange" => !action.is_own(),
            "own" => action.is_own(),
            name => action.as_str() == name,
        };
        Action::ALL.into_iter().filter(meant).collect::<Vec<_>>()
    };
    let engine = engine();
    let mut handlings = BTreeMap::new();
    for text in engine.rules().texts().values() {
        for policy in PolicySet::from_str(text).unwrap().policies() {
            let actions: BTreeSet<Action> = match policy.action_constraint() {
                ActionConstraint::Any => Action::ALL.into(),
                ActionConstraint::In(all) => all.iter().flat_map(of).collect(),
                ActionConstraint::Eq(one) => of(&one).into_iter().collect(),
            };
            let name = policy.annotation("id").unwrap();
            if name != "P01-toestaan" {
                handlings.insert(name.to_owned(), actions);
            }
        }
    }
    handlings
}

/// Two tests that cannot say no to the same question, and why.
const NEVER_TOGETHER: &[(&str, &str, &str)] = &[];

/// For each two tests the question that both say no to with the fewest others: among the cases, and among many random
/// questions.
fn witnesses(handlings: &BTreeMap<String, BTreeSet<Action>>) -> BTreeMap<(String, String), Scene> {
    const QUESTIONS: usize = 45_000;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (some, many) = (dice::scene(), dice::worse());
    let mut thrown = |number: usize| match number % 2 {
        0 => some.new_tree(&mut runner).unwrap().current(),
        _ => many.new_tree(&mut runner).unwrap().current(),
    };
    let written: Vec<Scene> = cases().scenes().cloned().collect();
    let all = written.into_iter().chain((0..QUESTIONS).map(&mut thrown));
    let mut found: BTreeMap<(String, String), (usize, Scene)> = BTreeMap::new();
    for scene in all {
        let Expected::Refuse(reasons) = expected(&CATALOGUE, &scene) else {
            continue;
        };
        let reasons: Vec<_> = reasons
            .iter()
            .filter(|r| handlings.contains_key(*r))
            .collect();
        for (at, first) in reasons.iter().enumerate() {
            for second in reasons.iter().skip(at + 1) {
                let pair = ((*first).clone(), (*second).clone());
                if found
                    .get(&pair)
                    .is_none_or(|(size, _)| reasons.len() < *size)
                {
                    found.insert(pair, (reasons.len(), scene.clone()));
                }
            }
        }
    }
    found
        .into_iter()
        .map(|(pair, (_, scene))| (pair, scene))
        .collect()
}

#[test]
fn every_two_tests_that_can_say_no_to_one_handling_do_so_together() {
    let handlings = handlings();
    assert_eq!(handlings.len(), ENGINE.rules().guards().count());
    let witnesses = witnesses(&handlings);
    let (mut missing, mut tried) = (Vec::new(), 0);
    for (first, of_first) in &handlings {
        for (second, of_second) in handlings.range(first.clone()..).skip(1) {
            if of_first.is_disjoint(of_second) {
                continue;
            }
            let never = NEVER_TOGETHER
                .iter()
                .any(|(a, b, _)| (*a, *b) == (first, second));
            match witnesses.get(&(first.clone(), second.clone())) {
                Some(scene) => {
                    assert!(!never, "{first} and {second} do say no together");
                    assert_eq!(said(&ENGINE, scene), expected(&CATALOGUE, scene));
                    tried += 1;
                }
                None if never => {}
                None => missing.push(format!("{first} {second}")),
            }
        }
    }
    assert!(
        missing.is_empty(),
        "{tried} pairs; missing {}: {missing:#?}",
        missing.len()
    );
}
