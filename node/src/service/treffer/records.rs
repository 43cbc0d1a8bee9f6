// SPDX-License-Identifier: EUPL-1.2
//! A treffer as it is kept, and the index that it was found in.

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
