// SPDX-License-Identifier: EUPL-1.2
//! How far the members of a group are, over HTTP, and who is told how far the own organisation is.

use axum::Json;
use axum::extract::State;
use basisnet_protocol::message::{PurposeReadiness, Readiness};
use serde::{Deserialize, Serialize};

use crate::api::auth::Caller;
use crate::api::problem::Body;
use crate::api::{ApiState, Problem};
use crate::service::deelname::{MemberStand, Sharing, Told};

/// How far a member is, as it told itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LidStandView {
    /// The member.
    pub(crate) oin: String,
    /// Its name.
    pub(crate) naam: String,
    /// Whether it is the own organisation.
    pub(crate) eigen: bool,
    /// `verteld`, `vertelt_niets` or `geen_antwoord`.
    pub(crate) stand: String,
    /// Until which day its certificate is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificaat_tot: Option<String>,
    /// Whether it accepted the convenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) aanvaard: Option<bool>,
    /// The papers of each purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) doelen: Vec<DoelStandView>,
    /// Whether its first sweep is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bevraagd: Option<bool>,
}

/// The papers of a purpose at a member.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoelStandView {
    /// The purpose.
    pub(crate) doel: String,
    /// Whether the assessment is there.
    pub(crate) dpia: bool,
    /// Whether the FG advised.
    pub(crate) advies: bool,
    /// Whether it is in force.
    pub(crate) in_werking: bool,
}

/// Who is told how far the own organisation is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GedeeldView {
    /// The group.
    pub(crate) groep: String,
    /// The member.
    pub(crate) lid: String,
    /// Since when.
    pub(crate) sinds: String,
}

impl LidStandView {
    fn of(stand: &MemberStand) -> Self {
        let view = Self {
            oin: stand.oin.to_string(),
            naam: stand.name.clone(),
            eigen: stand.own,
            ..Self::default()
        };
        let word = |word: &str| word.to_owned();
        match &stand.told {
            Told::Readiness(told) => view.told(told),
            Told::Nothing => Self {
                stand: word("vertelt_niets"),
                ..view
            },
            Told::Silent => Self {
                stand: word("geen_antwoord"),
                ..view
            },
        }
    }

    fn told(self, told: &Readiness) -> Self {
        Self {
            stand: "verteld".to_owned(),
            certificaat_tot: Some(told.certificate_until.date().to_string()),
            aanvaard: Some(told.accepted),
            doelen: told.purposes.iter().map(DoelStandView::of).collect(),
            bevraagd: Some(told.swept),
            ..self
        }
    }
}

impl DoelStandView {
    fn of(told: &PurposeReadiness) -> Self {
        Self {
            doel: told.purpose_id.to_string(),
            dpia: told.dpia,
            advies: told.advice,
            in_werking: told.in_force,
        }
    }
}

impl GedeeldView {
    fn of(sharing: &Sharing) -> Self {
        Self {
            groep: sharing.group.clone(),
            lid: sharing.with.to_string(),
            sinds: sharing.since.to_string(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupBody {
    groep: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShareBody {
    groep: String,
    lid: String,
    delen: bool,
}

pub(super) async fn members(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<GroupBody>,
) -> Result<Json<Vec<LidStandView>>, Problem> {
    let all = state
        .services
        .deelname
        .of_members(&actor, &body.groep)
        .await?;
    Ok(Json(all.iter().map(LidStandView::of).collect()))
}

pub(super) async fn share(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<ShareBody>,
) -> Result<Json<GedeeldView>, Problem> {
    let deelname = &state.services.deelname;
    let sharing = deelname
        .share(&actor, &body.groep, &body.lid, body.delen)
        .await?;
    Ok(Json(GedeeldView::of(&sharing)))
}

pub(super) async fn shared(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<Vec<GedeeldView>>, Problem> {
    let all = state.services.deelname.shared(&actor)?;
    Ok(Json(all.iter().map(GedeeldView::of).collect()))
}
