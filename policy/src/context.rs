// SPDX-License-Identifier: EUPL-1.2
//! The question and the facts in the words of the rules.
//!
//! What is unknown is left out, and the schema makes every rule ask whether it is there.

use std::str::FromStr;

use basisnet_protocol::convenant::{ConvenantContent, PurposeTerms};
use basisnet_protocol::purpose::Category;
use basisnet_protocol::time::Timestamp;
use cedar_policy::{Context, EntityId, EntityTypeName, EntityUid, RestrictedExpression};

use crate::catalogue::{Entry, NaturalPersons};
use crate::convenant::ConvenantFacts;
use crate::obligations::{Obligations, days};
use crate::request::{Action, Facts, InForce, Question};

/// The resource of an action that is about no category.
const BETROKKEN: &str = "betrokken";

/// The names of the types in the schema, parsed once.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    org: EntityTypeName,
    purpose: EntityTypeName,
    basis: EntityTypeName,
    role: EntityTypeName,
    category: EntityTypeName,
    data_class: EntityTypeName,
    exchange: EntityTypeName,
    action: EntityTypeName,
}

/// An attribute of a record, absent when it is unknown.
type Attribute = (&'static str, Option<RestrictedExpression>);

impl Words {
    /// None when a name is not a name; a test sees to it that this does not happen.
    pub(crate) fn new() -> Option<Self> {
        let word = |name| EntityTypeName::from_str(name).ok();
        Some(Self {
            org: word("Org")?,
            purpose: word("Purpose")?,
            basis: word("LegalBasis")?,
            role: word("Role")?,
            category: word("Category")?,
            data_class: word("DataClass")?,
            exchange: word("Exchange")?,
            action: word("Action")?,
        })
    }

    pub(crate) fn principal(&self, question: &Question) -> EntityUid {
        uid(&self.org, question.asker.as_str())
    }

    pub(crate) fn action(&self, action: Action) -> EntityUid {
        uid(&self.action, action.as_str())
    }

    pub(crate) fn resource(&self, category: Option<Category>) -> EntityUid {
        uid(&self.category, category.map_or(BETROKKEN, Category::as_str))
    }

    /// The situation as the rules see it; none when it cannot be written down, which refuses.
    pub(crate) fn situation(
        &self,
        question: &Question,
        facts: &Facts,
        entry: Option<&Entry>,
        release: &Obligations,
        now: Timestamp,
    ) -> Option<Context> {
        let convenant = facts.convenant.as_ref();
        let terms = convenant
            .and_then(|convenant| convenant.terms(&question.purpose, question.purpose_version));
        let mut attributes = vec![
            ("now", Some(moment(now))),
            ("source", Some(one(&self.org, question.source.as_str()))),
            ("asked", self.asked(question)),
            ("entry", entry.and_then(|entry| self.entry(entry))),
            (
                "convenant",
                convenant.and_then(|convenant| self.convenant(convenant)),
            ),
            ("terms", terms.and_then(|terms| self.terms(terms))),
            (
                "inForce",
                facts
                    .in_force
                    .as_ref()
                    .and_then(|decided| self.in_force(decided)),
            ),
            ("release", released(release)),
        ];
        attributes.extend(self.facts(facts));
        Context::from_pairs(present(attributes)).ok()
    }

    fn facts(&self, facts: &Facts) -> Vec<Attribute> {
        let aanbieder = &facts.aanbieder;
        let classes = aanbieder
            .data_classes
            .as_ref()
            .map(|classes| many(&self.data_class, classes.iter().map(|class| class.as_str())));
        vec![
            ("pairOpen", facts.pair_open.known().map(truth)),
            ("suspended", facts.suspended.known().map(truth)),
            ("treffer", aanbieder.treffer.known().map(truth)),
            ("naturalPerson", aanbieder.natural_person.known().map(truth)),
            ("restricted", aanbieder.restricted.known().map(truth)),
            ("dataClasses", classes),
            ("recordUntil", aanbieder.retained_until.map(moment)),
            ("hearingOver", aanbieder.hearing_over.known().map(truth)),
            ("usedToday", facts.used_today.map(number)),
            ("cell", facts.cell.map(number)),
            (
                "collectedFor",
                facts
                    .collected_for
                    .as_ref()
                    .map(|id| one(&self.purpose, id.as_str())),
            ),
        ]
    }

    fn asked(&self, question: &Question) -> Option<RestrictedExpression> {
        record(vec![
            (
                "purpose",
                Some(one(&self.purpose, question.purpose.as_str())),
            ),
            ("version", Some(number(question.purpose_version))),
            (
                "basis",
                Some(one(&self.basis, question.legal_basis.as_str())),
            ),
            (
                "role",
                question.role.map(|role| one(&self.role, role.as_str())),
            ),
            (
                "categories",
                Some(self.categories(question.categories.iter())),
            ),
            ("weighed", Some(truth(question.weighing.is_some()))),
            ("caseGiven", Some(truth(question.case_ref.is_some()))),
        ])
    }

    fn entry(&self, entry: &Entry) -> Option<RestrictedExpression> {
        let bases = entry.bases.iter().map(|basis| basis.code.as_str());
        let exchange = entry.exchange.iter().map(|exchange| exchange.as_str());
        let roles = entry.roles.iter().map(|role| role.as_str());
        let persons = entry.natural_persons == NaturalPersons::WithClause;
        record(vec![
            ("version", Some(number(entry.version))),
            ("bases", Some(many(&self.basis, bases))),
            ("categories", Some(self.categories(entry.categories.iter()))),
            ("roles", Some(many(&self.role, roles))),
            ("exchange", Some(many(&self.exchange, exchange))),
            ("followsTreffer", Some(truth(entry.follows_treffer))),
            ("naturalPersons", Some(truth(persons))),
            ("retentionMillis", Some(term(entry.retention_days))),
            ("minCell", Some(number(entry.min_cell))),
            ("validFrom", Some(moment(entry.valid_from.start()))),
            ("validUntil", Some(moment(entry.valid_until.start()))),
        ])
    }

    fn convenant(&self, convenant: &ConvenantFacts) -> Option<RestrictedExpression> {
        let content: &ConvenantContent = convenant.content();
        let members = content.members.iter().map(|member| member.oin.as_str());
        record(vec![
            ("members", Some(many(&self.org, members))),
            ("active", convenant.active().known().map(truth)),
            ("naturalPersons", Some(truth(content.natural_persons))),
            ("inzagePerDay", Some(number(content.budgets.inzage_per_day))),
            ("minCell", Some(number(content.thresholds.min_cell))),
        ])
    }

    fn terms(&self, terms: &PurposeTerms) -> Option<RestrictedExpression> {
        let bases = terms.legal_bases.iter().map(|basis| basis.as_str());
        let roles = terms.roles.iter().map(|role| role.as_str());
        record(vec![
            ("version", Some(number(terms.version))),
            ("bases", Some(many(&self.basis, bases))),
            ("categories", Some(self.categories(terms.categories.iter()))),
            ("roles", Some(many(&self.role, roles))),
            ("retentionMillis", Some(term(terms.retention_days))),
        ])
    }

    fn in_force(&self, decided: &InForce) -> Option<RestrictedExpression> {
        record(vec![
            (
                "purpose",
                Some(one(&self.purpose, decided.purpose.as_str())),
            ),
            ("version", Some(number(decided.version))),
            ("since", Some(moment(decided.since))),
            ("until", decided.until.map(moment)),
        ])
    }

    fn categories<'a>(
        &self,
        categories: impl Iterator<Item = &'a Category>,
    ) -> RestrictedExpression {
        many(&self.category, categories.map(|category| category.as_str()))
    }
}

fn released(release: &Obligations) -> Option<RestrictedExpression> {
    record(vec![
        ("retainUntil", Some(moment(release.retain_until))),
        ("minCell", Some(number(release.min_cell))),
    ])
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn one(kind: &EntityTypeName, id: &str) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(uid(kind, id))
}

fn many<'a>(kind: &EntityTypeName, ids: impl Iterator<Item = &'a str>) -> RestrictedExpression {
    RestrictedExpression::new_set(ids.map(|id| one(kind, id)))
}

fn truth(known: bool) -> RestrictedExpression {
    RestrictedExpression::new_bool(known)
}

fn number(number: u32) -> RestrictedExpression {
    RestrictedExpression::new_long(i64::from(number))
}

/// A moment beyond what the rules can count with is the last one: adding to it is an error, and refuses.
fn moment(moment: Timestamp) -> RestrictedExpression {
    RestrictedExpression::new_long(i64::try_from(moment.as_millis()).unwrap_or(i64::MAX))
}

fn term(number_of_days: u32) -> RestrictedExpression {
    let millis = days(number_of_days).as_millis();
    RestrictedExpression::new_long(i64::try_from(millis).unwrap_or(i64::MAX))
}

fn present(attributes: Vec<Attribute>) -> impl Iterator<Item = (String, RestrictedExpression)> {
    attributes
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
}

fn record(attributes: Vec<Attribute>) -> Option<RestrictedExpression> {
    RestrictedExpression::new_record(present(attributes)).ok()
}
