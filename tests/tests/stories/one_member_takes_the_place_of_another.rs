// SPDX-License-Identifier: EUPL-1.2
//! Gemeenten merge, or get another number: the new one stands where the old one stood, and nobody gets more than before.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_node::service::bevraging::{MemberProgress, Occasion, Outcome};
use basisnet_node::service::convenant::{SuccessionFault, Whose};
use basisnet_node::service::mandaat::MandaatError;
use basisnet_protocol::convenant::{ConvenantHash, State};
use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::Role;
use basisnet_tests::acting::by_decision;
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::network::{Network, actor, days};

/// The members of the group; the last node of a story is the newcomer.
const GROUP: [usize; 4] = [0, 1, 2, 3];
const NEW: usize = 4;
/// An aanbieder that all of them know.
const SHARED: &str = "68000016";

/// Four members with a convenant in force, and a fifth organisation that only the first one knows.
async fn four_and_a_newcomer() -> (Network, ConvenantHash) {
    let network = Network::of(5).await;
    network.introduce_to(0, &[1, 2, 3, NEW]).await;
    network.introduce_to(1, &[2, 3]).await;
    network.introduce_to(2, &[3]).await;
    let hash = network.agree(&GROUP, TERMS).await;
    network.put_into_force("P08").await;
    for number in 0..5 {
        network.know(number, SHARED, "bv").await;
    }
    network.settle().await;
    (network, hash)
}

fn partners(network: &Network, number: usize) -> BTreeSet<Oin> {
    let convenanten = &network.node(number).services().convenanten;
    convenanten.members(network.clock.now()).unwrap()
}

fn oins(network: &Network, numbers: &[usize]) -> BTreeSet<Oin> {
    let numbers = numbers.iter();
    numbers.map(|number| network.member(*number).oin).collect()
}

/// Somebody at this member asks all others, and these are the ones that answered.
async fn ask(network: &Network, number: usize) -> BTreeSet<Oin> {
    let bevragingen = &network.node(number).services().bevragingen;
    let progress = bevragingen.run(Occasion::Person).await.unwrap();
    let outcome = |((peer, _), one): ((Oin, String), MemberProgress)| Some((peer, one.outcome?));
    let outcomes: BTreeMap<Oin, Outcome> =
        progress.members.into_iter().filter_map(outcome).collect();
    let exchanged = |outcome: &Outcome| {
        matches!(
            outcome,
            Outcome::Swept | Outcome::BatchSpent | Outcome::AlreadySpent
        )
    };
    let outcomes = outcomes.into_iter();
    let answered = outcomes.filter(|(_, outcome)| exchanged(outcome));
    answered.map(|(peer, _)| peer).collect()
}

/// Who else knows the aanbieder that all know, as this member found it.
fn found(network: &Network, number: usize) -> BTreeSet<Oin> {
    let treffers = network.node(number).services().treffers.all().unwrap();
    treffers.into_values().flatten().collect()
}

#[tokio::test]
async fn an_organisation_with_a_new_number_goes_on_where_the_old_one_stood() {
    let (network, hash) = four_and_a_newcomer().await;
    assert_eq!(ask(&network, 1).await, oins(&network, &[0, 2, 3]));

    network.succeed(0, NEW, "2027-03-20").await;
    network.settle().await;
    // Everybody heard it, and until the day nothing is different.
    for number in 0..5 {
        let held = network.node(number).services().convenanten.successions();
        assert_eq!(held.unwrap().len(), 1, "{number}");
    }
    assert_eq!(partners(&network, 1), oins(&network, &[0, 2, 3]));
    assert_eq!(partners(&network, NEW), oins(&network, &[]));

    network.advance(days(20)).await;
    assert_eq!(partners(&network, 0), oins(&network, &[]));
    for number in [1, 2, 3] {
        let others: Vec<usize> = (1..5).filter(|other| *other != number).collect();
        assert_eq!(partners(&network, number), oins(&network, &others));
        assert_eq!(ask(&network, number).await, oins(&network, &others));
        assert_eq!(found(&network, number), oins(&network, &others));
    }
    assert_eq!(network.state(NEW, hash), Some(State::Active));
    assert_eq!(ask(&network, NEW).await, oins(&network, &[1, 2, 3]));
    assert_eq!(found(&network, NEW), oins(&network, &[1, 2, 3]));
    assert_eq!(ask(&network, 0).await, oins(&network, &[]));
}

#[tokio::test]
async fn a_mandate_ends_with_who_gave_it_and_who_comes_in_its_place_gives_a_new_one() {
    let (network, _) = four_and_a_newcomer().await;
    let (old, body) = (1, 2);
    let mandate = network.mandate(old, body, &["P03"], &["02"]).await;
    let signed = |number: usize| network.mandaten(number).signed(mandate).unwrap();
    let ends = |number: usize| {
        let content = network.mandaten(number).one(mandate).unwrap();
        network
            .mandaten(number)
            .ends_with(content.content())
            .unwrap()
    };
    network.introduce_to(old, &[NEW]).await;
    network.succeed(old, NEW, "2027-03-20").await;
    network.settle().await;
    // All know what is to come, and until that day it holds.
    for number in [0, old, body, 3] {
        let gone = ends(number).expect("its end is known");
        assert_eq!(gone.heir, Some(network.member(NEW).oin), "{number}");
        assert!(signed(number).is_some(), "{number}");
    }
    network.advance(days(20)).await;
    for number in [0, body, 3] {
        assert!(signed(number).is_none(), "{number}");
    }
    let holder = network.member(body).oin;
    assert_eq!(network.mandaten(body).held_by(holder).unwrap(), []);

    let again = network.mandate(NEW, body, &["P03"], &["02"]).await;
    for number in [0, body, 3, NEW] {
        let held = network.mandaten(number).held_by(holder).unwrap();
        let held: Vec<_> = held.iter().map(|mandate| mandate.hash()).collect();
        assert_eq!(held, [again], "{number}");
    }
}

#[tokio::test]
async fn a_mandate_ends_with_who_acts_under_it() {
    let (network, _) = four_and_a_newcomer().await;
    let mandate = network.mandate(1, 0, &["P03"], &["02"]).await;
    network.succeed(0, NEW, "2027-03-20").await;
    network.settle().await;
    network.advance(days(20)).await;
    for number in [1, 2, NEW] {
        for holder in [0, NEW] {
            let held = network.mandaten(number).held_by(network.member(holder).oin);
            assert_eq!(held.unwrap(), [], "{number}");
        }
    }
    let we = everybody();
    let accepted = network
        .mandaten(0)
        .accept(&we, mandate, &by_decision())
        .await;
    assert!(
        matches!(accepted, Err(MandaatError::Unfit(_))),
        "{accepted:?}"
    );
}

#[tokio::test]
async fn who_was_away_hears_who_took_the_place_before_anything_is_exchanged() {
    let (mut network, _) = four_and_a_newcomer().await;
    network.stop(3).await;
    network.succeed(0, NEW, "2027-03-20").await;
    network.settle().await;
    network.advance(days(20)).await;
    network.start(3).await;
    // The old one is there and would be asked; the first that is said to anybody brings the news.
    assert!(!ask(&network, 3).await.contains(&network.member(0).oin));
    network.settle().await;
    assert_eq!(partners(&network, 3), oins(&network, &[1, 2, NEW]));
    assert_eq!(ask(&network, 3).await, oins(&network, &[1, 2, NEW]));
}

#[tokio::test]
async fn what_one_of_the_two_signed_or_somebody_without_mandate_changes_nothing() {
    let (network, _) = four_and_a_newcomer().await;
    let file = network.declared(0, NEW, "2027-03-20").await;
    let convenanten = |number: usize| &network.node(number).services().convenanten;
    let we = everybody();
    let one_sided = convenanten(0).import_succession(&we, &file).await;
    assert!(matches!(one_sided, Err(SuccessionFault::OneSided)));
    let not_ours = convenanten(2).countersign_succession(&we, &file, "1");
    assert!(matches!(not_ours.await, Err(SuccessionFault::NotOurs)));
    let without = convenanten(NEW).countersign_succession(&we, &file, "");
    assert!(matches!(without.await, Err(SuccessionFault::Statement(_))));
    let contractmanager = actor(&[Role::Contractmanager]);
    let no_mandate = convenanten(NEW).countersign_succession(&contractmanager, &file, "1");
    assert!(matches!(
        no_mandate.await,
        Err(SuccessionFault::NotAllowed(_))
    ));
    let whose = Whose::OwnBy(network.member(NEW).oin);
    let day = network.clock.now() + days(19);
    let no_mandate = convenanten(0).declare_succession(&contractmanager, whose, day, "1");
    assert!(matches!(
        no_mandate.await,
        Err(SuccessionFault::NotAllowed(_))
    ));
    network.advance(days(20)).await;
    assert_eq!(partners(&network, 1), oins(&network, &[0, 2, 3]));
}

#[tokio::test]
async fn of_four_members_two_merge_and_the_exchange_goes_on() {
    let (network, _) = four_and_a_newcomer().await;
    network.introduce_to(1, &[NEW]).await;
    ask(&network, 2).await;
    for old in [0, 1] {
        network.succeed(old, NEW, "2027-03-20").await;
    }
    network.settle().await;
    network.advance(days(20)).await;
    for (number, others) in [(2, [3, NEW]), (3, [2, NEW]), (NEW, [2, 3])] {
        assert_eq!(partners(&network, number), oins(&network, &others));
        assert_eq!(ask(&network, number).await, oins(&network, &others));
        assert_eq!(found(&network, number), oins(&network, &others));
    }
    for gone in [0, 1] {
        assert_eq!(ask(&network, gone).await, oins(&network, &[]));
    }
}

#[tokio::test]
async fn of_four_members_one_goes_up_in_another_which_counts_once() {
    let (network, hash) = four_and_a_newcomer().await;
    network.succeed(0, 1, "2027-03-20").await;
    network.settle().await;
    network.advance(days(20)).await;
    for (number, others) in [(1, [2, 3]), (2, [1, 3]), (3, [1, 2])] {
        assert_eq!(partners(&network, number), oins(&network, &others));
        assert_eq!(ask(&network, number).await, oins(&network, &others));
    }
    assert_eq!(partners(&network, 0), oins(&network, &[]));
    assert_eq!(network.state(2, hash), Some(State::Active));
}

#[tokio::test]
async fn in_a_circle_and_where_two_take_one_place_the_exchange_ends_and_nobody_gets_it() {
    let (network, _) = four_and_a_newcomer().await;
    // Two that each go up in the other, and one that two would follow.
    network.succeed(0, 1, "2027-03-20").await;
    network.succeed(1, 0, "2027-03-20").await;
    network.introduce_to(2, &[NEW]).await;
    network.succeed(2, NEW, "2027-03-20").await;
    network.succeed(2, 3, "2027-03-20").await;
    network.settle().await;
    network.advance(days(20)).await;
    for number in 0..5 {
        assert_eq!(partners(&network, number), oins(&network, &[]), "{number}");
    }
}
