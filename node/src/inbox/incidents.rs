// SPDX-License-Identifier: EUPL-1.2
//! What peers do wrong goes into the log; but nobody can fill the log by doing it often.
//!
//! The first few of a kind are written one by one. What comes on top of them is counted, and the count is written
//! when the hour is over: so nothing is left out, and no member decides how long the log of another becomes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::audit::{By, Event, Incident, Nuisance, PeerRefusal};
use crate::clock::Clock;
use crate::overlay::{KnownPeers, Notice, Refused};
use crate::service::alarm::{self, Cause};
use crate::store::{Change, Store};
use crate::telemetry::Metrics;

/// So many entries of one kind about one organisation go into the log one by one…
const AT_MOST: u32 = 30;
/// …in so much time. What is more becomes one entry with its number.
const WITHIN: Duration = Duration::from_secs(3_600);

/// Writes incidents into the log.
#[derive(Clone, Debug)]
pub struct Incidents {
    store: Store,
    clock: Clock,
    buckets: Arc<Mutex<HashMap<Subject, Bucket>>>,
    // One at a time, so that what comes at one moment is counted in one alarm.
    raising: Arc<tokio::sync::Mutex<()>>,
}

/// Whose doing, and what. Organisations are those of the directory, so this stays small.
type Subject = (Option<Oin>, Nuisance);

/// What there was of one subject since the hour began.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    since: Timestamp,
    written: u32,
    counted: u32,
}

impl Incidents {
    /// Writes into the log of this store.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            buckets: Arc::default(),
            raising: Arc::default(),
        }
    }

    /// A message that does not keep to the protocol. A person is to decide what becomes of that.
    pub async fn note(&self, peer: Oin, incident: Incident, message: &[u8]) {
        tracing::warn!(%peer, ?incident, "message refused");
        let subject = (Some(peer), Nuisance::Message { incident });
        if !self.has_room(subject) {
            return;
        }
        let event = Event::SecurityIncident {
            peer: Some(peer),
            incident,
            message: Some(Octets(Sha256::digest(message).into())),
        };
        let _one_at_a_time = self.raising.lock().await;
        let (store, now) = (&self.store, self.clock.now());
        let change = Change::new().audit(event.by(By::Peer { oin: peer }));
        match alarm::raise(store, change, now, peer, Cause::Protocol { incident }) {
            Ok(change) => self.commit(change).await,
            Err(error) => tracing::error!(%error, "an incident could not be written in the log"),
        }
    }

    /// Writes how many there were on top of what was written one by one, for every hour that is over.
    pub async fn count_up(&self) {
        let now = self.clock.now();
        self.write_counts(|bucket| now.since(bucket.since) >= WITHIN)
            .await;
    }

    async fn note_refusal(&self, peer: Option<Oin>, reason: PeerRefusal) {
        if self.has_room((peer, Nuisance::Connection { reason })) {
            self.write(Event::PeerRefused { peer, reason }, By::Node)
                .await;
        }
    }

    async fn write_counts(&self, over: impl Fn(&Bucket) -> bool) {
        let mut counts = Vec::new();
        self.buckets().retain(|(peer, what), bucket| {
            if !over(bucket) {
                return true;
            }
            if bucket.counted > 0 {
                counts.push(Event::NuisanceCounted {
                    peer: *peer,
                    what: *what,
                    count: bucket.counted,
                });
            }
            false
        });
        for count in counts {
            self.write(count, By::Node).await;
        }
    }

    async fn write(&self, event: Event, by: By) {
        self.commit(Change::new().audit(event.by(by))).await;
    }

    async fn commit(&self, change: Change) {
        if let Err(error) = self.store.commit(change).await {
            tracing::error!(%error, "an incident could not be written in the log");
        }
    }

    fn has_room(&self, subject: Subject) -> bool {
        let now = self.clock.now();
        let mut buckets = self.buckets();
        let bucket = buckets.entry(subject).or_insert(Bucket {
            since: now,
            written: 0,
            counted: 0,
        });
        let room = bucket.written < AT_MOST;
        if room {
            bucket.written += 1;
        } else {
            bucket.counted = bucket.counted.saturating_add(1);
        }
        room
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<Subject, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what the overlay notices into the log, until the overlay is gone; then also what was only counted.
pub async fn write_notices(
    mut notices: mpsc::Receiver<Notice>,
    known: KnownPeers,
    incidents: Incidents,
    metrics: Arc<Metrics>,
) {
    while let Some(notice) = notices.recv().await {
        let (Notice::Refused { peer, why } | Notice::Closed { peer, why }) = notice;
        metrics.peers_refused.one();
        incidents
            .note_refusal(known.oin_of(&peer), reason(&why))
            .await;
    }
    incidents.write_counts(|_| true).await;
}

const fn reason(why: &Refused) -> PeerRefusal {
    match why {
        Refused::NoAttestation => PeerRefusal::NoAttestation,
        Refused::TooLarge | Refused::Malformed => PeerRefusal::Malformed,
        Refused::NotAMember => PeerRefusal::NotAMember,
        Refused::OtherPeer => PeerRefusal::OtherPeer,
        Refused::OtherOrganisation => PeerRefusal::OtherOrganisation,
        Refused::Expired | Refused::Superseded => PeerRefusal::Expired,
        Refused::UnknownAuthority => PeerRefusal::UnknownAuthority,
        Refused::Revoked => PeerRefusal::Revoked,
    }
}
