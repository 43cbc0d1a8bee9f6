// SPDX-License-Identifier: EUPL-1.2
//! Reading: the own questions, the questions to decide on, and an answer, for the purpose it was given for.
//!
//! Every look at an answer is decided on by the rules and written in the log, so that whoever looks can be asked to
//! account for it (DAT-06). When the convenant has ended, or the term is over, the answer is no longer shown (EXC-08).

use basisnet_policy::{
    AanbiederFacts, Action, Decision, Fact, Given, Question, Reason, RecordKind,
};
use basisnet_protocol::message::{Answer, WireObligations};
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Date;

use super::record::{BY_AANBIEDER, BY_DAY, IS_OPEN, TO_DECIDE, day_term};
use super::seen::{SeenAsked, Verzoek, Vraagstuk};
use super::{Asked, AskedState, InzageError, Inzagen, Received};
use crate::audit::{Event, Id};
use crate::service::aanbieder::Aanbieder;
use crate::service::account::Actor;
use crate::service::matching::grounds;
use crate::service::own::Look;
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
    pub asked: SeenAsked,
    /// The answer; none when there is none.
    pub answer: Option<Answer>,
    /// What comes with the answer.
    pub obligations: Option<WireObligations>,
    /// Why there is an answer that is not shown.
    pub withheld: Vec<Reason>,
}

impl Shown {
    fn with(mut asked: SeenAsked) -> Self {
        let (answer, obligations) = asked.answer.take().unzip();
        Self {
            asked,
            answer,
            obligations,
            withheld: Vec::new(),
        }
    }

    fn without(asked: SeenAsked, withheld: Vec<Reason>) -> Self {
        let mut shown = Self::with(asked);
        (shown.answer, shown.obligations) = (None, None);
        Self { withheld, ..shown }
    }
}

impl Inzagen {
    /// The own questions, the newest first, without their answers and as far as the rules show them to the caller: at
    /// most `limit` from the one that follows `before` on, or from the newest.
    ///
    /// # Errors
    /// When there is no purpose for which the caller sees any, or there is no question `before`.
    pub async fn list(
        &self,
        actor: &Actor,
        before: Option<Id>,
        limit: usize,
    ) -> Result<Vec<SeenAsked>, InzageError> {
        let limit = limit.min(MAX_LISTED);
        let look = |look: &mut Look<'_>| {
            look.must_ever_see(RecordKind::Inzage)?;
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
                let room = limit - all.len();
                all.extend(self.seen(look, of_day)?.into_iter().take(room));
                if all.len() >= limit {
                    break;
                }
            }
            Ok(all)
        };
        self.own().view(actor, None, look).await
    }

    /// The own questions about one aanbieder, the newest first, without their answers and as far as the rules show them
    /// to the caller.
    ///
    /// # Errors
    /// When the store does not read, or the look cannot be written in the log.
    pub async fn about(&self, actor: &Actor, aanbieder: Id) -> Result<Vec<SeenAsked>, InzageError> {
        if !self.own().ever_sees(actor, RecordKind::Inzage) {
            return Ok(Vec::new());
        }
        let look = |look: &mut Look<'_>| {
            let all: Vec<Asked> = self.all_of(BY_AANBIEDER, aanbieder.as_bytes())?;
            let mut seen = self.seen(look, all)?;
            seen.truncate(MAX_LISTED);
            Ok(seen)
        };
        self.own().view(actor, None, look).await
    }

    /// What the rules show of these questions, the newest first; never an answer.
    fn seen(
        &self,
        look: &mut Look<'_>,
        mut all: Vec<Asked>,
    ) -> Result<Vec<SeenAsked>, InzageError> {
        all.sort_by_key(|asked| std::cmp::Reverse((asked.at, asked.id)));
        let catalogue = self.own().catalogue();
        let mut seen = Vec::with_capacity(all.len());
        for asked in all {
            let asked = closed(asked);
            let aanbieder = self.parts.aanbieders.get(asked.aanbieder)?;
            let question = Vraagstuk::new(&asked, aanbieder.as_ref(), &catalogue);
            seen.extend(look.see(&question).flatten().map(without_answer));
        }
        Ok(seen)
    }

    /// The questions of others that wait for a decision of this person, the oldest first.
    ///
    /// Budgets bound how many wait. Of more than a list holds the oldest are shown, so that each has its turn.
    ///
    /// # Errors
    /// When the store does not read, or the look cannot be written in the log.
    pub async fn open(&self, actor: &Actor) -> Result<Vec<Received>, InzageError> {
        let waiting = self.waiting_with_aanbieder()?;
        let catalogue = self.own().catalogue();
        let look = |look: &mut Look<'_>| {
            let mut open = Vec::new();
            for (received, aanbieder) in &waiting {
                let request = Verzoek::new(received, aanbieder.as_ref(), &catalogue);
                // What is for another task to decide on is not in this list.
                if look.handles(&request) {
                    open.extend(look.see(&request).flatten());
                }
            }
            open.sort_by_key(|received| (received.at, received.id));
            open.truncate(MAX_LISTED);
            Ok(open)
        };
        self.own().view(actor, None, look).await
    }

    pub(super) fn waiting_with_aanbieder(
        &self,
    ) -> Result<Vec<(Received, Option<Aanbieder>)>, InzageError> {
        let open: Vec<Received> = self.all_of(TO_DECIDE, IS_OPEN)?;
        let with = |received: Received| {
            let aanbieder = self.aanbieder_of(&received)?;
            Ok((received, aanbieder))
        };
        open.into_iter().map(with).collect()
    }

    pub(super) fn aanbieder_of(
        &self,
        received: &Received,
    ) -> Result<Option<Aanbieder>, StoreError> {
        let id = received.aanbieder;
        Ok(id
            .map(|id| self.parts.aanbieders.get(id))
            .transpose()?
            .flatten())
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

    /// One question of another, for who sees what it asks.
    ///
    /// # Errors
    /// When there is none, or the rules do not show it to the caller.
    pub async fn received(&self, actor: &Actor, id: Id) -> Result<Received, InzageError> {
        let look = |look: &mut Look<'_>| {
            let stored = self.parts.base.store.get::<Received>(id)?;
            let Some(received) = stored.map(|stored| stored.value) else {
                look.must_ever_see(RecordKind::Inzage)?;
                return Err(InzageError::Unknown);
            };
            let aanbieder = self.aanbieder_of(&received)?;
            let catalogue = self.own().catalogue();
            let request = Verzoek::new(&received, aanbieder.as_ref(), &catalogue);
            look.must_see(&request)?.ok_or(InzageError::Unknown)
        };
        self.own().view(actor, None, look).await
    }

    /// One own question, as far as the rules show it; and its answer, to be used for a purpose: that of the question
    /// when none is named.
    ///
    /// # Errors
    /// When there is none, or the rules show nothing of it. An answer that may not be used is not shown, and the
    /// reasons are.
    pub async fn show(
        &self,
        actor: &Actor,
        id: Id,
        purpose: Option<&PurposeId>,
    ) -> Result<Shown, InzageError> {
        let look = |look: &mut Look<'_>| self.look_at(look, id);
        let (asked, seen) = self.own().view(actor, None, look).await?;
        let AskedState::Released { obligations, .. } = &asked.state else {
            return Ok(Shown::without(seen, Vec::new()));
        };
        let purpose = purpose.unwrap_or(&asked.request.purpose_id).clone();
        match self.may_use(actor, &asked, obligations, &purpose)? {
            Decision::Permit(permit) if seen.answer.is_some() => {
                let event = Event::InzageShown {
                    inzage: id,
                    purpose,
                    grounds: Some(grounds(permit.grounds())),
                };
                let change = Change::new().audit(event.by(actor.by()));
                self.parts.base.store.commit(change).await?;
                Ok(Shown::with(seen))
            }
            Decision::Permit(_) => Ok(Shown::without(seen, Vec::new())),
            Decision::Refuse(refusal) => {
                let error = self.note_refusal(actor, asked.aanbieder, &refusal).await?;
                let InzageError::Refused(withheld) = error else {
                    return Err(error);
                };
                Ok(Shown::without(seen, withheld))
            }
        }
    }

    /// Whether a question still waits, for who sees it and waits with it. Asking that every few seconds is no look: it
    /// tells nothing but that nothing changed.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn still_waits(&self, actor: &Actor, id: Id) -> Result<bool, InzageError> {
        let Some(asked) = self.parts.base.store.get::<Asked>(id)? else {
            return Ok(false);
        };
        let asked = asked.value;
        if !matches!(asked.state, AskedState::Sent | AskedState::Waiting { .. }) {
            return Ok(false);
        }
        let aanbieder = self.parts.aanbieders.get(asked.aanbieder)?;
        let catalogue = self.own().catalogue();
        let question = Vraagstuk::new(&asked, aanbieder.as_ref(), &catalogue);
        Ok(self.own().shows(actor, &question)?)
    }

    fn look_at(&self, look: &mut Look<'_>, id: Id) -> Result<(Asked, SeenAsked), InzageError> {
        let asked = match self.asked(id) {
            Ok(asked) => asked,
            Err(error) => {
                // Whether there is one is told to nobody who could not see it.
                look.must_ever_see(RecordKind::Inzage)?;
                return Err(error);
            }
        };
        let aanbieder = self.parts.aanbieders.get(asked.aanbieder)?;
        let catalogue = self.own().catalogue();
        let question = Vraagstuk::new(&asked, aanbieder.as_ref(), &catalogue);
        let seen = look.must_see(&question)?.ok_or(InzageError::Unknown)?;
        Ok((asked, seen))
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
            on_behalf_of: request.on_behalf.map(|behalf| behalf.member),
            record: None,
            fields: None,
            hand_over_to: None,
        };
        let aanbieder = self.parts.aanbieders.get(asked.aanbieder)?;
        let mut facts = self.facts_of(pair.as_ref(), purpose, request.purpose_version)?;
        if let Some(behalf) = &request.on_behalf {
            // What was got for a member is used for it, as long as it lets us act for it.
            facts.mandate = self.mandate_of(behalf)?;
        }
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

fn without_answer(mut seen: SeenAsked) -> SeenAsked {
    seen.answer = None;
    seen
}

/// The same without the answer itself.
pub(super) fn closed(mut asked: Asked) -> Asked {
    if let AskedState::Released { answer, .. } = &mut asked.state {
        **answer = Answer::default();
    }
    asked
}
