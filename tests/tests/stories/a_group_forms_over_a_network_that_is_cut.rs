// SPDX-License-Identifier: EUPL-1.2
//! Three nodes, each a process on a machine of its own as far as the kernel can tell, form a group; in the middle of that
//! one of them is cut off, without anybody being told. Nobody is half in: what was signed on either side of the cut counts
//! nowhere until it is heard everywhere, and then all stand the same.
//!
//! Where there is no root or no `ip netns` this says that it is skipped.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use basisnet_node::Node;
use basisnet_node::clock::Clock;
use basisnet_node::config::Config;
use basisnet_node::service::convenant::ActKind;
use basisnet_protocol::convenant::{ConvenantHash, State};
use basisnet_tests::agreement::{TERMS, decided, everybody};
use basisnet_tests::namespaces::{Machines, Unable};
use basisnet_tests::network::Network;

const CHILD: &str = "a_group_forms_over_a_network_that_is_cut::the_node_on_a_machine";
const HOME: &str = "MACHINE_NODE_HOME";
const NOW: &str = "MACHINE_NODE_NOW";
const ALL: [usize; 3] = [0, 1, 2];
/// How long a node on a busy computer may take to get somewhere.
const PATIENCE: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_millis(100);

#[tokio::test]
async fn of_a_group_that_is_cut_in_the_middle_nobody_is_half_in_and_all_are_in_once_it_is_whole() {
    let machines = match Machines::of(ALL.len()) {
        Ok(machines) => machines,
        Err(Unable(why)) => {
            println!("skipped: this takes root and `ip netns` ({why})");
            return;
        }
    };
    println!("nftables cuts: {}", machines.with_nftables());
    let network = three_that_know_each_other().await;
    let draft = network.draft(&ALL, TERMS);
    let mut nodes = ALL.map(|number| OnMachine::start(&machines, &network, number));
    for node in &mut nodes {
        node.until("ready");
    }
    std::fs::write(network.member(0).home.join("regio.toml"), draft).unwrap();
    nodes[0].tell("draft");
    let hash: ConvenantHash = nodes[0].until("drafted ").parse().unwrap();
    let accept = format!("accept {hash}");
    for node in &mut nodes {
        node.stands(hash, "draft 3");
    }
    nodes[1].tell(&accept);
    nodes[1].until("accepted");
    nodes[0].stands(hash, "draft 2");

    // The one that is cut off signs, and so does one of the others: each hears no more than its own side.
    machines.cut(0);
    for number in [0, 2] {
        nodes[number].tell(&accept);
        nodes[number].until("accepted");
    }
    nodes[0].stands(hash, "draft 1");
    nodes[1].stands(hash, "draft 1");
    nodes[2].stands(hash, "draft 1");

    machines.mend(0);
    for node in &mut nodes {
        node.stands(hash, "active");
    }
}

/// Not a test by itself: the process that the test above starts on each machine. It does what it is told, line by line.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_on_a_machine() {
    let (Ok(home), Ok(now)) = (std::env::var(HOME), std::env::var(NOW)) else {
        return;
    };
    let (home, clock) = (Path::new(&home), Clock::wound(now.parse().unwrap()));
    let config = Config::load(&home.join("basisnet.toml")).unwrap();
    let node = Node::start(config, clock.clone()).await.unwrap();
    say("ready");
    let (tell, mut told) = tokio::sync::mpsc::channel(16);
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            tell.blocking_send(line).unwrap();
        }
    });
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            line = told.recv() => match line {
                Some(line) => obey(&node, home, &line).await,
                // Who started it has gone.
                None => return,
            },
            _ = tick.tick() => clock.advance(TICK),
        }
    }
}

async fn obey(node: &Node, home: &Path, line: &str) {
    let (convenanten, we) = (&node.services().convenanten, everybody());
    let hash = |text: &str| text.parse::<ConvenantHash>().unwrap();
    match line.split_once(' ') {
        None if line == "draft" => {
            let text = std::fs::read_to_string(home.join("regio.toml")).unwrap();
            let drafted = convenanten.draft(&we, &text).await.unwrap().hash;
            convenanten.send(&we, drafted).await.unwrap();
            say(&format!("drafted {drafted}"));
        }
        Some(("accept", name)) => {
            let accept = decided(ActKind::Accept);
            convenanten.act(&we, hash(name), &accept).await.unwrap();
            say("accepted");
        }
        Some(("state", name)) => {
            let state = convenanten.one(hash(name)).ok().map(|one| one.state);
            say(&match state {
                Some(State::Draft(awaited)) => format!("state draft {}", awaited.len()),
                Some(State::Active) => "state active".to_owned(),
                other => format!("state {other:?}"),
            });
        }
        _ => panic!("{line}"),
    }
}

fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{what}").unwrap();
    out.flush().unwrap();
}

/// Three that hold each other's cards, with addresses on machines of their own; their nodes are stopped.
async fn three_that_know_each_other() -> Network {
    let mut network = Network::of(ALL.len()).await;
    let change = |network: &Network, number: usize, old: &str, new: &str| {
        let path = network.member(number).home.join("basisnet.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replacen(old, new, 1)).unwrap();
    };
    let anywhere = "luister = \"127.0.0.1:0\"";
    for number in ALL {
        network.stop(number).await;
        let address = Machines::address(number);
        let named = format!("{anywhere}\nadressen = [\"{address}\"]");
        change(&network, number, anywhere, &named);
        network.start(number).await;
    }
    network.introduce().await;
    for number in ALL {
        network.stop(number).await;
        let there = format!("luister = \"{}\"", Machines::listens(number));
        change(&network, number, anywhere, &there);
    }
    network
}

/// A node in a process of its own on a machine.
struct OnMachine {
    child: Child,
    into: ChildStdin,
    lines: Receiver<String>,
}

impl OnMachine {
    fn start(machines: &Machines, network: &Network, number: usize) -> Self {
        let mut command = machines.command(number, &std::env::current_exe().unwrap());
        command
            .args(["--exact", CHILD, "--nocapture"])
            .env(HOME, &network.member(number).home)
            .env(NOW, network.clock.now().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let into = child.stdin.take().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, lines) = sync_channel(10_000);
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                // The test may have gone on without waiting for the last lines.
                let _ = tell.send(line);
            }
        });
        Self { child, into, lines }
    }

    fn tell(&mut self, what: &str) {
        writeln!(self.into, "{what}").unwrap();
        self.into.flush().unwrap();
    }

    /// What it reports behind these words.
    fn until(&mut self, what: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("no `{what}`"));
            if let Some(rest) = line.strip_prefix(what) {
                return rest.to_owned();
            }
        }
    }

    /// Waits until it says that a version stands so.
    fn stands(&mut self, hash: ConvenantHash, state: &str) {
        let began = Instant::now();
        loop {
            self.tell(&format!("state {hash}"));
            let said = self.until("state ");
            if said == state {
                return;
            }
            assert_ne!(said, "active", "nobody is in before all are");
            assert!(began.elapsed() < PATIENCE, "`{said}` and not `{state}`");
            std::thread::park_timeout(TICK);
        }
    }
}

impl Drop for OnMachine {
    fn drop(&mut self) {
        // A test that gave up leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
