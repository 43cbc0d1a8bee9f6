// SPDX-License-Identifier: EUPL-1.2
//! A decision taken again, years later: the same inputs give the same answer, byte for byte.
//!
//! Kept are the question, the facts, the proposal and the moment; the convenant by its hash. The rules and the
//! catalogue are those of the engine, so the same inputs also tell what a draft would have said.

use std::sync::Arc;

use basisnet_protocol::convenant::{ConvenantContent, ConvenantHash};
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire;
use serde::{Deserialize, Serialize};

use crate::convenant::{ConvenantFacts, ConvenantRef};
use crate::decide::Engine;
use crate::decision::Decision;
use crate::obligations::Obligations;
use crate::position::Fault;
use crate::request::{Facts, Question};

/// Everything that one decision was taken on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredInputs {
    /// What was asked.
    pub question: Question,
    /// What was known.
    pub facts: Facts<ConvenantRef>,
    /// What a person proposed to give, where a person decided.
    pub proposal: Option<Obligations>,
    /// When.
    pub now: Timestamp,
}

/// Why a decision cannot be taken again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The content of the convenant is not there.
    #[error("no convenant with hash `{0}`")]
    NoConvenant(ConvenantHash),
    /// The content is not the one that was decided on.
    #[error("the convenant does not have hash `{0}`")]
    OtherConvenant(ConvenantHash),
}

impl StoredInputs {
    /// The inputs of a decision, as they are kept.
    #[must_use]
    pub fn new(
        question: &Question,
        facts: &Facts,
        proposal: Option<&Obligations>,
        now: Timestamp,
    ) -> Self {
        Self {
            question: question.clone(),
            facts: facts.to_stored(),
            proposal: proposal.cloned(),
            now,
        }
    }

    /// The convenant that it takes to decide again.
    #[must_use]
    pub fn convenant(&self) -> Option<ConvenantHash> {
        let convenant = self.facts.convenant.as_ref();
        convenant.map(|convenant| convenant.hash)
    }

    /// The inputs as bytes, always the same for the same inputs.
    ///
    /// # Errors
    /// When they cannot be written down, which they can.
    pub fn encode(&self) -> Result<Vec<u8>, wire::EncodeError> {
        wire::encode(self)
    }

    /// The inputs from bytes, read strictly.
    ///
    /// # Errors
    /// When the bytes are not exactly what [`Self::encode`] makes.
    pub fn decode(bytes: &[u8]) -> Result<Self, wire::DecodeError> {
        wire::decode(bytes, bytes.len())
    }
}

impl Engine {
    /// Decides again on what is kept. The content of a convenant is looked up by its hash, and checked against it.
    ///
    /// # Errors
    /// When the content is not there, or is another one.
    pub fn replay(
        &self,
        stored: &StoredInputs,
        convenant: impl FnOnce(ConvenantHash) -> Option<Arc<ConvenantContent>>,
    ) -> Result<Decision, ReplayError> {
        let content = stored.convenant().and_then(convenant);
        let facts = stored.facts.clone().with(content)?;
        let question = &stored.question;
        Ok(match &stored.proposal {
            Some(proposal) => self.decide_release(question, &facts, proposal, stored.now),
            None => self.decide(question, &facts, stored.now),
        })
    }
}

impl Engine {
    /// The rules that cannot be evaluated for what is kept, each with its place, the fault and the mend.
    ///
    /// # Errors
    /// When the content of the convenant is not there, or is another one.
    pub fn replayed_faults(
        &self,
        stored: &StoredInputs,
        convenant: impl FnOnce(ConvenantHash) -> Option<Arc<ConvenantContent>>,
    ) -> Result<Vec<Fault>, ReplayError> {
        let content = stored.convenant().and_then(convenant);
        let facts = stored.facts.clone().with(content)?;
        Ok(self.faults(
            &stored.question,
            &facts,
            stored.proposal.as_ref(),
            stored.now,
        ))
    }
}

impl Facts {
    /// The facts as they are kept: the convenant by its hash.
    #[must_use]
    pub fn to_stored(&self) -> Facts<ConvenantRef> {
        let convenant = self.convenant.as_ref().map(ConvenantRef::from);
        self.clone().under(convenant)
    }
}

impl Facts<ConvenantRef> {
    /// The facts with the content of the convenant, checked against its hash.
    ///
    /// # Errors
    /// When the content is not there, or is another one.
    pub fn with(mut self, content: Option<Arc<ConvenantContent>>) -> Result<Facts, ReplayError> {
        let convenant = match (self.convenant.take(), content) {
            (None, _) => None,
            (Some(named), None) => return Err(ReplayError::NoConvenant(named.hash)),
            (Some(named), Some(content)) if content.hash() != named.hash => {
                return Err(ReplayError::OtherConvenant(named.hash));
            }
            (Some(named), Some(content)) => {
                let facts = ConvenantFacts::new(content, named.hash, named.active);
                Some(match named.standing {
                    Some(organisations) => facts.standing(organisations),
                    None => facts,
                })
            }
        };
        Ok(self.under(convenant))
    }
}

impl<C> Facts<C> {
    fn under<D>(self, convenant: Option<D>) -> Facts<D> {
        Facts {
            convenant,
            pair_open: self.pair_open,
            suspended: self.suspended,
            in_force: self.in_force,
            mandate: self.mandate,
            further_uses: self.further_uses,
            person: self.person,
            used_today: self.used_today,
            cell: self.cell,
            given: self.given,
            aanbieder: self.aanbieder,
            record: self.record,
        }
    }
}
