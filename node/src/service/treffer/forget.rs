// SPDX-License-Identifier: EUPL-1.2
//! Forgets what was learned in a context that is over.

use super::records::{PeerIndex, Recalled};
use super::{Treffer, TrefferFault, Treffers};
use crate::service::sweep::{SweepFault, Sweeps};
use crate::store::Change;

impl Treffers {
    /// Forgets the values, indexes and treffers of every context that is over: past its term, or of a pair that no
    /// longer exchanges. What was used in a case stays there.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub async fn forget_past(&self, sweeps: &Sweeps) -> Result<(), TrefferFault> {
        for (ctx, asking) in sweeps.past().map_err(own)? {
            let change = Change::new()
                .delete::<PeerIndex>(ctx)
                .delete::<Recalled>(ctx);
            let mut change = sweeps.forget_values(change, ctx, &asking).map_err(own)?;
            for (key, kept) in self.of_source(asking.peer, &asking.manifest.group_id)? {
                if kept.value.ctx == ctx {
                    change = change.delete::<Treffer>(key);
                }
            }
            self.shared.store.commit(change).await?;
        }
        Ok(())
    }
}

/// Forgetting reads and writes; nothing else can go wrong with it.
fn own(fault: SweepFault) -> TrefferFault {
    match fault {
        SweepFault::Fault(fault) => fault.into(),
        SweepFault::Manifest(_)
        | SweepFault::ForeignKey
        | SweepFault::OtherQuestion
        | SweepFault::Proof(_)
        | SweepFault::NoLongerAllowed
        | SweepFault::UnderWay
        | SweepFault::Spent => crate::service::matching::Fault::Damaged.into(),
    }
}
