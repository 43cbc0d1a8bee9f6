// SPDX-License-Identifier: EUPL-1.2
//! What must hold for every question there could be.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use basisnet_policy::{
    AanbiederFacts, Action, Catalogue, ConvenantFacts, Decision, Engine, Fact, Facts, Obligations,
    Rules,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::dice;
use crate::oracle::{expected, said};
use crate::scene::{Scene, catalogue, engine};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(catalogue);
static ENGINE: LazyLock<Engine> = LazyLock::new(engine);

/// Rules that a gemeente might add; each can only take away.
const LOCAL: [&str; 4] = [
    r#"forbid (principal, action == Action::"inspect", resource == Category::"contact");"#,
    r#"forbid (principal, action in Action::"exchange", resource) when { context.now > 1795000000000 };"#,
    r#"forbid (principal, action, resource) unless { context has naturalPerson && !context.naturalPerson };"#,
    r#"forbid (principal, action == Action::"ask", resource) when { context has cell && context.cell > 4 };"#,
];

static NARROWER: LazyLock<Vec<Engine>> = LazyLock::new(|| {
    let engine = |rule: &str| {
        let text =
            format!("@id(\"L01-eigen\") @wet(\"beleid\") @uitleg(\"nee\") @nodig(\"ja\") {rule}");
        let rules = Rules::load(&[("eigen.cedar", &text)]).unwrap();
        Engine::new(rules, catalogue()).unwrap()
    };
    LOCAL.into_iter().map(engine).collect()
});

fn obligations(engine: &Engine, scene: &Scene) -> Option<Obligations> {
    match scene.decide(engine) {
        Decision::Permit(permit) => Some(permit.obligations().clone()),
        Decision::Refuse(_) => None,
    }
}

/// The scene with one input taken away.
fn forget(scene: &Scene, which: usize) -> Scene {
    let mut scene = scene.clone();
    let Facts {
        convenant,
        pair_open,
        suspended,
        in_force,
        used_today,
        cell,
        collected_for,
        aanbieder,
    } = &mut scene.facts;
    let AanbiederFacts {
        natural_person,
        restricted,
        data_classes,
        retained_until,
        hearing_over,
        treffer,
    } = aanbieder;
    match which {
        0 => *convenant = None,
        1 => {
            *convenant = convenant.take().map(|known| {
                ConvenantFacts::new(known.content().clone().into(), known.hash(), Fact::Unknown)
            });
        }
        2 => *pair_open = Fact::Unknown,
        3 => *suspended = Fact::Unknown,
        4 => *in_force = None,
        5 => *used_today = None,
        6 => *cell = None,
        7 => *collected_for = None,
        8 => *natural_person = Fact::Unknown,
        9 => *restricted = Fact::Unknown,
        10 => *data_classes = None,
        11 => *retained_until = None,
        12 => *hearing_over = Fact::Unknown,
        13 => *treffer = Fact::Unknown,
        14 => scene.question.role = None,
        15 => scene.question.weighing = None,
        _ => scene.question.case_ref = None,
    }
    scene
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_and_the_oracle_agree_on_every_reason(scene in dice::scene()) {
        prop_assert_eq!(said(&ENGINE, &scene), expected(&CATALOGUE, &scene));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_absent_input_never_permits_what_its_presence_refuses(scene in dice::scene(), which in 0..17_usize) {
        // A source's own term is not known at the asker, and is not asked for there.
        prop_assume!(!(which == 11 && scene.question.action == Action::Ask));
        if let Some(without) = obligations(&ENGINE, &forget(&scene, which)) {
            let with = obligations(&ENGINE, &scene);
            prop_assert!(with.is_some_and(|with| without.is_within(&with)));
        }
    }

    #[test]
    fn an_added_rule_only_narrows(scene in dice::scene(), which in 0..LOCAL.len()) {
        if let Some(narrow) = obligations(&NARROWER[which], &scene) {
            let wide = obligations(&ENGINE, &scene);
            prop_assert!(wide.is_some_and(|wide| narrow.is_within(&wide)));
        }
    }

    #[test]
    fn the_same_question_gets_the_same_bytes(scene in dice::scene()) {
        let (first, second) = (scene.decide(&ENGINE), scene.decide(&ENGINE));
        prop_assert_eq!(first.grounds(), second.grounds());
        prop_assert_eq!(format!("{first:?}"), format!("{second:?}"));
    }
}

#[test]
fn half_of_the_random_questions_are_neither_all_yes_nor_all_no() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut permits = BTreeSet::new();
    for number in 0..200 {
        let scene = dice::scene().new_tree(&mut runner).unwrap().current();
        if obligations(&ENGINE, &scene).is_some() {
            permits.insert(number);
        }
    }
    assert!(
        (20..180).contains(&permits.len()),
        "{} of 200 permitted",
        permits.len()
    );
}
