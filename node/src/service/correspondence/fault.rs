// SPDX-License-Identifier: EUPL-1.2
//! Why a member was not told what it should know.

use crate::outbox::{ReplyError, SendError};
use crate::service::convenant::ReceiveError;
use crate::service::leden::LedenError;
use crate::store::StoreError;

/// Why a member was not told.
#[derive(Debug, thiserror::Error)]
pub enum NotTold {
    /// It is not known where it is, or it did not answer.
    #[error(transparent)]
    Send(#[from] SendError),
    /// Its answer is of no use.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// Its answer is of another version than is known here.
    #[error("the answer is of version `{0}`")]
    OtherVersion(u8),
    /// It answered something else than what it was sent.
    #[error("the answer belongs to something else")]
    OtherQuestion,
    /// The convenanten could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was done in our name could not be kept.
    #[error(transparent)]
    Uses(#[from] ReceiveError),
    /// The records of members could not be kept.
    #[error(transparent)]
    Leden(#[from] LedenError),
    /// Something changed here all the time.
    #[error("the convenanten kept changing")]
    Restless,
}

/// The version of the messages of this conversation. One of another version is not half understood: it is refused.
pub const VERSION: u8 = 1;

pub(super) fn known(version: u8) -> Result<(), NotTold> {
    match version {
        VERSION => Ok(()),
        other => Err(NotTold::OtherVersion(other)),
    }
}
