// SPDX-License-Identifier: EUPL-1.2
//! Herindeling over HTTP: who takes the place of whom.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use basisnet_protocol::id::Oin;
use basisnet_protocol::succession::{SuccessionError, SuccessionHalf};
use basisnet_protocol::time::Date;
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::convenanten::{FileView, signature_problem};
use super::{ApiState, Problem};
use crate::service::convenant::{Halfway, SuccessionFault, SuccessionStanding, Whose};
use crate::service::estate::{Difference, EstateError, Taken, What};

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/herindelingen", get(list).post(declare))
        .route("/herindelingen/_tekenen", post(countersign))
        .route("/herindelingen/_invoer", post(import))
        .route("/herindelingen/_uitvoer", post(give))
        .route(
            "/herindelingen/_overnemen",
            post(take_over).layer(DefaultBodyLimit::max(MAX_ESTATE)),
        )
}

/// What an organisation leaves is larger than other calls.
const MAX_ESTATE: usize = 64 * 1_048_576;

/// What somebody says about the own organisation.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSuccession {
    /// Who takes the place of the own organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) opvolger: Option<String>,
    /// Whose place the own organisation takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) voorganger: Option<String>,
    /// From which day.
    pub(crate) ingang: String,
    /// The number of the decision.
    pub(crate) besluit: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SignQuery {
    besluit: String,
}

/// What came of signing or bringing in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HalfwayView {
    /// Who goes.
    pub(crate) oud: String,
    /// Who comes in its place.
    pub(crate) nieuw: String,
    /// From when.
    pub(crate) ingang: String,
    /// Whether both have signed.
    pub(crate) volledig: bool,
    /// What is signed until now, in base64.
    pub(crate) bestand: String,
}

/// A statement that is held.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuccessionView {
    /// Its name.
    pub(crate) kenmerk: String,
    /// Who goes.
    pub(crate) oud: String,
    /// Who comes in its place.
    pub(crate) nieuw: String,
    /// From when it works.
    pub(crate) ingang: String,
    /// The decision of the old.
    pub(crate) besluit_oud: String,
    /// The decision of the new.
    pub(crate) besluit_nieuw: String,
    /// `aanstaand`, `van_kracht`, `betwist` or `zonder_opvolger`.
    pub(crate) toestand: String,
    /// The same in a sentence.
    pub(crate) toelichting: String,
}

/// What was taken over.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TakenView {
    /// Aanbieders that were not known here.
    pub(crate) nieuw: u32,
    /// Aanbieders that both knew.
    pub(crate) samengevoegd: u32,
    /// Contracts, supervision and labels.
    pub(crate) betrokkenheden: u32,
    /// Questions that the old one put.
    pub(crate) vragen: u32,
    /// Records that were here already.
    pub(crate) bekend: u32,
    /// What differs, for a person to look at.
    pub(crate) verschillen: Vec<DifferenceView>,
}

/// Something that a person has to look at.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DifferenceView {
    /// The aanbieder here, by its id.
    pub(crate) aanbieder: String,
    /// What differs, and what was done about it.
    pub(crate) verschil: String,
}

async fn give(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<(StatusCode, Json<FileView>), Problem> {
    let bytes = state.services.estates.give(&actor).await?;
    let bestand = STANDARD.encode(bytes);
    Ok((StatusCode::CREATED, Json(FileView { bestand })))
}

async fn take_over(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    body: Bytes,
) -> Result<Json<TakenView>, Problem> {
    let taken = state.services.estates.take_over(&actor, &body).await?;
    Ok(Json(TakenView::of(&taken)))
}

async fn list(
    State(state): State<ApiState>,
    Caller(_): Caller,
) -> Result<Json<Vec<SuccessionView>>, Problem> {
    let all = state.services.convenanten.successions()?;
    Ok(Json(all.iter().map(SuccessionView::of).collect()))
}

async fn declare(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Json(new): Json<NewSuccession>,
) -> Result<(StatusCode, Json<HalfwayView>), Problem> {
    let whose = match (&new.opvolger, &new.voorganger) {
        (Some(other), None) => Whose::OwnBy(oin(other)?),
        (None, Some(other)) => Whose::Of(oin(other)?),
        (Some(_), Some(_)) | (None, None) => {
            return Err(Problem::invalid(
                "wie-onduidelijk",
                "Noem of de opvolger van uw organisatie, of de organisatie die de uwe opvolgt.",
            ));
        }
    };
    let day = new.ingang.parse::<Date>().map_err(|_| {
        Problem::invalid(
            "datum-ongeldig",
            "De ingangsdatum is geen datum. Schrijf haar als 2028-01-01.",
        )
    })?;
    let convenanten = &state.services.convenanten;
    let halfway = convenanten.declare_succession(&actor, whose, day.start(), &new.besluit);
    Ok((StatusCode::CREATED, Json(HalfwayView::of(&halfway.await?))))
}

async fn countersign(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Query(query): Query<SignQuery>,
    body: Bytes,
) -> Result<Json<HalfwayView>, Problem> {
    let convenanten = &state.services.convenanten;
    let halfway = convenanten.countersign_succession(&actor, &body, &query.besluit);
    Ok(Json(HalfwayView::of(&halfway.await?)))
}

async fn import(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    body: Bytes,
) -> Result<Json<HalfwayView>, Problem> {
    let halfway = state.services.convenanten.import_succession(&actor, &body);
    Ok(Json(HalfwayView::of(&halfway.await?)))
}

fn oin(text: &str) -> Result<Oin, Problem> {
    text.parse().map_err(|_| {
        Problem::invalid(
            "oin-ongeldig",
            "Dit is geen OIN. Een OIN heeft 20 cijfers; kijk in het OIN-register van Logius.",
        )
    })
}

impl HalfwayView {
    fn of(halfway: &Halfway) -> Self {
        Self {
            oud: halfway.terms.old.to_string(),
            nieuw: halfway.terms.new.to_string(),
            ingang: halfway.terms.from.to_string(),
            volledig: halfway.complete,
            bestand: STANDARD.encode(&halfway.file),
        }
    }
}

impl TakenView {
    fn of(taken: &Taken) -> Self {
        Self {
            nieuw: taken.added,
            samengevoegd: taken.merged,
            betrokkenheden: taken.involvements,
            vragen: taken.questions,
            bekend: taken.known,
            verschillen: taken.differences.iter().map(DifferenceView::of).collect(),
        }
    }
}

impl DifferenceView {
    fn of(difference: &Difference) -> Self {
        let verschil = match difference.what {
            What::Name => "de naam is bij de oude een andere; de naam hier bleef",
            What::LegalForm => {
                "de rechtsvorm is bij de oude een andere; die hier bleef, kijk haar na in het handelsregister"
            }
            What::Rsin => "het RSIN is bij de oude een ander; dat hier bleef",
            What::Agb => {
                "een AGB-code van de oude is hier van een andere aanbieder; zij is weggelaten"
            }
            What::Involvement => {
                "een gegeven dat al was overgenomen, is in dit bestand anders; dat hier bleef"
            }
            What::Secrecy => {
                "een gegeven valt onder een beroepsgeheim; wie het mocht zien heeft hier geen account, dus niemand ziet het"
            }
        };
        Self {
            aanbieder: difference.aanbieder.to_string(),
            verschil: verschil.to_owned(),
        }
    }
}

impl From<EstateError> for Problem {
    fn from(error: EstateError) -> Self {
        match error {
            EstateError::NotAllowed(error) => error.into(),
            EstateError::NoHeir => Self::refused(
                "geen-opvolger",
                "Niemand volgt uw organisatie op. Verklaar eerst wie dat doet, met `basisnet herindeling verklaar`.",
            ),
            EstateError::NotTheHeir(from) => Self::refused(
                "niet-de-opvolger",
                format!(
                    "Uw organisatie staat nu niet op de plaats van {from}. Dat kan vanaf de ingangsdatum van een verklaring die beide tekenden; kijk met `basisnet herindeling toon`."
                ),
            ),
            EstateError::Signature(error) => {
                Self::invalid("bestand-ongeldig", signature_problem(&error))
            }
            EstateError::Form => Self::invalid(
                "geen-nalatenschap",
                "Dit bestand is niet wat een andere node met `basisnet herindeling uitvoer` maakte, of van een andere versie. Vraag om een nieuw bestand.",
            ),
            EstateError::TooLarge => Self::refused(
                "te-groot",
                "Het register past niet in een bestand. Neem contact op met wie het programma onderhoudt.",
            ),
            EstateError::Sign(_) => Self::refused(
                "kan-niet-tekenen",
                "De sleutel van uw organisatie is nu niet bruikbaar. Kijk met `basisnet controleer` wat er is.",
            ),
            EstateError::Store(error) => error.into(),
            EstateError::Commit(error) => error.into(),
        }
    }
}

impl SuccessionView {
    fn of(standing: &SuccessionStanding) -> Self {
        let statement = &standing.statement;
        let (terms, [old, new]) = (statement.terms(), statement.halves());
        let (code, text) = words(standing);
        let decision = |half: &SuccessionHalf| half.decision().to_owned();
        Self {
            kenmerk: statement.id().to_string(),
            oud: terms.old.to_string(),
            nieuw: terms.new.to_string(),
            ingang: statement.effective().to_string(),
            besluit_oud: decision(old),
            besluit_nieuw: decision(new),
            toestand: code.to_owned(),
            toelichting: text.to_owned(),
        }
    }
}

const fn words(standing: &SuccessionStanding) -> (&'static str, &'static str) {
    if standing.contested {
        (
            "betwist",
            "volgens een andere verklaring volgt een ander op; daarom volgt niemand op, en met de oude wordt na de vroegste datum niets meer uitgewisseld",
        )
    } else if standing.works {
        ("van_kracht", "de nieuwe staat op de plaats van de oude")
    } else if standing.gone {
        (
            "zonder_opvolger",
            "de oude is er niet meer, en de nieuwe was er op die datum ook niet meer of staat in een kring; er wordt met geen van beide iets uitgewisseld",
        )
    } else {
        ("aanstaand", "tot de ingangsdatum verandert er niets")
    }
}

impl From<SuccessionFault> for Problem {
    fn from(fault: SuccessionFault) -> Self {
        match fault {
            SuccessionFault::NotAllowed(error) => error.into(),
            SuccessionFault::File(error) => Self::invalid(
                "geen-verklaring",
                "Dit bestand is geen verklaring van herindeling. Vraag de andere organisatie om het bestand dat `basisnet herindeling` daar maakte.",
            )
            .because(&error),
            SuccessionFault::Statement(error) => statement(&error),
            SuccessionFault::NotOurs => Self::refused(
                "niet-van-u",
                "Deze verklaring gaat niet over uw organisatie. Alleen de oude en de nieuwe organisatie tekenen haar.",
            ),
            SuccessionFault::OneSided => Self::invalid(
                "een-handtekening",
                "In dit bestand staat niet wat de andere organisatie tekende. Laat eerst haar tekenen.",
            ),
            SuccessionFault::NotTaken => Self::refused(
                "niet-aangenomen",
                "Deze verklaring gaat over niemand met wie uw organisatie een convenant heeft, of over deze organisatie liggen er al te veel. Er is niets veranderd.",
            ),
            SuccessionFault::Store(error) => error.into(),
            SuccessionFault::Commit(error) => error.into(),
        }
    }
}

fn statement(error: &SuccessionError) -> Problem {
    let text = match error {
        SuccessionError::Signature(error) => signature_problem(error),
        SuccessionError::Sign(_) => {
            "De sleutel van uw organisatie is nu niet bruikbaar. Kijk met `basisnet controleer` wat er is."
        }
        SuccessionError::Form => {
            "Wat getekend is, is geen verklaring van herindeling. Vraag om een nieuw bestand."
        }
        SuccessionError::Decision => {
            "Noem het nummer van het besluit: een regel van hoogstens 100 tekens, zonder wat naar een mens leidt."
        }
        SuccessionError::Itself => "Een organisatie volgt zichzelf niet op. Kijk het OIN na.",
        SuccessionError::TooFarAhead => {
            "De ingangsdatum ligt meer dan drie jaar vooruit. Kijk de datum na."
        }
        SuccessionError::InTheFuture => {
            "De handtekening is van een moment dat nog moet komen. Een van de twee klokken loopt verkeerd; zet haar goed en laat opnieuw tekenen."
        }
        SuccessionError::BeforeItsCertificate => {
            "De handtekening is van voor het certificaat. Laat opnieuw tekenen."
        }
        SuccessionError::ByAnother => {
            "Een handtekening is niet van de oude en niet van de nieuwe organisatie. Vraag om een nieuw bestand."
        }
        SuccessionError::TwoStories => {
            "De twee tekenden niet hetzelfde: kijk naar de OIN's en de ingangsdatum, en laat een van de twee opnieuw tekenen."
        }
        SuccessionError::OneSided => {
            "Beide handtekeningen zijn van dezelfde organisatie. Laat ook de andere tekenen."
        }
        SuccessionError::Unwitnessed => {
            "Een certificaat onder deze verklaring geldt niet meer, en geen lid zegt dat het haar op tijd had. Laat opnieuw tekenen, of wacht tot een ander lid haar doorgeeft."
        }
    };
    Problem::invalid("verklaring-ongeldig", text).because(error)
}
