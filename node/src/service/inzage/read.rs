// SPDX-License-Identifier: EUPL-1.2
//! Reading: the own questions, the questions to decide on, and an answer, for the purpose it was given for.
//!
//! Every look at an answer is decided on by the rules and written in the log, so that whoever looks can be asked to
//! account for it (DAT-06). When the convenant has ended, or the term is over, the answer is no longer shown (EXC-08).

use std::collections::BTreeSet;

use basisnet_policy::{AanbiederFacts, Action, DataClass, Decision, Fact, Question, Reason};
use basisnet_protocol::message::{Answer, WireObligations};
use basisnet_protocol::purpose::PurposeId;

use super::record::{BY_AANBIEDER, IS_OPEN, OPEN};
use super::{Asked, AskedState, InzageError, Inzagen, Received, ReceivedState};
use crate::audit::{Event, Id};
use crate::service::aanbieder::READERS;
use crate::service::account::Actor;
use crate::store::{Change, Key};

/// The most questions in one list.
const MAX_LISTED: usize = 1_000;

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
    /// The own questions, the newest first, without their answers.
    ///
    /// # Errors
    /// When the caller may not read the register.
    pub fn list(&self, actor: &Actor) -> Result<Vec<Asked>, InzageError> {
        actor.require(&READERS)?;
        let mut all = Vec::new();
        let mut after: Option<Key> = None;
        while all.len() < MAX_LISTED * 10 {
            let page = self
                .parts
                .base
                .store
                .page::<Asked>(after.as_ref(), MAX_LISTED)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            all.extend(page.into_iter().map(|(_, stored)| closed(stored.value)));
        }
        all.sort_by_key(|asked| std::cmp::Reverse((asked.at, asked.id)));
        all.truncate(MAX_LISTED);
        Ok(all)
    }

    /// The own questions about one aanbieder, the newest first, without their answers.
    ///
    /// # Errors
    /// When the caller may not read the register.
    pub fn about(&self, actor: &Actor, aanbieder: Id) -> Result<Vec<Asked>, InzageError> {
        actor.require(&READERS)?;
        let found = self.parts.base.store.by_index::<Asked>(
            BY_AANBIEDER,
            aanbieder.as_bytes(),
            None,
            MAX_LISTED,
        )?;
        let mut all: Vec<Asked> = found
            .into_iter()
            .map(|(_, stored)| closed(stored.value))
            .collect();
        all.sort_by_key(|asked| std::cmp::Reverse((asked.at, asked.id)));
        Ok(all)
    }

    /// The questions of others that wait for a decision of this person, the oldest first.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn open(&self, actor: &Actor) -> Result<Vec<Received>, InzageError> {
        let found = self
            .parts
            .base
            .store
            .by_index::<Received>(OPEN, IS_OPEN, None, MAX_LISTED)?;
        let mut open: Vec<Received> = found
            .into_iter()
            .map(|(_, stored)| stored.value)
            .filter(|received| received.state == ReceivedState::Waiting)
            .filter(|received| actor.require(&self.deciders(received)).is_ok())
            .collect();
        open.sort_by_key(|received| (received.at, received.id));
        Ok(open)
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
        let stored = self
            .parts
            .base
            .store
            .get::<Asked>(id)?
            .ok_or(InzageError::Unknown)?;
        let asked = stored.value;
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
            Decision::Permit(_) => {
                let event = Event::InzageShown {
                    inzage: id,
                    purpose,
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
        let pair = self.pair_named(asked.peer, &obligations.convenant_hash)?;
        let catalogue = self.parts.base.engine.catalogue();
        let entry = catalogue.newest(purpose);
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
        };
        let aanbieder = self.parts.aanbieders.get(asked.aanbieder)?;
        let mut facts = self.facts_of(pair.as_ref(), purpose, request.purpose_version)?;
        facts.collected_for = Some(obligations.purpose_id.clone());
        facts.aanbieder = AanbiederFacts {
            restricted: aanbieder.map_or(Fact::Unknown, |one| Fact::from(one.restricted)),
            data_classes: Some(BTreeSet::from([DataClass::Organisatie])),
            retained_until: Some(obligations.retain_until),
            ..AanbiederFacts::default()
        };
        Ok(self
            .parts
            .base
            .engine
            .decide(&question, &facts, self.parts.base.clock.now()))
    }
}

/// The same without the answer itself.
fn closed(mut asked: Asked) -> Asked {
    if let AskedState::Released { answer, .. } = &mut asked.state {
        **answer = Answer::default();
    }
    asked
}
