// SPDX-License-Identifier: EUPL-1.2
//! A member whose own rules are silent, so that the other has to say no by itself.

use std::time::{Duration, Instant};

use basisnet_node::audit::Event;
use basisnet_node::keys::NodeKey;
use basisnet_node::overlay::RequestError;
use basisnet_protocol::envelope::{self, Header};
use basisnet_protocol::message::{InzageRequest, Message, Refusal};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Category;
use basisnet_protocol::sign::NodeSigner;
use libp2p::Multiaddr;

use crate::agreement::TERMS;
use crate::asking::{ASKER, Asking, SOURCE};
use crate::network::Network;

/// What came back, and how long it took.
#[derive(Debug)]
pub struct Said {
    /// The envelope.
    pub bytes: Vec<u8>,
    /// From asking to answer.
    pub took: Duration,
}

impl Said {
    /// The kind of message in it.
    #[must_use]
    pub fn kind(&self) -> String {
        envelope::peek_kind(&self.bytes).expect("an envelope")
    }
}

/// One member says anything to another, under a name of its choice.
///
/// # Errors
/// When nothing comes back.
pub async fn say<M: Message>(
    network: &Network,
    (from, to): (usize, usize),
    id: Octets<16>,
    message: &M,
) -> Result<Said, RequestError> {
    let sealed = sealed(network, (from, to), id, message);
    let receiver = network.node(to);
    let addresses = receiver.base().addresses.iter();
    let there: Vec<Multiaddr> = addresses
        .map(|address| address.parse().expect("an address"))
        .collect();
    let began = Instant::now();
    let overlay = network.node(from).overlay();
    let soon = Duration::from_secs(20);
    let bytes = overlay
        .request(receiver.overlay().me(), &there, sealed, soon)
        .await?;
    let took = began.elapsed();
    Ok(Said { bytes, took })
}

#[expect(
    clippy::disallowed_methods,
    reason = "this member seals whatever it likes"
)]
fn sealed<M: Message>(
    network: &Network,
    (from, to): (usize, usize),
    id: Octets<16>,
    message: &M,
) -> Vec<u8> {
    let now = network.clock.now();
    let header = Header {
        sender: network.member(from).oin,
        recipient: network.member(to).oin,
        message_id: id,
        issued: now,
        expires: now + envelope::LIFETIME,
    };
    envelope::dangerous_seal(message, header, &key(network, from)).expect("an envelope")
}

fn key(network: &Network, number: usize) -> NodeKey {
    NodeKey::load(&network.member(number).config().node_key_file()).expect("a key")
}

/// An asker whose own rules are silent.
#[derive(Debug)]
pub struct Bold {
    /// The two gemeenten.
    pub story: Asking,
    model: InzageRequest,
    group: String,
    next: u32,
}

impl Bold {
    /// Everything is in order but the asker.
    pub async fn begin() -> Self {
        Self::under(TERMS).await
    }

    /// The same under other terms. One question has been answered.
    pub async fn under(terms: &str) -> Self {
        let story = Asking::under(terms).await;
        let asked = story.ask(&[Category::Contact]).await;
        Self {
            model: asked.request,
            group: asked.group_id,
            story,
            next: 1,
        }
    }

    /// A question that is in order in everything, under a name of its own.
    pub fn question(&mut self) -> (Octets<16>, InzageRequest) {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&self.next.to_be_bytes());
        let id = Octets(id);
        self.next += 1;
        let network = &self.story.network;
        let treffers = &network.node(ASKER).services().treffers;
        let peer = network.member(SOURCE).oin;
        let claim = treffers
            .claim(self.story.aanbieder, peer, &self.group, id)
            .expect("a store that reads")
            .expect("a treffer");
        let request = InzageRequest {
            own_proof: claim.own_proof,
            ..self.model.clone()
        };
        (id, request)
    }

    /// Asks it.
    pub async fn send(&self, id: Octets<16>, request: &InzageRequest) -> Said {
        let said = say(&self.story.network, (ASKER, SOURCE), id, request).await;
        said.expect("an answer")
    }

    /// Asks it, and it is refused in the one form there is.
    pub async fn refused(&self, id: Octets<16>, request: &InzageRequest) -> Said {
        let no = self.send(id, request).await;
        let network = &self.story.network;
        let key = key(network, SOURCE).public_key();
        let (me, them) = (network.member(ASKER).oin, network.member(SOURCE).oin);
        let opened = envelope::open::<Refusal>(&no.bytes, &key, me, them, network.clock.now());
        let req_hash = envelope::message_hash(request).expect("a question");
        assert_eq!(
            opened.expect("a refusal").message,
            Refusal { v: 1, req_hash }
        );
        no
    }

    /// The same, and the log of the source has these reasons.
    pub async fn no(&self, id: Octets<16>, request: &InzageRequest, expected: &[&str]) -> Said {
        let no = self.refused(id, request).await;
        // Other things happen beside it, such as a recall.
        let log = self.story.network.log_of(SOURCE).into_iter();
        let last = log.rev().find_map(|event| {
            let Event::InzageDecided {
                guards, granted, ..
            } = event
            else {
                return None;
            };
            Some((guards, granted))
        });
        let (guards, granted) = last.expect("a decision");
        assert!(!granted, "{guards:?}");
        for name in expected {
            assert!(guards.contains(*name), "{name} not in {guards:?}");
        }
        no
    }
}
