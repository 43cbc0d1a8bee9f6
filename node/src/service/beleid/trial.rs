// SPDX-License-Identifier: EUPL-1.2
//! What a draft would have said: the decisions of the last days, taken again by other rules.

use std::collections::BTreeMap;
use std::time::Duration;

use basisnet_policy::adl::Answer;
use basisnet_policy::position::Fault;
use basisnet_policy::{Engine, GuardId};
use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::{Category, PurposeId};
use basisnet_protocol::time::Timestamp;

use super::decided::{Logged, decisions_in};
use super::{Beleid, BeleidError, Bestand, draft};
use crate::audit::EntryContents;
use crate::service::account::{Actor, Function};

/// How many entries are read at a time.
const PAGE: u64 = 256;
/// No more decisions than this are taken again.
const MAX_DECISIONS: u64 = 100_000;
/// No more entries than this are read for it; most are about something else than a decision.
const MAX_ENTRIES: u64 = 1_000_000;
/// So many differences are told one by one; all are counted.
const MAX_SHOWN: usize = 200;
/// The longest look back, in days: what the log can hold.
pub(super) const MAX_DAYS: u32 = 3_660;

/// A decision that would come out otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Its number in the log.
    pub number: u64,
    /// The other organisation.
    pub peer: Oin,
    /// The purpose.
    pub purpose: PurposeId,
    /// What it said.
    pub before: Answer,
    /// What it would say.
    pub after: Answer,
}

impl Shift {
    /// Whether less would be given.
    #[must_use]
    pub fn is_less(&self) -> bool {
        let given = |answer: &Answer| {
            let obligations = answer.obligations.as_ref();
            obligations.map_or(0, |given| given.categories.len() + 1)
        };
        given(&self.after) < given(&self.before)
    }

    /// The tests that say no and did not before.
    #[must_use]
    pub fn new_guards(&self) -> Vec<GuardId> {
        let before = self.before.all_guards();
        let after = self.after.all_guards();
        after.difference(&before).cloned().collect()
    }

    /// The categories that are given and were not, or the other way round.
    #[must_use]
    pub fn categories(&self) -> Vec<Category> {
        let given = |answer: &Answer| {
            let obligations = answer.obligations.as_ref();
            obligations
                .map(|given| given.categories.clone())
                .unwrap_or_default()
        };
        let (before, after) = (given(&self.before), given(&self.after));
        before.symmetric_difference(&after).copied().collect()
    }
}

/// What a draft would have changed.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// How many decisions were taken again.
    pub decisions: u64,
    /// How many could not be: what they rest on is not here any more.
    pub impossible: u64,
    /// How many would come out otherwise.
    pub different: u64,
    /// Whether there are older decisions within these days, that were not taken again.
    pub cut: bool,
    /// Entries whose term is over. What they held is gone, so whether they were decisions of these days is not known.
    pub forgotten: u64,
    /// Entries that cannot be read, for another reason.
    pub unreadable: u64,
    /// When the oldest decision was taken that was taken again.
    pub oldest: Option<Timestamp>,
    /// For how many decisions a rule of the draft cannot be evaluated.
    pub faulty: u64,
    /// Which rules those are, each with its place, the fault, the mend and for how many decisions.
    pub faults: BTreeMap<Fault, u64>,
    /// What the other organisations are called, where a convenant in force names them.
    pub names: BTreeMap<Oin, String>,
    /// How many would come out otherwise per peer, purpose and category; no category where it is about the whole. One
    /// decision about several categories counts for each of them.
    pub counts: BTreeMap<(Oin, PurposeId, Option<Category>), u64>,
    /// The newest of them, one by one.
    pub shifts: Vec<Shift>,
}

impl Beleid {
    /// Takes the decisions of the last days again, by a draft.
    ///
    /// # Errors
    /// When the caller may not look, the draft has faults, nobody can look so far back, or the log does not read.
    pub async fn trial(
        &self,
        actor: &Actor,
        files: &[Bestand],
        days: u32,
    ) -> Result<Trial, BeleidError> {
        actor.require(Function::ExplainDecisions)?;
        if !(1..=MAX_DAYS).contains(&days) {
            return Err(BeleidError::Days);
        }
        let turn = self.turns.take()?;
        let files = files.to_vec();
        let beleid = self.clone();
        let work = move || {
            let _turn = turn;
            let mut trial = beleid.try_all(&draft(&files)?, days)?;
            trial.names = beleid.names(trial.counts.keys().map(|(peer, ..)| *peer))?;
            Ok(trial)
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or(Err(BeleidError::Store(crate::store::StoreError::Closed)))
    }

    /// What these organisations are called here.
    fn names(
        &self,
        peers: impl Iterator<Item = Oin>,
    ) -> Result<BTreeMap<Oin, String>, BeleidError> {
        let active = self.convenanten.active(self.clock.now())?;
        let members = active.iter().flat_map(|one| &one.content().members);
        let known: BTreeMap<Oin, &str> = members.map(|one| (one.oin, one.name.as_str())).collect();
        let name = |peer: Oin| {
            let name = match peer == self.me {
                true => "de eigen organisatie",
                false => known.get(&peer).copied()?,
            };
            Some((peer, name.to_owned()))
        };
        Ok(peers.filter_map(name).collect())
    }

    fn try_all(&self, engine: &Engine, days: u32) -> Result<Trial, BeleidError> {
        let since = self.clock.now() - Duration::from_secs(u64::from(days) * 86_400);
        let mut trial = Trial::default();
        let end = self.log.size()?;
        let mut until = end;
        while until > 0 && trial.decisions < MAX_DECISIONS && end - until < MAX_ENTRIES {
            let from = until.saturating_sub(PAGE);
            let count = usize::try_from(until - from).unwrap_or_default();
            let mut entries = self.log.page(from, count)?;
            while let Some(entry) = entries.pop() {
                match &entry.contents {
                    EntryContents::Noted { at, .. } if *at < since => return Ok(trial),
                    // Terms differ: behind what is gone there may be what is not.
                    EntryContents::Forgotten => trial.forgotten += 1,
                    EntryContents::Unreadable => trial.unreadable += 1,
                    EntryContents::Noted { .. } => {}
                }
                for decision in decisions_in(entry.index + 1, entry.contents) {
                    self.try_one(engine, decision, &mut trial)?;
                }
            }
            until = from;
        }
        trial.cut = until > 0;
        Ok(trial)
    }

    fn try_one(
        &self,
        engine: &Engine,
        logged: Option<Logged>,
        trial: &mut Trial,
    ) -> Result<(), BeleidError> {
        trial.decisions += 1;
        let Some(logged) = logged else {
            trial.impossible += 1;
            return Ok(());
        };
        let Some(after) = self.answer_by(engine, &logged.inputs)? else {
            trial.impossible += 1;
            return Ok(());
        };
        trial.oldest = Some(logged.inputs.now);
        if after.faulty {
            trial.faulty += 1;
            for fault in self.faults_by(engine, &logged.inputs)? {
                *trial.faults.entry(fault).or_default() += 1;
            }
        }
        let before = logged.decided.answer;
        if before == after {
            return Ok(());
        }
        let question = &logged.inputs.question;
        let peer = if question.asker == self.me {
            question.source
        } else {
            question.asker
        };
        let shift = Shift {
            number: logged.number,
            peer,
            purpose: question.purpose.clone(),
            before,
            after,
        };
        trial.different += 1;
        let categories = shift.categories();
        let about = match categories.is_empty() {
            true => vec![None],
            false => categories.into_iter().map(Some).collect(),
        };
        for category in about {
            let key = (peer, shift.purpose.clone(), category);
            *trial.counts.entry(key).or_default() += 1;
        }
        if trial.shifts.len() < MAX_SHOWN {
            trial.shifts.push(shift);
        }
        Ok(())
    }
}
