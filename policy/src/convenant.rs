// SPDX-License-Identifier: EUPL-1.2
//! A convenant as the rules see it: terms that its members signed, and whether they hold now.

use std::collections::BTreeSet;
use std::sync::Arc;

use basisnet_protocol::convenant::{ConvenantContent, ConvenantHash, PurposeTerms};
use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::PurposeId;
use serde::{Deserialize, Serialize, Serializer};

use crate::request::Fact;

/// One version of a convenant, by its hash, and whether it is in force.
///
/// Only the hash is serialized: it names the content everywhere, and the content itself is kept for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvenantFacts {
    hash: ConvenantHash,
    content: Arc<ConvenantContent>,
    active: Fact,
    standing: Option<BTreeSet<Oin>>,
}

impl ConvenantFacts {
    /// What the members agreed on, its hash, and whether it is in force at the moment of the question.
    ///
    /// That the hash is that of the content is for the caller to know: it read both from one verified convenant.
    #[must_use]
    pub const fn new(content: Arc<ConvenantContent>, hash: ConvenantHash, active: Fact) -> Self {
        Self {
            hash,
            content,
            active,
            standing: None,
        }
    }

    /// The same, where organisations took the place of members: these stand in it, and no others.
    #[must_use]
    pub fn standing(self, organisations: BTreeSet<Oin>) -> Self {
        Self {
            standing: Some(organisations),
            ..self
        }
    }

    /// Who takes part: the members, or who stands in their places.
    pub fn organisations(&self) -> impl Iterator<Item = Oin> + '_ {
        let members = self.content.members.iter().map(|member| member.oin);
        let members = members.take(if self.standing.is_some() {
            0
        } else {
            usize::MAX
        });
        members.chain(self.standing.iter().flatten().copied())
    }

    /// Those who take part and are no gemeente. Where a partnership has gone, also who takes part and is no member itself:
    /// it may have come in its place.
    #[must_use]
    pub fn partnerships(&self) -> BTreeSet<Oin> {
        let members = &self.content.members;
        let taking_part: BTreeSet<Oin> = self.organisations().collect();
        let has_gone = members
            .iter()
            .any(|member| member.gemeente.is_none() && !taking_part.contains(&member.oin));
        let is_one = |oin: &Oin| {
            let own = members.iter().find(|member| member.oin == *oin);
            own.map_or(has_gone, |member| member.gemeente.is_none())
        };
        taking_part.into_iter().filter(is_one).collect()
    }

    /// The hash of this version.
    #[must_use]
    pub const fn hash(&self) -> ConvenantHash {
        self.hash
    }

    /// What was agreed.
    #[must_use]
    pub fn content(&self) -> &ConvenantContent {
        &self.content
    }

    /// Whether it is in force.
    #[must_use]
    pub const fn active(&self) -> Fact {
        self.active
    }

    /// What was agreed about a purpose, best in the version that is asked for.
    ///
    /// A content that speaks twice about it is not clear, and says nothing.
    #[must_use]
    pub fn terms(&self, purpose: &PurposeId, version: u32) -> Option<&PurposeTerms> {
        let named = || {
            self.content
                .purposes
                .iter()
                .filter(|terms| &terms.id == purpose)
        };
        let exact = || named().filter(|terms| terms.version == version);
        match (exact().count(), named().count()) {
            (1, _) => exact().next(),
            (0, 1) => named().next(),
            _ => None,
        }
    }
}

/// A convenant as it is kept with a decision: its hash names the content, which is kept for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvenantRef {
    /// The hash of this version.
    pub hash: ConvenantHash,
    /// Whether it was in force.
    pub active: Fact,
    /// Who stood in it; absent where those are its members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<BTreeSet<Oin>>,
}

impl From<&ConvenantFacts> for ConvenantRef {
    fn from(facts: &ConvenantFacts) -> Self {
        Self {
            hash: facts.hash,
            active: facts.active,
            standing: facts.standing.clone(),
        }
    }
}

impl Serialize for ConvenantFacts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ConvenantRef::from(self).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use basisnet_protocol::octets::Octets;

    use super::*;

    /// A convenant that speaks of these purposes in these versions.
    fn speaking_of(purposes: &[(&str, u32)]) -> ConvenantFacts {
        let terms = purposes.iter().enumerate();
        let terms = terms.map(|(number, (id, version))| PurposeTerms {
            id: id.parse().unwrap(),
            version: *version,
            legal_bases: BTreeSet::new(),
            categories: BTreeSet::new(),
            roles: BTreeSet::new(),
            // Which of them it is.
            retention_days: u32::try_from(number).unwrap(),
            automatic: BTreeSet::new(),
        });
        let content = crate::cases::content(terms.collect());
        ConvenantFacts::new(Arc::new(content), Octets([1; 32]), Fact::Yes)
    }

    #[test]
    fn who_stands_in_a_convenant_is_kept_with_the_decision_only_where_it_is_not_its_members() {
        let convenant = speaking_of(&[("P01", 1)]);
        let members: BTreeSet<Oin> = convenant.organisations().collect();
        assert_eq!(ConvenantRef::from(&convenant).standing, None);
        let other: BTreeSet<Oin> = members.iter().skip(1).copied().collect();
        let after = convenant.standing(other.clone());
        assert!(after.organisations().eq(other.iter().copied()));
        assert_eq!(ConvenantRef::from(&after).standing, Some(other));
    }

    #[test]
    fn who_may_have_come_in_the_place_of_a_partnership_is_one_too() {
        let mut content = crate::cases::content(Vec::new());
        let oin = |number: u64| format!("000000990000{number:04}0000").parse().unwrap();
        let member = |number: u64, code: Option<&str>| basisnet_protocol::convenant::Member {
            oin: oin(number),
            name: number.to_string(),
            gemeente: code.and_then(|code| code.parse().ok()),
        };
        content.members = vec![member(1, Some("0001")), member(2, None)];
        let facts = ConvenantFacts::new(Arc::new(content), Octets([1; 32]), Fact::Yes);
        assert_eq!(facts.partnerships(), [oin(2)].into());
        let after = facts.clone().standing([oin(1), oin(3)].into());
        assert_eq!(after.partnerships(), [oin(3)].into());
        let other = facts.standing([oin(3), oin(2)].into());
        assert_eq!(other.partnerships(), [oin(2)].into());
    }

    #[test]
    fn the_terms_are_those_of_the_version_that_is_asked_for() {
        let which = |purposes: &[(&str, u32)], version| {
            let convenant = speaking_of(purposes);
            let terms = convenant.terms(&"P03".parse().unwrap(), version);
            terms.map(|terms| terms.retention_days)
        };
        let two = [("P01", 2), ("P03", 1), ("P03", 2)];
        assert_eq!(which(&two, 1), Some(1));
        assert_eq!(which(&two, 2), Some(2));
        // Which of two others is meant is not clear; one other says at least that the version is wrong.
        assert_eq!(which(&two, 3), None);
        assert_eq!(which(&two[..2], 3), Some(1));
        assert_eq!(which(&two[..1], 2), None);
        // Twice the same is not clear either.
        assert_eq!(which(&[("P03", 1), ("P03", 1)], 1), None);
    }
}
