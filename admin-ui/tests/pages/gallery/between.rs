// SPDX-License-Identifier: EUPL-1.2
//! What comes from other gemeenten: questions, notices, alarms.

use basisnet_admin_ui::alarms::{Alarm, AlarmRow, Alarms, Decided, State as AlarmState};
use basisnet_admin_ui::form::Field;
use basisnet_admin_ui::frame::Section;
use basisnet_admin_ui::inzage_form::Step;
use basisnet_admin_ui::notices::{NoticeRow, Notices, Told};
use basisnet_admin_ui::requests::{
    Outcome, Request, RequestRow, Requests, UnseenRequest, UnseenRow,
};

use super::{Gallery, NOW, html};

impl Gallery {
    pub(super) fn between_nodes(&self) -> Vec<(String, String)> {
        let pages = [
            ("inzage-vragen", self.form(Step::Fill, false, false)),
            ("inzage-vragen-fout", self.form(Step::Fill, true, false)),
            (
                "inzage-vragen-tegengehouden",
                self.form(Step::Fill, false, true),
            ),
            (
                "inzage-vragen-controle",
                self.form(Step::Preview, false, false),
            ),
            ("inzagen", self.inzagen(6)),
            ("inzagen-leeg", self.inzagen(0)),
            ("verzoeken", self.requests(3)),
            ("verzoeken-leeg", self.requests(0)),
            ("attenderingen", self.notices(true)),
            ("attenderingen-leeg", self.notices(false)),
            ("alarmen", self.alarms(true)),
            ("alarmen-leeg", self.alarms(false)),
            ("alarm", self.alarm(false, false)),
            ("alarm-fout", self.alarm(true, true)),
            ("alarm-besluit", self.alarm(true, false)),
            ("verzoek", self.request(None, false)),
            ("verzoek-fout", self.request(None, true)),
            ("verzoek-verlenen", self.request(Some("verlenen"), false)),
            ("verzoek-weigeren", self.request(Some("weigeren"), false)),
            ("verzoek-dicht", self.unseen_request(false, false)),
            ("verzoek-dicht-fout", self.unseen_request(false, true)),
            ("verzoek-dicht-weigeren", self.unseen_request(true, false)),
        ];
        pages.map(|(name, html)| (name.to_owned(), html)).into()
    }

    fn notices(&self, some: bool) -> String {
        let row = |told| NoticeRow {
            id: "0b".repeat(16),
            aanbieder: self.said("Stichting Zorgpunt Veenendaal"),
            aanbieder_id: "0a".repeat(16),
            at: NOW,
            told,
        };
        let (members, unknown) = (vec![self.said("Arnhem")], vec![self.said("Barneveld")]);
        let told = [
            Told::NewTreffer {
                member: self.said("Amersfoort"),
            },
            Told::Samenloop {
                count: 3,
                members: members.clone(),
                unknown,
            },
            Told::Samenloop {
                count: 3,
                members,
                unknown: Vec::new(),
            },
        ];
        let page = Notices {
            fresh: told.clone().into_iter().filter(|_| some).map(row).collect(),
            read: told.into_iter().filter(|_| some).map(row).collect(),
        };
        html(page.page(&self.frame(Some(Section::Notices))))
    }

    fn alarm_row(&self, state: AlarmState) -> AlarmRow {
        AlarmRow {
            id: "0c".repeat(16),
            member: self.said("Amersfoort"),
            what: self.said("Zegt opvallend veel van uw aanbieders te kennen: 40 van de 50."),
            times: 2,
            last: NOW,
            state,
        }
    }

    fn alarms(&self, some: bool) -> String {
        let decided = [
            AlarmState::GoesOn,
            AlarmState::Discussed,
            AlarmState::Suspended,
        ];
        let page = Alarms {
            open: some
                .then(|| self.alarm_row(AlarmState::Open))
                .into_iter()
                .collect(),
            decided: decided
                .into_iter()
                .filter(|_| some)
                .map(|state| self.alarm_row(state))
                .collect(),
        };
        html(page.page(&self.frame(Some(Section::Alarms))))
    }

    fn alarm(&self, may_decide: bool, wrong: bool) -> String {
        let outcomes = ["doorgaan", "besproken", "opschorten"];
        let page = Alarm {
            row: self.alarm_row(AlarmState::Suspended),
            first: NOW,
            decisions: vec![Decided {
                what: self.t().term("alarmbesluit", "opschorten"),
                reason: self.said("eerst uitzoeken"),
                by: self.said("directeur"),
                at: NOW,
            }],
            decision: self
                .field("alarmbesluit", "alarmbesluit", &outcomes, false)
                .wrong(wrong.then(|| self.t().s("fout-alarmbesluit-leeg"))),
            reason: Field::new("alarmreden").wrong(wrong.then(|| self.t().s("fout-alarmreden"))),
            may_decide,
        };
        html(page.page(&self.frame(Some(Section::Alarms))))
    }

    fn requests(&self, waiting: usize) -> String {
        let row = |outcome| RequestRow {
            id: "00".repeat(16),
            member: self.said("Amersfoort"),
            aanbieder: self.said("Stichting Zorgpunt Veenendaal"),
            purpose: self.t().term("doel", "P03"),
            received: NOW,
            decide_by: NOW,
            outcome,
        };
        let outcomes = [
            Outcome::Granted,
            Outcome::Refused,
            Outcome::Lapsed,
            Outcome::Automatic,
        ];
        let page = Requests {
            waiting: (0..waiting).map(|_| row(Outcome::Waiting)).collect(),
            unseen: (0..waiting).map(|_| unseen_row()).collect(),
            decided: outcomes.into_iter().take(waiting * 2).map(row).collect(),
        };
        html(page.page(&self.frame(Some(Section::Requests))))
    }

    fn request(&self, decision: Option<&str>, wrong: bool) -> String {
        let reasons = ["not_proportionate", "harms_toezicht", "statutory_route"];
        let decided = decision.unwrap_or_default();
        let page = Request {
            id: "00".repeat(16),
            member: self.said("Amersfoort"),
            on_behalf: Some(self.said("Renswoude")),
            requester_role: self.t().term("rol", "toezichthouder_kwaliteit"),
            aanbieder: self.said("Stichting Zorgpunt Veenendaal"),
            aanbieder_id: "0a".repeat(16),
            purpose: self.t().term("doel", "P03"),
            legal_basis: self.said("wmo-6.1"),
            proportionality: self.t().term("evenredigheid", "ongoing_onderzoek"),
            subsidiarity: self.t().term("subsidiariteit", "not_public"),
            categories: vec![self.t().s("categorie-contract")],
            received: NOW,
            decide_by: NOW,
            outcome: Outcome::Waiting,
            preview: Some(self.answer()),
            decision: self
                .field(
                    "besluit",
                    "besluit",
                    &["verlenen", "weigeren"],
                    decision.is_some(),
                )
                .filled(decided)
                .wrong(wrong.then(|| self.t().s("fout-besluit-leeg"))),
            reason: self
                .field("reden", "reden", &reasons, decision.is_some())
                .wrong(wrong.then(|| self.t().s("fout-reden-leeg"))),
            confirm: decision.is_some(),
            may_decide: true,
        };
        html(page.page(&self.frame(Some(Section::Requests))))
    }

    fn unseen_request(&self, confirm: bool, wrong: bool) -> String {
        let reasons = ["not_proportionate", "harms_toezicht", "statutory_route"];
        let page = UnseenRequest {
            row: unseen_row(),
            reason: self
                .field("redendicht", "reden", &reasons, confirm)
                .wrong(wrong.then(|| self.t().s("fout-reden-leeg"))),
            confirm,
        };
        html(page.page(&self.frame(Some(Section::Requests))))
    }
}

fn unseen_row() -> UnseenRow {
    UnseenRow {
        id: "0b".repeat(16),
        decide_by: NOW,
    }
}
