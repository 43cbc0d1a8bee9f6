// SPDX-License-Identifier: EUPL-1.2
//! How the record of a member is kept: the bytes that it signed, and against what they were verified.

use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::store::{Record, RetentionClass};

/// The newest record of a member, under its OIN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberRecord {
    /// The signed bytes, chain included.
    pub(super) bytes: ByteBuf,
    /// When it came in and was verified.
    pub(super) received: Timestamp,
    /// SHA-256 of each revocation list that was at hand.
    pub(super) lists: Vec<Octets<32>>,
}

impl Record for MemberRecord {
    const COLLECTION: &'static str = "lid";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}
