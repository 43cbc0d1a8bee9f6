// SPDX-License-Identifier: EUPL-1.2
//! Writes are data: a [`Change`] is everything one decision alters, applied whole or not at all.

use basisnet_protocol::octets::Octets;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::CommitError;
use super::codec;

/// The longest key in bytes.
pub const MAX_KEY_BYTES: usize = 256;
/// The largest encoded record in bytes; larger things are files.
pub const MAX_RECORD_BYTES: usize = 4 * 1_048_576;
/// The most records in one change.
pub const MAX_OPERATIONS: usize = 65_536;

/// Where a record lives within its collection.
///
/// Keys are not sealed and sort by their bytes. What may not be read from a stolen disk (a KVK number, a name)
/// never goes into a key: use a random id, and an [`IndexTerm`] to find it again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Vec<u8>);

impl Key {
    /// A key of these bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// A key of several parts after each other. All parts but the last have a fixed length, else two keys could
    /// fall together.
    #[must_use]
    pub fn joined(parts: &[&[u8]]) -> Self {
        Self(parts.concat())
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&Key> for Key {
    fn from(key: &Key) -> Self {
        key.clone()
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl<const N: usize> From<Octets<N>> for Key {
    fn from(octets: Octets<N>) -> Self {
        Self(octets.0.to_vec())
    }
}

impl<const N: usize> From<&Octets<N>> for Key {
    fn from(octets: &Octets<N>) -> Self {
        Self(octets.0.to_vec())
    }
}

/// How long contents may be read. After the term the key that sealed them is destroyed, and with it they are
/// forgotten everywhere, in backups too.
///
/// The term counts from the end of the period (week or quarter) in which a record was last written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RetentionClass {
    /// Until somebody deletes it: registers, accounts, convenanten, configuration.
    Standing,
    /// The audit log: seven years.
    Log,
    /// Questions and answers between gemeenten, as used in a case: two years.
    Case,
    /// What only serves an epoch of matching, or keeps a message from being used twice: 31 weeks, the
    /// epoch itself and the 26 weeks in which it may be audited.
    Epoch,
}

/// A typed record in the store.
pub trait Record: Serialize + DeserializeOwned + Send + Sync {
    /// The collection it lives in: lower case letters and hyphens; never changes once there is data.
    const COLLECTION: &'static str;
    /// How long the contents may be read.
    const RETENTION: RetentionClass;

    /// By what it can be found again, besides its key.
    fn index_terms(&self) -> Vec<IndexTerm> {
        Vec::new()
    }
}

/// A value by which a record can be found. It enters the store as an HMAC, so the disk does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct IndexTerm {
    /// The name of the index, unique in the collection.
    pub index: &'static str,
    /// The value to find it by.
    pub term: Vec<u8>,
}

impl IndexTerm {
    /// Finds a record in `index` by `term`.
    #[must_use]
    pub fn new(index: &'static str, term: impl Into<Vec<u8>>) -> Self {
        Self {
            index,
            term: term.into(),
        }
    }
}

impl std::fmt::Debug for IndexTerm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IndexTerm({}, [sealed])", self.index)
    }
}

/// A record as it was read, with the version to guard the next write by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored<R> {
    /// Rises by one with every write of this key; starts at 1.
    pub version: u64,
    /// The record.
    pub value: R,
}

/// What must be true of a key for the change to go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Nothing is asked.
    Any,
    /// There is no record under this key.
    Absent,
    /// The record has this version: nobody wrote it since it was read.
    Version(u64),
}

/// Something that can be written in the log; `audit::Event` is the only one outside tests.
pub trait LogEntry {
    /// The canonical bytes that the log commits to.
    ///
    /// # Errors
    /// When it cannot be encoded.
    fn to_log_bytes(&self) -> Result<Vec<u8>, CommitError>;
}

/// Everything one decision changes: guards, records, deletions and what the log says about it.
#[derive(Debug, Default)]
pub struct Change {
    pub(super) operations: Vec<Operation>,
    pub(super) log: Vec<Vec<u8>>,
    pub(super) forget: Vec<String>,
    pub(super) unencodable: bool,
}

/// One key of a change.
pub(super) struct Operation {
    pub(super) collection: &'static str,
    pub(super) key: Key,
    pub(super) expect: Expect,
    pub(super) action: Action,
}

/// What happens to the key.
pub(super) enum Action {
    Check,
    Delete,
    Put {
        retention: RetentionClass,
        plain: Vec<u8>,
        terms: Vec<IndexTerm>,
    },
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Operation({}, {:?})", self.collection, self.expect)
    }
}

impl Change {
    /// A change of nothing, to be built up.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a record.
    ///
    /// # Errors
    /// When the record cannot be encoded, or is larger than [`MAX_RECORD_BYTES`].
    pub fn put<R: Record>(
        mut self,
        key: impl Into<Key>,
        record: &R,
        expect: Expect,
    ) -> Result<Self, CommitError> {
        let action = Action::Put {
            retention: R::RETENTION,
            plain: codec::encode(record)?,
            terms: record.index_terms(),
        };
        self.push::<R>(key.into(), expect, action);
        Ok(self)
    }

    /// Removes a record, whether or not it is there.
    #[must_use]
    pub fn delete<R: Record>(mut self, key: impl Into<Key>) -> Self {
        self.push::<R>(key.into(), Expect::Any, Action::Delete);
        self
    }

    /// Asks something of a record without writing it.
    #[must_use]
    pub fn expect<R: Record>(mut self, key: impl Into<Key>, expect: Expect) -> Self {
        self.push::<R>(key.into(), expect, Action::Check);
        self
    }

    /// Writes an entry in the log, in the same commit.
    #[must_use]
    pub fn audit(mut self, entry: impl LogEntry) -> Self {
        match entry.to_log_bytes() {
            Ok(bytes) => self.log.push(bytes),
            Err(_) => self.unencodable = true,
        }
        self
    }

    /// Forgets a period: once the rest of this change is durable, the key of that period is destroyed.
    #[must_use]
    pub fn forget_period(mut self, period: String) -> Self {
        self.forget.push(period);
        self
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.log.is_empty() && self.forget.is_empty()
    }

    fn push<R: Record>(&mut self, key: Key, expect: Expect, action: Action) {
        self.operations.push(Operation {
            collection: R::COLLECTION,
            key,
            expect,
            action,
        });
    }
}

/// Proof that a change is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub(super) first: Option<u64>,
    pub(super) size: u64,
}

impl Receipt {
    /// The number of the first entry that this change wrote in the log, if it wrote any.
    #[must_use]
    pub const fn first_entry(&self) -> Option<u64> {
        self.first
    }

    /// How many entries the log holds with this change.
    #[must_use]
    pub const fn log_size(&self) -> u64 {
        self.size
    }
}

/// Something whose record is durable: the decision about it is in the log, in the same commit.
///
/// Only [`super::Store::commit_release`] makes one, and what seals for the outbox while the disk is busy; so what has not
/// been recorded cannot be sent. The receipt of another commit does not make one either:
///
/// ```compile_fail
/// use basisnet_node::store::{Receipt, Recorded};
/// fn forge(receipt: Receipt) -> Recorded<&'static str> {
///     Recorded { value: "an answer", receipt }
/// }
/// ```
///
/// ```compile_fail
/// use basisnet_node::store::{Receipt, Recorded};
/// fn forge(receipt: Receipt) -> Recorded<&'static str> {
///     Recorded::new("an answer", receipt)
/// }
/// ```
#[derive(Debug)]
pub struct Recorded<T> {
    value: T,
    receipt: Receipt,
}

impl<T> Recorded<T> {
    pub(super) const fn new(value: T, receipt: Receipt) -> Self {
        Self { value, receipt }
    }

    /// What was recorded.
    #[must_use]
    pub const fn get(&self) -> &T {
        &self.value
    }

    /// Where it was recorded.
    #[must_use]
    pub const fn receipt(&self) -> Receipt {
        self.receipt
    }

    /// What was recorded, to be sent.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}
