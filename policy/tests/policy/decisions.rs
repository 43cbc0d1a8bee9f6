// SPDX-License-Identifier: EUPL-1.2
//! The cases of `tests/decisions`: per test one that passes and one that fails on it alone.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_policy::cases::{Answer, Case, Pair};
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

/// The dates on which an answer turns, as `13-grenzen.toml` calls them. That a convenant is in force is worked out where
/// convenanten are.
const BOUNDARIES: [&str; 18] = [
    "de bewaartermijn van de bron eindigt",
    "de bewaartermijn van een eigen stuk eindigt",
    "de gebruikstermijn van een antwoord eindigt",
    "de wet verandert",
    "een besluit gaat in",
    "een besluit wordt ingetrokken",
    "een doel begint",
    "een doel eindigt",
    "een doel eindigt voor het eigen werk",
    "een mandaat begint",
    "een mandaat eindigt",
    "verder gebruik begint",
    "verder gebruik begint voor een eigen stuk",
    "verder gebruik eindigt",
    "verder gebruik eindigt voor een eigen stuk",
    "zo lang als de bron het zelf heeft",
    "zo lang als het convenant toestaat",
    "zo lang als het doel toestaat",
];

/// The moment that a case about a boundary moves: of the proposal where there is one, else of the question.
fn moved(case: &Case) -> u64 {
    let scene = &case.scene;
    let until = scene.proposal.as_ref().map(|p| p.retain_until);
    until.unwrap_or(scene.now).as_millis()
}

#[test]
fn every_date_is_tried_just_before_on_and_just_after_the_moment() {
    const STEPS: [&str; 3] = [
        "een ogenblik ervoor",
        "op het ogenblik zelf",
        "een ogenblik erna",
    ];
    let cases = cases();
    let mut series: BTreeMap<&str, BTreeMap<&str, &Case>> = BTreeMap::new();
    let about = cases
        .others()
        .filter(|case| case.place.file == "13-grenzen.toml");
    for case in about {
        let (boundary, step) = case.name.split_once(": ").unwrap();
        series.entry(boundary).or_default().insert(step, case);
    }
    assert!(series.keys().eq(&BOUNDARIES), "{:?}", series.keys());
    for (boundary, steps) in series {
        let [before, on, after] = STEPS.map(|step| steps[step]);
        assert_eq!(moved(on), moved(before) + 1, "{boundary}");
        assert_eq!(moved(after), moved(on) + 1, "{boundary}");
        let answers = [before, on, after].map(|case| case.expected.permitted);
        let turns = answers.windows(2).filter(|two| two[0] != two[1]).count();
        assert_eq!(turns, 1, "{boundary}: {answers:?}");
    }
}

/// What an own user is told about a case that is refused.
fn told(name: &str) -> Vec<String> {
    let (cases, engine) = (cases(), engine());
    let case = cases.others().find(|case| case.name == name).unwrap();
    let Decision::Refuse(refusal) = case.scene.decide(&engine) else {
        panic!("{name} is allowed")
    };
    let reasons = engine.explain(&refusal);
    reasons.iter().map(ToString::to_string).collect()
}

#[test]
fn the_quality_of_youth_care_is_answered_with_the_way_to_the_inspectorate() {
    for name in [
        "een onderzoek naar de kwaliteit van jeugdhulp",
        "calamiteiten in de jeugdhulp",
    ] {
        let told = told(name);
        let pointed = told
            .iter()
            .any(|told| told.contains("Inspectie Gezondheidszorg en Jeugd"));
        assert!(pointed, "{name}: {told:?}");
    }
}

#[test]
fn only_the_privacy_officer_reads_what_is_restricted_and_nothing_of_it_leaves() {
    let (cases, engine) = (cases(), engine());
    let mut readers = BTreeSet::new();
    for mut scene in cases.scenes().cloned() {
        scene.facts.aanbieder.restricted = basisnet_policy::Fact::Yes;
        scene.facts.record.restricted = basisnet_policy::Fact::Yes;
        if matches!(scene.decide(&engine), Decision::Permit(_)) {
            readers.insert((scene.question.action, scene.question.role));
        }
    }
    let officer = basisnet_protocol::purpose::Role::Privacyfunctionaris;
    assert_eq!(readers, BTreeSet::from([(Action::View, Some(officer))]));
}

#[test]
fn the_way_that_there_is_instead_stands_at_the_test_that_nothing_is_exchanged_and_no_other() {
    let told = told("calamiteiten in de jeugdhulp");
    let pointed: Vec<_> = told
        .iter()
        .filter(|told| told.contains("bel de toezichthouder van de andere gemeente"))
        .collect();
    assert!(told.len() > 1 && pointed.len() == 1, "{told:?}");
    assert!(pointed[0].contains("V18-wisselt-uit"), "{told:?}");
}

#[test]
fn an_engine_is_shown_by_what_it_decides_with() {
    let engine = engine();
    let shown = format!("{engine:?}");
    for hash in [engine.rules().hash(), engine.catalogue().hash()] {
        assert!(shown.contains(&format!("{hash:?}")), "{shown}");
    }
}
