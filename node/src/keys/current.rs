// SPDX-License-Identifier: EUPL-1.2
//! The key and certificate of the organisation that are in use now. While the node runs another may come in their place.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

use super::OrgKey;

/// The key of the organisation as it is now. A copy sees the same.
///
/// Who signs takes the key once and signs with that: chain and signature then belong together, whatever happens between.
#[derive(Clone)]
pub struct CurrentOrg(Arc<watch::Sender<Arc<OrgKey>>>);

impl CurrentOrg {
    /// This one, for now.
    #[must_use]
    pub fn new(org: OrgKey) -> Self {
        Self(Arc::new(watch::Sender::new(Arc::new(org))))
    }

    /// The key to sign with.
    #[must_use]
    pub fn current(&self) -> Arc<OrgKey> {
        Arc::clone(&self.0.borrow())
    }

    /// From now on this one.
    pub fn replace(&self, org: OrgKey) {
        self.0.send_replace(Arc::new(org));
    }

    /// Tells when another has come.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Arc<OrgKey>> {
        self.0.subscribe()
    }
}

impl fmt::Debug for CurrentOrg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.current().fmt(f)
    }
}
