// SPDX-License-Identifier: EUPL-1.2
//! What others ask us: the list of requests that wait for a person, and the page to decide on one.

use crate::form::{Fault, Field, chosen, faults};
use crate::format::Moment;
use crate::frame::page;
use crate::inzage::Answer;

/// The list of requests.
#[derive(Clone, Debug)]
pub struct Requests {
    /// That wait for a decision, most urgent first.
    pub waiting: Vec<RequestRow>,
    /// That wait, and of which the rules show nothing: they can be refused, and no more.
    pub unseen: Vec<UnseenRow>,
    /// That were decided, newest first.
    pub decided: Vec<RequestRow>,
}

/// A line for a request of which nothing is shown.
#[derive(Clone, Debug)]
pub struct UnseenRow {
    /// By which its page is found.
    pub id: String,
    /// By when a decision is due.
    pub decide_by: Moment,
}

impl UnseenRow {
    /// The part of its name by which people tell it from another.
    fn short(&self) -> &str {
        self.id.get(..8).unwrap_or(&self.id)
    }
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct RequestRow {
    /// By which its page is found.
    pub id: String,
    /// Who asks.
    pub member: String,
    /// About which aanbieder.
    pub aanbieder: String,
    /// The purpose, in words.
    pub purpose: String,
    /// When it came in.
    pub received: Moment,
    /// By when a decision is due.
    pub decide_by: Moment,
    /// What was decided.
    pub outcome: Outcome,
}

/// What was decided on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet.
    Waiting,
    /// Granted by a person.
    Granted,
    /// Refused by a person.
    Refused,
    /// Nobody decided in time.
    Lapsed,
    /// Answered at once, as the convenant says.
    Automatic,
}

impl Outcome {
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::Waiting => "verzoek-stand-wacht",
            Self::Granted => "verzoek-stand-verleend",
            Self::Refused => "verzoek-stand-geweigerd",
            Self::Lapsed => "verzoek-stand-verlopen",
            Self::Automatic => "verzoek-stand-vanzelf",
        }
    }

    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Waiting => "info",
            Self::Granted | Self::Automatic => "good",
            Self::Refused => "bad",
            Self::Lapsed => "warn",
        }
    }

    pub(crate) const fn icon(&self) -> &'static str {
        match self {
            Self::Waiting => "clock",
            Self::Granted | Self::Automatic => "check",
            Self::Refused => "cross",
            Self::Lapsed => "warning",
        }
    }
}

/// The page to decide on one request.
#[derive(Clone, Debug)]
pub struct Request {
    /// By which its page is found.
    pub id: String,
    /// Who asks.
    pub member: String,
    /// The member in whose name it asks, under a mandate.
    pub on_behalf: Option<String>,
    /// In which role the person there works, in words.
    pub requester_role: String,
    /// About which aanbieder.
    pub aanbieder: String,
    /// Its page.
    pub aanbieder_id: String,
    /// The purpose, in words.
    pub purpose: String,
    /// The legal basis.
    pub legal_basis: String,
    /// Why it is in proportion, in words.
    pub proportionality: String,
    /// Why it cannot be had otherwise, in words.
    pub subsidiarity: String,
    /// What is asked for, in words.
    pub categories: Vec<String>,
    /// When it came in.
    pub received: Moment,
    /// By when a decision is due.
    pub decide_by: Moment,
    /// What was decided.
    pub outcome: Outcome,
    /// What would go out when granted.
    pub preview: Option<Answer>,
    /// Grant or refuse: `verlenen`, `weigeren`.
    pub decision: Field,
    /// The reason to refuse, of the closed list.
    pub reason: Field,
    /// Whether the reader is asked to confirm the choice.
    pub confirm: bool,
    /// Whether the reader's role may decide.
    pub may_decide: bool,
}

impl Request {
    fn faults(&self) -> Vec<Fault> {
        faults([&self.decision, &self.reason])
    }

    fn is_open(&self) -> bool {
        self.outcome == Outcome::Waiting
    }

    fn grants(&self) -> bool {
        self.decision.value == "verlenen"
    }

    fn reason_in_words(&self) -> String {
        chosen(&self.reason).join(", ")
    }
}

/// The page to refuse a request of which nothing is shown.
#[derive(Clone, Debug)]
pub struct UnseenRequest {
    /// Which one, and by when.
    pub row: UnseenRow,
    /// The reason to refuse, of the closed list.
    pub reason: Field,
    /// Whether the reader is asked to confirm.
    pub confirm: bool,
}

impl UnseenRequest {
    fn faults(&self) -> Vec<Fault> {
        faults([&self.reason])
    }

    fn reason_in_words(&self) -> String {
        chosen(&self.reason).join(", ")
    }
}

page!(Requests, RequestsPage, "requests.html");
page!(Request, RequestPage, "request.html");
page!(UnseenRequest, UnseenRequestPage, "request_unseen.html");
