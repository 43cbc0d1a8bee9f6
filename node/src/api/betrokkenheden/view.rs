// SPDX-License-Identifier: EUPL-1.2
//! An involvement as it is sent: the fields that the caller sees, and no others.

use basisnet_protocol::message::ToezichtState;
use serde::{Deserialize, Serialize};

use crate::api::words as shared;
use crate::service::betrokkenheid::{Seen, SeenHandOver, Task, Toezicht, What};

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
                wet: law.map(|law| shared::law(law).to_owned()),
                zorgvormen: care_forms.iter().flatten().cloned().collect(),
                variant: variant.map(|variant| shared::variant(variant).to_owned()),
                rol: role.map(|role| shared::role(role).to_owned()),
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
                letter: letter.map(|(letter, _)| shared::letter(letter).to_owned()),
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
            wet: Some(shared::law(toezicht.law).to_owned()),
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

const fn task_word(task: Task) -> &'static str {
    match task {
        Task::Quality => "kwaliteit",
        Task::Lawfulness => "rechtmatigheid",
    }
}
