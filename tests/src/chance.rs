// SPDX-License-Identifier: EUPL-1.2
//! Random numbers that can be had again.

/// A row of random numbers that follows from where it begins.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The row of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number, below this one.
    pub const fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    /// One of so many.
    ///
    /// # Panics
    /// On a machine on which memory is smaller than a file.
    pub fn one_of(&mut self, count: usize) -> usize {
        usize::try_from(self.below(count as u64)).expect("below a number of things")
    }

    /// These, in another order.
    #[must_use]
    pub fn shuffled<T>(&mut self, mut these: Vec<T>) -> Vec<T> {
        for last in (1..these.len()).rev() {
            these.swap(last, self.one_of(last + 1));
        }
        these
    }
}
