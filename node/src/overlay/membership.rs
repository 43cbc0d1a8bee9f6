// SPDX-License-Identifier: EUPL-1.2
//! The second line of defence: slots for who is being negotiated with, and an end to who is no longer a member.
//!
//! The gate has already judged a peer when the swarm hears of it. This behaviour asks again at the moment that the
//! connection starts, and then four times a second for as long as it lasts, because nothing else in libp2p does:
//! an attestation that expires or a certificate that is revoked ends a connection that runs.

use std::collections::{HashMap, HashSet, VecDeque};
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    CloseConnection, ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler,
    THandlerInEvent, THandlerOutEvent, ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};
use tokio::time::{Interval, MissedTickBehavior};

use super::gate::Gate;
use super::limits;
use super::notice::Notices;
use super::peers::ip_of;

/// Lets in who may come in, and shows out who may not stay.
pub(super) struct Membership {
    gate: Arc<dyn Gate>,
    notices: Notices,
    pending: HashMap<ConnectionId, IpAddr>,
    connected: HashMap<PeerId, HashSet<ConnectionId>>,
    homes: VecDeque<IpAddr>,
    to_close: VecDeque<PeerId>,
    tick: Interval,
}

/// Too many connections are being negotiated.
#[derive(Debug, thiserror::Error)]
#[error("no free slot for a new connection")]
struct NoSlot;

impl Membership {
    pub(super) fn new(gate: Arc<dyn Gate>, notices: Notices) -> Self {
        let mut tick = tokio::time::interval(limits::RECHECK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            gate,
            notices,
            pending: HashMap::new(),
            connected: HashMap::new(),
            homes: VecDeque::new(),
            to_close: VecDeque::new(),
            tick,
        }
    }

    /// Peers with at least one connection.
    pub(super) fn peers(&self) -> impl Iterator<Item = &PeerId> {
        self.connected.keys()
    }

    fn has_slot(&self, from: IpAddr) -> bool {
        if self.pending.len() >= limits::PENDING {
            return false;
        }
        let of_this = self.pending.values().filter(|ip| **ip == from).count();
        if self.is_home(from) {
            return of_this < limits::PENDING_PER_MEMBER;
        }
        let of_strangers = self.pending.values().filter(|ip| !self.is_home(**ip));
        of_this < limits::PENDING_PER_STRANGER && of_strangers.count() < limits::PENDING_STRANGERS
    }

    fn is_home(&self, address: IpAddr) -> bool {
        self.homes.contains(&address) || self.gate.is_home(address)
    }

    fn remember_home(&mut self, address: &Multiaddr) {
        let Some(ip) = ip_of(address).filter(|ip| !self.homes.contains(ip)) else {
            return;
        };
        if self.homes.len() >= limits::HOMES {
            self.homes.pop_front();
        }
        self.homes.push_back(ip);
    }

    fn judge(&self, peer: &PeerId) -> Result<dummy::ConnectionHandler, ConnectionDenied> {
        match self.gate.still_valid(peer) {
            Ok(()) => Ok(dummy::ConnectionHandler),
            Err(refused) => {
                self.notices.refused(*peer, &refused);
                Err(ConnectionDenied::new(refused))
            }
        }
    }

    fn recheck(&mut self) {
        for peer in self.connected.keys() {
            if let Err(refused) = self.gate.still_valid(peer) {
                self.notices.closed(*peer, &refused);
                self.to_close.push_back(*peer);
            }
        }
        for peer in &self.to_close {
            self.connected.remove(peer);
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
        if !self.has_slot(from) {
            return Err(ConnectionDenied::new(NoSlot));
        }
        self.pending.insert(connection, from);
        Ok(())
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.pending.remove(&connection);
        let handler = self.judge(&peer)?;
        self.remember_home(remote);
        Ok(handler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.judge(&peer)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is open; other events say nothing about who is connected"
    )]
    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionEstablished(new) => {
                let connections = self.connected.entry(new.peer_id).or_default();
                connections.insert(new.connection_id);
            }
            FromSwarm::ConnectionClosed(gone) => {
                if let Some(connections) = self.connected.get_mut(&gone.peer_id) {
                    connections.remove(&gone.connection_id);
                    if connections.is_empty() {
                        self.connected.remove(&gone.peer_id);
                    }
                }
            }
            FromSwarm::ListenFailure(failed) => {
                self.pending.remove(&failed.connection_id);
            }
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
            Some(peer_id) => Poll::Ready(ToSwarm::CloseConnection {
                peer_id,
                connection: CloseConnection::All,
            }),
            None => Poll::Pending,
        }
    }
}
