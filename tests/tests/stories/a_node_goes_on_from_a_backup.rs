// SPDX-License-Identifier: EUPL-1.2
//! A backup of days ago is put back under a group that goes on. The node knows less than the others know of it; it goes on
//! as another, does its own work until people of a member took its new card, and undoes nothing that others said since.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use basisnet_node::audit::{Event, Id};
use basisnet_node::service::inzage::{AskedState, Stand};
use basisnet_node::store::OpenError;
use basisnet_node::{Node, StartError};
use basisnet_protocol::convenant::{ActKind, ConvenantHash};
use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::Category;
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::asking::{ASKER, Asking};
use basisnet_tests::network::{GEMEENTEN, Network, days};

/// Whose backup is put back.
const BACK: usize = 0;
/// Who goes on all the time.
const OTHER: usize = 1;
const THIRD: usize = 2;
const SHARED: [&str; 3] = ["68000016", "68000024", "68000032"];

/// Three members that have exchanged for two days.
async fn three() -> (Network, ConvenantHash) {
    let mut network = Network::empty();
    for (name, oin) in &GEMEENTEN[..3] {
        network.add_for_good(name, oin, (0, 300)).await;
    }
    network.introduce().await;
    let hash = network.agree(&[BACK, OTHER, THIRD], TERMS).await;
    network.put_into_force("P08").await;
    for number in [BACK, OTHER, THIRD] {
        for kvk in SHARED {
            network.know(number, kvk, "bv").await;
        }
    }
    passes(&network, 2).await;
    (network, hash)
}

/// What is under way is done, and so many days go by, at the end of which who was busy is asked again.
async fn passes(network: &Network, count: u32) {
    network.settle().await;
    network.advance(days(count)).await;
    let again = Duration::from_secs(70 * 60);
    network.advance(again).await;
    network.advance(again).await;
}

fn treffers(network: &Network, number: usize) -> BTreeMap<Id, BTreeSet<Oin>> {
    let treffers = &network.node(number).services().treffers;
    treffers.all().unwrap()
}

/// How many of the shared aanbieders a member found at each of the others.
fn found(network: &Network, number: usize) -> BTreeMap<Oin, usize> {
    let mut found = BTreeMap::new();
    for peer in treffers(network, number).into_values().flatten() {
        *found.entry(peer).or_default() += 1;
    }
    found
}

fn all_of(network: &Network, others: &[usize]) -> BTreeMap<Oin, usize> {
    let oins = others.iter().map(|other| network.member(*other).oin);
    oins.map(|oin| (oin, SHARED.len())).collect()
}

fn partners(network: &Network, number: usize) -> BTreeSet<Oin> {
    let convenanten = &network.node(number).services().convenanten;
    convenanten.members(network.clock.now()).unwrap()
}

/// How often a member said something about its aanbieders to another.
fn said(network: &Network, number: usize, to: usize) -> usize {
    let to = network.member(to).oin;
    let log = network.log_of(number);
    let said = log.iter().filter(|event| {
        matches!(event, Event::BatchEvaluated { peer, .. } | Event::IndexPublished { peer, .. } | Event::IndexSentAgain { peer, .. } if *peer == to)
    });
    said.count()
}

/// Nobody holds anything against anybody.
fn assert_no_incidents(network: &Network) {
    for number in [BACK, OTHER, THIRD] {
        for event in network.log_of(number) {
            let bad = matches!(
                event,
                Event::SecurityIncident { .. }
                    | Event::AlarmRaised { .. }
                    | Event::IndexRefused { .. }
            );
            assert!(!bad, "{number}: {event:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_was_put_back_does_its_own_work_until_its_new_card_is_taken_and_finds_all_again()
 {
    let (mut network, _) = three().await;
    assert_eq!(found(&network, BACK), all_of(&network, &[OTHER, THIRD]));
    network.back_up(BACK).await;
    passes(&network, 4).await;

    // A copy alone is no way back.
    network.put_back(BACK).await;
    let config = network.member(BACK).config();
    let refused = Node::start(config, network.clock.clone()).await;
    assert!(matches!(
        refused,
        Err(StartError::Store(OpenError::WentBack))
    ));
    let size = network.log_of(OTHER).len();
    basisnet_node::rekey::go_back(&network.member(BACK).config(), network.clock.clone())
        .await
        .unwrap();
    network.start(BACK).await;
    let log = network.log_of(BACK);
    let restored = |event: &&Event| matches!(event, Event::NodeRestored { size, signed: Some(signed), .. } if size < signed);
    assert_eq!(log.iter().filter(restored).count(), 1);

    // What others said is gone, the own register is there, and nobody lets it in.
    let before = said(&network, BACK, OTHER);
    passes(&network, 1).await;
    assert!(treffers(&network, BACK).is_empty());
    assert_eq!(
        network.node(BACK).services().aanbieders.count().unwrap(),
        SHARED.len()
    );
    assert_eq!(said(&network, BACK, OTHER), before);
    let heard = network.log_of(OTHER).split_off(size);
    let with_back = network.member(BACK).oin;
    assert!(
        !heard
            .iter()
            .any(|event| matches!(event, Event::BatchEvaluated { peer, .. } if *peer == with_back))
    );

    // People of one member take its card, which goes on from there.
    network.hand_card(BACK, OTHER).await;
    passes(&network, 2).await;
    for (number, others) in [
        (BACK, [OTHER, THIRD]),
        (OTHER, [BACK, THIRD]),
        (THIRD, [BACK, OTHER]),
    ] {
        assert_eq!(
            found(&network, number),
            all_of(&network, &others),
            "{number}"
        );
    }
    passes(&network, 3).await;
    assert_eq!(found(&network, OTHER), all_of(&network, &[BACK, THIRD]));
    assert_no_incidents(&network);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_back_or_withdrawn_after_the_backup_stays_so() {
    let (mut network, hash) = three().await;
    network.back_up(BACK).await;
    let we = everybody();
    let at_other = &network.node(OTHER).services().aanbieders;
    let about = at_other.by_kvk(SHARED[0].parse().unwrap()).unwrap();
    let about = about.unwrap().id;
    at_other.restrict(&we, about, true).await.unwrap();
    network.act(THIRD, hash, ActKind::Withdraw).await;
    passes(&network, 2).await;
    network.restore(BACK).await;
    // By its backup it is in a convenant with both.
    let oin = |number: usize| network.member(number).oin;
    assert_eq!(
        partners(&network, BACK),
        BTreeSet::from([oin(OTHER), oin(THIRD)])
    );
    let before = said(&network, BACK, THIRD);
    network.hand_card(BACK, OTHER).await;
    network.hand_card(BACK, THIRD).await;
    passes(&network, 2).await;
    assert_eq!(partners(&network, BACK), BTreeSet::from([oin(OTHER)]));
    assert_eq!(said(&network, BACK, THIRD), before);
    let at_other = BTreeMap::from([(oin(OTHER), SHARED.len() - 1)]);
    assert_eq!(found(&network, BACK), at_other);
    assert_no_incidents(&network);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_own_people_decided_after_the_backup_is_heard_of_the_others() {
    let (mut network, hash) = three().await;
    network.back_up(BACK).await;
    network.act(BACK, hash, ActKind::Withdraw).await;
    passes(&network, 1).await;
    network.restore(BACK).await;
    let before = said(&network, BACK, OTHER);
    network.hand_card(BACK, OTHER).await;
    passes(&network, 2).await;
    assert!(partners(&network, BACK).is_empty());
    assert_eq!(said(&network, BACK, OTHER), before);
    assert!(found(&network, BACK).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_of_before_the_backup_is_asked_for_anew() {
    let mut story = Asking::begin().await;
    let asked = story.ask(&[Category::Contact]).await;
    assert!(matches!(asked.state, AskedState::Released { .. }));
    story.network.back_up(ASKER).await;
    story.network.advance(days(1)).await;
    story.network.restore(ASKER).await;
    let shown = story.shown(asked.id).await;
    assert!(shown.answer.is_none());
    assert!(
        matches!(shown.asked.stand, Stand::Withdrawn { .. }),
        "{:?}",
        shown.asked.stand
    );
}
