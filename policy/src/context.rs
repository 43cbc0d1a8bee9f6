// SPDX-License-Identifier: EUPL-1.2
//! The question and the facts in the words of the rules.
//!
//! What is unknown is left out, and the schema makes every rule ask whether it is there.

use std::collections::{BTreeSet, HashSet};
use std::str::FromStr;

use basisnet_protocol::convenant::{ConvenantContent, PurposeTerms};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::Law;
use basisnet_protocol::purpose::{Category, PurposeId};
use basisnet_protocol::time::Timestamp;
use cedar_policy::{Context, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};

use crate::catalogue::{Catalogue, Entry, NaturalPersons};
use crate::convenant::ConvenantFacts;
use crate::obligations::{Obligations, days, own_mask};
use crate::record::RecordKind;
use crate::request::{Action, Facts, Given, InForce, Mandate, PersonFacts, Question, RecordFacts};

/// The type of what there is to do.
pub(crate) const ACTION: &str = "Action";
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
    entry: EntityTypeName,
    action: EntityTypeName,
    record: EntityTypeName,
    field: EntityTypeName,
    domain: EntityTypeName,
    law: EntityTypeName,
}

/// What a question is about, as a resource of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// The treffer itself, or a count.
    Betrokken,
    /// A category of an answer.
    Category(Category),
    /// An own record.
    Record(RecordKind),
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
            entry: word("CatalogueEntry")?,
            action: word(ACTION)?,
            record: word("RecordKind")?,
            field: word("Field")?,
            domain: word("Domain")?,
            law: word("Law")?,
        })
    }

    pub(crate) fn principal(&self, question: &Question) -> EntityUid {
        uid(&self.org, question.asker.as_str())
    }

    pub(crate) fn action(&self, action: Action) -> EntityUid {
        uid(&self.action, action.as_str())
    }

    pub(crate) fn resource(&self, subject: Subject) -> EntityUid {
        match subject {
            Subject::Betrokken => uid(&self.category, BETROKKEN),
            Subject::Category(category) => uid(&self.category, category.as_str()),
            Subject::Record(kind) => uid(&self.record, kind.as_str()),
        }
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
        Context::from_pairs(self.attributes(question, facts, entry, release, now)).ok()
    }

    /// What the situation consists of.
    pub(crate) fn attributes(
        &self,
        question: &Question,
        facts: &Facts,
        entry: Option<&Entry>,
        release: &Obligations,
        now: Timestamp,
    ) -> Vec<(String, RestrictedExpression)> {
        let convenant = facts.convenant.as_ref();
        let terms = convenant
            .and_then(|convenant| convenant.terms(&question.purpose, question.purpose_version));
        let mut attributes = vec![
            ("now", Some(moment(now))),
            ("source", Some(one(&self.org, question.source.as_str()))),
            ("asked", self.asked(question)),
            ("entry", entry.map(|entry| self.named(entry))),
            ("mask", entry.and_then(|entry| self.mask(question, entry))),
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
            ("release", self.released(release)),
            (
                "compatible",
                Some(self.compatible(question, facts, entry, now)),
            ),
        ];
        attributes.extend(self.facts(facts));
        attributes.extend(self.people(facts));
        present(attributes).collect()
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
            ("secret", aanbieder.secret.known().map(truth)),
            ("received", aanbieder.received.known().map(truth)),
            (
                "collectedFor",
                aanbieder
                    .collected_for
                    .as_ref()
                    .map(|ids| self.purposes(ids)),
            ),
            ("careForms", aanbieder.care_forms.as_ref().map(texts)),
        ]
    }

    /// Who asks, for whom, and what they have in their hands.
    fn people(&self, facts: &Facts) -> Vec<Attribute> {
        let mandate = facts.mandate.as_ref();
        let person = facts.person.as_ref();
        let given = facts.given.as_ref();
        vec![
            ("mandate", mandate.and_then(|mandate| self.mandate(mandate))),
            ("person", person.and_then(|person| self.person(person))),
            ("given", given.and_then(|given| self.given(given))),
            ("record", self.record(&facts.record)),
        ]
    }

    fn mandate(&self, mandate: &Mandate) -> Option<RestrictedExpression> {
        record(vec![
            ("holder", Some(one(&self.org, mandate.holder.as_str()))),
            ("member", Some(one(&self.org, mandate.member.as_str()))),
            ("purposes", Some(self.purposes(&mandate.purposes))),
            ("careForms", Some(texts(&mandate.care_forms))),
            ("validFrom", Some(moment(mandate.valid.from))),
            ("validUntil", Some(moment(mandate.valid.until))),
        ])
    }

    fn person(&self, person: &PersonFacts) -> Option<RestrictedExpression> {
        let roles = person.roles.iter().map(|role| role.as_str());
        record(vec![
            ("roles", Some(many(&self.role, roles))),
            ("tasks", Some(self.purposes(&person.tasks))),
        ])
    }

    fn given(&self, given: &Given) -> Option<RestrictedExpression> {
        let group = RestrictedExpression::new_string(given.group_id.clone());
        record(vec![
            ("purpose", Some(one(&self.purpose, given.purpose.as_str()))),
            ("group", Some(group)),
            ("source", Some(one(&self.org, given.source.as_str()))),
            ("until", Some(moment(given.retain_until))),
        ])
    }

    fn record(&self, own: &RecordFacts) -> Option<RestrictedExpression> {
        let domain = own.domain.map(|domain| one(&self.domain, domain.as_str()));
        let handed_over = own.handed_over_to.as_ref();
        let handed_over =
            handed_over.map(|to| many(&self.domain, to.iter().map(|domain| domain.as_str())));
        let collected_for = own.collected_for.as_ref();
        let laws = own.laws.as_ref();
        let classes = own.data_classes.as_ref();
        let classes = classes
            .map(|classes| many(&self.data_class, classes.iter().map(|class| class.as_str())));
        record(vec![
            ("domain", domain),
            ("handedOverTo", handed_over),
            (
                "collectedFor",
                collected_for.map(|id| one(&self.purpose, id.as_str())),
            ),
            (
                "laws",
                laws.map(|laws| many(&self.law, laws.iter().map(law))),
            ),
            ("dataClasses", classes),
            ("assigned", own.assigned.known().map(truth)),
            ("shielded", own.shielded.known().map(truth)),
            ("restricted", own.restricted.known().map(truth)),
            ("secret", own.secret.known().map(truth)),
            ("secrecyWeighed", own.secrecy_weighed.known().map(truth)),
            ("retainedUntil", own.retained_until.map(moment)),
        ])
    }

    /// The purpose itself, those on which it builds by law, and those for which further use was registered.
    fn compatible(
        &self,
        question: &Question,
        facts: &Facts,
        entry: Option<&Entry>,
        now: Timestamp,
    ) -> RestrictedExpression {
        let registered = facts.further_uses.iter();
        let registered = registered.filter(|further| further.to == question.purpose);
        let registered = registered.filter(|further| further.stands_at(now));
        let all = std::iter::once(&question.purpose)
            .chain(entry.into_iter().flat_map(|entry| &entry.builds_on))
            .chain(registered.map(|further| &further.from));
        many(&self.purpose, all.map(PurposeId::as_str))
    }

    fn purposes<'a>(&self, ids: impl IntoIterator<Item = &'a PurposeId>) -> RestrictedExpression {
        many(&self.purpose, ids.into_iter().map(PurposeId::as_str))
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
            (
                "onBehalf",
                question
                    .on_behalf_of
                    .as_ref()
                    .map(|oin| one(&self.org, oin.as_str())),
            ),
            (
                "handOverTo",
                question
                    .hand_over_to
                    .map(|domain| one(&self.domain, domain.as_str())),
            ),
        ])
    }

    fn named(&self, entry: &Entry) -> RestrictedExpression {
        RestrictedExpression::new_entity_uid(self.name_of(entry))
    }

    fn name_of(&self, entry: &Entry) -> EntityUid {
        uid(&self.entry, &format!("{}@{}", entry.id, entry.version))
    }

    /// What this role may see of this kind of own record, or handle; of another question there is no such thing.
    fn mask(&self, question: &Question, entry: &Entry) -> Option<RestrictedExpression> {
        let mask = question
            .action
            .is_own()
            .then(|| own_mask(question, Some(entry)));
        mask.map(|mask| many(&self.field, mask.iter().map(|field| field.as_str())))
    }

    /// The catalogue as the rules see it. It is the same for every question, so it is written down once.
    ///
    /// None when it cannot be written down.
    pub(crate) fn entries(&self, catalogue: &Catalogue) -> Option<Vec<Entity>> {
        let entity = |entry| {
            let attributes = present(self.entry(entry)).collect();
            Entity::new(self.name_of(entry), attributes, HashSet::new()).ok()
        };
        catalogue.entries().map(entity).collect()
    }

    fn entry(&self, entry: &Entry) -> Vec<Attribute> {
        let classes = entry.data_classes.iter().map(|class| class.as_str());
        let fields = entry.fields.iter().map(|field| field.as_str());
        let bases = entry.bases.iter().map(|basis| basis.code.as_str());
        let exchange = entry.exchange.iter().map(|exchange| exchange.as_str());
        let roles = entry.roles.iter().map(|role| role.as_str());
        let persons = entry.natural_persons == NaturalPersons::WithClause;
        vec![
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
            ("domain", Some(one(&self.domain, entry.domain.as_str()))),
            ("dataClasses", Some(many(&self.data_class, classes))),
            ("forMember", Some(truth(entry.for_member))),
            ("fields", Some(many(&self.field, fields))),
        ]
    }

    fn convenant(&self, convenant: &ConvenantFacts) -> Option<RestrictedExpression> {
        let content: &ConvenantContent = convenant.content();
        let members: Vec<Oin> = convenant.organisations().collect();
        let members = members.iter().map(Oin::as_str);
        let partnerships = convenant.partnerships();
        let partnerships = partnerships.iter().map(Oin::as_str);
        let group = RestrictedExpression::new_string(content.group_id.clone());
        record(vec![
            ("group", Some(group)),
            ("members", Some(many(&self.org, members))),
            ("partnerships", Some(many(&self.org, partnerships))),
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

    fn released(&self, release: &Obligations) -> Option<RestrictedExpression> {
        let fields = release.fields.iter().map(|field| field.as_str());
        record(vec![
            ("retainUntil", Some(moment(release.retain_until))),
            ("minCell", Some(number(release.min_cell))),
            ("fields", Some(many(&self.field, fields))),
            ("content", Some(truth(release.has_content()))),
        ])
    }

    fn categories<'a>(
        &self,
        categories: impl Iterator<Item = &'a Category>,
    ) -> RestrictedExpression {
        many(&self.category, categories.map(|category| category.as_str()))
    }
}

const fn law(law: &Law) -> &'static str {
    match law {
        Law::Wmo => "wmo",
        Law::Jeugdwet => "jeugdwet",
    }
}

fn texts(all: &BTreeSet<String>) -> RestrictedExpression {
    RestrictedExpression::new_set(all.iter().cloned().map(RestrictedExpression::new_string))
}

pub(crate) fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
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
