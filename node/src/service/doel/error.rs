// SPDX-License-Identifier: EUPL-1.2
//! Why something with a purpose did not happen.

use basisnet_protocol::time::Date;

use crate::service::account::{NotAllowed, NotTwo};
use crate::store::{CommitError, StoreError};

/// Why something with a purpose did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DoelError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The catalogue does not have it in this version.
    #[error("no such purpose")]
    Unknown,
    /// The FG did not advise yet.
    #[error("the fg did not advise yet")]
    NoAdvice,
    /// One person could have advised and decided.
    #[error(transparent)]
    NotTwo(#[from] NotTwo),
    /// The advice is negative, and nobody said why it is not followed.
    #[error("the advice is negative and no reason was given")]
    AgainstAdvice,
    /// It is in force already.
    #[error("in force already")]
    InForceAlready,
    /// It is not in force.
    #[error("not in force")]
    NotInForce,
    /// It is not valid on the day from which it is to be in force.
    #[error("the purpose is not valid from `{from}`: it is from `{valid_from}` to `{valid_until}`")]
    NotValid {
        /// The day that was asked for.
        from: Date,
        /// The first day on which it is valid.
        valid_from: Date,
        /// The first day on which it is not.
        valid_until: Date,
    },
    /// The day from which it is to be in force is over.
    #[error("`{0}` is over")]
    Over(Date),
    /// A text is absent, too long, or holds what looks like a BSN.
    #[error("the text of `{0}` cannot be used")]
    Text(&'static str),
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}
