// SPDX-License-Identifier: EUPL-1.2
//! The side of the source: what others may ask here, and what they may discover.
//!
//! For each asking member, purpose and epoch there is one key and one index. A batch of blinded identifiers is
//! counted, evaluated and recorded before its answer leaves, and a question that comes twice costs nothing. An index
//! holds the aanbieders that the rules let this member discover, and no sign of the others.
//!
//! INVARIANT (one index per number): for a context and a number exactly one index is ever signed. Its hash is
//! written, durably, before it is sent, under a key that must not exist yet.

mod due;
mod evaluate;
mod handle;
mod index;
mod kept_keys;
mod manifest;
mod narrow;
mod patience;
mod recall;
mod records;
#[cfg(test)]
mod tests;
mod withdraw;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{BuildError, NoBucket, OprfError};
use tokio::sync::Semaphore;

use super::alarm::{self, Cause};
use super::changes::Changes;
use super::matching::{Fault, Matching};
use crate::audit::{Event, Hash, Incident};
use crate::store::{Change, CommitError, StoreError};

pub use due::DuePublication;
pub use handle::{Behind, Claim, Claimed, Proof};
use kept_keys::KeptKeys;
use narrow::Checked;
use patience::Patience;
pub use patience::Telling;
pub use recall::DueRecall;
pub use records::Publication;

/// Batches that are evaluated at the same time, over all members.
const BATCHES_AT_ONCE: usize = 2;

/// Evaluates, publishes, and knows what stands behind a handle.
#[derive(Clone, Debug)]
pub struct Publications {
    shared: Matching,
    busy: Arc<Mutex<BTreeSet<Oin>>>,
    pace: Arc<Semaphore>,
    publishing: Arc<tokio::sync::Mutex<()>>,
    // INVARIANT (counted once): the record of a publication is read and written again under this lock, after the
    // arithmetic. A batch and an index of one member would put each other's change aside otherwise.
    counting: Arc<tokio::sync::Mutex<()>>,
    checked: Checked,
    kept_keys: KeptKeys,
    patience: Patience,
    recalls: Changes,
    narrowings: Changes,
}

impl Publications {
    /// The publications of this node.
    #[must_use]
    pub fn new(shared: Matching) -> Self {
        Self {
            shared,
            busy: Arc::default(),
            pace: Arc::new(Semaphore::new(BATCHES_AT_ONCE)),
            publishing: Arc::default(),
            counting: Arc::default(),
            checked: Checked::default(),
            kept_keys: KeptKeys::default(),
            patience: Patience::default(),
            recalls: Changes::default(),
            narrowings: Changes::default(),
        }
    }

    /// How many identifiers the own register brings to the largest of the agreements on matching; none without one.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn identifiers(&self) -> Result<Option<usize>, PublicationError> {
        let mut counts = BTreeMap::new();
        for pair in self.shared.pairs()? {
            let namespaces = &pair.content().namespaces;
            if !counts.contains_key(namespaces) {
                let register = self.shared.around.register(namespaces)?;
                let involved = register.iter().filter(|known| known.since.is_some());
                let inputs: BTreeSet<_> = involved.flat_map(|known| &known.inputs).collect();
                counts.insert(namespaces.clone(), inputs.len());
            }
        }
        Ok(counts.into_values().max())
    }

    /// Marks a member as being served; none while a batch of it is under way.
    fn serve(&self, peer: Oin) -> Option<Serving> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(peer).then(|| Serving {
            busy: Arc::clone(&self.busy),
            peer,
        })
    }

    /// Writes an incident in the log, unless this member fills it.
    async fn incident(&self, peer: Oin, incident: Incident, message: Hash) -> Result<(), Fault> {
        if !self.shared.pace.allows(peer) {
            tracing::warn!(%peer, ?incident, "incident was not written: this member repeats itself");
            return Ok(());
        }
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

/// Lives as long as a batch of a member is under way.
#[derive(Debug)]
struct Serving {
    busy: Arc<Mutex<BTreeSet<Oin>>>,
    peer: Oin,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.peer);
    }
}

/// Why a source does not do what was asked. To the peer every one of them is the same refusal.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// Not a version, purpose, group or epoch in which this node matches with this member.
    #[error("nothing is matched with this member under these terms")]
    NotAgreed,
    /// Outside the time in which is evaluated for this epoch.
    #[error("outside the validity of the manifest")]
    OutOfTime,
    /// More contexts, or more elements, than the limits allow.
    #[error("over the budget of this member")]
    OverBudget,
    /// The same batch number with another content. It is in the log.
    #[error("a batch came again with other contents")]
    ChangedBatch,
    /// The member comes back too often for what it was given, or with what was refused.
    #[error("this member repeats itself too often")]
    TooOften,
    /// Another batch of this member is under way.
    #[error("another batch of this member is under way")]
    Busy,
    /// The elements are not what they should be.
    #[error(transparent)]
    Elements(#[from] OprfError),
    /// The index could not be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// No size fits.
    #[error(transparent)]
    Bucket(#[from] NoBucket),
    /// The node cannot go on.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for PublicationError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<CommitError> for PublicationError {
    fn from(error: CommitError) -> Self {
        Self::Fault(error.into())
    }
}
