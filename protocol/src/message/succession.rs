// SPDX-License-Identifier: EUPL-1.2
//! Statements that one organisation takes the place of another, handed from member to member.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::Message;
use crate::octets::Octets;
use crate::succession::Succession;

/// Statements that the other should hold. The answer is [`SuccessionHeld`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuccessionShare {
    /// Version of the form; 1.
    pub v: u8,
    /// The statements.
    pub statements: Vec<SuccessionPair>,
    /// Testimonies about halves of which the certificate has ended since; such a statement goes in a message of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub testimonies: Vec<ByteBuf>,
}

/// One statement: what the old signed, and what the new signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuccessionPair {
    /// By the old.
    pub old: ByteBuf,
    /// By the new.
    pub new: ByteBuf,
}

impl SuccessionShare {
    /// Statements in one message; what is more goes in a next one.
    pub const MOST: usize = 16;

    /// These statements, in as many messages as it takes.
    #[must_use]
    pub fn parts(statements: &[&Succession]) -> Vec<Self> {
        let pair = |one: &&Succession| {
            let [old, new] = one.halves();
            SuccessionPair {
                old: ByteBuf::from(old.bytes().to_vec()),
                new: ByteBuf::from(new.bytes().to_vec()),
            }
        };
        let parts = statements.chunks(Self::MOST);
        let share = |part: &[&Succession]| Self {
            v: 1,
            statements: part.iter().map(pair).collect(),
            testimonies: Vec::new(),
        };
        parts.map(share).collect()
    }
}

impl Message for SuccessionShare {
    const KIND: &'static str = "succession-share";
    const MAX_BYTES: usize = 557_056;
}

/// Which of the statements that were handed on are held now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuccessionHeld {
    /// Version of the form; 1.
    pub v: u8,
    /// SHA-256 of the encoded [`SuccessionShare`].
    pub req_hash: Octets<32>,
    /// The names of those that are held, in the order in which they were handed on.
    pub held: Vec<Octets<32>>,
}

impl Message for SuccessionHeld {
    const KIND: &'static str = "succession-held";
    const MAX_BYTES: usize = 1_024;
}
