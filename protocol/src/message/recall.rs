// SPDX-License-Identifier: EUPL-1.2
//! Taking back what was published, without telling who had a treffer.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::octets::Octets;

/// Says to every recipient of an index that handles are withdrawn, corrected or restricted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recall {
    /// Version of the form; 1.
    pub v: u8,
    /// The context of pair, purpose and epoch.
    pub ctx: Octets<32>,
    /// Handles, filled with random ones to the next power of two.
    pub handles: Vec<Octets<8>>,
    /// What happened; what was forgotten travels as withdrawn.
    pub kind: RecallKind,
}

impl Message for Recall {
    const KIND: &'static str = "recall";
    const MAX_BYTES: usize = 196_608;
}

/// Why handles are recalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecallKind {
    /// No longer released, or forgotten.
    Withdrawn,
    /// Ask again: something was wrong.
    Corrected,
    /// Restricted (AVG art. 18).
    Restricted,
}

/// The one form in which a recall is acknowledged, whether or not a handle was known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecallReceipt {
    /// Version of the form; 1.
    pub v: u8,
    /// SHA-256 of the encoded recall.
    pub req_hash: Octets<32>,
}

impl Message for RecallReceipt {
    const KIND: &'static str = "recall-receipt";
    const MAX_BYTES: usize = 128;
}
