// SPDX-License-Identifier: EUPL-1.2
//! How a mandate is kept: the bytes that were signed.

use basisnet_protocol::mandate::{MAX_MANDATE_BYTES, Mandate, MandateAct, MandateContent};
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::store::{Record, RetentionClass, StoreError};

/// A mandate with its acts, under its hash. It is kept for good: it is the ground of what was asked under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MandateRecord {
    /// The encoded content.
    pub(super) content: ByteBuf,
    /// The acts, chain included, in the order in which they were verified.
    pub(super) acts: Vec<ByteBuf>,
    /// When this node first saw it.
    pub(super) since: Timestamp,
}

impl Record for MandateRecord {
    const COLLECTION: &'static str = "mandaat";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

impl MandateRecord {
    pub(super) fn new(content: &MandateContent, since: Timestamp) -> Self {
        Self {
            content: ByteBuf::from(content.encoded()),
            acts: Vec::new(),
            since,
        }
    }

    /// What was kept, as it was when it was verified.
    pub(super) fn read(&self) -> Result<Mandate, StoreError> {
        let damaged = || StoreError::Corrupt("mandaat".to_owned());
        let content = wire::decode(&self.content, MAX_MANDATE_BYTES).map_err(|_| damaged())?;
        let acts = self.acts.iter();
        let acts: Vec<MandateAct> = acts
            .map(|bytes| MandateAct::reread(bytes).map_err(|_| damaged()))
            .collect::<Result<_, _>>()?;
        Ok(Mandate::new(content, acts))
    }
}
