// SPDX-License-Identifier: EUPL-1.2
//! Takes back what was published, without telling who had a treffer: this node does not know, and must not learn it.
//!
//! What leaves an index before the epoch ends was withdrawn, restricted or forgotten. The recipient of the index is
//! told by handle, among random ones, and says in one form that it heard. Until then it is told again.

use basisnet_policy::{Fact, Released};
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{ContextHash, Handle};
use basisnet_protocol::message::{Recall, RecallKind};
use basisnet_protocol::octets::Octets;
use rand_core::{OsRng, RngCore};
use serde::{Deserialize, Serialize};

use super::records::HandleRecord;
use super::{PublicationError, Publications};
use crate::audit::{Event, Hash};
use crate::service::matching::{Fault, Known};
use crate::store::{Change, CommitError, Expect, Key, Record, Recorded, RetentionClass};

/// At most so many in one go; the rest follows the next time.
const AT_A_TIME: usize = 100;

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
    /// The recalls that were not acknowledged yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn recalls_due(&self) -> Result<Vec<DueRecall>, PublicationError> {
        let pending = self.shared.store.page::<PendingRecall>(None, AT_A_TIME)?;
        let due = pending.into_iter().map(|(key, kept)| DueRecall {
            peer: kept.value.peer,
            key,
        });
        Ok(due.collect())
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
            count: u32::try_from(kept.recall.handles.len()).unwrap_or(u32::MAX),
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
        let change = Change::new().delete::<PendingRecall>(due.key);
        self.shared.store.commit(change).await?;
        Ok(())
    }

    /// Whether an aanbieder in the newest index of a context may no longer be in it.
    pub(super) fn is_narrowed(
        &self,
        ctx: &ContextHash,
        seq: u32,
        peer: Oin,
        convenant: &Hash,
    ) -> bool {
        self.narrowed(ctx, seq, peer, convenant)
            .unwrap_or_else(|error| {
                tracing::warn!(%peer, %error, "whether an index is still right is not known");
                false
            })
    }

    fn narrowed(
        &self,
        ctx: &ContextHash,
        seq: u32,
        peer: Oin,
        convenant: &Hash,
    ) -> Result<bool, PublicationError> {
        let Some(pair) = self.shared.pair(peer, convenant)? else {
            return Ok(false);
        };
        let mut selection = self.shared.select(&pair, peer, self.shared.me)?;
        let register = self.shared.around.register(&pair.content().namespaces)?;
        let mut listed = self.earlier_entries(ctx)?;
        listed.retain(|_, record| record.record.seq == seq);
        for known in register {
            if listed.contains_key(&known.id) {
                let (id, facts) = (known.id, known.facts.clone());
                if !selection.consider(known, facts).is_permitted() {
                    return Ok(true);
                }
                listed.remove(&id);
            }
        }
        // What is left was published, and is not in the register any more.
        Ok(!listed.is_empty())
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
        let key = Key::joined(&[ctx.as_ref(), &seq.to_be_bytes(), &[number]]);
        change = change.put(key, &PendingRecall { peer, recall }, Expect::Any)?;
    }
    Ok(change)
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
