// SPDX-License-Identifier: EUPL-1.2
//! Turns: looking over a whole policy takes a core for as long as it takes, so only so many do it at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::BeleidError;

/// So many at once; the rest of the node goes on beside them.
const AT_ONCE: usize = 2;

/// Who may begin.
#[derive(Clone, Debug)]
pub(super) struct Turns(Arc<Semaphore>);

/// A turn; it is over when this is dropped.
#[derive(Debug)]
pub struct Turn(
    #[expect(dead_code, reason = "it is held, and not looked at")] OwnedSemaphorePermit,
);

impl Turns {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }

    /// A turn, or the answer that there is none now. Nobody waits: who asked hears at once what to do.
    pub(super) fn take(&self) -> Result<Turn, BeleidError> {
        let permit = Arc::clone(&self.0).try_acquire_owned();
        permit.map(Turn).map_err(|_| BeleidError::Busy)
    }
}

impl super::Beleid {
    /// Takes all turns, for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn testing_only_occupied(&self) -> Vec<Turn> {
        (0..AT_ONCE)
            .filter_map(|_| self.turns.take().ok())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_when_all_turns_are_taken_hears_so_and_the_next_one_after_it_does_not() {
        let turns = Turns::new();
        let taken: Vec<Turn> = (0..AT_ONCE).map(|_| turns.take().unwrap()).collect();
        assert!(matches!(turns.take(), Err(BeleidError::Busy)));
        drop(taken);
        assert!(turns.take().is_ok());
    }
}
