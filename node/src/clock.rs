// SPDX-License-Identifier: EUPL-1.2
//! The only place where the program asks what time it is.
//!
//! Everything that needs the time is handed a [`Clock`]. In production it reads the clock of the machine; in a test
//! it is wound by hand, and everybody who sleeps until a moment wakes when the hand passes it. So a story about a
//! convenant of three years takes milliseconds, and never depends on how busy the machine is.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use basisnet_protocol::time::Timestamp;
use tokio::sync::watch;

/// The longest uninterrupted sleep: the machine's clock may be set while we sleep, and we want to notice.
const LONGEST_NAP: Duration = Duration::from_secs(30);

/// Tells the time, and wakes who waits for a moment. A copy tells the same time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    Wound(Arc<watch::Sender<Timestamp>>),
}

impl Clock {
    /// The clock of this machine.
    #[must_use]
    pub const fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that stands still at `start` until [`Clock::advance`].
    #[must_use]
    pub fn wound(start: Timestamp) -> Self {
        Self(Source::Wound(Arc::new(watch::Sender::new(start))))
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Machine => machine_time(),
            Source::Wound(hand) => *hand.borrow(),
        }
    }

    /// Winds a hand-wound clock forward, for all its copies. The clock of the machine does not listen.
    pub fn advance(&self, by: Duration) {
        if let Source::Wound(hand) = &self.0 {
            hand.send_modify(|moment| *moment = *moment + by);
        }
    }

    /// Whether this clock is wound by hand.
    #[must_use]
    pub const fn is_wound(&self) -> bool {
        matches!(self.0, Source::Wound(_))
    }

    /// Returns once `moment` has come; at once when it is past.
    pub async fn sleep_until(&self, moment: Timestamp) {
        match &self.0 {
            Source::Machine => loop {
                let left = moment.since(machine_time());
                if left.is_zero() {
                    return;
                }
                tokio::time::sleep(left.min(LONGEST_NAP)).await;
            },
            Source::Wound(hand) => {
                // The sender lives as long as this clock, so waiting cannot fail.
                let _ = hand.subscribe().wait_for(|now| *now >= moment).await;
            }
        }
    }

    /// Returns after `term`.
    pub async fn sleep(&self, term: Duration) {
        self.sleep_until(self.now() + term).await;
    }
}

/// A clock that stands before 1970 reads as the start of 1970, at which nothing is valid yet.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place where the time comes in"
)]
fn machine_time() -> Timestamp {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_secs(1_700_000_000);
    const WEEK: Duration = Duration::from_secs(7 * 86_400);

    #[test]
    fn a_wound_clock_stands_still_until_it_is_wound_and_takes_its_copies_along() {
        let clock = Clock::wound(START);
        let copy = clock.clone();
        assert_eq!(copy.now(), START);
        clock.advance(WEEK);
        assert_eq!(copy.now(), START + WEEK);
    }

    #[tokio::test]
    async fn who_sleeps_until_a_moment_wakes_when_the_hand_passes_it() {
        let clock = Clock::wound(START);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(WEEK).await }
        });
        tokio::task::yield_now().await;
        clock.advance(WEEK - Duration::from_secs(1));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        sleeper.await.unwrap();
    }

    #[tokio::test]
    async fn a_moment_in_the_past_is_not_waited_for() {
        Clock::machine().sleep_until(START).await;
        assert!(Clock::machine().now() > START);
    }
}
