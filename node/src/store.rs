// SPDX-License-Identifier: EUPL-1.2
//! What the node remembers: typed records and an append-only log, written whole or not at all, durable before
//! anybody is told.
//!
//! **Writes are data, reads are named.** A caller never holds a transaction: it hands over a [`Change`], which one
//! writer applies as one atomic batch, log entries included, and gets a [`Receipt`] when that batch survives power
//! loss. Reads are cheap and wait for nobody.
//!
//! Every value is sealed. The engine below ([`Engine`]) sees keys, hashes and ciphertext; which engine it is, is one
//! line of configuration, and one suite holds both to the same behaviour.

mod change;
mod codec;
mod keys;

use std::path::PathBuf;

use crate::clock::Clock;
pub use change::{
    Change, Expect, IndexTerm, Key, LogEntry, MAX_KEY_BYTES, MAX_OPERATIONS, MAX_RECORD_BYTES,
    Receipt, Record, Recorded, RetentionClass, Stored,
};
pub use keys::StoreKeys;

/// Which engine keeps the bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// redb: the default.
    #[default]
    Redb,
    /// sled 0.34, hardened.
    Sled,
}

/// Where and how the store lives.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// The data folder; made when it is not there.
    pub dir: PathBuf,
    /// Which engine; cannot change once there is data.
    pub engine: Engine,
    /// Below so much free space on the disk nothing is written; reading goes on.
    pub reserve_bytes: u64,
}

/// The store of one node. Cloning is cheap; all clones are the same store.
#[derive(Clone, Debug)]
pub struct Store {}

impl Store {
    /// Opens the store in the data folder, or makes it.
    ///
    /// # Errors
    /// When another process has it, it is of a newer version or another engine, it is damaged, or these keys are
    /// not its keys.
    pub fn open(
        _config: &StoreConfig,
        _secrets: StoreKeys,
        _clock: Clock,
    ) -> Result<Self, OpenError> {
        Ok(Self {})
    }

    /// Applies a change, whole. Returns only when it survives power loss.
    ///
    /// # Errors
    /// When a guard does not hold, the disk is full, or the store is broken. Nothing of the change is then applied.
    pub async fn commit(&self, _change: Change) -> Result<Receipt, CommitError> {
        Err(CommitError::Closed)
    }

    /// Applies a change that says in the log why something may leave, and hands back what may now be sent.
    ///
    /// # Errors
    /// As [`Store::commit`]; and when the change writes nothing in the log.
    pub async fn commit_release<T>(
        &self,
        change: Change,
        released: T,
    ) -> Result<Recorded<T>, CommitError> {
        if change.log.is_empty() {
            return Err(CommitError::Unrecorded);
        }
        let receipt = self.commit(change).await?;
        Ok(Recorded::new(released, receipt))
    }

    /// The record under a key.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn get<R: Record>(&self, _key: impl Into<Key>) -> Result<Option<Stored<R>>, StoreError> {
        Err(StoreError::Closed)
    }

    /// At most `limit` records after `after`, by key; from the first when there is no `after`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn page<R: Record>(
        &self,
        _after: Option<&Key>,
        _limit: usize,
    ) -> Result<Vec<(Key, Stored<R>)>, StoreError> {
        Err(StoreError::Closed)
    }

    /// As [`Store::page`], of the keys that begin with `prefix` only.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn page_under<R: Record>(
        &self,
        _prefix: &Key,
        _after: Option<&Key>,
        _limit: usize,
    ) -> Result<Vec<(Key, Stored<R>)>, StoreError> {
        Err(StoreError::Closed)
    }

    /// At most `limit` records after `after` that carry this term in this index, by key.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn by_index<R: Record>(
        &self,
        _index: &'static str,
        _term: &[u8],
        _after: Option<&Key>,
        _limit: usize,
    ) -> Result<Vec<(Key, Stored<R>)>, StoreError> {
        Err(StoreError::Closed)
    }

    /// Finishes what is waiting, signs the head of the log and lets go of the files. Other clones get `Closed`.
    pub async fn close(&self) {}
}

/// Why the store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error(
        "de gegevens in `{0}` zijn al in gebruik door een ander proces; stop dat eerst, of kies een andere map"
    )]
    InUse(PathBuf),
}

/// Why a change was not applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A guard does not hold: somebody else wrote first. Read again and decide again.
    #[error("somebody else changed `{0}` first")]
    Conflict(&'static str),
    /// Too little free space on the disk.
    #[error("too little free space on the disk")]
    Full,
    /// Writing failed before; nothing is written any more until the node is started again.
    #[error("the store is broken and writes nothing any more")]
    Broken,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A record or entry cannot be encoded.
    #[error("a record cannot be encoded")]
    Unencodable,
    /// A key, record or change is larger than allowed.
    #[error("a key, record or change is too large")]
    TooLarge,
    /// A release without an entry in the log.
    #[error("nothing is released without an entry in the log")]
    Unrecorded,
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// What is there is not what was written.
    #[error("`{0}` in the store is damaged")]
    Corrupt(String),
    /// The engine could not read.
    #[error("the store cannot be read: {0}")]
    Engine(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}
