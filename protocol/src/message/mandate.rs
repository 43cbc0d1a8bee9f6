// SPDX-License-Identifier: EUPL-1.2
//! Mandates between members: what each of two holds, and handing on what the other lacks.
//!
//! A mandate is paper, like a convenant: it says who acts for whom, and nothing about any aanbieder.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::Message;
use crate::convenant::ActId;
use crate::id::Oin;
use crate::mandate::MandateHash;
use crate::octets::Octets;
use crate::purpose::PurposeId;
use crate::time::Timestamp;

/// What the sender holds of the mandates that concern both. The answer is the same of the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandateList {
    /// Version of the form; 1.
    pub v: u8,
    /// The mandates, sorted by hash.
    pub mandates: Vec<HeldMandate>,
    /// What was done in the name of the recipient, the newest of it, sorted by the hash of the question.
    pub uses: Vec<MandateUse>,
}

/// That a question was put under a mandate, for the member in whose name that was done. Never about which aanbieder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandateUse {
    /// Under which mandate.
    pub mandate: MandateHash,
    /// SHA-256 of the encoded question, by which the logs of both name it.
    pub question: Octets<32>,
    /// Who asked.
    pub asker: Oin,
    /// Who was asked.
    pub source: Oin,
    /// For which purpose.
    pub purpose_id: PurposeId,
    /// When: for who asked when it was put, for who was asked when it came.
    pub at: Timestamp,
}

/// One mandate and the acts on it that are held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldMandate {
    /// Which mandate.
    pub hash: MandateHash,
    /// Which acts, sorted.
    pub acts: Vec<ActId>,
}

impl Message for MandateList {
    const KIND: &'static str = "mandate-list";
    const MAX_BYTES: usize = 393_216;
}

/// A mandate with acts on it, of which the other may lack some. The answer is a [`MandateList`] of what is held then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandateShare {
    /// Version of the form; 1.
    pub v: u8,
    /// The encoded content.
    pub content: ByteBuf,
    /// The signed acts.
    pub acts: Vec<ByteBuf>,
}

impl Message for MandateShare {
    const KIND: &'static str = "mandate-share";
    const MAX_BYTES: usize = 262_144;
}

/// For whom is asked, and on whose word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnBehalf {
    /// The member for which the asker acts.
    pub member: Oin,
    /// The mandate by which it does.
    pub mandate: MandateHash,
}
