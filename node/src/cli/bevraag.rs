// SPDX-License-Identifier: EUPL-1.2
//! `basisnet bevraag`: asks the other members now, where the convenant allows it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::{Client, Context, Exit, Failure, Output};
use crate::api::bevragingen::{BevragingView, GesprekView};

/// How often the node is asked how far it is.
const LOOK: Duration = Duration::from_millis(300);

#[derive(Debug, clap::Args)]
#[command(after_help = "\
In de eerste ronde van een periode van vier weken gaan alle aanbieders versleuteld langs; daarna gaat op elke dag een
klein deel met wat erbij kwam. De andere gemeente ziet niet welke aanbieders het zijn, alleen hoeveel hooguit.")]
pub(super) struct Command {
    /// Toon alleen hoe ver de laatste bevraging is
    #[arg(long)]
    stand: bool,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let (client, out) = (context.client()?, context.out);
    let done = if command.stand {
        client.get("/v1/bevragingen")?
    } else {
        let begun: BevragingView = client.post("/v1/bevragingen", &json!({}))?;
        follow(&client, out, begun)?
    };
    out.show(&done, show);
    let failed = done
        .leden
        .iter()
        .any(|lid| matches!(lid.afloop.as_deref(), Some("incident" | "storing")));
    if failed {
        return Err(Failure::new(
            Exit::Fault,
            "niet bij elke gemeente ging het goed; zie hierboven",
        ));
    }
    Ok(())
}

/// Waits until it is done, and says on standard error what changed.
fn follow(client: &Client, out: Output, begun: BevragingView) -> Result<BevragingView, Failure> {
    let mut told = BTreeMap::new();
    let mut now = begun;
    loop {
        if !out.is_json() {
            tell(out, &now, &mut told);
        }
        if !now.bezig {
            return Ok(now);
        }
        std::thread::sleep(LOOK);
        now = client.get("/v1/bevragingen")?;
    }
}

fn tell(out: Output, now: &BevragingView, told: &mut BTreeMap<(String, String), String>) {
    for lid in &now.leden {
        let text = progress(lid);
        let key = (lid.oin.clone(), lid.groep.clone());
        if told.get(&key) != Some(&text) {
            out.note(&format!("{}: {text}", lid.naam));
            told.insert(key, text);
        }
    }
}

fn progress(lid: &GesprekView) -> String {
    match (&lid.afloop, lid.delen) {
        (Some(_), _) => lid
            .toelichting
            .clone()
            .unwrap_or_else(|| "klaar".to_owned()),
        (None, 0) => "bezig".to_owned(),
        (None, delen) => format!("{} van {delen}", lid.beantwoord),
    }
}

fn show(out: Output, done: &BevragingView) {
    if done.leden.is_empty() {
        out.line("Er is geen gemeente om te bevragen; `basisnet convenant toon` laat zien wat er is afgesproken.");
        return;
    }
    let rows: Vec<_> = done
        .leden
        .iter()
        .map(|lid| {
            let text = lid
                .toelichting
                .clone()
                .unwrap_or_else(|| "nog bezig".to_owned());
            vec![lid.naam.clone(), lid.groep.clone(), text]
        })
        .collect();
    out.table(&["gemeente", "groep", "stand"], &rows);
}
