// SPDX-License-Identifier: EUPL-1.2
//! The peers' door: open, once, dispatch, reply.
//!
//! An envelope that does not open, or that was opened before, is not answered at all; who sent it, and what was wrong
//! with it, goes into the log. A message that does open goes to the one service that knows its kind. What the service
//! gives back, already sealed by the outbox, is the reply; when the service could not do its work there is none.
//!
//! One organisation has a few messages here at a time, however many nodes and connections it has: the overlay reads no
//! more of them. So the doors of the others stay open whatever it sends.
//!
//! **Once** holds over a restart. A service writes the mark in the same commit as what the message brings about; for
//! a service that writes nothing, the inbox writes it before the reply leaves.

mod allowance;
mod convenant;
mod deelname;
mod incidents;
mod inzage;
mod matching;
mod once;
mod routes;
mod unserved;

pub use incidents::{Incidents, write_notices};
pub use once::forget_expired;
pub use routes::routes;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use basisnet_protocol::envelope::{self, OpenError};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::Message;
use basisnet_protocol::time::Timestamp;
use futures::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::audit::Incident;
use crate::clock::Clock;
pub use crate::delivery::{Delivery, Once, Unanswered};
use crate::outbox::{Outbox, Sealed, comes_first};
use crate::overlay::{Inbound, Peer};
use crate::store::Store;
use crate::telemetry::Metrics;
use allowance::Allowance;
use once::Doorkeeper;

/// Messages that are being worked on at one time.
const AT_ONCE: usize = 64;
/// A refusal leaves a whole number of these after the question came, so that how long it took says nothing.
const TICK: Duration = Duration::from_millis(250);
/// How long messages in hand may take when the node stops.
const FINISH: Duration = Duration::from_secs(5);

/// Hears who said something.
type Heard = Box<dyn Fn(Oin) + Send + Sync>;
type Handled = BoxFuture<'static, Result<Sealed, Unanswered>>;
type Route = Box<dyn Fn(&Desk, &Peer, &[u8]) -> Result<(Once, Handled), Fault> + Send + Sync>;

/// Which service handles which kind of message.
#[derive(Default)]
pub struct Routes(BTreeMap<&'static str, Route>);

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl Routes {
    /// No kinds yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Messages of kind `M` go to `handler`.
    #[must_use]
    pub fn on<M, F, H>(mut self, handler: F) -> Self
    where
        M: Message + Send + 'static,
        F: Fn(Delivery<M>) -> H + Send + Sync + 'static,
        H: Future<Output = Result<Sealed, Unanswered>> + Send + 'static,
    {
        let route = move |desk: &Desk, peer: &Peer, bytes: &[u8]| {
            let delivery = desk.open::<M>(peer, bytes)?;
            let once = delivery.once.clone();
            let handled: Handled = Box::pin(handler(delivery));
            Ok((once, handled))
        };
        self.0.insert(M::KIND, Box::new(route));
        self
    }
}

/// Why a message was not handled.
#[derive(Debug)]
enum Fault {
    /// It should not have been sent like this; the log hears of it.
    Incident(Incident),
    /// Our own doing; only the technical log hears of it.
    Own(String),
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        Self::Incident(match error {
            OpenError::WrongSignature(_) => Incident::WrongSignature,
            OpenError::OtherSender(_) => Incident::UnknownSender,
            OpenError::OtherRecipient(_) => Incident::WrongRecipient,
            OpenError::NotYet | OpenError::Expired | OpenError::TooLong => Incident::OutOfTime,
            OpenError::Malformed(_)
            | OpenError::OtherKind
            | OpenError::Header
            | OpenError::Message(_) => Incident::Malformed,
        })
    }
}

/// What is needed to open an envelope.
struct Desk {
    me: Oin,
    clock: Clock,
    doorkeeper: Doorkeeper,
    /// When the node last went back to a backup: it has forgotten which messages of before it had opened.
    restored: Option<Timestamp>,
}

impl Desk {
    fn open<M: Message>(&self, peer: &Peer, bytes: &[u8]) -> Result<Delivery<M>, Fault> {
        let now = self.clock.now();
        let opened = envelope::open::<M>(bytes, &peer.key, self.me, peer.oin, now)?;
        if self.restored.is_some_and(|at| opened.header.issued < at) {
            return Err(Fault::Incident(Incident::OutOfTime));
        }
        let once = self.doorkeeper.admit(&opened.header)?;
        Ok(Delivery {
            from: peer.oin,
            header: opened.header,
            message: opened.message,
            hash: opened.hash,
            once,
        })
    }
}

/// When a refusal leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusals {
    /// On a tick, so that how long it took says nothing.
    OnATick,
    /// As soon as it is ready. For tests only: it shows what the tick hides.
    TestingOnlyWhenReady,
}

/// The door itself.
pub struct Inbox {
    desk: Desk,
    routes: Routes,
    outbox: Outbox,
    allowance: Allowance,
    incidents: Incidents,
    metrics: Arc<Metrics>,
    refusals: Refusals,
    heard: Option<Heard>,
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Inbox").field(&self.routes).finish()
    }
}

impl Inbox {
    /// A door for the organisation of this outbox.
    #[must_use]
    pub fn new(
        outbox: &Outbox,
        store: &Store,
        clock: &Clock,
        routes: Routes,
        incidents: Incidents,
        metrics: Arc<Metrics>,
    ) -> Self {
        let desk = Desk {
            me: outbox.me(),
            clock: clock.clone(),
            doorkeeper: Doorkeeper::new(store.clone()),
            restored: None,
        };
        Self {
            desk,
            routes,
            outbox: outbox.clone(),
            allowance: Allowance::default(),
            incidents,
            metrics,
            refusals: Refusals::OnATick,
            heard: None,
        }
    }

    /// The same door, which tells of every member that said something in a message that opens.
    #[must_use]
    pub fn telling(self, heard: impl Fn(Oin) + Send + Sync + 'static) -> Self {
        Self {
            heard: Some(Box::new(heard)),
            ..self
        }
    }

    /// The same door, of a node that went back to a backup at this moment.
    #[must_use]
    pub fn hearing_nothing_of_before(mut self, restored: Option<Timestamp>) -> Self {
        self.desk.restored = restored;
        self
    }

    /// The same door, with refusals that leave like this.
    #[doc(hidden)]
    #[must_use]
    pub fn testing_only_refusing(self, refusals: Refusals) -> Self {
        Self { refusals, ..self }
    }

    /// Works until nothing can come any more, and finishes what is in hand.
    pub async fn run(self, mut inbound: mpsc::Receiver<Inbound>) {
        let inbox = Arc::new(self);
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut in_hand = JoinSet::new();
        while let Some(question) = inbound.recv().await {
            while in_hand.try_join_next().is_some() {}
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                break;
            };
            let inbox = Arc::clone(&inbox);
            in_hand.spawn(async move { inbox.handle(question, place).await });
        }
        let finish = async { while in_hand.join_next().await.is_some() {} };
        if tokio::time::timeout(FINISH, finish).await.is_err() {
            tracing::warn!("messages in hand were dropped: the node stops");
        }
    }

    async fn handle(&self, question: Inbound, place: OwnedSemaphorePermit) {
        let came = Instant::now();
        let Inbound { from, bytes, reply } = question;
        let answer = self.answer(&from, &bytes).await;
        // A refusal waits for its tick with its own organisation's place, which the overlay keeps, and no other.
        drop(place);
        match answer {
            Ok(sealed) => {
                self.metrics.envelopes_accepted.one();
                if sealed.waits_for_tick() && self.refusals == Refusals::OnATick {
                    tokio::time::sleep_until(next_tick(came, Instant::now())).await;
                }
                // The peer may have gone; its question is answered as far as we can.
                let _ = reply.send(sealed.into_bytes());
            }
            Err(Fault::Incident(incident)) => {
                self.metrics.envelopes_refused.one();
                self.incidents.note(from.oin, incident, &bytes).await;
            }
            Err(Fault::Own(cause)) => {
                tracing::error!(peer = %from.oin, %cause, "message was not answered");
            }
        }
    }

    async fn answer(&self, from: &Peer, bytes: &[u8]) -> Result<Sealed, Fault> {
        let malformed = Fault::Incident(Incident::Malformed);
        let Ok(kind) = envelope::peek_kind(bytes) else {
            return Err(malformed);
        };
        let found = self.routes.0.get_key_value(kind.as_str());
        let (kind, route) = found.ok_or(malformed)?;
        if !self.allowance.admits(from.oin, kind, self.desk.clock.now()) {
            return Err(Fault::Incident(Incident::TooMany));
        }
        let (once, handled) = route(&self.desk, from, bytes)?;
        if let Some(heard) = &self.heard {
            heard(from.oin);
        }
        // What was withdrawn while the two could not reach each other is heard of first.
        if !comes_first(kind) && !self.outbox.in_concord(from.oin).await {
            let cause = "the sender could not be told where the convenanten stand";
            return Err(Fault::Own(cause.to_owned()));
        }
        let outcome = handled.await;
        // INVARIANT (marked before answered): also when the service did not mark, or failed after marking.
        let marked = self.desk.doorkeeper.finish(&once).await;
        let sealed = outcome.map_err(|unanswered| Fault::Own(unanswered.to_string()))?;
        marked?;
        tracing::debug!(peer = %from.oin, kind, "message answered");
        Ok(sealed)
    }
}

/// The first tick after `now`, counted from when the question came.
fn next_tick(came: Instant, now: Instant) -> Instant {
    let passed = now.duration_since(came).as_millis() / TICK.as_millis();
    came + TICK * u32::try_from(passed.saturating_add(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_leaves_on_a_tick_however_long_it_took() {
        let came = Instant::now();
        for (took, leaves) in [(0, 250), (3, 250), (249, 250), (250, 500), (700, 750)] {
            let now = came + Duration::from_millis(took);
            assert_eq!(next_tick(came, now), came + Duration::from_millis(leaves));
        }
    }
}
