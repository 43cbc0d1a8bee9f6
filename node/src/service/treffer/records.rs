// SPDX-License-Identifier: EUPL-1.2
//! A treffer as it is kept, and the index that it was found in.

use std::collections::BTreeSet;

use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{ContextHash, Epoch};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};

use crate::audit::{Hash, Id};
use crate::store::{IndexTerm, Key, Record, RetentionClass};

/// Another member is involved with an aanbieder of the own register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Treffer {
    /// The aanbieder, by its id here.
    pub aanbieder: Id,
    /// Who is involved.
    pub peer: Oin,
    /// Under which convenant it was found.
    pub convenant: Hash,
    /// The sharing group of that convenant.
    pub group_id: String,
    /// The context in which it was found.
    pub ctx: ContextHash,
    /// The epoch.
    pub epoch: Epoch,
    /// The number of the newest index that has it.
    pub seq: u32,
    /// The tag in that index.
    pub tag: Octets<8>,
    /// By which the source can be asked.
    pub handle: Octets<8>,
    /// The involvement began before this moment; about four weeks precise.
    pub since: Timestamp,
    /// When it was first found.
    pub first_seen: Timestamp,
    /// When it was last found.
    pub last_seen: Timestamp,
}

impl Treffer {
    /// The index by which the treffers of one member in one group are found.
    pub(super) const BY_SOURCE: &'static str = "source";

    pub(super) fn source_term(peer: Oin, group_id: &str) -> Vec<u8> {
        [peer.as_str().as_bytes(), group_id.as_bytes()].concat()
    }

    pub(super) fn key(aanbieder: &Id, peer: Oin, group_id: &str) -> Key {
        let group: [u8; 32] = Sha256::digest(group_id).into();
        Key::joined(&[aanbieder.as_ref(), peer.as_str().as_bytes(), &group])
    }
}

impl Record for Treffer {
    const COLLECTION: &'static str = "treffer";
    const RETENTION: RetentionClass = RetentionClass::Epoch;

    fn index_terms(&self) -> Vec<IndexTerm> {
        vec![IndexTerm::new(
            Self::BY_SOURCE,
            Self::source_term(self.peer, &self.group_id),
        )]
    }
}

/// What a source took back, and in which index this node still held it. A later index says anew who is in it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recalled {
    pub(super) of: Vec<RecalledHandle>,
}

/// One handle that was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecalledHandle {
    pub(super) handle: Octets<8>,
    /// The number of the index that was held then; 0 for none.
    pub(super) seq: u32,
}

impl Recalled {
    /// The handles that no longer count in the index with this number.
    pub(super) fn in_index(&self, seq: u32) -> BTreeSet<Octets<8>> {
        let counts_not = self.of.iter().filter(|one| one.seq >= seq);
        counts_not.map(|one| one.handle).collect()
    }

    /// The same with these handles, held in the index with this number; what an earlier index held is of no use any
    /// more. None when it would be more than a context can have.
    pub(super) fn with(self, handles: &BTreeSet<Octets<8>>, seq: u32) -> Option<Self> {
        let before = self.of.into_iter().filter(|one| one.seq >= seq);
        let before = before.filter(|one| !handles.contains(&one.handle));
        let now = handles.iter().map(|handle| RecalledHandle {
            handle: *handle,
            seq,
        });
        let of: Vec<_> = before.chain(now).collect();
        (of.len() <= MOST_RECALLED).then_some(Self { of })
    }
}

/// More than stand in the largest index, with the random ones among them.
const MOST_RECALLED: usize = 65_536;

impl Record for Recalled {
    const COLLECTION: &'static str = "recalled";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// The newest index of a source, for values that come in later.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeerIndex {
    pub(super) seq: u32,
    pub(super) entries: ByteBuf,
    pub(super) merkle_root: Hash,
}

impl Record for PeerIndex {
    const COLLECTION: &'static str = "peer-index";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}
