// SPDX-License-Identifier: EUPL-1.2
//! Reading: the own questions, the questions to decide on, and an answer, for the purpose it was given for.
//!
//! Every look at an answer is decided on by the rules and written in the log, so that whoever looks can be asked to
//! account for it (DAT-06). When the convenant has ended, or the term is over, the answer is no longer shown (EXC-08).

use basisnet_policy::{AanbiederFacts, Action, Decision, Fact, Given, Question, Reason};
use basisnet_protocol::message::{Answer, WireObligations};
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Date;

use super::record::{BY_AANBIEDER, BY_DAY, IS_OPEN, TO_DECIDE, day_term};
use super::{Asked, AskedState, InzageError, Inzagen, Received};
use crate::audit::{Event, Id};
use crate::service::aanbieder::READERS;
use crate::service::account::Actor;
use crate::service::matching::grounds;
use crate::store::{Change, Key, Record, StoreError};

/// The most questions in one list.
pub(crate) const MAX_LISTED: usize = 1_000;
/// Read so many at a time.
const PAGE: usize = 500;
/// No question is kept longer than this: it is forgotten two years after the quarter in which it last changed.
const MOST_DAYS: u32 = 4 * 366;

/// A question of our own, and its answer for who may see it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The question.
    pub asked: Asked,
    /// The answer; none when there is none.
    pub answer: Option<Answer>,
    /// Why there is an answer that is not shown.
    pub withheld: Vec<Reason>,
}

impl Inzagen {
    /// The own questions, the newest first, without their answers: at most `limit` from the one that follows `before`
    /// on, or from the newest.
    ///
    /// # Errors
    /// When the caller may not read the register, or there is no question `before`.
    pub fn list(
        &self,
        actor: &Actor,
        before: Option<Id>,
        limit: usize,
    ) -> Result<Vec<Asked>, InzageError> {
        actor.require(&READERS)?;
        let limit = limit.min(MAX_LISTED);
        let last = before.map(|id| self.asked(id)).transpose()?;
        let last = last.map(|asked| (asked.at, asked.id));
        let newest = match last {
            Some((at, _)) => at.date(),
            None => self.parts.base.clock.now().date().plus_days(1),
        };
        let mut all = Vec::new();
        for back in 0..=MOST_DAYS.min(newest.as_days()) {
            let day = day_term(Date::from_days(newest.as_days() - back));
            let mut of_day: Vec<Asked> = self.all_of(BY_DAY, &day)?;
            of_day.retain(|asked| last.is_none_or(|last| (asked.at, asked.id) < last));
            of_day.sort_by_key(|asked| std::cmp::Reverse((asked.at, asked.id)));
            all.extend(of_day.into_iter().map(closed));
            if all.len() >= limit {
                break;
            }
        }
        all.truncate(limit);
        Ok(all)
    }

    /// The own questions about one aanbieder, the newest first, without their answers.
    ///
    /// # Errors
    /// When the caller may not read the register.
    pub fn about(&self, actor: &Actor, aanbieder: Id) -> Result<Vec<Asked>, InzageError> {
        actor.require(&READERS)?;
        let mut all: Vec<Asked> = self.all_of(BY_AANBIEDER, aanbieder.as_bytes())?;
        all.sort_by_key(|asked| std::cmp::Reverse((asked.at, asked.id)));
        all.truncate(MAX_LISTED);
        Ok(all.into_iter().map(closed).collect())
    }

    /// The questions of others that wait for a decision of this person, the oldest first.
    ///
    /// Budgets bound how many wait. Of more than a list holds the oldest are shown, so that each has its turn.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn open(&self, actor: &Actor) -> Result<Vec<Received>, InzageError> {
        let mut open: Vec<Received> = self.all_of(TO_DECIDE, IS_OPEN)?;
        open.retain(|received| actor.require(&self.deciders(received)).is_ok());
        open.sort_by_key(|received| (received.at, received.id));
        open.truncate(MAX_LISTED);
        Ok(open)
    }

    /// All there is under a term of an index, read in pages.
    fn all_of<R: Record>(&self, index: &'static str, term: &[u8]) -> Result<Vec<R>, StoreError> {
        let (mut found, mut after): (Vec<R>, Option<Key>) = (Vec::new(), None);
        loop {
            let store = &self.parts.base.store;
            let page = store.by_index::<R>(index, term, after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(found);
            };
            after = Some(last.clone());
            found.extend(page.into_iter().map(|(_, stored)| stored.value));
        }
    }

    fn asked(&self, id: Id) -> Result<Asked, InzageError> {
        let stored = self.parts.base.store.get::<Asked>(id)?;
        Ok(stored.ok_or(InzageError::Unknown)?.value)
    }

    /// One question of another, for who may decide on it.
    ///
    /// # Errors
    /// When there is none, or the caller may not decide on it.
    pub fn received(&self, actor: &Actor, id: Id) -> Result<Received, InzageError> {
        let stored = self
            .parts
            .base
            .store
            .get::<Received>(id)?
            .ok_or(InzageError::Unknown)?;
        actor.require(&self.deciders(&stored.value))?;
        Ok(stored.value)
    }

    /// One own question with its answer, to be used for a purpose: that of the question when none is named.
    ///
    /// # Errors
    /// When there is none, or the caller may not read the register. An answer that may not be used is not shown, and
    /// the reasons are.
    pub async fn show(
        &self,
        actor: &Actor,
        id: Id,
        purpose: Option<&PurposeId>,
    ) -> Result<Shown, InzageError> {
        actor.require(&READERS)?;
        let asked = self.asked(id)?;
        let AskedState::Released {
            answer,
            obligations,
            ..
        } = &asked.state
        else {
            return Ok(Shown {
                asked,
                answer: None,
                withheld: Vec::new(),
            });
        };
        let (answer, obligations) = (Answer::clone(answer), obligations.clone());
        let purpose = purpose.unwrap_or(&asked.request.purpose_id).clone();
        match self.may_use(actor, &asked, &obligations, &purpose)? {
            Decision::Permit(permit) => {
                let event = Event::InzageShown {
                    inzage: id,
                    purpose,
                    grounds: Some(grounds(permit.grounds())),
                };
                let change = Change::new().audit(event.by(actor.by()));
                self.parts.base.store.commit(change).await?;
                Ok(Shown {
                    asked: closed(asked),
                    answer: Some(answer),
                    withheld: Vec::new(),
                })
            }
            Decision::Refuse(refusal) => {
                let error = self.note_refusal(actor, asked.aanbieder, &refusal).await?;
                let InzageError::Refused(withheld) = error else {
                    return Err(error);
                };
                Ok(Shown {
                    asked: closed(asked),
                    answer: None,
                    withheld,
                })
            }
        }
    }

    fn may_use(
        &self,
        actor: &Actor,
        asked: &Asked,
        obligations: &WireObligations,
        purpose: &PurposeId,
    ) -> Result<Decision, InzageError> {
        let request = &asked.request;
        let pair = self.pair_in(asked.peer, &asked.group_id)?;
        let now = self.parts.base.clock.now();
        let catalogue = self.parts.base.engine.catalogue();
        let entry = catalogue.current(purpose, now);
        let fitting = entry.and_then(|entry| entry.roles.iter().find(|role| actor.has(**role)));
        let question = Question {
            action: Action::Use,
            asker: self.me(),
            source: asked.peer,
            purpose: purpose.clone(),
            purpose_version: request.purpose_version,
            legal_basis: request.legal_basis.clone(),
            role: fitting.copied().or(actor.roles().first().copied()),
            categories: request.categories.clone(),
            weighing: Some(request.weighing),
            case_ref: Some(request.case_ref),
            on_behalf_of: None,
            record: None,
            fields: None,
            hand_over_to: None,
        };
        let aanbieder = self.parts.aanbieders.get(asked.aanbieder)?;
        let mut facts = self.facts_of(pair.as_ref(), purpose, request.purpose_version)?;
        facts.given = Some(Given {
            purpose: obligations.purpose_id.clone(),
            group_id: asked.group_id.clone(),
            source: obligations.source_oin,
            retain_until: obligations.retain_until,
        });
        facts.person = Some(self.person(actor));
        facts.aanbieder = AanbiederFacts {
            restricted: aanbieder.map_or(Fact::Unknown, |one| Fact::from(one.restricted)),
            ..AanbiederFacts::default()
        };
        Ok(self.parts.base.engine.decide(&question, &facts, now))
    }
}

/// The same without the answer itself.
pub(super) fn closed(mut asked: Asked) -> Asked {
    if let AskedState::Released { answer, .. } = &mut asked.state {
        **answer = Answer::default();
    }
    asked
}
