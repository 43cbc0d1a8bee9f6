// SPDX-License-Identifier: EUPL-1.2
//! The one function that says yes or no.

mod bare;
mod faulty;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Category;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire;
use cedar_policy::{Authorizer, Entities, PolicyId, Request};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::adl::Answer;
use crate::catalogue::{Catalogue, Entry};
use crate::context::{Fitting, Situation, Subject, Words};
use crate::decision::{Decision, Grounds, Permit, Reason, Refusal};
use crate::guard::GuardId;
use crate::obligations::Obligations;
use crate::request::{Action, Facts, Question};
use crate::rules::{LoadError, Rules};

/// The rules and the catalogue, ready to decide. Cheap to clone; swap it whole when either changes.
#[derive(Clone)]
pub struct Engine {
    rules: Arc<Rules>,
    catalogue: Arc<Catalogue>,
    words: Arc<Words>,
    // The actions of the rules and the purposes of the catalogue, as the rules look them up.
    entities: Arc<Entities>,
    authorizer: Arc<Authorizer>,
    fitting: Arc<Fitting>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("policy_hash", &self.rules.hash())
            .field("catalogue_hash", &self.catalogue.hash())
            .finish_non_exhaustive()
    }
}

/// What was about to be released when somebody asked, and how far the yes went.
struct Findings {
    permitted: BTreeSet<Category>,
    refused: BTreeMap<Subject, BTreeSet<GuardId>>,
    faulty: bool,
}

impl Engine {
    /// An engine with these rules and this catalogue.
    pub fn new(rules: Rules, catalogue: Catalogue) -> Result<Self, LoadError> {
        let words = Words::new().ok_or_else(LoadError::words)?;
        let entries = words.entries(&catalogue).ok_or_else(LoadError::words)?;
        let entities = rules.entities_with(entries)?;
        Ok(Self {
            rules: Arc::new(rules),
            catalogue: Arc::new(catalogue),
            words: Arc::new(words),
            entities: Arc::new(entities),
            authorizer: Arc::new(Authorizer::new()),
            fitting: Arc::default(),
        })
    }

    /// The rules in use.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The catalogue in use.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// May this leave, for this purpose, at `now`?
    ///
    /// Only a clean yes is a yes. A test that forbids, a test that cannot be evaluated, an unknown term: each of
    /// them closes the door. At the source a question for several categories may get some of them; before it
    /// leaves the own node it is all or nothing, so that the asker hears what is wrong with it.
    pub fn decide(&self, question: &Question, facts: &Facts, now: Timestamp) -> Decision {
        let entry = self.entry(question, now);
        let narrowest = Obligations::narrowest(question, facts, entry, now);
        let findings = self.examine(question, facts, &narrowest, &question.categories, now);
        let partial = question.action == Action::Inspect;
        let inputs = Inputs {
            question,
            facts,
            proposal: None,
            now,
        };
        self.conclude(&inputs, findings, narrowest, partial)
    }

    /// May exactly this leave? For a person at the source who gives less, or for a shorter time.
    ///
    /// A proposal that goes beyond what is allowed is refused, never trimmed.
    pub fn decide_release(
        &self,
        question: &Question,
        facts: &Facts,
        proposal: &Obligations,
        now: Timestamp,
    ) -> Decision {
        let entry = self.entry(question, now);
        let narrowest = Obligations::narrowest(question, facts, entry, now);
        let findings = self.examine(question, facts, proposal, &proposal.categories, now);
        let inputs = Inputs {
            question,
            facts,
            proposal: Some(proposal),
            now,
        };
        self.conclude(&inputs, findings, narrowest.narrow(proposal), false)
    }

    /// Why not, in Dutch, for the own user. Where a purpose exchanges nothing, the way that there is instead.
    #[must_use]
    pub fn explain(&self, refusal: &Refusal) -> Vec<Reason> {
        let grounds = refusal.grounds();
        let entry = self
            .catalogue
            .entry(&grounds.purpose, grounds.purpose_version);
        let pointer = entry.and_then(|entry| entry.pointer.as_ref());
        let mut reasons = self.reasons(refusal.guards());
        for reason in &mut reasons {
            if let Some(pointer) = pointer.filter(|_| reason.guard.is_about_no_exchange()) {
                reason.remedy.clone_from(pointer);
            }
        }
        reasons
    }

    /// The explanation of some tests, sorted by name.
    #[must_use]
    pub fn reasons(&self, guards: &BTreeSet<GuardId>) -> Vec<Reason> {
        guards
            .iter()
            .filter_map(|id| self.rules.guard(id))
            .map(Reason::from)
            .collect()
    }

    /// The purpose that is asked for; else the version of it that is valid, or the newest, so that the other reasons
    /// are named too.
    fn entry(&self, question: &Question, now: Timestamp) -> Option<&Entry> {
        self.catalogue
            .entry(&question.purpose, question.purpose_version)
            .or_else(|| self.catalogue.current(&question.purpose, now))
    }

    fn examine(
        &self,
        question: &Question,
        facts: &Facts,
        release: &Obligations,
        categories: &BTreeSet<Category>,
        now: Timestamp,
    ) -> Findings {
        let entry = self.entry(question, now);
        let mut situation = self.words.situation(question, facts, entry, release, now);
        let mut findings = Findings {
            permitted: BTreeSet::new(),
            refused: BTreeMap::new(),
            faulty: false,
        };
        let mut subjects = subjects(question, categories).into_iter().peekable();
        while let Some(subject) = subjects.next() {
            let told = match subjects.peek() {
                Some(_) => situation.clone(),
                None => situation.take(),
            };
            let (guards, faulty) = self.evaluate(question, subject, told);
            findings.faulty |= faulty;
            if !guards.is_empty() {
                findings.refused.insert(subject, guards);
            } else if let Subject::Category(category) = subject {
                findings.permitted.insert(category);
            }
        }
        findings
    }

    /// The tests that say no to one category, and whether one could not be evaluated; none means a clean yes.
    fn evaluate(
        &self,
        question: &Question,
        subject: Subject,
        situation: Option<Situation>,
    ) -> (BTreeSet<GuardId>, bool) {
        let undecidable = || (BTreeSet::from([GuardId::undecidable()]), true);
        let request = situation.and_then(|situation| self.request(question, subject, situation));
        let Some(request) = request else {
            return undecidable();
        };
        let rules = self.rules.about(question.action);
        let response = self
            .authorizer
            .is_authorized(&request, rules, &self.entities);
        let failing: Vec<&PolicyId> = response.diagnostics().errors().map(at_fault).collect();
        let reasons: Vec<&PolicyId> = response.diagnostics().reason().collect();
        let permitted = response.decision() == cedar_policy::Decision::Allow;
        if permitted && failing.is_empty() && reasons == [&self.rules.permit] {
            return (BTreeSet::new(), false);
        }
        let guards: BTreeSet<GuardId> = reasons
            .into_iter()
            .filter(|id| **id != self.rules.permit)
            .chain(failing.iter().copied())
            .filter_map(|id| AsRef::<str>::as_ref(id).parse().ok())
            .collect();
        match guards.is_empty() {
            true => undecidable(),
            false => (guards, !failing.is_empty()),
        }
    }

    /// The question for the rules; none when it does not fit their vocabulary. That is asked once of each form.
    fn request(
        &self,
        question: &Question,
        subject: Subject,
        situation: Situation,
    ) -> Option<Request> {
        let principal = self.words.principal(question);
        let action = self.words.action(question.action);
        let resource = self.words.resource(subject);
        let (context, form) = situation.put(&principal, &action, &resource);
        let known = self.fitting.knows(&form);
        let schema = (!known).then_some(&self.rules.schema);
        let request = Request::new(principal, action, resource, context, schema).ok()?;
        if !known {
            self.fitting.remember(form);
        }
        Some(request)
    }

    fn conclude(
        &self,
        inputs: &Inputs<'_>,
        findings: Findings,
        limits: Obligations,
        partial: bool,
    ) -> Decision {
        let question = inputs.question;
        let Findings {
            permitted,
            refused,
            faulty,
        } = findings;
        let all: BTreeSet<GuardId> = refused.values().flatten().cloned().collect();
        // The categories are counted twice, here and by the rules; only what both allow is given. A category of which
        // no field is left is not given either.
        let held: BTreeSet<Category> = limits
            .fields
            .iter()
            .filter_map(|field| field.category())
            .collect();
        let categories = &(&limits.categories & &permitted) & &held;
        let empty = match question.action {
            Action::Discover | Action::Aggregate => false,
            Action::Ask | Action::Inspect | Action::Use => categories.is_empty(),
            Action::View | Action::Handle | Action::HandOver => limits.fields.is_empty(),
        };
        let whole = refused.is_empty() && categories == permitted;
        if !faulty && !empty && (whole || partial) {
            let obligations = match question.action.has_categories() {
                true => limits.only(categories),
                false => limits,
            };
            let withheld = withheld(refused);
            let grounds = self.grounds(inputs, Answer::permit(&obligations, &withheld));
            return Decision::Permit(Permit::new(grounds, obligations, withheld));
        }
        let guards = if all.is_empty() {
            BTreeSet::from([GuardId::nothing_left()])
        } else {
            all
        };
        let grounds = self.grounds(inputs, Answer::refusal(&guards, faulty));
        Decision::Refuse(Refusal::new(grounds, guards, faulty))
    }

    fn grounds(&self, inputs: &Inputs<'_>, answer: Answer) -> Grounds {
        let question = inputs.question;
        // What cannot be written down is kept as nothing; it could not be decided on either.
        let bytes = wire::encode(inputs).unwrap_or_default();
        Grounds {
            action: question.action,
            asker: question.asker,
            source: question.source,
            purpose: question.purpose.clone(),
            purpose_version: question.purpose_version,
            legal_basis: question.legal_basis.clone(),
            at: inputs.now,
            policy_hash: self.rules.hash(),
            catalogue_hash: self.catalogue.hash(),
            convenant_hash: inputs
                .facts
                .convenant
                .as_ref()
                .map(crate::ConvenantFacts::hash),
            inputs_hash: Octets(Sha256::digest(&bytes).into()),
            inputs: bytes,
            answer,
        }
    }
}

/// What is decided on one by one.
fn subjects(question: &Question, categories: &BTreeSet<Category>) -> Vec<Subject> {
    if question.action.has_categories() {
        categories.iter().copied().map(Subject::Category).collect()
    } else if question.action.is_own() {
        question.record.map(Subject::Record).into_iter().collect()
    } else {
        vec![Subject::Betrokken]
    }
}

/// The rule in which an evaluation went wrong.
fn at_fault(error: &cedar_policy::AuthorizationError) -> &PolicyId {
    match error {
        cedar_policy::AuthorizationError::PolicyEvaluationError(error) => error.policy_id(),
    }
}

fn withheld(
    refused: BTreeMap<Subject, BTreeSet<GuardId>>,
) -> BTreeMap<Category, BTreeSet<GuardId>> {
    refused
        .into_iter()
        .filter_map(|(subject, guards)| match subject {
            Subject::Category(category) => Some((category, guards)),
            Subject::Betrokken | Subject::Record(_) => None,
        })
        .collect()
}

/// What a decision is taken on, as [`crate::StoredInputs`] reads it.
#[derive(Serialize)]
struct Inputs<'a> {
    question: &'a Question,
    facts: &'a Facts,
    proposal: Option<&'a Obligations>,
    now: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{Cases, EXAMPLE};

    #[test]
    fn a_form_is_remembered_once_it_fits_and_no_sooner() {
        let (rules, catalogue) = (Rules::embedded().unwrap(), Catalogue::embedded().unwrap());
        let engine = Engine::new(rules, catalogue).unwrap();
        let cases = Cases::read(&[("voorbeeld.toml", EXAMPLE)]).unwrap();
        let scene = cases.scenes().next().unwrap();
        assert_eq!(engine.fitting.count(), 0);
        for _ in 0..2 {
            let _decision = engine.decide(&scene.question, &scene.facts, scene.now);
            assert_eq!(
                engine.fitting.count(),
                subjects(&scene.question, &scene.question.categories).len()
            );
        }
    }
}
