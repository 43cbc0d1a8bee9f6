// SPDX-License-Identifier: EUPL-1.2
//! Records of members, passed on by members: each is signed by whom it is about, so anybody may hand it on.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::Message;
use crate::id::Oin;

/// What the sender holds of the members of the versions that both are in, its own record included. The answer is
/// [`DirectoryRecords`] with what it lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryList {
    /// Version of the form; 1.
    pub v: u8,
    /// The records, sorted by organisation.
    pub records: Vec<HeldRecord>,
}

/// A record that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldRecord {
    /// Of whom.
    pub oin: Oin,
    /// Its number; the higher one counts.
    pub seq: u64,
}

impl Message for DirectoryList {
    const KIND: &'static str = "directory-list";
    const MAX_BYTES: usize = 65_536;
}

/// Records that the other lacks, or has an older one of, and which the sender would like to have. As an answer to
/// [`DirectoryList`], or said by oneself; then the answer is a [`DirectoryList`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryRecords {
    /// Version of the form; 1.
    pub v: u8,
    /// The signed records.
    pub records: Vec<ByteBuf>,
    /// Of whom the sender lacks the record, or has an older one than the other.
    pub wanted: Vec<Oin>,
}

impl DirectoryRecords {
    /// The largest that the records in one message are together, in bytes; the others come a next time.
    pub const MAX_RECORD_BYTES: usize = 655_360;
}

impl Message for DirectoryRecords {
    const KIND: &'static str = "directory-records";
    const MAX_BYTES: usize = 720_896;
}
