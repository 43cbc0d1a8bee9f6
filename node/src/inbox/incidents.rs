// SPDX-License-Identifier: EUPL-1.2
//! What peers do wrong goes into the log; but nobody can fill the log by doing it often.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::audit::{By, Event, Incident, PeerRefusal};
use crate::clock::Clock;
use crate::overlay::{KnownPeers, Notice, Refused};
use crate::store::{Change, Store};
use crate::telemetry::Metrics;

/// So many entries of one kind about one organisation go into the log…
const AT_MOST: u32 = 30;
/// …in so much time. What is more only goes to the technical log and the counters.
const WITHIN: Duration = Duration::from_secs(60);

/// Writes incidents into the log.
#[derive(Clone, Debug)]
pub struct Incidents {
    store: Store,
    clock: Clock,
    written: Arc<Mutex<HashMap<Subject, (Timestamp, u32)>>>,
}

/// Whose doing, and what. Organisations are those of the directory, so this stays small.
type Subject = (Option<Oin>, What);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum What {
    Message(u8),
    Connection(u8),
}

impl Incidents {
    /// Writes into the log of this store.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            written: Arc::default(),
        }
    }

    /// A message that does not keep to the protocol.
    pub async fn note(&self, peer: Oin, incident: Incident, message: &[u8]) {
        tracing::warn!(%peer, ?incident, "message refused");
        let event = Event::SecurityIncident {
            peer: Some(peer),
            incident,
            message: Some(Octets(Sha256::digest(message).into())),
        };
        let what = What::Message(incident as u8);
        self.write((Some(peer), what), event, By::Peer { oin: peer })
            .await;
    }

    async fn note_refusal(&self, peer: Option<Oin>, reason: PeerRefusal) {
        let event = Event::PeerRefused { peer, reason };
        let what = What::Connection(reason as u8);
        self.write((peer, what), event, By::Node).await;
    }

    async fn write(&self, subject: Subject, event: Event, by: By) {
        if !self.has_room(subject) {
            return;
        }
        let change = Change::new().audit(event.by(by));
        if let Err(error) = self.store.commit(change).await {
            tracing::error!(%error, "an incident could not be written in the log");
        }
    }

    fn has_room(&self, subject: Subject) -> bool {
        let now = self.clock.now();
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = written.entry(subject).or_insert((now, 0));
        if now.since(*since) >= WITHIN {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= AT_MOST
    }
}

/// Writes what the overlay notices into the log, until the overlay is gone.
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
