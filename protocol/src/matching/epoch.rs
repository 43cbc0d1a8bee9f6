// SPDX-License-Identifier: EUPL-1.2
//! Periods of 28 days, the same for everybody, in which keys live.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::{Date, Timestamp};

/// Monday 2024-01-01, the first day of epoch 0.
const ORIGIN: Date = Date::from_days(19_723);
const DAYS: u32 = 28;
const DAY: Duration = Duration::from_secs(86_400);

/// Which period of 28 days, counted from Monday 2024-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(u32);

impl Epoch {
    /// The epoch with this number.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// The epoch in which a moment falls; none before 2024.
    #[must_use]
    pub fn at(moment: Timestamp) -> Option<Self> {
        let days = moment.date().as_days().checked_sub(ORIGIN.as_days())?;
        Some(Self(days / DAYS))
    }

    /// Its number on the wire.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The one after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The one before; none before the first.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }

    /// Its first day.
    #[must_use]
    pub const fn first_day(self) -> Date {
        ORIGIN.plus_days(self.0.saturating_mul(DAYS))
    }

    /// Its first moment.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        self.first_day().start()
    }

    /// The first moment after it.
    #[must_use]
    pub const fn end(self) -> Timestamp {
        self.next().start()
    }

    /// A source evaluates for an epoch from three days before it starts, so that it can begin with treffers.
    #[must_use]
    pub fn evaluation_opens(self) -> Timestamp {
        self.start() - DAY * 3
    }

    /// The asker keeps what it learned until the next epoch has been swept, and seven days at most.
    #[must_use]
    pub fn held_until(self) -> Timestamp {
        self.end() + DAY * 7
    }

    /// Which day of the epoch this is, 1 to 28; none outside it.
    #[must_use]
    pub fn day(self, moment: Timestamp) -> Option<u32> {
        let day = moment
            .date()
            .as_days()
            .checked_sub(self.first_day().as_days())?;
        (day < DAYS).then_some(day + 1)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn epochs_of_28_days_start_on_monday_2024_01_01() {
        assert_eq!(Epoch::at(moment("2023-12-31T23:59:59Z")), None);
        assert_eq!(Epoch::at(moment("2024-01-01T00:00:00Z")), Some(Epoch(0)));
        assert_eq!(Epoch::at(moment("2024-01-28T23:59:59Z")), Some(Epoch(0)));
        assert_eq!(Epoch::at(moment("2024-01-29T00:00:00Z")), Some(Epoch(1)));
        assert_eq!(Epoch(1).start(), moment("2024-01-29T00:00:00Z"));
        assert_eq!(Epoch(0).end(), Epoch(1).start());
    }

    #[test]
    fn evaluation_opens_three_days_before_and_values_are_held_seven_days_after() {
        assert_eq!(Epoch(1).evaluation_opens(), moment("2024-01-26T00:00:00Z"));
        assert_eq!(Epoch(0).held_until(), moment("2024-02-05T00:00:00Z"));
    }

    #[test]
    fn days_of_an_epoch_count_from_1_to_28() {
        assert_eq!(Epoch(0).day(moment("2024-01-01T12:00:00Z")), Some(1));
        assert_eq!(Epoch(0).day(moment("2024-01-28T12:00:00Z")), Some(28));
        assert_eq!(Epoch(0).day(moment("2024-01-29T00:00:00Z")), None);
        assert_eq!(Epoch(1).day(moment("2024-01-28T12:00:00Z")), None);
    }
}
