// SPDX-License-Identifier: EUPL-1.2
//! A coordinator, who may see nothing of any aanbieder, goes through the list with a member: what is done, what is left.

use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::convenant::ActKind;
use basisnet_node::service::deelname::{DeelnameError, Stand, Told};
use basisnet_protocol::convenant::{ConvenantHash, State};
use basisnet_protocol::message::PurposeReadiness;
use basisnet_protocol::purpose::Role;
use basisnet_tests::agreement::{TERMS, decided, everybody};
use basisnet_tests::network::{Network, actor};

fn stand(network: &Network) -> Stand {
    let nobody_in_particular = actor(&[]);
    let deelname = &network.node(0).services().deelname;
    deelname.stand(&nobody_in_particular).unwrap()
}

fn in_force(stand: &Stand) -> Vec<(&str, bool)> {
    let purposes = stand.purposes.iter();
    purposes
        .map(|one| (one.entry.id.as_str(), one.in_force().is_some()))
        .collect()
}

/// EXC-04: each step of taking part is seen when it is done, and not before.
#[tokio::test]
async fn exc_04_what_is_left_before_taking_part_is_named_until_the_first_sweep() {
    let network = Network::of(2).await;
    let first = stand(&network);
    assert_eq!(first.card_until, None);
    assert!(first.certificate_until > first.now);
    assert!(first.agreements.is_empty() && !first.has_aanbieders);
    assert_eq!(in_force(&first), [("P08", false)]);

    network.introduce().await;
    assert!(stand(&network).card_until.is_some());
    let convenanten = |number: usize| &network.node(number).services().convenanten;
    let we = everybody();
    let text = network.draft(&[0, 1], TERMS);
    let drafted = convenanten(1).draft(&we, &text).await.unwrap().hash;
    convenanten(1).send(&we, drafted).await.unwrap();
    network.settle().await;
    let [draft] = &stand(&network).agreements[..] else {
        panic!("one convenant")
    };
    assert!(matches!(draft.state, State::Draft(_)) && !draft.accepted);
    for number in [0, 1] {
        let accept = decided(ActKind::Accept);
        let accepted = convenanten(number).act(&we, drafted, &accept);
        accepted.await.unwrap();
    }
    network.settle().await;
    let signed = stand(&network);
    assert!(signed.agreements[0].accepted && signed.agreements[0].state == State::Active);
    assert_eq!((signed.partners, signed.swept), (1, 0));

    for (purpose, is_in_force) in in_force(&signed) {
        assert!(!is_in_force, "{purpose}");
        network.put_into_force(purpose).await;
    }
    for number in [0, 1] {
        network.know(number, "12345679", "bv").await;
    }
    let bevragingen = &network.node(0).services().bevragingen;
    bevragingen.run(Occasion::Person).await.unwrap();
    let last = stand(&network);
    assert!(in_force(&last).iter().all(|(_, is_in_force)| *is_in_force));
    assert!(last.has_aanbieders);
    assert_eq!((last.partners, last.swept), (1, 1));

    let withdraw = decided(ActKind::Withdraw);
    let withdrawn = convenanten(0).act(&we, drafted, &withdraw);
    withdrawn.await.unwrap();
    network.settle().await;
    assert_eq!(stand(&network).partners, 0);
}

/// What the coordinator of the group hears of each member, by their order in the region.
async fn heard(network: &Network, group: &str) -> Vec<Told> {
    let coordinator = actor(&[Role::Beheerder]);
    let deelname = &network.node(0).services().deelname;
    let all = deelname.of_members(&coordinator, group).await.unwrap();
    let of = |number: usize| {
        let oin = network.member(number).oin;
        all.iter().find(|one| one.oin == oin).unwrap().told.clone()
    };
    (0..all.len()).map(of).collect()
}

/// A group of three with a draft of the first, and the name of the group.
async fn drafted() -> (Network, ConvenantHash, String) {
    let network = Network::of(3).await;
    network.introduce().await;
    let convenanten = &network.node(0).services().convenanten;
    let text = network.draft(&[0, 1, 2], TERMS);
    let drafted = convenanten.draft(&everybody(), &text).await.unwrap().hash;
    convenanten.send(&everybody(), drafted).await.unwrap();
    network.settle().await;
    let group = stand(&network).agreements[0].group.clone();
    (network, drafted, group)
}

/// A member shows the first how far it is, or no longer.
async fn share(network: &Network, number: usize, group: &str, shown: bool) {
    let (beheer, coordinator) = (actor(&[Role::Beheerder]), network.member(0).oin.to_string());
    let deelname = &network.node(number).services().deelname;
    let shared = deelname.share(&beheer, group, &coordinator, shown);
    shared.await.unwrap();
}

/// Somebody who has no right to data hears from every member how far it is: from who wants to tell that, and no more
/// than papers and dates.
#[tokio::test]
async fn exc_04_the_coordinator_hears_how_far_each_member_is_from_who_wants_to_tell_it() {
    let (network, _, group) = drafted().await;
    let (own, other) = (
        &network.node(0).services().deelname,
        &network.node(1).services().deelname,
    );
    let beheer = actor(&[Role::Beheerder]);
    let unknown = own.of_members(&beheer, "regio-proef").await;
    assert!(matches!(unknown, Err(DeelnameError::NoSuchGroup)));
    let heard_first = heard(&network, &group).await;
    assert_eq!(heard_first[1..], [Told::Nothing, Told::Nothing]);

    let coordinator = network.member(0).oin.to_string();
    let who_may_not = actor(&[Role::ToezichthouderKwaliteit]);
    let shared = other.share(&who_may_not, &group, &coordinator, true).await;
    assert!(matches!(shared, Err(DeelnameError::NotAllowed(_))));
    let stranger = other.share(&beheer, &group, "00000099000000999000", true);
    assert!(matches!(stranger.await, Err(DeelnameError::NotAFellow(_))));
    for number in [1, 2] {
        share(&network, number, &group, true).await;
    }
    for told in heard(&network, &group).await {
        let Told::Readiness(told) = told else {
            panic!("{told:?}")
        };
        assert!(!told.accepted && !told.swept && !told.purposes.is_empty());
        let done = |one: &PurposeReadiness| one.dpia || one.advice || one.in_force;
        assert!(!told.purposes.iter().any(done));
    }
    share(&network, 1, &group, false).await;
    assert_eq!(heard(&network, &group).await[1], Told::Nothing);
    // It is told to the one that was chosen, and to no other.
    let asked = other.of_members(&beheer, &group).await.unwrap();
    let told = |told: &Told| matches!(told, Told::Readiness(_));
    assert!(!asked.iter().any(|one| !one.own && told(&one.told)));
}

#[tokio::test]
async fn the_coordinator_hears_what_a_member_has_done_and_who_is_silent() {
    let (mut network, drafted, group) = drafted().await;
    for number in [1, 2] {
        share(&network, number, &group, true).await;
    }
    let accept = decided(ActKind::Accept);
    let there = &network.node(1).services().convenanten;
    there.act(&everybody(), drafted, &accept).await.unwrap();
    network.put_into_force("P08").await;
    network.stop(2).await;
    let all = heard(&network, &group).await;
    let Told::Readiness(told) = &all[1] else {
        panic!("{all:?}")
    };
    assert!(told.accepted);
    let of_matching = |one: &&PurposeReadiness| one.purpose_id.as_str() == "P08";
    let matching = told.purposes.iter().find(of_matching).unwrap();
    assert!(matching.dpia && matching.advice && matching.in_force);
    assert_eq!(all[2], Told::Silent);
}
