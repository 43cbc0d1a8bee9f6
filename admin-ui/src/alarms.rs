// SPDX-License-Identifier: EUPL-1.2
//! What points at a member that learns or takes more than it should, and the decision of a person on it.

use crate::form::{Fault, Field, faults};
use crate::format::Moment;
use crate::frame::page;

/// The list.
#[derive(Clone, Debug)]
pub struct Alarms {
    /// On which nobody decided yet.
    pub open: Vec<AlarmRow>,
    /// On which somebody did.
    pub decided: Vec<AlarmRow>,
}

/// An alarm in a line.
#[derive(Clone, Debug)]
pub struct AlarmRow {
    /// By which its page is found.
    pub id: String,
    /// What the member is called.
    pub member: String,
    /// What it did, in a sentence.
    pub what: String,
    /// How often.
    pub times: usize,
    /// When it did so last, before somebody decided.
    pub last: Moment,
    /// How it stands.
    pub state: State,
}

/// How it stands with an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody decided yet.
    Open,
    /// The exchange goes on.
    GoesOn,
    /// The member was spoken to.
    Discussed,
    /// Nothing is exchanged with the member.
    Suspended,
}

impl State {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Open => "alarm-open",
            Self::GoesOn => "alarm-doorgaan",
            Self::Discussed => "alarm-besproken",
            Self::Suspended => "alarm-opgeschort",
        }
    }

    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Open | Self::Suspended => "warn",
            Self::GoesOn | Self::Discussed => "plain",
        }
    }

    pub(crate) const fn icon(self) -> &'static str {
        match self {
            Self::Open => "clock",
            Self::GoesOn | Self::Discussed => "check",
            Self::Suspended => "warning",
        }
    }
}

/// One alarm, with what was decided and the form to decide.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// The alarm in a line.
    pub row: AlarmRow,
    /// When it happened first.
    pub first: Moment,
    /// What was decided, the last one counts.
    pub decisions: Vec<Decided>,
    /// What the reader decides.
    pub decision: Field,
    /// Why.
    pub reason: Field,
    /// Whether the reader may decide.
    pub may_decide: bool,
}

/// What somebody decided.
#[derive(Clone, Debug)]
pub struct Decided {
    /// What, in words.
    pub what: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
}

impl Alarm {
    pub(crate) fn faults(&self) -> Vec<Fault> {
        faults([&self.decision, &self.reason])
    }
}

page!(Alarms, AlarmsPage, "alarms.html");
page!(Alarm, AlarmPage, "alarm.html");
