// SPDX-License-Identifier: EUPL-1.2
//! `basisnet leden`: the other members, and the file by which the own organisation makes itself known.

use std::path::PathBuf;

use clap::Subcommand;

use super::convenant::save;
use super::{Client, Context, Failure, Output};
use crate::api::convenanten::FileView;
use crate::api::leden::{ContactView, LidView, StapView};
use crate::counted;

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon de leden: wie, waar en wie te bellen
    Toon,
    /// Maak het bestand waarmee u zich bij de andere leden bekendmaakt
    Uitgeven {
        /// Waar het bestand komt
        #[arg(long, value_name = "BESTAND", default_value = "wij.lid")]
        uit: PathBuf,
    },
    /// Test de verbinding met een lid, stap voor stap: waar stopt het, waarom, en wie herstelt het
    Test {
        /// De naam of het OIN van het lid; een deel van de naam is genoeg
        naam: String,
    },
    /// Voer bestanden van andere leden in; elke handtekening wordt nagekeken
    Invoeren {
        /// De bestanden die u ontving
        #[arg(required = true)]
        bestanden: Vec<PathBuf>,
        /// Ook als een lid naar veel meer nummers wil vragen dan dit jaar; vraag het lid eerst waarom
        #[arg(long)]
        groei_bevestigd: bool,
    },
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let out = context.out;
    let client = context.client()?;
    match command.what.unwrap_or(What::Toon) {
        What::Toon => {
            let all: Vec<LidView> = client.get("/v1/leden")?;
            out.show(&all, |out, all| list(out, all));
        }
        What::Uitgeven { uit } => {
            let file: FileView = client.post("/v1/leden/_uitgeven", &serde_json::json!({}))?;
            save(&uit, &file.bestand)?;
            out.show(&serde_json::json!({ "bestand": uit }), |out, _| {
                out.line(&format!(
                    "`{}` is gemaakt; geef het aan de andere leden",
                    uit.display()
                ));
            });
        }
        What::Test { naam } => test(&client, out, &naam)?,
        What::Invoeren {
            bestanden,
            groei_bevestigd,
        } => {
            let path = if groei_bevestigd {
                "/v1/leden/_invoer?groeiBevestigd=true"
            } else {
                "/v1/leden/_invoer"
            };
            let mut members = Vec::new();
            for file in &bestanden {
                let bytes = std::fs::read(file)
                    .map_err(|cause| Failure::file("het lezen", file, &cause))?;
                let lid: LidView = client.send_file(path, bytes)?;
                members.push(lid);
            }
            out.show(&members, |out, members| {
                for lid in members {
                    out.line(&format!(
                        "{} ({}) is ingevoerd; het vraagt naar hooguit {} nummers",
                        lid.naam, lid.oin, lid.vraagt_tot
                    ));
                }
            });
        }
    }
    Ok(())
}

/// Looks along the line to the one member that goes by this name.
fn test(client: &Client, out: Output, name: &str) -> Result<(), Failure> {
    let all: Vec<LidView> = client.get("/v1/leden")?;
    let lid = called(&all, name)?;
    let steps = out.busy("de verbinding wordt getest", || walk(client, &lid.oin))?;
    let wrong = steps.iter().any(|step| step.stand == "fout");
    out.show(&steps, |out, steps| {
        out.line(&format!("De verbinding met {} ({}):", lid.naam, lid.oin));
        show_steps(out, steps);
    });
    match wrong {
        true => Err(Failure::refused("de verbinding is niet in orde")),
        false => Ok(()),
    }
}

/// The steps along the line to a member.
pub(super) fn walk(client: &Client, oin: &str) -> Result<Vec<StapView>, Failure> {
    client.post(&format!("/v1/leden/{oin}/_test"), &serde_json::json!({}))
}

pub(super) fn show_steps(out: Output, steps: &[StapView]) {
    for step in steps {
        let word = match step.stand.as_str() {
            "goed" => "goed    ",
            "let_op" => "let op  ",
            "fout" => "FOUT    ",
            _ => "onbekend",
        };
        out.line(&format!("{word}  {}: {}", step.onderdeel, step.bevinding));
        if let Some(mend) = &step.herstel {
            out.line(&format!("          herstel: {mend}"));
        }
    }
}

fn called<'a>(all: &'a [LidView], name: &str) -> Result<&'a LidView, Failure> {
    let wanted = name.to_lowercase();
    let others = || all.iter().filter(|lid| !lid.eigen);
    let exact = others().find(|lid| lid.oin == name || lid.naam.to_lowercase() == wanted);
    if let Some(lid) = exact {
        return Ok(lid);
    }
    let mut alike = others().filter(|lid| lid.naam.to_lowercase().contains(&wanted));
    match (alike.next(), alike.next()) {
        (Some(lid), None) => Ok(lid),
        (None, _) => Err(Failure::refused(format!(
            "er is geen lid dat `{name}` heet; `basisnet leden` toont wie er zijn"
        ))),
        (Some(one), Some(other)) => Err(Failure::refused(format!(
            "meer dan een lid heet zo: {} en {}; noem de hele naam of het OIN",
            one.naam, other.naam
        ))),
    }
}

fn list(out: Output, all: &[LidView]) {
    if all.is_empty() {
        out.line(
            "Er zijn nog geen leden bekend. Geef uw bestand uit, en voer die van de anderen in.",
        );
        return;
    }
    for (place, lid) in all.iter().enumerate() {
        if place > 0 {
            out.line("");
        }
        show(out, lid);
    }
}

fn show(out: Output, lid: &LidView) {
    let own = if lid.eigen { " (uw organisatie)" } else { "" };
    out.line(&format!("{}{own}", lid.naam));
    out.line(&format!("  OIN          {}", lid.oin));
    let age = match lid.leeftijd_dagen {
        0 => "vandaag gemaakt".to_owned(),
        days => format!("{} oud", counted::days(days)),
    };
    let until = if lid.verlopen {
        "VERLOPEN op"
    } else {
        "geldig tot"
    };
    out.line(&format!(
        "  lidbestand   nummer {}, {age}, {until} {}",
        lid.nummer, lid.geldig_tot
    ));
    if !lid.eigen {
        let exchanges = if lid.wisselt_uit {
            "ja"
        } else {
            "nee, geen convenant van kracht"
        };
        out.line(&format!("  wisselt uit  {exchanges}"));
    }
    out.line(&format!(
        "  omvang       vraagt naar hooguit {} nummers, publiceert er hooguit {}",
        lid.vraagt_tot, lid.publiceert_tot
    ));
    if let Some(notice) = &lid.let_op {
        out.line(&format!("  LET OP       {notice}"));
    }
    for node in &lid.nodes {
        out.line(&format!("  node         {}", node.peer_id));
        for address in &node.adressen {
            out.line(&format!("               {address}"));
        }
    }
    for contact in &lid.contacten {
        out.line(&format!("  {:<11}  {}", about(contact), call(contact)));
    }
}

fn about(contact: &ContactView) -> String {
    contact.doel.as_ref().map_or_else(
        || "bellen".to_owned(),
        |purpose| format!("bellen {purpose}"),
    )
}

fn call(contact: &ContactView) -> String {
    format!(
        "{}, {}, {}",
        contact.team, contact.telefoon, contact.mailbox
    )
}
