// SPDX-License-Identifier: EUPL-1.2
//! Puts what another leaves beside what is here: nothing is lost, nothing is written over, and what differs is named.

use std::collections::BTreeMap;

use basisnet_protocol::id::AgbCode;
use basisnet_protocol::matching::ContextHash;

use super::{EstateError, Estates, Taken, TakenOver};
use crate::audit::Id;
use crate::service::aanbieder::Aanbieder;
use crate::service::betrokkenheid::Betrokkenheid;
use crate::service::inzage::Asked;
use crate::service::sweep::Asking;
use crate::store::{Change, Expect, Record};

/// Something that a person has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The aanbieder here.
    pub aanbieder: Id,
    /// What it is.
    pub what: What,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Another name.
    Name,
    /// Another legal form.
    LegalForm,
    /// Another RSIN.
    Rsin,
    /// An AGB code of the one is here a code of another aanbieder.
    Agb,
    /// An involvement was taken over before, and is another now.
    Involvement,
    /// An involvement is under professional secrecy, and whoever was weighed for it has no account here.
    Secrecy,
}

/// Everything that is to be written.
pub(super) struct Merge<'a> {
    estates: &'a Estates,
    origin: TakenOver,
    change: Change,
    taken: Taken,
    /// Under which id an aanbieder of the other is here.
    here: BTreeMap<Id, Id>,
    /// Codes that are given out in this change.
    given: BTreeMap<AgbCode, Id>,
}

impl<'a> Merge<'a> {
    pub(super) fn new(estates: &'a Estates, origin: TakenOver) -> Self {
        let taken = Taken {
            from: Some(origin.from),
            ..Taken::default()
        };
        Self {
            estates,
            origin,
            change: Change::new(),
            taken,
            here: BTreeMap::new(),
            given: BTreeMap::new(),
        }
    }

    pub(super) fn done(self) -> (Change, Taken) {
        (self.change, self.taken)
    }

    /// An aanbieder that is here under its id or its KVK number is that one; any other is new.
    pub(super) fn aanbieder(&mut self, theirs: Aanbieder) -> Result<(), EstateError> {
        let aanbieders = &self.estates.aanbieders;
        let by_number = theirs.kvk.map(|kvk| aanbieders.by_kvk(kvk)).transpose()?;
        let known = match by_number.flatten() {
            Some(found) => Some(found),
            None => aanbieders.get(theirs.id)?,
        };
        match known {
            Some(ours) => self.merge(&ours, theirs),
            None => self.add(theirs),
        }
    }

    fn add(&mut self, theirs: Aanbieder) -> Result<(), EstateError> {
        let id = theirs.id;
        let agb = self.free(id, &theirs.agb)?;
        let new = Aanbieder { agb, ..theirs };
        self.here.insert(id, id);
        self.taken.added += 1;
        self.put(id, &new)
    }

    fn merge(&mut self, ours: &Aanbieder, theirs: Aanbieder) -> Result<(), EstateError> {
        self.here.insert(theirs.id, ours.id);
        let mut after = ours.clone();
        for vestiging in theirs.vestigingen {
            if !after.vestigingen.contains(&vestiging) {
                after.vestigingen.push(vestiging);
            }
        }
        let fresh = theirs.agb.into_iter();
        let fresh: Vec<_> = fresh.filter(|agb| !ours.agb.contains(agb)).collect();
        after.agb.extend(self.free(ours.id, &fresh)?);
        // Who may not be exchanged about at one of the two may not be here.
        after.restricted |= theirs.restricted;
        after.rsin = after.rsin.or(theirs.rsin);
        let differs = [
            (ours.naam != theirs.naam, What::Name),
            (ours.legal_form != theirs.legal_form, What::LegalForm),
            (
                after.rsin != theirs.rsin && theirs.rsin.is_some(),
                What::Rsin,
            ),
        ];
        for (_, what) in differs.into_iter().filter(|(differs, _)| *differs) {
            self.differs(ours.id, what);
        }
        if after == *ours {
            self.taken.known += 1;
            return Ok(());
        }
        self.taken.merged += 1;
        let stored = self.estates.store.get::<Aanbieder>(ours.id)?;
        let expect = stored.map_or(Expect::Absent, |stored| Expect::Version(stored.version));
        let change = std::mem::take(&mut self.change);
        self.change = change.put(ours.id, &after, expect)?;
        Ok(())
    }

    /// The codes of these that no other aanbieder has here.
    fn free(&mut self, id: Id, codes: &[AgbCode]) -> Result<Vec<AgbCode>, EstateError> {
        let mut free = Vec::new();
        for agb in codes {
            let owner = self.estates.aanbieders.by_agb(*agb)?.map(|found| found.id);
            let owner = owner.or_else(|| self.given.get(agb).copied());
            if owner.is_some_and(|owner| owner != id) {
                self.differs(id, What::Agb);
                continue;
            }
            self.given.insert(*agb, id);
            free.push(*agb);
        }
        Ok(free)
    }

    pub(super) fn involvement(&mut self, theirs: Betrokkenheid) -> Result<(), EstateError> {
        let Some(aanbieder) = self.here.get(&theirs.aanbieder).copied() else {
            return Err(EstateError::Form);
        };
        let new = Betrokkenheid {
            aanbieder,
            ..theirs
        };
        let known = self.estates.store.get::<Betrokkenheid>(new.id)?;
        if let Some(known) = known {
            self.taken.known += 1;
            if known.value != new {
                self.differs(aanbieder, What::Involvement);
            }
            return Ok(());
        }
        if new.secrecy.is_some() {
            self.differs(aanbieder, What::Secrecy);
        }
        self.taken.involvements += 1;
        self.put(new.id, &new)
    }

    pub(super) fn question(&mut self, theirs: Asked) -> Result<(), EstateError> {
        // About an aanbieder that the old one had no more it stays a reference to an id that nobody has.
        let aanbieder = self.here.get(&theirs.aanbieder).copied();
        let new = Asked {
            aanbieder: aanbieder.unwrap_or(theirs.aanbieder),
            ..theirs
        };
        if self.estates.store.get::<Asked>(new.id)?.is_some() {
            self.taken.known += 1;
            return Ok(());
        }
        self.taken.questions += 1;
        self.put(new.id, &new)
    }

    pub(super) fn context(&mut self, ctx: ContextHash, asking: &Asking) -> Result<(), EstateError> {
        if self.estates.store.get::<Asking>(ctx)?.is_none() {
            let change = std::mem::take(&mut self.change);
            self.change = change.put(ctx, asking, Expect::Absent)?;
        }
        Ok(())
    }

    fn put<R: Record>(&mut self, id: Id, record: &R) -> Result<(), EstateError> {
        let change = std::mem::take(&mut self.change);
        let change = change.put(id, record, Expect::Absent)?;
        self.change = change.put(id, &self.origin, Expect::Absent)?;
        Ok(())
    }

    fn differs(&mut self, aanbieder: Id, what: What) {
        self.taken.differences.push(Difference { aanbieder, what });
    }
}
