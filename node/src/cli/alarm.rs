// SPDX-License-Identifier: EUPL-1.2
//! `basisnet alarm`: what points at a member, and the decision on it.

use clap::Subcommand;
use serde_json::json;

use super::{Context, Exit, Failure, Output};
use crate::api::alarmen::AlarmView;

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon de alarmen; waarover nog niemand besliste staat bovenaan
    Lijst,
    /// Beslis over een alarm; een later besluit komt in de plaats van een eerder
    Besluit {
        /// Het nummer van het alarm
        id: String,
        /// Wat: doorgaan, besproken of opschorten (dan gaat er niets meer heen en weer)
        #[arg(long)]
        besluit: String,
        /// Waarom
        #[arg(long)]
        reden: String,
    },
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let (client, out) = (context.client()?, context.out);
    match command.what.unwrap_or(What::Lijst) {
        What::Lijst => {
            let all: Vec<AlarmView> = client.get("/v1/alarmen")?;
            out.show(&all, |out, all| list(out, all));
        }
        What::Besluit { id, besluit, reden } => {
            if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                let text = format!("`{id}` is geen nummer van een alarm");
                return Err(Failure::new(Exit::Usage, text));
            }
            let body = json!({ "besluit": besluit, "reden": reden });
            let decided: AlarmView = client.post(&format!("/v1/alarmen/{id}/_besluit"), &body)?;
            out.show(&decided, |out, one| out.line(&told(one)));
        }
    }
    Ok(())
}

fn told(one: &AlarmView) -> String {
    match one.staat.as_str() {
        "opgeschort" => format!(
            "Het besluit is vastgelegd. Met {} wordt niets meer uitgewisseld.",
            one.lid
        ),
        _ => format!("Het besluit is vastgelegd: {}.", one.staat),
    }
}

fn list(out: Output, all: &[AlarmView]) {
    if all.is_empty() {
        out.line("Er zijn geen alarmen.");
        return;
    }
    for one in all {
        let day = one.laatste.get(..10).unwrap_or("-");
        let times = match one.keren {
            1 => String::new(),
            many => format!(" ({many} keer)"),
        };
        out.line(&format!("{day}  {}: {}{times}", one.lid, one.wat));
        match one.besluiten.last() {
            None => out.line(&format!(
                "            wacht op een besluit; nummer {}",
                one.id
            )),
            Some(last) => out.line(&format!(
                "            {} door {}: {}; nummer {}",
                last.besluit, last.door, last.reden, one.id
            )),
        }
    }
}
