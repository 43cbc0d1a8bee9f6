// SPDX-License-Identifier: EUPL-1.2
//! A member that is let in sends what it should not: each time it gets no answer, the log names what was wrong, and
//! the node goes on.

use std::time::Duration;

use basisnet_node::audit::{Event, Incident, Nuisance};
use basisnet_node::keys::NodeKey;
use basisnet_node::overlay::RequestError;
use basisnet_node::service::alarm::{Cause, Outcome};
use basisnet_protocol::envelope::{self, Header};
use basisnet_protocol::message::{
    ConvenantList, ConvenantShare, DirectoryList, DirectoryRecords, Head, Index, ManifestRequest,
    Message, Refusal,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::sign::NodeSigner;
use basisnet_tests::agreement::everybody;
use basisnet_tests::network::{Network, days};
use libp2p::Multiaddr;
use serde_bytes::ByteBuf;

const NODE: usize = 0;
const PEER: usize = 1;
const SOON: Duration = Duration::from_secs(60);

/// A node, and a member with a key that seals whatever it likes.
struct Scene {
    network: Network,
    key: NodeKey,
}

impl Scene {
    async fn new() -> Self {
        let network = Network::of(2).await;
        network.introduce().await;
        network.settle().await;
        let key = NodeKey::load(&network.member(PEER).config().node_key_file()).unwrap();
        Self { network, key }
    }

    fn header(&self) -> Header {
        let now = self.network.clock.now();
        Header {
            sender: self.network.member(PEER).oin,
            recipient: self.network.member(NODE).oin,
            message_id: Octets(*b"0123456789abcdef"),
            issued: now,
            expires: now + envelope::LIFETIME,
        }
    }

    fn sealed(&self) -> Vec<u8> {
        seal(&question(), self.header(), &self.key)
    }

    async fn send(&self, bytes: &[u8]) -> Result<Vec<u8>, RequestError> {
        let node = self.network.node(NODE);
        let there: Vec<Multiaddr> = node
            .base()
            .addresses
            .iter()
            .map(|a| a.parse().unwrap())
            .collect();
        let overlay = self.network.node(PEER).overlay();
        overlay
            .request(node.overlay().me(), &there, bytes.to_vec(), SOON)
            .await
    }

    fn incidents(&self) -> Vec<Incident> {
        let events = self.network.log_of(NODE).into_iter();
        let incidents = events.filter_map(|event| {
            if let Event::SecurityIncident { incident, peer, .. } = event {
                assert_eq!(peer, Some(self.network.member(PEER).oin));
                Some(incident)
            } else {
                None
            }
        });
        incidents.collect()
    }

    fn counted(&self) -> Vec<(Nuisance, u32)> {
        let events = self.network.log_of(NODE).into_iter();
        let counted = events.filter_map(|event| {
            if let Event::NuisanceCounted { peer, what, count } = event {
                assert_eq!(peer, Some(self.network.member(PEER).oin));
                Some((what, count))
            } else {
                None
            }
        });
        counted.collect()
    }

    /// Gets no answer, is in the log by this name, and a proper question is answered after it.
    async fn refuses(&self, bytes: &[u8], why: Incident) {
        assert_eq!(self.send(bytes).await, Err(RequestError::Closed), "{why:?}");
        assert_eq!(self.incidents(), [why]);
        let mut header = self.header();
        header.message_id = Octets([7; 16]);
        let proper = seal(&question(), header, &self.key);
        assert_eq!(kind(&self.send(&proper).await.unwrap()), Refusal::KIND);
        assert_eq!(self.incidents(), [why]);
    }
}

/// About a group that there is not: whoever opens it properly answers with a refusal.
fn question() -> ManifestRequest {
    ManifestRequest {
        v: 1,
        group_id: "proef/onbekend".to_owned(),
        purpose_id: PurposeId::matching(),
        epoch: 1,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the peer of these stories seals whatever it likes"
)]
fn seal<M: Message>(message: &M, header: Header, key: &dyn NodeSigner) -> Vec<u8> {
    envelope::dangerous_seal(message, header, key).unwrap()
}

fn kind(bytes: &[u8]) -> String {
    envelope::peek_kind(bytes).unwrap()
}

#[tokio::test]
async fn what_is_not_an_envelope_is_refused() {
    let scene = Scene::new().await;
    scene.refuses(b"dag buurman", Incident::Malformed).await;
}

#[tokio::test]
async fn half_an_envelope_is_refused() {
    let scene = Scene::new().await;
    let mut bytes = scene.sealed();
    bytes.truncate(bytes.len() / 2);
    scene.refuses(&bytes, Incident::Malformed).await;
}

#[tokio::test]
async fn an_envelope_with_something_behind_it_is_refused() {
    let scene = Scene::new().await;
    let mut bytes = scene.sealed();
    bytes.push(0);
    scene.refuses(&bytes, Incident::Malformed).await;
}

#[tokio::test]
async fn an_envelope_of_a_million_bytes_is_refused() {
    let scene = Scene::new().await;
    scene
        .refuses(&vec![0x9f; 1_000_000], Incident::Malformed)
        .await;
}

#[tokio::test]
async fn deep_nesting_is_refused() {
    let scene = Scene::new().await;
    scene
        .refuses(&vec![0x81; 100_000], Incident::Malformed)
        .await;
}

#[tokio::test]
async fn a_kind_that_nobody_knows_is_refused() {
    let scene = Scene::new().await;
    // An answer is no question: nobody here handles a refusal that comes by itself.
    let unasked = Refusal {
        v: 1,
        req_hash: Octets([0; 32]),
    };
    let bytes = seal(&unasked, scene.header(), &scene.key);
    scene.refuses(&bytes, Incident::Malformed).await;
}

#[tokio::test]
async fn a_message_under_the_signature_of_another_is_refused() {
    let scene = Scene::new().await;
    let other = NodeKey::generate().unwrap();
    let bytes = seal(&question(), scene.header(), &other);
    scene.refuses(&bytes, Incident::WrongSignature).await;
}

#[tokio::test]
async fn a_message_that_was_changed_on_the_way_is_refused() {
    let scene = Scene::new().await;
    let mut bytes = scene.sealed();
    let place = bytes.windows(5).position(|part| part == b"proef").unwrap();
    bytes[place] = b'P';
    scene.refuses(&bytes, Incident::WrongSignature).await;
}

#[tokio::test]
async fn a_message_in_the_name_of_another_organisation_is_refused() {
    let scene = Scene::new().await;
    let mut header = scene.header();
    header.sender = "00000099000000001000".parse().unwrap();
    let bytes = seal(&question(), header, &scene.key);
    scene.refuses(&bytes, Incident::UnknownSender).await;
}

#[tokio::test]
async fn a_message_for_another_is_refused() {
    let scene = Scene::new().await;
    let mut header = scene.header();
    header.recipient = "00000099000000001000".parse().unwrap();
    let bytes = seal(&question(), header, &scene.key);
    scene.refuses(&bytes, Incident::WrongRecipient).await;
}

#[tokio::test]
async fn a_message_that_has_expired_is_refused() {
    let scene = Scene::new().await;
    let bytes = scene.sealed();
    scene.network.clock.advance(envelope::LIFETIME);
    assert_eq!(scene.send(&bytes).await, Err(RequestError::Closed));
    assert_eq!(scene.incidents(), [Incident::OutOfTime]);
}

#[tokio::test]
async fn a_message_from_the_future_is_refused() {
    let scene = Scene::new().await;
    let mut header = scene.header();
    header.issued = header.issued + days(1);
    header.expires = header.expires + days(1);
    let bytes = seal(&question(), header, &scene.key);
    scene.refuses(&bytes, Incident::OutOfTime).await;
}

#[tokio::test]
async fn a_message_that_is_valid_for_a_day_is_refused() {
    let scene = Scene::new().await;
    let mut header = scene.header();
    header.expires = header.issued + days(1);
    let bytes = seal(&question(), header, &scene.key);
    scene.refuses(&bytes, Incident::OutOfTime).await;
}

#[tokio::test]
async fn a_message_that_comes_twice_is_answered_once() {
    let scene = Scene::new().await;
    let bytes = scene.sealed();
    assert_eq!(kind(&scene.send(&bytes).await.unwrap()), Refusal::KIND);
    scene.refuses(&bytes, Incident::Replay).await;
}

#[tokio::test]
async fn a_message_that_comes_again_after_a_restart_is_refused() {
    let mut scene = Scene::new().await;
    let bytes = scene.sealed();
    assert_eq!(kind(&scene.send(&bytes).await.unwrap()), Refusal::KIND);
    scene.network.stop(NODE).await;
    scene.network.start(NODE).await;
    scene.network.introduce().await;
    scene.refuses(&bytes, Incident::Replay).await;
}

#[tokio::test]
async fn many_copies_at_one_moment_are_answered_once() {
    let scene = Scene::new().await;
    let bytes = scene.sealed();
    let copies = (0..20).map(|_| scene.send(&bytes));
    let answers = futures_of(copies).await;
    let answered = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(answered, 1, "{answers:?}");
}

#[tokio::test]
async fn an_index_that_was_never_agreed_on_changes_nothing() {
    let scene = Scene::new().await;
    let index = Index {
        v: 1,
        ctx: Octets([1; 32]),
        seq: 1,
        entries: vec![0; 40 * 64].into(),
        merkle_root: Octets([0; 32]),
        prev_index_hash: None,
    };
    let bytes = seal(&index, scene.header(), &scene.key);
    let answer = scene.send(&bytes).await;
    assert!(answer.is_err() || answer.is_ok_and(|bytes| kind(&bytes) == Refusal::KIND));
}

#[tokio::test]
async fn what_this_node_does_not_do_gets_the_same_no_as_everything_else() {
    let scene = Scene::new().await;
    let head = Head {
        v: 1,
        checkpoint: "logboek/proef\n1\n".to_owned(),
        consistency: Vec::new(),
    };
    let bytes = seal(&head, scene.header(), &scene.key);
    assert_eq!(kind(&scene.send(&bytes).await.unwrap()), Refusal::KIND);
    assert_eq!(scene.incidents(), []);
}

#[tokio::test]
async fn a_message_about_convenanten_of_another_version_is_refused() {
    let scene = Scene::new().await;
    let id = std::cell::Cell::new(0);
    let header = || {
        id.set(id.get() + 1);
        let mut header = scene.header();
        header.message_id = Octets([id.get(); 16]);
        header
    };
    let of = |v: u8| {
        let list = ConvenantList {
            v,
            versions: Vec::new(),
        };
        let share = ConvenantShare {
            v,
            content: ByteBuf::new(),
            acts: Vec::new(),
        };
        let members = DirectoryList {
            v,
            records: Vec::new(),
        };
        let records = DirectoryRecords {
            v,
            records: Vec::new(),
            wanted: Vec::new(),
        };
        [
            seal(&list, header(), &scene.key),
            seal(&share, header(), &scene.key),
            seal(&members, header(), &scene.key),
            seal(&records, header(), &scene.key),
        ]
    };
    for bytes in of(1) {
        assert_ne!(kind(&scene.send(&bytes).await.unwrap()), Refusal::KIND);
    }
    for bytes in of(2) {
        assert_eq!(kind(&scene.send(&bytes).await.unwrap()), Refusal::KIND);
    }
}

#[tokio::test]
async fn who_does_it_a_thousand_times_does_not_fill_the_log() {
    let scene = Scene::new().await;
    for chunk in 0..25_u8 {
        let sent = (0..40_u8).map(|number| {
            let scene = &scene;
            async move { scene.send(&[chunk, number]).await }
        });
        for answer in futures_of(sent).await {
            assert!(answer.is_err());
        }
    }
    assert_eq!(scene.incidents().len(), 30);
    assert_eq!(scene.counted(), []);
    scene.network.advance(Duration::from_secs(3_600)).await;
    let malformed = Nuisance::Message {
        incident: Incident::Malformed,
    };
    assert_eq!(scene.counted(), [(malformed, 970)]);
    // And from here on they are written one by one again.
    assert!(scene.send(b"dag").await.is_err());
    assert_eq!(scene.incidents().len(), 31);
}

#[tokio::test]
async fn what_a_member_does_wrong_at_the_door_comes_to_a_person_as_one_alarm() {
    let scene = Scene::new().await;
    let alarms = || {
        let alarms = &scene.network.node(NODE).services().alarms;
        alarms.list(&everybody()).unwrap()
    };
    assert_eq!(alarms(), []);
    let sent = (0..5_u8).map(|number| {
        let scene = &scene;
        async move { scene.send(&[number]).await }
    });
    assert!(futures_of(sent).await.iter().all(Result::is_err));
    let open = alarms();
    let [alarm] = open.as_slice() else {
        panic!("one alarm: {open:?}");
    };
    let incident = Incident::Malformed;
    assert_eq!(alarm.cause, Cause::Protocol { incident });
    assert_eq!(
        (alarm.times, alarm.peer),
        (5, scene.network.member(PEER).oin)
    );
    let (we, alarms_of) = (everybody(), &scene.network.node(NODE).services().alarms);
    let spoken = alarms_of.decide(&we, alarm.id, Outcome::Discussed, "gebeld met het team");
    spoken.await.unwrap();
    // What comes after a decision is for a person again.
    assert!(scene.send(b"dag").await.is_err());
    assert_eq!(alarms().iter().filter(|alarm| alarm.is_open()).count(), 1);
}

#[tokio::test]
async fn who_keeps_asking_is_no_longer_handled_and_the_log_says_how_often() {
    let scene = Scene::new().await;
    let ask = async |number: u32| {
        let mut header = scene.header();
        header.message_id.0[..4].copy_from_slice(&number.to_be_bytes());
        scene.send(&seal(&question(), header, &scene.key)).await
    };
    let answers = futures_of((0..400).map(ask)).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 300);
    assert_eq!(scene.incidents(), [Incident::TooMany; 30]);
    scene.network.advance(Duration::from_secs(3_600)).await;
    let too_many = Nuisance::Message {
        incident: Incident::TooMany,
    };
    assert_eq!(scene.counted(), [(too_many, 70)]);
    assert!(ask(1_000).await.is_ok());
}

async fn futures_of<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    futures::future::join_all(all).await
}
