// SPDX-License-Identifier: EUPL-1.2
//! The loop that drives the swarm: questions out, questions in, answers back, attestations renewed.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use basisnet_protocol::time::Timestamp;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use libp2p::core::upgrade::NegotiationError;
use libp2p::request_response::{
    Event, Message, OutboundFailure, OutboundRequestId, ResponseChannel,
};
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{Multiaddr, PeerId, Swarm};
use tokio::sync::{mpsc, oneshot, watch};

use super::behaviour::{Behaviour, BehaviourEvent};
use super::codec::Carried;
use super::gate::Gate;
use super::limits;
use super::notice::Notices;
use super::places::Place;
use super::{Inbound, RequestError};
use crate::clock::Clock;

/// What the rest of the program asks of the loop.
pub(super) enum Command {
    Ask {
        peer: PeerId,
        addresses: Vec<Multiaddr>,
        bytes: Arc<Vec<u8>>,
        answer: oneshot::Sender<Result<Vec<u8>, Unanswered>>,
        place: Place,
    },
    /// What time it is there.
    Time {
        peer: PeerId,
        addresses: Vec<Multiaddr>,
        answer: oneshot::Sender<Timestamp>,
    },
    Stop,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unanswered {
    pub(super) why: RequestError,
    /// The peer has seen nothing of the question, and it failed with something that began before it was asked: a
    /// connection that was ending, or a call that somebody else had begun.
    pub(super) again: bool,
}

/// How the answer to an attestation begins; the time of who accepted it follows, in milliseconds.
const ACCEPTED: u8 = 1;

type Owed = BoxFuture<'static, (ResponseChannel<Carried>, Option<Carried>)>;

/// A question under way. It keeps its place until the exchange is over, also when nobody waits any more.
struct Waiting {
    answer: oneshot::Sender<Result<Vec<u8>, Unanswered>>,
    begun: Arc<AtomicBool>,
    /// Somebody was calling the peer already, and this waits for that call.
    joined: bool,
    _place: Place,
}

impl Waiting {
    fn fail(self, error: &OutboundFailure) {
        let again = match error {
            OutboundFailure::DialFailure => self.joined,
            OutboundFailure::ConnectionClosed | OutboundFailure::Io(_) => {
                !self.begun.load(Ordering::Acquire)
            }
            OutboundFailure::Timeout | OutboundFailure::UnsupportedProtocols => false,
        };
        let why = failure(error);
        let _ = self.answer.send(Err(Unanswered { why, again }));
    }
}

pub(super) struct Run {
    pub(super) swarm: Swarm<Behaviour>,
    pub(super) gate: Arc<dyn Gate>,
    pub(super) notices: Notices,
    pub(super) inbound: mpsc::Sender<Inbound>,
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) mine: watch::Receiver<Arc<[u8]>>,
    pub(super) connected: watch::Sender<usize>,
    pub(super) clock: Clock,
    /// Who waits to hear what time it is at a peer.
    pub(super) times: HashMap<OutboundRequestId, oneshot::Sender<Timestamp>>,
}

impl Run {
    /// Runs until told to stop, or until nobody is left to tell.
    pub(super) async fn run(mut self) {
        let mut waiting = HashMap::new();
        let mut owed: FuturesUnordered<Owed> = FuturesUnordered::new();
        loop {
            tokio::select! {
                command = self.commands.recv() => match command {
                    Some(Command::Ask { peer, addresses, bytes, answer, place }) => {
                        let joined = !self.dial(peer, addresses);
                        let exchange = &mut self.swarm.behaviour_mut().exchange;
                        let begun = Arc::default();
                        let id = exchange.send_request(&peer, Carried::ours(bytes, &begun));
                        waiting.insert(id, Waiting { answer, begun, joined, _place: place });
                    }
                    Some(Command::Time { peer, addresses, answer }) => {
                        self.dial(peer, addresses);
                        let mine = self.mine.borrow().to_vec();
                        let renewal = &mut self.swarm.behaviour_mut().renewal;
                        self.times.insert(renewal.send_request(&peer, Carried::new(mine)), answer);
                    }
                    Some(Command::Stop) | None => return,
                },
                Some((channel, answer)) = owed.next(), if !owed.is_empty() => {
                    if let Some(answer) = answer {
                        // Who asked may be gone; then there is nobody to tell.
                        let _ = self.swarm.behaviour_mut().exchange.send_response(channel, answer);
                    }
                }
                Ok(()) = self.mine.changed() => self.renew(),
                event = self.swarm.select_next_some() => {
                    self.on_event(event, &mut waiting, &owed);
                }
            }
        }
    }

    /// Connects, unless there is a connection already or one is being made; the latter gives `false`.
    ///
    /// From a port of its own, not the one we listen on: two nodes that dial each other at one moment between two
    /// fixed ports would make one connection with two callers and nobody who listens.
    fn dial(&mut self, peer: PeerId, addresses: Vec<Multiaddr>) -> bool {
        let options = DialOpts::peer_id(peer)
            .addresses(addresses)
            .allocate_new_port()
            .build();
        // A failure comes back as an event, and with it ends the question that waits.
        let dialled = self.swarm.dial(options);
        if let Err(error) = &dialled {
            tracing::trace!(%error, "not dialled");
        }
        dialled.is_ok() || self.swarm.is_connected(&peer)
    }

    /// Shows our new attestation to everyone we are connected with.
    fn renew(&mut self) {
        let mine = self.mine.borrow_and_update().to_vec();
        let behaviour = self.swarm.behaviour_mut();
        for peer in behaviour.membership.peers() {
            behaviour
                .renewal
                .send_request(&peer, Carried::new(mine.clone()));
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is open; other events ask nothing of us"
    )]
    fn on_event(
        &mut self,
        event: SwarmEvent<BehaviourEvent>,
        waiting: &mut HashMap<OutboundRequestId, Waiting>,
        owed: &FuturesUnordered<Owed>,
    ) {
        match event {
            SwarmEvent::Behaviour(BehaviourEvent::Exchange(event)) => {
                self.on_exchange(event, waiting, owed);
            }
            SwarmEvent::Behaviour(BehaviourEvent::Renewal(Event::Message {
                peer,
                message:
                    Message::Request {
                        request, channel, ..
                    },
                ..
            })) => self.on_renewal(peer, &request.bytes, channel),
            SwarmEvent::Behaviour(BehaviourEvent::Renewal(Event::Message {
                message:
                    Message::Response {
                        request_id,
                        response,
                    },
                ..
            })) => self.on_time(request_id, &response.bytes),
            SwarmEvent::Behaviour(BehaviourEvent::Renewal(Event::OutboundFailure {
                request_id,
                ..
            })) => drop(self.times.remove(&request_id)),
            SwarmEvent::Behaviour(BehaviourEvent::Ping(ping)) if ping.result.is_err() => {
                self.swarm.close_connection(ping.connection);
            }
            SwarmEvent::ConnectionEstablished { .. } | SwarmEvent::ConnectionClosed { .. } => {
                self.connected
                    .send_replace(self.swarm.connected_peers().count());
            }
            SwarmEvent::IncomingConnectionError { error, .. } => {
                tracing::debug!(%error, "no connection was made for a caller");
            }
            SwarmEvent::OutgoingConnectionError { error, .. } => {
                tracing::debug!(%error, "no connection could be made");
            }
            _ => {}
        }
    }

    fn on_exchange(
        &mut self,
        event: Event<Carried, Carried>,
        waiting: &mut HashMap<OutboundRequestId, Waiting>,
        owed: &FuturesUnordered<Owed>,
    ) {
        match event {
            Event::Message { peer, message, .. } => match message {
                Message::Request {
                    request, channel, ..
                } => {
                    if let Some(answer) = self.deliver(peer, request, channel, owed.len()) {
                        owed.push(answer);
                    }
                }
                Message::Response {
                    request_id,
                    response,
                } => {
                    if let Some(waiting) = waiting.remove(&request_id) {
                        let _ = waiting.answer.send(Ok(response.into_bytes()));
                    }
                }
            },
            Event::OutboundFailure {
                request_id, error, ..
            } => {
                if let Some(waiting) = waiting.remove(&request_id) {
                    waiting.fail(&error);
                }
            }
            Event::InboundFailure { peer, error, .. } => {
                tracing::debug!(%peer, %error, "an answer could not be given");
            }
            Event::ResponseSent { .. } => {}
        }
    }

    /// Takes a newer attestation of a peer. Judging one takes time, so nobody has it done all the time.
    fn on_renewal(&mut self, peer: PeerId, shown: &[u8], channel: ResponseChannel<Carried>) {
        if !self.swarm.behaviour().membership.may_renew(&peer) {
            tracing::warn!(%peer, "attestation not looked at: too many");
            return;
        }
        match self.gate.admit(shown, &peer) {
            Ok(_) => {
                let renewal = &mut self.swarm.behaviour_mut().renewal;
                let now = self.clock.now().as_millis().to_be_bytes();
                let accepted = [&[ACCEPTED], now.as_slice()].concat();
                let _ = renewal.send_response(channel, Carried::new(accepted));
            }
            Err(refused) => self.notices.refused(peer, &refused),
        }
    }

    /// A peer accepted our attestation, and says what time it is there.
    fn on_time(&mut self, request: OutboundRequestId, said: &[u8]) {
        let Some(answer) = self.times.remove(&request) else {
            return;
        };
        if let [ACCEPTED, time @ ..] = said
            && let Ok(millis) = time.try_into()
        {
            let _ = answer.send(Timestamp::from_millis(u64::from_be_bytes(millis)));
        }
    }

    /// Hands a question up. When too much waits already, the caller finds his stream closed and may come again.
    fn deliver(
        &self,
        peer: PeerId,
        question: Carried,
        channel: ResponseChannel<Carried>,
        owed: usize,
    ) -> Option<Owed> {
        let from = self.gate.peer(&peer)?;
        if owed >= limits::ANSWERS_OWED {
            tracing::warn!(%peer, "question dropped: too many wait for an answer");
            return None;
        }
        let (reply, answer) = oneshot::channel();
        let (bytes, place) = question.into_parts();
        let inbound = Inbound { from, bytes, reply };
        if self.inbound.try_send(inbound).is_err() {
            tracing::warn!(%peer, "question dropped: the inbox is full");
            return None;
        }
        Some(Box::pin(async move {
            let answer = answer.await.ok();
            (channel, answer.map(|bytes| Carried::held(bytes, place)))
        }))
    }
}

/// Where one version is spoken the message leaves before the other has said whether it knows that version.
fn is_other_version(fault: &std::io::Error) -> bool {
    let cause = fault.get_ref();
    let cause = cause.and_then(|cause| cause.downcast_ref::<NegotiationError>());
    matches!(cause, Some(NegotiationError::Failed))
}

fn failure(error: &OutboundFailure) -> RequestError {
    match error {
        OutboundFailure::DialFailure => RequestError::Unreachable,
        OutboundFailure::Timeout => RequestError::Timeout,
        OutboundFailure::UnsupportedProtocols => RequestError::OtherVersion,
        OutboundFailure::Io(fault) if is_other_version(fault) => RequestError::OtherVersion,
        OutboundFailure::ConnectionClosed | OutboundFailure::Io(_) => RequestError::Closed,
    }
}
