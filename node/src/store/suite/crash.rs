// SPDX-License-Identifier: EUPL-1.2
//! kill -9 at random moments: what was acknowledged is there, what is there is whole, and the log holds.
//!
//! A child process (this same program) writes with four writers at once and prints every number after its commit
//! returned. It is killed, the store is opened and checked, and the next child goes on in the same store, so that
//! recoveries stack up. `BASISNET_KILLS` says how often.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rand_core::{OsRng, RngCore};
use serde::{Deserialize, Serialize};

use super::support::{Home, started};
use super::*;

const WRITERS: u64 = 4;
/// How many of the newest records carry an index term.
const WINDOW: u64 = 3;
const CHILD: &str = "store::suite::crash::the_child_that_is_killed";

/// How many records a writer has made.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Count(u64);

impl Record for Count {
    const COLLECTION: &'static str = "counts";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

/// One of many records; the newest of each writer can be found by their writer.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Item {
    writer: u64,
    number: u64,
    entry: u64,
    newest: bool,
}

impl Record for Item {
    const COLLECTION: &'static str = "items";
    const RETENTION: RetentionClass = RetentionClass::Case;

    fn index_terms(&self) -> Vec<IndexTerm> {
        let newest = self
            .newest
            .then(|| IndexTerm::new("newest", self.writer.to_be_bytes()));
        newest.into_iter().collect()
    }
}

/// Written over and over, at sizes that take one part or several.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Churn {
    number: u64,
    filling: String,
}

impl Record for Churn {
    const COLLECTION: &'static str = "churn";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

impl Churn {
    fn of(number: u64) -> Self {
        let filling = number
            .to_string()
            .repeat(usize::try_from(number % 13 * 900).unwrap());
        Self { number, filling }
    }
}

fn item_key(writer: u64, number: u64) -> Key {
    Key::joined(&[&writer.to_be_bytes(), &number.to_be_bytes()])
}

fn item(writer: u64, number: u64, newest: bool) -> Item {
    Item {
        writer,
        number,
        entry: number * WRITERS + writer,
        newest,
    }
}

fn count_of(store: &Store, writer: u64) -> u64 {
    let count = store.get::<Count>(Octets(writer.to_be_bytes())).unwrap();
    count.map_or(0, |count| count.value.0)
}

/// All that one number of one writer changes, as one change.
fn change(writer: u64, number: u64) -> Change {
    let mut change = Change::new()
        .put(
            item_key(writer, number),
            &item(writer, number, true),
            Expect::Absent,
        )
        .unwrap()
        .put(Octets(writer.to_be_bytes()), &Count(number), Expect::Any)
        .unwrap()
        .put(
            Octets(writer.to_be_bytes()),
            &Churn::of(number),
            Expect::Any,
        )
        .unwrap()
        .audit(started());
    if number > WINDOW {
        let old = number - WINDOW;
        change = change
            .put(
                item_key(writer, old),
                &item(writer, old, false),
                Expect::Version(1),
            )
            .unwrap();
    }
    change
}

/// Not a test by itself: what the tests below start and kill.
#[tokio::test]
async fn the_child_that_is_killed() {
    let (Ok(root), Ok(engine)) = (std::env::var("CRASH_ROOT"), std::env::var("CRASH_ENGINE"))
    else {
        return;
    };
    let engine = if engine == "redb" {
        Engine::Redb
    } else {
        Engine::Sled
    };
    let store = Home::at(root.as_ref(), engine).open();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let store = store.clone();
        writers.spawn(async move {
            let mut number = count_of(&store, writer);
            loop {
                number += 1;
                store.commit(change(writer, number)).await.unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "ack {writer} {number}").unwrap();
                out.flush().unwrap();
            }
        });
    }
    writers.join_all().await;
}

fn start_child(home: &Home) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", CHILD, "--nocapture"])
        .env("CRASH_ROOT", home.root())
        .env("CRASH_ENGINE", home.engine.name())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets a child write until a random moment, kills it, and returns the last number of each writer that it reported.
fn killed_after(home: &Home, term: Duration) -> [u64; 4] {
    let mut child = start_child(home);
    let out = BufReader::new(child.stdout.take().unwrap());
    let (lines, reported) = sync_channel(100_000);
    let reader = thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            lines.send(line).unwrap();
        }
    });
    // Waits for a socket of sorts: a child that ends by itself closes its output and fails the test.
    let ended = wait(&mut child, term);
    assert!(!ended, "the child ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    let mut last = [0; 4];
    for line in reported.iter() {
        let mut words = line.split_whitespace().rev();
        let (Some(number), Some(writer), Some("ack")) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        last[writer.parse::<usize>().unwrap()] = number.parse().unwrap();
    }
    last
}

/// Lets time pass; whether the child ended in the meantime. Killing at a moment needs a moment: the one place where a
/// test waits for the clock of the machine.
fn wait(child: &mut Child, term: Duration) -> bool {
    thread::sleep(term);
    child.try_wait().unwrap().is_some()
}

async fn check(home: &Home, acknowledged: [u64; 4]) {
    let store = home.open();
    let mut entries = 0;
    for (writer, acknowledged) in (0..WRITERS).zip(acknowledged) {
        let count = count_of(&store, writer);
        assert!(
            count >= acknowledged,
            "writer {writer}: {count} < {acknowledged}"
        );
        entries += count;
        let key = Octets(writer.to_be_bytes());
        let churn = store.get::<Churn>(key).unwrap().map(|found| found.value);
        assert_eq!(churn, (count > 0).then(|| Churn::of(count)));
        let prefix = Key::from(key);
        let items = store.page_under::<Item>(&prefix, None, 10_000).unwrap();
        assert_eq!(items.len() as u64, count, "writer {writer}");
        for (number, (_, found)) in (1..).zip(items) {
            let newest = number + WINDOW > count;
            assert_eq!(found.value, item(writer, number, newest));
        }
        let newest = store
            .by_index::<Item>("newest", &writer.to_be_bytes(), None, 100)
            .unwrap();
        assert_eq!(newest.len() as u64, count.min(WINDOW));
    }
    assert_eq!(
        Log::new(store.clone()).verify(|_, _| {}).unwrap().size,
        entries
    );
    store.close().await;
}

async fn survives(engine: Engine) {
    let rounds = std::env::var("BASISNET_KILLS");
    let rounds: u32 = rounds.map_or(20, |rounds| rounds.parse().unwrap());
    let home = Home::new(engine);
    let mut acknowledged = [0_u64; 4];
    for round in 0..rounds {
        // A third of the moments fall in or before opening.
        let most = if round % 3 == 0 { 60 } else { 500 };
        let term = Duration::from_millis(u64::from(OsRng.next_u32()) % most);
        let last = killed_after(&home, term);
        for (known, last) in acknowledged.iter_mut().zip(last) {
            *known = (*known).max(last);
        }
        check(&home, acknowledged).await;
    }
    assert!(acknowledged.iter().sum::<u64>() > 0, "nothing was written");
}

#[tokio::test]
async fn redb_survives_being_killed_at_any_moment() {
    survives(Engine::Redb).await;
}

#[tokio::test]
async fn sled_survives_being_killed_at_any_moment() {
    survives(Engine::Sled).await;
}
