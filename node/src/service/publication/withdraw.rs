// SPDX-License-Identifier: EUPL-1.2
//! Takes back what was published, in every context of which the recipient may still hold treffers: those that run, and
//! those of an epoch that is over or a convenant that was followed by another, which no next index corrects.
//!
//! This comes before the next index: a recall is a few handles, an index takes its time.

use std::collections::BTreeSet;

use basisnet_protocol::matching::{ContextHash, Namespace};
use basisnet_protocol::octets::Octets;

use super::narrow::Discoverable;
use super::recall::take_back;
use super::records::{HandleRecord, Publication};
use super::{PublicationError, Publications};
use crate::service::matching::{Fault, Known, Pair};
use crate::store::{Change, Expect};

const PAGE: usize = 200;

/// The number in the record of a handle that stands in no index that counts.
const IN_NONE: u32 = 0;

impl Publications {
    /// Makes recalls of what was withdrawn, restricted or forgotten since, for every context of which the recipient may
    /// still hold something. The next index of a context that runs is then due at once.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn take_back(&self) -> Result<(), PublicationError> {
        let held = self.held()?;
        if held.is_empty() {
            return Ok(());
        }
        let every = BTreeSet::from([Namespace::Kvk, Namespace::Agb, Namespace::Vst]);
        let register = self.shared.around.register(&every)?;
        let pairs = self.shared.pairs()?;
        let _one_at_a_time = self.publishing.lock().await;
        for (ctx, publication) in held {
            self.take_back_of(ctx, &publication, &register, &pairs)
                .await?;
        }
        Ok(())
    }

    /// The contexts in which was published, and of which the recipient may still hold treffers.
    fn held(&self) -> Result<Vec<(ContextHash, Publication)>, PublicationError> {
        let now = self.shared.clock.now();
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let store = &self.shared.store;
            let page = store.page::<Publication>(after.as_ref(), PAGE)?;
            let full = page.len() == PAGE;
            for (key, kept) in page {
                let publication = kept.value;
                let held = publication.seq > 0 && now < publication.epoch.held_until();
                if let Some(ctx) = Octets::from_slice(key.as_bytes())
                    && held
                {
                    all.push((ctx, publication));
                }
                after = Some(key);
            }
            if !full {
                return Ok(all);
            }
        }
    }

    async fn take_back_of(
        &self,
        ctx: ContextHash,
        publication: &Publication,
        register: &[Known],
        pairs: &[Pair],
    ) -> Result<(), PublicationError> {
        let may = self.may_still_count(publication, register, pairs)?;
        let gone = self.outdated(&ctx, publication, &may)?;
        if gone.is_empty() {
            return Ok(());
        }
        let known = |id| register.iter().find(|known| known.id == id);
        let handles = gone.iter().map(|(id, entry)| (entry.handle, known(*id)));
        let (seq, peer) = (publication.seq, publication.peer);
        let mut change = take_back(Change::new(), ctx, seq, peer, handles)?;
        for (id, entry) in gone {
            let record = HandleRecord {
                aanbieder: id,
                since: entry.record.since,
                seq: IN_NONE,
            };
            let key = HandleRecord::key(&ctx, &entry.handle);
            change = change.put(key, &record, Expect::Any)?;
        }
        let _counting = self.counting.lock().await;
        let kept = self.shared.store.get::<Publication>(ctx)?;
        let kept = kept
            .filter(|kept| kept.value.seq == seq)
            .ok_or(Fault::Damaged)?;
        let narrowed = Publication {
            narrowed: true,
            ..kept.value
        };
        let change = change.put(ctx, &narrowed, Expect::Version(kept.version))?;
        self.shared.store.commit(change).await?;
        self.recalls.note();
        self.narrowings.note();
        Ok(())
    }

    /// Judged by the convenant that the group has now; where there is none, or it is closed, by the aanbieder alone. Of a
    /// purpose that was put out of force nothing counts any more: who received it may not go on using it.
    fn may_still_count(
        &self,
        publication: &Publication,
        register: &[Known],
        pairs: &[Pair],
    ) -> Result<Discoverable, PublicationError> {
        if self.is_out_of_force(publication)? {
            return Ok(Discoverable::none());
        }
        let (group, peer) = (&publication.manifest.group_id, publication.peer);
        let same = |pair: &&Pair| pair.peer == peer && pair.content().group_id == *group;
        let Some(pair) = pairs.iter().find(same) else {
            return Ok(self.unhindered(register));
        };
        match self.discoverable(pair, register) {
            Ok(may) => Ok(may),
            Err(Fault::Refused(_) | Fault::NotAgreed) => Ok(self.unhindered(register)),
            Err(
                fault @ (Fault::Store(_)
                | Fault::Commit(_)
                | Fault::Group(_)
                | Fault::Encode(_)
                | Fault::Damaged
                | Fault::Stopped),
            ) => Err(fault.into()),
        }
    }
}
