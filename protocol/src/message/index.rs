// SPDX-License-Identifier: EUPL-1.2
//! The signed index of opaque entries that a source publishes to one asking member.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::Message;
use crate::octets::Octets;

/// Asks for the newest index, after an outage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexRequest {
    /// Version of the form; 1.
    pub v: u8,
    /// The context of pair, purpose and epoch.
    pub ctx: Octets<32>,
    /// The newest sequence number the asker holds; 0 for none.
    pub have_seq: u32,
}

impl Message for IndexRequest {
    const KIND: &'static str = "index-request";
    const MAX_BYTES: usize = 512;
}

/// Everything that a source lets one asking member discover, as entries that only a holder of the same
/// identifier can recognise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Version of the form; 1.
    pub v: u8,
    /// The context of pair, purpose and epoch.
    pub ctx: Octets<32>,
    /// Starts at 1 and rises by one.
    pub seq: u32,
    /// Entries of 40 bytes, sorted by their tag, padded to the bucket.
    pub entries: ByteBuf,
    /// Merkle root over the entries.
    pub merkle_root: Octets<32>,
    /// SHA-256 of the previous index of this context; none for the first.
    pub prev_index_hash: Option<Octets<32>>,
}

impl Message for Index {
    const KIND: &'static str = "index";
    const MAX_BYTES: usize = 720_896;
}
