// SPDX-License-Identifier: EUPL-1.2
//! How a call ends badly: problem details (RFC 9457) outside, the cause in our own log.
//!
//! Two texts per error, and nothing crosses by `to_string()`: what the caller reads is written here or in the file
//! of its resource, in Dutch, with fault and mend; what really happened goes into the technical log under the same
//! request id.

use std::fmt;

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use basisnet_protocol::octets::Octets;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::service::account::NotAllowed;
use crate::store::{CommitError, StoreError};

/// One thing that is wrong with what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// Which field, or which line of a file.
    pub veld: String,
    /// What is wrong and how to mend it.
    pub melding: String,
}

impl fmt::Display for FieldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.veld, self.melding)
    }
}

/// What a caller gets to read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProblemBody {
    /// A name for the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// What kind of problem this is.
    pub title: String,
    /// What is wrong here, and what to do about it.
    pub detail: String,
    /// The stable code by which a program recognises it.
    pub code: String,
    /// Under which number our own log says more.
    pub verzoek: String,
    /// All that is wrong with the input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fouten: Vec<FieldFault>,
}

/// Why a call did not succeed.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) detail: String,
    pub(super) faults: Vec<FieldFault>,
    pub(super) cause: Option<String>,
}

impl Problem {
    /// A problem with a stable code and a Dutch sentence that names fault and mend.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            faults: Vec::new(),
            cause: None,
        }
    }

    /// The caller sent something that cannot be used.
    #[must_use]
    pub fn invalid(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// Understood, and the answer is no: the rules or the state of things do not allow it.
    #[must_use]
    pub fn refused(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// There is nothing under this id.
    #[must_use]
    pub fn missing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "niet-gevonden", detail)
    }

    /// Something broke here; the cause is for our own log.
    #[must_use]
    pub fn fault(cause: &impl fmt::Display) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "storing",
            "Er ging in deze node iets stuk. Geef uw beheerder het nummer van dit verzoek.",
        )
        .because(cause)
    }

    /// With all that is wrong with the input.
    #[must_use]
    pub fn with_faults(mut self, faults: impl IntoIterator<Item = FieldFault>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// With a cause that only our own log gets to see.
    #[must_use]
    pub fn because(mut self, cause: &impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// A general name for the status.
    pub(super) fn title(status: StatusCode) -> &'static str {
        match status.as_u16() {
            400 => "De gegevens kloppen niet",
            401 => "Niet aangemeld",
            403 => "Geen toestemming",
            404 => "Niet gevonden",
            405 => "Deze handeling bestaat hier niet",
            408 => "Het verzoek duurde te lang",
            409 => "Geweigerd",
            413 => "Te groot",
            415 => "Verkeerde vorm",
            429 => "Te vaak",
            503 => "Nu niet beschikbaar",
            _ if status.is_server_error() => "Storing",
            _ => "Verzoek niet uitgevoerd",
        }
    }
}

impl IntoResponse for Problem {
    /// The body is written at the very end, where the request id is known.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::fault(&error)
    }
}

impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(_) => Self::refused(
                "intussen-gewijzigd",
                "Iemand anders wijzigde dit net ook. Bekijk het opnieuw en probeer het nog eens.",
            )
            .because(&error),
            CommitError::Full => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "schijf-vol",
                "De schijf van deze node is bijna vol, dus er wordt niets meer bewaard. Laat de beheerder ruimte maken.",
            )
            .because(&error),
            CommitError::Broken | CommitError::Closed => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "opslag-gesloten",
                "De opslag van deze node neemt niets meer aan. Laat de beheerder de node opnieuw starten.",
            )
            .because(&error),
            CommitError::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "te-groot",
                "Dit is te groot om in een keer te bewaren. Deel het op.",
            )
            .because(&error),
            CommitError::Unencodable | CommitError::Unrecorded => Self::fault(&error),
        }
    }
}

impl From<NotAllowed> for Problem {
    fn from(error: NotAllowed) -> Self {
        Self::new(StatusCode::FORBIDDEN, "geen-toestemming", error.dutch())
    }
}

/// What is under no route.
pub(super) async fn not_found() -> Problem {
    Problem::missing(
        "Dit adres bestaat niet. De beschrijving van de API staat op /v1/openapi.json.",
    )
}

/// An id in a path; what is not an id is simply not there.
pub(super) fn id<const N: usize>(text: &str) -> Result<Octets<N>, Problem> {
    text.parse()
        .map_err(|_| Problem::missing("Er is niets met dit nummer."))
}

/// A JSON body, with faults told as a [`Problem`].
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(rejected(&rejection)),
        }
    }
}

fn rejected(rejection: &JsonRejection) -> Problem {
    let problem = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "te-groot",
            "Dit verzoek is te groot.",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "geen-json",
            "Stuur JSON, met `Content-Type: application/json`.",
        ),
        _ => Problem::invalid(
            "onleesbaar",
            "Dit verzoek is geen JSON in de vorm die hier hoort.",
        )
        .with_faults([FieldFault {
            veld: "verzoek".to_owned(),
            melding: shape(&rejection.body_text()),
        }]),
    };
    problem.because(&rejection.status())
}

/// What serde says about the form: names of fields and kinds of values. What stands between quotes in such a text
/// can be a value that was sent, so that part goes.
fn shape(text: &str) -> String {
    let mut outside = true;
    text.chars()
        .filter(|c| {
            if *c == '"' {
                outside = !outside;
            }
            outside
        })
        .take(300)
        .collect()
}
