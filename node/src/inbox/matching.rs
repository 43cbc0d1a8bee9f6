// SPDX-License-Identifier: EUPL-1.2
//! The conversation of matching, as peers start it: terms, batches, indexes.

use std::fmt;
use std::sync::Arc;

use basisnet_protocol::message::{EvalRequest, Index, IndexRequest, ManifestRequest, Recall};

use super::{Delivery, Routes, Unanswered};
use crate::outbox::{Outbox, Sealed};
use crate::service::matching::Fault;
use crate::service::publication::{PublicationError, Publications};
use crate::service::treffer::{IndexRefused, RecallRefused, TrefferFault, Treffers};

/// What the handlers share.
struct Door {
    outbox: Outbox,
    publications: Publications,
    treffers: Treffers,
}

/// The routes of matching, beside those there are.
pub(super) fn routes(
    routes: Routes,
    outbox: &Outbox,
    publications: &Publications,
    treffers: &Treffers,
) -> Routes {
    let door = Arc::new(Door {
        outbox: outbox.clone(),
        publications: publications.clone(),
        treffers: treffers.clone(),
    });
    let (terms, batch, newest, index) = (door.clone(), door.clone(), door.clone(), door.clone());
    routes
        .on(move |delivery: Delivery<ManifestRequest>| {
            let door = terms.clone();
            async move { door.terms(delivery).await }
        })
        .on(move |delivery: Delivery<EvalRequest>| {
            let door = batch.clone();
            async move { door.batch(delivery).await }
        })
        .on(move |delivery: Delivery<IndexRequest>| {
            let door = newest.clone();
            async move { door.newest(delivery).await }
        })
        .on(move |delivery: Delivery<Index>| {
            let door = index.clone();
            async move { door.index(delivery).await }
        })
        .on(move |delivery: Delivery<Recall>| {
            let door = door.clone();
            async move { door.recall(delivery).await }
        })
}

impl Door {
    async fn terms(&self, asked: Delivery<ManifestRequest>) -> Result<Sealed, Unanswered> {
        match self.publications.manifest(asked.from, &asked.message).await {
            Ok(manifest) => Ok(self.outbox.reply_procedural(asked.from, &manifest)?),
            Err(error) => self.refuse(&asked, &error),
        }
    }

    async fn batch(&self, asked: Delivery<EvalRequest>) -> Result<Sealed, Unanswered> {
        match self.publications.evaluate(asked.from, &asked.message).await {
            Ok(response) => Ok(self.outbox.reply(asked.from, response)?),
            Err(error) => self.refuse(&asked, &error),
        }
    }

    async fn newest(&self, asked: Delivery<IndexRequest>) -> Result<Sealed, Unanswered> {
        match self.publications.index(asked.from, &asked.message).await {
            Ok(index) => Ok(self.outbox.reply(asked.from, index)?),
            Err(error) => self.refuse(&asked, &error),
        }
    }

    async fn index(&self, came: Delivery<Index>) -> Result<Sealed, Unanswered> {
        match self.treffers.accept_index(came.from, &came.message).await {
            Ok(holding) => Ok(self.outbox.reply_procedural(came.from, &holding)?),
            Err(IndexRefused::Fault(TrefferFault::Fault(
                fault @ (Fault::Store(_)
                | Fault::Commit(_)
                | Fault::Encode(_)
                | Fault::Damaged
                | Fault::Stopped),
            ))) => Err(Unanswered::because(&fault)),
            Err(error) => self.no(&came, &error),
        }
    }

    async fn recall(&self, came: Delivery<Recall>) -> Result<Sealed, Unanswered> {
        let recalled = self
            .treffers
            .recalled(came.from, &came.message, came.hash)
            .await;
        match recalled {
            Ok(receipt) => Ok(self.outbox.reply_procedural(came.from, &receipt)?),
            Err(RecallRefused::Fault(fault)) => Err(Unanswered::because(&fault)),
            Err(error @ (RecallRefused::UnknownVersion | RecallRefused::TooOften)) => {
                self.no(&came, &error)
            }
        }
    }

    /// A no looks the same whatever the reason; only a fault of our own gives no answer at all.
    fn refuse<M>(
        &self,
        asked: &Delivery<M>,
        error: &PublicationError,
    ) -> Result<Sealed, Unanswered> {
        match error {
            PublicationError::Fault(
                fault @ (Fault::Store(_)
                | Fault::Commit(_)
                | Fault::Encode(_)
                | Fault::Damaged
                | Fault::Stopped),
            ) => Err(Unanswered::because(fault)),
            PublicationError::Build(error) => Err(Unanswered::because(error)),
            PublicationError::Bucket(error) => Err(Unanswered::because(error)),
            PublicationError::NotAgreed
            | PublicationError::OutOfTime
            | PublicationError::OverBudget
            | PublicationError::ChangedBatch
            | PublicationError::TooOften
            | PublicationError::Busy
            | PublicationError::Elements(_)
            | PublicationError::Fault(Fault::NotAgreed | Fault::Refused(_) | Fault::Group(_)) => {
                self.no(asked, error)
            }
        }
    }

    fn no<M>(&self, asked: &Delivery<M>, reason: &impl fmt::Display) -> Result<Sealed, Unanswered> {
        tracing::info!(peer = %asked.from, %reason, "matching refused");
        Ok(self.outbox.refuse(asked.from, asked.hash)?)
    }
}
