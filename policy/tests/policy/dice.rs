// SPDX-License-Identifier: EUPL-1.2
//! Random questions: mostly in order, with here and there something wrong or missing.

use std::collections::BTreeSet;
use std::sync::Arc;

use basisnet_policy::{
    AanbiederFacts, Action, ConvenantFacts, DataClass, Fact, Facts, FgAdvice, Followed, InForce,
    Obligations, Question,
};
use basisnet_protocol::convenant::{Member, PurposeTerms};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, PurposeId, Role};
use basisnet_protocol::time::{Date, Timestamp};
use proptest::prelude::*;

use crate::scene::{Scene, WEIGHING, content, oin};

/// Bytes that are turned into choices, one after another.
struct Dice(std::vec::IntoIter<u8>);

impl Dice {
    fn roll(&mut self) -> u8 {
        self.0.next().unwrap_or(0)
    }

    /// The first mostly, any other now and then.
    fn mostly<T: Clone>(&mut self, choices: &[T]) -> T {
        let roll = usize::from(self.roll());
        if roll < 230 {
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
        "P17" => ("avg-6.1.e", Role::Contractmanager, &[]),
        _ => ("avg-6.1.e", Role::Contractmanager, &[]),
    }
}

/// A random question with its facts, perhaps with a proposal.
pub(crate) fn scene() -> impl Strategy<Value = Scene> {
    proptest::collection::vec(any::<u8>(), 64).prop_map(|bytes| make(&mut Dice(bytes.into_iter())))
}

fn make(dice: &mut Dice) -> Scene {
    let action = dice.even(&Action::ALL);
    let code = match action {
        Action::Discover => dice.mostly(&["P08", "P03", "P99"]),
        Action::Aggregate => dice.mostly(&["P17", "P03", "P08"]),
        Action::Ask | Action::Inspect | Action::Use => {
            dice.even(&["P01", "P03", "P05", "P12", "P03"])
        }
    };
    let code = dice.mostly(&[code, "P77"]);
    let now = dice.mostly(&[NOW, NOW, NOW / 2, NOW * 2]);
    let question = question(dice, action, code);
    let convenant = dice
        .mostly(&[true, true, true, false])
        .then(|| convenant(dice, &question));
    let proposal = dice.mostly(&[false, true]).then(|| Obligations {
        categories: dice.some(
            &Vec::from_iter(question.categories.clone()),
            &Category::Contact,
        ),
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

fn question(dice: &mut Dice, action: Action, code: &str) -> Question {
    let (basis, role, categories) = usual(code);
    Question {
        action,
        asker: oin(dice.mostly(&["A", "W"])),
        source: oin(dice.mostly(&["B", "W"])),
        purpose: code.parse().unwrap(),
        purpose_version: dice.mostly(&[1, 2]),
        legal_basis: dice
            .mostly(&[basis, "jw-2.9", "avg-6.1.a"])
            .parse()
            .unwrap(),
        role: dice.mostly(&[Some(role), Some(Role::Beheerder), None]),
        categories: dice.some(categories, &Category::Label),
        weighing: dice.mostly(&[Some(WEIGHING), None]),
        case_ref: dice.mostly(&[Some(Octets([9; 32])), None]),
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
    content.members = ["A", "B"]
        .map(|name| Member {
            oin: oin(name),
            name: name.to_owned(),
            gemeente: None,
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
    let purpose: PurposeId = question.purpose.clone();
    Facts {
        convenant,
        pair_open: dice.fact(true),
        suspended: dice.fact(false),
        in_force: dice.mostly(&[true, false]).then(|| InForce {
            purpose: dice.mostly(&[purpose.as_str(), "P01"]).parse().unwrap(),
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
        }),
        used_today: dice.mostly(&[Some(0), Some(25), None]),
        cell: dice.mostly(&[Some(12), Some(4), None]),
        collected_for: dice.mostly(&[Some(purpose), Some(PurposeId::matching()), None]),
        aanbieder: AanbiederFacts {
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
        },
    }
}
