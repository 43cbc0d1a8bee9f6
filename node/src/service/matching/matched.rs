// SPDX-License-Identifier: EUPL-1.2
//! What inzage gets from matching: the proof of an own treffer, and what stands behind that of another.

use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;

use crate::audit::Id;
use crate::service::inzage::{Matched, Unmatched};
use crate::service::publication::{Claim, Claimed, Publications};
use crate::service::treffer::Treffers;

/// Matching, as inzage sees it.
#[derive(Clone, Debug)]
pub struct NodeMatched {
    /// The own treffers.
    pub treffers: Treffers,
    /// What the node published.
    pub publications: Publications,
}

impl Matched for NodeMatched {
    fn claim(
        &self,
        aanbieder: Id,
        peer: Oin,
        group: &str,
        message: Octets<16>,
    ) -> Result<Option<Claim>, Unmatched> {
        let claim = self.treffers.claim(aanbieder, peer, group, message);
        claim.map_err(|fault| Unmatched::because(&fault))
    }

    fn claimed(&self, peer: Oin, claim: &Claim) -> Result<Option<Claimed>, Unmatched> {
        let claimed = self.publications.claimed(peer, claim);
        claimed.map_err(|fault| Unmatched::because(&fault))
    }
}
