// SPDX-License-Identifier: EUPL-1.2
//! Involvements over HTTP.

mod form;
mod view;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use basisnet_policy::Domain;
use serde::Deserialize;

use super::auth::Caller;
use super::own::Purpose;
use super::problem::{Body, FieldFault, id};
use super::{ApiState, Problem};
use crate::service::betrokkenheid::BetrokkenheidError;
use form::{Fields, NewBody};
pub(crate) use view::BetrokkenheidView;

/// The most in one answer.
const MAX_SHOWN: usize = 10_000;

pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/betrokkenheden", get(list))
        .route("/betrokkenheden/{id}/_beeindig", post(end))
        .route("/betrokkenheden/{id}/_draag-over", post(hand_over))
        .route("/betrokkenheden/{id}/_geheim", post(set_secret))
        .route("/betrokkenheden/{id}/_weeg-geheim", post(weigh_secret))
        .route("/aanbieders/{id}/betrokkenheden", get(of).post(add))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct EndBody {
    datum: Option<String>,
}

async fn list(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Purpose(purpose): Purpose,
) -> Result<Json<Vec<BetrokkenheidView>>, Problem> {
    let all = &state.services.betrokkenheden;
    let shown = all.list(&actor, MAX_SHOWN, purpose.as_ref()).await?;
    Ok(Json(shown.iter().map(BetrokkenheidView::of).collect()))
}

async fn of(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(aanbieder): Path<String>,
    Purpose(purpose): Purpose,
) -> Result<Json<Vec<BetrokkenheidView>>, Problem> {
    let all = &state.services.betrokkenheden;
    let shown = all.show(&actor, id(&aanbieder)?, purpose.as_ref()).await?;
    Ok(Json(shown.iter().map(BetrokkenheidView::of).collect()))
}

async fn add(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(aanbieder): Path<String>,
    Body(body): Body<NewBody>,
) -> Result<(StatusCode, Json<BetrokkenheidView>), Problem> {
    let involvement = body.involvement()?;
    let one = state
        .services
        .betrokkenheden
        .add_with(&actor, id(&aanbieder)?, involvement, body.words())
        .await?;
    Ok((StatusCode::CREATED, Json(BetrokkenheidView::of(&one))))
}

async fn end(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(betrokkenheid): Path<String>,
    Body(body): Body<EndBody>,
) -> Result<Json<BetrokkenheidView>, Problem> {
    let mut fields = Fields::default();
    let day = match body.datum {
        None => Some(state.services.accounts.now().date()),
        Some(text) => fields.day("datum", Some(&text)),
    };
    let day = day.ok_or_else(|| {
        Problem::invalid("datum-ongeldig", "De datum klopt niet.").with_faults(fields.0)
    })?;
    let one = state
        .services
        .betrokkenheden
        .end(&actor, id(&betrokkenheid)?, day)
        .await?;
    Ok(Json(BetrokkenheidView::of(&one)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HandOverBody {
    aan: String,
    zaak: String,
    reden: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretBody {
    geheim: bool,
    grond: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WeighBody {
    account: String,
    grond: String,
}

async fn hand_over(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(betrokkenheid): Path<String>,
    Body(body): Body<HandOverBody>,
) -> Result<Json<BetrokkenheidView>, Problem> {
    let choices = Domain::ALL.map(|domain| (domain.as_str(), domain));
    let mut fields = Fields::default();
    let to = fields.choice("aan", Some(&body.aan), &choices);
    let to = to.ok_or_else(|| {
        let text = "Deze taak van de gemeente bestaat niet.";
        Problem::invalid("taak-onbekend", text).with_faults(fields.0)
    })?;
    let all = &state.services.betrokkenheden;
    let one = all.hand_over(&actor, id(&betrokkenheid)?, to, (&body.zaak, &body.reden));
    Ok(Json(BetrokkenheidView::of(&one.await?)))
}

async fn set_secret(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(betrokkenheid): Path<String>,
    Body(body): Body<SecretBody>,
) -> Result<Json<BetrokkenheidView>, Problem> {
    let all = &state.services.betrokkenheden;
    let one = all.set_secret(&actor, id(&betrokkenheid)?, body.geheim, &body.grond);
    Ok(Json(BetrokkenheidView::of(&one.await?)))
}

async fn weigh_secret(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(betrokkenheid): Path<String>,
    Body(body): Body<WeighBody>,
) -> Result<Json<BetrokkenheidView>, Problem> {
    let all = &state.services.betrokkenheden;
    let one = all.weigh_secrecy(&actor, id(&betrokkenheid)?, &body.account, &body.grond);
    Ok(Json(BetrokkenheidView::of(&one.await?)))
}

impl From<BetrokkenheidError> for Problem {
    fn from(error: BetrokkenheidError) -> Self {
        let invalid = |code, text: &str| Self::invalid(code, text);
        match error {
            BetrokkenheidError::Own(error) => error.into(),
            BetrokkenheidError::Aanbieder(error) => error.into(),
            BetrokkenheidError::UnknownAanbieder => {
                Self::missing("Deze aanbieder staat niet in uw register.")
            }
            BetrokkenheidError::Unknown => Self::missing("Deze betrokkenheid bestaat niet."),
            BetrokkenheidError::Ended => {
                Self::refused("al-beeindigd", "Deze betrokkenheid was al beëindigd.")
            }
            BetrokkenheidError::Endless => Self::refused(
                "label-eindigt-niet",
                "Een label eindigt niet; een nieuw label komt ervoor in de plaats.",
            ),
            BetrokkenheidError::Backwards => {
                invalid("datum-ongeldig", "De einddatum ligt voor de begindatum.")
            }
            BetrokkenheidError::CareForm => invalid(
                "zorgvorm-ongeldig",
                "Een zorgvorm is een productcategorie van twee cijfers, zoals 02.",
            ),
            BetrokkenheidError::NoCareForm => invalid(
                "zorgvorm-ontbreekt",
                "Noem bij een contract ten minste een zorgvorm.",
            ),
            BetrokkenheidError::HandedOver => {
                Self::refused("al-overgedragen", "Dit was al aan deze taak overgedragen.")
            }
            BetrokkenheidError::Secrecy => Self::refused(
                "geheim-al-zo",
                "Het beroepsgeheim is al zo: bekijk het gegeven opnieuw.",
            ),
            BetrokkenheidError::UnknownAccount => {
                invalid("account-onbekend", "Er is geen open account met deze naam.")
            }
            BetrokkenheidError::Text(field) => {
                invalid("tekst-ongeldig", "Deze tekst kan niet worden bewaard.").with_faults([
                    FieldFault {
                        veld: field.to_owned(),
                        melding: "schrijf 1 tot 1000 tekens, zonder burgerservicenummer".to_owned(),
                    },
                ])
            }
            BetrokkenheidError::TooMany => Self::refused(
                "te-veel",
                "Bij deze aanbieder past geen betrokkenheid meer.",
            ),
            BetrokkenheidError::Store(error) => error.into(),
            BetrokkenheidError::Commit(error) => error.into(),
        }
    }
}
