// SPDX-License-Identifier: EUPL-1.2
//! What happens, step by step, in the words of who reads along.

use super::place::Place;
use super::{Fault, Stage, setup};

/// Tells the whole story.
pub(super) fn tell(stage: &mut Stage) -> Result<(), Fault> {
    setup::registers(stage)?;
    coverage(stage)
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
