// SPDX-License-Identifier: EUPL-1.2
//! What an organisation leaves to the one that takes its place: its register, and the questions it put.
//!
//! The old node makes a file, signed by the key of the organisation; the new node takes it over once it stands in that
//! place. Taking over is one commit, and taking over the same again changes nothing. Terms go along: an answer is kept no
//! longer than it was, and what a source takes back of it is taken back here. Treffers do not go along; the new one asks
//! itself. Where both know an aanbieder, what the new one says of it stays, numbers are put together, and what differs is
//! named, so that a person looks at it.

mod merge;

use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::ContextHash;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::sign::{
    OrgSignatureError, SignError, SignedKind, sign_for_organisation, verify_organisation,
};
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use merge::{Difference, What};

use super::Base;
use super::aanbieder::{Aanbieder, Aanbieders};
use super::account::{Actor, Function, NotAllowed};
use super::betrokkenheid::{Betrokkenheden, Betrokkenheid};
use super::convenant::Convenanten;
use super::inzage::Asked;
use super::sweep::Asking;
use crate::audit::{Event, Hash};
use crate::clock::Clock;
use crate::keys::CurrentOrg;
use crate::store::{Change, CommitError, Key, Record, RetentionClass, Store, StoreError};
use crate::trust::Trust;
use merge::Merge;

/// The largest file: several times the largest thinkable register.
const MAX_BYTES: usize = 64 * 1_048_576;
/// Read so many at a time.
const PAGE: usize = 512;

const KIND: SignedKind = SignedKind {
    label: "basisnet/estate/v1",
    content_type: "application/basisnet-estate+cbor",
    max_bytes: MAX_BYTES,
};

/// What the old leaves.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Estate {
    v: u8,
    from: Oin,
    made: Timestamp,
    aanbieders: Vec<Aanbieder>,
    betrokkenheden: Vec<Betrokkenheid>,
    asked: Vec<Asked>,
    contexts: Vec<(ContextHash, Asking)>,
}

/// From whom a record came that was taken over, under the id of that record.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TakenOver {
    from: Oin,
    file: Hash,
    at: Timestamp,
}

impl Record for TakenOver {
    const COLLECTION: &'static str = "overgenomen";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

/// What was taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// From whom.
    pub from: Option<Oin>,
    /// Aanbieders that were not known here.
    pub added: u32,
    /// Aanbieders that both knew.
    pub merged: u32,
    /// Contracts, supervision and labels.
    pub involvements: u32,
    /// Questions that the old one put.
    pub questions: u32,
    /// Records that were here already.
    pub known: u32,
    /// What differs, for a person to look at.
    pub differences: Vec<Difference>,
}

/// Why nothing was given or taken over.
#[derive(Debug, thiserror::Error)]
pub enum EstateError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// No statement says that anybody takes the place of the own organisation.
    #[error("nobody takes the place of the own organisation")]
    NoHeir,
    /// The own organisation does not stand in the place of who made the file.
    #[error("the own organisation does not stand in the place of `{0}`")]
    NotTheHeir(Oin),
    /// The file is not signed as it should be.
    #[error(transparent)]
    Signature(#[from] OrgSignatureError),
    /// It is no such file, or of another version.
    #[error("not a file with what an organisation leaves")]
    Form,
    /// More than fits in one file.
    #[error("the register does not fit in one file")]
    TooLarge,
    /// The key of the organisation does not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// Giving and taking over. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Estates {
    me: Oin,
    store: Store,
    clock: Clock,
    org: CurrentOrg,
    trust: Trust,
    convenanten: Convenanten,
    aanbieders: Aanbieders,
    betrokkenheden: Betrokkenheden,
}

impl Estates {
    /// What the own organisation leaves or takes over.
    #[must_use]
    pub fn new(
        base: &Base,
        convenanten: &Convenanten,
        aanbieders: &Aanbieders,
        betrokkenheden: &Betrokkenheden,
    ) -> Self {
        Self {
            me: base.config.organisatie.oin,
            store: base.store.clone(),
            clock: base.clock.clone(),
            org: base.org.clone(),
            trust: base.trust.clone(),
            convenanten: convenanten.clone(),
            aanbieders: aanbieders.clone(),
            betrokkenheden: betrokkenheden.clone(),
        }
    }

    /// Everything that goes to the new organisation, as a signed file.
    ///
    /// # Errors
    /// When the caller may not bind the organisation, or nobody takes its place.
    pub async fn give(&self, actor: &Actor) -> Result<Vec<u8>, EstateError> {
        actor.require(Function::SignConvenanten)?;
        let held = self.convenanten.successions()?;
        if held.iter().all(|one| one.statement.terms().old != self.me) {
            return Err(EstateError::NoHeir);
        }
        let estate = Estate {
            v: 1,
            from: self.me,
            made: self.clock.now(),
            aanbieders: self.aanbieders.all()?,
            betrokkenheden: self.betrokkenheden.all()?,
            asked: self.all::<Asked, _>(|_, asked| Some(asked))?,
            contexts: self.all::<Asking, _>(left)?,
        };
        let payload = wire::encode(&estate).map_err(|_| EstateError::Form)?;
        if payload.len() > MAX_BYTES / 2 {
            return Err(EstateError::TooLarge);
        }
        let file = sign_for_organisation(&KIND, &payload, &*self.org.current())?;
        let event = Event::EstateGiven { file: hash(&file) };
        let change = Change::new().audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(file)
    }

    /// Takes over what is in a file, in one commit. The same again changes nothing.
    ///
    /// # Errors
    /// When the caller may not bind the organisation, the file does not hold, or is of somebody in whose place the own
    /// organisation does not stand now.
    pub async fn take_over(&self, actor: &Actor, file: &[u8]) -> Result<Taken, EstateError> {
        actor.require(Function::SignConvenanten)?;
        let (trust, now) = (self.trust.current(), self.clock.now());
        let signed = verify_organisation(&KIND, file, &trust, now)?;
        let from = signed.certificate.oin;
        let estate: Estate =
            wire::decode(signed.payload, MAX_BYTES).map_err(|_| EstateError::Form)?;
        if estate.v != 1 || estate.from != from {
            return Err(EstateError::Form);
        }
        if !self.convenanten.before(self.me)?.contains(&from) {
            return Err(EstateError::NotTheHeir(from));
        }
        let _writing = self.aanbieders.writing.lock().await;
        let mut merge = Merge::new(
            self,
            TakenOver {
                from,
                file: hash(file),
                at: now,
            },
        );
        for aanbieder in estate.aanbieders {
            merge.aanbieder(aanbieder)?;
        }
        for one in estate.betrokkenheden {
            merge.involvement(one)?;
        }
        for asked in estate.asked {
            merge.question(asked)?;
        }
        for (ctx, asking) in estate.contexts {
            merge.context(ctx, &asking)?;
        }
        let (change, taken) = merge.done();
        if !change.is_empty() {
            let event = Event::EstateTaken {
                from,
                file: hash(file),
                aanbieders: taken.added,
                merged: taken.merged,
                involvements: taken.involvements,
                questions: taken.questions,
            };
            self.store
                .commit(change.audit(event.by(actor.by())))
                .await?;
            self.aanbieders.changes.note();
        }
        Ok(taken)
    }

    fn all<R: Record, T>(&self, keep: impl Fn(&Key, R) -> Option<T>) -> Result<Vec<T>, StoreError> {
        let (mut all, mut after) = (Vec::new(), None::<Key>);
        loop {
            let page = self.store.page::<R>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(all);
            };
            after = Some(last.clone());
            let kept = page.into_iter();
            all.extend(kept.filter_map(|(key, stored)| keep(&key, stored.value)));
        }
    }
}

/// A context without what was learned in it: by which a source is known that takes something back.
fn left(key: &Key, asking: Asking) -> Option<(ContextHash, Asking)> {
    let left = Asking {
        full: None,
        swept: None,
        index: None,
        forgotten: true,
        ..asking
    };
    Some((Octets::from_slice(key.as_bytes())?, left))
}

fn hash(file: &[u8]) -> Hash {
    Octets(Sha256::digest(file).into())
}
