// SPDX-License-Identifier: EUPL-1.2
//! A message is opened once: also when it is sent again after a restart, also when two copies come at one moment.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use basisnet_protocol::envelope::Header;
use basisnet_protocol::time::Timestamp;

use super::Fault;
use crate::audit::Incident;
use crate::delivery::{Once, Seen};
use crate::store::{Change, CommitError, Key, Store, StoreError};

/// How many marks are removed in one go.
const AT_A_TIME: usize = 500;

/// Knows what was seen, durably, and what is in hand now.
pub(super) struct Doorkeeper {
    store: Store,
    in_hand: Arc<Mutex<HashSet<Key>>>,
}

impl Doorkeeper {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            in_hand: Arc::default(),
        }
    }

    /// Lets a message in that was not seen before.
    pub(super) fn admit(&self, header: &Header) -> Result<Once, Fault> {
        let (sender, id) = (header.sender.as_str().as_bytes(), header.message_id);
        let key = Key::joined(&[sender, id.as_bytes()]);
        let Some(once) = Once::hold(key.clone(), header.expires, &self.in_hand) else {
            return Err(Fault::Incident(Incident::Replay));
        };
        // Unclear means no: what cannot be looked up is not let in.
        match self.store.get::<Seen>(&key) {
            Ok(None) => Ok(once),
            Ok(Some(_)) => Err(Fault::Incident(Incident::Replay)),
            Err(error) => Err(Fault::Own(error.to_string())),
        }
    }

    /// Sees to it that a handled message is marked.
    pub(super) async fn finish(&self, once: &Once) -> Result<(), Fault> {
        let known = self.store.get::<Seen>(once.key());
        if matches!(known, Ok(Some(_))) {
            return Ok(());
        }
        let change = once.mark(Change::new());
        let own = |error: CommitError| Fault::Own(error.to_string());
        match self.store.commit(change.map_err(own)?).await {
            Ok(_) => Ok(()),
            Err(CommitError::Conflict(_)) => Err(Fault::Incident(Incident::Replay)),
            Err(error) => Err(own(error)),
        }
    }
}

/// Removes the marks of messages that have expired. Gives how many.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn forget_expired(store: &Store, now: Timestamp) -> Result<usize, ForgetError> {
    let mut after = None;
    let mut forgotten = 0;
    loop {
        let page = store.page::<Seen>(after.as_ref(), AT_A_TIME)?;
        let Some((last, _)) = page.last() else {
            return Ok(forgotten);
        };
        after = Some(last.clone());
        let expired = page.iter().filter(|(_, seen)| seen.value.expires <= now);
        let mut change = Change::new();
        for (key, _) in expired {
            change = change.delete::<Seen>(key);
            forgotten += 1;
        }
        if !change.is_empty() {
            store.commit(change).await?;
        }
    }
}

/// Why marks could not be removed.
#[derive(Debug, thiserror::Error)]
pub enum ForgetError {
    /// Reading failed.
    #[error(transparent)]
    Read(#[from] StoreError),
    /// Writing failed.
    #[error(transparent)]
    Write(#[from] CommitError),
}
