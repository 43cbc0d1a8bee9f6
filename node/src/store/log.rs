// SPDX-License-Identifier: EUPL-1.2
//! The append-only log inside the store: entries, the tiles of their tree, the head and its signature.
//!
//! An entry is sealed under a secret of its own, which is wrapped by the key of its period. Its leaf covers a salted
//! commitment to the contents and a hash of the ciphertext: so the tree stays whole when the period key is destroyed,
//! no byte of an entry can change unnoticed before or after that, and a single entry can be opened to a third party
//! by showing its salt. How it is read and checked is the business of [`crate::audit`].

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use basisnet_protocol::checkpoint::Checkpoint;
use basisnet_protocol::merkle::tile::{Edge, TILE_WIDTH, TilePlace};
use basisnet_protocol::merkle::{Hash, leaf_hash};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::sign::NodeSigner;
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};

use super::bundle::{self, BUNDLE};
use super::census::Census;
use super::change::RetentionClass;
use super::engine::{Backend, Batch};
use super::keys::KeyRing;
use super::layout::{entry_key, meta, tile_key};
use super::{CommitError, OpenError, StoreError, codec, seal};

/// A checkpoint is signed after so many entries,
const SIGN_ENTRIES: u64 = 256;
/// or after so much time with unsigned entries, whichever comes first.
pub(super) const SIGN_AFTER: Duration = Duration::from_secs(2);
/// The name of the copy of the last checkpoint.
const ANCHOR_FILE: &str = "logboek.ondertekend";
const HEAD_PLACE: &[u8] = b"basisnet log head v1";

/// An entry as it lies in the store.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryRow {
    /// HMAC under the salt over the contents.
    commitment: Octets<32>,
    /// The period key that wraps the secret.
    key_id: String,
    nonce: Octets<24>,
    /// The secret of this entry, wrapped: key, nonce and salt grow from it.
    wrapped: ByteBuf,
    /// The contents, sealed.
    sealed: ByteBuf,
}

impl EntryRow {
    fn new(ring: &KeyRing, now: Timestamp, index: u64, noted: &[u8]) -> Result<Self, CommitError> {
        let contents = [&now.as_millis().to_be_bytes(), noted].concat();
        let (key_id, period) = ring
            .for_writing(RetentionClass::Log, now)
            .map_err(|_| CommitError::Broken)?;
        let (secret, nonce) = (seal::random::<32>(), seal::random::<24>());
        let place = key_place(index, &key_id);
        let wrapped = seal::seal(&period, &nonce, &place, secret.as_slice());
        let derived = Derived::of(&*secret);
        let sealed = seal::seal(&derived.key, &derived.nonce, &entry_place(index), &contents);
        Ok(Self {
            commitment: Octets(seal::hmac(&*derived.salt, &[&contents])),
            key_id,
            nonce: Octets(*nonce),
            wrapped: ByteBuf::from(wrapped),
            sealed: ByteBuf::from(sealed),
        })
    }

    /// The hash of the leaf of this entry.
    pub(super) fn leaf(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(self.key_id.as_bytes());
        hasher.update([0]);
        hasher.update(&self.sealed);
        leaf_hash(&[self.commitment.0, hasher.finalize().into()].concat())
    }

    /// The moment and the noted bytes; none when the period was forgotten.
    pub(super) fn contents(
        &self,
        ring: &KeyRing,
        index: u64,
    ) -> Result<Option<(Timestamp, Vec<u8>)>, EntryFault> {
        let period = ring
            .for_reading(&self.key_id)
            .map_err(|_| EntryFault::KeyMissing)?;
        let Some(period) = period else {
            return Ok(None);
        };
        let place = key_place(index, &self.key_id);
        let secret = seal::open(&period, &self.nonce.0, &place, &self.wrapped)
            .map_err(|_| EntryFault::Changed)?;
        let derived = Derived::of(&secret);
        let place = entry_place(index);
        let contents = seal::open(&derived.key, &derived.nonce, &place, &self.sealed)
            .map_err(|_| EntryFault::Changed)?;
        if seal::hmac(&*derived.salt, &[&contents]) != self.commitment.0 {
            return Err(EntryFault::Changed);
        }
        let (at, noted) = contents.split_first_chunk().ok_or(EntryFault::Changed)?;
        let at = Timestamp::from_millis(u64::from_be_bytes(*at));
        Ok(Some((at, noted.to_vec())))
    }
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryFault {
    Changed,
    KeyMissing,
}

/// What grows from the secret of an entry. Each is used once, so the nonce need not be random.
struct Derived {
    key: seal::SealKey,
    nonce: seal::Nonce,
    salt: seal::SealKey,
}

impl Derived {
    fn of(secret: &[u8]) -> Self {
        Self {
            key: seal::derive(secret, "basisnet log key v1"),
            nonce: *seal::derive(secret, "basisnet log nonce v1"),
            salt: seal::derive(secret, "basisnet log salt v1"),
        }
    }
}

fn key_place(index: u64, key_id: &str) -> Vec<u8> {
    [
        b"basisnet log key v1",
        index.to_be_bytes().as_slice(),
        key_id.as_bytes(),
    ]
    .concat()
}

fn entry_place(index: u64) -> Vec<u8> {
    [b"basisnet log entry v1", index.to_be_bytes().as_slice()].concat()
}

/// Size and root of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) size: u64,
    pub(super) root: Octets<32>,
    pub(super) census: Census,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SealedHead {
    nonce: Octets<24>,
    head: ByteBuf,
}

impl Head {
    pub(super) fn write(self, batch: &mut Batch, ring: &KeyRing) -> Result<(), CommitError> {
        let nonce = seal::random::<24>();
        let head = seal::seal(ring.data(), &nonce, HEAD_PLACE, &codec::encode(&self)?);
        let row = codec::encode(&SealedHead {
            nonce: Octets(*nonce),
            head: ByteBuf::from(head),
        })?;
        batch.insert(meta::HEAD.to_vec(), Some(row));
        Ok(())
    }

    pub(super) fn read(engine: &dyn Backend, ring: &KeyRing) -> Result<Self, StoreError> {
        let damaged = || StoreError::Corrupt("head of the log".to_owned());
        let row = engine.get(meta::HEAD)?.ok_or_else(damaged)?;
        let row: SealedHead = codec::decode(&row).map_err(|_| damaged())?;
        let head =
            seal::open(ring.data(), &row.nonce.0, HEAD_PLACE, &row.head).map_err(|_| damaged())?;
        codec::decode(&head).map_err(|_| damaged())
    }
}

/// The hashes in a tile as it lies in the store.
pub(super) fn read_tile(engine: &dyn Backend, place: TilePlace) -> Result<Vec<Hash>, StoreError> {
    let bytes = engine.get(&tile_key(place))?.unwrap_or_default();
    let (hashes, rest) = bytes.as_chunks::<32>();
    if !rest.is_empty() || hashes.len() > TILE_WIDTH {
        return Err(StoreError::Corrupt(place.path(hashes.len()).to_string()));
    }
    Ok(hashes.to_vec())
}

/// The end of the log as it was found, and what it says about the records.
pub(super) struct End {
    edge: Edge,
    signed: u64,
    census: Census,
}

impl End {
    /// Reads a handful of tiles, however long the log is.
    pub(super) fn read(
        engine: &dyn Backend,
        ring: &KeyRing,
        (origin, (key, former)): (&str, (&[u8; 32], Option<&[u8; 32]>)),
        anchor: Option<&Anchor>,
    ) -> Result<Self, OpenError> {
        let head = Head::read(engine, ring)?;
        let open = Edge::places(head.size)
            .into_iter()
            .map(|(place, width)| match width {
                0 => Ok(Vec::new()),
                _ => read_tile(engine, place),
            })
            .collect::<Result<_, _>>()?;
        let edge = Edge::from_open(head.size, open)
            .filter(|edge| edge.root() == head.root.0)
            .ok_or_else(|| OpenError::damaged("het einde van het logboek past niet bij de rest"))?;
        let verify = |note: &str| {
            let by = |key| Checkpoint::verify(note, origin, key);
            by(key).or_else(|fault| former.map_or(Err(fault), by))
        };
        let signed = match read_checkpoint(engine)? {
            None => 0,
            Some(note) => {
                let checkpoint = verify(&note);
                checkpoint
                    .map_err(|_| {
                        OpenError::damaged("de handtekening onder het logboek klopt niet")
                    })?
                    .size
            }
        };
        if signed > head.size {
            return Err(OpenError::damaged("het einde van het logboek ontbreekt"));
        }
        let anchored = anchor.and_then(Anchor::read);
        let anchored = anchored.and_then(|note| verify(&note).ok());
        if anchored.is_some_and(|checkpoint| checkpoint.size > head.size) {
            return Err(OpenError::WentBack);
        }
        Ok(Self {
            edge,
            signed,
            census: head.census,
        })
    }

    /// Whether the records are those that were there at the last commit.
    pub(super) fn check_census(
        &self,
        engine: &dyn Backend,
        ring: &KeyRing,
    ) -> Result<(), OpenError> {
        if Census::count(engine, ring)? == self.census {
            return Ok(());
        }
        Err(OpenError::damaged(
            "er is een gegeven teruggezet, weggehaald of bijgezet buiten de node om",
        ))
    }
}

/// Adds entries. There is one, and the writer has it.
pub(super) struct LogWriter {
    edge: Edge,
    census: Census,
    origin: String,
    signer: Arc<dyn NodeSigner>,
    signed: u64,
    last: Instant,
    touched: BTreeMap<TilePlace, Vec<Hash>>,
    anchor: Anchor,
}

impl LogWriter {
    /// Goes on where the log ends.
    pub(super) fn open(
        end: End,
        origin: String,
        signer: Arc<dyn NodeSigner>,
        anchor: Anchor,
    ) -> Self {
        Self {
            edge: end.edge,
            census: end.census,
            origin,
            signer,
            signed: end.signed,
            last: Instant::now(),
            touched: BTreeMap::new(),
            anchor,
        }
    }

    /// How many entries there are.
    pub(super) const fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Adds an entry to the batch.
    pub(super) fn append(
        &mut self,
        engine: &dyn Backend,
        batch: &mut Batch,
        ring: &KeyRing,
        now: Timestamp,
        noted: &[u8],
    ) -> Result<(), CommitError> {
        let index = self.edge.size();
        let row = EntryRow::new(ring, now, index, noted)?;
        batch.insert(entry_key(index), Some(codec::encode(&row)?));
        let touched = &mut self.touched;
        self.edge.push(row.leaf(), |place, hashes| {
            touched.insert(place, hashes.to_vec());
        });
        if self.size().is_multiple_of(BUNDLE) {
            bundle::close(engine, batch, index / BUNDLE).map_err(StoreError::from)?;
        }
        Ok(())
    }

    /// Puts what the new entries did to the tree in the batch and what the batch did to the census, with a signed
    /// checkpoint when it is time.
    pub(super) fn finish(
        &mut self,
        engine: &dyn Backend,
        batch: &mut Batch,
        ring: &KeyRing,
    ) -> Result<(), CommitError> {
        let census = self.census.after(engine, ring, batch);
        let census = census.map_err(StoreError::from)?;
        if self.touched.is_empty() && census == self.census {
            return Ok(());
        }
        self.census = census;
        let grew = !self.touched.is_empty();
        for (place, hashes) in std::mem::take(&mut self.touched) {
            batch.insert(tile_key(place), Some(hashes.concat()));
        }
        let head = Head {
            size: self.edge.size(),
            root: Octets(self.edge.root()),
            census,
        };
        head.write(batch, ring)?;
        if !grew {
            return Ok(());
        }
        if self.size() - self.signed >= SIGN_ENTRIES || self.last.elapsed() >= SIGN_AFTER {
            self.sign(batch);
        }
        Ok(())
    }

    /// Whether there are entries that no checkpoint covers.
    pub(super) const fn is_unsigned(&self) -> bool {
        self.edge.size() > self.signed
    }

    /// Signs the head as it is.
    pub(super) fn sign(&mut self, batch: &mut Batch) {
        let checkpoint = Checkpoint {
            origin: self.origin.clone(),
            size: self.edge.size(),
            root: self.edge.root(),
        };
        let note = checkpoint.sign(&*self.signer);
        batch.insert(meta::CHECKPOINT.to_vec(), Some(note.clone().into_bytes()));
        self.anchor.next = Some(note);
        self.signed = checkpoint.size;
        self.last = Instant::now();
    }
}

impl LogWriter {
    /// What was signed is durable: keep a copy of the signature outside the data folder.
    pub(super) fn drop_anchor(&mut self) {
        if let Some(note) = self.anchor.next.take() {
            self.anchor.write(&note);
        }
    }
}

/// A copy of the last checkpoint beside the keys. An engine that recovers to an older state, or a person who puts back
/// an older copy of the data, also puts back the checkpoint inside; this one stays.
///
/// It is always behind what is durable, so that a crash never makes it claim too much.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    path: PathBuf,
    next: Option<String>,
}

impl Anchor {
    /// The anchor in the folder with keys.
    pub(super) fn beside(folder: &Path) -> Self {
        Self {
            path: folder.join(ANCHOR_FILE),
            next: None,
        }
    }

    /// The last note, if there is one that can be read.
    pub(super) fn read(&self) -> Option<String> {
        fs::read_to_string(&self.path).ok()
    }

    /// Without it less is noticed, but nothing is lost: so a failure is told and not fatal.
    fn write(&self, note: &str) {
        let draft = self.path.with_extension("nieuw");
        let written = fs::write(&draft, note).and_then(|()| fs::rename(&draft, &self.path));
        if let Err(error) = written {
            tracing::warn!(%error, "the copy of the checkpoint beside the keys was not written");
        }
    }
}

/// The last signed checkpoint, as a note.
pub(super) fn read_checkpoint(engine: &dyn Backend) -> Result<Option<String>, StoreError> {
    let note = engine.get(meta::CHECKPOINT)?;
    note.map(String::from_utf8)
        .transpose()
        .map_err(|_| StoreError::Corrupt("checkpoint".to_owned()))
}
