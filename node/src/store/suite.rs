// SPDX-License-Identifier: EUPL-1.2
//! One suite for every engine: it is supported when it passes, not when it compiles.

mod crash;
mod damage;
mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use basisnet_protocol::octets::Octets;

use super::*;
use crate::audit::{EntryContents, Event, Log};
use support::{Home, Note, Passing, note, started};

/// Runs every test of the suite on every engine.
macro_rules! on_every_engine {
    ($($name:ident)*) => {
        mod on_redb {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Engine::Redb).await;
            })*
        }
        mod on_sled {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Engine::Sled).await;
            })*
        }
    };
}
use on_every_engine;

on_every_engine! {
    what_was_committed_is_there_after_a_restart
    a_guard_that_does_not_hold_stops_the_whole_change
    two_writers_of_one_record_do_not_overwrite_each_other
    many_changes_at_once_all_arrive_and_the_log_counts_them
    a_page_goes_on_where_the_last_one_ended
    a_record_is_found_by_its_terms_and_not_by_its_old_ones
    a_large_record_comes_back_whole_and_leaves_nothing_behind
    a_reader_sees_a_large_record_whole_while_it_is_written_over
    nothing_on_disk_can_be_read
    a_failed_sync_ends_all_writing_and_reading_goes_on
    what_was_written_before_the_power_went_is_there_and_nobody_heard_of_the_last
    a_full_disk_refuses_writes_and_reading_goes_on
    a_second_process_is_told_that_the_store_is_in_use
    a_release_without_an_entry_in_the_log_is_refused
    what_was_made_ready_is_had_when_its_record_is_durable_and_not_before
    a_forgotten_period_is_gone_and_the_log_still_holds
    what_is_too_large_is_refused
    a_closed_store_says_so
}

async fn what_was_committed_is_there_after_a_restart(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let change = Change::new()
        .put("a", &note("one"), Expect::Absent)
        .unwrap();
    let receipt = store.commit(change.audit(started())).await.unwrap();
    assert_eq!((receipt.first_entry(), receipt.log_size()), (Some(0), 1));
    let change = Change::new()
        .put("a", &note("two"), Expect::Version(1))
        .unwrap();
    store.commit(change).await.unwrap();
    store.close().await;

    let store = home.open();
    let found = store.get::<Note>("a").unwrap().unwrap();
    assert_eq!((found.version, found.value), (2, note("two")));
    let log = Log::new(store.clone());
    let [entry] = log.page(0, 10).unwrap().try_into().unwrap();
    let EntryContents::Noted { at, noted } = entry.contents else {
        panic!("unreadable");
    };
    assert_eq!((at, noted.event), (home.clock.now(), started()));
    assert_eq!(log.verify(|_, _| {}).unwrap().signed, 1);
    store
        .commit(Change::new().delete::<Note>("a"))
        .await
        .unwrap();
    assert_eq!(store.get::<Note>("a").unwrap(), None);
}

async fn a_guard_that_does_not_hold_stops_the_whole_change(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let first = Change::new()
        .put("a", &note("one"), Expect::Absent)
        .unwrap();
    store.commit(first).await.unwrap();
    for guard in [Expect::Absent, Expect::Version(2)] {
        let change = Change::new()
            .put("b", &note("beside"), Expect::Any)
            .unwrap()
            .expect::<Note>("a", guard)
            .audit(started());
        assert_eq!(
            store.commit(change).await,
            Err(CommitError::Conflict("notes"))
        );
    }
    assert_eq!(store.get::<Note>("b").unwrap(), None);
    assert_eq!(store.log_head().unwrap().size, 0);
    let change = Change::new()
        .put("missing", &note("x"), Expect::Version(1))
        .unwrap();
    assert_eq!(
        store.commit(change).await,
        Err(CommitError::Conflict("notes"))
    );
}

async fn two_writers_of_one_record_do_not_overwrite_each_other(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let zero = Change::new()
        .put("count", &note("0"), Expect::Absent)
        .unwrap();
    store.commit(zero).await.unwrap();
    let mut writers = Vec::new();
    for _ in 0..2 {
        let store = store.clone();
        writers.push(tokio::spawn(async move {
            let mut added = 0;
            while added < 50 {
                let found = store.get::<Note>("count").unwrap().unwrap();
                let count: u32 = found.value.text.parse().unwrap();
                let next = note(&(count + 1).to_string());
                let change = Change::new().put("count", &next, Expect::Version(found.version));
                match store.commit(change.unwrap()).await {
                    Ok(_) => added += 1,
                    Err(error) => assert_eq!(error, CommitError::Conflict("notes")),
                }
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(
        store.get::<Note>("count").unwrap().unwrap().value,
        note("100")
    );
}

async fn many_changes_at_once_all_arrive_and_the_log_counts_them(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let mut commits = Vec::new();
    for number in 0..600_u32 {
        let store = store.clone();
        commits.push(tokio::spawn(async move {
            let key = Octets(number.to_be_bytes());
            let change = Change::new().put(key, &note("n"), Expect::Absent).unwrap();
            store.commit(change.audit(started())).await.unwrap()
        }));
    }
    let mut places = BTreeSet::new();
    for commit in commits {
        places.insert(commit.await.unwrap().first_entry().unwrap());
    }
    assert_eq!(places, (0..600).collect());
    assert_eq!(store.page::<Note>(None, 1_000).unwrap().len(), 600);
    let verified = Log::new(store).verify(|_, _| {}).unwrap();
    assert_eq!(verified.size, 600);
    assert!(verified.signed >= 256, "{}", verified.signed);
}

async fn a_page_goes_on_where_the_last_one_ended(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let mut change = Change::new().put("z", &Passing, Expect::Any).unwrap();
    for number in 0..25_u8 {
        let key = Key::joined(&[&[number / 10], &[number]]);
        change = change.put(key, &note("n"), Expect::Any).unwrap();
    }
    store.commit(change).await.unwrap();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store.page::<Note>(after.as_ref(), 10).unwrap();
        let Some((last, _)) = page.last() else { break };
        after = Some(last.clone());
        seen.extend(page.into_iter().map(|(key, _)| key.as_bytes()[1]));
    }
    assert_eq!(seen, (0..25).collect::<Vec<u8>>());
    let tens = Key::new([1]);
    let page = store.page_under::<Note>(&tens, None, 100).unwrap();
    assert_eq!(page.len(), 10);
    let half = store
        .page_under::<Note>(&tens, Some(&page[4].0), 100)
        .unwrap();
    assert_eq!(half, page[5..]);
}

async fn a_record_is_found_by_its_terms_and_not_by_its_old_ones(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let mut change = Change::new();
    for (key, text) in [("a", "red"), ("b", "red"), ("c", "blue")] {
        change = change.put(key, &note(text), Expect::Any).unwrap();
    }
    store.commit(change).await.unwrap();
    let keys = |text: &str| -> Vec<Key> {
        let found = store.by_index::<Note>("text", text.as_bytes(), None, 10);
        found.unwrap().into_iter().map(|(key, _)| key).collect()
    };
    assert_eq!(keys("red"), [Key::from("a"), Key::from("b")]);
    let first = store.by_index::<Note>("text", b"red", Some(&Key::from("a")), 10);
    assert_eq!(first.unwrap().len(), 1);
    let change = Change::new()
        .put("a", &note("blue"), Expect::Any)
        .unwrap()
        .delete::<Note>("b");
    store.commit(change).await.unwrap();
    assert_eq!(keys("red"), []);
    assert_eq!(keys("blue"), [Key::from("a"), Key::from("c")]);
    assert_eq!(keys("blu"), []);
}

async fn a_large_record_comes_back_whole_and_leaves_nothing_behind(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let large = note(&"0123456789".repeat(80_000));
    for record in [&large, &note("small"), &large] {
        let change = Change::new().put("a", record, Expect::Any).unwrap();
        store.commit(change).await.unwrap();
        assert_eq!(store.get::<Note>("a").unwrap().unwrap().value, *record);
    }
    store
        .commit(Change::new().delete::<Note>("a"))
        .await
        .unwrap();
    let parts = store.reading(|open| Ok(open.engine.range(b"p", b"q", 10)?));
    assert_eq!(parts.unwrap(), []);
    let terms = store.reading(|open| Ok(open.engine.range(b"i", b"j", 10)?));
    assert_eq!(terms.unwrap(), []);
}

async fn a_reader_sees_a_large_record_whole_while_it_is_written_over(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let large = |round: u32| note(&format!("{round:05} ").repeat(10_000));
    let first = Change::new().put("a", &large(0), Expect::Any).unwrap();
    store.commit(first).await.unwrap();
    let reader = thread::spawn({
        let store = store.clone();
        move || {
            let mut last = 0;
            while last < 40 {
                let found = store.get::<Note>("a").unwrap().unwrap().value;
                last = found.text[..5].parse().unwrap();
                assert_eq!(found, large(last));
            }
        }
    });
    for round in 1..=40 {
        let change = Change::new().put("a", &large(round), Expect::Any).unwrap();
        store.commit(change).await.unwrap();
    }
    reader.join().unwrap();
}

async fn nothing_on_disk_can_be_read(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let change = Change::new()
        .put("a", &note("plain-words-in-a-record"), Expect::Any)
        .unwrap()
        .audit(Event::NodeStarted {
            version: "plain-words-in-the-log".to_owned(),
            config: Octets([0; 32]),
        });
    store.commit(change).await.unwrap();
    store.close().await;
    for file in home.files() {
        let bytes = std::fs::read(&file).unwrap();
        let plain = bytes.windows(11).any(|window| window == b"plain-words");
        assert!(!plain, "{}", file.display());
    }
}

async fn a_failed_sync_ends_all_writing_and_reading_goes_on(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let write = |key: &str| Change::new().put(key, &note("x"), Expect::Any).unwrap();
    store.commit(write("a")).await.unwrap();
    store.testing_only_fail_next_sync();
    assert_eq!(store.commit(write("b")).await, Err(CommitError::Broken));
    assert_eq!(store.commit(write("c")).await, Err(CommitError::Broken));
    assert!(store.is_broken());
    store.until_broken().await;
    assert!(store.get::<Note>("a").unwrap().is_some());
    store.close().await;
    let store = home.open();
    assert!(store.get::<Note>("b").unwrap().is_none());
    store.commit(write("b")).await.unwrap();
}

async fn what_was_written_before_the_power_went_is_there_and_nobody_heard_of_the_last(
    engine: Engine,
) {
    let home = Home::new(engine);
    let store = home.open();
    let write = |key: &str| Change::new().put(key, &note("x"), Expect::Any).unwrap();
    store.testing_only_lose_power_after(2);
    store.commit(write("a")).await.unwrap();
    for unheard in ["b", "c"] {
        assert_eq!(store.commit(write(unheard)).await, Err(CommitError::Broken));
    }
    assert!(store.is_broken());
    store.close().await;
    let store = home.open();
    let is_there = |key: &str| store.get::<Note>(key).unwrap().is_some();
    assert_eq!(["a", "b", "c"].map(is_there), [true, true, false]);
}

async fn a_full_disk_refuses_writes_and_reading_goes_on(engine: Engine) {
    let mut home = Home::new(engine);
    let store = home.open();
    let write = || Change::new().put("a", &note("x"), Expect::Any).unwrap();
    store.commit(write()).await.unwrap();
    store.close().await;
    home.reserve_bytes = u64::MAX;
    let store = home.open();
    assert_eq!(store.commit(write()).await, Err(CommitError::Full));
    assert!(store.get::<Note>("a").unwrap().is_some());
    assert!(!store.is_broken());
}

async fn a_second_process_is_told_that_the_store_is_in_use(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let error = home.try_open().unwrap_err();
    assert!(matches!(error, OpenError::InUse(_)));
    assert!(error.to_string().contains("al in gebruik"), "{error}");
    store.close().await;
    home.open();
}

async fn a_release_without_an_entry_in_the_log_is_refused(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let change = || Change::new().put("a", &note("x"), Expect::Any).unwrap();
    let silent = store.record_while(change(), || "answer").await;
    assert_eq!(silent.unwrap_err(), CommitError::Unrecorded);
    let told = store.record_while(change().audit(started()), || "answer");
    assert_eq!(told.await.unwrap().0, "answer");
}

async fn what_was_made_ready_is_had_when_its_record_is_durable_and_not_before(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let change = |key| {
        let change = Change::new().put(key, &note("x"), Expect::Any).unwrap();
        change.audit(started())
    };
    // It would wait forever for a change that is only written after it.
    let made = store.record_while(change("a"), || {
        while store.get::<Note>("a").unwrap().is_none() {
            thread::yield_now();
        }
        "sealed"
    });
    let (sealed, receipt) = made.await.unwrap();
    assert_eq!((sealed, receipt.size), ("sealed", 1));
    let mut made = false;
    store.testing_only_fail_next_sync();
    let lost = store.record_while(change("b"), || made = true).await;
    assert_eq!(lost.unwrap_err(), CommitError::Broken);
    assert!(made, "it was made, and nobody has it");
}

async fn a_forgotten_period_is_gone_and_the_log_still_holds(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let change = Change::new()
        .put("a", &Passing, Expect::Any)
        .unwrap()
        .put("b", &note("stays"), Expect::Any)
        .unwrap()
        .audit(started());
    store.commit(change).await.unwrap();
    assert_eq!(store.expired_periods().unwrap(), Vec::<String>::new());
    home.clock.advance(Duration::from_secs(8 * 366 * 86_400));
    let expired = store.expired_periods().unwrap();
    assert_eq!(expired.len(), 2, "{expired:?}");
    for period in expired {
        let event = Event::PeriodForgotten {
            period: period.clone(),
        };
        let change = Change::new().forget_period(period).audit(event);
        store.commit(change).await.unwrap();
    }
    let check = |store: &Store| {
        assert_eq!(store.get::<Passing>("a").unwrap(), None);
        assert_eq!(store.page::<Passing>(None, 10).unwrap(), []);
        assert!(store.get::<Note>("b").unwrap().is_some());
        let log = Log::new(store.clone());
        assert_eq!(log.verify(|_, _| {}).unwrap().size, 3);
        assert_eq!(
            log.page(0, 1).unwrap()[0].contents,
            EntryContents::Forgotten
        );
    };
    check(&store);
    store.close().await;
    let store = home.open();
    check(&store);
    let change = Change::new().put("a", &Passing, Expect::Absent).unwrap();
    store.commit(change).await.unwrap();
    assert!(store.get::<Passing>("a").unwrap().is_some());
}

async fn what_is_too_large_is_refused(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    let long = Key::new([0; MAX_KEY_BYTES + 1]);
    let change = Change::new().put(long, &note("x"), Expect::Any).unwrap();
    assert_eq!(store.commit(change).await, Err(CommitError::TooLarge));
    let huge = note(&"x".repeat(MAX_RECORD_BYTES));
    let error = Change::new().put("a", &huge, Expect::Any).unwrap_err();
    assert_eq!(error, CommitError::TooLarge);
}

async fn a_closed_store_says_so(engine: Engine) {
    let home = Home::new(engine);
    let store = home.open();
    store.close().await;
    store.close().await;
    assert_eq!(store.get::<Note>("a"), Err(StoreError::Closed));
    assert_eq!(store.commit(Change::new()).await, Err(CommitError::Closed));
}
