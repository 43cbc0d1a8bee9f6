// SPDX-License-Identifier: EUPL-1.2
//! Do the rules do what they are for? Which never say no, which say nothing of their own, and what can never be.
//!
//! Nothing is proved here for every world there could be. The finite part (actions, purposes, roles, categories) is
//! worked through whole: for each combination that the catalogue allows a question is made in which all is in order.
//! The rest is tried: each fact in turn, and each two together, is taken away or turned round. Every finding says on
//! how many questions it rests.

mod probe;
mod told;
mod wrong;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use basisnet_protocol::time::Timestamp;

use crate::decide::Engine;
use crate::decision::Decision;
use crate::guard::GuardId;
use crate::position::Fault;
use probe::Probe;

/// Something that a jurist should look at, at its place in the texts and with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// A rule cannot be evaluated for some questions; each of them is then refused.
    Faulty(Fault),
    /// The catalogue names a combination for which no yes is possible, whatever the facts.
    Never(Fault),
    /// A rule said no to none of the questions.
    Dead(Fault),
    /// Wherever a rule said no, another did too.
    Shadowed(Fault),
    /// On what the others rest.
    Summary {
        /// Questions in which all is in order.
        sound: usize,
        /// Questions in all.
        questions: usize,
        /// Rules.
        rules: usize,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Faulty(told) => write!(f, "niet uit te rekenen: {told}"),
            Self::Never(told) => write!(f, "tegenspraak: {told}"),
            Self::Dead(told) => write!(f, "nooit nee: {told}"),
            Self::Shadowed(told) => write!(f, "overbodig?: {told}"),
            Self::Summary {
                sound,
                questions,
                rules,
            } => write!(
                f,
                "onderzocht: {rules} regels, {sound} vragen waarin alles in orde is (alle combinaties van handeling, doel, rol en gegevens uit de catalogus) en {questions} vragen in totaal (daarvan telkens een of twee feiten veranderd)"
            ),
        }
    }
}

/// Looks for rules of the gemeente that do nothing of their own and for what can never be allowed, at a moment.
///
/// The rules of the program are not told as dead or shadowed: they cannot be taken away, and that each of them says no
/// by itself is shown by the cases that come with the program.
#[must_use]
pub fn analyse(engine: &Engine, now: Timestamp) -> Vec<Finding> {
    let probes = probe::all(engine, now);
    let mut seen = Seen::of(engine);
    let mut findings = BTreeSet::new();
    for probe in &probes {
        let refused = refused(engine, probe);
        let sound: BTreeSet<_> = refused.guards.difference(&refused.faulty).collect();
        if probe.is_sound() && !sound.is_empty() {
            findings.insert(Finding::Never(told::never(engine, probe, &sound)));
        }
        seen.add(&refused);
    }
    let own = engine.rules().guards().filter(|guard| guard.id.is_local());
    let mut findings: Vec<_> = findings.into_iter().collect();
    findings.splice(..0, seen.faulty(probes.len()));
    for guard in own {
        findings.extend(seen.about(engine, &guard.id, probes.len()));
    }
    let sound = probes.iter().filter(|probe| probe.is_sound()).count();
    findings.push(Finding::Summary {
        sound,
        questions: probes.len(),
        rules: engine.rules().guards().count(),
    });
    findings
}

/// Which tests said no to a question, and which of them because they cannot be evaluated.
#[derive(Default)]
struct Refused {
    guards: BTreeSet<GuardId>,
    faulty: BTreeSet<GuardId>,
    faults: Vec<Fault>,
}

fn refused(engine: &Engine, probe: &Probe) -> Refused {
    let refusal = match probe.scene.decide(engine) {
        Decision::Permit(permit) => {
            return Refused {
                guards: permit.withheld().values().flatten().cloned().collect(),
                ..Refused::default()
            };
        }
        Decision::Refuse(refusal) => refusal,
    };
    let faults = match refusal.is_faulty() {
        true => probe.scene.faults(engine),
        false => Vec::new(),
    };
    Refused {
        guards: refusal.guards().clone(),
        faulty: (faults.iter())
            .filter_map(|fault| fault.field.parse().ok())
            .collect(),
        faults,
    }
}

/// Which tests said no, and which then always did too. The tests are counted by their number: with a thousand of them
/// every two are compared for every question.
struct Seen {
    numbers: BTreeMap<GuardId, usize>,
    fired: Vec<usize>,
    always_with: Vec<Option<Numbers>>,
    faults: BTreeMap<Fault, usize>,
}

impl Seen {
    fn of(engine: &Engine) -> Self {
        let names = engine.rules().guards().map(|guard| guard.id.clone());
        Self::among(names)
    }

    fn among(names: impl Iterator<Item = GuardId>) -> Self {
        let numbers: BTreeMap<_, _> = names.zip(0..).collect();
        Self {
            fired: vec![0; numbers.len()],
            always_with: vec![None; numbers.len()],
            faults: BTreeMap::new(),
            numbers,
        }
    }

    fn add(&mut self, refused: &Refused) {
        for fault in &refused.faults {
            *self.faults.entry(fault.clone()).or_default() += 1;
        }
        let said = refused.guards.iter();
        let said: Vec<usize> = said
            .filter_map(|id| self.numbers.get(id).copied())
            .collect();
        let together = Numbers::of(&said, self.numbers.len());
        for number in said {
            if let Some(fired) = self.fired.get_mut(number) {
                *fired += 1;
            }
            if let Some(kept) = self.always_with.get_mut(number) {
                match kept {
                    Some(kept) => kept.keep(&together),
                    None => *kept = Some(together.clone()),
                }
            }
        }
    }

    /// The rules that cannot be evaluated, with how often that was so.
    fn faulty(&self, questions: usize) -> impl Iterator<Item = Finding> {
        self.faults.iter().map(move |(fault, times)| {
            let mut fault = fault.clone();
            fault.fault = format!("{} (bij {times} van de {questions} vragen)", fault.fault);
            Finding::Faulty(fault)
        })
    }

    fn about(&self, engine: &Engine, guard: &GuardId, questions: usize) -> Option<Finding> {
        // What cannot be evaluated is told as such; the rest waits until it is mended.
        if self
            .faults
            .keys()
            .any(|fault| fault.field == guard.as_str())
        {
            return None;
        }
        let number = *self.numbers.get(guard)?;
        match self.fired.get(number).copied().unwrap_or_default() {
            0 => Some(Finding::Dead(told::dead(engine, guard, questions))),
            fired => {
                let by = self.with(number);
                (!by.is_empty())
                    .then(|| Finding::Shadowed(told::shadowed(engine, guard, &by, fired)))
            }
        }
    }

    /// The others that said no each time that this one did.
    fn with(&self, number: usize) -> BTreeSet<&GuardId> {
        let Some(Some(kept)) = self.always_with.get(number) else {
            return BTreeSet::new();
        };
        let others = self.numbers.iter();
        let others = others.filter(|(_, other)| **other != number && kept.has(**other));
        others.map(|(id, _)| id).collect()
    }
}

/// A set of numbers, a bit each.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Numbers(Vec<u64>);

impl Numbers {
    fn of(numbers: &[usize], all: usize) -> Self {
        let mut bits = vec![0; all.div_ceil(64)];
        for number in numbers {
            if let Some(word) = bits.get_mut(number / 64) {
                *word |= 1 << (number % 64);
            }
        }
        Self(bits)
    }

    /// Keeps what is in the other too.
    fn keep(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
    }

    fn has(&self, number: usize) -> bool {
        let word = self.0.get(number / 64).copied().unwrap_or_default();
        word & (1 << (number % 64)) != 0
    }
}

#[cfg(test)]
mod tests;
