// SPDX-License-Identifier: EUPL-1.2
//! What the own people see of the records of the own gemeente, and what they may do with them: asked of the rules,
//! every time.
//!
//! The same record shows more to one role and task than to another (DAT-03). A service hands its records to a
//! [`Look`], which puts the question to the rules and gives back what the answer covers and nothing else: a door
//! never holds a record of which it would have to hide something. What has the same facts gets the same answer, so
//! within one look that is worked out once. A look leaves one entry in the log, whatever the number of records, and
//! is not given when that entry cannot be written.

mod choice;
mod look;
mod mask;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use basisnet_policy::{
    Action, Catalogue, Domain, PersonFacts, Reason, RecordFacts, RecordKind, Refusal,
};
use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use sha2::{Digest, Sha256};

pub use look::{Look, OwnRecord};
pub use mask::Mask;

use super::account::Actor;
use super::beleid::{CatalogueInUse, CurrentEngine};
use super::doel::further_uses;
use super::matching::grounds;
use crate::audit::{Event, Grounds, Id};
use crate::clock::Clock;
use crate::store::{Change, CommitError, Store, StoreError};
use choice::{Asker, Wish};

/// Why somebody does not see a record, or does not get to do something with it.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// The rules say no, for these reasons.
    #[error("the rules say no, for {} reasons", .0.len())]
    Refused(Vec<Reason>),
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write, so nothing is shown.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// A yes to doing something with an own record: it goes into the log with what is done.
#[derive(Clone, Debug)]
#[must_use]
pub struct Allowed {
    /// What of it may be written, and shown to who wrote it.
    pub mask: Mask,
    /// Under which rules.
    pub grounds: Grounds,
}

/// What somebody wants to do with an own record.
#[derive(Clone, Debug)]
pub struct Deed {
    /// What.
    pub action: Action,
    /// With which kind of record.
    pub kind: RecordKind,
    /// About which aanbieder; none for a new one.
    pub aanbieder: Option<Id>,
    /// What is known about the record.
    pub facts: RecordFacts,
    /// To which task it is handed over.
    pub hand_over_to: Option<Domain>,
    /// For which case, as a hash: the log needs no more of it.
    pub case_ref: Option<Octets<32>>,
}

impl Deed {
    /// Writes, changes or closes a record.
    #[must_use]
    pub const fn handle(kind: RecordKind, aanbieder: Option<Id>, facts: RecordFacts) -> Self {
        Self {
            action: Action::Handle,
            kind,
            aanbieder,
            facts,
            hand_over_to: None,
            case_ref: None,
        }
    }

    /// Gives a record to another task, for a case.
    #[must_use]
    pub fn hand_over(self, to: Domain, case: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"basisnet own case v1\0");
        hash.update(case.as_bytes());
        Self {
            action: Action::HandOver,
            hand_over_to: Some(to),
            case_ref: (!case.is_empty()).then(|| Octets(hash.finalize().into())),
            ..self
        }
    }
}

/// The own records of one node, as the rules let its people see them.
#[derive(Clone, Debug)]
pub struct Own {
    me: Oin,
    store: Store,
    clock: Clock,
    engine: CurrentEngine,
}

impl Own {
    /// The rules for the own records of this organisation.
    #[must_use]
    pub fn new(me: Oin, store: Store, clock: Clock, engine: impl Into<CurrentEngine>) -> Self {
        Self {
            me,
            store,
            clock,
            engine: engine.into(),
        }
    }

    /// One look at own records, for a purpose; for the one that fits the role when none is named.
    ///
    /// # Errors
    /// When `with` says so, or the look cannot be written in the log. What was refused is in the log as well.
    pub async fn view<T, E: From<OwnError>>(
        &self,
        actor: &Actor,
        purpose: Option<&PurposeId>,
        with: impl FnOnce(&mut Look<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (given, event) = {
            let asker = self.asker(actor, purpose)?;
            let mut look = Look::new(&asker);
            let given = with(&mut look);
            (given, look.event())
        };
        if let Some(event) = event {
            let change = Change::new().audit(event.by(actor.by()));
            self.store.commit(change).await.map_err(OwnError::from)?;
        }
        given
    }

    /// Goes on for who would see a record of this kind, if nothing stood in the way of that record.
    ///
    /// # Errors
    /// For all others, with every reason; that is in the log then.
    pub async fn must_ever_see(&self, actor: &Actor, kind: RecordKind) -> Result<(), OwnError> {
        self.view(actor, None, |look| look.must_ever_see(kind))
            .await
    }

    /// Whether the rules show somebody anything of a record, for who waits until what was shown changes. It tells nothing
    /// of it, so it is no look.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn shows<R: OwnRecord>(&self, actor: &Actor, record: &R) -> Result<bool, OwnError> {
        let asker = self.asker(actor, None)?;
        Ok(Look::new(&asker).see(record).is_some())
    }

    /// Which of these records somebody may handle, in their order: for a number in a menu, or for a list that says nothing of
    /// them. It tells of none of them, so it is no look.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn handled<R: OwnRecord>(
        &self,
        actor: &Actor,
        records: &[R],
    ) -> Result<Vec<bool>, OwnError> {
        let asker = self.asker(actor, None)?;
        let mut look = Look::new(&asker);
        Ok(records.iter().map(|one| look.handles(one)).collect())
    }

    /// Whether somebody may do something with an own record, for a purpose; for the one that fits when none is named.
    ///
    /// # Errors
    /// When the rules say no; that is in the log then.
    pub async fn may(
        &self,
        actor: &Actor,
        purpose: Option<&PurposeId>,
        deed: &Deed,
    ) -> Result<Allowed, OwnError> {
        let decided = {
            let asker = self.asker(actor, purpose)?;
            let mut wish = Wish::new(deed.action, deed.kind, &deed.facts);
            wish.hand_over_to = deed.hand_over_to;
            wish.case_ref = deed.case_ref;
            asker.decide(&wish, &BTreeSet::new()).map(|permit| Allowed {
                grounds: grounds(permit.grounds()),
                mask: Mask::of(permit),
            })
        };
        match decided {
            Ok(allowed) => Ok(allowed),
            Err(None) => Err(OwnError::Refused(Vec::new())),
            Err(Some(refusal)) => {
                let event = refused(&refusal, deed.kind, deed.aanbieder);
                let change = Change::new().audit(event.by(actor.by()));
                self.store.commit(change).await?;
                Err(OwnError::Refused(self.engine.explain(&refusal)))
            }
        }
    }

    /// The catalogue of purposes, as it is now.
    #[must_use]
    pub fn catalogue(&self) -> CatalogueInUse {
        self.engine.catalogue()
    }

    /// Whether there is a purpose for which somebody in this role and with this task sees this kind of record at all.
    #[must_use]
    pub fn ever_sees(&self, actor: &Actor, kind: RecordKind) -> bool {
        self.ever(actor, kind, false)
    }

    /// The same for handling it.
    #[must_use]
    pub fn ever_handles(&self, actor: &Actor, kind: RecordKind) -> bool {
        self.ever(actor, kind, true)
    }

    fn ever(&self, actor: &Actor, kind: RecordKind, handling: bool) -> bool {
        let catalogue = self.engine.catalogue();
        let person = person(actor, &catalogue);
        let mut entries = catalogue.at(self.clock.now());
        entries.any(|entry| {
            let sees = |role| !entry.own_fields(role, kind, handling).is_empty();
            person.tasks.contains(&entry.id) && person.roles.iter().any(|role| sees(*role))
        })
    }

    fn asker<'a>(
        &self,
        actor: &Actor,
        purpose: Option<&'a PurposeId>,
    ) -> Result<Asker<'a>, OwnError> {
        let engine = self.engine.current();
        Ok(Asker {
            me: self.me,
            person: person(actor, engine.catalogue()),
            further_uses: further_uses(&self.store)?,
            account: actor.account(),
            now: self.clock.now(),
            wanted: purpose,
            engine,
        })
    }

    /// The rules of this moment, for tests of other services.
    #[cfg(test)]
    pub(super) fn engine(&self) -> CurrentEngine {
        self.engine.clone()
    }
}

/// Who asks, for the rules. Without tasks of its own an account has those of its roles.
#[must_use]
pub fn person(actor: &Actor, catalogue: &Catalogue) -> PersonFacts {
    let entries = catalogue.entries();
    let of_roles = entries.filter(|entry| entry.roles.iter().any(|role| actor.has(*role)));
    let of_roles = || of_roles.map(|entry| entry.id.clone()).collect();
    PersonFacts {
        roles: actor.roles().clone(),
        tasks: actor.tasks().cloned().unwrap_or_else(of_roles),
    }
}

/// A refusal, as it stands in the log.
fn refused(refusal: &Refusal, kind: RecordKind, aanbieder: Option<Id>) -> Event {
    if refusal.is_faulty() {
        tracing::error!(guards = ?refusal.guards(), "a rule could not be evaluated");
    }
    Event::OwnRefused {
        action: refusal.grounds().action,
        kind,
        aanbieder,
        purpose: refusal.grounds().purpose.clone(),
        guards: refusal.guards().iter().map(ToString::to_string).collect(),
        grounds: grounds(refusal.grounds()),
    }
}
