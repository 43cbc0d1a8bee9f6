// SPDX-License-Identifier: EUPL-1.2
//! How a version of a convenant is kept: the bytes that were signed, and against what they were verified.

use basisnet_protocol::convenant::{Act, ConvenantContent, MAX_CONTENT_BYTES, Travel, Version};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::service::vouching::Ground;
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
    /// How it travels.
    pub(super) travel: Travel,
    /// What members testified, by which acts are believed that came when their certificate counted no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) testimonies: Vec<ByteBuf>,
    /// So many days before the end people were told of it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) warned: Option<u16>,
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
    /// Why it is believed; absent in records of before this was kept, which held only what counted by itself.
    #[serde(default, skip_serializing_if = "Ground::is_common")]
    pub(super) ground: Ground,
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
            testimonies: Vec::new(),
            warned: None,
        }
    }

    pub(super) fn has(&self, act: &[u8]) -> bool {
        self.acts.iter().any(|kept| kept.bytes == act)
    }

    /// What was kept, as it was when it was verified.
    pub(super) fn read(&self) -> Result<Version, StoreError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct ActBefore {
        bytes: ByteBuf,
        verified: Timestamp,
        lists: Vec<Octets<32>>,
    }

    #[derive(Serialize, Deserialize)]
    struct Before {
        content: ByteBuf,
        acts: Vec<ActBefore>,
        since: Timestamp,
        travel: Travel,
    }

    /// A program of before testimonies reads what this one writes, as long as it rests on none, and the other way round.
    #[test]
    fn a_version_that_rests_on_no_testimony_is_kept_as_it_was_before_there_were_any() {
        let moment = Timestamp::from_secs(1_800_000_000);
        let before = Before {
            content: ByteBuf::from(vec![1]),
            acts: vec![ActBefore {
                bytes: ByteBuf::from(vec![2]),
                verified: moment,
                lists: vec![Octets([3; 32])],
            }],
            since: moment,
            travel: Travel::default(),
        };
        let bytes = wire::encode(&before).unwrap();
        let read: ConvenantRecord = wire::decode(&bytes, bytes.len()).unwrap();
        assert_eq!(read.acts[0].ground, Ground::Verified);
        assert_eq!(wire::encode(&read).unwrap(), bytes);
    }
}
