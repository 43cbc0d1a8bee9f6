// SPDX-License-Identifier: EUPL-1.2
//! Yes with obligations, or no with every reason; both with what they rest on, for the log.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::convenant::ConvenantHash;
use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId};
use basisnet_protocol::time::Timestamp;

use crate::adl::Answer;
use crate::guard::{Guard, GuardId};
use crate::obligations::Obligations;
use crate::released::Released;
use crate::request::Action;

/// What the rules say.
#[derive(Debug)]
#[must_use]
pub enum Decision {
    /// It may, as far as the permit goes.
    Permit(Permit),
    /// It may not.
    Refuse(Refusal),
}

impl Decision {
    /// The permit, or else the refusal.
    pub fn into_result(self) -> Result<Permit, Box<Refusal>> {
        match self {
            Self::Permit(permit) => Ok(permit),
            Self::Refuse(refusal) => Err(Box::new(refusal)),
        }
    }

    /// What the decision rests on.
    #[must_use]
    pub const fn grounds(&self) -> &Grounds {
        match self {
            Self::Permit(permit) => &permit.grounds,
            Self::Refuse(refusal) => &refusal.grounds,
        }
    }
}

/// What a decision rests on and what it said: enough to take it again, years later, and get the same answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// What somebody wanted to do.
    pub action: Action,
    /// Who asked.
    pub asker: Oin,
    /// Who was asked.
    pub source: Oin,
    /// For which purpose.
    pub purpose: PurposeId,
    /// In which version.
    pub purpose_version: u32,
    /// On which legal basis.
    pub legal_basis: LegalBasis,
    /// When.
    pub at: Timestamp,
    /// The rules that decided.
    pub policy_hash: Octets<32>,
    /// The catalogue at that moment.
    pub catalogue_hash: Octets<32>,
    /// The convenant; none where it was not known.
    pub convenant_hash: Option<ConvenantHash>,
    /// SHA-256 over the inputs.
    pub inputs_hash: Octets<32>,
    /// The question, the facts, the proposal and the moment, as [`crate::StoredInputs`] reads them.
    pub inputs: Vec<u8>,
    /// What was decided.
    pub answer: Answer,
}

/// A yes. It is used once, to make one thing that may leave.
#[derive(Debug)]
#[must_use]
pub struct Permit {
    grounds: Grounds,
    obligations: Obligations,
    withheld: BTreeMap<Category, BTreeSet<GuardId>>,
}

impl Permit {
    pub(crate) const fn new(
        grounds: Grounds,
        obligations: Obligations,
        withheld: BTreeMap<Category, BTreeSet<GuardId>>,
    ) -> Self {
        Self {
            grounds,
            obligations,
            withheld,
        }
    }

    /// What comes with it.
    #[must_use]
    pub const fn obligations(&self) -> &Obligations {
        &self.obligations
    }

    /// What it rests on.
    #[must_use]
    pub const fn grounds(&self) -> &Grounds {
        &self.grounds
    }

    /// Categories that were asked for and are not given, each with the reasons. These reasons stay inside.
    #[must_use]
    pub const fn withheld(&self) -> &BTreeMap<Category, BTreeSet<GuardId>> {
        &self.withheld
    }

    /// Makes what may leave, from the obligations and no more than they allow.
    pub fn release<T>(self, make: impl FnOnce(&Obligations) -> T) -> Released<T> {
        let value = make(&self.obligations);
        Released::new(value, self.grounds)
    }
}

/// A no, with every test that said so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Refusal {
    grounds: Grounds,
    guards: BTreeSet<GuardId>,
    faulty: bool,
}

impl Refusal {
    pub(crate) const fn new(grounds: Grounds, guards: BTreeSet<GuardId>, faulty: bool) -> Self {
        Self {
            grounds,
            guards,
            faulty,
        }
    }

    /// The tests that said no, sorted: the same question always gets the same bytes.
    #[must_use]
    pub const fn guards(&self) -> &BTreeSet<GuardId> {
        &self.guards
    }

    /// What it rests on.
    #[must_use]
    pub const fn grounds(&self) -> &Grounds {
        &self.grounds
    }

    /// Whether a rule could not be evaluated: a matter for the log and for an alarm, not for the asker.
    #[must_use]
    pub const fn is_faulty(&self) -> bool {
        self.faulty
    }
}

/// Why not, in Dutch, for the own user. It never goes to a peer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// Which test said no.
    pub guard: GuardId,
    /// The article it rests on.
    pub law: String,
    /// What is wrong.
    pub explanation: String,
    /// What would be needed.
    pub remedy: String,
}

impl From<&Guard> for Reason {
    fn from(guard: &Guard) -> Self {
        Self {
            guard: guard.id.clone(),
            law: guard.law.clone(),
            explanation: guard.explanation.clone(),
            remedy: guard.remedy.clone(),
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            guard,
            law,
            explanation,
            remedy,
        } = self;
        write!(f, "{explanation} ({law}; {guard}). Nodig: {remedy}.")
    }
}
