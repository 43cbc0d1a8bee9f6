// SPDX-License-Identifier: EUPL-1.2
//! What a user sees: per member known, not known, or no answer; each with its age.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use basisnet_policy::{GuardId, Reason};
use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;

use super::TrefferFault;
use super::records::Treffer;
use crate::audit::Id;
use crate::service::matching::{Asks, Known, Pair, open_epochs};
use crate::service::sweep::{Asking, Reached, SweepRecord};
use crate::store::Key;

/// Who else knows an aanbieder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Treffers {
    /// The aanbieder, by its id here.
    pub aanbieder: Id,
    /// Whether the own organisation is involved with it.
    pub involved: bool,
    /// Why it takes no part with any member, by name of the test; empty when it does.
    pub withheld: BTreeSet<String>,
    /// Every member of every convenant in force.
    pub members: Vec<WithMember>,
}

impl Treffers {
    /// Nothing about others, for who sees the aanbieder but no treffers.
    #[must_use]
    pub const fn nobody(aanbieder: Id) -> Self {
        Self {
            aanbieder,
            involved: false,
            withheld: BTreeSet::new(),
            members: Vec::new(),
        }
    }

    /// How many members know it.
    #[must_use]
    pub fn count(&self) -> usize {
        self.known().count()
    }
}

/// How it stands with one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithMember {
    /// The member.
    pub peer: Oin,
    /// The sharing group.
    pub group_id: String,
    /// Known, not known, or no answer.
    pub standing: Standing,
    /// The moment to which this refers; none when nothing was ever received.
    pub as_of: Option<Timestamp>,
    /// Since when the member does not answer; none while it does.
    pub silent_since: Option<Timestamp>,
}

/// Whether a member knows an aanbieder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is involved.
    Known(Box<Treffer>),
    /// It was asked, it answered, and it did not say so.
    NotKnown,
    /// The aanbieder was not asked about yet; it goes with the batch of today or tomorrow.
    NotAskedYet,
    /// It does not answer, or has not for too long. This is not a no.
    NoAnswer,
    /// The own rules keep the aanbieder out of questions to this member.
    Withheld,
}

const PAGE: usize = 1_000;

/// An answer counts until two publications were missed.
const PUBLICATIONS_MISSED: u64 = 2;

impl super::Treffers {
    /// At which members, in which sharing groups, a treffer on an aanbieder is held, for the node itself.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(in crate::service) fn held_on(
        &self,
        aanbieder: Id,
    ) -> Result<BTreeSet<(Oin, String)>, TrefferFault> {
        let now = self.shared.clock.now();
        let prefix = Key::from(aanbieder);
        let found = self
            .shared
            .store
            .page_under::<Treffer>(&prefix, None, PAGE)?;
        let treffers = found.into_iter().map(|(_, kept)| kept.value);
        let held = treffers.filter(|treffer| now < treffer.epoch.held_until());
        Ok(held
            .map(|treffer| (treffer.peer, treffer.group_id))
            .collect())
    }

    /// Every aanbieder that another member knows too, for the node itself.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all(&self) -> Result<BTreeMap<Id, BTreeSet<Oin>>, TrefferFault> {
        let now = self.shared.clock.now();
        let open: BTreeSet<_> = self
            .shared
            .pairs()?
            .into_iter()
            .map(|pair| pair.peer)
            .collect();
        let mut all: BTreeMap<Id, BTreeSet<Oin>> = BTreeMap::new();
        let mut after = None;
        loop {
            let page = self.shared.store.page::<Treffer>(after.as_ref(), PAGE)?;
            let full = page.len() == PAGE;
            after = page.last().map(|(key, _)| key.clone());
            for (_, kept) in page {
                let treffer = kept.value;
                if now < treffer.epoch.held_until() && open.contains(&treffer.peer) {
                    all.entry(treffer.aanbieder)
                        .or_default()
                        .insert(treffer.peer);
                }
            }
            if !full {
                return Ok(all);
            }
        }
    }

    /// Why an aanbieder takes no part, in Dutch, for the own user.
    #[must_use]
    pub fn reasons(&self, shown: &Treffers) -> Vec<Reason> {
        let guards = shown
            .withheld
            .iter()
            .filter_map(|guard| guard.parse::<GuardId>().ok());
        self.shared.engine.reasons(&guards.collect())
    }

    /// Who else knows an aanbieder, for the node itself.
    ///
    /// # Errors
    /// When there is no such aanbieder, or the store cannot be read.
    pub fn of(&self, aanbieder: Id) -> Result<Treffers, TrefferFault> {
        let mut found: BTreeMap<(Oin, String), Treffer> = BTreeMap::new();
        for (_, kept) in
            self.shared
                .store
                .page_under::<Treffer>(&Key::from(aanbieder), None, 1_000)?
        {
            found.insert((kept.value.peer, kept.value.group_id.clone()), kept.value);
        }
        let (mut members, mut withheld, mut takes_part) = (Vec::new(), BTreeSet::new(), false);
        let (mut exists, mut involved) = (false, false);
        for pair in self.shared.pairs()? {
            let one = self
                .shared
                .around
                .one(aanbieder, &pair.content().namespaces)?;
            let known = one.map(|one| one.known);
            exists |= known.is_some();
            involved |= known.as_ref().is_some_and(|known| known.since.is_some());
            let refusing = match &known {
                Some(known) => self.refusing(&pair, known)?,
                None => BTreeSet::new(),
            };
            takes_part |= refusing.is_empty();
            let treffer = found.remove(&(pair.peer, pair.content().group_id.clone()));
            members.push(self.with_member(&pair, aanbieder, treffer, !refusing.is_empty())?);
            withheld.extend(refusing);
        }
        if !exists && !members.is_empty() {
            return Err(TrefferFault::NoSuchAanbieder);
        }
        if takes_part {
            withheld.clear();
        }
        members.sort_by(|a, b| (a.peer, &a.group_id).cmp(&(b.peer, &b.group_id)));
        Ok(Treffers {
            aanbieder,
            involved,
            withheld,
            members,
        })
    }

    /// The tests that keep an aanbieder from being asked about.
    fn refusing(&self, pair: &Pair, known: &Known) -> Result<BTreeSet<String>, TrefferFault> {
        let mut selection = match self.shared.select(pair, self.shared.me, pair.peer) {
            Ok(selection) => selection,
            Err(crate::service::matching::Fault::Refused(guards)) => return Ok(guards),
            Err(fault) => return Err(fault.into()),
        };
        let facts = known.facts_for(&selection, Asks::Own);
        Ok(match selection.consider(known.clone(), facts) {
            basisnet_policy::Verdict::Permitted => BTreeSet::new(),
            basisnet_policy::Verdict::Withheld(guards) => {
                guards.iter().map(ToString::to_string).collect()
            }
        })
    }

    fn with_member(
        &self,
        pair: &Pair,
        aanbieder: Id,
        treffer: Option<Treffer>,
        withheld: bool,
    ) -> Result<WithMember, TrefferFault> {
        let now = self.shared.clock.now();
        let reached = self.shared.store.get::<Reached>(Reached::key(pair.peer))?;
        let silent_since = reached.and_then(|reached| reached.value.silent_since);
        let asking = self.newest_answered(pair, now)?;
        let as_of = asking
            .as_ref()
            .and_then(|(_, asking)| asking.index)
            .map(|index| index.received);
        let patience = Duration::from_secs(
            u64::from(pair.content().cadence.publication_hours) * 3_600 * PUBLICATIONS_MISSED,
        );
        let fresh = as_of.is_some_and(|received| now.since(received) <= patience);
        let held = |treffer: &Treffer| now < treffer.epoch.held_until();
        let standing = match treffer.filter(held) {
            Some(treffer) => Standing::Known(Box::new(treffer)),
            None if withheld => Standing::Withheld,
            None if !fresh || silent_since.is_some() => Standing::NoAnswer,
            None if !self.was_asked(asking, aanbieder)? => Standing::NotAskedYet,
            None => Standing::NotKnown,
        };
        Ok(WithMember {
            peer: pair.peer,
            group_id: pair.content().group_id.clone(),
            standing,
            as_of,
            silent_since,
        })
    }

    /// The newest context of a pair in which an index was received.
    fn newest_answered(
        &self,
        pair: &Pair,
        now: Timestamp,
    ) -> Result<Option<(basisnet_protocol::matching::ContextHash, Asking)>, TrefferFault> {
        let mut epochs = open_epochs(now);
        epochs.extend(epochs.first().and_then(|running| running.previous()));
        epochs.sort_unstable();
        for epoch in epochs.into_iter().rev() {
            let asking = self.shared.asking(pair, epoch)?;
            let answered = |(_, asking): &(_, Asking)| {
                asking.index.is_some() && asking.swept.is_some() && now < epoch.held_until()
            };
            if let Some(found) = asking.filter(answered) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn was_asked(
        &self,
        asking: Option<(basisnet_protocol::matching::ContextHash, Asking)>,
        aanbieder: Id,
    ) -> Result<bool, TrefferFault> {
        let Some((ctx, _)) = asking else {
            return Ok(false);
        };
        let sweeps = self
            .shared
            .store
            .page_under::<SweepRecord>(&Key::from(ctx), None, 200)?;
        Ok(sweeps.into_iter().any(|(_, kept)| {
            let answered = kept.value.answered_members();
            kept.value.is_done() && answered.iter().any(|member| member.aanbieder == aanbieder)
        }))
    }
}
