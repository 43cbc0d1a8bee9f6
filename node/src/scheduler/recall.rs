// SPDX-License-Identifier: EUPL-1.2
//! Takes back at once what may no longer be held, from every member that is there; from the others as soon as they are.

use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::RecallReceipt;
use tokio::task::JoinSet;

use super::{Due, Job};
use crate::outbox::{Outbox, SendError};
use crate::service::publication::{DueRecall, Publications};
use crate::service::{Base, Services};

/// What time alone makes that may no longer be held, such as a term that ends, is seen within this.
const BY_TIME: Duration = Duration::from_secs(2 * 60);
/// A member that is away is knocked on this often, as long as there is something to tell it: it has to know within five
/// seconds of its return, and on a busy machine the telling itself takes some of them.
const KNOCK: Duration = Duration::from_secs(1);
/// A round waits this long for its answers. Who takes longer is told all the same, beside the rounds that follow: one that
/// hangs does not make the knocks on another rarer.
const ROUND: Duration = Duration::from_secs(1);

/// Works out what is to be taken back, whenever less may be told than before.
pub(super) fn take_back(base: &Base, services: &Services) -> Job {
    let publications = services.publications.clone();
    let job = Job::new("take back", Due::Every(BY_TIME), move || {
        let publications = publications.clone();
        async move {
            if let Err(error) = publications.take_back().await {
                tracing::error!(%error, "what is to be taken back cannot be worked out");
            }
        }
    });
    job.and_on(services.aanbieders.changes())
        .and_on(services.betrokkenheden.changes())
        .and_on(services.convenanten.changes())
        .and_on(services.doelen.changes())
        .and_on(services.mandaten.changes())
        .and_on(base.engine.changes())
}

/// Tells every member what is taken back from it, each by itself: one that hangs holds up no other.
pub(super) fn tell(publications: &Publications, outbox: &Outbox) -> Job {
    let (recalls, publications) = (publications.recalls(), publications.clone());
    let outbox = outbox.clone();
    let job = Job::new("recall", Due::Every(KNOCK), move || {
        let (publications, outbox) = (publications.clone(), outbox.clone());
        async move { round(&publications, &outbox).await }
    });
    job.and_on(recalls)
}

async fn round(publications: &Publications, outbox: &Outbox) {
    let due = match publications.recalls_due().await {
        Ok(due) => due,
        Err(error) => {
            tracing::error!(%error, "what is to be recalled cannot be read");
            return;
        }
    };
    // As many as there are members, and no more: whoever is being told is left out.
    let mut told = JoinSet::new();
    for (peer, recalls) in due {
        let Some(telling) = publications.telling(peer) else {
            continue;
        };
        let (publications, outbox) = (publications.clone(), outbox.clone());
        told.spawn(async move {
            recall_all(&publications, &outbox, peer, recalls).await;
            drop(telling);
        });
    }
    let all = async { while told.join_next().await.is_some() {} };
    if tokio::time::timeout(ROUND, all).await.is_err() {
        told.detach_all();
    }
}

/// Tells one member everything that is taken back, until it does not take it.
async fn recall_all(
    publications: &Publications,
    outbox: &Outbox,
    peer: Oin,
    recalls: Vec<DueRecall>,
) {
    let was_away = publications.is_away(peer);
    if was_away && !outbox.knock(peer).await {
        return;
    }
    for one in recalls {
        match recall_one(publications, outbox, one).await {
            Outcome::Taken => {}
            Outcome::Gone if !was_away => return publications.went_away(peer),
            Outcome::Gone | Outcome::NotTaken => return publications.not_recalled(peer),
        }
    }
}

/// What became of a recall.
enum Outcome {
    Taken,
    NotTaken,
    Gone,
}

async fn recall_one(publications: &Publications, outbox: &Outbox, due: DueRecall) -> Outcome {
    let peer = due.peer;
    let recall = match publications.recall(&due).await {
        Ok(recall) => recall,
        Err(error) => {
            tracing::error!(%peer, %error, "recall was not recorded");
            return Outcome::NotTaken;
        }
    };
    let reply = match outbox.send(peer, recall).await {
        Ok(reply) => reply,
        Err(error @ SendError::Seal(_)) => {
            tracing::error!(%peer, %error, "recall did not leave");
            return Outcome::NotTaken;
        }
        Err(
            error @ (SendError::UnknownMember(_)
            | SendError::NotInConcord(_)
            | SendError::NoAnswer(..)),
        ) => {
            tracing::info!(%peer, %error, "recall was not delivered");
            return Outcome::Gone;
        }
    };
    match reply.open::<RecallReceipt>() {
        Ok(receipt) if receipt.message.req_hash == reply.question() => {}
        Ok(_) => {
            tracing::warn!(%peer, "receipt belongs to another recall");
            return Outcome::NotTaken;
        }
        Err(error) => {
            tracing::warn!(%peer, %error, "recall was not acknowledged");
            return Outcome::NotTaken;
        }
    }
    if let Err(error) = publications.recalled(due).await {
        tracing::error!(%peer, %error, "receipt of a recall was not kept");
        return Outcome::NotTaken;
    }
    Outcome::Taken
}
