// SPDX-License-Identifier: EUPL-1.2
//! How the own organisation is involved with an aanbieder: a contract, supervision, a quality label.
//!
//! The same record shows more to one role than to another (DAT-03): who supervises sees the supervision of the own
//! kind in full, everybody else sees only *that* there is supervision, in the words that another gemeente would get.

mod record;

use std::collections::BTreeMap;
use std::sync::Arc;

use basisnet_protocol::message::{HalfYear, ToezichtState};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Role;
use basisnet_protocol::time::Date;
use rand_core::{OsRng, RngCore};

pub use record::{Betrokkenheid, BetrokkenheidId, Contract, Involvement, Label, Task, Toezicht};

use super::aanbieder::{Aanbieder, AanbiederId, READERS};
use super::account::{Actor, NotAllowed};
use crate::audit::Event;
use crate::clock::Clock;
use crate::store::{Change, CommitError, Expect, Key, Store, StoreError};

/// The most involvements with one aanbieder.
pub const MAX_PER_AANBIEDER: usize = 500;
const PAGE: usize = 512;

/// Why something with an involvement did not happen.
#[derive(Debug, thiserror::Error)]
pub enum BetrokkenheidError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// There is no such aanbieder.
    #[error("no such aanbieder")]
    UnknownAanbieder,
    /// There is no such involvement.
    #[error("no such involvement")]
    Unknown,
    /// It ended before.
    #[error("the involvement ended before")]
    Ended,
    /// A label does not end: a newer one takes its place.
    #[error("a label does not end")]
    Endless,
    /// The end lies before the beginning.
    #[error("the end lies before the beginning")]
    Backwards,
    /// A care form is not a product category of two digits.
    #[error("a care form is not a product category")]
    CareForm,
    /// A contract without care forms says nothing.
    #[error("a contract names no care form")]
    NoCareForm,
    /// More than anybody has.
    #[error("too many involvements with one aanbieder")]
    TooMany,
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// An involvement as one person may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All of it.
    Full(Betrokkenheid),
    /// That there is supervision, and no more.
    Dat {
        /// The record.
        id: BetrokkenheidId,
        /// The aanbieder.
        aanbieder: AanbiederId,
        /// Open or closed.
        state: ToezichtState,
        /// In which half-year.
        half_year: HalfYear,
    },
}

/// The involvements of one gemeente.
#[derive(Clone, Debug)]
pub struct Betrokkenheden {
    store: Store,
    clock: Clock,
    writing: Arc<tokio::sync::Mutex<()>>,
}

impl Betrokkenheden {
    /// The involvements in a store.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            writing: Arc::default(),
        }
    }

    /// Adds an involvement.
    ///
    /// # Errors
    /// When the caller has not the role of the involvement, the data are wrong, or there is no such aanbieder.
    pub async fn add(
        &self,
        actor: &Actor,
        aanbieder: AanbiederId,
        involvement: Involvement,
    ) -> Result<Betrokkenheid, BetrokkenheidError> {
        actor.require(writers(&involvement))?;
        check(&involvement)?;
        if self.store.get::<Aanbieder>(aanbieder)?.is_none() {
            return Err(BetrokkenheidError::UnknownAanbieder);
        }
        let mut id = [0; 16];
        OsRng.fill_bytes(&mut id);
        let betrokkenheid = Betrokkenheid {
            id: Octets(id),
            aanbieder,
            involvement,
            created: self.clock.now(),
        };
        let event = Event::BetrokkenheidAdded {
            betrokkenheid: betrokkenheid.id,
            aanbieder,
        };
        let _writing = self.writing.lock().await;
        if self.of(aanbieder)?.len() >= MAX_PER_AANBIEDER {
            return Err(BetrokkenheidError::TooMany);
        }
        let change = Change::new()
            .put(betrokkenheid.id, &betrokkenheid, Expect::Absent)?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(betrokkenheid)
    }

    /// Ends a contract or closes supervision; the record stays until its term is over.
    ///
    /// # Errors
    /// When the caller has not the role of the involvement, it ended before, or the day lies before its beginning.
    pub async fn end(
        &self,
        actor: &Actor,
        id: BetrokkenheidId,
        day: Date,
    ) -> Result<Betrokkenheid, BetrokkenheidError> {
        let _writing = self.writing.lock().await;
        let stored = self
            .store
            .get::<Betrokkenheid>(id)?
            .ok_or(BetrokkenheidError::Unknown)?;
        let mut betrokkenheid = stored.value;
        actor.require(writers(&betrokkenheid.involvement))?;
        let (from, until) = match &mut betrokkenheid.involvement {
            Involvement::Contract(contract) => (contract.from, &mut contract.until),
            Involvement::Toezicht(toezicht) => (toezicht.opened, &mut toezicht.closed),
            Involvement::Label(_) => return Err(BetrokkenheidError::Endless),
        };
        if until.is_some_and(|until| until <= day) {
            return Err(BetrokkenheidError::Ended);
        }
        if day < from {
            return Err(BetrokkenheidError::Backwards);
        }
        *until = Some(day);
        let event = Event::BetrokkenheidEnded {
            betrokkenheid: id,
            aanbieder: betrokkenheid.aanbieder,
        };
        let change = Change::new()
            .put(id, &betrokkenheid, Expect::Version(stored.version))?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(betrokkenheid)
    }

    /// The involvements with an aanbieder, as the caller may see them.
    ///
    /// # Errors
    /// When the caller may not read the register.
    pub fn show(
        &self,
        actor: &Actor,
        aanbieder: AanbiederId,
    ) -> Result<Vec<Shown>, BetrokkenheidError> {
        actor.require(&READERS)?;
        let all = self.of(aanbieder)?;
        Ok(all.into_iter().map(|one| self.view(actor, one)).collect())
    }

    /// All involvements, as the caller may see them; at most `limit`.
    ///
    /// # Errors
    /// When the caller may not read the register.
    pub fn list(&self, actor: &Actor, limit: usize) -> Result<Vec<Shown>, BetrokkenheidError> {
        actor.require(&READERS)?;
        let all = self.all()?;
        Ok(all
            .into_iter()
            .take(limit)
            .map(|one| self.view(actor, one))
            .collect())
    }

    fn view(&self, actor: &Actor, betrokkenheid: Betrokkenheid) -> Shown {
        let Involvement::Toezicht(toezicht) = &betrokkenheid.involvement else {
            return Shown::Full(betrokkenheid);
        };
        if actor.has(supervisor(toezicht.task)) {
            return Shown::Full(betrokkenheid);
        }
        let today = self.clock.now().date();
        let (state, day) = toezicht.state_on(today);
        Shown::Dat {
            id: betrokkenheid.id,
            aanbieder: betrokkenheid.aanbieder,
            state,
            half_year: HalfYear::of(day),
        }
    }

    /// The involvements with an aanbieder, for the program itself.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn of(&self, aanbieder: AanbiederId) -> Result<Vec<Betrokkenheid>, StoreError> {
        let page = self.store.by_index::<Betrokkenheid>(
            "aanbieder",
            aanbieder.as_bytes(),
            None,
            MAX_PER_AANBIEDER,
        )?;
        let mut all: Vec<_> = page.into_iter().map(|(_, stored)| stored.value).collect();
        all.sort_by_key(|one| (one.created, one.id));
        Ok(all)
    }

    /// All involvements, for the program itself.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn all(&self) -> Result<Vec<Betrokkenheid>, StoreError> {
        let mut all = Vec::new();
        let mut after: Option<Key> = None;
        loop {
            let page = self.store.page::<Betrokkenheid>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(all);
            };
            after = Some(last.clone());
            all.extend(page.into_iter().map(|(_, stored)| stored.value));
        }
    }

    /// Until when there is something to tell about each aanbieder, by the terms of the Selectielijst; an aanbieder
    /// without an involvement is absent. One pass, for whoever needs it of all.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn kept_until(&self) -> Result<BTreeMap<AanbiederId, Date>, StoreError> {
        let mut terms: BTreeMap<AanbiederId, Date> = BTreeMap::new();
        for one in self.all()? {
            let until = one.involvement.kept_until();
            let term = terms.entry(one.aanbieder).or_insert(until);
            *term = until.max(*term);
        }
        Ok(terms)
    }
}

/// Who supervises what.
const fn supervisor(task: Task) -> Role {
    match task {
        Task::Quality => Role::ToezichthouderKwaliteit,
        Task::Lawfulness => Role::ToezichthouderRechtmatigheid,
    }
}

/// In which roles people write down an involvement.
const fn writers(involvement: &Involvement) -> &'static [Role] {
    match involvement {
        Involvement::Contract(_) => &[Role::Contractmanager],
        Involvement::Toezicht(toezicht) => match toezicht.task {
            Task::Quality => &[Role::ToezichthouderKwaliteit],
            Task::Lawfulness => &[Role::ToezichthouderRechtmatigheid],
        },
        Involvement::Label(_) => &[Role::Contractmanager, Role::ToezichthouderKwaliteit],
    }
}

fn check(involvement: &Involvement) -> Result<(), BetrokkenheidError> {
    let (from, until) = match involvement {
        Involvement::Contract(contract) => {
            let two_digits =
                |form: &String| form.len() == 2 && form.bytes().all(|c| c.is_ascii_digit());
            if contract.care_forms.is_empty() {
                return Err(BetrokkenheidError::NoCareForm);
            }
            if !contract.care_forms.iter().all(two_digits) {
                return Err(BetrokkenheidError::CareForm);
            }
            (contract.from, contract.until)
        }
        Involvement::Toezicht(toezicht) => (toezicht.opened, toezicht.closed),
        Involvement::Label(_) => return Ok(()),
    };
    match until {
        Some(until) if until < from => Err(BetrokkenheidError::Backwards),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
