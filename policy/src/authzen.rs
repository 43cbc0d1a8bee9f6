// SPDX-License-Identifier: EUPL-1.2
//! A decision in the words of AuthZEN, for who reads the log beside those of other systems.
//!
//! The Dutch profile (AuthZEN NL GOV) asks for subject, action and resource, for a request that can be told apart by
//! its `traceparent`, and for an answer that is yes or no. What we add stands under `context` and in properties. It is
//! for our own log: reasons and purposes do not go to another organisation this way.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::adl::Answer;
use crate::guard::GuardId;
use crate::request::Question;

/// Where the request identifier stands in the context.
pub const TRACEPARENT: &str = "traceparent";

/// A value of a property. There is no number with a fraction: it would not be the same everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// Several values in order.
    List(Vec<Value>),
    /// Several values by name.
    Record(Properties),
}

/// Values by name; in the order of the names, so that the same request has the same bytes.
pub type Properties = BTreeMap<String, Value>;

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Who asks, or about what: a type and an id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// Of which kind it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one.
    pub id: String,
    /// What else is said about it.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

/// What somebody wants to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Its name.
    pub name: String,
    /// What else is said about it.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

/// May this subject do this to this resource?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who asks.
    pub subject: Entity,
    /// What it wants to do.
    pub action: Action,
    /// With what.
    pub resource: Entity,
    /// The circumstances.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub context: Properties,
}

/// Yes or no, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// Yes or no.
    pub decision: bool,
    /// Reasons and obligations.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub context: Properties,
}

/// A request without the identifier that the Dutch profile asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the context has no traceparent in the form of W3C Trace Context")]
pub struct NotIdentified;

impl Request {
    /// The identifier of this request: the `traceparent` in its context.
    ///
    /// # Errors
    /// When there is none, or it has another form.
    pub fn identifier(&self) -> Result<Trace, NotIdentified> {
        match self.context.get(TRACEPARENT) {
            Some(Value::Text(text)) => Trace::parse(text).ok_or(NotIdentified),
            _ => Err(NotIdentified),
        }
    }

    /// A question in the words of AuthZEN. `inputs` is the hash of everything it is decided on.
    #[must_use]
    pub fn of(question: &Question, trace: Trace, now: Timestamp, inputs: Octets<32>) -> Self {
        let basis = question.legal_basis.as_str();
        let mut action = record([
            ("doel", question.purpose.as_str().into()),
            ("doelversie", Value::Number(question.purpose_version.into())),
            ("grondslag", basis.into()),
        ]);
        if !question.categories.is_empty() {
            let named = question.categories.iter().map(|one| one.as_str().into());
            action.insert("gegevens".to_owned(), Value::List(named.collect()));
        }
        let role = question.role.map(|role| ("rol", role.as_str().into()));
        let mut context = record([
            (TRACEPARENT, trace.to_string().as_str().into()),
            ("tijdstip", now.to_string().as_str().into()),
            ("invoer", inputs.to_string().as_str().into()),
            ("weging", Value::Truth(question.weighing.is_some())),
        ]);
        if let Some(case) = question.case_ref {
            context.insert("zaak".to_owned(), case.to_string().as_str().into());
        }
        Self {
            subject: Entity {
                kind: "organisatie".to_owned(),
                id: question.asker.to_string(),
                properties: record(role),
            },
            action: Action {
                name: question.action.as_str().to_owned(),
                properties: action,
            },
            resource: Entity {
                kind: "organisatie".to_owned(),
                id: question.source.to_string(),
                properties: Properties::new(),
            },
            context,
        }
    }
}

impl Response {
    /// An answer in the words of AuthZEN: the tests that said no, and what a receiver must observe.
    #[must_use]
    pub fn of(answer: &Answer) -> Self {
        let mut context = Properties::new();
        if !answer.guards.is_empty() {
            let reasons = Value::List(names(&answer.guards));
            context.insert("reason_admin".to_owned(), reasons);
        }
        let withheld = answer.withheld.iter();
        let withheld: Properties = withheld
            .map(|(category, guards)| (category.to_string(), Value::List(names(guards))))
            .collect();
        if !withheld.is_empty() {
            context.insert("niet_gegeven".to_owned(), Value::Record(withheld));
        }
        if let Some(given) = &answer.obligations {
            let categories = given.categories.iter().map(|one| one.as_str().into());
            let properties = record([
                ("gegevens", Value::List(categories.collect())),
                (
                    "bewaren_tot",
                    given.retain_until.to_string().as_str().into(),
                ),
                ("kleinste_groep", Value::Number(given.min_cell.into())),
                ("niet_doorgeven", Value::Truth(true)),
            ]);
            let obligation = record([
                ("id", "beperkt-gebruik".into()),
                ("type", "custom".into()),
                ("properties", Value::Record(properties)),
            ]);
            let obligations = Value::List(vec![Value::Record(obligation)]);
            context.insert("obligations".to_owned(), obligations);
        }
        Self {
            decision: answer.permitted,
            context,
        }
    }
}

fn record(values: impl IntoIterator<Item = (&'static str, Value)>) -> Properties {
    let values = values.into_iter();
    values
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn names(guards: &BTreeSet<GuardId>) -> Vec<Value> {
    guards.iter().map(|guard| guard.as_str().into()).collect()
}

/// Which operation something belongs to, over all systems: W3C Trace Context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// The operation as a whole.
    pub trace_id: Octets<16>,
    /// This step of it.
    pub span_id: Octets<8>,
}

impl Trace {
    /// Reads a `traceparent`; none when it has another form or names nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (version, trace, span, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let hex = |text: &str| text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        let sound = version == "00" && flags.len() == 2 && hex(text.replace('-', "").as_str());
        if !sound || parts.next().is_some() {
            return None;
        }
        let (trace_id, span_id) = (trace.parse().ok()?, span.parse().ok()?);
        let named = trace_id != Octets([0; 16]) && span_id != Octets([0; 8]);
        named.then_some(Self { trace_id, span_id })
    }
}

impl std::fmt::Display for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "00-{}-{}-01", self.trace_id, self.span_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_read_strictly() {
        let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let trace = Trace::parse(text).unwrap();
        assert_eq!(trace.to_string(), text);
        for wrong in [
            "",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        ] {
            assert_eq!(Trace::parse(wrong), None, "{wrong}");
        }
    }
}
