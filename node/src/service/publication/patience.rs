// SPDX-License-Identifier: EUPL-1.2
//! When a member is told again what it did not take.
//!
//! A member that is away is knocked on every few seconds; that says nothing, and nothing is written for it. As soon as
//! it answers, or is heard of, it is told. A member that is there and does not take what it is told is left alone for
//! a while, and then longer and longer, because every time is a line in the log.
//!
//! In memory: after a start everybody is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;

use super::Publications;

/// A member that did not take a recall is told again after this long, then after twice as long, and so on.
const FIRST_WAIT: Duration = Duration::from_secs(4);
/// And never less often than this.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

/// How it stands with the members that did not take a recall.
#[derive(Clone, Debug, Default)]
pub(super) struct Patience(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Who did not answer.
    away: BTreeSet<Oin>,
    /// Who is to be left alone.
    waiting: BTreeMap<Oin, Waiting>,
    /// Who is being told.
    told: BTreeSet<Oin>,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    wait: Duration,
    until: Timestamp,
}

impl Patience {
    pub(super) fn leaves_alone(&self, peer: Oin, now: Timestamp) -> bool {
        let state = self.state();
        let waiting = state.waiting.get(&peer);
        state.told.contains(&peer) || waiting.is_some_and(|waiting| now < waiting.until)
    }

    pub(super) fn succeeded(&self, peer: Oin) {
        let mut state = self.state();
        state.waiting.remove(&peer);
        state.away.remove(&peer);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lives as long as a member is being told.
#[derive(Debug)]
pub struct Telling {
    patience: Patience,
    peer: Oin,
}

impl Drop for Telling {
    fn drop(&mut self) {
        self.patience.state().told.remove(&self.peer);
    }
}

impl Publications {
    /// Marks a member as being told; none while somebody else does that.
    #[must_use]
    pub fn telling(&self, peer: Oin) -> Option<Telling> {
        self.patience.state().told.insert(peer).then(|| Telling {
            patience: self.patience.clone(),
            peer,
        })
    }

    /// Whether this member did not answer, so that it is to be seen first whether it is there.
    #[must_use]
    pub fn is_away(&self, peer: Oin) -> bool {
        self.patience.state().away.contains(&peer)
    }

    /// The member does not answer.
    pub fn went_away(&self, peer: Oin) {
        self.patience.state().away.insert(peer);
    }

    /// The member answers and did not take what it was told; it is left alone for a while.
    pub fn not_recalled(&self, peer: Oin) {
        let now = self.shared.clock.now();
        let mut state = self.patience.state();
        let before = state.waiting.get(&peer).map(|waiting| waiting.wait);
        let wait = before.map_or(FIRST_WAIT, |wait| (wait * 2).min(LONGEST_WAIT));
        let until = now + wait;
        state.away.remove(&peer);
        state.waiting.insert(peer, Waiting { wait, until });
    }

    /// The member said something: who was away is back.
    pub fn heard(&self, peer: Oin) {
        if self.is_away(peer) {
            self.recalls.note();
        }
    }
}
