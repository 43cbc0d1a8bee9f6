// SPDX-License-Identifier: EUPL-1.2
//! Publishing and asking, when it is time.

use std::collections::BTreeMap;
use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::IndexRequest;
use futures::StreamExt;

use super::{Due, Job};
use crate::outbox::Outbox;
use crate::service::bevraging::{Bevragingen, Occasion};
use crate::service::leden::Leden;
use crate::service::publication::{DuePublication, Publications};

const MINUTE: Duration = Duration::from_secs(60);

/// Members that are told something at the same time; one that is not there holds up none but itself.
const AT_ONCE: usize = 8;

/// Publishes every index whose moment has come, or from which something was taken back, and sends it.
pub(super) fn publish(publications: &Publications, outbox: &Outbox) -> Job {
    let (narrowings, publications) = (publications.narrowings(), publications.clone());
    let outbox = outbox.clone();
    let job = Job::new("publish", Due::Every(2 * MINUTE), move || {
        let (publications, outbox) = (publications.clone(), outbox.clone());
        async move {
            match publications.due() {
                Ok(due) => {
                    futures::stream::iter(by_member(due))
                        .for_each_concurrent(AT_ONCE, |of_member| {
                            publish_all(&publications, &outbox, of_member)
                        })
                        .await;
                }
                Err(error) => tracing::error!(%error, "what is to be published cannot be read"),
            }
        }
    });
    job.and_on(narrowings)
}

/// What is due, by member: of one member the places of the others are not taken, however many groups it is in.
fn by_member(due: Vec<DuePublication>) -> BTreeMap<Oin, Vec<DuePublication>> {
    let mut of_member: BTreeMap<Oin, Vec<DuePublication>> = BTreeMap::new();
    for one in due {
        of_member.entry(one.peer).or_default().push(one);
    }
    of_member
}

/// Publishes everything that is due for one member, and sends it until that does not answer: a member that is not
/// there asks for the newest index when it is back.
async fn publish_all(
    publications: &Publications,
    outbox: &Outbox,
    (peer, due): (Oin, Vec<DuePublication>),
) {
    let mut answers = true;
    for one in due {
        let index = match publications.publish(one.ctx).await {
            Ok(index) => index,
            Err(error) => {
                tracing::warn!(%peer, %error, "index was not published");
                continue;
            }
        };
        if !answers {
            continue;
        }
        let sent = outbox.send(peer, index).await;
        match sent.map(|reply| reply.open::<IndexRequest>()) {
            Ok(Ok(_)) => tracing::debug!(%peer, "index was taken"),
            Ok(Err(error)) => tracing::warn!(%peer, %error, "index was not taken"),
            Err(error) => {
                tracing::info!(%peer, %error, "index was not delivered");
                answers = false;
            }
        }
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

/// Declares the next size when the register has outgrown the one that was declared.
pub(super) fn announce_growth(publications: &Publications, leden: &Leden) -> Job {
    let (publications, leden) = (publications.clone(), leden.clone());
    Job::new("announce growth", Due::Every(60 * MINUTE), move || {
        let (publications, leden) = (publications.clone(), leden.clone());
        async move {
            let identifiers = match publications.identifiers() {
                Ok(identifiers) => identifiers.unwrap_or(0),
                Err(error) => {
                    tracing::error!(%error, "the size of the register cannot be read");
                    return;
                }
            };
            match leden.announce_growth(identifiers).await {
                Ok(None) => {}
                Ok(Some(next)) => {
                    let (query, index) = (next.query.size(), next.index.size());
                    tracing::warn!(
                        identifiers,
                        query,
                        index,
                        "the register outgrew its size: give the new record to the other members"
                    );
                }
                Err(error) => tracing::error!(%error, "the next size was not declared"),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use basisnet_protocol::octets::Octets;

    use super::*;

    #[test]
    fn the_indexes_for_one_member_take_one_place_and_keep_their_order() {
        let oin = |number: u8| -> Oin { format!("00000099{number:012}").parse().unwrap() };
        let due = |peer: u8, ctx: u8| DuePublication {
            peer: oin(peer),
            ctx: Octets([ctx; 32]),
        };
        // One member that is in many groups, and one that is in a single one and stands last.
        let mut all: Vec<DuePublication> = (0..20).map(|ctx| due(1, ctx)).collect();
        all.push(due(2, 99));
        let of_member = by_member(all.clone());
        assert_eq!(of_member.len(), 2);
        assert_eq!(of_member[&oin(1)], all[..20]);
        assert_eq!(of_member[&oin(2)], all[20..]);
    }
}
