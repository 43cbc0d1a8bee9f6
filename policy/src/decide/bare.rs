// SPDX-License-Identifier: EUPL-1.2
//! The evaluator alone, with nothing of ours around it: what a decision is measured against.

use std::sync::Arc;

use basisnet_protocol::time::Timestamp;
use cedar_policy::{Authorizer, Context, Entities, EntityUid, Request, RestrictedExpression};

use super::{Engine, subjects};
use crate::obligations::Obligations;
use crate::request::{Action, Facts, Question};
use crate::rules::Rules;

/// A question in the words of the rules, as the evaluator gets it and with nothing around it: what a decision is
/// measured against.
#[doc(hidden)]
#[derive(Debug)]
pub struct TestingOnlyBare {
    rules: Arc<Rules>,
    entities: Arc<Entities>,
    authorizer: Arc<Authorizer>,
    principal: EntityUid,
    about: Action,
    action: EntityUid,
    resources: Vec<EntityUid>,
    attributes: Vec<(String, RestrictedExpression)>,
}

impl Engine {
    /// The bare question under a question.
    #[doc(hidden)]
    #[must_use]
    pub fn testing_only_bare(
        &self,
        question: &Question,
        facts: &Facts,
        now: Timestamp,
    ) -> TestingOnlyBare {
        let entry = self.entry(question, now);
        let narrowest = Obligations::narrowest(question, facts, entry, now);
        let subjects = subjects(question, &question.categories).into_iter();
        TestingOnlyBare {
            rules: Arc::clone(&self.rules),
            entities: Arc::clone(&self.entities),
            authorizer: Arc::clone(&self.authorizer),
            principal: self.words.principal(question),
            about: question.action,
            action: self.words.action(question.action),
            resources: subjects
                .map(|subject| self.words.resource(subject))
                .collect(),
            attributes: (self.words)
                .expressions(question, facts, entry, &narrowest, now)
                .unwrap_or_default(),
        }
    }
}

impl TestingOnlyBare {
    /// Context, validation and evaluation, and whether all of it was allowed.
    #[doc(hidden)]
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        let Ok(situation) = Context::from_pairs(self.attributes.clone()) else {
            return false;
        };
        self.resources.iter().all(|resource| {
            let (principal, action) = (self.principal.clone(), self.action.clone());
            let schema = Some(&self.rules.schema);
            let request = Request::new(
                principal,
                action,
                resource.clone(),
                situation.clone(),
                schema,
            );
            request.is_ok_and(|request| {
                let policies = self.rules.about(self.about);
                let authorizer = &self.authorizer;
                let response = authorizer.is_authorized(&request, policies, &self.entities);
                response.decision() == cedar_policy::Decision::Allow
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::cases::{Cases, EXAMPLE};
    use crate::{Catalogue, Engine, Rules};

    #[test]
    fn the_evaluator_alone_allows_what_the_engine_allows() {
        let rules = Rules::embedded().unwrap();
        let engine = Engine::new(rules, Catalogue::embedded().unwrap()).unwrap();
        let cases = Cases::read(&[("voorbeeld.toml", EXAMPLE)]).unwrap();
        let allowed: Vec<_> = cases
            .scenes()
            .map(|scene| {
                let bare = engine.testing_only_bare(&scene.question, &scene.facts, scene.now);
                let decision = engine.decide(&scene.question, &scene.facts, scene.now);
                assert_eq!(bare.is_allowed(), decision.into_result().is_ok());
                bare.is_allowed()
            })
            .collect();
        assert_eq!(allowed, [true, true, false, false]);
    }
}
