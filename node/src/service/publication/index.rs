// SPDX-License-Identifier: EUPL-1.2
//! Publishes to one member what it may discover here: at a fixed time, also when nothing changed.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_policy::{Released, Selection};
use basisnet_protocol::envelope::message_hash;
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{
    Bucket, BuildError, BuiltIndex, ContextHash, Freshness, HandleKey, IndexBuilder, Involvement,
    Label, PmOprf, Ristretto, ServerKey,
};
use basisnet_protocol::merkle;
use basisnet_protocol::message::{Index, IndexRequest};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use rand_core::OsRng;
use serde_bytes::ByteBuf;

use super::recall::{Earlier, take_back};
use super::records::{HandleRecord, NewestIndex, OneVerdict, Publication, SignedIndex, Verdicts};
use super::{PublicationError, Publications};
use crate::audit::{Event, Hash, Id};
use crate::service::matching::{Asks, Fault, Known, Pair, grounds, off_thread};
use crate::store::{Change, CommitError, Expect, Key, Recorded, Stored};

/// One aanbieder in an index.
struct Listed {
    id: Id,
    inputs: Vec<Vec<u8>>,
    label: Label,
    since: Timestamp,
}

const PAGE: usize = 1_000;

impl Publications {
    /// The newest index of a context, for a member that asks for it. Where there is none yet, or it holds what it
    /// no longer may, the next one is published on the spot.
    ///
    /// # Errors
    /// When nothing is published to this member, or not any more, or it cannot be built.
    pub async fn index(
        &self,
        peer: Oin,
        ask: &IndexRequest,
    ) -> Result<Recorded<Released<Index>>, PublicationError> {
        if !self.shared.pace.allows(peer) {
            return Err(PublicationError::TooOften);
        }
        if self.is_to_publish(peer, ask)? {
            let _one_at_a_time = self.publishing.lock().await;
            // Another question, or the clock, may have been first.
            if self.is_to_publish(peer, ask)? {
                return self.publish_next(ask.ctx).await;
            }
        }
        self.send_again(peer, ask).await
    }

    /// Whether a question for an index has to wait for the next one.
    fn is_to_publish(&self, peer: Oin, ask: &IndexRequest) -> Result<bool, PublicationError> {
        let (publication, pair) = self.asked_index(peer, ask)?;
        if publication.seq == 0 {
            return Ok(true);
        }
        let register = self.shared.around.register(&pair.content().namespaces)?;
        self.is_narrowed(&ask.ctx, &publication, &pair, &register)
    }

    /// The publication that a question is about, if it may be asked for now.
    fn asked_index(
        &self,
        peer: Oin,
        ask: &IndexRequest,
    ) -> Result<(Publication, Pair), PublicationError> {
        let kept = self.shared.store.get::<Publication>(ask.ctx)?;
        let publication = kept.ok_or(PublicationError::NotAgreed)?.value;
        if publication.peer != peer || ask.v != 1 {
            return Err(PublicationError::NotAgreed);
        }
        self.in_time(&publication)?;
        let pair = self.pair_of(peer, &publication)?;
        Ok((publication, pair.ok_or(PublicationError::NotAgreed)?))
    }

    /// Nothing is published before the terms begin, nor once they have ended, nor under keys that others followed.
    fn in_time(&self, publication: &Publication) -> Result<(), PublicationError> {
        if self.is_closed(publication)? {
            return Err(PublicationError::NotAgreed);
        }
        let (now, manifest) = (self.shared.clock.now(), &publication.manifest);
        if now < manifest.valid_from || now >= manifest.valid_to {
            return Err(PublicationError::OutOfTime);
        }
        Ok(())
    }

    async fn send_again(
        &self,
        peer: Oin,
        ask: &IndexRequest,
    ) -> Result<Recorded<Released<Index>>, PublicationError> {
        let (_, pair) = self.asked_index(peer, ask)?;
        let allowed = self.shared.select(&pair, peer, self.shared.me)?;
        let newest = self
            .shared
            .store
            .get::<NewestIndex>(ask.ctx)?
            .ok_or(Fault::Damaged)?
            .value
            .index;
        let event = Event::IndexSentAgain {
            peer,
            ctx: ask.ctx,
            seq: newest.seq,
        };
        let released = allowed.release(|_| newest);
        Ok(self
            .shared
            .store
            .commit_release(Change::new().audit(event), released)
            .await?)
    }

    /// Publishes the next index of a context.
    ///
    /// # Errors
    /// When the convenant or the rules no longer allow it, or it cannot be built or kept.
    pub async fn publish(
        &self,
        ctx: ContextHash,
    ) -> Result<Recorded<Released<Index>>, PublicationError> {
        let _one_at_a_time = self.publishing.lock().await;
        self.publish_next(ctx).await
    }

    /// The same, for who holds the lock.
    async fn publish_next(
        &self,
        ctx: ContextHash,
    ) -> Result<Recorded<Released<Index>>, PublicationError> {
        let kept = self
            .shared
            .store
            .get::<Publication>(ctx)?
            .ok_or(PublicationError::NotAgreed)?;
        self.in_time(&kept.value)?;
        let (manifest, peer) = (&kept.value.manifest, kept.value.peer);
        let pair = self.pair_of(peer, &kept.value)?;
        let pair = pair.ok_or(PublicationError::NotAgreed)?;
        let mut selection = self.shared.select(&pair, peer, self.shared.me)?;
        let earlier = self.earlier_entries(&ctx)?;
        self.consider(&mut selection, &pair, &earlier)?;

        let listed = self.list(&selection, &ctx, &kept.value, &earlier)?;
        let seq = kept.value.seq.saturating_add(1);
        let key = self.server_key(&ctx, kept.value.epoch)?;
        let bucket = Bucket::try_from(manifest.index_bucket)?;
        let entries: Vec<_> = listed
            .iter()
            .map(|one| (one.inputs.clone(), one.label))
            .collect();
        let built = off_thread(move || build(&key, ctx, seq, bucket, &entries)).await??;
        let index = Index {
            v: 1,
            ctx,
            seq,
            entries: ByteBuf::from(built.entries),
            merkle_root: built.merkle_root,
            prev_index_hash: kept.value.index_hash,
        };
        self.sign_off(kept, selection, index, &listed, &earlier)
            .await
    }

    /// Puts every aanbieder before the rules that is involved, or that was in an earlier index of this epoch: an
    /// entry leaves at the end of the epoch, unless the rules take it out.
    fn consider(
        &self,
        selection: &mut Selection<Known>,
        pair: &Pair,
        earlier: &BTreeMap<Id, Earlier>,
    ) -> Result<(), PublicationError> {
        for known in self.shared.around.register(&pair.content().namespaces)? {
            if known.since.is_some() || earlier.contains_key(&known.id) {
                let facts = known.facts_for(selection, Asks::Other);
                let _ = selection.consider(known, facts);
            }
        }
        Ok(())
    }

    /// Those that take part, as far as they fit; what does not fit waits for the next epoch.
    fn list(
        &self,
        selection: &Selection<Known>,
        ctx: &ContextHash,
        publication: &Publication,
        earlier: &BTreeMap<Id, Earlier>,
    ) -> Result<Vec<Listed>, PublicationError> {
        let handles = self
            .kept_secret(publication.epoch)?
            .handles()
            .ok_or(Fault::Damaged)?;
        let handles = HandleKey::from_bytes(handles);
        let now = self.shared.clock.now();
        let mut room = publication.manifest.index_bucket as usize;
        let mut listed = Vec::new();
        let mut seen = BTreeSet::new();
        // Who stands in the index already stays there for the epoch; what is new takes the room that is left.
        let is_new = |known: &&Known| !earlier.contains_key(&known.id);
        let (new, there): (Vec<_>, Vec<_>) = selection.permitted().partition(is_new);
        for known in there.into_iter().chain(new) {
            let Some(since) = known
                .since
                .or_else(|| earlier.get(&known.id).map(|earlier| earlier.record.since))
            else {
                continue;
            };
            // An identifier that two records of the own register share stands in the index once.
            let fresh = known
                .inputs
                .iter()
                .filter(|input| seen.insert((*input).clone()));
            let inputs: Vec<_> = fresh.map(|input| input.as_bytes().to_vec()).collect();
            if inputs.len() > room {
                break;
            }
            room -= inputs.len();
            let label = Label {
                involvement: Involvement::Betrokken,
                freshness: Freshness::of(since, now),
                handle: handles.handle(ctx, known.id.as_ref()),
            };
            listed.push(Listed {
                id: known.id,
                inputs,
                label,
                since,
            });
        }
        Ok(listed)
    }

    /// Everything about this publication in one commit; what comes out may leave.
    async fn sign_off(
        &self,
        kept: Stored<Publication>,
        selection: Selection<Known>,
        index: Index,
        listed: &[Listed],
        earlier: &BTreeMap<Id, Earlier>,
    ) -> Result<Recorded<Released<Index>>, PublicationError> {
        let (ctx, seq) = (index.ctx, index.seq);
        let _counting = self.counting.lock().await;
        // Batches were counted meanwhile; whatever else is in the record changes under this lock only.
        let now = self.shared.store.get::<Publication>(ctx)?;
        let kept = now
            .filter(|now| now.value.seq == kept.value.seq)
            .ok_or(Fault::Damaged)?;
        let hash = message_hash(&index).map_err(Fault::from)?;
        let verdicts = verdicts(&selection);
        let event = Event::IndexPublished {
            peer: kept.value.peer,
            purpose: kept.value.manifest.purpose_id.clone(),
            epoch: kept.value.epoch.number(),
            seq,
            count: u32::try_from(listed.len()).unwrap_or(u32::MAX),
            verdicts: verdicts_root(&verdicts),
            grounds: grounds(selection.grounds()),
        };
        let (before, peer) = (kept.value.seq, kept.value.peer);
        let publication = Publication {
            seq,
            index_hash: Some(hash),
            published: Some(self.shared.clock.now()),
            narrowed: false,
            ..kept.value
        };
        let newest = NewestIndex { index };
        let mut change = Change::new()
            .put(ctx, &publication, Expect::Version(kept.version))?
            .put(
                SignedIndex::key(&ctx, seq),
                &SignedIndex { hash },
                Expect::Absent,
            )?
            .put(SignedIndex::key(&ctx, seq), &verdicts, Expect::Absent)?
            .put(ctx, &newest, Expect::Any)?
            .audit(event);
        let stays: BTreeSet<_> = listed.iter().map(|one| one.id).collect();
        let known: BTreeMap<_, _> = selection
            .verdicts()
            .iter()
            .map(|(known, _)| (known.id, known))
            .collect();
        let was_in = earlier
            .iter()
            .filter(|(_, earlier)| before > 0 && earlier.record.seq == before);
        let gone: Vec<_> = was_in.filter(|(id, _)| !stays.contains(*id)).collect();
        let anyone_left = !gone.is_empty();
        let gone = gone
            .into_iter()
            .map(|(id, earlier)| (earlier.handle, known.get(id).copied()));
        change = take_back(change, ctx, seq, peer, gone)?;
        change = note_listed(change, &ctx, seq, listed)?;
        let released = selection.release(|_| newest.index);
        let recorded = self.shared.store.commit_release(change, released).await?;
        if anyone_left {
            self.recalls.note();
        }
        Ok(recorded)
    }

    /// The aanbieders that were in an index of this context, and since when they are involved.
    pub(super) fn earlier_entries(
        &self,
        ctx: &ContextHash,
    ) -> Result<BTreeMap<Id, Earlier>, PublicationError> {
        let mut earlier = BTreeMap::new();
        let prefix = Key::from(ctx);
        let mut after = None;
        loop {
            let page =
                self.shared
                    .store
                    .page_under::<HandleRecord>(&prefix, after.as_ref(), PAGE)?;
            let full = page.len() == PAGE;
            for (key, record) in page {
                let record = record.value;
                if let Some(handle) = key.as_bytes().get(32..).and_then(Octets::from_slice) {
                    earlier.insert(record.aanbieder, Earlier { handle, record });
                }
                after = Some(key);
            }
            if !full {
                return Ok(earlier);
            }
        }
    }
}

/// Adds to the change which aanbieder stands behind each handle of an index.
fn note_listed(
    mut change: Change,
    ctx: &ContextHash,
    seq: u32,
    listed: &[Listed],
) -> Result<Change, CommitError> {
    for one in listed {
        let record = HandleRecord {
            aanbieder: one.id,
            since: one.since,
            seq,
        };
        let key = HandleRecord::key(ctx, &one.label.handle);
        change = change.put(key, &record, Expect::Any)?;
    }
    Ok(change)
}

fn build(
    key: &ServerKey,
    ctx: ContextHash,
    seq: u32,
    bucket: Bucket,
    entries: &[(Vec<Vec<u8>>, Label)],
) -> Result<BuiltIndex, PublicationError> {
    let mut builder = IndexBuilder::new(ctx, seq, bucket);
    for (inputs, label) in entries {
        for input in inputs {
            let value = Ristretto::evaluate(key, input)?;
            match builder.add(&value, label) {
                Ok(()) => {}
                Err(
                    error @ (BuildError::BucketFull | BuildError::DuplicateTag | BuildError::Seal),
                ) => {
                    return Err(error.into());
                }
            }
        }
    }
    Ok(builder.build(&mut OsRng))
}

fn verdicts(selection: &Selection<Known>) -> Verdicts {
    let of = selection
        .verdicts()
        .iter()
        .map(|(known, verdict)| OneVerdict {
            aanbieder: known.id,
            verdict: verdict.canonical(),
        });
    Verdicts { of: of.collect() }
}

fn verdicts_root(verdicts: &Verdicts) -> Hash {
    Octets(merkle::root(verdicts.of.iter().map(OneVerdict::leaf)))
}
