// SPDX-License-Identifier: EUPL-1.2
//! Why something with a convenant did not happen.

use basisnet_protocol::convenant::MotivationFault;

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
    /// It has no place among the versions that are here.
    #[error("the version has no place among those that are known here")]
    NoPlace(NoPlace),
    /// This act makes no sense where the version stands.
    #[error("this act does not fit the state of the version")]
    Unfitting(Unfitting),
    /// The decision or the reason is missing, or cannot be signed.
    #[error(transparent)]
    Motivation(#[from] MotivationFault),
    /// It agrees on more than the purposes give.
    #[error("the convenant goes beyond the catalogue in {} places", .0.len())]
    Beyond(Vec<Beyond>),
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
