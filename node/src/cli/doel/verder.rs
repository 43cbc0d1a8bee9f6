// SPDX-License-Identifier: EUPL-1.2
//! `basisnet doel verder-gebruik`: data of one purpose for another.

use clap::Subcommand;
use serde_json::{Value, json};

use super::RestsOn;
use crate::api::verder::VerderView;
use crate::cli::{Client, Failure, Output};

#[derive(Debug, Subcommand)]
pub(super) enum What {
    /// Toon waarover is geadviseerd of besloten
    Lijst,
    /// Leg het advies van de FG vast (rol fg)
    Advies {
        #[command(flatten)]
        pair: Pair,
        /// Het advies is negatief; zonder deze optie is het positief
        #[arg(long)]
        negatief: bool,
        /// Wat de FG erbij zegt
        #[arg(long, default_value = "", hide_default_value = true)]
        toelichting: String,
    },
    /// Besluit dat het mag (rol verwerkingsverantwoordelijke)
    Besluit {
        #[command(flatten)]
        pair: Pair,
        #[command(flatten)]
        rests_on: RestsOn,
    },
    /// Trek het besluit in; dat werkt meteen (rol verwerkingsverantwoordelijke)
    Intrekken {
        #[command(flatten)]
        pair: Pair,
        /// Waarom
        #[arg(long)]
        reden: String,
    },
}

/// From which purpose to which.
#[derive(Debug, clap::Args)]
pub(super) struct Pair {
    /// Het doel waarvoor de gegevens zijn verzameld, zoals P12
    #[arg(long)]
    van: String,
    /// Het doel waarvoor zij ook mogen dienen, zoals P03
    #[arg(long)]
    voor: String,
}

pub(super) fn run(what: What, client: &Client, out: Output) -> Result<(), Failure> {
    let act = |handling: &str, body: &Value| {
        let path = format!("/v1/verder-gebruik/{handling}");
        let one: VerderView = client.post(&path, body)?;
        out.show(&one, |out, one| out.line(&sentence(one)));
        Ok(())
    };
    match what {
        What::Lijst => {
            let all: Vec<VerderView> = client.get("/v1/verder-gebruik")?;
            out.show(&all, |out, all| {
                let rows: Vec<Vec<String>> = all.iter().map(row).collect();
                out.table(&["van", "voor", "staat"], &rows);
            });
            Ok(())
        }
        What::Advies {
            pair: Pair { van, voor },
            negatief,
            toelichting,
        } => act(
            "_adviseer",
            &json!({ "van": van, "voor": voor, "positief": !negatief, "toelichting": toelichting }),
        ),
        What::Besluit {
            pair: Pair { van, voor },
            rests_on,
        } => act(
            "_besluit",
            &rests_on.body(json!({ "van": van, "voor": voor })),
        ),
        What::Intrekken {
            pair: Pair { van, voor },
            reden,
        } => act(
            "_intrekken",
            &json!({ "van": van, "voor": voor, "reden": reden }),
        ),
    }
}

fn row(one: &VerderView) -> Vec<String> {
    vec![one.van.clone(), one.voor.clone(), one.staat.clone()]
}

fn sentence(one: &VerderView) -> String {
    let (van, voor) = (&one.van, &one.voor);
    match one.staat.as_str() {
        "mag" => format!("Gegevens van {van} mogen ook dienen voor {voor}."),
        "ingetrokken" => format!("Gegevens van {van} dienen niet meer voor {voor}."),
        _ => format!("Het advies over gegevens van {van} voor {voor} is vastgelegd."),
    }
}
