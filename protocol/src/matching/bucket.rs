// SPDX-License-Identifier: EUPL-1.2
//! Sizes that are shown instead of counts: everything is filled with dummies to the next bucket.

use serde::{Deserialize, Serialize};

const SIZES: [u32; 14] = [
    128, 256, 384, 512, 768, 1_024, 1_536, 2_048, 3_072, 4_096, 6_144, 8_192, 12_288, 16_384,
];

/// One of the fourteen sizes to which sweeps and indexes are filled, so that their length tells the class of a node
/// and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
pub struct Bucket(u32);

impl Bucket {
    /// The largest: 16,384.
    pub const LARGEST: Self = Self(16_384);

    /// The smallest bucket in which so many fit.
    ///
    /// # Errors
    /// When there are more than the largest bucket holds.
    pub fn holding(count: usize) -> Result<Self, NoBucket> {
        SIZES
            .into_iter()
            .find(|size| count <= *size as usize)
            .map(Self)
            .ok_or(NoBucket)
    }

    /// What a node declares for a calendar year: its expected maximum and 15 % more, so that growth does not show.
    ///
    /// # Errors
    /// When that is more than the largest bucket holds.
    pub fn declared(expected_maximum: usize) -> Result<Self, NoBucket> {
        Self::holding(expected_maximum.saturating_mul(115).div_ceil(100))
    }

    /// How many it holds.
    #[must_use]
    pub const fn size(self) -> u32 {
        self.0
    }

    /// How many sizes it lies above another; 0 when it does not.
    #[must_use]
    pub fn steps_above(self, other: Self) -> usize {
        let between = |size: &&u32| other.0 < **size && **size <= self.0;
        SIZES.iter().filter(between).count()
    }
}

impl From<Bucket> for u32 {
    fn from(bucket: Bucket) -> Self {
        bucket.0
    }
}

impl TryFrom<u32> for Bucket {
    type Error = NoBucket;

    fn try_from(size: u32) -> Result<Self, Self::Error> {
        if SIZES.contains(&size) {
            Ok(Self(size))
        } else {
            Err(NoBucket)
        }
    }
}

/// The sizes that a member declares for a calendar year; they tell the class of its register and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buckets {
    /// To which it fills its sweeps.
    pub query: Bucket,
    /// To which it fills its indexes.
    pub index: Bucket,
}

impl Buckets {
    /// What fits a register that is expected to hold at most so many identifiers this year.
    ///
    /// # Errors
    /// When that is more than the largest bucket holds.
    pub fn declared(expected_maximum: usize) -> Result<Self, NoBucket> {
        let bucket = Bucket::declared(expected_maximum)?;
        Ok(Self {
            query: bucket,
            index: bucket,
        })
    }

    /// The larger of each.
    #[must_use]
    pub fn at_least(self, other: Self) -> Self {
        Self {
            query: self.query.max(other.query),
            index: self.index.max(other.index),
        }
    }

    /// How many sizes the one that grew most lies above what it was.
    #[must_use]
    pub fn steps_above(self, before: Self) -> usize {
        let query = self.query.steps_above(before.query);
        query.max(self.index.steps_above(before.index))
    }
}

/// No bucket has this size, or none is large enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no bucket of this size; the largest holds 16384")]
pub struct NoBucket;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_falls_in_the_smallest_bucket_that_holds_it() {
        let size = |count| Bucket::holding(count).map(Bucket::size);
        assert_eq!(size(0), Ok(128));
        assert_eq!(size(128), Ok(128));
        assert_eq!(size(129), Ok(256));
        assert_eq!(size(16_384), Ok(16_384));
        assert_eq!(size(16_385), Err(NoBucket));
    }

    #[test]
    fn a_node_declares_its_expected_maximum_and_15_percent() {
        let size = |count| Bucket::declared(count).map(Bucket::size);
        assert_eq!(size(300), Ok(384));
        assert_eq!(size(334), Ok(512));
        assert_eq!(size(555), Ok(768));
        assert_eq!(size(5_000), Ok(6_144));
        assert_eq!(size(usize::MAX), Err(NoBucket));
    }

    #[test]
    fn growth_is_counted_in_sizes_and_shrinking_is_none() {
        let bucket = |size| Bucket::try_from(size).unwrap();
        assert_eq!(bucket(384).steps_above(bucket(384)), 0);
        assert_eq!(bucket(512).steps_above(bucket(384)), 1);
        assert_eq!(bucket(16_384).steps_above(bucket(128)), 13);
        assert_eq!(bucket(128).steps_above(bucket(16_384)), 0);
        let sizes = |query, index| Buckets {
            query: bucket(query),
            index: bucket(index),
        };
        assert_eq!(sizes(512, 384).steps_above(sizes(384, 384)), 1);
        assert_eq!(sizes(384, 768).steps_above(sizes(384, 384)), 2);
        let both = sizes(512, 384).at_least(sizes(384, 768));
        assert_eq!(both, sizes(512, 768));
    }

    #[test]
    fn only_the_listed_sizes_are_buckets() {
        assert_eq!(Bucket::try_from(384).map(Bucket::size), Ok(384));
        assert_eq!(Bucket::try_from(383), Err(NoBucket));
        assert_eq!(Bucket::try_from(0), Err(NoBucket));
    }
}
