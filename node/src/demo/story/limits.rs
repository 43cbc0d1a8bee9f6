// SPDX-License-Identifier: EUPL-1.2
//! What is refused, by whom, and what that shows.

use serde_json::Value;

use super::ask::question;
use crate::demo::answer::Answer as _;
use crate::demo::place::Place;
use crate::demo::{Fault, Stage};

/// A question for which the convenant has no place does not leave the own node, and the asker hears why.
pub(super) fn own_rules(stage: &mut Stage) -> Result<(), Fault> {
    stage
        .teller
        .step("Een vraag buiten het convenant komt de eigen node niet uit");
    let kvk = stage.region.lead().ok_or(Fault::Region)?.kvk.to_string();
    let words = [
        "inzage",
        "vragen",
        "--kvk",
        &kvk,
        "--aan",
        "Gemeente Amersfoort",
        "--doel",
        "P01",
        "--gegevens",
        "contract,label",
    ];
    let said = stage.refused(Place::Veenendaal, "contracten", &words)?;
    let reasons = said.list("/punten").len();
    stage.teller.check(
        "de eigen node weigert, en noemt elke reden met het artikel en wat er nodig is",
        reasons >= 3,
    );
    Ok(())
}

/// Arnhem did not put the purpose into force. From outside that looks like every other no.
pub(super) fn uniform_refusal(stage: &mut Stage) -> Result<(), Fault> {
    stage
        .teller
        .step("Arnhem weigert; waarom, dat is van buiten niet te zien");
    stage
        .teller
        .say("Arnhem heeft doel P03 nog niet in werking gesteld.");
    let kvk = stage.region.lead().ok_or(Fault::Region)?.kvk.to_string();
    let words = question(&kvk, "Gemeente Arnhem", "contact");
    let asked = stage.typed(Place::Veenendaal, "toezicht", &words)?;
    stage.teller.say(asked.text("/uitleg"));
    stage.teller.check(
        "een weigering zonder reden: niet toegestaan, niet bekend en achtergehouden zien er hetzelfde uit",
        asked.part("/staat") == "geweigerd" && asked.part("/antwoord").is_null(),
    );
    let words = ["logboek", "toon", "--aantal", "3"];
    stage.shown(Place::Arnhem, "fg", &words)?;
    Ok(())
}

/// Who is in no convenant gets nothing, and learns nothing.
pub(super) fn outsider(stage: &mut Stage) -> Result<(), Fault> {
    stage.teller.step("Weert krijgt niets");
    let kvk = stage.region.outside().ok_or(Fault::Region)?.kvk.to_string();
    let name = stage.region.outside().ok_or(Fault::Region)?.name.clone();
    stage
        .teller
        .say(format!("{name} werkt voor Veenendaal én Weert."));
    stage.shown_as_it_comes(Place::Weert, "toezicht", &["bevraag"])?;
    let said = stage.shown(Place::Weert, "toezicht", &["treffers", &kvk])?;
    let nothing =
        said.part("/aantal") == 0 && said.part("/leden").as_array().is_some_and(Vec::is_empty);
    stage
        .teller
        .check("Weert ziet geen enkele treffer", nothing);
    let said = stage
        .at(Place::Veenendaal)?
        .must("toezicht", &["treffers", &kvk])?;
    stage.teller.check(
        "en Veenendaal ziet niet dat Weert deze aanbieder kent",
        said.part("/aantal") == 0,
    );
    Ok(())
}

/// A person behind an aanbieder: withheld looks exactly like unknown.
pub(super) fn person_behind(stage: &mut Stage) -> Result<(), Fault> {
    stage
        .teller
        .step("Een eenmanszaak is niet te onderscheiden van een onbekende");
    let withheld = stage.region.withheld().ok_or(Fault::Region)?;
    let (kvk, name) = (withheld.kvk.to_string(), withheld.name.clone());
    let unknown = stage
        .region
        .unknown_elsewhere()
        .ok_or(Fault::Region)?
        .kvk
        .to_string();
    stage.teller.say(format!(
        "{name} is een eenmanszaak. Amersfoort weet dat; Veenendaal heeft de aanbieder als B.V. ingevoerd en vraagt er dus naar."
    ));
    let first = stage.shown(Place::Veenendaal, "toezicht", &["treffers", &kvk])?;
    let second = stage.shown(Place::Veenendaal, "toezicht", &["treffers", &unknown])?;
    let amersfoort = Place::Amersfoort.oin_text();
    let at = |said: &Value| {
        said.list("/leden")
            .iter()
            .find(|one| one.text("/oin") == amersfoort)
            .cloned()
    };
    let same = at(&first).is_some() && at(&first) == at(&second);
    stage.teller.check("wat Amersfoort zegt over deze en over een aanbieder die zij niet kent is gelijk, tot de laatste letter", same);
    let own = ["aanbieder", "toon", "--kvk", &kvk];
    let said = stage.shown(Place::Amersfoort, "toezicht", &own)?;
    stage.teller.check(
        "de eigen mensen van Amersfoort zien wel waarom de aanbieder niet meedoet",
        said.part("/doetMee") == false && said.part("/reden").is_string(),
    );
    Ok(())
}
