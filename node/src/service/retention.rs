// SPDX-License-Identifier: EUPL-1.2
//! Forgetting in time: when the term of a period is over, its key is destroyed, and with it everything it sealed.

use crate::audit::Event;
use crate::store::{Change, CommitError, Store, StoreError};

/// Why something was not forgotten.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// Forgets every period whose term is over, and says so in the log; gives how many there were.
///
/// # Errors
/// When the store does not read or write; what was not forgotten is tried again the next time.
pub async fn forget_expired(store: &Store) -> Result<usize, RetentionError> {
    let periods = store.expired_periods()?;
    let count = periods.len();
    for period in periods {
        let event = Event::PeriodForgotten {
            period: period.clone(),
        };
        let change = Change::new().forget_period(period).audit(event);
        store.commit(change).await?;
    }
    Ok(count)
}
