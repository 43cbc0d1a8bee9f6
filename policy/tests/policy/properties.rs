// SPDX-License-Identifier: EUPL-1.2
//! What must hold for every question there could be.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use basisnet_policy::{
    AanbiederFacts, Catalogue, ConvenantFacts, Decision, Engine, Fact, Facts, Obligations,
    RecordFacts, Rules,
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

fn with_local(rule: &str) -> Rules {
    let text =
        format!("@id(\"L01-eigen\") @wet(\"beleid\") @uitleg(\"nee\") @nodig(\"ja\") {rule}");
    Rules::load(&[("eigen.cedar", &text)]).unwrap()
}

static NARROWER: LazyLock<Vec<Engine>> = LazyLock::new(|| {
    let engine = |rule| Engine::new(with_local(rule), catalogue()).unwrap();
    LOCAL.into_iter().map(engine).collect()
});

/// The same, of which every decision asks all rules.
static UNDIVIDED: LazyLock<Vec<Engine>> = LazyLock::new(|| {
    let undivided = |rule| with_local(rule).testing_only_undivided();
    let engine = |rule| Engine::new(undivided(rule), catalogue()).unwrap();
    LOCAL.into_iter().map(engine).collect()
});

fn obligations(engine: &Engine, scene: &Scene) -> Option<Obligations> {
    match scene.decide(engine) {
        Decision::Permit(permit) => Some(permit.obligations().clone()),
        Decision::Refuse(_) => None,
    }
}

/// How many inputs can be taken away. Asking for fewer fields, or for nobody else, is no input but another question.
const FORGETTABLE: usize = 37;

/// The scene with one input taken away.
#[expect(
    clippy::too_many_lines,
    reason = "a list of all inputs; the compiler sees to it that none is forgotten"
)]
fn forget(scene: &Scene, which: usize) -> Scene {
    let mut scene = scene.clone();
    let Facts {
        convenant,
        pair_open,
        suspended,
        in_force,
        mandate,
        further_uses,
        person,
        used_today,
        cell,
        given,
        aanbieder,
        record,
    } = &mut scene.facts;
    let AanbiederFacts {
        natural_person,
        restricted,
        data_classes,
        retained_until,
        hearing_over,
        treffer,
        secret,
        received,
        collected_for,
        care_forms,
    } = aanbieder;
    let RecordFacts {
        domain,
        handed_over_to,
        collected_for: recorded_for,
        laws,
        data_classes: classes,
        assigned,
        shielded,
        restricted: record_restricted,
        secret: record_secret,
        secrecy_weighed,
        retained_until: record_until,
    } = record;
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
        7 => *given = None,
        8 => *natural_person = Fact::Unknown,
        9 => *restricted = Fact::Unknown,
        10 => *data_classes = None,
        11 => *retained_until = None,
        12 => *hearing_over = Fact::Unknown,
        13 => *treffer = Fact::Unknown,
        14 => scene.question.role = None,
        15 => scene.question.weighing = None,
        16 => scene.question.case_ref = None,
        17 => *mandate = None,
        18 => further_uses.clear(),
        19 => *person = None,
        20 => *secret = Fact::Unknown,
        21 => *received = Fact::Unknown,
        22 => *collected_for = None,
        23 => *care_forms = None,
        24 => *domain = None,
        25 => *handed_over_to = None,
        26 => *recorded_for = None,
        27 => *laws = None,
        28 => *classes = None,
        29 => *assigned = Fact::Unknown,
        30 => *shielded = Fact::Unknown,
        31 => *record_restricted = Fact::Unknown,
        32 => *record_secret = Fact::Unknown,
        33 => *secrecy_weighed = Fact::Unknown,
        34 => *record_until = None,
        35 => scene.question.hand_over_to = None,
        _ => scene.question.record = None,
    }
    scene
}

// With `BASISNET_QUESTIONS` as many as one wants.
proptest! {
    #![proptest_config(ProptestConfig { cases: dice::asked().unwrap_or(3_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_and_the_oracle_agree_on_every_reason(scene in dice::scene()) {
        prop_assert_eq!(said(&ENGINE, &scene), expected(&CATALOGUE, &scene));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: dice::at_most(400), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_absent_input_never_permits_what_its_presence_refuses(scene in dice::scene(), which in 0..FORGETTABLE) {
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
    fn the_rules_of_an_action_decide_as_all_rules_together(scene in dice::scene(), which in 0..LOCAL.len()) {
        let (divided, undivided) = (scene.decide(&NARROWER[which]), scene.decide(&UNDIVIDED[which]));
        prop_assert_eq!(format!("{divided:?}"), format!("{undivided:?}"));
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
