// SPDX-License-Identifier: EUPL-1.2
//! Random questions: mostly in order, with here and there something wrong or missing.

use std::collections::BTreeSet;
use std::sync::Arc;

use basisnet_policy::{
    AanbiederFacts, Action, ConvenantFacts, DataClass, Domain, Fact, Facts, FgAdvice, Field,
    Followed, FurtherUse, Given, InForce, Mandate, Obligations, PersonFacts, Question, RecordFacts,
    RecordKind,
};
use basisnet_protocol::convenant::{Member, PurposeTerms};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::Law;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, PurposeId, Role};
use basisnet_protocol::time::{Date, Period, Timestamp};
use proptest::prelude::*;

use crate::scene::{Scene, WEIGHING, content, oin};

/// Bytes that are turned into choices, one after another.
struct Dice {
    bytes: std::vec::IntoIter<u8>,
    /// Of 256 rolls so many come out as usual.
    usual: usize,
}

impl Dice {
    fn roll(&mut self) -> u8 {
        self.bytes.next().unwrap_or(0)
    }

    /// The first mostly, any other now and then.
    fn mostly<T: Clone>(&mut self, choices: &[T]) -> T {
        let roll = usize::from(self.roll());
        if roll < self.usual {
            choices[0].clone()
        } else {
            choices[roll % choices.len()].clone()
        }
    }

    fn even<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.roll()) % choices.len()].clone()
    }

    fn fact(&mut self, usual: bool) -> Fact {
        self.mostly(&[usual.into(), (!usual).into(), Fact::Unknown])
    }

    fn some<T: Ord + Clone>(&mut self, usual: &[T], other: &T) -> BTreeSet<T> {
        let mut set: BTreeSet<T> = usual.iter().cloned().collect();
        match self.mostly(&[0, 1, 2]) {
            0 => {}
            1 => drop(set.insert(other.clone())),
            _ => drop(set.pop_first()),
        }
        set
    }
}

/// So many random questions are put: as many as usual, or fewer when `BASISNET_QUESTIONS` says so.
pub(crate) fn at_most(usual: u32) -> u32 {
    asked().unwrap_or(usual).min(usual)
}

/// How many `BASISNET_QUESTIONS` says.
pub(crate) fn asked() -> Option<u32> {
    std::env::var("BASISNET_QUESTIONS").ok()?.parse().ok()
}

/// A moment in 2026, at which the catalogue is valid.
pub(crate) const NOW: u64 = 1_795_000_000_000;
const DAY: u64 = 86_400_000;

/// What the catalogue says of a purpose, as far as a question needs it.
fn usual(purpose: &str) -> (&'static str, Role, &'static [Category]) {
    match purpose {
        "P01" => (
            "wmo-5.1.1-6",
            Role::Contractmanager,
            &[Category::Contract, Category::Contact],
        ),
        "P03" => (
            "wmo-6.1",
            Role::ToezichthouderKwaliteit,
            &[Category::Toezicht, Category::Contact],
        ),
        "P05" => (
            "jw-7.4.0",
            Role::ToezichthouderRechtmatigheid,
            &[Category::Contract, Category::Toezicht],
        ),
        "P12" => (
            "wmo-2.1.3",
            Role::Contractmanager,
            &[Category::Label, Category::Contact],
        ),
        "P96" => ("avg-6.1.e", Role::Contractmanager, &[Category::Contract]),
        "P98" => (
            "wmo-6.1",
            Role::ToezichthouderRechtmatigheid,
            &[Category::Toezicht, Category::Contact],
        ),
        "P06" => (
            "wmo-3.4",
            Role::ToezichthouderKwaliteit,
            &[Category::Contact],
        ),
        "P17" => ("avg-6.1.e", Role::Beleid, &[]),
        "P20" => ("wgr-mandaat", Role::Contractmanager, &[Category::Contract]),
        "P04" => ("wmo-6.1", Role::ToezichthouderRechtmatigheid, &[]),
        "P07" => ("wmo-6.1", Role::ToezichthouderKwaliteit, &[]),
        "P21" => ("avg-12-22", Role::Privacyfunctionaris, &[]),
        _ => ("avg-6.1.e", Role::Contractmanager, &[]),
    }
}

/// A role on the other side of supervision.
fn across(role: Role) -> Role {
    match role == Role::ToezichthouderKwaliteit {
        true => Role::ToezichthouderRechtmatigheid,
        false => Role::ToezichthouderKwaliteit,
    }
}

/// The task to which a purpose belongs, and a kind of record that is usual there.
fn home(purpose: &str) -> (Domain, RecordKind) {
    match purpose {
        "P03" | "P06" => (Domain::ToezichtKwaliteit, RecordKind::Onderzoek),
        "P04" | "P05" | "P98" => (Domain::ToezichtRechtmatigheid, RecordKind::Contract),
        "P07" => (Domain::Intake, RecordKind::Signaal),
        "P21" => (Domain::Rechten, RecordKind::Melding),
        _ => (Domain::Contractbeheer, RecordKind::Contract),
    }
}

/// A random question with its facts, perhaps with a proposal.
pub(crate) fn scene() -> impl Strategy<Value = Scene> {
    thrown(230)
}

/// The same, with more that is wrong at once.
pub(crate) fn worse() -> impl Strategy<Value = Scene> {
    thrown(180)
}

fn thrown(usual: usize) -> impl Strategy<Value = Scene> {
    let bytes = proptest::collection::vec(any::<u8>(), 112);
    bytes.prop_map(move |bytes| {
        make(&mut Dice {
            bytes: bytes.into_iter(),
            usual,
        })
    })
}

fn make(dice: &mut Dice) -> Scene {
    let action = dice.even(&Action::ALL);
    let code = match action {
        Action::Discover => dice.mostly(&["P08", "P03", "P99"]),
        Action::Aggregate => dice.mostly(&["P17", "P03", "P08"]),
        Action::Ask | Action::Inspect | Action::Use => {
            dice.even(&["P01", "P03", "P05", "P12", "P20", "P96", "P98", "P06"])
        }
        Action::View | Action::Handle => dice.even(&["P01", "P03", "P04", "P06", "P07", "P21"]),
        Action::HandOver => dice.even(&["P01", "P07", "P07", "P03"]),
    };
    let code = dice.mostly(&[code, "P77"]);
    let now = dice.mostly(&[NOW, NOW, NOW / 2, NOW * 2]);
    let question = question(dice, action, code);
    let convenant = dice
        .mostly(&[true, true, true, false])
        .then(|| convenant(dice, &question));
    let proposal = dice.mostly(&[false, true, true]).then(|| Obligations {
        categories: {
            let other = dice.even(&[Category::Contact, Category::Label]);
            dice.some(&Vec::from_iter(question.categories.clone()), &other)
        },
        fields: fields(dice, &question),
        retain_until: Timestamp::from_millis(now + dice.even(&[1, 20, 60, 95]) * DAY),
        min_cell: dice.even(&[3, 5, 12]),
    });
    let facts = facts(dice, &question, convenant, now);
    Scene {
        question,
        facts,
        proposal,
        now: Timestamp::from_millis(now),
    }
}

/// Some fields of what is asked about, and sometimes one of something else.
fn fields(dice: &mut Dice, question: &Question) -> BTreeSet<Field> {
    let of_record = question.record.into_iter().flat_map(Field::of);
    let of_answer = question
        .categories
        .iter()
        .copied()
        .flat_map(Field::of_category);
    let usual: Vec<Field> = match question.action.is_own() {
        true => of_record.collect(),
        false => of_answer.collect(),
    };
    let kept = dice.even(&[1, 2, 9]);
    let some: Vec<Field> = usual.into_iter().take(kept).collect();
    dice.some(&some, &Field::ContractPrijs)
}

fn question(dice: &mut Dice, action: Action, code: &str) -> Question {
    let (basis, role, categories) = usual(code);
    let own = action.is_own();
    let (_, kind) = home(code);
    let kinds = [
        kind,
        RecordKind::Toezicht,
        RecordKind::Onderzoek,
        RecordKind::Melding,
        RecordKind::Aanbieder,
    ];
    let mut question = plain(dice, action, code, (basis, role, categories));
    question.on_behalf_of = match code {
        "P20" => dice.mostly(&[Some(oin("C")), Some(oin("B")), None]),
        _ => dice.mostly(&[None, Some(oin("C")), Some(oin("W"))]),
    };
    question.record = match own {
        true => {
            let kind = dice.even(&kinds);
            dice.mostly(&[Some(kind), None])
        }
        false => None,
    };
    if action == Action::HandOver {
        let to = [
            Some(Domain::ToezichtKwaliteit),
            Some(Domain::Contractbeheer),
            Some(Domain::Intake),
            None,
        ];
        question.hand_over_to = dice.even(&to);
    }
    if dice.mostly(&[false, true]) {
        question.fields = Some(fields(dice, &question));
    }
    question
}

fn plain(
    dice: &mut Dice,
    action: Action,
    code: &str,
    (basis, role, categories): (&str, Role, &[Category]),
) -> Question {
    let asker = oin(dice.mostly(&["A", "W"]));
    let source = match action.is_own() {
        true => asker,
        false => oin(dice.mostly(&["B", "W"])),
    };
    Question {
        action,
        asker,
        source,
        purpose: code.parse().unwrap(),
        purpose_version: dice.mostly(&[1, 2]),
        legal_basis: dice
            .mostly(&[basis, "jw-2.9", "avg-6.1.a"])
            .parse()
            .unwrap(),
        role: dice.mostly(&[Some(role), Some(Role::Beheerder), None, Some(across(role))]),
        categories: dice.some(categories, &Category::Label),
        weighing: dice.mostly(&[Some(WEIGHING), None]),
        case_ref: dice.mostly(&[Some(Octets([9; 32])), None]),
        on_behalf_of: None,
        record: None,
        fields: None,
        hand_over_to: None,
    }
}

fn convenant(dice: &mut Dice, question: &Question) -> ConvenantFacts {
    let (basis, role, categories) = usual(question.purpose.as_str());
    let terms = |dice: &mut Dice| PurposeTerms {
        id: dice
            .mostly(&[question.purpose.as_str(), "P03"])
            .parse()
            .unwrap(),
        version: dice.mostly(&[question.purpose_version, 1, 2]),
        legal_bases: dice.some(&[basis.parse().unwrap()], &"jw-2.9".parse().unwrap()),
        categories: dice.some(categories, &Category::Contract),
        roles: dice.some(&[role], &Role::Fg),
        retention_days: dice.even(&[30, 90, 400]),
        automatic: BTreeSet::new(),
    };
    let mut agreed = vec![terms(dice)];
    if dice.mostly(&[false, true]) {
        agreed.push(terms(dice));
    }
    let mut content = content(agreed);
    content.natural_persons = dice.even(&[true, false]);
    content.budgets.inzage_per_day = dice.mostly(&[25, 0]);
    let partnership = dice.mostly(&[None, Some("A"), Some("B"), Some("C")]);
    content.members = [("A", "0001"), ("B", "0002"), ("C", "0003")]
        .map(|(name, code)| Member {
            oin: oin(name),
            name: name.to_owned(),
            gemeente: code.parse().ok().filter(|_| partnership != Some(name)),
        })
        .to_vec();
    ConvenantFacts::new(Arc::new(content), Octets([1; 32]), dice.fact(true))
}

fn facts(
    dice: &mut Dice,
    question: &Question,
    convenant: Option<ConvenantFacts>,
    now: u64,
) -> Facts {
    Facts {
        convenant,
        pair_open: dice.fact(true),
        suspended: dice.fact(false),
        in_force: dice
            .mostly(&[true, false])
            .then(|| in_force(dice, question)),
        mandate: dice
            .mostly(&[true, false])
            .then(|| mandate(dice, question, now)),
        further_uses: further_uses(dice, question, now),
        person: dice.mostly(&[true, false]).then(|| person(dice, question)),
        used_today: dice.mostly(&[Some(0), Some(25), None]),
        cell: dice.mostly(&[Some(12), Some(4), None]),
        given: dice
            .mostly(&[true, false])
            .then(|| given(dice, question, now)),
        aanbieder: aanbieder(dice, &question.purpose, now),
        record: record(dice, question, now),
    }
}

fn in_force(dice: &mut Dice, question: &Question) -> InForce {
    InForce {
        purpose: dice
            .mostly(&[question.purpose.as_str(), "P01"])
            .parse()
            .unwrap(),
        version: dice.mostly(&[question.purpose_version, 3]),
        who: "directeur".to_owned(),
        mandate: "mandaat".to_owned(),
        since: Timestamp::from_millis(dice.mostly(&[NOW / 2, NOW + 1])),
        advice: FgAdvice {
            who: "fg".to_owned(),
            given: Date::from_days(20_000),
            followed: Followed::Yes,
        },
        dpia_ref: "DPIA".to_owned(),
        until: dice.mostly(&[
            None,
            Some(Timestamp::from_millis(NOW)),
            Some(Timestamp::from_millis(NOW + 1)),
        ]),
    }
}

fn aanbieder(dice: &mut Dice, purpose: &PurposeId, now: u64) -> AanbiederFacts {
    AanbiederFacts {
        natural_person: dice.even(&[Fact::No, Fact::No, Fact::Unknown, Fact::Yes]),
        restricted: dice.fact(false),
        data_classes: dice.mostly(&[
            Some(BTreeSet::from([DataClass::Organisatie])),
            Some(BTreeSet::from([
                DataClass::Organisatie,
                DataClass::NatuurlijkPersoon,
            ])),
            Some(BTreeSet::from([
                DataClass::Organisatie,
                DataClass::Strafrechtelijk,
            ])),
            Some(BTreeSet::new()),
            None,
        ]),
        retained_until: dice
            .mostly(&[Some(400), Some(10), Some(0), None])
            .map(|days| Timestamp::from_millis(now + days * DAY)),
        hearing_over: dice.fact(true),
        treffer: dice.fact(true),
        secret: dice.fact(false),
        received: dice.fact(false),
        collected_for: dice.mostly(&[
            Some(BTreeSet::from([purpose.clone()])),
            Some(BTreeSet::from([purpose.clone(), code("P01")])),
            Some(BTreeSet::from([code("P22")])),
            None,
        ]),
        care_forms: dice.mostly(&[
            Some(BTreeSet::from(["02".to_owned()])),
            Some(BTreeSet::from(["07".to_owned()])),
            None,
        ]),
    }
}

fn code(text: &str) -> PurposeId {
    text.parse().unwrap()
}

fn mandate(dice: &mut Dice, question: &Question, now: u64) -> Mandate {
    let usual: Oin = question.on_behalf_of.unwrap_or(oin("C"));
    let purpose = question.purpose.clone();
    Mandate {
        holder: dice.mostly(&[question.asker, oin("B")]),
        member: dice.mostly(&[usual, oin("B")]),
        purposes: dice.some(&[purpose], &code("P01")),
        care_forms: dice.some(&["02".to_owned()], &"07".to_owned()),
        valid: Period {
            from: Timestamp::from_millis(dice.mostly(&[now / 2, now, now + 1])),
            until: Timestamp::from_millis(dice.mostly(&[now + DAY, now, now + 1])),
        },
    }
}

fn further_uses(dice: &mut Dice, question: &Question, now: u64) -> BTreeSet<FurtherUse> {
    let one = FurtherUse {
        from: dice.mostly(&[code("P22"), code("P05")]),
        to: dice.mostly(&[question.purpose.clone(), code("P02")]),
        since: Timestamp::from_millis(dice.mostly(&[now / 2, now, now + 1])),
        until: dice.mostly(&[
            None,
            Some(Timestamp::from_millis(now)),
            Some(Timestamp::from_millis(now + 1)),
        ]),
    };
    dice.even(&[vec![], vec![one]]).into_iter().collect()
}

fn person(dice: &mut Dice, question: &Question) -> PersonFacts {
    let role = question.role.unwrap_or(Role::Contractmanager);
    PersonFacts {
        roles: dice.some(&[role], &Role::Auditor),
        tasks: dice.some(std::slice::from_ref(&question.purpose), &code("P02")),
    }
}

fn given(dice: &mut Dice, question: &Question, now: u64) -> Given {
    Given {
        retain_until: Timestamp::from_millis(dice.mostly(&[now + DAY, now, now + 1])),
        purpose: dice.mostly(&[question.purpose.clone(), PurposeId::matching()]),
        group_id: dice.mostly(&["proef", "anders"]).to_owned(),
        source: dice.mostly(&[question.source, oin("C")]),
    }
}

fn record(dice: &mut Dice, question: &Question, now: u64) -> RecordFacts {
    let (domain, _) = home(question.purpose.as_str());
    let domains = [
        Some(domain),
        Some(Domain::Contractbeheer),
        Some(Domain::ToezichtKwaliteit),
        None,
    ];
    let classes = BTreeSet::from([DataClass::Organisatie]);
    let client = BTreeSet::from([DataClass::Organisatie, DataClass::Client]);
    RecordFacts {
        domain: dice.mostly(&domains),
        handed_over_to: dice.mostly(&[
            Some(BTreeSet::new()),
            Some(BTreeSet::from([domain])),
            Some(BTreeSet::from([Domain::Intake])),
            None,
        ]),
        collected_for: dice.mostly(&[
            Some(question.purpose.clone()),
            Some(code("P01")),
            Some(code("P22")),
            None,
        ]),
        laws: dice.mostly(&[
            Some(BTreeSet::from([Law::Wmo])),
            Some(BTreeSet::from([Law::Wmo, Law::Jeugdwet])),
            Some(BTreeSet::new()),
            None,
        ]),
        data_classes: dice.mostly(&[Some(classes), Some(client), None]),
        assigned: dice.fact(true),
        shielded: dice.fact(false),
        restricted: dice.fact(false),
        secret: dice.fact(false),
        secrecy_weighed: dice.fact(true),
        retained_until: dice
            .mostly(&[Some(400 * DAY), Some(1), Some(0), None])
            .map(|term| Timestamp::from_millis(now + term)),
    }
}
