// SPDX-License-Identifier: EUPL-1.2
//! Reading the log, and finding out whether it is what was written.

use basisnet_protocol::merkle::tile::{TilePlace, root_of};
use basisnet_protocol::merkle::{Hash, ProofError, Tree, prove_consistency, prove_inclusion};
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::wire;

use super::Noted;
use super::checkpoint;
use crate::store::{LogContents, LogHead, LogRow, Store, StoreError};

/// No entry is larger.
const MAX_ENTRY_BYTES: usize = 65_535;
/// How many entries are read at a time.
const PAGE: usize = 512;
/// How many hashes a full tile holds.
const TILE: u64 = 256;

/// The log of this node.
#[derive(Clone, Debug)]
pub struct Log {
    store: Store,
}

/// An entry as it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 0.
    pub index: u64,
    /// What it says.
    pub contents: EntryContents,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryContents {
    /// What was noted, and when.
    Noted {
        /// When.
        at: Timestamp,
        /// Who did what.
        noted: Box<Noted>,
    },
    /// Its term is over and its contents are gone; that it was there stays provable.
    Forgotten,
    /// It cannot be read: changed, or of a newer program.
    Unreadable,
}

/// What a verification found in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries were verified: all there were when it began.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// How many of them the last signature covers.
    pub signed: u64,
}

impl Log {
    /// The log that lies in this store.
    #[must_use]
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// How many entries there are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn size(&self) -> Result<u64, StoreError> {
        Ok(self.store.log_head()?.size)
    }

    /// At most `limit` entries from number `from` on.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn page(&self, from: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let rows = self.store.log_rows(from, limit)?;
        Ok(rows.into_iter().map(entry).collect())
    }

    /// The last signed head, as a note.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn checkpoint(&self) -> Result<Option<String>, StoreError> {
        self.store.log_checkpoint()
    }

    /// Proves that the first `size` entries begin with the first `old`.
    ///
    /// # Errors
    /// When there are not so many entries, or the store cannot be read.
    pub fn prove_consistency(
        &self,
        old: u64,
        size: u64,
    ) -> Result<Vec<Hash>, ProofError<StoreError>> {
        prove_consistency(old, size, |height, place| self.node(height, place))
    }

    /// Proves that the entry with this number is among the first `size`.
    ///
    /// # Errors
    /// When there are not so many entries, or the store cannot be read.
    pub fn prove_inclusion(
        &self,
        index: u64,
        size: u64,
    ) -> Result<Vec<Hash>, ProofError<StoreError>> {
        prove_inclusion(index, size, |height, place| self.node(height, place))
    }

    fn node(&self, height: u8, place: u64) -> Result<Hash, StoreError> {
        let (tile, offset, count) = TilePlace::of_node(height, place);
        let hashes = self.store.log_tile(tile)?;
        hashes
            .get(offset..offset + count)
            .and_then(root_of)
            .ok_or_else(|| StoreError::Corrupt(tile.path(hashes.len()).to_string()))
    }

    /// Reads the whole log and checks every byte of it: each entry against its seal and its place in the tree, the
    /// tree against the head, and the head against the last signature. `progress` is told how many entries are done,
    /// of how many.
    ///
    /// # Errors
    /// The first thing that is not in order, with the entry it concerns.
    pub fn verify(&self, mut progress: impl FnMut(u64, u64)) -> Result<Verified, LogFault> {
        let head = self.store.log_head()?;
        let signed = checkpoint::last(&self.store, head.size)?;
        let mut walk = Walk {
            log: self,
            tree: Tree::new(),
            tile: Vec::new(),
        };
        while walk.tree.size() < head.size {
            let rows = self.store.log_rows(walk.tree.size(), PAGE)?;
            let entry = walk.tree.size();
            if rows.is_empty() {
                return Err(LogFault::Missing { entry });
            }
            for row in rows.into_iter().filter(|row| row.index < head.size) {
                walk.step(row)?;
                if signed.size == walk.tree.size() && signed.root != walk.tree.root() {
                    return Err(LogFault::History {
                        signed: signed.size,
                    });
                }
            }
            if walk.tree.size() == entry {
                return Err(LogFault::Missing { entry });
            }
            progress(walk.tree.size(), head.size);
        }
        self.verify_upper_tiles(head.size)?;
        if walk.tree.root() != head.root {
            return Err(LogFault::Head);
        }
        self.nothing_beyond()?;
        Ok(Verified {
            size: head.size,
            root: head.root,
            signed: signed.size,
        })
    }

    /// Every hash above the leaves stands for the full tile below it.
    fn verify_upper_tiles(&self, size: u64) -> Result<(), LogFault> {
        let mut level = 1_u8;
        let mut below = size;
        while below >= TILE {
            below /= TILE;
            for index in 0..below.div_ceil(TILE) {
                let place = TilePlace { level, index };
                let hashes = self.store.log_tile(place)?;
                for child in index * TILE..below.min((index + 1) * TILE) {
                    let under = self.store.log_tile(TilePlace {
                        level: level - 1,
                        index: child,
                    })?;
                    let offset = usize::try_from(child % TILE).unwrap_or_default();
                    if root_of(&under).as_ref() != hashes.get(offset) {
                        let entry = child << (8 * u32::from(level));
                        return Err(LogFault::Tree { entry });
                    }
                }
            }
            level += 1;
        }
        Ok(())
    }

    /// No entry lies beyond the head. The log may grow while we look, so the head is read after the entry.
    fn nothing_beyond(&self) -> Result<(), LogFault> {
        let LogHead { size, .. } = self.store.log_head()?;
        let beyond = self.store.log_rows(size, 1)?;
        let now = self.store.log_head()?.size;
        match beyond.first() {
            Some(row) if row.index >= now => Err(LogFault::Beyond { entry: row.index }),
            _ => Ok(()),
        }
    }
}

/// A verification on its way through the entries.
struct Walk<'a> {
    log: &'a Log,
    tree: Tree,
    tile: Vec<Hash>,
}

impl Walk<'_> {
    fn step(&mut self, row: LogRow) -> Result<(), LogFault> {
        let entry = self.tree.size();
        if row.index != entry {
            return Err(LogFault::Missing { entry });
        }
        match row.contents {
            LogContents::Noted { .. } | LogContents::Forgotten => {}
            LogContents::Changed => return Err(LogFault::Changed { entry }),
            LogContents::KeyMissing => return Err(LogFault::KeyMissing { entry }),
        }
        let leaf = row.leaf.ok_or(LogFault::Changed { entry })?;
        let offset = usize::try_from(entry % TILE).unwrap_or_default();
        // The last tile may have grown since it was read.
        if offset == 0 || self.tile.len() <= offset {
            self.tile = self.log.store.log_tile(TilePlace {
                level: 0,
                index: entry / TILE,
            })?;
        }
        if self.tile.get(offset) != Some(&leaf) {
            return Err(LogFault::Tree { entry });
        }
        self.tree.push(leaf);
        Ok(())
    }
}

fn entry(row: LogRow) -> Entry {
    let contents = match row.contents {
        LogContents::Noted { at, bytes } => match wire::decode(&bytes, MAX_ENTRY_BYTES) {
            Ok(noted) => EntryContents::Noted {
                at,
                noted: Box::new(noted),
            },
            Err(_) => EntryContents::Unreadable,
        },
        LogContents::Forgotten => EntryContents::Forgotten,
        LogContents::Changed | LogContents::KeyMissing => EntryContents::Unreadable,
    };
    Entry {
        index: row.index,
        contents,
    }
}

/// What is not in order with a log. The text is for the person who had it verified; entries count from 1 there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// An entry is not what was written.
    #[error("regel {} van het logboek is veranderd", .entry + 1)]
    Changed {
        /// Its number, from 0.
        entry: u64,
    },
    /// An entry is gone.
    #[error("regel {} van het logboek ontbreekt", .entry + 1)]
    Missing {
        /// Its number, from 0.
        entry: u64,
    },
    /// An entry cannot be checked: the key of its period is gone before its time.
    #[error(
        "regel {} van het logboek kan niet worden gelezen: de sleutel van die periode ontbreekt; zet de sleutelmap terug",
        .entry + 1
    )]
    KeyMissing {
        /// Its number, from 0.
        entry: u64,
    },
    /// An entry does not fit in the tree.
    #[error("regel {} van het logboek past niet bij de controlegetallen", .entry + 1)]
    Tree {
        /// Its number, from 0.
        entry: u64,
    },
    /// There are entries after the last.
    #[error("na het einde van het logboek staat nog regel {}", .entry + 1)]
    Beyond {
        /// Its number, from 0.
        entry: u64,
    },
    /// The head does not stand for these entries.
    #[error("het totaal van het logboek past niet bij de regels")]
    Head,
    /// More entries were signed for than there are.
    #[error(
        "het logboek is afgekapt: er zijn {signed} regels ondertekend en er staan er nog {found}"
    )]
    CutOff {
        /// How many were signed for.
        signed: u64,
        /// How many there are.
        found: u64,
    },
    /// What was signed is not what is there now.
    #[error("de eerste {signed} regels van het logboek zijn niet de regels die zijn ondertekend")]
    History {
        /// How many were signed for.
        signed: u64,
    },
    /// The signature does not hold.
    #[error("de handtekening onder het logboek klopt niet")]
    Signature,
    /// The store cannot be read.
    #[error("het logboek kan niet worden gelezen: {0}")]
    Unreadable(#[from] StoreError),
}

impl LogFault {
    /// The number of the entry concerned, from 0, where it is one entry.
    #[must_use]
    pub const fn entry(&self) -> Option<u64> {
        match self {
            Self::Changed { entry }
            | Self::Missing { entry }
            | Self::KeyMissing { entry }
            | Self::Tree { entry }
            | Self::Beyond { entry } => Some(*entry),
            Self::Head
            | Self::CutOff { .. }
            | Self::History { .. }
            | Self::Signature
            | Self::Unreadable(_) => None,
        }
    }
}
