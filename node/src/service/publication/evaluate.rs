// SPDX-License-Identifier: EUPL-1.2
//! Evaluates a batch of blinded identifiers: counted and recorded before the answer leaves, and once.

use basisnet_policy::Released;
use basisnet_protocol::envelope::message_hash;
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{Element, Evaluated, PmOprf, Ristretto, elements, to_wire};
use basisnet_protocol::message::{EvalRequest, EvalResponse};
use rand_core::OsRng;
use serde_bytes::ByteBuf;

use super::records::{EvaluatedBatch, Publication};
use super::{PublicationError, Publications};
use crate::audit::{Event, Hash, Incident};
use crate::service::matching::{Fault, Pair, grounds, off_thread};
use crate::store::{Change, Expect, Recorded, Stored};

impl Publications {
    /// Evaluates one batch for a member. The same batch again gets the same answer and costs nothing.
    ///
    /// # Errors
    /// When the terms, the time, the budget or the elements are not right. What points at bad faith is in the log.
    pub async fn evaluate(
        &self,
        peer: Oin,
        request: &EvalRequest,
    ) -> Result<Recorded<Released<EvalResponse>>, PublicationError> {
        let _serving = self.serve(peer).ok_or(PublicationError::Busy)?;
        let (kept, pair) = self.open_publication(peer, request)?;
        let request_hash = message_hash(request).map_err(Fault::from)?;
        let key = EvaluatedBatch::key(&request.ctx, &request.sweep_id, request.batch_no);
        if let Some(earlier) = self.shared.store.get::<EvaluatedBatch>(&key)? {
            return self.again(peer, &pair, earlier.value, request_hash).await;
        }
        let blinded = elements(&request.elements)?;
        let asked = u32::try_from(blinded.len()).unwrap_or(u32::MAX);
        if remaining(&kept.value, asked).is_none() {
            self.incident(peer, Incident::OverBudget, request_hash)
                .await?;
            return Err(PublicationError::OverBudget);
        }
        let answer = self.compute(&kept.value, request, blinded).await?;
        let _counting = self.counting.lock().await;
        // An index may have been published meanwhile, or the terms may be over.
        let (kept, pair) = self.open_publication(peer, request)?;
        let quota_left = remaining(&kept.value, asked).ok_or(PublicationError::OverBudget)?;
        let response = EvalResponse {
            v: 1,
            ctx: request.ctx,
            sweep_id: request.sweep_id,
            batch_no: request.batch_no,
            req_hash: request_hash,
            elements: ByteBuf::from(to_wire(&answer.elements)),
            proof: answer.proof,
            quota_left,
        };
        let batch = EvaluatedBatch {
            request_hash,
            elements: request.elements.clone(),
            response,
        };
        let publication = Publication {
            evaluated: kept.value.evaluated.saturating_add(asked),
            ..kept.value
        };
        let change = Change::new()
            .put(request.ctx, &publication, Expect::Version(kept.version))?
            .put(&key, &batch, Expect::Absent)?;
        self.answer(peer, &pair, batch, change).await
    }

    /// The publication that a request is about, if it may be asked now.
    fn open_publication(
        &self,
        peer: Oin,
        request: &EvalRequest,
    ) -> Result<(Stored<Publication>, Pair), PublicationError> {
        let now = self.shared.clock.now();
        let kept = self.shared.store.get::<Publication>(request.ctx)?;
        let kept = kept.ok_or(PublicationError::NotAgreed)?;
        let manifest = &kept.value.manifest;
        if kept.value.peer != peer || request.v != 1 || request.batch_no >= request.batch_count {
            return Err(PublicationError::NotAgreed);
        }
        if now < manifest.valid_from || now >= manifest.valid_to {
            return Err(PublicationError::OutOfTime);
        }
        if self.is_closed(&kept.value)? {
            return Err(PublicationError::NotAgreed);
        }
        let pair = self.shared.pair(peer, &manifest.convenant_hash)?;
        Ok((kept, pair.ok_or(PublicationError::NotAgreed)?))
    }

    async fn again(
        &self,
        peer: Oin,
        pair: &Pair,
        earlier: EvaluatedBatch,
        request_hash: Hash,
    ) -> Result<Recorded<Released<EvalResponse>>, PublicationError> {
        if earlier.request_hash != request_hash {
            self.incident(peer, Incident::ChangedBatch, request_hash)
                .await?;
            return Err(PublicationError::ChangedBatch);
        }
        if !self.shared.pace.allows(peer) {
            return Err(PublicationError::TooOften);
        }
        self.answer(peer, pair, earlier, Change::new()).await
    }

    async fn compute(
        &self,
        publication: &Publication,
        request: &EvalRequest,
        blinded: Vec<Element>,
    ) -> Result<Evaluated, PublicationError> {
        let key = self.server_key(&request.ctx, publication.epoch)?;
        let _turn = self.pace.acquire().await.map_err(|_| Fault::Stopped)?;
        let work = move || Ristretto::eval_batch(&key, &blinded, &mut OsRng);
        Ok(off_thread(work).await??)
    }

    /// Decides, records, and hands over what may now leave.
    async fn answer(
        &self,
        peer: Oin,
        pair: &Pair,
        batch: EvaluatedBatch,
        change: Change,
    ) -> Result<Recorded<Released<EvalResponse>>, PublicationError> {
        let allowed = self.shared.select(pair, peer, self.shared.me)?;
        let response = batch.response;
        let event = Event::BatchEvaluated {
            peer,
            ctx: response.ctx,
            sweep: response.sweep_id,
            batch: response.batch_no.into(),
            request: batch.request_hash,
            response: message_hash(&response).map_err(Fault::from)?,
            quota_left: response.quota_left,
            grounds: grounds(allowed.grounds()),
        };
        let released = allowed.release(|_| response);
        Ok(self
            .shared
            .store
            .commit_release(change.audit(event), released)
            .await?)
    }
}

/// What is left of the budget once so many more are evaluated; none when they do not fit in it.
fn remaining(publication: &Publication, asked: u32) -> Option<u32> {
    let evaluated = publication.evaluated.checked_add(asked)?;
    publication.manifest.quota.checked_sub(evaluated)
}
