// SPDX-License-Identifier: EUPL-1.2
//! What is needed to take part, over HTTP: each step with what was seen, and with what to do where it is not done.

mod region;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use basisnet_protocol::convenant::State as Convenant;
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::{ApiState, Problem};
use crate::service::deelname::{Agreement, DeelnameError, Stand};
use crate::service::doel::Standing;
pub(crate) use region::{DoelStandView, GedeeldView, LidStandView};

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/deelname", get(show))
        .route("/deelname/gedeeld", get(region::shared))
        .route("/deelname/_deel", post(region::share))
        .route("/deelname/_leden", post(region::members))
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StapView {
    /// What it is about.
    pub(crate) stap: String,
    /// Whether it is done.
    pub(crate) gedaan: bool,
    /// What was seen.
    pub(crate) bevinding: String,
    /// What to do, where it is not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) herstel: Option<String>,
}

impl StapView {
    fn done(stap: impl Into<String>, bevinding: impl Into<String>) -> Self {
        Self {
            stap: stap.into(),
            gedaan: true,
            bevinding: bevinding.into(),
            herstel: None,
        }
    }

    fn to_do(
        stap: impl Into<String>,
        bevinding: impl Into<String>,
        herstel: impl Into<String>,
    ) -> Self {
        Self {
            gedaan: false,
            herstel: Some(herstel.into()),
            ..Self::done(stap, bevinding)
        }
    }
}

async fn show(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<Vec<StapView>>, Problem> {
    Ok(Json(steps(&state.services.deelname.stand(&actor)?)))
}

/// The list, in the order in which an organisation does it.
fn steps(stand: &Stand) -> Vec<StapView> {
    let mut steps = vec![
        StapView::done("node", "draait, en de opslag antwoordt"),
        certificate(stand),
        card(stand),
    ];
    steps.extend(stand.purposes.iter().flat_map(papers));
    steps.extend(agreements(&stand.agreements));
    steps.push(register(stand));
    steps.push(sweep(stand));
    steps
}

fn certificate(stand: &Stand) -> StapView {
    let until = stand.certificate_until.date();
    if stand.certificate_until > stand.now {
        StapView::done("certificaat", format!("geldig tot {until}"))
    } else {
        StapView::to_do(
            "certificaat",
            format!("verlopen op {until}"),
            "vraag een nieuw aan; `basisnet certificaat` zegt hoe",
        )
    }
}

fn card(stand: &Stand) -> StapView {
    const MEND: &str =
        "maak haar met `basisnet leden uitgeven`, en geef haar aan wie het convenant opstelt";
    match stand.card_until {
        None => StapView::to_do("kaart", "er is nog geen kaart van uw organisatie", MEND),
        Some(until) if until <= stand.now => {
            StapView::to_do("kaart", format!("verlopen op {}", until.date()), MEND)
        }
        Some(until) => StapView::done("kaart", format!("geldig tot {}", until.date())),
    }
}

/// The three papers of a purpose.
fn papers(purpose: &Standing) -> [StapView; 3] {
    let code = purpose.entry.id.as_str();
    let decided = purpose.in_force().map(|decided| &decided.in_force);
    let written = decided.or_else(|| purpose.ahead().map(|decided| &decided.in_force));
    let dpia = match written {
        Some(decided) => StapView::done(format!("DPIA {code}"), decided.dpia_ref.clone()),
        None => StapView::to_do(
            format!("DPIA {code}"),
            "bij geen besluit staat waar zij is",
            "maak haar met `basisnet dpia --naar dpia.md`, en vul de oordelen in",
        ),
    };
    let advice = match &purpose.advice {
        Some(advice) => {
            let word = if advice.positive {
                "positief"
            } else {
                "negatief"
            };
            let day = advice.given.date();
            StapView::done(format!("advies {code}"), format!("{word}, op {day}"))
        }
        None => StapView::to_do(
            format!("advies {code}"),
            "de FG heeft nog niet geadviseerd",
            format!("laat de FG adviseren: `basisnet doel advies {code}`"),
        ),
    };
    let step = format!("besluit {code}");
    let decision = match written {
        Some(written) => {
            let word = if decided.is_some() { "sinds" } else { "vanaf" };
            let day = written.since.date();
            StapView::done(
                step,
                format!("in werking {word} {day}, {}", written.mandate),
            )
        }
        None => StapView::to_do(
            step,
            "het doel is niet in werking",
            format!(
                "neem een besluit en leg het vast: `basisnet doel in-werking {code} --mandaat … --dpia …`"
            ),
        ),
    };
    [dpia, advice, decision]
}

fn agreements(all: &[Agreement]) -> Vec<StapView> {
    if all.is_empty() {
        return vec![StapView::to_do(
            "convenant",
            "er is geen convenant waarin uw organisatie meedoet",
            "wacht op het concept van wie het opstelt, of stel er zelf een op: `basisnet convenant voorbeeld`",
        )];
    }
    all.iter().map(agreement).collect()
}

fn agreement(one: &Agreement) -> StapView {
    let name = format!("convenant {}", one.group);
    if !one.accepted {
        return StapView::to_do(
            name,
            "uw organisatie heeft deze versie niet getekend",
            "lees haar met `basisnet convenant toon`, en teken met `basisnet convenant tekenen KENMERK --besluit NUMMER`",
        );
    }
    match &one.state {
        Convenant::Draft(awaited) => StapView::to_do(
            name,
            format!(
                "getekend; er ontbreken nog handtekeningen: {}",
                awaited.len()
            ),
            "wacht op de andere leden; `basisnet convenant toon` zegt op wie",
        ),
        Convenant::Accepted => StapView::done(
            name,
            "alle nodige handtekeningen zijn er; het moet nog ingaan",
        ),
        Convenant::Active
        | Convenant::Rejected(_)
        | Convenant::Expired
        | Convenant::Ended(_)
        | Convenant::Superseded(_) => StapView::done(name, "van kracht"),
    }
}

fn register(stand: &Stand) -> StapView {
    if stand.has_aanbieders {
        StapView::done("register", "er staan aanbieders in")
    } else {
        StapView::to_do(
            "register",
            "er staat nog geen aanbieder in",
            "voer ze in met `basisnet aanbieder invoeren bestand.csv`",
        )
    }
}

fn sweep(stand: &Stand) -> StapView {
    let seen = match stand.partners {
        0 => "er is nog niemand om mee uit te wisselen".to_owned(),
        1 if stand.swept == 1 => "het andere lid is alles gevraagd".to_owned(),
        1 => "het andere lid is nog niet alles gevraagd".to_owned(),
        all => format!("{} van de {all} leden is alles gevraagd", stand.swept),
    };
    if stand.partners > 0 && stand.swept == stand.partners {
        StapView::done("eerste bevraging", seen)
    } else {
        StapView::to_do(
            "eerste bevraging",
            seen,
            "zij gaat vanzelf in de nacht, of meteen met `basisnet bevraag` waar het convenant dat toelaat",
        )
    }
}

impl From<DeelnameError> for Problem {
    fn from(error: DeelnameError) -> Self {
        match error {
            DeelnameError::Store(error) => error.into(),
            DeelnameError::Doel(error) => error.into(),
            DeelnameError::Commit(error) => error.into(),
            DeelnameError::NotAllowed(error) => error.into(),
            DeelnameError::NoSuchGroup => Self::missing(
                "Uw organisatie is niet in deze groep, of er weer uit. Met `basisnet convenant toon` ziet u de groepen.",
            ),
            DeelnameError::NotAFellow(_) => Self::missing(
                "Dit is geen ander lid van deze groep. Noem de OIN of de naam zoals in het convenant; `basisnet convenant toon KENMERK` noemt de leden.",
            ),
        }
    }
}
