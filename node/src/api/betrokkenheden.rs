// SPDX-License-Identifier: EUPL-1.2
//! Involvements over HTTP.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use basisnet_policy::Domain;
use basisnet_protocol::message::{ContractRole, LabelLetter, Law, ToezichtState, Variant};
use basisnet_protocol::time::Date;
use serde::{Deserialize, Serialize};

use super::auth::Caller;
use super::own::Purpose;
use super::problem::{Body, FieldFault, id};
use super::{ApiState, Problem};
use crate::service::betrokkenheid::{
    BetrokkenheidError, Contract, Involvement, Label, Seen, SeenHandOver, Task, Toezicht, What,
};

/// The most in one answer.
const MAX_SHOWN: usize = 10_000;

pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/betrokkenheden", get(list))
        .route("/betrokkenheden/{id}/_beeindig", post(end))
        .route("/betrokkenheden/{id}/_draag-over", post(hand_over))
        .route("/betrokkenheden/{id}/_geheim", post(set_secret))
        .route("/betrokkenheden/{id}/_weeg-geheim", post(weigh_secret))
        .route("/aanbieders/{id}/betrokkenheden", get(of).post(add))
}

/// An involvement, as far as the caller sees it: what the rules do not show is not in it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct BetrokkenheidView {
    /// The id in this node.
    pub(crate) id: String,
    /// With which aanbieder.
    pub(crate) aanbieder: String,
    /// For which purpose it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) doel: Option<String>,
    /// `contract`, `toezicht` or `label`.
    pub(crate) soort: String,
    /// `wmo` or `jeugdwet`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wet: Option<String>,
    /// Product categories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) zorgvormen: Vec<String>,
    /// How performance is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) variant: Option<String>,
    /// `hoofdaannemer` or `onderaannemer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rol: Option<String>,
    /// `kwaliteit` or `rechtmatigheid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) taak: Option<String>,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vanaf: Option<String>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tot: Option<String>,
    /// `open` or `gesloten`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stand: Option<String>,
    /// Such as `2026-2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) halfjaar: Option<String>,
    /// The letter of a label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) letter: Option<String>,
    /// Version of the framework of criteria.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kader: Option<u32>,
    /// Whether the hearing about a label is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gehoord: Option<bool>,
    /// What else was agreed in a contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) afspraken: Option<String>,
    /// Why a label has this letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) onderbouwing: Option<String>,
    /// To which other tasks of the gemeente it was handed over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) overgedragen: Vec<HandedOverView>,
    /// Whether it is under professional secrecy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) geheim: Option<bool>,
}

/// That a record was handed over to another task of the gemeente.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct HandedOverView {
    /// To which task.
    pub(crate) aan: String,
    /// When.
    pub(crate) op: String,
    /// By whom, for who sees the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) door: Option<String>,
    /// What for, for who sees the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reden: Option<String>,
}

impl HandedOverView {
    fn of(seen: &SeenHandOver) -> Self {
        let (door, reden) = seen.told.clone().unzip();
        Self {
            aan: seen.to.as_str().to_owned(),
            op: seen.at.to_string(),
            door,
            reden,
        }
    }
}

impl BetrokkenheidView {
    pub(crate) fn of(seen: &Seen) -> Self {
        Self {
            id: seen.id.to_string(),
            aanbieder: seen.aanbieder.to_string(),
            doel: Some(seen.purpose.to_string()),
            overgedragen: seen.handed_over.iter().map(HandedOverView::of).collect(),
            geheim: seen.secret.then_some(true),
            ..Self::what(&seen.what).with_words(seen)
        }
    }

    fn with_words(self, seen: &Seen) -> Self {
        let words = seen.words.clone();
        match seen.what {
            What::Contract { .. } => Self {
                afspraken: words,
                ..self
            },
            What::Label { .. } => Self {
                onderbouwing: words,
                ..self
            },
            What::Toezicht { .. } => self,
        }
    }

    fn what(what: &What) -> Self {
        match what {
            What::Contract {
                law,
                care_forms,
                variant,
                role,
                term,
            } => Self {
                soort: "contract".to_owned(),
                wet: law.map(|law| law_word(law).to_owned()),
                zorgvormen: care_forms.iter().flatten().cloned().collect(),
                variant: variant.map(|variant| variant_word(variant).to_owned()),
                rol: role.map(|role| role_word(role).to_owned()),
                vanaf: term.map(|(from, _)| from.to_string()),
                tot: term.and_then(|(_, until)| until).map(|day| day.to_string()),
                ..Self::default()
            },
            What::Toezicht {
                state,
                half_year,
                file,
            } => Self {
                soort: "toezicht".to_owned(),
                stand: state.map(|state| state_word(state).to_owned()),
                halfjaar: half_year.map(|half| format!("{}-{}", half.year, half.half)),
                ..file.as_ref().map(Self::file).unwrap_or_default()
            },
            What::Label {
                letter,
                date,
                framework,
            } => Self {
                soort: "label".to_owned(),
                letter: letter.map(|(letter, _)| letter_word(letter).to_owned()),
                vanaf: date.map(|date| date.to_string()),
                kader: *framework,
                gehoord: letter.map(|(_, heard)| heard),
                ..Self::default()
            },
        }
    }

    /// What supervision is about and when exactly.
    fn file(toezicht: &Toezicht) -> Self {
        Self {
            wet: Some(law_word(toezicht.law).to_owned()),
            taak: Some(task_word(toezicht.task).to_owned()),
            vanaf: Some(toezicht.opened.to_string()),
            tot: toezicht.closed.map(|day| day.to_string()),
            ..Self::default()
        }
    }
}

const fn state_word(state: ToezichtState) -> &'static str {
    match state {
        ToezichtState::Open => "open",
        ToezichtState::Closed => "gesloten",
    }
}

const fn law_word(law: Law) -> &'static str {
    match law {
        Law::Wmo => "wmo",
        Law::Jeugdwet => "jeugdwet",
    }
}

const fn variant_word(variant: Variant) -> &'static str {
    match variant {
        Variant::Inspanningsgericht => "inspanningsgericht",
        Variant::Outputgericht => "outputgericht",
        Variant::Taakgericht => "taakgericht",
    }
}

const fn role_word(role: ContractRole) -> &'static str {
    match role {
        ContractRole::Main => "hoofdaannemer",
        ContractRole::Sub => "onderaannemer",
    }
}

const fn task_word(task: Task) -> &'static str {
    match task {
        Task::Quality => "kwaliteit",
        Task::Lawfulness => "rechtmatigheid",
    }
}

const fn letter_word(letter: LabelLetter) -> &'static str {
    match letter {
        LabelLetter::A => "A",
        LabelLetter::B => "B",
        LabelLetter::C => "C",
        LabelLetter::D => "D",
        LabelLetter::F => "F",
    }
}

/// A new involvement; which fields belong, depends on `soort`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NewBody {
    soort: String,
    wet: Option<String>,
    zorgvormen: Vec<String>,
    variant: Option<String>,
    rol: Option<String>,
    taak: Option<String>,
    vanaf: Option<String>,
    tot: Option<String>,
    letter: Option<String>,
    kader: Option<u32>,
    gehoord: Option<bool>,
    afspraken: Option<String>,
    onderbouwing: Option<String>,
}

impl NewBody {
    /// What is told in words, in the field that belongs to the kind.
    fn words(&self) -> Option<&str> {
        let words = match self.soort.as_str() {
            "contract" => &self.afspraken,
            "label" => &self.onderbouwing,
            _ => &None,
        };
        words.as_deref().filter(|text| !text.trim().is_empty())
    }
}

/// Reads fields and remembers what is wrong with them.
#[derive(Debug, Default)]
struct Fields(Vec<FieldFault>);

impl Fields {
    fn fault(&mut self, field: &str, text: impl Into<String>) {
        self.0.push(FieldFault {
            veld: field.to_owned(),
            melding: text.into(),
        });
    }

    fn choice<T: Copy>(
        &mut self,
        field: &str,
        text: Option<&str>,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let found = text.and_then(|text| {
            choices
                .iter()
                .find(|(word, _)| word.eq_ignore_ascii_case(text.trim()))
        });
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.fault(field, format!("kies uit {}", words.join(", ")));
        }
        found.map(|(_, value)| *value)
    }

    fn day(&mut self, field: &str, text: Option<&str>) -> Option<Date> {
        let day = text.and_then(|text| text.trim().parse().ok());
        if day.is_none() {
            self.fault(field, "verwacht een datum zoals 2026-11-21");
        }
        day
    }

    fn optional_day(&mut self, field: &str, text: Option<&str>) -> Option<Option<Date>> {
        match text {
            None => Some(None),
            Some(_) => self.day(field, text).map(Some),
        }
    }

    fn law(&mut self, text: Option<&str>) -> Option<Law> {
        self.choice(
            "wet",
            text,
            &[("wmo", Law::Wmo), ("jeugdwet", Law::Jeugdwet)],
        )
    }
}

impl NewBody {
    fn involvement(&self) -> Result<Involvement, Problem> {
        let mut fields = Fields::default();
        let involvement = match self.soort.as_str() {
            "contract" => self.contract(&mut fields).map(Involvement::Contract),
            "toezicht" => self.toezicht(&mut fields).map(Involvement::Toezicht),
            "label" => self.label(&mut fields).map(Involvement::Label),
            _ => {
                fields.fault("soort", "kies uit contract, toezicht, label");
                None
            }
        };
        involvement.ok_or_else(|| {
            Problem::invalid(
                "betrokkenheid-ongeldig",
                "De gegevens van de betrokkenheid kloppen niet.",
            )
            .with_faults(fields.0)
        })
    }

    fn contract(&self, fields: &mut Fields) -> Option<Contract> {
        let law = fields.law(self.wet.as_deref());
        let variants = [
            ("inspanningsgericht", Variant::Inspanningsgericht),
            ("outputgericht", Variant::Outputgericht),
            ("taakgericht", Variant::Taakgericht),
        ];
        let variant = fields.choice("variant", self.variant.as_deref(), &variants);
        let roles = [
            ("hoofdaannemer", ContractRole::Main),
            ("onderaannemer", ContractRole::Sub),
        ];
        let role = fields.choice("rol", self.rol.as_deref(), &roles);
        let from = fields.day("vanaf", self.vanaf.as_deref());
        let until = fields.optional_day("tot", self.tot.as_deref());
        let care_forms: BTreeSet<String> = self
            .zorgvormen
            .iter()
            .map(|form| form.trim().to_owned())
            .collect();
        if care_forms.len() > 50 {
            fields.fault("zorgvormen", "hoogstens 50 zorgvormen");
            return None;
        }
        Some(Contract {
            law: law?,
            care_forms,
            variant: variant?,
            role: role?,
            from: from?,
            until: until?,
        })
    }

    fn toezicht(&self, fields: &mut Fields) -> Option<Toezicht> {
        let law = fields.law(self.wet.as_deref());
        let tasks = [
            ("kwaliteit", Task::Quality),
            ("rechtmatigheid", Task::Lawfulness),
        ];
        let task = fields.choice("taak", self.taak.as_deref(), &tasks);
        let opened = fields.day("vanaf", self.vanaf.as_deref());
        let closed = fields.optional_day("tot", self.tot.as_deref());
        Some(Toezicht {
            task: task?,
            law: law?,
            opened: opened?,
            closed: closed?,
        })
    }

    fn label(&self, fields: &mut Fields) -> Option<Label> {
        let letters = [
            ("A", LabelLetter::A),
            ("B", LabelLetter::B),
            ("C", LabelLetter::C),
            ("D", LabelLetter::D),
            ("F", LabelLetter::F),
        ];
        let letter = fields.choice("letter", self.letter.as_deref(), &letters);
        let date = fields.day("vanaf", self.vanaf.as_deref());
        Some(Label {
            letter: letter?,
            date: date?,
            framework_version: self.kader.unwrap_or(1),
            hearing_over: self.gehoord.unwrap_or(false),
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct EndBody {
    datum: Option<String>,
}

async fn list(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Purpose(purpose): Purpose,
) -> Result<Json<Vec<BetrokkenheidView>>, Problem> {
    let all = &state.services.betrokkenheden;
    let shown = all.list(&actor, MAX_SHOWN, purpose.as_ref()).await?;
    Ok(Json(shown.iter().map(BetrokkenheidView::of).collect()))
}

async fn of(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(aanbieder): Path<String>,
    Purpose(purpose): Purpose,
) -> Result<Json<Vec<BetrokkenheidView>>, Problem> {
    let all = &state.services.betrokkenheden;
    let shown = all.show(&actor, id(&aanbieder)?, purpose.as_ref()).await?;
    Ok(Json(shown.iter().map(BetrokkenheidView::of).collect()))
}

async fn add(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(aanbieder): Path<String>,
    Body(body): Body<NewBody>,
) -> Result<(StatusCode, Json<BetrokkenheidView>), Problem> {
    let involvement = body.involvement()?;
    let one = state
        .services
        .betrokkenheden
        .add_with(&actor, id(&aanbieder)?, involvement, body.words())
        .await?;
    Ok((StatusCode::CREATED, Json(BetrokkenheidView::of(&one))))
}

async fn end(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(betrokkenheid): Path<String>,
    Body(body): Body<EndBody>,
) -> Result<Json<BetrokkenheidView>, Problem> {
    let mut fields = Fields::default();
    let day = match body.datum {
        None => Some(state.services.accounts.now().date()),
        Some(text) => fields.day("datum", Some(&text)),
    };
    let day = day.ok_or_else(|| {
        Problem::invalid("datum-ongeldig", "De datum klopt niet.").with_faults(fields.0)
    })?;
    let one = state
        .services
        .betrokkenheden
        .end(&actor, id(&betrokkenheid)?, day)
        .await?;
    Ok(Json(BetrokkenheidView::of(&one)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HandOverBody {
    aan: String,
    reden: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretBody {
    geheim: bool,
    grond: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WeighBody {
    account: String,
    grond: String,
}

async fn hand_over(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(betrokkenheid): Path<String>,
    Body(body): Body<HandOverBody>,
) -> Result<Json<BetrokkenheidView>, Problem> {
    let choices = Domain::ALL.map(|domain| (domain.as_str(), domain));
    let mut fields = Fields::default();
    let to = fields.choice("aan", Some(&body.aan), &choices);
    let to = to.ok_or_else(|| {
        let text = "Deze taak van de gemeente bestaat niet.";
        Problem::invalid("taak-onbekend", text).with_faults(fields.0)
    })?;
    let all = &state.services.betrokkenheden;
    let one = all.hand_over(&actor, id(&betrokkenheid)?, to, &body.reden);
    Ok(Json(BetrokkenheidView::of(&one.await?)))
}

async fn set_secret(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(betrokkenheid): Path<String>,
    Body(body): Body<SecretBody>,
) -> Result<Json<BetrokkenheidView>, Problem> {
    let all = &state.services.betrokkenheden;
    let one = all.set_secret(&actor, id(&betrokkenheid)?, body.geheim, &body.grond);
    Ok(Json(BetrokkenheidView::of(&one.await?)))
}

async fn weigh_secret(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    Path(betrokkenheid): Path<String>,
    Body(body): Body<WeighBody>,
) -> Result<Json<BetrokkenheidView>, Problem> {
    let all = &state.services.betrokkenheden;
    let one = all.weigh_secrecy(&actor, id(&betrokkenheid)?, &body.account, &body.grond);
    Ok(Json(BetrokkenheidView::of(&one.await?)))
}

impl From<BetrokkenheidError> for Problem {
    fn from(error: BetrokkenheidError) -> Self {
        let invalid = |code, text: &str| Self::invalid(code, text);
        match error {
            BetrokkenheidError::Own(error) => error.into(),
            BetrokkenheidError::Aanbieder(error) => error.into(),
            BetrokkenheidError::UnknownAanbieder => {
                Self::missing("Deze aanbieder staat niet in uw register.")
            }
            BetrokkenheidError::Unknown => Self::missing("Deze betrokkenheid bestaat niet."),
            BetrokkenheidError::Ended => {
                Self::refused("al-beeindigd", "Deze betrokkenheid was al beëindigd.")
            }
            BetrokkenheidError::Endless => Self::refused(
                "label-eindigt-niet",
                "Een label eindigt niet; een nieuw label komt ervoor in de plaats.",
            ),
            BetrokkenheidError::Backwards => {
                invalid("datum-ongeldig", "De einddatum ligt voor de begindatum.")
            }
            BetrokkenheidError::CareForm => invalid(
                "zorgvorm-ongeldig",
                "Een zorgvorm is een productcategorie van twee cijfers, zoals 02.",
            ),
            BetrokkenheidError::NoCareForm => invalid(
                "zorgvorm-ontbreekt",
                "Noem bij een contract ten minste een zorgvorm.",
            ),
            BetrokkenheidError::HandedOver => {
                Self::refused("al-overgedragen", "Dit was al aan deze taak overgedragen.")
            }
            BetrokkenheidError::Secrecy => Self::refused(
                "geheim-al-zo",
                "Het beroepsgeheim is al zo: bekijk het gegeven opnieuw.",
            ),
            BetrokkenheidError::UnknownAccount => {
                invalid("account-onbekend", "Er is geen open account met deze naam.")
            }
            BetrokkenheidError::Text(field) => {
                invalid("tekst-ongeldig", "Deze tekst kan niet worden bewaard.").with_faults([
                    FieldFault {
                        veld: field.to_owned(),
                        melding: "schrijf 1 tot 1000 tekens, zonder burgerservicenummer".to_owned(),
                    },
                ])
            }
            BetrokkenheidError::TooMany => Self::refused(
                "te-veel",
                "Bij deze aanbieder past geen betrokkenheid meer.",
            ),
            BetrokkenheidError::Store(error) => error.into(),
            BetrokkenheidError::Commit(error) => error.into(),
        }
    }
}
