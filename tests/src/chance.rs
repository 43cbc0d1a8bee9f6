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

    /// The row of `BASISNET_SEED`, or one that is always the same.
    ///
    /// # Panics
    /// When that is no number.
    #[must_use]
    pub fn seeded() -> Self {
        let seed = std::env::var("BASISNET_SEED").ok();
        Self::new(seed.map_or(20_270_301, |seed| seed.parse().expect("a number")))
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

    /// One bit of every byte, or of so many places where that would be more.
    pub fn turns(&mut self, length: usize, most: usize) -> Vec<[usize; 2]> {
        if length <= most {
            return (0..length).map(|place| [place, self.one_of(8)]).collect();
        }
        (0..most)
            .map(|_| [self.one_of(length), self.one_of(8)])
            .collect()
    }
}
