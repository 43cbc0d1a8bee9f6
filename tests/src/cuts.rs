// SPDX-License-Identifier: EUPL-1.2
//! A network that breaks where a story says so: from one member to another, until it is mended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use basisnet_node::outbox::Carrier;
use basisnet_node::overlay::RequestError;
use futures::future::BoxFuture;
use libp2p::{Multiaddr, PeerId};

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Lost,
    AnswerLost,
    Carried,
}

/// Between whom nothing gets through, and how much got through between the others. A copy is the same network.
#[derive(Clone, Debug, Default)]
pub struct Cuts(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    cut: BTreeSet<(PeerId, PeerId)>,
    /// How many messages to and from this one still get through.
    left: BTreeMap<PeerId, usize>,
    /// Who says and hears nothing at all until it is started again.
    silent: BTreeSet<PeerId>,
    carried: usize,
    bytes: usize,
}

impl Cuts {
    /// From now on nothing that this one sends gets through to the other.
    pub fn cut(&self, from: PeerId, to: PeerId) {
        self.state().cut.insert((from, to));
    }

    /// So many messages to and from this one still get through, and the answer to the last of them does not.
    pub fn cut_after(&self, peer: PeerId, messages: usize) {
        self.state().left.insert(peer, messages);
    }

    /// From now on this member says and hears nothing, what is under way included, or speaks again.
    pub fn silence(&self, peer: PeerId, silent: bool) {
        let mut state = self.state();
        match silent {
            true => state.silent.insert(peer),
            false => state.silent.remove(&peer),
        };
    }

    /// Everything gets through again, but for who was silenced.
    pub fn mend(&self) {
        let mut state = self.state();
        state.cut.clear();
        state.left.clear();
    }

    /// How many questions were put on the way until now, by all together.
    #[must_use]
    pub fn carried(&self) -> usize {
        self.state().carried
    }

    /// How many bytes those and the answers to them were.
    #[must_use]
    pub fn carried_bytes(&self) -> usize {
        self.state().bytes
    }

    /// What becomes of a message; one that gets through counts.
    fn fate(&self, from: PeerId, to: PeerId) -> Fate {
        let mut state = self.state();
        if state.cut.contains(&(from, to)) || state.is_silent(from, to) {
            return Fate::Lost;
        }
        let mut fate = Fate::Carried;
        for peer in [from, to] {
            match state.left.get_mut(&peer) {
                Some(0) => return Fate::Lost,
                Some(left) => {
                    *left -= 1;
                    if *left == 0 {
                        fate = Fate::AnswerLost;
                    }
                }
                None => {}
            }
        }
        state.carried += 1;
        fate
    }

    fn is_silent(&self, one: PeerId, other: PeerId) -> bool {
        self.state().is_silent(one, other)
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

impl State {
    fn is_silent(&self, one: PeerId, other: PeerId) -> bool {
        self.silent.contains(&one) || self.silent.contains(&other)
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
            let fate = self.cuts.fate(self.me, peer);
            if fate == Fate::Lost {
                return Err(RequestError::Unreachable);
            }
            let asked = bytes.len();
            let answer = self.carrier.carry(peer, addresses, bytes, timeout).await;
            self.cuts.state().bytes += asked + answer.as_ref().map_or(0, Vec::len);
            if self.cuts.is_silent(self.me, peer) {
                return Err(RequestError::Unreachable);
            }
            match fate {
                Fate::AnswerLost => Err(RequestError::Unreachable),
                Fate::Carried | Fate::Lost => answer,
            }
        })
    }
}
