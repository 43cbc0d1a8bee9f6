// SPDX-License-Identifier: EUPL-1.2
//! `basisnet controleer`: the doctor. Looks at everything, changes nothing, names fault and mend.

use serde_json::{Value, json};

use super::{Client, Context, Exit, Failure, Output};
use crate::clock::Clock;
use crate::config::Config;
use crate::doctor::{Finding, Standing, examine};

#[derive(Debug, clap::Args)]
pub(super) struct Command {}

pub(super) fn run(_command: Command, context: &Context) -> Result<(), Failure> {
    let clock = Clock::machine();
    let client = context.client().ok();
    let running = client
        .as_ref()
        .is_some_and(|client| answers(client).is_ok());
    let (mut findings, config) = examine(&context.config_path, &clock, running);
    if let (Some(config), Some(client)) = (&config, &client) {
        findings.push(readiness(client, running));
        findings.extend(inside(config, client, running));
    }
    let worst = findings
        .iter()
        .map(|one| one.stand)
        .max()
        .unwrap_or(Standing::Goed);
    let report = json!({ "stand": worst, "bevindingen": findings });
    context.out.show(&report, |out, _| print(out, &findings));
    let wrong = findings
        .iter()
        .filter(|one| one.stand == Standing::Fout)
        .count();
    match wrong {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Refused, "een onderdeel is niet in orde")),
        _ => Err(Failure::new(
            Exit::Refused,
            format!("{wrong} onderdelen zijn niet in orde"),
        )),
    }
}

fn print(out: Output, findings: &[Finding]) {
    for one in findings {
        let word = match one.stand {
            Standing::Goed => "goed    ",
            Standing::Onbekend => "onbekend",
            Standing::LetOp => "let op  ",
            Standing::Fout => "FOUT    ",
        };
        out.line(&format!("{word}  {}: {}", one.onderdeel, one.bevinding));
        if let Some(mend) = &one.herstel {
            out.line(&format!("          herstel: {mend}"));
        }
    }
}

fn answers(client: &Client) -> Result<(), Failure> {
    client.get::<Value>("/v1/gezondheid").map(|_| ())
}

fn readiness(client: &Client, running: bool) -> Finding {
    const NAME: &str = "node";
    if !running {
        return Finding::unknown(
            NAME,
            "draait niet, of niet op het adres in [api]; start haar met `basisnet start`",
        );
    }
    match client.get::<Value>("/v1/gereedheid") {
        Ok(_) => Finding::good(NAME, "draait en is gereed"),
        Err(failure) => Finding::wrong(
            NAME,
            failure.text,
            "kijk in het technische logboek van de node",
        ),
    }
}

/// What only the running node knows, and tells who signed in: purposes, convenanten, members.
fn inside(config: &Config, client: &Client, running: bool) -> Vec<Finding> {
    let parts: [(&str, &str, fn(&Value) -> Finding); 3] = [
        ("doelen", "/v1/doelen", purposes),
        ("convenanten", "/v1/convenanten", convenanten),
        ("leden", "/v1/leden", members),
    ];
    let contacts = if config.contacten.is_empty() {
        Finding::warn(
            "contacten",
            "er is geen contact voor een doel; een andere gemeente ziet na een treffer niet wie zij kan bellen",
            "vul [contacten.P08] in met team, mailbox en telefoon",
        )
    } else {
        Finding::good(
            "contacten",
            format!("{} doelen hebben een contact", config.contacten.len()),
        )
    };
    let asked = parts.into_iter().map(|(name, path, judge)| {
        if !running {
            return Finding::unknown(name, "alleen te zien als de node draait");
        }
        match client.get::<Value>(path) {
            Ok(value) => judge(&value),
            Err(failure) if failure.exit == Exit::NotAllowed => Finding::unknown(
                name,
                "alleen te zien wanneer u bent aangemeld met een rol die dit mag",
            ),
            Err(failure) => Finding::unknown(name, failure.text),
        }
    });
    std::iter::once(contacts).chain(asked).collect()
}

/// How many of the items in a list satisfy, and how many there are.
fn count(list: &Value, satisfies: impl Fn(&Value) -> bool) -> (usize, usize) {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    (
        items.iter().filter(|item| satisfies(item)).count(),
        items.len(),
    )
}

fn purposes(list: &Value) -> Finding {
    let (in_force, all) = count(list, |item| {
        item["in_werking"] == json!(true) || item["inWerking"] == json!(true)
    });
    if in_force == 0 {
        return Finding::warn(
            "doelen",
            "geen enkel doel is in werking, dus er wordt niets uitgewisseld",
            "laat de verwerkingsverantwoordelijke een doel in werking stellen: `basisnet doel in-werking --help`",
        );
    }
    Finding::good(
        "doelen",
        format!("{in_force} van {all} doelen zijn in werking"),
    )
}

fn convenanten(list: &Value) -> Finding {
    let (active, _) = count(list, |item| {
        ["stand", "status"]
            .iter()
            .any(|key| item[*key] == json!("actief") || item[*key] == json!("van_kracht"))
    });
    if active == 0 {
        return Finding::warn(
            "convenanten",
            "er is geen convenant van kracht, dus er wordt niets uitgewisseld",
            "voer het getekende convenant in: `basisnet convenant invoeren --help`",
        );
    }
    Finding::good("convenanten", format!("{active} van kracht"))
}

fn members(list: &Value) -> Finding {
    let (reachable, all) = count(list, |item| item["bereikbaar"] == json!(true));
    if all == 0 {
        return Finding::warn(
            "leden",
            "er zijn nog geen andere leden bekend",
            "voer hun ledenkaarten in: `basisnet leden invoeren --help`",
        );
    }
    if reachable < all {
        return Finding::warn(
            "leden",
            format!("{reachable} van {all} leden zijn nu verbonden"),
            "vraag de anderen of hun node draait, en of een firewall de poort tegenhoudt",
        );
    }
    Finding::good("leden", format!("alle {all} leden zijn verbonden"))
}
