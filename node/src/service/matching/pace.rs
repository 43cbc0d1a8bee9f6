// SPDX-License-Identifier: EUPL-1.2
//! How often a member may come back for what it was given before, or bring what is refused.
//!
//! Such a message costs nothing of a budget and is still written in the log each time. Without a limit one member
//! could fill the log of another. The count is kept in memory: a member cannot restart the node.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;

use crate::clock::Clock;

/// So often in one window: once a minute on average, which no node that keeps to the protocol comes near.
const MOST: u32 = 60;
/// How long a window lasts.
const WINDOW: Duration = Duration::from_secs(3_600);

/// Counts repeats by member. A copy counts along.
#[derive(Clone, Debug)]
pub(in crate::service) struct Pace {
    clock: Clock,
    windows: Arc<Mutex<BTreeMap<Oin, Window>>>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    began: Timestamp,
    count: u32,
}

impl Pace {
    pub(in crate::service) fn new(clock: Clock) -> Self {
        Self {
            clock,
            windows: Arc::default(),
        }
    }

    /// Counts one repeat of a member, and says whether it is within the limit.
    pub(in crate::service) fn allows(&self, peer: Oin) -> bool {
        let now = self.clock.now();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        // Who kept quiet for a window is forgotten, so that the list is never longer than that of the members.
        windows.retain(|_, window| now.since(window.began) < WINDOW);
        let window = windows.entry(peer).or_insert(Window {
            began: now,
            count: 0,
        });
        window.count = window.count.saturating_add(1);
        window.count <= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_may_repeat_itself_sixty_times_an_hour_and_another_member_is_not_counted() {
        let clock = Clock::wound(Timestamp::from_secs(1_800_000_000));
        let pace = Pace::new(clock.clone());
        let peer = |number: u64| format!("00000099{number:09}000").parse::<Oin>().unwrap();
        for _ in 0..MOST {
            assert!(pace.allows(peer(1)));
        }
        assert!(!pace.allows(peer(1)));
        assert!(pace.allows(peer(2)));
        clock.advance(WINDOW);
        assert!(pace.allows(peer(1)));
    }
}
