// SPDX-License-Identifier: EUPL-1.2
//! Where everything lies in the one ordered space of keys, and what a row looks like.
//!
//! The first byte says what a key is: `m` the store itself, `r` a record, `p` a further part of a large record, `i`
//! an index term, `e` an entry of the log, `b` a bundle of them, `t` a tile of its tree.

use std::collections::BTreeSet;

use basisnet_protocol::merkle::tile::TilePlace;
use basisnet_protocol::octets::Octets;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::change::{IndexTerm, Key, RetentionClass};
use super::engine::{Backend, Batch, EngineError};
use super::keys::KeyRing;
use super::{CommitError, StoreError, codec, seal};
use basisnet_protocol::time::Timestamp;

/// The schema of everything in this file. A store with a higher number is of a newer program.
pub(super) const SCHEMA: u32 = 2;
/// Values are cut into parts of at most this size.
pub(super) const PART_BYTES: usize = 16_000;

/// Keys of the store itself.
pub(super) mod meta {
    /// The number of the schema.
    pub(in crate::store) const SCHEMA: &[u8] = b"mschema";
    /// The wrapped data key.
    pub(in crate::store) const DATA_KEY: &[u8] = b"mdata-key";
    /// Size and root of the log and the census of the records, sealed.
    pub(in crate::store) const HEAD: &[u8] = b"mhead";
    /// The last signed checkpoint.
    pub(in crate::store) const CHECKPOINT: &[u8] = b"mcheckpoint";
    /// Begins the names of periods that were forgotten.
    pub(in crate::store) const FORGOTTEN: &[u8] = b"mforgotten/";
}

/// The entry of the log with this number.
pub(super) fn entry_key(index: u64) -> Vec<u8> {
    [b"e".as_slice(), &index.to_be_bytes()].concat()
}

/// A tile of the tree of the log.
pub(super) fn tile_key(place: TilePlace) -> Vec<u8> {
    [b"t".as_slice(), &[place.level], &place.index.to_be_bytes()].concat()
}

/// What the keys of all records of a collection begin with.
pub(super) fn collection_prefix(collection: &str) -> Vec<u8> {
    [b"r", collection.as_bytes(), &[0]].concat()
}

/// The row of a record.
pub(super) fn record_key(collection: &str, key: &Key) -> Vec<u8> {
    [&collection_prefix(collection), key.as_bytes()].concat()
}

/// What the keys of one index term begin with; the key of the record follows.
pub(super) fn term_prefix(collection: &str, index: &str, hidden: &[u8; 16]) -> Vec<u8> {
    [
        b"i",
        collection.as_bytes(),
        &[0],
        index.as_bytes(),
        &[0],
        hidden,
    ]
    .concat()
}

fn part_key(collection: &str, key: &Key, version: u64, part: u32) -> Vec<u8> {
    let length = u16::try_from(key.as_bytes().len()).unwrap_or(u16::MAX);
    [
        b"p",
        collection.as_bytes(),
        &[0],
        &length.to_be_bytes(),
        key.as_bytes(),
        &version.to_be_bytes(),
        &part.to_be_bytes(),
    ]
    .concat()
}

/// What a value is bound to: its place, its version and its key.
fn place(collection: &str, key: &Key, version: u64, key_id: &str) -> Vec<u8> {
    let length = u16::try_from(key.as_bytes().len()).unwrap_or(u16::MAX);
    [
        b"basisnet store value v1",
        collection.as_bytes(),
        &[0],
        &length.to_be_bytes(),
        key.as_bytes(),
        &version.to_be_bytes(),
        key_id.as_bytes(),
    ]
    .concat()
}

/// The row of a record: everything but the contents is about the contents.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) version: u64,
    pub(super) key_id: String,
    nonce: Octets<24>,
    /// Index name and hidden term, so that they can be taken away again.
    terms: BTreeSet<(String, Octets<16>)>,
    /// How many parts there are besides the first, which is here.
    parts: u32,
    first: ByteBuf,
}

/// A record about to be written.
pub(super) struct NewRow<'a> {
    pub(super) collection: &'static str,
    pub(super) key: &'a Key,
    pub(super) retention: RetentionClass,
    pub(super) plain: &'a [u8],
    pub(super) terms: &'a [IndexTerm],
}

impl Row {
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        codec::decode(bytes).map_err(|_| StoreError::Corrupt("row".to_owned()))
    }

    /// Writes a record in the place of `old`.
    pub(super) fn write(
        batch: &mut Batch,
        ring: &KeyRing,
        now: Timestamp,
        new: &NewRow<'_>,
        old: Option<&Self>,
    ) -> Result<(), CommitError> {
        let NewRow {
            collection, key, ..
        } = *new;
        if let Some(old) = old {
            old.remove_around(batch, collection, key);
        }
        let version = old.map_or(0, |row| row.version) + 1;
        let (key_id, seal_key) = ring
            .for_writing(new.retention, now)
            .map_err(|_| CommitError::Broken)?;
        let nonce = seal::random::<24>();
        let place = place(collection, key, version, &key_id);
        let sealed = seal::seal(&seal_key, &nonce, &place, new.plain);
        let mut chunks = sealed.chunks(PART_BYTES);
        let first = chunks.next().unwrap_or_default();
        let mut parts = 0;
        for chunk in chunks {
            batch.insert(
                part_key(collection, key, version, parts),
                Some(chunk.to_vec()),
            );
            parts += 1;
        }
        let mut terms = BTreeSet::new();
        for IndexTerm { index, term } in new.terms {
            let hidden = ring.hide(collection, index, term);
            let prefix = term_prefix(collection, index, &hidden);
            batch.insert([&prefix, key.as_bytes()].concat(), Some(Vec::new()));
            terms.insert(((*index).to_owned(), Octets(hidden)));
        }
        let row = Self {
            version,
            key_id,
            nonce: Octets(*nonce),
            terms,
            parts,
            first: ByteBuf::from(first),
        };
        batch.insert(record_key(collection, key), Some(codec::encode(&row)?));
        Ok(())
    }

    /// Removes a record and all that belongs to it.
    pub(super) fn remove(&self, batch: &mut Batch, collection: &str, key: &Key) {
        self.remove_around(batch, collection, key);
        batch.insert(record_key(collection, key), None);
    }

    fn remove_around(&self, batch: &mut Batch, collection: &str, key: &Key) {
        for part in 0..self.parts {
            batch.insert(part_key(collection, key, self.version, part), None);
        }
        for (index, hidden) in &self.terms {
            let prefix = term_prefix(collection, index, &hidden.0);
            batch.insert([&prefix, key.as_bytes()].concat(), None);
        }
    }

    /// The contents; none when a part is missing because the record was written again in the meantime, or when its
    /// period was forgotten.
    pub(super) fn contents(
        &self,
        engine: &dyn Backend,
        ring: &KeyRing,
        collection: &str,
        key: &Key,
    ) -> Result<Contents, StoreError> {
        let Some(seal_key) = ring.for_reading(&self.key_id)? else {
            return Ok(Contents::Forgotten);
        };
        let mut sealed = self.first.to_vec();
        for part in 0..self.parts {
            let part_key = part_key(collection, key, self.version, part);
            match engine.get(&part_key)? {
                Some(bytes) => sealed.extend_from_slice(&bytes),
                None => return Ok(Contents::Torn),
            }
        }
        let place = place(collection, key, self.version, &self.key_id);
        seal::open(&seal_key, &self.nonce.0, &place, &sealed)
            .map(|plain| Contents::Plain(plain.to_vec()))
            .map_err(|_| StoreError::Corrupt(collection.to_owned()))
    }
}

/// What reading a row gave.
pub(super) enum Contents {
    Plain(Vec<u8>),
    Torn,
    Forgotten,
}

impl From<EngineError> for StoreError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Io(text) => Self::Engine(text),
            EngineError::Damaged(text) => Self::Corrupt(text),
        }
    }
}
