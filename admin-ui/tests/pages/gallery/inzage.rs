// SPDX-License-Identifier: EUPL-1.2
//! Asking another gemeente, and what came of it.

use basisnet_admin_ui::form::Field;
use basisnet_admin_ui::format::Day;
use basisnet_admin_ui::frame::{Frame, Notice, NoticeKind, Section};
use basisnet_admin_ui::inzage::{
    About, Answer, Answered, Contract, Inzage, InzageRow, Inzagen, Label, State, StateName,
    Toezicht,
};
use basisnet_admin_ui::inzage_form::{Ground, InzageForm, Step};

use super::{Gallery, NOW, html};

impl Gallery {
    pub(super) fn form(&self, step: Step, wrong: bool, refused: bool) -> String {
        let fault = |key: &str| wrong.then(|| self.t().s(key));
        let chosen = !wrong;
        let proportionality = ["ongoing_onderzoek", "contract_decision", "samenloop"];
        let subsidiarity = ["aanbieder_asked", "asking_would_harm", "not_public"];
        let categories = ["contract", "toezicht", "label", "contact"];
        let page = InzageForm {
            aanbieder_id: "0a".repeat(16),
            aanbieder: self.said("Stichting Zorgpunt Veenendaal"),
            oin: "00000099000000000001".to_owned(),
            member: self.said("Amersfoort"),
            purpose: self
                .field("doel", "doel", &["P03", "P01"], chosen)
                .wrong(fault("fout-doel-leeg")),
            case_reference: Field::new("zaak")
                .filled(self.said("Z-2026-014"))
                .wrong(fault("fout-zaak-lang")),
            proportionality: self
                .field("evenredigheid", "evenredigheid", &proportionality, chosen)
                .wrong(fault("fout-evenredigheid-leeg")),
            subsidiarity: self
                .field("subsidiariteit", "subsidiariteit", &subsidiarity, chosen)
                .wrong(fault("fout-subsidiariteit-leeg")),
            categories: self
                .field("categorie", "categorie", &categories, chosen)
                .wrong(fault("fout-categorie-leeg")),
            step,
            refusals: if refused { self.grounds() } else { Vec::new() },
        };
        html(page.page(&self.frame(Some(Section::Search))))
    }

    pub(super) fn grounds(&self) -> Vec<Ground> {
        vec![Ground {
            guard: self.said("V16-treffer"),
            article: self.said("AVG art. 5 lid 1 onder b"),
            explanation: self.said("Het convenant staat dit doel niet toe voor uw rol."),
            remedy: self.said("een convenant dat het doel P03 voor deze rol noemt."),
        }]
    }

    pub(super) fn inzagen(&self, rows: usize) -> String {
        let states = [
            StateName::Sending,
            StateName::Waiting,
            StateName::Answered,
            StateName::Refused,
            StateName::NoAnswer,
            StateName::Expired,
            StateName::Withdrawn,
        ];
        let row = |(at, state): (usize, StateName)| InzageRow {
            id: format!("{at:032x}"),
            aanbieder: self.said("Stichting Zorgpunt Veenendaal"),
            member: self.said("Amersfoort"),
            purpose: (at != 3).then(|| self.t().term("doel", "P03")),
            asked: NOW,
            state,
        };
        let page = Inzagen {
            rows: states.into_iter().enumerate().take(rows).map(row).collect(),
            older: (rows > 0).then(|| self.said("42")),
        };
        let frame = Frame {
            notice: Some(Notice {
                kind: NoticeKind::Done,
                text: self.said("Uw vraag is verstuurd."),
            }),
            ..self.frame(Some(Section::Inzagen))
        };
        html(page.page(&frame))
    }

    pub(super) fn answer(&self) -> Answer {
        Answer {
            contracts: Some(vec![Contract {
                law: self.t().term("wet", "wmo"),
                care_forms: vec![self.said("02"), self.said("15")],
                variant: self.t().term("variant", "inspanningsgericht"),
                role: self.t().term("contractrol", "main"),
                from: Day::from_days(19_724),
                until: None,
            }]),
            toezicht: Some(Toezicht {
                open: true,
                year: 2026,
                half: 2,
            }),
            label: Some(Label {
                letter: self.said("B"),
                date: Day::from_days(20_500),
                framework_version: 3,
            }),
            contact: Some(self.contact()),
            absent: vec![self.said("Het kwaliteitslabel")],
        }
    }

    pub(super) fn states(&self) -> Vec<(&'static str, State)> {
        let answered = Answered {
            at: NOW,
            answer: self.answer(),
            retain_until: NOW,
            purpose: self.t().term("doel", "P03"),
            convenant: self.said("Regio FoodValley, versie 1"),
            source: self.said("Amersfoort"),
        };
        vec![
            ("onderweg", State::Sending),
            ("wacht", State::Waiting { decide_by: NOW }),
            ("beantwoord", State::Answered(Box::new(answered))),
            (
                "geweigerd",
                State::RefusedByPerson {
                    reason: self.said("De vraag staat niet in verhouding tot het doel"),
                    at: Some(NOW),
                },
            ),
            ("geweigerd-node", State::RefusedByNode),
            ("tegengehouden", State::HeldBack(self.grounds())),
            ("gesloten", State::Closed(self.grounds())),
            ("geen-antwoord", State::NoAnswer { tried: Some(NOW) }),
            ("verlopen", State::Expired { at: NOW }),
            (
                "ingetrokken",
                State::Withdrawn {
                    at: NOW,
                    why: self.said("de gegevens zijn ingetrokken"),
                    answered: Some(NOW),
                },
            ),
        ]
    }

    pub(super) fn inzage(&self, state: State) -> String {
        let page = Inzage {
            id: "00".repeat(16),
            aanbieder: self.said("Stichting Zorgpunt Veenendaal"),
            aanbieder_id: "0a".repeat(16),
            member: self.said("Amersfoort"),
            about: Some(About {
                purpose: self.t().term("doel", "P03"),
                case_reference: self.said("Z-2026-014"),
                proportionality: self.t().term("evenredigheid", "ongoing_onderzoek"),
                subsidiarity: self.t().term("subsidiariteit", "not_public"),
                categories: vec![
                    self.t().s("categorie-contract"),
                    self.t().s("categorie-toezicht"),
                ],
                asked_by: self.said("toezicht"),
                on_behalf: Some(self.said("Renswoude")),
            }),
            asked: NOW,
            state,
            contact: Some(self.contact()),
        };
        html(page.page(&self.frame(Some(Section::Inzagen))))
    }
}
