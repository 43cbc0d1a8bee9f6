// SPDX-License-Identifier: EUPL-1.2
//! The question and the facts in the words of the rules.
//!
//! What is unknown is left out, and the schema makes every rule ask whether it is there.

mod entry;
mod value;

use std::collections::BTreeSet;

use basisnet_protocol::convenant::{ConvenantContent, PurposeTerms};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::Law;
use basisnet_protocol::purpose::{Category, PurposeId};
use basisnet_protocol::time::Timestamp;
use cedar_policy::{EntityUid, RestrictedExpression};

use crate::catalogue::Entry;
use crate::convenant::ConvenantFacts;
use crate::obligations::{Obligations, days, own_mask};
use crate::record::RecordKind;
use crate::request::{Action, Facts, Given, InForce, Mandate, PersonFacts, Question, RecordFacts};
use entry::named;
pub(crate) use value::{Fitting, Situation};
use value::{Kind, Value, many, one};

/// The type of what there is to do.
pub(crate) const ACTION: &str = "Action";
/// The resource of an action that is about no category.
const BETROKKEN: &str = "betrokken";

/// The types in the schema, parsed once.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    org: Kind,
    purpose: Kind,
    basis: Kind,
    role: Kind,
    category: Kind,
    data_class: Kind,
    exchange: Kind,
    entry: Kind,
    action: Kind,
    record: Kind,
    field: Kind,
    domain: Kind,
    law: Kind,
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
type Attribute<'w> = (&'static str, Option<Value<'w>>);

impl Words {
    /// None when a name is not a name; a test sees to it that this does not happen.
    pub(crate) fn new() -> Option<Self> {
        let (open, closed) = (Kind::open, Kind::closed);
        Some(Self {
            org: open("Org")?,
            purpose: open("Purpose")?,
            basis: open("LegalBasis")?,
            role: closed("Role")?,
            category: closed("Category")?,
            data_class: closed("DataClass")?,
            exchange: closed("Exchange")?,
            entry: open("CatalogueEntry")?,
            action: open(ACTION)?,
            record: closed("RecordKind")?,
            field: closed("Field")?,
            domain: closed("Domain")?,
            law: closed("Law")?,
        })
    }

    pub(crate) fn principal(&self, question: &Question) -> EntityUid {
        self.org.uid(question.asker.as_str())
    }

    pub(crate) fn action(&self, action: Action) -> EntityUid {
        self.action.uid(action.as_str())
    }

    pub(crate) fn resource(&self, subject: Subject) -> EntityUid {
        match subject {
            Subject::Betrokken => self.category.uid(BETROKKEN),
            Subject::Category(category) => self.category.uid(category.as_str()),
            Subject::Record(kind) => self.record.uid(kind.as_str()),
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
    ) -> Option<Situation> {
        Situation::of(self.attributes(question, facts, entry, release, now))
    }

    /// What the situation consists of, as the evaluator takes it.
    pub(crate) fn expressions(
        &self,
        question: &Question,
        facts: &Facts,
        entry: Option<&Entry>,
        release: &Obligations,
        now: Timestamp,
    ) -> Option<Vec<(String, RestrictedExpression)>> {
        value::expressions(self.attributes(question, facts, entry, release, now))
    }

    fn attributes(
        &self,
        question: &Question,
        facts: &Facts,
        entry: Option<&Entry>,
        release: &Obligations,
        now: Timestamp,
    ) -> Vec<(&'static str, Value<'_>)> {
        let convenant = facts.convenant.as_ref();
        let terms = convenant
            .and_then(|convenant| convenant.terms(&question.purpose, question.purpose_version));
        let mut attributes = vec![
            ("now", Some(moment(now))),
            ("source", Some(one(&self.org, question.source.as_str()))),
            ("asked", Some(self.asked(question))),
            ("entry", entry.map(|entry| one(&self.entry, &named(entry)))),
            ("mask", entry.and_then(|entry| self.mask(question, entry))),
            (
                "convenant",
                convenant.map(|convenant| self.convenant(convenant)),
            ),
            ("terms", terms.map(|terms| self.terms(terms))),
            (
                "inForce",
                facts
                    .in_force
                    .as_ref()
                    .map(|decided| self.in_force(decided)),
            ),
            ("release", Some(self.released(release))),
            (
                "compatible",
                Some(self.compatible(question, facts, entry, now)),
            ),
        ];
        attributes.extend(self.facts(facts));
        attributes.extend(self.people(facts));
        present(attributes)
    }

    fn facts(&self, facts: &Facts) -> Vec<Attribute<'_>> {
        let aanbieder = &facts.aanbieder;
        let classes = aanbieder
            .data_classes
            .as_ref()
            .map(|classes| many(&self.data_class, classes.iter().map(|class| class.as_str())));
        vec![
            ("pairOpen", facts.pair_open.known().map(Value::Truth)),
            ("suspended", facts.suspended.known().map(Value::Truth)),
            ("treffer", aanbieder.treffer.known().map(Value::Truth)),
            (
                "naturalPerson",
                aanbieder.natural_person.known().map(Value::Truth),
            ),
            ("restricted", aanbieder.restricted.known().map(Value::Truth)),
            ("dataClasses", classes),
            ("recordUntil", aanbieder.retained_until.map(moment)),
            (
                "hearingOver",
                aanbieder.hearing_over.known().map(Value::Truth),
            ),
            ("usedToday", facts.used_today.map(number)),
            ("cell", facts.cell.map(number)),
            ("secret", aanbieder.secret.known().map(Value::Truth)),
            ("received", aanbieder.received.known().map(Value::Truth)),
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
    fn people(&self, facts: &Facts) -> Vec<Attribute<'_>> {
        let mandate = facts.mandate.as_ref();
        let person = facts.person.as_ref();
        let given = facts.given.as_ref();
        vec![
            ("mandate", mandate.map(|mandate| self.mandate(mandate))),
            ("person", person.map(|person| self.person(person))),
            ("given", given.map(|given| self.given(given))),
            ("record", Some(self.record(&facts.record))),
        ]
    }

    fn mandate(&self, mandate: &Mandate) -> Value<'_> {
        record(vec![
            ("holder", Some(one(&self.org, mandate.holder.as_str()))),
            ("member", Some(one(&self.org, mandate.member.as_str()))),
            ("purposes", Some(self.purposes(&mandate.purposes))),
            ("careForms", Some(texts(&mandate.care_forms))),
            ("validFrom", Some(moment(mandate.valid.from))),
            ("validUntil", Some(moment(mandate.valid.until))),
        ])
    }

    fn person(&self, person: &PersonFacts) -> Value<'_> {
        let roles = person.roles.iter().map(|role| role.as_str());
        record(vec![
            ("roles", Some(many(&self.role, roles))),
            ("tasks", Some(self.purposes(&person.tasks))),
        ])
    }

    fn given(&self, given: &Given) -> Value<'_> {
        let group = Value::Text(given.group_id.clone());
        record(vec![
            ("purpose", Some(one(&self.purpose, given.purpose.as_str()))),
            ("group", Some(group)),
            ("source", Some(one(&self.org, given.source.as_str()))),
            ("until", Some(moment(given.retain_until))),
        ])
    }

    fn record(&self, own: &RecordFacts) -> Value<'_> {
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
            ("assigned", own.assigned.known().map(Value::Truth)),
            ("shielded", own.shielded.known().map(Value::Truth)),
            ("restricted", own.restricted.known().map(Value::Truth)),
            ("secret", own.secret.known().map(Value::Truth)),
            (
                "secrecyWeighed",
                own.secrecy_weighed.known().map(Value::Truth),
            ),
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
    ) -> Value<'_> {
        let registered = facts.further_uses.iter();
        let registered = registered.filter(|further| further.to == question.purpose);
        let registered = registered.filter(|further| further.stands_at(now));
        let all = std::iter::once(&question.purpose)
            .chain(entry.into_iter().flat_map(|entry| &entry.builds_on))
            .chain(registered.map(|further| &further.from));
        many(&self.purpose, all.map(PurposeId::as_str))
    }

    fn purposes<'a>(&self, ids: impl IntoIterator<Item = &'a PurposeId>) -> Value<'_> {
        many(&self.purpose, ids.into_iter().map(PurposeId::as_str))
    }

    fn asked(&self, question: &Question) -> Value<'_> {
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
            ("weighed", Some(Value::Truth(question.weighing.is_some()))),
            ("caseGiven", Some(Value::Truth(question.case_ref.is_some()))),
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

    /// What this role may see of this kind of own record, or handle; of another question there is no such thing.
    fn mask(&self, question: &Question, entry: &Entry) -> Option<Value<'_>> {
        let mask = question
            .action
            .is_own()
            .then(|| own_mask(question, Some(entry)));
        mask.map(|mask| many(&self.field, mask.iter().map(|field| field.as_str())))
    }

    fn convenant(&self, convenant: &ConvenantFacts) -> Value<'_> {
        let content: &ConvenantContent = convenant.content();
        let members: Vec<Oin> = convenant.organisations().collect();
        let members = members.iter().map(Oin::as_str);
        let partnerships = convenant.partnerships();
        let partnerships = partnerships.iter().map(Oin::as_str);
        let group = Value::Text(content.group_id.clone());
        record(vec![
            ("group", Some(group)),
            ("members", Some(many(&self.org, members))),
            ("partnerships", Some(many(&self.org, partnerships))),
            ("active", convenant.active().known().map(Value::Truth)),
            (
                "naturalPersons",
                Some(Value::Truth(content.natural_persons)),
            ),
            ("inzagePerDay", Some(number(content.budgets.inzage_per_day))),
            ("minCell", Some(number(content.thresholds.min_cell))),
        ])
    }

    fn terms(&self, terms: &PurposeTerms) -> Value<'_> {
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

    fn in_force(&self, decided: &InForce) -> Value<'_> {
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

    fn released(&self, release: &Obligations) -> Value<'_> {
        let fields = release.fields.iter().map(|field| field.as_str());
        record(vec![
            ("retainUntil", Some(moment(release.retain_until))),
            ("minCell", Some(number(release.min_cell))),
            ("fields", Some(many(&self.field, fields))),
            ("content", Some(Value::Truth(release.has_content()))),
        ])
    }

    fn categories<'a>(&self, categories: impl Iterator<Item = &'a Category>) -> Value<'_> {
        many(&self.category, categories.map(|category| category.as_str()))
    }
}

const fn law(law: &Law) -> &'static str {
    match law {
        Law::Wmo => "wmo",
        Law::Jeugdwet => "jeugdwet",
    }
}

/// A moment beyond what the rules can count with is the last one: adding to it is an error, and refuses.
fn moment(moment: Timestamp) -> Value<'static> {
    Value::Number(i64::try_from(moment.as_millis()).unwrap_or(i64::MAX))
}

fn term(number_of_days: u32) -> Value<'static> {
    let millis = days(number_of_days).as_millis();
    Value::Number(i64::try_from(millis).unwrap_or(i64::MAX))
}

fn number(number: u32) -> Value<'static> {
    Value::Number(i64::from(number))
}

fn texts(all: &BTreeSet<String>) -> Value<'static> {
    Value::Texts(all.iter().cloned().collect())
}

fn record(attributes: Vec<Attribute<'_>>) -> Value<'_> {
    Value::Record(present(attributes))
}

fn present(attributes: Vec<Attribute<'_>>) -> Vec<(&'static str, Value<'_>)> {
    attributes
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn kinds(words: &Words) -> [&Kind; 13] {
        let Words {
            org,
            purpose,
            basis,
            role,
            category,
            data_class,
            exchange,
            entry,
            action,
            record,
            field,
            domain,
            law,
        } = words;
        [
            org, purpose, basis, role, category, data_class, exchange, entry, action, record,
            field, domain, law,
        ]
    }

    #[test]
    fn a_type_is_closed_where_the_vocabulary_lists_its_members_and_nowhere_else() {
        let rules = Rules::embedded().unwrap();
        let words = Words::new().unwrap();
        let kinds = kinds(&words);
        let entities = rules.vocabulary().lines();
        let entities = entities.filter_map(|line| line.strip_prefix("entity "));
        let mut listed = BTreeSet::new();
        for entity in entities {
            let name = entity.split([' ', ';']).next().unwrap();
            assert!(kinds.iter().any(|kind| kind.word() == name), "{name}");
            if entity.contains(" enum [") {
                listed.insert(name);
            }
        }
        let closed = kinds.iter().filter(|kind| kind.is_listed());
        assert_eq!(
            closed.map(|kind| kind.word()).collect::<BTreeSet<_>>(),
            listed
        );
    }
}
