// SPDX-License-Identifier: EUPL-1.2
//! A node falls over: the others see "no answer", never "not known", and go on.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::ask::question;
use crate::demo::answer::Answer as _;
use crate::demo::place::Place;
use crate::demo::{Fault, PATIENCE, Stage};

/// Apeldoorn falls over and comes back.
pub(super) fn one_node_fails(stage: &mut Stage) -> Result<(), Fault> {
    stage.teller.step("De node van Apeldoorn valt om");
    stage.at_mut(Place::Apeldoorn)?.kill();
    let kvk = stage.region.lead().ok_or(Fault::Region)?.kvk.to_string();
    let words = question(&kvk, "Gemeente Apeldoorn", "contact");
    let asked = stage.typed(Place::Veenendaal, "toezicht", &words)?;
    stage.teller.say(asked.text("/uitleg"));
    stage.teller.check(
        "Veenendaal ziet \"geen antwoord\", en niet \"onbekend\"",
        asked.part("/staat") == "geen antwoord",
    );
    stage.shown_as_it_comes(Place::Veenendaal, "toezicht", &["bevraag"])?;
    let said = stage.shown(Place::Veenendaal, "toezicht", &["treffers", &kvk])?;
    let apeldoorn = member(&said, Place::Apeldoorn);
    stage.teller.check(
        "bij de aanbieder staat dat Apeldoorn zwijgt; wat zij eerder zei blijft staan, met de datum",
        apeldoorn.part("/zwijgtSinds").is_string() || apeldoorn.part("/stand") == "geen-antwoord",
    );
    stage.teller.say("Apeldoorn start weer.");
    let node = stage.at_mut(Place::Apeldoorn)?;
    node.start()?;
    node.wait_until_ready()?;
    let own = ask_again(stage, &words)?;
    let words = ["inzage", "toon", &own];
    stage.until(Place::Veenendaal, "toezicht", &words, |said| {
        said.part("/staat") == "verleend"
    })?;
    let said = stage.shown(Place::Veenendaal, "toezicht", &words)?;
    stage.teller.check(
        "Apeldoorn antwoordt, meteen en zonder mens: zo staat het voor het contact in het convenant",
        said.part("/antwoord/contact/telefoon").is_string(),
    );
    Ok(())
}

/// Puts a question, and puts it again while the other does not answer; the name of the last one.
fn ask_again(stage: &Stage, words: &[&str]) -> Result<String, Fault> {
    let begun = Instant::now();
    let mut asked = stage.typed(Place::Veenendaal, "toezicht", words)?;
    while asked.text("/staat") == "geen antwoord" && begun.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(500));
        asked = stage.at(Place::Veenendaal)?.must("toezicht", words)?;
    }
    Ok(asked.text("/id").to_owned())
}

fn member(said: &Value, place: Place) -> Value {
    let oin = place.oin_text();
    let mut members = said.list("/leden").iter();
    let found = members.find(|one| one.text("/oin") == oin);
    found.cloned().unwrap_or_default()
}
