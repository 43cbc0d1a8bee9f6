// SPDX-License-Identifier: EUPL-1.2
//! Convenanten over HTTP.

mod problem;
mod sending;

pub(super) use problem::{motivation, signature_problem};
pub(super) use sending::reached;
pub(crate) use sending::{ReachedView, SentView};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use basisnet_protocol::convenant::{
    ActError, Convenant, ConvenantContent, FileError, JoinRule, Motivation, PurposeTerms,
    State as Standing,
};
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::Namespace;
use basisnet_protocol::sign::OrgSignatureError;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::ChainError;
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::problem::{FieldFault, id};
use super::{ApiState, Problem};
use crate::service::convenant::{self, ActKind, ConvenantError, Deed, Outcome, Unfitting};

/// The largest file; 400 members with RSA chains.
const MAX_FILE: usize = 4 * 1_024 * 1_024;

pub(super) fn router() -> Router<ApiState> {
    let files = Router::new()
        .route("/convenanten/_opstellen", post(draft))
        .route("/convenanten/_tekenen", post(sign))
        .route("/convenanten/_invoer", post(import))
        .layer(DefaultBodyLimit::max(MAX_FILE));
    Router::new()
        .route("/convenanten", get(list))
        .route("/convenanten/{kenmerk}", get(show))
        .route("/convenanten/{kenmerk}/bestand", get(file))
        .route("/convenanten/{kenmerk}/_versturen", post(sending::send))
        .route("/convenanten/{kenmerk}/_tekenen", post(sending::act))
        .merge(files)
}

/// A version and where it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConvenantView {
    /// The hash by which this version is known everywhere.
    pub(crate) kenmerk: String,
    /// The sharing group.
    pub(crate) groep: String,
    /// What people call it.
    pub(crate) naam: String,
    /// The version.
    pub(crate) versie: u32,
    /// The version before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) vorige: Option<String>,
    /// A stable code for where it stands.
    pub(crate) toestand: String,
    /// The same in a sentence.
    pub(crate) toelichting: String,
    /// Days until it expires, when those are few and nothing follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) loopt_af: Option<u16>,
    /// What it agrees on beyond the catalogue; nobody can accept that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) buiten_catalogus: Vec<String>,
    /// In force from.
    pub(crate) van: String,
    /// In force until.
    pub(crate) tot: String,
    /// Which numbers are matched.
    pub(crate) nummers: Vec<String>,
    /// Whether aanbieders behind whom a natural person stands take part.
    pub(crate) natuurlijke_personen: bool,
    /// `allen` or `meerderheid`.
    pub(crate) besluit: String,
    /// Whether one withdrawal ends it for all.
    pub(crate) eindigt_bij_opzegging: bool,
    /// Whether it is a rehearsal, with test numbers only.
    pub(crate) proef: bool,
    /// Hours between two publications.
    pub(crate) publicatie_uren: u16,
    /// Questions for inzage a day.
    pub(crate) inzage_per_dag: u32,
    /// The members and what each of them did.
    pub(crate) leden: Vec<PartyView>,
    /// What may be exchanged, and why.
    pub(crate) doelen: Vec<PurposeView>,
}

/// A member of a convenant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartyView {
    /// By which it is known.
    pub(crate) oin: String,
    /// Its name.
    pub(crate) naam: String,
    /// What it did, the last first.
    pub(crate) handelingen: Vec<ActView>,
}

/// Something that a member did about a version.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActView {
    /// `aanvaard`, `verworpen`, `opgezegd` or `beeindigd`.
    pub(crate) handeling: String,
    /// When.
    pub(crate) op: String,
    /// The number of the decision behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) besluit: Option<String>,
    /// The reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reden: Option<String>,
    /// SHA-256 of the certificate behind the signature.
    pub(crate) certificaat: String,
}

/// What was agreed for a purpose.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PurposeView {
    /// The purpose.
    pub(crate) doel: String,
    /// Its version.
    pub(crate) versie: u32,
    /// On which legal bases.
    pub(crate) grondslagen: Vec<String>,
    /// What may be asked for.
    pub(crate) categorieen: Vec<String>,
    /// Who may ask.
    pub(crate) rollen: Vec<String>,
    /// How long an answer may be kept.
    pub(crate) bewaardagen: u32,
    /// What is answered at once.
    pub(crate) automatisch: Vec<String>,
}

/// What came of a draft, an act or an import.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutcomeView {
    /// The version.
    pub(crate) kenmerk: String,
    /// Where it stands now.
    pub(crate) toestand: String,
    /// The same in a sentence.
    pub(crate) toelichting: String,
    /// Acts that were new here.
    pub(crate) nieuw: usize,
    /// The file with all acts known here, in base64.
    pub(crate) bestand: String,
}

/// A file to hand on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FileView {
    /// Its bytes, in base64.
    pub(crate) bestand: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SignQuery {
    handeling: Option<String>,
    besluit: Option<String>,
    reden: Option<String>,
}

impl SignQuery {
    fn deed(&self) -> Result<Deed, Problem> {
        let kind = act(self.handeling.as_deref().unwrap_or("aanvaarden"))?;
        let motivation = Motivation::new(self.besluit.as_deref(), self.reden.as_deref());
        let motivation = motivation.map_err(ConvenantError::Motivation)?;
        Ok(Deed { kind, motivation })
    }
}

async fn list(
    State(state): State<ApiState>,
    Caller(_): Caller,
) -> Result<Json<Vec<ConvenantView>>, Problem> {
    let all = state.services.convenanten.all()?;
    Ok(Json(all.iter().map(|one| view(&state, one)).collect()))
}

async fn show(
    State(state): State<ApiState>,
    Caller(_): Caller,
    Path(hash): Path<String>,
) -> Result<Json<ConvenantView>, Problem> {
    let one = state.services.convenanten.one(id(&hash)?)?;
    Ok(Json(view(&state, &one)))
}

async fn file(
    State(state): State<ApiState>,
    Caller(_): Caller,
    Path(hash): Path<String>,
) -> Result<Json<FileView>, Problem> {
    let bytes = state.services.convenanten.file(id(&hash)?)?;
    let bestand = STANDARD.encode(bytes);
    Ok(Json(FileView { bestand }))
}

async fn draft(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    body: Bytes,
) -> Result<(StatusCode, Json<OutcomeView>), Problem> {
    let toml = std::str::from_utf8(&body).map_err(|_| {
        Problem::invalid(
            "geen-tekst",
            "Dit bestand is geen tekst in UTF-8. Bewaar het opnieuw als UTF-8.",
        )
    })?;
    let outcome = state.services.convenanten.draft(&actor, toml).await?;
    Ok((StatusCode::CREATED, Json(told(&state, &outcome)?)))
}

async fn sign(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Query(query): Query<SignQuery>,
    body: Bytes,
) -> Result<Json<OutcomeView>, Problem> {
    let deed = query.deed()?;
    let convenanten = &state.services.convenanten;
    let outcome = convenanten.sign(&actor, &body, &deed).await?;
    Ok(Json(told(&state, &outcome)?))
}

async fn import(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    body: Bytes,
) -> Result<Json<OutcomeView>, Problem> {
    let outcome = state.services.convenanten.import(&actor, &body).await?;
    Ok(Json(told(&state, &outcome)?))
}

fn act(name: &str) -> Result<ActKind, Problem> {
    match name {
        "aanvaarden" => Ok(ActKind::Accept),
        "verwerpen" => Ok(ActKind::Reject),
        "opzeggen" => Ok(ActKind::Withdraw),
        "beeindigen" => Ok(ActKind::End),
        _ => Err(Problem::invalid(
            "handeling-onbekend",
            "Kies `aanvaarden`, `verwerpen`, `opzeggen` of `beeindigen`.",
        )),
    }
}

fn told(state: &ApiState, outcome: &Outcome) -> Result<OutcomeView, Problem> {
    let view = view(state, &state.services.convenanten.one(outcome.hash)?);
    Ok(OutcomeView {
        kenmerk: view.kenmerk,
        toestand: view.toestand,
        toelichting: view.toelichting,
        nieuw: outcome.added,
        bestand: STANDARD.encode(&outcome.file),
    })
}

fn view(state: &ApiState, standing: &convenant::Standing) -> ConvenantView {
    let convenanten = &state.services.convenanten;
    let mut view = ConvenantView::of(standing);
    view.loopt_af = convenanten.ends_soon(standing);
    let beyond = convenanten.beyond(standing.convenant.content());
    let told = beyond.iter().map(|one| {
        let (field, text) = convenant::explain_beyond(one);
        format!("{field}: {text}")
    });
    view.buiten_catalogus = told.collect();
    view
}

impl ConvenantView {
    /// The version as people read it; what the node knows about it beside is still to be filled in.
    fn of(standing: &convenant::Standing) -> Self {
        let convenant = &standing.convenant;
        let content = convenant.content();
        let (toestand, toelichting) = state_words(content, &standing.state);
        Self {
            kenmerk: convenant.hash().to_string(),
            groep: content.group_id.clone(),
            naam: content.name.clone(),
            versie: content.version,
            vorige: content.previous.map(|hash| hash.to_string()),
            toestand: toestand.to_owned(),
            toelichting,
            loopt_af: None,
            buiten_catalogus: Vec::new(),
            van: content.valid.from.to_string(),
            tot: content.valid.until.to_string(),
            nummers: content.namespaces.iter().map(namespace).collect(),
            natuurlijke_personen: content.natural_persons,
            besluit: match content.joining {
                JoinRule::All => "allen",
                JoinRule::Majority => "meerderheid",
            }
            .to_owned(),
            eindigt_bij_opzegging: content.ends_on_withdrawal,
            proef: content.is_trial(),
            publicatie_uren: content.cadence.publication_hours,
            inzage_per_dag: content.budgets.inzage_per_day,
            leden: parties(convenant),
            doelen: content.purposes.iter().map(PurposeView::of).collect(),
        }
    }
}

impl PurposeView {
    fn of(terms: &PurposeTerms) -> Self {
        let texts = |names: &mut dyn Iterator<Item = String>| names.collect();
        Self {
            doel: terms.id.to_string(),
            versie: terms.version,
            grondslagen: texts(&mut terms.legal_bases.iter().map(ToString::to_string)),
            categorieen: texts(&mut terms.categories.iter().map(ToString::to_string)),
            rollen: texts(&mut terms.roles.iter().map(ToString::to_string)),
            bewaardagen: terms.retention_days,
            automatisch: texts(&mut terms.automatic.iter().map(ToString::to_string)),
        }
    }
}

fn namespace(namespace: &Namespace) -> String {
    match namespace {
        Namespace::Kvk => "kvk",
        Namespace::Agb => "agb",
        Namespace::Vst => "vestiging",
    }
    .to_owned()
}

fn parties(convenant: &Convenant) -> Vec<PartyView> {
    let members = convenant.content().members.iter();
    members
        .map(|member| {
            let mut acts: Vec<_> = convenant
                .acts()
                .iter()
                .filter(|act| act.by() == member.oin)
                .collect();
            acts.sort_by_key(|act| std::cmp::Reverse(act.at()));
            PartyView {
                oin: member.oin.to_string(),
                naam: member.name.clone(),
                handelingen: acts
                    .into_iter()
                    .map(|act| ActView {
                        handeling: act_word(act.kind()).to_owned(),
                        op: act.at().to_string(),
                        besluit: act.motivation().decision().map(str::to_owned),
                        reden: act.motivation().reason().map(str::to_owned),
                        certificaat: act.fingerprint().to_string(),
                    })
                    .collect(),
            }
        })
        .collect()
}

const fn act_word(kind: ActKind) -> &'static str {
    match kind {
        ActKind::Accept => "aanvaard",
        ActKind::Reject => "verworpen",
        ActKind::Withdraw => "opgezegd",
        ActKind::End => "beeindigd",
    }
}

fn state_words(content: &ConvenantContent, state: &Standing) -> (&'static str, String) {
    let names = |oins: &std::collections::BTreeSet<Oin>| {
        let names: Vec<_> = content
            .members
            .iter()
            .filter(|member| oins.contains(&member.oin))
            .map(|member| member.name.as_str())
            .collect();
        names.join(", ")
    };
    let day = |moment: &Timestamp| moment.date();
    match state {
        Standing::Draft(awaited) => (
            "concept",
            format!("wacht op de handtekening van {}", names(awaited)),
        ),
        Standing::Rejected(by) => ("verworpen", format!("verworpen door {}", names(by))),
        Standing::Accepted => (
            "aanvaard",
            format!("getekend; van kracht vanaf {}", day(&content.valid.from)),
        ),
        Standing::Active => (
            "van_kracht",
            format!("van kracht tot {}", day(&content.valid.until)),
        ),
        Standing::Expired => (
            "verlopen",
            format!("verlopen op {}", day(&content.valid.until)),
        ),
        Standing::Ended(at) => ("beeindigd", format!("beëindigd op {}", day(at))),
        Standing::Superseded(at) => (
            "opgevolgd",
            format!("opgevolgd door een nieuwe versie op {}", day(at)),
        ),
    }
}
