// SPDX-License-Identifier: EUPL-1.2
//! `basisnet doel`: purposes, the advice of the FG and the decision of the controller.

mod verder;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{Context, Failure, Output};
use crate::api::doelen::DoelView;

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon alle doelen en of zij in werking zijn
    Lijst,
    /// Toon een doel met grondslagen, advies en besluit
    Toon {
        /// De code van het doel, zoals P08
        code: String,
    },
    /// Leg het advies van de FG vast (rol fg)
    Advies {
        /// De code van het doel, zoals P08
        code: String,
        /// Het advies is negatief; zonder deze optie is het positief
        #[arg(long)]
        negatief: bool,
        /// Wat de FG erbij zegt
        #[arg(long, default_value = "", hide_default_value = true)]
        toelichting: String,
        /// De versie; zonder deze optie de nieuwste
        #[arg(long)]
        versie: Option<u32>,
    },
    /// Stel een doel in werking (rol verwerkingsverantwoordelijke)
    InWerking(Decision),
    /// Gegevens van het ene doel voor het andere gebruiken (AVG art. 6 lid 4)
    VerderGebruik {
        #[command(subcommand)]
        what: verder::What,
    },
    /// Trek een doel in: er wordt niets meer voor uitgewisseld (rol verwerkingsverantwoordelijke)
    Intrekken {
        /// De code van het doel, zoals P08
        code: String,
        /// Waarom
        #[arg(long)]
        reden: String,
        /// De versie; zonder deze optie de nieuwste
        #[arg(long)]
        versie: Option<u32>,
    },
}

/// The decision of the controller.
#[derive(Debug, clap::Args)]
struct Decision {
    /// De code van het doel, zoals P08
    code: String,
    #[command(flatten)]
    rests_on: RestsOn,
    /// De versie; zonder deze optie die van nu, of van de dag bij --vanaf
    #[arg(long)]
    versie: Option<u32>,
    /// De eerste dag waarop het in werking is, zoals 2027-03-01; zonder deze optie meteen
    #[arg(long, value_name = "DAG")]
    vanaf: Option<String>,
}

/// On what a decision of the controller rests.
#[derive(Debug, clap::Args)]
struct RestsOn {
    /// Op grond van welk mandaat, of als welk orgaan
    #[arg(long)]
    mandaat: String,
    /// Waar de DPIA of de weging te vinden is
    #[arg(long)]
    dpia: String,
    /// Waarom u een negatief advies van de FG niet volgt
    #[arg(long, value_name = "REDEN")]
    wijkt_af_omdat: Option<String>,
}

impl RestsOn {
    /// The body of a decision, with what it is about.
    fn body(self, about: Value) -> Value {
        let mut body = json!({
            "mandaat": self.mandaat,
            "dpia": self.dpia,
            "wijktAfOmdat": self.wijkt_af_omdat,
        });
        if let (Value::Object(body), Value::Object(about)) = (&mut body, about) {
            body.extend(about);
        }
        body
    }
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let client = context.client()?;
    let out = context.out;
    match command.what {
        What::VerderGebruik { what } => verder::run(what, &client, out)?,
        What::Lijst => {
            let all: Vec<DoelView> = client.get("/v1/doelen")?;
            out.show(&all, |out, all| list(out, all));
        }
        What::Toon { code } => {
            let doel: DoelView = client.get(&path(&code, ""))?;
            out.show(&doel, show);
        }
        What::Advies {
            code,
            negatief,
            toelichting,
            versie,
        } => {
            let body =
                json!({ "versie": versie, "positief": !negatief, "toelichting": toelichting });
            let doel: DoelView = client.post(&path(&code, "/_adviseer"), &body)?;
            out.show(&doel, |out, doel| {
                let kind = if negatief { "negatieve" } else { "positieve" };
                out.line(&format!(
                    "Het {kind} advies over {} is vastgelegd.",
                    doel.code
                ));
            });
        }
        What::InWerking(decision) => {
            let (version, from) = (decision.versie, decision.vanaf);
            let body = json!({ "versie": version, "vanaf": from });
            let body = decision.rests_on.body(body);
            let doel: DoelView = client.post(&path(&decision.code, "/_besluit"), &body)?;
            out.show(&doel, |out, doel| {
                out.line(&format!(
                    "{} (versie {}) is {}: {}.",
                    doel.code, doel.versie, doel.staat, doel.doel
                ));
            });
        }
        What::Intrekken {
            code,
            reden,
            versie,
        } => {
            let body = json!({ "versie": versie, "reden": reden });
            let doel: DoelView = client.post(&path(&code, "/_intrekken"), &body)?;
            out.show(&doel, withdrawn);
        }
    }
    Ok(())
}

fn withdrawn(out: Output, doel: &DoelView) {
    let back = match doel.code.as_str() {
        "P08" => " Wat andere leden bij u vonden, wordt bij hen teruggehaald.",
        _ => "",
    };
    out.line(&format!(
        "{} is ingetrokken: er wordt niets meer voor uitgewisseld.{back}",
        doel.code
    ));
}

fn list(out: Output, all: &[DoelView]) {
    let row = |doel: &DoelView| {
        let code = format!("{} (versie {})", doel.code, doel.versie);
        vec![code, doel.staat.clone(), doel.doel.clone()]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    out.table(&["doel", "staat", "waarvoor"], &rows);
}

/// What was typed is not put into an address as it is.
fn path(code: &str, act: &str) -> String {
    let plain: String = code
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' {
                c
            } else {
                '_'
            }
        })
        .collect();
    format!("/v1/doelen/{plain}{act}")
}

fn show(out: Output, doel: &DoelView) {
    out.line(&format!(
        "{} (versie {}): {}",
        doel.code, doel.versie, doel.doel
    ));
    out.line(&format!("  staat         {}", doel.staat));
    out.line(&format!(
        "  geldig        {} tot {}",
        doel.geldig_vanaf, doel.geldig_tot
    ));
    out.line(&format!("  besluit door  {}", doel.besluit_door));
    for basis in &doel.grondslagen {
        out.line(&format!("  grondslag     {} ({})", basis.wet, basis.code));
    }
    out.line(&format!("  gegevens      {}", or_none(&doel.gegevens)));
    out.line(&format!("  rollen        {}", or_none(&doel.rollen)));
    out.line(&format!(
        "  bewaren       een ontvangen antwoord: {} dagen",
        doel.bewaartermijn_dagen
    ));
    for term in &doel.bewaren {
        out.line(&format!(
            "  bewaren       {}: {} ({})",
            term.wat, term.termijn, term.bron
        ));
    }
    for advies in doel.eerdere_adviezen.iter().chain(&doel.advies) {
        let kind = if advies.positief {
            "positief"
        } else {
            "negatief"
        };
        out.line(&format!(
            "  advies FG     {kind}, {} ({})",
            advies.wanneer, advies.wie
        ));
    }
    if let Some(besluit) = &doel.besluit {
        out.line(&format!(
            "  besluit       {} ({}), {}",
            besluit.sinds, besluit.wie, besluit.mandaat
        ));
        out.line(&format!("  DPIA          {}", besluit.dpia));
        if let Some(because) = &besluit.wijkt_af_omdat {
            out.line(&format!("  tegen advies  omdat {because}"));
        }
        if let Some(until) = &besluit.tot {
            out.line(&format!("  ingetrokken   {until}"));
        }
    }
}

fn or_none(words: &[String]) -> String {
    if words.is_empty() {
        "geen".to_owned()
    } else {
        words.join(", ")
    }
}
