// SPDX-License-Identifier: EUPL-1.2
//! Who else knows this aanbieder: look-ups in the indexes of others, on the spot, with nobody asked.
//!
//! A member that did not answer is unknown, never no. What is shown carries its age.

mod alarm;
mod claim;
mod forget;
mod recalled;
mod receive;
mod records;
mod samenloop;
mod seen;
mod view;

use std::sync::Arc;

use basisnet_protocol::matching::LabelError;

use super::aanbieder::Aanbieders;
use super::matching::{Fault, Matching};
use super::own::OwnError;
use crate::store::{CommitError, StoreError};

pub use recalled::RecallRefused;
pub use receive::IndexRefused;
pub use records::Treffer;
pub use samenloop::Samenloop;
pub use view::{Standing, Treffers as TreffersOf, WithMember};

/// The treffers of this node.
#[derive(Clone, Debug)]
pub struct Treffers {
    shared: Matching,
    register: Option<Aanbieders>,
    samenloop_from: usize,
    // INVARIANT (crossed once): treffers change under this lock, so that of two that come at one moment one is the last.
    keeping: Arc<tokio::sync::Mutex<()>>,
}

/// From so many organisations samenloop is pointed out, the own one included, when nothing else was settled.
const SAMENLOOP_FROM: usize = 3;

impl Treffers {
    /// The treffers of this node.
    #[must_use]
    pub fn new(shared: Matching) -> Self {
        Self {
            shared,
            register: None,
            samenloop_from: SAMENLOOP_FROM,
            keeping: Arc::default(),
        }
    }

    /// The same, which points out samenloop from so many organisations, the own one included.
    #[must_use]
    pub fn noticing_from(self, organisations: usize) -> Self {
        Self {
            samenloop_from: organisations,
            ..self
        }
    }

    /// From how many organisations samenloop is pointed out, the own one included.
    #[must_use]
    pub const fn samenloop_from(&self) -> usize {
        self.samenloop_from
    }

    /// The same, for people to look at; without a register nobody sees any.
    #[must_use]
    pub fn about(self, register: Aanbieders) -> Self {
        Self {
            register: Some(register),
            ..self
        }
    }
}

/// What keeps treffers from being worked out or shown.
#[derive(Debug, thiserror::Error)]
pub enum TrefferFault {
    /// The rules do not show it to the caller.
    #[error(transparent)]
    Own(#[from] OwnError),
    /// No such aanbieder in the own register.
    #[error("no such aanbieder")]
    NoSuchAanbieder,
    /// A label that this version of the program does not know.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// The node cannot go on.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for TrefferFault {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<CommitError> for TrefferFault {
    fn from(error: CommitError) -> Self {
        Self::Fault(error.into())
    }
}
