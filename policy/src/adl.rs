// SPDX-License-Identifier: EUPL-1.2
//! What the log keeps of a decision, and how it reads as an Authorization Decision Log.
//!
//! Kept are the inputs as bytes and the answer, so that the decision can be taken again and compared. The record for
//! others follows from them: a trace, the moment, an AuthZEN request and response, and under which rules. A no is not
//! an error: its status is `Unset`, as that of a yes.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Category;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire;
use serde::{Deserialize, Serialize, Serializer};

use crate::authzen::{Request, Response, Trace};
use crate::decision::Decision;
use crate::guard::GuardId;
use crate::obligations::Obligations;
use crate::request::Question;

/// What every record of a decision is called.
pub const EVENT_NAME: &str = "adl.access_evaluation";

/// What was decided, without what may leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Whether something was allowed.
    pub permitted: bool,
    /// The tests that said no to all of it; empty for a yes.
    pub guards: BTreeSet<GuardId>,
    /// What was asked for and not given, each with the tests that said no.
    pub withheld: BTreeMap<Category, BTreeSet<GuardId>>,
    /// What came with a yes.
    pub obligations: Option<Obligations>,
    /// Whether a rule could not be evaluated.
    pub faulty: bool,
}

impl Answer {
    /// The answer in a decision.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        match decision {
            Decision::Permit(permit) => Self::permit(permit.obligations(), permit.withheld()),
            Decision::Refuse(refusal) => Self::refusal(refusal.guards(), refusal.is_faulty()),
        }
    }

    pub(crate) fn permit(
        obligations: &Obligations,
        withheld: &BTreeMap<Category, BTreeSet<GuardId>>,
    ) -> Self {
        Self {
            permitted: true,
            guards: BTreeSet::new(),
            withheld: withheld.clone(),
            obligations: Some(obligations.clone()),
            faulty: false,
        }
    }

    pub(crate) fn refusal(guards: &BTreeSet<GuardId>, faulty: bool) -> Self {
        Self {
            permitted: false,
            guards: guards.clone(),
            withheld: BTreeMap::new(),
            obligations: None,
            faulty,
        }
    }

    /// The answer as bytes, always the same for the same answer.
    ///
    /// # Errors
    /// When it cannot be written down, which it can.
    pub fn encode(&self) -> Result<Vec<u8>, wire::EncodeError> {
        wire::encode(self)
    }

    /// Every test that said no, to all or to a part.
    #[must_use]
    pub fn all_guards(&self) -> BTreeSet<GuardId> {
        let withheld = self.withheld.values().flatten();
        self.guards.iter().chain(withheld).cloned().collect()
    }
}

/// Under which rules something was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// Hash of the rules.
    #[serde(serialize_with = "as_text")]
    pub regels: Octets<32>,
    /// Hash of the catalogue.
    #[serde(serialize_with = "as_text")]
    pub catalogus: Octets<32>,
    /// Hash of the convenant; none where no convenant applied.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "as_text_or_none"
    )]
    pub convenant: Option<Octets<32>>,
}

/// For other systems bytes are hexadecimal digits, as W3C Trace Context has them.
fn as_text<const N: usize, S: Serializer>(
    octets: &Octets<N>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(octets)
}

fn as_text_or_none<const N: usize, S: Serializer>(
    octets: &Option<Octets<N>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let text = octets.as_ref().map(ToString::to_string);
    text.serialize(serializer)
}

/// A decision in the shape of the Authorization Decision Log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogRecord {
    /// The operation it belongs to.
    #[serde(serialize_with = "as_text")]
    pub trace_id: Octets<16>,
    /// This step of the operation.
    #[serde(serialize_with = "as_text")]
    pub span_id: Octets<8>,
    /// What kind of record this is.
    pub event_name: &'static str,
    /// When it was decided.
    pub timestamp: String,
    /// `Unset`, for a yes and for a no.
    pub status: &'static str,
    /// What was asked.
    pub request: Request,
    /// What was answered.
    pub response: Response,
    /// By which rules.
    pub policies: Versions,
}

impl LogRecord {
    /// The record of one decision. `inputs` is the hash of everything it was decided on.
    #[must_use]
    pub fn new(
        question: &Question,
        answer: &Answer,
        trace: Trace,
        now: Timestamp,
        inputs: Octets<32>,
        policies: Versions,
    ) -> Self {
        Self {
            trace_id: trace.trace_id,
            span_id: trace.span_id,
            event_name: EVENT_NAME,
            timestamp: now.to_string(),
            status: "Unset",
            request: Request::of(question, trace, now, inputs),
            response: Response::of(answer),
            policies,
        }
    }
}
