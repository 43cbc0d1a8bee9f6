// SPDX-License-Identifier: EUPL-1.2
//! The register of aanbieders of the own gemeente.
//!
//! An aanbieder is one undertaking: its KVK number, and each of its AGB codes, occurs once in the register. Numbers
//! are found by index terms, so that they are on the disk in no readable form; names are searched by reading the
//! register, which has a few thousand lines at most.

pub mod dekking;
pub mod draft;
mod record;
mod seen;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use basisnet_policy::RecordKind;
use basisnet_protocol::id::{AgbCode, KvkNummer};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use rand_core::{OsRng, RngCore};

pub use dekking::{Dekking, NoPart};
pub use draft::{Draft, DraftFault, Parsed};
pub use record::{Aanbieder, AanbiederId};
pub use seen::{Nummers, Seen, Vorm};
pub(in crate::service) use seen::{STANDING, data_classes};

use super::account::{Actor, Function, NotAllowed};
use super::changes::Changes;
use super::own::{Deed, Look, Own, OwnError, OwnRecord};
use crate::audit::{Event, Grounds};
use crate::clock::Clock;
use crate::config::Config;
use crate::store::{Change, CommitError, Expect, Key, Store, StoreError};

/// The most aanbieders of one node: four times the largest thinkable register.
pub const MAX_AANBIEDERS: usize = 20_000;

/// Read so many at a time.
const PAGE: usize = 512;

/// Why something with the register did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AanbiederError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The rules say no, or it cannot be written that they said yes.
    #[error(transparent)]
    Own(#[from] OwnError),
    /// There is no such aanbieder.
    #[error("no such aanbieder")]
    Unknown,
    /// What was given cannot be an aanbieder.
    #[error("the data of the aanbieder hold {} faults", .0.len())]
    Invalid(Vec<DraftFault>),
    /// The register has this number already.
    #[error("a number is in the register already")]
    Duplicate {
        /// Which number it is: `kvk` or `agb`.
        field: &'static str,
        /// The aanbieder that has it.
        of: Box<Aanbieder>,
    },
    /// No more fit.
    #[error("the register is full")]
    Full,
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// What somebody looks for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// A part of the name; capitals do not matter.
    pub naam: Option<String>,
    /// The whole number.
    pub kvk: Option<KvkNummer>,
    /// The whole code.
    pub agb: Option<AgbCode>,
}

impl Search {
    const fn is_by_number(&self) -> bool {
        self.kvk.is_some() || self.agb.is_some()
    }
}

/// The aanbieders of one gemeente.
#[derive(Clone, Debug)]
pub struct Aanbieders {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) limits: super::import::ImportLimits,
    pub(super) own: Own,
    // INVARIANT (numbers unique): a number is looked up and written under this lock.
    pub(super) writing: Arc<tokio::sync::Mutex<()>>,
    pub(super) changes: Changes,
}

impl Aanbieders {
    /// The register in a store.
    #[must_use]
    pub fn new(store: Store, clock: Clock, config: &Config, own: Own) -> Self {
        Self {
            store,
            clock,
            limits: super::import::ImportLimits::from_config(config),
            own,
            writing: Arc::default(),
            changes: Changes::default(),
        }
    }

    /// Adds an aanbieder.
    ///
    /// # Errors
    /// When the caller may not, the data are wrong, or a number is in the register already.
    pub async fn add(&self, actor: &Actor, draft: &Draft) -> Result<Seen, AanbiederError> {
        let parsed = draft.parse().map_err(AanbiederError::Invalid)?;
        let aanbieder = parsed.into_aanbieder(new_id(), self.clock.now());
        let allowed = self.own.may(actor, None, &writes(&aanbieder, None)).await?;
        let _writing = self.writing.lock().await;
        self.refuse_duplicate(&aanbieder)?;
        if self.count()? >= MAX_AANBIEDERS {
            return Err(AanbiederError::Full);
        }
        let event = Event::AanbiederAdded {
            aanbieder: aanbieder.id,
            grounds: Some(allowed.grounds),
        };
        let change = Change::new()
            .put(aanbieder.id, &aanbieder, Expect::Absent)?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(aanbieder.seen(&allowed.mask, self.clock.now()))
    }

    /// Gives an aanbieder these data instead of those it had.
    ///
    /// # Errors
    /// As [`Aanbieders::add`]; and when there is no such aanbieder.
    pub async fn replace(
        &self,
        actor: &Actor,
        id: AanbiederId,
        draft: &Draft,
    ) -> Result<Seen, AanbiederError> {
        let parsed = draft.parse().map_err(AanbiederError::Invalid)?;
        let before = self.get(id)?.ok_or(AanbiederError::Unknown)?;
        let deed = writes(&before, Some(id));
        let allowed = self.own.may(actor, None, &deed).await?;
        let after = self.alter(actor, id, Some(allowed.grounds), |before| {
            let mut after = parsed.into_aanbieder(id, before.created);
            after.restricted = before.restricted;
            after
        });
        Ok(after.await?.seen(&allowed.mask, self.clock.now()))
    }

    /// Restricts the processing of an aanbieder (AVG art. 18), or lifts that: it is kept, and takes no part in any
    /// exchange. It is no handling of what the record says but a function of the house; so it tells who did it nothing
    /// but that it was done.
    ///
    /// # Errors
    /// When the caller is not the FG or the controller, or there is no such aanbieder.
    pub async fn restrict(
        &self,
        actor: &Actor,
        id: AanbiederId,
        restricted: bool,
    ) -> Result<Seen, AanbiederError> {
        actor.require(Function::RestrictProcessing)?;
        let after = self.alter(actor, id, None, |before| Aanbieder {
            restricted,
            ..before
        });
        Ok(Seen::state(&after.await?))
    }

    async fn alter(
        &self,
        actor: &Actor,
        id: AanbiederId,
        grounds: Option<Grounds>,
        make: impl FnOnce(Aanbieder) -> Aanbieder,
    ) -> Result<Aanbieder, AanbiederError> {
        let _writing = self.writing.lock().await;
        let stored = self
            .store
            .get::<Aanbieder>(id)?
            .ok_or(AanbiederError::Unknown)?;
        let after = make(stored.value);
        self.refuse_duplicate(&after)?;
        let event = Event::AanbiederChanged {
            aanbieder: id,
            grounds,
        };
        let change = Change::new()
            .put(id, &after, Expect::Version(stored.version))?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        self.changes.note();
        Ok(after)
    }

    /// Goes up when what is kept of an aanbieder changes, so that less of it may be told than before.
    #[must_use]
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.changes.follow()
    }

    fn refuse_duplicate(&self, aanbieder: &Aanbieder) -> Result<(), AanbiederError> {
        let other = |found: Option<Aanbieder>| found.filter(|found| found.id != aanbieder.id);
        if let Some(of) = aanbieder
            .kvk
            .map(|kvk| self.by_kvk(kvk))
            .transpose()?
            .and_then(other)
        {
            let of = Box::new(of);
            return Err(AanbiederError::Duplicate { field: "kvk", of });
        }
        for agb in &aanbieder.agb {
            if let Some(of) = other(self.by_agb(*agb)?) {
                let of = Box::new(of);
                return Err(AanbiederError::Duplicate { field: "agb", of });
            }
        }
        Ok(())
    }

    /// One aanbieder, as far as the rules show it to the caller.
    ///
    /// # Errors
    /// When they show nothing of it, or there is none.
    pub async fn show(
        &self,
        actor: &Actor,
        id: AanbiederId,
        purpose: Option<&PurposeId>,
    ) -> Result<Seen, AanbiederError> {
        let look = |look: &mut Look<'_>| self.look_at(look, id).map(|(_, seen)| seen);
        self.own.view(actor, purpose, look).await
    }

    /// One aanbieder, as part of a look at more than that.
    pub(super) fn look_at(
        &self,
        look: &mut Look<'_>,
        id: AanbiederId,
    ) -> Result<(Aanbieder, Seen), AanbiederError> {
        let Some(aanbieder) = self.get(id)? else {
            // Whether there is one is told to nobody who could not see it.
            look.must_ever_see(RecordKind::Aanbieder)?;
            return Err(AanbiederError::Unknown);
        };
        let seen = look.must_see(&aanbieder)?;
        Ok((aanbieder, seen))
    }

    /// The aanbieders that somebody looks for, by name; all of them when nothing is asked. At most `limit`, as far as
    /// the rules show them to the caller.
    ///
    /// # Errors
    /// When there is no purpose for which the caller sees any.
    pub async fn search(
        &self,
        actor: &Actor,
        search: &Search,
        limit: usize,
        purpose: Option<&PurposeId>,
    ) -> Result<Vec<Seen>, AanbiederError> {
        let found = self.find(search, limit)?;
        self.own
            .view(actor, purpose, |look| {
                look.must_ever_see(RecordKind::Aanbieder)?;
                let mut seen: Vec<Seen> = found.iter().filter_map(|one| look.see(one)).collect();
                // Who does not see by what was searched learns nothing from what is found by it.
                seen.retain(|one| one.naam.is_some() || search.naam.is_none());
                seen.retain(|one| one.nummers.is_some() || !search.is_by_number());
                Ok(seen)
            })
            .await
    }

    fn find(&self, search: &Search, limit: usize) -> Result<Vec<Aanbieder>, StoreError> {
        let mut found = match (search.kvk, search.agb) {
            (Some(kvk), _) => self.by_kvk(kvk)?.into_iter().collect(),
            (None, Some(agb)) => self.by_agb(agb)?.into_iter().collect(),
            (None, None) => self.all()?,
        };
        if let Some(part) = &search.naam {
            let part = part.trim().to_lowercase();
            found.retain(|aanbieder| aanbieder.naam.to_lowercase().contains(&part));
        }
        if let Some(agb) = search.agb {
            found.retain(|aanbieder| aanbieder.agb.contains(&agb));
        }
        found.sort_by(|one, other| one.naam.cmp(&other.naam).then(one.id.cmp(&other.id)));
        found.truncate(limit);
        Ok(found)
    }

    /// What these aanbieders are called, as far as the rules show that to the caller; what they do not is absent.
    ///
    /// # Errors
    /// When the store does not read, or the look cannot be written in the log.
    pub async fn names(
        &self,
        actor: &Actor,
        ids: impl IntoIterator<Item = AanbiederId>,
    ) -> Result<BTreeMap<AanbiederId, String>, AanbiederError> {
        let mut names = BTreeMap::new();
        if !self.own.ever_sees(actor, RecordKind::Aanbieder) {
            return Ok(names);
        }
        let ids: BTreeSet<AanbiederId> = ids.into_iter().collect();
        let look = |look: &mut Look<'_>| {
            for id in ids {
                let seen = self.get(id)?.and_then(|one| look.see(&one));
                names.extend(seen.and_then(|seen| seen.naam).map(|naam| (id, naam)));
            }
            Ok(names)
        };
        self.own.view(actor, None, look).await
    }

    /// How much of the register takes part, and why the rest does not.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn dekking(&self, _actor: &Actor) -> Result<Dekking, AanbiederError> {
        Ok(Dekking::of(&self.all()?))
    }

    /// One aanbieder, for the program itself.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn get(&self, id: AanbiederId) -> Result<Option<Aanbieder>, StoreError> {
        Ok(self.store.get::<Aanbieder>(id)?.map(|stored| stored.value))
    }

    /// The whole register, for the program itself.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn all(&self) -> Result<Vec<Aanbieder>, StoreError> {
        let mut all = Vec::new();
        let mut after: Option<Key> = None;
        loop {
            let page = self.store.page::<Aanbieder>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(all);
            };
            after = Some(last.clone());
            all.extend(page.into_iter().map(|(_, stored)| stored.value));
        }
    }

    /// How many there are.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn count(&self) -> Result<usize, StoreError> {
        self.all().map(|all| all.len())
    }

    /// The aanbieder with this KVK number.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn by_kvk(&self, kvk: KvkNummer) -> Result<Option<Aanbieder>, StoreError> {
        self.by_number("kvk", kvk.as_str())
    }

    /// The aanbieder with this AGB code.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn by_agb(&self, agb: AgbCode) -> Result<Option<Aanbieder>, StoreError> {
        self.by_number("agb", agb.as_str())
    }

    fn by_number(
        &self,
        index: &'static str,
        number: &str,
    ) -> Result<Option<Aanbieder>, StoreError> {
        let page = self
            .store
            .by_index::<Aanbieder>(index, number.as_bytes(), None, 1)?;
        Ok(page.into_iter().next().map(|(_, stored)| stored.value))
    }
}

/// Writing in the register: the rules are asked about the record as it is.
pub(super) fn writes(aanbieder: &Aanbieder, known: Option<AanbiederId>) -> Deed {
    Deed::handle(RecordKind::Aanbieder, known, aanbieder.own_facts())
}

pub(super) fn new_id() -> AanbiederId {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    Octets(bytes)
}
