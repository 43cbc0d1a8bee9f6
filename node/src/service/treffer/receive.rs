// SPDX-License-Identifier: EUPL-1.2
//! Takes an index of a source, or does not, and looks up everything that was asked about.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::envelope::message_hash;
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{Bucket, ContextHash, Label, OpenIndex, tag_of};
use basisnet_protocol::message::{Index, IndexRequest};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;

use super::records::{PeerIndex, Recalled, Treffer};
use super::{TrefferFault, Treffers};
use crate::audit::{Event, Hash, Id, Incident};
use crate::service::alarm::{self, Cause};
use crate::service::matching::{Fault, Pair, off_thread};
use crate::service::notice;
use crate::service::sweep::{Asking, HeldIndex, HeldValues};
use crate::store::{Change, Expect, Key, Stored};

const PAGE: usize = 500;

/// Why an index was not taken. What is wrong with the index itself is in the log.
#[derive(Debug, thiserror::Error)]
pub enum IndexRefused {
    /// Nothing is asked of this member in this context.
    #[error("nothing is asked in this context")]
    NotAsked,
    /// Before the terms of this context begin, or after they have ended.
    #[error("outside the validity of the manifest")]
    OutOfTime,
    /// The member sends indexes that are refused, without end.
    #[error("this member repeats itself too often")]
    TooOften,
    /// A number that was used before, for another index.
    #[error("the number of the index was used before")]
    RepeatedSequence,
    /// It does not follow on the index that is held.
    #[error("the index does not follow on the one before")]
    BrokenChain,
    /// Its form or root does not hold.
    #[error("the entries do not match the signed root")]
    WrongRoot,
    /// It could not be kept or looked up in.
    #[error(transparent)]
    Fault(#[from] TrefferFault),
}

impl<E: Into<Fault>> From<E> for IndexRefused {
    fn from(error: E) -> Self {
        Self::Fault(TrefferFault::Fault(error.into()))
    }
}

/// What was found: the label and tag by aanbieder.
type Found = BTreeMap<Id, (Octets<8>, Label)>;

impl Treffers {
    /// Takes a new index and looks up the own aanbieders in it. The answer says which index is now held.
    ///
    /// The same index again changes nothing, nor does the one before it that was on its way longer. An index that repeats a number, breaks the chain or does not match its
    /// root is refused and logged.
    ///
    /// # Errors
    /// When it is refused, or cannot be kept.
    pub async fn accept_index(
        &self,
        peer: Oin,
        index: &Index,
    ) -> Result<IndexRequest, IndexRefused> {
        let hash = message_hash(index).map_err(Fault::from)?;
        let kept = self.shared.store.get::<Asking>(index.ctx)?;
        let asking = kept
            .filter(|asking| asking.value.peer == peer && !asking.value.forgotten)
            .ok_or(IndexRefused::NotAsked)?;
        match asking.value.index {
            Some(held) if held.hash == hash || held.overtook(index.seq, hash) => {
                return Ok(holding(index.ctx, held.seq));
            }
            Some(_) | None => {}
        }
        self.judge_index(peer, &asking.value, index).await?;
        let received = self.shared.clock.now();
        let held = HeldIndex {
            seq: index.seq,
            hash,
            before: index.prev_index_hash,
            received,
        };
        let record = PeerIndex {
            seq: index.seq,
            entries: index.entries.clone(),
            merkle_root: index.merkle_root,
        };
        let event = Event::IndexReceived {
            peer,
            ctx: index.ctx,
            seq: index.seq,
            root: index.merkle_root,
        };
        let asking_now = Asking {
            index: Some(held),
            ..asking.value
        };
        let change = Change::new()
            .put(index.ctx, &asking_now, Expect::Version(asking.version))?
            .put(index.ctx, &record, Expect::Any)?
            .audit(event);
        self.shared.store.commit(change).await?;
        self.refresh(index.ctx).await?;
        Ok(holding(index.ctx, index.seq))
    }

    /// What is wrong with an index is written down before it is refused.
    async fn judge_index(
        &self,
        peer: Oin,
        asking: &Asking,
        index: &Index,
    ) -> Result<(), IndexRefused> {
        let (now, manifest) = (self.shared.clock.now(), &asking.manifest);
        if now < manifest.valid_from || now >= manifest.valid_to {
            self.refuse(peer, index, Incident::OutOfTime).await?;
            return Err(IndexRefused::OutOfTime);
        }
        if let Err((refused, incident)) = follows(asking.index, index) {
            self.refuse(peer, index, incident).await?;
            return Err(refused);
        }
        if open(
            index.ctx,
            asking,
            index.seq,
            &index.entries,
            &index.merkle_root,
        )
        .is_err()
            || index.v != 1
        {
            self.refuse(peer, index, Incident::WrongRoot).await?;
            return Err(IndexRefused::WrongRoot);
        }
        Ok(())
    }

    /// Looks up everything that was asked about in the newest index of a context.
    ///
    /// # Errors
    /// When what is kept cannot be read or written.
    pub async fn refresh(&self, ctx: ContextHash) -> Result<(), TrefferFault> {
        let asking = self
            .shared
            .store
            .get::<Asking>(ctx)?
            .ok_or(Fault::Damaged)?
            .value;
        let Some(kept) = self.shared.store.get::<PeerIndex>(ctx)? else {
            return Ok(());
        };
        // Before the sweep is done nothing was asked to the end, and what is missing is no sign of anything.
        if asking.swept.is_none() {
            return Ok(());
        }
        let Some(pair) = self
            .shared
            .pair(asking.peer, &asking.manifest.convenant_hash)?
        else {
            return Ok(());
        };
        if self.is_overtaken(&pair, &asking)? {
            return Ok(());
        }
        let index = kept.value;
        let open = open(ctx, &asking, index.seq, &index.entries, &index.merkle_root)
            .map_err(|_| Fault::Damaged)?;
        let values = self.values(&ctx)?;
        let of: BTreeSet<Id> = ids(&values).collect();
        let mut found = off_thread(move || look_up(&open, &ctx, index.seq, &values)).await??;
        if let Some(recalled) = self.shared.store.get::<Recalled>(ctx)? {
            let recalled = recalled.value.in_index(index.seq);
            found.retain(|_, (_, label)| !recalled.contains(&label.handle));
        }
        let count = found.len();
        self.keep(ctx, &asking, index.seq, found).await?;
        self.notice_many(ctx, &asking, count, of.len()).await
    }

    /// Whether a later epoch has been swept and answered, so that this one no longer counts.
    fn is_overtaken(&self, pair: &Pair, asking: &Asking) -> Result<bool, TrefferFault> {
        let next = self.shared.asking(pair, asking.epoch.next())?;
        Ok(next.is_some_and(|(_, next)| next.swept.is_some() && next.index.is_some()))
    }

    pub(super) fn values(&self, ctx: &ContextHash) -> Result<Vec<HeldValues>, TrefferFault> {
        let prefix = Key::from(ctx);
        let (mut values, mut after) = (Vec::new(), None);
        loop {
            let page = self
                .shared
                .store
                .page_under::<HeldValues>(&prefix, after.as_ref(), PAGE)?;
            let full = page.len() == PAGE;
            for (key, kept) in page {
                values.push(kept.value);
                after = Some(key);
            }
            if !full {
                return Ok(values);
            }
        }
    }

    /// Replaces the treffers of a source by those found now.
    async fn keep(
        &self,
        ctx: ContextHash,
        asking: &Asking,
        seq: u32,
        mut found: Found,
    ) -> Result<(), TrefferFault> {
        let _keeping = self.keeping.lock().await;
        let now = self.shared.clock.now();
        let group = &asking.manifest.group_id;
        let store = &self.shared.store;
        let mut change = Change::new();
        for (key, kept) in self.of_source(asking.peer, group)? {
            let earlier = kept.value;
            match found.remove(&earlier.aanbieder) {
                Some(hit) => {
                    let treffer = treffer(
                        ctx,
                        asking,
                        seq,
                        earlier.aanbieder,
                        &hit,
                        earlier.first_seen,
                        now,
                    );
                    change = change.put(key, &treffer, Expect::Any)?;
                }
                None => {
                    change = change.delete::<Treffer>(key);
                    change = notice::take_back(store, change, earlier.aanbieder, asking.peer)?;
                }
            }
        }
        for (aanbieder, hit) in found {
            let treffer = treffer(ctx, asking, seq, aanbieder, &hit, now, now);
            change = change.put(
                Treffer::key(&aanbieder, asking.peer, group),
                &treffer,
                Expect::Any,
            )?;
            let fresh = notice::Fresh {
                aanbieder,
                peer: asking.peer,
                group_id: group,
                samenloop: self.reached(aanbieder, asking.peer)?,
            };
            change = notice::raise(store, change, now, fresh)?;
        }
        if !change.is_empty() {
            self.shared.store.commit(change).await?;
        }
        Ok(())
    }

    /// How many organisations are involved with a new treffer at this member, if that is from now on as many as are
    /// pointed out.
    fn reached(&self, aanbieder: Id, peer: Oin) -> Result<Option<(u32, u32)>, TrefferFault> {
        let held = self.held_on(aanbieder)?;
        let mut peers: BTreeSet<Oin> = held.into_iter().map(|(peer, _)| peer).collect();
        // What is asked about is what the own organisation is involved with.
        let before = peers.len().saturating_add(1);
        peers.insert(peer);
        let (after, from) = (peers.len().saturating_add(1), self.samenloop_from);
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Ok((before < from && after >= from).then(|| (number(after), number(from))))
    }

    pub(in crate::service) fn of_source(
        &self,
        peer: Oin,
        group_id: &str,
    ) -> Result<Vec<(Key, Stored<Treffer>)>, TrefferFault> {
        let term = Treffer::source_term(peer, group_id);
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.shared.store.by_index::<Treffer>(
                Treffer::BY_SOURCE,
                &term,
                after.as_ref(),
                PAGE,
            )?;
            let full = page.len() == PAGE;
            after = page.last().map(|(key, _)| key.clone());
            all.extend(page);
            if !full {
                return Ok(all);
            }
        }
    }

    async fn refuse(
        &self,
        peer: Oin,
        index: &Index,
        incident: Incident,
    ) -> Result<(), IndexRefused> {
        if !self.shared.pace.allows(peer) {
            return Err(IndexRefused::TooOften);
        }
        let event = Event::IndexRefused {
            peer,
            ctx: index.ctx,
            seq: index.seq,
            incident,
        };
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let cause = Cause::Protocol { incident };
        let change = alarm::raise(store, Change::new().audit(event), now, peer, cause)?;
        store.commit(change).await?;
        Ok(())
    }
}

/// The number rises, and the next one names the hash of the one before.
fn follows(held: Option<HeldIndex>, index: &Index) -> Result<(), (IndexRefused, Incident)> {
    let broken = (IndexRefused::BrokenChain, Incident::SplitView);
    match held {
        _ if index.seq == 0 => Err((IndexRefused::RepeatedSequence, Incident::RepeatedSequence)),
        Some(held) if index.seq <= held.seq => {
            Err((IndexRefused::RepeatedSequence, Incident::RepeatedSequence))
        }
        Some(held) if index.seq == held.seq + 1 && index.prev_index_hash != Some(held.hash) => {
            Err(broken)
        }
        _ if (index.seq == 1) != index.prev_index_hash.is_none() => Err(broken),
        Some(_) | None => Ok(()),
    }
}

fn open(
    ctx: ContextHash,
    asking: &Asking,
    seq: u32,
    entries: &[u8],
    root: &Hash,
) -> Result<OpenIndex, IndexRefused> {
    let bucket =
        Bucket::try_from(asking.manifest.index_bucket).map_err(|_| IndexRefused::WrongRoot)?;
    OpenIndex::check(ctx, seq, bucket, entries, root).map_err(|_| IndexRefused::WrongRoot)
}

/// Whom the values are about.
fn ids(values: &[HeldValues]) -> impl Iterator<Item = Id> {
    values
        .iter()
        .flat_map(|batch| &batch.of)
        .map(|held| held.aanbieder)
}

fn look_up(
    open: &OpenIndex,
    ctx: &ContextHash,
    seq: u32,
    values: &[HeldValues],
) -> Result<Found, TrefferFault> {
    let mut found = Found::new();
    for held in values.iter().flat_map(|batch| &batch.of) {
        let value = held.value().ok_or(Fault::Damaged)?;
        if let Some(label) = open.look_up(&value)? {
            found.insert(held.aanbieder, (tag_of(ctx, seq, &value), label));
        }
    }
    Ok(found)
}

fn treffer(
    ctx: ContextHash,
    asking: &Asking,
    seq: u32,
    aanbieder: Id,
    (tag, label): &(Octets<8>, Label),
    first_seen: Timestamp,
    now: Timestamp,
) -> Treffer {
    Treffer {
        aanbieder,
        peer: asking.peer,
        convenant: asking.manifest.convenant_hash,
        group_id: asking.manifest.group_id.clone(),
        ctx,
        epoch: asking.epoch,
        seq,
        tag: *tag,
        handle: label.handle,
        since: label.freshness.began_before(now),
        first_seen,
        last_seen: now,
    }
}

const fn holding(ctx: ContextHash, have_seq: u32) -> IndexRequest {
    IndexRequest {
        v: 1,
        ctx,
        have_seq,
    }
}
