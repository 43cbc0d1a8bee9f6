// SPDX-License-Identifier: EUPL-1.2
//! What is kept about a purpose: the advice and the decision, apart.

use std::collections::BTreeMap;

use basisnet_policy::InForce;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::service::account::AccountId;
use crate::store::{Key, Record, RetentionClass};

/// What the FG advised about a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// The account of the FG.
    pub by: AccountId,
    /// Its name, as it then was.
    pub name: String,
    /// When.
    pub given: Timestamp,
    /// Whether the purpose may be put into force, in the eyes of the FG.
    pub positive: bool,
    /// What the FG says with it.
    pub remark: String,
    /// What was advised before that, oldest first: no advice is ever written over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Advice>,
}

/// So many earlier ones are kept beside it; that each was given stays in the log.
const MOST_EARLIER: usize = 100;

impl Advice {
    /// The same with what was advised before it.
    pub(super) fn after(mut self, before: Option<Self>) -> Self {
        if let Some(mut before) = before {
            self.earlier = std::mem::take(&mut before.earlier);
            self.earlier.push(before);
            let over = self.earlier.len().saturating_sub(MOST_EARLIER);
            self.earlier.drain(..over);
        }
        self
    }

    /// What a decision of now answers, oldest first: all that was advised since the last decision ended, and in any case
    /// the last.
    pub(super) fn open(&self, ended: Option<Timestamp>) -> impl Iterator<Item = &Self> {
        let since = move |one: &&Self| ended.is_none_or(|ended| one.given >= ended);
        self.earlier.iter().filter(since).chain([self])
    }

    /// The one that a decision is for or against: an advice that says no and was not taken back by who gave it, else the
    /// last. Each FG has a last word; that of another does not take it away.
    pub(super) fn to_answer(&self, ended: Option<Timestamp>) -> &Self {
        let words: BTreeMap<AccountId, &Self> = self.open(ended).map(|one| (one.by, one)).collect();
        let against = words.into_values().filter(|one| !one.positive);
        against.max_by_key(|one| one.given).unwrap_or(self)
    }
}

impl Record for Advice {
    const COLLECTION: &'static str = "doel-advies";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

/// What the controller decided about a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// The account of the controller.
    pub by: AccountId,
    /// The decision, in the form that the rules read.
    pub in_force: InForce,
    /// Who took it back.
    pub withdrawn_by: Option<AccountId>,
    /// Why it was taken back.
    pub because: String,
}

impl Record for Decided {
    const COLLECTION: &'static str = "doel-besluit";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

/// One version of one purpose.
pub(super) fn key(purpose: &PurposeId, version: u32) -> Key {
    Key::joined(&[&version.to_be_bytes(), purpose.as_str().as_bytes()])
}
