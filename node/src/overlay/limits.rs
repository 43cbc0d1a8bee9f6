// SPDX-License-Identifier: EUPL-1.2
//! Everything that a stranger, or a member with a fault, could make large is bounded here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use libp2p::PeerId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The largest message in an envelope, either way: an index of 16,384 entries, its envelope, and room to spare.
pub(super) const MESSAGE: usize = 1_048_576;
/// The largest attestation, chain included.
pub(super) const ATTESTATION: usize = 8_192;
/// Connections that are being negotiated at one time.
pub(super) const PENDING: usize = 64;
/// Of those, what addresses that no member is known to use may take together.
pub(super) const PENDING_STRANGERS: usize = 48;
/// And what one such address may take.
pub(super) const PENDING_PER_STRANGER: usize = 8;
/// And what one address that members use may take; many may stand behind it.
pub(super) const PENDING_PER_MEMBER: usize = 48;
/// Connections to one peer: two, because both may dial at the same moment.
pub(super) const ESTABLISHED_PER_PEER: u32 = 2;
/// Connections from others, admitted, in total.
pub(super) const ESTABLISHED_INCOMING: u32 = 512;
/// Requests under way to one peer, and from one peer on one connection.
pub(super) const IN_FLIGHT_PER_PEER: usize = 64;
/// Requests under way to all peers together.
pub(super) const IN_FLIGHT: usize = 512;
/// Requests from peers that wait for our answer, all together.
pub(super) const ANSWERS_OWED: usize = 512;
/// The time in which a connection must be encrypted, attested and ready.
pub(super) const CONNECT: Duration = Duration::from_secs(5);
/// And within that time, how long a peer may take to show its attestation once the channel is encrypted.
pub(super) const ATTEST: Duration = Duration::from_secs(3);
/// A connection on which nothing happens is closed after this.
pub(super) const IDLE: Duration = Duration::from_secs(600);
/// No exchange lasts longer, whatever the caller asks for.
pub(super) const EXCHANGE: Duration = Duration::from_secs(120);
/// How often live connections are held against the gate.
pub(super) const RECHECK: Duration = Duration::from_millis(250);
/// Addresses of members that are remembered from their connections.
pub(super) const HOMES: usize = 1_024;

/// Counts requests under way, per peer and in total; who comes too many waits.
#[derive(Clone, Debug)]
pub(super) struct InFlight {
    total: Arc<Semaphore>,
    peers: Arc<Mutex<HashMap<PeerId, Arc<Semaphore>>>>,
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
            total: Arc::new(Semaphore::new(IN_FLIGHT)),
            peers: Arc::default(),
        }
    }

    /// Waits for a place; none any more once the overlay has stopped.
    pub(super) async fn enter(&self, peer: PeerId) -> Option<Place> {
        // First the own queue of the peer: a peer that does not answer must not hold places of the others.
        let queue = self.queue(peer);
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

    fn queue(&self, peer: PeerId) -> Arc<Semaphore> {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if peers.len() >= IN_FLIGHT {
            peers.retain(|_, queue| Arc::strong_count(queue) > 1);
        }
        Arc::clone(
            peers
                .entry(peer)
                .or_insert_with(|| Arc::new(Semaphore::new(IN_FLIGHT_PER_PEER))),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_peer_that_does_not_answer_leaves_places_for_the_others() {
        let in_flight = InFlight::new();
        let (slow, quick) = (PeerId::random(), PeerId::random());
        let mut places = Vec::new();
        for _ in 0..IN_FLIGHT_PER_PEER {
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
}
