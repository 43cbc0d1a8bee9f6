// SPDX-License-Identifier: EUPL-1.2
//! What two members find of each other, and what they refuse each other.

use std::time::Duration;

use basisnet_policy::Fact;
use basisnet_protocol::matching::{Epoch, own_proof};
use basisnet_protocol::message::{EvalRequest, IndexRequest};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;

use super::testing::{Side, id, known, start, two};
use crate::clock::Clock;
use crate::service::publication::{Claim, PublicationError};
use crate::service::sweep::{HeldValues, SweepFault, SweepKind};
use crate::service::treffer::{IndexRefused, Standing};
use crate::store::Key;

const DAY: Duration = Duration::from_secs(86_400);

fn standing(side: &Side, number: u32) -> Standing {
    let mut shown = side.treffers.of(id(number)).unwrap();
    shown.members.remove(0).standing
}

fn is_known(side: &Side, number: u32) -> bool {
    matches!(standing(side, number), Standing::Known(_))
}

#[tokio::test]
async fn both_find_exactly_what_they_share() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..60);
    other.knows(40..110);
    one.sweeps_all_of(&other).await;
    other.sweeps_all_of(&one).await;
    for number in 0..60 {
        assert_eq!(is_known(&one, number), number >= 40, "{number}");
    }
    for number in 40..110 {
        assert_eq!(is_known(&other, number), number < 60, "{number}");
    }
    assert_eq!(standing(&one, 3), Standing::NotKnown);
}

#[tokio::test]
async fn before_anything_was_asked_nothing_is_a_no() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    assert_eq!(standing(&one, 0), Standing::NoAnswer);
    let ctx = one.terms_of(&other).await;
    one.asks(&other, ctx, SweepKind::Full).await;
    assert_eq!(
        standing(&one, 0),
        Standing::NoAnswer,
        "asked, and no index yet"
    );
    one.takes_index_of(&other, ctx).await;
    assert!(is_known(&one, 0));
}

#[tokio::test]
async fn a_no_that_is_too_old_is_unknown_and_a_treffer_keeps_its_age() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..1);
    one.sweeps_all_of(&other).await;
    assert_eq!(standing(&one, 2), Standing::NotKnown);
    clock.advance(DAY * 3);
    assert_eq!(standing(&one, 2), Standing::NoAnswer);
    assert!(is_known(&one, 0));
}

#[tokio::test]
async fn a_silent_member_is_unknown_until_it_answers_again() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..1);
    one.sweeps_all_of(&other).await;
    one.sweeps.silent(other.me).await.unwrap();
    assert_eq!(standing(&one, 2), Standing::NoAnswer);
    one.sweeps.answered(other.me).await.unwrap();
    assert_eq!(standing(&one, 2), Standing::NotKnown);
}

#[tokio::test]
async fn what_is_added_later_goes_with_the_batch_of_the_day() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..10);
    let ctx = one.sweeps_all_of(&other).await;
    one.knows(0..5);
    assert_eq!(standing(&one, 4), Standing::NotAskedYet);
    assert!(matches!(
        one.sweeps.plan(&one.pair(), ctx, SweepKind::Full).await,
        Err(SweepFault::Spent)
    ));
    clock.advance(DAY);
    one.asks(&other, ctx, SweepKind::Daily(2)).await;
    one.takes_index_of(&other, ctx).await;
    assert!(is_known(&one, 4));
    let again = one.sweeps.plan(&one.pair(), ctx, SweepKind::Daily(2)).await;
    assert!(matches!(again, Err(SweepFault::Spent)), "one batch a day");
}

#[tokio::test]
async fn who_is_withheld_is_in_no_index_and_in_no_sweep() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    let mut person = known(1);
    person.facts.natural_person = Fact::Unknown;
    let mut restricted = known(2);
    restricted.facts.restricted = Fact::Yes;
    one.knows(0..4);
    other.knows([0, 3]);
    other
        .around
        .known
        .lock()
        .unwrap()
        .extend([person.clone(), restricted]);
    one.sweeps_all_of(&other).await;
    assert!(is_known(&one, 0));
    assert_eq!(standing(&one, 1), Standing::NotKnown);
    assert_eq!(standing(&one, 2), Standing::NotKnown);

    *one.around.known.lock().unwrap() = vec![person];
    assert_eq!(standing(&one, 1), Standing::Withheld);
    let shown = one.treffers.of(id(1)).unwrap();
    assert!(!shown.withheld.is_empty(), "the own user sees why");
}

#[tokio::test]
async fn an_index_of_one_looks_like_an_index_of_a_hundred() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..100);
    other.knows(0..1);
    let size =
        |side: &Side| side.shared.around.buckets(side.me).unwrap().index.size() as usize * 40;
    for (asker, source) in [(&one, &other), (&other, &one)] {
        let ctx = asker.terms_of(source).await;
        let ask = IndexRequest {
            v: 1,
            ctx,
            have_seq: 0,
        };
        let index = source.publications.index(asker.me, &ask).await.unwrap();
        assert_eq!(index.get().value().entries.len(), size(source));
    }
}

#[tokio::test]
async fn a_batch_that_comes_again_gets_the_same_answer_and_costs_nothing() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    let (request, _) = first_request(&one, &other).await;
    let first = answer(&one, &other, &request).await.unwrap();
    let again = answer(&one, &other, &request).await.unwrap();
    assert_eq!(first, again);

    let mut changed = request.clone();
    changed.elements.rotate_left(32);
    let refused = other.publications.evaluate(one.me, &changed).await;
    assert!(matches!(refused, Err(PublicationError::ChangedBatch)));
}

#[tokio::test]
async fn no_more_is_evaluated_than_the_quota() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    let (request, _) = first_request(&one, &other).await;
    let mut left = answer(&one, &other, &request).await.unwrap().quota_left;
    let mut next = request;
    loop {
        next.sweep_id.0[0] = next.sweep_id.0[0].wrapping_add(1);
        let asked = u32::try_from(next.elements.len() / 32).unwrap();
        match answer(&one, &other, &next).await {
            Ok(response) => {
                assert_eq!(response.quota_left, left - asked);
                left = response.quota_left;
            }
            Err(error) => {
                assert!(matches!(error, PublicationError::OverBudget));
                assert!(left < asked);
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_sweep_that_was_broken_off_goes_on_with_the_same_elements() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    let (request, _) = first_request(&one, &other).await;
    answer(&one, &other, &request).await.unwrap();
    // The answer was lost. What is planned and sent now is the same, and is not counted again.
    let (again, sent) = first_request(&one, &other).await;
    assert_eq!(request, again);
    let response = answer(&one, &other, &again).await.unwrap();
    assert!(
        one.sweeps
            .accept_batch(&one.pair(), sent, response)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn an_answer_of_which_one_bit_is_wrong_is_not_believed() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    for changed in 0..2 {
        let (request, sent) = first_request(&one, &other).await;
        let mut response = answer(&one, &other, &request).await.unwrap();
        match changed {
            0 => response.proof.0[5] ^= 1,
            _ => response.elements.rotate_left(32),
        }
        let refused = one.sweeps.accept_batch(&one.pair(), sent, response).await;
        assert!(matches!(refused, Err(SweepFault::Proof(_))));
    }
}

#[tokio::test]
async fn a_manifest_with_the_key_of_another_context_is_refused() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    let epoch = Epoch::at(clock.now()).unwrap();
    let ask = one.sweeps.manifest_request(&one.pair(), epoch);
    let mut manifest = other.publications.manifest(one.me, &ask).await.unwrap();
    manifest.key_generation = Octets([1; 16]);
    let refused = one
        .sweeps
        .accept_manifest(&one.pair(), epoch, &manifest)
        .await;
    assert!(matches!(refused, Err(SweepFault::ForeignKey)));
    manifest.quota += 1;
    let refused = one
        .sweeps
        .accept_manifest(&one.pair(), epoch, &manifest)
        .await;
    assert!(matches!(refused, Err(SweepFault::Manifest(_))));
}

#[tokio::test]
async fn an_index_with_a_wrong_root_a_used_number_or_a_broken_chain_is_refused() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    let ctx = one.sweeps_all_of(&other).await;
    clock.advance(DAY);
    let index = other
        .publications
        .publish(ctx)
        .await
        .unwrap()
        .into_inner()
        .into_value();
    assert_eq!(index.seq, 2);

    let mut wrong_root = index.clone();
    wrong_root.merkle_root.0[0] ^= 1;
    let refused = one.treffers.accept_index(other.me, &wrong_root).await;
    assert!(matches!(refused, Err(IndexRefused::WrongRoot)));
    let mut repeated = index.clone();
    repeated.seq = 1;
    let refused = one.treffers.accept_index(other.me, &repeated).await;
    assert!(matches!(refused, Err(IndexRefused::RepeatedSequence)));
    let mut broken = index.clone();
    broken.prev_index_hash = Some(Octets([0; 32]));
    let refused = one.treffers.accept_index(other.me, &broken).await;
    assert!(matches!(refused, Err(IndexRefused::BrokenChain)));
    let refused = one.treffers.accept_index(one.me, &index).await;
    assert!(matches!(refused, Err(IndexRefused::NotAsked)));

    let held = one.treffers.accept_index(other.me, &index).await.unwrap();
    assert_eq!(held.have_seq, 2);
    assert!(is_known(&one, 0));
    one.treffers.accept_index(other.me, &index).await.unwrap();
}

#[tokio::test]
async fn an_index_that_the_next_one_overtook_on_the_way_is_no_incident() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    let ctx = one.sweeps_all_of(&other).await;
    let next = async || {
        clock.advance(DAY);
        let published = other.publications.publish(ctx).await.unwrap();
        published.into_inner().into_value()
    };
    let (second, third) = (next().await, next().await);
    assert_eq!((second.seq, third.seq), (2, 3));
    one.treffers.accept_index(other.me, &third).await.unwrap();
    let held = one.treffers.accept_index(other.me, &second).await.unwrap();
    assert_eq!(held.have_seq, 3);
    // Another one under that number is not the one that was overtaken.
    let mut forged = second.clone();
    forged.prev_index_hash = None;
    let refused = one.treffers.accept_index(other.me, &forged).await;
    assert!(matches!(refused, Err(IndexRefused::RepeatedSequence)));
}

#[tokio::test]
async fn an_involvement_that_ends_leaves_the_index_with_the_epoch_and_a_restriction_at_once() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    let ctx = one.sweeps_all_of(&other).await;
    {
        let mut register = other.around.known.lock().unwrap();
        register[0].since = None;
        register[1].facts.restricted = Fact::Yes;
    }
    clock.advance(DAY);
    let index = other
        .publications
        .publish(ctx)
        .await
        .unwrap()
        .into_inner()
        .into_value();
    one.treffers.accept_index(other.me, &index).await.unwrap();
    assert!(is_known(&one, 0), "stays until the end of the epoch");
    assert_eq!(standing(&one, 1), Standing::NotKnown, "leaves at once");
}

#[tokio::test]
async fn nothing_is_published_or_evaluated_once_the_pair_is_closed() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    let (request, _) = first_request(&one, &other).await;
    *other.around.open.lock().unwrap() = Fact::No;
    assert!(matches!(
        answer(&one, &other, &request).await,
        Err(PublicationError::Fault(_))
    ));
    assert!(other.publications.publish(request.ctx).await.is_err());
    let epoch = Epoch::at(clock.now()).unwrap();
    let ask = one.sweeps.manifest_request(&one.pair(), epoch);
    assert!(other.publications.manifest(one.me, &ask).await.is_err());
}

#[tokio::test]
async fn outside_its_epoch_nothing_is_evaluated() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    let (request, _) = first_request(&one, &other).await;
    clock.advance(DAY * 28);
    let late = answer(&one, &other, &request).await;
    assert!(matches!(late, Err(PublicationError::OutOfTime)));
    let two_ahead = one
        .sweeps
        .manifest_request(&one.pair(), Epoch::at(clock.now()).unwrap().next());
    let early = other.publications.manifest(one.me, &two_ahead).await;
    assert!(matches!(early, Err(PublicationError::OutOfTime)));
}

#[tokio::test]
async fn an_index_is_due_once_a_day_at_its_own_moment() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    let ctx = one.sweeps_all_of(&other).await;
    assert!(other.publications.due().unwrap().is_empty());
    clock.advance(DAY);
    let due = other.publications.due().unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].peer, due[0].ctx), (one.me, ctx));
    let _ = other.publications.publish(ctx).await.unwrap();
    assert!(other.publications.due().unwrap().is_empty());
}

#[tokio::test]
async fn treffers_outlive_their_epoch_by_seven_days_at_most() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    one.sweeps_all_of(&other).await;
    let end = Epoch::at(start()).unwrap().held_until();
    wind_to(&clock, end - Duration::from_secs(1));
    assert!(is_known(&one, 0));
    wind_to(&clock, end);
    assert_eq!(standing(&one, 0), Standing::NoAnswer);
}

#[tokio::test]
async fn behind_a_handle_stands_an_aanbieder_for_who_evaluated_it_and_nobody_else() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    let ctx = one.sweeps_all_of(&other).await;
    let Standing::Known(treffer) = standing(&one, 1) else {
        panic!("expected a treffer");
    };
    let message_id = Octets([7; 16]);
    let held = one
        .shared
        .store
        .page_under::<HeldValues>(&Key::from(ctx), None, 10)
        .unwrap();
    let values = held.iter().flat_map(|(_, kept)| &kept.value.of);
    let value = values
        .into_iter()
        .find(|held| held.aanbieder == id(1))
        .unwrap()
        .value()
        .unwrap();
    let claim = Claim {
        ctx,
        handle: treffer.handle,
        seq: treffer.seq,
        tag: treffer.tag,
        own_proof: own_proof(&value, &message_id),
        message_id,
    };
    let proven = |claim: &Claim| {
        let claimed = other.publications.claimed(one.me, claim).unwrap()?;
        (claimed.proof.holds().unwrap()).then_some(claimed.behind.aanbieder)
    };
    assert_eq!(proven(&claim), Some(id(1)));
    for change in 0..5 {
        let mut wrong = claim;
        match change {
            0 => wrong.handle.0[0] ^= 1,
            1 => wrong.seq += 1,
            2 => wrong.tag.0[0] ^= 1,
            3 => wrong.own_proof.0[0] ^= 1,
            _ => wrong.message_id.0[0] ^= 1,
        }
        assert_eq!(proven(&wrong), None, "{change}");
    }
    assert!(
        other
            .publications
            .claimed(other.me, &claim)
            .unwrap()
            .is_none()
    );
}

fn wind_to(clock: &Clock, moment: Timestamp) {
    clock.advance(moment.since(clock.now()));
}

async fn first_request(one: &Side, other: &Side) -> (EvalRequest, crate::service::sweep::Underway) {
    let ctx = one.terms_of(other).await;
    let pair = one.pair();
    let sweep = one.sweeps.plan(&pair, ctx, SweepKind::Full).await.unwrap();
    let (request, sent) = one
        .sweeps
        .next_batch(&pair, ctx, sweep)
        .await
        .unwrap()
        .unwrap();
    (request.into_inner().into_value(), sent)
}

async fn answer(
    one: &Side,
    other: &Side,
    request: &EvalRequest,
) -> Result<basisnet_protocol::message::EvalResponse, PublicationError> {
    let answer = other.publications.evaluate(one.me, request).await?;
    Ok(answer.into_inner().into_value())
}

#[tokio::test]
async fn what_is_restricted_leaves_at_once_and_is_taken_back() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    let ctx = one.sweeps_all_of(&other).await;
    assert!(other.publications.due().unwrap().is_empty());
    other.around.known.lock().unwrap()[1].facts.restricted = Fact::Yes;
    other.publications.take_back().await.unwrap();
    assert_eq!(
        other.publications.due().unwrap().len(),
        1,
        "without waiting for tomorrow"
    );
    let _ = other.publications.publish(ctx).await.unwrap();
    assert!(other.publications.due().unwrap().is_empty());

    let due = other.recalls().await;
    assert_eq!(due.len(), 1);
    let recall = other.publications.recall(&due[0]).await.unwrap();
    let recall = recall.into_inner().into_value();
    assert_eq!(recall.handles.len(), 2, "padded");
    let hash = Octets([5; 32]);
    let stranger = one.treffers.recalled(one.me, &recall, hash).await.unwrap();
    assert!(is_known(&one, 1), "nobody takes back for another");
    let receipt = one
        .treffers
        .recalled(other.me, &recall, hash)
        .await
        .unwrap();
    assert_eq!(
        receipt, stranger,
        "one form, whether or not there was a treffer"
    );
    assert!(is_known(&one, 0));
    assert!(!is_known(&one, 1));
    other.publications.recalled(due[0].clone()).await.unwrap();
    assert!(other.recalls().await.is_empty());
}

#[tokio::test]
async fn a_sweep_with_somebody_who_may_no_longer_be_asked_about_is_planned_anew() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    let ctx = one.terms_of(&other).await;
    let pair = one.pair();
    let sweep = one.sweeps.plan(&pair, ctx, SweepKind::Full).await.unwrap();
    one.around.known.lock().unwrap()[1].facts.restricted = Fact::Yes;
    let refused = one.sweeps.next_batch(&pair, ctx, sweep).await;
    assert!(matches!(refused, Err(SweepFault::NoLongerAllowed)));
    one.sweeps.stop(ctx, sweep).await.unwrap();
    one.asks(&other, ctx, SweepKind::Full).await;
    one.takes_index_of(&other, ctx).await;
    assert!(is_known(&one, 0));
    assert_eq!(standing(&one, 1), Standing::Withheld);
}

#[tokio::test]
async fn what_was_learned_is_forgotten_seven_days_after_its_epoch_or_when_the_pair_is_over() {
    for ends in [true, false] {
        let clock = Clock::wound(start());
        let (one, other) = two(&clock);
        one.knows(0..3);
        other.knows(0..3);
        let ctx = one.sweeps_all_of(&other).await;
        one.treffers.forget_past(&one.sweeps).await.unwrap();
        assert_eq!(held(&one, ctx), 1);
        if ends {
            one.around
                .gone
                .store(true, std::sync::atomic::Ordering::Relaxed);
        } else {
            wind_to(&clock, Epoch::at(start()).unwrap().held_until());
        }
        one.treffers.forget_past(&one.sweeps).await.unwrap();
        assert_eq!(held(&one, ctx), 0);
        assert!(one.treffers.all().unwrap().is_empty());
    }
}

fn held(side: &Side, ctx: basisnet_protocol::matching::ContextHash) -> usize {
    let kept = side
        .shared
        .store
        .page_under::<HeldValues>(&Key::from(ctx), None, 10);
    kept.unwrap().len()
}
