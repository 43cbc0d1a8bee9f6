// SPDX-License-Identifier: EUPL-1.2
//! What stands around every page: the bar, the menu, who is signed in, a message, the foot.

use crate::i18n::{Language, Text};

/// What stands around the content of one page, for one reader.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// In which language.
    pub language: Language,
    /// The organisation that runs the node.
    pub organisation: String,
    /// Whether this is a demo with synthetic data; said on every page.
    pub demo: bool,
    /// Who is signed in; none on the page to sign in.
    pub account: Option<Account>,
    /// What the reader may open.
    pub menu: Vec<MenuItem>,
    /// The part of the menu to which the page belongs.
    pub current: Option<Section>,
    /// Where the reader is, to come back to after a switch of language.
    pub path: String,
    /// Goes along with every form, so that another site cannot send it.
    pub csrf: String,
    /// What the last action did.
    pub notice: Option<Notice>,
    /// Whether the municipality has a style sheet of its own.
    pub house_style: bool,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name of the account.
    pub name: String,
    /// Codes of the roles.
    pub roles: Vec<String>,
}

/// An entry of the menu.
#[derive(Clone, Copy, Debug)]
pub struct MenuItem {
    /// Which part.
    pub section: Section,
    /// How many things wait there.
    pub waiting: usize,
}

/// The parts of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Search an aanbieder.
    Search,
    /// What we asked others.
    Inzagen,
    /// What others asked us.
    Requests,
    /// What the node points out.
    Notices,
    /// What points at a member.
    Alarms,
    /// The log.
    Log,
}

impl Section {
    /// Its key in the catalogue.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Search => "menu-zoeken",
            Self::Inzagen => "menu-inzage",
            Self::Requests => "menu-verzoeken",
            Self::Notices => "menu-attenderingen",
            Self::Alarms => "menu-alarmen",
            Self::Log => "menu-logboek",
        }
    }

    /// Where it is.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Search => "/zoeken",
            Self::Inzagen => "/inzage",
            Self::Requests => "/verzoeken",
            Self::Notices => "/attenderingen",
            Self::Alarms => "/alarmen",
            Self::Log => "/logboek",
        }
    }
}

/// What the last action did, told once.
#[derive(Clone, Debug)]
pub struct Notice {
    /// How it went.
    pub kind: NoticeKind,
    /// In a sentence.
    pub text: String,
}

/// How an action went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// It was done.
    Done,
    /// It was not done.
    Failed,
}

impl Frame {
    /// The words in the language of the reader.
    #[must_use]
    pub const fn text(&self) -> Text {
        Text(self.language)
    }

    pub(crate) fn is_current(&self, section: &Section) -> bool {
        self.current == Some(*section)
    }

    pub(crate) fn notice_done(&self) -> bool {
        matches!(&self.notice, Some(notice) if notice.kind == NoticeKind::Done)
    }
}

/// Ties a view model to its template and gives it `page`, which renders it inside a frame.
macro_rules! page {
    ($view:ident, $template:ident, $path:tt) => {
        #[derive(askama::Template)]
        #[template(path = $path)]
        struct $template<'a> {
            f: &'a crate::frame::Frame,
            t: crate::i18n::Text,
            v: &'a $view,
        }

        impl $view {
            /// The whole page as HTML.
            ///
            /// # Errors
            /// When a value cannot be written.
            pub fn page(&self, frame: &crate::frame::Frame) -> Result<String, crate::RenderError> {
                let template = $template {
                    f: frame,
                    t: frame.text(),
                    v: self,
                };
                Ok(askama::Template::render(&template)?)
            }
        }
    };
}
pub(crate) use page;
