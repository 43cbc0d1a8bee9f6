// SPDX-License-Identifier: EUPL-1.2
//! A member says where its node is and whom to call there, and nobody says it for another.

use basisnet_node::service::leden::LedenError;
use basisnet_protocol::directory::RecordError;
use basisnet_protocol::purpose::{PurposeId, Role};
use basisnet_tests::network::{Network, actor, days};

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
    network.advance(days(364)).await;
    assert!(known.oin_of(&other).is_some());
    network.advance(days(2)).await;
    assert!(known.oin_of(&other).is_none());
    let lid = network.node(0).services().leden.one(network.member(1).oin);
    assert!(lid.unwrap().unwrap().expired);
}
