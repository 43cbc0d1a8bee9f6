// SPDX-License-Identifier: EUPL-1.2
//! The second line of defence: slots for who is being negotiated with, and an end to who is no longer a member.
//!
//! The gate has already judged a peer when the swarm hears of it. This behaviour asks again at the moment that the
//! connection starts, and then four times a second for as long as it lasts, because nothing else in libp2p does:
//! an attestation that expires or a certificate that is revoked ends a connection that runs.

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use basisnet_protocol::id::Oin;
use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    CloseConnection, ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler,
    THandlerInEvent, THandlerOutEvent, ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::codec::Ready;
use super::gate::{Gate, Peer, Refused};
use super::limits;
use super::notice::Notices;
use super::peers::ip_of;
use super::places::Shares;
use super::slots::Slots;

/// Lets in who may come in, and shows out who may not stay.
pub(super) struct Membership {
    gate: Arc<dyn Gate>,
    notices: Notices,
    slots: Slots,
    shares: Shares,
    ready: Ready,
    /// The oldest first.
    live: Vec<Live>,
    to_close: VecDeque<(PeerId, CloseConnection)>,
    tick: Interval,
}

/// A connection that runs.
#[derive(Clone, Copy)]
struct Live {
    id: ConnectionId,
    peer: PeerId,
    oin: Option<Oin>,
}

/// Too many connections are being negotiated.
#[derive(Debug, thiserror::Error)]
#[error("no free slot for a new connection")]
struct NoSlot;

impl Membership {
    pub(super) fn new(gate: Arc<dyn Gate>, notices: Notices, shares: Shares, ready: Ready) -> Self {
        let mut tick = tokio::time::interval(limits::RECHECK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            gate,
            notices,
            slots: Slots::default(),
            shares,
            ready,
            live: Vec::new(),
            to_close: VecDeque::new(),
            tick,
        }
    }

    /// Peers with at least one connection.
    pub(super) fn peers(&self) -> BTreeSet<PeerId> {
        self.live.iter().map(|live| live.peer).collect()
    }

    /// Whether an attestation that this peer shows on a connection that runs is looked at now.
    pub(super) fn may_renew(&self, peer: &PeerId) -> bool {
        let peer = self.gate.peer(peer);
        peer.is_some_and(|peer| self.shares.of(peer.oin).may_renew())
    }

    fn judge(&self, peer: &PeerId) -> Result<Peer, ConnectionDenied> {
        let judged = self.gate.still_valid(peer);
        let judged = judged.and_then(|()| self.gate.peer(peer).ok_or(Refused::NotAMember));
        judged.map_err(|refused| {
            self.notices.refused(*peer, &refused);
            ConnectionDenied::new(refused)
        })
    }

    /// Lays ready what the handlers of the new connection need, and lets it begin.
    fn admit(&self, peer: &Peer) -> dummy::ConnectionHandler {
        self.ready.lay(self.shares.of(peer.oin));
        dummy::ConnectionHandler
    }

    /// The newest connections stay: a node that comes back after a fall cannot close the ones it had, and we may not
    /// have noticed yet that nobody is behind them.
    fn keep(&mut self, live: Live) {
        self.live.push(live);
        self.close_oldest(limits::ESTABLISHED_PER_PEER, |other| {
            other.peer == live.peer
        });
        self.close_oldest(limits::CONNECTIONS_PER_MEMBER, |other| {
            other.oin == live.oin
        });
    }

    fn close_oldest(&mut self, most: usize, alike: impl Fn(&Live) -> bool) {
        let count = self.live.iter().filter(|live| alike(live)).count();
        if count > most
            && let Some(oldest) = self.live.iter().position(alike)
        {
            let oldest = self.live.remove(oldest);
            let one = CloseConnection::One(oldest.id);
            self.to_close.push_back((oldest.peer, one));
        }
    }

    fn recheck(&mut self) {
        for peer in self.peers() {
            if let Err(refused) = self.gate.still_valid(&peer) {
                self.notices.closed(peer, &refused);
                self.live.retain(|live| live.peer != peer);
                self.to_close.push_back((peer, CloseConnection::All));
            }
        }
    }
}

impl NetworkBehaviour for Membership {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        let from = ip_of(remote).ok_or_else(|| ConnectionDenied::new(NoSlot))?;
        let named = self.gate.home(from);
        if self.slots.take(connection, from, named, Instant::now()) {
            Ok(())
        } else {
            Err(ConnectionDenied::new(NoSlot))
        }
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.slots.free(connection);
        let peer = self.judge(&peer)?;
        if let Some(from) = ip_of(remote) {
            self.slots.remember(from, peer.oin);
        }
        Ok(self.admit(&peer))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        let peer = self.judge(&peer)?;
        Ok(self.admit(&peer))
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is open; other events say nothing about who is connected"
    )]
    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionEstablished(new) => {
                // Who lost its right in between is found by the next recheck; then it must be among those that run.
                let known = self.gate.peer(&new.peer_id);
                let oin = known.map(|peer| peer.oin);
                self.keep(Live {
                    id: new.connection_id,
                    peer: new.peer_id,
                    oin,
                });
            }
            FromSwarm::ConnectionClosed(gone) => {
                self.live.retain(|live| live.id != gone.connection_id);
            }
            FromSwarm::ListenFailure(failed) => self.slots.free(failed.connection_id),
            _ => {}
        }
    }

    fn on_connection_handler_event(
        &mut self,
        _: PeerId,
        _: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        match event {}
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        while self.to_close.is_empty() {
            if self.tick.poll_tick(cx).is_pending() {
                return Poll::Pending;
            }
            self.recheck();
        }
        match self.to_close.pop_front() {
            Some((peer_id, connection)) => Poll::Ready(ToSwarm::CloseConnection {
                peer_id,
                connection,
            }),
            None => Poll::Pending,
        }
    }
}
