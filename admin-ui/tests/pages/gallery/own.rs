// SPDX-License-Identifier: EUPL-1.2
//! Signing in, the own register and what is read about it.

use basisnet_admin_ui::aanbieder::{
    Aanbieder, Betrokkenheid, Elsewhere, Numbers, Participation, Standing,
};
use basisnet_admin_ui::accessibility::Accessibility;
use basisnet_admin_ui::form::Field;
use basisnet_admin_ui::format::Day;
use basisnet_admin_ui::frame::{Frame, Section};
use basisnet_admin_ui::log::{Entry, Log};
use basisnet_admin_ui::search::{Coverage, Hit, Search};
use basisnet_admin_ui::sign_in::SignIn;

use super::{Gallery, NOW, html};

impl Gallery {
    pub(super) fn own_register(&self) -> Vec<(String, String)> {
        let pages = [
            ("aanmelden", self.sign_in(false)),
            ("aanmelden-fout", self.sign_in(true)),
            ("zoeken", self.search(None, None)),
            ("zoeken-gevonden", self.search(Some(12), None)),
            ("zoeken-leeg", self.search(Some(0), None)),
            ("zoeken-fout", self.search(None, Some("fout-zoekterm-leeg"))),
            ("aanbieder", self.aanbieder(Participation::TakesPart, true)),
            (
                "aanbieder-persoon",
                self.aanbieder(Participation::NaturalPerson, false),
            ),
            (
                "aanbieder-rechtsvorm",
                self.aanbieder(Participation::LegalFormUnknown, false),
            ),
            (
                "aanbieder-alleen",
                self.aanbieder(Participation::TakesPart, false),
            ),
            ("logboek", self.log(14)),
            ("logboek-leeg", self.log(0)),
            ("toegankelijkheid", self.accessibility()),
        ];
        pages.map(|(name, html)| (name.to_owned(), html)).into()
    }

    fn sign_in(&self, wrong: bool) -> String {
        let page = SignIn {
            name: Field::new("naam").filled(self.said("toezicht")),
            password: Field::new("wachtwoord")
                .wrong(wrong.then(|| self.t().s("fout-wachtwoord-leeg"))),
            next: self.said("/zoeken"),
            session_ended: !wrong,
            failure: None,
        };
        let frame = Frame {
            account: None,
            menu: Vec::new(),
            ..self.frame(None)
        };
        html(page.page(&frame))
    }

    fn search(&self, found: Option<usize>, wrong: Option<&str>) -> String {
        let hit = |at: usize| Hit {
            id: format!("{at:032x}"),
            name: self.said(&format!("Stichting Zorgpunt {}", at + 1)),
            kvk: (at != 3).then(|| format!("{:08}", 4_100_000 + at)),
            agb: (0..at % 3)
                .map(|agb| format!("{:08}", 73_730_000 + agb))
                .collect(),
            known_elsewhere: at % 4,
            takes_part: at % 5 != 4,
        };
        let page = Search {
            query: Field::new("zoekterm")
                .filled(self.said("zorgpunt"))
                .wrong(wrong.map(|key| self.t().s(key))),
            hits: found.map(|n| (0..n).map(hit).collect()),
            more: found.is_some_and(|n| n > 10),
            coverage: Some(Coverage {
                total: 300,
                taking_part: 212,
                legal_form_unknown: 61,
                natural_person: 27,
                other: 0,
            }),
        };
        html(page.page(&self.frame(Some(Section::Search))))
    }

    fn aanbieder(&self, participation: Participation, others: bool) -> String {
        let other = |at: usize, name: &str, standing| Elsewhere {
            oin: format!("0000009900000000000{at}"),
            name: self.said(name),
            as_of: (standing != Standing::NotAsked).then_some(NOW),
            age_days: at,
            contact: matches!(standing, Standing::Known { .. }).then(|| self.contact()),
            inzage: (at == 1).then(|| "00".repeat(16)),
            standing,
        };
        let since = Some(Day::from_days(20_700));
        let elsewhere = vec![
            other(1, "Amersfoort", Standing::Known { since }),
            other(2, "Apeldoorn", Standing::NoAnswer),
            other(3, "Arnhem", Standing::NotFound),
            other(
                4,
                "Regionale inkooporganisatie FoodValley",
                Standing::NotAsked,
            ),
        ];
        let page = Aanbieder {
            id: "0a".repeat(16),
            name: self.said("Stichting Zorgpunt Veenendaal"),
            numbers: Some(Numbers {
                kvk: Some("04100001".to_owned()),
                vestigingen: vec!["000012345678".to_owned()],
                agb: vec!["73730001".to_owned(), "73730002".to_owned()],
                rsin: Some("004100001".to_owned()),
            }),
            legal_form: Some(self.said("Stichting")),
            created: Some(NOW),
            participation,
            reasons: if participation == Participation::Withheld {
                self.grounds()
            } else {
                Vec::new()
            },
            betrokkenheden: if others {
                self.betrokkenheden()
            } else {
                Vec::new()
            },
            elsewhere: if others { elsewhere } else { Vec::new() },
            may_ask: true,
            samenloop: others.then_some(3),
            followed: Some(others),
        };
        html(page.page(&self.frame(Some(Section::Search))))
    }

    pub(super) fn betrokkenheden(&self) -> Vec<Betrokkenheid> {
        let one = |kind: &str, text: &str, until| Betrokkenheid {
            kind: kind.to_owned(),
            description: self.said(text),
            from: Some(Day::from_days(19_724)),
            until,
            words: (kind == "contract").then(|| self.said("Elk kwartaal een gesprek")),
            notes: vec![self.t().s("onder-beroepsgeheim")],
        };
        vec![
            one(
                "contract",
                "Wmo 2015, inspanningsgericht, hoofdaannemer",
                None,
            ),
            one("toezicht", "kwaliteit", Some(Day::from_days(20_100))),
        ]
    }

    fn log(&self, entries: u64) -> String {
        let entry = |number| Entry {
            number,
            at: (number > 0).then_some(NOW),
            sentence: self.said("Account toezicht vroeg Amersfoort om inzage."),
        };
        let page = Log {
            entries: (0..entries).rev().map(entry).collect(),
            total: 1_214,
            newer: (entries > 0).then(|| self.said("1214")),
            older: (entries > 0).then(|| self.said("1200")),
            own_only: entries == 0,
        };
        html(page.page(&self.frame(Some(Section::Log))))
    }

    fn accessibility(&self) -> String {
        let page = Accessibility {
            mailbox: Some(self.said("beheer@veenendaal.example")),
        };
        html(page.page(&self.frame(None)))
    }
}
