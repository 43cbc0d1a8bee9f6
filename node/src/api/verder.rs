// SPDX-License-Identifier: EUPL-1.2
//! Further use over HTTP: data of one purpose for another, with the advice of the FG and the decision of the
//! controller.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use basisnet_policy::Followed;
use basisnet_protocol::purpose::PurposeId;
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::problem::{Body, FieldFault};
use super::{ApiState, Problem};
use crate::service::doel::{Decision, DoelError, VerderGebruik};

pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/verder-gebruik", get(list))
        .route("/verder-gebruik/_adviseer", post(advise))
        .route("/verder-gebruik/_besluit", post(decide))
        .route("/verder-gebruik/_intrekken", post(withdraw))
}

/// What is known about using data of one purpose for another.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerderView {
    /// For which purpose the data were collected.
    pub(crate) van: String,
    /// For which they would serve too.
    pub(crate) voor: String,
    /// `mag`, `ingetrokken` or `advies gegeven`.
    pub(crate) staat: String,
    /// Whether the advice of the FG is positive.
    pub(crate) advies_positief: bool,
    /// What the FG said with it.
    pub(crate) toelichting: String,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) besluit_door: Option<String>,
    /// By which mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mandaat: Option<String>,
    /// Where the weighing is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) dpia: Option<String>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sinds: Option<String>,
    /// Until when, where it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tot: Option<String>,
    /// Why the advice was not followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wijkt_af_omdat: Option<String>,
}

impl VerderView {
    fn of(one: &VerderGebruik) -> Self {
        let decided = one.decided.as_ref();
        let state = match (one.standing(), decided) {
            (Some(_), _) => "mag",
            (None, Some(_)) => "ingetrokken",
            (None, None) => "advies gegeven",
        };
        Self {
            van: one.from.to_string(),
            voor: one.to.to_string(),
            staat: state.to_owned(),
            advies_positief: one.advice.positive,
            toelichting: one.advice.remark.clone(),
            besluit_door: decided.map(|decided| decided.who.clone()),
            mandaat: decided.map(|decided| decided.mandate.clone()),
            dpia: decided.map(|decided| decided.dpia_ref.clone()),
            sinds: decided.map(|decided| decided.since.to_string()),
            tot: decided
                .and_then(|decided| decided.until)
                .map(|until| until.to_string()),
            wijkt_af_omdat: decided.and_then(|decided| match &decided.advice.followed {
                Followed::Yes => None,
                Followed::No { because } => Some(because.clone()),
            }),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdviceBody {
    van: String,
    voor: String,
    positief: bool,
    #[serde(default)]
    toelichting: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DecisionBody {
    van: String,
    voor: String,
    mandaat: String,
    dpia: String,
    wijkt_af_omdat: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WithdrawBody {
    van: String,
    voor: String,
    reden: String,
}

async fn list(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<Vec<VerderView>>, Problem> {
    let all = state.services.doelen.further_uses(&actor)?;
    Ok(Json(all.iter().map(VerderView::of).collect()))
}

async fn advise(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<AdviceBody>,
) -> Result<Json<VerderView>, Problem> {
    let (from, to) = pair(&body.van, &body.voor)?;
    let doelen = &state.services.doelen;
    let advised = doelen.advise_further(&actor, (&from, &to), body.positief, &body.toelichting);
    Ok(Json(VerderView::of(&advised.await.map_err(problem)?)))
}

async fn decide(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<DecisionBody>,
) -> Result<Json<VerderView>, Problem> {
    let (from, to) = pair(&body.van, &body.voor)?;
    let decision = Decision {
        mandate: body.mandaat,
        dpia: body.dpia,
        against_advice: body.wijkt_af_omdat,
    };
    let doelen = &state.services.doelen;
    let decided = doelen.decide_further(&actor, (&from, &to), decision);
    Ok(Json(VerderView::of(&decided.await.map_err(problem)?)))
}

async fn withdraw(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<WithdrawBody>,
) -> Result<Json<VerderView>, Problem> {
    let (from, to) = pair(&body.van, &body.voor)?;
    let doelen = &state.services.doelen;
    let withdrawn = doelen.withdraw_further(&actor, (&from, &to), &body.reden);
    Ok(Json(VerderView::of(&withdrawn.await.map_err(problem)?)))
}

/// What went wrong, with the mend that belongs to further use and not to a purpose by itself.
fn problem(error: DoelError) -> Problem {
    match error {
        DoelError::Unknown => Problem::missing(
            "Een van deze doelen staat niet in de catalogus, of het is twee keer hetzelfde. Met `basisnet doel lijst` ziet u \
             welke doelen er zijn.",
        ),
        DoelError::NoAdvice => Problem::refused(
            "geen-advies",
            "De FG heeft over dit verdere gebruik nog geen advies gegeven. Vraag de FG om dat vast te leggen met `basisnet \
             doel verder-gebruik advies`.",
        ),
        DoelError::AgainstAdvice => Problem::refused(
            "tegen-advies",
            "Het advies van de FG is negatief. Schrijf op waarom u het niet volgt (wijkt-af-omdat), of laat het verdere \
             gebruik na.",
        ),
        DoelError::InForceAlready => Problem::refused(
            "al-besloten",
            "Hierover is al besloten dat het mag. Trek dat eerst in met `basisnet doel verder-gebruik intrekken`.",
        ),
        DoelError::NotInForce => Problem::refused(
            "niet-besloten",
            "Er is geen besluit dat u kunt intrekken. Met `basisnet doel verder-gebruik lijst` ziet u wat er mag.",
        ),
        other @ (DoelError::NotAllowed(_)
        | DoelError::NotTwo(_)
        | DoelError::NotValid { .. }
        | DoelError::Over(_)
        | DoelError::Text(_)
        | DoelError::Store(_)
        | DoelError::Commit(_)) => other.into(),
    }
}

fn pair(from: &str, to: &str) -> Result<(PurposeId, PurposeId), Problem> {
    let mut faults = Vec::new();
    let mut read = |field: &str, text: &str| {
        let purpose: Option<PurposeId> = text.trim().parse().ok();
        if purpose.is_none() {
            faults.push(FieldFault {
                veld: field.to_owned(),
                melding: "noem de code van een doel, zoals P03".to_owned(),
            });
        }
        purpose
    };
    let pair = read("van", from).zip(read("voor", to));
    pair.ok_or_else(|| {
        Problem::invalid("doel-ongeldig", "Een doel ontbreekt of klopt niet.").with_faults(faults)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_with_further_use_names_the_mend_of_further_use() {
        for error in [
            DoelError::NoAdvice,
            DoelError::AgainstAdvice,
            DoelError::InForceAlready,
            DoelError::NotInForce,
        ] {
            let told = format!("{:?}", problem(error));
            let told = told.replace("basisnet doel verder-gebruik", "");
            assert!(
                !told.contains("basisnet doel ") && !told.contains("in werking"),
                "{told}"
            );
        }
    }
}
