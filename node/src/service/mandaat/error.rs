// SPDX-License-Identifier: EUPL-1.2
//! Why something with a mandate did not happen.

use basisnet_protocol::act::ActError;
use basisnet_protocol::mandate::MandateFault;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::sign::SignError;

use crate::service::account::NotAllowed;
use crate::store::{CommitError, StoreError};

/// Why something with a mandate did not happen.
#[derive(Debug, thiserror::Error)]
pub enum MandaatError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Nobody should sign this.
    #[error("the mandate has {} faults", .0.len())]
    Faults(Vec<MandateFault>),
    /// A purpose that the catalogue does not have.
    #[error("purpose `{0}` is not in the catalogue")]
    UnknownPurpose(PurposeId),
    /// Who is to act is in no convenant in force with us, or more than one goes by that name.
    #[error("no fellow member goes by that name")]
    NotAFellow,
    /// The own organisation has no part in it, or not this one.
    #[error("this is not for the own organisation to do")]
    NotAParty,
    /// It makes no sense where the mandate stands.
    #[error("this does not fit where the mandate stands")]
    Unfit(Unfit),
    /// Who binds its organisation names the decision.
    #[error("the number of the decision is missing")]
    NoDecision,
    /// No mandate has this hash.
    #[error("no such mandate")]
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

/// Why an act does not fit where a mandate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Done before.
    Done,
    /// Its term is over, or it was withdrawn.
    Over,
}
