// SPDX-License-Identifier: EUPL-1.2
//! `basisnet beleid`: the rules and the purposes, tried before they count and explained afterwards.

mod folder;
mod tell;
mod voorbeeld;

use std::path::{Path, PathBuf};

use basisnet_protocol::time::Date;
use clap::Subcommand;
use serde_json::json;

use super::{Context, Exit, Failure, Output};
use crate::api::beleid::{
    BeleidView, BesluitView, ControleView, ProefView, ToetsView, UitlegView, VerschilView,
    VersieView,
};
use folder::{draft, read_folder, write_folder};
use tell::{checked, explain, question, show, tested, trial, version};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon wat er nu geldt
    Toon,
    /// Toon de versies, de nieuwste eerst, of een ervan met haar bestanden
    Versies {
        /// Het nummer van een versie; zonder nummer de nieuwste
        nummer: Option<u32>,
        /// Zo veel versies, hooguit 100
        #[arg(long, value_name = "AANTAL", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
        aantal: u32,
        /// Alleen versies voor dit nummer
        #[arg(long, value_name = "NUMMER", conflicts_with = "nummer")]
        voor: Option<u32>,
        /// Bewaar de bestanden van deze versie in een map
        #[arg(long, value_name = "MAP", requires = "nummer")]
        uit: Option<PathBuf>,
    },
    /// Laad alles en zoek regels die niets doen, dubbel zijn of elkaar tegenspreken
    Controleer {
        /// Een map met eigen regels (.cedar) en doelen (.toml); zonder deze optie wat er nu geldt
        #[arg(long, value_name = "MAP")]
        concept: Option<PathBuf>,
    },
    /// Leg een map met gevallen voor aan het beleid
    Toets {
        /// De map met gevallen (.toml)
        map: PathBuf,
        /// Toets een concept; zonder deze optie wat er nu geldt
        #[arg(long, value_name = "MAP")]
        concept: Option<PathBuf>,
        /// Toon ook de gevallen die goed zijn
        #[arg(long)]
        alles: bool,
    },
    /// Leg een beslissing of een vraag uit: welke regels, welk artikel, en wat er nodig is
    Verklaar {
        /// Het nummer van de regel in het logboek
        #[arg(required_unless_present = "gevallen", conflicts_with = "gevallen")]
        nummer: Option<u64>,
        /// Een map met gevallen: vragen die nog niemand stelde
        #[arg(long, value_name = "MAP")]
        gevallen: Option<PathBuf>,
        /// Leg die vragen uit met een concept; zonder deze optie met wat er nu geldt
        #[arg(long, value_name = "MAP", requires = "gevallen")]
        concept: Option<PathBuf>,
        /// Toon ook het verslag in de vorm van de Authorization Decision Log
        #[arg(long)]
        verslag: bool,
    },
    /// Neem de beslissingen van de afgelopen dagen opnieuw, met een concept
    Proef {
        /// De map met het concept
        map: PathBuf,
        /// Hoeveel dagen terug, hooguit 3660
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3660))]
        dagen: u32,
    },
    /// Toon wat een concept verandert
    Verschil {
        /// De map met het concept
        map: PathBuf,
    },
    /// Stel een concept voor, of zet in wat een ander voorstelde
    ZetIn(ZetIn),
    /// Trek een voorstel in; het blijft in de lijst staan
    TrekIn {
        /// Het nummer van het voorstel
        nummer: u32,
        /// Waarom
        #[arg(long)]
        reden: String,
    },
    /// Schrijf een voorbeeld: een map met een eigen regel en een map met gevallen, of met --doel een volgende versie van een doel
    Voorbeeld {
        /// De map; zij is er nog niet, of is leeg
        map: PathBuf,
        /// Schrijf in plaats daarvan een volgende versie van dit doel, zoals P03
        #[arg(long, value_name = "DOEL", requires = "vanaf")]
        doel: Option<String>,
        /// De dag waarop die versie begint, zoals 2027-03-01
        #[arg(long, value_name = "DAG", requires = "doel")]
        vanaf: Option<Date>,
    },
    /// Leg het advies van de FG over een voorstel vast (rol fg)
    Adviseer {
        /// Het nummer van het voorstel
        nummer: u32,
        /// Het advies is negatief; zonder deze optie is het positief
        #[arg(long)]
        negatief: bool,
        /// Wat de FG erbij zegt
        #[arg(long, default_value = "", hide_default_value = true)]
        toelichting: String,
    },
    /// Zet de vorige versie terug (rol verwerkingsverantwoordelijke)
    Herstel {
        /// Waarom
        #[arg(long)]
        reden: String,
    },
}

/// Two steps, by two people.
#[derive(Debug, clap::Args)]
struct ZetIn {
    /// De map met het concept, om voor te stellen
    #[arg(required_unless_present = "bevestig", conflicts_with = "bevestig")]
    map: Option<PathBuf>,
    /// Het nummer van een voorstel van een ander, om in te zetten
    #[arg(long, value_name = "NUMMER")]
    bevestig: Option<u32>,
    /// Waarom u een negatief advies van de FG niet volgt
    #[arg(long, value_name = "REDEN", requires = "bevestig")]
    wijkt_af_omdat: Option<String>,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    if let What::Voorbeeld { map, doel, vanaf } = &command.what {
        return voorbeeld::write(context.out, map, doel.as_deref().zip(*vanaf));
    }
    ask(command.what, &context.client()?, context.out)
}

fn ask(what: What, client: &super::Client, out: Output) -> Result<(), Failure> {
    match what {
        // It asks nothing of the node.
        What::Voorbeeld { .. } => {}
        What::Toon => out.show(&client.get::<BeleidView>("/v1/beleid")?, show),
        What::Versies {
            nummer: Some(number),
            uit,
            ..
        } => one_version(client, out, number, uit.as_deref())?,
        What::Versies { aantal, voor, .. } => versions(client, out, aantal, voor)?,
        What::Controleer { concept } => {
            let body = json!({ "bestanden": concept.as_deref().map(draft).transpose()? });
            let check = || client.post("/v1/beleid/_controleer", &body);
            let found: ControleView = out.busy("Controleren", check)?;
            out.show(&found, checked);
        }
        What::Toets {
            map,
            concept,
            alles,
        } => test(client, out, &map, concept.as_deref(), alles)?,
        What::Verklaar {
            nummer,
            gevallen,
            concept,
            verslag,
        } => match gevallen {
            Some(cases) => explain_cases(client, out, &cases, concept.as_deref())?,
            None => explain_one(client, out, nummer.unwrap_or_default(), verslag)?,
        },
        What::Proef { map, dagen } => try_draft(client, out, &map, dagen)?,
        What::Verschil { map } => difference(client, out, &map)?,
        What::ZetIn(zet_in) => put_in_place(client, out, zet_in)?,
        What::Adviseer {
            nummer,
            negatief,
            toelichting,
        } => advise(client, out, nummer, negatief, &toelichting)?,
        What::TrekIn { nummer, reden } => {
            let path = format!("/v1/beleid/versies/{nummer}/_intrekken");
            let body = json!({ "reden": reden });
            out.show(&client.post::<_, VersieView>(&path, &body)?, |out, one| {
                out.line(&format!(
                    "Het voorstel voor versie {} is ingetrokken.",
                    one.nummer
                ));
            });
        }
        What::Herstel { reden } => {
            let body = json!({ "reden": reden });
            let restore = || client.post("/v1/beleid/_herstel", &body);
            let now: BeleidView = out.busy("Terugzetten", restore)?;
            out.show(&now, |out, now| {
                out.line(&format!("Versie {} geldt weer.", now.versie));
            });
        }
    }
    Ok(())
}

fn try_draft(client: &super::Client, out: Output, map: &Path, days: u32) -> Result<(), Failure> {
    let body = json!({ "bestanden": draft(map)?, "dagen": days });
    let ask = || client.post("/v1/beleid/_proef", &body);
    let tried: ProefView = out.busy("Beproeven", ask)?;
    out.show(&tried, trial);
    Ok(())
}

fn difference(client: &super::Client, out: Output, map: &Path) -> Result<(), Failure> {
    let body = json!({ "bestanden": draft(map)? });
    let ask = || client.post("/v1/beleid/_verschil", &body);
    let found: VerschilView = out.busy("Vergelijken", ask)?;
    out.show(&found, |out, found| match found.verschil.is_empty() {
        true => out.line("Er is geen verschil met wat er nu geldt."),
        false => found.verschil.iter().for_each(|line| out.line(line)),
    });
    Ok(())
}

fn versions(
    client: &super::Client,
    out: Output,
    count: u32,
    before: Option<u32>,
) -> Result<(), Failure> {
    let before = before.map_or_else(String::new, |number| format!("&voor={number}"));
    let path = format!("/v1/beleid/versies?aantal={count}{before}");
    let all: Vec<VersieView> = client.get(&path)?;
    out.show(&all, |out, all| {
        all.iter().for_each(|one| version(out, one));
        match all.last().map(|one| one.nummer) {
            None => out.line("Hier zijn geen versies van uw gemeente."),
            Some(1) => {}
            Some(oldest) => out.note(&format!("Er zijn oudere versies: --voor {oldest}")),
        }
    });
    Ok(())
}

fn one_version(
    client: &super::Client,
    out: Output,
    number: u32,
    folder: Option<&Path>,
) -> Result<(), Failure> {
    let one: VersieView = client.get(&format!("/v1/beleid/versies/{number}"))?;
    if let Some(folder) = folder {
        write_folder(folder, &one.bestanden)?;
    }
    out.show(&one, version);
    Ok(())
}

fn test(
    client: &super::Client,
    out: Output,
    cases: &Path,
    concept: Option<&Path>,
    all: bool,
) -> Result<(), Failure> {
    let cases = read_folder(cases, &["toml"])?;
    let draft = concept.map(draft).transpose()?;
    let body = json!({ "gevallen": cases, "bestanden": draft });
    let tried: ToetsView = out.busy("Toetsen", || client.post("/v1/beleid/_toets", &body))?;
    out.show(&tried, |out, tried| tested(out, tried, all));
    if tried.fout > 0 {
        let text = match tried.fout {
            1 => "1 van de gevallen komt anders uit".to_owned(),
            several => format!("{several} van de gevallen komen anders uit"),
        };
        return Err(Failure::new(Exit::Refused, text));
    }
    Ok(())
}

fn explain_cases(
    client: &super::Client,
    out: Output,
    cases: &Path,
    concept: Option<&Path>,
) -> Result<(), Failure> {
    let cases = read_folder(cases, &["toml"])?;
    let body = json!({ "gevallen": cases, "bestanden": concept.map(draft).transpose()? });
    let ask = || client.post("/v1/beleid/_verklaar", &body);
    let all: Vec<UitlegView> = out.busy("Verklaren", ask)?;
    out.show(&all, |out, all| {
        all.iter().for_each(|one| question(out, one))
    });
    Ok(())
}

fn explain_one(
    client: &super::Client,
    out: Output,
    number: u64,
    report: bool,
) -> Result<(), Failure> {
    let explained: BesluitView = client.get(&format!("/v1/beleid/besluiten/{number}"))?;
    out.show(&explained, |out, one| explain(out, one, report));
    Ok(())
}

fn advise(
    client: &super::Client,
    out: Output,
    number: u32,
    negative: bool,
    words: &str,
) -> Result<(), Failure> {
    let body = json!({ "positief": !negative, "toelichting": words });
    let path = format!("/v1/beleid/versies/{number}/_adviseer");
    out.show(&client.post::<_, VersieView>(&path, &body)?, |out, one| {
        let kind = if negative { "negatieve" } else { "positieve" };
        out.line(&format!(
            "Het {kind} advies over versie {} is vastgelegd.",
            one.nummer
        ));
    });
    Ok(())
}

fn put_in_place(client: &super::Client, out: Output, zet_in: ZetIn) -> Result<(), Failure> {
    if let Some(number) = zet_in.bevestig {
        let body = json!({ "wijktAfOmdat": zet_in.wijkt_af_omdat });
        let path = format!("/v1/beleid/versies/{number}/_zet-in");
        let confirmed: VersieView = out.busy("Inzetten", || client.post(&path, &body))?;
        out.show(&confirmed, |out, one| {
            out.line(&format!(
                "Versie {} geldt vanaf de volgende beslissing.",
                one.nummer
            ));
        });
        return Ok(());
    }
    let folder = zet_in.map.unwrap_or_default();
    let body = json!({ "bestanden": draft(&folder)? });
    let propose = || client.post("/v1/beleid/versies", &body);
    let proposed: VersieView = out.busy("Voorstellen", propose)?;
    out.show(&proposed, |out, one| {
        version(out, one);
        out.line("");
        if !one.doelen.is_empty() {
            out.line(&format!(
                "Er verandert een doel: de FG adviseert eerst, met `basisnet beleid adviseer {}`.",
                one.nummer
            ));
        }
        out.line(&format!(
            "Een ander zet deze versie in, met `basisnet beleid zet-in --bevestig {}`.",
            one.nummer
        ));
    });
    Ok(())
}
