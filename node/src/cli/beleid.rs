// SPDX-License-Identifier: EUPL-1.2
//! `basisnet beleid`: the rules and the purposes, tried before they count and explained afterwards.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;

use super::{Context, Exit, Failure, Output};
use crate::api::beleid::{
    BeleidView, BesluitView, BestandView, ControleView, ProefView, ToetsRegel, ToetsView,
    UitlegView, VerschilView, VersieView,
};

/// The most files that are read from a folder.
const MAX_FILES: usize = 1_000;

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon wat er nu geldt
    Toon,
    /// Toon alle versies, of een ervan met haar bestanden
    Versies {
        /// Het nummer van een versie; zonder nummer alle
        nummer: Option<u32>,
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
        /// Toon ook het verslag in de vorm van de Authorization Decision Log
        #[arg(long)]
        verslag: bool,
    },
    /// Neem de beslissingen van de afgelopen dagen opnieuw, met een concept
    Proef {
        /// De map met het concept
        map: PathBuf,
        /// Hoeveel dagen terug
        #[arg(long, default_value_t = 30)]
        dagen: u32,
    },
    /// Toon wat een concept verandert
    Verschil {
        /// De map met het concept
        map: PathBuf,
    },
    /// Stel een concept voor, of zet in wat een ander voorstelde
    ZetIn(ZetIn),
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
    let client = context.client()?;
    let out = context.out;
    match command.what {
        What::Toon => out.show(&client.get::<BeleidView>("/v1/beleid")?, show),
        What::Versies { nummer, uit } => versions(&client, out, nummer, uit.as_deref())?,
        What::Controleer { concept } => {
            let body = json!({ "bestanden": concept.as_deref().map(draft).transpose()? });
            let found: ControleView = client.post("/v1/beleid/_controleer", &body)?;
            out.show(&found, checked);
        }
        What::Toets {
            map,
            concept,
            alles,
        } => test(&client, out, &map, concept.as_deref(), alles)?,
        What::Verklaar {
            nummer,
            gevallen,
            verslag,
        } => explain_one(&client, out, nummer, gevallen.as_deref(), verslag)?,
        What::Proef { map, dagen } => {
            let body = json!({ "bestanden": draft(&map)?, "dagen": dagen });
            let tried: ProefView = client.post("/v1/beleid/_proef", &body)?;
            out.show(&tried, trial);
        }
        What::Verschil { map } => {
            let body = json!({ "bestanden": draft(&map)? });
            let found: VerschilView = client.post("/v1/beleid/_verschil", &body)?;
            out.show(&found, |out, found| match found.verschil.is_empty() {
                true => out.line("Er is geen verschil met wat er nu geldt."),
                false => found.verschil.iter().for_each(|line| out.line(line)),
            });
        }
        What::ZetIn(zet_in) => put_in_place(&client, out, zet_in)?,
        What::Adviseer {
            nummer,
            negatief,
            toelichting,
        } => advise(&client, out, nummer, negatief, &toelichting)?,
        What::Herstel { reden } => {
            let body = json!({ "reden": reden });
            let now: BeleidView = client.post("/v1/beleid/_herstel", &body)?;
            out.show(&now, |out, now| {
                out.line(&format!("Versie {} geldt weer.", now.versie));
            });
        }
    }
    Ok(())
}

fn versions(
    client: &super::Client,
    out: Output,
    number: Option<u32>,
    folder: Option<&Path>,
) -> Result<(), Failure> {
    let Some(number) = number else {
        let all: Vec<VersieView> = client.get("/v1/beleid/versies")?;
        out.show(&all, |out, all| {
            all.iter().for_each(|one| version(out, one))
        });
        return Ok(());
    };
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
    let tried: ToetsView = client.post("/v1/beleid/_toets", &body)?;
    out.show(&tried, |out, tried| tested(out, tried, all));
    if tried.fout > 0 {
        let text = format!("{} van de gevallen komen anders uit", tried.fout);
        return Err(Failure::new(Exit::Refused, text));
    }
    Ok(())
}

fn explain_one(
    client: &super::Client,
    out: Output,
    number: Option<u64>,
    cases: Option<&Path>,
    report: bool,
) -> Result<(), Failure> {
    if let Some(folder) = cases {
        let body = json!({ "gevallen": read_folder(folder, &["toml"])? });
        let all: Vec<UitlegView> = client.post("/v1/beleid/_verklaar", &body)?;
        out.show(&all, |out, all| {
            all.iter().for_each(|one| question(out, one))
        });
        return Ok(());
    }
    let number = number.unwrap_or_default();
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
        out.show(&client.post::<_, VersieView>(&path, &body)?, |out, one| {
            out.line(&format!(
                "Versie {} geldt vanaf de volgende beslissing.",
                one.nummer
            ));
        });
        return Ok(());
    }
    let folder = zet_in.map.unwrap_or_default();
    let body = json!({ "bestanden": draft(&folder)? });
    let proposed: VersieView = client.post("/v1/beleid/versies", &body)?;
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

fn show(out: Output, now: &BeleidView) {
    let which = match now.versie {
        0 => "het beleid van het programma".to_owned(),
        number => format!("versie {number}"),
    };
    out.line(&format!("Nu geldt {which}."));
    out.line(&format!(
        "Regels {}, catalogus {}.",
        now.regels, now.catalogus
    ));
    for file in &now.bestanden {
        out.line(&format!("  eigen bestand: {}", file.naam));
    }
    let rows: Vec<_> = now
        .toetsen
        .iter()
        .map(|one| vec![one.toets.clone(), one.uitleg.clone(), one.wet.clone()])
        .collect();
    out.table(&["toets", "zegt nee als", "wet"], &rows);
}

fn version(out: Output, one: &VersieView) {
    out.line(&format!(
        "Versie {}: {}, voorgesteld door {} op {}",
        one.nummer, one.staat, one.voorgesteld.wie, one.voorgesteld.wanneer
    ));
    for line in &one.verschil {
        out.line(&format!("  {line}"));
    }
    if let Some(advice) = &one.advies {
        let kind = if advice.positief {
            "positief"
        } else {
            "negatief"
        };
        out.line(&format!(
            "  advies van {}: {kind} {}",
            advice.wie, advice.toelichting
        ));
    }
    if let Some(confirmed) = &one.ingezet {
        out.line(&format!(
            "  ingezet door {} op {}",
            confirmed.wie, confirmed.wanneer
        ));
    }
    if let Some(because) = &one.wijkt_af_omdat {
        out.line(&format!("  wijkt af van het advies omdat: {because}"));
    }
    if let Some(because) = &one.teruggezet_omdat {
        out.line(&format!("  teruggezet omdat: {because}"));
    }
}

fn checked(out: Output, found: &ControleView) {
    out.line(&format!(
        "Geladen: {} regels, {} doelen, {} convenanten.",
        found.toetsen, found.doelen, found.convenanten
    ));
    found.bevindingen.iter().for_each(|line| out.line(line));
}

fn tested(out: Output, tried: &ToetsView, all: bool) {
    let shown = tried
        .gevallen
        .iter()
        .filter(|line| all || !line.starts_with("goed"));
    shown.for_each(|line| out.line(line));
    if !tried.zonder_geval.is_empty() {
        out.line(&format!(
            "Zonder geval in deze map: {}.",
            tried.zonder_geval.join(", ")
        ));
    }
    out.line(&format!(
        "{} gevallen goed, {} fout.",
        tried.goed, tried.fout
    ));
}

fn explain(out: Output, one: &BesluitView, record: bool) {
    let stands_for = match one.aantal {
        None | Some(0) => String::new(),
        Some(1) => ", voor 1 gegeven".to_owned(),
        Some(many) => format!(", voor {many} gegevens"),
    };
    out.line(&format!(
        "Beslissing {} van {}: {}{stands_for}.",
        one.nummer, one.tijd, one.antwoord
    ));
    one.vraag
        .iter()
        .for_each(|line| out.line(&format!("  {line}")));
    one.gegeven
        .iter()
        .for_each(|line| out.line(&format!("  {line}")));
    reasons(out, &one.redenen, &one.kan_wel);
    out.line(match one.opnieuw.as_str() {
        "hetzelfde" => "Opnieuw genomen met de regels van toen: hetzelfde antwoord.",
        "anders" => "Opnieuw genomen met de regels van toen: een ANDER antwoord. Laat het logboek controleren.",
        _ => "Opnieuw nemen kan niet: de regels of het convenant van toen zijn hier niet.",
    });
    if record {
        out.line(&serde_json::to_string_pretty(&one.adl).unwrap_or_default());
    }
    for other in &one.andere {
        out.line("");
        explain(out, other, record);
    }
}

fn question(out: Output, one: &UitlegView) {
    out.line(&format!("{}: {}.", one.naam, one.antwoord));
    one.vraag
        .iter()
        .for_each(|line| out.line(&format!("  {line}")));
    reasons(out, &one.redenen, &one.kan_wel);
}

fn reasons(out: Output, all: &[ToetsRegel], ways: &[String]) {
    for one in all {
        out.line(&format!(
            "Nee om {}: {} ({}).",
            one.toets, one.uitleg, one.wet
        ));
        out.line(&format!("  Nodig: {}.", one.nodig));
    }
    for way in ways {
        out.line(&format!("Anders gevraagd: {way}."));
    }
}

fn trial(out: Output, trial: &ProefView) {
    out.line(&format!(
        "{} beslissingen van de afgelopen {} dagen opnieuw genomen: {} komen anders uit.",
        trial.beslissingen, trial.dagen, trial.anders
    ));
    if trial.onmogelijk > 0 {
        out.line(&format!(
            "{} konden niet opnieuw: het convenant van toen is hier niet.",
            trial.onmogelijk
        ));
    }
    let row = |one: &crate::api::beleid::ProefTelling| {
        let about = one.gegevens.clone().unwrap_or_else(|| "alles".to_owned());
        vec![
            one.lid.clone(),
            one.doel.clone(),
            about,
            one.aantal.to_string(),
        ]
    };
    let rows: Vec<_> = trial.per.iter().map(row).collect();
    if !rows.is_empty() {
        out.table(&["lid", "doel", "gegevens", "aantal"], &rows);
    }
    for one in &trial.voorbeelden {
        let guards = one.toetsen.join(", ");
        out.line(&format!(
            "regel {}: {} {}: was {}, wordt {} {}",
            one.nummer, one.lid, one.doel, one.was, one.wordt, guards
        ));
    }
}

/// The files of a draft.
fn draft(folder: &Path) -> Result<Vec<BestandView>, Failure> {
    read_folder(folder, &["cedar", "toml"])
}

/// The files of a folder, which all have one of these endings, by name. What is left out silently would look as if it
/// were taken, so a file of another kind is refused; hidden files and a `README.md` or `LEESMIJ.md` are not looked at.
fn read_folder(folder: &Path, endings: &[&str]) -> Result<Vec<BestandView>, Failure> {
    let fail = |cause| Failure::file("het lezen", folder, &cause);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || ["README.md", "LEESMIJ.md"].contains(&&*name) {
            continue;
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        if !path.is_file() || !ending.is_some_and(|ending| endings.contains(&ending)) {
            let expected = endings.join("` of `.");
            return Err(Failure::refused(format!(
                "`{}` is geen bestand dat op `.{expected}` eindigt; er is niets gedaan; haal het weg uit deze map of geef het die naam",
                path.display()
            )));
        }
        if files.len() >= MAX_FILES {
            return Err(Failure::refused(format!(
                "in de map `{}` staan meer dan {MAX_FILES} bestanden; er is niets gedaan; verdeel ze over meer mappen",
                folder.display()
            )));
        }
        let tekst = std::fs::read_to_string(&path)
            .map_err(|cause| Failure::file("het lezen", &path, &cause))?;
        let name = path.file_name().unwrap_or_default();
        files.push(BestandView {
            naam: name.to_string_lossy().into_owned(),
            tekst,
        });
    }
    if files.is_empty() {
        return Err(Failure::refused(format!(
            "in de map `{}` staat geen bestand dat op `.{}` eindigt; er is niets gedaan; noem de map met de bestanden",
            folder.display(),
            endings.join("` of `.")
        )));
    }
    files.sort_by(|one, other| one.naam.cmp(&other.naam));
    Ok(files)
}

fn write_folder(folder: &Path, files: &[BestandView]) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|cause| Failure::file("het maken", folder, &cause))?;
    for file in files {
        let name = Path::new(&file.naam).file_name().unwrap_or_default();
        let path = folder.join(name);
        std::fs::write(&path, &file.tekst)
            .map_err(|cause| Failure::file("het bewaren", &path, &cause))?;
    }
    Ok(())
}
