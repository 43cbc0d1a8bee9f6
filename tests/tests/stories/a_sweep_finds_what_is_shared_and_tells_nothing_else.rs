// SPDX-License-Identifier: EUPL-1.2
//! Two nodes with 300 and 500 aanbieders, 40 of them shared (EXC-01, EXC-02, DAT-01): after a sweep each knows
//! exactly those 40, and nothing that went over the wire names any aanbieder at all.

use std::collections::BTreeSet;

use basisnet_node::Node;
use basisnet_node::service::bevraging::{Occasion, Outcome};
use basisnet_protocol::cose::Sign1;
use basisnet_protocol::message::IndexRequest;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::wire::Item;
use basisnet_tests::agreement::TERMS;
use basisnet_tests::network::Network;
use basisnet_tests::recording::Recording;
use basisnet_tests::register::kvk;

const LARGEST: usize = 1_048_576;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_learns_the_forty_it_shares_and_the_wire_names_none() {
    let recording = Recording::on();
    let network = two_that_agree(&recording).await;
    for (one, other) in [(0, 1), (1, 0)] {
        let done = network
            .node(one)
            .services()
            .bevragingen
            .run(Occasion::Person)
            .await
            .unwrap();
        let outcomes: Vec<_> = done
            .members
            .into_values()
            .map(|member| member.outcome)
            .collect();
        assert_eq!(outcomes, [Some(Outcome::Swept)]);
        let expected: BTreeSet<_> = (260..300).map(kvk).collect();
        assert_eq!(
            shared(network.node(one), network.member(other).oin),
            expected
        );
    }

    let said = recording.envelopes();
    assert!(said.len() >= 12, "terms, batches and indexes both ways");
    assert_eq!(named_in(&said), BTreeSet::new());

    // The same check on a conversation in which a node tells something it should not.
    let peer = network.member(1).oin;
    let outbox = &network.node(0).base().outbox;
    let mut text = [b'.'; 32];
    text[4..12].copy_from_slice(kvk(7).as_bytes());
    for leak in [
        IndexRequest {
            v: 1,
            ctx: Octets(text),
            have_seq: 0,
        },
        IndexRequest {
            v: 1,
            ctx: Octets([0; 32]),
            have_seq: kvk(8).parse().unwrap(),
        },
    ] {
        let _ = outbox.ask(peer, &leak).await;
    }
    assert_eq!(
        named_in(&recording.envelopes()),
        BTreeSet::from([kvk(7), kvk(8)])
    );
}

async fn two_that_agree(recording: &Recording) -> Network {
    let mut network = Network::of(2).await;
    for number in 0..2 {
        network.stop(number).await;
        network.start_recorded(number, recording).await;
    }
    network.register(0, 0..300).await;
    network.register(1, 260..760).await;
    network.introduce().await;
    network.agree(&[0, 1], TERMS).await;
    network.put_into_force("P08").await;
    network
}

/// The KVK numbers of the aanbieders that another member knows too.
fn shared(node: &Node, peer: basisnet_protocol::id::Oin) -> BTreeSet<String> {
    let services = node.services();
    let all = services.treffers.all().unwrap();
    all.into_iter()
        .map(|(id, peers)| {
            assert_eq!(peers, BTreeSet::from([peer]));
            services
                .aanbieders
                .get(id)
                .unwrap()
                .unwrap()
                .kvk
                .unwrap()
                .to_string()
        })
        .collect()
}

/// Which of the 760 identifiers appear in any decoded field, as text or number, or in the bytes of an envelope.
fn named_in(envelopes: &[Vec<u8>]) -> BTreeSet<String> {
    let identifiers: BTreeSet<String> = (0..760).map(kvk).collect();
    let mut found = BTreeSet::new();
    for envelope in envelopes {
        windows(envelope, &identifiers, &mut found);
        let signed = Sign1::parse(envelope, LARGEST).unwrap();
        let payload = Item::parse(signed.payload, LARGEST).unwrap();
        fields(&payload, &identifiers, &mut found);
    }
    found
}

fn fields(item: &Item<'_>, identifiers: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    match item {
        Item::Unsigned(number) | Item::Negative(number) => {
            let text = format!("{number:08}");
            if identifiers.contains(&text) {
                found.insert(text);
            }
        }
        Item::Bytes(bytes) => {
            windows(bytes, identifiers, found);
            // The encoded message inside its envelope.
            if let Ok(inner) = Item::parse(bytes, LARGEST) {
                fields(&inner, identifiers, found);
            }
        }
        Item::Text(text) => windows(text.as_bytes(), identifiers, found),
        Item::Array(items) => items
            .iter()
            .for_each(|item| fields(item, identifiers, found)),
        Item::Map(pairs) => pairs.iter().for_each(|(key, value)| {
            fields(key, identifiers, found);
            fields(value, identifiers, found);
        }),
        Item::Bool(_) | Item::Null => {}
    }
}

fn windows(bytes: &[u8], identifiers: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    for window in bytes
        .windows(8)
        .filter(|window| window.iter().all(u8::is_ascii_digit))
    {
        let text = String::from_utf8_lossy(window).into_owned();
        if identifiers.contains(&text) {
            found.insert(text);
        }
    }
}
