// SPDX-License-Identifier: EUPL-1.2
//! What is kept of an alarm and of the decisions on it.

use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit::Incident;
use crate::service::account::AccountId;
use crate::store::{IndexTerm, Key, Record, RetentionClass};

/// The id of an alarm in this node.
pub type AlarmId = Octets<16>;

/// What points at a member, and what people decided on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// The id in this node.
    pub id: AlarmId,
    /// The member.
    pub peer: Oin,
    /// What it did.
    pub cause: Cause,
    /// When it did so first.
    pub first: Timestamp,
    /// When it did so last, before somebody decided.
    pub last: Timestamp,
    /// How often.
    pub times: u32,
    /// What was decided, the last one counts.
    pub decisions: Vec<Decision>,
}

/// What a member did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Cause {
    /// It says that it knows remarkably much of what this node knows.
    ManyTreffers {
        /// On how many this node has a treffer there.
        found: u32,
        /// About how many it asked.
        asked: u32,
    },
    /// It has everything asked anew under new keys, more often than there is a reason for.
    ManyContexts {
        /// In which epoch.
        epoch: u32,
    },
    /// It asked for more questions about single aanbieders than was agreed for a day.
    InzageBudget {
        /// On which day.
        day: Date,
    },
    /// It did not keep to the protocol of matching.
    Protocol {
        /// In which way.
        incident: Incident,
    },
}

/// What somebody decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Who.
    pub by: AccountId,
    /// What that person was called then.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
}

/// What can be decided on an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There is an explanation; the exchange goes on.
    GoOn,
    /// The member was spoken to; the exchange goes on.
    Discussed,
    /// Nothing is exchanged with the member until somebody decides otherwise.
    Suspend,
}

impl Cause {
    /// A number for each kind; of one member and one kind there is one open alarm.
    fn kind(&self) -> Vec<u8> {
        match self {
            Self::ManyTreffers { .. } => vec![0],
            Self::ManyContexts { .. } => vec![1],
            Self::InzageBudget { .. } => vec![2],
            Self::Protocol { incident } => format!("3 {incident:?}").into_bytes(),
        }
    }
}

impl Alarm {
    /// The index by which the alarms of one member for one kind of cause are found.
    pub(super) const BY_CAUSE: &'static str = "cause";

    pub(super) fn same(peer: Oin, cause: &Cause) -> Vec<u8> {
        [peer.as_str().as_bytes(), &cause.kind()].concat()
    }

    /// Whether nobody decided yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.decisions.is_empty()
    }

    /// The decision that counts.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.decisions.last().map(|decision| decision.outcome)
    }

    /// Whether the member is suspended because of it.
    #[must_use]
    pub fn suspends(&self) -> bool {
        self.outcome() == Some(Outcome::Suspend)
    }
}

impl Record for Alarm {
    const COLLECTION: &'static str = "alarm";
    const RETENTION: RetentionClass = RetentionClass::Case;

    fn index_terms(&self) -> Vec<IndexTerm> {
        let term = Self::same(self.peer, &self.cause);
        vec![IndexTerm::new(Self::BY_CAUSE, term)]
    }
}

/// That nothing is exchanged with a member for now. It stays until somebody decides otherwise.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Suspended {
    /// Because of which alarm.
    pub(super) alarm: AlarmId,
}

impl Suspended {
    pub(super) fn key(peer: Oin) -> Key {
        Key::from(peer.as_str())
    }
}

impl Record for Suspended {
    const COLLECTION: &'static str = "suspended";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}
