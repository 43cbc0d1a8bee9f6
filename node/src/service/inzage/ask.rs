// SPDX-License-Identifier: EUPL-1.2
//! The side that asks: the own rules first, then the record, then the question.

use std::collections::BTreeSet;

use basisnet_policy::{Action, Decision, Fact, Obligations, Permit, Question, Refusal, Released};
use basisnet_protocol::bsn;
use basisnet_protocol::envelope::message_hash;
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{
    Answer, Decision as WireDecision, InzageDecision, InzageReceived, InzageRequest, Message,
    Weighing, WireObligations,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use basisnet_protocol::time::Timestamp;

use super::facts::{name_in, person_facts};
use super::record::{NamingKey, random};
use super::{Asked, AskedState, InzageError, Inzagen};
use crate::audit::{Event, Id, Incident};
use crate::keys::PseudonymKey;
use crate::outbox::{Outbox, Reply, ReplyError};
use crate::service::aanbieder::Aanbieder;
use crate::service::account::Actor;
use crate::service::matching::{Pair, grounds};
use crate::service::publication::Claim;
use crate::store::{Change, CommitError, Expect, Recorded, Stored};

/// The longest text that stays here with a question, in characters.
const MAX_TEXT: usize = 1_000;
/// The longest line in a contact that is read.
const MAX_LINE: usize = 200;

/// The weighing of a question: the codes travel, the words stay.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// Why it is in proportion and cannot be had otherwise.
    pub codes: Weighing,
    /// The same in words.
    pub words: String,
}

/// What somebody wants to ask.
#[derive(Clone, Debug)]
pub struct Vraag {
    /// About which aanbieder of the own register.
    pub aanbieder: Id,
    /// Whom: an OIN, or a name in a convenant.
    pub member: String,
    /// For which purpose.
    pub purpose: PurposeId,
    /// On which basis; the first that catalogue and convenant share when it is not named.
    pub basis: Option<LegalBasis>,
    /// In which role; the first of the own roles that fits when it is not named.
    pub role: Option<Role>,
    /// For what.
    pub categories: BTreeSet<Category>,
    /// Why.
    pub weighing: Option<Weighed>,
    /// For which case.
    pub case: Option<String>,
}

/// A question that is ready to be decided on.
struct Draft {
    id: Id,
    aanbieder: Aanbieder,
    peer: Oin,
    claim: Option<Claim>,
    pair: Option<Pair>,
    question: Question,
    requester: Octets<16>,
    case: String,
    weighing: String,
}

impl Inzagen {
    /// Asks a member about an aanbieder.
    ///
    /// # Errors
    /// When the own rules say no, with every reason; then nothing left, and the refusal is in the log. A member that
    /// does not answer is no error: the question says so.
    pub async fn ask(&self, actor: &Actor, vraag: &Vraag) -> Result<Asked, InzageError> {
        let draft = self.draft(actor, vraag).await?;
        let counting = self.counting.lock().await;
        let permit = self.may_ask(actor, &draft).await?;
        let (asked, recorded) = self.record_question(actor, draft, permit).await?;
        drop(counting);
        let (id, peer) = (asked.id, asked.peer);
        let reply = self.parts.base.outbox.send_as(id, peer, recorded).await;
        self.settle(asked, reply.ok()).await
    }

    /// Puts together what is asked, and finds what it rests on.
    async fn draft(&self, actor: &Actor, vraag: &Vraag) -> Result<Draft, InzageError> {
        if let Some(role) = vraag.role {
            actor.require(&[role])?;
        }
        let case = checked("zaak", vraag.case.as_deref().unwrap_or_default())?;
        let words = vraag
            .weighing
            .as_ref()
            .map(|weighed| weighed.words.as_str());
        let weighing = checked("weging", words.unwrap_or_default())?;
        let peer = self.member(&vraag.member)?;
        let aanbieder = self.parts.aanbieders.get(vraag.aanbieder)?;
        let aanbieder = aanbieder.ok_or(InzageError::UnknownAanbieder)?;
        let id = Outbox::new_id();
        let claim = self.parts.matched.claim(aanbieder.id, peer, id)?;
        let pair = self.pair_for(peer, &vraag.purpose)?;
        let names = self.naming_key().await?;
        let case_ref = (!case.is_empty()).then(|| names.case(&case));
        let question = self.question(actor, vraag, peer, pair.as_ref(), case_ref);
        Ok(Draft {
            id,
            aanbieder,
            peer,
            claim,
            pair,
            question: question.ok_or(InzageError::Unknown)?,
            requester: names.person(&actor.account()),
            case,
            weighing,
        })
    }

    /// The own rules. A no is written in the log, and told with every reason.
    async fn may_ask(&self, actor: &Actor, draft: &Draft) -> Result<Permit, InzageError> {
        let question = &draft.question;
        let pair = draft.pair.as_ref();
        let mut facts = self.facts_of(pair, &question.purpose, question.purpose_version)?;
        facts.used_today = Some(self.asked_today(draft.peer)?);
        facts.aanbieder = person_facts(&draft.aanbieder);
        facts.aanbieder.treffer = Fact::from(draft.claim.is_some());
        let decision = self
            .parts
            .base
            .engine
            .decide(question, &facts, self.parts.base.clock.now());
        match decision {
            Decision::Permit(permit) => Ok(permit),
            Decision::Refuse(refusal) => Err(self
                .note_refusal(actor, draft.aanbieder.id, &refusal)
                .await?),
        }
    }

    async fn record_question(
        &self,
        actor: &Actor,
        draft: Draft,
        permit: Permit,
    ) -> Result<(Asked, Recorded<Released<InzageRequest>>), InzageError> {
        let keep_until = permit.obligations().retain_until;
        let rests_on = grounds(permit.grounds());
        let request = request(&draft, permit.obligations()).ok_or(InzageError::Unknown)?;
        let pair_name = draft.pair.as_ref().map(name_in);
        let asked = Asked {
            id: draft.id,
            aanbieder: draft.aanbieder.id,
            peer: draft.peer,
            peer_name: pair_name.unwrap_or_else(|| draft.peer.to_string()),
            request_hash: message_hash(&request)?,
            request: request.clone(),
            case: draft.case,
            weighing: draft.weighing,
            by: actor.account(),
            by_name: actor.name().to_owned(),
            at: self.parts.base.clock.now(),
            keep_until,
            state: AskedState::Sent,
        };
        let event = Event::InzageAsked {
            inzage: asked.id,
            aanbieder: asked.aanbieder,
            peer: asked.peer,
            purpose: request.purpose_id.clone(),
            question: asked.request_hash,
            grounds: rests_on,
        };
        let change = Change::new()
            .put(asked.id, &asked, Expect::Absent)?
            .audit(event.by(actor.by()));
        let released = permit.release(|_| request);
        let recorded = self
            .parts
            .base
            .store
            .commit_release(change, released)
            .await?;
        Ok((asked, recorded))
    }

    /// The question for the rules; none only when no basis can be written down.
    fn question(
        &self,
        actor: &Actor,
        vraag: &Vraag,
        peer: Oin,
        pair: Option<&Pair>,
        case_ref: Option<Octets<32>>,
    ) -> Option<Question> {
        let catalogue = self.parts.base.engine.catalogue();
        let entry = catalogue.newest(&vraag.purpose);
        let terms = pair.and_then(|pair| pair.content().terms_of(&vraag.purpose));
        let version = terms.map(|terms| terms.version);
        let shared = entry.and_then(|entry| {
            let agreed = |code: &&LegalBasis| terms.is_none_or(|t| t.legal_bases.contains(*code));
            let codes = entry.bases.iter().map(|basis| &basis.code);
            codes.clone().find(agreed).or_else(|| codes.clone().next())
        });
        let fitting = entry.and_then(|entry| entry.roles.iter().find(|role| actor.has(**role)));
        Some(Question {
            action: Action::Ask,
            asker: self.me(),
            source: peer,
            purpose: vraag.purpose.clone(),
            purpose_version: version.or(entry.map(|entry| entry.version)).unwrap_or(1),
            legal_basis: match vraag.basis.as_ref().or(shared) {
                Some(basis) => basis.clone(),
                None => "geen".parse().ok()?,
            },
            role: (vraag.role)
                .or(fitting.copied())
                .or(actor.roles().first().copied()),
            categories: vraag.categories.clone(),
            weighing: vraag.weighing.as_ref().map(|weighed| weighed.codes),
            case_ref,
        })
    }

    /// Writes in the log that the own rules kept a question inside, and says why.
    pub(super) async fn note_refusal(
        &self,
        actor: &Actor,
        aanbieder: Id,
        refusal: &Refusal,
    ) -> Result<InzageError, CommitError> {
        let event = Event::InzageWithheld {
            aanbieder,
            peer: refusal.grounds().source,
            purpose: refusal.grounds().purpose.clone(),
            guards: refusal.guards().iter().map(ToString::to_string).collect(),
            grounds: grounds(refusal.grounds()),
        };
        let change = Change::new().audit(event.by(actor.by()));
        self.parts.base.store.commit(change).await?;
        Ok(self.refused(refusal))
    }

    /// The key for the names of cases and colleagues; made at the first question.
    async fn naming_key(&self) -> Result<PseudonymKey, InzageError> {
        let kept = self.parts.base.store.get::<NamingKey>(NamingKey::KEY)?;
        if let Some(key) = kept.and_then(|kept| PseudonymKey::from_slice(kept.value.bytes())) {
            return Ok(key);
        }
        let key = PseudonymKey::generate();
        let record = NamingKey::new(key.expose());
        let change = Change::new().put(NamingKey::KEY, &record, Expect::Absent)?;
        self.parts.base.store.commit(change).await?;
        Ok(key)
    }

    /// What became of a question: the reply of the other, or none.
    async fn settle(&self, asked: Asked, reply: Option<Reply>) -> Result<Asked, InzageError> {
        let Some(reply) = reply else {
            return self.turn(asked, AskedState::NoAnswer, None).await;
        };
        if reply.kind().as_deref() == Some(InzageReceived::KIND) {
            let state = match reply.open::<InzageReceived>() {
                Ok(opened) if opened.message.request_id == asked.id => AskedState::Waiting {
                    decide_by: opened.message.decide_by,
                },
                Ok(_) | Err(_) => return self.distrust(asked).await,
            };
            return self.turn(asked, state, None).await;
        }
        match reply.open::<InzageDecision>() {
            Ok(opened) => self.take(asked, &opened.message).await,
            Err(ReplyError::Refused) => {
                let event = answered(&asked, false);
                self.turn(asked, AskedState::Refused, Some(event)).await
            }
            Err(ReplyError::OtherQuestion | ReplyError::Open(_)) => self.distrust(asked).await,
        }
    }

    /// A decision of the other that came by itself. None when it belongs to no question of ours.
    pub(super) async fn take_pushed(
        &self,
        from: Oin,
        decision: &InzageDecision,
    ) -> Result<Option<Asked>, InzageError> {
        let Some(Stored { value: asked, .. }) =
            self.parts.base.store.get::<Asked>(decision.request_id)?
        else {
            return Ok(None);
        };
        if asked.peer != from || decision.req_hash != asked.request_hash {
            return Ok(None);
        }
        // Sent again because our receipt was lost: it counts once.
        if asked.state.is_settled() {
            return Ok(Some(asked));
        }
        self.take(asked, decision).await.map(Some)
    }

    async fn take(&self, asked: Asked, decision: &InzageDecision) -> Result<Asked, InzageError> {
        let now = self.parts.base.clock.now();
        let Some(state) = state_after(&asked, decision, now) else {
            return self.distrust(asked).await;
        };
        let granted = matches!(state, AskedState::Released { .. });
        let event = answered(&asked, granted);
        self.turn(asked, state, Some(event)).await
    }

    /// The other sent something that is no answer to this question.
    async fn distrust(&self, asked: Asked) -> Result<Asked, InzageError> {
        let event = Event::SecurityIncident {
            peer: Some(asked.peer),
            incident: Incident::Malformed,
            message: Some(asked.request_hash),
        };
        self.turn(asked, AskedState::NoAnswer, Some(event)).await
    }

    /// Writes down how a question stands now. What was settled is not unsettled by a message that came later than
    /// the one that settled it: the decision may overtake the notice that there will be one.
    pub(super) async fn turn(
        &self,
        asked: Asked,
        state: AskedState,
        event: Option<Event>,
    ) -> Result<Asked, InzageError> {
        let store = &self.parts.base.store;
        let stored = store.get::<Asked>(asked.id)?.ok_or(InzageError::Unknown)?;
        if stored.value.state.is_settled() && !state.is_settled() {
            return Ok(stored.value);
        }
        let asked = Asked {
            state,
            ..stored.value
        };
        let mut change = Change::new().put(asked.id, &asked, Expect::Version(stored.version))?;
        if let Some(event) = event {
            change = change.audit(event);
        }
        store.commit(change).await?;
        Ok(asked)
    }
}

fn answered(asked: &Asked, granted: bool) -> Event {
    Event::InzageAnswered {
        inzage: asked.id,
        peer: asked.peer,
        granted,
    }
}

/// The state that a decision brings, if it is one on this question and gives no more than was asked.
fn state_after(asked: &Asked, decision: &InzageDecision, now: Timestamp) -> Option<AskedState> {
    let ours = decision.v == 1
        && decision.request_id == asked.id
        && decision.req_hash == asked.request_hash;
    if !ours {
        return None;
    }
    match &decision.decision {
        WireDecision::Refused(reason) => Some(AskedState::RefusedByPerson { reason: *reason }),
        WireDecision::Released {
            answer,
            obligations,
        } => {
            let request = &asked.request;
            let in_order = obligations.no_onward_sharing
                && obligations.source_oin == asked.peer
                && obligations.purpose_id == request.purpose_id
                && obligations.convenant_hash == request.convenant_hash
                && answers_no_more(answer, &request.categories);
            in_order.then(|| AskedState::Released {
                answer: Box::new(answer.clone()),
                obligations: Box::new(WireObligations {
                    retain_until: obligations.retain_until.min(asked.keep_until),
                    ..obligations.clone()
                }),
                policy_hash: decision.policy_hash,
                received: now,
            })
        }
    }
}

fn answers_no_more(answer: &Answer, asked: &BTreeSet<Category>) -> bool {
    let short = |line: &String| line.chars().count() <= MAX_LINE;
    let given = [
        (answer.contract.is_some(), Category::Contract),
        (answer.toezicht.is_some(), Category::Toezicht),
        (answer.label.is_some(), Category::Label),
        (answer.contact.is_some(), Category::Contact),
    ];
    let contact = answer.contact.as_ref();
    given
        .iter()
        .all(|(given, category)| !given || asked.contains(category))
        && contact.is_none_or(|c| short(&c.team) && short(&c.mailbox) && short(&c.telephone))
}

/// The message. A permit rests on a treffer, a weighing, a case, a role and an agreement, so none of them is absent.
fn request(draft: &Draft, obligations: &Obligations) -> Option<InzageRequest> {
    let (question, claim) = (&draft.question, draft.claim.as_ref()?);
    let (trace, span) = (random::<16>(), random::<8>());
    Some(InzageRequest {
        v: 1,
        ctx: claim.ctx,
        convenant_hash: draft.pair.as_ref()?.convenant.hash(),
        handle: claim.handle,
        seq: claim.seq,
        tag: claim.tag,
        own_proof: claim.own_proof,
        purpose_id: question.purpose.clone(),
        purpose_version: question.purpose_version,
        legal_basis: question.legal_basis.clone(),
        requester_role: question.role?,
        requester: draft.requester,
        case_ref: question.case_ref?,
        weighing: question.weighing?,
        categories: obligations.categories.clone(),
        traceparent: format!("00-{trace}-{span}-01"),
        head: None,
    })
}

/// A text that stays here. A citizen service number does not belong in it.
fn checked(field: &'static str, text: &str) -> Result<String, InzageError> {
    let text = text.trim();
    let odd = |c: char| c.is_control() && c != '\n' && c != '\r' && c != '\t';
    if text.chars().count() > MAX_TEXT || text.chars().any(odd) || bsn::occurs_in(text) {
        return Err(InzageError::Text(field));
    }
    Ok(text.to_owned())
}
