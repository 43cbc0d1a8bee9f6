// SPDX-License-Identifier: EUPL-1.2
//! In which steps the end of a certificate comes near.

use std::time::Duration;

const DAY: u64 = 86_400;

/// So many days before the end of a certificate somebody hears of it, and again, and again.
pub const STEPS: [u64; 4] = [60, 30, 14, 7];

/// The last step that was passed with so much time left; none when there is time enough.
#[must_use]
pub fn step_of(left: Duration) -> Option<u64> {
    let within = |days: &&u64| left <= Duration::from_secs(**days * DAY);
    STEPS.iter().rev().find(within).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_the_end_the_smaller_the_step() {
        let days = |days: u64| Duration::from_secs(days * DAY);
        let steps = [61, 60, 31, 30, 15, 14, 8, 7, 1, 0].map(|left| step_of(days(left)));
        let expected = [
            None,
            Some(60),
            Some(60),
            Some(30),
            Some(30),
            Some(14),
            Some(14),
            Some(7),
            Some(7),
            Some(7),
        ];
        assert_eq!(steps, expected);
    }
}
