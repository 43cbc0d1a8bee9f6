// SPDX-License-Identifier: EUPL-1.2
//! `basisnet herindeling`: signs, brings in and shows who takes the place of whom.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::de::DeserializeOwned;

use super::convenant::save;
use super::{Client, Context, Failure, Output};
use crate::api::convenanten::FileView;
use crate::api::herindelingen::{HalfwayView, NewSuccession, SuccessionView, TakenView};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon welke organisatie op de plaats van welke andere komt
    Toon,
    /// Verklaar namens uw organisatie dat zij opgaat in een andere, of een andere opvolgt
    Verklaar(Verklaar),
    /// Teken wat de andere organisatie verklaarde; daarna horen de leden het vanzelf
    Teken {
        /// Het bestand van de andere organisatie
        bestand: PathBuf,
        /// Het nummer van het besluit
        #[arg(long, value_name = "NUMMER")]
        besluit: String,
        /// Waar het bestand met beide handtekeningen komt; zonder deze optie in hetzelfde bestand
        #[arg(long, value_name = "BESTAND")]
        uit: Option<PathBuf>,
    },
    /// Voer een verklaring in die beide tekenden; daarna horen de leden het vanzelf
    Invoeren {
        /// Het bestand dat u ontving
        bestand: PathBuf,
    },
    /// Zet register en gestelde vragen in een bestand voor wie uw organisatie opvolgt
    Uitvoer {
        /// Waar het bestand komt; behandel het als het register zelf
        #[arg(long, value_name = "BESTAND", default_value = "register.herindeling")]
        uit: PathBuf,
    },
    /// Neem register en gestelde vragen over van wie uw organisatie opvolgde
    Overnemen {
        /// Het bestand dat de oude node maakte
        bestand: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Verklaar {
    #[command(flatten)]
    wie: Wie,
    /// Vanaf welke dag, zoals 2028-01-01
    #[arg(long, value_name = "DATUM")]
    ingang: String,
    /// Het nummer van het besluit
    #[arg(long, value_name = "NUMMER")]
    besluit: String,
    /// Waar het bestand komt, voor de andere organisatie
    #[arg(long, value_name = "BESTAND", default_value = "verklaring.herindeling")]
    uit: PathBuf,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Wie {
    /// Het OIN van de organisatie die de uwe opvolgt
    #[arg(long, value_name = "OIN")]
    opvolger: Option<String>,
    /// Het OIN van de organisatie die de uwe gaat opvolgen
    #[arg(long, value_name = "OIN")]
    voorganger: Option<String>,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let (out, client) = (context.out, context.client()?);
    match command.what {
        What::Toon => {
            let all: Vec<SuccessionView> = client.get("/v1/herindelingen")?;
            out.show(&all, |out, all| list(out, all));
        }
        What::Verklaar(wish) => {
            let new = NewSuccession {
                opvolger: wish.wie.opvolger,
                voorganger: wish.wie.voorganger,
                ingang: wish.ingang,
                besluit: wish.besluit,
            };
            let made: HalfwayView = client.post("/v1/herindelingen", &new)?;
            save(&wish.uit, &made.bestand)?;
            tell(out, &made, &wish.uit);
        }
        What::Teken {
            bestand,
            besluit,
            uit,
        } => {
            let query: String = form_urlencoded::byte_serialize(besluit.as_bytes()).collect();
            let path = format!("/v1/herindelingen/_tekenen?besluit={query}");
            let made: HalfwayView = send(&client, &path, &bestand)?;
            let file = uit.unwrap_or(bestand);
            save(&file, &made.bestand)?;
            tell(out, &made, &file);
        }
        What::Uitvoer { uit } => {
            let file: FileView =
                client.post("/v1/herindelingen/_uitvoer", &serde_json::json!({}))?;
            save(&uit, &file.bestand)?;
            out.show(&serde_json::json!({ "bestand": uit }), |out, _| {
                out.line(&format!(
                    "`{}` is gemaakt; breng het versleuteld over, en wis het daarna",
                    uit.display()
                ));
            });
        }
        What::Overnemen { bestand } => {
            let taken: TakenView = send(&client, "/v1/herindelingen/_overnemen", &bestand)?;
            out.show(&taken, show_taken);
        }
        What::Invoeren { bestand } => {
            let made: HalfwayView = send(&client, "/v1/herindelingen/_invoer", &bestand)?;
            tell(out, &made, &bestand);
        }
    }
    Ok(())
}

fn send<T: DeserializeOwned>(client: &Client, path: &str, file: &Path) -> Result<T, Failure> {
    let bytes = std::fs::read(file).map_err(|cause| Failure::file("het lezen", file, &cause))?;
    client.send_file(path, bytes)
}

fn tell(out: Output, made: &HalfwayView, file: &Path) {
    out.show(made, |out, made| {
        out.line(&format!(
            "{} komt op de plaats van {}, vanaf {}.",
            made.nieuw, made.oud, made.ingang
        ));
        let next = match made.volledig {
            true => "Beide tekenden. De leden horen het vanzelf; geef het bestand ook aan de andere organisatie",
            false => "De andere organisatie tekent nu ook, met `basisnet herindeling teken`. Geef haar het bestand",
        };
        out.line(&format!("{next}: `{}`.", file.display()));
    });
}

fn show_taken(out: Output, taken: &TakenView) {
    out.line(&format!(
        "Overgenomen: {} nieuwe aanbieders, {} die beide kenden, {} betrokkenheden en {} vragen; {} gegevens waren er al.",
        taken.nieuw, taken.samengevoegd, taken.betrokkenheden, taken.vragen, taken.bekend
    ));
    if !taken.verschillen.is_empty() {
        let rows: Vec<_> = taken
            .verschillen
            .iter()
            .map(|one| vec![one.aanbieder.clone(), one.verschil.clone()])
            .collect();
        out.line("Kijk deze na:");
        out.table(&["aanbieder", "verschil"], &rows);
    }
}

fn list(out: Output, all: &[SuccessionView]) {
    if all.is_empty() {
        out.line("Er is geen herindeling bekend.");
        return;
    }
    let rows: Vec<_> = all
        .iter()
        .map(|one| {
            vec![
                one.oud.clone(),
                one.nieuw.clone(),
                one.ingang.clone(),
                one.toelichting.clone(),
            ]
        })
        .collect();
    out.table(&["oud", "nieuw", "ingang", "toestand"], &rows);
}
