// SPDX-License-Identifier: EUPL-1.2
//! Reading the log as it lies in the store. What it means is the business of [`crate::audit`].

use basisnet_protocol::merkle::Hash;
use basisnet_protocol::merkle::tile::TilePlace;
use basisnet_protocol::time::Timestamp;

use super::bundle::{self, BUNDLE};
use super::log::{EntryFault, EntryRow, Head, read_checkpoint, read_tile};
use super::{Open, Store, StoreError, codec, layout};

/// A log that grows while it is read is read again so many times.
const ATTEMPTS: u32 = 8;

/// An entry of the log as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// Its number, from 0.
    pub index: u64,
    /// The hash of its leaf in the tree; none when the row is not an entry at all.
    pub leaf: Option<Hash>,
    /// What it says.
    pub contents: LogContents,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogContents {
    /// What was noted, and when.
    Noted {
        /// When.
        at: Timestamp,
        /// The bytes that were noted.
        bytes: Vec<u8>,
    },
    /// Its term is over: the key is gone and with it the contents.
    Forgotten,
    /// Its bytes are not what was written.
    Changed,
    /// The key of its period is not there, though its term is not over.
    KeyMissing,
}

/// Which log it is, how long, and what stands for all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// How many entries there are.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

impl Store {
    /// Length and root of the log.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn log_head(&self) -> Result<LogHead, StoreError> {
        let head = self.reading(|open| Head::read(&*open.engine, &open.ring))?;
        Ok(LogHead {
            size: head.size,
            root: head.root.0,
        })
    }

    /// At most `limit` entries from number `from` on, as far as they are there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn log_rows(&self, from: u64, limit: usize) -> Result<Vec<LogRow>, StoreError> {
        self.reading(|open| {
            let mut size = Head::read(&*open.engine, &open.ring)?.size;
            for _ in 0..ATTEMPTS {
                let rows = open.log_rows(from, limit, size)?;
                let now = Head::read(&*open.engine, &open.ring)?.size;
                // A tile that was closed in the meantime took its entries elsewhere.
                if now / BUNDLE == size / BUNDLE {
                    return Ok(rows);
                }
                size = now;
            }
            open.log_rows(from, limit, size)
        })
    }

    /// The hashes in a tile of the tree of the log; none beyond its end.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn log_tile(&self, place: TilePlace) -> Result<Vec<Hash>, StoreError> {
        self.reading(|open| read_tile(&*open.engine, place))
    }

    /// The last signed head of the log, as a note. It may be some seconds and entries behind.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn log_checkpoint(&self) -> Result<Option<String>, StoreError> {
        self.reading(|open| read_checkpoint(&*open.engine))
    }

    /// The copy of the last signed head that lies beside the keys, if it can be read.
    #[must_use]
    pub fn log_anchor(&self) -> Option<String> {
        self.inner.anchor.read()
    }

    /// The name of the log and the key that signs its heads.
    #[must_use]
    pub fn log_identity(&self) -> (&str, [u8; 32]) {
        (&self.inner.origin, self.inner.public_key)
    }
}

impl Open {
    /// The entries of a log of this size: first from bundles, then from their own rows.
    fn log_rows(&self, from: u64, limit: usize, size: u64) -> Result<Vec<LogRow>, StoreError> {
        let bundled = size / BUNDLE * BUNDLE;
        let mut rows = Vec::new();
        let mut next = from;
        while next < bundled && rows.len() < limit {
            let first = next / BUNDLE * BUNDLE;
            let found = bundle::read(&*self.engine, next / BUNDLE)?;
            let numbered = (first..first + BUNDLE).zip(&found);
            let wanted = numbered.filter(|(index, _)| *index >= next);
            let left = limit - rows.len();
            rows.extend(
                wanted
                    .take(left)
                    .map(|(index, row)| self.log_row(index, row)),
            );
            next = first + BUNDLE;
        }
        let (key, until) = (layout::entry_key(next), layout::entry_key(u64::MAX));
        let left = limit - rows.len();
        let open = self.engine.range(&key, &until, left)?;
        rows.extend(open.into_iter().map(|(key, row)| {
            let index = key
                .last_chunk()
                .map_or(u64::MAX, |n| u64::from_be_bytes(*n));
            self.log_row(index, &row)
        }));
        Ok(rows)
    }

    fn log_row(&self, index: u64, row: &[u8]) -> LogRow {
        let Ok(row) = codec::decode::<EntryRow>(row) else {
            return LogRow {
                index,
                leaf: None,
                contents: LogContents::Changed,
            };
        };
        let contents = match row.contents(&self.ring, index) {
            Ok(Some((at, bytes))) => LogContents::Noted { at, bytes },
            Ok(None) => LogContents::Forgotten,
            Err(EntryFault::Changed) => LogContents::Changed,
            Err(EntryFault::KeyMissing) => LogContents::KeyMissing,
        };
        LogRow {
            index,
            leaf: Some(row.leaf()),
            contents,
        }
    }
}
