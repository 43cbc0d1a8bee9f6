// SPDX-License-Identifier: EUPL-1.2
//! What is kept about a purpose: the advice and the decision, apart.

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
