// SPDX-License-Identifier: EUPL-1.2
//! What must hold of a network over time, worked out by plain code from what people did and what broke, and from nothing
//! that a node says: who may exchange with whom at a moment, and since when somebody must know a treffer.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::convenant::ConvenantHash;
use basisnet_protocol::time::Timestamp;

/// A version of a convenant, and who accepted it when.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its hash.
    pub hash: ConvenantHash,
    /// Its group.
    pub group: &'static str,
    /// Its number in the group.
    pub number: u32,
    /// Its members.
    pub members: BTreeSet<usize>,
    /// Its first moment.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// Who accepted it.
    pub accepted: BTreeMap<usize, Timestamp>,
}

impl Version {
    /// When it came into force, or does: all have accepted it and its first moment is there.
    #[must_use]
    pub fn begins(&self) -> Option<Timestamp> {
        let all = self.members.iter().map(|member| self.accepted.get(member));
        let all: Option<Vec<&Timestamp>> = all.collect();
        let last = all?.into_iter().max()?;
        Some(self.from.max(*last))
    }
}

/// Everything that people did about convenanten.
#[derive(Clone, Debug, Default)]
pub struct Agreed {
    /// Every version that was ever drafted.
    pub versions: Vec<Version>,
    /// Who withdrew from which group.
    pub left: BTreeMap<(&'static str, usize), Timestamp>,
    /// Who took the place of whom, and from when.
    pub heirs: BTreeMap<usize, (usize, Timestamp)>,
}

impl Agreed {
    /// The version with this hash.
    #[must_use]
    pub fn version(&self, hash: ConvenantHash) -> Option<&Version> {
        self.versions.iter().find(|version| version.hash == hash)
    }

    /// The newest version of a group.
    #[must_use]
    pub fn newest(&self, group: &str) -> Option<&Version> {
        let of_group = self.versions.iter().filter(|of| of.group == group);
        of_group.max_by_key(|version| version.number)
    }

    /// A member accepted a version.
    ///
    /// # Panics
    /// When nobody drafted it.
    pub fn accept(&mut self, member: usize, hash: ConvenantHash, at: Timestamp) {
        let mut versions = self.versions.iter_mut();
        let version = versions.find(|version| version.hash == hash);
        let version = version.expect("a version that was drafted");
        version.accepted.insert(member, at);
    }

    /// The versions in force at a moment: of each group the newest that has begun, unless it is over.
    pub fn in_force(&self, at: Timestamp) -> impl Iterator<Item = &Version> {
        let begun = move |version: &&Version| version.begins().is_some_and(|begins| begins <= at);
        let newer = move |version: &Version| {
            let mut others = self.versions.iter().filter(begun);
            others.any(|other| other.group == version.group && other.number > version.number)
        };
        let in_force = self.versions.iter().filter(begun);
        in_force.filter(move |version| at < version.until && !newer(version))
    }

    /// Whether these two may exchange at a moment.
    #[must_use]
    pub fn may(&self, one: usize, other: usize, at: Timestamp) -> bool {
        self.between(one, other, at).next().is_some()
    }

    /// Who stands in the place of a member at a moment: itself, until another took it.
    #[must_use]
    pub fn heir(&self, member: usize, at: Timestamp) -> usize {
        match self.heirs.get(&member) {
            Some((heir, from)) if *from <= at => self.heir(*heir, at),
            Some(_) | None => member,
        }
    }

    /// The members of a version in whose places one stands at a moment: its own where it is a member, and otherwise those of
    /// the ones it followed.
    #[must_use]
    pub fn places(&self, version: &Version, one: usize, at: Timestamp) -> Vec<usize> {
        if self.heir(one, at) != one {
            return Vec::new();
        }
        if version.members.contains(&one) {
            return vec![one];
        }
        let members = version.members.iter().copied();
        members
            .filter(|member| self.heir(*member, at) == one)
            .collect()
    }

    /// The versions under which these two may exchange at a moment.
    pub fn between(
        &self,
        one: usize,
        other: usize,
        at: Timestamp,
    ) -> impl Iterator<Item = &Version> {
        // Who stands in several places has of them only what each of them had.
        let takes_part = move |version: &Version, one: usize| {
            let places = self.places(version, one, at);
            let stays = |member: &usize| {
                let left = self.left.get(&(version.group, *member));
                left.is_none_or(|left| at < *left)
            };
            !places.is_empty() && places.iter().all(stays)
        };
        let in_force = self.in_force(at).filter(move |_| one != other);
        in_force.filter(move |version| takes_part(version, one) && takes_part(version, other))
    }

    /// Since when these two may exchange without a break; none when they may not.
    #[must_use]
    pub fn since(&self, one: usize, other: usize, at: Timestamp) -> Option<Timestamp> {
        let begins = self.versions.iter().filter_map(Version::begins);
        let begins = begins.chain(self.heirs.values().map(|(_, from)| *from));
        let mut begins: Vec<Timestamp> = begins.filter(|begins| *begins <= at).collect();
        begins.sort_unstable();
        let begun = |begins: &&Timestamp| {
            let before = Timestamp::from_millis(begins.as_millis() - 1);
            self.may(one, other, **begins) && !self.may(one, other, before)
        };
        let since = begins.iter().rev().find(begun);
        self.may(one, other, at).then_some(*since?)
    }
}

/// Who knows which aanbieder since when, and who did.
#[derive(Clone, Debug, Default)]
pub struct Registers {
    /// Per member.
    known: BTreeMap<(usize, u32), Timestamp>,
    /// When a contract ended.
    ended: BTreeMap<(usize, u32), Timestamp>,
}

impl Registers {
    /// A member has a contract with an aanbieder from now on.
    pub fn begin(&mut self, member: usize, aanbieder: u32, at: Timestamp) {
        self.known.insert((member, aanbieder), at);
    }

    /// That contract ended.
    pub fn end(&mut self, member: usize, aanbieder: u32, at: Timestamp) {
        self.known.remove(&(member, aanbieder));
        self.ended.insert((member, aanbieder), at);
    }

    /// Since when.
    #[must_use]
    pub fn since(&self, member: usize, aanbieder: u32) -> Option<Timestamp> {
        self.known.get(&(member, aanbieder)).copied()
    }

    /// When the contract of a member with an aanbieder ended.
    #[must_use]
    pub fn ended(&self, member: usize, aanbieder: u32) -> Option<Timestamp> {
        self.ended.get(&(member, aanbieder)).copied()
    }

    /// What a member knows.
    pub fn of(&self, member: usize) -> impl Iterator<Item = u32> {
        let known = self.known.keys().filter(move |(of, _)| *of == member);
        known.map(|(_, aanbieder)| *aanbieder)
    }

    /// What one left goes to another that did not know it: what runs from that moment, what had ended as it had.
    pub fn goes_over(&mut self, old: usize, new: usize, at: Timestamp) {
        let left: Vec<u32> = self.of(old).collect();
        let gone = self.ended.iter().filter(|((of, _), _)| *of == old);
        let gone: Vec<_> = gone.map(|((_, about), ended)| (*about, *ended)).collect();
        for about in left {
            self.known.entry((new, about)).or_insert(at);
        }
        for (about, ended) in gone {
            if !self.ever(new, about) {
                self.ended.insert((new, about), ended);
            }
        }
    }

    /// What a member knows or knew.
    #[must_use]
    pub fn all_of(&self, member: usize) -> BTreeSet<u32> {
        let all = self.known.keys().chain(self.ended.keys());
        let of_member = all.filter(|(of, _)| *of == member);
        of_member.map(|(_, aanbieder)| *aanbieder).collect()
    }

    /// Whether a member knows or knew this one.
    #[must_use]
    pub fn ever(&self, member: usize, aanbieder: u32) -> bool {
        let key = (member, aanbieder);
        self.known.contains_key(&key) || self.ended.contains_key(&key)
    }
}

/// What was broken from when to when.
#[derive(Clone, Debug, Default)]
pub struct Outages(Vec<Outage>);

/// Between whom nothing got through: of a node that was off all that it has.
#[derive(Clone, Debug)]
struct Outage {
    one: usize,
    /// Any other where there is none.
    other: Option<usize>,
    from: Timestamp,
    until: Option<Timestamp>,
}

impl Outage {
    fn concerns(&self, one: usize, other: usize) -> bool {
        match self.other {
            None => self.one == one || self.one == other,
            Some(of) => [(one, other), (other, one)].contains(&(self.one, of)),
        }
    }
}

impl Outages {
    /// Something breaks: a node, or what lies between two.
    pub fn begin(&mut self, one: usize, other: Option<usize>, from: Timestamp) {
        let until = None;
        self.0.push(Outage {
            one,
            other,
            from,
            until,
        });
    }

    /// Everything works again.
    pub fn end_all(&mut self, at: Timestamp) {
        for outage in self.0.iter_mut().filter(|outage| outage.until.is_none()) {
            outage.until = Some(at);
        }
    }

    /// Whether something gets through between these two now.
    #[must_use]
    pub fn is_whole(&self, one: usize, other: usize) -> bool {
        let mut open = self.0.iter().filter(|outage| outage.until.is_none());
        !open.any(|outage| outage.concerns(one, other))
    }

    /// Whether anything is broken now.
    #[must_use]
    pub fn any(&self) -> bool {
        self.0.iter().any(|outage| outage.until.is_none())
    }

    /// Since when all has been whole between these two, and everybody could have heard what they must know of `since`: an
    /// act that was done in an outage is heard of after it. None while something is broken between them.
    #[must_use]
    pub fn whole_since(
        &self,
        one: usize,
        other: usize,
        (members, since): (&BTreeSet<usize>, Timestamp),
    ) -> Option<Timestamp> {
        let mut whole = since;
        for outage in &self.0 {
            let until = outage.until;
            if outage.concerns(one, other) {
                whole = whole.max(until?);
            }
            let among = members.contains(&outage.one);
            let during = outage.from <= since && until.is_none_or(|until| since <= until);
            if among && during {
                whole = whole.max(until?);
            }
        }
        Some(whole)
    }
}
