// SPDX-License-Identifier: EUPL-1.2
//! Which aanbieder stands behind a handle, and did the asker really evaluate it?

use std::sync::Arc;

use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{
    ContextHash, PmOprf, PrivateInput, Ristretto, ServerKey, own_proof, tag_of,
};
use basisnet_protocol::octets::Octets;
use subtle::ConstantTimeEq;

use super::records::{HandleRecord, Publication};
use super::{PublicationError, Publications};
use crate::audit::Id;
use crate::service::matching::{One, Records};

/// What an asker brings to show that it has a treffer.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// The context of the treffer.
    pub ctx: ContextHash,
    /// The handle in the label.
    pub handle: Octets<8>,
    /// The number of the index.
    pub seq: u32,
    /// The tag of the entry.
    pub tag: Octets<8>,
    /// Proof that the asker evaluated this aanbieder, bound to one message.
    pub own_proof: Octets<32>,
    /// That message.
    pub message_id: Octets<16>,
}

/// What stands behind a claim that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// The aanbieder, by its id here.
    pub aanbieder: Id,
    /// The sharing group in which it was published. A treffer says nothing in another.
    pub group_id: String,
    /// What was read of the aanbieder to see what it is matched by.
    pub records: Option<Records>,
}

/// What would stand behind a claim, and what is left to be checked of it.
#[derive(Debug)]
pub struct Claimed {
    /// What stands behind it if it holds.
    pub behind: Behind,
    /// Whether it holds.
    pub proof: Proof,
}

/// The proof of a claim, not checked yet. To check it takes longer than to find what it is about, and needs nothing more
/// of the store: it can be done beside other work.
pub struct Proof {
    key: Arc<ServerKey>,
    inputs: Vec<PrivateInput>,
    claim: Claim,
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proof").finish_non_exhaustive()
    }
}

impl Proof {
    /// Whether the asker evaluated this aanbieder, for this index and this message.
    ///
    /// # Errors
    /// When an identifier cannot be evaluated here; the node is at fault, not the claim.
    pub fn holds(&self) -> Result<bool, PublicationError> {
        let claim = &self.claim;
        let mut proven = false;
        for input in &self.inputs {
            let value = Ristretto::evaluate(&self.key, input.as_bytes())?;
            let same_tag = tag_of(&claim.ctx, claim.seq, &value) == claim.tag;
            let expected = own_proof(&value, &claim.message_id);
            proven |= same_tag && bool::from(expected.0.ct_eq(&claim.own_proof.0));
        }
        Ok(proven)
    }
}

impl Publications {
    /// The aanbieder that a member says it asks about: a handle of its own context, in an index that was published to
    /// it. It counts only once the proof holds that it evaluated this aanbieder: handles cannot be guessed or traded.
    ///
    /// # Errors
    /// When the store cannot be read. A claim that cannot hold is no error: nothing stands behind it.
    pub fn claimed(&self, peer: Oin, claim: &Claim) -> Result<Option<Claimed>, PublicationError> {
        let Some(kept) = self.shared.store.get::<Publication>(claim.ctx)? else {
            return Ok(None);
        };
        let publication = kept.value;
        let in_time = self.shared.clock.now() < publication.epoch.held_until();
        if publication.peer != peer || claim.seq == 0 || claim.seq > publication.seq || !in_time {
            return Ok(None);
        }
        let key = HandleRecord::key(&claim.ctx, &claim.handle);
        let Some(handle) = self.shared.store.get::<HandleRecord>(key)? else {
            return Ok(None);
        };
        // A number at which this aanbieder had left the index already, or was taken back altogether.
        if claim.seq > handle.value.seq {
            return Ok(None);
        }
        let group_id = publication.manifest.group_id.clone();
        let Some(pair) = self.shared.pair_in(peer, &group_id)? else {
            return Ok(None);
        };
        let aanbieder = handle.value.aanbieder;
        let one = self
            .shared
            .around
            .one(aanbieder, &pair.content().namespaces)?;
        let Some(One { known, records }) = one else {
            return Ok(None);
        };
        let proof = Proof {
            key: self.server_key(&claim.ctx, publication.epoch)?,
            inputs: known.inputs,
            claim: *claim,
        };
        let behind = Behind {
            aanbieder,
            group_id,
            records,
        };
        Ok(Some(Claimed { behind, proof }))
    }
}
