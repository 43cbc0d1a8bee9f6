// SPDX-License-Identifier: EUPL-1.2
//! Members over HTTP.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use basisnet_protocol::directory::{Contact, DirectoryRecord, NodeAddress, RecordError};
use basisnet_protocol::id::Oin;
use libp2p::PeerId;
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::convenanten::{FileView, signature_problem};
use super::{ApiState, Problem};
use crate::service::leden::{LedenError, Lid};
use crate::service::line::{LineError, Standing, Step};

/// The routes of this resource.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/leden", get(list))
        .route("/leden/_uitgeven", post(issue))
        .route("/leden/_invoer", post(import))
        .route("/leden/{oin}/_test", post(walk))
}

/// A member as it says it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LidView {
    /// By which it is known.
    pub(crate) oin: String,
    /// Its name.
    pub(crate) naam: String,
    /// For a gemeente its code.
    pub(crate) gemeentecode: Option<String>,
    /// Whether it is the own organisation.
    pub(crate) eigen: bool,
    /// Whether the two exchange under a convenant in force.
    pub(crate) wisselt_uit: bool,
    /// The number of its record.
    pub(crate) nummer: u64,
    /// When the record was made.
    pub(crate) gemaakt: String,
    /// When it came in.
    pub(crate) ontvangen: String,
    /// How many days ago it was made.
    pub(crate) leeftijd_dagen: u64,
    /// Until when it may be relied on.
    pub(crate) geldig_tot: String,
    /// Whether that moment has passed.
    pub(crate) verlopen: bool,
    /// Up to how many identifiers it asks about.
    pub(crate) vraagt_tot: u32,
    /// Up to how many identifiers it publishes.
    pub(crate) publiceert_tot: u32,
    /// Up to how many identifiers it lets the own organisation ask about; for the own one, how many there are.
    pub(crate) telt_ons: Option<u32>,
    /// What there is to be done about these sizes.
    pub(crate) let_op: Option<String>,
    /// Its nodes.
    pub(crate) nodes: Vec<NodeView>,
    /// Whom to call.
    pub(crate) contacten: Vec<ContactView>,
}

/// A node of a member.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NodeView {
    /// Its PeerId.
    pub(crate) peer_id: String,
    /// Where it is.
    pub(crate) adressen: Vec<String>,
}

/// Whom to call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ContactView {
    /// About which purpose; none for all others.
    pub(crate) doel: Option<String>,
    /// The team.
    pub(crate) team: String,
    /// The mailbox.
    pub(crate) mailbox: String,
    /// The telephone number.
    pub(crate) telefoon: String,
}

async fn list(
    State(state): State<ApiState>,
    Caller(_): Caller,
) -> Result<Json<Vec<LidView>>, Problem> {
    let all = state.services.leden.all()?;
    let views = all.iter().map(|lid| view(&state, lid));
    Ok(Json(views.collect::<Result<_, _>>()?))
}

async fn issue(
    State(state): State<ApiState>,
    Caller(actor): Caller,
) -> Result<(StatusCode, Json<FileView>), Problem> {
    let bytes = state.services.leden.issue(&actor).await?;
    let bestand = STANDARD.encode(bytes);
    Ok((StatusCode::CREATED, Json(FileView { bestand })))
}

/// How a record is brought in.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ImportQuery {
    /// Also when the member grows faster than goes by itself.
    #[serde(default)]
    groei_bevestigd: bool,
}

async fn import(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Query(query): Query<ImportQuery>,
    body: Bytes,
) -> Result<Json<LidView>, Problem> {
    let leden = &state.services.leden;
    let lid = if query.groei_bevestigd {
        leden.import_grown(&actor, &body).await?
    } else {
        leden.import(&actor, &body).await?
    };
    Ok(Json(view(&state, &lid)?))
}

fn view(state: &ApiState, lid: &Lid) -> Result<LidView, Problem> {
    let services = &state.services;
    let now = services.leden.now();
    let partners = services.convenanten.members(now)?;
    let record: &DirectoryRecord = &lid.record;
    let telt_ons = counted(state, lid)?;
    let let_op = size_notice(state, lid, telt_ons)?;
    Ok(LidView {
        oin: record.oin.to_string(),
        naam: record.name.clone(),
        gemeentecode: record.gemeente.map(|code| code.to_string()),
        eigen: lid.own,
        wisselt_uit: partners.contains(&record.oin),
        nummer: record.seq,
        gemaakt: record.issued.to_string(),
        ontvangen: lid.received.to_string(),
        leeftijd_dagen: now.since(record.issued).as_secs() / 86_400,
        geldig_tot: record.expires.to_string(),
        verlopen: lid.expired,
        vraagt_tot: record.buckets.query.size(),
        publiceert_tot: record.buckets.index.size(),
        telt_ons,
        let_op,
        nodes: record.nodes.iter().map(NodeView::of).collect(),
        contacten: record.contacts.iter().map(ContactView::of).collect(),
    })
}

/// How many identifiers the own register has, or how many another member lets us ask about.
fn counted(state: &ApiState, lid: &Lid) -> Result<Option<u32>, Problem> {
    if !lid.own {
        let allowed = state.services.bevragingen.allowed_by(lid.record.oin);
        return allowed.map_err(|error| Problem::fault(&error));
    }
    let identifiers = state.services.publications.identifiers();
    let identifiers = identifiers.map_err(|error| Problem::fault(&error))?;
    Ok(identifiers.map(|count| u32::try_from(count).unwrap_or(u32::MAX)))
}

/// What is to be done when the own register has outgrown the size that was declared, or a member does not know yet.
fn size_notice(
    state: &ApiState,
    lid: &Lid,
    counted: Option<u32>,
) -> Result<Option<String>, Problem> {
    let Some(counted) = counted else {
        return Ok(None);
    };
    let fits = lid.record.buckets.query.size();
    if lid.own {
        return Ok((counted > fits).then(|| {
            format!(
                "Het register telt {counted} nummers en er passen er {fits} in de bevraging. De rest gaat in delen mee met de bevraging van elke dag."
            )
        }));
    }
    let leden = &state.services.leden;
    let own = leden.all()?.into_iter().find(|lid| lid.own);
    let declared = own.map_or(0, |own| own.record.buckets.query.size());
    Ok((counted < declared).then(|| {
        format!(
            "Dit lid laat u naar {counted} nummers vragen; u gaf {declared} op. Geef het uw nieuwste lidbestand (`basisnet leden uitgeven`). Het geldt vanaf de volgende periode van vier weken."
        )
    }))
}

/// One step along the line to a member.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StapView {
    /// What was looked at.
    pub(crate) onderdeel: String,
    /// How it stands: goed, onbekend, let_op or fout.
    pub(crate) stand: String,
    /// What was seen.
    pub(crate) bevinding: String,
    /// What to do about it.
    pub(crate) herstel: Option<String>,
}

async fn walk(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(oin): Path<String>,
) -> Result<Json<Vec<StapView>>, Problem> {
    let oin: Oin = oin.parse().map_err(|_| unknown_member())?;
    let steps = state.services.lines.walk(&actor, oin).await;
    let steps = steps.map_err(|error| match error {
        LineError::NotAllowed(error) => Problem::from(error),
        LineError::Store(error) => Problem::from(error),
        LineError::Unknown(_) => unknown_member(),
    })?;
    Ok(Json(steps.into_iter().map(StapView::of).collect()))
}

fn unknown_member() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "onbekend-lid",
        "Dit lid is hier niet bekend. `basisnet leden` toont wie dat wel zijn; voer anders eerst zijn lidbestand in.",
    )
}

impl StapView {
    fn of(step: Step) -> Self {
        let stand = match step.standing {
            Standing::Good => "goed",
            Standing::Unknown => "onbekend",
            Standing::Warn => "let_op",
            Standing::Wrong => "fout",
        };
        Self {
            onderdeel: step.about.to_owned(),
            stand: stand.to_owned(),
            bevinding: step.found,
            herstel: step.mend,
        }
    }
}

impl NodeView {
    fn of(node: &NodeAddress) -> Self {
        Self {
            peer_id: PeerId::from_bytes(&node.peer_id)
                .map_or_else(|_| hex::encode(&node.peer_id), |peer| peer.to_string()),
            adressen: node.addresses.clone(),
        }
    }
}

impl ContactView {
    pub(crate) fn of(contact: &Contact) -> Self {
        Self {
            doel: contact.purpose.as_ref().map(ToString::to_string),
            team: contact.team.clone(),
            mailbox: contact.mailbox.clone(),
            telefoon: contact.telephone.clone(),
        }
    }
}

impl From<LedenError> for Problem {
    fn from(error: LedenError) -> Self {
        match error {
            LedenError::NotAllowed(error) => error.into(),
            LedenError::Publish(_) => Self::refused(
                "kan-niet-uitgeven",
                "Van deze gegevens is geen lidbestand te maken. Kijk naar `adressen` en [contacten] in de configuratie, en met `basisnet controleer` naar het certificaat.",
            )
            .because(&error),
            LedenError::TooManyAanbieders => Self::refused(
                "register-te-groot",
                "Uw register is groter dan vergelijken aankan (16384 nummers).",
            ),
            LedenError::NoAddress => Self::refused(
                "geen-adres",
                "Deze node heeft geen adres voor anderen. Zet het bij `adressen` in [overlay].",
            ),
            LedenError::Record(error) => {
                Self::invalid("lidbestand-ongeldig", record_problem(&error)).because(&error)
            }
            LedenError::Older { have, seq } => Self::refused(
                "lidbestand-ouder",
                format!("Dit bestand heeft nummer {seq}, en hier staat nummer {have} al. Vraag het lid om zijn nieuwste bestand."),
            ),
            LedenError::NodeOfAnother(other) => Self::refused(
                "node-van-een-ander",
                format!("Dit bestand noemt een node die het lid met OIN {other} al als de zijne opgaf. Er is niets ingevoerd; vraag beide leden wiens node het is."),
            ),
            LedenError::Grown { before, after } => Self::refused(
                "lid-groeit-te-snel",
                format!(
                    "Dit lid geeft op dat het naar {} nummers vraagt en er {} publiceert; dit jaar was dat {} en {}. Er is niets ingevoerd. Vraag het lid waarom. Klopt het, dan voert de verwerkingsverantwoordelijke het bestand in met `--groei-bevestigd`.",
                    after.query.size(),
                    after.index.size(),
                    before.query.size(),
                    before.index.size(),
                ),
            ),
            LedenError::Own => Self::refused(
                "eigen-lidbestand",
                "Dit is het bestand van uw eigen organisatie; geef het aan de andere leden.",
            ),
            LedenError::NotAFellow(other) => Self::refused(
                "lid-zonder-convenant",
                format!("De organisatie met OIN {other} staat met uw organisatie in geen enkel convenant."),
            ),
            LedenError::Store(error) => error.into(),
            LedenError::Commit(error) => error.into(),
        }
    }
}

fn record_problem(error: &RecordError) -> &'static str {
    match error {
        RecordError::Signature(error) => signature_problem(error),
        RecordError::Payload(_) | RecordError::Fault(_) => {
            "Dit is geen lidbestand, of er staat iets in dat niet kan. Vraag het lid om een nieuw bestand."
        }
        RecordError::OtherOrganisation => {
            "Dit bestand gaat over een andere organisatie dan die het tekende. Vraag het lid zelf om zijn bestand."
        }
        RecordError::NotYetValid => {
            "Dit bestand is in de toekomst gemaakt. Laat de klokken van beide nodes nakijken."
        }
        RecordError::Expired => "Dit bestand is verlopen. Vraag het lid om een nieuw bestand.",
    }
}
