// SPDX-License-Identifier: EUPL-1.2
//! How much may be asked: one full sweep an epoch, and one small batch on each of its other days.
//!
//! The numbers make guessing slow: to ask one peer about 100,000 plausible aanbieders takes years. They do not stop
//! the question about a single name; that is what the opening audit is for.

use super::{Bucket, MAX_BATCH};

/// Days of an epoch on which a daily batch goes: 2 to 28.
pub const DAILY_BATCHES: u32 = 27;

/// Different contexts that one asker may use for one purpose in one epoch under one version of a convenant.
pub const CONTEXTS_PER_EPOCH: usize = 4;

/// The most contexts between two members in one epoch, whatever was signed.
pub const MOST_CONTEXTS: usize = 64;

/// Different contexts that one asker may use for one purpose in one epoch, when they lie under so many versions of
/// convenanten; beyond that a person decides.
///
/// A context is what can be asked once more. To every version a person at the source said yes, so each has one of its own;
/// what comes on top of that, by new keys or by another that takes the place, is counted over all of them together.
#[must_use]
pub const fn contexts(versions: usize) -> usize {
    let most = versions.saturating_add(CONTEXTS_PER_EPOCH - 1);
    if most < MOST_CONTEXTS {
        most
    } else {
        MOST_CONTEXTS
    }
}

/// Elements in every daily batch, full or empty: 1 % of the bucket, at least 16.
#[must_use]
pub fn daily_batch(query_bucket: Bucket) -> u32 {
    query_bucket.size().div_ceil(100).max(16)
}

/// Elements that a source evaluates for one context.
#[must_use]
pub fn per_context(query_bucket: Bucket) -> u32 {
    query_bucket.size() + DAILY_BATCHES * daily_batch(query_bucket)
}

/// In how many requests so many elements go.
#[must_use]
pub fn batch_count(elements: u32) -> u16 {
    let batches = (elements as usize).div_ceil(MAX_BATCH);
    u16::try_from(batches).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_are_as_in_the_table_of_the_protocol() {
        for (bucket, quota) in [(384, 816), (1_024, 1_456), (6_144, 7_818), (16_384, 20_812)] {
            assert_eq!(per_context(Bucket::try_from(bucket).unwrap()), quota);
        }
    }

    #[test]
    fn each_version_has_a_context_and_only_three_come_on_top() {
        assert_eq!([1, 2, 6].map(contexts), [CONTEXTS_PER_EPOCH, 5, 9]);
        assert_eq!(contexts(usize::MAX), MOST_CONTEXTS);
    }

    #[test]
    fn a_sweep_goes_in_batches_of_at_most_1024() {
        assert_eq!(batch_count(16), 1);
        assert_eq!(batch_count(1_024), 1);
        assert_eq!(batch_count(1_025), 2);
        assert_eq!(batch_count(16_384), 16);
    }
}
