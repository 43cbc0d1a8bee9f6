// SPDX-License-Identifier: EUPL-1.2
//! A person at the source decides: yes, yes but less, or no with a reason of the closed list.
//!
//! The rules look again at that moment. What a person gives can only be less than they allow, and a no of a person
//! leaves only where the rules would have let an answer leave: else it would tell that there is something.

use std::collections::BTreeSet;
use std::time::Duration;

use basisnet_policy::{Decision, Obligations, Permit, RecordKind, Released};
use basisnet_protocol::message::{
    Answer, Decision as WireDecision, InzageDecision, Message, RecallReceipt, RefusalReason,
};
use basisnet_protocol::purpose::Category;

use super::receive::{Judged, hash_of};
use super::seen::Verzoek;
use super::{InzageError, Inzagen, Received, ReceivedState};
use crate::audit::{By, Event, Grounds, Id};
use crate::service::account::{AccountId, Actor};
use crate::service::matching::{Pair, grounds};
use crate::service::own::Deed;
use crate::store::{Change, Expect, Recorded, StoreError, Stored};

/// When a decision that was written down is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivering {
    /// At once.
    Now,
    /// With the next attempt: the member did not answer a moment ago.
    Later,
}

/// What a person gives.
#[derive(Clone, Debug, Default)]
pub struct Grant {
    /// Only these categories; all that the rules allow when none are named.
    pub categories: Option<BTreeSet<Category>>,
    /// For at most so many days; as long as the rules allow when it is not named.
    pub days: Option<u32>,
}

impl Inzagen {
    /// Gives an answer to a question that waits for a person, and sends it.
    ///
    /// # Errors
    /// When the caller may not decide, it was decided already, or the rules say no by now.
    pub async fn grant(
        &self,
        actor: &Actor,
        id: Id,
        grant: &Grant,
    ) -> Result<Received, InzageError> {
        let stored = self
            .waiting(actor, id, |one, who| one.decided_by(who))
            .await?;
        let permit = self.permit_again(&stored.value, None)?;
        let now = self.parts.base.clock.now();
        let mut proposal = permit.obligations().clone();
        if let Some(categories) = &grant.categories {
            proposal.categories = &proposal.categories & categories;
        }
        if let Some(days) = grant.days {
            let until = now + Duration::from_secs(u64::from(days) * 86_400);
            proposal.retain_until = proposal.retain_until.min(until);
        }
        let state = ReceivedState::Granted {
            categories: proposal.categories,
            retain_until: proposal.retain_until,
            by: Some(actor.account()),
            at: now,
            delivered: false,
        };
        self.conclude(stored, state, actor.by(), Delivering::Now)
            .await
    }

    /// Refuses a question that waits for a person, and tells why.
    ///
    /// Who works for its purpose can always do this, also when the aanbieder was restricted since: a no gives nothing,
    /// and where the rules let nothing leave, it stays inside.
    ///
    /// # Errors
    /// When the caller may not decide, or it was decided already.
    pub async fn refuse(
        &self,
        actor: &Actor,
        id: Id,
        reason: RefusalReason,
    ) -> Result<Received, InzageError> {
        let stored = self
            .waiting(actor, id, |one, who| one.refused_by(who))
            .await?;
        let state = self.refusal(reason, Some(actor.account()));
        self.conclude(stored, state, actor.by(), Delivering::Now)
            .await
    }

    pub(super) fn refusal(&self, reason: RefusalReason, by: Option<AccountId>) -> ReceivedState {
        ReceivedState::Refused {
            reason,
            by,
            at: self.parts.base.clock.now(),
            delivered: false,
        }
    }

    /// What would go out now if a question that waits were granted, for who may decide on it; none when the rules
    /// let nothing out any more.
    ///
    /// # Errors
    /// When there is none, it was decided already, or the caller may not decide on it.
    pub async fn preview(&self, actor: &Actor, id: Id) -> Result<Option<Answer>, InzageError> {
        let received = self
            .waiting(actor, id, |one, who| one.decided_by(who))
            .await?
            .value;
        let permit = match self.permit_again(&received, None) {
            Ok(permit) => permit,
            Err(InzageError::Refused(_)) => return Ok(None),
            Err(other) => return Err(other),
        };
        let Some(aanbieder) = received.aanbieder else {
            return Ok(None);
        };
        let involved = self.parts.betrokkenheden.of(aanbieder)?;
        let material = self.material(involved, &received.request);
        match self.given(&received.request, &material, permit.obligations()) {
            WireDecision::Released { answer, .. } => Ok(Some(answer)),
            WireDecision::Refused(_) => Ok(None),
        }
    }

    /// Whether the rules show somebody a question of a member, as it stands now.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn shows_request(&self, actor: &Actor, received: &Received) -> Result<bool, InzageError> {
        let aanbieder = self.aanbieder_of(received)?;
        let catalogue = self.own().catalogue();
        let request = Verzoek::new(received, aanbieder.as_ref(), &catalogue);
        Ok(self.own().shows(actor, &request)?)
    }

    /// A question that waits, for who works for its purpose at the source: the rules say who handles it. That somebody
    /// does is in the log, also when nothing comes of it.
    async fn waiting(
        &self,
        actor: &Actor,
        id: Id,
        deed: fn(&Verzoek<'_>, AccountId) -> Deed,
    ) -> Result<Stored<Received>, InzageError> {
        let Some(stored) = self.parts.base.store.get::<Received>(id)? else {
            self.own().must_ever_see(actor, RecordKind::Inzage).await?;
            return Err(InzageError::Unknown);
        };
        let aanbieder = self.aanbieder_of(&stored.value)?;
        let deed = {
            let catalogue = self.own().catalogue();
            let request = Verzoek::new(&stored.value, aanbieder.as_ref(), &catalogue);
            deed(&request, actor.account())
        };
        let allowed = self.own().may(actor, None, &deed).await?;
        match stored.value.state {
            ReceivedState::Waiting => {}
            ReceivedState::Withheld { .. }
            | ReceivedState::Granted { .. }
            | ReceivedState::Refused { .. } => return Err(InzageError::Decided),
        }
        let event = Event::InzageHandled {
            inzage: id,
            peer: stored.value.peer,
            purpose: stored.value.request.purpose_id.clone(),
            grounds: allowed.grounds,
        };
        let change = Change::new().audit(event.by(actor.by()));
        self.parts.base.store.commit(change).await?;
        Ok(stored)
    }

    /// Writes the decision down and sends it. Where the rules let nothing leave, a no stays inside.
    pub(super) async fn conclude(
        &self,
        stored: Stored<Received>,
        state: ReceivedState,
        by: By,
        delivering: Delivering,
    ) -> Result<Received, InzageError> {
        let Stored {
            version,
            value: mut received,
        } = stored;
        received.state = state;
        let permit = match self.permit_again(&received, proposal_of(&received.state).as_ref()) {
            Ok(permit) => permit,
            Err(InzageError::Refused(reasons)) if proposal_of(&received.state).is_none() => {
                let guards = reasons
                    .iter()
                    .map(|reason| reason.guard.to_string())
                    .collect();
                return self.keep_inside(received, version, guards, by).await;
            }
            Err(error) => return Err(error),
        };
        let (received, recorded) = self.record_decision(received, version, permit, by).await?;
        match delivering {
            Delivering::Now => self.send_decision(received, version + 1, recorded).await,
            Delivering::Later => Ok(received),
        }
    }

    /// The agreement under which a question is decided: the version in force now of the one under which it was asked.
    fn pair_of(&self, received: &Received) -> Result<Option<Pair>, StoreError> {
        match &received.group_id {
            Some(group) => self.pair_in(received.peer, group),
            None => Ok(None),
        }
    }

    /// The rules as they stand now. The proof of the treffer was checked when the question came, and it was counted
    /// then.
    fn permit_again(
        &self,
        received: &Received,
        proposal: Option<&Obligations>,
    ) -> Result<Permit, InzageError> {
        let request = &received.request;
        let pair = self.pair_of(received)?;
        let records = self.records_of(received.aanbieder)?;
        let Judged {
            question,
            mut facts,
            ..
        } = self.judge(received.peer, request, records, pair.as_ref())?;
        facts.used_today = Some(0);
        let now = self.parts.base.clock.now();
        let engine = &self.parts.base.engine;
        let decision = match proposal {
            Some(proposal) => engine.decide_release(&question, &facts, proposal, now),
            None => engine.decide(&question, &facts, now),
        };
        match decision {
            Decision::Permit(permit) => Ok(permit),
            Decision::Refuse(refusal) => Err(self.refused(&refusal)),
        }
    }

    async fn record_decision(
        &self,
        mut received: Received,
        version: u64,
        permit: Permit,
        by: By,
    ) -> Result<(Received, Recorded<Released<InzageDecision>>), InzageError> {
        let wire = self.wire_decision(&received, permit.obligations())?;
        let policy = permit.grounds().policy_hash;
        let rests_on = grounds(permit.grounds());
        let granted = matches!(wire, WireDecision::Released { .. });
        received.last_sent = self.parts.base.clock.now();
        let released = permit
            .release(|_| Self::decision(received.request_id, received.request_hash, wire, policy));
        let event = Event::InzageDecided {
            inzage: received.id,
            peer: received.peer,
            purpose: received.request.purpose_id.clone(),
            granted,
            guards: BTreeSet::new(),
            answer: hash_of(released.value())?,
            grounds: rests_on,
        };
        let change = Change::new()
            .put(received.id, &received, Expect::Version(version))?
            .audit(event.by(by));
        let recorded = self
            .parts
            .base
            .store
            .commit_release(change, released)
            .await?;
        Ok((received, recorded))
    }

    async fn send_decision(
        &self,
        mut received: Received,
        version: u64,
        decision: Recorded<Released<InzageDecision>>,
    ) -> Result<Received, InzageError> {
        let outbox = &self.parts.base.outbox;
        let reply = outbox.send(received.peer, decision).await;
        let delivered = reply.is_ok_and(|reply| {
            // A refusal of it means that the other knows nothing of this question any more.
            let kind = reply.kind();
            kind.as_deref() == Some(RecallReceipt::KIND)
                || matches!(
                    reply.open::<RecallReceipt>(),
                    Err(crate::outbox::ReplyError::Refused)
                )
        });
        if delivered {
            received.state.set_delivered();
            let change = Change::new().put(received.id, &received, Expect::Version(version))?;
            self.parts.base.store.commit(change).await?;
        }
        Ok(received)
    }

    fn wire_decision(
        &self,
        received: &Received,
        obligations: &Obligations,
    ) -> Result<WireDecision, InzageError> {
        match &received.state {
            ReceivedState::Refused { reason, .. } => Ok(WireDecision::Refused(*reason)),
            ReceivedState::Granted { .. } => {
                let aanbieder = received.aanbieder.ok_or(InzageError::Unknown)?;
                let involved = self.parts.betrokkenheden.of(aanbieder)?;
                let material = self.material(involved, &received.request);
                Ok(self.given(&received.request, &material, obligations))
            }
            ReceivedState::Waiting | ReceivedState::Withheld { .. } => Err(InzageError::Decided),
        }
    }

    /// A no of a person where the rules let nothing leave any more: it is written down and not sent.
    async fn keep_inside(
        &self,
        mut received: Received,
        version: u64,
        guards: BTreeSet<String>,
        by: By,
    ) -> Result<Received, InzageError> {
        received.state.set_delivered();
        let event = Event::InzageDecided {
            inzage: received.id,
            peer: received.peer,
            purpose: received.request.purpose_id.clone(),
            granted: false,
            guards,
            answer: received.request_hash,
            grounds: self.grounds_now(&received)?,
        };
        let change = Change::new()
            .put(received.id, &received, Expect::Version(version))?
            .audit(event.by(by));
        self.parts.base.store.commit(change).await?;
        Ok(received)
    }

    fn grounds_now(&self, received: &Received) -> Result<Grounds, StoreError> {
        let pair = self.pair_of(received)?;
        Ok(Grounds {
            policy: self.parts.base.engine.rules().hash(),
            catalogue: self.parts.base.engine.catalogue().hash(),
            convenant: pair.map(|pair| pair.convenant.hash()),
            decided: None,
        })
    }
}

/// What a person decided to give, in the form of the rules.
fn proposal_of(state: &ReceivedState) -> Option<Obligations> {
    match state {
        ReceivedState::Granted {
            categories,
            retain_until,
            ..
        } => Some(Obligations::of_categories(
            categories.clone(),
            *retain_until,
        )),
        ReceivedState::Waiting | ReceivedState::Withheld { .. } | ReceivedState::Refused { .. } => {
            None
        }
    }
}
