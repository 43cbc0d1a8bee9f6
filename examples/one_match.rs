// SPDX-License-Identifier: EUPL-1.2
//! One match: A finds the aanbieder that B has too, and neither learns anything about the others.
//!
//! Everything two nodes do for a treffer, without the nodes: no network, no store, no policy. Run it with
//! `cargo run -p basisnet-examples --bin one-match`. It prints:
//!
//! ```text
//! B proves that it holds the key for this pair: true
//! A asks 128 blinded questions; 3 are real, and B cannot tell which
//! B publishes 128 entries; 3 are real, and A cannot tell which
//! 00000001: also known to B: false
//! 00000002: also known to B: true
//! 00000003: also known to B: false
//! ```

#![expect(clippy::print_stdout, reason = "an example prints what it promises")]

use basisnet_protocol::matching::*;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use rand_core::{OsRng, RngCore};

fn main() -> anyhow::Result<()> {
    // For whom, under what and when. B is the source, A asks; the other direction is another context.
    let ctx = Context {
        group_id: "example".to_owned(),
        convenant_version: 1,
        purpose_id: PurposeId::matching(),
        purpose_version: 1,
        epoch: Epoch::from_number(37),
        server: "00000099000000002000".parse()?,
        client: "00000099000000001000".parse()?,
        key_generation: Octets([7; 16]),
    }
    .hash()?;

    // B derives its key for this context from the seed of the epoch, and proves that the key is its own.
    let key = possession::derive_key(&random(), &ctx)?;
    let public_key = Ristretto::public_key(&key);
    let proof = possession::prove(&key, &ctx, &mut OsRng)?;
    let holds = possession::verify(&ctx, &public_key, &proof).is_ok();
    println!("B proves that it holds the key for this pair: {holds}");

    // A fills its three questions up with dummies, shuffles them, and blinds each with a factor of its own.
    let questions = inputs(["00000001", "00000002", "00000003"])?;
    let bucket = Bucket::declared(questions.len())?;
    let seed = SweepSeed::from_bytes(random());
    let sweep = Sweep::plan(questions, bucket.size(), seed, &mut OsRng)?;
    let batch = sweep.batch::<Ristretto>(0)?;
    println!(
        "A asks {} blinded questions; 3 are real, and B cannot tell which",
        batch.elements().len()
    );

    // B evaluates all of them under one key. A checks the proof of that, and takes its blinding off.
    let evaluated = Ristretto::eval_batch(&key, batch.elements(), &mut OsRng)?;
    let mut values = batch.finalize(&evaluated, &public_key)?;

    // B publishes what its policy lets A discover: opaque entries, filled up with random ones.
    let handles = HandleKey::from_bytes(random());
    let mut index = IndexBuilder::new(ctx, 1, bucket);
    for own in inputs(["00000002", "00000004", "00000005"])? {
        let label = Label {
            involvement: Involvement::Betrokken,
            freshness: Freshness(3),
            handle: handles.handle(&ctx, own.as_bytes()),
        };
        index.add(&Ristretto::evaluate(&key, own.as_bytes())?, &label)?;
    }
    let index = index.build(&mut OsRng);
    println!(
        "B publishes {} entries; 3 are real, and A cannot tell which",
        index.entries.len() / 40
    );

    // A looks its own aanbieders up. Nothing is sent for that, so B does not learn what A found.
    let index = OpenIndex::check(ctx, 1, bucket, &index.entries, &index.merkle_root)?;
    values.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (question, value) in values {
        let number =
            String::from_utf8_lossy(question.as_bytes()).replace("basisnet/id/v1|kvk|", "");
        let found = index.look_up(&value)?.is_some();
        println!("{number}: also known to B: {found}");
    }
    Ok(())
}

fn inputs(numbers: [&str; 3]) -> anyhow::Result<Vec<PrivateInput>> {
    numbers
        .into_iter()
        .map(|number| Ok(PrivateInput::kvk(number.parse()?)))
        .collect()
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    bytes
}
