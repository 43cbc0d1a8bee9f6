// SPDX-License-Identifier: EUPL-1.2
//! Register and questions of an organisation go to the one that takes its place: nothing is lost, nothing is written over,
//! and what a source takes back is taken back there too.

use std::time::Duration;

use basisnet_node::audit::Event;
use basisnet_node::service::estate::{Difference, EstateError, Estates, What};
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use basisnet_tests::network::{GEMEENTEN, Network, actor, days};

const HOUR: Duration = Duration::from_secs(3_600);
const OLD: usize = 0;
const NEW: usize = 2;
/// What both the old and the new know.
const BOTH: &str = "12345679";

fn estates(network: &Network, number: usize) -> &Estates {
    &network.node(number).services().estates
}

#[tokio::test]
async fn a_recall_to_the_old_one_reaches_the_new_one_and_takes_the_answer_back_there() {
    let mut story = Asking::begin().await;
    story.ask(&[Category::Contact]).await;
    let (name, oin) = GEMEENTEN[3];
    let new = story.network.add(name, oin).await;
    story.network.introduce_to(ASKER, &[new]).await;
    story.network.succeed(ASKER, new, "2027-03-08").await;
    story.network.settle().await;
    story.network.advance(days(8)).await;

    let we = everybody();
    let file = estates(&story.network, ASKER).give(&we).await.unwrap();
    let taken = estates(&story.network, new).take_over(&we, &file).await;
    let taken = taken.unwrap();
    assert_eq!(
        (taken.added, taken.involvements, taken.questions),
        (2, 2, 1)
    );
    story.network.stop(ASKER).await;

    let registers = &story.network.node(SOURCE).services().aanbieders;
    let restricted = registers.restrict(&we, story.at_source, true).await;
    restricted.unwrap();
    story.network.advance(HOUR).await;
    let log = story.network.log_of(new);
    let source = story.network.member(SOURCE).oin;
    let received =
        |event: &Event| matches!(event, Event::RecallReceived { peer, .. } if *peer == source);
    assert!(log.iter().any(received));
    let withdrawn = |event: &Event| matches!(event, Event::InzageWithdrawn { .. });
    assert_eq!(log.iter().filter(|event| withdrawn(event)).count(), 1);
}

/// Two members and a newcomer that takes the place of the first, all with a register.
async fn with_registers() -> Network {
    let network = Network::of(3).await;
    network.introduce().await;
    network.agree(&[OLD, 1], TERMS).await;
    for (number, legal_form) in [(OLD, "bv"), (NEW, "stichting")] {
        network.know(number, BOTH, legal_form).await;
    }
    network.know(OLD, "22345679", "stichting").await;
    network.succeed(OLD, NEW, "2027-03-08").await;
    network.settle().await;
    network
}

#[tokio::test]
async fn what_is_taken_over_twice_is_there_once_and_what_differs_is_named() {
    let network = with_registers().await;
    network.advance(days(8)).await;
    let (we, services) = (everybody(), network.node(NEW).services());
    let file = estates(&network, OLD).give(&we).await.unwrap();
    let taken = services.estates.take_over(&we, &file).await.unwrap();
    let kept = services.aanbieders.by_kvk(BOTH.parse().unwrap());
    let kept = kept.unwrap().unwrap();
    assert_eq!((taken.added, taken.involvements), (1, 2));
    let named = Difference {
        aanbieder: kept.id,
        what: What::LegalForm,
    };
    assert_eq!(taken.differences, [named]);
    assert_eq!(services.aanbieders.count().unwrap(), 2);
    assert_eq!(services.betrokkenheden.of(kept.id).unwrap().len(), 2);

    let log = network.log_of(NEW).len();
    let again = services.estates.take_over(&we, &file).await.unwrap();
    assert_eq!((again.added, again.involvements, again.known), (0, 0, 4));
    assert_eq!(services.betrokkenheden.all().unwrap().len(), 3);
    assert_eq!(network.log_of(NEW).len(), log);
}

#[tokio::test]
async fn only_who_stands_in_the_place_takes_over_and_only_what_the_old_one_signed() {
    let network = with_registers().await;
    let we = everybody();
    let nobody = estates(&network, 1).give(&we).await;
    assert!(matches!(nobody, Err(EstateError::NoHeir)));
    let contractmanager = actor(&[Role::Contractmanager]);
    let refused = estates(&network, OLD).give(&contractmanager).await;
    assert!(matches!(refused, Err(EstateError::NotAllowed(_))));
    let file = estates(&network, OLD).give(&we).await.unwrap();
    let early = estates(&network, NEW).take_over(&we, &file).await;
    assert!(
        matches!(early, Err(EstateError::NotTheHeir(_))),
        "not its place yet"
    );
    network.advance(days(8)).await;
    let stranger = estates(&network, 1).take_over(&we, &file).await;
    assert!(matches!(stranger, Err(EstateError::NotTheHeir(_))));
    let mut turned = file.clone();
    let last = turned.len() - 100;
    turned[last] ^= 1;
    let refused = estates(&network, NEW).take_over(&we, &turned).await;
    assert!(refused.is_err());
    assert!(estates(&network, NEW).take_over(&we, &file).await.is_ok());
}
