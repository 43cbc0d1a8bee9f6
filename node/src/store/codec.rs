// SPDX-License-Identifier: EUPL-1.2
//! Records as bytes.

use basisnet_protocol::wire;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::change::MAX_RECORD_BYTES;
use super::{CommitError, StoreError};

/// The bytes of a record.
pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, CommitError> {
    let bytes = wire::encode(value).map_err(|_| CommitError::Unencodable)?;
    if bytes.len() > MAX_RECORD_BYTES {
        return Err(CommitError::TooLarge);
    }
    Ok(bytes)
}

/// The record of bytes that anybody with the disk can have written.
pub(super) fn decode<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, StoreError> {
    wire::decode(bytes, MAX_RECORD_BYTES).map_err(|_| StoreError::Corrupt("record".to_owned()))
}

/// The record of bytes that came out of a seal of this store, so that nobody else wrote them.
pub(super) fn unsealed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    wire::read_back(bytes, MAX_RECORD_BYTES).map_err(|_| StoreError::Corrupt("record".to_owned()))
}
