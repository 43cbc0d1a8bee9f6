// SPDX-License-Identifier: EUPL-1.2
//! Who comes too many waits: requests of ours per peer, and messages of others per organisation.
//!
//! A message of another organisation takes its place before its first byte is read, and keeps it until the answer
//! has been written. So an organisation that sends more than its share fills nothing but its own connections: the
//! bytes stay with it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use basisnet_protocol::id::Oin;
use libp2p::PeerId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::limits;

/// So many keys may have places before those that nobody uses are let go of.
const KEPT: usize = 512;

/// Something per key, for as long as somebody uses it.
#[derive(Debug)]
struct Each<K, V>(Mutex<HashMap<K, Arc<V>>>);

impl<K: Eq + Hash, V> Each<K, V> {
    fn new() -> Self {
        Self(Mutex::default())
    }

    fn of(&self, key: K, make: impl FnOnce() -> V, idle: impl Fn(&V) -> bool) -> Arc<V> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT {
            all.retain(|_, one| Arc::strong_count(one) > 1 || !idle(one));
        }
        Arc::clone(all.entry(key).or_insert_with(|| Arc::new(make())))
    }
}

/// Counts our requests under way, per peer and in total.
#[derive(Clone, Debug)]
pub(super) struct InFlight {
    total: Arc<Semaphore>,
    peers: Arc<Each<PeerId, Semaphore>>,
}

/// The right to have one request under way.
#[derive(Debug)]
pub(super) struct Place {
    _peer: OwnedSemaphorePermit,
    _total: OwnedSemaphorePermit,
}

impl InFlight {
    pub(super) fn new() -> Self {
        Self {
            total: Arc::new(Semaphore::new(limits::IN_FLIGHT)),
            peers: Arc::new(Each::new()),
        }
    }

    /// Waits for a place; none any more once the overlay has stopped.
    pub(super) async fn enter(&self, peer: PeerId) -> Option<Place> {
        // First the own queue of the peer: a peer that does not answer must not hold places of the others.
        let make = || Semaphore::new(limits::IN_FLIGHT_PER_PEER);
        let queue = self.peers.of(peer, make, |_| true);
        let of_peer = queue.acquire_owned().await.ok()?;
        let of_total = Arc::clone(&self.total).acquire_owned().await.ok()?;
        Some(Place {
            _peer: of_peer,
            _total: of_total,
        })
    }

    pub(super) fn close(&self) {
        self.total.close();
    }
}

/// What every organisation may have under way here.
#[derive(Clone, Debug)]
pub(super) struct Shares(Arc<Each<Oin, Share>>);

/// What one organisation may have under way here, over all its connections.
#[derive(Debug)]
pub(super) struct Share {
    places: Arc<Semaphore>,
    messages: Pace,
    renewals: Pace,
}

impl Shares {
    pub(super) fn new() -> Self {
        Self(Arc::new(Each::new()))
    }

    pub(super) fn of(&self, oin: Oin) -> Arc<Share> {
        self.0.of(oin, Share::new, Share::is_idle)
    }
}

impl Share {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            places: Arc::new(Semaphore::new(limits::EXCHANGES_PER_MEMBER)),
            messages: Pace::new(limits::MESSAGE_PACE, now),
            renewals: Pace::new(limits::RENEWAL_PACE, now),
        }
    }

    fn is_idle(&self) -> bool {
        let now = Instant::now();
        self.places.available_permits() == limits::EXCHANGES_PER_MEMBER
            && self.messages.is_idle(now)
            && self.renewals.is_idle(now)
    }

    /// Waits for the turn of one message; its place is free again when what this gives is dropped.
    pub(super) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        let now = Instant::now();
        let begin = self.messages.next(now);
        // A timer rounds up to its next tick; who is within its pace waits for nothing.
        if begin > now {
            tokio::time::sleep_until(begin).await;
        }
        Some(place)
    }

    /// Whether a renewed attestation of this organisation is looked at now.
    pub(super) fn may_renew(&self) -> bool {
        self.renewals.admits(Instant::now())
    }
}

/// So many at once, and then one at a time.
#[derive(Debug)]
pub(super) struct Pace {
    limit: limits::Pace,
    /// When the next one would begin, if all until now had come one at a time.
    due: Mutex<Instant>,
}

impl Pace {
    pub(super) const fn new(limit: limits::Pace, now: Instant) -> Self {
        Self {
            limit,
            due: Mutex::new(now),
        }
    }

    /// The moment at which one may begin that comes `now`, and will.
    fn next(&self, now: Instant) -> Instant {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = self.limit.begin(*due, now);
        *due = (*due).max(now) + self.limit.every;
        begin
    }

    /// Whether one may begin now; otherwise it does not begin at all.
    pub(super) fn admits(&self, now: Instant) -> bool {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let admitted = self.limit.begin(*due, now) <= now;
        if admitted {
            *due = (*due).max(now) + self.limit.every;
        }
        admitted
    }

    pub(super) fn is_idle(&self, now: Instant) -> bool {
        *self.due.lock().unwrap_or_else(PoisonError::into_inner) <= now
    }
}

impl limits::Pace {
    fn begin(self, due: Instant, now: Instant) -> Instant {
        let ahead = due.saturating_duration_since(now);
        now + ahead.saturating_sub(self.every * self.at_once.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_peer_that_does_not_answer_leaves_places_for_the_others() {
        let in_flight = InFlight::new();
        let (slow, quick) = (PeerId::random(), PeerId::random());
        let mut places = Vec::new();
        for _ in 0..limits::IN_FLIGHT_PER_PEER {
            places.push(in_flight.enter(slow).await.unwrap());
        }
        let too_many = tokio::spawn({
            let in_flight = in_flight.clone();
            async move { in_flight.enter(slow).await.is_some() }
        });
        assert!(in_flight.enter(quick).await.is_some());
        assert!(!too_many.is_finished());
        places.pop();
        assert!(too_many.await.unwrap());
    }

    #[tokio::test]
    async fn an_organisation_has_one_share_however_many_connections_it_makes() {
        let shares = Shares::new();
        let (one, other) = ("00000099000000001000", "00000099000000002000");
        let mut turns = Vec::new();
        for _ in 0..limits::EXCHANGES_PER_MEMBER {
            turns.push(shares.of(one.parse().unwrap()).turn().await.unwrap());
        }
        let too_many = tokio::spawn({
            let share = shares.of(one.parse().unwrap());
            async move { share.turn().await.is_some() }
        });
        assert!(shares.of(other.parse().unwrap()).turn().await.is_some());
        assert!(!too_many.is_finished());
        turns.pop();
        assert!(too_many.await.unwrap());
    }

    const PACE: limits::Pace = limits::Pace {
        at_once: 3,
        every: Duration::from_secs(1),
    };

    #[test]
    fn after_the_first_few_the_others_come_one_at_a_time() {
        let now = Instant::now();
        let pace = Pace::new(PACE, now);
        for _ in 0..3 {
            assert_eq!(pace.next(now), now);
        }
        assert_eq!(pace.next(now), now + PACE.every);
        assert_eq!(pace.next(now), now + PACE.every * 2);
        // Who stays away long enough may come with a few at once again.
        let later = now + PACE.every * 5;
        for _ in 0..3 {
            assert_eq!(pace.next(later), later);
        }
        assert_eq!(pace.next(later), later + PACE.every);
    }

    #[test]
    fn who_is_not_admitted_does_not_count() {
        let now = Instant::now();
        let pace = Pace::new(PACE, now);
        let admitted = (0..10).filter(|_| pace.admits(now)).count();
        assert_eq!(admitted, 3);
        assert!(pace.admits(now + PACE.every));
        assert!(!pace.admits(now + PACE.every));
        assert!(!pace.is_idle(now) && pace.is_idle(now + PACE.every * 4));
    }
}
