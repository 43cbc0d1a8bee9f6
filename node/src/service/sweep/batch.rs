// SPDX-License-Identifier: EUPL-1.2
//! One batch: recorded, sent, and believed only when its proof holds.

use std::collections::BTreeMap;

use basisnet_policy::Released;
use basisnet_protocol::envelope::message_hash;
use basisnet_protocol::matching::{
    BlindedBatch, ContextHash, Evaluated, PrivateInput, Ristretto, Sweep, elements, to_wire,
};
use basisnet_protocol::message::{EvalRequest, EvalResponse};
use serde_bytes::ByteBuf;

use super::records::{HeldValue, HeldValues, SweepKind, SweepRecord};
use super::{Asking, SweepFault, SweepId, Sweeps};
use crate::audit::{Event, Hash, Id, Incident};
use crate::service::matching::{Asks, Fault, Pair, off_thread};
use crate::store::{Change, Expect, Recorded, Stored};

/// A batch that was sent and waits for its answer.
#[derive(Debug)]
pub struct Underway {
    ctx: ContextHash,
    sweep: SweepId,
    batch_no: u16,
    request_hash: Hash,
    blinded: BlindedBatch<Ristretto>,
}

impl Underway {
    /// Which batch it is, counted from 0.
    #[must_use]
    pub const fn number(&self) -> u16 {
        self.batch_no
    }
}

impl Sweeps {
    /// The next request of a sweep, recorded and ready to leave; none when all were answered.
    ///
    /// # Errors
    /// When the rules no longer allow it, or what is kept cannot be read or written.
    pub async fn next_batch(
        &self,
        pair: &Pair,
        ctx: ContextHash,
        sweep: SweepId,
    ) -> Result<Option<(Recorded<Released<EvalRequest>>, Underway)>, SweepFault> {
        let record = self.sweep_record(&ctx, &sweep)?.value;
        if record.is_done() {
            return Ok(None);
        }
        let batch_no = record.answered;
        let (commitment, batches) = (record.commitment_hash, record.batches);
        let seed_commit = record.sweep_seed().ok_or(Fault::Damaged)?.commit();
        let owners = owners(&record)?;
        let blinded = off_thread(move || blind(&record, batch_no)).await??;
        let selection = self.still_allowed(pair, &blinded, &owners)?;
        let request = EvalRequest {
            v: 1,
            ctx,
            sweep_id: sweep,
            batch_no,
            batch_count: batches,
            elements: ByteBuf::from(to_wire(blinded.elements())),
            set_commit_hash: commitment,
            seed_commit,
        };
        let request_hash = message_hash(&request).map_err(Fault::from)?;
        let event = Event::BatchAsked {
            peer: pair.peer,
            ctx,
            sweep,
            batch: batch_no.into(),
            request: request_hash,
        };
        let released = selection.release(|_| request);
        let change = Change::new().audit(event);
        let recorded = self.shared.store.commit_release(change, released).await?;
        Ok(Some((
            recorded,
            Underway {
                ctx,
                sweep,
                batch_no,
                request_hash,
                blinded,
            },
        )))
    }

    /// Decides again on every own aanbieder in a batch, at the moment it leaves.
    fn still_allowed(
        &self,
        pair: &Pair,
        blinded: &BlindedBatch<Ristretto>,
        owners: &BTreeMap<PrivateInput, Id>,
    ) -> Result<basisnet_policy::Selection<crate::service::matching::Known>, SweepFault> {
        let mut selection = self.shared.select(pair, self.shared.me, pair.peer)?;
        let register = self.shared.around.register(&pair.content().namespaces)?;
        let by_id: BTreeMap<_, _> = register
            .into_iter()
            .map(|known| (known.id, known))
            .collect();
        for input in blinded.own() {
            let owner = owners.get(input).ok_or(Fault::Damaged)?;
            let known = by_id.get(owner).ok_or(SweepFault::NoLongerAllowed)?;
            let facts = known.facts_for(&selection, Asks::Own);
            if !selection.consider(known.clone(), facts).is_permitted() {
                return Err(SweepFault::NoLongerAllowed);
            }
        }
        Ok(selection)
    }

    /// Checks the answer to a batch and keeps its values. Says whether the sweep is done.
    ///
    /// # Errors
    /// When the answer is to another question, or the proof does not hold; the latter is in the log.
    pub async fn accept_batch(
        &self,
        pair: &Pair,
        sent: Underway,
        response: EvalResponse,
    ) -> Result<bool, SweepFault> {
        let Underway {
            ctx,
            sweep,
            batch_no,
            request_hash,
            blinded,
        } = sent;
        let same = response.v == 1
            && response.ctx == ctx
            && response.sweep_id == sweep
            && response.batch_no == batch_no
            && response.req_hash == request_hash;
        if !same {
            return Err(SweepFault::OtherQuestion);
        }
        let asking = self
            .shared
            .store
            .get::<Asking>(ctx)?
            .ok_or(Fault::Damaged)?;
        let response_hash = message_hash(&response).map_err(Fault::from)?;
        let public_key = asking.value.manifest.pk;
        let work = move || {
            let evaluated = Evaluated {
                elements: elements(&response.elements)?,
                proof: response.proof,
            };
            blinded.finalize(&evaluated, &public_key)
        };
        let values = match off_thread(work).await? {
            Ok(values) => values,
            Err(error) => {
                self.incident(pair.peer, Incident::WrongProof, response_hash)
                    .await?;
                return Err(error.into());
            }
        };
        let record = self.sweep_record(&ctx, &sweep)?;
        if record.value.answered != batch_no {
            return Err(SweepFault::UnderWay);
        }
        let owners = owners(&record.value)?;
        let held = values
            .iter()
            .filter_map(|(input, value)| Some(HeldValue::new(*owners.get(input)?, value)));
        let held = HeldValues { of: held.collect() };
        let event = Event::BatchAnswered {
            peer: pair.peer,
            ctx,
            sweep,
            batch: batch_no.into(),
            response: response_hash,
        };
        let change = Change::new()
            .put(HeldValues::key(&ctx, &sweep, batch_no), &held, Expect::Any)?
            .audit(event);
        self.step(ctx, sweep, record, change).await
    }

    async fn step(
        &self,
        ctx: ContextHash,
        sweep: SweepId,
        record: Stored<SweepRecord>,
        change: Change,
    ) -> Result<bool, SweepFault> {
        let answered = record.value.answered.saturating_add(1);
        let done = answered >= record.value.batches;
        let full = record.value.kind == SweepKind::Full;
        let next = SweepRecord {
            answered,
            ..record.value
        };
        let mut change = change.put(
            SweepRecord::key(&ctx, &sweep),
            &next,
            Expect::Version(record.version),
        )?;
        if done && full {
            // An index may have come in while the proof was verified.
            let asking = self
                .shared
                .store
                .get::<Asking>(ctx)?
                .ok_or(Fault::Damaged)?;
            let swept = Asking {
                swept: Some(self.shared.clock.now()),
                ..asking.value
            };
            change = change.put(ctx, &swept, Expect::Version(asking.version))?;
        }
        self.shared.store.commit(change).await?;
        Ok(done)
    }

    pub(super) fn sweep_record(
        &self,
        ctx: &ContextHash,
        sweep: &Id,
    ) -> Result<Stored<SweepRecord>, SweepFault> {
        let kept = self
            .shared
            .store
            .get::<SweepRecord>(SweepRecord::key(ctx, sweep))?;
        Ok(kept.ok_or(Fault::Damaged)?)
    }
}

/// The elements of one batch, made again from what was recorded.
fn blind(record: &SweepRecord, batch_no: u16) -> Result<BlindedBatch<Ristretto>, SweepFault> {
    let inputs = record.members.iter().map(|member| member.input.parse());
    let inputs: Vec<PrivateInput> = inputs
        .collect::<Result<_, _>>()
        .map_err(|_| Fault::Damaged)?;
    let seed = record.sweep_seed().ok_or(Fault::Damaged)?;
    let sweep = Sweep::resume(inputs, record.order.clone(), seed).map_err(|_| Fault::Damaged)?;
    Ok(sweep.batch(batch_no).map_err(|_| Fault::Damaged)?)
}

fn owners(record: &SweepRecord) -> Result<BTreeMap<PrivateInput, Id>, SweepFault> {
    let pairs = record.members.iter().map(|member| {
        let input = member
            .input
            .parse::<PrivateInput>()
            .map_err(|_| Fault::Damaged)?;
        Ok((input, member.aanbieder))
    });
    pairs.collect()
}
