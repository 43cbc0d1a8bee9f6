// SPDX-License-Identifier: EUPL-1.2
//! What is kept of an involvement: the fact, and nothing of its content.

use std::collections::BTreeSet;

use basisnet_policy::Domain;
use basisnet_protocol::message::{ContractRole, LabelLetter, Law, ToezichtState, Variant};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use crate::service::aanbieder::AanbiederId;
use crate::service::account::AccountId;
use crate::store::{IndexTerm, Record, RetentionClass};

/// The id of an involvement in this node.
pub type BetrokkenheidId = Octets<16>;

/// That the own organisation is involved with an aanbieder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Betrokkenheid {
    /// The id in this node.
    pub id: BetrokkenheidId,
    /// With whom.
    pub aanbieder: AanbiederId,
    /// In which way.
    pub involvement: Involvement,
    /// When it was written down.
    pub created: Timestamp,
    /// What else was agreed in a contract, or why a label has this letter: content, which never leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// To which other tasks of the gemeente it was handed over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed_over: Vec<HandedOver>,
    /// Whether it is under professional secrecy, and who may see it in spite of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrecy: Option<Secrecy>,
}

/// That a record was given to another task of the gemeente.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandedOver {
    /// To which task.
    pub to: Domain,
    /// The account of who did it.
    pub by: AccountId,
    /// Its name, as it then was.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
    /// For which case.
    pub case: String,
    /// What for.
    pub because: String,
}

/// Professional secrecy on a record: who is not weighed, does not see it, in whatever role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrecy {
    /// Who may see it, each with the ground.
    pub weighed: Vec<SecrecyWeighed>,
}

/// The weighing by which one person may see one record that is under professional secrecy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecrecyWeighed {
    /// Who may see it.
    pub account: AccountId,
    /// On which legal ground.
    pub ground: String,
    /// The account of who weighed it.
    pub by: AccountId,
    /// Its name, as it then was.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

/// In which way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Involvement {
    /// There is a contract.
    Contract(Contract),
    /// There is supervision.
    Toezicht(Toezicht),
    /// There is a quality label.
    Label(Label),
}

/// A contract, without prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Under which law.
    pub law: Law,
    /// Product categories of two digits.
    pub care_forms: BTreeSet<String>,
    /// How performance is paid.
    pub variant: Variant,
    /// Main or subcontractor.
    pub role: ContractRole,
    /// The first day.
    pub from: Date,
    /// The last day; none while it is open.
    pub until: Option<Date>,
}

/// Supervision, without what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Toezicht {
    /// Of which kind; never leaves the node.
    pub task: Task,
    /// Under which law.
    pub law: Law,
    /// When it began.
    pub opened: Date,
    /// When it ended; none while it runs.
    pub closed: Option<Date>,
}

impl Toezicht {
    /// Open or closed on a day, and the day that this refers to.
    #[must_use]
    pub fn state_on(&self, today: Date) -> (ToezichtState, Date) {
        match self.closed {
            Some(closed) if closed <= today => (ToezichtState::Closed, closed),
            _ => (ToezichtState::Open, self.opened),
        }
    }
}

/// What supervision looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// The quality of care.
    Quality,
    /// Whether money was spent lawfully.
    Lawfulness,
}

/// A quality label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The letter.
    pub letter: LabelLetter,
    /// When it was given.
    pub date: Date,
    /// Version of the framework of criteria.
    pub framework_version: u32,
    /// Whether the aanbieder was heard (Awb art. 4:8); before that it tells nothing to anybody else.
    pub hearing_over: bool,
}

/// A day that is further away than any term.
const NEVER: Date = Date::from_days(2_932_896);
const DAYS_A_YEAR: u32 = 365;

impl Involvement {
    /// When the record must be gone (Selectielijst 2020): contracts ten years after their end (16.1), supervision
    /// five years after it was closed (12.1), labels five years.
    #[must_use]
    pub fn kept_until(&self) -> Date {
        let years = |day: Option<Date>, years: u32| {
            day.map_or(NEVER, |day| day.plus_days(years * DAYS_A_YEAR))
        };
        match self {
            Self::Contract(contract) => years(contract.until, 10),
            Self::Toezicht(toezicht) => years(toezicht.closed, 5),
            Self::Label(label) => years(Some(label.date), 5),
        }
    }

    /// The purpose for which it was recorded: who writes it works for that.
    #[must_use]
    pub fn collected_for(&self) -> Option<PurposeId> {
        let code = match self {
            Self::Contract(_) => "P01",
            Self::Toezicht(toezicht) => match (toezicht.task, toezicht.law) {
                (Task::Quality, _) => "P03",
                (Task::Lawfulness, Law::Wmo) => "P04",
                (Task::Lawfulness, Law::Jeugdwet) => "P05",
            },
            Self::Label(_) => "P12",
        };
        code.parse().ok()
    }

    /// Whether it goes on, on a day.
    #[must_use]
    pub fn is_running(&self, today: Date) -> bool {
        match self {
            Self::Contract(contract) => {
                contract.from <= today && contract.until.is_none_or(|until| today <= until)
            }
            Self::Toezicht(toezicht) => toezicht.closed.is_none_or(|closed| today < closed),
            Self::Label(_) => true,
        }
    }
}

impl Record for Betrokkenheid {
    const COLLECTION: &'static str = "betrokkenheid";
    const RETENTION: RetentionClass = RetentionClass::Standing;

    fn index_terms(&self) -> Vec<IndexTerm> {
        vec![IndexTerm::new("aanbieder", self.aanbieder.as_bytes())]
    }
}
