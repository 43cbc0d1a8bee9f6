// SPDX-License-Identifier: EUPL-1.2
//! The store: durable entries a second, alone and together, and the start after a kill with a long log.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use basisnet_node::clock::Clock;
use basisnet_node::keys::{NodeKey, Secret};
use basisnet_node::store::{Change, CommitError, Engine, LogEntry, Store, StoreConfig, StoreKeys};

use crate::report::{Report, median, percentile, timed};

/// How long the log is when its node is killed.
const ENTRIES: usize = 1_000_000;
/// How many of those go in one change.
const PER_CHANGE: usize = 1_000;
const SINGLE: usize = 1_000;
const TOGETHER: usize = 20_000;
const WRITERS: usize = 64;
/// Names the folder in which the child fills a log.
const CHILD_FOLDER: &str = "BASISNET_BENCH_LOG";
const CHILD_ENGINE: &str = "BASISNET_BENCH_ENGINE";

/// An entry of 1 kB.
struct Kilobyte;

impl LogEntry for Kilobyte {
    fn to_log_bytes(&self) -> Result<Vec<u8>, CommitError> {
        Ok(vec![0x5a; 1_000])
    }
}

pub(crate) fn measure(report: &mut Report) {
    for engine in [Engine::Redb, Engine::Sled] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let runtime = runtime();
        runtime.block_on(appends(report, engine, folder.path()));
    }
    for engine in [Engine::Redb, Engine::Sled] {
        start_after_kill(report, engine);
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}

fn open(folder: &Path, engine: Engine) -> Store {
    let signer = NodeKey::from_seed(Secret::new([7; 32])).expect("a key");
    let keys = StoreKeys::load_or_create(&folder.join("keys"), "log.bench", Arc::new(signer));
    let config = StoreConfig {
        dir: folder.join("data"),
        engine,
        reserve_bytes: 0,
        cache_bytes: 16 << 20,
    };
    Store::open(&config, keys.expect("keys"), Clock::machine()).expect("the store opens")
}

async fn appends(report: &Report, engine: Engine, folder: &Path) {
    let name = engine.name();
    let store = open(folder, engine);
    let mut each = Vec::with_capacity(SINGLE);
    for _ in 0..SINGLE {
        let start = std::time::Instant::now();
        append(&store).await;
        each.push(start.elapsed());
    }
    let took: Duration = each.iter().sum();
    report.rate(
        &format!("{name}: durable entries of 1 kB, one at a time"),
        SINGLE,
        took,
    );
    report.time(&format!("{name}: one durable entry, p50"), median(&each));
    report.time(
        &format!("{name}: one durable entry, p99"),
        percentile(&each, 99),
    );
    let start = std::time::Instant::now();
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let store = store.clone();
        writers.spawn(async move {
            for _ in 0..TOGETHER / WRITERS {
                append(&store).await;
            }
        });
    }
    writers.join_all().await;
    let what = format!("{name}: durable entries of 1 kB, {WRITERS} writers");
    report.rate(&what, TOGETHER, start.elapsed());
    store.close().await;
}

async fn append(store: &Store) {
    let done = store.commit(Change::new().audit(Kilobyte)).await;
    done.expect("the entry is written");
}

/// A child fills a log and goes on writing until it is killed; then the store is opened here.
fn start_after_kill(report: &mut Report, engine: Engine) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .env(CHILD_FOLDER, folder.path())
        .env(CHILD_ENGINE, engine.name())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the child starts");
    let out = child.stdout.take().expect("the output of the child");
    let full = BufReader::new(out).lines().next();
    assert!(full.is_some(), "the child filled the log");
    child.kill().expect("the child is killed");
    child.wait().expect("the child ended");
    let (took, store) = timed(|| open(folder.path(), engine));
    let size = store.log_head().expect("the log can be read").size;
    assert!(
        size >= ENTRIES as u64,
        "nothing that was acknowledged is gone"
    );
    let name = engine.name();
    let what = format!("{name}: start after kill -9 with {size} entries of 1 kB");
    report.at_most(&what, took.as_secs_f64(), 3.0, " s");
    report.figure(
        &format!("{name}: on disk"),
        &format!("{} MB", megabytes(folder.path())),
    );
}

fn megabytes(folder: &Path) -> u64 {
    let mut bytes = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let data = entry.metadata().expect("a file or folder");
            if data.is_dir() {
                folders.push(entry.path());
            } else {
                bytes += data.len();
            }
        }
    }
    bytes / 1_000_000
}

/// Whether this process is the child that fills a log; then it never returns by itself.
pub(crate) fn is_child() -> bool {
    let (Ok(folder), Ok(engine)) = (std::env::var(CHILD_FOLDER), std::env::var(CHILD_ENGINE))
    else {
        return false;
    };
    let engines = [Engine::Redb, Engine::Sled];
    let engine = engines.into_iter().find(|known| known.name() == engine);
    let store = open(folder.as_ref(), engine.expect("a known engine"));
    runtime().block_on(fill(&store));
    true
}

#[expect(clippy::print_stdout, reason = "the parent waits for this line")]
async fn fill(store: &Store) {
    for _ in 0..ENTRIES / PER_CHANGE {
        let change = (0..PER_CHANGE).fold(Change::new(), |change, _| change.audit(Kilobyte));
        store.commit(change).await.expect("the entries are written");
    }
    println!("full");
    loop {
        append(store).await;
    }
}
