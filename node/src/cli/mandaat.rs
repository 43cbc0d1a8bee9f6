// SPDX-License-Identifier: EUPL-1.2
//! `basisnet mandaat`: lets another organisation act for the own one, and acts for another.

use clap::Subcommand;
use serde_json::{Value, json};

use super::convenant::reached;
use super::{Client, Context, Exit, Failure, Output};
use crate::api::mandaten::{GebruikView, MandaatSentView, MandaatView};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Laat een andere organisatie namens u handelen, voor deze doelen en deze zorg en voor niets meer
    Geef(Box<Gift>),
    /// Aanvaard een mandaat dat uw organisatie kreeg
    Aanvaard {
        /// Het kenmerk, of het begin ervan
        kenmerk: String,
        /// Het nummer van het besluit van uw bestuur; de ander leest het
        #[arg(long, value_name = "NUMMER")]
        besluit: String,
    },
    /// Trek een mandaat in dat u gaf of kreeg; het geldt meteen niet meer
    TrekIn {
        /// Het kenmerk, of het begin ervan
        kenmerk: String,
        /// Het nummer van het besluit; de ander leest het
        #[arg(long, value_name = "NUMMER")]
        besluit: Option<String>,
        /// De reden; de ander leest haar
        #[arg(long, value_name = "TEKST")]
        reden: Option<String>,
    },
    /// Toon de mandaten: wie handelt namens wie, waarvoor en tot wanneer
    Lijst,
    /// Toon een mandaat met de handtekeningen
    Toon {
        /// Het kenmerk, of het begin ervan
        kenmerk: String,
    },
}

/// What somebody lets another do.
#[derive(Debug, clap::Args)]
struct Gift {
    /// Wie namens u handelt: de naam of het OIN van het lid
    #[arg(long)]
    aan: String,
    /// De doelen, met komma's ertussen, zoals P08,P20
    #[arg(long, value_delimiter = ',', required = true)]
    doelen: Vec<String>,
    /// De zorgvormen: productcategorieën van twee cijfers, met komma's ertussen, zoals 02,07
    #[arg(long, value_delimiter = ',', required = true)]
    zorgvormen: Vec<String>,
    /// De eerste dag waarop het geldt, zoals 2027-01-01
    #[arg(long)]
    van: String,
    /// De eerste dag waarop het niet meer geldt
    #[arg(long)]
    tot: String,
    /// Het nummer van het besluit van het college; de andere leden lezen het
    #[arg(long, value_name = "NUMMER")]
    besluit: String,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let (client, out) = (context.client()?, context.out);
    match command.what {
        What::Geef(gift) => {
            let body = json!({
                "aan": gift.aan,
                "doelen": gift.doelen,
                "zorgvormen": gift.zorgvormen,
                "van": gift.van,
                "tot": gift.tot,
                "besluit": gift.besluit,
            });
            send(&client, out, "/v1/mandaten", &body)
        }
        What::Aanvaard { kenmerk, besluit } => {
            let one = find(&client, &kenmerk)?;
            let path = format!("/v1/mandaten/{}/_aanvaard", one.kenmerk);
            send(&client, out, &path, &json!({ "besluit": besluit }))
        }
        What::TrekIn {
            kenmerk,
            besluit,
            reden,
        } => {
            let one = find(&client, &kenmerk)?;
            let path = format!("/v1/mandaten/{}/_trek-in", one.kenmerk);
            let body = json!({ "besluit": besluit, "reden": reden });
            send(&client, out, &path, &body)
        }
        What::Lijst => {
            let all: Vec<MandaatView> = client.get("/v1/mandaten")?;
            out.show(&all, |out, all| list(out, all));
            Ok(())
        }
        What::Toon { kenmerk } => {
            let one = find(&client, &kenmerk)?;
            let one: MandaatView = client.get(&format!("/v1/mandaten/{}", one.kenmerk))?;
            out.show(&one, detail);
            Ok(())
        }
    }
}

fn send(client: &Client, out: Output, path: &str, body: &Value) -> Result<(), Failure> {
    let sent: MandaatSentView = out.busy("Bezig met de leden", || client.post(path, body))?;
    out.show(&sent, |out, sent| {
        detail(out, &sent.mandaat);
        out.line("");
        let rows: Vec<_> = sent.leden.iter().map(reached).collect();
        out.table(&["lid", "OIN", "verstuurd"], &rows);
    });
    Ok(())
}

/// The one mandate whose hash begins so.
fn find(client: &Client, start: &str) -> Result<MandaatView, Failure> {
    let all: Vec<MandaatView> = client.get("/v1/mandaten")?;
    let mut found = all.into_iter().filter(|one| one.kenmerk.starts_with(start));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Failure::refused(format!(
            "er is geen mandaat met kenmerk `{start}`; `basisnet mandaat lijst` laat de mandaten zien"
        ))),
        (Some(_), Some(_)) => Err(Failure::new(
            Exit::Usage,
            format!("er zijn meer mandaten met `{start}`; geef een langer kenmerk"),
        )),
    }
}

fn list(out: Output, all: &[MandaatView]) {
    if all.is_empty() {
        out.line("Er zijn geen mandaten. Geef er een met `basisnet mandaat geef`.");
        return;
    }
    let rows: Vec<_> = all
        .iter()
        .map(|one| {
            vec![
                one.kenmerk.chars().take(12).collect(),
                one.gever_naam.clone(),
                one.houder_naam.clone(),
                one.doelen.join(", "),
                one.zorgvormen.join(", "),
                one.toelichting.clone(),
            ]
        })
        .collect();
    let head = [
        "kenmerk",
        "namens",
        "handelt",
        "doelen",
        "zorgvormen",
        "toestand",
    ];
    out.table(&head, &rows);
}

fn detail(out: Output, one: &MandaatView) {
    out.line(&format!("kenmerk     {}", one.kenmerk));
    out.line(&format!("namens      {} ({})", one.gever_naam, one.gever));
    out.line(&format!("handelt     {} ({})", one.houder_naam, one.houder));
    out.line(&format!("doelen      {}", one.doelen.join(", ")));
    out.line(&format!("zorgvormen  {}", one.zorgvormen.join(", ")));
    out.line(&format!("van kracht  {} tot {}", one.van, one.tot));
    out.line(&format!("toestand    {}", one.toelichting));
    for act in &one.handelingen {
        let decision = act
            .besluit
            .as_deref()
            .map(|text| format!(", besluit {text}"));
        let reason = act.reden.as_deref().map(|text| format!(", {text}"));
        out.line(&format!(
            "  {} op {}{}{}",
            act.handeling,
            act.op,
            decision.unwrap_or_default(),
            reason.unwrap_or_default()
        ));
    }
    if !one.gebruik.is_empty() {
        out.line("");
        let row = |used: &GebruikView| vec![used.op.clone(), used.aan.clone(), used.doel.clone()];
        let rows: Vec<_> = one.gebruik.iter().map(row).collect();
        out.table(&["gevraagd op", "aan", "doel"], &rows);
    }
}
