// SPDX-License-Identifier: EUPL-1.2
//! The swarm: one transport, one way to exchange messages, and who may take part.

use std::sync::Arc;

use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::request_response::{self, ProtocolSupport};
use libp2p::swarm::{self, NetworkBehaviour};
use libp2p::{PeerId, StreamProtocol, Swarm, Transport, ping, tcp, tls, yamux};
use tokio::sync::watch;

use super::StartError;
use super::codec::{Frames, Ready};
use super::gate::Gate;
use super::limits;
use super::membership::Membership;
use super::notice::Notices;
use super::places::Shares;
use super::upgrade::OrgUpgrade;

/// The versions of the messages between nodes that are spoken here, the newest first. Of two nodes the caller proposes
/// its versions in this order, and the first that the other knows is used, so a node of this release talks with one of
/// the release before as long as the version of that one is in the list. With one version nothing is proposed and no
/// time is lost; a second costs a round trip for every message to a node that does not know the first.
pub(super) const EXCHANGE: &[StreamProtocol] = &[StreamProtocol::new("/basisnet/1")];
/// A newer attestation on a connection that runs.
const RENEWAL: StreamProtocol = StreamProtocol::new("/basisnet/attestation/1");

/// What a connection can do. Who refuses comes first: a behaviour that has already been told of a connection would
/// otherwise keep what it had ready for it. And `membership` comes right before `exchange`, for which it lays ready
/// the share of the organisation.
#[derive(NetworkBehaviour)]
pub(super) struct Behaviour {
    limits: connection_limits::Behaviour,
    pub(super) membership: Membership,
    pub(super) exchange: request_response::Behaviour<Frames>,
    pub(super) renewal: request_response::Behaviour<Frames>,
    ping: ping::Behaviour,
}

/// Builds the swarm; must be called inside the runtime that will drive it.
pub(super) fn build(
    keypair: &Keypair,
    mine: watch::Receiver<Arc<[u8]>>,
    gate: Arc<dyn Gate>,
    notices: Notices,
    speaks: &[StreamProtocol],
) -> Result<Swarm<Behaviour>, StartError> {
    let upgrade = OrgUpgrade {
        tls: tls::Config::new(keypair).map_err(|_| StartError::Encryption)?,
        mine,
        gate: Arc::clone(&gate),
        notices: notices.clone(),
    };
    let config = swarm::Config::with_tokio_executor()
        // One round trip a request instead of two; harmless with one fixed set of protocols.
        .with_substream_upgrade_protocol_override(Version::V1Lazy)
        .with_max_negotiating_inbound_streams(limits::STREAMS_NEGOTIATING)
        .with_idle_connection_timeout(limits::IDLE);
    Ok(Swarm::new(
        transport(upgrade),
        behaviour(gate, notices, speaks),
        keypair.public().to_peer_id(),
        config,
    ))
}

fn transport(upgrade: OrgUpgrade) -> Boxed<(PeerId, StreamMuxerBox)> {
    let mut streams = yamux::Config::default();
    streams.set_max_num_streams(limits::STREAMS);
    tcp::tokio::Transport::new(tcp::Config::default())
        .upgrade(Version::V1Lazy)
        .authenticate(upgrade)
        .multiplex(streams)
        .timeout(limits::CONNECT)
        .boxed()
}

fn behaviour(gate: Arc<dyn Gate>, notices: Notices, speaks: &[StreamProtocol]) -> Behaviour {
    let connections = ConnectionLimits::default()
        .with_max_established_incoming(Some(limits::ESTABLISHED_INCOMING));
    let config = request_response::Config::default().with_request_timeout(limits::EXCHANGE);
    // A machine that fell leaves its connections behind; who comes back soon must not be asked over one of those.
    let pulse = ping::Config::new()
        .with_interval(limits::PULSE)
        .with_timeout(limits::PULSE_ANSWERED);
    let ready = Ready::default();
    let exchange = Frames::shared(limits::MESSAGE, ready.clone());
    let renewal = Frames::small(limits::ATTESTATION, limits::ACCEPTED);
    Behaviour {
        limits: connection_limits::Behaviour::new(connections),
        membership: Membership::new(gate, notices, Shares::new(), ready),
        exchange: request_response::Behaviour::with_codec(
            exchange,
            speaks
                .iter()
                .cloned()
                .map(|version| (version, ProtocolSupport::Full)),
            config
                .clone()
                .with_max_concurrent_streams(limits::EXCHANGES),
        ),
        renewal: request_response::Behaviour::with_codec(
            renewal,
            [(RENEWAL, ProtocolSupport::Full)],
            config.with_max_concurrent_streams(limits::RENEWALS),
        ),
        ping: ping::Behaviour::new(pulse),
    }
}
