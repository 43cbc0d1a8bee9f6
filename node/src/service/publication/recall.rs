// SPDX-License-Identifier: EUPL-1.2
//! Takes back what was published, without telling who had a treffer: this node does not know, and must not learn it.
//!
//! What leaves an index before the epoch ends was withdrawn, restricted or forgotten. The recipient of the index is
//! told by handle, among random ones, and says in one form that it heard. Until then it is told again.

use std::collections::BTreeMap;

use basisnet_policy::{Fact, Released};
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{ContextHash, Handle};
use basisnet_protocol::message::{Recall, RecallKind};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use rand_core::{OsRng, RngCore};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::records::{HandleRecord, Publication};
use super::{PublicationError, Publications};
use crate::audit::Event;
use crate::service::matching::{Fault, Known};
use crate::store::{Change, CommitError, Expect, Key, Record, Recorded, RetentionClass};

/// Read so many at a time: one may hold thousands of handles.
const PAGE: usize = 64;

/// A recall whose receipt did not come yet.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PendingRecall {
    peer: Oin,
    recall: Recall,
}

impl Record for PendingRecall {
    const COLLECTION: &'static str = "pending-recall";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// A recall that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRecall {
    /// To whom.
    pub peer: Oin,
    key: Key,
}

impl Publications {
    /// The recalls that were not acknowledged yet, by member, without the members that are to be left alone for a while.
    /// What nobody can hold any more is given up, and the log says so.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn recalls_due(&self) -> Result<BTreeMap<Oin, Vec<DueRecall>>, PublicationError> {
        let now = self.shared.clock.now();
        let mut due: BTreeMap<Oin, Vec<DueRecall>> = BTreeMap::new();
        let mut after = None;
        loop {
            let store = &self.shared.store;
            let page = store.page::<PendingRecall>(after.as_ref(), PAGE)?;
            let full = page.len() == PAGE;
            after = page.last().map(|(key, _)| key.clone());
            let mut change = Change::new();
            for (key, kept) in page {
                let PendingRecall { peer, recall } = kept.value;
                if self.is_held(&recall.ctx, now)? {
                    // Who took the place of the recipient took over what it held.
                    let peer = self.shared.around.heir(peer)?.unwrap_or(peer);
                    due.entry(peer).or_default().push(DueRecall { peer, key });
                    continue;
                }
                let event = Event::RecallGivenUp {
                    peer,
                    ctx: recall.ctx,
                    count: count(&recall),
                };
                change = change.delete::<PendingRecall>(key).audit(event);
            }
            if !change.is_empty() {
                store.commit(change).await?;
            }
            if !full {
                break;
            }
        }
        due.retain(|peer, _| !self.patience.leaves_alone(*peer, now));
        Ok(due)
    }

    /// Whether the recipient may still hold treffers of a context.
    fn is_held(&self, ctx: &ContextHash, now: Timestamp) -> Result<bool, PublicationError> {
        let publication = self.shared.store.get::<Publication>(*ctx)?;
        Ok(publication.is_some_and(|kept| now < kept.value.epoch.held_until()))
    }

    /// Records that a recall goes out, and hands it over.
    ///
    /// # Errors
    /// When it was acknowledged meanwhile, or cannot be recorded.
    pub async fn recall(
        &self,
        due: &DueRecall,
    ) -> Result<Recorded<Released<Recall>>, PublicationError> {
        let kept = self
            .shared
            .store
            .get::<PendingRecall>(&due.key)?
            .ok_or(Fault::Damaged)?
            .value;
        let event = Event::RecallSent {
            peer: kept.peer,
            ctx: kept.recall.ctx,
            count: count(&kept.recall),
        };
        let released = Released::take_back(kept.recall);
        Ok(self
            .shared
            .store
            .commit_release(Change::new().audit(event), released)
            .await?)
    }

    /// The recipient heard it.
    ///
    /// # Errors
    /// When that cannot be written.
    pub async fn recalled(&self, due: DueRecall) -> Result<(), PublicationError> {
        self.patience.succeeded(due.peer);
        let change = Change::new().delete::<PendingRecall>(due.key);
        self.shared.store.commit(change).await?;
        Ok(())
    }

    /// Goes up when there is something to take back, or somebody is back to whom it can be told.
    #[must_use]
    pub fn recalls(&self) -> watch::Receiver<u64> {
        self.recalls.follow()
    }

    /// Goes up when something was taken back from an index that runs, so that the next one is due.
    #[must_use]
    pub fn narrowings(&self) -> watch::Receiver<u64> {
        self.narrowings.follow()
    }
}

/// An entry of an earlier index of a context.
pub(super) struct Earlier {
    pub(super) handle: Handle,
    pub(super) record: HandleRecord,
}

/// Adds to the change what takes back these handles.
pub(super) fn take_back<'a>(
    mut change: Change,
    ctx: ContextHash,
    seq: u32,
    peer: Oin,
    gone: impl Iterator<Item = (Handle, Option<&'a Known>)>,
) -> Result<Change, CommitError> {
    let (mut withdrawn, mut restricted) = (Vec::new(), Vec::new());
    for (handle, known) in gone {
        match known {
            Some(known) if known.facts.restricted == Fact::Yes => restricted.push(handle),
            Some(_) | None => withdrawn.push(handle),
        }
    }
    let kinds = [
        (RecallKind::Withdrawn, withdrawn, 0_u8),
        (RecallKind::Restricted, restricted, 1),
    ];
    for (kind, handles, number) in kinds {
        if handles.is_empty() {
            continue;
        }
        let recall = Recall {
            v: 1,
            ctx,
            handles: padded(handles),
            kind,
        };
        // After its last index a context may be taken back from more than once.
        let mut apart = [0; 8];
        OsRng.fill_bytes(&mut apart);
        let key = Key::joined(&[ctx.as_ref(), &seq.to_be_bytes(), &[number], &apart]);
        change = change.put(key, &PendingRecall { peer, recall }, Expect::Any)?;
    }
    Ok(change)
}

fn count(recall: &Recall) -> u32 {
    u32::try_from(recall.handles.len()).unwrap_or(u32::MAX)
}

/// Fills up with random handles to the next power of two, and sorts, so that the real ones do not stand out.
fn padded(mut handles: Vec<Handle>) -> Vec<Handle> {
    let size = handles.len().next_power_of_two().max(2);
    while handles.len() < size {
        let mut random = [0; 8];
        OsRng.fill_bytes(&mut random);
        handles.push(Octets(random));
    }
    handles.sort_unstable();
    handles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::service::matching::testing::{start, two};

    #[tokio::test]
    async fn every_recall_that_waits_is_found_however_many_there_are() {
        let clock = Clock::wound(start());
        let (one, other) = two(&clock);
        one.knows(0..3);
        other.knows(0..3);
        let ctx = one.sweeps_all_of(&other).await;
        let many = 150;
        for seq in 0..many {
            let gone = [(Octets([3; 8]), None)].into_iter();
            let change = take_back(Change::new(), ctx, seq, one.me, gone).unwrap();
            other.shared.store.commit(change).await.unwrap();
        }
        assert_eq!(other.recalls().await.len(), many as usize);
    }
}
