// SPDX-License-Identifier: EUPL-1.2
//! Finds citizen service numbers (BSN) where they do not belong.

/// Whether nine digits pass the eleven-test: weights 9 to 2 and -1, sum divisible by 11, not all zero.
#[must_use]
pub fn passes_eleven_test(digits: &[u8; 9]) -> bool {
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1_i32];
    let sum: i32 = digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| i32::from(digit - b'0') * weight)
        .sum();
    sum % 11 == 0 && digits.iter().any(|digit| *digit != b'0')
}
