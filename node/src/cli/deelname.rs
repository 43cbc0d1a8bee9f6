// SPDX-License-Identifier: EUPL-1.2
//! `basisnet deelname`: what is done and what is still needed before the own organisation takes part, and for who
//! coordinates a group how far each member says it is.

use clap::Subcommand;
use serde_json::json;

use super::{Context, Exit, Failure, Output};
use crate::api::deelname::{DoelStandView, GedeeldView, LidStandView, StapView};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Vraag elk lid van een groep hoe ver het is; alleen wie dat wil vertellen, antwoordt
    Leden {
        /// De groep, zoals in het convenant
        groep: String,
    },
    /// Laat een ander lid zien hoe ver uw organisatie is: alleen certificaat, papieren, ondertekening en eerste bevraging
    Deel {
        /// De groep, zoals in het convenant
        groep: String,
        /// De naam of de OIN van het lid dat coördineert
        #[arg(long, value_name = "LID")]
        met: String,
        /// Houd ermee op
        #[arg(long)]
        stop: bool,
    },
    /// Toon wie ziet hoe ver uw organisatie is
    Gedeeld,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let (client, out) = (context.client()?, context.out);
    match command.what {
        None => return own(context),
        Some(What::Leden { groep }) => {
            let body = json!({ "groep": groep });
            let ask = || client.post("/v1/deelname/_leden", &body);
            let all: Vec<LidStandView> = out.busy("Bezig met vragen", ask)?;
            out.show(&all, |out, all| members(out, all));
        }
        Some(What::Deel { groep, met, stop }) => {
            let body = json!({ "groep": groep, "lid": met, "delen": !stop });
            let done: GedeeldView = client.post("/v1/deelname/_deel", &body)?;
            let whether = if stop { "niet meer " } else { "" };
            out.show(&done, |out, done| {
                out.line(&format!(
                    "{} ziet {whether}hoe ver uw organisatie is met groep {}.",
                    done.lid, done.groep
                ));
            });
        }
        Some(What::Gedeeld) => {
            let all: Vec<GedeeldView> = client.get("/v1/deelname/gedeeld")?;
            out.show(&all, |out, all| {
                let row =
                    |one: &GedeeldView| vec![one.groep.clone(), one.lid.clone(), one.sinds.clone()];
                let rows: Vec<_> = all.iter().map(row).collect();
                out.table(&["groep", "lid", "sinds"], &rows);
            });
        }
    }
    Ok(())
}

fn own(context: &Context) -> Result<(), Failure> {
    let steps: Vec<StapView> = context.client()?.get("/v1/deelname")?;
    context.out.show(&steps, |out, steps| print(out, steps));
    match steps.iter().filter(|step| !step.gedaan).count() {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Refused, "een stap is nog niet gedaan")),
        open => Err(Failure::new(
            Exit::Refused,
            format!("{open} stappen zijn nog niet gedaan"),
        )),
    }
}

fn print(out: Output, steps: &[StapView]) {
    for step in steps {
        let word = if step.gedaan { "gedaan  " } else { "nog niet" };
        out.line(&format!("{word}  {}: {}", step.stap, step.bevinding));
        if let Some(mend) = &step.herstel {
            out.line(&format!("          {mend}"));
        }
    }
}

fn members(out: Output, all: &[LidStandView]) {
    let rows: Vec<_> = all.iter().map(row).collect();
    let columns = [
        "lid",
        "node",
        "certificaat tot",
        "DPIA",
        "advies FG",
        "in werking",
        "convenant",
        "eerste bevraging",
    ];
    out.table(&columns, &rows);
}

fn row(one: &LidStandView) -> Vec<String> {
    let node = match one.stand.as_str() {
        "verteld" => "draait",
        "vertelt_niets" => "draait, vertelt niets",
        _ => "geen antwoord",
    };
    let yes_no = |known: Option<bool>| match known {
        Some(true) => "ja".to_owned(),
        Some(false) => "nee".to_owned(),
        None => "onbekend".to_owned(),
    };
    let of = |is: fn(&DoelStandView) -> bool| {
        let (all, done) = (
            one.doelen.len(),
            one.doelen.iter().filter(|doel| is(doel)).count(),
        );
        match (all, done) {
            (0, _) => "onbekend".to_owned(),
            (all, done) if all == done => "ja".to_owned(),
            (_, 0) => "nee".to_owned(),
            (all, done) => format!("{done} van {all}"),
        }
    };
    vec![
        one.naam.clone(),
        node.to_owned(),
        one.certificaat_tot
            .clone()
            .unwrap_or_else(|| "onbekend".to_owned()),
        of(|doel| doel.dpia),
        of(|doel| doel.advies),
        of(|doel| doel.in_werking),
        yes_no(one.aanvaard),
        yes_no(one.bevraagd),
    ]
}
