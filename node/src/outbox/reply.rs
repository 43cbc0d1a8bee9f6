// SPDX-License-Identifier: EUPL-1.2
//! What comes back from a peer: an answer to the question that was put, or a no.

use basisnet_protocol::envelope::{self, OpenError, Opened};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{Message, Refusal};
use basisnet_protocol::octets::Octets;

use crate::clock::Clock;

/// Why an answer is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// The peer says no, in the one form that every no has.
    #[error("peer refused")]
    Refused,
    /// It answers another question, or with a refusal of another question.
    #[error("answer belongs to another question")]
    OtherQuestion,
    /// The envelope does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// An answer as it came, not opened yet.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(super) bytes: Vec<u8>,
    pub(super) from: Oin,
    pub(super) key: [u8; 32],
    pub(super) me: Oin,
    pub(super) clock: Clock,
    pub(super) question: Octets<32>,
}

impl Reply {
    /// The kind that the envelope says it holds, where an answer can be of more than one.
    #[must_use]
    pub fn kind(&self) -> Option<String> {
        envelope::peek_kind(&self.bytes).ok()
    }

    /// Opens the answer; a refusal of our question is [`ReplyError::Refused`].
    ///
    /// # Errors
    /// When the peer refused, or the envelope is not in order.
    pub fn open<M: Message>(&self) -> Result<Opened<M>, ReplyError> {
        if self.kind().as_deref() == Some(Refusal::KIND) && M::KIND != Refusal::KIND {
            let refusal = self.open_as::<Refusal>()?;
            return Err(if refusal.message.req_hash == self.question {
                ReplyError::Refused
            } else {
                ReplyError::OtherQuestion
            });
        }
        Ok(self.open_as::<M>()?)
    }

    /// The hash of the question that this answers; an answer that names its question must name this one.
    #[must_use]
    pub const fn question(&self) -> Octets<32> {
        self.question
    }

    fn open_as<M: Message>(&self) -> Result<Opened<M>, OpenError> {
        envelope::open(&self.bytes, &self.key, self.me, self.from, self.clock.now())
    }
}
