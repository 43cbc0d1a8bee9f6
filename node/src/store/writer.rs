// SPDX-License-Identifier: EUPL-1.2
//! The one that writes. Changes wait in a bounded queue; when a sync ends, all that wait go in the next batch.
//!
//! So a single change never waits for company, and under load one sync serves many. A failed write or sync ends all
//! writing until the node starts again: what the disk then holds is only known after recovery.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};

use super::change::{Action, Change, Expect, MAX_KEY_BYTES, MAX_OPERATIONS, Operation, Receipt};
use super::engine::{Backend, Batch};
use super::keys::KeyRing;
use super::layout::{NewRow, Row, meta, record_key};
use super::lock::Lock;
use super::log::{LogWriter, SIGN_AFTER};
use super::{CommitError, StoreError};
use crate::clock::Clock;

/// The most changes that wait.
pub(super) const QUEUE: usize = 1_024;
/// The most changes in one batch.
const GROUP: usize = 256;
/// A batch takes no more changes once it holds this much.
const GROUP_BYTES: usize = 16 * 1_048_576;

/// What the writer is asked.
pub(super) enum Job {
    Commit {
        change: Change,
        reply: Answer,
        /// The place in the queue, given back when the job is done.
        place: OwnedSemaphorePermit,
    },
    Close(oneshot::Sender<()>),
}

/// Faults that a test can cause.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) fail_sync: AtomicBool,
    /// How many writes there is still power for; none where it stays.
    power: Mutex<Option<u32>>,
}

/// What the power does at a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    Stays,
    /// It is written, and then there is nobody to say so.
    GoesAfter,
    Gone,
}

impl Faults {
    pub(super) fn lose_power_after(&self, writes: u32) {
        *self.power.lock().unwrap_or_else(PoisonError::into_inner) = Some(writes);
    }

    fn power(&self) -> Power {
        let mut left = self.power.lock().unwrap_or_else(PoisonError::into_inner);
        match left.as_mut() {
            None => Power::Stays,
            Some(0) => Power::Gone,
            Some(left) => {
                *left -= 1;
                if *left == 0 {
                    Power::GoesAfter
                } else {
                    Power::Stays
                }
            }
        }
    }
}

pub(super) struct Writer {
    pub(super) engine: Arc<dyn Backend>,
    pub(super) ring: Arc<KeyRing>,
    pub(super) log: LogWriter,
    pub(super) clock: Clock,
    pub(super) dir: PathBuf,
    pub(super) reserve_bytes: u64,
    pub(super) faults: Arc<Faults>,
    pub(super) broken: watch::Sender<bool>,
    /// Let go of after everything else.
    pub(super) _lock: Arc<Lock>,
}

type Answer = oneshot::Sender<Result<Receipt, CommitError>>;
type Reply = (Answer, Result<Receipt, CommitError>);

impl Writer {
    /// Works until there is nobody left to ask anything, or it is asked to stop.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        loop {
            match jobs.recv_timeout(SIGN_AFTER) {
                Ok(Job::Commit {
                    change,
                    reply,
                    place,
                }) => {
                    if let Some(done) = self.group((change, reply, place), jobs) {
                        self.sign();
                        let _ = done.send(());
                        return;
                    }
                }
                Ok(Job::Close(done)) => {
                    self.sign();
                    let _ = done.send(());
                    return;
                }
                Err(RecvTimeoutError::Timeout) => self.sign(),
                Err(RecvTimeoutError::Disconnected) => {
                    self.sign();
                    return;
                }
            }
        }
    }

    /// Writes this change, and with it all that wait. Gives back who asked to close in the meantime.
    fn group(
        &mut self,
        first: (Change, Answer, OwnedSemaphorePermit),
        jobs: &Receiver<Job>,
    ) -> Option<oneshot::Sender<()>> {
        let mut batch = Batch::new();
        let mut replies = Vec::new();
        let mut places = Vec::new();
        let mut forget = Vec::new();
        let mut closing = None;
        let mut next = Some(first);
        let mut bytes = 0;
        while let Some((change, reply, place)) = next.take() {
            places.push(place);
            bytes += change.bytes();
            let forgets = change.forget.clone();
            let outcome = self.stage(change, &mut batch);
            if outcome.is_ok() {
                forget.extend(forgets);
            }
            replies.push((reply, outcome));
            if replies.len() < GROUP && bytes < GROUP_BYTES {
                match jobs.try_recv() {
                    Ok(Job::Commit {
                        change,
                        reply,
                        place,
                    }) => next = Some((change, reply, place)),
                    Ok(Job::Close(done)) => closing = Some(done),
                    Err(_) => {}
                }
            }
        }
        self.settle(batch, &forget, replies);
        closing
    }

    /// Makes the batch durable, forgets what was to be forgotten and tells everybody, in that order.
    fn settle(&mut self, mut batch: Batch, forget: &[String], replies: Vec<Reply>) {
        let written = self
            .log
            .finish(&*self.engine, &mut batch, &self.ring)
            .and_then(|()| self.apply(&batch));
        if written.is_ok() {
            self.log.drop_anchor();
            self.forget(forget);
        }
        for (reply, outcome) in replies {
            let outcome = match &written {
                Ok(()) => outcome,
                Err(error) => outcome.and(Err(error.clone())),
            };
            // Who asked may be gone; what was asked is done.
            let _ = reply.send(outcome);
        }
    }

    fn forget(&self, periods: &[String]) {
        for id in periods {
            if let Err(error) = self.ring.destroy(id) {
                tracing::error!(%error, "a period key could not be destroyed; the next start tries again");
                self.broken.send_replace(true);
            }
        }
    }

    fn apply(&self, batch: &Batch) -> Result<(), CommitError> {
        if *self.broken.borrow() {
            return Err(CommitError::Broken);
        }
        if batch.is_empty() {
            return Ok(());
        }
        let apply = || self.engine.apply(batch).map_err(|error| error.to_string());
        let gone = || Err("the power went".to_owned());
        let applied = match self.faults.fail_sync.swap(false, Ordering::SeqCst) {
            true => Err("a sync was made to fail".to_owned()),
            false => match self.faults.power() {
                Power::Stays => apply(),
                Power::GoesAfter => apply().and_then(|()| gone()),
                Power::Gone => gone(),
            },
        };
        applied.map_err(|error| {
            // INVARIANT (no second try): after a failed sync nobody knows what the disk holds.
            tracing::error!(%error, "writing to the store failed; nothing is written any more");
            self.broken.send_replace(true);
            CommitError::Broken
        })
    }

    /// Signs the head of the log, if something was added since the last time.
    fn sign(&mut self) {
        if self.log.is_unsigned() && !*self.broken.borrow() && self.has_room() {
            let mut batch = Batch::new();
            self.log.sign(&mut batch);
            if self.apply(&batch).is_ok() {
                self.log.drop_anchor();
            }
        }
    }

    /// Puts a change in the batch, or says why not and leaves the batch as it was.
    fn stage(&mut self, change: Change, batch: &mut Batch) -> Result<Receipt, CommitError> {
        if *self.broken.borrow() {
            return Err(CommitError::Broken);
        }
        change.check()?;
        if !self.has_room() {
            return Err(CommitError::Full);
        }
        for operation in &change.operations {
            self.guard(operation, batch)?;
        }
        // INVARIANT (whole or not at all): beyond this point only a broken store stops a change, and then the whole
        // batch is dropped.
        self.fill(change, batch).inspect_err(|_| {
            self.broken.send_replace(true);
        })
    }

    fn fill(&mut self, change: Change, batch: &mut Batch) -> Result<Receipt, CommitError> {
        let now = self.clock.now();
        for operation in &change.operations {
            self.operate(operation, batch)?;
        }
        for id in &change.forget {
            batch.insert([meta::FORGOTTEN, id.as_bytes()].concat(), Some(Vec::new()));
        }
        let first = (!change.log.is_empty()).then_some(self.log.size());
        for noted in &change.log {
            self.log
                .append(&*self.engine, batch, &self.ring, now, noted)?;
        }
        Ok(Receipt {
            first,
            size: self.log.size(),
        })
    }

    fn guard(&self, operation: &Operation, batch: &Batch) -> Result<(), CommitError> {
        let version = match operation.expect {
            Expect::Any => return Ok(()),
            Expect::Absent => None,
            Expect::Version(version) => Some(version),
        };
        let row = self.row(operation, batch)?;
        let present = match row {
            Some(row) if self.is_readable(&row)? => Some(row.version),
            _ => None,
        };
        (present == version)
            .then_some(())
            .ok_or(CommitError::Conflict(operation.collection))
    }

    /// A record whose period was forgotten is not there.
    fn is_readable(&self, row: &Row) -> Result<bool, CommitError> {
        let key = self.ring.for_reading(&row.key_id);
        Ok(key.map_err(|_| CommitError::Broken)?.is_some())
    }

    fn operate(&self, operation: &Operation, batch: &mut Batch) -> Result<(), CommitError> {
        let Operation {
            collection, key, ..
        } = operation;
        match &operation.action {
            Action::Check => Ok(()),
            Action::Delete => {
                if let Some(row) = self.row(operation, batch)? {
                    row.remove(batch, collection, key);
                }
                Ok(())
            }
            Action::Put {
                retention,
                plain,
                terms,
            } => {
                let old = self.row(operation, batch)?;
                let new = NewRow {
                    collection,
                    key,
                    retention: *retention,
                    plain,
                    terms,
                };
                Row::write(batch, &self.ring, self.clock.now(), &new, old.as_ref())
            }
        }
    }

    /// The row as it will be after what is already in the batch.
    fn row(&self, operation: &Operation, batch: &Batch) -> Result<Option<Row>, CommitError> {
        let key = record_key(operation.collection, &operation.key);
        let bytes = match batch.get(&key) {
            Some(pending) => pending.clone(),
            None => self.engine.get(&key).map_err(StoreError::from)?,
        };
        let row = bytes.map(|bytes| Row::decode(&bytes)).transpose()?;
        Ok(row)
    }

    /// Whether there is more free space than what is kept in reserve.
    fn has_room(&self) -> bool {
        self.reserve_bytes == 0
            || rustix::fs::statvfs(&self.dir)
                .is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) > self.reserve_bytes)
    }
}

impl Change {
    fn bytes(&self) -> usize {
        let records = self
            .operations
            .iter()
            .map(|operation| match &operation.action {
                Action::Put { plain, .. } => plain.len(),
                Action::Check | Action::Delete => 0,
            });
        records.chain(self.log.iter().map(Vec::len)).sum()
    }

    /// Whether it keeps to the limits.
    fn check(&self) -> Result<(), CommitError> {
        if self.unencodable {
            return Err(CommitError::Unencodable);
        }
        let keys_fit = self
            .operations
            .iter()
            .all(|operation| operation.key.as_bytes().len() <= MAX_KEY_BYTES);
        let fits = keys_fit && self.operations.len() + self.log.len() <= MAX_OPERATIONS;
        fits.then_some(()).ok_or(CommitError::TooLarge)
    }
}
