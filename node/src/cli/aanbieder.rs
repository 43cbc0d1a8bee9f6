// SPDX-License-Identifier: EUPL-1.2
//! `basisnet aanbieder`: the register, and how much of it takes part.

use std::path::PathBuf;
use std::str::FromStr;

use basisnet_protocol::purpose::PurposeId;
use clap::Subcommand;
use serde_json::json;

use super::{Client, Context, Exit, Failure, Output};
use crate::api::aanbieders::{AanbiederView, DekkingView, ImportView};
use crate::counted::counted;
use crate::service::import::{ImportLimits, count_rows};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Voeg een aanbieder toe
    Toevoegen(Data),
    /// Pas de gegevens van een aanbieder aan
    Wijzigen {
        #[command(flatten)]
        which: Which,
        /// De nieuwe naam
        #[arg(long)]
        naam: Option<String>,
        /// De rechtsvorm, zoals bv, stichting of eenmanszaak
        #[arg(long)]
        rechtsvorm: Option<String>,
    },
    /// Voer aanbieders in uit een CSV-bestand
    Invoeren(Import),
    /// Zoek in het register; zonder opties toont dit alles
    Lijst {
        /// Een deel van de naam
        #[arg(long)]
        naam: Option<String>,
        /// Het KVK-nummer
        #[arg(long)]
        kvk: Option<String>,
        /// De AGB-code
        #[arg(long)]
        agb: Option<String>,
        /// Voor welk doel u kijkt, zoals P03; zonder deze optie kiest de node het doel dat past
        #[arg(long, value_name = "CODE")]
        doel: Option<Doel>,
    },
    /// Toon een aanbieder
    Toon {
        #[command(flatten)]
        which: Which,
        /// Voor welk doel u kijkt, zoals P03; zonder deze optie kiest de node het doel dat past
        #[arg(long, value_name = "CODE")]
        doel: Option<Doel>,
    },
    /// Toon hoeveel van het register meedoet, en waarom de rest niet
    Dekking,
    /// Beperk de verwerking van een aanbieder (AVG art. 18), of hef dat op
    Beperken {
        #[command(flatten)]
        which: Which,
        /// Hef de beperking op
        #[arg(long)]
        opheffen: bool,
    },
}

/// A new aanbieder.
#[derive(Debug, clap::Args)]
struct Data {
    /// De naam
    #[arg(long)]
    naam: String,
    /// Het KVK-nummer (8 cijfers)
    #[arg(long, default_value = "", hide_default_value = true)]
    kvk: String,
    /// Een vestigingsnummer (12 cijfers); herhaal de optie voor meer
    #[arg(long = "vestiging")]
    vestigingen: Vec<String>,
    /// Een AGB-code (8 cijfers); herhaal de optie voor meer
    #[arg(long)]
    agb: Vec<String>,
    /// Het RSIN (9 cijfers)
    #[arg(long, default_value = "", hide_default_value = true)]
    rsin: String,
    /// De rechtsvorm, zoals bv, stichting of eenmanszaak; weglaten betekent onbekend
    #[arg(long, default_value = "", hide_default_value = true)]
    rechtsvorm: String,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Het bestand heeft als eerste regel de kolommen naam;kvk;vestigingen;agb;rsin;rechtsvorm, in een volgorde naar keuze.
Verplicht zijn naam en kvk (kvk mag leeg zijn als er een AGB-code is). Meer nummers in een vak: met een spatie of |.
Scheidingsteken ; of , en tekst in UTF-8 of Windows-1252.")]
struct Import {
    /// Het CSV-bestand
    bestand: PathBuf,
    /// Voer de goede regels in, ook als andere regels fout zijn
    #[arg(long)]
    goede_regels: bool,
    /// Laat voor bekende aanbieders voortaan de gegevens van het bestand gelden
    #[arg(long)]
    bijwerken: bool,
    /// Zeg alleen wat er zou gebeuren
    #[arg(long)]
    proef: bool,
}

/// A purpose for which somebody looks: a code, and nothing that could change an address.
#[derive(Clone, Debug)]
pub(super) struct Doel(PurposeId);

impl FromStr for Doel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.trim().parse();
        code.map(Self)
            .map_err(|_| format!("`{text}` is geen code van een doel, zoals P03"))
    }
}

impl Doel {
    fn code(&self) -> &str {
        self.0.as_str()
    }

    /// What stands behind an address to look for this purpose.
    pub(super) fn query(doel: Option<&Self>) -> String {
        doel.map_or_else(String::new, |doel| format!("?doel={}", doel.code()))
    }
}

/// Which aanbieder is meant: exactly one of these.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Which {
    /// Het KVK-nummer van de aanbieder
    #[arg(long = "kvk", id = "which_kvk", value_name = "NUMMER")]
    pub(super) kvk: Option<String>,
    /// De AGB-code van de aanbieder
    #[arg(long = "agb", id = "which_agb", value_name = "CODE")]
    pub(super) agb: Option<String>,
    /// De naam van de aanbieder, of een deel dat maar een keer voorkomt
    #[arg(long = "aanbieder", id = "which_naam", value_name = "NAAM")]
    pub(super) naam: Option<String>,
    /// Het nummer van de aanbieder in deze node
    #[arg(long = "id", id = "which_id", value_name = "ID")]
    pub(super) id: Option<String>,
}

impl Which {
    /// The one aanbieder that is meant.
    pub(super) fn find(&self, client: &Client) -> Result<AanbiederView, Failure> {
        self.find_for(client, None)
    }

    /// The same, looked at for a purpose.
    pub(super) fn find_for(
        &self,
        client: &Client,
        doel: Option<&Doel>,
    ) -> Result<AanbiederView, Failure> {
        if let Some(id) = &self.id {
            let plain = id.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !plain {
                return Err(Failure::new(
                    Exit::Usage,
                    format!("`{id}` is geen nummer van een aanbieder"),
                ));
            }
            return client.get(&format!("/v1/aanbieders/{id}{}", Doel::query(doel)));
        }
        let body = json!({
            "naam": self.naam, "kvk": self.kvk, "agb": self.agb, "doel": doel.map(Doel::code),
        });
        let found: Vec<AanbiederView> = client.post("/v1/aanbieders/_zoek", &body)?;
        match <[AanbiederView; 1]>::try_from(found) {
            Ok([one]) => Ok(one),
            Err(found) if found.is_empty() => Err(Failure::refused(
                "deze aanbieder staat niet in uw register; `basisnet aanbieder lijst` toont het",
            )),
            Err(found) => {
                let names = found.iter().take(10).map(|one| one.called().to_owned());
                Err(Failure::refused(format!(
                    "dit kunnen {} aanbieders zijn; noem het KVK-nummer",
                    found.len()
                ))
                .with_details(names))
            }
        }
    }
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let client = context.client()?;
    let out = context.out;
    match command.what {
        What::Toevoegen(data) => {
            let body = json!({
                "naam": data.naam, "kvk": data.kvk, "vestigingen": data.vestigingen,
                "agb": data.agb, "rsin": data.rsin, "rechtsvorm": data.rechtsvorm,
            });
            let one: AanbiederView = client.post("/v1/aanbieders", &body)?;
            out.show(&one, show);
            Ok(())
        }
        What::Wijzigen {
            which,
            naam,
            rechtsvorm,
        } => {
            let before = which.find(&client)?;
            let body = changed(&before, naam, rechtsvorm)?;
            let one: AanbiederView = client.put(&format!("/v1/aanbieders/{}", before.id), &body)?;
            out.show(&one, show);
            Ok(())
        }
        What::Invoeren(import) => {
            let most = ImportLimits::from_config(&context.config()?).bytes;
            run_import(&client, out, &import, most)
        }
        What::Lijst {
            naam,
            kvk,
            agb,
            doel,
        } => {
            let body = json!({
                "naam": naam, "kvk": kvk, "agb": agb, "doel": doel.as_ref().map(Doel::code),
            });
            let found: Vec<AanbiederView> = client.post("/v1/aanbieders/_zoek", &body)?;
            out.show(&found, |out, found| list(out, found));
            Ok(())
        }
        What::Toon { which, doel } => {
            let one = which.find_for(&client, doel.as_ref())?;
            out.show(&one, show);
            Ok(())
        }
        What::Dekking => {
            let dekking: DekkingView = client.get("/v1/aanbieders/_dekking")?;
            out.show(&dekking, coverage);
            Ok(())
        }
        What::Beperken { which, opheffen } => {
            let one = which.find(&client)?;
            let body = json!({ "beperkt": !opheffen });
            let one: AanbiederView =
                client.post(&format!("/v1/aanbieders/{}/_beperk", one.id), &body)?;
            out.show(&one, show);
            Ok(())
        }
    }
}

/// An aanbieder with another name or legal form. Who does not see all of it would wipe what is not seen.
fn changed(
    before: &AanbiederView,
    naam: Option<String>,
    rechtsvorm: Option<String>,
) -> Result<serde_json::Value, Failure> {
    let unseen = || {
        Failure::refused(
            "u ziet niet alle gegevens van deze aanbieder, dus u kunt die niet wijzigen",
        )
    };
    let vestigingen = before.vestigingen.as_ref().ok_or_else(unseen)?;
    let agb = before.agb.as_ref().ok_or_else(unseen)?;
    let naam = naam.or_else(|| before.naam.clone()).ok_or_else(unseen)?;
    let vorm = rechtsvorm.or_else(|| before.rechtsvorm.clone());
    Ok(json!({
        "naam": naam, "kvk": before.kvk.clone().unwrap_or_default(), "vestigingen": vestigingen, "agb": agb,
        "rsin": before.rsin.clone().unwrap_or_default(), "rechtsvorm": vorm.ok_or_else(unseen)?,
    }))
}

fn run_import(client: &Client, out: Output, import: &Import, most: usize) -> Result<(), Failure> {
    let file = std::fs::read(&import.bestand)
        .map_err(|cause| Failure::file("het lezen", &import.bestand, &cause))?;
    // The node would stop reading half-way and say nothing.
    if file.len() > most {
        return Err(Failure::refused(format!(
            "`{}` is {} bytes groot; hoogstens {most} kan; deel het bestand op, of verhoog `csv_mib` in [grenzen]",
            import.bestand.display(),
            file.len()
        )));
    }
    let path = format!(
        "/v1/aanbieders/_invoer?goedeRegels={}&bijwerken={}&proef={}",
        import.goede_regels, import.bijwerken, import.proef
    );
    let doing = match count_rows(&file) {
        Some(rows) => format!(
            "Bezig met invoeren van {}",
            counted(rows, "regel", "regels")
        ),
        None => "Bezig met invoeren".to_owned(),
    };
    let report: ImportView = out.busy(&doing, || client.upload(&path, file))?;
    out.show(&report, |out, report| {
        if import.proef {
            out.line("Dit is een proef: er is niets ingevoerd.");
        }
        let read = match report.regels {
            0 => "Onder de kop staat geen enkele regel".to_owned(),
            rows => format!("{} gelezen", counted(rows, "regel", "regels")),
        };
        out.line(&format!(
            "{read} ({}, scheidingsteken {}): {} nieuw, {} gewijzigd, {} gelijk, {} fout",
            report.codering,
            sign(&report.scheidingsteken),
            report.nieuw,
            report.gewijzigd,
            report.gelijk,
            report.fout
        ));
        for fault in &report.fouten {
            out.line(&format!("  - {fault}"));
        }
    });
    Ok(())
}

/// A tab shows as nothing.
fn sign(delimiter: &str) -> &str {
    if delimiter == "\t" { "tab" } else { delimiter }
}

fn show(out: Output, one: &AanbiederView) {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let line = |name: &str, text: &str| out.line(&format!("  {name:<18} {text}"));
    out.line(one.called());
    line("id", &one.id);
    if let (Some(vestigingen), Some(agb)) = (&one.vestigingen, &one.agb) {
        line("KVK", &or_none(&one.kvk));
        line("vestigingen", &several(vestigingen));
        line("AGB", &several(agb));
        line("RSIN", &or_none(&one.rsin));
    }
    if let Some(rechtsvorm) = &one.rechtsvorm {
        line("rechtsvorm", rechtsvorm);
        line("natuurlijk persoon", &or_none(&one.natuurlijk_persoon));
        line("doet mee", yes_no(one.doet_mee));
    }
    if one.beperkt {
        line("beperkt", "ja");
    }
    if let Some(reason) = &one.reden {
        line("waarom niet", reason);
    }
    if let Some(doel) = &one.doel {
        line("getoond voor", &format!("doel {doel}"));
    }
}

fn several(texts: &[String]) -> String {
    if texts.is_empty() {
        "-".to_owned()
    } else {
        texts.join(" ")
    }
}

const fn yes_no(known: Option<bool>) -> &'static str {
    match known {
        Some(true) => "ja",
        Some(false) => "nee",
        None => "",
    }
}

fn list(out: Output, found: &[AanbiederView]) {
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            vec![
                one.called().to_owned(),
                one.kvk.clone().unwrap_or_default(),
                one.agb.clone().unwrap_or_default().join(" "),
                one.rechtsvorm.clone().unwrap_or_default(),
                yes_no(one.doet_mee).to_owned(),
            ]
        })
        .collect();
    out.table(&["naam", "KVK", "AGB", "rechtsvorm", "doet mee"], &rows);
    out.note(&counted(found.len(), "aanbieder", "aanbieders"));
}

fn coverage(out: Output, dekking: &DekkingView) {
    out.line(&dekking.samenvatting);
    for reason in &dekking.redenen {
        out.line(&format!(
            "  {} x {}: {}",
            reason.aantal, reason.reden, reason.wat_te_doen
        ));
    }
}
