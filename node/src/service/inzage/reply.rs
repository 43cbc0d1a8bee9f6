// SPDX-License-Identifier: EUPL-1.2
//! What comes back on a question: at once, or by itself when a person at the source decided.
//!
//! An answer is taken when it belongs to the question and gives no more than was asked. It is looked at as something
//! that a stranger wrote: no free text, no term longer than our own, and what was settled stays settled.

use std::collections::BTreeSet;
use std::time::Duration;

use basisnet_protocol::bsn;
use basisnet_protocol::message::{
    Answer, ContactAnswer, ContractAnswer, Decision, InzageDecision, InzageReceived, Message,
    WireObligations,
};
use basisnet_protocol::purpose::Category;
use basisnet_protocol::time::Timestamp;

use super::answer::MAX_CONTRACTS;
use super::budget::Counted;
use super::{Asked, AskedState, FORM, InzageError, Inzagen};
use crate::audit::{Event, Incident};
use crate::delivery::{Delivery, Once};
use crate::outbox::{Reply, ReplyError};
use crate::store::{Change, CommitError, Expect, Record, Stored};

/// The longest line in a contact that is read, in characters.
const MAX_LINE: usize = 200;
/// The most care forms in one contract.
const MAX_CARE_FORMS: usize = 50;
/// The longest that we wait for a person at the source, whatever it says.
const LONGEST_WAIT: Duration = Duration::from_secs(90 * 86_400);
/// So many decisions of one member that fit no question have an entry of their own in the log on one day.
const MISFITS_A_DAY: u32 = 25;
/// So often a change is tried when somebody else wrote the same question at the same moment.
const ATTEMPTS: u32 = 5;

/// What became of a decision that came by itself.
pub(super) enum Pushed {
    /// It is ours, and we have it.
    Taken,
    /// It belongs to no question of ours, or is no answer to it.
    NotOurs,
}

impl Inzagen {
    /// What became of a question: the reply of the other, or none.
    pub(super) async fn settle(
        &self,
        asked: Asked,
        reply: Option<Reply>,
    ) -> Result<Asked, InzageError> {
        let (state, event) = match reply {
            None => (AskedState::NoAnswer, None),
            Some(reply) => match self.read(&asked, &reply) {
                Ok(state) => {
                    let event = answered(&asked, &state);
                    (state, event)
                }
                Err(incident) => (AskedState::NoAnswer, Some(misfit(&asked, incident))),
            },
        };
        // As it was written when it was asked; a decision that overtook the reply shows as a conflict.
        let known = Stored {
            version: 1,
            value: asked,
        };
        self.turn(known, state, event, None).await
    }

    /// How a question stands after the reply to it.
    fn read(&self, asked: &Asked, reply: &Reply) -> Result<AskedState, Incident> {
        let now = self.parts.base.clock.now();
        if reply.kind().as_deref() == Some(InzageReceived::KIND) {
            let opened = reply.open::<InzageReceived>();
            let notice = opened.map_err(|_| Incident::Malformed)?.message;
            return match (notice.v, notice.request_id == asked.id) {
                (FORM, true) => Ok(AskedState::Waiting {
                    decide_by: notice.decide_by.min(now + LONGEST_WAIT),
                }),
                (FORM, false) => Err(Incident::Malformed),
                _ => Err(Incident::OtherVersion),
            };
        }
        match reply.open::<InzageDecision>() {
            Ok(opened) => state_after(asked, &opened.message, now),
            Err(ReplyError::Refused) => Ok(AskedState::Refused),
            Err(ReplyError::OtherQuestion | ReplyError::Open(_)) => Err(Incident::Malformed),
        }
    }

    /// A decision of the other that came by itself.
    pub(super) async fn take_pushed(
        &self,
        delivery: Delivery<InzageDecision>,
    ) -> Result<Pushed, InzageError> {
        let (from, decision, once) = (delivery.from, delivery.message, delivery.once);
        let kept = self.parts.base.store.get::<Asked>(decision.request_id)?;
        let Some(known) = kept else {
            return Ok(Pushed::NotOurs);
        };
        let asked = &known.value;
        if asked.peer != from || decision.req_hash != asked.request_hash {
            return Ok(Pushed::NotOurs);
        }
        // Sent again because our receipt was lost: it counts once.
        if asked.state.is_settled() {
            return Ok(Pushed::Taken);
        }
        match state_after(asked, &decision, self.parts.base.clock.now()) {
            Ok(state) => {
                let event = answered(asked, &state);
                self.turn(known, state, event, Some(&once)).await?;
                Ok(Pushed::Taken)
            }
            Err(incident) => {
                self.note_misfit(asked, incident, &once).await?;
                Ok(Pushed::NotOurs)
            }
        }
    }

    /// A decision that is none on this question goes into the log; but nobody fills the log by sending many.
    async fn note_misfit(
        &self,
        asked: &Asked,
        incident: Incident,
        once: &Once,
    ) -> Result<(), InzageError> {
        let _turn = self.turns.of(asked.peer).await;
        let today = self.today(Counted::Misfits(asked.peer))?;
        if today.count() >= MISFITS_A_DAY {
            tracing::warn!(peer = %asked.peer, ?incident, "a decision fits no question");
            return Ok(());
        }
        let change = Change::new().audit(misfit(asked, incident));
        let change = once.mark(today.count_one(change)?)?;
        self.parts.base.store.commit(change).await?;
        Ok(())
    }

    /// Writes down how a question stands now. What was settled is not unsettled by a message that came later than
    /// the one that settled it: the decision may overtake the notice that there will be one.
    pub(super) async fn turn(
        &self,
        known: Stored<Asked>,
        state: AskedState,
        event: Option<Event>,
        once: Option<&Once>,
    ) -> Result<Asked, InzageError> {
        let store = &self.parts.base.store;
        let id = known.value.id;
        let mut stored = known;
        let mut attempt = 0;
        loop {
            attempt += 1;
            if !stored.value.state.may_become(&state) {
                return Ok(stored.value);
            }
            let asked = Asked {
                state: state.clone(),
                ..stored.value
            };
            let mut change = Change::new().put(id, &asked, Expect::Version(stored.version))?;
            if let Some(event) = &event {
                change = change.audit(event.clone());
            }
            if let Some(once) = once {
                change = once.mark(change)?;
            }
            match store.commit(change).await {
                Ok(_) => return Ok(asked),
                Err(CommitError::Conflict(Asked::COLLECTION)) if attempt < ATTEMPTS => {
                    stored = store.get::<Asked>(id)?.ok_or(InzageError::Unknown)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// What the log says about an answer or a no; that there will be one says nothing yet.
fn answered(asked: &Asked, state: &AskedState) -> Option<Event> {
    state.is_settled().then_some(Event::InzageAnswered {
        inzage: asked.id,
        peer: asked.peer,
        granted: matches!(state, AskedState::Released { .. }),
    })
}

/// The other sent something that is no answer to this question.
const fn misfit(asked: &Asked, incident: Incident) -> Event {
    Event::SecurityIncident {
        peer: Some(asked.peer),
        incident,
        message: Some(asked.request_hash),
    }
}

/// The state that a decision brings, if it is one on this question and gives no more than was asked.
fn state_after(
    asked: &Asked,
    decision: &InzageDecision,
    now: Timestamp,
) -> Result<AskedState, Incident> {
    if decision.v != FORM {
        return Err(Incident::OtherVersion);
    }
    if decision.request_id != asked.id || decision.req_hash != asked.request_hash {
        return Err(Incident::Malformed);
    }
    match &decision.decision {
        Decision::Refused(reason) => Ok(AskedState::RefusedByPerson { reason: *reason }),
        Decision::Released {
            answer,
            obligations,
        } => {
            let request = &asked.request;
            let in_order = obligations.no_onward_sharing
                && obligations.source_oin == asked.peer
                && obligations.purpose_id == request.purpose_id
                && obligations.convenant_hash == request.convenant_hash
                && answers_no_more(answer, &request.categories);
            let released = in_order.then(|| AskedState::Released {
                answer: Box::new(answer.clone()),
                obligations: Box::new(WireObligations {
                    retain_until: obligations.retain_until.min(asked.keep_until),
                    ..obligations.clone()
                }),
                policy_hash: decision.policy_hash,
                received: now,
            });
            released.ok_or(Incident::Malformed)
        }
    }
}

fn answers_no_more(answer: &Answer, asked: &BTreeSet<Category>) -> bool {
    let given = [
        (answer.contract.is_some(), Category::Contract),
        (answer.toezicht.is_some(), Category::Toezicht),
        (answer.label.is_some(), Category::Label),
        (answer.contact.is_some(), Category::Contact),
    ];
    let contracts = answer.contract.iter().flatten();
    given
        .iter()
        .all(|(given, category)| !given || asked.contains(category))
        && contracts.clone().count() <= MAX_CONTRACTS
        && contracts.clone().all(is_contract)
        && answer.contact.as_ref().is_none_or(is_contact)
}

/// Whether the care forms are codes: the one place in a contract that could hold a text.
fn is_contract(contract: &ContractAnswer) -> bool {
    let is_code = |form: &String| form.len() == 2 && form.bytes().all(|c| c.is_ascii_digit());
    contract.care_forms.len() <= MAX_CARE_FORMS && contract.care_forms.iter().all(is_code)
}

/// Whether these are lines by which somebody is called, and hold no citizen service number.
fn is_contact(contact: &ContactAnswer) -> bool {
    let is_line =
        |line: &str| line.chars().count() <= MAX_LINE && !line.chars().any(char::is_control);
    let is_text = |line: &str| is_line(line) && !bsn::occurs_in(line);
    is_text(&contact.team) && is_text(&contact.mailbox) && is_line(&contact.telephone)
}

#[cfg(test)]
mod tests {
    use basisnet_protocol::message::{ContractRole, Law, Variant};

    use super::*;

    fn contract(care_form: &str) -> Answer {
        Answer {
            contract: Some(vec![ContractAnswer {
                law: Law::Wmo,
                care_forms: [care_form.to_owned()].into(),
                variant: Variant::Inspanningsgericht,
                role: ContractRole::Main,
                from: "2026-01-01".parse().unwrap(),
                until: None,
            }]),
            ..Answer::default()
        }
    }

    fn contact(team: &str) -> Answer {
        Answer {
            contact: Some(ContactAnswer {
                team: team.to_owned(),
                mailbox: "toezicht@example.nl".to_owned(),
                telephone: "14 0318".to_owned(),
            }),
            ..Answer::default()
        }
    }

    #[test]
    fn no_text_comes_in_where_a_code_belongs() {
        let asked = BTreeSet::from([Category::Contract]);
        assert!(answers_no_more(&contract("02"), &asked));
        for text in ["", "2", "002", "zie bijlage", "111222333"] {
            assert!(!answers_no_more(&contract(text), &asked), "{text}");
        }
    }

    #[test]
    fn a_contact_is_a_short_line_without_a_citizen_service_number() {
        let asked = BTreeSet::from([Category::Contact]);
        assert!(answers_no_more(&contact("Toezicht Wmo"), &asked));
        let long = "a".repeat(MAX_LINE + 1);
        for text in [long.as_str(), "over 111222333", "twee\nregels"] {
            assert!(!answers_no_more(&contact(text), &asked), "{text}");
        }
    }

    #[test]
    fn what_was_not_asked_is_not_taken() {
        assert!(!answers_no_more(
            &contract("02"),
            &BTreeSet::from([Category::Contact])
        ));
        assert!(answers_no_more(&Answer::default(), &BTreeSet::new()));
    }
}
