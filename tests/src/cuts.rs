// SPDX-License-Identifier: EUPL-1.2
//! A network that breaks where a story says so: from one member to another, until it is mended.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use basisnet_node::outbox::Carrier;
use basisnet_node::overlay::RequestError;
use futures::future::BoxFuture;
use libp2p::{Multiaddr, PeerId};

/// Between whom nothing gets through, and how much got through between the others. A copy is the same network.
#[derive(Clone, Debug, Default)]
pub struct Cuts(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    cut: BTreeSet<(PeerId, PeerId)>,
    carried: usize,
}

impl Cuts {
    /// From now on nothing that this one sends gets through to the other.
    pub fn cut(&self, from: PeerId, to: PeerId) {
        self.state().cut.insert((from, to));
    }

    /// Everything gets through again.
    pub fn mend(&self) {
        self.state().cut.clear();
    }

    /// How many questions were put on the way until now, by all together.
    #[must_use]
    pub fn carried(&self) -> usize {
        self.state().carried
    }

    /// Whether this gets through; then it counts.
    fn lets_through(&self, from: PeerId, to: PeerId) -> bool {
        let mut state = self.state();
        let through = !state.cut.contains(&(from, to));
        state.carried += usize::from(through);
        through
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panicked")
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
            if !self.cuts.lets_through(self.me, peer) {
                return Err(RequestError::Unreachable);
            }
            self.carrier.carry(peer, addresses, bytes, timeout).await
        })
    }
}
