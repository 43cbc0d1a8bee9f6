// SPDX-License-Identifier: EUPL-1.2
//! One question about one aanbieder, from the click to the answer, against what it cannot do without: its three durable
//! commits, and one exchange over the same transport.
//!
//! The commits are measured alone with what the question itself wrote: the same records, counts and log entries, on
//! the same stores. Each round takes one of each in turn, so that a machine with other work is slow for all of them.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use basisnet_node::audit::{Event, Id};
use basisnet_node::clock::Clock;
use basisnet_node::keys::NodeKey;
use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::inzage::{Asked, AskedState, Received, Vraag, Weighed};
use basisnet_node::store::{Change, Expect, Record, RetentionClass, Store};
use basisnet_protocol::message::{Proportionality, Subsidiarity, Weighing};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_protocol::time::Timestamp;
use basisnet_tests::agreement::TERMS;
use basisnet_tests::door::{Door, voucher};
use basisnet_tests::network::{Network, actor, start_of_story};
use basisnet_tests::pki::Authority;
use serde::{Deserialize, Serialize};

use crate::report::{Report, median, percentile};

const ROUNDS: u32 = 100;
/// What an inzage question is in its envelope, about.
const ENVELOPE: usize = 1_100;

pub(crate) fn measure(report: &mut Report) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(compare(report));
}

async fn compare(report: &mut Report) {
    let network = two_that_agree().await;
    let vraag = vraag(&network).await;
    let asked = ask(&network, &vraag).await;
    let commits = Commits::of(&network, asked);
    let echo = Echo::set_up().await;
    let (mut asking, mut alone, mut echoes) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let since = Instant::now();
        ask(&network, &vraag).await;
        asking.push(since.elapsed());
        alone.push(commits.alone(round).await);
        echoes.push(echo.once().await);
    }
    let floor = median(&alone) + median(&echoes);
    report.time("its three commits, alone: p50", median(&alone));
    report.time(
        "one echo over the same transport, alone: p50",
        median(&echoes),
    );
    report.time("inzage, from asking to answer: p50", median(&asking));
    report.time(
        "inzage, from asking to answer: p99",
        percentile(&asking, 99),
    );
    let ratio = median(&asking).as_secs_f64() / floor.as_secs_f64();
    report.at_most("inzage against its commits and an echo", ratio, 2.0, "x");
}

async fn two_that_agree() -> Network {
    let network = Network::of(2).await;
    network.introduce().await;
    let terms = TERMS.replace("inzage_per_dag = 25", "inzage_per_dag = 1000");
    network.agree(&[0, 1], &terms).await;
    for purpose in ["P08", "P03"] {
        network.put_into_force(purpose).await;
    }
    network
}

async fn vraag(network: &Network) -> Vraag {
    network.know(1, "68000016", "bv").await;
    let aanbieder = network.know(0, "68000016", "bv").await;
    let bevragingen = &network.node(0).services().bevragingen;
    bevragingen.run(Occasion::Person).await.expect("a sweep");
    Vraag {
        on_behalf: None,
        aanbieder,
        member: network.member(1).oin.to_string(),
        purpose: "P03".parse().expect("a purpose"),
        basis: None,
        role: None,
        categories: [Category::Contact].into(),
        weighing: Some(Weighed {
            codes: Weighing {
                proportionality: Proportionality::OngoingOnderzoek,
                subsidiarity: Subsidiarity::NotPublic,
            },
            words: "meting".to_owned(),
        }),
        case: Some("meting".to_owned()),
    }
}

async fn ask(network: &Network, vraag: &Vraag) -> Asked {
    let inzagen = &network.node(0).services().inzagen;
    let who = actor(&[Role::ToezichthouderKwaliteit]);
    let asked = inzagen.ask(&who, vraag).await.expect("a question");
    assert!(matches!(asked.state, AskedState::Released { .. }));
    asked
}

/// A count of the day, or the mark that a message came; as large as those are.
#[derive(Serialize, Deserialize)]
struct Mark {
    of: Octets<32>,
    at: Timestamp,
    counted: [u32; 3],
}

impl Record for Mark {
    const COLLECTION: &'static str = "meting";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// What one question writes at both sides.
struct Commits {
    asker: Store,
    source: Store,
    asked: Asked,
    received: Received,
    asked_events: Vec<Event>,
    received_events: Vec<Event>,
    answered_events: Vec<Event>,
}

impl Commits {
    fn of(network: &Network, asked: Asked) -> Self {
        let source = network.node(1).base().store.clone();
        let page = source.page::<Received>(None, 1).expect("the questions");
        let (_, received) = page.into_iter().next().expect("a question");
        let last = |number, wanted: fn(&Event) -> bool| {
            let found = network.log_of(number).into_iter().rfind(wanted);
            found.expect("an entry in the log")
        };
        Self {
            asker: network.node(0).base().store.clone(),
            source,
            asked,
            received: received.value,
            asked_events: vec![last(0, |event| matches!(event, Event::InzageAsked { .. }))],
            received_events: vec![
                last(1, |event| matches!(event, Event::InzageReceived { .. })),
                last(1, |event| matches!(event, Event::InzageDecided { .. })),
            ],
            answered_events: vec![last(0, |event| {
                matches!(event, Event::InzageAnswered { .. })
            })],
        }
    }

    /// The question with two counts, the decision with a count and a mark, and the answer.
    async fn alone(&self, round: u32) -> Duration {
        let mut id = Octets([0; 16]);
        id.0[..4].copy_from_slice(&round.to_be_bytes());
        let question = Asked {
            id,
            state: AskedState::Sent,
            ..self.asked.clone()
        };
        let answer = Asked {
            id,
            ..self.asked.clone()
        };
        let received = Received {
            id,
            ..self.received.clone()
        };
        let asking = put(&question, id, Expect::Absent, 2, &self.asked_events);
        let deciding = put(&received, id, Expect::Absent, 2, &self.received_events);
        let settling = put(&answer, id, Expect::Version(1), 0, &self.answered_events);
        let since = Instant::now();
        self.asker.commit(asking).await.expect("a commit");
        self.source.commit(deciding).await.expect("a commit");
        self.asker.commit(settling).await.expect("a commit");
        since.elapsed()
    }
}

/// A record with some marks and entries in the log.
fn put<R: Record>(record: &R, id: Id, expect: Expect, marks: u8, events: &[Event]) -> Change {
    let mut change = Change::new().put(id, record, expect).expect("a record");
    for number in 0..marks {
        let mark = Mark {
            of: Octets([number; 32]),
            at: start_of_story(),
            counted: [1, 0, 0],
        };
        let key = Octets([number; 32]);
        change = change.put(key, &mark, Expect::Any).expect("a mark");
    }
    for event in events {
        change = change.audit(event.clone());
    }
    change
}

/// Two ends of the transport, without a node around them.
struct Echo {
    one: Door,
    other: Door,
    message: Vec<u8>,
    // Who vouches for both; it is there as long as they are.
    _authority: Authority,
}

impl Echo {
    async fn set_up() -> Self {
        let start = start_of_story();
        let clock = Clock::wound(start);
        let authority = Authority::new(start);
        let open = async |oin: &str| {
            let issued = authority.issue(oin, "Meting");
            let oin = oin.parse().expect("an OIN");
            let key = NodeKey::generate().expect("a key");
            let trust = authority.trust(start, &[]);
            let vouch = voucher(oin, &issued);
            Door::open(Ipv4Addr::LOCALHOST, oin, &key, vouch, trust, &clock).await
        };
        let one = open("00000099000000345000").await;
        let other = open("00000099000000202000").await;
        one.known.replace([other.known_as()]);
        other.known.replace([one.known_as()]);
        let echo = Self {
            one,
            other,
            message: vec![7; ENVELOPE],
            _authority: authority,
        };
        echo.once().await;
        echo
    }

    async fn once(&self) -> Duration {
        let since = Instant::now();
        let echoed = self.one.ask(&self.other, &self.message).await;
        echoed.expect("an echo");
        since.elapsed()
    }
}
