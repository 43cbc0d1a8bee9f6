// SPDX-License-Identifier: EUPL-1.2
//! What every resource with own records has in common: for which purpose somebody looks, and how a no is told.

use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use basisnet_policy::Reason;
use basisnet_protocol::purpose::PurposeId;
use serde::Deserialize;

use super::Problem;
use super::problem::FieldFault;
use crate::service::own::OwnError;

/// For which purpose somebody looks; none lets the node choose the one that fits the task.
#[derive(Clone, Debug, Default)]
pub(super) struct Purpose(pub(super) Option<PurposeId>);

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PurposeQuery {
    doel: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Purpose {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let wrong = || {
            Problem::invalid(
                "doel-ongeldig",
                "Achter het vraagteken kan alleen `doel`, met de code van een doel, zoals P03.",
            )
        };
        let query = Query::<PurposeQuery>::from_request_parts(parts, state).await;
        let Query(query) = query.map_err(|_| wrong())?;
        let purpose = query.doel.map(|code| code.trim().parse());
        Ok(Self(purpose.transpose().map_err(|_| wrong())?))
    }
}

impl From<OwnError> for Problem {
    fn from(error: OwnError) -> Self {
        match error {
            OwnError::Refused(reasons) => refused(&reasons),
            OwnError::Store(error) => error.into(),
            OwnError::Commit(error) => error.into(),
        }
    }
}

fn refused(reasons: &[Reason]) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "regels-weigeren",
        "Dit mag niet van de regels; de weigering staat in het logboek. Hieronder staat waarom, en wat er nodig is.",
    )
    .with_faults(reasons.iter().map(|reason| FieldFault {
        veld: reason.guard.to_string(),
        melding: format!(
            "{} ({}). Nodig: {}.",
            reason.explanation, reason.law, reason.remedy
        ),
    }))
}
