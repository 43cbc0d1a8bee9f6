// SPDX-License-Identifier: EUPL-1.2
//! What we asked others: the list, and one inzage from question to answer.

use crate::aanbieder::Contact;
use crate::format::{Day, Moment};
use crate::frame::page;
use crate::inzage_form::Ground;

/// The list of what we asked.
#[derive(Clone, Debug)]
pub struct Inzagen {
    /// Newest first.
    pub rows: Vec<InzageRow>,
    /// Where older ones start.
    pub older: Option<String>,
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct InzageRow {
    /// By which its page is found.
    pub id: String,
    /// The aanbieder.
    pub aanbieder: String,
    /// Who was asked.
    pub member: String,
    /// The purpose, in words; none for who sees only that it was asked.
    pub purpose: Option<String>,
    /// When.
    pub asked: Moment,
    /// How it stands.
    pub state: StateName,
}

/// How an inzage stands, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateName {
    /// On its way.
    Sending,
    /// A person at the source decides.
    Waiting,
    /// Answered.
    Answered,
    /// Refused by a person, or by the node at the source.
    Refused,
    /// The other node does not answer.
    NoAnswer,
    /// The term of the answer is over.
    Expired,
    /// The source took back what it rests on.
    Withdrawn,
}

impl StateName {
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::Sending => "inzage-stand-onderweg",
            Self::Waiting => "inzage-stand-wacht",
            Self::Answered => "inzage-stand-beantwoord",
            Self::Refused => "inzage-stand-geweigerd",
            Self::NoAnswer => "inzage-stand-geen-antwoord",
            Self::Expired => "inzage-stand-verlopen",
            Self::Withdrawn => "inzage-stand-ingetrokken",
        }
    }

    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Sending | Self::Waiting => "info",
            Self::Answered => "good",
            Self::Refused => "bad",
            Self::NoAnswer | Self::Withdrawn => "warn",
            Self::Expired => "plain",
        }
    }

    pub(crate) const fn icon(&self) -> &'static str {
        match self {
            Self::Sending | Self::Waiting => "clock",
            Self::Answered => "check",
            Self::Refused => "cross",
            Self::NoAnswer => "warning",
            Self::Expired | Self::Withdrawn => "minus",
        }
    }
}

/// One inzage.
#[derive(Clone, Debug)]
pub struct Inzage {
    /// By which its page is found.
    pub id: String,
    /// The aanbieder.
    pub aanbieder: String,
    /// Its page.
    pub aanbieder_id: String,
    /// Who was asked.
    pub member: String,
    /// What for; none for who sees only that it was asked.
    pub about: Option<About>,
    /// When.
    pub asked: Moment,
    /// How it stands.
    pub state: State,
    /// Whom to call there.
    pub contact: Option<Contact>,
}

/// What an inzage is for.
#[derive(Clone, Debug)]
pub struct About {
    /// The purpose, in words.
    pub purpose: String,
    /// The own case.
    pub case_reference: String,
    /// Why it is in proportion, in words.
    pub proportionality: String,
    /// Why it cannot be had otherwise, in words.
    pub subsidiarity: String,
    /// What was asked for, in words.
    pub categories: Vec<String>,
    /// Who asked.
    pub asked_by: String,
    /// The member in whose name it was asked, under a mandate.
    pub on_behalf: Option<String>,
}

/// How an inzage stands, with what belongs to it.
#[derive(Clone, Debug)]
pub enum State {
    /// On its way.
    Sending,
    /// A person at the source decides.
    Waiting {
        /// By when.
        decide_by: Moment,
    },
    /// Answered.
    Answered(Box<Answered>),
    /// A person at the source said no.
    RefusedByPerson {
        /// The reason, in words.
        reason: String,
        /// When.
        at: Option<Moment>,
    },
    /// The node at the source refused; it never says why.
    RefusedByNode,
    /// The own node held it back.
    HeldBack(Vec<Ground>),
    /// There is an answer, but the reader may not use it (any more).
    Closed(Vec<Ground>),
    /// The other node does not answer.
    NoAnswer {
        /// When we last tried.
        tried: Option<Moment>,
    },
    /// The term of the answer is over, and the answer is gone.
    Expired {
        /// When.
        at: Moment,
    },
    /// The source took back what it rests on. The answer is gone, the question stays as a reference.
    Withdrawn {
        /// When.
        at: Moment,
        /// Why, in words.
        why: String,
        /// When there was an answer; none when there was none yet.
        answered: Option<Moment>,
    },
}

/// An answer with its obligations.
#[derive(Clone, Debug)]
pub struct Answered {
    /// When.
    pub at: Moment,
    /// What was released.
    pub answer: Answer,
    /// Gone at this moment.
    pub retain_until: Moment,
    /// The one purpose it may be used for, in words.
    pub purpose: String,
    /// Name of the convenant.
    pub convenant: String,
    /// Who gave it.
    pub source: String,
}

/// What was released: *dat* only.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Contracts.
    pub contracts: Option<Vec<Contract>>,
    /// Supervision.
    pub toezicht: Option<Toezicht>,
    /// Quality label.
    pub label: Option<Label>,
    /// Whom to call.
    pub contact: Option<Contact>,
    /// What was asked for and not given, in words.
    pub absent: Vec<String>,
}

/// That there is a contract.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The law, in words.
    pub law: String,
    /// Care forms.
    pub care_forms: Vec<String>,
    /// The variant, in words.
    pub variant: String,
    /// The place in the chain, in words.
    pub role: String,
    /// From.
    pub from: Day,
    /// Until.
    pub until: Option<Day>,
}

/// Whether there is supervision.
#[derive(Clone, Copy, Debug)]
pub struct Toezicht {
    /// Open, or closed.
    pub open: bool,
    /// The year.
    pub year: u16,
    /// 1 or 2.
    pub half: u8,
}

/// The quality label.
#[derive(Clone, Debug)]
pub struct Label {
    /// A to F.
    pub letter: String,
    /// When it was given.
    pub date: Day,
    /// Version of the framework of criteria.
    pub framework_version: u32,
}

impl Label {
    pub(crate) fn kind(&self) -> &'static str {
        match self.letter.as_str() {
            "A" => "good",
            "B" | "C" => "warn",
            "D" | "F" => "bad",
            _ => "plain",
        }
    }
}

impl State {
    /// In one word.
    #[must_use]
    pub const fn name(&self) -> StateName {
        match self {
            Self::Sending => StateName::Sending,
            Self::Waiting { .. } => StateName::Waiting,
            Self::Answered(_) | Self::Closed(_) => StateName::Answered,
            Self::RefusedByPerson { .. } | Self::RefusedByNode | Self::HeldBack(_) => {
                StateName::Refused
            }
            Self::NoAnswer { .. } => StateName::NoAnswer,
            Self::Expired { .. } => StateName::Expired,
            Self::Withdrawn { .. } => StateName::Withdrawn,
        }
    }

    /// Whether something is still to come.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::Sending | Self::Waiting { .. })
    }
}

page!(Inzagen, InzagenPage, "inzagen.html");
page!(Inzage, InzagePage, "inzage.html");

#[derive(askama::Template)]
#[template(path = "inzage_state.html")]
struct InzageStateFragment<'a> {
    t: crate::i18n::Text,
    v: &'a Inzage,
}

impl Inzage {
    /// Only the part of the page that changes while we wait.
    ///
    /// # Errors
    /// When a value cannot be written.
    pub fn fragment(&self, t: crate::i18n::Text) -> Result<String, crate::RenderError> {
        Ok(askama::Template::render(&InzageStateFragment {
            t,
            v: self,
        })?)
    }
}
