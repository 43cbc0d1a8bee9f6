// SPDX-License-Identifier: EUPL-1.2
//! Cases that a jurist writes: a situation, a question, the expected answer and why.
//!
//! A case starts from a situation in which all is in order and names only what is different, so that a reader sees
//! the one thing it is about. A `geval` is a pair: it passes, and with one difference more it fails on one test
//! alone. A `besluit` is any other case. Texts go in and outcomes come out; a gemeente can keep a folder of its own.

mod form;
mod own;
mod reading;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use basisnet_protocol::purpose::Category;
use basisnet_protocol::time::Timestamp;

use crate::decide::Engine;
use crate::decision::Decision;
use crate::guard::GuardId;
use crate::obligations::Obligations;
use crate::position::{Fault, Faults};
use crate::record::Field;
use crate::request::{Facts, Question};
use crate::rules::Rules;

pub use form::{WEIGHING, content, oin};

/// A file with one case of each kind, in which all is in order.
pub const EXAMPLE: &str = include_str!("cases/voorbeeld.toml");

/// Everything that one decision needs.
#[derive(Clone, Debug)]
pub struct Scene {
    /// What is asked.
    pub question: Question,
    /// What the node knows.
    pub facts: Facts,
    /// What a person proposes to give, where one does.
    pub proposal: Option<Obligations>,
    /// When.
    pub now: Timestamp,
}

impl Scene {
    /// What the rules say to it.
    pub fn decide(&self, engine: &Engine) -> Decision {
        match &self.proposal {
            Some(proposal) => {
                engine.decide_release(&self.question, &self.facts, proposal, self.now)
            }
            None => engine.decide(&self.question, &self.facts, self.now),
        }
    }

    /// The rules that cannot be evaluated for it, each with its place, the fault and the mend.
    #[must_use]
    pub fn faults(&self, engine: &Engine) -> Vec<Fault> {
        engine.faults(
            &self.question,
            &self.facts,
            self.proposal.as_ref(),
            self.now,
        )
    }

    /// What the rules say to it, as a case tells it; where a rule cannot be evaluated, that comes instead: then nothing is
    /// as written, also where the answer is.
    fn answer(&self, engine: &Engine) -> Result<(Answer, BTreeSet<Field>), String> {
        let decision = self.decide(engine);
        if let Decision::Refuse(refusal) = &decision
            && refusal.is_faulty()
        {
            let faults = self.faults(engine);
            let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
            return Err(format!("niet uit te rekenen: {}", told.join("; ")));
        }
        Ok((Answer::of(&decision), fields_of(&decision)))
    }
}

/// Where a case stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// In which file.
    pub file: String,
    /// On which line it begins, from 1.
    pub line: usize,
}

/// A situation to start from, in which all is in order.
#[derive(Clone, Debug)]
pub struct Base {
    /// Where it stands.
    pub place: Place,
    /// How cases name it.
    pub name: String,
    /// The situation.
    pub scene: Scene,
}

/// A situation that passes, and the same with one difference, that fails on one test alone.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Where it stands.
    pub place: Place,
    /// Which test it is about.
    pub guard: GuardId,
    /// Why the test says no.
    pub why: String,
    /// What passes.
    pub passing: Scene,
    /// What fails.
    pub failing: Scene,
}

/// Any other case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Where it stands.
    pub place: Place,
    /// What it is called.
    pub name: String,
    /// Why it comes out so.
    pub why: String,
    /// The situation.
    pub scene: Scene,
    /// How it should come out.
    pub expected: Answer,
    /// Which fields are given or shown, where the case says so.
    pub fields: Option<BTreeSet<Field>>,
}

/// How a case comes out, as a jurist would say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether something is allowed.
    pub permitted: bool,
    /// Every test that said no, to all or to a part.
    pub guards: BTreeSet<GuardId>,
    /// The categories that are given.
    pub given: BTreeSet<Category>,
}

impl Answer {
    /// The answer in a decision.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        match decision {
            Decision::Permit(permit) => Self {
                permitted: true,
                guards: permit.withheld().values().flatten().cloned().collect(),
                given: permit.obligations().categories.clone(),
            },
            Decision::Refuse(refusal) => Self {
                permitted: false,
                guards: refusal.guards().clone(),
                given: BTreeSet::new(),
            },
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.permitted { "ja" } else { "nee" })?;
        if !self.given.is_empty() {
            write!(f, ", voor {}", listed(&self.given))?;
        }
        if !self.guards.is_empty() {
            write!(f, ", om {}", listed(&self.guards))?;
        }
        Ok(())
    }
}

fn listed<T: fmt::Display>(all: &BTreeSet<T>) -> String {
    let all: Vec<_> = all.iter().map(ToString::to_string).collect();
    all.join(", ")
}

fn fields_of(decision: &Decision) -> BTreeSet<Field> {
    match decision {
        Decision::Permit(permit) => permit.obligations().fields.clone(),
        Decision::Refuse(_) => BTreeSet::new(),
    }
}

/// How one case came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Where the case stands.
    pub place: Place,
    /// What it is called.
    pub name: String,
    /// Why it should come out so.
    pub why: String,
    /// What is different from what was written; none when nothing is.
    pub difference: Option<String>,
}

impl Outcome {
    /// Whether it came out as written.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.difference.is_none()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { file, line } = &self.place;
        match &self.difference {
            None => write!(f, "goed  {file}, regel {line}: {}", self.name),
            Some(difference) => write!(
                f,
                "FOUT  {file}, regel {line}: {} ({}): {difference}",
                self.name, self.why
            ),
        }
    }
}

/// A folder of cases.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    bases: BTreeMap<String, Base>,
    pairs: Vec<Pair>,
    others: Vec<Case>,
}

impl Cases {
    /// Reads the files of a folder, as file name and text.
    ///
    /// # Errors
    /// Everything that is wrong with any of them; then there are no cases.
    pub fn read(texts: &[(&str, &str)]) -> Result<Self, Faults> {
        reading::read(texts)
    }

    /// The situations to start from, by name.
    pub fn bases(&self) -> impl Iterator<Item = &Base> {
        self.bases.values()
    }

    /// The pairs, in the order of the files.
    pub fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter()
    }

    /// The other cases, in the order of the files.
    pub fn others(&self) -> impl Iterator<Item = &Case> {
        self.others.iter()
    }

    /// Every situation there is.
    pub fn scenes(&self) -> impl Iterator<Item = &Scene> {
        let pairs = self.pairs.iter();
        let pairs = pairs.flat_map(|pair| [&pair.passing, &pair.failing]);
        let bases = self.bases.values().map(|base| &base.scene);
        bases
            .chain(pairs)
            .chain(self.others.iter().map(|case| &case.scene))
    }

    /// Puts every case to the rules.
    #[must_use]
    pub fn run(&self, engine: &Engine) -> Vec<Outcome> {
        let bases = self.bases.values().map(|base| base.run(engine));
        let pairs = self.pairs.iter().map(|pair| pair.run(engine));
        let others = self.others.iter().map(|case| case.run(engine));
        bases.chain(pairs).chain(others).collect()
    }

    /// The tests of these rules about which there is no case.
    #[must_use]
    pub fn uncovered(&self, rules: &Rules) -> BTreeSet<GuardId> {
        let covered: BTreeSet<_> = self.pairs.iter().map(|pair| &pair.guard).collect();
        let all = rules.guards().map(|guard| &guard.id);
        all.filter(|id| !covered.contains(id)).cloned().collect()
    }
}

impl Base {
    fn run(&self, engine: &Engine) -> Outcome {
        let difference = match self.scene.answer(engine) {
            Err(broken) => Some(broken),
            Ok((found, _)) if found.permitted && found.guards.is_empty() => None,
            Ok((found, _)) => Some(format!("verwacht: ja; het antwoord is: {found}")),
        };
        Outcome {
            place: self.place.clone(),
            name: format!("uitgangspunt {}", self.name),
            why: "in een uitgangspunt is alles in orde".to_owned(),
            difference,
        }
    }
}

impl Pair {
    fn run(&self, engine: &Engine) -> Outcome {
        Outcome {
            place: self.place.clone(),
            name: self.guard.to_string(),
            why: self.why.clone(),
            difference: self.difference(engine).err(),
        }
    }

    /// What is different, as the error.
    fn difference(&self, engine: &Engine) -> Result<(), String> {
        if engine.rules().guard(&self.guard).is_none() {
            return Err(format!("de toets `{}` bestaat niet", self.guard));
        }
        let (before, _) = self.passing.answer(engine)?;
        if !before.permitted || !before.guards.is_empty() {
            return Err(format!(
                "verwacht: ja als er niets uit `niet` bij komt; het antwoord is: {before}"
            ));
        }
        let (found, _) = self.failing.answer(engine)?;
        let alone = BTreeSet::from([self.guard.clone()]);
        match !found.permitted && found.guards == alone {
            true => Ok(()),
            false => Err(format!(
                "verwacht: nee, om {}; het antwoord is: {found}",
                self.guard
            )),
        }
    }
}

impl Case {
    fn run(&self, engine: &Engine) -> Outcome {
        Outcome {
            place: self.place.clone(),
            name: self.name.clone(),
            why: self.why.clone(),
            difference: self.difference(engine).err(),
        }
    }

    /// What is different, as the error.
    fn difference(&self, engine: &Engine) -> Result<(), String> {
        let (found, fields) = self.scene.answer(engine)?;
        if found != self.expected {
            let expected = &self.expected;
            return Err(format!("verwacht: {expected}; het antwoord is: {found}"));
        }
        match &self.fields {
            Some(expected) if *expected != fields => {
                let (expected, fields) = (listed(expected), listed(&fields));
                Err(format!(
                    "verwacht: de velden {expected}; het antwoord is: {fields}"
                ))
            }
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
