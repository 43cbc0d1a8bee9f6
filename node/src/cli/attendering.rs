// SPDX-License-Identifier: EUPL-1.2
//! `basisnet attendering`: what the node points out by itself, and which aanbieders are followed.

use clap::Subcommand;
use serde_json::json;

use super::treffers::which;
use super::{Context, Exit, Failure, Output};
use crate::api::attenderingen::{AttenderingView, GevolgdView};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Toon de attenderingen die u nog niet hebt gelezen
    Lijst {
        /// Ook die u al hebt gelezen
        #[arg(long)]
        alle: bool,
    },
    /// Zet een attendering op gelezen
    Gelezen {
        /// Het nummer van de attendering
        id: String,
    },
    /// Volg een aanbieder: u hoort het als een andere gemeente hem ook blijkt te kennen
    Volg {
        /// Het KVK-nummer of (een deel van) de naam van de aanbieder
        #[arg(value_name = "AANBIEDER")]
        aanbieder: String,
    },
    /// Volg een aanbieder niet meer
    Ontvolg {
        /// Het KVK-nummer of (een deel van) de naam van de aanbieder
        #[arg(value_name = "AANBIEDER")]
        aanbieder: String,
    },
    /// Toon welke aanbieders u volgt
    Gevolgd,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let (client, out) = (context.client()?, context.out);
    match command.what.unwrap_or(What::Lijst { alle: false }) {
        What::Lijst { alle } => {
            let path = format!("/v1/attenderingen?ongelezen={}", !alle);
            let all: Vec<AttenderingView> = client.get(&path)?;
            out.show(&all, |out, all| list(out, all));
        }
        What::Gelezen { id } => {
            if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                let text = format!("`{id}` is geen nummer van een attendering");
                return Err(Failure::new(Exit::Usage, text));
            }
            let path = format!("/v1/attenderingen/{id}/_gelezen");
            let _: serde_json::Value = client.post(&path, &json!({}))?;
            out.show(&json!({ "id": id, "gelezen": true }), |out, _| {
                out.line("De attendering staat op gelezen.");
            });
        }
        What::Volg { aanbieder } => {
            let one = which(aanbieder).find(&client)?;
            let path = format!("/v1/aanbieders/{}/_volg", one.id);
            let _: serde_json::Value = client.post(&path, &json!({}))?;
            out.show(&json!({ "aanbieder": one.id, "volgt": true }), |out, _| {
                out.line(
                    "U volgt deze aanbieder. Bij een nieuwe treffer krijgt u een attendering.",
                );
            });
        }
        What::Ontvolg { aanbieder } => {
            let one = which(aanbieder).find(&client)?;
            let path = format!("/v1/aanbieders/{}/_ontvolg", one.id);
            let _: serde_json::Value = client.post(&path, &json!({}))?;
            out.show(&json!({ "aanbieder": one.id, "volgt": false }), |out, _| {
                out.line("U volgt deze aanbieder niet meer.");
            });
        }
        What::Gevolgd => {
            let all: Vec<GevolgdView> = client.get("/v1/gevolgde-aanbieders")?;
            out.show(&all, |out, all| {
                if all.is_empty() {
                    out.line("U volgt geen aanbieders.");
                }
                for one in all {
                    out.line(&one.naam);
                }
            });
        }
    }
    Ok(())
}

fn list(out: Output, all: &[AttenderingView]) {
    if all.is_empty() {
        out.line("Er zijn geen attenderingen voor u.");
        return;
    }
    for one in all {
        let day = one.tijd.get(..10).unwrap_or("-");
        out.line(&format!("{day}  {}: {}", one.naam, sentence(one)));
        out.line(&format!("            nummer {}", one.id));
    }
}

fn sentence(one: &AttenderingView) -> String {
    match (one.soort.as_str(), one.aantal) {
        ("samenloop", Some(count)) => {
            let unknown = match one.onbekend.len() {
                0 => String::new(),
                many => format!(
                    "; van {many} is het niet bekend ({})",
                    one.onbekend.join(", ")
                ),
            };
            let with = one.leden.join(", ");
            format!("{count} organisaties zijn betrokken, u meegeteld ({with}){unknown}")
        }
        _ => format!("ook bekend in {}", one.leden.join(", ")),
    }
}
