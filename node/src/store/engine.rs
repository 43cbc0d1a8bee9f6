// SPDX-License-Identifier: EUPL-1.2
//! The little that is asked of a storage engine: keys and values in order of their bytes, and batches that are
//! atomic and durable.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use super::{Engine, redb, sled};

/// What one batch writes, and removes where there is no value.
pub(super) type Batch = BTreeMap<Vec<u8>, Option<Vec<u8>>>;
/// Keys and values in order.
pub(super) type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// A storage engine.
pub(super) trait Backend: Send + Sync {
    /// The value under a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError>;
    /// At most `limit` pairs in `[from, until)`.
    fn range(&self, from: &[u8], until: &[u8], limit: usize) -> Result<Rows, EngineError>;
    /// Applies the batch whole, and returns when it survives power loss. Nobody reads a part of it, or before.
    fn apply(&self, batch: &Batch) -> Result<(), EngineError>;
}

/// What went wrong in an engine, in its own words; for the log of the developer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum EngineError {
    /// Reading or writing failed.
    #[error("{0}")]
    Io(String),
    /// What is on disk is not what was written.
    #[error("damaged: {0}")]
    Damaged(String),
}

/// Opens the engine that lives in `folder`.
pub(super) fn open(
    engine: Engine,
    folder: &Path,
    cache_bytes: usize,
) -> Result<Arc<dyn Backend>, EngineError> {
    let opened = guarded(|| match engine {
        Engine::Redb => Ok(Arc::new(redb::Redb::open(folder, cache_bytes)?) as Arc<dyn Backend>),
        Engine::Sled => Ok(Arc::new(sled::Sled::open(folder, cache_bytes)?) as Arc<dyn Backend>),
    })?;
    Ok(Arc::new(Guarded(opened)))
}

/// Makes a new, empty store of this engine in `folder`, durably.
pub(super) fn create(engine: Engine, folder: &Path) -> Result<(), EngineError> {
    guarded(|| match engine {
        Engine::Redb => redb::Redb::create(folder),
        Engine::Sled => sled::Sled::create(folder),
    })
}

/// An engine that stumbles over damaged files says so; it does not take the node down.
struct Guarded(Arc<dyn Backend>);

impl Backend for Guarded {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        guarded(|| self.0.get(key))
    }

    fn range(&self, from: &[u8], until: &[u8], limit: usize) -> Result<Rows, EngineError> {
        guarded(|| self.0.range(from, until, limit))
    }

    fn apply(&self, batch: &Batch) -> Result<(), EngineError> {
        guarded(|| self.0.apply(batch))
    }
}

fn guarded<T>(work: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(EngineError::Damaged(text.unwrap_or_default()))
    })
}

/// The first key after all that begin with `prefix`.
pub(super) fn after_prefix(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    vec![u8::MAX; 64]
}
