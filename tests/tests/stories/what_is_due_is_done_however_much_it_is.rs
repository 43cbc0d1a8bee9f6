// SPDX-License-Identifier: EUPL-1.2
//! What time brings is done for every question, also when there are more than are read at a time; and a decision that
//! does not arrive is given up in the end, in the open.

use std::collections::BTreeSet;
use std::time::Duration;

use basisnet_node::audit::{Event, Id};
use basisnet_node::service::inzage::{Asked, AskedState, Received, ReceivedState};
use basisnet_node::store::{Change, Expect, Record, Store};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Category;
use basisnet_tests::agreement::TERMS;
use basisnet_tests::asking::{ASKER, Asking, SOURCE};
use basisnet_tests::network::days;

/// More than a page.
const MANY: u32 = 600;

fn name(number: u32) -> Id {
    let mut id = [7; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    Octets(id)
}

/// As many records as are not read at a time.
async fn fill<R: Record>(store: &Store, one: impl Fn(u32, Id) -> R) {
    let mut change = Change::new();
    for number in 0..MANY {
        let id = name(number);
        change = change.put(id, &one(number, id), Expect::Absent).unwrap();
    }
    store.commit(change).await.unwrap();
}

#[tokio::test]
async fn every_answer_goes_when_its_term_is_over_and_every_question_can_be_listed() {
    let short = TERMS.replace(
        "bewaardagen = 90\nautomatisch = [\"contact\"]",
        "bewaardagen = 3\nautomatisch = [\"contact\"]",
    );
    let story = Asking::under(&short).await;
    let asked = story.ask(&[Category::Contact]).await;
    let store = &story.network.node(ASKER).base().store;
    let earlier = |number: u32| asked.at - Duration::from_secs(u64::from(number) * 1_800);
    fill(store, |number, id| Asked {
        id,
        at: earlier(number),
        ..asked.clone()
    })
    .await;

    let we = story.toezichthouder();
    let (mut seen, mut last) = (Vec::new(), None);
    loop {
        let page = story.asker().list(&we, last, 300).await.unwrap();
        let Some(oldest) = page.last() else { break };
        last = Some(oldest.id);
        seen.extend(page);
    }
    assert!(seen.is_sorted_by_key(|asked| std::cmp::Reverse((asked.at, asked.id))));
    let different: BTreeSet<Id> = seen.iter().map(|asked| asked.id).collect();
    assert_eq!((seen.len(), different.len()), (601, 601));

    story.network.advance(days(4)).await;
    for number in 0..MANY {
        let stored = store.get::<Asked>(name(number)).unwrap().unwrap();
        assert!(matches!(stored.value.state, AskedState::Forgotten { .. }));
    }
}

#[tokio::test]
async fn every_question_gets_its_no_in_time_and_what_cannot_be_delivered_is_given_up() {
    let mut story = Asking::begin().await;
    story.ask(&[Category::Toezicht]).await;
    let request = story.request().await;
    story.network.stop(ASKER).await;
    let store = &story.network.node(SOURCE).base().store;
    fill(store, |_, id| Received {
        id,
        ..request.clone()
    })
    .await;
    let we = story.toezichthouder();
    assert_eq!(story.source().open(&we).await.unwrap().len(), 601);

    story
        .network
        .advance(days(14) + Duration::from_secs(600))
        .await;
    assert!(story.source().open(&we).await.unwrap().is_empty());
    let every =
        || (0..MANY).map(|number| store.get::<Received>(name(number)).unwrap().unwrap().value);
    for received in every() {
        let ReceivedState::Refused {
            delivered: false, ..
        } = received.state
        else {
            panic!("{:?}", received.state)
        };
        assert_eq!(received.gave_up, None);
    }

    story.network.advance(days(8)).await;
    assert!(every().all(|received| received.gave_up.is_some()));
    let given_up = |story: &Asking| {
        let events = story.network.log_of(SOURCE).into_iter();
        events
            .filter(|event| matches!(event, Event::InzageUndelivered { .. }))
            .count()
    };
    assert_eq!(given_up(&story), 601);
    let entries = story.network.log_of(SOURCE).len();
    story.network.advance(Duration::from_secs(7_200)).await;
    let later = story.network.log_of(SOURCE).split_off(entries);
    let about_inzage = |event: &Event| {
        matches!(
            event,
            Event::InzageDecided { .. } | Event::InzageUndelivered { .. }
        )
    };
    assert!(!later.iter().any(about_inzage));
}
