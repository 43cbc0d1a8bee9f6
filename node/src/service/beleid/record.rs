// SPDX-License-Identifier: EUPL-1.2
//! What is kept about the policy: every version that was proposed, which one counts, and the texts behind every hash.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::Hash;
use crate::service::account::AccountId;
use crate::store::{Key, Record, RetentionClass};

/// A file of a version: rules (`.cedar`) or a purpose (`.toml`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bestand {
    /// Its name.
    pub naam: String,
    /// What it says.
    pub tekst: String,
}

/// A step that somebody took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The account.
    pub by: AccountId,
    /// Its name, as it then was.
    pub name: String,
    /// Who made the account, for who wonders whether two steps are of two people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What the FG advised about a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FgAdvies {
    /// Who advised, and when.
    pub step: Step,
    /// Whether it may count, in the eyes of the FG.
    pub positive: bool,
    /// What the FG says with it.
    pub remark: String,
}

/// How a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Staat {
    /// Somebody proposed it; it counts for nothing yet.
    Proposed,
    /// It counts.
    Active,
    /// It counted, and another took its place.
    Replaced,
    /// It counted, and the one before it was brought back.
    TakenBack,
    /// It was proposed, and taken away before it counted.
    Withdrawn,
}

/// A version of the policy: what the gemeente adds to what comes with the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versie {
    /// Its number, from 1; 0 is what comes with the program.
    pub number: u32,
    /// Its files.
    pub files: Vec<Bestand>,
    /// Hash of the rules with it.
    pub policy: Hash,
    /// Hash of the catalogue with it.
    pub catalogue: Hash,
    /// What was different from the version that counted when it was proposed.
    pub changes: Vec<String>,
    /// The purposes that are different.
    pub purposes: BTreeSet<PurposeId>,
    /// Who proposed it.
    pub proposed: Step,
    /// What an FG advised last.
    pub advice: Option<FgAdvies>,
    /// What was advised before that, oldest first: no advice is ever written over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_advice: Vec<FgAdvies>,
    /// Who put it in its place: somebody else.
    pub confirmed: Option<Step>,
    /// Why the advice was not followed; only for a negative one.
    pub against_advice: Option<String>,
    /// Who brought the version before it back, and why.
    pub taken_back: Option<(Step, String)>,
    /// Who took the proposal away, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<(Step, String)>,
    /// How it stands.
    pub state: Staat,
}

impl Record for Versie {
    const COLLECTION: &'static str = "beleid-versie";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

impl Versie {
    pub(super) fn key(number: u32) -> Key {
        Key::new(number.to_be_bytes().to_vec())
    }

    /// Every advice about it, oldest first.
    pub fn all_advice(&self) -> impl Iterator<Item = &FgAdvies> {
        self.earlier_advice.iter().chain(&self.advice)
    }

    /// Whether an advice stands that says no. Each FG has a last word; that of another does not take it away.
    #[must_use]
    pub fn is_advised_against(&self) -> bool {
        let words = self.all_advice().map(|one| (one.step.by, one.positive));
        let last: BTreeMap<AccountId, bool> = words.collect();
        last.values().any(|positive| !positive)
    }
}

/// Which version counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stand {
    /// The version that counts; 0 is what comes with the program.
    pub active: u32,
    /// The one before it, as long as it can be brought back.
    pub previous: Option<u32>,
    /// The number that was given last.
    pub last: u32,
    /// The proposals that wait for a second person; none in what an earlier program wrote, which did not count them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<BTreeSet<u32>>,
}

impl Record for Stand {
    const COLLECTION: &'static str = "beleid-stand";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

impl Stand {
    pub(super) const KEY: &'static str = "1";
}

/// The texts behind a hash, so that an old decision explains itself with the rules it was taken by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Teksten {
    /// The vocabulary; only with rules.
    pub(super) vocabulary: Option<String>,
    /// The files.
    pub(super) files: Vec<Bestand>,
}

impl Record for Teksten {
    const COLLECTION: &'static str = "beleid-teksten";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}
