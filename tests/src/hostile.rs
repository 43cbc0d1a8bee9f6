// SPDX-License-Identifier: EUPL-1.2
//! A member with valid credentials and a program of its own: it attests as it should, and then keeps to none of the
//! limits that our program keeps to.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use basisnet_node::keys::{NodeKey, Secret};
use basisnet_node::overlay::Voucher;
use basisnet_protocol::time::Timestamp;
use futures::future::BoxFuture;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, StreamExt};
use libp2p::core::upgrade::{
    InboundConnectionUpgrade, OutboundConnectionUpgrade, UpgradeInfo, Version,
};
use libp2p::identity::Keypair;
use libp2p::request_response::{self, Codec, Config, Event, Message, ProtocolSupport};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, StreamProtocol, Swarm, Transport, ping, tcp, tls, yamux};
use rand_core::{OsRng, RngCore};
use tokio::sync::{mpsc, oneshot};

use crate::door::SOON;

const EXCHANGE: StreamProtocol = StreamProtocol::new("/basisnet/1");
const RENEWAL: StreamProtocol = StreamProtocol::new("/basisnet/attestation/1");
/// More than any node takes.
const STREAMS: usize = 10_000;

/// A new key, as a node has it and as the transport has it.
#[must_use]
pub fn new_key() -> (NodeKey, Keypair) {
    let mut seed = [0; 32];
    OsRng.fill_bytes(&mut seed);
    let node = NodeKey::from_seed(Secret::new(seed)).expect("a seed");
    (node, Keypair::ed25519_from_bytes(seed).expect("a seed"))
}

/// How often a byte comes of a message that never ends.
const DRIBBLE: Duration = Duration::from_millis(50);

/// What it says on one stream.
#[derive(Clone, Debug)]
pub struct Say {
    /// These bytes…
    pub bytes: Vec<u8>,
    /// …and then it is done, or goes on byte by byte until the node has had enough.
    pub ends: bool,
}

impl Say {
    /// A message as it should be, as far as its form goes.
    #[must_use]
    pub const fn all(bytes: Vec<u8>) -> Self {
        Self { bytes, ends: true }
    }

    /// A message that never ends.
    #[must_use]
    pub const fn begin(bytes: Vec<u8>) -> Self {
        Self { bytes, ends: false }
    }
}

type Answer = oneshot::Sender<Option<Vec<u8>>>;

/// A peer that does as it likes. A copy is the same peer.
#[derive(Clone, Debug)]
pub struct Hostile {
    says: mpsc::Sender<(Say, Answer)>,
}

impl Hostile {
    /// Connects so many times to the node at `there`, and speaks for the organisation of the voucher.
    pub async fn connect(
        key: &Keypair,
        voucher: &dyn Voucher,
        now: Timestamp,
        (node, there): (PeerId, Multiaddr),
        connections: usize,
    ) -> Self {
        Self::speak(EXCHANGE, key, voucher, now, (node, there), connections).await
    }

    /// The same, on the protocol by which attestations are renewed.
    pub async fn connect_to_renew(
        key: &Keypair,
        voucher: &dyn Voucher,
        now: Timestamp,
        (node, there): (PeerId, Multiaddr),
    ) -> Self {
        Self::speak(RENEWAL, key, voucher, now, (node, there), 1).await
    }

    async fn speak(
        protocol: StreamProtocol,
        key: &Keypair,
        voucher: &dyn Voucher,
        now: Timestamp,
        (node, there): (PeerId, Multiaddr),
        connections: usize,
    ) -> Self {
        let me = key.public().to_peer_id();
        let vouched = voucher.vouch(&me, now).expect("an attestation");
        let mut swarm = swarm(key, vouched.attestation, protocol);
        let mut up = 0;
        for _ in 0..connections {
            let options = DialOpts::peer_id(node)
                .addresses(vec![there.clone()])
                .condition(PeerCondition::Always)
                .allocate_new_port()
                .build();
            swarm.dial(options).expect("an address");
        }
        let connected = async {
            while up < connections {
                if let SwarmEvent::ConnectionEstablished { .. } = swarm.select_next_some().await {
                    up += 1;
                }
            }
        };
        tokio::time::timeout(SOON, connected)
            .await
            .expect("connections");
        let (says, orders) = mpsc::channel(STREAMS);
        tokio::spawn(drive(swarm, node, orders));
        Self { says }
    }

    /// Says something on a stream of its own, and gives the answer; none when the node gives none.
    pub async fn say(&self, say: Say) -> Option<Vec<u8>> {
        let (answer, answered) = oneshot::channel();
        self.says.send((say, answer)).await.ok()?;
        answered.await.ok().flatten()
    }

    /// Says all of this at once, and waits for nothing.
    pub async fn shout(&self, says: impl IntoIterator<Item = Say>) {
        for say in says {
            let (answer, _) = oneshot::channel();
            self.says.send((say, answer)).await.expect("a peer");
        }
    }
}

/// It gives signs of life, or it would not last long.
#[derive(NetworkBehaviour)]
struct Behaviour {
    exchange: request_response::Behaviour<Frames>,
    ping: ping::Behaviour,
}

async fn drive(
    mut swarm: Swarm<Behaviour>,
    node: PeerId,
    mut orders: mpsc::Receiver<(Say, Answer)>,
) {
    let mut waiting = HashMap::new();
    loop {
        tokio::select! {
            order = orders.recv() => {
                let Some((say, answer)) = order else { return };
                let id = swarm.behaviour_mut().exchange.send_request(&node, say);
                waiting.insert(id, answer);
            }
            event = swarm.select_next_some() => {
                if let SwarmEvent::Behaviour(BehaviourEvent::Exchange(Event::Message {
                    message: Message::Response { request_id, response }, .. })) = event {
                    if let Some(answer) = waiting.remove(&request_id) {
                        let _ = answer.send(Some(response));
                    }
                } else if let SwarmEvent::Behaviour(BehaviourEvent::Exchange(Event::OutboundFailure { request_id, .. })) = event {
                    drop(waiting.remove(&request_id));
                }
            }
        }
    }
}

fn swarm(key: &Keypair, attestation: Vec<u8>, protocol: StreamProtocol) -> Swarm<Behaviour> {
    let attested = Attested {
        tls: tls::Config::new(key).expect("TLS"),
        attestation: attestation.into(),
    };
    let mut streams = yamux::Config::default();
    streams.set_max_num_streams(4_096);
    let transport = tcp::tokio::Transport::new(tcp::Config::default())
        .upgrade(Version::V1Lazy)
        .authenticate(attested)
        .multiplex(streams)
        .boxed();
    let config = Config::default()
        .with_request_timeout(SOON * 6)
        .with_max_concurrent_streams(STREAMS);
    let protocols = [(protocol, ProtocolSupport::Outbound)];
    let behaviour = Behaviour {
        exchange: request_response::Behaviour::with_codec(Frames, protocols, config),
        ping: ping::Behaviour::default(),
    };
    let swarm = libp2p::swarm::Config::with_tokio_executor()
        .with_substream_upgrade_protocol_override(Version::V1Lazy)
        .with_idle_connection_timeout(SOON * 6);
    Swarm::new(transport, behaviour, key.public().to_peer_id(), swarm)
}

/// Writes what it is told.
#[derive(Clone, Copy)]
struct Frames;

impl Codec for Frames {
    type Protocol = StreamProtocol;
    type Request = Say;
    type Response = Vec<u8>;

    async fn read_request<T>(&mut self, _: &StreamProtocol, _: &mut T) -> io::Result<Say>
    where
        T: AsyncRead + Unpin + Send,
    {
        Err(io::ErrorKind::Unsupported.into())
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        let mut bytes = Vec::new();
        io.read_to_end(&mut bytes).await?;
        if bytes.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, say: Say) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&say.bytes).await?;
        if say.ends {
            return Ok(());
        }
        loop {
            io.write_all(&[0]).await?;
            io.flush().await?;
            tokio::time::sleep(DRIBBLE).await;
        }
    }

    async fn write_response<T>(
        &mut self,
        _: &StreamProtocol,
        _: &mut T,
        _: Vec<u8>,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// TLS, then attestations, as the protocol has it; what the other shows is not looked at.
#[derive(Clone)]
struct Attested {
    tls: tls::Config,
    attestation: Arc<[u8]>,
}

impl UpgradeInfo for Attested {
    type Info = &'static str;
    type InfoIter = std::iter::Once<Self::Info>;

    fn protocol_info(&self) -> Self::InfoIter {
        std::iter::once("/basisnet/tls-org/1")
    }
}

impl<C> InboundConnectionUpgrade<C> for Attested
where
    C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    type Output = <tls::Config as InboundConnectionUpgrade<C>>::Output;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Output>>;

    fn upgrade_inbound(self, _: C, _: Self::Info) -> Self::Future {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }
}

impl<C> OutboundConnectionUpgrade<C> for Attested
where
    C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    type Output = <tls::Config as OutboundConnectionUpgrade<C>>::Output;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Output>>;

    fn upgrade_outbound(self, socket: C, _: Self::Info) -> Self::Future {
        Box::pin(async move {
            let secured = self.tls.upgrade_outbound(socket, "/tls/1.0.0").await;
            let (peer, mut channel) = secured.map_err(io::Error::other)?;
            let length = u16::try_from(self.attestation.len()).expect("at most 8 KiB");
            channel.write_all(&length.to_be_bytes()).await?;
            channel.write_all(&self.attestation).await?;
            channel.flush().await?;
            let mut length = [0; 2];
            channel.read_exact(&mut length).await?;
            let mut theirs = vec![0; u16::from_be_bytes(length).into()];
            channel.read_exact(&mut theirs).await?;
            Ok((peer, channel))
        })
    }
}
