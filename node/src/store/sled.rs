// SPDX-License-Identifier: EUPL-1.2
//! sled 0.34, hardened: what its `flush` leaves to chance is synced here.
//!
//! On Linux its flush ends in `sync_file_range`, which reaches neither the cache of the disk nor the length of the
//! file; its `conf` file is never synced, nor are the files it makes for large items. So after every flush we sync
//! those files, then `db`; `conf` once, at creation. Values stay small ([`super::layout`] cuts them), and everything
//! lives in one tree, so that one batch is one atomic change.
//!
//! sled shows a batch to readers before it is durable; here they wait until it is.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use super::engine::{Backend, Batch, EngineError, Rows};

/// For making an empty store.
const LEAST_CACHE: usize = 1_048_576;
/// A closed database lets go of its lock a moment after it is dropped.
const PATIENCE: u32 = 200;
const PAUSE: Duration = Duration::from_millis(10);

pub(super) struct Sled {
    db: ::sled::Db,
    file: File,
    blobs: PathBuf,
    /// Files of large items that are known to be durable.
    synced: Mutex<BTreeSet<OsString>>,
    /// Held for writing from the first change of a batch until it is durable.
    durable: RwLock<()>,
}

impl Sled {
    pub(super) fn create(folder: &Path) -> Result<(), EngineError> {
        let made = Self::open(folder, LEAST_CACHE)?;
        made.db.insert(b"basisnet", b"1").map_err(fault)?;
        made.sync()?;
        drop(made);
        for name in ["conf", "db"] {
            sync_path(&folder.join(name))?;
        }
        sync_path(&folder.join("blobs"))
    }

    pub(super) fn open(folder: &Path, cache_bytes: usize) -> Result<Self, EngineError> {
        let db = open_when_free(folder, cache_bytes)?;
        let file = File::open(folder.join("db")).map_err(io)?;
        Ok(Self {
            db,
            file,
            blobs: folder.join("blobs"),
            synced: Mutex::default(),
            durable: RwLock::default(),
        })
    }

    /// Everything that was written becomes durable, in the order in which it is needed after a crash.
    fn sync(&self) -> Result<(), EngineError> {
        self.db.flush().map_err(fault)?;
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        let mut present = BTreeSet::new();
        let mut news = false;
        for entry in fs::read_dir(&self.blobs).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            if !synced.contains(&name) {
                sync_path(&self.blobs.join(&name))?;
                news = true;
            }
            present.insert(name);
        }
        *synced = present;
        if news {
            sync_path(&self.blobs)?;
        }
        self.file.sync_all().map_err(io)
    }
}

impl Backend for Sled {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let _durable = self.durable.read().unwrap_or_else(PoisonError::into_inner);
        let value = self.db.get(key).map_err(fault)?;
        Ok(value.map(|value| value.to_vec()))
    }

    fn range(&self, from: &[u8], until: &[u8], limit: usize) -> Result<Rows, EngineError> {
        let _durable = self.durable.read().unwrap_or_else(PoisonError::into_inner);
        self.db
            .range(from..until)
            .take(limit)
            .map(|row| row.map(|(key, value)| (key.to_vec(), value.to_vec())))
            .collect::<Result<_, _>>()
            .map_err(fault)
    }

    fn apply(&self, batch: &Batch) -> Result<(), EngineError> {
        let mut changes = ::sled::Batch::default();
        for (key, value) in batch {
            match value {
                Some(value) => changes.insert(key.as_slice(), value.as_slice()),
                None => changes.remove(key.as_slice()),
            }
        }
        let _durable = self.durable.write().unwrap_or_else(PoisonError::into_inner);
        self.db.apply_batch(changes).map_err(fault)?;
        self.sync()
    }
}

/// Opens the database. Our own lock says that nobody else has it, so a lock that is held is one being let go.
fn open_when_free(folder: &Path, cache_bytes: usize) -> Result<::sled::Db, EngineError> {
    let config = ::sled::Config::new()
        .path(folder)
        .cache_capacity(cache_bytes as u64)
        .flush_every_ms(None);
    for _ in 0..PATIENCE {
        match config.open() {
            Err(::sled::Error::Io(error)) if error.to_string().contains("acquire lock") => {
                std::thread::sleep(PAUSE);
            }
            other => return other.map_err(fault),
        }
    }
    Err(EngineError::Io("the lock is held".to_owned()))
}

fn sync_path(path: &Path) -> Result<(), EngineError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(io)
}

fn io(error: impl std::fmt::Display) -> EngineError {
    EngineError::Io(error.to_string())
}

fn fault(error: ::sled::Error) -> EngineError {
    use ::sled::Error::{Corruption, ReportableBug, Unsupported};
    if matches!(error, Corruption { .. } | Unsupported(_) | ReportableBug(_)) {
        return EngineError::Damaged(error.to_string());
    }
    io(error)
}
