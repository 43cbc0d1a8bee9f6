// SPDX-License-Identifier: EUPL-1.2
//! Inzage over HTTP: own questions, and the questions of others that wait for a decision.

mod view;
mod words;

use std::collections::BTreeSet;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use basisnet_protocol::message::Weighing;
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use serde::Deserialize;

use super::auth::Caller;
use super::problem::{Body, FieldFault, id};
use super::{ApiState, Problem};
use crate::service::account::Actor;
use crate::service::inzage::{Grant, InzageError, MAX_LISTED, SeenAsked, Vraag, Weighed};

pub(crate) use view::{InzageView, VerzoekView};
pub(crate) use words::{proportionality, reason, subsidiarity};

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/inzagen", get(list).post(ask))
        .route("/inzagen/{id}", get(show))
        .route("/inzageverzoeken", get(open))
        .route("/inzageverzoeken/{id}", get(received))
        .route("/inzageverzoeken/{id}/_verleen", post(grant))
        .route("/inzageverzoeken/{id}/_weiger", post(refuse))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskBody {
    aanbieder: String,
    lid: String,
    doel: String,
    grondslag: Option<String>,
    rol: Option<String>,
    gegevens: Vec<String>,
    weging: Option<WeighingBody>,
    zaak: Option<String>,
    namens: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WeighingBody {
    proportionaliteit: String,
    subsidiariteit: String,
    #[serde(default)]
    toelichting: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    voor: Option<String>,
    aantal: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShowQuery {
    doel: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantBody {
    gegevens: Option<Vec<String>>,
    dagen: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefuseBody {
    reden: String,
}

async fn list(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<InzageView>>, Problem> {
    let before = query.voor.as_deref().map(id).transpose()?;
    let limit = query.aantal.unwrap_or(MAX_LISTED);
    let all = state.services.inzagen.list(&actor, before, limit).await?;
    Ok(Json(all.iter().map(InzageView::of).collect()))
}

async fn ask(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<AskBody>,
) -> Result<(StatusCode, Json<InzageView>), Problem> {
    let vraag = body.read()?;
    let asked = state.services.inzagen.ask(&actor, &vraag).await;
    let asked = asked.map_err(|error| unknown_purpose(&state, &actor, &vraag, error))?;
    let asked = SeenAsked::of_asker(&asked);
    Ok((StatusCode::CREATED, Json(InzageView::of(&asked))))
}

/// Where the purpose does not exist, everything else is wrong too; so that is all that is said, with those there are.
fn unknown_purpose(state: &ApiState, actor: &Actor, vraag: &Vraag, error: InzageError) -> Problem {
    let (InzageError::Refused(_), Ok(known)) = (&error, state.services.doelen.list(actor)) else {
        return error.into();
    };
    let known: BTreeSet<String> = known.iter().map(|one| one.entry.id.to_string()).collect();
    if known.contains(vraag.purpose.as_str()) {
        return error.into();
    }
    let known = known.into_iter().collect::<Vec<_>>().join(", ");
    let purpose = &vraag.purpose;
    Problem::refused(
        "doel-onbekend",
        format!(
            "Het doel `{purpose}` bestaat niet. Kies uit: {known}. Er is niets verstuurd; de weigering staat in het logboek."
        ),
    )
}

async fn show(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(text): Path<String>,
    Query(query): Query<ShowQuery>,
) -> Result<Json<InzageView>, Problem> {
    let mut faults = Vec::new();
    let purpose = query
        .doel
        .map(|code| read::<PurposeId>("doel", &code, PURPOSE, &mut faults));
    if !faults.is_empty() {
        return Err(invalid(faults));
    }
    let inzagen = &state.services.inzagen;
    let shown = inzagen
        .show(&actor, id(&text)?, purpose.flatten().as_ref())
        .await?;
    Ok(Json(InzageView::with_answer(&shown)))
}

async fn open(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<Vec<VerzoekView>>, Problem> {
    let services = &state.services;
    let open = services.inzagen.open(&actor).await?;
    let about = open.iter().filter_map(|one| one.aanbieder);
    let names = services.aanbieders.names(&actor, about).await?;
    let name = |id| names.get(&id).cloned();
    let views = open
        .iter()
        .map(|one| VerzoekView::of(one, one.aanbieder.and_then(name)));
    Ok(Json(views.collect()))
}

async fn received(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(text): Path<String>,
) -> Result<Json<VerzoekView>, Problem> {
    let services = &state.services;
    let one = services.inzagen.received(&actor, id(&text)?).await?;
    let names = services.aanbieders.names(&actor, one.aanbieder).await?;
    let name = |id| names.get(&id).cloned();
    Ok(Json(VerzoekView::of(&one, one.aanbieder.and_then(name))))
}

async fn grant(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(text): Path<String>,
    Body(body): Body<GrantBody>,
) -> Result<Json<VerzoekView>, Problem> {
    let mut faults = Vec::new();
    let categories = body.gegevens.map(|names| categories(&names, &mut faults));
    if !faults.is_empty() {
        return Err(invalid(faults));
    }
    let grant = Grant {
        categories,
        days: body.dagen,
    };
    let decided = state
        .services
        .inzagen
        .grant(&actor, id(&text)?, &grant)
        .await?;
    Ok(Json(VerzoekView::of(&decided, None)))
}

async fn refuse(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(text): Path<String>,
    Body(body): Body<RefuseBody>,
) -> Result<Json<VerzoekView>, Problem> {
    let Some(why) = words::reason_of(&body.reden) else {
        let mend = format!("kies uit: {}", words::REASONS.join(", "));
        return Err(invalid(vec![fault("reden", &mend)]));
    };
    let decided = state
        .services
        .inzagen
        .refuse(&actor, id(&text)?, why)
        .await?;
    let shown = state.services.inzagen.shows_request(&actor, &decided)?;
    Ok(Json(match shown {
        true => VerzoekView::of(&decided, None),
        false => VerzoekView::closed(&decided),
    }))
}

const PURPOSE: &str = "noem de code van een doel, zoals P03";

impl AskBody {
    /// All that is wrong at once.
    fn read(&self) -> Result<Vraag, Problem> {
        let mut faults = Vec::new();
        let aanbieder = read(
            "aanbieder",
            &self.aanbieder,
            "noem het id van de aanbieder",
            &mut faults,
        );
        let purpose: Option<PurposeId> = read("doel", &self.doel, PURPOSE, &mut faults);
        let basis = self.grondslag.as_ref().map(|code| {
            read::<LegalBasis>(
                "grondslag",
                code,
                "noem een code uit `basisnet doel toon`",
                &mut faults,
            )
        });
        let role = self
            .rol
            .as_ref()
            .map(|name| read::<Role>("rol", name, "noem een rol van uw account", &mut faults));
        let categories = categories(&self.gegevens, &mut faults);
        let weighing = self
            .weging
            .as_ref()
            .map(|weighing| weighing.read(&mut faults));
        match (aanbieder, purpose) {
            (Some(aanbieder), Some(purpose)) if faults.is_empty() => Ok(Vraag {
                on_behalf: self.namens.clone(),
                aanbieder,
                member: self.lid.clone(),
                purpose,
                basis: basis.flatten(),
                role: role.flatten(),
                categories,
                weighing: weighing.flatten(),
                case: self.zaak.clone(),
            }),
            _ => Err(invalid(faults)),
        }
    }
}

impl WeighingBody {
    fn read(&self, faults: &mut Vec<FieldFault>) -> Option<Weighed> {
        let proportionality = words::proportionality_of(&self.proportionaliteit);
        let subsidiarity = words::subsidiarity_of(&self.subsidiariteit);
        let mut missing = |absent: bool, field, choices: &[&str]| {
            if absent {
                faults.push(fault(field, &format!("kies uit: {}", choices.join(", "))));
            }
        };
        missing(
            proportionality.is_none(),
            "proportionaliteit",
            &words::PROPORTIONALITY,
        );
        missing(
            subsidiarity.is_none(),
            "subsidiariteit",
            &words::SUBSIDIARITY,
        );
        Some(Weighed {
            codes: Weighing {
                proportionality: proportionality?,
                subsidiarity: subsidiarity?,
            },
            words: self.toelichting.clone(),
        })
    }
}

fn categories(names: &[String], faults: &mut Vec<FieldFault>) -> BTreeSet<Category> {
    let mend = "kies uit: contract, toezicht, label, contact";
    let found = names
        .iter()
        .map(|name| read("gegevens", name, mend, faults));
    found.flatten().collect()
}

fn read<T: std::str::FromStr>(
    field: &str,
    text: &str,
    mend: &str,
    faults: &mut Vec<FieldFault>,
) -> Option<T> {
    let read = text.parse().ok();
    if read.is_none() {
        faults.push(fault(field, mend));
    }
    read
}

fn fault(field: &str, mend: &str) -> FieldFault {
    FieldFault {
        veld: field.to_owned(),
        melding: mend.to_owned(),
    }
}

fn invalid(faults: Vec<FieldFault>) -> Problem {
    Problem::invalid("vraag-onvolledig", "De vraag kan zo niet worden gesteld.").with_faults(faults)
}

impl From<InzageError> for Problem {
    fn from(error: InzageError) -> Self {
        match error {
            InzageError::Own(error) => error.into(),
            InzageError::UnknownAanbieder => Self::missing(
                "Deze aanbieder staat niet in uw register. U vraagt alleen over aanbieders die u zelf kent.",
            ),
            InzageError::UnknownMember => Self::missing(
                "Dit lid staat in geen convenant van uw gemeente. Noem een naam of OIN uit `basisnet leden`.",
            ),
            InzageError::Unknown => Self::missing("Er is geen inzage met dit nummer."),
            InzageError::Decided => Self::refused(
                "al-besloten",
                "Hierover is al besloten, of er valt niets te besluiten.",
            ),
            InzageError::Text(field) => invalid(vec![fault(
                field,
                "schrijf hoogstens 1000 tekens, zonder stuurtekens",
            )]),
            InzageError::Personal(places) => invalid(
                places.iter().map(|place| fault(&place.field, &words::personal(place))).collect(),
            ),
            InzageError::Refused(reasons) => Self::refused(
                "regels-weigeren",
                "Dit mag niet van de regels. Er is niets verstuurd; de weigering staat in het logboek.",
            )
            .with_faults(reasons.iter().map(|reason| FieldFault {
                veld: reason.guard.to_string(),
                melding: view::sentence(reason),
            })),
            InzageError::Store(error) => error.into(),
            InzageError::Commit(error) => error.into(),
            InzageError::BrokenOff
            | InzageError::Unmatched(_)
            | InzageError::Encode(_)
            | InzageError::Seal(_) => Self::fault(&error),
        }
    }
}
