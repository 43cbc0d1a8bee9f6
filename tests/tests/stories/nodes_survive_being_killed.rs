// SPDX-License-Identifier: EUPL-1.2
//! kill -9 at random moments, while two nodes import, sweep and ask: nothing acknowledged is gone, the logs hold, and
//! no answer ever left without its record.
//!
//! Two real nodes run in processes of their own, one that asks and one that is asked. Each round is a new day for
//! both; at a random moment one is killed, and soon after the other. Then both stores are opened and compared: what the
//! one received, the other must have on record. The next round starts the same nodes again, so recoveries stack up.
//! `BASISNET_KILLS` says how many rounds, `BASISNET_SEED` repeats a run.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use basisnet_node::Node;
use basisnet_node::audit::{EntryContents, Event, Hash, Id, Log};
use basisnet_node::clock::Clock;
use basisnet_node::config::Config;
use basisnet_node::keys::NodeKey;
use basisnet_node::service::aanbieder::Aanbieder;
use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::import::ImportOptions;
use basisnet_node::service::inzage::{Vraag, Weighed};
use basisnet_node::store::{Store, StoreKeys};
use basisnet_protocol::message::{Proportionality, Subsidiarity, Weighing};
use basisnet_protocol::purpose::Category;
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::chance::Chance;
use basisnet_tests::network::{Network, days};

const CHILD: &str = "nodes_survive_being_killed::the_node_that_is_killed";
const HOME: &str = "KILLED_NODE_HOME";
const NOW: &str = "KILLED_NODE_NOW";
const ASKS: &str = "KILLED_NODE_ASKS";
/// How many rows a file has that is imported.
const ROWS: usize = 5;
/// How many questions a round asks at most: a day has a budget.
const QUESTIONS: usize = 8;
/// The longest that they go on before the first is killed, in milliseconds.
const LONGEST: u64 = 1_500;
/// How long a node on a busy machine may take to get somewhere.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn nodes_on_redb_survive_being_killed_at_any_moment() {
    survive("redb").await;
}

#[tokio::test]
async fn nodes_on_sled_survive_being_killed_at_any_moment() {
    survive("sled").await;
}

/// Not a test by itself: the process that the tests above start and kill.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_that_is_killed() {
    let (Ok(home), Ok(now)) = (std::env::var(HOME), std::env::var(NOW)) else {
        return;
    };
    let config = Config::load(&Path::new(&home).join("basisnet.toml")).unwrap();
    let node = Node::start(config, Clock::wound(now.parse().unwrap()));
    let node = node.await.unwrap();
    say("ready");
    if std::env::var(ASKS).is_ok() {
        work(&node).await;
    }
    std::future::pending::<()>().await;
}

fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{what}").unwrap();
    out.flush().unwrap();
}

/// Sweeps, asks and imports, over and over; what is reported was acknowledged.
async fn work(node: &Node) {
    let we = everybody();
    let services = node.services();
    let mut asked = 0;
    let mut known = services.aanbieders.all().unwrap().len();
    loop {
        // The other node may be gone; then this ends without an answer.
        services.bevragingen.run(Occasion::Person).await.unwrap();
        for (aanbieder, members) in services.treffers.all().unwrap() {
            for member in members {
                if asked < QUESTIONS {
                    asked += 1;
                    let question = question(aanbieder, member.to_string());
                    if let Ok(done) = services.inzagen.ask(&we, &question).await {
                        say(&format!("asked {}", done.id));
                    }
                }
            }
        }
        let rows = (known..known + ROWS).map(|n| format!("Ingevoerd {n};{};bv\n", 60_000_000 + n));
        let file = "naam;kvk;rechtsvorm\n".to_owned() + &rows.collect::<String>();
        let options = ImportOptions {
            good_rows: false,
            update: false,
            dry_run: false,
        };
        let report = services.aanbieders.import(&we, file.as_bytes(), options);
        assert_eq!(report.await.unwrap().added, ROWS);
        known += ROWS;
        say(&format!("known {known}"));
    }
}

pub(super) fn question(aanbieder: Id, member: String) -> Vraag {
    Vraag {
        on_behalf: None,
        aanbieder,
        member,
        purpose: "P03".parse().unwrap(),
        basis: None,
        role: None,
        categories: BTreeSet::from([Category::Contact]),
        weighing: Some(Weighed {
            codes: Weighing {
                proportionality: Proportionality::OngoingOnderzoek,
                subsidiarity: Subsidiarity::NotPublic,
            },
            words: "nodig voor het onderzoek".to_owned(),
        }),
        case: Some("zaak 1".to_owned()),
    }
}

async fn survive(engine: &str) {
    let rounds: u32 = std::env::var("BASISNET_KILLS").map_or(20, |rounds| rounds.parse().unwrap());
    let seed = std::env::var("BASISNET_SEED");
    let seed = seed.map_or_else(
        |_| RandomState::new().hash_one(0),
        |seed| seed.parse().unwrap(),
    );
    println!("BASISNET_SEED={seed}");
    let mut chance = Chance::new(seed);
    let mut network = two_that_agreed(engine).await;
    let mut acknowledged = Acknowledged::default();
    let mut seen = Seen::default();
    for round in 0..rounds {
        network.advance(days(1)).await;
        let mut asker = Killable::start(&network, 0);
        let mut source = Killable::start(&network, 1);
        // A third of the moments fall while they start, a third once they run, a third once questions are asked.
        if round % 3 > 0 {
            asker.until("ready");
            source.until("ready");
        }
        if round % 3 > 1 {
            asker.until("asked");
        }
        let first = chance.below(LONGEST);
        let second = chance.below(400);
        let order = match chance.below(2) {
            0 => [&mut asker, &mut source],
            _ => [&mut source, &mut asker],
        };
        for (process, after) in order.into_iter().zip([first, second]) {
            std::thread::sleep(Duration::from_millis(after));
            process.kill();
        }
        for line in asker.said().into_iter().chain(source.said()) {
            acknowledged.note(&line);
        }
        seen = check(&network, &acknowledged);
    }
    let known = acknowledged.known;
    println!("{engine}, {rounds} rounds: {seen:?}, {known} aanbieders");
    assert!(known > 0 && seen.batches > 0 && seen.answers > 0);
    // And after all that they simply go on.
    network.advance(days(1)).await;
    network.start(1).await;
    network.start(0).await;
    network.stop(0).await;
    network.stop(1).await;
    check(&network, &acknowledged);
}

/// Two gemeenten that know eight aanbieders between them, ready to ask; their nodes are stopped.
pub(super) async fn two_that_agreed(engine: &str) -> Network {
    let mut network = Network::of(2).await;
    for number in 0..2 {
        network.stop(number).await;
        let home = network.member(number).home.clone();
        let path = home.join("basisnet.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let text = text
            .replacen(
                "luister = \"127.0.0.1:0\"",
                &format!("luister = \"127.0.0.1:{port}\""),
                1,
            )
            .replace("[opslag]\n", &format!("[opslag]\nmotor = \"{engine}\"\n"));
        std::fs::write(&path, text).unwrap();
        let config = network.member(number).config();
        // Only the store itself: the certificate of the API lies beside it.
        std::fs::remove_dir_all(config.opslag.datamap.join("opslag")).unwrap();
        std::fs::remove_file(config.store_key_folder().join("logboek.ondertekend")).unwrap();
        network.start(number).await;
    }
    network.introduce().await;
    network.agree(&[0, 1], TERMS).await;
    for purpose in ["P08", "P03"] {
        network.put_into_force(purpose).await;
    }
    for number in 0..12 {
        let kvk = format!("{}", 50_000_000 + number);
        let only = [Some(0), Some(1)].get(number).copied().flatten();
        for node in 0..2 {
            if only.is_none_or(|only| only == node) {
                network.know(node, &kvk, "bv").await;
            }
        }
    }
    network.stop(0).await;
    network.stop(1).await;
    network
}

/// A node in a process of its own.
pub(super) struct Killable {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
}

impl Killable {
    pub(super) fn start(network: &Network, number: usize) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", CHILD, "--nocapture"])
            .env(HOME, &network.member(number).home)
            .env(NOW, network.clock.now().to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if number == 0 {
            command.env(ASKS, "1");
        }
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, lines) = sync_channel(100_000);
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                // The test may have gone on without waiting for the last lines.
                let _ = tell.send(line);
            }
        });
        Self {
            child,
            lines,
            said: Vec::new(),
        }
    }

    /// Waits until it reports this; or gives up, and goes on with a node that did less.
    pub(super) fn until(&mut self, what: &str) {
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            let found = line.starts_with(what);
            self.said.push(line);
            if found {
                return;
            }
        }
    }

    /// Kills it, where it stands.
    pub(super) fn kill(&mut self) {
        let ended = self.child.try_wait().unwrap();
        assert!(ended.is_none(), "the node ended by itself");
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Everything it reported until it ended.
    fn said(&mut self) -> Vec<String> {
        self.said.extend(self.lines.iter());
        std::mem::take(&mut self.said)
    }
}

impl Drop for Killable {
    fn drop(&mut self) {
        // A test that gave up leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the asking node reported as done.
#[derive(Debug, Default)]
struct Acknowledged {
    known: usize,
    asked: BTreeSet<String>,
}

impl Acknowledged {
    fn note(&mut self, line: &str) {
        if let Some(known) = line.strip_prefix("known ") {
            self.known = self.known.max(known.parse().unwrap());
        } else if let Some(id) = line.strip_prefix("asked ") {
            self.asked.insert(id.to_owned());
        }
    }
}

/// How much was compared, so that a check of nothing is noticed.
#[derive(Debug, Default)]
struct Seen {
    batches: usize,
    answers: usize,
}

fn check(network: &Network, acknowledged: &Acknowledged) -> Seen {
    let (asker, source) = (Kept::read(network, 0), Kept::read(network, 1));
    // Nothing acknowledged is gone, and a file is in as a whole or not at all.
    assert!(
        asker.register >= acknowledged.known,
        "{} < {}",
        asker.register,
        acknowledged.known
    );
    assert_eq!(asker.imported % ROWS, 0);
    let asked: BTreeSet<String> = asker.asked().map(|(id, _)| id.to_string()).collect();
    assert!(acknowledged.asked.is_subset(&asked));
    // What the source got was on record at the asker, and what the asker got was on record at the source.
    assert!(
        source
            .requests_evaluated()
            .is_subset(&asker.requests_asked())
    );
    assert!(
        asker
            .responses_received()
            .is_subset(&source.responses_sent())
    );
    let questions: BTreeSet<Hash> = asker.asked().map(|(_, question)| question).collect();
    assert!(source.questions_received().is_subset(&questions));
    let decided = source.questions_decided();
    let answered = asker.questions_answered();
    assert!(answered.is_subset(&decided));
    Seen {
        batches: asker.responses_received().len(),
        answers: answered.len(),
    }
}

/// What a node that does not run has kept.
struct Kept {
    register: usize,
    imported: usize,
    events: Vec<Event>,
}

impl Kept {
    fn read(network: &Network, number: usize) -> Self {
        let config = network.member(number).config();
        let key = NodeKey::load(&config.node_key_file()).unwrap();
        let keys = StoreKeys::load_or_create(
            &config.store_key_folder(),
            &config.log_origin(),
            Arc::new(key),
        );
        let store = Store::inspect(&config.store_config(), keys.unwrap(), network.clock.clone());
        let store = store.unwrap();
        let log = Log::new(store.clone());
        log.verify(|_, _| {}).unwrap();
        let size = usize::try_from(log.size().unwrap()).unwrap();
        let entries = log.page(0, size).unwrap().into_iter();
        let events = entries.map(|entry| match entry.contents {
            EntryContents::Noted { noted, .. } => noted.event,
            other => panic!("{other:?}"),
        });
        let register = store.page::<Aanbieder>(None, 10_000).unwrap();
        let imported = register
            .iter()
            .filter(|(_, aanbieder)| aanbieder.value.naam.starts_with("Ingevoerd"));
        Self {
            imported: imported.count(),
            register: register.len(),
            events: events.collect(),
        }
    }

    fn all<T: Ord>(&self, pick: impl Fn(&Event) -> Option<T>) -> BTreeSet<T> {
        self.events.iter().filter_map(pick).collect()
    }

    fn asked(&self) -> impl Iterator<Item = (Id, Hash)> {
        self.events.iter().filter_map(|event| match event {
            Event::InzageAsked {
                inzage, question, ..
            } => Some((*inzage, *question)),
            _ => None,
        })
    }

    fn requests_asked(&self) -> BTreeSet<Hash> {
        self.all(|event| match event {
            Event::BatchAsked { request, .. } => Some(*request),
            _ => None,
        })
    }

    fn requests_evaluated(&self) -> BTreeSet<Hash> {
        self.all(|event| match event {
            Event::BatchEvaluated { request, .. } => Some(*request),
            _ => None,
        })
    }

    fn responses_sent(&self) -> BTreeSet<Hash> {
        self.all(|event| match event {
            Event::BatchEvaluated { response, .. } => Some(*response),
            _ => None,
        })
    }

    fn responses_received(&self) -> BTreeSet<Hash> {
        self.all(|event| match event {
            Event::BatchAnswered { response, .. } => Some(*response),
            _ => None,
        })
    }

    fn questions_received(&self) -> BTreeSet<Hash> {
        self.all(|event| match event {
            Event::InzageReceived { question, .. } => Some(*question),
            _ => None,
        })
    }

    /// The questions that this node decided on, by the hash under which they came in.
    fn questions_decided(&self) -> BTreeSet<Hash> {
        let decided: BTreeSet<Id> = self.all(|event| match event {
            Event::InzageDecided { inzage, .. } => Some(*inzage),
            _ => None,
        });
        self.all(|event| match event {
            Event::InzageReceived {
                inzage, question, ..
            } if decided.contains(inzage) => Some(*question),
            _ => None,
        })
    }

    /// The questions of this node that were answered, by the hash under which they went out.
    fn questions_answered(&self) -> BTreeSet<Hash> {
        let answered: BTreeSet<Id> = self.all(|event| match event {
            Event::InzageAnswered {
                inzage,
                granted: true,
                ..
            } => Some(*inzage),
            _ => None,
        });
        let asked = self.asked();
        asked
            .filter(|(id, _)| answered.contains(id))
            .map(|(_, question)| question)
            .collect()
    }
}
