// SPDX-License-Identifier: EUPL-1.2
//! Why something with a convenant did not happen.

use super::*;

/// Why something with a convenant did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ConvenantError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The draft has faults.
    #[error("the draft has {} faults", .0.len())]
    Draft(Vec<DraftFault>),
    /// The file is not a convenant with signatures that hold.
    #[error(transparent)]
    File(#[from] FileError),
    /// The own organisation is not a member.
    #[error("the own organisation is not a member")]
    NotAMember,
    /// It follows a version that is not here.
    #[error("the version before this one is not known here")]
    PreviousUnknown,
    /// Another agreement goes by the same name.
    #[error("another convenant has this group id")]
    GroupTaken,
    /// This act makes no sense where the version stands.
    #[error("this act does not fit the state of the version")]
    Unfitting(Unfitting),
    /// No version has this hash.
    #[error("no such convenant")]
    Unknown,
    /// The key of the organisation does not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The own certificate is not accepted here, so others would not accept it either.
    #[error("the own signature is not accepted: {0}")]
    OwnSignature(ActError),
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// Why an act does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfitting {
    /// Rejecting what the organisation accepted: withdrawing is the way.
    RejectAfterAccept,
    /// Withdrawing or ending what the organisation never accepted: rejecting is the way.
    NeverAccepted,
    /// Accepting what has ended, was rejected or is over.
    Over,
    /// Done before.
    Done,
}
