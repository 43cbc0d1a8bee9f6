// SPDX-License-Identifier: EUPL-1.2
//! An example of every page in every state that looks different. All checks run over all of them.

use basisnet_admin_ui::RenderError;
use basisnet_admin_ui::aanbieder::{
    Aanbieder, Betrokkenheid, Contact, Elsewhere, Numbers, Participation, Standing,
};
use basisnet_admin_ui::accessibility::Accessibility;
use basisnet_admin_ui::alarms::{Alarm, AlarmRow, Alarms, Decided, State as AlarmState};
use basisnet_admin_ui::fault::{FaultKind, FaultPage};
use basisnet_admin_ui::form::{Choice, Field};
use basisnet_admin_ui::format::{Day, Moment};
use basisnet_admin_ui::frame::{Account, Frame, MenuItem, Notice, NoticeKind, Section};
use basisnet_admin_ui::i18n::{Language, Text};
use basisnet_admin_ui::inzage::{
    About, Answer, Answered, Contract, Inzage, InzageRow, Inzagen, Label, State, StateName,
    Toezicht,
};
use basisnet_admin_ui::inzage_form::{Ground, InzageForm, Step};
use basisnet_admin_ui::log::{Entry, Log};
use basisnet_admin_ui::notices::{NoticeRow, Notices, Told};
use basisnet_admin_ui::requests::{
    Outcome, Request, RequestRow, Requests, UnseenRequest, UnseenRow,
};
use basisnet_admin_ui::search::{Coverage, Hit, Search};
use basisnet_admin_ui::sign_in::SignIn;

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

    fn own_register(&self) -> Vec<(String, String)> {
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

    fn between_nodes(&self) -> Vec<(String, String)> {
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

    fn betrokkenheden(&self) -> Vec<Betrokkenheid> {
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

    fn field(&self, name: &'static str, list: &str, codes: &[&str], chosen: bool) -> Field {
        let choice = |(at, code): (usize, &&str)| Choice {
            value: (*code).to_owned(),
            label: format!("{}{}", self.t().term(list, code), self.mark),
            hint: self.t().maybe(&format!("{list}-{code}-uitleg")),
            chosen: chosen && at < 1 + usize::from(name == "categorie"),
        };
        Field::new(name).choices(codes.iter().enumerate().map(choice).collect())
    }

    fn form(&self, step: Step, wrong: bool, refused: bool) -> String {
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

    fn grounds(&self) -> Vec<Ground> {
        vec![Ground {
            guard: self.said("V16-treffer"),
            article: self.said("AVG art. 5 lid 1 onder b"),
            explanation: self.said("Het convenant staat dit doel niet toe voor uw rol."),
            remedy: self.said("een convenant dat het doel P03 voor deze rol noemt."),
        }]
    }

    fn inzagen(&self, rows: usize) -> String {
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

    fn answer(&self) -> Answer {
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

    fn states(&self) -> Vec<(&'static str, State)> {
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

    fn inzage(&self, state: State) -> String {
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
            }),
            asked: NOW,
            state,
            contact: Some(self.contact()),
        };
        html(page.page(&self.frame(Some(Section::Inzagen))))
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

    fn accessibility(&self) -> String {
        let page = Accessibility {
            mailbox: Some(self.said("beheer@veenendaal.example")),
        };
        html(page.page(&self.frame(None)))
    }
}

fn html(page: Result<String, RenderError>) -> String {
    page.unwrap_or_else(|fault| fault.to_string())
}

fn unseen_row() -> UnseenRow {
    UnseenRow {
        id: "0b".repeat(16),
        decide_by: NOW,
    }
}
