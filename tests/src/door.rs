// SPDX-License-Identifier: EUPL-1.2
//! The outer door of a node and nothing behind it: real sockets, a real gate, and an echo for who gets in.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use basisnet_node::clock::Clock;
use basisnet_node::keys::{CurrentOrg, NodeKey};
use basisnet_node::overlay::{
    Beginning, CannotVouch, Inbound, KnownPeer, KnownPeers, Notice, OrgGate, OrgVoucher, Overlay,
    RequestError, Vouched, Voucher,
};
use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::TrustStore;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use tokio::sync::mpsc;

use crate::pki::Issued;

/// The network in which the tests live.
pub const NETWORK: &str = "proef";

/// How long a test waits for what should happen at once.
pub const SOON: Duration = Duration::from_secs(20);

/// Shows whatever it is told to.
#[derive(Clone, Debug)]
pub struct Shows {
    /// The attestation, or what passes for it.
    pub attestation: Vec<u8>,
    /// When it is to be renewed.
    pub expires: Timestamp,
}

impl Voucher for Shows {
    fn vouch(&self, _: &PeerId, _: Timestamp) -> Result<Vouched, CannotVouch> {
        Ok(Vouched {
            attestation: self.attestation.clone(),
            expires: self.expires,
        })
    }
}

/// The honest voucher of an organisation.
#[must_use]
pub fn voucher(oin: Oin, issued: &Issued) -> Arc<dyn Voucher> {
    Arc::new(OrgVoucher {
        oin,
        network: NETWORK.to_owned(),
        org: CurrentOrg::new(issued.org_key()),
    })
}

/// A door that listens.
#[derive(Debug)]
pub struct Door {
    /// Connections.
    pub overlay: Overlay,
    /// Who may come in.
    pub known: KnownPeers,
    /// Who is believed.
    pub gate: Arc<OrgGate>,
    /// What the log would hear.
    pub notices: mpsc::Receiver<Notice>,
    /// For whom it is.
    pub oin: Oin,
    /// By which clock it lives.
    pub clock: Clock,
}

impl Door {
    /// Opens a door at a free port of `host`, with an echo behind it.
    pub async fn open(
        host: Ipv4Addr,
        oin: Oin,
        key: &NodeKey,
        voucher: Arc<dyn Voucher>,
        trust: Arc<TrustStore>,
        clock: &Clock,
    ) -> Self {
        let (door, mut questions) = Self::open_quietly(host, oin, key, voucher, trust, clock).await;
        tokio::spawn(async move {
            while let Some(question) = questions.recv().await {
                let _ = question.reply.send(question.bytes);
            }
        });
        door
    }

    /// The same with nothing behind it: whoever opens it answers the questions, or does not.
    pub async fn open_quietly(
        host: Ipv4Addr,
        oin: Oin,
        key: &NodeKey,
        voucher: Arc<dyn Voucher>,
        trust: Arc<TrustStore>,
        clock: &Clock,
    ) -> (Self, mpsc::Receiver<Inbound>) {
        let known = KnownPeers::default();
        let network = NETWORK.to_owned();
        let gate = Arc::new(OrgGate::new(network, known.clone(), trust, clock.clone()));
        let (inbound, questions) = mpsc::channel(256);
        let (notices_in, notices) = mpsc::channel(4_096);
        let beginning = Beginning {
            listen: SocketAddr::new(IpAddr::V4(host), 0),
            gate: gate.clone(),
            voucher,
            clock: clock.clone(),
            inbound,
            notices: notices_in,
        };
        let overlay = Overlay::start(key, beginning).await.expect("a free port");
        let door = Self {
            overlay,
            known,
            gate,
            notices,
            oin,
            clock: clock.clone(),
        };
        (door, questions)
    }

    /// As others know it.
    #[must_use]
    pub fn known_as(&self) -> KnownPeer {
        KnownPeer {
            oin: self.oin,
            peer_id: self.overlay.me(),
            addresses: vec![self.address()],
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> Multiaddr {
        let at = self.overlay.address();
        Multiaddr::from(at.ip()).with(Protocol::Tcp(at.port()))
    }

    /// Asks another door to repeat these bytes.
    pub async fn ask(&self, other: &Self, bytes: &[u8]) -> Result<Vec<u8>, RequestError> {
        let (overlay, there) = (&self.overlay, other.address());
        overlay
            .request(other.overlay.me(), &[there], bytes.to_vec(), SOON)
            .await
    }

    /// The code of the next notice.
    pub async fn next_notice(&mut self) -> Notice {
        tokio::time::timeout(SOON, self.notices.recv())
            .await
            .expect("a notice")
            .expect("an open door")
    }

    /// Returns once nobody is connected any more.
    pub async fn until_alone(&self) {
        let alone = async {
            while self.overlay.connected() > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(SOON, alone).await.expect("alone");
    }
}
