// SPDX-License-Identifier: EUPL-1.2
//! The cases of `tests/decisions`: per test one that passes and one that fails on it alone.

use basisnet_policy::cases::{Answer, Pair};
use basisnet_policy::{Action, Decision, Engine};

use crate::scene::{cases, catalogue, engine};

#[test]
fn every_case_comes_out_as_written() {
    let (cases, engine) = (cases(), engine());
    assert_eq!(cases.bases().count(), Action::ALL.len());
    let outcomes = cases.run(&engine);
    let wrong: Vec<_> = outcomes
        .iter()
        .filter(|outcome| !outcome.is_good())
        .map(ToString::to_string)
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_test_has_a_case_that_passes_and_one_that_fails_on_it_alone() {
    let left = cases().uncovered(engine().rules());
    assert!(left.is_empty(), "tests without a case: {left:?}");
}

#[test]
fn each_test_has_at_least_two_cases() {
    let (cases, engine) = (cases(), engine());
    for guard in engine.rules().guards() {
        let own = cases.pairs().filter(|pair| pair.guard == guard.id);
        assert!(own.count() >= 2, "{}", guard.id);
    }
}

#[test]
fn deleting_any_test_changes_an_outcome() {
    let (cases, engine) = (cases(), engine());
    for guard in engine.rules().guards() {
        let fewer = engine.rules().testing_only_without(&guard.id).unwrap();
        let fewer = Engine::new(fewer, catalogue()).unwrap();
        let changed = |pair: &&Pair| {
            let before = Answer::of(&pair.failing.decide(&engine));
            before != Answer::of(&pair.failing.decide(&fewer))
        };
        let own = cases
            .pairs()
            .filter(|pair| pair.guard == guard.id)
            .find(changed);
        assert!(own.is_some(), "{} can be deleted unnoticed", guard.id);
    }
}

#[test]
fn no_case_meets_a_rule_that_cannot_be_evaluated() {
    let (cases, engine) = (cases(), engine());
    for scene in cases.scenes() {
        if let Decision::Refuse(refusal) = scene.decide(&engine) {
            assert!(!refusal.is_faulty(), "{scene:?}");
        }
    }
}

#[test]
fn aut_01_a_refusal_names_each_reason_with_its_law_and_what_is_needed() {
    let (cases, engine) = (cases(), engine());
    let pair = cases
        .pairs()
        .find(|pair| pair.guard.as_str() == "V13-doel-in-werking")
        .unwrap();
    let Decision::Refuse(refusal) = pair.failing.decide(&engine) else {
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
