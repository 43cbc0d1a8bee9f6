// SPDX-License-Identifier: EUPL-1.2
//! Whether two accounts can be of two people.
//!
//! Four eyes on a decision are worth nothing where one pair of hands can work with both accounts. Who made an account,
//! or gave it a password, can; and so can who made the account that made it. Whether two accounts that a third made are
//! of two people, no program knows: the log says who made which.

use std::collections::BTreeSet;

use super::{Account, AccountId};
use crate::store::{Store, StoreError};

/// Why one account cannot settle what another began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTwo {
    /// They are one.
    #[error("the same account did both")]
    Same,
    /// The one has hands in the other.
    #[error("one of the two accounts was made by the other")]
    Made,
}

impl NotTwo {
    /// The same for the person who called.
    #[must_use]
    pub const fn dutch(self) -> &'static str {
        match self {
            Self::Same => {
                "Dit vraagt twee personen, en beide stappen zijn van uw account. Laat een ander de tweede stap doen."
            }
            Self::Made => {
                "Dit vraagt twee personen. Het ene account is gemaakt door het andere, of kreeg er een wachtwoord van; dan \
                 kan één persoon met beide werken. Laat een stap doen door iemand die over het andere account niets te \
                 zeggen heeft."
            }
        }
    }
}

/// What stands in the way of seeing two people in these two accounts; none where nothing does.
///
/// # Errors
/// When the store does not read.
pub fn two_people(
    store: &Store,
    one: AccountId,
    other: AccountId,
) -> Result<Option<NotTwo>, StoreError> {
    if one == other {
        return Ok(Some(NotTwo::Same));
    }
    let made = behind(store, one)?.contains(&other) || behind(store, other)?.contains(&one);
    Ok(made.then_some(NotTwo::Made))
}

/// Every account that has hands in this one, directly or through others.
fn behind(store: &Store, account: AccountId) -> Result<BTreeSet<AccountId>, StoreError> {
    let mut behind = BTreeSet::new();
    let mut next = vec![account];
    while let Some(id) = next.pop() {
        if let Some(stored) = store.get::<Account>(id)? {
            // Each is followed once, so a circle of accounts ends.
            next.extend(stored.value.hands().filter(|hand| behind.insert(*hand)));
        }
    }
    Ok(behind)
}
