// SPDX-License-Identifier: EUPL-1.2
//! A group forms, changes and loses a member without a file being mailed, whatever fails on the way.

use std::collections::BTreeMap;
use std::time::Duration;

use basisnet_node::clock::Clock;
use basisnet_node::keys::OrgKey;
use basisnet_node::service::bevraging::{MemberProgress, Occasion, Outcome};
use basisnet_node::service::convenant::{ActKind, ConvenantError, Unfitting};
use basisnet_protocol::convenant::{Act, Motivation, State};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{ConvenantShare, ConvenantTaken, Message};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Role;
use basisnet_protocol::time::Timestamp;
use basisnet_tests::agreement::{TERMS, in_group};
use basisnet_tests::bold::say;
use basisnet_tests::forming::until;
use basisnet_tests::network::{Network, actor, days};
use serde_bytes::ByteBuf;

const ALL: [usize; 4] = [0, 1, 2, 3];

/// Somebody at this member asks all others, and this is what became of it.
async fn ask(network: &Network, number: usize) -> BTreeMap<Oin, Outcome> {
    let bevragingen = &network.node(number).services().bevragingen;
    let progress = bevragingen.run(Occasion::Person).await.unwrap();
    let outcome = |((peer, _), one): ((Oin, String), MemberProgress)| Some((peer, one.outcome?));
    progress.members.into_iter().filter_map(outcome).collect()
}

/// Whether anything came of asking.
const fn is_exchange(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Swept | Outcome::BatchSpent | Outcome::AlreadySpent
    )
}

/// EXC-04: a group that all of its members signed, each at its own node.
#[tokio::test]
async fn exc_04_a_draft_reaches_its_members_and_counts_when_all_have_accepted() {
    let (network, hash) = Network::with_draft(ALL.len()).await;
    for number in ALL {
        let awaited = network.members().iter().map(|member| member.oin).collect();
        assert_eq!(network.state(number, hash), Some(State::Draft(awaited)));
    }
    network.all_accept(&ALL[..3], hash).await;
    let now = network.clock.now();
    for number in ALL {
        let awaited = [network.member(3).oin].into();
        assert_eq!(network.state(number, hash), Some(State::Draft(awaited)));
        let convenanten = &network.node(number).services().convenanten;
        assert!(convenanten.members(now).unwrap().is_empty());
    }
    network.all_accept(&ALL[3..], hash).await;
    for number in ALL {
        assert_eq!(network.state(number, hash), Some(State::Active));
    }
    network.assert_all_hold_the_same(&ALL, hash);
}

#[tokio::test]
async fn members_that_know_only_the_drafter_find_each_other() {
    let network = Network::of(ALL.len()).await;
    network.introduce_to(0, &ALL[1..]).await;
    let hash = network.sent_draft(&ALL, TERMS).await;
    network.settle().await;
    network.all_accept(&ALL, hash).await;
    for number in ALL {
        let leden = network.node(number).services().leden.all().unwrap();
        assert_eq!(leden.len(), ALL.len(), "{number}");
        assert_eq!(network.state(number, hash), Some(State::Active));
    }
    network.put_into_force("P08").await;
    for number in ALL {
        network.know(number, "68000016", "bv").await;
    }
    network.settle().await;
    for (peer, outcome) in ask(&network, 3).await {
        assert!(matches!(outcome, Outcome::Swept), "{peer}: {outcome:?}");
    }
}

#[tokio::test]
async fn who_is_in_no_convenant_with_a_member_does_not_hear_of_it() {
    let network = Network::of(3).await;
    network.introduce_to(0, &[1, 2]).await;
    for other in [1, 2] {
        let group = format!("proef/{other}");
        network
            .sent_draft(&[0, other], &in_group(&group, TERMS))
            .await;
    }
    network.settle().await;
    for (number, stranger) in [(1, 2), (2, 1)] {
        let leden = network.node(number).services().leden.clone();
        assert!(leden.one(network.member(stranger).oin).unwrap().is_none());
    }
}

/// Of three the clock of one is off; it signs all the same where it can, and nobody is in before it is right again.
#[tokio::test]
async fn while_a_clock_is_off_by_minutes_or_by_years_nobody_is_in_and_then_all_are() {
    let (minutes, years) = (Duration::from_secs(300), days(800));
    for off in [minutes, years] {
        for ahead in [true, false] {
            let mut network = Network::of(3).await;
            network.introduce().await;
            let hash = network.sent_draft(&[0, 1, 2], TERMS).await;
            network.settle().await;
            network.stop(2).await;
            let now = network.clock.now();
            let wrong = if ahead { now + off } else { now - off };
            if network.starts_by(2, Clock::wound(wrong)).await {
                // What it signs is dated by its own clock, and it may see itself that it has a certificate for another time.
                let _ = network.try_act(2, hash, ActKind::Accept).await;
            }
            network.all_accept(&[0, 1], hash).await;
            for number in [0, 1] {
                let state = network.state(number, hash);
                let waits = matches!(state, Some(State::Draft(_)));
                assert!(waits, "{number}: {state:?}, {off:?}, ahead: {ahead}");
            }
            if network.is_up(2) {
                network.stop(2).await;
            }
            network.start(2).await;
            network.settle().await;
            // What was dated a little too early counts; all else is signed again.
            match network.try_act(2, hash, ActKind::Accept).await {
                Ok(_) | Err(ConvenantError::Unfitting(Unfitting::Done)) => {}
                Err(error) => panic!("{error}, {off:?}, ahead: {ahead}"),
            }
            network.advance(Duration::from_secs(900)).await;
            for number in 0..3 {
                let state = network.state(number, hash);
                assert_eq!(
                    state,
                    Some(State::Active),
                    "{number}, {off:?}, ahead: {ahead}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_draft_that_nobody_sent_stays_inside() {
    let network = Network::of(2).await;
    network.introduce().await;
    let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
    let convenanten = &network.node(0).services().convenanten;
    let text = network.draft(&[0, 1], TERMS);
    let drafted = convenanten.draft(&responsible, &text).await.unwrap();
    network.settle().await;
    assert_eq!(network.state(1, drafted.hash), None);
    let held = convenanten.held_with(network.member(1).oin).unwrap();
    assert!(held.versions.is_empty());
}

#[tokio::test]
async fn a_member_that_was_off_gets_the_draft_and_the_signatures_when_it_is_back() {
    let mut network = Network::of(ALL.len()).await;
    network.introduce().await;
    network.stop(3).await;
    let hash = network.sent_draft(&ALL, TERMS).await;
    network.settle().await;
    network.all_accept(&ALL[..3], hash).await;
    // Who drafted it is gone by then; any other member hands it on.
    network.stop(0).await;
    network.start(3).await;
    network.advance(days(1)).await;
    network.act(3, hash, ActKind::Accept).await;
    network.settle().await;
    assert_eq!(network.state(1, hash), Some(State::Active));
    network.start(0).await;
    network.settle().await;
    assert_eq!(network.state(0, hash), Some(State::Active));
    network.assert_all_hold_the_same(&ALL, hash);
}

/// EXC-05: who withdraws stops its own pairs everywhere at once, also where it could not be reached: that member hears
/// of it before anything is exchanged with it.
#[tokio::test]
async fn a_withdrawal_is_heard_of_before_anything_else_is_said() {
    let (mut network, hash) = Network::with_draft(ALL.len()).await;
    network.all_accept(&ALL, hash).await;
    network.put_into_force("P08").await;
    for number in ALL {
        network.know(number, "68000016", "bv").await;
    }
    // Arnhem is cut off, and Amersfoort withdraws and goes off.
    for number in &ALL[..3] {
        network.cut(3, *number);
    }
    network.act(1, hash, ActKind::Withdraw).await;
    network.settle().await;
    let withdrawn = network.member(1).oin;
    let partners = |network: &Network, number: usize| {
        let convenanten = &network.node(number).services().convenanten;
        convenanten.members(network.clock.now()).unwrap()
    };
    assert!(!partners(&network, 0).contains(&withdrawn));
    assert!(partners(&network, 3).contains(&withdrawn));
    network.stop(1).await;

    // The first that it says to a member that knows brings the news.
    network.mend();
    ask(&network, 3).await;
    assert!(!partners(&network, 3).contains(&withdrawn));

    // And the one that left answers no member any more.
    network.start(1).await;
    let asked = ask(&network, 3).await;
    assert!(!is_exchange(&asked[&withdrawn]), "{asked:?}");
    let left = ask(&network, 1).await;
    assert!(!left.values().any(is_exchange), "{left:?}");
    for number in [0, 2, 3] {
        assert_eq!(network.state(number, hash), Some(State::Active));
    }
}

/// What could not be told to a member keeps everything else from it.
#[tokio::test]
async fn who_cannot_be_told_of_a_withdrawal_gets_no_answer() {
    let (network, hash) = Network::with_draft(ALL.len()).await;
    network.all_accept(&ALL, hash).await;
    network.put_into_force("P08").await;
    for number in ALL {
        network.know(number, "68000016", "bv").await;
    }
    network.settle().await;
    // What Veenendaal sends Arnhem does not arrive; what Arnhem sends Veenendaal does.
    network.cut_from(0, 3);
    network.act(0, hash, ActKind::Withdraw).await;
    network.settle().await;
    let asked = ask(&network, 3).await;
    let outcome = asked.get(&network.member(0).oin);
    assert!(matches!(outcome, Some(Outcome::NoAnswer)), "{asked:?}");
}

#[tokio::test]
async fn a_flood_of_drafts_stops_at_eight_and_hinders_nobody_else() {
    let network = Network::of(3).await;
    network.introduce().await;
    for number in 0..12 {
        let terms = in_group(&format!("vloed/{number}"), TERMS);
        network.sent_draft(&[0, 1], &terms).await;
        network.settle().await;
    }
    let held = network.node(1).services().convenanten.all().unwrap();
    assert_eq!(held.len(), 8);
    let honest = network.sent_draft(&[2, 1], TERMS).await;
    network.settle().await;
    assert!(network.state(1, honest).is_some());
}

/// What a member does over and over changes nothing, and does not fill the store of another.
#[tokio::test]
async fn who_acts_over_and_over_is_heard_once() {
    let (network, hash) = Network::with_draft(ALL.len()).await;
    let convenanten = &network.node(1).services().convenanten;
    let content = convenanten.one(hash).unwrap().convenant.content().encoded();
    let config = network.member(0).config();
    let org = OrgKey::load(&config.certificaat.sleutel, &config.certificaat.keten).unwrap();
    let now = network.clock.now();
    let dated = |minutes: u64| {
        let at = Timestamp::from_secs(now.as_secs() - 60 * minutes);
        Act::sign(ActKind::Accept, &hash, at, &Motivation::default(), &org).unwrap()
    };
    let held = || {
        let standing = convenanten.one(hash).unwrap();
        standing.convenant.acts().len()
    };
    let hand_on = async |id: u8, acts: Vec<Vec<u8>>| {
        let share = ConvenantShare {
            v: 1,
            content: ByteBuf::from(content.clone()),
            acts: acts.into_iter().map(ByteBuf::from).collect(),
        };
        let said = say(&network, (0, 1), Octets([id; 16]), &share).await;
        assert_eq!(said.unwrap().kind(), ConvenantTaken::KIND);
    };
    hand_on(1, (10..30).map(dated).collect()).await;
    assert_eq!(held(), 1);
    hand_on(2, vec![dated(5)]).await;
    assert_eq!(held(), 1, "what comes later changes nothing");
    for number in 0..12 {
        hand_on(3 + number, vec![dated(30 + u64::from(number))]).await;
    }
    assert_eq!(held(), 8);
}

/// Two that do not take something of each other are done nevertheless, and try again later.
#[tokio::test]
async fn two_that_decline_something_of_each_other_do_not_go_on_about_it() {
    let network = Network::of(2).await;
    network.introduce().await;
    for number in 0..10 {
        for (from, to) in [(0, 1), (1, 0)] {
            let terms = in_group(&format!("vloed/{from}/{number}"), TERMS);
            network.sent_draft(&[from, to], &terms).await;
        }
    }
    let quiet = async |limit: usize| {
        let before = network.carried();
        let settled = tokio::time::timeout(Duration::from_secs(60), network.settle()).await;
        settled.expect("an end");
        let carried = network.carried() - before;
        assert!(carried < limit, "{carried} questions");
    };
    quiet(200).await;
    for number in [0, 1] {
        let held = network.node(number).services().convenanten.all().unwrap();
        assert_eq!(held.len(), 18, "ten of its own and eight of the other");
    }
    network.clock.advance(Duration::from_secs(6 * 3_600));
    quiet(60).await;
}

/// Who only names somebody in a draft does not get its card for it.
#[tokio::test]
async fn a_draft_does_not_fetch_the_card_of_whom_it_names() {
    let network = Network::of(3).await;
    network.introduce_to(1, &[0, 2]).await;
    let hash = network.sent_draft(&[0, 1, 2], TERMS).await;
    network.settle().await;
    let stranger = network.member(2).oin;
    let knows = || {
        let leden = &network.node(0).services().leden;
        leden.one(stranger).unwrap().is_some()
    };
    assert!(network.state(1, hash).is_some());
    assert!(!knows());
    network.act(1, hash, ActKind::Accept).await;
    network.settle().await;
    assert!(
        knows(),
        "a member that accepts wants to be in one group with it"
    );
}

#[tokio::test]
async fn what_is_over_is_not_sent() {
    let network = Network::of(2).await;
    network.introduce().await;
    let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
    let convenanten = &network.node(0).services().convenanten;
    let over = until("2027-02-01", TERMS);
    let text = network.draft(&[0, 1], &over);
    let drafted = convenanten.draft(&responsible, &text).await.unwrap();
    let sent = convenanten.send(&responsible, drafted.hash).await;
    assert!(matches!(
        sent,
        Err(ConvenantError::Unfitting(Unfitting::Over))
    ));
}

/// Forming a group costs each member messages in proportion to the size of the group.
#[tokio::test]
async fn what_forming_a_group_costs_a_member_grows_with_the_group_and_no_faster() {
    let mut each = Vec::new();
    for size in [3, 5] {
        let network = Network::of(size).await;
        network.introduce().await;
        network.settle().await;
        let before = network.carried();
        let members: Vec<usize> = (0..size).collect();
        let hash = network.sent_draft(&members, TERMS).await;
        network.settle().await;
        for number in &members {
            network.all_accept(&[*number], hash).await;
        }
        assert_eq!(network.state(0, hash), Some(State::Active));
        let questions = network.carried() - before;
        println!("{size} members: {questions} questions");
        each.push(questions / (size * (size - 1)));
    }
    assert!(each[1] <= each[0] + 1, "to each other member: {each:?}");
}
