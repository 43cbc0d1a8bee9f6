// SPDX-License-Identifier: EUPL-1.2
//! An example of every page in every state that looks different. All checks run over all of them.

// The paths are said, because an example holds this file too, from another folder.
#[path = "gallery/between.rs"]
mod between;
#[path = "gallery/inzage.rs"]
mod inzage;
#[path = "gallery/own.rs"]
mod own;

use basisnet_admin_ui::RenderError;
use basisnet_admin_ui::aanbieder::Contact;
use basisnet_admin_ui::fault::{FaultKind, FaultPage};
use basisnet_admin_ui::form::{Choice, Field};
use basisnet_admin_ui::format::Moment;
use basisnet_admin_ui::frame::{Account, Frame, MenuItem, Section};
use basisnet_admin_ui::i18n::{Language, Text};

const NOW: Moment = Moment(1_795_219_500_000);

/// Writes every text of a user into a page, so that a test can choose what stands in all of them.
pub(crate) struct Gallery {
    /// In which language.
    pub(crate) language: Language,
    /// What stands behind every text that comes from people or from other nodes.
    pub(crate) mark: &'static str,
}

impl Gallery {
    /// Every page with a name for it.
    pub(crate) fn pages(&self) -> Vec<(String, String)> {
        let mut pages = self.own_register();
        pages.extend(self.between_nodes());
        let states = self.states().into_iter();
        pages.extend(states.map(|(name, state)| (format!("inzage-{name}"), self.inzage(state))));
        pages.extend(
            FaultKind::ALL.map(|kind| (format!("fout-{kind:?}").to_lowercase(), self.fault(kind))),
        );
        pages
    }

    fn t(&self) -> Text {
        Text(self.language)
    }

    fn said(&self, text: &str) -> String {
        format!("{text}{}", self.mark)
    }

    fn frame(&self, current: Option<Section>) -> Frame {
        let menu = [
            (Section::Search, 0),
            (Section::Inzagen, 0),
            (Section::Requests, 3),
            (Section::Notices, 2),
            (Section::Alarms, 1),
            (Section::Log, 0),
        ];
        Frame {
            language: self.language,
            organisation: self.said("Veenendaal"),
            demo: true,
            account: Some(Account {
                name: self.said("toezicht"),
                roles: vec!["toezichthouder_kwaliteit".to_owned()],
            }),
            menu: menu
                .map(|(section, waiting)| MenuItem { section, waiting })
                .into(),
            current,
            path: "/zoeken".to_owned(),
            csrf: self.said("0123456789abcdef"),
            notice: None,
            house_style: false,
        }
    }

    fn contact(&self) -> Contact {
        Contact {
            team: self.said("Team toezicht Wmo"),
            mailbox: self.said("toezicht@amersfoort.example"),
            telephone: self.said("033 000 00 00"),
        }
    }

    fn field(&self, name: &'static str, list: &str, codes: &[&str], chosen: bool) -> Field {
        let choice = |(at, code): (usize, &&str)| Choice {
            value: (*code).to_owned(),
            label: format!("{}{}", self.t().term(list, code), self.mark),
            hint: self.t().maybe(&format!("{list}-{code}-uitleg")),
            chosen: chosen && at < 1 + usize::from(name == "categorie"),
        };
        Field::new(name).choices(codes.iter().enumerate().map(choice).collect())
    }

    fn fault(&self, kind: FaultKind) -> String {
        let page = FaultPage {
            kind,
            reference: Some(self.said("4f2a")),
            grounds: match kind {
                FaultKind::Rules => self.grounds(),
                FaultKind::NotFound
                | FaultKind::Forbidden
                | FaultKind::SessionEnded
                | FaultKind::Conflict
                | FaultKind::BadRequest
                | FaultKind::TooMany
                | FaultKind::Unavailable => Vec::new(),
            },
        };
        html(page.page(&self.frame(None)))
    }
}

fn html(page: Result<String, RenderError>) -> String {
    page.unwrap_or_else(|fault| fault.to_string())
}
