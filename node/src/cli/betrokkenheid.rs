// SPDX-License-Identifier: EUPL-1.2
//! `basisnet betrokkenheid`: contracts, supervision and labels of the own organisation.

use clap::Subcommand;
use serde_json::{Value, json};

use super::aanbieder::{Doel, Which};
use super::{Client, Context, Failure, Output};
use crate::api::betrokkenheden::BetrokkenheidView;

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Voeg een contract, toezicht of label toe
    Toevoegen {
        #[command(subcommand)]
        kind: Kind,
    },
    /// Beëindig een contract of sluit een toezicht
    Beeindigen {
        /// Het nummer van de betrokkenheid
        id: String,
        /// De laatste dag; zonder deze optie vandaag
        #[arg(long)]
        datum: Option<String>,
    },
    /// Draag een gegeven over aan een andere taak van de gemeente; dat gaat een kant op
    Overdragen {
        /// Het nummer van de betrokkenheid
        id: String,
        /// Aan welke taak: toezicht_kwaliteit of toezicht_rechtmatigheid
        #[arg(long)]
        aan: String,
        /// Het kenmerk van de zaak waarvoor het nodig is
        #[arg(long)]
        zaak: String,
        /// Waarvoor
        #[arg(long)]
        reden: String,
    },
    /// Stel een gegeven onder een beroepsgeheim, of hef dat op
    Geheim {
        /// Het nummer van de betrokkenheid
        id: String,
        /// De wettelijke grond
        #[arg(long)]
        grond: String,
        /// Hef het beroepsgeheim op
        #[arg(long)]
        opheffen: bool,
    },
    /// Leg vast op welke grond iemand een gegeven onder een beroepsgeheim mag zien
    GeheimWegen {
        /// Het nummer van de betrokkenheid
        id: String,
        /// De accountnaam van wie het mag zien
        #[arg(long)]
        naam: String,
        /// De wettelijke grond
        #[arg(long)]
        grond: String,
    },
    /// Toon de betrokkenheid bij een aanbieder
    Lijst {
        #[command(flatten)]
        which: Which,
        /// Voor welk doel u kijkt, zoals P03; zonder deze optie kiest de node het doel dat past
        #[arg(long, value_name = "CODE")]
        doel: Option<Doel>,
    },
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// Een contract
    Contract {
        #[command(flatten)]
        which: Which,
        /// wmo of jeugdwet
        #[arg(long)]
        wet: String,
        /// Productcategorie van twee cijfers; herhaal de optie voor meer
        #[arg(long = "zorgvorm", required = true)]
        zorgvormen: Vec<String>,
        /// inspanningsgericht, outputgericht of taakgericht
        #[arg(long, default_value = "inspanningsgericht")]
        variant: String,
        /// hoofdaannemer of onderaannemer
        #[arg(long, default_value = "hoofdaannemer")]
        rol: String,
        /// De eerste dag, zoals 2026-01-01
        #[arg(long)]
        vanaf: String,
        /// De laatste dag
        #[arg(long)]
        tot: Option<String>,
        /// Wat er verder is afgesproken; ziet alleen wie het contract beheert, of aan wie het is overgedragen
        #[arg(long)]
        afspraken: Option<String>,
    },
    /// Toezicht
    Toezicht {
        #[command(flatten)]
        which: Which,
        /// kwaliteit of rechtmatigheid
        #[arg(long)]
        taak: String,
        /// wmo of jeugdwet
        #[arg(long)]
        wet: String,
        /// De dag waarop het begon
        #[arg(long)]
        vanaf: String,
        /// De dag waarop het werd gesloten
        #[arg(long)]
        tot: Option<String>,
    },
    /// Een kwaliteitslabel
    Label {
        #[command(flatten)]
        which: Which,
        /// A, B, C, D of F
        #[arg(long)]
        letter: String,
        /// De dag waarop het werd gegeven
        #[arg(long)]
        datum: String,
        /// De versie van het kader
        #[arg(long, default_value_t = 1)]
        kader: u32,
        /// De aanbieder is gehoord (Awb art. 4:8)
        #[arg(long)]
        gehoord: bool,
        /// Waarom het label deze letter heeft
        #[arg(long)]
        onderbouwing: Option<String>,
    },
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let client = context.client()?;
    let out = context.out;
    match command.what {
        What::Toevoegen { kind } => {
            let (which, body) = kind.into_body();
            let aanbieder = which.find(&client)?;
            let path = format!("/v1/aanbieders/{}/betrokkenheden", aanbieder.id);
            let one: BetrokkenheidView = client.post(&path, &body)?;
            out.show(&one, |out, one| {
                out.line(&format!(
                    "{} toegevoegd bij {}: {}",
                    one.soort,
                    aanbieder.called(),
                    words(one)
                ));
                out.line(&format!("  id {}", one.id));
            });
            Ok(())
        }
        What::Beeindigen { id, datum } => {
            let body = json!({ "datum": datum });
            let one: BetrokkenheidView =
                client.post(&format!("/v1/betrokkenheden/{id}/_beeindig"), &body)?;
            out.show(&one, |out, one| {
                out.line(&format!("{} beëindigd: {}", one.soort, words(one)))
            });
            Ok(())
        }
        What::Overdragen {
            id,
            aan,
            zaak,
            reden,
        } => {
            let body = json!({ "aan": aan, "zaak": zaak, "reden": reden });
            act(&client, out, (&id, "_draag-over"), &body)
        }
        What::Geheim {
            id,
            grond,
            opheffen,
        } => {
            let body = json!({ "geheim": !opheffen, "grond": grond });
            act(&client, out, (&id, "_geheim"), &body)
        }
        What::GeheimWegen { id, naam, grond } => {
            let body = json!({ "account": naam, "grond": grond });
            act(&client, out, (&id, "_weeg-geheim"), &body)
        }
        What::Lijst { which, doel } => list(&client, out, &which, doel.as_ref()),
    }
}

impl Kind {
    fn into_body(self) -> (Which, Value) {
        match self {
            Self::Contract {
                which,
                wet,
                zorgvormen,
                variant,
                rol,
                vanaf,
                tot,
                afspraken,
            } => {
                let body = json!({
                    "soort": "contract", "wet": wet, "zorgvormen": zorgvormen, "variant": variant, "rol": rol,
                    "vanaf": vanaf, "tot": tot, "afspraken": afspraken,
                });
                (which, body)
            }
            Self::Toezicht {
                which,
                taak,
                wet,
                vanaf,
                tot,
            } => {
                let body = json!({ "soort": "toezicht", "taak": taak, "wet": wet, "vanaf": vanaf, "tot": tot });
                (which, body)
            }
            Self::Label {
                which,
                letter,
                datum,
                kader,
                gehoord,
                onderbouwing,
            } => {
                let body = json!({
                    "onderbouwing": onderbouwing,
                    "soort": "label", "letter": letter, "vanaf": datum, "kader": kader, "gehoord": gehoord,
                });
                (which, body)
            }
        }
    }
}

/// Does something with one involvement, and tells how it stands then.
fn act(
    client: &Client,
    out: Output,
    (id, handling): (&str, &str),
    body: &Value,
) -> Result<(), Failure> {
    let path = format!("/v1/betrokkenheden/{id}/{handling}");
    let one: BetrokkenheidView = client.post(&path, body)?;
    out.show(&one, |out, one| {
        out.line(&format!("{}: {}", one.soort, words(one)));
    });
    Ok(())
}

fn list(client: &Client, out: Output, which: &Which, doel: Option<&Doel>) -> Result<(), Failure> {
    let aanbieder = which.find_for(client, doel)?;
    let query = Doel::query(doel);
    let path = format!("/v1/aanbieders/{}/betrokkenheden{query}", aanbieder.id);
    let all: Vec<BetrokkenheidView> = client.get(&path)?;
    out.show(&all, |out, all| {
        out.line(aanbieder.called());
        let rows: Vec<Vec<String>> = all
            .iter()
            .map(|one| vec![one.soort.clone(), words(one), one.id.clone()])
            .collect();
        out.table(&["soort", "wat", "id"], &rows);
    });
    Ok(())
}

/// An involvement in a line.
fn words(one: &BetrokkenheidView) -> String {
    let part =
        |before: &str, text: &Option<String>| text.as_ref().map(|text| format!("{before}{text}"));
    let heard = one
        .gehoord
        .map(|heard| if heard { "gehoord" } else { "nog niet gehoord" }.to_owned());
    let forms =
        (!one.zorgvormen.is_empty()).then(|| format!("zorgvorm {}", one.zorgvormen.join(" ")));
    let handed = one.overgedragen.iter().map(|one| one.aan.as_str());
    let handed: Vec<&str> = handed.collect();
    let handed = (!handed.is_empty()).then(|| format!("overgedragen aan {}", handed.join(" en ")));
    let secret = one.geheim.map(|_| "onder beroepsgeheim".to_owned());
    [
        part("", &one.taak),
        part("", &one.stand),
        part("halfjaar ", &one.halfjaar),
        part("", &one.wet),
        forms,
        part("", &one.variant),
        part("", &one.rol),
        part("letter ", &one.letter),
        part("vanaf ", &one.vanaf),
        part("tot ", &one.tot),
        heard,
        part("afspraken: ", &one.afspraken),
        part("onderbouwing: ", &one.onderbouwing),
        handed,
        secret,
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}
