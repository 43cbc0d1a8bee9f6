// SPDX-License-Identifier: EUPL-1.2
//! `basisnet convenant`: drafts, signs, imports and shows convenanten.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Subcommand, ValueEnum};

use super::{Client, Context, Exit, Failure, Output};
use crate::api::convenanten::{
    ConvenantView, FileView, OutcomeView, PartyView, PurposeView, ReachedView, SentView,
};
use crate::service::convenant::EXAMPLE;
use crate::service::model::Region;

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon een voorbeeld van een concept; zonder soort met uitleg bij elke sleutel
    Voorbeeld {
        /// De soort regio waarvoor u begint; de tekst erbij toont `basisnet model`
        #[arg(value_enum)]
        soort: Option<Soort>,
    },
    /// Maak van een concept (TOML) een bestand dat de leden kunnen tekenen
    Opstellen {
        /// Het concept; `basisnet convenant voorbeeld` toont hoe het eruitziet
        bestand: PathBuf,
        /// Waar het bestand komt; zonder deze optie naast het concept, met `.convenant` erachter
        #[arg(long, value_name = "BESTAND")]
        uit: Option<PathBuf>,
    },
    /// Stuur een concept naar de leden; wie er niet is, krijgt het zodra die er weer is
    Versturen {
        /// Het kenmerk, of het begin ervan
        kenmerk: String,
    },
    /// Teken namens uw organisatie; de leden horen het vanzelf
    Tekenen {
        /// Het kenmerk van een convenant dat u over het netwerk kreeg, of een bestand dat u ontving
        wat: PathBuf,
        #[command(flatten)]
        deed: Deed,
        /// Waar het getekende bestand komt; zonder deze optie in hetzelfde bestand, en bij een kenmerk nergens
        #[arg(long, value_name = "BESTAND")]
        uit: Option<PathBuf>,
    },
    /// Voer een bestand met handtekeningen in; elke handtekening wordt nagekeken
    Invoeren {
        /// Het bestand dat u ontving
        bestand: PathBuf,
    },
    /// Toon de convenanten, of een ervan
    Toon {
        /// Het kenmerk, of het begin ervan; zonder kenmerk alle
        kenmerk: Option<String>,
        /// Bewaar het convenant met alle handtekeningen in een bestand
        #[arg(long, value_name = "BESTAND", requires = "kenmerk")]
        uit: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Soort {
    /// Gemeenten die samen inkopen
    Inkoopregio,
    /// Gemeenten die het toezicht samen laten doen
    Toezichtregio,
    /// Gemeenten zonder regionaal lichaam
    Buurgemeenten,
    /// Een gemeente die voor andere handelt
    Centrumgemeente,
}

impl Soort {
    const fn region(self) -> Region {
        match self {
            Self::Inkoopregio => Region::Inkoopregio,
            Self::Toezichtregio => Region::Toezichtregio,
            Self::Buurgemeenten => Region::Buurgemeenten,
            Self::Centrumgemeente => Region::Centrumgemeente,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Handeling {
    /// Wij doen mee
    Aanvaarden,
    /// Wij doen niet mee
    Verwerpen,
    /// Wij doen niet langer mee
    Opzeggen,
    /// Het moet ophouden, voor allen
    Beeindigen,
}

impl Handeling {
    const fn name(self) -> &'static str {
        match self {
            Self::Aanvaarden => "aanvaarden",
            Self::Verwerpen => "verwerpen",
            Self::Opzeggen => "opzeggen",
            Self::Beeindigen => "beeindigen",
        }
    }
}

/// Wat uw organisatie doet, en waarom dat mag
#[derive(Debug, clap::Args)]
struct Deed {
    /// Wat uw organisatie doet
    #[arg(long, value_enum, default_value = "aanvaarden")]
    handeling: Handeling,
    /// Het nummer van het besluit van het college, of van wie daarvoor mandaat heeft; nodig, behalve bij verwerpen. De
    /// andere leden lezen het
    #[arg(long, value_name = "NUMMER")]
    besluit: Option<String>,
    /// De reden; nodig bij verwerpen. De andere leden lezen haar
    #[arg(long, value_name = "TEKST")]
    reden: Option<String>,
}

impl Deed {
    fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("handeling", self.handeling.name());
        for (key, value) in [("besluit", &self.besluit), ("reden", &self.reden)] {
            query.extend_pairs(value.iter().map(|value| (key, value)));
        }
        query.finish()
    }
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let out = context.out;
    match command.what {
        What::Voorbeeld { soort } => {
            let draft = soort.map_or(EXAMPLE, |soort| soort.region().draft());
            out.raw(draft.as_bytes());
            Ok(())
        }
        What::Opstellen { bestand, uit } => {
            let target = uit.unwrap_or_else(|| bestand.with_extension("convenant"));
            let outcome = send(context, "/v1/convenanten/_opstellen", &bestand)?;
            save(&target, &outcome.bestand)?;
            tell(out, &outcome, Some(&target));
            Ok(())
        }
        What::Versturen { kenmerk } => {
            let client = context.client()?;
            let one = find(&client, &kenmerk)?;
            let path = format!("/v1/convenanten/{}/_versturen", one.kenmerk);
            tell_sent(out, &post(context, &client, &path)?);
            Ok(())
        }
        What::Tekenen { wat, deed, uit } => sign(context, &wat, &deed, uit),
        What::Invoeren { bestand } => {
            let outcome = send(context, "/v1/convenanten/_invoer", &bestand)?;
            tell(out, &outcome, None);
            Ok(())
        }
        What::Toon { kenmerk: None, .. } => {
            let all: Vec<ConvenantView> = context.client()?.get("/v1/convenanten")?;
            out.show(&all, |out, all| list(out, all));
            Ok(())
        }
        What::Toon {
            kenmerk: Some(start),
            uit,
        } => show_one(context, &start, uit.as_deref()),
    }
}

/// Signs a file where there is one by this name, and otherwise the version that the node holds.
fn sign(
    context: &Context,
    what: &Path,
    deed: &Deed,
    target: Option<PathBuf>,
) -> Result<(), Failure> {
    let out = context.out;
    if what.is_file() {
        let path = format!("/v1/convenanten/_tekenen?{}", deed.query());
        let target = target.unwrap_or_else(|| what.to_owned());
        let outcome = send(context, &path, what)?;
        save(&target, &outcome.bestand)?;
        tell(out, &outcome, Some(&target));
        return Ok(());
    }
    let client = context.client()?;
    let one = find(&client, &what.to_string_lossy())?;
    let path = format!("/v1/convenanten/{}/_tekenen?{}", one.kenmerk, deed.query());
    let sent = post(context, &client, &path)?;
    if let Some(target) = target {
        save(&target, &sent.uitkomst.bestand)?;
    }
    tell_sent(out, &sent);
    Ok(())
}

fn post(context: &Context, client: &Client, path: &str) -> Result<SentView, Failure> {
    context
        .out
        .busy("Bezig met de leden", || client.post(path, &()))
}

fn tell_sent(out: Output, sent: &SentView) {
    out.show(sent, |out, sent| {
        out.line(&format!("kenmerk    {}", sent.uitkomst.kenmerk));
        out.line(&format!("toestand   {}", sent.uitkomst.toelichting));
        out.line("");
        let rows: Vec<_> = sent.leden.iter().map(reached).collect();
        out.table(&["lid", "OIN", "verstuurd"], &rows);
    });
}

pub(super) fn reached(member: &ReachedView) -> Vec<String> {
    let outcome = match &member.reden {
        None => "ja".to_owned(),
        Some(reason) => format!("nee: {reason}"),
    };
    vec![member.naam.clone(), member.oin.clone(), outcome]
}

fn show_one(context: &Context, start: &str, target: Option<&Path>) -> Result<(), Failure> {
    let client = context.client()?;
    let one = find(&client, start)?;
    if let Some(target) = target {
        let file: FileView = client.get(&format!("/v1/convenanten/{}/bestand", one.kenmerk))?;
        save(target, &file.bestand)?;
    }
    context.out.show(&one, detail);
    Ok(())
}

/// The one version whose hash begins so.
fn find(client: &Client, start: &str) -> Result<ConvenantView, Failure> {
    let all: Vec<ConvenantView> = client.get("/v1/convenanten")?;
    let mut found = all
        .into_iter()
        .filter(|one| one.kenmerk.starts_with(start) || one.groep == start);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Failure::refused(format!(
            "er is geen convenant met kenmerk `{start}`, en geen bestand dat zo heet; `basisnet convenant toon` laat de convenanten zien"
        ))),
        (Some(_), Some(_)) => Err(Failure::new(
            Exit::Usage,
            format!("er zijn meer convenanten met `{start}`; geef een langer kenmerk"),
        )),
    }
}

fn send(context: &Context, path: &str, file: &Path) -> Result<OutcomeView, Failure> {
    let bytes = std::fs::read(file).map_err(|cause| Failure::file("het lezen", file, &cause))?;
    let client = context.client()?;
    context
        .out
        .busy("Bezig met het convenant", || client.send_file(path, bytes))
}

/// Writes a file that came in base64.
pub(super) fn save(target: &Path, base64: &str) -> Result<(), Failure> {
    let bytes = STANDARD
        .decode(base64)
        .map_err(|_| Failure::fault("het bestand in het antwoord van de node is niet te lezen"))?;
    std::fs::write(target, bytes).map_err(|cause| Failure::file("het schrijven", target, &cause))
}

fn tell(out: Output, outcome: &OutcomeView, file: Option<&Path>) {
    out.show(outcome, |out, outcome| {
        out.line(&format!("kenmerk    {}", outcome.kenmerk));
        out.line(&format!("toestand   {}", outcome.toelichting));
        if outcome.nieuw > 0 {
            out.line(&format!("nieuw      {} handtekening(en)", outcome.nieuw));
        }
        if let Some(file) = file {
            out.line(&format!("bestand    {}", file.display()));
        }
    });
}

fn list(out: Output, all: &[ConvenantView]) {
    if all.is_empty() {
        out.line("Er zijn nog geen convenanten. Stel er een op, of voer een bestand in.");
        return;
    }
    let rows: Vec<_> = all
        .iter()
        .map(|one| {
            vec![
                one.kenmerk.chars().take(12).collect(),
                group(one),
                one.versie.to_string(),
                one.leden.len().to_string(),
                one.toelichting.clone(),
            ]
        })
        .collect();
    out.table(&["kenmerk", "groep", "versie", "leden", "toestand"], &rows);
}

/// A rehearsal is told apart from the work itself wherever its group is named.
fn group(one: &ConvenantView) -> String {
    match one.proef {
        true => format!("{} (proefgroep)", one.groep),
        false => one.groep.clone(),
    }
}

fn detail(out: Output, one: &ConvenantView) {
    let yes = |flag| if flag { "ja" } else { "nee" };
    out.line(&format!("{}, versie {}", one.naam, one.versie));
    out.line(&format!("  groep                  {}", group(one)));
    out.line(&format!("  kenmerk                {}", one.kenmerk));
    out.line(&format!("  toestand               {}", one.toelichting));
    if let Some(days) = one.loopt_af {
        out.line(&format!(
            "  let op                 loopt over {days} dagen af; stel een volgende versie op"
        ));
    }
    for told in &one.buiten_catalogus {
        out.line(&format!("  buiten de catalogus    {told}"));
    }
    out.line(&format!(
        "  van kracht             {} tot {}",
        one.van, one.tot
    ));
    out.line(&format!(
        "  nummers                {}",
        one.nummers.join(", ")
    ));
    out.line(&format!(
        "  natuurlijke personen   {}",
        yes(one.natuurlijke_personen)
    ));
    out.line(&format!("  besluit                {}", one.besluit));
    out.line(&format!(
        "  eindigt bij opzegging  {}",
        yes(one.eindigt_bij_opzegging)
    ));
    out.line(&format!(
        "  publicatie             elke {} uur",
        one.publicatie_uren
    ));
    out.line(&format!("  inzage per dag         {}", one.inzage_per_dag));
    out.line("");
    let parties: Vec<_> = one.leden.iter().map(party).collect();
    out.table(&["lid", "OIN", "handtekening"], &parties);
    for purpose in &one.doelen {
        out.line("");
        show_purpose(out, purpose);
    }
}

fn party(party: &PartyView) -> Vec<String> {
    let acts: Vec<_> = party
        .handelingen
        .iter()
        .map(|act| {
            let decision = act
                .besluit
                .iter()
                .map(|number| format!(", besluit {number}"));
            let reason = act.reden.iter().map(|reason| format!(", want: {reason}"));
            let behind: String = decision.chain(reason).collect();
            format!("{} {}{behind}", act.handeling, act.op)
        })
        .collect();
    let acts = if acts.is_empty() {
        "nog niets".to_owned()
    } else {
        acts.join("; ")
    };
    vec![party.naam.clone(), party.oin.clone(), acts]
}

fn show_purpose(out: Output, purpose: &PurposeView) {
    let or_none = |texts: &[String]| {
        if texts.is_empty() {
            "-".to_owned()
        } else {
            texts.join(", ")
        }
    };
    out.line(&format!("Doel {}, versie {}", purpose.doel, purpose.versie));
    out.line(&format!(
        "  grondslagen            {}",
        or_none(&purpose.grondslagen)
    ));
    out.line(&format!(
        "  te vragen              {}",
        or_none(&purpose.categorieen)
    ));
    out.line(&format!(
        "  meteen gegeven         {}",
        or_none(&purpose.automatisch)
    ));
    out.line(&format!(
        "  door                   {}",
        or_none(&purpose.rollen)
    ));
    out.line(&format!(
        "  bewaren                {} dagen",
        purpose.bewaardagen
    ));
}
