// SPDX-License-Identifier: EUPL-1.2
//! What comes with a yes: which categories, which fields, until when, and how small a group may be shown.
//!
//! Every party to it can only take away: the question, the catalogue, the convenant, the source's own term.
//! Categories and fields are intersected, terms take the earliest, thresholds the highest. So one more rule, or one more
//! party, never gives more. The outcome goes back into the rules, which look at it again.

use std::collections::BTreeSet;
use std::time::Duration;

use basisnet_protocol::convenant::ConvenantContent;
use basisnet_protocol::convenant::PurposeTerms;
use basisnet_protocol::purpose::Category;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::catalogue::Entry;
use crate::record::{Depth, Field};
use crate::request::{Action, Facts, Question};

/// What a receiver gets, and what it must observe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligations {
    /// Which categories may be given.
    pub categories: BTreeSet<Category>,
    /// Which fields may be given or shown.
    pub fields: BTreeSet<Field>,
    /// The first moment at which the receiver must be without it.
    pub retain_until: Timestamp,
    /// The smallest group that may be shown.
    pub min_cell: u32,
}

impl Obligations {
    /// These categories whole, until then: what a person proposes to give.
    #[must_use]
    pub fn of_categories(categories: BTreeSet<Category>, retain_until: Timestamp) -> Self {
        Self {
            fields: all_of(&categories),
            categories,
            retain_until,
            min_cell: u32::MAX,
        }
    }

    /// Whether content (*wat*) would be shown, and not only that there is something.
    #[must_use]
    pub fn has_content(&self) -> bool {
        self.fields.iter().any(|field| field.depth() == Depth::Wat)
    }

    /// The narrowest of what all parties allow.
    #[must_use]
    pub(crate) fn narrowest(
        question: &Question,
        facts: &Facts,
        entry: Option<&Entry>,
        now: Timestamp,
    ) -> Self {
        if question.action.is_own() {
            return Self::own(question, facts, entry, now);
        }
        let convenant = facts.convenant.as_ref();
        let terms = convenant
            .and_then(|convenant| convenant.terms(&question.purpose, question.purpose_version));
        let content = convenant.map(super::ConvenantFacts::content);
        Self::asked(question)
            .narrow(&entry.map_or_else(|| Self::nothing(now), |entry| Self::by_entry(entry, now)))
            .narrow(&terms.zip(content).map_or_else(
                || Self::nothing(now),
                |(terms, content)| Self::by_terms(terms, content, now),
            ))
            .narrow(&Self::by_source(question.action, facts, now))
    }

    /// The most that both allow.
    #[must_use]
    pub fn narrow(&self, other: &Self) -> Self {
        Self {
            categories: &self.categories & &other.categories,
            fields: &self.fields & &other.fields,
            retain_until: self.retain_until.min(other.retain_until),
            min_cell: self.min_cell.max(other.min_cell),
        }
    }

    /// Whether this gives nothing that `other` does not give.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.categories.is_subset(&other.categories)
            && self.fields.is_subset(&other.fields)
            && self.retain_until <= other.retain_until
            && self.min_cell >= other.min_cell
    }

    /// The same for some of its categories.
    pub(crate) fn only(self, categories: BTreeSet<Category>) -> Self {
        let kept = |field: &Field| field.category().is_some_and(|of| categories.contains(&of));
        Self {
            fields: self.fields.into_iter().filter(kept).collect(),
            categories,
            ..self
        }
    }

    /// What somebody of the own gemeente may see or handle: what is asked, as far as the role goes for this purpose.
    fn own(question: &Question, facts: &Facts, entry: Option<&Entry>, now: Timestamp) -> Self {
        let mask = own_mask(question, entry);
        let asked = question.fields.as_ref();
        Self {
            categories: BTreeSet::new(),
            fields: asked.map_or_else(|| mask.clone(), |asked| asked & &mask),
            retain_until: facts.record.retained_until.unwrap_or(now),
            min_cell: 0,
        }
    }

    fn nothing(now: Timestamp) -> Self {
        Self {
            categories: BTreeSet::new(),
            fields: BTreeSet::new(),
            retain_until: now,
            min_cell: u32::MAX,
        }
    }

    fn asked(question: &Question) -> Self {
        let all = all_of(&question.categories);
        Self {
            categories: question.categories.clone(),
            fields: question
                .fields
                .as_ref()
                .map_or_else(|| all.clone(), |asked| asked & &all),
            retain_until: Timestamp::from_millis(u64::MAX),
            min_cell: 0,
        }
    }

    fn by_entry(entry: &Entry, now: Timestamp) -> Self {
        Self {
            categories: entry.categories.clone(),
            fields: entry.fields.clone(),
            retain_until: now + days(entry.retention_days),
            min_cell: entry.min_cell,
        }
    }

    fn by_terms(terms: &PurposeTerms, content: &ConvenantContent, now: Timestamp) -> Self {
        Self {
            categories: terms.categories.clone(),
            fields: all_of(&terms.categories),
            retain_until: now + days(terms.retention_days),
            min_cell: content.thresholds.min_cell,
        }
    }

    /// The term of the source. Who asks does not know it; who uses an answer knows what it was given until.
    fn by_source(action: Action, facts: &Facts, now: Timestamp) -> Self {
        let until = match action {
            Action::Ask => Timestamp::from_millis(u64::MAX),
            Action::Use => facts.given.as_ref().map_or(now, |given| given.retain_until),
            Action::Discover
            | Action::Inspect
            | Action::Aggregate
            | Action::View
            | Action::Handle
            | Action::HandOver => facts.aanbieder.retained_until.unwrap_or(now),
        };
        Self {
            categories: BTreeSet::from(Category::ALL),
            fields: Field::ALL.iter().copied().collect(),
            retain_until: until,
            min_cell: 0,
        }
    }
}

/// What somebody in this role may see of this kind of record for this purpose, or handle.
pub(crate) fn own_mask(question: &Question, entry: Option<&Entry>) -> BTreeSet<Field> {
    let handles = question.action != Action::View;
    match (entry, question.role, question.record) {
        (Some(entry), Some(role), Some(kind)) => entry.own_fields(role, kind, handles),
        _ => BTreeSet::new(),
    }
}

fn all_of(categories: &BTreeSet<Category>) -> BTreeSet<Field> {
    categories
        .iter()
        .copied()
        .flat_map(Field::of_category)
        .collect()
}

/// So many days.
pub(crate) const fn days(days: u32) -> Duration {
    Duration::from_secs(days as u64 * 86_400)
}

#[cfg(test)]
mod tests {
    use basisnet_protocol::purpose::PurposeId;
    use proptest::prelude::*;

    use super::*;

    fn any_obligations() -> impl Strategy<Value = Obligations> {
        let categories = proptest::sample::subsequence(Category::ALL.to_vec(), 0..=4);
        let fields = proptest::sample::subsequence(Field::ALL.to_vec(), 0..=Field::ALL.len());
        (categories, fields, 0..50_u64, 0..20_u32).prop_map(
            |(categories, fields, until, min_cell)| Obligations {
                categories: categories.into_iter().collect(),
                fields: fields.into_iter().collect(),
                retain_until: Timestamp::from_secs(until),
                min_cell,
            },
        )
    }

    proptest! {
        #[test]
        fn every_party_can_only_take_away(a in any_obligations(), b in any_obligations()) {
            let both = a.narrow(&b);
            prop_assert!(both.is_within(&a) && both.is_within(&b));
        }

        #[test]
        fn the_order_of_the_parties_does_not_matter(
            a in any_obligations(), b in any_obligations(), c in any_obligations()
        ) {
            prop_assert_eq!(a.narrow(&b).narrow(&c), c.narrow(&a.narrow(&b)));
            prop_assert_eq!(a.narrow(&b).narrow(&c), a.narrow(&b.narrow(&c)));
            prop_assert_eq!(a.narrow(&a), a);
        }
    }

    #[test]
    fn whoever_gives_more_in_one_thing_is_not_within() {
        let some = Obligations {
            categories: BTreeSet::from([Category::Contact]),
            fields: BTreeSet::from([Field::ContactTeam]),
            retain_until: Timestamp::from_secs(10),
            min_cell: 10,
        };
        assert!(some.is_within(&some));
        let more = [
            Obligations {
                categories: BTreeSet::from([Category::Contact, Category::Label]),
                ..some.clone()
            },
            Obligations {
                fields: BTreeSet::from([Field::ContactTeam, Field::ContactPostbus]),
                ..some.clone()
            },
            Obligations {
                retain_until: Timestamp::from_secs(11),
                ..some.clone()
            },
            Obligations {
                min_cell: 9,
                ..some.clone()
            },
        ];
        for more in more {
            assert!(some.is_within(&more) && !more.is_within(&some), "{more:?}");
        }
    }

    #[test]
    fn what_is_left_of_some_categories_has_only_their_fields() {
        let all =
            Obligations::of_categories(BTreeSet::from(Category::ALL), Timestamp::from_secs(1));
        let left = all.only(BTreeSet::from([Category::Contact]));
        let contact: BTreeSet<_> = Field::of_category(Category::Contact);
        assert_eq!(left.categories, BTreeSet::from([Category::Contact]));
        assert_eq!(left.fields, contact);
    }

    /// Who asks does not know the term of the source, who uses an answer was told until when, and who gives has its own.
    #[test]
    fn the_term_of_the_source_is_that_of_who_can_know_it() {
        let cases = crate::cases::Cases::read(&[("voorbeeld.toml", crate::cases::EXAMPLE)]);
        let cases = cases.unwrap();
        let mut facts = cases.bases().next().unwrap().scene.facts.clone();
        let at = Timestamp::from_secs;
        let (now, own, told) = (at(10), at(20), at(30));
        let until = |facts: &Facts, action| {
            let term = Obligations::by_source(action, facts, now);
            assert_eq!(term.categories, BTreeSet::from(Category::ALL));
            assert_eq!(term.fields, Field::ALL.iter().copied().collect());
            assert_eq!(term.min_cell, 0);
            term.retain_until
        };
        facts.aanbieder.retained_until = None;
        facts.given = None;
        for action in Action::ALL {
            let expected = match action == Action::Ask {
                true => Timestamp::from_millis(u64::MAX),
                false => now,
            };
            assert_eq!(until(&facts, action), expected, "{action:?}");
        }
        facts.aanbieder.retained_until = Some(own);
        facts.given = Some(crate::Given {
            purpose: PurposeId::matching(),
            group_id: "groep".to_owned(),
            source: "00000099000000307000".parse().unwrap(),
            retain_until: told,
        });
        for action in Action::ALL {
            let known = [
                (Action::Ask, Timestamp::from_millis(u64::MAX)),
                (Action::Use, told),
            ];
            let known = known.into_iter().find(|(one, _)| *one == action);
            let expected = known.map_or(own, |(_, until)| until);
            assert_eq!(until(&facts, action), expected, "{action:?}");
        }
    }

    #[test]
    fn who_asks_for_some_fields_gets_no_others_and_none_outside_the_categories() {
        let cases = crate::cases::Cases::read(&[("voorbeeld.toml", crate::cases::EXAMPLE)]);
        let mut question = cases
            .unwrap()
            .bases()
            .next()
            .unwrap()
            .scene
            .question
            .clone();
        question.fields = Some(BTreeSet::from([Field::ToezichtStand, Field::ContactTeam]));
        let asked = Obligations::asked(&question);
        assert_eq!(asked.fields, BTreeSet::from([Field::ToezichtStand]));
    }
}
