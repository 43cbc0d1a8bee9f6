// SPDX-License-Identifier: EUPL-1.2
//! Carries sealed messages between nodes, over connections that only members of known organisations can have.
//!
//! The overlay hands bytes up and takes bytes down; it never opens an envelope and knows nothing of what is in it.
//! One listening port, one transport (TCP, TLS, yamux), and a gate inside the transport: a peer that does not prove
//! for which organisation it speaks reaches nothing but encryption and one short read.
//!
//! It runs on a thread and a runtime of its own, so that a busy page cannot delay the network, nor the reverse.

mod behaviour;
mod codec;
mod gate;
mod limits;
mod membership;
mod notice;
mod peers;
mod places;
mod probe;
mod run;
mod slots;
mod upgrade;
mod vouch;

pub use gate::{Gate, OrgGate, Peer, Refused, key_of, peer_of};
pub use notice::Notice;
pub use peers::{KnownPeer, KnownPeers};
pub use probe::{Obstacle, Presented, Prober, Shown, who_answers};
pub use slots::Home;
pub use vouch::{CannotVouch, OrgVoucher, Vouched, Voucher};

use std::collections::HashMap;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use basisnet_protocol::time::Timestamp;
use futures::StreamExt;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::SwarmEvent;
use libp2p::{Multiaddr, PeerId, StreamProtocol, Swarm};
use tokio::sync::{mpsc, oneshot, watch};

use crate::clock::Clock;
use crate::keys::NodeKey;
use behaviour::Behaviour;
use notice::Notices;
use places::InFlight;
use run::{Command, Run, Unanswered};
use vouch::Vouching;

/// The connection of this node with others. A copy is the same connection.
#[derive(Clone, Debug)]
pub struct Overlay {
    me: PeerId,
    address: SocketAddr,
    commands: mpsc::Sender<Command>,
    in_flight: InFlight,
    connected: watch::Receiver<usize>,
    attested: watch::Receiver<Timestamp>,
    prober: Prober,
    surplus: Arc<AtomicU64>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// A question from a peer, and where its answer goes. No answer closes the peer's stream without a word.
#[derive(Debug)]
pub struct Inbound {
    /// Who asks, as proven by attestation and channel.
    pub from: Peer,
    /// The sealed question.
    pub bytes: Vec<u8>,
    /// Takes the sealed answer.
    pub reply: oneshot::Sender<Vec<u8>>,
}

/// What the overlay needs to know to begin.
pub struct Beginning {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Who may have a connection.
    pub gate: Arc<dyn Gate>,
    /// Who vouches for this node.
    pub voucher: Arc<dyn Voucher>,
    /// What time it is.
    pub clock: Clock,
    /// Where questions of peers go.
    pub inbound: mpsc::Sender<Inbound>,
    /// Where notices for the log go.
    pub notices: mpsc::Sender<Notice>,
}

impl std::fmt::Debug for Beginning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Beginning")
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

/// Why the overlay did not start. The text is for the person who runs the node.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The environment asks TLS libraries to write their session keys to a file.
    #[error(
        "de omgevingsvariabele `SSLKEYLOGFILE` is gezet; daarmee komen de sleutels van verbindingen op schijf; verwijder die variabele en start opnieuw"
    )]
    KeyLog,
    /// Nothing can listen there.
    #[error(
        "op adres `{address}` kan niet worden geluisterd: {cause}; controleer of er geen ander programma op die poort draait en of het adres van deze machine is"
    )]
    Listen {
        /// Where it was tried.
        address: SocketAddr,
        /// What the system said.
        cause: String,
    },
    /// The node key cannot be used for TLS.
    #[error(
        "de nodesleutel kan niet voor versleuteling worden gebruikt; zet het sleutelbestand terug uit de back-up"
    )]
    Encryption,
    /// The organisation key does not sign.
    #[error(
        "de organisatiesleutel kan geen attest ondertekenen: {0}; controleer sleutel, certificaat en OIN in de configuratie"
    )]
    Attestation(#[from] CannotVouch),
    /// The operating system gave no thread.
    #[error(
        "het netwerk kan niet worden gestart: {0}; controleer de limieten voor geheugen en processen"
    )]
    Thread(#[from] std::io::Error),
}

/// Why a question got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No connection could be made: off, unreachable, or one of the two refuses the other.
    #[error("peer cannot be reached")]
    Unreachable,
    /// It took too long. Whether the peer has seen the question is unknown.
    #[error("peer did not answer in time")]
    Timeout,
    /// The connection or stream ended without an answer. Whether the peer has seen the question is unknown.
    #[error("peer closed without an answer")]
    Closed,
    /// It speaks no version of the messages that is spoken here.
    #[error("peer speaks no version of the protocol that is spoken here")]
    OtherVersion,
    /// Larger than any message may be.
    #[error("message is too large")]
    TooLarge,
    /// This node is stopping.
    #[error("overlay has stopped")]
    Stopped,
}

impl Overlay {
    /// Listens, and is ready to ask and to be asked when this returns.
    pub async fn start(key: &NodeKey, beginning: Beginning) -> Result<Self, StartError> {
        Self::start_speaking(key, beginning, behaviour::EXCHANGE).await
    }

    async fn start_speaking(
        key: &NodeKey,
        beginning: Beginning,
        speaks: &'static [StreamProtocol],
    ) -> Result<Self, StartError> {
        refuse_key_log(std::env::var_os("SSLKEYLOGFILE").as_deref())?;
        refuse_taken_port(beginning.listen)?;
        let keypair = key.to_keypair().map_err(|_| StartError::Encryption)?;
        let me = keypair.public().to_peer_id();
        let clock = beginning.clock.clone();
        let vouching = Vouching::begin(beginning.voucher, me, beginning.clock)?;
        let attested = vouching.expires();
        let tls = libp2p::tls::Config::new(&keypair).map_err(|_| StartError::Encryption)?;
        let prober = Prober::new(tls, vouching.current());
        let notices = Notices::new(beginning.notices);
        let surplus = notices.surplus();
        let (commands, orders) = mpsc::channel(limits::IN_FLIGHT);
        let (count, connected) = watch::channel(0);
        let (ready, listening) = oneshot::channel();
        let parts = Parts {
            keypair,
            listen: beginning.listen,
            gate: beginning.gate,
            inbound: beginning.inbound,
            notices,
            orders,
            count,
            clock,
            speaks,
        };
        let thread = std::thread::Builder::new()
            .name("overlay".to_owned())
            .spawn(move || drive(parts, vouching, ready))?;
        let address = listening.await.map_err(|_| StartError::Encryption)??;
        Ok(Self {
            me,
            address,
            commands,
            in_flight: InFlight::new(),
            connected,
            attested,
            prober,
            surplus,
            thread: Arc::new(Mutex::new(Some(thread))),
        })
    }

    /// The name of this node on the network.
    #[must_use]
    pub const fn me(&self) -> PeerId {
        self.me
    }

    /// Where this node listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Until when the attestation of this node counts; it is renewed before.
    #[must_use]
    pub fn attested_until(&self) -> watch::Receiver<Timestamp> {
        self.attested.clone()
    }

    /// To look along the line to a peer, step by step.
    #[must_use]
    pub const fn prober(&self) -> &Prober {
        &self.prober
    }

    /// What time it is at a peer, and how long its answer took. Connects when there is no connection yet.
    ///
    /// # Errors
    /// As [`Overlay::request`].
    pub async fn time_at(
        &self,
        peer: PeerId,
        addresses: &[Multiaddr],
    ) -> Result<(Timestamp, Duration), RequestError> {
        let (answer, answered) = oneshot::channel();
        let addresses = peers::resolve(addresses).await;
        let command = Command::Time {
            peer,
            addresses,
            answer,
        };
        let sent = self.commands.send(command).await;
        sent.map_err(|_| RequestError::Stopped)?;
        let began = tokio::time::Instant::now();
        let answer = tokio::time::timeout(limits::CONNECT * 2, answered).await;
        let answer = answer.map_err(|_| RequestError::Timeout)?;
        let there = answer.map_err(|_| RequestError::Closed)?;
        Ok((there, began.elapsed()))
    }

    /// How many peers are connected.
    #[must_use]
    pub fn connected(&self) -> usize {
        *self.connected.borrow()
    }

    /// The same, as it changes; ends when the overlay has stopped.
    #[must_use]
    pub fn connections(&self) -> watch::Receiver<usize> {
        self.connected.clone()
    }

    /// Notices that did not fit in the channel to the log.
    #[must_use]
    pub fn surplus_notices(&self) -> u64 {
        self.surplus.load(Ordering::Relaxed)
    }

    /// Asks a peer, and gives its answer. Connects when there is no connection yet.
    ///
    /// A question of which nothing has left, and that failed with a connection or a call from before it, is asked
    /// once more. Any other is not repeated: whether it may be asked twice is for the caller to know.
    pub async fn request(
        &self,
        peer: PeerId,
        addresses: &[Multiaddr],
        bytes: Vec<u8>,
        timeout: Duration,
    ) -> Result<Vec<u8>, RequestError> {
        if bytes.len() > limits::MESSAGE {
            return Err(RequestError::TooLarge);
        }
        let bytes = Arc::new(bytes);
        let exchange = async {
            let first = self.ask(peer, addresses, Arc::clone(&bytes)).await;
            match first {
                Err(Unanswered { again: true, .. }) => self.ask(peer, addresses, bytes).await,
                first => first,
            }
        };
        let answer = tokio::time::timeout(timeout, exchange).await;
        answer.map_or(Err(RequestError::Timeout), |answer| {
            answer.map_err(|unanswered| unanswered.why)
        })
    }

    async fn ask(
        &self,
        peer: PeerId,
        addresses: &[Multiaddr],
        bytes: Arc<Vec<u8>>,
    ) -> Result<Vec<u8>, Unanswered> {
        let stopped = Unanswered {
            why: RequestError::Stopped,
            again: false,
        };
        let place = self.in_flight.enter(peer).await.ok_or(stopped)?;
        let (answer, answered) = oneshot::channel();
        let ask = Command::Ask {
            peer,
            addresses: peers::resolve(addresses).await,
            bytes,
            answer,
            place,
        };
        let sent = self.commands.send(ask).await;
        sent.map_err(|_| stopped)?;
        answered.await.unwrap_or(Err(stopped))
    }

    /// Closes all connections and the port.
    pub async fn shutdown(&self) {
        self.in_flight.close();
        let _ = self.commands.send(Command::Stop).await;
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(|| thread.join()).await;
        }
    }
}

/// Everything the thread of the network takes along.
struct Parts {
    keypair: libp2p::identity::Keypair,
    listen: SocketAddr,
    gate: Arc<dyn Gate>,
    inbound: mpsc::Sender<Inbound>,
    notices: Notices,
    orders: mpsc::Receiver<Command>,
    count: watch::Sender<usize>,
    clock: Clock,
    speaks: &'static [StreamProtocol],
}

type Ready = oneshot::Sender<Result<SocketAddr, StartError>>;

fn drive(parts: Parts, vouching: Vouching, ready: Ready) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(begin(parts, vouching, ready)),
        Err(fault) => drop(ready.send(Err(fault.into()))),
    }
}

async fn begin(parts: Parts, vouching: Vouching, ready: Ready) {
    let mine = vouching.current();
    let gate = Arc::clone(&parts.gate);
    let notices = parts.notices.clone();
    let built = behaviour::build(&parts.keypair, mine.clone(), gate, notices, parts.speaks);
    let mut swarm = match built {
        Ok(swarm) => swarm,
        Err(fault) => return drop(ready.send(Err(fault))),
    };
    let listening = listen(&mut swarm, parts.listen).await;
    let failed = listening.is_err();
    if ready.send(listening).is_err() || failed {
        return;
    }
    tokio::spawn(vouching.run());
    let run = Run {
        swarm,
        gate: parts.gate,
        notices: parts.notices,
        inbound: parts.inbound,
        commands: parts.orders,
        mine,
        connected: parts.count,
        clock: parts.clock,
        times: HashMap::new(),
    };
    run.run().await;
}

async fn listen(
    swarm: &mut Swarm<Behaviour>,
    address: SocketAddr,
) -> Result<SocketAddr, StartError> {
    let failed = |cause: String| StartError::Listen { address, cause };
    let there = Multiaddr::from(address.ip()).with(Protocol::Tcp(address.port()));
    swarm
        .listen_on(there)
        .map_err(|fault| failed(fault.to_string()))?;
    loop {
        let event = swarm.select_next_some().await;
        if let SwarmEvent::NewListenAddr { address: here, .. } = event {
            return Ok(SocketAddr::new(address.ip(), peers::port_of(&here)));
        }
        if let SwarmEvent::ListenerClosed { reason, .. } = event {
            let cause = reason.err().map(|fault| fault.to_string());
            return Err(failed(cause.unwrap_or_default()));
        }
    }
}

/// libp2p writes the session keys of TLS to the file that this variable names, whatever we would want.
fn refuse_key_log(variable: Option<&OsStr>) -> Result<(), StartError> {
    match variable {
        None => Ok(()),
        Some(_) => Err(StartError::KeyLog),
    }
}

/// libp2p listens with `SO_REUSEPORT`: a second node of the same user on the same port would get half of the callers
/// instead of an error. An ordinary listener does see that the port is taken.
fn refuse_taken_port(address: SocketAddr) -> Result<(), StartError> {
    std::net::TcpListener::bind(address)
        .map(drop)
        .map_err(|fault| StartError::Listen {
            address,
            cause: fault.to_string(),
        })
}

#[cfg(test)]
mod tests;
