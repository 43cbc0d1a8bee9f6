// SPDX-License-Identifier: EUPL-1.2
//! A member that goes on asking beyond its budget gets the same no as anybody else, and leaves nothing behind but a
//! number: no question is kept, and the log has one line for all of them together.

use std::time::Duration;

use basisnet_node::audit::Event;
use basisnet_node::service::inzage::Received;
use basisnet_protocol::message::{InzageDecision, Message};
use basisnet_protocol::octets::Octets;
use basisnet_tests::agreement::TERMS;
use basisnet_tests::asking::SOURCE;
use basisnet_tests::bold::Bold;
use basisnet_tests::network::days;

const HOUR: Duration = Duration::from_secs(3_600);
const MANY: usize = 100;

fn kept(bold: &Bold) -> usize {
    let store = &bold.story.network.node(SOURCE).base().store;
    store.page::<Received>(None, 10_000).unwrap().len()
}

/// The numbers in the log about questions beyond the budget, after the first `from` entries.
fn told(bold: &Bold, from: usize) -> Vec<u32> {
    let events = bold.story.network.log_of(SOURCE).into_iter().skip(from);
    let counts = events.filter_map(|event| match event {
        Event::InzageOverBudget { count, .. } => Some(count),
        _ => None,
    });
    counts.collect()
}

/// The budget counts what was refused too, so that nobody tries until it fits.
#[tokio::test]
async fn beyond_the_budget_a_question_is_refused_like_any_other_and_only_counted() {
    let terms = TERMS.replace("inzage_per_dag = 25", "inzage_per_dag = 2");
    let mut bold = Bold::under(&terms).await;
    let (id, mut request) = bold.question();
    request.handle = Octets([9; 8]);
    let within = bold.no(id, &request, &["V16-treffer"]).await;
    let (before, entries) = (kept(&bold), bold.story.network.log_of(SOURCE).len());
    assert_eq!(before, 2);

    let (id, request) = bold.question();
    let beyond = bold.refused(id, &request).await;
    assert_eq!(beyond.bytes.len(), within.bytes.len());
    assert!(beyond.took >= Duration::from_millis(250));
    assert_eq!(told(&bold, entries), [1]);

    let questions: Vec<_> = (0..MANY).map(|_| bold.question()).collect();
    let asked = questions.iter().map(|(id, one)| bold.refused(*id, one));
    for no in futures::future::join_all(asked).await {
        assert_eq!(no.bytes.len(), within.bytes.len());
    }
    assert_eq!(kept(&bold), before);
    assert_eq!(told(&bold, entries), [1]);
    let log = bold.story.network.log_of(SOURCE).into_iter().skip(entries);
    let decided = log.filter(|event| matches!(event, Event::InzageDecided { .. }));
    assert_eq!(
        decided.count(),
        0,
        "what is beyond the budget is only counted"
    );

    bold.story.network.advance(HOUR * 2).await;
    assert_eq!(told(&bold, entries), [1, 100]);

    // And tomorrow is another day.
    bold.story.network.advance(days(1)).await;
    let (id, request) = bold.question();
    assert_eq!(bold.send(id, &request).await.kind(), InzageDecision::KIND);
    assert_eq!(told(&bold, entries), [1, 100]);
}
