// SPDX-License-Identifier: EUPL-1.2
//! A decision out of the log, explained by the rules it was taken by and taken again by them.

use std::collections::BTreeSet;
use std::sync::Arc;

use basisnet_policy::adl::{Answer, LogRecord, Versions};
use basisnet_policy::cases::{Cases, Scene};
use basisnet_policy::explain::{self, Own, Way};
use basisnet_policy::position::Fault;
use basisnet_policy::{Engine, Reason, StoredInputs};
use basisnet_protocol::convenant::ConvenantContent;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use sha2::{Digest, Sha256};

use super::{Beleid, BeleidError, Bestand, bounded};
use crate::audit::{Decided, EntryContents, Event, Grounds};
use crate::service::account::{Actor, Function};

/// What came out when a decision was taken again by the rules of then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The same answer, byte for byte.
    Same,
    /// Another answer; something is wrong with the log, the texts or this program.
    Different,
    /// The rules, the catalogue or the convenant of then are not here.
    Impossible,
}

/// A decision, explained.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Its number in the log.
    pub number: u64,
    /// When it was taken.
    pub at: Timestamp,
    /// What was asked, line by line.
    pub asked: Vec<String>,
    /// Whether it was allowed, in whole or in part.
    pub permitted: bool,
    /// What was given, line by line.
    pub given: Vec<String>,
    /// Every test that said no, by the rules of then.
    pub reasons: Vec<Reason>,
    /// The rules of then that could not be evaluated, each with its place, the fault and the mend.
    pub faults: Vec<Fault>,
    /// What would have been needed, within what the own person may.
    pub ways: Vec<Way>,
    /// Whether the same comes out again.
    pub again: Again,
    /// The record for others.
    pub record: LogRecord,
    /// For how many records of one look it stands; none where it is no look, or that was not kept.
    pub stands_for: Option<u32>,
    /// The decisions of the same look that came out differently.
    pub others: Vec<Explained>,
}

/// A question out of a case, explained.
#[derive(Clone, Debug)]
pub struct ExplainedCase {
    /// What the case is called.
    pub name: String,
    /// What is asked, line by line.
    pub asked: Vec<String>,
    /// What the rules of now say.
    pub answer: Answer,
    /// Every test that says no.
    pub reasons: Vec<Reason>,
    /// The rules that cannot be evaluated for it, each with its place, the fault and the mend.
    pub faults: Vec<Fault>,
    /// What would be needed, in the role and the convenant of the case.
    pub ways: Vec<Way>,
}

/// A decision as it stands in the log.
pub(super) struct Logged {
    pub(super) number: u64,
    pub(super) grounds: Grounds,
    pub(super) decided: Box<Decided>,
    pub(super) inputs: StoredInputs,
}

impl Beleid {
    /// Explains the decision in the log under this number.
    ///
    /// # Errors
    /// When the caller may not look, or there is no decision under this number.
    pub fn explain(&self, actor: &Actor, number: u64) -> Result<Explained, BeleidError> {
        actor.require(Function::ExplainDecisions)?;
        let index = number.checked_sub(1).ok_or(BeleidError::NoDecision)?;
        let entry = self.log.page(index, 1)?.into_iter().next();
        let entry = entry.filter(|entry| entry.index == index);
        let contents = entry.ok_or(BeleidError::NoDecision)?.contents;
        let (stands_for, others) = of_one_look(&contents);
        let logged = logged(number, contents).ok_or(BeleidError::NoDecision)?;
        let mut explained = self.explain_logged(&logged)?;
        explained.stands_for = stands_for;
        for (records, grounds) in others {
            if let Some(logged) = of_grounds(number, grounds) {
                let mut other = self.explain_logged(&logged)?;
                other.stands_for = Some(records);
                explained.others.push(other);
            }
        }
        Ok(explained)
    }

    fn explain_logged(&self, logged: &Logged) -> Result<Explained, BeleidError> {
        let then = self
            .history
            .engine(logged.grounds.policy, logged.grounds.catalogue)?;
        let engine = then.clone().unwrap_or_else(|| self.engine.current());
        let Logged {
            inputs, decided, ..
        } = logged;
        let answer = &decided.answer;
        Ok(Explained {
            number: logged.number,
            at: inputs.now,
            asked: explain::told(&inputs.question),
            permitted: answer.permitted,
            given: given(answer),
            reasons: engine.reasons(&answer.all_guards()),
            faults: match answer.faulty {
                true => self.faults_by(&engine, inputs)?,
                false => Vec::new(),
            },
            ways: self.ways(&engine, inputs)?,
            again: match then {
                Some(engine) => self.again(&engine, logged)?,
                None => Again::Impossible,
            },
            record: record(logged),
            stands_for: None,
            others: Vec::new(),
        })
    }

    /// Explains the questions in files with cases, by the rules of now or by a draft.
    ///
    /// # Errors
    /// When the caller may not look, or cases or draft have faults.
    pub fn explain_cases(
        &self,
        actor: &Actor,
        files: &[Bestand],
        draft: Option<&[Bestand]>,
    ) -> Result<Vec<ExplainedCase>, BeleidError> {
        actor.require(Function::ReadPolicy)?;
        let _turn = self.turns.take()?;
        bounded(files)?;
        let texts: Vec<_> = files
            .iter()
            .map(|f| (f.naam.as_str(), f.tekst.as_str()))
            .collect();
        let cases = Cases::read(&texts)?;
        let engine = self.engine_of(draft)?;
        let bases = cases.bases().map(|base| (base.name.clone(), &base.scene));
        let pairs = cases
            .pairs()
            .map(|pair| (pair.guard.to_string(), &pair.failing));
        let others = cases.others().map(|case| (case.name.clone(), &case.scene));
        let all = bases.chain(pairs).chain(others);
        Ok(all
            .map(|(name, scene)| explained(&engine, name, scene))
            .collect())
    }

    /// Takes a logged decision again, by its own rules.
    fn again(&self, engine: &Engine, logged: &Logged) -> Result<Again, BeleidError> {
        let Some(answer) = self.answer_by(engine, &logged.inputs)? else {
            return Ok(Again::Impossible);
        };
        let same = match (answer.encode(), logged.decided.answer.encode()) {
            (Ok(now), Ok(then)) => now == then,
            _ => false,
        };
        Ok(if same { Again::Same } else { Again::Different })
    }

    /// What these rules say to the inputs of then; none when the convenant of then is not here.
    pub(super) fn answer_by(
        &self,
        engine: &Engine,
        inputs: &StoredInputs,
    ) -> Result<Option<Answer>, BeleidError> {
        let content = self.content_of(inputs)?;
        let decision = engine.replay(inputs, |_| content);
        Ok(decision.ok().map(|decision| Answer::of(&decision)))
    }

    /// Which of these rules cannot be evaluated for the inputs of then.
    pub(super) fn faults_by(
        &self,
        engine: &Engine,
        inputs: &StoredInputs,
    ) -> Result<Vec<Fault>, BeleidError> {
        let content = self.content_of(inputs)?;
        let faults = engine.replayed_faults(inputs, |_| content);
        Ok(faults.unwrap_or_default())
    }

    /// The convenant of then, as far as it is here.
    fn content_of(
        &self,
        inputs: &StoredInputs,
    ) -> Result<Option<Arc<ConvenantContent>>, BeleidError> {
        let convenant = match inputs.convenant() {
            Some(hash) => self.convenanten.terms(hash)?,
            None => None,
        };
        Ok(convenant.map(|convenant| Arc::new(convenant.content().clone())))
    }

    /// Ways to a yes, for a question of our own; what another asks is not ours to better.
    fn ways(&self, engine: &Engine, inputs: &StoredInputs) -> Result<Vec<Way>, BeleidError> {
        let question = &inputs.question;
        if question.source == question.asker || question.asker != self.me {
            return Ok(Vec::new());
        }
        let content = self.content_of(inputs)?;
        let Ok(facts) = inputs.facts.clone().with(content) else {
            return Ok(Vec::new());
        };
        let roles: BTreeSet<_> = question.role.into_iter().collect();
        let own = Own {
            roles: &roles,
            in_force: &|purpose, version| self.doelen.in_force(purpose, version).ok().flatten(),
        };
        Ok(explain::ways(engine, question, &facts, &own, inputs.now))
    }
}

fn explained(engine: &Engine, name: String, scene: &Scene) -> ExplainedCase {
    let question = &scene.question;
    let answer = Answer::of(&scene.decide(engine));
    let person = scene.facts.person.iter().flat_map(|person| &person.roles);
    let roles: BTreeSet<_> = question.role.iter().chain(person).copied().collect();
    let own = Own {
        roles: &roles,
        in_force: &|_, _| None,
    };
    ExplainedCase {
        name,
        asked: explain::told(question),
        reasons: engine.reasons(&answer.all_guards()),
        faults: match answer.faulty {
            true => scene.faults(engine),
            false => Vec::new(),
        },
        ways: explain::ways(engine, question, &scene.facts, &own, scene.now),
        answer,
    }
}

/// The decision in an entry, if it holds one that can be read.
fn logged(number: u64, contents: EntryContents) -> Option<Logged> {
    let EntryContents::Noted { noted, .. } = contents else {
        return None;
    };
    of_grounds(number, noted.event.grounds()?.clone())
}

/// Every decision in an entry, a look over many records among them; none in the place of one that cannot be read.
pub(super) fn decisions_in(number: u64, contents: EntryContents) -> Vec<Option<Logged>> {
    let (_, others) = of_one_look(&contents);
    let EntryContents::Noted { noted, .. } = contents else {
        return Vec::new();
    };
    let first = noted.event.grounds().cloned().into_iter();
    let all = first.chain(others.into_iter().map(|(_, grounds)| grounds));
    let decided = all.filter(|grounds| grounds.decided.is_some());
    decided.map(|grounds| of_grounds(number, grounds)).collect()
}

/// For how many records the first decision of a look stands, and the ones that came out differently.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only a look is about many records; what else there is in the log has one decision at most"
)]
fn of_one_look(contents: &EntryContents) -> (Option<u32>, Vec<(u32, Grounds)>) {
    let EntryContents::Noted { noted, .. } = contents else {
        return (None, Vec::new());
    };
    match &noted.event {
        Event::OwnShown { alike, others, .. } => {
            let others = others.iter();
            let others = others.map(|other| (other.records, other.grounds.clone()));
            (*alike, others.collect())
        }
        _ => (None, Vec::new()),
    }
}

fn of_grounds(number: u64, mut grounds: Grounds) -> Option<Logged> {
    let decided = grounds.decided.take()?;
    let inputs = StoredInputs::decode(&decided.inputs).ok()?;
    Some(Logged {
        number,
        grounds,
        decided,
        inputs,
    })
}

fn record(logged: &Logged) -> LogRecord {
    let Logged {
        grounds,
        decided,
        inputs,
        ..
    } = logged;
    let hash = Octets(Sha256::digest(&decided.inputs).into());
    let versions = Versions {
        regels: grounds.policy,
        catalogus: grounds.catalogue,
        convenant: grounds.convenant,
    };
    LogRecord::new(
        &inputs.question,
        &decided.answer,
        decided.trace,
        inputs.now,
        hash,
        versions,
    )
}

fn given(answer: &Answer) -> Vec<String> {
    let Some(obligations) = &answer.obligations else {
        return Vec::new();
    };
    let named: Vec<_> = obligations
        .categories
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut lines = Vec::new();
    if !named.is_empty() {
        lines.push(format!("gegevens: {}", named.join(", ")));
    }
    lines.push(format!(
        "te bewaren tot: {}",
        obligations.retain_until.date()
    ));
    for (category, guards) in &answer.withheld {
        let guards: Vec<_> = guards.iter().map(ToString::to_string).collect();
        lines.push(format!(
            "niet gegeven: {category}, om {}",
            guards.join(", ")
        ));
    }
    lines
}
