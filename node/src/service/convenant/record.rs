// SPDX-License-Identifier: EUPL-1.2
//! How a version of a convenant is kept: the bytes that were signed, and against what they were verified.

use basisnet_protocol::convenant::{Act, ConvenantContent, MAX_CONTENT_BYTES};
use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::store::{Record, RetentionClass, StoreError};

/// A version with its acts, under its hash. It is kept for good, also when it has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConvenantRecord {
    /// The encoded content.
    pub(super) content: ByteBuf,
    /// The acts, in the order in which they came in.
    pub(super) acts: Vec<ActRecord>,
    /// When this node first saw it.
    pub(super) since: Timestamp,
    /// How it travels; absent in records of before it did.
    #[serde(default)]
    pub(super) travel: Travel,
}

/// How a version travels between nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Travel {
    /// Somebody here had it sent to its members.
    pub(super) sent: bool,
    /// The member that brought it here, when it did not come as a file.
    pub(super) from: Option<Oin>,
}

/// One act with the circumstances in which it was believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActRecord {
    /// The signed bytes, chain included.
    pub(super) bytes: ByteBuf,
    /// When signature and chain were verified.
    pub(super) verified: Timestamp,
    /// SHA-256 of each revocation list that was at hand.
    pub(super) lists: Vec<Octets<32>>,
}

impl Record for ConvenantRecord {
    const COLLECTION: &'static str = "convenant";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

impl ConvenantRecord {
    pub(super) fn new(content: &ConvenantContent, since: Timestamp) -> Self {
        Self {
            content: ByteBuf::from(content.encoded()),
            acts: Vec::new(),
            since,
            travel: Travel::default(),
        }
    }

    pub(super) fn has(&self, act: &[u8]) -> bool {
        self.acts.iter().any(|kept| kept.bytes == act)
    }

    /// What was kept, as it was when it was verified.
    pub(super) fn read(&self) -> Result<(ConvenantContent, Vec<Act>), StoreError> {
        let damaged = || StoreError::Corrupt("convenant".to_owned());
        let content = wire::decode(&self.content, MAX_CONTENT_BYTES).map_err(|_| damaged())?;
        let acts = self
            .acts
            .iter()
            .map(|act| Act::reread(&act.bytes).map_err(|_| damaged()))
            .collect::<Result<_, _>>()?;
        Ok((content, acts))
    }
}
