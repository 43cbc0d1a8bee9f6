// SPDX-License-Identifier: EUPL-1.2
//! What both sides keep of a question: in full, because it must be possible to account for every look (DAT-06).

use std::collections::BTreeSet;

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{Answer, InzageRequest, RefusalReason, WireObligations};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Category;
use basisnet_protocol::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::audit::{Hash, Id};
use crate::service::account::AccountId;
use crate::store::{IndexTerm, Record, RetentionClass};

/// The index of questions by the day on which they were put, all together.
pub(super) const BY_DAY: &str = "dag";
/// The index of questions by the day and the other organisation.
pub(super) const BY_PEER_AND_DAY: &str = "dag-lid";
/// The index of questions by the aanbieder.
pub(super) const BY_AANBIEDER: &str = "aanbieder";
/// The index of questions about which something remains to be done.
pub(super) const OPEN: &str = "open";
/// The one term of that index.
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
            | Self::Forgotten { .. } => true,
            Self::Sent | Self::NoAnswer | Self::Waiting { .. } => false,
        }
    }
}

impl Record for Asked {
    const COLLECTION: &'static str = "inzage-gevraagd";
    const RETENTION: RetentionClass = RetentionClass::Case;

    fn index_terms(&self) -> Vec<IndexTerm> {
        let mut terms = vec![
            IndexTerm::new(BY_DAY, day_term(self.at.date())),
            IndexTerm::new(BY_PEER_AND_DAY, peer_term(self.peer, self.at.date())),
            IndexTerm::new(BY_AANBIEDER, self.aanbieder.as_bytes()),
        ];
        let open = match self.state {
            AskedState::Sent | AskedState::Waiting { .. } | AskedState::Released { .. } => true,
            AskedState::NoAnswer
            | AskedState::Refused
            | AskedState::RefusedByPerson { .. }
            | AskedState::TimedOut
            | AskedState::Forgotten { .. } => false,
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
    /// Whether something remains to be done.
    pub(super) const fn is_open(&self) -> bool {
        match self {
            Self::Waiting => true,
            Self::Withheld { .. } => false,
            Self::Granted { delivered, .. } | Self::Refused { delivered, .. } => !*delivered,
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
        let mut terms = vec![IndexTerm::new(
            BY_PEER_AND_DAY,
            peer_term(self.peer, self.at.date()),
        )];
        if self.state.is_open() {
            terms.push(IndexTerm::new(OPEN, IS_OPEN));
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

pub(super) fn peer_term(peer: Oin, day: Date) -> Vec<u8> {
    [peer.as_str().as_bytes(), &day.as_days().to_be_bytes()].concat()
}

/// Random bytes of a fixed length, such as a trace.
pub(super) fn random<const N: usize>() -> Octets<N> {
    use rand_core::RngCore as _;
    let mut bytes = [0; N];
    rand_core::OsRng.fill_bytes(&mut bytes);
    Octets(bytes)
}
