// SPDX-License-Identifier: EUPL-1.2
//! All versions of one sharing group that a node knows, and which of them is in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Act, Convenant, ConvenantContent, ConvenantHash, State};
use crate::id::Oin;
use crate::succession::Successions;
use crate::time::Timestamp;

/// The versions of a group, each linked to the one it follows.
#[derive(Clone, Debug, Default)]
pub struct Group {
    versions: Vec<Arc<Convenant>>,
}

impl Group {
    /// Links versions in the order in which they follow each other.
    ///
    /// # Errors
    ///
    /// When they belong to different groups, or one follows a version that is not among them or has not the number
    /// before its own.
    pub fn new(
        versions: impl IntoIterator<Item = (ConvenantContent, Vec<Act>)>,
    ) -> Result<Self, GroupError> {
        Self::under(versions, &Arc::default())
    }

    /// The same, where organisations took the place of others.
    ///
    /// # Errors
    ///
    /// As [`Group::new`].
    pub fn under(
        versions: impl IntoIterator<Item = (ConvenantContent, Vec<Act>)>,
        successions: &Arc<Successions>,
    ) -> Result<Self, GroupError> {
        let mut versions: Vec<_> = versions.into_iter().collect();
        versions.sort_by_key(|(content, _)| content.version);
        let mut linked: BTreeMap<ConvenantHash, Arc<Convenant>> = BTreeMap::new();
        let mut group = Self::default();
        for (content, acts) in versions {
            if group
                .versions
                .first()
                .is_some_and(|first| first.content().group_id != content.group_id)
            {
                return Err(GroupError::OtherGroup);
            }
            let version = match content.previous {
                None => Convenant::under(content, acts, successions),
                Some(previous) => {
                    let previous = linked.get(&previous).ok_or(GroupError::Unlinked)?;
                    if previous.content().version.checked_add(1) != Some(content.version) {
                        return Err(GroupError::Unlinked);
                    }
                    Convenant::following(content, acts, previous)
                }
            };
            let version = Arc::new(version);
            if linked
                .insert(version.hash(), Arc::clone(&version))
                .is_none()
            {
                group.versions.push(version);
            }
        }
        Ok(group)
    }

    /// All versions, the first one first.
    #[must_use]
    pub fn versions(&self) -> &[Arc<Convenant>] {
        &self.versions
    }

    /// The version with this hash.
    #[must_use]
    pub fn version(&self, hash: ConvenantHash) -> Option<&Arc<Convenant>> {
        self.versions.iter().find(|version| version.hash() == hash)
    }

    /// The one version that is in force, if any.
    #[must_use]
    pub fn active(&self, now: Timestamp) -> Option<&Arc<Convenant>> {
        self.current(now)
            .filter(|version| version.state(now) == State::Active)
    }

    /// Where a version stands among the others; nothing when it is not one of them.
    #[must_use]
    pub fn state(&self, hash: ConvenantHash, now: Timestamp) -> Option<State> {
        let version = self.version(hash)?;
        let state = version.state(now);
        if !matches!(state, State::Active | State::Accepted) {
            return Some(state);
        }
        let superseded = |by: &Convenant| State::Superseded(by.starts_at(now).unwrap_or(now));
        if let Some(next) = self.started_after(version, now).next() {
            return Some(superseded(next));
        }
        let current = self.current(now).filter(|current| current.hash() != hash);
        Some(match current {
            Some(current) if !self.follows(version, current) => superseded(current),
            _ if state == State::Active && !self.may_follow(version, now) => State::Accepted,
            _ => state,
        })
    }

    /// The version that took over last. It may have ended since; one that it follows does not come back for that.
    ///
    /// Of two that claim the same place one that has not ended holds it, then the one whose line was complete first where
    /// the two part, and then the lower hash, so that all members come to the same answer, also those that know only one.
    fn current(&self, now: Timestamp) -> Option<&Arc<Convenant>> {
        let started = self.versions.iter();
        let started = started.filter(|version| self.has_started(version, now));
        let last = started.filter(|version| self.started_after(version, now).next().is_none());
        last.min_by_key(|version| {
            let line: Vec<_> = self
                .line(version)
                .map(|version| (version.starts_at(now), version.hash()))
                .collect();
            let line: Vec<_> = line.into_iter().rev().collect();
            (version.state(now) != State::Active, line)
        })
    }

    /// The versions that follow this one and have started.
    fn started_after<'a>(
        &'a self,
        version: &'a Convenant,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a Arc<Convenant>> {
        let started = move |next: &&Arc<Convenant>| self.has_started(next, now);
        let versions = self.versions.iter();
        versions
            .filter(move |next| self.follows(next, version))
            .filter(started)
    }

    /// Whether one version comes after another, perhaps with others between.
    fn follows(&self, next: &Convenant, version: &Convenant) -> bool {
        let later = next.content().version > version.content().version;
        later
            && self
                .line(next)
                .any(|before| before.hash() == version.hash())
    }

    /// A version and those that it follows, the first version last.
    fn line<'a>(&'a self, version: &'a Convenant) -> impl Iterator<Item = &'a Convenant> {
        std::iter::successors(Some(version), |version| {
            let previous = self.version(version.content().previous?)?;
            Some(&**previous)
        })
    }

    fn has_started(&self, version: &Convenant, now: Timestamp) -> bool {
        let started = version.starts_at(now).is_some_and(|start| start <= now);
        started && self.may_follow(version, now)
    }

    /// A next version takes over only when more than half of those in the previous one accepted it, so that a few cannot
    /// end an agreement of many by making one of their own. Who withdrew from the previous one is counted only when it
    /// accepted this: so what took over stays, whoever leaves what it took the place of.
    fn may_follow(&self, version: &Convenant, now: Timestamp) -> bool {
        let Some(previous) = version.content().previous else {
            return true;
        };
        let Some(previous) = self.version(previous) else {
            return false;
        };
        let mut weighed = previous.remaining(now);
        let accepts = |member: &Oin| version.is_accepted_by(*member, now);
        weighed.extend(previous.members().filter(accepts));
        weighed.iter().filter(|one| accepts(one)).count() * 2 > weighed.len()
            || previous.is_followed_by_successors(version, now)
    }

    /// Whether these two may exchange now under the version in force.
    #[must_use]
    pub fn may_exchange(&self, one: Oin, other: Oin, now: Timestamp) -> bool {
        self.active(now)
            .is_some_and(|version| version.may_exchange(one, other, now))
    }
}

/// Why versions do not form one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// They name different groups.
    #[error("versions of different groups")]
    OtherGroup,
    /// One follows a version that is not there, or skips a number.
    #[error("a version follows one that is not known")]
    Unlinked,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::convenant::ActKind::{self, Accept, Withdraw};
    use crate::convenant::samples::{act, content, days, oin};

    type Version = (ConvenantContent, Vec<Act>);

    fn first(members: usize, accepted: u64) -> Version {
        let content = content(members);
        let hash = content.hash();
        let acts = (0..members).map(|by| act(Accept, by, hash, days(accepted)));
        (content, acts.collect())
    }

    fn next(previous: &ConvenantContent, by: &[usize], accepted: u64, start: u64) -> Version {
        let mut content = previous.clone();
        content.version += 1;
        content.previous = Some(previous.hash());
        content
            .members
            .retain(|member| by.iter().any(|number| oin(*number) == member.oin));
        content.budgets.inzage_per_day += 1;
        content.valid.from = days(start);
        let hash = content.hash();
        let acts = by.iter().map(|by| act(Accept, *by, hash, days(accepted)));
        (content, acts.collect())
    }

    #[test]
    fn a_next_version_takes_over_at_its_start_and_not_before() {
        let one = first(3, 1);
        let two = next(&one.0, &[0, 1, 2], 20, 50);
        let (hash_one, hash_two) = (one.0.hash(), two.0.hash());
        let group = Group::new([two, one]).unwrap();
        assert_eq!(group.active(days(49)).unwrap().hash(), hash_one);
        assert_eq!(group.state(hash_two, days(49)), Some(State::Accepted));
        assert_eq!(group.active(days(50)).unwrap().hash(), hash_two);
        assert_eq!(
            group.state(hash_one, days(50)),
            Some(State::Superseded(days(50)))
        );
    }

    #[test]
    fn a_rejected_next_version_leaves_the_running_one_alone() {
        let one = first(3, 1);
        let (two, mut acts) = next(&one.0, &[0, 1, 2], 20, 50);
        acts.pop();
        acts.push(act(ActKind::Reject, 2, two.hash(), days(21)));
        let hash = one.0.hash();
        let group = Group::new([one, (two, acts)]).unwrap();
        assert_eq!(group.active(days(60)).unwrap().hash(), hash);
    }

    #[test]
    fn a_few_cannot_end_an_agreement_of_many() {
        let one = first(4, 1);
        let two = next(&one.0, &[0, 1], 20, 20);
        let hash = one.0.hash();
        let group = Group::new([one.clone(), two]).unwrap();
        assert_eq!(group.active(days(30)).unwrap().hash(), hash);
        let three = next(&one.0, &[0, 1, 2], 20, 20);
        let hash = three.0.hash();
        let group = Group::new([one, three]).unwrap();
        assert_eq!(group.active(days(30)).unwrap().hash(), hash);
    }

    #[test]
    fn an_older_version_does_not_come_back() {
        let one = first(2, 1);
        let (two, mut acts) = next(&one.0, &[0, 1], 20, 30);
        acts.push(act(Withdraw, 1, two.hash(), days(40)));
        let group = Group::new([one, (two, acts)]).unwrap();
        assert!(group.active(days(39)).is_some());
        assert!(group.active(days(41)).is_none());
        assert!(!group.may_exchange(oin(0), oin(1), days(41)));
    }

    #[test]
    fn a_version_that_follows_nothing_known_is_refused() {
        let one = first(2, 1);
        let two = next(&one.0, &[0, 1], 2, 30);
        assert_eq!(Group::new([two.clone()]).unwrap_err(), GroupError::Unlinked);
        let mut skipping = two.0.clone();
        skipping.version = 3;
        assert_eq!(
            Group::new([one.clone(), (skipping, vec![])]).unwrap_err(),
            GroupError::Unlinked
        );
        let mut other = first(2, 1);
        other.0.group_id = "another".into();
        assert_eq!(
            Group::new([one, other]).unwrap_err(),
            GroupError::OtherGroup
        );
    }

    proptest! {
        #[test]
        fn at_most_one_version_is_active(
            starts in prop::collection::vec((0_u64..60, 10_u64..80, 0_usize..3), 1..5), day in 0_u64..100
        ) {
            let mut versions = vec![first(3, 1)];
            for (accepted, start, parent) in starts {
                let parent = versions[parent.min(versions.len() - 1)].0.clone();
                versions.push(next(&parent, &[0, 1, 2], accepted, start));
            }
            let group = Group::new(versions).unwrap();
            let active = group
                .versions()
                .iter()
                .filter(|version| group.state(version.hash(), days(day)) == Some(State::Active))
                .count();
            prop_assert!(active <= 1);
            prop_assert_eq!(active == 1, group.active(days(day)).is_some());
        }
    }
}
