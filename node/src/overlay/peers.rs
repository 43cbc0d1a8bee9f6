// SPDX-License-Identifier: EUPL-1.2
//! The peers that this node knows from signed directory records: who speaks for whom, and where.
//!
//! Who is not in it is refused before his attestation is parsed, so what a stranger can make us do stays small.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use basisnet_protocol::id::Oin;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

use super::slots::Home;

/// One node of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPeer {
    /// For whom it may speak.
    pub oin: Oin,
    /// By which key.
    pub peer_id: PeerId,
    /// Where it listens: `/ip4/…/tcp/…`, `/ip6/…/tcp/…` or `/dns/…/tcp/…`.
    pub addresses: Vec<Multiaddr>,
}

/// The peers that may be admitted. A copy sees the same peers.
#[derive(Clone, Debug, Default)]
pub struct KnownPeers(Arc<RwLock<Table>>);

#[derive(Debug, Default)]
struct Table {
    peers: HashMap<PeerId, KnownPeer>,
    homes: HashMap<IpAddr, Home>,
}

impl KnownPeers {
    /// From now on these, and no others. Of two with one key the first counts.
    pub fn replace(&self, peers: impl IntoIterator<Item = KnownPeer>) {
        let mut known: HashMap<PeerId, KnownPeer> = HashMap::new();
        for peer in peers {
            known.entry(peer.peer_id).or_insert(peer);
        }
        let mut homes: HashMap<IpAddr, Home> = HashMap::new();
        for peer in known.values() {
            for address in peer.addresses.iter().filter_map(ip_of) {
                let home = homes.entry(address).or_insert(Home::Of(peer.oin));
                *home = home.with(peer.oin);
            }
        }
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Table {
            peers: known,
            homes,
        };
    }

    /// For whom this peer may speak, if it is known.
    #[must_use]
    pub fn oin_of(&self, peer: &PeerId) -> Option<Oin> {
        self.read(|table| table.peers.get(peer).map(|known| known.oin))
    }

    /// The nodes of an organisation.
    #[must_use]
    pub fn nodes_of(&self, oin: Oin) -> Vec<KnownPeer> {
        self.read(|table| {
            let nodes = table.peers.values().filter(|peer| peer.oin == oin);
            let mut nodes: Vec<_> = nodes.cloned().collect();
            nodes.sort_by_key(|peer| peer.peer_id);
            nodes
        })
    }

    /// Which member has a node that listens at this address.
    #[must_use]
    pub fn home(&self, address: IpAddr) -> Option<Home> {
        self.read(|table| table.homes.get(&address).copied())
    }

    fn read<T>(&self, look: impl FnOnce(&Table) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The address of a machine, when the address names one.
pub(super) fn ip_of(address: &Multiaddr) -> Option<IpAddr> {
    address.iter().find_map(|part| {
        if let Protocol::Ip4(ip) = part {
            Some(ip.into())
        } else if let Protocol::Ip6(ip) = part {
            Some(ip.to_canonical())
        } else {
            None
        }
    })
}

/// The port in an address; 0 when there is none.
pub(super) fn port_of(address: &Multiaddr) -> u16 {
    let port = address.iter().find_map(|part| {
        if let Protocol::Tcp(port) = part {
            Some(port)
        } else {
            None
        }
    });
    port.unwrap_or_default()
}

/// Addresses in which names have been replaced by numbers. A name that does not resolve leaves no address.
pub(super) async fn resolve(addresses: &[Multiaddr]) -> Vec<Multiaddr> {
    let mut resolved = Vec::new();
    for address in addresses {
        let Some((name, port)) = name_of(address) else {
            resolved.push(address.clone());
            continue;
        };
        match tokio::net::lookup_host((name.as_str(), port)).await {
            Ok(found) => resolved.extend(
                found
                    .take(8)
                    .map(|at| Multiaddr::from(at.ip()).with(Protocol::Tcp(at.port()))),
            ),
            Err(fault) => tracing::warn!(%name, %fault, "name of a peer did not resolve"),
        }
    }
    resolved
}

fn name_of(address: &Multiaddr) -> Option<(String, u16)> {
    let mut parts = address.iter();
    let name =
        if let Protocol::Dns(name) | Protocol::Dns4(name) | Protocol::Dns6(name) = parts.next()? {
            name.into_owned()
        } else {
            return None;
        };
    if let Protocol::Tcp(port) = parts.next()? {
        Some((name, port))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(oin: &str, address: &str) -> KnownPeer {
        KnownPeer {
            oin: oin.parse().unwrap(),
            peer_id: PeerId::random(),
            addresses: vec![address.parse().unwrap()],
        }
    }

    #[test]
    fn a_peer_is_known_for_as_long_as_a_record_names_it() {
        let known = KnownPeers::default();
        let first = peer("00000099000000001000", "/ip4/127.0.0.2/tcp/7001");
        known.replace([first.clone()]);
        assert_eq!(known.oin_of(&first.peer_id), Some(first.oin));
        assert_eq!(known.nodes_of(first.oin), std::slice::from_ref(&first));
        let address = "127.0.0.2".parse().unwrap();
        assert_eq!(known.home(address), Some(Home::Of(first.oin)));
        let second = peer("00000099000000002000", "/ip4/127.0.0.2/tcp/7002");
        known.replace([first.clone(), second]);
        assert_eq!(known.home(address), Some(Home::Shared));
        known.replace([]);
        assert_eq!(known.oin_of(&first.peer_id), None);
        assert_eq!(known.home(address), None);
    }

    #[tokio::test]
    async fn a_name_becomes_a_number_and_a_number_stays() {
        let by_name: Multiaddr = "/dns4/localhost/tcp/7001".parse().unwrap();
        let by_number: Multiaddr = "/ip6/::1/tcp/7002".parse().unwrap();
        let found = resolve(&[by_name, by_number.clone()]).await;
        assert!(found.len() >= 2);
        assert!(found.contains(&by_number));
        assert!(found.iter().all(|address| ip_of(address).is_some()));
    }
}
