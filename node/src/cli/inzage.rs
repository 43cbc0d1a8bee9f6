// SPDX-License-Identifier: EUPL-1.2
//! `basisnet inzage`: asks, decides and reads.

use clap::Subcommand;
use serde_json::json;

use super::aanbieder::Which;
use super::{Client, Context, Exit, Failure, Output};
use crate::api::inzagen::{InzageView, VerzoekView};

#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Vraag een andere gemeente om inzage
    Vragen(Box<Question>),
    /// Toon wat openstaat: verzoeken waarover u besluit, en eigen vragen
    Open,
    /// Verleen inzage op een verzoek
    Verlenen {
        /// Het nummer van het verzoek
        id: String,
        /// Geef alleen deze gegevens, met komma's ertussen
        #[arg(long, value_delimiter = ',')]
        gegevens: Option<Vec<String>>,
        /// Laat de ander het antwoord hoogstens zo veel dagen bewaren
        #[arg(long)]
        dagen: Option<u32>,
    },
    /// Weiger inzage op een verzoek
    Weigeren {
        /// Het nummer van het verzoek
        id: String,
        /// Waarom: niet-in-verhouding, schaadt-toezicht of wettelijke-weg
        #[arg(long)]
        reden: String,
    },
    /// Toon een eigen vraag met het antwoord
    Toon {
        /// Het nummer van de vraag
        id: String,
        /// Het doel waarvoor u het antwoord gebruikt; zonder deze optie dat van de vraag
        #[arg(long)]
        doel: Option<String>,
    },
}

/// A question to another gemeente.
#[derive(Debug, clap::Args)]
struct Question {
    #[command(flatten)]
    which: Which,
    /// Aan wie: de naam of het OIN van het lid
    #[arg(long)]
    aan: String,
    /// Het doel, zoals P03
    #[arg(long)]
    doel: String,
    /// Wat u vraagt, met komma's ertussen: contract, toezicht, label, contact
    #[arg(long, value_delimiter = ',', required = true)]
    gegevens: Vec<String>,
    /// Het kenmerk van de zaak; blijft in uw eigen node
    #[arg(long)]
    zaak: Option<String>,
    /// Waarom de vraag in verhouding is: lopend-onderzoek, besluit-over-contract of samenloop
    #[arg(long, requires = "subsidiariteit")]
    proportionaliteit: Option<String>,
    /// Waarom het niet anders kan: aanbieder-gevraagd, vragen-schaadt-toezicht of niet-openbaar
    #[arg(long, requires = "proportionaliteit")]
    subsidiariteit: Option<String>,
    /// De weging in uw eigen woorden; blijft in uw eigen node
    #[arg(long, default_value = "", hide_default_value = true)]
    toelichting: String,
    /// De grondslag; zonder deze optie de eerste die het convenant noemt
    #[arg(long)]
    grondslag: Option<String>,
    /// De rol waarin u vraagt, als uw account er meer heeft
    #[arg(long)]
    rol: Option<String>,
    /// Namens welk lid u vraagt, als uw organisatie daarvan een mandaat heeft: de naam of het OIN
    #[arg(long)]
    namens: Option<String>,
}

pub(super) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let client = context.client()?;
    let out = context.out;
    match command.what {
        What::Vragen(question) => {
            let asked = out.busy("de vraag wordt gesteld", || question.put(&client))?;
            out.show(&asked, |out, asked| {
                out.line(&format!("{} Nummer: {}", asked.uitleg, asked.id));
            });
        }
        What::Open => open(&client, out)?,
        What::Verlenen {
            id,
            gegevens,
            dagen,
        } => {
            let body = json!({ "gegevens": gegevens, "dagen": dagen });
            let path = format!("/v1/inzageverzoeken/{}/_verleen", number(&id)?);
            let decided: VerzoekView = client.post(&path, &body)?;
            out.show(&decided, |out, one| {
                out.line(&told(one, "De inzage is verleend"))
            });
        }
        What::Weigeren { id, reden } => {
            let path = format!("/v1/inzageverzoeken/{}/_weiger", number(&id)?);
            let decided: VerzoekView = client.post(&path, &json!({ "reden": reden }))?;
            out.show(&decided, |out, one| {
                out.line(&told(one, "De inzage is geweigerd"))
            });
        }
        What::Toon { id, doel } => {
            let plain = |code: &str| code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            let query = match doel {
                Some(code) if plain(&code) => format!("?doel={code}"),
                Some(code) => {
                    return Err(Failure::new(
                        Exit::Usage,
                        format!("`{code}` is geen code van een doel"),
                    ));
                }
                None => String::new(),
            };
            let one: InzageView = client.get(&format!("/v1/inzagen/{}{query}", number(&id)?))?;
            out.show(&one, show);
        }
    }
    Ok(())
}

impl Question {
    fn put(&self, client: &Client) -> Result<InzageView, Failure> {
        let aanbieder = self.which.find(client)?;
        let weighing = self.proportionaliteit.as_ref().map(|proportionality| {
            json!({
                "proportionaliteit": proportionality,
                "subsidiariteit": self.subsidiariteit,
                "toelichting": self.toelichting,
            })
        });
        let body = json!({
            "aanbieder": aanbieder.id,
            "lid": self.aan,
            "doel": self.doel,
            "grondslag": self.grondslag,
            "rol": self.rol,
            "gegevens": self.gegevens,
            "weging": weighing,
            "zaak": self.zaak,
            "namens": self.namens,
        });
        client.post("/v1/inzagen", &body)
    }
}

fn open(client: &Client, out: Output) -> Result<(), Failure> {
    let requests: Vec<VerzoekView> = client.get("/v1/inzageverzoeken")?;
    let own: Vec<InzageView> = client.get("/v1/inzagen")?;
    let value = json!({ "verzoeken": requests, "vragen": own });
    out.show(&value, |out, _| {
        out.line(&format!(
            "Verzoeken van anderen waarover u besluit: {}",
            requests.len()
        ));
        let row = |one: &VerzoekView| {
            let naam = one.naam.clone().unwrap_or_default();
            vec![
                one.id.clone(),
                one.lid.clone(),
                naam,
                one.doel.clone(),
                one.gegevens.join(", "),
                day(&one.besluit_voor),
            ]
        };
        let rows: Vec<_> = requests.iter().map(row).collect();
        if !rows.is_empty() {
            out.table(
                &[
                    "nummer",
                    "van",
                    "aanbieder",
                    "doel",
                    "gegevens",
                    "besluit voor",
                ],
                &rows,
            );
        }
        out.line(&format!("Eigen vragen: {}", own.len()));
        let row = |one: &InzageView| {
            vec![
                one.id.clone(),
                one.lid.clone(),
                one.doel.clone().unwrap_or_default(),
                one.staat.clone(),
                day(&one.gevraagd_op),
            ]
        };
        let rows: Vec<_> = own.iter().map(row).collect();
        if !rows.is_empty() {
            out.table(&["nummer", "aan", "doel", "staat", "gevraagd op"], &rows);
        }
    });
    Ok(())
}

/// What was typed is a number of 32 hexadecimal digits, or not put into an address.
fn number(text: &str) -> Result<&str, Failure> {
    if text.len() == 32 && text.bytes().all(|c| c.is_ascii_hexdigit()) {
        return Ok(text);
    }
    let fault = format!("`{text}` is geen nummer; `basisnet inzage open` toont de nummers");
    Err(Failure::new(Exit::Usage, fault))
}

fn told(one: &VerzoekView, what: &str) -> String {
    let lid = &one.lid;
    if one.bezorgd {
        format!("{what}; {lid} heeft bericht.")
    } else {
        format!("{what}. {lid} antwoordt nu niet; het bericht wordt later opnieuw gestuurd.")
    }
}

fn day(moment: &str) -> String {
    moment.chars().take(10).collect()
}

fn show(out: Output, one: &InzageView) {
    what_for(out, one);
    for reason in &one.niet_getoond_omdat {
        out.line(&format!("  niet getoond  {reason}"));
    }
    if let Some(answer) = &one.antwoord {
        for contract in answer.contracten.iter().flatten() {
            let until = contract.tot.as_deref().unwrap_or("heden");
            out.line(&format!(
                "  contract      {} ({}), {}, {}, {} tot {until}",
                contract.wet,
                contract.zorgvormen.join(", "),
                contract.variant,
                contract.rol,
                contract.vanaf
            ));
        }
        if answer.contracten.as_ref().is_some_and(Vec::is_empty) {
            out.line("  contract      geen");
        }
        if one.gegevens.iter().any(|asked| asked == "toezicht") {
            out.line(&format!(
                "  toezicht      {}",
                answer.toezicht.as_deref().unwrap_or("niets gemeld")
            ));
        }
        if let Some(label) = &answer.label {
            out.line(&format!("  label         {label}"));
        }
        if let Some(contact) = &answer.contact {
            out.line(&format!(
                "  contact       {}, {}, {}",
                contact.team, contact.mailbox, contact.telefoon
            ));
        }
    }
    if let Some(must) = &one.verplichtingen {
        out.line(&format!(
            "  van           {}, alleen voor {}",
            must.bron, must.doel
        ));
        out.line(&format!(
            "  bewaren tot   {}; niet doorgeven",
            day(&must.bewaren_tot)
        ));
        out.line(&format!("  convenant     {}", must.convenant));
    }
}

/// What a question is for, as far as the node shows that.
fn what_for(out: Output, one: &InzageView) {
    let day = day(&one.gevraagd_op);
    let (Some(doel), Some(grondslag)) = (&one.doel, &one.grondslag) else {
        out.line(&format!("Vraag aan {} op {day}", one.lid));
        out.line(&format!("  {}", one.uitleg));
        out.line("  waarvoor      hoort bij een andere taak van uw gemeente");
        return;
    };
    out.line(&format!("Vraag aan {} voor {doel} ({grondslag})", one.lid));
    out.line(&format!("  {}", one.uitleg));
    let asked = one.gegevens.join(", ");
    out.line(&format!("  gevraagd      {asked} op {day}"));
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    out.line(&format!("  zaak          {}", text(&one.zaak)));
    let why = (text(&one.proportionaliteit), text(&one.subsidiariteit));
    out.line(&format!("  weging        {}, {}", why.0, why.1));
}
