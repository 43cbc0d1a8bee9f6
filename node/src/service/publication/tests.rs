// SPDX-License-Identifier: EUPL-1.2
//! What a source gives, and what it takes back.

use std::collections::BTreeSet;
use std::time::Duration;

use basisnet_policy::Fact;
use basisnet_protocol::matching::{
    ContextHash, Epoch, PmOprf, Ristretto, own_proof, possession, tag_of,
};
use basisnet_protocol::message::{Index, IndexRequest, Recall};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use rand_core::OsRng;
use serde_bytes::ByteBuf;

use super::records::{EpochSecret, KeyGeneration};
use super::{Claim, DueRecall, PublicationError};
use crate::clock::Clock;
use crate::service::matching::Fault;
use crate::service::matching::testing::{Side, id, known, start, two};
use crate::service::restored::Restored;
use crate::service::sweep::{HeldValues, SweepFault, SweepKind};
use crate::service::treffer::{IndexRefused, RecallRefused};
use crate::store::{Change, Expect, Key};

const HOUR: Duration = Duration::from_secs(3_600);
const MINUTE: Duration = Duration::from_secs(60);

fn ask(ctx: ContextHash) -> IndexRequest {
    IndexRequest {
        v: 1,
        ctx,
        have_seq: 0,
    }
}

async fn asks(one: &Side, other: &Side, ctx: ContextHash) -> Result<Index, PublicationError> {
    let index = other.publications.index(one.me, &ask(ctx)).await?;
    Ok(index.into_inner().into_value())
}

fn restrict(side: &Side, number: u32) {
    let mut register = side.around.known.lock().unwrap();
    let found = register.iter_mut().find(|known| known.id == id(number));
    found.unwrap().facts.restricted = Fact::Yes;
}

fn wind_to(clock: &Clock, moment: Timestamp) {
    clock.advance(moment.since(clock.now()));
}

fn end_of_epoch() -> Timestamp {
    Epoch::at(start()).unwrap().end()
}

async fn content(other: &Side, due: &DueRecall) -> Recall {
    let recall = other.publications.recall(due).await.unwrap();
    recall.into_inner().into_value()
}

fn finds(side: &Side, number: u32) -> bool {
    side.treffers.all().unwrap().contains_key(&id(number))
}

/// Two sides of which the one has three treffers at the other.
async fn with_treffers(clock: &Clock) -> (Side, Side, ContextHash) {
    let (one, other) = two(clock);
    one.knows(0..3);
    other.knows(0..3);
    let ctx = one.sweeps_all_of(&other).await;
    (one, other, ctx)
}

#[tokio::test]
async fn a_question_for_the_index_after_a_restriction_gets_the_narrowed_one() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    restrict(&other, 1);
    let index = asks(&one, &other, ctx).await.unwrap();
    assert_eq!(index.seq, 2, "a new one, without waiting for the clock");
    one.treffers.accept_index(other.me, &index).await.unwrap();
    assert!(finds(&one, 0));
    assert!(!finds(&one, 1));
    assert_eq!(other.recalls().await.len(), 1);
    assert_eq!(asks(&one, &other, ctx).await.unwrap().seq, 2);
}

#[tokio::test]
async fn what_is_no_longer_in_the_register_is_not_in_the_index_that_is_asked_for() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    other.knows([0, 2]);
    let index = asks(&one, &other, ctx).await.unwrap();
    one.treffers.accept_index(other.me, &index).await.unwrap();
    assert!(!finds(&one, 1));
}

#[tokio::test]
async fn once_the_epoch_is_over_its_index_is_given_to_nobody() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    wind_to(&clock, end_of_epoch() - MINUTE);
    assert_eq!(asks(&one, &other, ctx).await.unwrap().seq, 1);
    wind_to(&clock, end_of_epoch());
    let late = asks(&one, &other, ctx).await;
    assert!(matches!(late, Err(PublicationError::OutOfTime)));
}

#[tokio::test]
async fn an_index_outside_its_terms_is_not_taken() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    clock.advance(HOUR * 24);
    let next = other.publications.publish(ctx).await.unwrap();
    let next = next.into_inner().into_value();
    wind_to(&clock, end_of_epoch());
    let late = one.treffers.accept_index(other.me, &next).await;
    assert!(matches!(late, Err(IndexRefused::OutOfTime)));
}

#[tokio::test]
async fn what_is_restricted_after_the_epoch_is_taken_back_once() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    wind_to(&clock, end_of_epoch() + HOUR);
    other.publications.take_back().await.unwrap();
    assert!(other.recalls().await.is_empty());

    restrict(&other, 1);
    other.publications.take_back().await.unwrap();
    other.publications.take_back().await.unwrap();
    let due = other.recalls().await;
    assert_eq!(due.len(), 1);
    let recall = content(&other, &due[0]).await;
    assert_eq!(recall.ctx, ctx);
    let hash = Octets([5; 32]);
    one.treffers
        .recalled(other.me, &recall, hash)
        .await
        .unwrap();
    assert!(finds(&one, 0));
    assert!(!finds(&one, 1));

    // The next one does not push out the one that was not acknowledged.
    other.knows([1, 2]);
    restrict(&other, 1);
    other.publications.take_back().await.unwrap();
    assert_eq!(other.recalls().await.len(), 2);
}

#[tokio::test]
async fn what_was_published_for_a_purpose_is_taken_back_when_that_is_put_out_of_force() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    let out_of_force = |moment| *other.around.out_of_force.lock().unwrap() = moment;
    out_of_force(Some(clock.now() + HOUR));
    other.publications.take_back().await.unwrap();
    assert!(other.recalls().await.is_empty(), "not before its moment");

    clock.advance(HOUR);
    other.publications.take_back().await.unwrap();
    other.publications.take_back().await.unwrap();
    let due = other.recalls().await;
    assert_eq!(due.len(), 1);
    let recall = content(&other, &due[0]).await;
    let hash = Octets([5; 32]);
    let taken = one.treffers.recalled(other.me, &recall, hash).await;
    taken.unwrap();
    assert!(one.treffers.all().unwrap().is_empty());
    let asked = asks(&one, &other, ctx).await;
    assert!(asked.is_err(), "its index is given to nobody");
    assert!(other.publications.due().unwrap().is_empty());

    // Back in force, all is found again in the index that follows.
    out_of_force(None);
    assert_eq!(other.publications.due().unwrap().len(), 1);
    let index = asks(&one, &other, ctx).await.unwrap();
    one.treffers.accept_index(other.me, &index).await.unwrap();
    assert!(finds(&one, 0) && finds(&one, 1) && finds(&one, 2));
}

#[tokio::test]
async fn what_is_withdrawn_when_there_is_no_convenant_any_more_is_taken_back_all_the_same() {
    let clock = Clock::wound(start());
    let (one, other, _) = with_treffers(&clock).await;
    other
        .around
        .gone
        .store(true, std::sync::atomic::Ordering::Relaxed);
    other.knows([0]);
    restrict(&other, 0);
    other.publications.take_back().await.unwrap();
    let due = other.recalls().await;
    assert_eq!(due.len(), 2, "one that was restricted, and two withdrawn");
    for one_due in &due {
        let recall = content(&other, one_due).await;
        let hash = Octets([5; 32]);
        one.treffers
            .recalled(other.me, &recall, hash)
            .await
            .unwrap();
    }
    assert!(one.treffers.all().unwrap().is_empty());
}

#[tokio::test]
async fn a_recall_is_given_up_when_nobody_can_hold_what_it_is_about_and_the_log_says_so() {
    let clock = Clock::wound(start());
    let (_one, other, ctx) = with_treffers(&clock).await;
    restrict(&other, 1);
    let _ = other.publications.publish(ctx).await.unwrap();
    let held_until = Epoch::at(start()).unwrap().held_until();
    wind_to(&clock, held_until - MINUTE);
    assert_eq!(other.recalls().await.len(), 1);
    let before = other.log_size();
    wind_to(&clock, held_until);
    assert!(other.recalls().await.is_empty());
    assert_eq!(other.log_size(), before + 1);
    assert!(other.recalls().await.is_empty());
    assert_eq!(other.log_size(), before + 1, "once");
}

#[tokio::test]
async fn a_member_that_does_not_take_a_recall_is_told_again_soon_and_then_less_often() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    restrict(&other, 1);
    let _ = other.publications.publish(ctx).await.unwrap();
    for seconds in [4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600] {
        assert_eq!(other.recalls().await.len(), 1);
        other.publications.not_recalled(one.me);
        clock.advance(Duration::from_secs(seconds - 1));
        assert!(other.recalls().await.is_empty(), "{seconds}");
        clock.advance(Duration::from_secs(1));
    }
    let due = other.recalls().await;
    other.publications.recalled(due[0].clone()).await.unwrap();
    restrict(&other, 2);
    let _ = other.publications.publish(ctx).await.unwrap();
    other.publications.not_recalled(one.me);
    clock.advance(Duration::from_secs(4));
    assert_eq!(other.recalls().await.len(), 1, "counted anew");
}

#[tokio::test]
async fn a_member_that_is_being_told_is_told_by_nobody_else() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    restrict(&other, 1);
    let _ = other.publications.publish(ctx).await.unwrap();
    let telling = other.publications.telling(one.me).unwrap();
    assert!(other.publications.telling(one.me).is_none());
    assert!(other.recalls().await.is_empty());
    drop(telling);
    assert_eq!(other.recalls().await.len(), 1);
}

#[tokio::test]
async fn who_was_away_is_told_when_it_is_heard_of_and_not_left_alone() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    restrict(&other, 1);
    let _ = other.publications.publish(ctx).await.unwrap();
    let counted = other.publications.recalls();
    let before = *counted.borrow();
    other.publications.heard(one.me);
    assert_eq!(*counted.borrow(), before, "it was not away");
    other.publications.went_away(one.me);
    other.publications.heard(one.me);
    assert_eq!(*counted.borrow(), before + 1);
    let due = other.recalls().await;
    assert_eq!(due.len(), 1);
    other.publications.recalled(due[0].clone()).await.unwrap();
    assert!(!other.publications.is_away(one.me));
}

/// The recall goes before the next index, which is due because of it.
#[tokio::test]
async fn what_is_restricted_is_taken_back_before_the_next_index_is_made() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    restrict(&other, 1);
    other.publications.take_back().await.unwrap();
    other.publications.take_back().await.unwrap();
    let due = other.recalls().await;
    assert_eq!(due.len(), 1, "once");
    let recall = content(&other, &due[0]).await;
    let hash = Octets([5; 32]);
    let receipt = one.treffers.recalled(other.me, &recall, hash).await;
    receipt.unwrap();
    assert!(finds(&one, 0) && !finds(&one, 1));
    // With the index that it holds still, it does not find it again.
    one.treffers.refresh(ctx).await.unwrap();
    assert!(finds(&one, 0) && !finds(&one, 1));

    other.publications.recalled(due[0].clone()).await.unwrap();
    assert_eq!(other.publications.due().unwrap().len(), 1);
    let index = other.publications.publish(ctx).await.unwrap();
    let index = index.into_inner().into_value();
    assert!(other.publications.due().unwrap().is_empty());
    assert!(other.recalls().await.is_empty(), "not taken back twice");
    one.treffers.accept_index(other.me, &index).await.unwrap();
    assert!(finds(&one, 0) && !finds(&one, 1));
}

#[tokio::test]
async fn two_first_questions_at_one_moment_get_one_index() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(0..3);
    let ctx = one.terms_of(&other).await;
    let (first, second) = tokio::join!(asks(&one, &other, ctx), asks(&one, &other, ctx));
    assert_eq!(first.unwrap(), second.unwrap());
}

#[tokio::test]
async fn who_asks_for_the_same_without_end_is_refused_and_does_not_fill_the_log() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    let mut answered = 0;
    while asks(&one, &other, ctx).await.is_ok() {
        answered += 1;
        assert!(answered < 1_000);
    }
    let full = other.log_size();
    let refused = asks(&one, &other, ctx).await;
    assert!(matches!(refused, Err(PublicationError::TooOften)));
    assert_eq!(other.log_size(), full);
    clock.advance(HOUR);
    assert!(asks(&one, &other, ctx).await.is_ok());
}

#[tokio::test]
async fn a_recall_of_an_unknown_version_takes_nothing_back() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    restrict(&other, 1);
    let _ = other.publications.publish(ctx).await.unwrap();
    let due = other.recalls().await;
    let mut recall = content(&other, &due[0]).await;
    recall.v = 2;
    let hash = Octets([5; 32]);
    let refused = one.treffers.recalled(other.me, &recall, hash).await;
    assert!(matches!(refused, Err(RecallRefused::UnknownVersion)));
    assert!(finds(&one, 1));
}

#[tokio::test]
async fn a_handle_is_worth_nothing_at_a_number_at_which_its_aanbieder_had_left() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    restrict(&other, 1);
    let _ = other.publications.publish(ctx).await.unwrap();
    let values = one
        .shared
        .store
        .page_under::<HeldValues>(&Key::from(ctx), None, 10)
        .unwrap();
    let mut held = values.iter().flat_map(|(_, kept)| &kept.value.of);
    let value = held.find(|held| held.aanbieder == id(1)).unwrap();
    let value = value.value().unwrap();
    let treffers = one.treffers.of_source(other.me, "regio-proef").unwrap();
    let treffer = treffers
        .into_iter()
        .find(|(_, kept)| kept.value.aanbieder == id(1));
    let message_id = Octets([7; 16]);
    let claim = |seq| Claim {
        ctx,
        handle: treffer.as_ref().unwrap().1.value.handle,
        seq,
        tag: tag_of(&ctx, seq, &value),
        own_proof: own_proof(&value, &message_id),
        message_id,
    };
    let claimed = |seq| other.publications.claimed(one.me, &claim(seq)).unwrap();
    let standing = claimed(1).unwrap();
    assert!(
        standing.proof.holds().unwrap(),
        "the rules say what becomes of it"
    );
    assert!(claimed(2).is_none());
}

#[tokio::test]
async fn who_is_in_the_index_stays_when_the_register_outgrows_it() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    other.knows(50..150);
    let ctx = one.sweeps_all_of(&other).await;
    *other.around.known.lock().unwrap() = (0..150).map(known).collect();
    let index = other.publications.publish(ctx).await.unwrap();
    assert_eq!(index.get().value().entries.len(), 128 * 40);
    assert!(other.recalls().await.is_empty(), "nobody was put out");
}

#[tokio::test]
async fn a_batch_and_an_index_at_one_moment_do_not_get_in_each_others_way() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    clock.advance(HOUR * 24);
    let pair = one.pair();
    let sweep = one.sweeps.plan(&pair, ctx, SweepKind::Daily(2)).await;
    let next = one.sweeps.next_batch(&pair, ctx, sweep.unwrap()).await;
    let (request, sent) = next.unwrap().unwrap();
    let request = request.into_inner().into_value();
    let (answer, index) = tokio::join!(
        other.publications.evaluate(one.me, &request),
        other.publications.publish(ctx)
    );
    assert_eq!(index.unwrap().get().value().seq, 2);
    let answer = answer.unwrap().into_inner().into_value();
    one.sweeps.accept_batch(&pair, sent, answer).await.unwrap();
}

fn generation(number: u8) -> KeyGeneration {
    KeyGeneration {
        value: Octets([number; 16]),
        drawn: None,
        nodes: BTreeSet::new(),
    }
}

#[test]
fn a_generation_counts_until_one_of_the_two_nodes_is_another_than_then() {
    let node = |number: u8| ByteBuf::from(vec![number]);
    let nodes = |numbers: &[u8]| numbers.iter().map(|number| node(*number)).collect();
    let (before, after) = (start(), start() + Duration::from_secs(60));
    let drawn = KeyGeneration {
        drawn: Some(before),
        nodes: nodes(&[1, 2]),
        ..generation(1)
    };
    assert!(drawn.counts(None, &nodes(&[1])) && drawn.counts(Some(before), &nodes(&[1, 2])));
    assert!(!drawn.counts(Some(after), &nodes(&[1])));
    assert!(!drawn.counts(None, &nodes(&[1, 3])));
    // Of one that was drawn before this was kept it is not known that it came after.
    assert!(generation(1).counts(None, &nodes(&[1])));
    assert!(!generation(1).counts(Some(before), &nodes(&[1])));
}

#[tokio::test]
async fn what_was_promised_before_a_backup_is_not_gone_on_with_and_new_keys_are_drawn() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    clock.advance(Duration::from_secs(86_400));
    assert_eq!(other.publications.due().unwrap().len(), 1);
    let restored = Restored { at: clock.now() };
    let change = Change::new().put(Restored::key(), &restored, Expect::Any);
    other.shared.store.commit(change.unwrap()).await.unwrap();

    assert!(other.publications.due().unwrap().is_empty());
    let published = other.publications.publish(ctx).await.map(|_| ());
    assert!(matches!(published, Err(PublicationError::NotAgreed)));
    let index = asks(&one, &other, ctx).await;
    assert!(matches!(index, Err(PublicationError::NotAgreed)));

    let again = one.sweeps_all_of(&other).await;
    assert_ne!(again, ctx);
    assert!(finds(&one, 1));
}

#[tokio::test]
async fn a_source_cannot_have_everything_asked_again_and_again_with_new_keys() {
    let clock = Clock::wound(start());
    let (one, other) = two(&clock);
    one.knows(0..3);
    let (pair, epoch) = (one.pair(), Epoch::at(clock.now()).unwrap());
    let question = one.sweeps.manifest_request(&pair, epoch);
    for round in 0..5_u8 {
        let generation = generation(round);
        let change = Change::new().put(KeyGeneration::key(one.me), &generation, Expect::Any);
        other.shared.store.commit(change.unwrap()).await.unwrap();
        let manifest = other.publications.manifest(one.me, &question).await;
        if round == 4 {
            let refused = manifest.map(|_| ());
            assert!(matches!(refused, Err(PublicationError::OverBudget)));
            break;
        }
        let taken = one
            .sweeps
            .accept_manifest(&pair, epoch, &manifest.unwrap())
            .await;
        taken.unwrap();
    }
    // Nor when it does not keep to its own limit.
    let ctx = one
        .shared
        .context(&pair, epoch, other.me, one.me, Octets([9; 16]))
        .unwrap();
    let (key, mut manifest) = {
        let key = possession::derive_key(&[1; 32], &ctx).unwrap();
        let first = generation(0);
        let change = Change::new().put(KeyGeneration::key(one.me), &first, Expect::Any);
        other.shared.store.commit(change.unwrap()).await.unwrap();
        let manifest = other.publications.manifest(one.me, &question).await;
        (key, manifest.unwrap())
    };
    manifest.key_generation = Octets([9; 16]);
    manifest.pk = Ristretto::public_key(&key);
    manifest.pop = possession::prove(&key, &ctx, &mut OsRng).unwrap();
    let refused = one.sweeps.accept_manifest(&pair, epoch, &manifest).await;
    assert!(matches!(refused, Err(SweepFault::Manifest(_))));
}

#[tokio::test]
async fn what_is_lifted_again_is_found_again_in_the_next_index() {
    let clock = Clock::wound(start());
    let (one, other, ctx) = with_treffers(&clock).await;
    restrict(&other, 1);
    other.publications.take_back().await.unwrap();
    let due = other.recalls().await;
    let recall = content(&other, &due[0]).await;
    let hash = Octets([5; 32]);
    let receipt = one.treffers.recalled(other.me, &recall, hash).await;
    receipt.unwrap();
    assert!(!finds(&one, 1));
    other.knows(0..3);
    let index = other.publications.publish(ctx).await.unwrap();
    let index = index.into_inner().into_value();
    one.treffers.accept_index(other.me, &index).await.unwrap();
    assert!(finds(&one, 1));
}

/// The key that is kept for a next question is as gone as the secret from which it came.
#[tokio::test]
async fn a_key_that_was_used_a_moment_ago_is_gone_with_the_secret_of_its_epoch() {
    let clock = Clock::wound(start());
    let (_one, other, ctx) = with_treffers(&clock).await;
    let epoch = Epoch::at(start()).unwrap();
    let key = other.publications.server_key(&ctx, epoch).unwrap();
    let kept = other.publications.server_key(&ctx, epoch).unwrap();
    assert!(std::sync::Arc::ptr_eq(&key, &kept));
    drop((key, kept));
    let destroyed = Change::new().delete::<EpochSecret>(EpochSecret::key(epoch));
    other.shared.store.commit(destroyed).await.unwrap();
    let gone = other.publications.server_key(&ctx, epoch);
    assert!(matches!(gone, Err(PublicationError::Fault(Fault::Damaged))));
    let another = EpochSecret::new(epoch, [9; 32], [8; 32]);
    let change = Change::new().put(EpochSecret::key(epoch), &another, Expect::Absent);
    other.shared.store.commit(change.unwrap()).await.unwrap();
    let fresh = other.publications.server_key(&ctx, epoch).unwrap();
    let same = possession::derive_key(&[9; 32], &ctx).unwrap();
    assert_eq!(Ristretto::public_key(&fresh), Ristretto::public_key(&same));
}
