// SPDX-License-Identifier: EUPL-1.2
//! A decision in a node that is party to many convenanten: finding the agreement with one member, and deciding under it,
//! takes as long among 5,000 as among 15.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Duration;

use basisnet_node::service::matching::{NodeSurroundings, Surroundings};
use basisnet_policy::{AanbiederFacts, Action, Fact, Facts, Question};
use basisnet_protocol::convenant::{Act, ActKind, ConvenantContent, ConvenantFile, Motivation};
use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::{Period, Timestamp};
use basisnet_tests::agreement::everybody;
use basisnet_tests::network::Network;

use crate::report::{Report, median, timed};

const SIZES: [u32; 3] = [15, 500, 5_000];
const ROUNDS: usize = 5_000;
/// A year before and after the moment of the decisions.
const YEAR: Duration = Duration::from_secs(365 * 86_400);

pub(crate) fn measure(report: &mut Report) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(grow(report));
}

async fn grow(report: &mut Report) {
    let network = Network::of(1).await;
    network.put_into_force("P08").await;
    let mut there = 0;
    let mut medians = Vec::new();
    for size in SIZES {
        for number in there..size {
            agree(&network, number).await;
        }
        there = size;
        let each = decisions(&network, size);
        report.time(
            &format!("a decision among {size} convenanten, p50"),
            median(&each),
        );
        medians.push(median(&each));
    }
    let (least, most) = (medians.iter().min(), medians.iter().max());
    if let (Some(least), Some(most)) = (least, most) {
        let ratio = most.as_secs_f64() / least.as_secs_f64();
        report.at_most("the slowest against the quickest", ratio, 1.2, "x");
    }
}

/// A convenant with one other gemeente, signed by both.
async fn agree(network: &Network, number: u32) {
    let me = network.member(0);
    let now = network.clock.now();
    let valid = Period {
        from: now,
        until: now + YEAR,
    };
    let basis = "avg-6.1.e".parse().expect("a legal basis");
    let content = ConvenantContent {
        group_id: format!("groep-{number}"),
        ..ConvenantContent::testing_only_sample([me.oin, other(number)], basis, valid)
    };
    let hash = content.hash();
    let mut file = ConvenantFile::new(content);
    let issued = (network.authority).issue(other(number).as_str(), "Gemeente");
    for key in [me.issued.org_key(), issued.org_key()] {
        let act = Act::sign(ActKind::Accept, &hash, now, &Motivation::default(), &key);
        file.add(act.expect("a signature"));
    }
    let convenanten = &network.node(0).services().convenanten;
    let imported = convenanten.import(&everybody(), &file.encode()).await;
    imported.expect("a convenant that both signed");
}

/// From the number of a member to yes or no, each time with another member.
fn decisions(network: &Network, size: u32) -> Vec<Duration> {
    let services = network.node(0).services();
    let around = NodeSurroundings {
        me: network.member(0).oin,
        clock: network.clock.clone(),
        aanbieders: services.aanbieders.clone(),
        betrokkenheden: services.betrokkenheden.clone(),
        convenanten: services.convenanten.clone(),
        leden: services.leden.clone(),
        doelen: services.doelen.clone(),
        mandaten: services.mandaten.clone(),
        store: network.node(0).base().store.clone(),
    };
    let engine = &network.node(0).base().engine;
    let now = network.clock.now();
    let decide = |peer: Oin| {
        let (question, facts) = known(&around, peer, now);
        engine.decide(&question, &facts, now).into_result().is_ok()
    };
    assert!(decide(other(0)), "what is measured is granted");
    let peers = (0..size).cycle().map(|number| other(number * 7 % size));
    let measured = peers.take(ROUNDS);
    measured
        .map(|peer| timed(|| black_box(decide(peer))).0)
        .collect()
}

/// What the node knows about a question of this member.
fn known(around: &NodeSurroundings, peer: Oin, now: Timestamp) -> (Question, Facts) {
    let pairs = around.pairs_with(peer, now).expect("the agreements");
    let pair = pairs.into_iter().next().expect("an agreement");
    let purpose = PurposeId::matching();
    let question = Question {
        action: Action::Discover,
        asker: peer,
        source: around.me,
        purpose: purpose.clone(),
        purpose_version: 1,
        legal_basis: "avg-6.1.e".parse().expect("a legal basis"),
        role: None,
        categories: BTreeSet::new(),
        weighing: None,
        case_ref: None,
        on_behalf_of: None,
        record: None,
        fields: None,
        hand_over_to: None,
    };
    let facts = Facts {
        convenant: Some(pair.convenant),
        pair_open: pair.open,
        suspended: Fact::No,
        in_force: around.in_force(&purpose, 1).expect("the decisions"),
        aanbieder: AanbiederFacts::harmless(now + YEAR),
        ..Facts::default()
    };
    (question, facts)
}

fn other(number: u32) -> Oin {
    let oin = format!("00000099{:09}000", 500_000_000 + number);
    oin.parse().expect("a test OIN")
}
