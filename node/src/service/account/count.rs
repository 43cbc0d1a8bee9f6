// SPDX-License-Identifier: EUPL-1.2
//! How many accounts there are in each role: a number says enough where a name would say too much.

use std::collections::BTreeMap;

use basisnet_protocol::purpose::Role;

use super::{Account, Accounts, MAX_ACCOUNTS};
use crate::store::StoreError;

impl Accounts {
    /// How many accounts that are not closed work in each role, for the program itself.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_by_role(&self) -> Result<BTreeMap<Role, usize>, StoreError> {
        let mut count: BTreeMap<Role, usize> = BTreeMap::new();
        for (_, stored) in self.store.page::<Account>(None, MAX_ACCOUNTS)? {
            if !stored.value.closed {
                for role in stored.value.roles {
                    *count.entry(role).or_default() += 1;
                }
            }
        }
        Ok(count)
    }
}
