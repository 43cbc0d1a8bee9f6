// SPDX-License-Identifier: EUPL-1.2
//! What an asker keeps of its questions: terms, sweeps, values, and whether a member answers.

use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{ContextHash, Epoch, PrfValue, SetCommit, SweepSeed};
use basisnet_protocol::message::Manifest;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::audit::{Hash, Id};
use crate::store::{IndexTerm, Key, Record, RetentionClass};

/// One context in which this node asks: the terms of the source, and how far it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asking {
    /// Who is asked.
    pub peer: Oin,
    /// In which epoch.
    pub epoch: Epoch,
    /// What the source promised.
    pub manifest: Manifest,
    /// Its hash.
    pub manifest_hash: Hash,
    /// The full sweep, once it is planned.
    pub full: Option<Id>,
    /// When the full sweep was answered whole.
    pub swept: Option<Timestamp>,
    /// The last day of the epoch whose batch was spent.
    pub last_day: u32,
    /// The newest index that was received.
    pub index: Option<HeldIndex>,
    /// Whether what was learned in this context has been forgotten.
    pub forgotten: bool,
    /// When the terms came; none for those of before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// Which index is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldIndex {
    /// Its number.
    pub seq: u32,
    /// Its hash.
    pub hash: Hash,
    /// The hash of the one that it says came before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Hash>,
    /// When it came in.
    pub received: Timestamp,
}

impl HeldIndex {
    /// Whether it came after this one, which was on its way longer: it names it as the one before.
    #[must_use]
    pub fn overtook(&self, seq: u32, hash: Hash) -> bool {
        seq.checked_add(1) == Some(self.seq) && self.before == Some(hash)
    }
}

impl Asking {
    /// The index by which the contexts of a member in an epoch are found.
    pub(in crate::service) const BY_PEER: &'static str = "peer";

    pub(in crate::service) fn peer_term(peer: Oin, epoch: Epoch) -> Vec<u8> {
        [peer.as_str().as_bytes(), &epoch.number().to_be_bytes()].concat()
    }
}

impl Record for Asking {
    const COLLECTION: &'static str = "asking";
    const RETENTION: RetentionClass = RetentionClass::Epoch;

    fn index_terms(&self) -> Vec<IndexTerm> {
        vec![IndexTerm::new(
            Self::BY_PEER,
            Self::peer_term(self.peer, self.epoch),
        )]
    }
}

/// A public key that a manifest carried; it belongs to one context for good.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct SeenKey {
    pub(in crate::service) ctx: ContextHash,
}

impl Record for SeenKey {
    const COLLECTION: &'static str = "seen-key";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// Full, or the small batch of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SweepKind {
    /// Everything, once an epoch.
    Full,
    /// What was added since, on this day of the epoch; also when nothing was.
    Daily(u32),
}

/// A sweep: everything from which it can be made again, by the node after a crash and for the auditor later.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct SweepRecord {
    pub(in crate::service) kind: SweepKind,
    pub(in crate::service) seed: ByteBuf,
    pub(in crate::service) members: Vec<SweepMember>,
    pub(in crate::service) order: Vec<u32>,
    pub(in crate::service) commitment: SetCommit,
    pub(in crate::service) commitment_hash: Hash,
    pub(in crate::service) batches: u16,
    pub(in crate::service) answered: u16,
    /// Whether it ends here, because somebody in it may no longer be asked about.
    pub(in crate::service) stopped: bool,
}

/// One identifier in a sweep, with what hides it in the commitment.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct SweepMember {
    pub(in crate::service) aanbieder: Id,
    pub(in crate::service) input: String,
    pub(in crate::service) salt: Octets<32>,
    pub(in crate::service) basis: Hash,
}

impl SweepRecord {
    pub(in crate::service) fn new(
        kind: SweepKind,
        seed: &SweepSeed,
        members: Vec<SweepMember>,
        order: Vec<u32>,
        commitment: SetCommit,
        commitment_hash: Hash,
        batches: u16,
    ) -> Self {
        let seed = ByteBuf::from(seed.as_bytes().to_vec());
        Self {
            kind,
            seed,
            members,
            order,
            commitment,
            commitment_hash,
            batches,
            answered: 0,
            stopped: false,
        }
    }

    /// The seed; none when what is kept is damaged.
    pub(in crate::service) fn sweep_seed(&self) -> Option<SweepSeed> {
        self.seed
            .as_slice()
            .try_into()
            .ok()
            .map(SweepSeed::from_bytes)
    }

    pub(in crate::service) fn key(ctx: &ContextHash, sweep: &Id) -> Key {
        Key::joined(&[ctx.as_ref(), sweep.as_ref()])
    }
}

impl std::fmt::Debug for SweepRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "SweepRecord({:?}, {} of {})",
            self.kind, self.answered, self.batches
        )
    }
}

impl Record for SweepRecord {
    const COLLECTION: &'static str = "sweep";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// What came back for one batch: a value for each own identifier in it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct HeldValues {
    pub(in crate::service) of: Vec<HeldValue>,
}

/// The value of one identifier.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct HeldValue {
    #[zeroize(skip)]
    pub(in crate::service) aanbieder: Id,
    #[serde(with = "serde_bytes")]
    value: Vec<u8>,
}

impl HeldValue {
    pub(in crate::service) fn new(aanbieder: Id, value: &PrfValue) -> Self {
        Self {
            aanbieder,
            value: value.as_bytes().to_vec(),
        }
    }

    /// The value; none when what is kept is damaged.
    pub(in crate::service) fn value(&self) -> Option<PrfValue> {
        self.value
            .as_slice()
            .try_into()
            .ok()
            .map(PrfValue::from_bytes)
    }
}

impl HeldValues {
    pub(in crate::service) fn key(ctx: &ContextHash, sweep: &Id, batch: u16) -> Key {
        Key::joined(&[ctx.as_ref(), sweep.as_ref(), &batch.to_be_bytes()])
    }
}

impl Record for HeldValues {
    const COLLECTION: &'static str = "held-values";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// Whether a member answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// The last time it did.
    pub answered: Option<Timestamp>,
    /// The last time it was asked anything.
    pub tried: Option<Timestamp>,
    /// Since when it does not; none while it does.
    pub silent_since: Option<Timestamp>,
}

impl Reached {
    pub(in crate::service) fn key(peer: Oin) -> Key {
        Key::from(peer.as_str())
    }
}

impl Record for Reached {
    const COLLECTION: &'static str = "reached";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}
