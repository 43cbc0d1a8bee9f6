// SPDX-License-Identifier: EUPL-1.2
//! Publishing and asking, when it is time.

use std::time::Duration;

use basisnet_protocol::message::{IndexRequest, RecallReceipt};

use super::{Due, Job};
use crate::outbox::Outbox;
use crate::service::bevraging::{Bevragingen, Occasion};
use crate::service::publication::{DuePublication, DueRecall, Publications};

const MINUTE: Duration = Duration::from_secs(60);

/// Publishes every index whose moment has come, and sends it.
pub(super) fn publish(publications: &Publications, outbox: &Outbox) -> Job {
    let (publications, outbox) = (publications.clone(), outbox.clone());
    Job::new("publish", Due::Every(2 * MINUTE), move || {
        let (publications, outbox) = (publications.clone(), outbox.clone());
        async move {
            match publications.due() {
                Ok(due) => {
                    for one in due {
                        publish_one(&publications, &outbox, one).await;
                    }
                }
                Err(error) => tracing::error!(%error, "what is to be published cannot be read"),
            }
            match publications.recalls_due() {
                Ok(due) => {
                    for one in due {
                        recall_one(&publications, &outbox, one).await;
                    }
                }
                Err(error) => tracing::error!(%error, "what is to be recalled cannot be read"),
            }
        }
    })
}

async fn publish_one(publications: &Publications, outbox: &Outbox, due: DuePublication) {
    let peer = due.peer;
    let index = match publications.publish(due.ctx).await {
        Ok(index) => index,
        Err(error) => {
            tracing::warn!(%peer, %error, "index was not published");
            return;
        }
    };
    // A member that is not there asks for the newest index when it is back.
    match outbox
        .send(peer, index)
        .await
        .map(|reply| reply.open::<IndexRequest>())
    {
        Ok(Ok(_)) => tracing::debug!(%peer, "index was taken"),
        Ok(Err(error)) => tracing::warn!(%peer, %error, "index was not taken"),
        Err(error) => tracing::info!(%peer, %error, "index was not delivered"),
    }
}

async fn recall_one(publications: &Publications, outbox: &Outbox, due: DueRecall) {
    let peer = due.peer;
    let recall = match publications.recall(&due).await {
        Ok(recall) => recall,
        Err(error) => {
            tracing::error!(%peer, %error, "recall was not recorded");
            return;
        }
    };
    let answer = outbox.send(peer, recall).await;
    match answer.map(|reply| reply.open::<RecallReceipt>()) {
        Ok(Ok(_)) => {
            if let Err(error) = publications.recalled(due).await {
                tracing::error!(%peer, %error, "receipt of a recall was not kept");
            }
        }
        Ok(Err(error)) => tracing::warn!(%peer, %error, "recall was not acknowledged"),
        Err(error) => tracing::info!(%peer, %error, "recall was not delivered"),
    }
}

/// Asks the members what is to be asked by the clock.
pub(super) fn ask(bevragingen: &Bevragingen) -> Job {
    let bevragingen = bevragingen.clone();
    Job::new("ask", Due::Every(10 * MINUTE), move || {
        let bevragingen = bevragingen.clone();
        async move {
            if let Err(error) = bevragingen.run(Occasion::Clock).await {
                tracing::error!(%error, "members were not asked");
            }
        }
    })
}
