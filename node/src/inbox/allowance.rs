// SPDX-License-Identifier: EUPL-1.2
//! How many messages of one kind an organisation may have handled.
//!
//! Every message that is handled leaves something behind: a mark, an entry in the log, a record. None of that is ever
//! deleted before its time, so whoever could send without end could fill the store. What is allowed here is many
//! times what the protocol needs: the largest sweep is 16 batches, an index goes once a day, and a convenant counts
//! questions in tens per day.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;

/// So many of one kind at once…
const AT_ONCE: u32 = 300;
/// …and then one in so much time.
const EVERY: Duration = Duration::from_secs(60);
/// So many counts are kept before those that are back at nothing are let go of.
const KEPT: usize = 4_096;

/// Counts what is handled, per organisation and kind.
#[derive(Debug, Default)]
pub(super) struct Allowance {
    /// When the next one would be due, if all until now had come one at a time.
    due: Mutex<HashMap<(Oin, &'static str), Timestamp>>,
}

impl Allowance {
    /// Whether one more is handled now; when it is not, it does not count either.
    pub(super) fn admits(&self, from: Oin, kind: &'static str, now: Timestamp) -> bool {
        let mut all = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT {
            all.retain(|_, due| *due > now);
        }
        let due = all.entry((from, kind)).or_insert(now);
        let admitted = due.since(now) <= EVERY * (AT_ONCE - 1);
        if admitted {
            *due = (*due).max(now) + EVERY;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_secs(1_700_000_000);

    #[test]
    fn what_one_organisation_sends_does_not_count_for_another_nor_for_another_kind() {
        let allowance = Allowance::default();
        let (one, other) = ("00000099000000001000", "00000099000000002000");
        let (one, other) = (one.parse().unwrap(), other.parse().unwrap());
        let admitted = (0..1_000).filter(|_| allowance.admits(one, "recall", START));
        assert_eq!(admitted.count(), AT_ONCE as usize);
        assert!(allowance.admits(one, "index", START));
        assert!(allowance.admits(other, "recall", START));
    }

    #[test]
    fn it_comes_back_with_time_and_to_no_more_than_it_was() {
        let allowance = Allowance::default();
        let from = "00000099000000001000".parse().unwrap();
        while allowance.admits(from, "index", START) {}
        let later = START + EVERY * 10;
        let again = (0..1_000).filter(|_| allowance.admits(from, "index", later));
        assert_eq!(again.count(), 10);
        let much_later = later + EVERY * AT_ONCE * 10;
        let again = (0..1_000).filter(|_| allowance.admits(from, "index", much_later));
        assert_eq!(again.count(), AT_ONCE as usize);
    }
}
