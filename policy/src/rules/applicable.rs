// SPDX-License-Identifier: EUPL-1.2
//! Of all rules, those that can say anything about an action: worked out once, because every decision asks for them.
//!
//! A rule whose head names other actions is neither met nor in error, whatever is asked. So a decision by the rules of
//! its action alone comes out as by all of them, with the same reasons; a test holds the two side by side.

use std::collections::BTreeMap;

use cedar_policy::{
    ActionConstraint, Entities, EntityId, EntityTypeName, EntityUid, Policy, PolicySet,
};
use serde_json::json;

use crate::context::ACTION;
use crate::request::Action;

/// The rules of each action.
#[derive(Clone, Debug, Default)]
pub(super) struct Applicable(BTreeMap<Action, PolicySet>);

impl Applicable {
    /// The rules, by action; none of an action for which that could not be worked out.
    pub(super) fn among(all: &PolicySet, entities: &Entities) -> Self {
        let Ok(actions) = ACTION.parse::<EntityTypeName>() else {
            return Self::default();
        };
        let of = |action: Action| {
            let id = EntityId::new(action.as_str());
            let named = EntityUid::from_type_name_and_id(actions.clone(), id);
            let rules = all
                .policies()
                .filter(|rule| applies(rule, &named, entities));
            let rules = PolicySet::from_policies(rules.map(settled)).ok()?;
            Some((action, rules))
        };
        Self(Action::ALL.into_iter().filter_map(of).collect())
    }

    pub(super) fn to(&self, action: Action) -> Option<&PolicySet> {
        self.0.get(&action)
    }
}

/// Whether the head of a rule lets this action through.
fn applies(rule: &Policy, action: &EntityUid, entities: &Entities) -> bool {
    match rule.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(only) => only == *action,
        ActionConstraint::In(groups) => groups
            .iter()
            .any(|group| group == action || entities.is_ancestor_of(group, action)),
    }
}

/// A rule whose head lets the action of the question through, without that part of its head: it need not be asked
/// again, and without its place in a text it is quicker to evaluate.
fn settled(rule: &Policy) -> Policy {
    let headless = || {
        let mut form = rule.to_json().ok()?;
        *form.get_mut("action")? = json!({ "op": "All" });
        Policy::from_json(Some(rule.id().clone()), form).ok()
    };
    headless().unwrap_or_else(|| rule.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn a_rule_is_one_of_the_actions_that_its_head_names_and_of_no_other() {
        let exchange = ["discover", "ask", "inspect", "aggregate", "use"];
        let own = ["view", "handle", "hand_over"];
        let heads: [(&str, Vec<&str>); 8] = [
            ("action", [&exchange[..], &own].concat()),
            (r#"action == Action::"ask""#, vec!["ask"]),
            (r#"action == Action::"exchange""#, vec![]),
            (r#"action in Action::"ask""#, vec!["ask"]),
            (
                r#"action in [Action::"ask", Action::"use"]"#,
                vec!["ask", "use"],
            ),
            (r#"action in Action::"exchange""#, exchange.to_vec()),
            (
                r#"action in [Action::"own", Action::"ask"]"#,
                [&["ask"][..], &own].concat(),
            ),
            (r#"action in []"#, vec![]),
        ];
        let rules = Rules::embedded().unwrap();
        for (head, expected) in heads {
            let text = format!("forbid (principal, {head}, resource);");
            let all = PolicySet::from_policies([Policy::parse(None, text).unwrap()]).unwrap();
            let applicable = Applicable::among(&all, &rules.entities);
            let named = Action::ALL.into_iter().filter(|action| {
                let of_action = applicable.to(*action).unwrap();
                of_action.policies().count() == 1
            });
            let named: Vec<_> = named.map(Action::as_str).collect();
            let in_order = Action::ALL.map(Action::as_str);
            let expected: Vec<_> = in_order
                .into_iter()
                .filter(|a| expected.contains(a))
                .collect();
            assert_eq!(named, expected, "{head}");
        }
    }

    #[test]
    fn every_rule_is_one_of_some_action_and_no_action_has_them_all() {
        let rules = Rules::embedded().unwrap();
        let of = |action| rules.applicable.to(action).unwrap();
        let all = rules.policies.policies().count();
        for rule in rules.policies.policies() {
            let known = |action: &Action| of(*action).policy(rule.id()).is_some();
            assert!(Action::ALL.iter().any(known), "{}", rule.id());
        }
        for action in Action::ALL {
            let own = of(action).policies().count();
            assert!(own > 10 && own < all, "{action:?}: {own} of {all}");
            assert!(of(action).policy(&rules.permit).is_some());
        }
        let undivided = rules.testing_only_undivided();
        for action in Action::ALL {
            assert_eq!(undivided.about(action).policies().count(), all);
        }
    }
}
