// SPDX-License-Identifier: EUPL-1.2
//! What the overlay wants the log to know: who was refused, and whose connection was closed.
//!
//! The overlay does not write the log itself. It leaves notices in a bounded channel, from which the program takes
//! them; when somebody causes more of them than the log can take, the surplus is counted instead of kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use libp2p::PeerId;
use tokio::sync::mpsc;

use super::gate::Refused;

/// Something about the security of connections that the log should hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A peer wanted a connection and did not get it.
    Refused {
        /// Who, by the key proven on the channel.
        peer: PeerId,
        /// Why.
        why: Refused,
    },
    /// A peer lost the right to a connection that it had.
    Closed {
        /// Who.
        peer: PeerId,
        /// Why.
        why: Refused,
    },
}

/// Where notices are left.
#[derive(Clone, Debug)]
pub(super) struct Notices {
    out: mpsc::Sender<Notice>,
    surplus: Arc<AtomicU64>,
}

impl Notices {
    pub(super) fn new(out: mpsc::Sender<Notice>) -> Self {
        Self {
            out,
            surplus: Arc::default(),
        }
    }

    pub(super) fn refused(&self, peer: PeerId, why: &Refused) {
        tracing::info!(peer = %peer, code = why.code(), "peer refused");
        let why = why.clone();
        self.leave(Notice::Refused { peer, why });
    }

    pub(super) fn closed(&self, peer: PeerId, why: &Refused) {
        tracing::info!(peer = %peer, code = why.code(), "connection closed");
        let why = why.clone();
        self.leave(Notice::Closed { peer, why });
    }

    /// Counts the notices that found the channel full. Does not keep the channel open.
    pub(super) fn surplus(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.surplus)
    }

    fn leave(&self, notice: Notice) {
        if self.out.try_send(notice).is_err() {
            self.surplus.fetch_add(1, Ordering::Relaxed);
        }
    }
}
