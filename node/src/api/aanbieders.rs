// SPDX-License-Identifier: EUPL-1.2
//! The register of aanbieders over HTTP.

mod invoer;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use basisnet_protocol::id::NaturalPersonBehind;
use basisnet_protocol::purpose::PurposeId;
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::own::Purpose;
use super::problem::{Body, FieldFault, id};
use super::{ApiState, Problem};
use crate::service::aanbieder::{
    AanbiederError, Dekking, Draft, NoPart, Nummers, Search, Seen, Vorm,
};
use crate::service::import::ImportOptions;
pub(crate) use invoer::ImportView;

/// The most aanbieders in one answer.
const MAX_FOUND: usize = 5_000;

/// The routes of this resource; an import may be larger than other calls.
pub(super) fn router(max_import: usize) -> Router<ApiState> {
    Router::new()
        .route("/aanbieders", get(list).post(add))
        .route("/aanbieders/_zoek", post(search))
        .route("/aanbieders/_dekking", get(dekking))
        .route(
            "/aanbieders/_invoer",
            post(import).layer(DefaultBodyLimit::max(max_import)),
        )
        .route("/aanbieders/{id}", get(show).put(replace))
        .route("/aanbieders/{id}/_beperk", post(restrict))
}

/// An aanbieder, as far as the caller sees it: what the rules do not show is not in it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AanbiederView {
    /// The id in this node.
    pub(crate) id: String,
    /// For which purpose it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) doel: Option<String>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) naam: Option<String>,
    /// The KVK number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kvk: Option<String>,
    /// Its establishments; there, and perhaps empty, for who sees its numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vestigingen: Option<Vec<String>>,
    /// Its AGB codes; there, and perhaps empty, for who sees its numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agb: Option<Vec<String>>,
    /// Its RSIN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rsin: Option<String>,
    /// Its legal form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rechtsvorm: Option<String>,
    /// `ja`, `nee` or `onbekend`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) natuurlijk_persoon: Option<String>,
    /// Whether its processing is restricted.
    pub(crate) beperkt: bool,
    /// Whether it takes part in matching, where a convenant allows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) doet_mee: Option<bool>,
    /// Why it takes no part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reden: Option<String>,
}

impl AanbiederView {
    pub(crate) fn of(seen: &Seen) -> Self {
        let view = Self {
            id: seen.id.to_string(),
            doel: seen.purpose.as_ref().map(ToString::to_string),
            naam: seen.naam.clone(),
            beperkt: seen.restricted,
            ..Self::default()
        };
        view.with_numbers(seen.nummers.as_ref())
            .with_form(seen.vorm.as_ref())
    }

    fn with_numbers(self, nummers: Option<&Nummers>) -> Self {
        let Some(nummers) = nummers else { return self };
        Self {
            kvk: nummers.kvk.map(|kvk| kvk.to_string()),
            vestigingen: Some(texts(&nummers.vestigingen)),
            agb: Some(texts(&nummers.agb)),
            rsin: nummers.rsin.map(|rsin| rsin.to_string()),
            ..self
        }
    }

    fn with_form(self, vorm: Option<&Vorm>) -> Self {
        let Some(vorm) = vorm else { return self };
        let person = match vorm.person {
            NaturalPersonBehind::Yes => "ja",
            NaturalPersonBehind::No => "nee",
            NaturalPersonBehind::Unknown => "onbekend",
        };
        let reason = |reason: NoPart| format!("{}. {}", sentence(reason.dutch()), reason.mend());
        Self {
            rechtsvorm: Some(vorm.legal_form.to_string()),
            natuurlijk_persoon: Some(person.to_owned()),
            doet_mee: Some(vorm.no_part.is_none()),
            reden: vorm.no_part.map(reason),
            ..self
        }
    }

    /// What to call it on screen: its id for who does not see its name.
    pub(crate) fn called(&self) -> &str {
        self.naam.as_deref().unwrap_or(&self.id)
    }
}

fn texts<T: ToString>(numbers: &[T]) -> Vec<String> {
    numbers.iter().map(ToString::to_string).collect()
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DraftBody {
    naam: String,
    kvk: String,
    vestigingen: Vec<String>,
    agb: Vec<String>,
    rsin: String,
    rechtsvorm: String,
}

impl From<DraftBody> for Draft {
    fn from(body: DraftBody) -> Self {
        Self {
            naam: body.naam,
            kvk: body.kvk,
            vestigingen: body.vestigingen,
            agb: body.agb,
            rsin: body.rsin,
            rechtsvorm: body.rechtsvorm,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SearchBody {
    naam: Option<String>,
    kvk: Option<String>,
    agb: Option<String>,
    doel: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RestrictBody {
    beperkt: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ImportQuery {
    goede_regels: bool,
    bijwerken: bool,
    proef: bool,
}

/// How much of the register takes part.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DekkingView {
    /// All aanbieders.
    pub(crate) totaal: usize,
    /// Those that take part.
    pub(crate) doen_mee: usize,
    /// The others, by reason.
    pub(crate) redenen: Vec<ReasonView>,
    /// The same in a sentence.
    pub(crate) samenvatting: String,
}

/// A reason to take no part.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReasonView {
    /// A stable code.
    pub(crate) code: String,
    /// In words.
    pub(crate) reden: String,
    /// What can be done about it.
    pub(crate) wat_te_doen: String,
    /// How many.
    pub(crate) aantal: usize,
}

async fn list(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Purpose(purpose): Purpose,
) -> Result<Json<Vec<AanbiederView>>, Problem> {
    let all = Search::default();
    let register = &state.services.aanbieders;
    let found = register.search(&actor, &all, MAX_FOUND, purpose.as_ref());
    let found = found.await?;
    Ok(Json(found.iter().map(AanbiederView::of).collect()))
}

async fn search(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<SearchBody>,
) -> Result<Json<Vec<AanbiederView>>, Problem> {
    let wrong = |veld: &str, melding: &str| {
        Problem::invalid("zoekvraag-ongeldig", "Zo kan er niet gezocht worden.").with_faults([
            FieldFault {
                veld: veld.to_owned(),
                melding: melding.to_owned(),
            },
        ])
    };
    let kvk = body.kvk.map(|text| text.trim().parse());
    let agb = body.agb.map(|text| text.trim().parse());
    let search = Search {
        naam: body.naam,
        kvk: kvk
            .transpose()
            .map_err(|_| wrong("kvk", "een KVK-nummer heeft 8 cijfers"))?,
        agb: agb
            .transpose()
            .map_err(|_| wrong("agb", "een AGB-code heeft 8 cijfers"))?,
    };
    let purpose: Option<PurposeId> = body
        .doel
        .map(|text| text.trim().parse())
        .transpose()
        .map_err(|_| wrong("doel", "noem de code van een doel, zoals P03"))?;
    let register = &state.services.aanbieders;
    let found = register.search(&actor, &search, MAX_FOUND, purpose.as_ref());
    let found = found.await?;
    Ok(Json(found.iter().map(AanbiederView::of).collect()))
}

async fn add(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<DraftBody>,
) -> Result<(StatusCode, Json<AanbiederView>), Problem> {
    let aanbieder = state.services.aanbieders.add(&actor, &body.into()).await?;
    Ok((StatusCode::CREATED, Json(AanbiederView::of(&aanbieder))))
}

async fn show(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(aanbieder): Path<String>,
    Purpose(purpose): Purpose,
) -> Result<Json<AanbiederView>, Problem> {
    let register = &state.services.aanbieders;
    let aanbieder = register.show(&actor, id(&aanbieder)?, purpose.as_ref());
    let aanbieder = aanbieder.await?;
    Ok(Json(AanbiederView::of(&aanbieder)))
}

async fn replace(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(aanbieder): Path<String>,
    Body(body): Body<DraftBody>,
) -> Result<Json<AanbiederView>, Problem> {
    let aanbieder = state
        .services
        .aanbieders
        .replace(&actor, id(&aanbieder)?, &body.into())
        .await?;
    Ok(Json(AanbiederView::of(&aanbieder)))
}

async fn restrict(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(aanbieder): Path<String>,
    Body(body): Body<RestrictBody>,
) -> Result<Json<AanbiederView>, Problem> {
    let aanbieder = state
        .services
        .aanbieders
        .restrict(&actor, id(&aanbieder)?, body.beperkt)
        .await?;
    Ok(Json(AanbiederView::of(&aanbieder)))
}

async fn dekking(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<DekkingView>, Problem> {
    let Dekking {
        total,
        takes_part,
        no_part,
    } = &state.services.aanbieders.dekking(&actor)?;
    let samenvatting = Dekking {
        total: *total,
        takes_part: *takes_part,
        no_part: no_part.clone(),
    }
    .dutch();
    let redenen = no_part
        .iter()
        .map(|(reason, count)| ReasonView {
            code: reason.code().to_owned(),
            reden: reason.dutch().to_owned(),
            wat_te_doen: reason.mend().to_owned(),
            aantal: *count,
        })
        .collect();
    Ok(Json(DekkingView {
        totaal: *total,
        doen_mee: *takes_part,
        redenen,
        samenvatting,
    }))
}

async fn import(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    query: Result<Query<ImportQuery>, axum::extract::rejection::QueryRejection>,
    file: Bytes,
) -> Result<Json<ImportView>, Problem> {
    let Query(query) = query.map_err(|_| {
        Problem::invalid(
            "vraag-ongeldig",
            "Achter het vraagteken kan `goedeRegels`, `bijwerken` en `proef`, elk met `true` of `false`.",
        )
    })?;
    let options = ImportOptions {
        good_rows: query.goede_regels,
        update: query.bijwerken,
        dry_run: query.proef,
    };
    let report = state
        .services
        .aanbieders
        .import(&actor, &file, options)
        .await?;
    Ok(Json(ImportView::of(&report)))
}

impl From<AanbiederError> for Problem {
    fn from(error: AanbiederError) -> Self {
        match error {
            AanbiederError::NotAllowed(error) => error.into(),
            AanbiederError::Own(error) => error.into(),
            AanbiederError::Unknown => Self::missing("Deze aanbieder staat niet in uw register."),
            AanbiederError::Invalid(faults) => Self::invalid(
                "aanbieder-ongeldig",
                "De gegevens van de aanbieder kloppen niet.",
            )
            .with_faults(faults.into_iter().map(|fault| FieldFault {
                veld: fault.field.to_owned(),
                melding: fault.text,
            })),
            AanbiederError::Duplicate { field, of } => Self::refused(
                "aanbieder-bestaat-al",
                format!(
                    "Deze {} staat al in uw register, bij `{}`. Pas die aanbieder aan in plaats van er een toe te voegen.",
                    if field == "kvk" {
                        "aanbieder"
                    } else {
                        "AGB-code"
                    },
                    of.naam
                ),
            ),
            AanbiederError::Full => Self::refused(
                "register-vol",
                "Het register is vol; meer aanbieders kan deze node niet aan.",
            ),
            AanbiederError::Store(error) => error.into(),
            AanbiederError::Commit(error) => error.into(),
        }
    }
}
