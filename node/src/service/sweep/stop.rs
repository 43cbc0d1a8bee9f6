// SPDX-License-Identifier: EUPL-1.2
//! Ends what cannot or need not go on: a sweep that may no longer be sent, and values past their term.

use std::collections::BTreeSet;

use basisnet_policy::Fact;
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{ContextHash, MAX_BATCH};
use basisnet_protocol::octets::Octets;

use super::records::{Asking, HeldValues, SweepKind, SweepMember, SweepRecord};
use super::{SweepFault, SweepId, Sweeps};
use crate::service::restored::Restored;
use crate::store::{Change, Expect, Key, StoreError};

const PAGE: usize = 500;

impl SweepRecord {
    /// The members of which the question was answered; all of them, unless the sweep was stopped halfway.
    pub(in crate::service) fn answered_members(&self) -> Vec<&SweepMember> {
        let slots = usize::from(self.answered).saturating_mul(MAX_BATCH);
        let asked: BTreeSet<usize> = self
            .order
            .iter()
            .take(slots)
            .map(|place| *place as usize)
            .collect();
        let numbered = self.members.iter().enumerate();
        numbered
            .filter(|(place, _)| asked.contains(place))
            .map(|(_, member)| member)
            .collect()
    }

    /// Whether anything is left to send.
    pub(in crate::service) const fn is_done(&self) -> bool {
        self.stopped || self.answered >= self.batches
    }
}

impl Sweeps {
    /// Ends a sweep in which somebody stands who may no longer be asked about. What was not sent goes with later
    /// batches; when nothing was sent, the sweep is planned anew.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub async fn stop(&self, ctx: ContextHash, sweep: SweepId) -> Result<(), SweepFault> {
        let record = self.sweep_record(&ctx, &sweep)?;
        let asking = self
            .shared
            .store
            .get::<Asking>(ctx)?
            .ok_or(crate::service::matching::Fault::Damaged)?;
        let key = SweepRecord::key(&ctx, &sweep);
        let full = record.value.kind == SweepKind::Full;
        let mut change = Change::new();
        if record.value.answered == 0 && full {
            let anew = Asking {
                full: None,
                ..asking.value
            };
            change = change.delete::<SweepRecord>(key).put(
                ctx,
                &anew,
                Expect::Version(asking.version),
            )?;
        } else {
            let stopped = SweepRecord {
                stopped: true,
                ..record.value
            };
            change = change.put(key, &stopped, Expect::Version(record.version))?;
            if full {
                let swept = Asking {
                    swept: Some(self.shared.clock.now()),
                    ..asking.value
                };
                change = change.put(ctx, &swept, Expect::Version(asking.version))?;
            }
        }
        self.shared.store.commit(change).await?;
        Ok(())
    }

    /// The members that were asked all there was to ask, at least once.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn swept_with(&self) -> Result<BTreeSet<Oin>, StoreError> {
        let (mut swept, mut after) = (BTreeSet::new(), None);
        loop {
            let page = self.shared.store.page::<Asking>(after.as_ref(), PAGE)?;
            let asked = page.iter().map(|(_, kept)| &kept.value);
            swept.extend(asked.filter(|one| one.swept.is_some()).map(|one| one.peer));
            match page.last() {
                Some((key, _)) => after = Some(key.clone()),
                None => return Ok(swept),
            }
        }
    }

    /// The contexts whose values and treffers are past their term: seven days after the epoch at the latest, or when
    /// the pair no longer exchanges.
    pub(in crate::service) fn past(&self) -> Result<Vec<(ContextHash, Asking)>, SweepFault> {
        let now = self.shared.clock.now();
        let open = self.shared.pairs()?;
        let restored = Restored::last(&self.shared.store)?;
        // What was found before the node went back to a backup may have been taken back after that backup.
        let of_before = |asking: &Asking| {
            restored.is_some_and(|at| asking.since.is_none_or(|since| since < at))
        };
        // The treffers of a version that was followed by the next stay until their term is over.
        let goes_on = |asking: &Asking| {
            let mut with_peer = open
                .iter()
                .filter(|pair| pair.peer == asking.peer && pair.open == Fact::Yes);
            with_peer.any(|pair| pair.content().group_id == asking.manifest.group_id)
        };
        let (mut past, mut after) = (Vec::new(), None);
        loop {
            let page = self.shared.store.page::<Asking>(after.as_ref(), PAGE)?;
            let full = page.len() == PAGE;
            for (key, kept) in page {
                let asking = &kept.value;
                let past_its_term = now >= asking.epoch.held_until();
                let over = past_its_term || of_before(asking) || !goes_on(asking);
                if let Some(ctx) =
                    Octets::from_slice(key.as_bytes()).filter(|_| over && !kept.value.forgotten)
                {
                    past.push((ctx, kept.value));
                }
                after = Some(key);
            }
            if !full {
                return Ok(past);
            }
        }
    }

    /// Adds to a change what forgets the values of a context. That it was asked stays, for the audit.
    pub(in crate::service) fn forget_values(
        &self,
        mut change: Change,
        ctx: ContextHash,
        asking: &Asking,
    ) -> Result<Change, SweepFault> {
        // A context has one sweep of at most 16 batches, and 27 of one.
        for (key, _) in self
            .shared
            .store
            .page_under::<HeldValues>(&Key::from(ctx), None, PAGE)?
        {
            change = change.delete::<HeldValues>(key);
        }
        let forgotten = Asking {
            index: None,
            swept: None,
            forgotten: true,
            ..asking.clone()
        };
        Ok(change.put(ctx, &forgotten, Expect::Any)?)
    }
}
