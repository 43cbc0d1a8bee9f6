// SPDX-License-Identifier: EUPL-1.2
//! What cannot be recorded does not happen. Where the log takes no entry, nothing is asked, nothing is answered and
//! nothing is shown, not even what was answered before.

use basisnet_node::audit::Event;
use basisnet_node::service::inzage::AskedState;
use basisnet_protocol::purpose::Category;
use basisnet_tests::asking::{ASKER, Asking, SOURCE};

/// From now on this node can write nothing; it can still read.
fn break_log(story: &Asking, number: usize) {
    let store = &story.network.node(number).base().store;
    store.testing_only_fail_next_sync();
}

/// How many questions reached the source.
fn received(story: &Asking) -> usize {
    let events = story.network.log_of(SOURCE).into_iter();
    events
        .filter(|event| matches!(event, Event::InzageReceived { .. }))
        .count()
}

/// AUT-06: a look that cannot be written down is not given, whoever asks and however often it was given before.
#[tokio::test]
async fn aut_06_who_cannot_record_asks_nothing_and_shows_nothing() {
    let story = Asking::begin().await;
    let asked = story.ask(&[Category::Contact]).await;
    assert!(story.shown(asked.id).await.answer.is_some());
    let before = received(&story);
    let carried = story.network.carried();

    break_log(&story, ASKER);
    let we = story.toezichthouder();
    let again = story.vraag(&[Category::Contact]);
    assert!(story.asker().ask(&we, &again).await.is_err());
    assert!(story.asker().show(&we, asked.id, None).await.is_err());
    assert_eq!(received(&story), before);
    assert_eq!(story.network.carried(), carried, "nothing left");
}

/// AUT-06: a source that cannot write down what it decides gives nothing; to the asker it is a gemeente that does not
/// answer.
#[tokio::test]
async fn aut_06_a_source_that_cannot_record_answers_nothing() {
    let story = Asking::begin().await;
    break_log(&story, SOURCE);
    let (we, vraag) = (story.toezichthouder(), story.vraag(&[Category::Contact]));
    let asked = story.asker().ask(&we, &vraag).await.unwrap();
    assert!(
        matches!(asked.state, AskedState::Sent | AskedState::NoAnswer),
        "{:?}",
        asked.state
    );
    assert_eq!(story.shown(asked.id).await.answer, None);
    let decided = story.network.log_of(SOURCE).into_iter();
    let decided = decided.filter(|event| matches!(event, Event::InzageDecided { .. }));
    assert_eq!(decided.count(), 0);
}
