// SPDX-License-Identifier: EUPL-1.2
//! What the peers' door hands to a service: a message that was opened and is new, with the right to handle it once.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use basisnet_protocol::envelope::Header;
use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::outbox::SealFault;
use crate::store::{Change, CommitError, Expect, Key, Record, RetentionClass};

/// A message that was opened, and is new.
#[derive(Debug)]
pub struct Delivery<M> {
    /// The organisation that says it.
    pub from: Oin,
    /// The envelope it came in.
    pub header: Header,
    /// What it says.
    pub message: M,
    /// SHA-256 of the encoded message; an answer names it as `req_hash`.
    pub hash: Octets<32>,
    /// Marks the message as seen, in the commit of whoever handles it.
    pub once: Once,
}

/// The service could not do its work; the peer hears nothing, and may ask again.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unanswered(String);

impl Unanswered {
    /// Because of this, for our own log.
    #[must_use]
    pub fn because(cause: &impl fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

impl From<CommitError> for Unanswered {
    fn from(error: CommitError) -> Self {
        Self::because(&error)
    }
}

impl From<crate::store::StoreError> for Unanswered {
    fn from(error: crate::store::StoreError) -> Self {
        Self::because(&error)
    }
}

impl From<SealFault> for Unanswered {
    fn from(error: SealFault) -> Self {
        Self::because(&error)
    }
}

/// That a message was seen. Kept until the message itself has expired; a later copy is refused for its age.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seen {
    /// When the message itself expires.
    pub(crate) expires: Timestamp,
}

impl Record for Seen {
    const COLLECTION: &'static str = "seen-messages";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// The right to handle one message, once.
#[derive(Clone, Debug)]
pub struct Once {
    key: Key,
    expires: Timestamp,
    marked: Arc<AtomicBool>,
    _hold: Arc<Hold>,
}

impl Once {
    /// Takes a message in hand; nothing when another copy of it is in hand already.
    pub(crate) fn hold(
        key: Key,
        expires: Timestamp,
        in_hand: &Arc<Mutex<HashSet<Key>>>,
    ) -> Option<Self> {
        let mut keys = in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        keys.insert(key.clone()).then(|| Self {
            key: key.clone(),
            expires,
            marked: Arc::default(),
            _hold: Arc::new(Hold {
                key,
                in_hand: Arc::clone(in_hand),
            }),
        })
    }

    /// Under which the mark is kept.
    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }

    /// Adds the mark to the change that the message brings about. When that change is refused as a conflict, the
    /// message was handled already.
    ///
    /// # Errors
    /// When the mark cannot be encoded.
    pub fn mark(&self, change: Change) -> Result<Change, CommitError> {
        self.marked.store(true, Ordering::Release);
        change.put(
            &self.key,
            &Seen {
                expires: self.expires,
            },
            Expect::Absent,
        )
    }
}

/// Takes its message out of the list of those in hand, when nobody handles it any more.
#[derive(Debug)]
struct Hold {
    key: Key,
    in_hand: Arc<Mutex<HashSet<Key>>>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut in_hand = self.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        in_hand.remove(&self.key);
    }
}
