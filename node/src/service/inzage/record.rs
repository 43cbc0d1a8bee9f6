// SPDX-License-Identifier: EUPL-1.2
//! What both sides keep of a question: in full, because it must be possible to account for every look (DAT-06).

use std::collections::BTreeSet;

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{
    Answer, InzageRequest, RecallKind, RefusalReason, WireObligations,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Category;
use basisnet_protocol::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::audit::{Hash, Id};
use crate::service::account::AccountId;
use crate::store::{IndexTerm, Record, RetentionClass};

/// The index of own questions by the day on which they were put.
pub(super) const BY_DAY: &str = "dag";
/// The index of own questions by the aanbieder.
pub(super) const BY_AANBIEDER: &str = "aanbieder";
/// The index of own questions by the context of the treffer they rest on.
pub(super) const BY_CONTEXT: &str = "context";
/// The index of questions about which time may still bring something.
pub(super) const OPEN: &str = "open";
/// The index of questions of others on which a person has to decide.
pub(super) const TO_DECIDE: &str = "besluit";
/// The one term of these two indexes.
pub(super) const IS_OPEN: &[u8] = b"ja";

/// A question of our own to another member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The name of the question, which is also that of the message.
    pub id: Id,
    /// About which aanbieder, by its id here.
    pub aanbieder: Id,
    /// Who was asked.
    pub peer: Oin,
    /// Its name, as the convenant has it.
    pub peer_name: String,
    /// The sharing group of the convenant under which was asked.
    pub group_id: String,
    /// What was sent.
    pub request: InzageRequest,
    /// Its hash.
    pub request_hash: Hash,
    /// Which case; stays here.
    pub case: String,
    /// Why this question, in words; stays here.
    pub weighing: String,
    /// Who asked.
    pub by: AccountId,
    /// Under which account name.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
    /// The longest that an answer may be kept, by our own rules.
    pub keep_until: Timestamp,
    /// How it stands.
    pub state: AskedState,
}

/// How a question of our own stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedState {
    /// Sent, or about to be.
    Sent,
    /// The other does not answer; it is not known whether it saw the question.
    NoAnswer,
    /// A person there will decide.
    Waiting {
        /// By when.
        decide_by: Timestamp,
    },
    /// Answered.
    Released {
        /// What it says.
        answer: Box<Answer>,
        /// What we must do with it; the shorter term of theirs and ours.
        obligations: Box<WireObligations>,
        /// The rules under which it was given.
        policy_hash: Hash,
        /// When it came.
        received: Timestamp,
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
    /// There was an answer; its term is over and it is gone.
    Forgotten {
        /// Since when.
        since: Timestamp,
    },
    /// The source took back what the question rests on: what was asked stays as a reference, the answer is gone.
    Withdrawn {
        /// Since when.
        since: Timestamp,
        /// Why, as far as it says.
        kind: RecallKind,
        /// When the answer came; none when there was no answer yet.
        answered: Option<Timestamp>,
    },
}

impl AskedState {
    /// Whether there is an answer or a no; before that a decision may still come.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        match self {
            Self::Released { .. }
            | Self::Refused
            | Self::RefusedByPerson { .. }
            | Self::TimedOut
            | Self::Forgotten { .. }
            | Self::Withdrawn { .. } => true,
            Self::Sent | Self::NoAnswer | Self::Waiting { .. } => false,
        }
    }

    /// Whether a question that stands like this can still come to stand like `next`: what was settled stays so, but
    /// for an answer, which goes.
    pub(super) const fn may_become(&self, next: &Self) -> bool {
        match self {
            Self::Sent | Self::NoAnswer | Self::Waiting { .. } => true,
            Self::Released { .. } => {
                matches!(next, Self::Forgotten { .. } | Self::Withdrawn { .. })
            }
            Self::Refused
            | Self::RefusedByPerson { .. }
            | Self::TimedOut
            | Self::Forgotten { .. }
            | Self::Withdrawn { .. } => false,
        }
    }
}

impl Record for Asked {
    const COLLECTION: &'static str = "inzage-gevraagd";
    const RETENTION: RetentionClass = RetentionClass::Case;

    fn index_terms(&self) -> Vec<IndexTerm> {
        let mut terms = vec![
            IndexTerm::new(BY_DAY, day_term(self.at.date())),
            IndexTerm::new(BY_AANBIEDER, self.aanbieder.as_bytes()),
            IndexTerm::new(BY_CONTEXT, self.request.ctx.as_bytes()),
        ];
        let open = match self.state {
            AskedState::Sent | AskedState::Waiting { .. } | AskedState::Released { .. } => true,
            AskedState::NoAnswer
            | AskedState::Refused
            | AskedState::RefusedByPerson { .. }
            | AskedState::TimedOut
            | AskedState::Forgotten { .. }
            | AskedState::Withdrawn { .. } => false,
        };
        if open {
            terms.push(IndexTerm::new(OPEN, IS_OPEN));
        }
        terms
    }
}

/// A question of another member to us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// The name of the question here.
    pub id: Id,
    /// The name of the message it came in.
    pub request_id: Id,
    /// Who asks.
    pub peer: Oin,
    /// Its name, as the convenant has it.
    pub peer_name: String,
    /// The sharing group of the convenant it names; none when that is no convenant between the two.
    pub group_id: Option<String>,
    /// What it says.
    pub request: InzageRequest,
    /// Its hash.
    pub request_hash: Hash,
    /// About which aanbieder, by its id here; none when nothing stands behind the question.
    pub aanbieder: Option<Id>,
    /// When it came.
    pub at: Timestamp,
    /// By when a person decides.
    pub decide_by: Timestamp,
    /// When a decision was last sent to who asked, or else when the question came.
    pub last_sent: Timestamp,
    /// Since when a decision that did not arrive is not sent again.
    pub gave_up: Option<Timestamp>,
    /// How it stands.
    pub state: ReceivedState,
}

/// How a question of another stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceivedState {
    /// A person has to decide.
    Waiting,
    /// The rules said no, for these reasons; the other does not get to know them.
    Withheld {
        /// Which tests.
        guards: BTreeSet<String>,
    },
    /// Given, at once or by a person.
    Granted {
        /// Which categories.
        categories: BTreeSet<Category>,
        /// Until when the other may keep it.
        retain_until: Timestamp,
        /// Who decided; none for the rules alone.
        by: Option<AccountId>,
        /// When.
        at: Timestamp,
        /// Whether the other has it.
        delivered: bool,
    },
    /// Refused by a person, or because nobody decided.
    Refused {
        /// Why.
        reason: RefusalReason,
        /// Who decided; none when nobody did.
        by: Option<AccountId>,
        /// When.
        at: Timestamp,
        /// Whether the other has it.
        delivered: bool,
    },
}

impl ReceivedState {
    /// Whether there is a decision, and the other has it.
    pub(super) const fn is_delivered(&self) -> bool {
        match self {
            Self::Waiting => false,
            Self::Withheld { .. } => true,
            Self::Granted { delivered, .. } | Self::Refused { delivered, .. } => *delivered,
        }
    }

    /// The same, and the other has it.
    pub(super) const fn set_delivered(&mut self) {
        match self {
            Self::Granted { delivered, .. } | Self::Refused { delivered, .. } => *delivered = true,
            Self::Waiting | Self::Withheld { .. } => {}
        }
    }
}

impl Record for Received {
    const COLLECTION: &'static str = "inzage-ontvangen";
    const RETENTION: RetentionClass = RetentionClass::Case;

    fn index_terms(&self) -> Vec<IndexTerm> {
        let mut terms = Vec::new();
        if !self.state.is_delivered() && self.gave_up.is_none() {
            terms.push(IndexTerm::new(OPEN, IS_OPEN));
        }
        if self.state == ReceivedState::Waiting {
            terms.push(IndexTerm::new(TO_DECIDE, IS_OPEN));
        }
        terms
    }
}

/// The key under which cases and colleagues get their names towards others.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub(super) struct NamingKey {
    bytes: ByteBufSecret,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
struct ByteBufSecret(#[serde(with = "serde_bytes")] Vec<u8>);

impl NamingKey {
    pub(super) const KEY: &'static str = "1";

    pub(super) fn new(bytes: &[u8; 32]) -> Self {
        Self {
            bytes: ByteBufSecret(bytes.to_vec()),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes.0
    }
}

impl Record for NamingKey {
    const COLLECTION: &'static str = "inzage-sleutel";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

pub(super) fn day_term(day: Date) -> Vec<u8> {
    day.as_days().to_be_bytes().to_vec()
}

/// Random bytes of a fixed length, such as a trace.
pub(super) fn random<const N: usize>() -> Octets<N> {
    use rand_core::RngCore as _;
    let mut bytes = [0; N];
    rand_core::OsRng.fill_bytes(&mut bytes);
    Octets(bytes)
}
