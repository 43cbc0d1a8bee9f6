// SPDX-License-Identifier: EUPL-1.2
//! What may no longer be held elsewhere is taken back within seconds: from every member that is there, and from every
//! other as soon as it is back. Who had a treffer and who had not cannot be told from what is said.

use std::time::{Duration, Instant};

use basisnet_node::audit::Event;
use basisnet_node::overlay::key_of;
use basisnet_node::service::bevraging::Occasion;
use basisnet_protocol::envelope;
use basisnet_protocol::message::{Message, Recall, RecallReceipt};
use basisnet_protocol::purpose::{PurposeId, Role};
use basisnet_tests::agreement::everybody;
use basisnet_tests::network::{Network, actor, days};
use basisnet_tests::recording::Recording;

/// Who takes back.
const SOURCE: usize = 0;
/// How long it may take.
const SOON: Duration = Duration::from_secs(5);
/// How often a node tries a member that is away.
const KNOCK: Duration = Duration::from_secs(1);

/// Members with these registers in one convenant, that have found what they share.
async fn swept(registers: &[std::ops::Range<u32>]) -> Network {
    let network = Network::with_registers(registers).await;
    for member in 0..registers.len() {
        let bevragingen = &network.node(member).services().bevragingen;
        bevragingen.run(Occasion::Person).await.unwrap();
    }
    network.settle().await;
    network
}

async fn restrict(network: &Network, number: u32) {
    let aanbieder = network.aanbieder(SOURCE, number);
    let registers = &network.node(SOURCE).services().aanbieders;
    let restricted = registers.restrict(&everybody(), aanbieder.id, true).await;
    restricted.unwrap();
}

/// Whether a member finds this aanbieder at the source.
fn finds(network: &Network, member: usize, number: u32) -> bool {
    let treffers = network.node(member).services().treffers.all().unwrap();
    let known = treffers.get(&network.aanbieder(member, number).id);
    known.is_some_and(|known| known.contains(&network.member(SOURCE).oin))
}

fn heard(network: &Network, member: usize) -> usize {
    let events = network.log_of(member).into_iter();
    let recalled = |event: &Event| matches!(event, Event::RecallReceived { .. });
    events.filter(recalled).count()
}

/// Waits until it holds, and gives how long that took.
async fn until(what: impl Fn() -> bool) -> Duration {
    let began = Instant::now();
    while !what() {
        assert!(began.elapsed() < SOON, "not within five seconds");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    began.elapsed()
}

#[tokio::test]
async fn ret_05_a_recall_reaches_who_is_there_and_the_others_when_they_are_back() {
    let mut network = swept(&[0..8, 4..12, 0..8, 0..8]).await;
    for member in 1..4 {
        assert!(finds(&network, member, 6), "{member}");
    }
    // One is off, and one cannot be reached.
    network.stop(2).await;
    network.cut(SOURCE, 3);
    restrict(&network, 6).await;
    let took = until(|| !finds(&network, 1, 6) && heard(&network, 1) == 1).await;
    eprintln!("who was there: {took:?}");
    assert!(finds(&network, 1, 7), "and nothing else");
    assert!(finds(&network, 3, 6), "it cannot know");
    // Days later.
    for _ in 0..3 {
        network.advance(days(1)).await;
    }
    network.start(2).await;
    let took = until(|| heard(&network, 2) == 1).await;
    eprintln!("who was off: {took:?}");
    assert!(!finds(&network, 2, 6));

    network.mend();
    network.clock.advance(KNOCK);
    let took = until(|| heard(&network, 3) == 1).await;
    eprintln!("who could not be reached: {took:?}, after {KNOCK:?} at most");
    assert!(
        KNOCK + took < SOON,
        "the knock that comes is waited for too"
    );
    assert!(!finds(&network, 3, 6) && finds(&network, 3, 7));
    network.settle().await;
    assert!(
        network
            .log_of(SOURCE)
            .iter()
            .filter(|event| sent(event))
            .count()
            < 12,
        "no line for each knock"
    );
}

/// What was found for a purpose counts no longer than the purpose does.
#[tokio::test]
async fn ret_05_what_was_found_is_gone_once_its_purpose_is_put_out_of_force() {
    let network = swept(&[0..4, 0..4]).await;
    assert!((0..4).all(|number| finds(&network, 1, number)));
    let doelen = &network.node(SOURCE).services().doelen;
    let controller = actor(&[Role::Verwerkingsverantwoordelijke]);
    let matching = PurposeId::matching();
    let withdrawn = doelen.withdraw(&controller, &matching, None, "heroverweging");
    withdrawn.await.unwrap();
    until(|| !(0..4).any(|number| finds(&network, 1, number))).await;
    assert_eq!(heard(&network, 1), 1);
}

fn sent(event: &Event) -> bool {
    matches!(event, Event::RecallSent { .. })
}

/// What was said about one recall, as it was before TLS: kinds and sizes, in their order, without the conversation
/// about convenanten.
fn said(recording: &Recording) -> Vec<(String, usize)> {
    let envelopes = recording.envelopes().into_iter();
    let of_kind = envelopes.map(|bytes| (envelope::peek_kind(&bytes).unwrap(), bytes.len()));
    of_kind
        .filter(|(kind, _)| !basisnet_node::outbox::comes_first(kind) && !is_answer_to_those(kind))
        .collect()
}

fn is_answer_to_those(kind: &str) -> bool {
    kind == basisnet_protocol::message::ConvenantTaken::KIND
}

/// What was said after the source took something back, and whether the other member had a treffer on it.
struct World {
    network: Network,
    /// Sorted: who speaks first when two things are due at one moment is chance.
    said: Vec<(String, usize)>,
    envelopes: Vec<Vec<u8>>,
    had: bool,
}

/// Two worlds that differ in one thing: whether the other member knows the aanbieder that is taken back.
async fn world(register: std::ops::Range<u32>) -> World {
    let mut network = swept(&[0..8, register.clone()]).await;
    let had = register.contains(&6) && finds(&network, 1, 6);
    let recordings = [Recording::on(), Recording::on()];
    for (member, recording) in recordings.iter().enumerate() {
        network.stop(member).await;
        network.start_recorded(member, recording).await;
    }
    network.introduce().await;
    network.settle().await;
    let before = recordings.each_ref().map(|of| said(of).len());
    restrict(&network, 6).await;
    until(|| heard(&network, 1) == 1).await;
    network.settle().await;
    let mut all = Vec::new();
    for (recording, before) in recordings.iter().zip(before) {
        all.extend(said(recording).split_off(before));
    }
    all.sort_unstable();
    // Nothing is said about it later either.
    network.advance(days(1)).await;
    let times = |kind| {
        recordings
            .iter()
            .flat_map(said)
            .filter(move |(said, _)| said == kind)
    };
    assert_eq!(times(Recall::KIND).count(), 1);
    World {
        network,
        said: all,
        envelopes: recordings[SOURCE].envelopes(),
        had,
    }
}

#[tokio::test]
async fn a_recall_and_its_receipt_are_the_same_whoever_had_a_treffer() {
    let (with, without) = (world(4..12).await, world(8..16).await);
    assert!(with.had && !without.had);
    for kind in [Recall::KIND, RecallReceipt::KIND] {
        let times = with.said.iter().filter(|(said, _)| said == kind);
        assert_eq!(times.count(), 1, "{kind}");
    }
    assert_eq!(with.said, without.said);
    for world in [with, without] {
        let of_kind = |bytes: &&Vec<u8>| envelope::peek_kind(bytes).unwrap() == RecallReceipt::KIND;
        let receipt = world.envelopes.iter().find(of_kind).unwrap();
        let (me, from) = (world.network.member(SOURCE).oin, world.network.member(1));
        let key = key_of(&from.node().overlay().me()).unwrap();
        let at = world.network.clock.now() - days(1);
        let opened = envelope::open::<RecallReceipt>(receipt, &key, me, from.oin, at);
        opened.expect("signed by who heard it");
    }
}

/// A person sees it too: the treffer is gone, at once, for everybody.
#[tokio::test]
async fn who_looks_after_a_recall_sees_no_treffer() {
    let network = swept(&[0..8, 4..12]).await;
    let we = actor(&[Role::ToezichthouderKwaliteit]);
    let treffers = &network.node(1).services().treffers;
    let about = network.aanbieder(1, 6).id;
    assert_eq!(treffers.show(&we, about).await.unwrap().count(), 1);
    restrict(&network, 6).await;
    until(|| heard(&network, 1) == 1).await;
    assert_eq!(treffers.show(&we, about).await.unwrap().count(), 0);
}
