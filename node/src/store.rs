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

mod bundle;
mod census;
mod change;
mod codec;
mod engine;
mod error;
mod folder;
mod keys;
mod layout;
mod lock;
mod log;
mod log_reader;
mod reader;
mod redb;
mod seal;
mod sled;
#[cfg(test)]
mod suite;
mod writer;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use basisnet_policy::Released;
use tokio::sync::{Semaphore, oneshot, watch};

use crate::clock::Clock;
pub use change::{
    Change, Expect, IndexTerm, Key, LogEntry, MAX_KEY_BYTES, MAX_OPERATIONS, MAX_RECORD_BYTES,
    Receipt, Record, Recorded, RetentionClass, Stored,
};
use engine::{Backend, EngineError, after_prefix};
pub use error::{CommitError, OpenError, StoreError};
use keys::KeyRing;
pub use keys::StoreKeys;
use layout::meta;
use lock::Lock;
use log::{Anchor, End, LogWriter};
pub use log_reader::{LogContents, LogHead, LogRow};
use writer::{Faults, Job, QUEUE, Writer};

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

impl Engine {
    /// The name in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Redb => "redb",
            Self::Sled => "sled",
        }
    }
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
    /// So much memory the engine may use to read faster.
    pub cache_bytes: usize,
}

/// The store of one node. Cloning is cheap; all clones are the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    jobs: Mutex<Option<SyncSender<Job>>>,
    queue: Arc<Semaphore>,
    open: RwLock<Option<Open>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    broken: watch::Receiver<bool>,
    faults: Arc<Faults>,
    clock: Clock,
    origin: String,
    public_key: [u8; 32],
    anchor: Anchor,
}

/// What reading needs. The lock goes last.
struct Open {
    engine: Arc<dyn Backend>,
    ring: Arc<KeyRing>,
    _lock: Arc<Lock>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.inner.origin)
    }
}

impl Store {
    /// Whether there is a store in the data folder, of whatever kind.
    #[must_use]
    pub fn is_there(config: &StoreConfig) -> bool {
        folder::is_there(&config.dir)
    }

    /// Opens the store in the data folder, or makes it.
    ///
    /// # Errors
    /// When another process has it, it is of a newer version or another engine, it is damaged, somebody put back an
    /// older row, or these keys are not its keys.
    pub fn open(config: &StoreConfig, secrets: StoreKeys, clock: Clock) -> Result<Self, OpenError> {
        let (open, lock) = Open::files(config, &secrets)?;
        let StoreKeys {
            origin,
            signer,
            anchor,
            former,
            goes_back,
            ..
        } = secrets;
        let public_key = signer.public_key();
        let beside = (!goes_back).then_some(&anchor);
        let end = open.end(&origin, (&public_key, former.as_ref()), beside)?;
        let log = LogWriter::open(end, origin.clone(), signer, anchor.clone());
        let (broken, is_broken) = watch::channel(false);
        let faults = Arc::new(Faults::default());
        let writer = Writer {
            engine: Arc::clone(&open.engine),
            ring: Arc::clone(&open.ring),
            log,
            clock: clock.clone(),
            dir: config.dir.clone(),
            reserve_bytes: config.reserve_bytes,
            faults: Arc::clone(&faults),
            broken,
            _lock: lock,
        };
        // One place more than there are permits, for the request to close.
        let (jobs, queue) = sync_channel(QUEUE + 1);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run(&queue))
            .map_err(|cause| OpenError::Folder(config.dir.clone(), cause))?;
        let inner = Inner {
            jobs: Mutex::new(Some(jobs)),
            queue: Arc::new(Semaphore::new(QUEUE)),
            open: RwLock::new(Some(open)),
            writer: Mutex::new(Some(thread)),
            broken: is_broken,
            faults,
            clock,
            origin,
            public_key,
            anchor,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Opens an existing store to look at only, also when the end of its log is damaged. Every commit gets `Closed`,
    /// and where there is no store none is made.
    ///
    /// # Errors
    /// As [`Store::open`], but for what is wrong with the log and the records; and when there is no store.
    pub fn inspect(
        config: &StoreConfig,
        secrets: StoreKeys,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let open = Open::existing(config, &secrets)?;
        let (_, is_broken) = watch::channel(false);
        let inner = Inner {
            jobs: Mutex::new(None),
            queue: Arc::new(Semaphore::new(QUEUE)),
            open: RwLock::new(Some(open)),
            writer: Mutex::new(None),
            broken: is_broken,
            faults: Arc::default(),
            clock,
            origin: secrets.origin,
            public_key: secrets.signer.public_key(),
            anchor: secrets.anchor,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Whether the node would start on this: what [`Store::inspect`] does not ask of the log and the records.
    ///
    /// # Errors
    /// As [`Store::open`], when the end of the log is damaged or the records are not those of the last commit.
    pub fn would_open(&self) -> Result<(), OpenError> {
        let Inner {
            origin,
            public_key,
            anchor,
            ..
        } = &*self.inner;
        let held = self.inner.open.read();
        let held = held.unwrap_or_else(PoisonError::into_inner);
        let open = held.as_ref().ok_or(StoreError::Closed)?;
        open.end(origin, (public_key, None), Some(anchor)).map(drop)
    }

    /// Applies a change, whole. Returns only when it survives power loss.
    ///
    /// The change is applied also when the caller stops waiting for it.
    ///
    /// # Errors
    /// When a guard does not hold, the disk is full, or the store is broken. Nothing of the change is then applied.
    pub async fn commit(&self, change: Change) -> Result<Receipt, CommitError> {
        let ((), receipt) = self.commit_while(change, || ()).await?;
        Ok(receipt)
    }

    /// Applies a change, and does some work while the disk is busy with it. What came of the work is handed back with the
    /// receipt, so nobody has it when the change did not become durable.
    async fn commit_while<W>(
        &self,
        change: Change,
        work: impl FnOnce() -> W,
    ) -> Result<(W, Receipt), CommitError> {
        let place = Arc::clone(&self.inner.queue).acquire_owned().await;
        let place = place.map_err(|_| CommitError::Closed)?;
        let (reply, answer) = oneshot::channel();
        let job = Job::Commit {
            change,
            reply,
            place,
        };
        self.inner.send(job)?;
        let done = work();
        let receipt = answer.await.unwrap_or(Err(CommitError::Closed))?;
        Ok((done, receipt))
    }

    /// Applies a change that says in the log why something may leave, and hands back what may now be sent.
    ///
    /// # Errors
    /// As [`Store::commit`]; and when the change writes nothing in the log.
    pub async fn commit_release<T>(
        &self,
        change: Change,
        released: Released<T>,
    ) -> Result<Recorded<Released<T>>, CommitError> {
        let (value, receipt) = self.record_while(change, || released).await?;
        Ok(Recorded::new(value, receipt))
    }

    /// The same, and makes ready what is released while the disk is busy. What was made ready is handed back when the
    /// change survives power loss, and not before.
    ///
    /// # Errors
    /// As [`Store::commit_release`]; what was made ready is then gone.
    pub(crate) async fn commit_release_while<T, W>(
        &self,
        change: Change,
        released: Released<T>,
        make_ready: impl FnOnce(&T) -> W,
    ) -> Result<Recorded<W>, CommitError> {
        let ready = || make_ready(released.value());
        let (ready, receipt) = self.record_while(change, ready).await?;
        Ok(Recorded::new(ready, receipt))
    }

    async fn record_while<W>(
        &self,
        change: Change,
        work: impl FnOnce() -> W,
    ) -> Result<(W, Receipt), CommitError> {
        if change.log.is_empty() {
            return Err(CommitError::Unrecorded);
        }
        self.commit_while(change, work).await
    }

    /// The periods whose term is over: each is to be forgotten with [`Change::forget_period`].
    ///
    /// # Errors
    /// When the store was closed.
    pub fn expired_periods(&self) -> Result<Vec<String>, StoreError> {
        self.reading(|open| Ok(open.ring.expired(self.inner.clock.now())))
    }

    /// Whether writing failed. The node then stops: what the disk holds is only known after it starts again.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        *self.inner.broken.borrow()
    }

    /// Returns once writing has failed; never while all is well.
    pub async fn until_broken(&self) {
        let mut broken = self.inner.broken.clone();
        if broken.wait_for(|broken| *broken).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Finishes what is waiting, signs the head of the log and lets go of the files. Other clones get `Closed`.
    pub async fn close(&self) {
        self.inner.queue.close();
        let (done, finished) = oneshot::channel();
        if self.inner.send(Job::Close(done)).is_ok() {
            let _ = finished.await;
        }
        self.inner.end();
    }

    /// Makes the next sync fail, as a broken disk does.
    #[doc(hidden)]
    pub fn testing_only_fail_next_sync(&self) {
        let fail = &self.inner.faults.fail_sync;
        fail.store(true, std::sync::atomic::Ordering::SeqCst);
    }

    /// The power goes after so many writes. Who wrote the last of them does not hear that it was written, and nothing is
    /// written after it.
    #[doc(hidden)]
    pub fn testing_only_lose_power_after(&self, writes: u32) {
        self.inner.faults.lose_power_after(writes);
    }

    fn reading<T>(
        &self,
        work: impl FnOnce(&Open) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let open = self
            .inner
            .open
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        open.as_ref().map_or(Err(StoreError::Closed), work)
    }
}

impl Open {
    /// Takes the lock and opens what lies in the data folder.
    fn files(config: &StoreConfig, secrets: &StoreKeys) -> Result<(Self, Arc<Lock>), OpenError> {
        std::fs::create_dir_all(&config.dir)
            .map_err(|cause| OpenError::Folder(config.dir.clone(), cause))?;
        let lock = Arc::new(Lock::take(&config.dir)?);
        let folder = folder::prepare(&config.dir, config.engine, secrets)?;
        let (engine, wrapped, forgotten) = Self::engine(config, &folder)?;
        let ring = Arc::new(KeyRing::open(secrets, &wrapped, forgotten)?);
        let open = Self {
            engine,
            ring,
            _lock: Arc::clone(&lock),
        };
        Ok((open, lock))
    }

    /// As [`Open::files`], and makes nothing.
    fn existing(config: &StoreConfig, secrets: &StoreKeys) -> Result<Self, OpenError> {
        let absent = || OpenError::Absent(config.dir.clone());
        // Asked before the lock is taken, which leaves a file.
        if !folder::is_there(&config.dir) {
            return Err(absent());
        }
        let lock = Arc::new(Lock::take(&config.dir)?);
        let folder = folder::find(&config.dir, config.engine, secrets)?.ok_or_else(absent)?;
        let (engine, wrapped, forgotten) = Self::engine(config, &folder)?;
        let ring = Arc::new(KeyRing::inspect(secrets, &wrapped, forgotten)?);
        Ok(Self {
            engine,
            ring,
            _lock: lock,
        })
    }

    /// The engine, the wrapped data key and the periods that were forgotten.
    fn engine(config: &StoreConfig, folder: &Path) -> Result<Found, OpenError> {
        let engine = engine::open(config.engine, folder, config.cache_bytes)?;
        folder::check_schema(&*engine)?;
        let wrapped = engine.get(meta::DATA_KEY)?;
        let wrapped = wrapped.ok_or_else(|| OpenError::damaged("de gegevenssleutel ontbreekt"))?;
        let forgotten = forgotten_periods(&*engine)?;
        Ok((engine, wrapped, forgotten))
    }

    /// The end of the log, after the records were held against it.
    fn end(
        &self,
        origin: &str,
        keys: (&[u8; 32], Option<&[u8; 32]>),
        anchor: Option<&Anchor>,
    ) -> Result<End, OpenError> {
        let end = End::read(&*self.engine, &self.ring, (origin, keys), anchor)?;
        end.check_census(&*self.engine, &self.ring)?;
        Ok(end)
    }
}

type Found = (Arc<dyn Backend>, Vec<u8>, BTreeSet<String>);

impl Inner {
    fn send(&self, job: Job) -> Result<(), CommitError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let jobs = jobs.as_ref().ok_or(CommitError::Closed)?;
        // There is room for as many as there are permits, so a full queue is a queue nobody works on.
        jobs.try_send(job).map_err(|_| CommitError::Closed)
    }

    /// Waits for the writer to end, then lets go of everything.
    fn end(&self) {
        drop(
            self.jobs
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let writer = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writer) = writer {
            let _ = writer.join();
        }
        drop(
            self.open
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end();
    }
}

fn forgotten_periods(engine: &dyn Backend) -> Result<BTreeSet<String>, EngineError> {
    let rows = engine.range(meta::FORGOTTEN, &after_prefix(meta::FORGOTTEN), usize::MAX)?;
    let ids = rows.into_iter().filter_map(|(key, _)| {
        let id = key.get(meta::FORGOTTEN.len()..)?;
        String::from_utf8(id.to_vec()).ok()
    });
    Ok(ids.collect())
}
