// SPDX-License-Identifier: EUPL-1.2
//! Tells that something changed, for whoever has to act on it at once and not at the next round.

use std::sync::Arc;

use tokio::sync::watch;

/// A count that goes up with every change. A copy is the same count.
#[derive(Clone, Debug)]
pub struct Changes(Arc<watch::Sender<u64>>);

impl Default for Changes {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Changes {
    /// Something changed.
    pub(super) fn note(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// The count, as it goes up.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
