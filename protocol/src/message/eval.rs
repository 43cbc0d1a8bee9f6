// SPDX-License-Identifier: EUPL-1.2
//! Blinded identifiers there, evaluated elements back.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::Message;
use crate::octets::Octets;

/// Asks a source to evaluate blinded identifiers. The source learns how many, and nothing about which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvalRequest {
    /// Version of the form; 1.
    pub v: u8,
    /// The context of pair, purpose and epoch.
    pub ctx: Octets<32>,
    /// One sweep or daily batch.
    pub sweep_id: Octets<16>,
    /// Counts from 0.
    pub batch_no: u16,
    /// How many batches this sweep has.
    pub batch_count: u16,
    /// At most 1,024 ristretto255 elements of 32 bytes, one after another.
    pub elements: ByteBuf,
    /// Hash of the set commitment that the asker logged before this request.
    pub set_commit_hash: Octets<32>,
    /// SHA-256 over the label `basisnet/pm/v1/sweep` and the sweep seed.
    pub seed_commit: Octets<32>,
}

impl Message for EvalRequest {
    const KIND: &'static str = "eval-request";
    const MAX_BYTES: usize = 36_864;
}

/// The evaluated elements, with one proof over the whole batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvalResponse {
    /// Version of the form; 1.
    pub v: u8,
    /// The context of the request.
    pub ctx: Octets<32>,
    /// The sweep of the request.
    pub sweep_id: Octets<16>,
    /// The batch of the request.
    pub batch_no: u16,
    /// SHA-256 of the encoded request.
    pub req_hash: Octets<32>,
    /// As many elements as were asked, in the same order.
    pub elements: ByteBuf,
    /// RFC 9497 DLEQ proof: c, then s.
    pub proof: Octets<64>,
    /// Elements left in this epoch.
    pub quota_left: u32,
}

impl Message for EvalResponse {
    const KIND: &'static str = "eval-response";
    const MAX_BYTES: usize = 36_864;
}
