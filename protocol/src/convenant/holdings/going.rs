// SPDX-License-Identifier: EUPL-1.2
//! What of the convenanten goes to another member.
//!
//! A version goes to its members from the moment that somebody here had it sent, or that the own organisation acted on
//! it; then all acts on it go along, whoever did them, because each proves itself. It goes to who was a member of the
//! version before it too, or a member that is left out would go on under what has been replaced; and to who is a member of
//! one that follows, or who joins would not know what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::Holdings;
use crate::convenant::{Act, ActId, ActKind, Convenant, ConvenantHash};
use crate::id::Oin;
use crate::octets::Octets;
use crate::time::Timestamp;

/// What somebody holds: versions, and the names of the acts on each.
pub type HeldActs = BTreeMap<ConvenantHash, BTreeSet<ActId>>;

/// So long after its term a version still goes to members that were away.
const AFTERMATH: Duration = Duration::from_secs(90 * 86_400);

/// Versions that two members speak about; those whose term ended longest ago are left out first.
const SPOKEN_OF: usize = 150;

impl Holdings {
    /// The members to which something goes.
    #[must_use]
    pub fn correspondents(&self, now: Timestamp) -> BTreeSet<Oin> {
        let mut members = self.members_of(
            self.versions()
                .filter(|version| self.goes_out(version, now)),
        );
        members.retain(|member| *member != self.me && !self.is_long_gone(*member, now));
        members
    }

    /// With whom somebody here wants to be in one convenant with this member: the members of the versions that go to it.
    #[must_use]
    pub fn fellows(&self, peer: Oin, now: Timestamp) -> BTreeSet<Oin> {
        self.members_of(
            self.going_to(peer, now)
                .filter(|version| self.has_place(version.content(), peer)),
        )
    }

    /// With whom this member says it wants to be in one convenant with us: those too of versions that it only sent.
    #[must_use]
    pub fn named_with(&self, peer: Oin, now: Timestamp) -> BTreeSet<Oin> {
        let versions = self.spoken_of(peer, now).into_iter();
        self.members_of(versions.filter(|version| {
            let content = version.content();
            self.has_place(content, peer) && self.has_place(content, self.me)
        }))
    }

    /// What is held of the versions that are about this member too.
    #[must_use]
    pub fn held_with(&self, peer: Oin, now: Timestamp) -> HeldActs {
        let versions = self.spoken_of(peer, now).into_iter();
        let held = versions.map(|version| {
            let acts = version.acts().iter().map(Act::id).collect();
            (version.hash(), acts)
        });
        held.collect()
    }

    /// What a member that holds this lacks of what goes to it, the earlier versions first, each with the acts it lacks.
    #[must_use]
    pub fn lacking(
        &self,
        peer: Oin,
        holds: &HeldActs,
        now: Timestamp,
    ) -> Vec<(&Arc<Convenant>, Vec<&Act>)> {
        let mut lacking: Vec<_> = self
            .going_to(peer, now)
            .filter_map(|version| Some((version, missing(version, holds)?)))
            .collect();
        lacking.sort_by_key(|(version, _)| version.content().version);
        lacking
    }

    /// What this member must have heard of before anything else is said to it: the versions that go to it, what the own
    /// organisation did about them, and what anybody did that narrows them.
    #[must_use]
    pub fn to_be_known(&self, peer: Oin, now: Timestamp) -> Octets<32> {
        let mut known = BTreeMap::new();
        for version in self.going_to(peer, now) {
            let weighty = version
                .acts()
                .iter()
                .filter(|act| act.by() == self.me || act.kind() != ActKind::Accept);
            known.insert(
                version.hash(),
                weighty.map(Act::id).collect::<BTreeSet<_>>(),
            );
        }
        let mut hash = Sha256::new();
        for (version, acts) in known {
            hash.update(version);
            hash.update((acts.len() as u64).to_be_bytes());
            acts.iter().for_each(|act| hash.update(act));
        }
        for statement in self.statements_for(peer) {
            hash.update(statement.id());
        }
        Octets(hash.finalize().into())
    }

    /// The versions about this member and the own organisation that came from a member or go to them.
    fn spoken_of(&self, peer: Oin, now: Timestamp) -> Vec<&Arc<Convenant>> {
        let mut versions: Vec<_> = self
            .of(peer)
            .flat_map(|group| group.versions())
            .filter(|version| {
                let content = version.content();
                self.concerns(content, self.me) && self.concerns(content, peer)
            })
            .filter(|version| {
                self.goes_out(version, now) || self.travel(version.hash()).from.is_some()
            })
            .collect();
        let order = |version: &&Arc<Convenant>| {
            let until = version.content().valid.until;
            (std::cmp::Reverse(until), version.hash())
        };
        versions.sort_by_key(order);
        versions.truncate(SPOKEN_OF);
        versions
    }

    fn going_to(&self, peer: Oin, now: Timestamp) -> impl Iterator<Item = &Arc<Convenant>> {
        let versions = self.spoken_of(peer, now).into_iter();
        versions.filter(move |version| self.goes_out(version, now))
    }

    /// The members of these versions, and who is named as coming after them.
    fn members_of<'a>(&self, versions: impl Iterator<Item = &'a Arc<Convenant>>) -> BTreeSet<Oin> {
        let members = versions.flat_map(|version| &version.content().members);
        let mut members: BTreeSet<Oin> = members.map(|member| member.oin).collect();
        let after: Vec<_> = members
            .iter()
            .flat_map(|member| self.successions.after(*member))
            .collect();
        members.extend(after);
        members
    }

    /// Whether an organisation went so long ago that nobody looks for it any more.
    fn is_long_gone(&self, member: Oin, now: Timestamp) -> bool {
        let gone = self.successions.goes_at(member);
        gone.is_some_and(|gone| gone + AFTERMATH < now)
    }

    /// Whether a version goes to its members. What is long over does not.
    fn goes_out(&self, version: &Convenant, now: Timestamp) -> bool {
        let over = version.content().valid.until + AFTERMATH < now;
        let sent = self.travel(version.hash()).sent || self.acted(version);
        sent && self.has_place(version.content(), self.me) && !over
    }
}

/// The acts on a version that are not held there; nothing when the version is, with all of them.
fn missing<'a>(version: &'a Convenant, holds: &HeldActs) -> Option<Vec<&'a Act>> {
    let there = holds.get(&version.hash());
    let is_missing = |act: &&Act| there.is_none_or(|there| !there.contains(&act.id()));
    let missing: Vec<_> = version.acts().iter().filter(is_missing).collect();
    (there.is_none() || !missing.is_empty()).then_some(missing)
}
