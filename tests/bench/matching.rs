// SPDX-License-Identifier: EUPL-1.2
//! A sweep between two nodes against the arithmetic in it, and building an index against evaluation alone.

use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use basisnet_node::service::bevraging::{Occasion, Outcome};
use basisnet_protocol::matching::{
    BlindFactor, Bucket, BuiltIndex, ContextHash, Element, Freshness, IndexBuilder, Involvement,
    Label, MAX_BATCH, PmOprf, PrfValue, PrivateInput, Ristretto, ServerKey, possession, quota,
};
use basisnet_protocol::octets::Octets;
use basisnet_tests::agreement::TERMS;
use basisnet_tests::network::Network;
use basisnet_tests::register::kvk;

use crate::report::{Report, median, timed};

/// Identifiers in the register of the node that asks.
const IDENTIFIERS: u32 = 1_000;
const RUNS: usize = 5;
const AT_MOST: f64 = 1.3;

/// Prints the ratio of a sweep of 1,000 identifiers to the same padded batches through the arithmetic alone.
pub(crate) fn sweep(report: &mut Report) {
    let bucket = Bucket::declared(IDENTIFIERS as usize)
        .expect("a bucket")
        .size();
    let alone: Vec<_> = (0..RUNS).map(|_| batches_alone(bucket)).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let whole: Vec<_> = (0..RUNS)
        .map(|_| runtime.block_on(sweep_between_nodes()))
        .collect();
    let (alone, whole) = (median(&alone), median(&whole));
    report.figure(
        "identifiers; elements with padding",
        &format!("{IDENTIFIERS}; {bucket}"),
    );
    report.time(
        "the batches through voprf alone, one thread each side",
        alone,
    );
    report.time("the sweep between two nodes, recorded at every step", whole);
    report.at_most("sweep to voprf alone", ratio(whole, alone), AT_MOST, "");
}

/// Prints the ratio of building an index of 1,000 identifiers to evaluating them alone.
pub(crate) fn index(report: &mut Report) {
    let source = Source::of(IDENTIFIERS);
    let (mut alone, mut whole) = (Vec::new(), Vec::new());
    for seq in 1..=9 {
        alone.push(timed(|| source.evaluate().count()).0);
        whole.push(timed(|| source.build(seq)).0);
    }
    let (alone, whole) = (median(&alone), median(&whole));
    report.time("evaluating 1,000 identifiers", alone);
    report.time("building the index: entries, dummies, order, root", whole);
    report.at_most(
        "index to evaluation alone",
        ratio(whole, alone),
        AT_MOST,
        "",
    );
}

/// An index of so many identifiers.
pub(crate) fn built(identifiers: u32) -> BuiltIndex {
    Source::of(identifiers).build(1)
}

/// A register with the key of one context.
struct Source {
    ctx: ContextHash,
    key: ServerKey,
    inputs: Vec<PrivateInput>,
    bucket: Bucket,
}

impl Source {
    fn of(identifiers: u32) -> Self {
        let ctx = Octets([7; 32]);
        Self {
            ctx,
            key: possession::derive_key(&[42; 32], &ctx).expect("a key"),
            inputs: inputs(identifiers),
            bucket: Bucket::declared(identifiers as usize).expect("a bucket"),
        }
    }

    fn evaluate(&self) -> impl Iterator<Item = PrfValue> {
        let inputs = self.inputs.iter();
        inputs.map(|input| Ristretto::evaluate(&self.key, input.as_bytes()).expect("a value"))
    }

    fn build(&self, seq: u32) -> BuiltIndex {
        let mut builder = IndexBuilder::new(self.ctx, seq, self.bucket);
        for (number, value) in self.evaluate().enumerate() {
            let label = Label {
                involvement: Involvement::Betrokken,
                freshness: Freshness(0),
                handle: Octets(number.to_be_bytes()),
            };
            builder.add(&value, &label).expect("room");
        }
        builder.build(&mut rand_core::OsRng)
    }
}

fn ratio(whole: Duration, part: Duration) -> f64 {
    whole.as_secs_f64() / part.as_secs_f64()
}

fn inputs(count: u32) -> Vec<PrivateInput> {
    let input = |number| PrivateInput::kvk(kvk(number).parse().expect("a KVK number"));
    (0..count).map(input).collect()
}

/// The arithmetic of a sweep with nothing around it: the asker on this thread, the source on one of its own, and each
/// waits for the other as two nodes do.
fn batches_alone(elements: u32) -> Duration {
    let key = possession::derive_key(&[42; 32], &Octets([7; 32])).expect("a key");
    let public_key = Ristretto::public_key(&key);
    let inputs = inputs(elements);
    let (ask, asked) = sync_channel::<Vec<Element>>(1);
    let (answer, answered) = sync_channel(1);
    let source = std::thread::spawn(move || {
        for blinded in asked {
            let evaluated = Ristretto::eval_batch(&key, &blinded, &mut rand_core::OsRng);
            answer
                .send(evaluated.expect("an answer"))
                .expect("an asker");
        }
    });
    let mut bytes = [0; 64];
    let started = Instant::now();
    for batch in inputs.chunks(MAX_BATCH) {
        let (mut blindings, mut sent) = (Vec::new(), Vec::new());
        for input in batch {
            rand_core::RngCore::fill_bytes(&mut rand_core::OsRng, &mut bytes);
            let factor = BlindFactor::from_bytes(bytes);
            let (blinding, element) =
                Ristretto::blind(input.as_bytes(), &factor).expect("a blinded element");
            blindings.push(blinding);
            sent.push(element);
        }
        ask.send(sent).expect("a source");
        let answer = answered.recv().expect("a source that answers");
        Ristretto::finalize_batch(batch, &blindings, &answer, &public_key)
            .expect("a proof that holds");
    }
    let took = started.elapsed();
    drop(ask);
    source.join().expect("a source that stops");
    took
}

/// From the first request to the last answer that was verified and kept.
async fn sweep_between_nodes() -> Duration {
    let network = Network::of(2).await;
    network.register(0, 0..IDENTIFIERS).await;
    network.register(1, IDENTIFIERS - 40..IDENTIFIERS).await;
    network.introduce().await;
    network.agree(&[0, 1], TERMS).await;
    network.put_into_force("P08").await;
    let bevragingen = network.node(0).services().bevragingen.clone();
    let mut progress = bevragingen.progress();
    let started = Instant::now();
    let run = tokio::spawn(async move { bevragingen.run(Occasion::Person).await });
    let batches = quota::batch_count(
        Bucket::declared(IDENTIFIERS as usize)
            .expect("a bucket")
            .size(),
    );
    let swept = progress.wait_for(|now| {
        now.members
            .values()
            .any(|member| member.answered >= batches)
    });
    drop(swept.await.expect("a run"));
    let took = started.elapsed();
    let done = run.await.expect("a run").expect("agreements");
    let swept = |outcome: Option<Outcome>| outcome == Some(Outcome::Swept);
    assert!(
        done.members
            .into_values()
            .all(|member| swept(member.outcome)),
        "a sweep that succeeds"
    );
    took
}
