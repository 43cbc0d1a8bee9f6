// SPDX-License-Identifier: EUPL-1.2
//! Many real nodes in one process: real sockets, real stores, real certificates, and a clock that is wound by hand.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use basisnet_node::Node;
use basisnet_node::clock::Clock;
use basisnet_node::config::Config;
use basisnet_node::inbox::Refusals;
use basisnet_node::keys::{NodeKey, create_secret, keep, key_to_ask_for};
use basisnet_node::service::account::Actor;
use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::Role;
use basisnet_protocol::time::Timestamp;
use libp2p::PeerId;

use crate::cuts::Cuts;
use crate::door::NETWORK;
use crate::pki::{Authority, Issued, moment};
use crate::recording::Recording;

const DAY: Duration = Duration::from_secs(86_400);
/// Attestations are renewed between 3.9 and 4.7 days: steps of two days never skip one.
const STEP: Duration = Duration::from_secs(2 * 86_400);

/// When every story begins: a Monday morning.
#[must_use]
pub fn start_of_story() -> Timestamp {
    "2027-03-01T08:00:00Z".parse().expect("a moment")
}

/// The gemeenten of most stories, with the OINs they have in tests.
pub const GEMEENTEN: [(&str, &str); 12] = [
    ("Veenendaal", "00000099000000345000"),
    ("Amersfoort", "00000099000000307000"),
    ("Apeldoorn", "00000099000000200000"),
    ("Arnhem", "00000099000000202000"),
    ("Weert", "00000099000000988000"),
    ("Wageningen", "00000099000000289000"),
    ("Barneveld", "00000099000000203000"),
    ("Nijkerk", "00000099000000267000"),
    ("Woudenberg", "00000099000000351000"),
    ("Rhenen", "00000099000000340000"),
    ("Renswoude", "00000099000000339000"),
    ("Scherpenzeel", "00000099000000279000"),
];

/// Nodes that live by one clock under one authority.
#[derive(Debug)]
pub struct Network {
    /// The clock of all of them.
    pub clock: Clock,
    /// Who certifies them.
    pub authority: Authority,
    /// Whom they trust besides, with fresh lists of its own.
    pub second: Option<Authority>,
    /// Whether the first counts for what was signed before, and for nothing else.
    pub first_is_former: bool,
    pub(crate) members: Vec<Member>,
    pub(crate) cuts: Cuts,
    folder: tempfile::TempDir,
}

/// One organisation and its node.
#[derive(Debug)]
pub struct Member {
    /// What it is called.
    pub name: &'static str,
    /// Its number.
    pub oin: Oin,
    /// Its certificate.
    pub issued: Issued,
    /// Its folder.
    pub home: PathBuf,
    pub(crate) node: Option<Node>,
}

impl Member {
    /// The node, which must be running.
    #[must_use]
    pub fn node(&self) -> &Node {
        self.node.as_ref().expect("a node that runs")
    }

    /// Whether the node runs.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        self.node.is_some()
    }

    /// The configuration as it lies in its folder.
    #[must_use]
    pub fn config(&self) -> Config {
        Config::load(&self.home.join("basisnet.toml")).expect("a configuration")
    }
}

impl Network {
    /// Starts the first `count` gemeenten.
    pub async fn of(count: usize) -> Self {
        let mut network = Self::empty();
        for (name, oin) in &GEMEENTEN[..count] {
            network.add(name, oin).await;
        }
        network
    }

    /// No nodes yet.
    #[must_use]
    pub fn empty() -> Self {
        let start = start_of_story();
        let network = Self {
            clock: Clock::wound(start),
            authority: Authority::new(start),
            second: None,
            first_is_former: false,
            members: Vec::new(),
            cuts: Cuts::default(),
            folder: tempfile::tempdir().expect("a folder"),
        };
        network.refresh_lists(start);
        network
    }

    /// Sets up a node, as `basisnet init` and a system administrator would, and starts it. Gives its number.
    pub async fn add(&mut self, name: &'static str, oin: &str) -> usize {
        let issued = self.authority.issue(oin, name);
        self.add_with(name, oin, issued, 0).await
    }

    /// The same, with a certificate that ends so many days after the beginning of the story.
    pub async fn add_until(&mut self, name: &'static str, oin: &str, days: u32) -> usize {
        let issued = self.certify(oin, name, &new_key(), 0, days);
        self.add_with(name, oin, issued, 0).await
    }

    /// A node that keeps its place when it is started again, with a certificate from and until these days.
    pub async fn add_for_good(
        &mut self,
        name: &'static str,
        oin: &str,
        (from, until): (u32, u32),
    ) -> usize {
        let issued = self.certify(oin, name, &new_key(), from, until);
        self.add_with(name, oin, issued, a_port()).await
    }

    /// A certificate for this key (PEM), from and until these days of the story; of the second authority when there is one.
    #[must_use]
    pub fn certify(&self, oin: &str, name: &str, key: &str, from: u32, until: u32) -> Issued {
        let key = rcgen::KeyPair::from_pem(key).expect("a key");
        let authority = self.second.as_ref().unwrap_or(&self.authority);
        authority.issue_with(oin, name, key, |params| {
            params.not_before = moment(start_of_story() + from * DAY);
            params.not_after = moment(start_of_story() + until * DAY);
        })
    }

    /// Asks for a next certificate from and until these days, and brings it in, as its people would.
    pub fn renew(&self, number: usize, from: u32, until: u32) {
        let (member, files) = (
            &self.members[number],
            self.members[number].config().org_files(),
        );
        let (_, key) = key_to_ask_for(&files).expect("a key to ask for");
        let text = std::str::from_utf8(key.expose()).expect("PEM");
        let issued = self.certify(member.oin.as_str(), member.name, text, from, until);
        keep(&files, key.expose(), &issued.chain).expect("disk");
    }

    async fn add_with(
        &mut self,
        name: &'static str,
        oin: &str,
        issued: Issued,
        port: u16,
    ) -> usize {
        let home = self.folder.path().join(oin);
        set_up(&home, self.folder.path(), (name, oin, port), &issued);
        self.members.push(Member {
            name,
            oin: oin.parse().expect("an OIN"),
            issued,
            home,
            node: None,
        });
        let number = self.members.len() - 1;
        self.start(number).await;
        number
    }

    /// Starts a node that was stopped.
    pub async fn start(&mut self, number: usize) {
        self.start_recorded(number, &Recording::off()).await;
    }

    /// The same, and every message that it sends to a peer, and every answer, is recorded as it is before TLS.
    pub async fn start_recorded(&mut self, number: usize, recording: &Recording) {
        self.start_as(number, recording, Refusals::OnATick).await;
    }

    /// The same, and its refusals leave as soon as they are ready, and not on a tick.
    pub async fn start_without_tick(&mut self, number: usize) {
        let refusals = Refusals::TestingOnlyWhenReady;
        self.start_as(number, &Recording::off(), refusals).await;
    }

    /// Starts a node that was stopped by a clock of its own. Says whether it starts: a node may find that its clock cannot be
    /// right.
    pub async fn starts_by(&mut self, number: usize, clock: Clock) -> bool {
        let config = self.members[number].config();
        let me = self.peer_id(number);
        self.cuts.silence(me, false);
        let around = |carrier| self.cuts.around(me, carrier);
        let node = Node::testing_only_start_through(config, clock, around, Refusals::OnATick).await;
        self.members[number].node = node.ok();
        self.is_up(number)
    }

    async fn start_as(&mut self, number: usize, recording: &Recording, refusals: Refusals) {
        let (config, clock) = (self.members[number].config(), self.clock.clone());
        let me = self.peer_id(number);
        self.cuts.silence(me, false);
        let around = |carrier| recording.around(self.cuts.around(me, carrier));
        let node = Node::testing_only_start_through(config, clock, around, refusals).await;
        self.members[number].node = Some(node.expect("a node that starts"));
    }

    /// Whether a node is running.
    #[must_use]
    pub fn is_up(&self, number: usize) -> bool {
        self.members[number].node.is_some()
    }

    /// Stops a node in an orderly way.
    pub async fn stop(&mut self, number: usize) {
        let node = self.members[number].node.take();
        node.expect("a node that runs").stop().await;
    }

    /// From now on nothing gets through between these two.
    pub fn cut(&self, one: usize, other: usize) {
        self.cut_from(one, other);
        self.cut_from(other, one);
    }

    /// From now on nothing that this one sends gets through to the other.
    pub fn cut_from(&self, from: usize, to: usize) {
        self.cuts.cut(self.peer_id(from), self.peer_id(to));
    }

    /// So many messages to and from this member still get through, and the answer to the last of them does not.
    pub fn cut_after(&self, number: usize, messages: usize) {
        self.cuts.cut_after(self.peer_id(number), messages);
    }

    /// Everything gets through again.
    pub fn mend(&self) {
        self.cuts.mend();
    }

    /// How many questions the nodes put to each other until now.
    #[must_use]
    pub fn carried(&self) -> usize {
        self.cuts.carried()
    }

    /// How many bytes those and the answers to them were, in their envelopes.
    #[must_use]
    pub fn carried_bytes(&self) -> usize {
        self.cuts.carried_bytes()
    }

    pub(crate) fn peer_id(&self, number: usize) -> PeerId {
        let key = NodeKey::load(&self.members[number].config().node_key_file()).expect("a key");
        key.peer_id().expect("a key")
    }

    /// One of the members.
    #[must_use]
    pub fn member(&self, number: usize) -> &Member {
        &self.members[number]
    }

    /// All of them.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// One of the nodes, which must be running.
    #[must_use]
    pub fn node(&self, number: usize) -> &Node {
        self.members[number].node()
    }

    /// Lets time pass; what is due in it is done, revocation lists stay fresh, attestations are renewed.
    pub async fn advance(&self, by: Duration) {
        let mut left = by;
        while !left.is_zero() {
            let step = left.min(STEP);
            left -= step;
            self.refresh_lists(self.clock.now() + step);
            self.clock.advance(step);
            self.settle().await;
        }
    }

    /// Returns when every node has done what is due by now, and none has given another something to do.
    pub async fn settle(&self) {
        let nodes = || {
            self.members
                .iter()
                .filter_map(|member| member.node.as_ref())
        };
        while !nodes().all(Node::is_settled) {
            for node in nodes() {
                node.settle().await;
            }
        }
    }

    /// The authority publishes lists with these revoked, and every node reads them.
    pub fn revoke(&self, revoked: &[usize]) {
        let issued = revoked.iter().map(|number| &self.members[*number].issued);
        let issued: Vec<_> = issued.collect();
        self.publish_lists(self.clock.now(), &issued);
    }

    /// The lists that the authority would publish with these revoked, for a node that does not read those of the others.
    #[must_use]
    pub fn lists(&self, revoked: &[usize]) -> String {
        let issued = revoked.iter().map(|number| &self.members[*number].issued);
        let issued: Vec<_> = issued.collect();
        self.authority.lists_pem(self.clock.now(), &issued)
    }

    /// Every node reads what is trusted from now on.
    pub fn publish_trust(&self) {
        self.refresh_lists(self.clock.now());
    }

    fn refresh_lists(&self, now: Timestamp) {
        self.publish_lists(now, &[]);
    }

    fn publish_lists(&self, now: Timestamp, revoked: &[&Issued]) {
        let first = self.authority.anchor_pem();
        let second = self.second.as_ref().map(Authority::anchor_pem);
        let anchors = match (second, self.first_is_former) {
            (None, _) => first.clone(),
            (Some(second), false) => first.clone() + &second,
            (Some(second), true) => second,
        };
        let mut lists = self.authority.lists_pem(now, revoked);
        if let Some(second) = &self.second {
            lists += &second.lists_pem(now, &[]);
        }
        let shared = self.folder.path();
        std::fs::write(shared.join("anker.pem"), anchors).expect("disk");
        std::fs::write(shared.join("vroeger.pem"), first).expect("disk");
        std::fs::write(shared.join("intrekkingen.crl"), lists).expect("disk");
        for member in &self.members {
            if let Some(node) = &member.node {
                node.reload_trust().expect("lists of our own making");
            }
        }
    }
}

fn new_key() -> String {
    let key = rcgen::KeyPair::generate().expect("randomness");
    key.serialize_pem()
}

/// Somebody at a gemeente with these roles.
#[must_use]
pub fn actor(roles: &[Role]) -> Actor {
    Actor::testing_only("proefpersoon", roles.iter().copied())
}

/// Days.
#[must_use]
pub const fn days(count: u32) -> Duration {
    Duration::from_secs(count as u64 * DAY.as_secs())
}

/// A port that is free, below those that the system gives away: nobody takes it while the node is off.
fn a_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Programs that start one after the other look in different places.
    let first = 10_000 + u16::try_from(std::process::id() * 61 % 20_000).expect("below 20,000");
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed);
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// What a node has besides that keeps its place: a register that stays small, so that a year of it goes by in minutes.
const SMALL: &str = "[bevragen]\nverwacht_aanbieders = 20\n";

fn set_up(home: &Path, shared: &Path, (name, oin, port): (&str, &str, u16), issued: &Issued) {
    for folder in ["data", "sleutels", "certificaat"] {
        std::fs::create_dir_all(home.join(folder)).expect("disk");
    }
    let text = format!(
        r#"[organisatie]
oin = "{oin}"
naam = "Gemeente {name}"

[overlay]
luister = "127.0.0.1:{port}"
netwerk = "{NETWORK}"

[api]
luister = "127.0.0.1:0"

{small}[opslag]
reserve_mib = 1

[grenzen]
inzage_per_dag = 1000

[vertrouwen]
ankers = ["{shared}/anker.pem"]
vroegere_ankers = ["{shared}/vroeger.pem"]
crls = ["{shared}/intrekkingen.crl"]

[contacten.P01]
team = "Toezicht {name}"
mailbox = "toezicht@{mailbox}.example"
telefoon = "14 0318"

[contacten.P08]
team = "Toezicht {name}"
mailbox = "toezicht@{mailbox}.example"
telefoon = "14 0318"
"#,
        shared = shared.display(),
        small = if port == 0 { "" } else { SMALL },
        mailbox = name.to_lowercase(),
    );
    std::fs::write(home.join("basisnet.toml"), text).expect("disk");
    let config = Config::load(&home.join("basisnet.toml")).expect("a configuration");
    NodeKey::create(&config.node_key_file()).expect("a new key");
    create_secret(&config.certificaat.sleutel, issued.key.as_bytes()).expect("disk");
    std::fs::write(&config.certificaat.keten, &issued.chain).expect("disk");
}
