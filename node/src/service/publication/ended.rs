// SPDX-License-Identifier: EUPL-1.2
//! Takes back from contexts in which nothing is published any more: the epoch is over, or the convenant was followed
//! by another. Until its term ends the recipient may still hold treffers of them, and no next index corrects those.

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
    /// Makes recalls of what was withdrawn, restricted or forgotten since, for every context that has ended and may
    /// still be held.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn take_back_ended(&self) -> Result<(), PublicationError> {
        let ended = self.ended()?;
        if ended.is_empty() {
            return Ok(());
        }
        let every = BTreeSet::from([Namespace::Kvk, Namespace::Agb, Namespace::Vst]);
        let register = self.shared.around.register(&every)?;
        let _one_at_a_time = self.publishing.lock().await;
        for (ctx, publication) in ended {
            self.take_back_of(ctx, &publication, &register).await?;
        }
        Ok(())
    }

    /// The contexts in which is published no more, and that the recipient may still hold.
    fn ended(&self) -> Result<Vec<(ContextHash, Publication)>, PublicationError> {
        let now = self.shared.clock.now();
        let pairs = self.shared.pairs()?;
        let goes_on = |publication: &Publication| {
            let manifest = &publication.manifest;
            let same = |pair: &Pair| {
                pair.peer == publication.peer && pair.convenant.hash() == manifest.convenant_hash
            };
            now < manifest.valid_to && pairs.iter().any(same)
        };
        let (mut ended, mut after) = (Vec::new(), None);
        loop {
            let store = &self.shared.store;
            let page = store.page::<Publication>(after.as_ref(), PAGE)?;
            let full = page.len() == PAGE;
            for (key, kept) in page {
                let publication = kept.value;
                let held = publication.seq > 0 && now < publication.epoch.held_until();
                if let Some(ctx) = Octets::from_slice(key.as_bytes())
                    && held
                    && !goes_on(&publication)
                {
                    ended.push((ctx, publication));
                }
                after = Some(key);
            }
            if !full {
                return Ok(ended);
            }
        }
    }

    async fn take_back_of(
        &self,
        ctx: ContextHash,
        publication: &Publication,
        register: &[Known],
    ) -> Result<(), PublicationError> {
        let may = self.may_still_count(publication, register)?;
        let gone = self.outdated(&ctx, publication, &may)?;
        if gone.is_empty() {
            return Ok(());
        }
        let known = |id| register.iter().find(|known| known.id == id);
        let handles = gone.iter().map(|(id, entry)| (entry.handle, known(*id)));
        let mut change = take_back(
            Change::new(),
            ctx,
            publication.seq,
            publication.peer,
            handles,
        )?;
        for (id, entry) in gone {
            let record = HandleRecord {
                aanbieder: id,
                since: entry.record.since,
                seq: IN_NONE,
            };
            let key = HandleRecord::key(&ctx, &entry.handle);
            change = change.put(key, &record, Expect::Any)?;
        }
        self.shared.store.commit(change).await?;
        Ok(())
    }

    /// Judged by the convenant that the group has now; where there is none, or it is closed, by the aanbieder alone.
    fn may_still_count(
        &self,
        publication: &Publication,
        register: &[Known],
    ) -> Result<Discoverable, PublicationError> {
        let group = &publication.manifest.group_id;
        let Some(pair) = self.shared.pair_in(publication.peer, group)? else {
            return Ok(self.unhindered(register));
        };
        match self.discoverable(&pair, register) {
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
