// SPDX-License-Identifier: EUPL-1.2
//! A source takes back what it published. The answer has one form, whether or not there was a treffer.

use std::collections::BTreeSet;

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{Recall, RecallKind, RecallReceipt};
use basisnet_protocol::octets::Octets;

use super::records::Recalled;
use super::{TrefferFault, Treffers};
use crate::audit::{Event, Hash};
use crate::service::inzage::TakenBack;
use crate::service::matching::Fault;
use crate::service::notice;
use crate::service::sweep::Asking;
use crate::store::{Change, Expect};

/// A handle with the tag of its entry is kept by one treffer at most.
const MOST: usize = 16_384;

/// Why a recall was not taken.
#[derive(Debug, thiserror::Error)]
pub enum RecallRefused {
    /// A form that this version of the program does not know; what it would take back is not clear.
    #[error("a recall of an unknown version")]
    UnknownVersion,
    /// The member sends recalls without end.
    #[error("this member repeats itself too often")]
    TooOften,
    /// It could not be carried out.
    #[error(transparent)]
    Fault(#[from] TrefferFault),
}

impl<E: Into<Fault>> From<E> for RecallRefused {
    fn from(error: E) -> Self {
        Self::Fault(TrefferFault::Fault(error.into()))
    }
}

impl Treffers {
    /// Forgets the treffers that a source takes back, with the answers that rest on them, and acknowledges that in the
    /// one form there is.
    ///
    /// A context of somebody else is acknowledged too, and nothing is forgotten for it.
    ///
    /// # Errors
    /// When it is of an unknown version, comes too often, or cannot be carried out.
    pub async fn recalled(
        &self,
        peer: Oin,
        recall: &Recall,
        hash: Hash,
    ) -> Result<RecallReceipt, RecallRefused> {
        if recall.v != 1 {
            return Err(RecallRefused::UnknownVersion);
        }
        if !self.shared.pace.allows(peer) {
            return Err(RecallRefused::TooOften);
        }
        let receipt = RecallReceipt {
            v: 1,
            req_hash: hash,
        };
        let asking = self.shared.store.get::<Asking>(recall.ctx)?;
        let before = self.shared.around.before(peer)?;
        let is_source = |source: Oin| source == peer || before.contains(&source);
        let Some(asking) = asking.filter(|asking| is_source(asking.value.peer)) else {
            return Ok(receipt);
        };
        let _keeping = self.keeping.lock().await;
        let mut treffers = Vec::new();
        let handles: BTreeSet<Octets<8>> = recall.handles.iter().take(MOST).copied().collect();
        let mut change = Change::new();
        if recall.kind != RecallKind::Corrected {
            let seq = asking.value.index.map_or(0, |held| held.seq);
            let before = self.shared.store.get::<Recalled>(recall.ctx)?;
            let before = before.map(|kept| kept.value).unwrap_or_default();
            let recalled = before.with(&handles, seq);
            let recalled = recalled.ok_or(RecallRefused::TooOften)?;
            change = change.put(recall.ctx, &recalled, Expect::Any)?;
        }
        let source = asking.value.peer;
        for (key, kept) in self.of_source(source, &asking.value.manifest.group_id)? {
            let treffer = kept.value;
            let taken_back = treffer.ctx == recall.ctx && handles.contains(&treffer.handle);
            if !taken_back {
                continue;
            }
            treffers.push((treffer.aanbieder, treffer.group_id.clone()));
            // What was corrected still stands; the next index says how.
            if recall.kind != RecallKind::Corrected {
                change = change.delete::<super::Treffer>(key);
                change = notice::take_back(&self.shared.store, change, treffer.aanbieder, source)?;
            }
        }
        let taken_back = TakenBack {
            peer: source,
            recall,
            treffers,
            now: self.shared.clock.now(),
        };
        change = taken_back.withdraw(&self.shared.store, change)?;
        let event = Event::RecallReceived {
            peer,
            ctx: recall.ctx,
            count: u32::try_from(recall.handles.len()).unwrap_or(u32::MAX),
        };
        self.shared.store.commit(change.audit(event)).await?;
        Ok(receipt)
    }
}
