// SPDX-License-Identifier: EUPL-1.2
//! How a mandate is kept: the bytes that were signed.

use basisnet_protocol::act::Testimony;
use basisnet_protocol::id::Oin;
use basisnet_protocol::mandate::{MAX_MANDATE_BYTES, Mandate, MandateAct, MandateContent};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::service::vouching::{self, Ground};
use crate::store::{Record, RetentionClass, StoreError};

/// A mandate with its acts, under its hash. It is kept for good: it is the ground of what was asked under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MandateRecord {
    /// The encoded content.
    pub(super) content: ByteBuf,
    /// The acts, chain included, in the order in which they were verified.
    pub(super) acts: Vec<ByteBuf>,
    /// When this node first saw it.
    pub(super) since: Timestamp,
    /// Why each act is believed, in the same order; absent in records of before this was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    grounds: Vec<ActGround>,
    /// What members testified, by which acts are believed that came when their certificate counted no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) testimonies: Vec<ByteBuf>,
}

/// Since when and why an act is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActGround {
    verified: Timestamp,
    ground: Ground,
}

/// An act that is believed, and why.
#[derive(Clone, Debug)]
pub(super) struct Believed {
    pub(super) act: MandateAct,
    ground: Ground,
    on: Option<Vec<u8>>,
}

impl Believed {
    /// It was signed here.
    pub(super) const fn signed_here(act: MandateAct) -> Self {
        Self {
            act,
            ground: Ground::Own,
            on: None,
        }
    }

    /// By its certificate, or else on a testimony.
    pub(super) fn on(act: MandateAct, on: Option<&Testimony>) -> Self {
        Self {
            act,
            ground: Ground::on(on),
            on: on.map(|testimony| testimony.bytes().to_vec()),
        }
    }
}

impl Record for MandateRecord {
    const COLLECTION: &'static str = "mandaat";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

impl MandateRecord {
    pub(super) fn new(content: &MandateContent, since: Timestamp) -> Self {
        Self {
            content: ByteBuf::from(content.encoded()),
            acts: Vec::new(),
            since,
            grounds: Vec::new(),
            testimonies: Vec::new(),
        }
    }

    /// Adds acts that are believed.
    pub(super) fn add(&mut self, acts: Vec<Believed>, verified: Timestamp) {
        // Of those of before this was kept it is not known; nobody vouches for them here.
        let told = ActGround {
            verified,
            ground: Ground::Told,
        };
        self.grounds.resize(self.acts.len(), told);
        for Believed { act, ground, on } in acts {
            self.acts.push(ByteBuf::from(act.bytes().to_vec()));
            self.grounds.push(ActGround { verified, ground });
            vouching::keep(&mut self.testimonies, on);
        }
    }

    /// The acts for which this node vouches, with since when it had them. Who is one of the two vouches for what it did
    /// itself; of the other it is not believed.
    pub(super) fn seen(
        &self,
        acts: &[&MandateAct],
        me: Oin,
        is_party: bool,
    ) -> Vec<(Octets<32>, Timestamp)> {
        let since = |act: &MandateAct| {
            let place = self.acts.iter().position(|one| one == act.bytes())?;
            let of = self.grounds.get(place)?;
            let vouches = match of.ground {
                Ground::Own => true,
                Ground::Verified | Ground::Told => !is_party && of.ground.vouches(act.by(), me),
            };
            vouches.then(|| (act.hash(), of.verified))
        };
        acts.iter().filter_map(|act| since(act)).collect()
    }

    /// What was kept, as it was when it was verified.
    pub(super) fn read(&self) -> Result<Mandate, StoreError> {
        let damaged = || StoreError::Corrupt("mandaat".to_owned());
        let content = wire::decode(&self.content, MAX_MANDATE_BYTES).map_err(|_| damaged())?;
        let acts = self.acts.iter();
        let acts: Vec<MandateAct> = acts
            .map(|bytes| MandateAct::reread(bytes).map_err(|_| damaged()))
            .collect::<Result<_, _>>()?;
        Ok(Mandate::new(content, acts))
    }
}
