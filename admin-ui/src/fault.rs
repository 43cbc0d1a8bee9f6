// SPDX-License-Identifier: EUPL-1.2
//! The pages for when something cannot be shown. Each says what happened, what is not lost, and what to do.

use crate::frame::page;
use crate::inzage_form::Ground;

/// A page that says why there is no page.
#[derive(Clone, Debug)]
pub struct FaultPage {
    /// What went wrong.
    pub kind: FaultKind,
    /// By which the fault is found in the technical log.
    pub reference: Option<String>,
    /// Why the rules say no.
    pub grounds: Vec<Ground>,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// There is nothing here.
    NotFound,
    /// The reader's role does not allow it.
    Forbidden,
    /// The rules say no.
    Rules,
    /// The session has ended, or the form came from elsewhere.
    SessionEnded,
    /// Somebody else changed it first.
    Conflict,
    /// What was sent cannot be read.
    BadRequest,
    /// Too many tries.
    TooMany,
    /// The node cannot do it now.
    Unavailable,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NotFound,
        Self::Forbidden,
        Self::Rules,
        Self::SessionEnded,
        Self::Conflict,
        Self::BadRequest,
        Self::TooMany,
        Self::Unavailable,
    ];

    /// The status of HTTP.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Forbidden | Self::Rules | Self::SessionEnded => 403,
            Self::Conflict => 409,
            Self::BadRequest => 400,
            Self::TooMany => 429,
            Self::Unavailable => 503,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::NotFound => "niet-gevonden",
            Self::Forbidden => "geen-recht",
            Self::Rules => "regels",
            Self::SessionEnded => "sessie",
            Self::Conflict => "gewijzigd",
            Self::BadRequest => "onleesbaar",
            Self::TooMany => "te-vaak",
            Self::Unavailable => "niet-beschikbaar",
        }
    }
}

impl FaultPage {
    fn key(&self, part: &str) -> String {
        format!("fout-{}-{part}", self.kind.name())
    }
}

page!(FaultPage, FaultTemplate, "fault.html");
