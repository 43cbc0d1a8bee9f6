// SPDX-License-Identifier: EUPL-1.2
//! The side of the asker: which aanbieders it asks about, blinded, padded and committed to beforehand.
//!
//! Every step is written before it is taken: the terms of the source, the set that will be asked about, each request
//! before it leaves, each answer before the next. A node that stops halfway goes on with the same elements, and the
//! source answers them again without counting them twice.

mod batch;
mod manifest;
mod plan;
mod records;
mod stop;

use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{ContextHash, Epoch, OprfError, quota};
use basisnet_protocol::message::ManifestRequest;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;

use super::alarm::{self, Cause};
use super::matching::{Fault, Matching, Pair, open_epochs};
use crate::audit::{Event, Hash, Id, Incident};
use crate::store::{Change, CommitError, Expect, StoreError};

pub use batch::Underway;
pub use records::{Asking, HeldIndex, Reached, SweepKind};
pub(in crate::service) use records::{HeldValues, SweepRecord};

/// Asks other members which aanbieders they share with this node.
#[derive(Clone, Debug)]
pub struct Sweeps {
    shared: Matching,
}

impl Sweeps {
    /// The sweeps of this node.
    #[must_use]
    pub fn new(shared: Matching) -> Self {
        Self { shared }
    }

    /// Every member with whom may be matched now.
    ///
    /// # Errors
    /// When the agreements cannot be read.
    pub fn pairs(&self) -> Result<Vec<Pair>, SweepFault> {
        Ok(self.shared.pairs()?)
    }

    /// The question for the terms of an epoch.
    #[must_use]
    pub fn manifest_request(&self, pair: &Pair, epoch: Epoch) -> ManifestRequest {
        ManifestRequest {
            v: 1,
            group_id: pair.content().group_id.clone(),
            purpose_id: PurposeId::matching(),
            epoch: epoch.number(),
        }
    }

    /// The context in which this pair is asked in an epoch, once its terms are known.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn asking(
        &self,
        pair: &Pair,
        epoch: Epoch,
    ) -> Result<Option<(ContextHash, Asking)>, SweepFault> {
        Ok(self.shared.asking(pair, epoch)?)
    }

    /// What the source promised in a context, and how far it is.
    ///
    /// # Errors
    /// When there is no such context, or the store cannot be read.
    pub fn terms(&self, ctx: ContextHash) -> Result<Asking, SweepFault> {
        let kept = self.shared.store.get::<Asking>(ctx)?;
        Ok(kept.ok_or(Fault::Damaged)?.value)
    }

    /// Up to how many identifiers this member lets the own node ask about in one sweep, by its newest terms; none
    /// while it gave none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn allowed_by(&self, peer: Oin) -> Result<Option<u32>, SweepFault> {
        let mut newest: Option<Asking> = None;
        for pair in self.pairs()?.iter().filter(|pair| pair.peer == peer) {
            for epoch in open_epochs(self.shared.clock.now()) {
                let asking = self.asking(pair, epoch)?.map(|(_, asking)| asking);
                newest = asking
                    .into_iter()
                    .chain(newest)
                    .max_by_key(|asking| asking.epoch);
            }
        }
        Ok(newest.map(|asking| asking.manifest.query_bucket_of_client))
    }

    /// Whether a member answers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn reached(&self, peer: Oin) -> Result<Reached, SweepFault> {
        let kept = self.shared.store.get::<Reached>(Reached::key(peer))?;
        Ok(kept.map(|kept| kept.value).unwrap_or_default())
    }

    /// Remembers that a member answered.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn answered(&self, peer: Oin) -> Result<(), SweepFault> {
        let now = Some(self.shared.clock.now());
        let reached = Reached {
            answered: now,
            tried: now,
            silent_since: None,
        };
        self.note(peer, reached).await
    }

    /// Remembers that a member did not answer. What it said before stays, with its age.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn silent(&self, peer: Oin) -> Result<(), SweepFault> {
        let before = self.reached(peer)?;
        let now = Some(self.shared.clock.now());
        let silent_since = before.silent_since.or(now);
        self.note(
            peer,
            Reached {
                silent_since,
                tried: now,
                ..before
            },
        )
        .await
    }

    async fn note(&self, peer: Oin, reached: Reached) -> Result<(), SweepFault> {
        let change = Change::new().put(Reached::key(peer), &reached, Expect::Any)?;
        self.shared.store.commit(change).await?;
        Ok(())
    }

    async fn incident(
        &self,
        peer: Oin,
        incident: Incident,
        message: Hash,
    ) -> Result<(), SweepFault> {
        let event = Event::SecurityIncident {
            peer: Some(peer),
            incident,
            message: Some(message),
        };
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let cause = Cause::Protocol { incident };
        let change = alarm::raise(store, Change::new().audit(event), now, peer, cause)?;
        store.commit(change).await?;
        Ok(())
    }
}

impl Matching {
    /// The context in which a pair is asked in an epoch under its convenant, if the terms are known.
    pub(in crate::service) fn asking(
        &self,
        pair: &Pair,
        epoch: Epoch,
    ) -> Result<Option<(ContextHash, Asking)>, Fault> {
        let term = Asking::peer_term(pair.peer, epoch);
        let kept =
            self.store
                .by_index::<Asking>(Asking::BY_PEER, &term, None, quota::MOST_CONTEXTS)?;
        let mut of_pair = kept.into_iter().filter_map(|(key, kept)| {
            let ctx = Octets::from_slice(key.as_bytes())?;
            let same = kept.value.manifest.convenant_hash == pair.convenant.hash();
            same.then_some((ctx, kept.value))
        });
        // A source that draws new keys gives a new context; the one that came last counts.
        let mut newest = of_pair.next();
        for (ctx, asking) in of_pair {
            if newest
                .as_ref()
                .is_none_or(|(_, other)| other.came_before(&asking))
            {
                newest = Some((ctx, asking));
            }
        }
        Ok(newest)
    }
}

impl Asking {
    /// Whether the terms of the other came after these. A source that was put back from a backup may have forgotten which
    /// terms it gave last, so when they came says more than what they follow on.
    fn came_before(&self, other: &Self) -> bool {
        match (self.since, other.since) {
            (Some(one), Some(other)) if one != other => one < other,
            _ => other.manifest.prev_manifest_hash == Some(self.manifest_hash),
        }
    }
}

/// The id of a sweep.
pub type SweepId = Id;

/// What keeps a sweep from going on.
#[derive(Debug, thiserror::Error)]
pub enum SweepFault {
    /// The terms do not fit the convenant, the epoch or this pair.
    #[error("the manifest does not fit: {0}")]
    Manifest(&'static str),
    /// The public key was seen under another context: somebody else's, or of another time. It is in the log.
    #[error("the manifest carries a key that belongs to another context")]
    ForeignKey,
    /// The answer is not to this question.
    #[error("the answer does not belong to the question")]
    OtherQuestion,
    /// The proof does not hold, or the elements are none. It is in the log.
    #[error("the proof over a batch does not hold")]
    Proof(#[from] OprfError),
    /// An aanbieder in this sweep may no longer be asked about; the sweep stops.
    #[error("an aanbieder in this sweep may no longer be asked about")]
    NoLongerAllowed,
    /// Somebody else goes on with this sweep.
    #[error("this sweep is under way already")]
    UnderWay,
    /// Nothing can be planned: this sweep or the batch of this day was spent.
    #[error("this sweep or the batch of this day was spent already")]
    Spent,
    /// The node cannot go on.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for SweepFault {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<CommitError> for SweepFault {
    fn from(error: CommitError) -> Self {
        Self::Fault(error.into())
    }
}
