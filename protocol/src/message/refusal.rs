// SPDX-License-Identifier: EUPL-1.2
//! The one form of every refusal that the policy engine makes.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::octets::Octets;

/// No. Not allowed, not known, withheld and not existing all look like this, in every byte but the request hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Version of the form; 1.
    pub v: u8,
    /// SHA-256 of the encoded request, so that an answer belongs to one question.
    pub req_hash: Octets<32>,
}

impl Message for Refusal {
    const KIND: &'static str = "refusal";
    const MAX_BYTES: usize = 128;
}
