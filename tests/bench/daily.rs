// SPDX-License-Identifier: EUPL-1.2
//! What matching takes of a member in a day, for each other member it matches with: bytes and processor time, against the
//! arithmetic and the wire format alone.
//!
//! Two real nodes publish, sweep and ask by themselves for a week, by a clock that is wound. The first day has the sweep
//! of the epoch; every day has an index and the batch of the day. The bytes are those of the envelopes, in both
//! directions, before TLS. The processor time is that of this process, for both nodes, so half of it is one; what it
//! takes them to be there for a day without matching is told apart.

use std::time::Duration;

use basisnet_node::service::treffer::Standing;
use basisnet_tests::agreement::TERMS;
use basisnet_tests::network::Network;

use crate::machine::processor_time;
use crate::report::Report;

/// Days of an epoch.
const EPOCH: f64 = 28.0;
/// Days after the first that are measured.
const DAYS: u32 = 6;
const HOUR: Duration = Duration::from_secs(3_600);
const HOURS_A_DAY: u32 = 24;
/// Aanbieders that both know.
const SHARED: u32 = 40;

/// The least that it can take with one other member: computed in the design of matching from what the arithmetic takes
/// on one core of such a machine, without padding, and from the bytes of the padded wire format.
struct Least {
    aanbieders: u32,
    /// A sweep, answering one and making an index, once an epoch.
    epoch: Duration,
    /// A next index from values that were kept, and looking the own ones up in that of the other.
    publication: Duration,
    sweep_kb: f64,
    index_kb: f64,
}

const LEAST: [Least; 2] = [
    Least {
        aanbieders: 300,
        epoch: Duration::from_micros(33_000_000 / 341),
        publication: Duration::from_micros(700_000 / 341),
        sweep_kb: 24.6,
        index_kb: 15.4,
    },
    Least {
        aanbieders: 1_000,
        epoch: Duration::from_micros(110_000_000 / 341),
        publication: Duration::from_micros(2_400_000 / 341),
        sweep_kb: 65.6,
        index_kb: 41.0,
    },
];

pub(crate) fn measure(report: &mut Report) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    for least in &LEAST {
        let week = runtime.block_on(week(least.aanbieders));
        least.print(report, &week);
    }
}

/// What one day took of one member, for the other.
struct Day {
    kilobytes: f64,
    processor: Duration,
}

/// A day before the two may match, the first on which they do, and the mean of the days after it.
struct Week {
    without: Day,
    first: Day,
    later: Day,
}

impl Least {
    fn print(&self, report: &Report, week: &Week) {
        let (of, first, later) = (self.aanbieders, &week.first, &week.later);
        // Over an epoch: one day with the sweep, and the others.
        let over = |first: f64, later: f64| (first + (EPOCH - 1.0) * later) / EPOCH;
        let bytes = over(first.kilobytes, later.kilobytes);
        let least = self.index_kb + self.sweep_kb / EPOCH;
        report.figure(
            &format!("{of} aanbieders: bytes a member, other and day"),
            &format!("{bytes:.1} kB"),
        );
        report.figure(
            &format!("the same, to the least there can be ({least:.1} kB)"),
            &format!("{:.2}x", bytes / least),
        );
        let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
        let processor = over(millis(first.processor), millis(later.processor));
        let least = millis(self.publication) + millis(self.epoch) / EPOCH;
        report.figure(
            &format!("{of} aanbieders: processor time a member, other and day"),
            &format!("{processor:.0} ms"),
        );
        report.figure(
            &format!("the same, to the arithmetic alone ({least:.1} ms)"),
            &format!("{:.1}x", processor / least),
        );
        report.figure(
            &format!("{of} aanbieders: the day of the sweep"),
            &format!(
                "{:.0} kB, {:.0} ms",
                first.kilobytes,
                millis(first.processor)
            ),
        );
        report.figure(
            &format!("{of} aanbieders: a day without matching"),
            &format!(
                "{:.0} kB, {:.0} ms",
                week.without.kilobytes,
                millis(week.without.processor)
            ),
        );
    }
}

/// Two members with so many aanbieders each.
async fn week(aanbieders: u32) -> Week {
    let network = Network::of(2).await;
    network.register(0, 0..aanbieders).await;
    let from = aanbieders - SHARED;
    network.register(1, from..from + aanbieders).await;
    network.introduce().await;
    network.agree(&[0, 1], TERMS).await;
    network.settle().await;
    let without = days(&network, 1).await;
    network.put_into_force("P08").await;
    let first = days(&network, 1).await;
    let known = network.aanbieder(0, aanbieders - 1).id;
    let treffers = network.node(0).services().treffers.of(known);
    let shown = treffers.expect("treffers").members.into_iter().next();
    let standing = shown.expect("the other").standing;
    assert!(
        matches!(standing, Standing::Known(_)),
        "what both know was found: {standing:?}"
    );
    Week {
        without,
        first,
        later: days(&network, DAYS).await,
    }
}

/// The mean of so many days.
async fn days(network: &Network, count: u32) -> Day {
    let (bytes, processor) = (network.carried_bytes(), processor_time());
    for _ in 0..count * HOURS_A_DAY {
        network.advance(HOUR).await;
    }
    let carried = u32::try_from(network.carried_bytes() - bytes).unwrap_or(u32::MAX);
    Day {
        kilobytes: f64::from(carried) / 2_000.0 / f64::from(count),
        processor: (processor_time() - processor) / 2 / count,
    }
}
