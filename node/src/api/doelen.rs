// SPDX-License-Identifier: EUPL-1.2
//! Purposes over HTTP: the catalogue, the advice of the FG and the decision of the controller.

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use basisnet_policy::{Controller, Followed, OwnTerm, Standing as Sureness};
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Date;
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::problem::{Body, FieldFault};
use super::{ApiState, Problem};
use crate::service::doel::{Advice, Decision, DoelError, Standing};

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/doelen", get(list))
        .route("/doelen/{code}", get(show))
        .route("/doelen/{code}/_adviseer", post(advise))
        .route("/doelen/{code}/_besluit", post(put_into_force))
        .route("/doelen/{code}/_intrekken", post(withdraw))
}

/// A purpose and where it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoelView {
    /// Its code.
    pub(crate) code: String,
    /// Its version in the catalogue.
    pub(crate) versie: u32,
    /// What it is for.
    pub(crate) doel: String,
    /// `in werking`, `in werking vanaf 2027-03-01`, `ingetrokken`, `advies gegeven` or `niet in werking`.
    pub(crate) staat: String,
    /// Who decides about it.
    pub(crate) besluit_door: String,
    /// `geverifieerd` or `te bevestigen`.
    pub(crate) status: String,
    /// The first day on which it is valid.
    pub(crate) geldig_vanaf: String,
    /// The first day on which it is not.
    pub(crate) geldig_tot: String,
    /// On which law it rests.
    pub(crate) grondslagen: Vec<BasisView>,
    /// Which categories it needs.
    pub(crate) gegevens: Vec<String>,
    /// In which roles people work for it.
    pub(crate) rollen: Vec<String>,
    /// Days that a receiver may keep an answer.
    pub(crate) bewaartermijn_dagen: u32,
    /// How long own records are kept for it.
    pub(crate) bewaren: Vec<TermView>,
    /// What an FG advised last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) advies: Option<AdviceView>,
    /// What was advised before that, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) eerdere_adviezen: Vec<AdviceView>,
    /// What the controller decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) besluit: Option<DecisionView>,
}

/// How long a kind of own record is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TermView {
    /// Which records.
    pub(crate) wat: String,
    /// For how long, such as `5 jaar`.
    pub(crate) termijn: String,
    /// Where that is written.
    pub(crate) bron: String,
}

impl TermView {
    fn of(kept: &OwnTerm) -> Self {
        Self {
            wat: kept.about.clone(),
            termijn: kept.term.to_string(),
            bron: kept.source.clone(),
        }
    }
}

/// A legal basis.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BasisView {
    /// Its code.
    pub(crate) code: String,
    /// The law and article.
    pub(crate) wet: String,
}

/// What the FG advised.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AdviceView {
    /// Who.
    pub(crate) wie: String,
    /// When.
    pub(crate) wanneer: String,
    /// Whether it is positive.
    pub(crate) positief: bool,
    /// What was said with it.
    pub(crate) toelichting: String,
}

impl AdviceView {
    fn of(advice: &Advice) -> Self {
        Self {
            wie: advice.name.clone(),
            wanneer: advice.given.to_string(),
            positief: advice.positive,
            toelichting: advice.remark.clone(),
        }
    }
}

/// What the controller decided.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionView {
    /// Who.
    pub(crate) wie: String,
    /// By which mandate.
    pub(crate) mandaat: String,
    /// Where the DPIA is.
    pub(crate) dpia: String,
    /// Since when.
    pub(crate) sinds: String,
    /// Until when, when it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tot: Option<String>,
    /// Why the advice was not followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wijkt_af_omdat: Option<String>,
}

impl DoelView {
    pub(crate) fn of(standing: &Standing) -> Self {
        let Standing {
            entry,
            advice,
            decided,
            ..
        } = standing;
        Self {
            code: entry.id.to_string(),
            versie: entry.version,
            doel: entry.name.clone(),
            staat: state(standing),
            besluit_door: match entry.controller {
                Controller::College => "college",
                Controller::Toezichthouder => "toezichthouder",
            }
            .to_owned(),
            status: sureness(entry.standing).to_owned(),
            geldig_vanaf: entry.valid_from.to_string(),
            geldig_tot: entry.valid_until.to_string(),
            grondslagen: entry
                .bases
                .iter()
                .map(|basis| BasisView {
                    code: basis.code.to_string(),
                    wet: format!("{} art. {}", basis.law, basis.article),
                })
                .collect(),
            gegevens: entry.categories.iter().map(ToString::to_string).collect(),
            rollen: entry.roles.iter().map(ToString::to_string).collect(),
            bewaartermijn_dagen: entry.retention_days,
            bewaren: entry.own_terms.iter().map(TermView::of).collect(),
            advies: advice.as_ref().map(AdviceView::of),
            eerdere_adviezen: (advice.iter().flat_map(|advice| &advice.earlier))
                .map(AdviceView::of)
                .collect(),
            besluit: decided.as_ref().map(|decided| {
                let decided = &decided.in_force;
                DecisionView {
                    wie: decided.who.clone(),
                    mandaat: decided.mandate.clone(),
                    dpia: decided.dpia_ref.clone(),
                    sinds: decided.since.to_string(),
                    tot: decided.until.map(|until| until.to_string()),
                    wijkt_af_omdat: match &decided.advice.followed {
                        Followed::Yes => None,
                        Followed::No { because } => Some(because.clone()),
                    },
                }
            }),
        }
    }
}

/// How a purpose stands, in words.
fn state(standing: &Standing) -> String {
    if let Some(ahead) = standing.ahead() {
        return format!("in werking vanaf {}", ahead.in_force.since.date());
    }
    let word = match (standing.in_force(), &standing.decided, &standing.advice) {
        (Some(_), _, _) => "in werking",
        (None, Some(_), _) => "ingetrokken",
        (None, None, Some(_)) => "advies gegeven",
        (None, None, None) => "niet in werking",
    };
    word.to_owned()
}

const fn sureness(standing: Sureness) -> &'static str {
    match standing {
        Sureness::Verified => "geverifieerd",
        Sureness::ToBeConfirmed => "te bevestigen",
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdviceBody {
    versie: Option<u32>,
    positief: bool,
    #[serde(default)]
    toelichting: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DecisionBody {
    versie: Option<u32>,
    vanaf: Option<String>,
    mandaat: String,
    dpia: String,
    wijkt_af_omdat: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WithdrawBody {
    versie: Option<u32>,
    reden: String,
}

async fn list(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<Vec<DoelView>>, Problem> {
    let all = state.services.doelen.list(&actor)?;
    Ok(Json(all.iter().map(DoelView::of).collect()))
}

async fn show(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(code): Path<String>,
) -> Result<Json<DoelView>, Problem> {
    let standing = state.services.doelen.show(&actor, &purpose(&code)?, None)?;
    Ok(Json(DoelView::of(&standing)))
}

async fn advise(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(code): Path<String>,
    Body(body): Body<AdviceBody>,
) -> Result<Json<DoelView>, Problem> {
    let standing = state
        .services
        .doelen
        .advise(
            &actor,
            &purpose(&code)?,
            body.versie,
            body.positief,
            &body.toelichting,
        )
        .await?;
    Ok(Json(DoelView::of(&standing)))
}

async fn put_into_force(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(code): Path<String>,
    Body(body): Body<DecisionBody>,
) -> Result<Json<DoelView>, Problem> {
    let from = body.vanaf.as_deref().map(day).transpose()?;
    let decision = Decision {
        mandate: body.mandaat,
        dpia: body.dpia,
        against_advice: body.wijkt_af_omdat,
    };
    let standing = state
        .services
        .doelen
        .put_into_force_from(&actor, &purpose(&code)?, body.versie, from, decision)
        .await?;
    Ok(Json(DoelView::of(&standing)))
}

async fn withdraw(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(code): Path<String>,
    Body(body): Body<WithdrawBody>,
) -> Result<Json<DoelView>, Problem> {
    let standing = state
        .services
        .doelen
        .withdraw(&actor, &purpose(&code)?, body.versie, &body.reden)
        .await?;
    Ok(Json(DoelView::of(&standing)))
}

fn purpose(code: &str) -> Result<PurposeId, Problem> {
    code.parse().map_err(|_| unknown())
}

fn day(text: &str) -> Result<Date, Problem> {
    text.parse().map_err(|_| {
        Problem::invalid("dag", "De dag waarop het doel in werking gaat is geen dag.").with_faults(
            [FieldFault {
                veld: "vanaf".to_owned(),
                melding: "schrijf een dag als 2027-03-01".to_owned(),
            }],
        )
    })
}

fn unknown() -> Problem {
    Problem::missing(
        "Dit doel staat niet in de catalogus. Met `basisnet doel lijst` ziet u welke doelen er zijn.",
    )
}

impl From<DoelError> for Problem {
    fn from(error: DoelError) -> Self {
        match error {
            DoelError::NotAllowed(error) => error.into(),
            DoelError::Unknown => unknown(),
            DoelError::NotTwo(why) => why.into(),
            DoelError::NoAdvice => Self::refused(
                "geen-advies",
                "De FG heeft over dit doel nog geen advies gegeven. Vraag de FG om dat vast te leggen met `basisnet doel advies`.",
            ),
            DoelError::AgainstAdvice => Self::refused(
                "tegen-advies",
                "Het advies van de FG is negatief. Schrijf op waarom u het niet volgt (wijkt-af-omdat), of stel het doel niet in werking.",
            ),
            DoelError::InForceAlready => {
                Self::refused("al-in-werking", "Dit doel is al in werking.")
            }
            DoelError::NotInForce => {
                Self::refused("niet-in-werking", "Dit doel is niet in werking.")
            }
            DoelError::NotValid {
                from,
                valid_from,
                valid_until,
            } => Self::refused(
                "doel-geldt-niet",
                format!(
                    "Deze versie van het doel geldt volgens de catalogus van {valid_from} tot {valid_until}, dus niet op {from}. Kies een andere versie (`--versie`) of een dag waarop zij geldt (`--vanaf`)."
                ),
            ),
            DoelError::Over(day) => Self::refused(
                "dag-voorbij",
                format!(
                    "{day} is voorbij. Een besluit werkt niet terug; kies vandaag of een latere dag (`--vanaf`), of laat de dag weg."
                ),
            ),
            DoelError::Text(field) => {
                Self::invalid("tekst", "Een tekst ontbreekt of kan niet worden gebruikt.")
                    .with_faults([FieldFault {
                        veld: field.to_owned(),
                        melding: "schrijf 1 tot 500 tekens, zonder burgerservicenummer".to_owned(),
                    }])
            }
            DoelError::Store(error) => error.into(),
            DoelError::Commit(error) => error.into(),
        }
    }
}
