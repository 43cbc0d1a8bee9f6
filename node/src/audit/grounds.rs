// SPDX-License-Identifier: EUPL-1.2
//! Under which rules an event happened, and the decision with all it was taken on.

use basisnet_policy::adl::Answer;
use basisnet_policy::authzen::Trace;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::Hash;

/// Under which rules something was decided, so that it can be decided again years later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grounds {
    /// Hash of the policy.
    pub policy: Hash,
    /// Hash of the purpose catalogue.
    pub catalogue: Hash,
    /// Hash of the convenant; none where no convenant applied.
    pub convenant: Option<Hash>,
    /// The decision itself; none where the event only names the rules it stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Box<Decided>>,
}

/// A decision with everything it was taken on: with the rules it can be taken again, and explained.
///
/// It is sealed with the entry, under the key of its period, and is forgotten with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// The operation it belongs to, over all systems.
    pub trace: Trace,
    /// Question, facts, proposal and moment, as bytes.
    pub inputs: ByteBuf,
    /// What came out.
    pub answer: Answer,
}

/// A decision of a look that came out differently from those before it, and for how many records it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alike {
    /// For how many records.
    pub records: u32,
    /// Under which rules, with the first decision that came out so.
    pub grounds: Grounds,
}
