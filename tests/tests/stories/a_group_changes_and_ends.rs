// SPDX-License-Identifier: EUPL-1.2
//! A group that runs changes, loses members, and ends: by decisions that all can read, and never by halves.

use basisnet_node::audit::Event;
use basisnet_node::service::convenant::{ActKind, ConvenantError, Deed, Unfitting};
use basisnet_protocol::convenant::{ConvenantFile, Motivation, MotivationFault, State};
use basisnet_protocol::purpose::Role;
use basisnet_tests::agreement::{TERMS, decided};
use basisnet_tests::forming::{following, until};
use basisnet_tests::network::{Network, actor, days};

const ALL: [usize; 4] = [0, 1, 2, 3];

#[tokio::test]
async fn who_signs_names_the_decision_and_who_rejects_the_reason_and_all_read_them() {
    let (network, hash) = Network::with_draft(ALL.len()).await;
    let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
    let convenanten = |number: usize| &network.node(number).services().convenanten;
    for (kind, missing) in [
        (ActKind::Accept, MotivationFault::NoDecision),
        (ActKind::Reject, MotivationFault::NoReason),
    ] {
        let motivation = Motivation::default();
        let deed = Deed { kind, motivation };
        let signed = convenanten(1).act(&responsible, hash, &deed).await;
        assert!(matches!(signed, Err(ConvenantError::Motivation(fault)) if fault == missing));
    }
    let motivation = Motivation::new(None, Some("de bewaartermijn is te lang")).unwrap();
    let kind = ActKind::Reject;
    let deed = Deed { kind, motivation };
    let rejected = convenanten(1).act(&responsible, hash, &deed).await;
    assert!(rejected.is_ok());
    network.act(2, hash, ActKind::Accept).await;
    network.settle().await;
    for number in ALL {
        let standing = convenanten(number).one(hash).unwrap();
        let by = [network.member(1).oin].into();
        assert_eq!(standing.state, State::Rejected(by));
        let acts = standing.convenant.acts();
        let told = |member: usize| {
            let mut acts = acts.iter();
            acts.find(|act| act.by() == network.member(member).oin)
                .unwrap()
                .motivation()
        };
        assert_eq!(told(1).reason(), Some("de bewaartermijn is te lang"));
        assert_eq!(told(2).decision(), Some("B&W 2027-118"));
    }
}

/// A next version is accepted while the old one runs, and takes over at its start.
#[tokio::test]
async fn a_next_version_takes_over_at_its_start_and_who_is_left_out_knows() {
    let (network, first) = Network::with_draft(ALL.len()).await;
    network.all_accept(&ALL, first).await;
    let next = following(first, 2, "2027-03-11", TERMS);
    let next = network.sent_draft(&ALL[..3], &next).await;
    network.settle().await;
    network.all_accept(&ALL[..3], next).await;
    let states = |hash| ALL.map(|number| network.state(number, hash));
    assert_eq!(states(first), [const { Some(State::Active) }; 4]);
    assert_eq!(states(next), [const { Some(State::Accepted) }; 4]);
    network.advance(days(10)).await;
    assert_eq!(states(next), [const { Some(State::Active) }; 4]);
    for (number, left) in ALL.into_iter().zip([2, 2, 2, 0]) {
        let taken_over = network.state(number, first);
        assert!(matches!(taken_over, Some(State::Superseded(_))), "{number}");
        let convenanten = &network.node(number).services().convenanten;
        let members = convenanten.members(network.clock.now()).unwrap();
        assert_eq!(members.len(), left, "{number}");
    }
}

/// Who withdraws leaves the group, and does not come back when a next version begins.
#[tokio::test]
async fn who_withdraws_leaves_what_follows_too() {
    let (network, first) = Network::with_draft(ALL.len()).await;
    network.all_accept(&ALL, first).await;
    let next = following(first, 2, "2027-03-11", TERMS);
    let next = network.sent_draft(&ALL, &next).await;
    network.settle().await;
    network.all_accept(&ALL, next).await;
    network.act(1, first, ActKind::Withdraw).await;
    network.settle().await;
    network.advance(days(10)).await;
    let now = network.clock.now();
    let gone = network.member(1).oin;
    for number in ALL {
        assert_eq!(network.state(number, next), Some(State::Active));
        let convenanten = &network.node(number).services().convenanten;
        let members = convenanten.members(now).unwrap();
        assert!(!members.contains(&gone), "{number}");
        assert_eq!(members.is_empty(), number == 1, "{number}");
    }
}

#[tokio::test]
async fn nobody_accepts_two_versions_beside_each_other() {
    let (network, one) = Network::with_draft(ALL.len()).await;
    let other = network
        .sent_draft(
            &ALL,
            &TERMS.replace("inzage_per_dag = 25", "inzage_per_dag = 20"),
        )
        .await;
    network.settle().await;
    assert_ne!(one, other);
    network.act(1, one, ActKind::Accept).await;
    let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
    let convenanten = &network.node(1).services().convenanten;
    let accept = decided(ActKind::Accept);
    let (first, second) = tokio::join!(
        convenanten.act(&responsible, other, &accept),
        convenanten.act(&responsible, other, &accept),
    );
    for refused in [first, second] {
        let other_accepted = Unfitting::OtherAccepted;
        assert!(matches!(refused, Err(ConvenantError::Unfitting(why)) if why == other_accepted));
    }
    network.act(2, one, ActKind::Reject).await;
    network.settle().await;
    network.act(1, other, ActKind::Accept).await;
}

#[tokio::test]
async fn nobody_drafts_or_accepts_what_goes_beyond_the_catalogue() {
    let network = Network::of(2).await;
    let responsible = actor(&[Role::Verwerkingsverantwoordelijke]);
    let convenanten = &network.node(0).services().convenanten;
    let beyond = network.draft(
        &[0, 1],
        &TERMS.replace("bewaardagen = 90", "bewaardagen = 3000"),
    );
    let drafted = convenanten.draft(&responsible, &beyond).await;
    assert!(matches!(drafted, Err(ConvenantError::Beyond(_))));
    // Another program may have made it all the same.
    let sound = network.draft(&[0, 1], TERMS);
    let sound = convenanten.draft(&responsible, &sound).await.unwrap();
    let content = convenanten.one(sound.hash).unwrap().convenant;
    let mut content = content.content().clone();
    content.purposes[0].retention_days = 3_000;
    let file = ConvenantFile::new(content).encode();
    let convenanten = &network.node(1).services().convenanten;
    let accepted = convenanten
        .sign(&responsible, &file, &decided(ActKind::Accept))
        .await;
    assert!(matches!(accepted, Err(ConvenantError::Beyond(_))));
    let rejected = convenanten
        .sign(&responsible, &file, &decided(ActKind::Reject))
        .await;
    assert!(rejected.is_ok());
}

#[tokio::test]
async fn people_are_told_three_times_that_a_convenant_expires() {
    let network = Network::of(2).await;
    network.introduce().await;
    let end = (network.clock.now() + days(100)).date().to_string();
    let terms = until(&end, TERMS);
    let hash = network.agree(&[0, 1], &terms).await;
    let told = || {
        let told = network
            .log_of(0)
            .into_iter()
            .filter_map(|event| match event {
                Event::ConvenantEndsSoon { days, .. } => Some(days),
                _ => None,
            });
        told.collect::<Vec<_>>()
    };
    let convenanten = &network.node(0).services().convenanten;
    let standing = || convenanten.one(hash).unwrap();
    assert_eq!((told(), convenanten.ends_soon(&standing())), (vec![], None));
    network.advance(days(60)).await;
    assert_eq!(told().len(), 1);
    network.advance(days(40)).await;
    let days = told();
    assert!(matches!(days[..], [61..=90, 8..=30, 0..=7]), "{days:?}");
}

/// Who is added learns over the network what it joins, and takes part once it and the others have accepted.
#[tokio::test]
async fn who_joins_learns_what_it_joins_and_takes_part() {
    let network = Network::of(4).await;
    network.introduce_to(0, &[1, 2, 3]).await;
    let first = network.sent_draft(&ALL[..3], TERMS).await;
    network.settle().await;
    network.all_accept(&ALL[..3], first).await;
    assert_eq!(
        network.state(3, first),
        None,
        "no business of who is not in it"
    );
    let next = following(first, 2, "2026-01-01", TERMS);
    let next = network.sent_draft(&ALL, &next).await;
    network.settle().await;
    assert_eq!(network.state(3, first), Some(State::Active));
    network.all_accept(&ALL, next).await;
    for number in ALL {
        assert_eq!(network.state(number, next), Some(State::Active), "{number}");
        let convenanten = &network.node(number).services().convenanten;
        let members = convenanten.members(network.clock.now()).unwrap();
        assert_eq!(members.len(), 3, "{number}");
    }
}
