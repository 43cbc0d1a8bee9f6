// SPDX-License-Identifier: EUPL-1.2
//! Convenanten between members: what each of two holds, and handing on what the other lacks.
//!
//! A convenant is paper: what is said about it says nothing about any aanbieder, and why a version is not taken is told
//! to whoever sends it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::Message;
use crate::convenant::{Act, ActId, ConvenantContent, ConvenantHash, HeldActs, NoPlace, NotTaken};
use crate::octets::Octets;

/// What the sender holds of the versions of which both are a member. The answer is the same of the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvenantList {
    /// Version of the form; 1.
    pub v: u8,
    /// The versions, sorted by hash.
    pub versions: Vec<HeldVersion>,
}

/// One version and the acts on it that are held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldVersion {
    /// Which version.
    pub hash: ConvenantHash,
    /// Which acts, sorted.
    pub acts: Vec<ActId>,
}

impl ConvenantList {
    /// A list of what is held.
    #[must_use]
    pub fn of(held: HeldActs) -> Self {
        let version = |(hash, acts): (_, BTreeSet<_>)| HeldVersion {
            hash,
            acts: acts.into_iter().collect(),
        };
        Self {
            v: 1,
            versions: held.into_iter().map(version).collect(),
        }
    }

    /// What is held by this list.
    #[must_use]
    pub fn held(&self) -> HeldActs {
        let versions = self.versions.iter();
        let version = versions.map(|one| (one.hash, one.acts.iter().copied().collect()));
        version.collect()
    }
}

impl Message for ConvenantList {
    const KIND: &'static str = "convenant-list";
    const MAX_BYTES: usize = 262_144;
}

/// A version with acts on it, of which the other may lack some. The answer is [`ConvenantTaken`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvenantShare {
    /// Version of the form; 1.
    pub v: u8,
    /// The encoded content.
    pub content: ByteBuf,
    /// The signed acts.
    pub acts: Vec<ByteBuf>,
}

impl ConvenantShare {
    /// The largest that acts in one message are together, in bytes; what is more goes in a next one.
    pub const MAX_ACT_BYTES: usize = 524_288;

    /// A version with these acts, in as many messages as it takes; one when there are none.
    #[must_use]
    pub fn parts(content: &ConvenantContent, acts: &[&Act]) -> Vec<Self> {
        let content = ByteBuf::from(content.encoded());
        let share = |acts: Vec<ByteBuf>| Self {
            v: 1,
            content: content.clone(),
            acts,
        };
        let mut parts = Vec::new();
        let (mut part, mut bytes) = (Vec::new(), 0);
        for act in acts {
            let length = act.bytes().len();
            if bytes + length > Self::MAX_ACT_BYTES {
                parts.push(share(std::mem::take(&mut part)));
                bytes = 0;
            }
            part.push(ByteBuf::from(act.bytes().to_vec()));
            bytes += length;
        }
        parts.push(share(part));
        parts
    }
}

impl Message for ConvenantShare {
    const KIND: &'static str = "convenant-share";
    const MAX_BYTES: usize = 720_896;
}

/// What became of a version that was handed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvenantTaken {
    /// Version of the form; 1.
    pub v: u8,
    /// SHA-256 of the encoded [`ConvenantShare`].
    pub req_hash: Octets<32>,
    /// Whether it is held now, or why not.
    pub outcome: Taken,
}

impl Message for ConvenantTaken {
    const KIND: &'static str = "convenant-taken";
    const MAX_BYTES: usize = 128;
}

impl From<NotTaken> for Taken {
    fn from(why: NotTaken) -> Self {
        match why {
            NotTaken::Unsound => Self::Unsound,
            NotTaken::NotAParty => Self::NotAParty,
            NotTaken::NoPlace(NoPlace::PreviousUnknown | NoPlace::PreviousNotAccepted) => {
                Self::PreviousUnknown
            }
            NotTaken::NoPlace(NoPlace::GroupTaken) => Self::GroupTaken,
            NotTaken::TooMany => Self::TooMany,
        }
    }
}

/// Whether a version is held now, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// It is held with all acts.
    Kept,
    /// Nobody should sign this content.
    Unsound,
    /// The sender or the recipient is not a member.
    NotAParty,
    /// It follows a version that is not known here, or not as accepted.
    PreviousUnknown,
    /// Another agreement goes by the same name here.
    GroupTaken,
    /// A signature is not believed here; the acts beside it were kept.
    Unverified,
    /// The sender has too many drafts waiting here.
    TooMany,
}
