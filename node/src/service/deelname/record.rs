// SPDX-License-Identifier: EUPL-1.2
//! To whom the own organisation tells how far it is.

use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::service::account::AccountId;
use crate::store::{Key, Record, RetentionClass};

/// That a member is told how far the own organisation is in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sharing {
    /// The group.
    pub group: String,
    /// Who is told.
    pub with: Oin,
    /// Since when.
    pub since: Timestamp,
    /// Who said so.
    pub by: AccountId,
}

impl Record for Sharing {
    const COLLECTION: &'static str = "deelname-gedeeld";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

pub(super) fn key(with: Oin, group: &str) -> Key {
    Key::joined(&[with.as_str().as_bytes(), group.as_bytes()])
}
