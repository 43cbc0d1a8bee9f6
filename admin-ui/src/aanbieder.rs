// SPDX-License-Identifier: EUPL-1.2
//! The page of one aanbieder: what we know ourselves, who else knows it, since when, and whom to call.

use crate::format::{Day, Moment};
use crate::frame::page;
use crate::inzage_form::Ground;

/// The page of one aanbieder.
#[derive(Clone, Debug)]
pub struct Aanbieder {
    /// By which its page is found.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its numbers, for who sees them.
    pub numbers: Option<Numbers>,
    /// Its legal form, in words, for who sees it.
    pub legal_form: Option<String>,
    /// When it was entered, for who sees its name.
    pub created: Option<Moment>,
    /// Whether questions may be asked about it, and if not, why.
    pub participation: Participation,
    /// The reasons of the rules, with what would be needed.
    pub reasons: Vec<Ground>,
    /// What we have to do with it.
    pub betrokkenheden: Vec<Betrokkenheid>,
    /// What each other member of our convenanten said.
    pub elsewhere: Vec<Elsewhere>,
    /// Whether the reader's role may ask for inzage at all.
    pub may_ask: bool,
    /// How many organisations are involved, the own one included; none while they are fewer than are pointed out.
    pub samenloop: Option<usize>,
    /// Whether the reader follows it; none for who cannot.
    pub followed: Option<bool>,
}

/// The numbers of an aanbieder.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// Its KVK number.
    pub kvk: Option<String>,
    /// Its establishments.
    pub vestigingen: Vec<String>,
    /// Its AGB codes.
    pub agb: Vec<String>,
    /// Its RSIN.
    pub rsin: Option<String>,
}

/// Whether an aanbieder takes part in matching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Participation {
    /// It does.
    TakesPart,
    /// A natural person stands behind it.
    NaturalPerson,
    /// Its legal form is not known, so a natural person may stand behind it.
    LegalFormUnknown,
    /// The own gemeente keeps it out.
    Restricted,
    /// The rules keep it out, for the reasons that stand with it.
    Withheld,
    /// It has no KVK number to match on.
    NoIdentifier,
}

impl Participation {
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::TakesPart => "deelname-ja",
            Self::NaturalPerson => "deelname-natuurlijk-persoon",
            Self::LegalFormUnknown => "deelname-rechtsvorm-onbekend",
            Self::Restricted => "deelname-afgeschermd",
            Self::Withheld => "deelname-regels",
            Self::NoIdentifier => "deelname-geen-kvk",
        }
    }

    pub(crate) fn takes_part(&self) -> bool {
        *self == Self::TakesPart
    }
}

/// What we have to do with an aanbieder.
#[derive(Clone, Debug)]
pub struct Betrokkenheid {
    /// Code of the kind: `contract`, `toezicht` or `label`.
    pub kind: String,
    /// In a line.
    pub description: String,
    /// Since.
    pub from: Option<Day>,
    /// Until; none while it runs.
    pub until: Option<Day>,
    /// What else was agreed, or why this letter; for who sees the content.
    pub words: Option<String>,
    /// What else is to be known: to which task it was handed over, and whether it is secret.
    pub notes: Vec<String>,
}

/// What one other organisation said about an aanbieder.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// Its OIN.
    pub oin: String,
    /// Its name.
    pub name: String,
    /// What it said.
    pub standing: Standing,
    /// As of when.
    pub as_of: Option<Moment>,
    /// How old that is, in days.
    pub age_days: usize,
    /// Whom to call there.
    pub contact: Option<Contact>,
    /// An inzage that we already asked there.
    pub inzage: Option<String>,
}

/// What another organisation said. No answer is shown as unknown and never as no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is involved with the aanbieder too.
    Known {
        /// The involvement began before this day; some four weeks precise.
        since: Option<Day>,
    },
    /// No treffer.
    NotFound,
    /// It did not answer.
    NoAnswer,
    /// Not asked yet.
    NotAsked,
    /// The rules do not allow asking this one.
    Withheld,
}

impl Standing {
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::Known { .. } => "stand-bekend",
            Self::NotFound => "stand-geen-treffer",
            Self::NoAnswer => "stand-geen-antwoord",
            Self::NotAsked => "stand-niet-gevraagd",
            Self::Withheld => "stand-niet-toegestaan",
        }
    }

    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Known { .. } => "info",
            Self::NotFound | Self::NotAsked | Self::Withheld => "plain",
            Self::NoAnswer => "warn",
        }
    }

    pub(crate) const fn icon(&self) -> &'static str {
        match self {
            Self::Known { .. } => "link",
            Self::NotFound | Self::Withheld => "minus",
            Self::NoAnswer => "warning",
            Self::NotAsked => "clock",
        }
    }

    pub(crate) fn is_known(&self) -> bool {
        matches!(self, Self::Known { .. })
    }

    pub(crate) fn since(&self) -> Option<Day> {
        match self {
            Self::Known { since } => *since,
            Self::NotFound | Self::NoAnswer | Self::NotAsked | Self::Withheld => None,
        }
    }
}

/// Whom to call: a function, never a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Name of the team.
    pub team: String,
    /// Its mailbox.
    pub mailbox: String,
    /// Its telephone number.
    pub telephone: String,
}

impl Contact {
    /// The number as a link dials it.
    pub(crate) fn dial(&self) -> String {
        self.telephone
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect()
    }
}

impl Aanbieder {
    fn known_in(&self) -> usize {
        self.elsewhere
            .iter()
            .filter(|other| other.standing.is_known())
            .count()
    }

    fn unanswered(&self) -> usize {
        let silent =
            |other: &&Elsewhere| matches!(other.standing, Standing::NoAnswer | Standing::NotAsked);
        self.elsewhere.iter().filter(silent).count()
    }
}

page!(Aanbieder, AanbiederPage, "aanbieder.html");
