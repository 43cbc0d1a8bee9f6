// SPDX-License-Identifier: EUPL-1.2
//! The policy over HTTP: what counts, what a draft would change, and the steps by which it takes its place.

mod view;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::problem::{Body, FieldFault};
use super::{ApiState, Problem};
use crate::service::beleid::{BeleidError, Bestand, VersionError};

pub(crate) use view::{
    BeleidView, BesluitView, ControleView, ProefTelling, ProefView, StapView, ToetsRegel,
    ToetsView, UitlegView, VerschilView, VersieView,
};

/// The largest body with files.
const MAX_FILES_BODY: usize = 2 * 1_048_576;
/// How far back a draft is tried when nobody says, in days.
const DAYS: u32 = 30;
/// How many versions are shown when nobody says.
const VERSIONS: usize = 20;

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/beleid", get(counting))
        .route("/beleid/versies", get(versions).post(propose))
        .route("/beleid/versies/{nummer}", get(show))
        .route("/beleid/versies/{nummer}/_adviseer", post(advise))
        .route("/beleid/versies/{nummer}/_zet-in", post(confirm))
        .route("/beleid/versies/{nummer}/_intrekken", post(withdraw))
        .route("/beleid/_herstel", post(restore))
        .route("/beleid/_controleer", post(check))
        .route("/beleid/_toets", post(try_cases))
        .route("/beleid/_verschil", post(difference))
        .route("/beleid/_proef", post(trial))
        .route("/beleid/_verklaar", post(explain_cases))
        .route("/beleid/besluiten/{nummer}", get(explain))
        .layer(DefaultBodyLimit::max(MAX_FILES_BODY))
}

/// A file of a draft, or with cases.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BestandView {
    /// Its name.
    pub(crate) naam: String,
    /// What it says.
    pub(crate) tekst: String,
}

impl From<BestandView> for Bestand {
    fn from(view: BestandView) -> Self {
        Self {
            naam: view.naam,
            tekst: view.tekst,
        }
    }
}

impl From<&Bestand> for BestandView {
    fn from(file: &Bestand) -> Self {
        Self {
            naam: file.naam.clone(),
            tekst: file.tekst.clone(),
        }
    }
}

fn files(views: Vec<BestandView>) -> Vec<Bestand> {
    views.into_iter().map(Bestand::from).collect()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    voor: Option<u32>,
    aantal: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FilesBody {
    bestanden: Vec<BestandView>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MaybeFilesBody {
    bestanden: Option<Vec<BestandView>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CasesBody {
    gevallen: Vec<BestandView>,
    bestanden: Option<Vec<BestandView>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TrialBody {
    bestanden: Vec<BestandView>,
    dagen: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdviceBody {
    positief: bool,
    #[serde(default)]
    toelichting: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ConfirmBody {
    wijkt_af_omdat: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RestoreBody {
    reden: String,
}

async fn counting(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<Json<BeleidView>, Problem> {
    Ok(Json(BeleidView::of(
        &state.services.beleid.counting(&actor)?,
    )))
}

async fn versions(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
) -> Result<Json<Vec<VersieView>>, Problem> {
    let count = which.aantal.unwrap_or(VERSIONS);
    let all = state.services.beleid.versions(&actor, which.voor, count)?;
    Ok(Json(all.iter().map(VersieView::of).collect()))
}

async fn show(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(number): Path<String>,
) -> Result<Json<VersieView>, Problem> {
    let version = state.services.beleid.show(&actor, version(&number)?)?;
    Ok(Json(VersieView::with_files(&version)))
}

async fn propose(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<FilesBody>,
) -> Result<Json<VersieView>, Problem> {
    let files = files(body.bestanden);
    let version = state.services.beleid.propose(&actor, &files).await?;
    Ok(Json(VersieView::of(&version)))
}

async fn advise(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(number): Path<String>,
    Body(body): Body<AdviceBody>,
) -> Result<Json<VersieView>, Problem> {
    let beleid = &state.services.beleid;
    let number = version(&number)?;
    let version = beleid.advise(&actor, number, body.positief, &body.toelichting);
    Ok(Json(VersieView::of(&version.await?)))
}

async fn confirm(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(number): Path<String>,
    Body(body): Body<ConfirmBody>,
) -> Result<Json<VersieView>, Problem> {
    let beleid = &state.services.beleid;
    let number = version(&number)?;
    let version = beleid.confirm(&actor, number, body.wijkt_af_omdat.as_deref());
    Ok(Json(VersieView::of(&version.await?)))
}

async fn withdraw(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(number): Path<String>,
    Body(body): Body<RestoreBody>,
) -> Result<Json<VersieView>, Problem> {
    let beleid = &state.services.beleid;
    let withdrawn = beleid.withdraw(&actor, version(&number)?, &body.reden);
    Ok(Json(VersieView::of(&withdrawn.await?)))
}

async fn restore(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<RestoreBody>,
) -> Result<Json<BeleidView>, Problem> {
    let beleid = &state.services.beleid;
    beleid.restore(&actor, &body.reden).await?;
    Ok(Json(BeleidView::of(&beleid.counting(&actor)?)))
}

async fn check(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<MaybeFilesBody>,
) -> Result<Json<ControleView>, Problem> {
    let beleid = state.services.beleid.clone();
    let files = body.bestanden.map(files);
    let checked = off_thread(move || beleid.check(&actor, files.as_deref())).await?;
    Ok(Json(ControleView::of(&checked)))
}

async fn try_cases(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<CasesBody>,
) -> Result<Json<ToetsView>, Problem> {
    let beleid = state.services.beleid.clone();
    let (cases, draft) = (files(body.gevallen), body.bestanden.map(files));
    let tried = off_thread(move || beleid.try_cases(&actor, &cases, draft.as_deref())).await?;
    Ok(Json(ToetsView::of(&tried.0, &tried.1)))
}

async fn difference(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<FilesBody>,
) -> Result<Json<VerschilView>, Problem> {
    let beleid = state.services.beleid.clone();
    let files = files(body.bestanden);
    let found = off_thread(move || beleid.difference(&actor, &files)).await?;
    Ok(Json(VerschilView::of(&found)))
}

async fn trial(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<TrialBody>,
) -> Result<Json<ProefView>, Problem> {
    let days = body.dagen.unwrap_or(DAYS);
    let files = files(body.bestanden);
    let trial = state.services.beleid.trial(&actor, &files, days).await?;
    Ok(Json(ProefView::of(&trial, days)))
}

async fn explain(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(number): Path<String>,
) -> Result<Json<BesluitView>, Problem> {
    let number = number.parse().map_err(|_| BeleidError::NoDecision)?;
    let explained = state.services.beleid.explain(&actor, number)?;
    Ok(Json(BesluitView::of(&explained)?))
}

async fn explain_cases(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<CasesBody>,
) -> Result<Json<Vec<UitlegView>>, Problem> {
    let beleid = state.services.beleid.clone();
    let (cases, draft) = (files(body.gevallen), body.bestanden.map(files));
    let work = move || beleid.explain_cases(&actor, &cases, draft.as_deref());
    let explained = off_thread(work).await?;
    Ok(Json(explained.iter().map(UitlegView::of).collect()))
}

fn version(text: &str) -> Result<u32, Problem> {
    text.parse().map_err(|_| BeleidError::Unknown.into())
}

/// Does work that takes long where it does not hold up the rest.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BeleidError> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(broken) => Err(Problem::fault(&broken)),
    }
}

impl From<BeleidError> for Problem {
    fn from(error: BeleidError) -> Self {
        match error {
            BeleidError::NotAllowed(error) => error.into(),
            BeleidError::Draft(error) => draft_problem(error),
            BeleidError::Cases(faults) => Self::invalid(
                "gevallen-ongeldig",
                "De bestanden met gevallen kloppen niet. Verbeter de punten hieronder.",
            )
            .with_faults(faults.iter().map(|fault| fault_of(&fault.to_string()))),
            BeleidError::Unknown => Self::missing(
                "Deze versie van het beleid bestaat niet. Kijk met `basisnet beleid versies`.",
            ),
            BeleidError::NoDecision => Self::missing(
                "Onder dit nummer staat geen beslissing in het logboek. Kies een regel over een vraag of een publicatie.",
            ),
            BeleidError::Busy => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "druk",
                "Er kijken nu al anderen het beleid na, en dat kost veel rekenwerk. Probeer het over een minuut nog eens.",
            ),
            BeleidError::Days => Self::invalid("dagen", "Zo ver kan niet worden teruggekeken.")
                .with_faults([FieldFault {
                    veld: "dagen".to_owned(),
                    melding: "kies 1 tot 3660 dagen".to_owned(),
                }]),
            BeleidError::TooLarge => Self::invalid(
                "te-groot",
                "Dit zijn te veel bestanden, of te grote: hooguit 200, samen hooguit 1 MiB.",
            ),
            BeleidError::FileName(name) => Self::invalid(
                "bestandsnaam",
                "Een bestand heeft een naam die niet kan, of twee bestanden hebben dezelfde naam. Er is niets gedaan.",
            )
            .with_faults([FieldFault {
                veld: name,
                melding: "geef elk bestand een eigen naam van hooguit 100 letters, cijfers en leestekens, zonder map ervoor".to_owned(),
            }]),
            BeleidError::Text(field) => {
                Self::invalid("tekst", "Een tekst ontbreekt of kan niet worden gebruikt.")
                    .with_faults([FieldFault {
                        veld: field.to_owned(),
                        melding: "schrijf 1 tot 500 tekens, zonder burgerservicenummer".to_owned(),
                    }])
            }
            BeleidError::Count => Self::invalid("aantal", "Zo veel versies worden niet ineens getoond.")
                .with_faults([FieldFault {
                    veld: "aantal".to_owned(),
                    melding: "kies 1 tot 100, en lees verder terug met `voor`".to_owned(),
                }]),
            BeleidError::Store(error) => error.into(),
            BeleidError::Commit(error) => error.into(),
            BeleidError::Same => Self::refused(SAME.0, SAME.1),
            BeleidError::NotProposed => Self::refused(NOT_PROPOSED.0, NOT_PROPOSED.1),
            BeleidError::Overtaken => Self::refused(OVERTAKEN.0, OVERTAKEN.1),
            BeleidError::TooManyWaiting => Self::refused(TOO_MANY_WAITING.0, TOO_MANY_WAITING.1),
            BeleidError::TooMuchAdvice => Self::refused(TOO_MUCH_ADVICE.0, TOO_MUCH_ADVICE.1),
            BeleidError::NotTwo(why) => why.into(),
            BeleidError::NoAdvice => Self::refused(NO_ADVICE.0, NO_ADVICE.1),
            BeleidError::AgainstAdvice => Self::refused(AGAINST_ADVICE.0, AGAINST_ADVICE.1),
            BeleidError::NothingBefore => Self::refused(NOTHING_BEFORE.0, NOTHING_BEFORE.1),
        }
    }
}

/// A step that is not taken now: its code, and what to do.
type Step = (&'static str, &'static str);

const SAME: Step = (
    "geen-verschil",
    "Dit is wat nu al geldt. Verander eerst iets aan de bestanden.",
);
const NOT_PROPOSED: Step = (
    "geen-voorstel",
    "Deze versie is geen voorstel (meer): zij geldt, heeft gegolden of is ingetrokken. Stel de bestanden opnieuw voor.",
);
const OVERTAKEN: Step = (
    "ingehaald",
    "Het beleid is intussen veranderd, dus dit voorstel zegt niet meer wat er verandert. Stel de bestanden opnieuw voor.",
);
const TOO_MANY_WAITING: Step = (
    "te-veel-voorstellen",
    "Er wachten al 20 voorstellen. Zet er eerst een in of trek er een in met `basisnet beleid trek-in`; `basisnet beleid versies` noemt ze.",
);
const TOO_MUCH_ADVICE: Step = (
    "te-veel-adviezen",
    "Over deze versie zijn al 20 adviezen gegeven. Besluit erover, of trek het voorstel in en stel de bestanden opnieuw voor.",
);
const NO_ADVICE: Step = (
    "geen-advies",
    "Er verandert een doel en de FG heeft nog geen advies gegeven. Vraag de FG om dat vast te leggen met `basisnet beleid adviseer`.",
);
const AGAINST_ADVICE: Step = (
    "tegen-advies",
    "Het advies van de FG is negatief. Schrijf op waarom u het niet volgt (wijkt-af-omdat), of zet de versie niet in.",
);
const NOTHING_BEFORE: Step = (
    "niets-te-herstellen",
    "Er is geen vorige versie om terug te zetten. Stel een andere versie voor met `basisnet beleid zet-in`.",
);

fn draft_problem(error: VersionError) -> Problem {
    match error {
        VersionError::Store(error) => error.into(),
        VersionError::Commit(error) => error.into(),
        wrong @ (VersionError::Rules(_)
        | VersionError::Catalogue(_)
        | VersionError::OtherFile(_)
        | VersionError::Missing(_)) => Problem::invalid(
            "concept-ongeldig",
            "Dit concept klopt niet en wordt als geheel geweigerd; wat gold, blijft gelden. Verbeter de punten hieronder.",
        )
        .with_faults(wrong.faults().iter().map(|fault| fault_of(fault))),
    }
}

/// A fault begins with its place; that is the field.
fn fault_of(told: &str) -> FieldFault {
    let (place, text) = told.split_once(": ").unwrap_or(("bestand", told));
    FieldFault {
        veld: place.to_owned(),
        melding: text.to_owned(),
    }
}
