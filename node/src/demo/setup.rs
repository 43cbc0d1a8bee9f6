// SPDX-License-Identifier: EUPL-1.2
//! Everything before the story: certificates, nodes, accounts, agreements, decisions and registers.
//!
//! The five gemeenten do the same at the same time, each in a thread, as they would in five town halls.

use std::path::Path;

use basisnet_protocol::time::Timestamp;
use serde_json::{Value, json};

use super::answer::Answer as _;
use super::authority::Authority;
use super::gemeente::{Gemeente, write, write_secret};
use super::place::Place;
use super::region::{Involvement, Provider, Region};
use super::{Fault, Stage, files};

/// The password of every account of the demonstration.
pub(super) const PASSWORD: &str = "alleen-voor-de-demo";

/// The decision by which every college takes part.
pub(super) const DECISION: &str = "demo-2027-1";

/// Who works at each gemeente: account and roles.
const PEOPLE: [(&str, &[&str]); 4] = [
    ("toezicht", &["toezichthouder_kwaliteit"]),
    (
        "contracten",
        &["contractmanager", "toezichthouder_rechtmatigheid"],
    ),
    ("college", &["verwerkingsverantwoordelijke"]),
    ("fg", &["fg"]),
];

/// Makes everything that a gemeente has before it can ask another one something.
pub(super) fn set_up(stage: &mut Stage, folder: &Path, now: Timestamp) -> Result<(), Fault> {
    stage
        .teller
        .step("Vijf gemeenten richten elk hun eigen node in");
    certificates(stage, folder, now)?;
    let region = &stage.region;
    everywhere(&mut stage.gemeenten, |gemeente| {
        found(gemeente, region)?;
        gemeente.start()?;
        gemeente.wait_until_ready()?;
        people(gemeente)
    })?;
    for gemeente in &stage.gemeenten {
        stage.teller.say(format!(
            "{:<11} eigen proces, eigen gegevens, certificaat op OIN {}",
            gemeente.place.name(),
            gemeente.place.oin_text()
        ));
    }
    Ok(())
}

/// Does the same at all gemeenten, at the same time.
pub(super) fn everywhere(
    gemeenten: &mut [Gemeente],
    work: impl Fn(&mut Gemeente) -> Result<(), Fault> + Sync,
) -> Result<(), Fault> {
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = gemeenten
            .iter_mut()
            .map(|gemeente| scope.spawn(move || work(gemeente)))
            .collect();
        for thread in threads {
            thread.join().unwrap_or(Err(Fault::Region))?;
        }
        Ok(())
    })
}

fn certificates(stage: &Stage, folder: &Path, now: Timestamp) -> Result<(), Fault> {
    let authority = Authority::new(now)?;
    write(&folder.join("vertrouwen/anker.pem"), &authority.anchor())?;
    write(
        &folder.join("vertrouwen/ingetrokken.pem"),
        &authority.revocation_list()?,
    )?;
    for gemeente in &stage.gemeenten {
        let issued = authority.issue(gemeente.place)?;
        write(&gemeente.file("certificaat/keten.pem"), &issued.chain)?;
        write_secret(&gemeente.file("certificaat/sleutel.pem"), &issued.key)?;
    }
    Ok(())
}

/// Configuration, keys, store and the first account.
fn found(gemeente: &Gemeente, region: &Region) -> Result<(), Fault> {
    let config = files::configuration(gemeente.place, gemeente.overlay, gemeente.api);
    write(&gemeente.file("basisnet.toml"), &config)?;
    let register = files::register(region, gemeente.place);
    write(&gemeente.file("aanbieders.csv"), &register)?;
    gemeente.must_with("beheer", &["init", "--wachtwoord-stdin"], PASSWORD)?;
    Ok(())
}

/// Accounts for the people of a gemeente, all signed in.
fn people(gemeente: &Gemeente) -> Result<(), Fault> {
    sign_in(gemeente, "beheer")?;
    for (name, roles) in PEOPLE {
        let mut words = vec!["account", "toevoegen", "--naam", name, "--wachtwoord-stdin"];
        for role in roles {
            words.extend(["--rol", role]);
        }
        gemeente.must_with("beheer", &words, PASSWORD)?;
        sign_in(gemeente, name)?;
    }
    Ok(())
}

fn sign_in(gemeente: &Gemeente, name: &str) -> Result<(), Fault> {
    let words = ["account", "aanmelden", "--naam", name, "--wachtwoord-stdin"];
    gemeente.must_with(name, &words, PASSWORD).map(drop)
}

/// The register from CSV, and what each gemeente has to do with its aanbieders.
pub(super) fn registers(stage: &mut Stage) -> Result<(), Fault> {
    let region = &stage.region;
    everywhere(&mut stage.gemeenten, |gemeente| {
        let file = gemeente.file("aanbieders.csv").display().to_string();
        gemeente.must("contracten", &["aanbieder", "invoeren", &file])?;
        involvements(gemeente, region)
    })
}

/// Contracts, supervision and labels, over the API, each by somebody in the role it takes.
fn involvements(gemeente: &Gemeente, region: &Region) -> Result<(), Fault> {
    let known = gemeente.must("contracten", &["aanbieder", "lijst"])?;
    let contracts = gemeente.client("contracten")?;
    let supervision = gemeente.client("toezicht")?;
    for provider in region.of(gemeente.place) {
        let id = id_of(&known, provider).ok_or(Fault::Region)?;
        let path = format!("/v1/aanbieders/{id}/betrokkenheden");
        for (_, involvement) in of_place(provider, gemeente.place) {
            let client = match involvement {
                Involvement::Toezicht { quality: true, .. } => &supervision,
                Involvement::Contract { .. }
                | Involvement::Label { .. }
                | Involvement::Toezicht { .. } => &contracts,
            };
            client
                .post::<_, Value>(&path, &body(involvement))
                .map_err(|failure| Fault::Answer(failure.to_string()))?;
        }
    }
    Ok(())
}

fn of_place(provider: &Provider, place: Place) -> impl Iterator<Item = &(Place, Involvement)> {
    provider
        .involvements
        .iter()
        .filter(move |(at, _)| *at == place)
}

/// The id under which a gemeente knows an aanbieder.
pub(super) fn id_of<'a>(known: &'a Value, provider: &Provider) -> Option<&'a str> {
    let mut all = known.list("").iter();
    let found = all.find(|one| one.text("/kvk") == provider.kvk.as_str())?;
    Some(found.text("/id"))
}

/// An involvement as the API takes it.
fn body(involvement: &Involvement) -> Value {
    match involvement {
        Involvement::Contract {
            law,
            care_forms,
            variant,
            role,
            from,
            until,
        } => json!({
            "soort": "contract", "wet": law, "zorgvormen": care_forms, "variant": variant,
            "rol": match role {
                basisnet_protocol::message::ContractRole::Main => "hoofdaannemer",
                basisnet_protocol::message::ContractRole::Sub => "onderaannemer",
            },
            "vanaf": from, "tot": until,
        }),
        Involvement::Toezicht {
            quality,
            law,
            opened,
            closed,
        } => json!({
            "soort": "toezicht", "wet": law, "taak": if *quality { "kwaliteit" } else { "rechtmatigheid" },
            "vanaf": opened, "tot": closed,
        }),
        Involvement::Label { letter, date } => json!({
            "soort": "label", "letter": letter, "vanaf": date, "kader": 1, "gehoord": true,
        }),
    }
}

/// Cards of all, one convenant of four, and the decisions that put its purposes into force.
pub(super) fn agreements(stage: &mut Stage, folder: &Path) -> Result<(), Fault> {
    everywhere(&mut stage.gemeenten, |gemeente| {
        let card = card(folder, gemeente.place);
        gemeente
            .must("college", &["leden", "uitgeven", "--uit", &card])
            .map(drop)
    })?;
    let file = folder.join("demo.convenant").display().to_string();
    let draft = folder.join("convenant.toml");
    write(&draft, &files::convenant())?;
    let draft = draft.display().to_string();
    stage.at(Place::Veenendaal)?.must(
        "college",
        &["convenant", "opstellen", &draft, "--uit", &file],
    )?;
    for place in Place::MEMBERS {
        stage.at(place)?.must(
            "college",
            &["convenant", "tekenen", &file, "--besluit", DECISION],
        )?;
    }
    everywhere(&mut stage.gemeenten, |gemeente| {
        let cards: Vec<String> = Place::ALL
            .into_iter()
            .filter(|place| *place != gemeente.place)
            .map(|place| card(folder, place))
            .collect();
        let mut words = vec!["leden", "invoeren"];
        words.extend(cards.iter().map(String::as_str));
        gemeente.must("college", &words)?;
        if gemeente.place == Place::Weert {
            return Ok(());
        }
        gemeente.must("college", &["convenant", "invoeren", &file])?;
        decide(gemeente)
    })
}

fn card(folder: &Path, place: Place) -> String {
    let name = format!("{}.lid", place.slug());
    folder.join(name).display().to_string()
}

/// The FG advises, and then the controller decides. Arnhem is not ready to answer questions for inzage.
fn decide(gemeente: &Gemeente) -> Result<(), Fault> {
    let purposes: &[&str] = if gemeente.place == Place::Arnhem {
        &["P08"]
    } else {
        &["P08", "P03"]
    };
    for purpose in purposes {
        gemeente.must("fg", &["doel", "advies", purpose])?;
        let mut words = vec!["doel", "in-werking", purpose];
        words.extend([
            "--mandaat",
            "mandaatbesluit 2026-1",
            "--dpia",
            "DPIA-2026-1",
        ]);
        gemeente.must("college", &words)?;
    }
    Ok(())
}

/// Where the pages are and with which accounts.
pub(super) fn show_doors(stage: &Stage) {
    stage.teller.say("");
    stage.teller.say("De nodes blijven draaien. De pagina's (met een certificaat van de node zelf, dus uw browser waarschuwt):");
    for gemeente in &stage.gemeenten {
        stage.teller.say(format!(
            "  {:<11} https://{}/",
            gemeente.place.name(),
            gemeente.api
        ));
    }
    let names: Vec<&str> = PEOPLE.iter().map(|(name, _)| *name).collect();
    stage.teller.say(format!(
        "Accounts bij elke gemeente: beheer, {}. Wachtwoord: {PASSWORD}",
        names.join(", ")
    ));
    stage.teller.say("Ctrl-C stopt de nodes.");
}
