// SPDX-License-Identifier: EUPL-1.2
//! Where a convenant agrees on more than the catalogue gives a purpose. The rules would refuse it at every question; who
//! drafts or signs hears it before.

use basisnet_protocol::convenant::{ConvenantContent, PurposeTerms};
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};

use super::{Catalogue, Entry};

/// Something that a convenant agrees on for a purpose and that the purpose does not give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// The place of the purpose among those of the convenant, from 0.
    pub place: usize,
    /// The purpose.
    pub purpose: PurposeId,
    /// What it does not give.
    pub excess: Excess,
}

/// What a purpose does not give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Excess {
    /// No purpose goes by this code and version.
    Unknown(u32),
    /// It is not valid at any moment of the convenant.
    OutOfTerm,
    /// Nothing may be exchanged for it.
    NothingExchanged,
    /// It does not rest on this.
    LegalBasis(LegalBasis),
    /// It does not need this category.
    Category(Category),
    /// Nobody works for it in this role.
    Role(Role),
    /// Answers are kept for so many days at most.
    Retention(u32),
}

impl Catalogue {
    /// What a convenant agrees on beyond this catalogue; nothing when it stays within.
    #[must_use]
    pub fn beyond(&self, content: &ConvenantContent) -> Vec<Beyond> {
        let purposes = content.purposes.iter().enumerate();
        let beyond = purposes.flat_map(|(place, terms)| {
            let excess = match self.entry(&terms.id, terms.version) {
                None => vec![Excess::Unknown(terms.version)],
                Some(entry) => of_terms(entry, content, terms),
            };
            let purpose = terms.id.clone();
            excess.into_iter().map(move |excess| Beyond {
                place,
                purpose: purpose.clone(),
                excess,
            })
        });
        beyond.collect()
    }
}

fn of_terms(entry: &Entry, content: &ConvenantContent, terms: &PurposeTerms) -> Vec<Excess> {
    let mut excess = Vec::new();
    let valid = &content.valid;
    if entry.valid_until.start() <= valid.from || valid.until <= entry.valid_from.start() {
        excess.push(Excess::OutOfTerm);
    }
    if !entry.exchanges() {
        excess.push(Excess::NothingExchanged);
    }
    let bases = terms.legal_bases.iter();
    let bases = bases.filter(|basis| entry.basis(basis).is_none());
    excess.extend(bases.cloned().map(Excess::LegalBasis));
    let categories = terms.categories.difference(&entry.categories);
    excess.extend(categories.copied().map(Excess::Category));
    excess.extend(
        terms
            .roles
            .difference(&entry.roles)
            .copied()
            .map(Excess::Role),
    );
    if terms.retention_days > entry.retention_days {
        excess.push(Excess::Retention(entry.retention_days));
    }
    excess
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use basisnet_protocol::time::{Period, Timestamp};

    use super::*;

    fn content(terms: Vec<PurposeTerms>) -> ConvenantContent {
        let valid = Period {
            from: "2027-01-01T00:00:00Z".parse().unwrap(),
            until: "2028-01-01T00:00:00Z".parse().unwrap(),
        };
        let basis = "avg-6.1.e".parse().unwrap();
        ConvenantContent {
            purposes: terms,
            ..ConvenantContent::testing_only_sample([], basis, valid)
        }
    }

    fn within(entry: &Entry) -> PurposeTerms {
        PurposeTerms {
            id: entry.id.clone(),
            version: entry.version,
            legal_bases: entry.bases.iter().map(|basis| basis.code.clone()).collect(),
            categories: entry.categories.clone(),
            roles: entry.roles.clone(),
            retention_days: entry.retention_days,
            automatic: BTreeSet::new(),
        }
    }

    #[test]
    fn what_stays_within_the_catalogue_exceeds_nothing() {
        let catalogue = Catalogue::embedded().unwrap();
        let now: Timestamp = "2027-06-01T00:00:00Z".parse().unwrap();
        let exchanging = catalogue.at(now).filter(|entry| entry.exchanges());
        let terms: Vec<_> = exchanging.map(within).collect();
        assert!(terms.len() > 3);
        assert_eq!(catalogue.beyond(&content(terms)), []);
    }

    #[test]
    fn every_excess_is_told_with_its_purpose() {
        let catalogue = Catalogue::embedded().unwrap();
        let entry = catalogue.newest(&"P01".parse().unwrap()).unwrap();
        let spoiled = |spoil: &dyn Fn(&mut PurposeTerms)| {
            let mut terms = within(entry);
            spoil(&mut terms);
            let beyond = catalogue.beyond(&content(vec![within(entry), terms]));
            assert!(beyond.iter().all(|one| one.place == 1), "{beyond:?}");
            beyond.into_iter().map(|one| one.excess).collect::<Vec<_>>()
        };
        let basis: LegalBasis = "jw-12.3".parse().unwrap();
        let with_basis = spoiled(&|terms| {
            terms.legal_bases.insert(basis.clone());
        });
        assert_eq!(with_basis, [Excess::LegalBasis(basis.clone())]);
        let role = Role::ALL
            .iter()
            .find(|role| !entry.roles.contains(role))
            .unwrap();
        let with_role = spoiled(&|terms| {
            terms.roles.insert(*role);
        });
        assert_eq!(with_role, [Excess::Role(*role)]);
        assert_eq!(
            spoiled(&|terms| terms.retention_days += 1),
            [Excess::Retention(entry.retention_days)]
        );
        assert_eq!(spoiled(&|terms| terms.version = 77), [Excess::Unknown(77)]);
        let all = Category::ALL.iter();
        let category = all.clone().find(|one| !entry.categories.contains(one));
        if let Some(category) = category {
            let with_category = spoiled(&|terms| {
                terms.categories.insert(*category);
            });
            assert_eq!(with_category, [Excess::Category(*category)]);
        }
    }

    #[test]
    fn a_purpose_that_exchanges_nothing_or_is_over_is_beyond() {
        let catalogue = Catalogue::embedded().unwrap();
        let silent = catalogue
            .entries()
            .find(|entry| !entry.exchanges())
            .unwrap();
        let beyond = catalogue.beyond(&content(vec![within(silent)]));
        assert!(
            beyond
                .iter()
                .any(|one| one.excess == Excess::NothingExchanged)
        );
        let entry = catalogue.newest(&"P01".parse().unwrap()).unwrap();
        let mut old = content(vec![within(entry)]);
        old.valid = Period {
            from: "1990-01-01T00:00:00Z".parse().unwrap(),
            until: "1991-01-01T00:00:00Z".parse().unwrap(),
        };
        let beyond = catalogue.beyond(&old);
        assert!(beyond.iter().any(|one| one.excess == Excess::OutOfTerm));
    }
}
