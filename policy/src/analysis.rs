// SPDX-License-Identifier: EUPL-1.2
//! Do the rules do what they are for? Which never say no, which say nothing of their own, and what can never be.
//!
//! Nothing is proved here for every world there could be. The finite part (actions, purposes, roles, categories) is
//! worked through whole: for each combination that the catalogue allows a question is made in which all is in order.
//! The rest is tried: each fact in turn, and each two together, is taken away or turned round. Every finding says on
//! how many questions it rests.

mod probe;
mod wrong;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use basisnet_protocol::time::Timestamp;

use crate::decide::Engine;
use crate::decision::Decision;
use crate::guard::GuardId;
use probe::Probe;

/// Something that a jurist should look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// For this combination no yes is possible, whatever the facts.
    Never {
        /// What is asked, such as `vragen, P03 versie 1, toezicht`.
        what: String,
        /// The tests that say no even when all is in order.
        guards: BTreeSet<GuardId>,
    },
    /// A rule said no to none of the questions.
    Dead {
        /// Which.
        guard: GuardId,
        /// On how many questions this rests.
        questions: usize,
    },
    /// Wherever a rule said no, another did too.
    Shadowed {
        /// Which.
        guard: GuardId,
        /// Those that each say no wherever it does.
        by: BTreeSet<GuardId>,
        /// How often it said no.
        fired: usize,
    },
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
            Self::Never { what, guards } => write!(
                f,
                "tegenspraak: {what}: ook als alles in orde is zegt {} nee; de catalogus noemt dit, de regels laten het nooit toe (vastgesteld door alle waarden van de catalogus langs te gaan)",
                listed(guards)
            ),
            Self::Dead { guard, questions } => write!(
                f,
                "nooit nee: {guard} zei geen enkele keer nee (geprobeerd met {questions} vragen; dat is geen bewijs voor elke vraag)"
            ),
            Self::Shadowed { guard, by, fired } => write!(
                f,
                "overbodig? steeds als {guard} nee zei, zei ook {} nee ({fired} keer; dat is geen bewijs voor elke vraag)",
                listed(by)
            ),
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

fn listed(guards: &BTreeSet<GuardId>) -> String {
    let names: Vec<_> = guards.iter().map(GuardId::as_str).collect();
    names.join(", ")
}

/// Looks for rules that do nothing of their own and for what can never be allowed, at a moment.
#[must_use]
pub fn analyse(engine: &Engine, now: Timestamp) -> Vec<Finding> {
    let probes = probe::all(engine, now);
    let mut seen = Seen::default();
    let mut findings = Vec::new();
    for probe in &probes {
        let guards = refused(engine, probe);
        if probe.is_sound() && !guards.is_empty() {
            let what = probe.what();
            findings.push(Finding::Never {
                what,
                guards: guards.clone(),
            });
        }
        seen.add(guards);
    }
    findings.sort();
    findings.dedup();
    for guard in engine.rules().guards() {
        findings.extend(seen.about(&guard.id, probes.len()));
    }
    let sound = probes.iter().filter(|probe| probe.is_sound()).count();
    findings.push(Finding::Summary {
        sound,
        questions: probes.len(),
        rules: engine.rules().guards().count(),
    });
    findings
}

fn refused(engine: &Engine, probe: &Probe) -> BTreeSet<GuardId> {
    match probe.scene.decide(engine) {
        Decision::Permit(permit) => permit.withheld().values().flatten().cloned().collect(),
        Decision::Refuse(refusal) => refusal.guards().clone(),
    }
}

/// Which tests said no, and which then always did too.
#[derive(Default)]
struct Seen {
    fired: BTreeMap<GuardId, usize>,
    always_with: BTreeMap<GuardId, BTreeSet<GuardId>>,
}

impl Seen {
    fn add(&mut self, guards: BTreeSet<GuardId>) {
        for guard in &guards {
            *self.fired.entry(guard.clone()).or_default() += 1;
            let others = guards.iter().filter(|other| *other != guard).cloned();
            match self.always_with.get_mut(guard) {
                Some(kept) => kept.retain(|other| guards.contains(other)),
                None => drop(self.always_with.insert(guard.clone(), others.collect())),
            }
        }
    }

    fn about(&self, guard: &GuardId, questions: usize) -> Option<Finding> {
        let Some(fired) = self.fired.get(guard) else {
            return Some(Finding::Dead {
                guard: guard.clone(),
                questions,
            });
        };
        let by = self.always_with.get(guard).filter(|by| !by.is_empty())?;
        Some(Finding::Shadowed {
            guard: guard.clone(),
            by: by.clone(),
            fired: *fired,
        })
    }
}

#[cfg(test)]
mod tests;
