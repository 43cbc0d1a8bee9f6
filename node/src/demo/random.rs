// SPDX-License-Identifier: EUPL-1.2
//! Numbers that look drawn and are always the same, for invented data only.
//!
//! SplitMix64: small, and the same on every machine. Nothing secret may ever come from here.

/// A row of numbers that follows from its seed.
#[derive(Clone, Debug)]
pub struct Repeatable(u64);

impl Repeatable {
    /// The row that belongs to a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; nothing is below 0, so that gives 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    /// Whether something that happens so many times in a hundred happens now.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of a list that is not empty; of an empty list the default.
    pub fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        let at = self.below(from.len());
        from.get(at).copied().unwrap_or_default()
    }

    /// The same things in another order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let other = self.below(last + 1);
            things.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_row() {
        let mut row = Repeatable::new(0);
        assert_eq!(row.next(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(row.next(), 0x6e78_9e6a_a1b9_65f4);
        assert_ne!(Repeatable::new(1).next(), Repeatable::new(2).next());
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut things: Vec<u8> = (0..100).collect();
        Repeatable::new(7).shuffle(&mut things);
        assert_ne!(things, (0..100).collect::<Vec<u8>>());
        things.sort_unstable();
        assert_eq!(things, (0..100).collect::<Vec<u8>>());
    }
}
