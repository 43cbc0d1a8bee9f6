// SPDX-License-Identifier: EUPL-1.2
//! The side that asks: the own rules first, then the record, then the question.

use std::collections::BTreeSet;

use basisnet_policy::{Action, Decision, Fact, Obligations, Permit, Question, RecordKind, Refusal};
use basisnet_protocol::envelope::message_hash;
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{InzageRequest, Weighing};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::personal::{self, Functional, Place};
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use tokio::sync::MutexGuard;

use super::behalf::Behalf;
use super::budget::Spent;
use super::facts::person_facts;
use super::read::closed;
use super::record::{NamingKey, random};
use super::{Asked, AskedState, FORM, InzageError, Inzagen};
use crate::audit::{Event, Id};
use crate::keys::PseudonymKey;
use crate::outbox::{Outbox, Ready, SealFault, SendError};
use crate::service::aanbieder::Aanbieder;
use crate::service::account::Actor;
use crate::service::mandaat;
use crate::service::matching::{Pair, grounds};
use crate::service::publication::Claim;
use crate::service::unbroken::Unbroken;
use crate::store::{Change, CommitError, Expect, Recorded};

/// The longest text that stays here with a question, in characters.
const MAX_TEXT: usize = 1_000;

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
    /// For which member, under a mandate: an OIN, or a name in a convenant; none for the own organisation.
    pub on_behalf: Option<String>,
}

/// A question that is ready to be decided on.
struct Draft {
    id: Id,
    aanbieder: Aanbieder,
    peer: Oin,
    claim: Option<Claim>,
    pair: Option<Pair>,
    behalf: Option<Behalf>,
    question: Question,
    requester: Octets<16>,
    case: String,
    weighing: String,
}

/// A question with what the own rules say to it, and the count of the day, which nobody else writes meanwhile.
struct Put<'a> {
    draft: Draft,
    spent: Spent,
    decision: Decision,
    counting: MutexGuard<'a, ()>,
}

impl Inzagen {
    /// Asks a member about an aanbieder.
    ///
    /// It goes on when the caller does not wait for it: an answer that was given is not lost.
    ///
    /// # Errors
    /// When the own rules say no, with every reason; then nothing left, and the refusal is in the log. A member that
    /// does not answer is no error: the question says so.
    pub async fn ask(&self, actor: &Actor, vraag: &Vraag) -> Result<Asked, InzageError> {
        let (inzagen, actor, vraag) = (self.clone(), actor.clone(), vraag.clone());
        Unbroken::new(async move { inzagen.ask_and_wait(&actor, &vraag).await }).await
    }

    async fn ask_and_wait(&self, actor: &Actor, vraag: &Vraag) -> Result<Asked, InzageError> {
        // A refusal names its reasons, and one of them is that there is no treffer. So who may not know of treffers
        // hears why that is, and nothing about this aanbieder. Both are worked out side by side, on a thread each; what
        // comes of the second is not looked at before the first is a yes.
        let (own, who) = (self.own().clone(), actor.clone());
        let runtime = tokio::runtime::Handle::current();
        let seeing = tokio::task::spawn_blocking(move || {
            runtime.block_on(own.must_ever_see(&who, RecordKind::Treffer))
        });
        let put = self.put_to_the_rules(actor, vraag).await;
        seeing.await.map_err(|_| InzageError::BrokenOff)??;
        let Put {
            draft,
            spent,
            decision,
            counting,
        } = put?;
        let permit = match decision {
            Decision::Permit(permit) => permit,
            Decision::Refuse(no) => {
                return Err(self.note_refusal(actor, draft.aanbieder.id, &no).await?);
            }
        };
        let (asked, ready) = self.record_question(actor, draft, permit, spent).await?;
        drop(counting);
        let reply = self.parts.base.outbox.send_ready(ready).await;
        let kept_inside = match &reply {
            Err(SendError::Seal(SealFault::Personal(place))) => Some(place.clone()),
            Err(_) | Ok(_) => None,
        };
        let settled = self.settle(asked, reply.ok()).await?;
        // An answer is read for a purpose, by who may ([`Inzagen::show`]); who asked hears only that there is one.
        kept_inside.map_or(Ok(closed(settled)), |place| {
            Err(InzageError::Personal(vec![place]))
        })
    }

    /// The two texts of a question, as they are kept. They stay here, but what they are about goes along as a code and
    /// a fingerprint, and what leads to a person belongs in neither.
    fn texts(&self, vraag: &Vraag) -> Result<(String, String), InzageError> {
        let words = vraag.weighing.as_ref().map(|weighed| &*weighed.words);
        let case = checked("zaak", vraag.case.as_deref().unwrap_or_default())?;
        let weighing = checked("weging", words.unwrap_or_default())?;
        let functional = self.parts.base.outbox.functional();
        let mut found = personal::places("zaak", &case, functional);
        found.extend(personal::places("weging", &weighing, functional));
        match found.is_empty() {
            true => Ok((case, weighing)),
            false => Err(InzageError::Personal(found)),
        }
    }

    /// What in the reference of a case leads to a person, for who is still writing it.
    #[must_use]
    pub fn personal_in_case(&self, case: &str) -> Vec<Place> {
        personal::places("zaak", case.trim(), self.parts.base.outbox.functional())
    }

    /// Puts together what is asked, and finds what it rests on.
    async fn draft(&self, actor: &Actor, vraag: &Vraag) -> Result<Draft, InzageError> {
        let (case, weighing) = self.texts(vraag)?;
        let peer = self.member(&vraag.member)?;
        let aanbieder = self.parts.aanbieders.get(vraag.aanbieder)?;
        let aanbieder = aanbieder.ok_or(InzageError::UnknownAanbieder)?;
        let id = Outbox::new_id();
        let behalf = self.behalf(vraag.on_behalf.as_deref(), &vraag.purpose)?;
        let (pair, claim) = self.ground_for(aanbieder.id, peer, &vraag.purpose, id)?;
        let names = self.naming_key().await?;
        let case_ref = (!case.is_empty()).then(|| names.case(&case));
        let question = self.question(actor, vraag, peer, pair.as_ref(), case_ref);
        let question = question.map(|question| Question {
            on_behalf_of: behalf.as_ref().map(|behalf| behalf.member),
            ..question
        });
        Ok(Draft {
            behalf,
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

    /// What the own rules say. Nothing is written or told of it here.
    async fn put_to_the_rules(&self, actor: &Actor, vraag: &Vraag) -> Result<Put<'_>, InzageError> {
        let draft = self.draft(actor, vraag).await?;
        let counting = self.counting.lock().await;
        let spent = self.spent(draft.peer)?;
        let question = &draft.question;
        let pair = draft.pair.as_ref();
        let mut facts = self.facts_of(pair, &question.purpose, question.purpose_version)?;
        if let Some(behalf) = &draft.behalf {
            facts.mandate = behalf.facts();
            let member = behalf.member;
            facts.pair_open = self.also_open(facts.pair_open, pair, member, draft.peer)?;
        }
        facts.used_today = Some(spent.used(self.parts.base.per_day));
        facts.person = Some(self.person(actor));
        facts.aanbieder = person_facts(&draft.aanbieder);
        facts.aanbieder.treffer = Fact::from(draft.claim.is_some());
        let now = self.parts.base.clock.now();
        let decision = self.parts.base.engine.decide(question, &facts, now);
        Ok(Put {
            draft,
            spent,
            decision,
            counting,
        })
    }

    async fn record_question(
        &self,
        actor: &Actor,
        draft: Draft,
        permit: Permit,
        spent: Spent,
    ) -> Result<(Asked, Recorded<Result<Ready, SealFault>>), InzageError> {
        let keep_until = permit.obligations().retain_until;
        let rests_on = grounds(permit.grounds());
        let request = request(&draft, permit.obligations()).ok_or(InzageError::Unknown)?;
        let pair = draft.pair.as_ref().ok_or(InzageError::UnknownMember)?;
        let asked = Asked {
            id: draft.id,
            aanbieder: draft.aanbieder.id,
            peer: draft.peer,
            peer_name: pair.name.clone(),
            group_id: pair.content().group_id.clone(),
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
            on_behalf: request.on_behalf.map(|behalf| behalf.member),
            grounds: rests_on,
        };
        let change = Change::new()
            .put(asked.id, &asked, Expect::Absent)?
            .audit(event.by(actor.by()));
        let change = spent.count_one(change)?;
        let between = (self.me(), asked.peer);
        let (hash, at) = (asked.request_hash, asked.at);
        let change = mandaat::noted(change, &asked.request, hash, between, at)?;
        let released = permit.release(|_| request);
        let (outbox, store) = (&self.parts.base.outbox, &self.parts.base.store);
        let named = (asked.id, asked.peer);
        let ready = outbox.record_and_make_ready(store, change, named, released);
        Ok((asked, ready.await?))
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
        let now = self.parts.base.clock.now();
        let catalogue = self.parts.base.engine.catalogue();
        let entry = catalogue.current(&vraag.purpose, now);
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
            on_behalf_of: None,
            record: None,
            fields: None,
            hand_over_to: None,
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
    async fn naming_key(&self) -> Result<&PseudonymKey, InzageError> {
        if let Some(known) = self.names.get() {
            return Ok(known);
        }
        let kept = self.parts.base.store.get::<NamingKey>(NamingKey::KEY)?;
        if let Some(key) = kept.and_then(|kept| PseudonymKey::from_slice(kept.value.bytes())) {
            return Ok(self.names.get_or_init(|| key));
        }
        let key = PseudonymKey::generate();
        let record = NamingKey::new(key.expose());
        let change = Change::new().put(NamingKey::KEY, &record, Expect::Absent)?;
        self.parts.base.store.commit(change).await?;
        Ok(self.names.get_or_init(|| key))
    }
}

/// The message. A permit rests on a treffer, a weighing, a case, a role and an agreement, so none of them is absent.
fn request(draft: &Draft, obligations: &Obligations) -> Option<InzageRequest> {
    let (question, claim) = (&draft.question, draft.claim.as_ref()?);
    Some(InzageRequest {
        v: FORM,
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
        traceparent: trace(),
        head: None,
        on_behalf: match &draft.behalf {
            Some(behalf) => Some(behalf.on_the_wire()?),
            None => None,
        },
    })
}

/// A trace by which both logs show one operation, drawn anew until no digits in it pass for the number of a person.
fn trace() -> String {
    loop {
        let (trace, span) = (random::<16>(), random::<8>());
        let drawn = format!("00-{trace}-{span}-01");
        if personal::find(&drawn, &Functional::new()).is_empty() {
            return drawn;
        }
    }
}

/// A text that stays here.
fn checked(field: &'static str, text: &str) -> Result<String, InzageError> {
    let text = text.trim();
    let odd = |c: char| c.is_control() && c != '\n' && c != '\r' && c != '\t';
    if text.chars().count() > MAX_TEXT || text.chars().any(odd) {
        return Err(InzageError::Text(field));
    }
    Ok(text.to_owned())
}
