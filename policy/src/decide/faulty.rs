// SPDX-License-Identifier: EUPL-1.2
//! Which rules could not be evaluated, for who has to mend them.
//!
//! A rule that cannot be evaluated closes the door, and the decision says only that there was one: what it says is kept,
//! and read years later. Here the question is put again, to say which rule it is, where it stands and what to do.

use std::collections::BTreeMap;

use basisnet_protocol::time::Timestamp;
use cedar_policy::{AuthorizationError, EvaluationError};

use super::Engine;
use crate::guard::GuardId;
use crate::obligations::Obligations;
use crate::position::{Fault, Told};
use crate::request::{Facts, Question};

impl Engine {
    /// The rules that cannot be evaluated for this question, each with its place, the fault and the mend.
    #[must_use]
    pub fn faults(
        &self,
        question: &Question,
        facts: &Facts,
        proposal: Option<&Obligations>,
        now: Timestamp,
    ) -> Vec<Fault> {
        let entry = self.entry(question, now);
        let narrowest = Obligations::narrowest(question, facts, entry, now);
        let release = proposal.unwrap_or(&narrowest);
        let categories = proposal.map_or(&question.categories, |given| &given.categories);
        let situation = self.words.situation(question, facts, entry, release, now);
        let mut faults = BTreeMap::new();
        for subject in super::subjects(question, categories) {
            let told = situation.clone();
            let request = told.and_then(|told| self.request(question, subject, told));
            let Some(request) = request else {
                continue;
            };
            let rules = self.rules.about(question.action);
            let response = self
                .authorizer
                .is_authorized(&request, rules, &self.entities);
            for error in response.diagnostics().errors() {
                let AuthorizationError::PolicyEvaluationError(error) = error;
                let name: &str = error.policy_id().as_ref();
                if let Some(fault) = self.fault_of(name, error.inner()) {
                    faults.entry(name.to_owned()).or_insert(fault);
                }
            }
        }
        faults.into_values().collect()
    }

    fn fault_of(&self, name: &str, error: &EvaluationError) -> Option<Fault> {
        let id: GuardId = name.parse().ok()?;
        Some(self.rules.spot(&id)?.fault(name, told(error)))
    }
}

/// What is wrong, in Dutch: of what the engine says only the kind is used.
fn told(error: &EvaluationError) -> Told {
    if matches!(error, EvaluationError::IntegerOverflow(_)) {
        return Told::new(
            "deze regel kan niet worden uitgerekend, want een getal wordt te groot; daarom is het antwoord nee",
            "een berekening die altijd uitkomt",
            "reken met kleinere getallen, of vergelijk zonder te rekenen",
        );
    }
    if matches!(error, EvaluationError::EntityDoesNotExist(_)) {
        return Told::new(
            "deze regel kan niet worden uitgerekend, want zij vraagt naar iets wat er niet is; daarom is het antwoord nee",
            "een doel of handeling die er is",
            "verbeter de naam in de voorwaarde",
        );
    }
    Told::new(
        "deze regel kan niet worden uitgerekend; daarom is het antwoord nee",
        "een voorwaarde die voor elke vraag uitkomt",
        "schrijf de voorwaarde eenvoudiger, of haal de regel weg",
    )
}
