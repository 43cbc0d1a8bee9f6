// SPDX-License-Identifier: EUPL-1.2
//! Convenanten over HTTP.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use basisnet_protocol::convenant::{
    ActError, Convenant, ConvenantContent, FileError, JoinRule, PurposeTerms, State as Standing,
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
use crate::service::convenant::{self, ActKind, ConvenantError, Outcome, Unfitting};

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
}

async fn list(
    State(state): State<ApiState>,
    Caller(_): Caller,
) -> Result<Json<Vec<ConvenantView>>, Problem> {
    let all = state.services.convenanten.all()?;
    Ok(Json(all.iter().map(ConvenantView::of).collect()))
}

async fn show(
    State(state): State<ApiState>,
    Caller(_): Caller,
    Path(hash): Path<String>,
) -> Result<Json<ConvenantView>, Problem> {
    let one = state.services.convenanten.one(id(&hash)?)?;
    Ok(Json(ConvenantView::of(&one)))
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
    let kind = act(query.handeling.as_deref().unwrap_or("aanvaarden"))?;
    let convenanten = &state.services.convenanten;
    let outcome = convenanten.sign(&actor, &body, kind).await?;
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
    let view = ConvenantView::of(&state.services.convenanten.one(outcome.hash)?);
    Ok(OutcomeView {
        kenmerk: view.kenmerk,
        toestand: view.toestand,
        toelichting: view.toelichting,
        nieuw: outcome.added,
        bestand: STANDARD.encode(&outcome.file),
    })
}

impl ConvenantView {
    /// The version as people read it.
    pub(crate) fn of(standing: &convenant::Standing) -> Self {
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

impl From<ConvenantError> for Problem {
    fn from(error: ConvenantError) -> Self {
        match error {
            ConvenantError::NotAllowed(error) => error.into(),
            ConvenantError::Draft(faults) => Self::invalid(
                "concept-ongeldig",
                "Dit concept klopt niet. Verbeter de punten hieronder.",
            )
            .with_faults(faults.into_iter().map(|fault| FieldFault {
                veld: fault.field,
                melding: fault.text,
            })),
            ConvenantError::File(error) => file_problem(&error),
            ConvenantError::NotAMember => Self::refused(
                "geen-lid",
                "Uw organisatie is geen lid van dit convenant. Vraag de opsteller om een versie met uw organisatie erin.",
            ),
            ConvenantError::PreviousUnknown => Self::refused(
                "vorige-versie-onbekend",
                "De versie waarop deze volgt is hier niet bekend. Voer eerst die versie in.",
            ),
            ConvenantError::GroupTaken => Self::refused(
                "groep-bestaat-al",
                "Er is al een convenant met deze groepsnaam. Kies een andere naam, of maak een volgende versie.",
            ),
            ConvenantError::Unfitting(why) => unfitting(why),
            ConvenantError::Unknown => Self::missing("Dit convenant is hier niet bekend."),
            ConvenantError::Sign(_) | ConvenantError::OwnSignature(_) => Self::refused(
                "kan-niet-tekenen",
                "De sleutel of het certificaat van uw organisatie is nu niet bruikbaar. Kijk met `basisnet controleer` wat er is.",
            )
            .because(&error),
            ConvenantError::Store(error) => error.into(),
            ConvenantError::Commit(error) => error.into(),
        }
    }
}

fn unfitting(why: Unfitting) -> Problem {
    let (code, text) = match why {
        Unfitting::RejectAfterAccept => (
            "al-aanvaard",
            "Uw organisatie heeft deze versie al aanvaard. Wie niet meer mee wil doen, zegt op.",
        ),
        Unfitting::NeverAccepted => (
            "niet-aanvaard",
            "Uw organisatie heeft deze versie nooit aanvaard. Wie niet mee wil doen, verwerpt.",
        ),
        Unfitting::Over => (
            "voorbij",
            "Deze versie is voorbij of door u opgezegd. Stel een nieuwe versie op.",
        ),
        Unfitting::Done => (
            "al-gedaan",
            "Uw organisatie heeft dit al getekend; er is niets veranderd.",
        ),
    };
    Problem::refused(code, text)
}

fn file_problem(error: &FileError) -> Problem {
    let (code, text) = match error {
        FileError::Malformed(_) | FileError::Version(_) | FileError::TooManyActs => (
            "geen-convenant",
            "Dit is geen bestand met een convenant, of het is beschadigd. Vraag de afzender om een nieuw bestand."
                .to_owned(),
        ),
        FileError::Content(faults) => (
            "convenant-ongeldig",
            format!("In dit convenant staan {} fouten, dus niemand zou het moeten tekenen. Vraag de opsteller om een nieuwe versie.", faults.len()),
        ),
        FileError::Act(error) => ("handtekening-ongeldig", act_problem(error)),
        FileError::OtherVersion => (
            "handtekening-ongeldig",
            "Een handtekening in dit bestand hoort bij een andere versie. Vraag de afzender om het juiste bestand.".to_owned(),
        ),
        FileError::NotAMember(oin) => (
            "handtekening-ongeldig",
            format!("Een handtekening is van {oin}, en dat is geen lid van dit convenant. Vraag de afzender om het juiste bestand."),
        ),
    };
    let problem = Problem::invalid(code, text).because(error);
    if let FileError::Content(faults) = error {
        return problem.with_faults(faults.iter().map(|fault| {
            let (veld, melding) = convenant::explain(fault);
            FieldFault { veld, melding }
        }));
    }
    problem
}

fn act_problem(error: &ActError) -> String {
    let text = match error {
        ActError::NotAnAct => {
            "In dit bestand staat een handtekening die niet bij een convenant hoort."
        }
        ActError::InTheFuture => {
            "Een handtekening is in de toekomst gezet. Laat de klokken van beide nodes nakijken."
        }
        ActError::Signature(error) => signature_problem(error),
    };
    text.to_owned()
}

/// Why the signature of an organisation does not count, in Dutch.
pub(super) fn signature_problem(error: &OrgSignatureError) -> &'static str {
    match error {
        OrgSignatureError::Chain(error) => chain_problem(error),
        OrgSignatureError::Malformed(_)
        | OrgSignatureError::OtherKind
        | OrgSignatureError::Algorithm
        | OrgSignatureError::Signature => {
            "Een handtekening klopt niet: het bestand is veranderd nadat het werd getekend. Vraag de ondertekenaar om een nieuw bestand."
        }
    }
}

const fn chain_problem(error: &ChainError) -> &'static str {
    match error {
        ChainError::Expired => {
            "Het certificaat van een ondertekenaar is verlopen. Vraag hem om opnieuw te tekenen."
        }
        ChainError::NotYetValid => {
            "Het certificaat van een ondertekenaar is nog niet geldig. Kijk de klok van deze node na."
        }
        ChainError::Revoked => {
            "Het certificaat van een ondertekenaar is ingetrokken. Neem met hem contact op."
        }
        ChainError::UnknownIssuer => {
            "Het certificaat van een ondertekenaar valt onder geen stamcertificaat dat deze node vertrouwt. Kijk naar [vertrouwen] in de configuratie."
        }
        ChainError::NoList | ChainError::StaleList => {
            "Of het certificaat van een ondertekenaar is ingetrokken, is niet na te gaan: de lijst (CRL) ontbreekt of is te oud. Haal een nieuwe op."
        }
        ChainError::Empty
        | ChainError::Malformed
        | ChainError::Usage
        | ChainError::Algorithm
        | ChainError::NoOin
        | ChainError::Invalid => {
            "Het certificaat van een ondertekenaar is niet geschikt om mee te tekenen. Vraag hem om een certificaat met OIN en digitale handtekening."
        }
    }
}
