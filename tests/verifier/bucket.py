# SPDX-License-Identifier: EUPL-1.2
"""The sizes to which questions and indexes are filled, and the quota that follows (matching.md)."""

SIZES = (128, 256, 384, 512, 768, 1_024, 1_536, 2_048, 3_072, 4_096, 6_144, 8_192, 12_288, 16_384)


def daily(query_bucket):
    """How many are asked in a daily batch."""
    return max(16, -(-query_bucket // 100))


def quota(query_bucket):
    """How many a source answers in one context."""
    return query_bucket + 27 * daily(query_bucket)
