// SPDX-License-Identifier: EUPL-1.2
//! The side of the source: open, decide, record, reply.
//!
//! Every no of the rules takes the same path and has the same form: the question is counted, kept and logged, and
//! the reply leaves on a tick. Whether nothing stands behind it, or it is withheld, or it is not allowed, only the own
//! log knows. Beyond the budget of the day the no is the same, but the question is only counted.

use std::collections::BTreeSet;

use basisnet_policy::{Action, Decision, Fact, Facts, Permit, Question, Refusal};
use basisnet_protocol::envelope::message_hash;
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{
    InzageDecision, InzageReceived, InzageRequest, RecallReceipt, Refusal as No,
};
use basisnet_protocol::purpose::PurposeId;
use tokio::task::JoinHandle;

use super::behalf::Care;
use super::budget::{Counted, Today, budget_of};
use super::record::random;
use super::reply::Pushed;
use super::{DECIDE_WITHIN, FORM, InzageError, Inzagen, Received, ReceivedState, Unmatched};
use crate::audit::{Event, Hash, Id, Incident};
use crate::delivery::{Delivery, Once, Unanswered};
use crate::outbox::Sealed;
use crate::service::betrokkenheid::Betrokkenheid;
use crate::service::mandaat;
use crate::service::matching::{Pair, Records, grounds};
use crate::service::publication::{Claim, Claimed, PublicationError};
use crate::store::{Change, Expect};

/// The proof of a treffer, while it is checked.
type Proving = JoinHandle<Result<bool, PublicationError>>;

/// A question with what the node knows about it.
struct Case {
    received: Received,
    pair: Option<Pair>,
    judged: Judged,
    today: Today,
}

/// A question for the rules, what they need to know about it, and the records that an answer is made from: the same
/// that are decided on.
pub(super) struct Judged {
    pub(super) question: Question,
    pub(super) facts: Facts,
    involved: Vec<Betrokkenheid>,
}

impl Inzagen {
    /// Answers the question of a member: at once, later by a person, or no.
    ///
    /// # Errors
    /// When the node could not do its work; then nothing is said at all.
    pub async fn receive(&self, delivery: Delivery<InzageRequest>) -> Result<Sealed, Unanswered> {
        let answered = self.receive_or_fail(delivery).await;
        answered.map_err(|error| Unanswered::because(&error))
    }

    /// Takes a decision that a member sends by itself, and acknowledges it.
    ///
    /// # Errors
    /// When the node could not do its work.
    pub async fn receive_decision(
        &self,
        delivery: Delivery<InzageDecision>,
    ) -> Result<Sealed, Unanswered> {
        let (from, hash) = (delivery.from, delivery.hash);
        let taken = self.take_pushed(delivery).await;
        let outbox = &self.parts.base.outbox;
        match taken.map_err(|error| Unanswered::because(&error))? {
            Pushed::Taken => {
                let receipt = RecallReceipt {
                    v: FORM,
                    req_hash: hash,
                };
                Ok(outbox.reply_procedural(from, &receipt)?)
            }
            Pushed::NotOurs => Ok(outbox.refuse(from, hash)?),
        }
    }

    async fn receive_or_fail(
        &self,
        delivery: Delivery<InzageRequest>,
    ) -> Result<Sealed, InzageError> {
        let (from, hash, once) = (delivery.from, delivery.hash, delivery.once.clone());
        let _turn = self.turns.of(from).await;
        let today = self.today(Counted::From(from))?;
        let pairs = self.pairs_with(from)?;
        if today.count() >= budget_of(&pairs) {
            let change = self.beyond_budget(today)?;
            return self.refuse_at_once(from, hash, once.mark(change)?).await;
        }
        if delivery.message.v != FORM {
            let change = today.count_one(Change::new().audit(other_version(from, hash)))?;
            return self.refuse_at_once(from, hash, once.mark(change)?).await;
        }
        let (mut case, proving) = self.open_case(delivery, pairs, today)?;
        match self.decide_on(&mut case, proving).await? {
            Decision::Refuse(refusal) => self.say_no(from, case, &refusal, &once).await,
            Decision::Permit(permit) if answers_at_once(&case, &permit) => {
                self.answer_now(from, case, permit, &once).await
            }
            Decision::Permit(permit) => {
                let rests_on = grounds(permit.grounds());
                self.put_to_a_person(from, case, rests_on, &once).await
            }
        }
    }

    /// The one form of a no, for a question of which nothing is kept but what is in this change.
    async fn refuse_at_once(
        &self,
        from: Oin,
        question: Hash,
        change: Change,
    ) -> Result<Sealed, InzageError> {
        self.parts.base.store.commit(change).await?;
        Ok(self.parts.base.outbox.refuse(from, question)?)
    }

    /// What is asked, as if the proof of the treffer holds. That is checked on a thread of its own meanwhile.
    fn open_case(
        &self,
        delivery: Delivery<InzageRequest>,
        pairs: Vec<Pair>,
        today: Today,
    ) -> Result<(Case, Option<Proving>), InzageError> {
        let Delivery {
            from,
            header,
            message,
            hash,
            ..
        } = delivery;
        let named = |pair: &Pair| pair.convenant.hash() == message.convenant_hash;
        let pair = pairs.into_iter().find(named);
        let claimed = self.claimed(from, header.message_id, &message, pair.as_ref())?;
        let (behind, proof) = claimed.map(|one| (one.behind, one.proof)).unzip();
        let proving = proof.map(|proof| tokio::task::spawn_blocking(move || proof.holds()));
        let aanbieder = behind.as_ref().map(|behind| behind.aanbieder);
        let records = match behind.and_then(|behind| behind.records) {
            Some(records) => Some(records),
            None => self.records_of(aanbieder)?,
        };
        let judged = self.judge(from, &message, records, pair.as_ref())?;
        let now = self.parts.base.clock.now();
        let peer_name = pair.as_ref().map(|pair| pair.name.clone());
        let received = Received {
            id: random(),
            request_id: header.message_id,
            peer: from,
            peer_name: peer_name.unwrap_or_else(|| from.to_string()),
            group_id: pair.as_ref().map(|pair| pair.content().group_id.clone()),
            request: message,
            request_hash: hash,
            aanbieder,
            at: now,
            decide_by: now + DECIDE_WITHIN,
            last_sent: now,
            gave_up: None,
            state: ReceivedState::Waiting,
        };
        let case = Case {
            received,
            pair,
            judged,
            today,
        };
        Ok((case, proving))
    }

    /// What the rules say. They decide as if the proof holds; nothing is done with that before it is known to hold. If it
    /// does not, nothing stands behind the question, and they decide on it again as such.
    async fn decide_on(
        &self,
        case: &mut Case,
        proving: Option<Proving>,
    ) -> Result<Decision, InzageError> {
        let decision = self.by_the_rules(case);
        let Some(proving) = proving else {
            return Ok(decision);
        };
        let proven = proving.await.map_err(|_| InzageError::BrokenOff)?;
        if proven.map_err(|fault| Unmatched::because(&fault))? {
            return Ok(decision);
        }
        let received = &mut case.received;
        received.aanbieder = None;
        case.judged = self.judge(received.peer, &received.request, None, case.pair.as_ref())?;
        Ok(self.by_the_rules(case))
    }

    fn by_the_rules(&self, case: &mut Case) -> Decision {
        case.judged.facts.used_today = Some(case.today.count());
        let now = self.parts.base.clock.now();
        let Judged {
            question, facts, ..
        } = &case.judged;
        self.parts.base.engine.decide(question, facts, now)
    }

    /// The aanbieder that a question says it is about: published in the sharing group under whose convenant is asked. A
    /// treffer of another group is no treffer here, even between the same two.
    fn claimed(
        &self,
        from: Oin,
        message_id: Id,
        request: &InzageRequest,
        pair: Option<&Pair>,
    ) -> Result<Option<Claimed>, InzageError> {
        let claim = Claim {
            ctx: request.ctx,
            handle: request.handle,
            seq: request.seq,
            tag: request.tag,
            own_proof: request.own_proof,
            message_id,
        };
        let claimed = self.parts.matched.claimed(from, &claim)?;
        let in_group = |group: &str| pair.is_some_and(|pair| pair.content().group_id == group);
        Ok(claimed.filter(|claimed| in_group(&claimed.behind.group_id)))
    }

    /// What the own register has on an aanbieder, if it is still there.
    pub(super) fn records_of(&self, aanbieder: Option<Id>) -> Result<Option<Records>, InzageError> {
        let known = aanbieder.map(|id| self.parts.aanbieders.get(id));
        let Some(aanbieder) = known.transpose()?.flatten() else {
            return Ok(None);
        };
        let involved = self.parts.betrokkenheden.of(aanbieder.id)?;
        Ok(Some(Records {
            aanbieder,
            involved,
        }))
    }

    /// The question of another for our rules, and what we know about it.
    pub(super) fn judge(
        &self,
        from: Oin,
        request: &InzageRequest,
        records: Option<Records>,
        pair: Option<&Pair>,
    ) -> Result<Judged, InzageError> {
        let mut facts = self.facts_of(pair, &request.purpose_id, request.purpose_version)?;
        if let Some(behalf) = &request.on_behalf {
            facts.mandate = self.mandate_of(behalf)?;
            let (member, me) = (behalf.member, self.me());
            facts.pair_open = self.also_open(facts.pair_open, pair, member, me)?;
        }
        let mut involved = Vec::new();
        if let Some(records) = records {
            involved = records.involved;
            let (known, categories) = (&records.aanbieder, &request.categories);
            let care = request.on_behalf.map(|_| {
                let mandate = facts.mandate.as_ref();
                Care::within(&mut involved, mandate, categories, self.today_here())
            });
            facts.aanbieder = self.aanbieder_facts(known, &involved, categories, Fact::Yes);
            if let Some(care) = care {
                facts.aanbieder.care_forms = care;
            }
        }
        let question = Question {
            action: Action::Inspect,
            asker: from,
            source: self.me(),
            purpose: request.purpose_id.clone(),
            purpose_version: request.purpose_version,
            legal_basis: request.legal_basis.clone(),
            role: Some(request.requester_role),
            categories: request.categories.clone(),
            weighing: Some(request.weighing),
            case_ref: Some(request.case_ref),
            on_behalf_of: request.on_behalf.map(|behalf| behalf.member),
            record: None,
            fields: None,
            hand_over_to: None,
        };
        Ok(Judged {
            question,
            facts,
            involved,
        })
    }

    async fn say_no(
        &self,
        from: Oin,
        case: Case,
        refusal: &Refusal,
        once: &Once,
    ) -> Result<Sealed, InzageError> {
        if refusal.is_faulty() {
            tracing::error!(guards = ?refusal.guards(), "a rule could not be evaluated");
        }
        let mut received = case.received;
        let guards: BTreeSet<String> = refusal.guards().iter().map(ToString::to_string).collect();
        received.state = ReceivedState::Withheld {
            guards: guards.clone(),
        };
        let no = No {
            v: FORM,
            req_hash: received.request_hash,
        };
        let event = Event::InzageDecided {
            inzage: received.id,
            peer: from,
            purpose: received.request.purpose_id.clone(),
            granted: false,
            guards,
            answer: message_hash(&no)?,
            grounds: grounds(refusal.grounds()),
        };
        let change = once.mark(noted(&received, case.today, self.me())?.audit(event))?;
        self.refuse_at_once(from, received.request_hash, change)
            .await
    }

    async fn answer_now(
        &self,
        from: Oin,
        case: Case,
        permit: Permit,
        once: &Once,
    ) -> Result<Sealed, InzageError> {
        let mut received = case.received;
        if received.aanbieder.is_none() {
            return Err(InzageError::Unknown);
        }
        received.state = ReceivedState::Granted {
            categories: permit.obligations().categories.clone(),
            retain_until: permit.obligations().retain_until,
            by: None,
            at: received.at,
            delivered: true,
        };
        let material = self.material(case.judged.involved, &received.request);
        let policy = permit.grounds().policy_hash;
        let rests_on = grounds(permit.grounds());
        let released = permit.release(|obligations| {
            let given = self.given(&received.request, &material, obligations);
            Self::decision(received.request_id, received.request_hash, given, policy)
        });
        let event = Event::InzageDecided {
            inzage: received.id,
            peer: from,
            purpose: received.request.purpose_id.clone(),
            granted: true,
            guards: BTreeSet::new(),
            answer: message_hash(released.value())?,
            grounds: rests_on,
        };
        let change = once.mark(noted(&received, case.today, self.me())?.audit(event))?;
        let (outbox, store) = (&self.parts.base.outbox, &self.parts.base.store);
        let sealed = outbox.record_and_seal(store, change, from, released);
        Ok(sealed.await??)
    }

    async fn put_to_a_person(
        &self,
        from: Oin,
        case: Case,
        rests_on: crate::audit::Grounds,
        once: &Once,
    ) -> Result<Sealed, InzageError> {
        let received = case.received;
        let event = Event::InzageDeferred {
            inzage: received.id,
            peer: from,
            grounds: Some(rests_on),
        };
        let change = once.mark(noted(&received, case.today, self.me())?.audit(event))?;
        self.parts.base.store.commit(change).await?;
        let message = InzageReceived {
            v: FORM,
            request_id: received.request_id,
            decide_by: received.decide_by,
        };
        Ok(self.parts.base.outbox.reply_procedural(from, &message)?)
    }
}

/// The record of a question, that it came, and one more in the count of the day.
fn noted(received: &Received, today: Today, me: Oin) -> Result<Change, InzageError> {
    let event = Event::InzageReceived {
        inzage: received.id,
        peer: received.peer,
        purpose: received.request.purpose_id.clone(),
        question: received.request_hash,
        on_behalf: received.request.on_behalf.map(|behalf| behalf.member),
    };
    let change = Change::new().put(received.id, received, Expect::Absent)?;
    let (hash, between) = (received.request_hash, (received.peer, me));
    let change = mandaat::noted(change, &received.request, hash, between, received.at)?;
    Ok(today.count_one(change.audit(event))?)
}

/// A message in a form that this version of the program does not know.
pub(super) const fn other_version(peer: Oin, message: Hash) -> Event {
    Event::SecurityIncident {
        peer: Some(peer),
        incident: Incident::OtherVersion,
        message: Some(message),
    }
}

/// Whether the convenant has everything that may be given answered at once.
fn answers_at_once(case: &Case, permit: &Permit) -> bool {
    let purpose: &PurposeId = &case.judged.question.purpose;
    let terms = case
        .pair
        .as_ref()
        .and_then(|pair| pair.content().terms_of(purpose));
    terms.is_some_and(|terms| permit.obligations().categories.is_subset(&terms.automatic))
}

/// What a decision on a question is called in the log.
pub(super) fn hash_of(decision: &InzageDecision) -> Result<Hash, InzageError> {
    Ok(message_hash(decision)?)
}
