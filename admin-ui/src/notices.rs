// SPDX-License-Identifier: EUPL-1.2
//! What the node points out: a new treffer on an aanbieder that the reader follows, and samenloop.

use crate::format::Moment;
use crate::frame::page;

/// The page.
#[derive(Clone, Debug)]
pub struct Notices {
    /// What the reader did not mark as read.
    pub fresh: Vec<NoticeRow>,
    /// What the reader did.
    pub read: Vec<NoticeRow>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// By which it is marked as read.
    pub id: String,
    /// The name of the aanbieder.
    pub aanbieder: String,
    /// By which its page is found.
    pub aanbieder_id: String,
    /// Since when.
    pub at: Moment,
    /// What it tells.
    pub told: Told,
}

/// What a notice tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A member knows an aanbieder that the reader follows.
    NewTreffer {
        /// What the member is called.
        member: String,
    },
    /// So many organisations are involved as the own organisation wants to hear of.
    Samenloop {
        /// How many, the own one included.
        count: usize,
        /// What the others are called.
        members: Vec<String>,
        /// Those of which it is not known.
        unknown: Vec<String>,
    },
}

impl Told {
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::NewTreffer { .. } => "attendering-treffer",
            Self::Samenloop { .. } => "attendering-samenloop",
        }
    }

    pub(crate) const fn icon(&self) -> &'static str {
        match self {
            Self::NewTreffer { .. } => "link",
            Self::Samenloop { .. } => "warning",
        }
    }

    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::NewTreffer { .. } => "info",
            Self::Samenloop { .. } => "warn",
        }
    }
}

page!(Notices, NoticesPage, "notices.html");
