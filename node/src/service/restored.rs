// SPDX-License-Identifier: EUPL-1.2
//! That the node goes on from a backup: what others said and did since then, it no longer knows.
//!
//! Whatever it promised others before that moment counts no more, because it may have promised something else after the
//! backup: each gets new keys, in new contexts ([`super::publication`]). And whatever it got from others before that
//! moment is let go of, because it may have been taken back since: treffers are found anew, answers are asked for anew.

use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::{Key, Record, RetentionClass, Store, StoreError};

/// The last time that the node went back to a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restored {
    /// When.
    pub at: Timestamp,
}

impl Restored {
    /// The key of the one record there is.
    #[must_use]
    pub fn key() -> Key {
        Key::from("laatste")
    }

    /// When the node last went back to a backup; none when it never did.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last(store: &Store) -> Result<Option<Timestamp>, StoreError> {
        let kept = store.get::<Self>(Self::key())?;
        Ok(kept.map(|kept| kept.value.at))
    }
}

impl Record for Restored {
    const COLLECTION: &'static str = "teruggezet";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}
