// SPDX-License-Identifier: EUPL-1.2
//! What a source keeps of its publications.

use std::collections::BTreeSet;

use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{ContextHash, Epoch};
use basisnet_protocol::message::Manifest;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::audit::{Hash, Id};
use crate::store::{IndexTerm, Key, Record, RetentionClass};

/// The secrets of one epoch, from which the keys and handles of all its contexts follow.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub(super) struct EpochSecret {
    #[zeroize(skip)]
    pub(super) epoch: Epoch,
    seed: ByteBufSecret,
    handles: ByteBufSecret,
}

/// Thirty-two secret bytes as they are kept.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
struct ByteBufSecret(#[serde(with = "serde_bytes")] Vec<u8>);

impl EpochSecret {
    pub(super) fn new(epoch: Epoch, seed: [u8; 32], handles: [u8; 32]) -> Self {
        Self {
            epoch,
            seed: ByteBufSecret(seed.to_vec()),
            handles: ByteBufSecret(handles.to_vec()),
        }
    }

    /// The seed of the evaluation keys; none when what is kept is damaged.
    pub(super) fn seed(&self) -> Option<[u8; 32]> {
        self.seed.0.as_slice().try_into().ok()
    }

    /// The key of the handles; none when what is kept is damaged.
    pub(super) fn handles(&self) -> Option<[u8; 32]> {
        self.handles.0.as_slice().try_into().ok()
    }

    pub(super) fn key(epoch: Epoch) -> Key {
        Key::new(epoch.number().to_be_bytes())
    }
}

impl Record for EpochSecret {
    const COLLECTION: &'static str = "epoch-secret";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// Which generation of keys is in use for a member; drawn anew after an installation or a restore, of the own node or of
/// that of the member. What was promised in a context of an earlier generation counts no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyGeneration {
    pub(super) value: Octets<16>,
    /// When; none for what was drawn before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) drawn: Option<Timestamp>,
    /// For which nodes of the member.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) nodes: BTreeSet<ByteBuf>,
}

impl KeyGeneration {
    /// Whether it still counts, where the own node last went back to a backup at `restored`, and the member has these
    /// nodes: one with another key may have been put back from a backup too, and has forgotten what it asked.
    pub(super) fn counts(&self, restored: Option<Timestamp>, nodes: &BTreeSet<ByteBuf>) -> bool {
        let drawn_since = restored.is_none_or(|at| self.drawn.is_some_and(|drawn| at <= drawn));
        drawn_since && (self.nodes.is_empty() || nodes.is_subset(&self.nodes))
    }

    pub(super) fn key(peer: Oin) -> Key {
        Key::from(peer.as_str())
    }
}

impl Record for KeyGeneration {
    const COLLECTION: &'static str = "key-generation";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

/// The newest manifest for a member, for the chain.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LastManifest {
    pub(super) hash: Hash,
}

impl Record for LastManifest {
    const COLLECTION: &'static str = "last-manifest";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

/// One context in which this node is the source: its terms, and how far it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Who asks.
    pub peer: Oin,
    /// In which epoch.
    pub epoch: Epoch,
    /// What was promised.
    pub manifest: Manifest,
    /// Its hash.
    pub manifest_hash: Hash,
    /// The number of the newest index; 0 for none.
    pub seq: u32,
    /// Its hash.
    pub index_hash: Option<Hash>,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// Elements evaluated so far.
    pub evaluated: u32,
    /// Whether the newest index holds what was taken back since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub narrowed: bool,
}

impl Publication {
    /// The index by which the publications for a member in an epoch are found.
    pub(super) const BY_PEER: &'static str = "peer";

    pub(super) fn peer_term(peer: Oin, epoch: Epoch) -> Vec<u8> {
        [peer.as_str().as_bytes(), &epoch.number().to_be_bytes()].concat()
    }
}

impl Record for Publication {
    const COLLECTION: &'static str = "publication";
    const RETENTION: RetentionClass = RetentionClass::Epoch;

    fn index_terms(&self) -> Vec<IndexTerm> {
        vec![IndexTerm::new(
            Self::BY_PEER,
            Self::peer_term(self.peer, self.epoch),
        )]
    }
}

/// A batch that was evaluated: the blinded elements for the audit, and the answer for who asks again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EvaluatedBatch {
    pub(super) request_hash: Hash,
    pub(super) elements: ByteBuf,
    pub(super) response: basisnet_protocol::message::EvalResponse,
}

impl EvaluatedBatch {
    pub(super) fn key(ctx: &ContextHash, sweep: &Id, batch: u16) -> Key {
        Key::joined(&[ctx.as_ref(), sweep.as_ref(), &batch.to_be_bytes()])
    }
}

impl Record for EvaluatedBatch {
    const COLLECTION: &'static str = "evaluated-batch";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// The one index that was ever signed under a number.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignedIndex {
    pub(super) hash: Hash,
}

impl SignedIndex {
    pub(super) fn key(ctx: &ContextHash, seq: u32) -> Key {
        Key::joined(&[ctx.as_ref(), &seq.to_be_bytes()])
    }
}

impl Record for SignedIndex {
    const COLLECTION: &'static str = "signed-index";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// The newest index of a context, to be sent again to who missed it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewestIndex {
    pub(super) index: basisnet_protocol::message::Index,
}

impl Record for NewestIndex {
    const COLLECTION: &'static str = "newest-index";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// The verdicts of one publication, to explain any one of them later.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Verdicts {
    pub(super) of: Vec<OneVerdict>,
}

/// Whether one aanbieder took part, and if not why.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OneVerdict {
    pub(super) aanbieder: Id,
    pub(super) verdict: String,
}

impl OneVerdict {
    /// The leaf of this verdict in the record of the publication.
    pub(super) fn leaf(&self) -> Vec<u8> {
        [self.aanbieder.as_ref(), self.verdict.as_bytes()].concat()
    }
}

impl Record for Verdicts {
    const COLLECTION: &'static str = "verdicts";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// Which aanbieder stands behind a handle in a context.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HandleRecord {
    pub(super) aanbieder: Id,
    pub(super) since: Timestamp,
    /// The newest index that has it.
    pub(super) seq: u32,
}

impl HandleRecord {
    pub(super) fn key(ctx: &ContextHash, handle: &Octets<8>) -> Key {
        Key::joined(&[ctx.as_ref(), handle.as_ref()])
    }
}

impl Record for HandleRecord {
    const COLLECTION: &'static str = "handle";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}
