// SPDX-License-Identifier: EUPL-1.2
//! Forming a group over the network, of real nodes in one process: from the draft of one to a convenant that all hold.
//!
//! At first the members know none but who drafts, and they accept one after the other, as colleges do that decide in
//! different weeks: so each acceptance is told to all others on its own. What that takes of a member may grow with the
//! number of others, and no faster.

use std::time::{Duration, Instant};

use basisnet_protocol::convenant::State;
use basisnet_tests::agreement::TERMS;
use basisnet_tests::network::Network;

use crate::report::Report;

const SMALL: u32 = 8;
const LARGE: u32 = 40;
/// What it takes of a member, for each other member: with 40 at most so many times as with 8.
const AT_MOST: f64 = 1.2;

pub(crate) fn measure(report: &mut Report) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let [small, large] = [SMALL, LARGE].map(|size| {
        let formed = runtime.block_on(form(size));
        formed.print(report, size);
        formed
    });
    let growth = |of: fn(&Formed) -> f64| {
        (of(&large) / f64::from(LARGE - 1)) / (of(&small) / f64::from(SMALL - 1))
    };
    let what = format!("messages of a member to each other, {LARGE} to {SMALL}");
    report.at_most(&what, growth(|formed| formed.messages), AT_MOST, "x");
    let bytes = growth(|formed| formed.kilobytes);
    report.figure("bytes in the same way", &format!("{bytes:.2}x"));
}

/// What it took, and of each member.
struct Formed {
    took: Duration,
    messages: f64,
    kilobytes: f64,
}

impl Formed {
    fn print(&self, report: &Report, size: u32) {
        report.time(
            &format!("a group of {size}, from draft to in force"),
            self.took,
        );
        report.figure(
            &format!("a group of {size}: questions that a member puts"),
            &format!("{:.0}", self.messages),
        );
        report.figure(
            &format!("a group of {size}: bytes, questions and answers, a member"),
            &format!("{:.0} kB", self.kilobytes),
        );
    }
}

async fn form(size: u32) -> Formed {
    let mut network = Network::empty();
    for number in 0..size {
        // As long as the program: a network names its members so.
        let name: &'static str = format!("Proef{number}").leak();
        let oin = format!("00000099000000{:03}000", 100 + number);
        network.add(name, &oin).await;
    }
    let members: Vec<usize> = (0..network.members().len()).collect();
    let (first, others) = members.split_first().expect("members");
    network.introduce_to(*first, others).await;
    network.settle().await;
    let (messages, bytes) = (network.carried(), network.carried_bytes());
    let since = Instant::now();
    let hash = network.sent_draft(&members, TERMS).await;
    network.settle().await;
    for number in &members {
        network.all_accept(&[*number], hash).await;
    }
    let took = since.elapsed();
    for number in &members {
        let state = network.state(*number, hash);
        assert_eq!(state, Some(State::Active), "all hold it in force");
    }
    let each = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / f64::from(size);
    Formed {
        took,
        messages: each(network.carried() - messages),
        kilobytes: each(network.carried_bytes() - bytes) / 1_000.0,
    }
}
