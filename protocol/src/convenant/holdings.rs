// SPDX-License-Identifier: EUPL-1.2
//! The convenanten that one organisation holds, and what follows from them: what it may do, what it takes from another
//! member, what it hands on, and with whom it may exchange.
//!
//! Nothing here reads, writes, verifies or knows what time it is. The node verifies the acts that come in, asks here what
//! is to be kept of them, keeps that, and puts it in; so the same state follows at every member from what it received,
//! in whatever order that came.

mod going;
mod succeeding;
mod taking;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use going::HeldActs;
pub use taking::{NoPlace, NotTaken, Taking, Unfitting};

use super::{Act, Convenant, ConvenantContent, ConvenantHash, Group, GroupError, State};
use crate::id::Oin;
use crate::succession::Successions;
use crate::time::Timestamp;

/// A version with the acts on it.
pub type Version = (ConvenantContent, Vec<Act>);

/// How a version travels between members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Travel {
    /// Somebody here had it sent to its members.
    pub sent: bool,
    /// The member that brought it here, when it did not come as a file.
    pub from: Option<Oin>,
}

/// All versions that an organisation knows, in their groups; also by member, so that who asks about one does not go by the
/// convenanten of others, however many there are.
#[derive(Clone, Debug)]
pub struct Holdings {
    me: Oin,
    by_name: BTreeMap<String, Arc<Group>>,
    of: BTreeMap<Oin, BTreeSet<String>>,
    travels: BTreeMap<ConvenantHash, Travel>,
    successions: Arc<Successions>,
}

impl Holdings {
    /// These versions, as held by this organisation.
    ///
    /// # Errors
    ///
    /// When versions of one name do not form one group.
    pub fn new(me: Oin, versions: Vec<(Version, Travel)>) -> Result<Self, GroupError> {
        Self::under(me, versions, Successions::default())
    }

    /// The same, where organisations took the place of others.
    ///
    /// # Errors
    ///
    /// As [`Holdings::new`].
    pub fn under(
        me: Oin,
        versions: Vec<(Version, Travel)>,
        successions: Successions,
    ) -> Result<Self, GroupError> {
        let mut holdings = Self {
            me,
            by_name: BTreeMap::new(),
            of: BTreeMap::new(),
            travels: BTreeMap::new(),
            successions: Arc::new(successions),
        };
        let mut by_name = BTreeMap::<String, Vec<Version>>::new();
        for (version, travel) in versions {
            let name = version.0.group_id.clone();
            holdings.travels.insert(version.0.hash(), travel);
            by_name.entry(name).or_default().push(version);
        }
        for (name, versions) in by_name {
            holdings.link(name, versions)?;
        }
        Ok(holdings)
    }

    /// Puts in a version that is new, or one that is known with all of its acts.
    ///
    /// # Errors
    ///
    /// When it has no place among the others.
    pub fn put(&mut self, (content, acts): Version, travel: Travel) -> Result<(), GroupError> {
        let (name, hash) = (content.group_id.clone(), content.hash());
        let known = self.by_name.get(&name);
        let others = known.into_iter().flat_map(|group| group.versions());
        let others = others.filter(|version| version.hash() != hash);
        let mut versions: Vec<Version> = others
            .map(|version| (version.content().clone(), version.acts().to_vec()))
            .collect();
        versions.push((content, acts));
        self.link(name, versions)?;
        self.travels.insert(hash, travel);
        Ok(())
    }

    fn link(&mut self, name: String, versions: Vec<Version>) -> Result<(), GroupError> {
        let group = Group::under(versions, &self.successions)?;
        let versions = group.versions().iter();
        for member in versions.flat_map(|version| &version.content().members) {
            self.of.entry(member.oin).or_default().insert(name.clone());
        }
        self.by_name.insert(name, Arc::new(group));
        Ok(())
    }

    /// All groups.
    pub fn groups(&self) -> impl Iterator<Item = &Arc<Group>> {
        self.by_name.values()
    }

    /// The groups of which this organisation is or was a member, or one in whose place it stands.
    pub fn of(&self, member: Oin) -> impl Iterator<Item = &Arc<Group>> {
        let names: BTreeSet<&String> = self
            .line_to(member)
            .iter()
            .filter_map(|member| self.of.get(member))
            .flatten()
            .collect();
        names.into_iter().filter_map(|name| self.by_name.get(name))
    }

    /// All versions of all groups.
    pub fn versions(&self) -> impl Iterator<Item = &Arc<Convenant>> {
        self.groups().flat_map(|group| group.versions())
    }

    /// The version with this hash.
    #[must_use]
    pub fn version(&self, hash: ConvenantHash) -> Option<&Arc<Convenant>> {
        self.groups().find_map(|group| group.version(hash))
    }

    /// Where a version stands among those of its group.
    #[must_use]
    pub fn state(&self, version: &Convenant, now: Timestamp) -> State {
        self.by_name
            .get(&version.content().group_id)
            .and_then(|group| group.state(version.hash(), now))
            .unwrap_or_else(|| version.state(now))
    }

    /// Whether a version that follows this one was accepted, so that it takes over or did.
    #[must_use]
    pub fn is_followed(&self, hash: ConvenantHash, now: Timestamp) -> bool {
        let group = self.groups().find(|group| group.version(hash).is_some());
        let mut versions = group.into_iter().flat_map(|group| group.versions());
        versions.any(|version| {
            let state = || version.state(now);
            version.content().previous == Some(hash)
                && matches!(state(), State::Accepted | State::Active)
        })
    }

    /// The versions in force now.
    pub fn active(&self, now: Timestamp) -> impl Iterator<Item = &Arc<Convenant>> {
        self.groups().filter_map(move |group| group.active(now))
    }

    /// The versions in force now that have this member.
    pub fn active_with(
        &self,
        member: Oin,
        now: Timestamp,
    ) -> impl Iterator<Item = &Arc<Convenant>> {
        self.of(member)
            .filter_map(move |group| group.active(now))
            .filter(move |version| !version.places(member, now).is_empty())
    }

    /// The versions in force now under which these two may exchange.
    pub fn active_between(
        &self,
        one: Oin,
        other: Oin,
        now: Timestamp,
    ) -> impl Iterator<Item = &Arc<Convenant>> {
        self.active_with(other, now)
            .filter(move |version| version.may_exchange(one, other, now))
    }

    /// How a version travels.
    #[must_use]
    pub fn travel(&self, hash: ConvenantHash) -> Travel {
        self.travels.get(&hash).copied().unwrap_or_default()
    }

    /// Whether a version is about this organisation: as a member; as one of the version that it takes the place of, since
    /// who is in the next version no longer has to know that there is one; or as one of a version that follows it, since
    /// who joins has to know what it joins.
    #[must_use]
    pub fn concerns(&self, content: &ConvenantContent, organisation: Oin) -> bool {
        let previous = content.previous.and_then(|hash| self.version(hash));
        self.has_place(content, organisation)
            || previous.is_some_and(|version| self.has_place(version.content(), organisation))
            || self.is_followed_by(content, organisation)
    }

    /// Whether a version that follows this one, perhaps with others between, has this member.
    fn is_followed_by(&self, content: &ConvenantContent, member: Oin) -> bool {
        let Some(group) = self.by_name.get(&content.group_id) else {
            return false;
        };
        let mut following = BTreeSet::from([content.hash()]);
        group.versions().iter().any(|version| {
            let next = version.content();
            let follows = next.previous.is_some_and(|hash| following.contains(&hash));
            follows && {
                following.insert(version.hash());
                self.has_place(next, member)
            }
        })
    }

    /// Whether the own organisation did anything about a version, or one in whose place it stands.
    fn acted(&self, version: &Convenant) -> bool {
        let own = self.line_to(self.me);
        version.acts().iter().any(|act| own.contains(&act.by()))
    }
}

#[cfg(test)]
mod tests;
