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

/// The record of bytes that were opened with the key they were sealed under, so that they are what was written.
pub(super) fn decode_opened<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    wire::decode_own(bytes, MAX_RECORD_BYTES).map_err(|_| StoreError::Corrupt("record".to_owned()))
}

/// What lies in the store unsealed.
pub(super) fn decode<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, StoreError> {
    wire::decode(bytes, MAX_RECORD_BYTES).map_err(|_| StoreError::Corrupt("record".to_owned()))
}
