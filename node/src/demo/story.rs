// SPDX-License-Identifier: EUPL-1.2
//! What happens, step by step, in the words of who reads along.

use std::path::Path;

use super::place::Place;
use super::{Fault, Stage, setup};

/// Tells the whole story.
pub(super) fn tell(stage: &mut Stage, folder: &Path) -> Result<(), Fault> {
    registers(stage)?;
    agreements(stage, folder)?;
    coverage(stage)
}

fn registers(stage: &mut Stage) -> Result<(), Fault> {
    stage
        .teller
        .step("Elke gemeente voert haar eigen register in");
    stage.teller.typed(
        "contracten@veenendaal",
        &["aanbieder", "invoeren", "aanbieders.csv"],
    );
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
    for words in [
        ["convenant", "opstellen", "convenant.toml"].as_slice(),
        &["convenant", "tekenen", "demo.convenant"],
        &["doel", "advies", "P08"],
        &["doel", "in-werking", "P08"],
    ] {
        let who = if words.contains(&"advies") {
            "fg"
        } else {
            "college"
        };
        stage.teller.typed(&format!("{who}@veenendaal"), words);
    }
    setup::agreements(stage, folder)?;
    let all = stage
        .at(Place::Veenendaal)?
        .must("college", &["convenant", "toon"])?;
    stage
        .teller
        .say(all[0]["toelichting"].as_str().unwrap_or_default());
    stage.teller.check(
        "het convenant is van kracht, met de handtekening van alle vier",
        all[0]["toestand"] == "van_kracht",
    );
    Ok(())
}

/// How much of the register takes part, and why the rest does not.
fn coverage(stage: &mut Stage) -> Result<(), Fault> {
    stage.teller.step("Wat van het eigen register doet mee?");
    let words = ["aanbieder", "dekking"];
    stage.teller.typed("toezicht@veenendaal", &words);
    let said = stage.at(Place::Veenendaal)?.must("toezicht", &words)?;
    stage
        .teller
        .say(said["samenvatting"].as_str().unwrap_or_default());
    let counts = (said["totaal"].as_u64(), said["doenMee"].as_u64());
    stage.teller.check(
        "van de 300 aanbieders doen er 212 mee, en van de rest staat erbij waarom niet",
        counts == (Some(300), Some(212)),
    );
    Ok(())
}
