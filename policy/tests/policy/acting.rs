// SPDX-License-Identifier: EUPL-1.2
//! Who acts for a member gets never more than the mandate and the convenant give, and never more than the member would.

use std::sync::LazyLock;

use basisnet_policy::{Action, Decision, Engine, Obligations, Question};
use proptest::prelude::*;

use crate::dice;
use crate::scene::{Scene, engine};

static ENGINE: LazyLock<Engine> = LazyLock::new(engine);

fn permitted(scene: &Scene) -> Option<Obligations> {
    match scene.decide(&ENGINE) {
        Decision::Permit(permit) => Some(permit.obligations().clone()),
        Decision::Refuse(_) => None,
    }
}

/// The same question, put by the member itself.
fn by_the_member(scene: &Scene) -> Option<Scene> {
    let member = scene.question.on_behalf_of?;
    let mut own = scene.clone();
    own.question = Question {
        asker: member,
        on_behalf_of: None,
        ..own.question
    };
    own.facts.mandate = None;
    Some(own)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// EXC-06, REG-03: within the mandate, within the convenant, and within what the member would get itself.
    #[test]
    fn exc_06_acting_for_a_member_never_gives_more_than_mandate_and_convenant(scene in dice::scene()) {
        let (Some(member), Some(given)) = (scene.question.on_behalf_of, permitted(&scene)) else {
            return Ok(());
        };
        let question = &scene.question;
        let mandate = scene.facts.mandate.as_ref();
        prop_assert!(mandate.is_some(), "a permit without a mandate");
        let mandate = mandate.unwrap();
        prop_assert_eq!((mandate.holder, mandate.member), (question.asker, member));
        prop_assert!(mandate.purposes.contains(&question.purpose));
        prop_assert!(mandate.valid.from <= scene.now && scene.now < mandate.valid.until);
        if matches!(question.action, Action::Discover | Action::Inspect) {
            let care = scene.facts.aanbieder.care_forms.as_ref();
            prop_assert!(care.is_some_and(|care| care.is_subset(&mandate.care_forms)));
        }
        if question.action.is_own() {
            return Ok(());
        }
        let convenant = scene.facts.convenant.as_ref().unwrap().content();
        prop_assert!(convenant.is_member(member) && convenant.is_member(question.asker));
        let terms = convenant.terms_of(&question.purpose).unwrap();
        prop_assert!(given.categories.is_subset(&terms.categories));
        let entry = ENGINE.catalogue().entry(&question.purpose, question.purpose_version).unwrap();
        if entry.for_member {
            // The member does not ask itself; what is looked at is its own.
            prop_assert_eq!(question.source, member);
            return Ok(());
        }
        let is_gemeente = convenant.members.iter().any(|one| one.oin == member && one.gemeente.is_some());
        if let (true, Some(own)) = (is_gemeente, by_the_member(&scene)) {
            let own = permitted(&own);
            prop_assert!(own.is_some(), "the member itself would be refused");
            prop_assert!(given.is_within(&own.unwrap()));
        }
    }
}
