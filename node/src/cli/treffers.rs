// SPDX-License-Identifier: EUPL-1.2
//! `basisnet treffers`: which other gemeenten know an aanbieder, and whom to call there.

use super::aanbieder::Which;
use super::{Client, Context, Failure, Output};
use crate::api::treffers::{GedeeldView, LidView, TreffersView};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Zonder aanbieder toont dit alle aanbieders van uw register die ook bij een andere gemeente bekend zijn.
'Geen antwoord' betekent niet 'onbekend': de gemeente heeft niet of te lang geleden geantwoord.")]
pub(super) struct Command {
    /// Het KVK-nummer of (een deel van) de naam van de aanbieder
    #[arg(value_name = "AANBIEDER")]
    aanbieder: Option<String>,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let (client, out) = (context.client()?, context.out);
    match command.aanbieder {
        Some(text) => {
            let one = which(text).find(&client)?;
            let shown: TreffersView = client.get(&format!("/v1/aanbieders/{}/treffers", one.id))?;
            out.show(&shown, show);
            Ok(())
        }
        None => list(&client, out),
    }
}

/// Eight digits are a KVK number, thirty-two hexadecimal ones an id, all else a name.
pub(super) fn which(text: String) -> Which {
    let mut which = Which {
        kvk: None,
        agb: None,
        naam: None,
        id: None,
    };
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        which.kvk = Some(text);
    } else if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        which.id = Some(text);
    } else {
        which.naam = Some(text);
    }
    which
}

fn list(client: &Client, out: Output) -> Result<(), Failure> {
    let shared: Vec<GedeeldView> = client.get("/v1/treffers")?;
    out.show(&shared, |out, shared| {
        if shared.is_empty() {
            out.line("Geen aanbieder van uw register is ook bij een andere gemeente bekend, voor zover die antwoordden.");
            return;
        }
        let rows: Vec<_> = shared
            .iter()
            .map(|one| vec![one.naam.clone(), one.aantal.to_string(), one.leden.join(", ")])
            .collect();
        out.table(&["aanbieder", "aantal", "ook bekend bij"], &rows);
    });
    Ok(())
}

fn show(out: Output, shown: &TreffersView) {
    out.line(&shown.naam);
    if shown.leden.is_empty() {
        out.line("  Er is geen convenant van kracht, dus er is geen gemeente bevraagd.");
    }
    for reason in &shown.doet_niet_mee {
        out.line(&format!(
            "  Over deze aanbieder mag niet gevraagd worden: {reason}"
        ));
    }
    for lid in &shown.leden {
        out.line(&format!("  {}: {}", lid.naam, stand(lid)));
        if let (Some(contact), "bekend") = (&lid.contact, lid.stand.as_str()) {
            out.line(&format!(
                "    bel {} op {} of mail {}",
                contact.team, contact.telefoon, contact.mailbox
            ));
        }
    }
}

fn stand(lid: &LidView) -> String {
    let day = |moment: &Option<String>| {
        moment
            .as_deref()
            .and_then(|text| text.get(..10))
            .unwrap_or("-")
            .to_owned()
    };
    let text = match lid.stand.as_str() {
        "bekend" => format!(
            "ook bekend, sinds ongeveer {}; bijgewerkt {}",
            day(&lid.sinds),
            day(&lid.bijgewerkt)
        ),
        "niet-bekend" => format!("geen treffer; bijgewerkt {}", day(&lid.bijgewerkt)),
        "nog-niet-gevraagd" => "nog niet gevraagd; gaat mee met de volgende vraag".to_owned(),
        "mag-niet" => "niet gevraagd: dat mag niet".to_owned(),
        _ if lid.bijgewerkt.is_some() => {
            format!("geen antwoord; laatste bericht {}", day(&lid.bijgewerkt))
        }
        _ => "geen antwoord".to_owned(),
    };
    match &lid.zwijgt_sinds {
        Some(since) if lid.stand == "bekend" => {
            format!("{text}; antwoordt niet sinds {}", day(&Some(since.clone())))
        }
        _ => text,
    }
}
