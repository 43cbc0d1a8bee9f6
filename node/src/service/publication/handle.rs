// SPDX-License-Identifier: EUPL-1.2
//! Which aanbieder stands behind a handle, and did the asker really evaluate it?

use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{ContextHash, PmOprf, Ristretto, own_proof, tag_of};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use subtle::ConstantTimeEq;

use super::records::{HandleRecord, Publication};
use super::{PublicationError, Publications};
use crate::audit::{Hash, Id};
use crate::service::matching::{Known, One, Records};

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
    /// The version of its convenant under which it was published.
    pub convenant: Hash,
    /// Until when questions on treffers of this context are answered.
    pub answered_until: Timestamp,
    /// What was read of the aanbieder to see whether the claim holds.
    pub records: Option<Records>,
}

impl Publications {
    /// The aanbieder that a member asks about, if its claim holds: a handle of its own context, an index that was
    /// published, and a proof that it evaluated this aanbieder. Handles cannot be guessed or traded.
    ///
    /// # Errors
    /// When the store cannot be read. A claim that does not hold is no error: nothing stands behind it.
    pub fn behind(&self, peer: Oin, claim: &Claim) -> Result<Option<Behind>, PublicationError> {
        let Some(kept) = self.shared.store.get::<Publication>(claim.ctx)? else {
            return Ok(None);
        };
        let publication = kept.value;
        let answered_until = publication.epoch.held_until();
        let in_time = self.shared.clock.now() < answered_until;
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
        let convenant = publication.manifest.convenant_hash;
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
        let proven = self.proves(&publication, claim, &known)?;
        Ok(proven.then_some(Behind {
            aanbieder,
            group_id,
            convenant,
            answered_until,
            records,
        }))
    }

    fn proves(
        &self,
        publication: &Publication,
        claim: &Claim,
        known: &Known,
    ) -> Result<bool, PublicationError> {
        let key = self.server_key(&claim.ctx, publication.epoch)?;
        let mut proven = false;
        for input in &known.inputs {
            let value = Ristretto::evaluate(&key, input.as_bytes())?;
            let same_tag = tag_of(&claim.ctx, claim.seq, &value) == claim.tag;
            let expected = own_proof(&value, &claim.message_id);
            proven |= same_tag && bool::from(expected.0.ct_eq(&claim.own_proof.0));
        }
        Ok(proven)
    }
}
