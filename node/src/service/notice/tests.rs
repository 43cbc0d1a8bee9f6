// SPDX-License-Identifier: EUPL-1.2
//! A notice comes once, to whom it is for, and goes with what it rests on.

use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Role;

use super::*;
use crate::service::matching::testing::{Side, id, many, start};

/// The side that finds out, and the others.
fn network(clock: &Clock, knows: &[&[u32]]) -> Vec<Side> {
    let all: Vec<usize> = (0..knows.len()).collect();
    let sides = many(clock, &[&all]);
    for (side, numbers) in sides.iter().zip(knows) {
        side.knows(numbers.iter().copied());
    }
    sides
}

fn notices(side: &Side) -> Vec<Notice> {
    let page = side.shared.store.page::<Notice>(None, 100).unwrap();
    page.into_iter().map(|(_, kept)| kept.value).collect()
}

async fn follows(side: &Side, account: u8, number: u32) {
    let follow = Follow {
        account: Octets([account; 16]),
        aanbieder: id(number),
        since: start(),
    };
    let change = Change::new()
        .put(follow.key(), &follow, Expect::Any)
        .unwrap();
    side.shared.store.commit(change).await.unwrap();
}

#[tokio::test]
async fn samenloop_is_pointed_out_once_when_enough_are_involved() {
    let clock = Clock::wound(start());
    let sides = network(&clock, &[&[1, 2], &[1, 2], &[1], &[1]]);
    let group = sides[0].groups_with(&sides[1]).remove(0);
    sides[0].sweeps_in(&sides[1], &group).await;
    assert!(notices(&sides[0]).is_empty(), "two are not enough");
    let ctx = sides[0].sweeps_in(&sides[2], &group).await;
    let told = notices(&sides[0]);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].aanbieder, &told[0].cause),
        (id(1), &Cause::Samenloop {})
    );
    assert_eq!(told[0].to, None, "for everybody who sees treffers on it");
    sides[0].treffers.refresh(ctx).await.unwrap();
    sides[0].sweeps_in(&sides[3], &group).await;
    assert_eq!(notices(&sides[0]).len(), 1, "once");
}

#[tokio::test]
async fn who_follows_an_aanbieder_hears_of_a_new_treffer_and_nobody_else_does() {
    let clock = Clock::wound(start());
    let sides = network(&clock, &[&[1, 2], &[1, 2]]);
    follows(&sides[0], 7, 1).await;
    follows(&sides[0], 8, 1).await;
    let group = sides[0].groups_with(&sides[1]).remove(0);
    let ctx = sides[0].sweeps_in(&sides[1], &group).await;
    let told = notices(&sides[0]);
    let to: BTreeSet<_> = told.iter().filter_map(|notice| notice.to).collect();
    assert_eq!(to, [7, 8].map(|account| Octets([account; 16])).into());
    assert!(told.iter().all(|notice| notice.aanbieder == id(1)));
    sides[0].treffers.refresh(ctx).await.unwrap();
    assert_eq!(notices(&sides[0]).len(), 2, "it is not new any more");
}

#[tokio::test]
async fn a_notice_goes_with_the_treffer_that_is_taken_back() {
    let clock = Clock::wound(start());
    let sides = network(&clock, &[&[1, 2], &[1, 2]]);
    follows(&sides[0], 7, 1).await;
    follows(&sides[0], 7, 2).await;
    let group = sides[0].groups_with(&sides[1]).remove(0);
    sides[0].sweeps_in(&sides[1], &group).await;
    assert_eq!(notices(&sides[0]).len(), 2);
    sides[1].knows([2]);
    sides[1].publications.take_back().await.unwrap();
    let due = sides[1].recalls().await;
    let recall = sides[1].publications.recall(&due[0]).await.unwrap();
    let recall = recall.into_inner().into_value();
    let hash = Octets([5; 32]);
    let receipt = sides[0].treffers.recalled(sides[1].me, &recall, hash).await;
    receipt.unwrap();
    let left = notices(&sides[0]);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].aanbieder, id(2));
}

#[tokio::test]
async fn a_notice_is_forgotten_when_nothing_it_can_rest_on_is_held_any_more() {
    let clock = Clock::wound(start());
    let sides = network(&clock, &[&[1], &[1]]);
    follows(&sides[0], 7, 1).await;
    let group = sides[0].groups_with(&sides[1]).remove(0);
    sides[0].sweeps_in(&sides[1], &group).await;
    let (store, treffers) = (sides[0].shared.store.clone(), sides[0].treffers.clone());
    let service = Notices::new(store, clock.clone(), treffers);
    clock.advance(record::TERM - std::time::Duration::from_secs(1));
    assert_eq!(service.forget_past().await.unwrap(), 0);
    clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(service.forget_past().await.unwrap(), 1);
    assert!(notices(&sides[0]).is_empty());
}

#[tokio::test]
async fn who_sees_no_treffers_has_no_notices() {
    let clock = Clock::wound(start());
    let sides = network(&clock, &[&[1], &[1]]);
    let (store, treffers) = (sides[0].shared.store.clone(), sides[0].treffers.clone());
    let service = Notices::new(store, clock.clone(), treffers);
    let beheer = Actor::testing_only("beheer", [Role::Beheerder]);
    assert!(service.list(&beheer, false, 10).await.is_err());
    assert!(service.follow(&beheer, id(1)).await.is_err());
    assert_eq!(service.count_unread(&beheer).unwrap(), 0);
}
