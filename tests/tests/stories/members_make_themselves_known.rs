// SPDX-License-Identifier: EUPL-1.2
//! A member says where its node is and whom to call there, and nobody says it for another.

use std::time::Duration;

use basisnet_node::service::leden::LedenError;
use basisnet_protocol::directory::RecordError;
use basisnet_protocol::purpose::{PurposeId, Role};
use basisnet_tests::agreement::TERMS;
use basisnet_tests::network::{GEMEENTEN, Network, actor, days};

#[tokio::test]
async fn members_that_exchanged_records_find_each_other_and_know_whom_to_call() {
    let network = Network::of(2).await;
    network.introduce().await;
    let leden = &network.node(0).services().leden;
    assert_eq!(leden.all().unwrap().len(), 2);
    let other = network.member(1);
    let lid = leden.one(other.oin).unwrap().unwrap();
    let peer_id = network.node(1).overlay().me().to_bytes();
    assert_eq!(lid.record.nodes[0].peer_id, peer_id);
    let contact = leden.contact(other.oin, &PurposeId::matching()).unwrap();
    assert_eq!(contact.unwrap().team, format!("Toezicht {}", other.name));
    // The overlay may now let it in.
    let known = &network.node(0).base().known;
    assert_eq!(
        known.oin_of(&network.node(1).overlay().me()),
        Some(other.oin)
    );
}

#[tokio::test]
async fn an_older_record_never_replaces_a_newer_one() {
    let network = Network::of(2).await;
    let keeper = actor(&[Role::Beheerder]);
    let issue = || network.node(1).services().leden.issue(&keeper);
    let (old, new) = (issue().await.unwrap(), issue().await.unwrap());
    let leden = &network.node(0).services().leden;
    leden.import(&keeper, &new).await.unwrap();
    let refused = leden.import(&keeper, &old).await;
    assert!(matches!(
        refused,
        Err(LedenError::Older { seq: 1, have: 2 })
    ));
    // The same record once more is no fault.
    assert_eq!(leden.import(&keeper, &new).await.unwrap().record.seq, 2);
}

#[tokio::test]
async fn a_forged_record_admits_nobody() {
    let network = Network::of(2).await;
    let keeper = actor(&[Role::Beheerder]);
    let issued = network.node(1).services().leden.issue(&keeper).await;
    let record = issued.unwrap();
    let leden = network.node(0).services().leden.clone();
    for place in (0..record.len()).step_by(37) {
        let mut forged = record.clone();
        forged[place] ^= 1;
        assert!(
            leden.import(&keeper, &forged).await.is_err(),
            "byte {place}"
        );
    }
    assert!(leden.all().unwrap().is_empty());
    let own = leden.issue(&keeper).await.unwrap();
    let refused = leden.import(&keeper, &own).await;
    assert!(matches!(refused, Err(LedenError::Own)));
    let refused = leden
        .import(&actor(&[Role::Contractmanager]), &record)
        .await;
    assert!(matches!(refused, Err(LedenError::NotAllowed(_))));
}

#[tokio::test]
async fn a_member_cannot_take_the_node_of_another_by_naming_it() {
    let network = Network::of(3).await;
    network.introduce().await;
    let keeper = actor(&[Role::Beheerder]);
    let (victim, thief) = (network.member(1), network.member(2));
    let leden = &network.node(0).services().leden;
    let peer_of = |oin| leden.one(oin).unwrap().unwrap().record.nodes;
    let mut record = leden.one(thief.oin).unwrap().unwrap().record;
    record.nodes.extend(peer_of(victim.oin));
    record.seq += 1;
    let signed = record.sign(&thief.issued.org_key()).unwrap();
    let refused = leden.import(&keeper, &signed).await;
    assert!(matches!(refused, Err(LedenError::NodeOfAnother(oin)) if oin == victim.oin));
    // The victim is still who it was.
    let known = &network.node(0).base().known;
    let node = network.node(1).overlay().me();
    assert_eq!(known.oin_of(&node), Some(victim.oin));
}

#[tokio::test]
async fn a_record_past_its_term_is_refused() {
    let network = Network::of(2).await;
    let keeper = actor(&[Role::Beheerder]);
    let issued = network.node(1).services().leden.issue(&keeper).await;
    let record = issued.unwrap();
    network.clock.advance(days(364));
    network.revoke(&[]);
    let leden = &network.node(0).services().leden;
    network.clock.advance(days(2));
    let refused = leden.import(&keeper, &record).await;
    assert!(matches!(
        refused,
        Err(LedenError::Record(
            RecordError::Expired | RecordError::Signature(_)
        ))
    ));
}

#[tokio::test]
async fn a_member_whose_record_ran_out_is_not_admitted_any_more() {
    let network = Network::of(2).await;
    network.introduce().await;
    let other = network.node(1).overlay().me();
    let known = &network.node(0).base().known;
    // It makes a new one in time, and that does not get through.
    network.cut(0, 1);
    network.advance(days(364)).await;
    assert!(known.oin_of(&other).is_some());
    network.advance(days(2)).await;
    assert!(known.oin_of(&other).is_none());
    let lid = network.node(0).services().leden.one(network.member(1).oin);
    assert!(lid.unwrap().unwrap().expired);
}

/// The newest record that `from` has of `of`, with other sizes and the next number, signed as `of` would.
fn resized(network: &Network, of: usize, at: usize, size: u32) -> Vec<u8> {
    let member = network.member(of);
    let leden = &network.node(at).services().leden;
    let mut record = leden.one(member.oin).unwrap().unwrap().record;
    record.buckets.query = size.try_into().unwrap();
    record.seq += 1;
    record.issued = network.clock.now();
    record.sign(&member.issued.org_key()).unwrap()
}

fn asks_about(network: &Network, of: usize, at: usize) -> u32 {
    let leden = &network.node(at).services().leden;
    let lid = leden.one(network.member(of).oin).unwrap().unwrap();
    lid.record.buckets.query.size()
}

#[tokio::test]
async fn a_member_grows_one_size_in_a_year_and_for_more_a_person_confirms() {
    let network = Network::of(2).await;
    network.introduce().await;
    let keeper = actor(&[Role::Beheerder]);
    let controller = actor(&[Role::Verwerkingsverantwoordelijke]);
    let leden = &network.node(0).services().leden;
    assert_eq!(asks_about(&network, 1, 0), 384);

    let one_step = resized(&network, 1, 0, 512);
    leden.import(&keeper, &one_step).await.unwrap();
    // A second step counts from the start of the year, not from the step before.
    let two_steps = resized(&network, 1, 0, 768);
    let refused = leden.import(&keeper, &two_steps).await;
    assert!(matches!(refused, Err(LedenError::Grown { .. })));
    assert_eq!(asks_about(&network, 1, 0), 512);
    let not_by_who_runs_it = leden.import_grown(&keeper, &two_steps).await;
    assert!(matches!(not_by_who_runs_it, Err(LedenError::NotAllowed(_))));
    leden.import_grown(&controller, &two_steps).await.unwrap();
    assert_eq!(asks_about(&network, 1, 0), 768);

    // From there it goes on: smaller goes by itself, and back to what was confirmed too.
    for size in [384, 768, 1_024] {
        let record = resized(&network, 1, 0, size);
        leden.import(&keeper, &record).await.unwrap();
    }
    let largest = resized(&network, 1, 0, 16_384);
    let refused = leden.import(&keeper, &largest).await;
    assert!(matches!(refused, Err(LedenError::Grown { .. })));
}

#[tokio::test]
async fn a_register_that_outgrows_its_size_gets_a_new_record_with_the_next_size() {
    let network = Network::of(2).await;
    network.register(0, 0..300).await;
    network.introduce().await;
    network.agree(&[0, 1], TERMS).await;
    assert_eq!(asks_about(&network, 0, 0), 384);
    network.register(0, 300..385).await;
    network.advance(Duration::from_secs(3_600)).await;
    assert_eq!(asks_about(&network, 0, 0), 512, "385 and 15 % more");
    assert_eq!(asks_about(&network, 0, 1), 512, "it was told by itself");
    // Whoever makes the record now hands out the same size, and it counts as one step.
    let keeper = actor(&[Role::Beheerder]);
    let issued = network.node(0).services().leden.issue(&keeper).await;
    let other = &network.node(1).services().leden;
    other.import(&keeper, &issued.unwrap()).await.unwrap();
    assert_eq!(asks_about(&network, 0, 1), 512);
}

#[tokio::test]
async fn a_node_that_listens_at_another_port_says_so_on_its_card() {
    let mut network = Network::empty();
    for (name, oin) in &GEMEENTEN[..2] {
        network.add_for_good(name, oin, (0, 900)).await;
    }
    network.introduce().await;
    network.settle().await;
    let moved = network.member(0).oin;
    let there = |network: &Network| {
        let card = network
            .node(1)
            .services()
            .leden
            .one(moved)
            .unwrap()
            .unwrap();
        card.record.nodes[0].addresses.clone()
    };
    let before = there(&network);
    network.stop(0).await;
    let file = network.member(0).home.join("basisnet.toml");
    let old = network.member(0).config().overlay.luister;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace(&old.to_string(), &format!("127.0.0.1:{port}"));
    std::fs::write(&file, text).unwrap();
    network.start(0).await;
    network.advance(days(1)).await;
    network.settle().await;
    let after = there(&network);
    assert_ne!(after, before);
    assert_eq!(after, [format!("/ip4/127.0.0.1/tcp/{port}")]);
}
