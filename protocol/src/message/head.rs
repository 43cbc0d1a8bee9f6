// SPDX-License-Identifier: EUPL-1.2
//! The signed head of a log, so that no gemeente can show two histories.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::octets::Octets;

/// The head of the sender's log; also the answer to a head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Version of the form; 1.
    pub v: u8,
    /// A C2SP checkpoint: a signed note in UTF-8, at most 4 kB.
    pub checkpoint: String,
    /// RFC 6962 consistency proof from the last head of this log that the receiver cosigned; empty for a first head.
    pub consistency: Vec<Octets<32>>,
}

impl Message for Head {
    const KIND: &'static str = "head";
    const MAX_BYTES: usize = 8_192;
}
