// SPDX-License-Identifier: EUPL-1.2
//! What happens, step by step, in the words of who reads along.
//!
//! Every step types commands as a person would, shows what came back, and checks it. What is not right is remembered
//! and told at the end; the story goes on, so that one fault does not hide another.

mod ask;
mod limits;
mod log;
mod outage;

use std::path::Path;

use super::answer::Answer as _;
use super::place::Place;
use super::{Fault, Stage, setup};

/// Tells the whole story.
pub(super) fn tell(stage: &mut Stage, folder: &Path) -> Result<(), Fault> {
    registers(stage)?;
    agreements(stage, folder)?;
    coverage(stage)?;
    ask::sweep(stage)?;
    ask::treffers(stage)?;
    ask::inzage(stage)?;
    limits::own_rules(stage)?;
    limits::uniform_refusal(stage)?;
    limits::outsider(stage)?;
    limits::person_behind(stage)?;
    outage::one_node_fails(stage)?;
    log::all_logs(stage)?;
    log::one_byte(stage, folder)
}

fn registers(stage: &mut Stage) -> Result<(), Fault> {
    stage
        .teller
        .step("Elke gemeente voert haar eigen register in");
    let words = ["aanbieder", "invoeren", "aanbieders.csv"];
    stage.teller.typed("contracten@veenendaal", &words);
    setup::registers(stage)?;
    let counts: Vec<String> = Place::ALL
        .into_iter()
        .map(|place| format!("{place} {}", stage.region.of(place).count()))
        .collect();
    stage
        .teller
        .say(format!("Aanbieders: {}.", counts.join(", ")));
    Ok(())
}

fn agreements(stage: &mut Stage, folder: &Path) -> Result<(), Fault> {
    stage
        .teller
        .step("Vier gemeenten tekenen een convenant; Weert doet niet mee");
    let sign = [
        "convenant",
        "tekenen",
        "demo.convenant",
        "--besluit",
        setup::DECISION,
    ];
    for (who, words) in [
        ("college", &["convenant", "opstellen", "convenant.toml"][..]),
        ("college", &sign),
        ("fg", &["doel", "advies", "P08"]),
        ("college", &["doel", "in-werking", "P08"]),
    ] {
        stage.teller.typed(&format!("{who}@veenendaal"), words);
    }
    setup::agreements(stage, folder)?;
    let veenendaal = stage.at(Place::Veenendaal)?;
    let all = veenendaal.must("college", &["convenant", "toon"])?;
    let text = |pointer| {
        all.pointer(pointer)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
    };
    stage.teller.say(text("/0/toelichting"));
    stage.teller.check(
        "het convenant is van kracht, met de handtekening van alle vier",
        text("/0/toestand") == "van_kracht",
    );
    Ok(())
}

/// How much of the register takes part, and why the rest does not.
fn coverage(stage: &mut Stage) -> Result<(), Fault> {
    stage.teller.step("Wat van het eigen register doet mee?");
    let said = stage.shown(Place::Veenendaal, "toezicht", &["aanbieder", "dekking"])?;
    let counts = (
        said.part("/totaal").as_u64(),
        said.part("/doenMee").as_u64(),
    );
    stage.teller.check(
        "van de 300 aanbieders doen er 212 mee, en van de rest staat erbij waarom niet",
        counts == (Some(300), Some(212)),
    );
    Ok(())
}
