// SPDX-License-Identifier: EUPL-1.2
//! The register of aanbieders of the own gemeente.
//!
//! An aanbieder is one undertaking: its KVK number, and each of its AGB codes, occurs once in the register. Numbers
//! are found by index terms, so that they are on the disk in no readable form; names are searched by reading the
//! register, which has a few thousand lines at most.

pub mod dekking;
pub mod draft;
mod record;

use std::sync::Arc;

use basisnet_protocol::id::{AgbCode, KvkNummer};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Role;
use rand_core::{OsRng, RngCore};

pub use dekking::{Dekking, NoPart};
pub use draft::{Draft, DraftFault, Parsed};
pub use record::{Aanbieder, AanbiederId};

use super::account::{Actor, NotAllowed};
use crate::audit::Event;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::{Change, CommitError, Expect, Key, Store, StoreError};

/// Who may read the register. Whoever runs the node sees counts only.
pub(crate) const READERS: [Role; 5] = [
    Role::ToezichthouderKwaliteit,
    Role::ToezichthouderRechtmatigheid,
    Role::Contractmanager,
    Role::Fg,
    Role::Verwerkingsverantwoordelijke,
];

/// Who may write in it.
pub(crate) const WRITERS: [Role; 3] = [
    Role::ToezichthouderKwaliteit,
    Role::ToezichthouderRechtmatigheid,
    Role::Contractmanager,
];

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

/// The aanbieders of one gemeente.
#[derive(Clone, Debug)]
pub struct Aanbieders {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) limits: super::import::ImportLimits,
    // INVARIANT (numbers unique): a number is looked up and written under this lock.
    pub(super) writing: Arc<tokio::sync::Mutex<()>>,
}

impl Aanbieders {
    /// The register in a store.
    #[must_use]
    pub fn new(store: Store, clock: Clock, config: &Config) -> Self {
        Self {
            store,
            clock,
            limits: super::import::ImportLimits::from_config(config),
            writing: Arc::default(),
        }
    }

    /// Adds an aanbieder.
    ///
    /// # Errors
    /// When the caller may not, the data are wrong, or a number is in the register already.
    pub async fn add(&self, actor: &Actor, draft: &Draft) -> Result<Aanbieder, AanbiederError> {
        actor.require(&WRITERS)?;
        let parsed = draft.parse().map_err(AanbiederError::Invalid)?;
        let aanbieder = parsed.into_aanbieder(new_id(), self.clock.now());
        let _writing = self.writing.lock().await;
        self.refuse_duplicate(&aanbieder)?;
        if self.count()? >= MAX_AANBIEDERS {
            return Err(AanbiederError::Full);
        }
        let event = Event::AanbiederAdded {
            aanbieder: aanbieder.id,
        };
        let change = Change::new()
            .put(aanbieder.id, &aanbieder, Expect::Absent)?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(aanbieder)
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
    ) -> Result<Aanbieder, AanbiederError> {
        actor.require(&WRITERS)?;
        let parsed = draft.parse().map_err(AanbiederError::Invalid)?;
        self.alter(actor, id, |before| {
            let mut after = parsed.into_aanbieder(id, before.created);
            after.restricted = before.restricted;
            after
        })
        .await
    }

    /// Restricts the processing of an aanbieder (AVG art. 18), or lifts that: it is kept, and takes no part in any
    /// exchange.
    ///
    /// # Errors
    /// When the caller is not the FG or the controller, or there is no such aanbieder.
    pub async fn restrict(
        &self,
        actor: &Actor,
        id: AanbiederId,
        restricted: bool,
    ) -> Result<Aanbieder, AanbiederError> {
        actor.require(&[Role::Fg, Role::Verwerkingsverantwoordelijke])?;
        self.alter(actor, id, |before| Aanbieder {
            restricted,
            ..before
        })
        .await
    }

    async fn alter(
        &self,
        actor: &Actor,
        id: AanbiederId,
        make: impl FnOnce(Aanbieder) -> Aanbieder,
    ) -> Result<Aanbieder, AanbiederError> {
        let _writing = self.writing.lock().await;
        let stored = self
            .store
            .get::<Aanbieder>(id)?
            .ok_or(AanbiederError::Unknown)?;
        let after = make(stored.value);
        self.refuse_duplicate(&after)?;
        let event = Event::AanbiederChanged { aanbieder: id };
        let change = Change::new()
            .put(id, &after, Expect::Version(stored.version))?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(after)
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

    /// One aanbieder, for a person.
    ///
    /// # Errors
    /// When the caller may not, or there is none.
    pub fn show(&self, actor: &Actor, id: AanbiederId) -> Result<Aanbieder, AanbiederError> {
        actor.require(&READERS)?;
        self.get(id)?.ok_or(AanbiederError::Unknown)
    }

    /// The aanbieders that somebody looks for, by name; all of them when nothing is asked. At most `limit`.
    ///
    /// # Errors
    /// When the caller may not.
    pub fn search(
        &self,
        actor: &Actor,
        search: &Search,
        limit: usize,
    ) -> Result<Vec<Aanbieder>, AanbiederError> {
        actor.require(&READERS)?;
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

pub(super) fn new_id() -> AanbiederId {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    Octets(bytes)
}
