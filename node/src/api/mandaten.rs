// SPDX-License-Identifier: EUPL-1.2
//! Mandates over HTTP: giving, accepting and withdrawing them, and seeing which there are.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use basisnet_protocol::convenant::Motivation;
use basisnet_protocol::mandate::{
    Mandate, MandateActKind, MandateContent, MandateFault, MandateState,
};
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::{Date, Period};
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::convenanten::{ActView, ReachedView, motivation, reached};
use super::problem::{Body, FieldFault, id};
use super::{ApiState, Problem};
use crate::service::account::Function;
use crate::service::convenant::Gone;
use crate::service::mandaat::{Gift, MandaatError, Mandaten, Unfit};

/// Uses that are shown of one mandate; the newest.
const MOST_USES: usize = 200;

pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/mandaten", get(list).post(give))
        .route("/mandaten/{kenmerk}", get(show))
        .route("/mandaten/{kenmerk}/_aanvaard", post(accept))
        .route("/mandaten/{kenmerk}/_trek-in", post(withdraw))
}

/// A mandate and where it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MandaatView {
    /// The hash by which it is known everywhere.
    pub(crate) kenmerk: String,
    /// The OIN of who gave it.
    pub(crate) gever: String,
    /// Its name.
    pub(crate) gever_naam: String,
    /// The OIN of who acts.
    pub(crate) houder: String,
    /// Its name.
    pub(crate) houder_naam: String,
    /// For which purposes.
    pub(crate) doelen: Vec<String>,
    /// For which forms of care.
    pub(crate) zorgvormen: Vec<String>,
    /// In force from.
    pub(crate) van: String,
    /// In force until.
    pub(crate) tot: String,
    /// A stable code for where it stands.
    pub(crate) toestand: String,
    /// The same in a sentence.
    pub(crate) toelichting: String,
    /// What the two did.
    pub(crate) handelingen: Vec<ActView>,
    /// What was asked under it, as far as it is known here; for who reads the log.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) gebruik: Vec<GebruikView>,
}

/// One question that was put under a mandate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GebruikView {
    /// When.
    pub(crate) op: String,
    /// Who was asked.
    pub(crate) aan: String,
    /// For which purpose.
    pub(crate) doel: String,
    /// Hash of the question.
    pub(crate) vraag: String,
}

/// What came of it, and which members know by now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MandaatSentView {
    /// The mandate.
    pub(crate) mandaat: MandaatView,
    /// Whom it concerns.
    pub(crate) leden: Vec<ReachedView>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GiveBody {
    aan: String,
    doelen: Vec<String>,
    zorgvormen: Vec<String>,
    van: String,
    tot: String,
    besluit: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DeedBody {
    besluit: Option<String>,
    reden: Option<String>,
}

async fn list(
    State(state): State<ApiState>,
    Caller(_): Caller,
) -> Result<Json<Vec<MandaatView>>, Problem> {
    let all = state.services.mandaten.all()?;
    let views = all.iter().map(|one| MandaatView::of(&state, one));
    Ok(Json(views.collect::<Result<_, _>>()?))
}

async fn show(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(hash): Path<String>,
) -> Result<Json<MandaatView>, Problem> {
    let mandaten = &state.services.mandaten;
    let one = mandaten.one(id(&hash)?)?;
    let mut view = MandaatView::of(&state, &one)?;
    if actor.holds(Function::ReadLog) {
        let uses = mandaten.uses(one.hash())?.into_iter().take(MOST_USES);
        let uses = uses.map(|used| {
            Ok::<_, Problem>(GebruikView {
                op: used.at.to_string(),
                aan: mandaten.name_of(used.source)?,
                doel: used.purpose_id.to_string(),
                vraag: used.question.to_string(),
            })
        });
        view.gebruik = uses.collect::<Result<_, _>>()?;
    }
    Ok(Json(view))
}

async fn give(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Body(body): Body<GiveBody>,
) -> Result<(StatusCode, Json<MandaatSentView>), Problem> {
    let gift = body.gift()?;
    let motivation = Motivation::new(Some(&body.besluit), None).map_err(motivation)?;
    let mandaten = &state.services.mandaten;
    let given = mandaten.give(&actor, &gift, &motivation).await?;
    Ok((StatusCode::CREATED, Json(deliver(&state, &given).await?)))
}

async fn accept(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(hash): Path<String>,
    Body(body): Body<DeedBody>,
) -> Result<Json<MandaatSentView>, Problem> {
    let mandaten = &state.services.mandaten;
    let accepted = mandaten.accept(&actor, id(&hash)?, &body.read()?).await?;
    Ok(Json(deliver(&state, &accepted).await?))
}

async fn withdraw(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(hash): Path<String>,
    Body(body): Body<DeedBody>,
) -> Result<Json<MandaatSentView>, Problem> {
    let mandaten = &state.services.mandaten;
    let withdrawn = mandaten.withdraw(&actor, id(&hash)?, &body.read()?).await?;
    Ok(Json(deliver(&state, &withdrawn).await?))
}

/// Tells whom it concerns, so that the person who did it sees who knows.
async fn deliver(state: &ApiState, mandate: &Mandate) -> Result<MandaatSentView, Problem> {
    let services = &state.services;
    let concerned = services.mandaten.concerned(mandate.content())?;
    let missed = services.correspondence.tell(concerned.clone()).await?;
    let leden = concerned.into_iter().map(|oin| {
        let name = services.mandaten.name_of(oin)?;
        Ok(reached(oin, name, missed.get(&oin)))
    });
    Ok(MandaatSentView {
        leden: leden.collect::<Result<_, Problem>>()?,
        mandaat: MandaatView::of(state, mandate)?,
    })
}

impl DeedBody {
    fn read(&self) -> Result<Motivation, Problem> {
        Motivation::new(self.besluit.as_deref(), self.reden.as_deref()).map_err(motivation)
    }
}

impl GiveBody {
    fn gift(&self) -> Result<Gift, Problem> {
        let mut faults = Vec::new();
        let day = |field: &str, text: &str, faults: &mut Vec<FieldFault>| {
            let read = text.parse::<Date>().ok();
            if read.is_none() {
                faults.push(fault(field, "noem een dag, zoals 2027-01-01"));
            }
            read
        };
        let from = day("van", &self.van, &mut faults);
        let until = day("tot", &self.tot, &mut faults);
        let mut purposes = BTreeSet::new();
        for code in &self.doelen {
            match code.parse::<PurposeId>() {
                Ok(purpose) => drop(purposes.insert(purpose)),
                Err(_) => faults.push(fault(
                    "doelen",
                    &format!("`{code}` is geen doel; noem een code zoals P03"),
                )),
            }
        }
        match (from, until) {
            (Some(from), Some(until)) if faults.is_empty() => Ok(Gift {
                holder: self.aan.clone(),
                purposes,
                care_forms: self.zorgvormen.iter().cloned().collect(),
                valid: Period {
                    from: from.start(),
                    until: until.start(),
                },
            }),
            _ => Err(faulty().with_faults(faults)),
        }
    }
}

impl MandaatView {
    fn of(state: &ApiState, mandate: &Mandate) -> Result<Self, Problem> {
        let mandaten = &state.services.mandaten;
        let content = mandate.content();
        let giver = mandaten.name_of(content.member)?;
        let holder = mandaten.name_of(content.holder)?;
        let (toestand, toelichting) = standing(mandaten, mandate)?;
        Ok(Self {
            kenmerk: mandate.hash().to_string(),
            gever: content.member.to_string(),
            gever_naam: giver.clone(),
            houder: content.holder.to_string(),
            houder_naam: holder.clone(),
            doelen: content.purposes.iter().map(ToString::to_string).collect(),
            zorgvormen: content.care_forms.iter().cloned().collect(),
            van: content.valid.from.to_string(),
            tot: content.valid.until.to_string(),
            toestand: toestand.to_owned(),
            toelichting,
            handelingen: acts(mandate),
            gebruik: Vec::new(),
        })
    }
}

/// Where a mandate stands, as a code and in a sentence.
fn standing(mandaten: &Mandaten, mandate: &Mandate) -> Result<(&'static str, String), Problem> {
    let (content, now) = (mandate.content(), mandaten.now());
    let until = content.valid.until;
    let ends = mandaten.ends_with(content)?;
    let (code, mut text) = match mandate.state(now) {
        MandateState::Withdrawn { by, at } => {
            let by = mandaten.name_of(by)?;
            let text = format!("ingetrokken door {by} op {}", at.date());
            return Ok(("ingetrokken", text));
        }
        MandateState::Expired => {
            return Ok(("verlopen", format!("verlopen op {}", until.date())));
        }
        MandateState::Awaiting(by) => {
            let by = mandaten.name_of(by)?;
            ("wacht", format!("wacht op de handtekening van {by}"))
        }
        MandateState::Accepted => (
            "aanvaard",
            format!("getekend; van kracht vanaf {}", content.valid.from.date()),
        ),
        MandateState::Active => ("van_kracht", format!("van kracht tot {}", until.date())),
    };
    let Some(gone) = ends else {
        return Ok((code, text));
    };
    let (why, mend) = succeeded(mandaten, content, gone)?;
    if gone.since <= now {
        let text = format!("geëindigd op {}: {why}. {mend}", gone.since.date());
        return Ok(("beeindigd_door_herindeling", text));
    }
    text = format!(
        "{text}; eindigt op {}, want {why}. {mend}",
        gone.since.date()
    );
    Ok((code, text))
}

/// Who went up in whom, and what to do about a mandate of it.
fn succeeded(
    mandaten: &Mandaten,
    content: &MandateContent,
    gone: Gone,
) -> Result<(String, &'static str), Problem> {
    let who = mandaten.name_of(gone.who)?;
    let heir = gone.heir.filter(|heir| *heir != gone.who);
    let heir = heir.map(|heir| mandaten.name_of(heir)).transpose()?;
    let gave = gone.who == content.member;
    Ok(why_and_mend(&who, heir.as_deref(), gave))
}

/// The same in words; the one that is no more gave the mandate, or held it.
fn why_and_mend(who: &str, heir: Option<&str>, gave: bool) -> (String, &'static str) {
    match heir {
        None => (
            format!("{who} houdt op en het is niet duidelijk wie ervoor in de plaats komt"),
            "Kijk met `basisnet herindeling toon`",
        ),
        Some(heir) if gave => (
            format!("de gever, {who}, gaat op in {heir}"),
            "Laat de nieuwe organisatie een nieuw mandaat geven (`basisnet mandaat geef`)",
        ),
        Some(heir) => (
            format!("de houder, {who}, gaat op in {heir}"),
            "Geef de nieuwe organisatie een nieuw mandaat (`basisnet mandaat geef`)",
        ),
    }
}

fn acts(mandate: &Mandate) -> Vec<ActView> {
    let mut acts: Vec<_> = mandate.acts().iter().collect();
    acts.sort_by_key(|act| std::cmp::Reverse(act.at()));
    let view = |act: &basisnet_protocol::mandate::MandateAct| ActView {
        handeling: match act.kind() {
            MandateActKind::Give => "gegeven",
            MandateActKind::Accept => "aanvaard",
            MandateActKind::Withdraw => "ingetrokken",
        }
        .to_owned(),
        op: act.at().to_string(),
        besluit: act.motivation().decision().map(str::to_owned),
        reden: act.motivation().reason().map(str::to_owned),
        certificaat: act.fingerprint().to_string(),
    };
    acts.into_iter().map(view).collect()
}

fn fault(field: &str, mend: &str) -> FieldFault {
    FieldFault {
        veld: field.to_owned(),
        melding: mend.to_owned(),
    }
}

fn faulty() -> Problem {
    Problem::invalid(
        "mandaat-ongeldig",
        "Dit mandaat klopt niet. Verbeter de punten hieronder.",
    )
}

fn told(fault_found: MandateFault) -> FieldFault {
    let (field, mend) = match fault_found {
        MandateFault::FormVersion(_) => {
            ("v", "deze vorm is hier niet bekend; werk het programma bij")
        }
        MandateFault::ToItself => (
            "aan",
            "noem een andere organisatie; voor uzelf hebt u geen mandaat nodig",
        ),
        MandateFault::Purposes => ("doelen", "noem ten minste één doel, zoals P20"),
        MandateFault::CareForms => (
            "zorgvormen",
            "noem ten minste één productcategorie, elk met twee cijfers, zoals 02",
        ),
        MandateFault::EndsBeforeItStarts => ("tot", "kies een dag na `van`"),
        MandateFault::TooLong => (
            "tot",
            "kies een dag binnen vijf jaar na `van`; daarna besluit het college opnieuw",
        ),
        MandateFault::TooLarge => ("doelen", "noem minder doelen of zorgvormen"),
    };
    fault(field, mend)
}

impl From<MandaatError> for Problem {
    fn from(error: MandaatError) -> Self {
        match error {
            MandaatError::NotAllowed(error) => error.into(),
            MandaatError::Faults(faults) => faulty().with_faults(faults.into_iter().map(told)),
            MandaatError::UnknownPurpose(purpose) => faulty().with_faults([fault(
                "doelen",
                &format!("`{purpose}` staat niet in de catalogus; kijk met `basisnet doel toon`"),
            )]),
            MandaatError::NotAFellow => Self::missing(
                "Met deze organisatie hebt u geen convenant dat nu geldt, of er zijn er meer met die naam. Noem het OIN uit `basisnet leden`.",
            ),
            MandaatError::NotAParty => Self::refused(
                "niet-aan-u",
                "Dit is niet aan uw organisatie: aanvaarden doet wie het mandaat krijgt, intrekken doet een van de twee.",
            ),
            MandaatError::Unfit(Unfit::Done) => Self::refused(
                "al-gedaan",
                "Uw organisatie heeft dit al getekend; er is niets veranderd.",
            ),
            MandaatError::Unfit(Unfit::Over) => Self::refused(
                "voorbij",
                "Dit mandaat is voorbij of ingetrokken, of een van de twee organisaties is opgegaan in een andere. Laat een nieuw mandaat geven.",
            ),
            MandaatError::NoDecision => motivation(basisnet_protocol::convenant::MotivationFault::NoDecision),
            MandaatError::Unknown => Self::missing(
                "Dit mandaat is hier niet bekend. Kijk met `basisnet mandaat lijst`.",
            ),
            MandaatError::Sign(_) | MandaatError::OwnSignature(_) => Self::refused(
                "kan-niet-tekenen",
                "De sleutel of het certificaat van uw organisatie is nu niet bruikbaar. Kijk met `basisnet controleer` wat er is.",
            )
            .because(&error),
            MandaatError::Store(error) => error.into(),
            MandaatError::Commit(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mandate_that_ends_by_herindeling_says_with_whom_and_what_to_do() {
        let (why, mend) = why_and_mend("Gemeente A", Some("Gemeente B"), true);
        assert_eq!(why, "de gever, Gemeente A, gaat op in Gemeente B");
        assert!(mend.starts_with("Laat de nieuwe organisatie"), "{mend}");
        let (why, mend) = why_and_mend("GGD C", Some("GGD D"), false);
        assert!(
            why.starts_with("de houder") && mend.starts_with("Geef"),
            "{why} {mend}"
        );
        let (why, mend) = why_and_mend("Gemeente A", None, true);
        assert!(why.contains("niet duidelijk") && mend.contains("herindeling toon"));
    }
}
