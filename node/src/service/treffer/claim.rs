// SPDX-License-Identifier: EUPL-1.2
//! Shows a source that this node has a treffer: for one message, and worth nothing outside it.

use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{ContextHash, own_proof, tag_of};
use basisnet_protocol::octets::Octets;

use super::records::Treffer;
use super::{TrefferFault, Treffers};
use crate::audit::Id;
use crate::service::matching::Fault;
use crate::service::publication::Claim;
use crate::store::Key;

impl Treffers {
    /// The newest treffer on an aanbieder at a member in one sharing group, with the proof for one message; none when
    /// there is none, or it is past its term. What was found in one group says nothing in another.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn claim(
        &self,
        aanbieder: Id,
        peer: Oin,
        group: &str,
        message_id: Octets<16>,
    ) -> Result<Option<Claim>, TrefferFault> {
        let now = self.shared.clock.now();
        let found = self
            .shared
            .store
            .page_under::<Treffer>(&Key::from(aanbieder), None, 1_000)?;
        let of_peer = found
            .into_iter()
            .map(|(_, kept)| kept.value)
            .filter(|treffer| treffer.peer == peer && treffer.group_id == group);
        let held = of_peer.filter(|treffer| now < treffer.epoch.held_until());
        let Some(treffer) = held.max_by_key(|treffer| treffer.epoch) else {
            return Ok(None);
        };
        let proof = self.prove(&treffer.ctx, &treffer, &message_id)?;
        Ok(proof.map(|own_proof| Claim {
            ctx: treffer.ctx,
            handle: treffer.handle,
            seq: treffer.seq,
            tag: treffer.tag,
            own_proof,
            message_id,
        }))
    }

    /// Finds the value that gave the treffer: that of the identifier whose tag it has.
    fn prove(
        &self,
        ctx: &ContextHash,
        treffer: &Treffer,
        message_id: &Octets<16>,
    ) -> Result<Option<Octets<32>>, TrefferFault> {
        for batch in self.values(ctx)? {
            for held in batch
                .of
                .iter()
                .filter(|held| held.aanbieder == treffer.aanbieder)
            {
                let value = held.value().ok_or(Fault::Damaged)?;
                if tag_of(ctx, treffer.seq, &value) == treffer.tag {
                    return Ok(Some(own_proof(&value, message_id)));
                }
            }
        }
        Ok(None)
    }
}
