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
    let mut seen = Seen::default();
    let mut findings = Vec::new();
    for probe in &probes {
        let guards = refused(engine, probe);
        if probe.is_sound() && !guards.is_empty() {
            findings.push(Finding::Never(told::never(engine, probe, &guards)));
        }
        seen.add(guards);
    }
    findings.sort();
    findings.dedup();
    let own = engine.rules().guards().filter(|guard| guard.id.is_local());
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

    fn about(&self, engine: &Engine, guard: &GuardId, questions: usize) -> Option<Finding> {
        let Some(fired) = self.fired.get(guard) else {
            return Some(Finding::Dead(told::dead(engine, guard, questions)));
        };
        let by = self.always_with.get(guard).filter(|by| !by.is_empty())?;
        Some(Finding::Shadowed(told::shadowed(engine, guard, by, *fired)))
    }
}

#[cfg(test)]
mod tests;
