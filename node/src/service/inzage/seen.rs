// SPDX-License-Identifier: EUPL-1.2
//! Questions as far as one person sees them: that one was put and how far it is, or also what for.
//!
//! A question belongs to the task of its purpose. Another task of the own gemeente sees that it is there, as with every
//! own record; the purpose, the case and the weighing are its content, and the answer is content too.

use std::collections::BTreeSet;

use basisnet_policy::{Catalogue, Domain, Fact, Field, RecordFacts, RecordKind};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{
    Answer, InzageRequest, RecallKind, RefusalReason, WireObligations,
};
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;

use super::{Asked, AskedState, Received};
use crate::audit::Id;
use crate::service::aanbieder::{Aanbieder, STANDING, data_classes};
use crate::service::account::AccountId;
use crate::service::own::{Deed, Mask, OwnRecord};

/// A question of our own, as far as one person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenAsked {
    /// The name of the question.
    pub id: Id,
    /// About which aanbieder, by its id here.
    pub aanbieder: Id,
    /// Who was asked.
    pub peer: Oin,
    /// Its name, as the convenant has it.
    pub peer_name: String,
    /// When.
    pub at: Timestamp,
    /// How it stands.
    pub stand: Stand,
    /// What for; none for who sees only that it was put.
    pub about: Option<About>,
    pub(super) answer: Option<(Answer, WireObligations)>,
}

/// What a question is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What was sent.
    pub request: InzageRequest,
    /// Which case.
    pub case: String,
    /// Why this question, in words.
    pub weighing: String,
    /// Who asked, by account name.
    pub by_name: String,
}

/// How a question stands, without its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Sent, or about to be.
    Sent,
    /// The other does not answer.
    NoAnswer,
    /// A person there will decide.
    Waiting {
        /// By when.
        decide_by: Timestamp,
    },
    /// Answered.
    Released {
        /// When the answer came.
        received: Timestamp,
        /// Gone at this moment.
        retain_until: Timestamp,
    },
    /// No, in the one form that every no of the rules has.
    Refused,
    /// No, by a person.
    RefusedByPerson {
        /// Why.
        reason: RefusalReason,
    },
    /// Nothing was heard within the term.
    TimedOut,
    /// The term of the answer is over and it is gone.
    Forgotten {
        /// Since when.
        since: Timestamp,
    },
    /// The source took back what it rests on.
    Withdrawn {
        /// Since when.
        since: Timestamp,
        /// Why, as far as it says.
        kind: RecallKind,
        /// When the answer came; none when there was none yet.
        answered: Option<Timestamp>,
    },
}

impl From<&AskedState> for Stand {
    fn from(state: &AskedState) -> Self {
        match state {
            AskedState::Sent => Self::Sent,
            AskedState::NoAnswer => Self::NoAnswer,
            AskedState::Waiting { decide_by } => Self::Waiting {
                decide_by: *decide_by,
            },
            AskedState::Released {
                obligations,
                received,
                ..
            } => Self::Released {
                received: *received,
                retain_until: obligations.retain_until,
            },
            AskedState::Refused => Self::Refused,
            AskedState::RefusedByPerson { reason } => Self::RefusedByPerson { reason: *reason },
            AskedState::TimedOut => Self::TimedOut,
            AskedState::Forgotten { since } => Self::Forgotten { since: *since },
            AskedState::Withdrawn {
                since,
                kind,
                answered,
            } => Self::Withdrawn {
                since: *since,
                kind: *kind,
                answered: *answered,
            },
        }
    }
}

impl SeenAsked {
    /// A question for who just put it, without its answer.
    #[must_use]
    pub fn of_asker(asked: &Asked) -> Self {
        Self::part(asked, Some(About::of(asked)), None)
    }

    fn part(
        asked: &Asked,
        about: Option<About>,
        answer: Option<(Answer, WireObligations)>,
    ) -> Self {
        Self {
            id: asked.id,
            aanbieder: asked.aanbieder,
            peer: asked.peer,
            peer_name: asked.peer_name.clone(),
            at: asked.at,
            stand: Stand::from(&asked.state),
            about,
            answer,
        }
    }
}

impl About {
    fn of(asked: &Asked) -> Self {
        Self {
            request: asked.request.clone(),
            case: asked.case.clone(),
            weighing: asked.weighing.clone(),
            by_name: asked.by_name.clone(),
        }
    }
}

/// A question of our own, with what the rules have to know about it.
pub(super) struct Vraagstuk<'a> {
    asked: &'a Asked,
    aanbieder: Option<&'a Aanbieder>,
    task: Task,
}

impl<'a> Vraagstuk<'a> {
    pub(super) fn new(
        asked: &'a Asked,
        aanbieder: Option<&'a Aanbieder>,
        catalogue: &Catalogue,
    ) -> Self {
        Self {
            asked,
            aanbieder,
            task: Task::of(catalogue, &asked.request),
        }
    }
}

impl OwnRecord for Vraagstuk<'_> {
    type Seen = Option<SeenAsked>;

    fn id(&self) -> Id {
        self.asked.id
    }

    fn kind(&self) -> RecordKind {
        RecordKind::Inzage
    }

    fn aanbieder(&self) -> Id {
        self.asked.aanbieder
    }

    fn facts(&self, who: AccountId) -> RecordFacts {
        let assigned = Fact::from(self.asked.by == who);
        facts(self.aanbieder, &self.task, assigned)
    }

    fn seen(&self, mask: &Mask, _: Timestamp) -> Option<SeenAsked> {
        let about = mask.pick(Field::InzageAanleiding, || About::of(self.asked));
        let answer = mask.pick(Field::InzageAntwoord, || match &self.asked.state {
            AskedState::Released {
                answer,
                obligations,
                ..
            } => Some((Answer::clone(answer), WireObligations::clone(obligations))),
            AskedState::Sent
            | AskedState::NoAnswer
            | AskedState::Waiting { .. }
            | AskedState::Refused
            | AskedState::RefusedByPerson { .. }
            | AskedState::TimedOut
            | AskedState::Forgotten { .. }
            | AskedState::Withdrawn { .. } => None,
        });
        mask.pick(Field::InzageStand, || {
            SeenAsked::part(self.asked, about, answer.flatten())
        })
    }
}

/// A question of another gemeente, with what the rules have to know about it.
pub(super) struct Verzoek<'a> {
    received: &'a Received,
    aanbieder: Option<&'a Aanbieder>,
    task: Task,
}

impl<'a> Verzoek<'a> {
    pub(super) fn new(
        received: &'a Received,
        aanbieder: Option<&'a Aanbieder>,
        catalogue: &Catalogue,
    ) -> Self {
        Self {
            received,
            aanbieder,
            task: Task::of(catalogue, &received.request),
        }
    }

    /// Deciding on it.
    pub(super) fn decided_by(&self, who: AccountId) -> Deed {
        Deed::handle(RecordKind::Inzage, self.received.aanbieder, self.facts(who))
    }

    /// Saying no to it.
    pub(super) fn refused_by(&self, who: AccountId) -> Deed {
        Deed::handle(
            RecordKind::Inzage,
            self.received.aanbieder,
            self.facts_for_a_no(who),
        )
    }

    /// What stands in the way of the aanbieder is no reason not to say no: that tells nothing of it.
    fn facts_for_a_no(&self, who: AccountId) -> RecordFacts {
        RecordFacts {
            data_classes: Some(BTreeSet::new()),
            restricted: Fact::No,
            ..self.facts(who)
        }
    }
}

/// A question of another gemeente of which nothing is shown, to which somebody can say no.
pub(super) struct Refusing<'a>(pub(super) Verzoek<'a>);

impl OwnRecord for Refusing<'_> {
    type Seen = ();

    fn id(&self) -> Id {
        self.0.id()
    }

    fn kind(&self) -> RecordKind {
        self.0.kind()
    }

    fn aanbieder(&self) -> Id {
        self.0.aanbieder()
    }

    fn facts(&self, who: AccountId) -> RecordFacts {
        self.0.facts_for_a_no(who)
    }

    fn seen(&self, _: &Mask, _: Timestamp) {}
}

impl OwnRecord for Verzoek<'_> {
    type Seen = Option<Received>;

    fn id(&self) -> Id {
        self.received.id
    }

    fn kind(&self) -> RecordKind {
        RecordKind::Inzage
    }

    fn aanbieder(&self) -> Id {
        self.received.aanbieder.unwrap_or(self.received.id)
    }

    fn facts(&self, _: AccountId) -> RecordFacts {
        facts(self.aanbieder, &self.task, Fact::No)
    }

    /// For what somebody asks is what it says; who does not see that, has nothing to decide.
    fn seen(&self, mask: &Mask, _: Timestamp) -> Option<Received> {
        mask.pick(Field::InzageAanleiding, || self.received.clone())
    }
}

fn facts(aanbieder: Option<&Aanbieder>, task: &Task, assigned: Fact) -> RecordFacts {
    RecordFacts {
        domain: task.domain,
        handed_over_to: Some(BTreeSet::new()),
        collected_for: Some(task.purpose.clone()),
        laws: Some(BTreeSet::new()),
        data_classes: aanbieder.map(data_classes),
        assigned,
        shielded: Fact::No,
        restricted: aanbieder.map_or(Fact::Unknown, |one| Fact::from(one.restricted)),
        secret: Fact::No,
        secrecy_weighed: Fact::No,
        retained_until: Some(STANDING.start()),
    }
}

/// To which task of the own people a question belongs.
struct Task {
    domain: Option<Domain>,
    purpose: PurposeId,
}

impl Task {
    /// That of its purpose, as the catalogue has it. What is always done for a member is a task towards that member; of the
    /// own people it is the purpose on which it builds, such as looking after contracts.
    fn of(catalogue: &Catalogue, request: &InzageRequest) -> Self {
        let entry = catalogue.entry(&request.purpose_id, request.purpose_version);
        let underlying = entry.filter(|entry| entry.for_member);
        let underlying = underlying.and_then(|entry| entry.builds_on.first());
        Self {
            domain: entry.map(|entry| entry.domain),
            purpose: underlying.unwrap_or(&request.purpose_id).clone(),
        }
    }
}
