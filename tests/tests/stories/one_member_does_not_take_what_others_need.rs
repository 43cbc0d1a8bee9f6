// SPDX-License-Identifier: EUPL-1.2
//! A member with valid credentials sends all that it can, at once and without end. It takes its own share of the
//! node, and another member is answered as if nothing happened.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use basisnet_node::clock::Clock;
use basisnet_node::keys::NodeKey;
use basisnet_node::overlay::{Inbound, KnownPeer, Voucher};
use basisnet_protocol::envelope::{self, Header};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{ConvenantList, ManifestRequest, Message, Refusal};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;
use basisnet_tests::door::{Door, SOON, voucher};
use basisnet_tests::hostile::{Hostile, Say, new_key};
use basisnet_tests::network::{Network, start_of_story};
use basisnet_tests::pki::Authority;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use libp2p::Multiaddr;
use libp2p::identity::Keypair;
use tokio::sync::mpsc::Receiver;

/// Messages of one organisation that a node takes up at the same time.
const SHARE: usize = 8;
/// Exchanges that a node bears on one connection.
const STREAMS: usize = 24;

/// A door, an honest member, and one that is not.
struct Doors {
    node: Door,
    questions: Receiver<Inbound>,
    honest: Door,
    key: Keypair,
    voucher: Arc<dyn Voucher>,
    hostile: Oin,
    clock: Clock,
}

/// A node of this organisation, that nobody can call.
fn known_as(oin: Oin, key: &Keypair) -> KnownPeer {
    KnownPeer {
        oin,
        peer_id: key.public().to_peer_id(),
        addresses: Vec::new(),
    }
}

impl Doors {
    async fn open() -> Self {
        let start = start_of_story();
        let clock = Clock::wound(start);
        let authority = Authority::new(start);
        let host = Ipv4Addr::LOCALHOST;
        let member = |oin: &str, name: &str| {
            let issued = authority.issue(oin, name);
            let oin: Oin = oin.parse().unwrap();
            let key = NodeKey::generate().unwrap();
            (oin, key, voucher(oin, &issued), authority.trust(start, &[]))
        };
        let (oin, key, vouch, trust) = member("00000099000000345000", "Veenendaal");
        let (node, questions) = Door::open_quietly(host, oin, &key, vouch, trust, &clock).await;
        let (oin, key, vouch, trust) = member("00000099000000202000", "Arnhem");
        let honest = Door::open(host, oin, &key, vouch, trust, &clock).await;
        let (hostile, _, voucher, _) = member("00000099000000988000", "Weert");
        let (_, key) = new_key();
        let known = known_as(hostile, &key);
        node.known.replace([honest.known_as(), known]);
        honest.known.replace([node.known_as()]);
        Self {
            node,
            questions,
            honest,
            key,
            voucher,
            hostile,
            clock,
        }
    }

    async fn attack(&self, connections: usize) -> Hostile {
        let at = (self.node.overlay.me(), self.node.address());
        let now = self.clock.now();
        Hostile::connect(&self.key, &*self.voucher, now, at, connections).await
    }

    async fn next(&mut self) -> Inbound {
        let next = tokio::time::timeout(SOON, self.questions.recv()).await;
        next.unwrap().unwrap()
    }

    /// The honest member asks, and its question is the next that comes in and is answered.
    async fn answers_the_honest_one(&mut self, bytes: Vec<u8>) {
        let (honest, node, questions) = (&self.honest, &self.node, &mut self.questions);
        let answer = async {
            let question = questions.recv().await.unwrap();
            assert_eq!(question.from.oin, honest.oin);
            question.reply.send(question.bytes).unwrap();
        };
        let (asked, ()) = tokio::join!(honest.ask(node, &bytes), answer);
        assert_eq!(asked.unwrap(), bytes);
    }
}

#[tokio::test]
async fn a_member_that_sends_all_it_can_takes_its_own_places_only() {
    let mut doors = Doors::open().await;
    let hostile = doors.attack(2).await;
    hostile
        .shout((0..40).map(|number| Say::all(vec![number; 1_000])))
        .await;
    let mut taken = Vec::new();
    while taken.len() < SHARE {
        let question = doors.next().await;
        assert_eq!(question.from.oin, doors.hostile);
        taken.push(question);
    }
    for round in 0..20 {
        doors.answers_the_honest_one(vec![round; 1_000]).await;
    }
    // Each answer makes room for one more of it.
    for _ in 0..40 - SHARE {
        let question = taken.pop().unwrap();
        question.reply.send(vec![1]).unwrap();
        taken.push(doors.next().await);
    }
}

#[tokio::test]
async fn messages_that_never_end_keep_nobody_waiting() {
    let mut doors = Doors::open().await;
    let hostile = doors.attack(2).await;
    hostile
        .shout((0..40).map(|_| Say::begin(vec![7; 600_000])))
        .await;
    for round in 0..10 {
        doors.answers_the_honest_one(vec![round; 100_000]).await;
    }
    assert!(doors.questions.try_recv().is_err());
}

#[tokio::test]
async fn what_is_too_much_for_one_connection_is_dropped() {
    let mut doors = Doors::open().await;
    let hostile = doors.attack(1).await;
    let endless = (0..200).map(|_| hostile.say(Say::begin(vec![7; 10])));
    let mut endless: FuturesUnordered<_> = endless.collect();
    for _ in 0..200 - STREAMS {
        let ended = tokio::time::timeout(SOON, endless.next()).await;
        assert_eq!(ended.unwrap(), Some(None));
    }
    doors.answers_the_honest_one(vec![1]).await;
}

/// A machine that falls does not close its connections; until that is noticed they are there, with nobody behind.
#[tokio::test]
async fn a_node_gets_in_whatever_it_left_open_before() {
    let mut doors = Doors::open().await;
    let before = doors.attack(2).await;
    let after = doors.attack(1).await;
    let answer = async {
        let question = doors.questions.recv().await.unwrap();
        question.reply.send(question.bytes).unwrap();
    };
    let (answered, ()) = tokio::join!(after.say(Say::all(vec![7])), answer);
    assert_eq!(answered.unwrap(), [7]);
    drop(before);
}

#[tokio::test]
async fn an_attestation_is_not_judged_over_and_over() {
    let mut doors = Doors::open().await;
    let at = (doors.node.overlay.me(), doors.node.address());
    let now = doors.clock.now();
    let shown = doors.voucher.vouch(&doors.key.public().to_peer_id(), now);
    let shown = shown.unwrap().attestation;
    let hostile = Hostile::connect_to_renew(&doors.key, &*doors.voucher, now, at).await;
    let mut judged = 0;
    for _ in 0..100 {
        judged += usize::from(hostile.say(Say::all(shown.clone())).await.is_some());
    }
    assert!((1..=20).contains(&judged), "judged {judged} times");
    doors.answers_the_honest_one(vec![1]).await;
}

/// The same with whole nodes: every question is opened, handled, recorded as seen and answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_that_keeps_asking_does_not_make_another_wait() {
    const NODE: usize = 0;
    const HONEST: usize = 1;
    let network = Network::of(2).await;
    network.introduce().await;
    let from: Oin = "00000099000000988000".parse().unwrap();
    let issued = network.authority.issue("00000099000000988000", "Weert");
    let (key, keypair) = new_key();
    let (to, now) = (network.member(NODE).oin, network.clock.now());
    let known = &network.node(NODE).base().known;
    let honest = known.nodes_of(network.member(HONEST).oin);
    known.replace(honest.into_iter().chain([known_as(from, &keypair)]));
    let node = network.node(NODE).overlay().me();
    let there: Multiaddr = network.node(NODE).base().addresses[0].parse().unwrap();
    let honest = NodeKey::load(&network.member(HONEST).config().node_key_file()).unwrap();
    let waits = async |numbers: std::ops::Range<u32>| {
        let overlay = network.node(HONEST).overlay();
        let mut waits = Vec::new();
        for number in numbers {
            let asked = question(number, network.member(HONEST).oin, to, now, &honest);
            let since = Instant::now();
            let addresses = [there.clone()];
            let answer = overlay.request(node, &addresses, asked, SOON).await;
            assert_eq!(
                envelope::peek_kind(&answer.unwrap()).unwrap(),
                Refusal::KIND
            );
            waits.push(since.elapsed());
        }
        waits.sort_unstable();
        waits[waits.len() / 2]
    };
    let calm = waits(0..7).await;

    let vouch = voucher(from, &issued);
    let hostile = Hostile::connect(&keypair, &*vouch, now, (node, there.clone()), 2).await;
    // Two hundred at once, and each goes on when it was answered. What they say is what may be said first.
    let attack = tokio::spawn(async move {
        let chains = (0..200).map(|chain| {
            let (hostile, key) = (&hostile, &key);
            async move {
                let mut answered = 0;
                for number in chain * 100..chain * 100 + 100 {
                    let one = list(number, from, to, now, key);
                    if hostile.say(Say::all(one)).await.is_none() {
                        break;
                    }
                    answered += 1;
                }
                answered
            }
        });
        futures::future::join_all(chains)
            .await
            .into_iter()
            .sum::<u32>()
    });
    let attacked = waits(7..14).await;
    assert!(
        attacked < calm * 2 + Duration::from_millis(250),
        "{calm:?} became {attacked:?}"
    );
    assert!(attack.await.unwrap() > 100);
}

/// About a group that there is not, so that it is refused.
fn question(number: u32, from: Oin, to: Oin, now: Timestamp, key: &NodeKey) -> Vec<u8> {
    let message = ManifestRequest {
        v: 1,
        group_id: "proef/onbekend".to_owned(),
        purpose_id: PurposeId::matching(),
        epoch: 1,
    };
    sealed(&message, number, from, to, now, key)
}

/// That no convenant is held.
fn list(number: u32, from: Oin, to: Oin, now: Timestamp, key: &NodeKey) -> Vec<u8> {
    let message = ConvenantList {
        v: 1,
        versions: Vec::new(),
    };
    sealed(&message, number, from, to, now, key)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the peers of this story seal what they like"
)]
fn sealed<M: Message>(
    message: &M,
    number: u32,
    sender: Oin,
    recipient: Oin,
    issued: Timestamp,
    key: &NodeKey,
) -> Vec<u8> {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    let header = Header {
        sender,
        recipient,
        message_id: Octets(id),
        issued,
        expires: issued + envelope::LIFETIME,
    };
    envelope::dangerous_seal(message, header, key).unwrap()
}
