// SPDX-License-Identifier: EUPL-1.2
//! A network that breaks where a story says so: from one member to another, until it is mended.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use basisnet_node::outbox::Carrier;
use basisnet_node::overlay::RequestError;
use futures::future::BoxFuture;
use libp2p::{Multiaddr, PeerId};

/// Between whom nothing gets through. A copy is the same network.
#[derive(Clone, Debug, Default)]
pub struct Cuts(Arc<Mutex<BTreeSet<(PeerId, PeerId)>>>);

impl Cuts {
    /// From now on nothing that this one sends gets through to the other.
    pub fn cut(&self, from: PeerId, to: PeerId) {
        self.0.lock().expect("nobody panicked").insert((from, to));
    }

    /// Everything gets through again.
    pub fn mend(&self) {
        self.0.lock().expect("nobody panicked").clear();
    }

    fn is_cut(&self, from: PeerId, to: PeerId) -> bool {
        self.0
            .lock()
            .expect("nobody panicked")
            .contains(&(from, to))
    }

    /// Puts the cuts around the way to the peers of this node.
    pub(crate) fn around(&self, me: PeerId, carrier: Arc<dyn Carrier>) -> Arc<dyn Carrier> {
        Arc::new(Cutting {
            cuts: self.clone(),
            me,
            carrier,
        })
    }
}

struct Cutting {
    cuts: Cuts,
    me: PeerId,
    carrier: Arc<dyn Carrier>,
}

impl Carrier for Cutting {
    fn carry<'a>(
        &'a self,
        peer: PeerId,
        addresses: &'a [Multiaddr],
        bytes: Vec<u8>,
        timeout: Duration,
    ) -> BoxFuture<'a, Result<Vec<u8>, RequestError>> {
        Box::pin(async move {
            if self.cuts.is_cut(self.me, peer) {
                return Err(RequestError::Unreachable);
            }
            self.carrier.carry(peer, addresses, bytes, timeout).await
        })
    }
}
