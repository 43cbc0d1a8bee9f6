// SPDX-License-Identifier: EUPL-1.2
//! Two nodes: from strangers to a treffer, and what is seen when one of them is away.
//!
//! Real nodes in one process: real sockets, stores, certificates and logs. Only the clock is wound by hand. Run it with
//! `cargo run -p basisnet-examples --bin two-nodes`. It prints:
//!
//! ```text
//! Veenendaal keeps 30 aanbieders, Amersfoort keeps 20; 5 of them are the same
//! nobody signed anything yet: 0 members to ask
//! both signed, and put matching into force: 1 member to ask, and it answers everything
//! Veenendaal now knows of 5 aanbieders that Amersfoort knows them too
//! a month later Amersfoort is away: no answer, which is not a no
//! ```

#![expect(clippy::print_stdout, reason = "an example prints what it promises")]

use std::time::Duration;

use anyhow::Context as _;
use basisnet_node::service::bevraging::{Occasion, Outcome, Progress};
use basisnet_protocol::purpose::Role;
use basisnet_tests::agreement::TERMS;
use basisnet_tests::network::{Network, actor};

const VEENENDAAL: usize = 0;
const AMERSFOORT: usize = 1;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    // Each with a certificate of its own organisation, a store and a register. They have never heard of each other.
    let mut network = Network::of(2).await;
    network.register(VEENENDAAL, 0..30).await;
    network.register(AMERSFOORT, 25..45).await;
    println!("Veenendaal keeps 30 aanbieders, Amersfoort keeps 20; 5 of them are the same");

    let asked = ask(&network).await?;
    println!(
        "nobody signed anything yet: {} members to ask",
        asked.members.len()
    );

    // They exchange cards, sign a convenant, and each controller puts the purpose into force.
    network.introduce().await;
    network.agree(&[VEENENDAAL, AMERSFOORT], TERMS).await;
    network.put_into_force("P08").await;
    let asked = ask(&network).await?;
    let all = asked
        .members
        .values()
        .all(|member| member.outcome == Some(Outcome::Swept));
    let what = if all {
        "answers everything"
    } else {
        "does not answer"
    };
    println!(
        "both signed, and put matching into force: {} member to ask, and it {what}",
        asked.members.len()
    );

    // From here on treffers are looked up at home. Amersfoort does not learn which of its aanbieders were found.
    let services = network.node(VEENENDAAL).services();
    let toezichthouder = actor(&[Role::ToezichthouderKwaliteit]);
    let found = services.treffers.show_all(&toezichthouder).await?;
    println!(
        "Veenendaal now knows of {} aanbieders that Amersfoort knows them too",
        found.len()
    );

    // A node that is away stops nobody, and its silence is shown as silence.
    network.stop(AMERSFOORT).await;
    network.advance(Duration::from_secs(28 * 86_400)).await;
    let asked = ask(&network).await?;
    let (_, member) = asked.members.first_key_value().context("a member")?;
    let silent = member.outcome == Some(Outcome::NoAnswer);
    let what = if silent {
        "no answer, which is not a no"
    } else {
        "something else"
    };
    println!("a month later Amersfoort is away: {what}");
    network.stop(VEENENDAAL).await;
    Ok(())
}

/// Somebody at Veenendaal asks all members now.
async fn ask(network: &Network) -> anyhow::Result<Progress> {
    let services = network.node(VEENENDAAL).services();
    Ok(services.bevragingen.run(Occasion::Person).await?)
}
