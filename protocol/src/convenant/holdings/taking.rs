// SPDX-License-Identifier: EUPL-1.2
//! What the own organisation may do about a version, and what it takes from another member.
//!
//! What a member sends is kept only when it is about it, and it is a member or the own organisation is concerned. Keeping
//! binds nobody: only an act does.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Holdings, Travel};
use crate::act::LEEWAY;
use crate::convenant::{Act, ActKind, Convenant, ConvenantContent, ConvenantHash, State};
use crate::id::Oin;
use crate::time::Timestamp;

/// Versions from one member that nobody here has acted on and that are not in force.
const DRAFTS_OF_ONE: usize = 8;
/// Versions from one member that do not concern the own organisation: those that lead up to one that it is to join.
const LEADING_UP: usize = 32;
/// Acts of one kind by one member on one version, each dated before the last.
const SAME_ACTS: usize = 8;

/// What is to be kept of what a member sent.
#[derive(Clone, Debug)]
pub struct Taking {
    /// How it travels, when the version is new here.
    pub new: Option<Travel>,
    /// The acts that tell something.
    pub acts: Vec<Act>,
}

/// Why nothing is kept of what a member sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// Nobody should sign this content.
    Unsound,
    /// The sender has no part in it.
    NotAParty,
    /// It has no place among what is known here.
    NoPlace(NoPlace),
    /// The sender has too many drafts waiting here.
    TooMany,
}

/// Why a version has no place among those that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// It follows a version that is not known.
    PreviousUnknown,
    /// It follows a version that its members have not accepted.
    PreviousNotAccepted,
    /// Another agreement goes by the same name.
    GroupTaken,
}

/// Why an act by the own organisation does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfitting {
    /// Rejecting what the organisation accepted: withdrawing is the way.
    RejectAfterAccept,
    /// Withdrawing or ending what the organisation never accepted: rejecting is the way.
    NeverAccepted,
    /// Accepting what has ended, was rejected or is over.
    Over,
    /// Accepting beside a version that the organisation accepted, that this one does not follow, and that may still count.
    OtherAccepted,
    /// Accepting what has no place among what is known here.
    NoPlace(NoPlace),
    /// Done before.
    Done,
}

impl Holdings {
    /// Whether a version has a place here: after one that was accepted, or as the first of a name that is free.
    ///
    /// # Errors
    ///
    /// Says why it has none.
    pub fn place(&self, content: &ConvenantContent, now: Timestamp) -> Result<(), NoPlace> {
        let hash = content.hash();
        let Some(group) = self.by_name.get(&content.group_id) else {
            return match content.previous {
                None => Ok(()),
                Some(_) => Err(NoPlace::PreviousUnknown),
            };
        };
        let Some(previous) = content.previous else {
            let runs = |version: &Arc<Convenant>| {
                let state = self.state(version, now);
                version.hash() != hash && matches!(state, State::Active | State::Accepted)
            };
            return match group.versions().iter().any(runs) {
                true => Err(NoPlace::GroupTaken),
                false => Ok(()),
            };
        };
        let before = group
            .version(previous)
            .filter(|before| before.content().version.checked_add(1) == Some(content.version))
            .ok_or(NoPlace::PreviousUnknown)?;
        match before.starts_at(now) {
            Some(_) => Ok(()),
            None => Err(NoPlace::PreviousNotAccepted),
        }
    }

    /// Whether the own organisation may do this, given what it and others did, as known here and in `acts`.
    ///
    /// # Errors
    ///
    /// Says why not.
    pub fn may_act(
        &self,
        content: &ConvenantContent,
        acts: &[Act],
        kind: ActKind,
        now: Timestamp,
    ) -> Result<(), Unfitting> {
        let known = self.version(content.hash());
        let known = known.into_iter().flat_map(|version| version.acts());
        let acts = acts.iter().chain(known).cloned();
        let version = Convenant::under(content.clone(), acts, &self.successions);
        if self.has_done(&version, kind, now) {
            return Err(Unfitting::Done);
        }
        match kind {
            ActKind::Accept if self.is_past(&version, now) => Err(Unfitting::Over),
            ActKind::Accept if self.accepted_another(content, now) => Err(Unfitting::OtherAccepted),
            ActKind::Accept => self.place(content, now).map_err(Unfitting::NoPlace),
            ActKind::Reject if self.did(&version, ActKind::Accept) => {
                Err(Unfitting::RejectAfterAccept)
            }
            ActKind::Withdraw | ActKind::End if !self.accepted(&version) => {
                Err(Unfitting::NeverAccepted)
            }
            ActKind::Reject | ActKind::Withdraw | ActKind::End => Ok(()),
        }
    }

    /// From what the own organisation withdraws when it leaves the group in this version: what it accepted of the versions
    /// that follow, the last first.
    #[must_use]
    pub fn leaving(&self, hash: ConvenantHash, now: Timestamp) -> Vec<&Arc<Convenant>> {
        let group = self.groups().find(|group| group.version(hash).is_some());
        let mut following = BTreeSet::from([hash]);
        let mut leaving = Vec::new();
        for version in group.into_iter().flat_map(|group| group.versions()) {
            let previous = version.content().previous;
            if previous.is_some_and(|previous| following.contains(&previous)) {
                following.insert(version.hash());
                if self.accepted(version) && !self.is_past(version, now) {
                    leaving.push(version);
                }
            }
        }
        leaving.reverse();
        leaving
    }

    /// Whether anything is to be kept of a version that a member sends, whatever the acts on it.
    ///
    /// # Errors
    ///
    /// Says why nothing is.
    pub fn may_take(
        &self,
        from: Oin,
        content: &ConvenantContent,
        now: Timestamp,
    ) -> Result<(), NotTaken> {
        if !content.check().is_empty() {
            return Err(NotTaken::Unsound);
        }
        // Who joins is told first of versions that it is not in itself, by one who is.
        let concerns_both = self.concerns(content, from) && self.concerns(content, self.me);
        if !self.has_place(content, from) && !concerns_both {
            return Err(NotTaken::NotAParty);
        }
        if self.version(content.hash()).is_some() {
            return Ok(());
        }
        self.place(content, now).map_err(NotTaken::NoPlace)?;
        let room = match self.concerns(content, self.me) {
            true => self.drafts_of(from, now) < DRAFTS_OF_ONE,
            false => self.of_others(from) < LEADING_UP,
        };
        match room {
            true => Ok(()),
            false => Err(NotTaken::TooMany),
        }
    }

    /// What is to be kept of a version that a member sends. The acts are those whose signatures hold.
    ///
    /// # Errors
    ///
    /// As [`Holdings::may_take`].
    pub fn take(
        &self,
        from: Oin,
        content: &ConvenantContent,
        acts: Vec<Act>,
        now: Timestamp,
    ) -> Result<Taking, NotTaken> {
        self.may_take(from, content, now)?;
        let hash = content.hash();
        let known = self.version(hash);
        let new = known.is_none().then_some(Travel {
            sent: false,
            from: Some(from),
        });
        let is_fitting = |act: &Act| act.convenant() == hash && self.has_place(content, act.by());
        let fitting = acts.into_iter().filter(is_fitting).collect();
        let known = known.map_or(&[][..], |version| version.acts());
        Ok(Taking {
            new,
            acts: telling(fitting, known),
        })
    }

    /// Whether it did so by an act that others take: what a clock that ran ahead dated in the future is signed again.
    fn has_done(&self, version: &Convenant, kind: ActKind, now: Timestamp) -> bool {
        let acts = version.acts().iter();
        acts.filter(|act| act.by() == self.me && act.kind() == kind)
            .any(|act| act.at() <= now + LEEWAY)
    }

    fn did(&self, version: &Convenant, kind: ActKind) -> bool {
        let acts = version.acts().iter();
        acts.filter(|act| act.by() == self.me)
            .any(|act| act.kind() == kind)
    }

    /// Whether the own organisation accepted a version, or one in whose place it stands.
    fn accepted(&self, version: &Convenant) -> bool {
        let own = self.line_to(self.me);
        let acts = version.acts().iter();
        acts.filter(|act| own.contains(&act.by()))
            .any(|act| act.kind() == ActKind::Accept)
    }

    fn is_past(&self, version: &Convenant, now: Timestamp) -> bool {
        let over = matches!(
            self.state(version, now),
            State::Ended(_) | State::Expired | State::Superseded(_)
        );
        over || self.did(version, ActKind::Withdraw)
    }

    /// Whether the own organisation accepted another version of the group, which may still count or does, and which this
    /// one does not follow.
    fn accepted_another(&self, content: &ConvenantContent, now: Timestamp) -> bool {
        let mut followed = BTreeSet::from([content.hash()]);
        let mut previous = content.previous;
        while let Some(version) = previous.and_then(|hash| self.version(hash)) {
            followed.insert(version.hash());
            previous = version.content().previous;
        }
        let named = self.by_name.get(&content.group_id);
        let mut versions = named.into_iter().flat_map(|group| group.versions());
        versions.any(|version| {
            !followed.contains(&version.hash())
                && self.did(version, ActKind::Accept)
                && !self.is_past(version, now)
                && !matches!(version.state(now), State::Rejected(_))
        })
    }

    /// How many versions of this member wait here for an act.
    fn drafts_of(&self, from: Oin, now: Timestamp) -> usize {
        self.brought_by(from)
            .filter(|version| self.concerns(version.content(), self.me))
            .filter(|version| !self.acted(version) && version.starts_at(now).is_none())
            .count()
    }

    /// How many versions of this member are no concern of the own organisation, in force or not.
    fn of_others(&self, from: Oin) -> usize {
        self.brought_by(from)
            .filter(|version| !self.concerns(version.content(), self.me))
            .count()
    }

    fn brought_by(&self, from: Oin) -> impl Iterator<Item = &Arc<Convenant>> {
        let versions = self.of(from).flat_map(|group| group.versions());
        versions.filter(move |version| self.travel(version.hash()).from == Some(from))
    }
}

/// Of each kind of act of each member the one that was done first, where that is before what is known. What a member
/// does again later changes nothing, and it may not go on for ever either.
fn telling(acts: Vec<Act>, known: &[Act]) -> Vec<Act> {
    let mut first = BTreeMap::<(Oin, ActKind), Act>::new();
    for act in acts {
        let of_kind = |other: &&Act| other.by() == act.by() && other.kind() == act.kind();
        let before: Vec<_> = known.iter().filter(of_kind).collect();
        let earlier = before.iter().all(|other| act.at() < other.at());
        if !earlier || before.len() >= SAME_ACTS {
            continue;
        }
        match first.entry((act.by(), act.kind())) {
            Entry::Vacant(place) => drop(place.insert(act)),
            Entry::Occupied(mut place) if act.at() < place.get().at() => drop(place.insert(act)),
            Entry::Occupied(_) => {}
        }
    }
    first.into_values().collect()
}
