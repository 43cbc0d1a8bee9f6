// SPDX-License-Identifier: EUPL-1.2
//! A member that takes messages and never answers keeps a node waiting for half a minute each time. Whoever else is to
//! hear something hears it in the meantime.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use basisnet_node::keys::NodeKey;
use basisnet_node::overlay::KnownPeer;
use basisnet_node::service::aanbieder::AanbiederId;
use basisnet_node::service::betrokkenheid::{Involvement, Task, Toezicht};
use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::inzage::{Asked, AskedState, Grant, Vraag};
use basisnet_protocol::message::Law;
use basisnet_protocol::purpose::Category;
use basisnet_tests::agreement::{TERMS, everybody, in_group};
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use basisnet_tests::door::{Door, voucher};
use basisnet_tests::network::Network;
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

/// The member that falls silent.
const SILENT: usize = 2;
/// Questions of the other. Whichever is sent first, the silent one would come before some of these.
const QUESTIONS: usize = 12;
/// Less than a node waits for an answer.
const SOON: Duration = Duration::from_secs(20);

async fn two_askers() -> (Asking, AanbiederId) {
    let network = Network::of(3).await;
    network.introduce().await;
    for (pair, group) in [
        ([ASKER, SOURCE], "proef/een"),
        ([SILENT, SOURCE], "proef/twee"),
    ] {
        network.agree(&pair, &in_group(group, TERMS)).await;
    }
    network.put_into_force("P08").await;
    network.put_into_force("P03").await;
    let aanbieder = network.know(ASKER, "12345679", "bv").await;
    let at_source = network.know(SOURCE, "12345679", "bv").await;
    let at_silent = network.know(SILENT, "12345679", "bv").await;
    let toezicht = Involvement::Toezicht(Toezicht {
        task: Task::Quality,
        law: Law::Wmo,
        opened: "2027-02-01".parse().unwrap(),
        closed: None,
    });
    let betrokkenheden = &network.node(SOURCE).services().betrokkenheden;
    let added = betrokkenheden.add(&everybody(), at_source, toezicht).await;
    added.unwrap();
    for asks in [ASKER, SILENT] {
        let bevragingen = &network.node(asks).services().bevragingen;
        bevragingen.run(Occasion::Person).await.unwrap();
    }
    let story = Asking {
        network,
        aanbieder,
        at_source,
    };
    (story, at_silent)
}

/// A member with the same key and address book, behind which nobody answers. It calls, so that it is connected.
async fn falls_silent(network: &Network) -> Door {
    let member = network.member(SILENT);
    let key = NodeKey::load(&member.config().node_key_file()).unwrap();
    let trust = network.authority.trust(network.clock.now(), &[]);
    let vouch = voucher(member.oin, &member.issued);
    let host = Ipv4Addr::LOCALHOST;
    let (door, mut questions) =
        Door::open_quietly(host, member.oin, &key, vouch, trust, &network.clock).await;
    let source = network.node(SOURCE).overlay();
    let at = source.address();
    let address = Multiaddr::from(at.ip()).with(Protocol::Tcp(at.port()));
    door.known.replace([KnownPeer {
        oin: network.member(SOURCE).oin,
        peer_id: source.me(),
        addresses: vec![address.clone()],
    }]);
    let (there, soon) = ([address], Duration::from_secs(1));
    let call = door.overlay.request(source.me(), &there, vec![0; 16], soon);
    assert!(call.await.is_err());
    assert_eq!(door.overlay.connected(), 1);
    tokio::spawn(async move {
        let mut unanswered = Vec::new();
        while let Some(question) = questions.recv().await {
            unanswered.push(question);
        }
    });
    door
}

#[tokio::test]
async fn a_decision_for_one_member_does_not_wait_for_another_that_is_silent() {
    let (mut story, at_silent) = two_askers().await;
    let we = story.toezichthouder();
    let mut asked = Vec::new();
    for _ in 0..QUESTIONS {
        asked.push(story.ask(&[Category::Toezicht]).await.id);
    }
    let vraag = Vraag {
        aanbieder: at_silent,
        ..story.vraag(&[Category::Toezicht])
    };
    let silent = &story.network.node(SILENT).services().inzagen;
    silent.ask(&we, &vraag).await.unwrap();

    // Neither is there when the decisions are made.
    story.network.stop(ASKER).await;
    story.network.stop(SILENT).await;
    let all = Grant::default();
    for request in story.source().open(&we).await.unwrap() {
        let granted = story.source().grant(&we, request.id, &all).await;
        granted.unwrap();
    }
    story.network.start(ASKER).await;
    let (node, beheer) = (story.network.node(ASKER), everybody());
    let issued = node.services().leden.issue(&beheer).await.unwrap();
    let leden = &story.network.node(SOURCE).services().leden;
    leden.import(&beheer, &issued).await.unwrap();
    story.network.settle().await;
    let _door = falls_silent(&story.network).await;

    story.network.clock.advance(Duration::from_secs(2 * 3_600));
    let began = Instant::now();
    let store = story.network.node(ASKER).base().store.clone();
    let arrived = |id| {
        let state = store.get::<Asked>(id).unwrap().unwrap().value.state;
        matches!(state, AskedState::Released { .. })
    };
    while !asked.iter().all(|id| arrived(*id)) {
        assert!(began.elapsed() < SOON, "they wait for who is silent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
