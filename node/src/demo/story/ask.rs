// SPDX-License-Identifier: EUPL-1.2
//! Who else knows this aanbieder, whom do I call, and what may I know?

use serde_json::Value;

use crate::demo::answer::Answer as _;
use crate::demo::place::Place;
use crate::demo::region::Provider;
use crate::demo::{Fault, Stage};

/// Veenendaal asks the other three about everything it has. None of them sees what.
pub(super) fn sweep(stage: &mut Stage) -> Result<(), Fault> {
    stage
        .teller
        .step("Veenendaal bevraagt de andere drie, zonder te laten zien wat");
    stage.shown_as_it_comes(Place::Veenendaal, "toezicht", &["bevraag"])?;
    let veenendaal = stage.at(Place::Veenendaal)?;
    let said = veenendaal.must("toezicht", &["bevraag", "--stand"])?;
    let members = said.list("/leden");
    stage.teller.check(
        "alle drie antwoordden op alles",
        members.len() == 3 && members.iter().all(|one| one.part("/afloop") == "bevraagd"),
    );
    Ok(())
}

/// What was found, against what the invented region says should be found.
pub(super) fn treffers(stage: &mut Stage) -> Result<(), Fault> {
    stage
        .teller
        .step("Een toezichthouder van Veenendaal opent een aanbieder");
    let (kvk, name) = {
        let lead = stage.region.lead().ok_or(Fault::Region)?;
        (lead.kvk.to_string(), lead.name.clone())
    };
    stage
        .teller
        .say(format!("{name}, KVK {kvk}: kent iemand die ook?"));
    let said = stage.shown(Place::Veenendaal, "toezicht", &["treffers", &kvk])?;
    let members = said.list("/leden");
    let known =
        |one: &Value| one.part("/stand") == "bekend" && one.part("/contact/telefoon").is_string();
    stage.teller.check(
        "Amersfoort, Apeldoorn en Arnhem kennen de aanbieder ook, en er staat bij wie te bellen is",
        members.len() == 3 && members.iter().all(known),
    );
    let expected: usize = stage
        .region
        .of(Place::Veenendaal)
        .filter(|one| is_shared(one))
        .count();
    let all = stage
        .at(Place::Veenendaal)?
        .must("toezicht", &["treffers"])?;
    let found = all.as_array().map_or(0, Vec::len);
    stage.teller.check(
        &format!(
            "van de 300 aanbieders zijn er {found} ook elders bekend: precies die, en geen andere"
        ),
        found == expected && all_shared(stage, &all),
    );
    Ok(())
}

/// Whether Veenendaal and another member both have it, and neither sees a person behind it.
fn is_shared(one: &Provider) -> bool {
    let shows =
        |place: Place| one.known_in.contains(&place) && one.form_in(place).is_legal_person();
    shows(Place::Veenendaal)
        && Place::MEMBERS
            .into_iter()
            .any(|place| place != Place::Veenendaal && shows(place))
}

fn all_shared(stage: &Stage, found: &Value) -> bool {
    let is_expected = |name: &str| {
        stage
            .region
            .providers()
            .iter()
            .any(|one| one.name == name && is_shared(one))
    };
    let names = found.as_array().into_iter().flatten();
    names
        .map(|one| one.part("/naam").as_str())
        .all(|name| name.is_some_and(is_expected))
}

/// A question for inzage to Amersfoort, where a person decides.
pub(super) fn inzage(stage: &mut Stage) -> Result<(), Fault> {
    stage
        .teller
        .step("Veenendaal vraagt Amersfoort om inzage; daar beslist een mens");
    let kvk = stage.region.lead().ok_or(Fault::Region)?.kvk.to_string();
    let words = question(&kvk, "Gemeente Amersfoort", "toezicht,contact");
    let asked = stage.typed(Place::Veenendaal, "toezicht", &words)?;
    stage.teller.say(asked.text("/uitleg"));
    let own = asked
        .part("/id")
        .as_str()
        .ok_or_else(|| Fault::Answer("inzage vragen".to_owned()))?
        .to_owned();
    let open = stage.shown(Place::Amersfoort, "toezicht", &["inzage", "open"])?;
    let request = open
        .pointer("/verzoeken/0/id")
        .and_then(Value::as_str)
        .map(str::to_owned);
    stage.teller.check(
        "bij Amersfoort ligt één verzoek, met doel en afweging",
        request.is_some(),
    );
    if let Some(request) = request {
        stage.shown_once(
            Place::Amersfoort,
            "toezicht",
            &["inzage", "verlenen", &request],
        )?;
    }
    let words = ["inzage", "toon", &own];
    stage.until(Place::Veenendaal, "toezicht", &words, |said| {
        said.part("/staat") == "verleend"
    })?;
    let said = stage.shown(Place::Veenendaal, "toezicht", &words)?;
    let answer = &said.part("/antwoord");
    stage.teller.check(
        "het antwoord zegt dát er toezicht loopt en wie te bellen is; niet welk soort, en niet waarom",
        answer.part("/toezicht").is_string() && answer.part("/contact/telefoon").is_string() && answer.part("/contracten").is_null(),
    );
    let terms = &said.part("/verplichtingen");
    stage.teller.check(
        "bij het antwoord staat van wie, waarvoor, onder welk convenant en tot wanneer",
        terms.as_object().is_some_and(|terms| terms.len() >= 4),
    );
    Ok(())
}

/// The words of a question for inzage, in the case of the story.
pub(super) fn question<'a>(kvk: &'a str, member: &'a str, categories: &'a str) -> [&'a str; 16] {
    [
        "inzage",
        "vragen",
        "--kvk",
        kvk,
        "--aan",
        member,
        "--doel",
        "P03",
        "--gegevens",
        categories,
        "--zaak",
        "2026-017",
        "--proportionaliteit",
        "lopend-onderzoek",
        "--subsidiariteit",
        "niet-openbaar",
    ]
}
