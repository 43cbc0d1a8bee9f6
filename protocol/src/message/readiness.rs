// SPDX-License-Identifier: EUPL-1.2
//! How far a member is with taking part, told to who coordinates its sharing group. It is about the node and its papers:
//! there is no field for anything about an aanbieder, and a member tells only whom it said it would.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::octets::Octets;
use crate::purpose::PurposeId;
use crate::time::Timestamp;

/// How far are you with taking part in this group? The answer is [`Readiness`], or a refusal when the member tells the
/// sender nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadinessRequest {
    /// Version of the form; 1.
    pub v: u8,
    /// The sharing group.
    pub group_id: String,
}

impl Message for ReadinessRequest {
    const KIND: &'static str = "readiness-request";
    const MAX_BYTES: usize = 512;
}

/// How far a member is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readiness {
    /// Version of the form; 1.
    pub v: u8,
    /// The question that this answers.
    pub req_hash: Octets<32>,
    /// Until when the certificate of the organisation is valid.
    pub certificate_until: Timestamp,
    /// Whether it accepted a version of the group that counts or waits for others.
    pub accepted: bool,
    /// The papers of each purpose of the group, by code.
    pub purposes: Vec<PurposeReadiness>,
    /// Whether it asked every member of the group with which it exchanges all there was to ask.
    pub swept: bool,
}

impl Readiness {
    /// More purposes than a convenant can have.
    pub const MOST_PURPOSES: usize = 64;
}

impl Message for Readiness {
    const KIND: &'static str = "readiness";
    const MAX_BYTES: usize = 8_192;
}

/// The papers of one purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurposeReadiness {
    /// The purpose.
    pub purpose_id: PurposeId,
    /// Whether the decision says where the assessment is found.
    pub dpia: bool,
    /// Whether the FG advised, whatever the advice.
    pub advice: bool,
    /// Whether the purpose is in force there.
    pub in_force: bool,
}
