// SPDX-License-Identifier: EUPL-1.2
//! How a statement is kept, on whose word it is believed, and what makes others believe it.

use basisnet_protocol::act::Testimony;
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::SuccessionShare;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::succession::{
    Succession, SuccessionError, SuccessionHalf, SuccessionHearing,
};
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::TrustStore;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};

use crate::service::convenant::Convenanten;
use crate::service::vouching::{self, Ground};
use crate::store::{Record, RetentionClass, StoreError};

/// A statement as it is kept, under its name: the signed bytes, and against what they were verified. It is kept for good.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SuccessionRecord {
    old: ByteBuf,
    new: ByteBuf,
    /// When both were verified.
    verified: Timestamp,
    /// SHA-256 of each revocation list that was at hand.
    lists: Vec<Octets<32>>,
    /// Why the half of the old is believed, and that of the new.
    #[serde(default, skip_serializing_if = "Grounds::are_common")]
    grounds: Grounds,
    /// What members testified, where a certificate counted no longer when the statement came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    testimonies: Vec<ByteBuf>,
}

/// Why the half of the old is believed, and that of the new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Grounds {
    old: Ground,
    new: Ground,
}

impl Grounds {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the form in which serde asks"
    )]
    fn are_common(&self) -> bool {
        *self == Self::default()
    }
}

/// A statement that is believed, and why.
#[derive(Clone, Debug)]
pub(super) struct Believed {
    pub(super) statement: Succession,
    grounds: Grounds,
    testimonies: Vec<ByteBuf>,
}

impl Believed {
    /// By the certificates under it.
    pub(super) fn by_itself(statement: Succession) -> Self {
        Self {
            statement,
            grounds: Grounds::default(),
            testimonies: Vec::new(),
        }
    }

    /// By the certificates under it; this organisation signed its half here.
    pub(super) fn signed_here(statement: Succession, me: Oin) -> Self {
        let ground = |by: Oin| match by == me {
            true => Ground::Own,
            false => Ground::Verified,
        };
        let terms = statement.terms();
        Self {
            grounds: Grounds {
                old: ground(terms.old),
                new: ground(terms.new),
            },
            ..Self::by_itself(statement)
        }
    }

    /// As it was judged, where a half may rest on a testimony.
    pub(super) fn on(statement: &Succession, on: [Option<&Testimony>; 2]) -> Self {
        let mut testimonies = Vec::new();
        for one in on {
            vouching::keep(&mut testimonies, one.map(|one| one.bytes().to_vec()));
        }
        let [old, new] = on.map(Ground::on);
        Self {
            statement: statement.clone(),
            grounds: Grounds { old, new },
            testimonies,
        }
    }
}

impl Record for SuccessionRecord {
    const COLLECTION: &'static str = "herindeling";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

impl SuccessionRecord {
    pub(super) fn new(believed: &Believed, verified: Timestamp, lists: Vec<Octets<32>>) -> Self {
        let [old, new] = believed.statement.halves();
        Self {
            old: ByteBuf::from(old.bytes().to_vec()),
            new: ByteBuf::from(new.bytes().to_vec()),
            verified,
            lists,
            grounds: believed.grounds,
            testimonies: believed.testimonies.clone(),
        }
    }

    pub(super) fn read(&self) -> Result<Succession, StoreError> {
        let damaged = |_| StoreError::Corrupt("herindeling".to_owned());
        let old = SuccessionHalf::reread(&self.old).map_err(damaged)?;
        let new = SuccessionHalf::reread(&self.new).map_err(damaged)?;
        Succession::join(old, new).map_err(damaged)
    }

    /// The halves for which this node vouches, with since when it had them.
    fn seen(&self, statement: &Succession, me: Oin) -> Vec<(Octets<32>, Timestamp)> {
        let halves = statement.halves().iter();
        let grounds = [self.grounds.old, self.grounds.new];
        halves
            .zip(grounds)
            .filter(|(half, ground)| ground.vouches(half.by(), me))
            .map(|(half, _)| {
                let name = Octets(Sha256::digest(half.bytes()).into());
                (name, self.verified)
            })
            .collect()
    }
}

impl Convenanten {
    /// Whether a statement that came just now is believed, with what came along.
    pub(super) fn believe(
        &self,
        read: &Succession,
        testimonies: &[ByteBuf],
    ) -> Result<Result<Believed, SuccessionError>, StoreError> {
        let terms = read.terms();
        let mut witnesses = self.witnesses(terms.old)?;
        witnesses.extend(self.witnesses(terms.new)?);
        let (trust, now) = (self.trust.current(), self.clock.now());
        let objects = testimonies.iter().map(|one| one.as_slice());
        let hearing = SuccessionHearing::new(read, objects, &witnesses, &trust, now);
        Ok(hearing.judge().map(|on| Believed::on(read, on)))
    }

    /// These statements in messages: those that count by themselves together, and each of the others with what makes it
    /// believed.
    pub(super) fn told(
        &self,
        statements: Vec<&Succession>,
    ) -> Result<Vec<SuccessionShare>, StoreError> {
        let (trust, now) = (self.trust.current(), self.clock.now());
        let (fresh, old): (Vec<_>, Vec<_>) = statements
            .into_iter()
            .partition(|statement| counts_by_itself(statement, &trust, now));
        let mut shares = SuccessionShare::parts(&fresh);
        for statement in old {
            let mut parts = SuccessionShare::parts(&[statement]);
            let testimonies = self.vouched_statement(statement, &trust, now)?;
            for part in &mut parts {
                part.testimonies = testimonies.clone();
            }
            shares.extend(parts);
        }
        Ok(shares)
    }

    fn vouched_statement(
        &self,
        statement: &Succession,
        trust: &TrustStore,
        now: Timestamp,
    ) -> Result<Vec<ByteBuf>, StoreError> {
        let Some(kept) = self.store.get::<SuccessionRecord>(statement.id())? else {
            return Ok(Vec::new());
        };
        let seen = kept.value.seen(statement, self.me);
        let mut objects = vouching::vouch(&statement.id(), &seen, now, &*self.org.current());
        let holding = vouching::still_holding(&kept.value.testimonies, trust, now);
        objects.extend(holding);
        Ok(vouching::fitting(objects).collect())
    }
}

/// Whether who hears of it now believes it by the certificates under it.
fn counts_by_itself(statement: &Succession, trust: &TrustStore, now: Timestamp) -> bool {
    let mut halves = statement.halves().iter();
    halves.all(|half| SuccessionHalf::verify(half.bytes(), trust, now).is_ok())
}
