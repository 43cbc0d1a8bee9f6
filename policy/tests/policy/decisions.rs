// SPDX-License-Identifier: EUPL-1.2
//! The cases of `tests/decisions`: per test one that passes and one that fails on it alone.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_policy::cases::{Answer, Case, Pair, Scene};
use basisnet_policy::{Action, Decision, Engine, PersonFacts, RecordKind};
use basisnet_protocol::purpose::Role;

use crate::scene::{cases, catalogue, engine, folder};

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
    let officer = Role::Privacyfunctionaris;
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

/// Every case about these tests comes out as written; there are some of each.
fn hold(guards: &[&str]) {
    let (cases, engine) = (cases(), engine());
    let outcomes = cases.run(&engine);
    for guard in guards {
        let about: Vec<_> = outcomes.iter().filter(|one| one.name == *guard).collect();
        assert!(about.len() >= 2, "{guard}");
        assert!(about.iter().all(|one| one.is_good()), "{about:?}");
    }
}

#[test]
fn aut_02_what_one_task_obtained_serves_another_only_when_that_was_decided() {
    hold(&[
        "E02-domein",
        "E03-behandelen-domein",
        "E05-overdracht-eigen",
        "E06-overdracht-richting",
        "E11-verder-gebruik",
        "V38-verder-gebruik",
        "V90-zelfde-doel",
    ]);
}

#[test]
fn aut_03_rights_follow_the_role_and_the_task_of_the_person() {
    hold(&[
        "V40-rol-doel",
        "V41-rol-convenant",
        "V42-rol-persoon",
        "V43-taak",
    ]);
}

#[test]
fn aut_04_supervision_of_quality_and_of_lawfulness_are_apart() {
    hold(&["V44-toezicht-gescheiden"]);
}

/// The same record, for every role there is with every task there is.
fn for_everybody(scene: &Scene) -> impl Iterator<Item = Scene> {
    let tasks: BTreeSet<_> = catalogue()
        .entries()
        .map(|entry| entry.id.clone())
        .collect();
    Role::ALL.into_iter().map(move |role| {
        let mut scene = scene.clone();
        scene.question.role = Some(role);
        scene.facts.person = Some(PersonFacts {
            roles: Role::ALL.into(),
            tasks: tasks.clone(),
        });
        scene
    })
}

#[test]
fn aut_05_what_a_signaal_or_melding_says_is_seen_by_who_handles_it_and_by_requests_of_rights() {
    hold(&["E04-toegewezen", "E13-afscherming"]);
    let (cases, engine) = (cases(), engine());
    let told = [RecordKind::Signaal, RecordKind::Melding].map(Some);
    let about = cases
        .scenes()
        .filter(|scene| told.contains(&scene.question.record));
    let mut readers = BTreeSet::new();
    for mut scene in about.flat_map(for_everybody) {
        scene.facts.record.assigned = basisnet_policy::Fact::No;
        if let Decision::Permit(permit) = scene.decide(&engine)
            && permit.obligations().has_content()
        {
            let fields = &permit.obligations().fields;
            assert!(!fields.contains(&basisnet_policy::Field::SignaalMelder));
            readers.insert((scene.question.action, scene.question.purpose.to_string()));
        }
    }
    assert_eq!(readers, BTreeSet::from([(Action::View, "P21".to_owned())]));
}

#[test]
fn aut_08_no_role_and_no_task_opens_a_professional_secret() {
    hold(&["E08-beroepsgeheim", "V37-beroepsgeheim"]);
    let (cases, engine) = (cases(), engine());
    let mut tried = 0;
    for scene in cases.bases().flat_map(|base| for_everybody(&base.scene)) {
        for secret in [basisnet_policy::Fact::Yes, basisnet_policy::Fact::Unknown] {
            let mut scene = scene.clone();
            scene.facts.aanbieder.secret = secret;
            scene.facts.record.secret = secret;
            scene.facts.record.secrecy_weighed = basisnet_policy::Fact::No;
            // To ask is not to give, and what was received was given without a secret.
            if matches!(scene.question.action, Action::Ask | Action::Use) {
                continue;
            }
            assert!(
                matches!(scene.decide(&engine), Decision::Refuse(_)),
                "{scene:?}"
            );
            tried += 1;
        }
    }
    assert_eq!(tried, 6 * Role::ALL.len() * 2);
}

#[test]
fn dat_06_no_look_without_a_weighing_and_a_case() {
    hold(&["V16-treffer", "V70-weging", "V71-zaak"]);
}

#[test]
fn every_case_that_the_table_of_requirements_names_is_there() {
    let text = std::fs::read_to_string(folder().join("../../docs/eisen.md")).unwrap();
    let cases = cases();
    let tests: BTreeSet<_> = cases.pairs().map(|pair| pair.guard.to_string()).collect();
    let named: BTreeSet<_> = cases.others().map(|case| case.name.as_str()).collect();
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with("| ")).collect();
    let quoted = rows
        .iter()
        .flat_map(|row| row.split('`').skip(1).step_by(2));
    let guards: Vec<_> = quoted
        .filter(|name| name.parse::<basisnet_policy::GuardId>().is_ok())
        .collect();
    let titles = rows.iter().flat_map(|row| row.split('«').skip(1));
    let titles: Vec<_> = titles.map(|rest| rest.split('»').next().unwrap()).collect();
    assert!(
        guards.len() > 20 && titles.len() > 10,
        "{guards:?} {titles:?}"
    );
    for guard in guards {
        assert!(tests.contains(guard), "{guard}");
    }
    for title in titles {
        // Of a boundary the three cases have one name.
        let is_one = |name: &&str| *name == title || name.starts_with(&format!("{title}: "));
        assert!(named.iter().any(is_one), "{title}");
    }
}
