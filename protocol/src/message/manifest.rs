// SPDX-License-Identifier: EUPL-1.2
//! What a source promises for one pair, purpose and epoch.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::octets::Octets;
use crate::purpose::PurposeId;
use crate::time::Timestamp;

/// Asks for the manifest of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestRequest {
    /// Version of the form; 1.
    pub v: u8,
    /// The sharing group.
    pub group_id: String,
    /// Always P08 in this version.
    pub purpose_id: PurposeId,
    /// Which epoch of 28 days.
    pub epoch: u32,
}

impl Message for ManifestRequest {
    const KIND: &'static str = "manifest-request";
    const MAX_BYTES: usize = 1_024;
}

/// The key, the limits and the policy under which a source evaluates for one asking member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the form; 1.
    pub v: u8,
    /// The sharing group.
    pub group_id: String,
    /// Version of the convenant in force.
    pub convenant_version: u32,
    /// Hash of that version.
    pub convenant_hash: Octets<32>,
    /// Purpose for which matching runs.
    pub purpose_id: PurposeId,
    /// Its version.
    pub purpose_version: u32,
    /// Which epoch of 28 days.
    pub epoch: u32,
    /// Drawn anew when a node is installed or restored.
    pub key_generation: Octets<16>,
    /// Public key of the evaluation, a ristretto255 element.
    pub pk: Octets<32>,
    /// Proof that the source holds the secret key for this context: c, then s.
    pub pop: Octets<64>,
    /// Entries in the index, dummies included.
    pub index_bucket: u32,
    /// Elements in a full sweep of the asking member, dummies included.
    pub query_bucket_of_client: u32,
    /// Elements that the source evaluates in this epoch.
    pub quota: u32,
    /// Hours between two publications.
    pub cadence_hours: u16,
    /// Version of the label in an entry; 1.
    pub label_schema: u8,
    /// Hash of the policy that decides what enters the index.
    pub policy_hash: Octets<32>,
    /// The source evaluates from here.
    pub valid_from: Timestamp,
    /// The source evaluates until here.
    pub valid_to: Timestamp,
    /// SHA-256 of the previous manifest for this pair; none for the first.
    pub prev_manifest_hash: Option<Octets<32>>,
}

impl Message for Manifest {
    const KIND: &'static str = "manifest";
    const MAX_BYTES: usize = 4_096;
}
