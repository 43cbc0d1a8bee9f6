// SPDX-License-Identifier: EUPL-1.2
//! One question about one aanbieder, from the click to the answer, against what it cannot do without: three durable
//! commits, and one exchange over the same transport.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use basisnet_node::clock::Clock;
use basisnet_node::keys::NodeKey;
use basisnet_node::service::bevraging::Occasion;
use basisnet_node::service::inzage::{Asked, AskedState, Vraag, Weighed};
use basisnet_node::store::{Change, Expect, Store};
use basisnet_protocol::message::{Proportionality, Subsidiarity, Weighing};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::agreement::TERMS;
use basisnet_tests::door::{Door, voucher};
use basisnet_tests::network::{Network, actor, start_of_story};
use basisnet_tests::pki::Authority;

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
    let (asking, asked) = rounds(&network, &vraag).await;
    let commit = commits(&network.node(0).base().store, &asked).await;
    let echo = echoes().await;
    let floor = median(&commit) * 3 + median(&echo);
    report.time("one commit, alone: p50", median(&commit));
    report.time(
        "one echo over the same transport, alone: p50",
        median(&echo),
    );
    report.time("inzage, from asking to answer: p50", median(&asking));
    report.time(
        "inzage, from asking to answer: p99",
        percentile(&asking, 99),
    );
    let ratio = median(&asking).as_secs_f64() / floor.as_secs_f64();
    report.at_most("inzage against three commits and an echo", ratio, 2.0, "x");
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

async fn rounds(network: &Network, vraag: &Vraag) -> (Vec<Duration>, Asked) {
    let inzagen = &network.node(0).services().inzagen;
    let who = actor(&[Role::ToezichthouderKwaliteit]);
    let mut took = Vec::new();
    let mut last = None;
    for _ in 0..ROUNDS {
        let since = Instant::now();
        let asked = inzagen.ask(&who, vraag).await.expect("a question");
        took.push(since.elapsed());
        assert!(matches!(asked.state, AskedState::Released { .. }));
        last = Some(asked);
    }
    (took, last.expect("at least one round"))
}

/// The same kind of record, with an entry in the log, on the same store.
async fn commits(store: &Store, asked: &Asked) -> Vec<Duration> {
    let mut took = Vec::new();
    for round in 0..ROUNDS {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&round.to_be_bytes());
        let change = Change::new()
            .put(Octets(id), asked, Expect::Any)
            .expect("a record")
            .audit(basisnet_node::audit::Event::InzageExpired { inzage: asked.id });
        let since = Instant::now();
        store.commit(change).await.expect("a commit");
        took.push(since.elapsed());
    }
    took
}

async fn echoes() -> Vec<Duration> {
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
    let message = vec![7; ENVELOPE];
    one.ask(&other, &message).await.expect("a connection");
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        let since = Instant::now();
        one.ask(&other, &message).await.expect("an echo");
        took.push(since.elapsed());
    }
    took
}
