// SPDX-License-Identifier: EUPL-1.2
//! The index: opaque entries of 40 bytes, of which a holder of the same identifier can open its own.
//!
//! Tag and key of an entry follow from the evaluated identifier, the context and the sequence number of the index.
//! Everything else in the index is random bytes, and there is no telling which.

use std::collections::BTreeSet;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use hkdf::Hkdf;
use hmac::Mac;
use rand_core::{CryptoRng, RngCore};
use sha2::Sha512;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::identifier::hmac_sha256;
use super::{Bucket, ContextHash, Label, PrfValue};
use crate::merkle;
use crate::octets::Octets;

/// Bytes of one entry: tag 8, label 16, authentication 16.
pub const ENTRY_BYTES: usize = 40;

type Tag = Octets<8>;

/// What follows from an evaluated identifier for one index.
struct EntrySecret {
    tag: Tag,
    key: Zeroizing<[u8; 32]>,
}

impl EntrySecret {
    #[expect(
        clippy::expect_used,
        reason = "HKDF-Expand fails only above 255 hash lengths (RFC 5869), and 40 bytes are less than one"
    )]
    fn derive(ctx: &ContextHash, seq: u32, value: &PrfValue) -> Self {
        let mut info = *b"basisnet/pm/v1/entry\0\0\0\0";
        if let Some(end) = info.last_chunk_mut() {
            *end = seq.to_be_bytes();
        }
        let mut okm = Zeroizing::new([0; ENTRY_BYTES]);
        Hkdf::<Sha512>::new(Some(ctx.as_bytes()), value.as_bytes())
            .expand(&info, okm.as_mut())
            .expect("40 bytes");
        let mut tag = [0; 8];
        let mut key = Zeroizing::new([0; 32]);
        let (left, right) = okm.split_at(8);
        tag.copy_from_slice(left);
        key.copy_from_slice(right);
        Self {
            tag: Octets(tag),
            key,
        }
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(Key::from_slice(self.key.as_ref()))
    }

    fn bound_to(&self, ctx: &ContextHash, seq: u32) -> [u8; 44] {
        let mut aad = [0; 44];
        let parts = [ctx.as_ref(), &seq.to_be_bytes(), self.tag.as_ref()];
        for (to, from) in aad.iter_mut().zip(parts.into_iter().flatten()) {
            *to = *from;
        }
        aad
    }
}

/// The nonce is fixed because the key is used once: the sequence number is part of it.
const NONCE: [u8; 12] = [0; 12];

/// By which the entry of an evaluated identifier is found in an index.
#[must_use]
pub fn tag_of(ctx: &ContextHash, seq: u32, value: &PrfValue) -> Octets<8> {
    EntrySecret::derive(ctx, seq, value).tag
}

/// Shows a source that the asker really evaluated the aanbieder behind a handle, for one inzage request.
#[must_use]
pub fn own_proof(value: &PrfValue, message_id: &Octets<16>) -> Octets<32> {
    let mac = hmac_sha256(value.as_bytes())
        .chain_update(b"basisnet/pm/v1/own")
        .chain_update(message_id.as_bytes());
    Octets(mac.finalize().into_bytes().into())
}

/// Collects the entries of one index: one builder for one (context, seq), and one index from it.
#[derive(Debug)]
pub struct IndexBuilder {
    ctx: ContextHash,
    seq: u32,
    bucket: Bucket,
    tags: BTreeSet<Tag>,
    entries: Vec<[u8; ENTRY_BYTES]>,
}

/// An index ready to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltIndex {
    /// The entries, sorted, as on the wire.
    pub entries: Vec<u8>,
    /// Merkle root over them.
    pub merkle_root: Octets<32>,
}

impl IndexBuilder {
    /// An empty index, to be filled to its bucket.
    #[must_use]
    pub fn new(ctx: ContextHash, seq: u32, bucket: Bucket) -> Self {
        Self {
            ctx,
            seq,
            bucket,
            tags: BTreeSet::new(),
            entries: Vec::with_capacity(bucket.size() as usize),
        }
    }

    /// Adds the entry of one identifier.
    ///
    /// # Errors
    /// When the bucket is full, or this identifier already has an entry: two labels under one key would give both away.
    pub fn add(&mut self, value: &PrfValue, label: &Label) -> Result<(), BuildError> {
        if self.entries.len() >= self.bucket.size() as usize {
            return Err(BuildError::BucketFull);
        }
        let secret = EntrySecret::derive(&self.ctx, self.seq, value);
        if !self.tags.insert(secret.tag) {
            return Err(BuildError::DuplicateTag);
        }
        let aad = secret.bound_to(&self.ctx, self.seq);
        let payload = Payload {
            msg: &label.to_bytes(),
            aad: &aad,
        };
        let sealed = secret
            .cipher()
            .encrypt(Nonce::from_slice(&NONCE), payload)
            .map_err(|_| BuildError::Seal)?;
        let mut entry = [0; ENTRY_BYTES];
        for (to, from) in entry.iter_mut().zip(secret.tag.0.iter().chain(&sealed)) {
            *to = *from;
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Fills up with dummies and sorts by tag.
    #[must_use]
    pub fn build(mut self, rng: &mut (impl RngCore + CryptoRng)) -> BuiltIndex {
        while self.entries.len() < self.bucket.size() as usize {
            let mut dummy = [0; ENTRY_BYTES];
            rng.fill_bytes(&mut dummy);
            if self.tags.insert(tag_in(&dummy)) {
                self.entries.push(dummy);
            }
        }
        self.entries.sort_unstable();
        BuiltIndex {
            merkle_root: Octets(merkle::root(&self.entries)),
            entries: self.entries.concat(),
        }
    }
}

fn tag_in(entry: &[u8; ENTRY_BYTES]) -> Tag {
    let [a, b, c, d, e, f, g, h, ..] = *entry;
    Octets([a, b, c, d, e, f, g, h])
}

/// Why an entry could not be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// More identifiers than the declared bucket holds; the rest waits for the next epoch.
    #[error("the index is full to its bucket")]
    BucketFull,
    /// The same identifier twice.
    #[error("two entries of one index have the same tag")]
    DuplicateTag,
    /// The cipher refused; does not happen for labels of 16 bytes.
    #[error("the label could not be sealed")]
    Seal,
}

/// An index that was received and whose form and root hold.
#[derive(Debug)]
pub struct OpenIndex {
    ctx: ContextHash,
    seq: u32,
    entries: Vec<[u8; ENTRY_BYTES]>,
}

impl OpenIndex {
    /// Checks the form of a received index: a bucket full of entries in rising order of tag, under the signed root.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn check(
        ctx: ContextHash,
        seq: u32,
        bucket: Bucket,
        entries: &[u8],
        merkle_root: &Octets<32>,
    ) -> Result<Self, IndexError> {
        let (entries, rest) = entries.as_chunks::<ENTRY_BYTES>();
        if !rest.is_empty() || entries.len() != bucket.size() as usize {
            return Err(IndexError::Size);
        }
        if !entries.is_sorted_by(|a, b| tag_in(a) < tag_in(b)) {
            return Err(IndexError::Order);
        }
        if !bool::from(merkle::root(entries).ct_eq(&merkle_root.0)) {
            return Err(IndexError::Root);
        }
        Ok(Self {
            ctx,
            seq,
            entries: entries.to_vec(),
        })
    }

    /// The label of an own identifier, if the source published it. No message to anyone.
    ///
    /// # Errors
    /// When the entry opens but holds a label that this version does not know.
    pub fn look_up(&self, value: &PrfValue) -> Result<Option<Label>, super::LabelError> {
        let secret = EntrySecret::derive(&self.ctx, self.seq, value);
        let found = self
            .entries
            .binary_search_by(|entry| tag_in(entry).cmp(&secret.tag));
        let Some(entry) = found.ok().and_then(|at| self.entries.get(at)) else {
            return Ok(None);
        };
        let aad = secret.bound_to(&self.ctx, self.seq);
        let (_, sealed) = entry.split_at(8);
        let payload = Payload {
            msg: sealed,
            aad: &aad,
        };
        let Ok(opened) = secret.cipher().decrypt(Nonce::from_slice(&NONCE), payload) else {
            return Ok(None);
        };
        match <[u8; 16]>::try_from(opened) {
            Ok(label) => Label::from_bytes(label).map(Some),
            Err(_) => Ok(None),
        }
    }
}

/// Why a received index is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// Not the number of entries that the manifest promised.
    #[error("the index is not full to the bucket of its manifest")]
    Size,
    /// Entries not in rising order of tag, or a tag twice.
    #[error("the entries of the index are not in rising order")]
    Order,
    /// The entries are not those under the signed root.
    #[error("the entries do not match the signed root")]
    Root,
}

#[cfg(test)]
mod tests {
    use rand_core::OsRng;

    use super::super::{Freshness, Involvement};
    use super::*;

    const CTX: ContextHash = Octets([5; 32]);

    fn bucket() -> Bucket {
        Bucket::try_from(128).unwrap()
    }

    fn value(number: u8) -> PrfValue {
        PrfValue::from_bytes([number; 64])
    }

    fn label(number: u8) -> Label {
        Label {
            involvement: Involvement::Betrokken,
            freshness: Freshness(0),
            handle: Octets([number; 8]),
        }
    }

    fn built(seq: u32, count: u8) -> BuiltIndex {
        let mut builder = IndexBuilder::new(CTX, seq, bucket());
        for number in 0..count {
            builder.add(&value(number), &label(number)).unwrap();
        }
        builder.build(&mut OsRng)
    }

    fn opened(seq: u32, index: &BuiltIndex) -> OpenIndex {
        OpenIndex::check(CTX, seq, bucket(), &index.entries, &index.merkle_root).unwrap()
    }

    #[test]
    fn a_holder_finds_its_own_and_nothing_else() {
        let index = opened(1, &built(1, 40));
        for number in 0..40 {
            assert_eq!(index.look_up(&value(number)), Ok(Some(label(number))));
        }
        for number in 40..=255 {
            assert_eq!(index.look_up(&value(number)), Ok(None));
        }
    }

    #[test]
    fn tags_change_with_every_index() {
        assert_ne!(tag_of(&CTX, 1, &value(1)), tag_of(&CTX, 2, &value(1)));
        let (one, two) = (built(1, 10), built(2, 10));
        let (one, _) = one.entries.as_chunks::<ENTRY_BYTES>();
        let (two, _) = two.entries.as_chunks::<ENTRY_BYTES>();
        assert!(
            one.iter()
                .all(|entry| !two.iter().any(|other| tag_in(other) == tag_in(entry)))
        );
    }

    #[test]
    fn an_entry_replayed_into_another_index_is_not_found() {
        let old = built(1, 10);
        let replayed = opened(2, &old);
        for number in 0..10 {
            assert_eq!(replayed.look_up(&value(number)), Ok(None));
        }
    }

    #[test]
    fn two_labels_for_one_identifier_are_refused() {
        let mut builder = IndexBuilder::new(CTX, 1, bucket());
        builder.add(&value(1), &label(1)).unwrap();
        assert_eq!(
            builder.add(&value(1), &label(2)),
            Err(BuildError::DuplicateTag)
        );
    }

    #[test]
    fn more_than_the_bucket_is_refused() {
        let mut builder = IndexBuilder::new(CTX, 1, bucket());
        for number in 0..128 {
            builder.add(&value(number), &label(number)).unwrap();
        }
        assert_eq!(
            builder.add(&value(128), &label(128)),
            Err(BuildError::BucketFull)
        );
    }

    #[test]
    fn an_empty_index_is_as_long_as_a_full_one() {
        assert_eq!(built(1, 0).entries.len(), built(1, 128).entries.len());
    }

    #[test]
    fn an_index_of_another_size_order_or_root_is_refused() {
        let index = built(1, 10);
        let check = |entries: &[u8], root: &Octets<32>| {
            OpenIndex::check(CTX, 1, bucket(), entries, root).err()
        };
        let short = &index.entries[..index.entries.len() - ENTRY_BYTES];
        assert_eq!(check(short, &index.merkle_root), Some(IndexError::Size));
        let ragged = &index.entries[..index.entries.len() - 1];
        assert_eq!(check(ragged, &index.merkle_root), Some(IndexError::Size));
        let mut unsorted = index.entries.clone();
        unsorted.rotate_left(ENTRY_BYTES);
        assert_eq!(
            check(&unsorted, &index.merkle_root),
            Some(IndexError::Order)
        );
        let mut changed = index.entries.clone();
        changed[20] ^= 1;
        assert_eq!(check(&changed, &index.merkle_root), Some(IndexError::Root));
        assert_eq!(
            check(&index.entries, &Octets([0; 32])),
            Some(IndexError::Root)
        );
    }

    #[test]
    fn dummies_never_open() {
        let dummies = opened(1, &built(1, 0));
        for number in 0..=255 {
            assert_eq!(dummies.look_up(&value(number)), Ok(None));
        }
    }

    #[test]
    fn a_changed_label_does_not_open() {
        let index = built(1, 1);
        let tag = tag_of(&CTX, 1, &value(0));
        let mut changed = index.entries.clone();
        let (entries, _) = changed.as_chunks_mut::<ENTRY_BYTES>();
        let entry = entries
            .iter_mut()
            .find(|entry| tag_in(entry) == tag)
            .unwrap();
        entry[39] ^= 1;
        let root = Octets(merkle::root(entries.iter()));
        let index = OpenIndex::check(CTX, 1, bucket(), &changed, &root).unwrap();
        assert_eq!(index.look_up(&value(0)), Ok(None));
    }
}
