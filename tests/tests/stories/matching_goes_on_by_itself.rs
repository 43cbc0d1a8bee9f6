// SPDX-License-Identifier: EUPL-1.2
//! Publication, sweep and daily batches run by themselves, epoch after epoch. A node that was off catches up, and goes
//! on where it was.

use std::time::Duration;

use basisnet_node::audit::Event;
use basisnet_node::service::bevraging::{Occasion, Outcome};
use basisnet_node::service::treffer::Standing;
use basisnet_protocol::matching::Epoch;
use basisnet_tests::agreement::TERMS;
use basisnet_tests::network::{Network, days};

const HOUR: Duration = Duration::from_secs(3_600);

/// Two gemeenten that share the aanbieders 2 and 3, and never do anything by hand.
async fn neighbours() -> Network {
    under(TERMS).await
}

/// The same under these terms.
async fn under(terms: &str) -> Network {
    let network = Network::of(2).await;
    network.introduce().await;
    network.agree(&[0, 1], terms).await;
    network.put_into_force("P08").await;
    network.register(0, 0..4).await;
    network.register(1, 2..6).await;
    network
}

/// Days go by, in steps in which everything that is due is done.
async fn live(network: &Network, hours: u32) {
    for _ in 0..hours.div_ceil(12) {
        network.advance(HOUR * 12).await;
    }
}

fn standing(network: &Network, number: u32) -> Standing {
    let about = network.aanbieder(0, number).id;
    let shown = network.node(0).services().treffers.of(about).unwrap();
    shown.members[0].standing.clone()
}

fn is_known(network: &Network, number: u32) -> bool {
    matches!(standing(network, number), Standing::Known(_))
}

/// Holds now, or once a member that was busy was asked again.
async fn soon(network: &Network, what: impl Fn(&Network) -> bool) -> bool {
    for _ in 0..3 {
        if what(network) {
            return true;
        }
        network.advance(HOUR + HOUR / 6).await;
    }
    what(network)
}

fn epoch(network: &Network) -> u32 {
    Epoch::at(network.clock.now()).unwrap().number()
}

/// The indexes that the second published, by epoch and number.
fn published(network: &Network) -> Vec<(u32, u32)> {
    let events = network.log_of(1).into_iter();
    let indexes = events.filter_map(|event| match event {
        Event::IndexPublished { epoch, seq, .. } => Some((epoch, seq)),
        _ => None,
    });
    indexes.collect()
}

/// How many sets the first committed to: a sweep, or the batch of a day.
fn asked(network: &Network) -> Vec<u32> {
    let events = network.log_of(0).into_iter();
    let sets = events.filter_map(|event| match event {
        Event::SetCommitted { epoch, .. } => Some(epoch),
        _ => None,
    });
    sets.collect()
}

#[tokio::test]
async fn publication_sweep_and_batches_run_by_themselves_over_two_epochs() {
    let network = neighbours().await;
    let first = epoch(&network);
    live(&network, 24).await;
    assert!(soon(&network, |network| is_known(network, 2)).await);
    assert!(is_known(&network, 3));
    assert_eq!(standing(&network, 0), Standing::NotKnown);

    // What is added is asked about that night.
    network.register(0, 4..5).await;
    assert_eq!(standing(&network, 4), Standing::NotAskedYet);
    live(&network, 24).await;
    assert!(soon(&network, |network| is_known(network, 4)).await);

    // The story begins on the eighth day of an epoch. From there on every day has a batch and an index, and no day is
    // without treffers.
    for day in 0..22 {
        live(&network, 24).await;
        assert!(is_known(&network, 2) && is_known(&network, 4), "day {day}");
    }
    assert_eq!(epoch(&network), first + 1);
    let indexes = published(&network);
    let of_first = indexes.iter().filter(|(epoch, _)| *epoch == first).count();
    assert!((20..=22).contains(&of_first), "{of_first}");
    let numbers: Vec<u32> = indexes
        .iter()
        .filter(|(epoch, _)| *epoch == first)
        .map(|(_, seq)| *seq)
        .collect();
    assert!(
        numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "{numbers:?}"
    );
    let batches = asked(&network);
    let of_first = batches.iter().filter(|epoch| **epoch == first).count();
    assert!(
        (21..=23).contains(&of_first),
        "one sweep and a batch a day: {of_first}"
    );
    assert!(batches.contains(&(first + 1)));
}

#[tokio::test]
async fn a_node_that_was_off_for_days_catches_up_and_repeats_nothing() {
    let mut network = neighbours().await;
    live(&network, 24).await;
    assert!(is_known(&network, 2));
    let before = published(&network).len();
    // The source is off for three days: its answer grows old, and becomes unknown.
    network.stop(1).await;
    live(&network, 72).await;
    assert!(is_known(&network, 2), "a treffer stays with its age");
    assert_eq!(
        standing(&network, 0),
        Standing::NoAnswer,
        "and a no becomes unknown"
    );
    network.start(1).await;
    network.introduce().await;
    live(&network, 24).await;
    assert_eq!(standing(&network, 0), Standing::NotKnown);
    let indexes = published(&network);
    assert!(indexes.len() > before);
    let mut different = indexes.clone();
    different.dedup();
    assert_eq!(different, indexes, "no number was used twice");

    // The asker is off over the change of epoch, and begins the next one late.
    let first = epoch(&network);
    network.stop(0).await;
    while epoch(&network) == first {
        network.advance(HOUR * 12).await;
    }
    network.advance(days(2)).await;
    network.start(0).await;
    network.introduce().await;
    live(&network, 24).await;
    assert!(is_known(&network, 2) && is_known(&network, 3));
    assert_eq!(standing(&network, 0), Standing::NotKnown);
    assert!(asked(&network).contains(&(first + 1)));
}

#[tokio::test]
async fn epochs_overlap_so_that_there_is_always_one_that_counts() {
    let network = neighbours().await;
    live(&network, 24).await;
    let first = epoch(&network);
    let end = Epoch::from_number(first).end();
    // Three days before the end the next one is asked and answered, and nothing is lost by it.
    while network.clock.now() + days(1) < end {
        live(&network, 24).await;
    }
    assert_eq!(epoch(&network), first);
    assert!(
        asked(&network).contains(&(first + 1)),
        "swept before it began"
    );
    assert!(
        published(&network)
            .iter()
            .any(|(epoch, _)| *epoch == first + 1)
    );
    assert!(is_known(&network, 2));
    let Standing::Known(treffer) = standing(&network, 2) else {
        panic!("a treffer")
    };
    assert_eq!(treffer.epoch.number(), first + 1);
    live(&network, 48).await;
    assert_eq!(epoch(&network), first + 1);
    assert!(is_known(&network, 2) && is_known(&network, 3));
}

#[tokio::test]
async fn what_could_not_be_asked_is_asked_after_a_restart() {
    let mut network = neighbours().await;
    network.cut(0, 1);
    live(&network, 8).await;
    assert_eq!(standing(&network, 2), Standing::NoAnswer);
    network.stop(0).await;
    network.start(0).await;
    network.mend();
    network.introduce().await;
    live(&network, 24).await;
    assert!(is_known(&network, 2));
    // One commitment for the sweep, however often it was tried.
    let of_epoch = asked(&network);
    assert!(of_epoch.len() <= 3, "{of_epoch:?}");
}

/// What came of it when somebody waits for an answer.
async fn by_hand(network: &Network) -> Outcome {
    let bevragingen = &network.node(0).services().bevragingen;
    let progress = bevragingen.run(Occasion::Person).await.unwrap();
    progress
        .members
        .into_values()
        .next()
        .unwrap()
        .outcome
        .unwrap()
}

#[tokio::test]
async fn the_batch_of_the_day_goes_at_once_where_that_was_agreed_and_only_once() {
    for (terms, direct) in [
        (TERMS.to_owned(), true),
        (TERMS.replace("direct = true", "direct = false"), false),
    ] {
        let network = under(&terms).await;
        live(&network, 24).await;
        // A member that was busy is asked again an hour later, or now by hand.
        by_hand(&network).await;
        assert_eq!(by_hand(&network).await, Outcome::AlreadySpent);
        // Just after midnight, before the hour at which the batch goes by itself.
        network.advance(HOUR * 16 + HOUR / 2).await;
        network.register(0, 4..5).await;
        if direct {
            assert_eq!(by_hand(&network).await, Outcome::BatchSpent);
            assert!(is_known(&network, 4));
            assert_eq!(by_hand(&network).await, Outcome::AlreadySpent);
            continue;
        }
        assert_eq!(by_hand(&network).await, Outcome::AtFixedTime);
        assert_eq!(standing(&network, 4), Standing::NotAskedYet);
        network.advance(HOUR * 3).await;
        assert!(is_known(&network, 4));
    }
}
