// SPDX-License-Identifier: EUPL-1.2
//! Why there is no page: carried to the last step, which knows the reader and writes the page that says so.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use basisnet_admin_ui::fault::FaultKind;
use basisnet_policy::Reason;

use super::paths;

/// Why a request has no ordinary answer.
#[derive(Clone, Debug)]
pub(super) enum WebFault {
    /// Somebody has to sign in first.
    SignIn {
        /// Where to go on.
        next: String,
        /// Whether there was a session.
        ended: bool,
    },
    /// A page that says what is wrong.
    Page {
        /// What is wrong.
        kind: FaultKind,
        /// For the technical log, never for the page.
        cause: String,
    },
    /// The rules say no; the page says why, and what would be needed.
    Refused(Vec<Reason>),
}

impl WebFault {
    pub(super) fn page(kind: FaultKind) -> Self {
        Self::Page {
            kind,
            cause: String::new(),
        }
    }

    pub(super) fn not_found() -> Self {
        Self::page(FaultKind::NotFound)
    }

    pub(super) fn session_ended() -> Self {
        Self::page(FaultKind::SessionEnded)
    }

    pub(super) fn unreadable() -> Self {
        Self::page(FaultKind::BadRequest)
    }

    /// The node could not do it; the cause is for its technical log.
    pub(super) fn broken(cause: impl std::fmt::Display) -> Self {
        Self::Page {
            kind: FaultKind::Unavailable,
            cause: cause.to_string(),
        }
    }
}

impl From<basisnet_admin_ui::RenderError> for WebFault {
    fn from(fault: basisnet_admin_ui::RenderError) -> Self {
        Self::broken(fault)
    }
}

impl From<crate::store::StoreError> for WebFault {
    fn from(fault: crate::store::StoreError) -> Self {
        Self::broken(fault)
    }
}

impl From<crate::service::account::NotAllowed> for WebFault {
    fn from(_: crate::service::account::NotAllowed) -> Self {
        Self::page(FaultKind::Forbidden)
    }
}

impl IntoResponse for WebFault {
    fn into_response(self) -> Response {
        match &self {
            Self::SignIn { next, ended } => {
                let sign = if *ended { "?sessie=af" } else { "" };
                let next = paths::own(next);
                let join = if sign.is_empty() { "?" } else { "&" };
                let target = format!("/aanmelden{sign}{join}verder={next}");
                axum::response::Redirect::to(&target).into_response()
            }
            Self::Page { kind, .. } => with_status(kind.status(), self.clone()),
            Self::Refused(_) => with_status(FaultKind::Rules.status(), self.clone()),
        }
    }
}

/// An empty answer that carries the fault to the last step.
fn with_status(status: u16, fault: WebFault) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    response.extensions_mut().insert(fault);
    response
}

/// For every path that is not there.
pub(super) async fn not_found() -> WebFault {
    WebFault::not_found()
}
