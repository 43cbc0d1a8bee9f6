// SPDX-License-Identifier: EUPL-1.2
//! What points at a member that learns or takes more than it should, and on which a person decides.
//!
//! The node refuses what it must by itself, and goes no further: what becomes of a member is not for a program. As long
//! as nobody decided, the same thing again is counted in the same alarm. A decision has a reason, and can be followed
//! by another. One of them has an effect: who is suspended exchanges nothing with this node until somebody decides
//! otherwise.

mod record;

use basisnet_policy::Fact;
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::Epoch;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::personal;
use basisnet_protocol::time::Timestamp;
use rand_core::{OsRng, RngCore};

pub use record::{Alarm, AlarmId, Cause, Decision, Outcome};

use self::record::Suspended;
use super::account::{Actor, Function, NotAllowed};
use super::changes::Changes;
use crate::audit::Event;
use crate::clock::Clock;
use crate::store::{Change, CommitError, Expect, Key, Store, StoreError};

/// Read so many at a time.
const PAGE: usize = 200;
/// The longest reason, in characters.
const MAX_REASON: usize = 1_000;

/// Why something with an alarm did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AlarmError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// There is no such alarm.
    #[error("no such alarm")]
    Unknown,
    /// No reason, one that is too long, or one with what looks like a BSN in it.
    #[error("the reason cannot be used")]
    Reason,
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// The alarms of this node.
#[derive(Clone, Debug)]
pub struct Alarms {
    store: Store,
    clock: Clock,
    changes: Changes,
}

impl Alarms {
    /// The alarms in a store.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            changes: Changes::default(),
        }
    }

    /// All of them, those on which nobody decided first, and then the newest.
    ///
    /// # Errors
    /// When the caller may not see them, or the store cannot be read.
    pub fn list(&self, actor: &Actor) -> Result<Vec<Alarm>, AlarmError> {
        actor.require(Function::SeeAlarms)?;
        let mut all = self.all()?;
        all.sort_by_key(|alarm| (!alarm.is_open(), std::cmp::Reverse(alarm.last), alarm.id));
        Ok(all)
    }

    /// One of them.
    ///
    /// # Errors
    /// As [`Alarms::list`]; and when there is no such alarm.
    pub fn show(&self, actor: &Actor, id: AlarmId) -> Result<Alarm, AlarmError> {
        actor.require(Function::SeeAlarms)?;
        let kept = self.store.get::<Alarm>(id)?;
        Ok(kept.ok_or(AlarmError::Unknown)?.value)
    }

    /// How many wait for a decision, for a menu; none for who does not see them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_open(&self, actor: &Actor) -> Result<usize, AlarmError> {
        if !actor.holds(Function::SeeAlarms) {
            return Ok(0);
        }
        Ok(self.all()?.iter().filter(|alarm| alarm.is_open()).count())
    }

    /// Decides on an alarm, with a reason. A later decision takes the place of an earlier one; all of them are kept.
    ///
    /// # Errors
    /// When the caller may not, there is no such alarm, or the reason cannot be used.
    pub async fn decide(
        &self,
        actor: &Actor,
        id: AlarmId,
        outcome: Outcome,
        reason: &str,
    ) -> Result<Alarm, AlarmError> {
        actor.require(Function::DecideAlarms)?;
        let reason = reason.trim();
        let odd = |c: char| c.is_control() && c != '\n';
        let too_long = reason.chars().count() > MAX_REASON;
        if reason.is_empty() || too_long || reason.chars().any(odd) || personal::holds_bsn(reason) {
            return Err(AlarmError::Reason);
        }
        let kept = self.store.get::<Alarm>(id)?.ok_or(AlarmError::Unknown)?;
        let mut alarm = kept.value;
        alarm.decisions.push(Decision {
            by: actor.account(),
            by_name: actor.name().to_owned(),
            at: self.clock.now(),
            outcome,
            reason: reason.to_owned(),
        });
        let event = Event::AlarmDecided {
            alarm: id,
            peer: alarm.peer,
            suspended: outcome == Outcome::Suspend,
        };
        let mut change = Change::new()
            .put(id, &alarm, Expect::Version(kept.version))?
            .audit(event.by(actor.by()));
        let key = Suspended::key(alarm.peer);
        change = match self.is_suspended_by(&alarm)? {
            true => change.put(key, &Suspended { alarm: id }, Expect::Any)?,
            false => change.delete::<Suspended>(key),
        };
        self.store.commit(change).await?;
        self.changes.note();
        Ok(alarm)
    }

    /// Goes up when somebody decided.
    #[must_use]
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.changes.follow()
    }

    /// Whether a member is suspended, by this alarm as it is now or by another.
    fn is_suspended_by(&self, now: &Alarm) -> Result<bool, StoreError> {
        let others = self.all()?.into_iter().filter(|other| other.id != now.id);
        let of_peer = others.filter(|other| other.peer == now.peer);
        Ok(now.suspends() || of_peer.into_iter().any(|other| other.suspends()))
    }

    fn all(&self) -> Result<Vec<Alarm>, StoreError> {
        let (mut all, mut after): (Vec<Alarm>, Option<Key>) = (Vec::new(), None);
        loop {
            let page = self.store.page::<Alarm>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(all);
            };
            after = Some(last.clone());
            all.extend(page.into_iter().map(|(_, kept)| kept.value));
        }
    }
}

/// Adds to a change that a person is to decide on something. The same thing again is counted in the alarm that is open.
///
/// # Errors
/// When the store cannot be read, or the alarm cannot be written.
pub(crate) fn raise(
    store: &Store,
    change: Change,
    now: Timestamp,
    peer: Oin,
    cause: Cause,
) -> Result<Change, CommitError> {
    let term = Alarm::same(peer, &cause);
    let found = store.by_index::<Alarm>(Alarm::BY_CAUSE, &term, None, PAGE)?;
    let open = found.into_iter().find(|(_, kept)| kept.value.is_open());
    if let Some((key, kept)) = open {
        let again = Alarm {
            last: now,
            times: kept.value.times.saturating_add(1),
            cause,
            ..kept.value
        };
        return change.put(key, &again, Expect::Any);
    }
    let mut id = Octets([0; 16]);
    OsRng.fill_bytes(&mut id.0);
    let alarm = Alarm {
        id,
        peer,
        cause,
        first: now,
        last: now,
        times: 1,
        decisions: Vec::new(),
    };
    tracing::warn!(%peer, cause = ?alarm.cause, "a person is to decide on an alarm");
    let event = Event::AlarmRaised { alarm: id, peer };
    Ok(change.put(id, &alarm, Expect::Absent)?.audit(event))
}

/// Whether somebody suspended the exchange with this member.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn suspended(store: &Store, peer: Oin) -> Result<Fact, StoreError> {
    let found = store.get::<Suspended>(Suspended::key(peer))?;
    Ok(Fact::from(found.is_some()))
}

/// How many more contexts than usual somebody allowed a member in an epoch.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn contexts_allowed(
    store: &Store,
    peer: Oin,
    epoch: Epoch,
) -> Result<usize, StoreError> {
    let cause = Cause::ManyContexts {
        epoch: epoch.number(),
    };
    let term = Alarm::same(peer, &cause);
    let found = store.by_index::<Alarm>(Alarm::BY_CAUSE, &term, None, PAGE)?;
    let allowed = |alarm: &Alarm| alarm.cause == cause && alarm.outcome() == Some(Outcome::GoOn);
    Ok(found
        .iter()
        .filter(|(_, kept)| allowed(&kept.value))
        .count())
}

#[cfg(test)]
mod tests;
