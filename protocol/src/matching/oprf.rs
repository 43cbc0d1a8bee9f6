// SPDX-License-Identifier: EUPL-1.2
//! The oblivious function itself, behind a trait of ours: RFC 9497, mode VOPRF, ristretto255-SHA512.
//!
//! The asker sends blinded elements and gets them back evaluated; the source learns nothing about the inputs, and the
//! proof shows that it used the key of its manifest for every one. The trait keeps the crate we use replaceable, and
//! lets an independent implementation check it in the tests.

mod ristretto;

use std::fmt;

use rand_core::{CryptoRng, RngCore};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::octets::Octets;

pub use ristretto::{Ristretto, ServerKey};
pub(super) use ristretto::{hash_to_scalar, is_blinding_of, one_element, one_scalar};

/// A ristretto255 element in its one canonical encoding, or 32 bytes that claim to be one.
pub type Element = Octets<32>;

/// The most elements that one request may hold.
pub const MAX_BATCH: usize = 1_024;

/// Blind, evaluate, prove, verify, finalize.
pub trait PmOprf {
    /// A key of the source.
    type Key;
    /// What the asker keeps of one blinded element.
    type Blinding;

    /// The key that follows from a seed and a purpose (RFC 9497, `DeriveKeyPair`).
    ///
    /// # Errors
    /// When no key can be derived.
    fn derive_key(seed: &[u8; 32], info: &[u8]) -> Result<Self::Key, OprfError>;

    /// The public half of a key.
    fn public_key(key: &Self::Key) -> Element;

    /// The value of one input, computed by the source itself.
    ///
    /// # Errors
    /// When the input is too long.
    fn evaluate(key: &Self::Key, input: &[u8]) -> Result<PrfValue, OprfError>;

    /// Evaluates a batch of blinded elements and proves that one key was used for all.
    ///
    /// # Errors
    /// When there are none, too many, or one is not a canonical element other than the identity.
    fn eval_batch(
        key: &Self::Key,
        blinded: &[Element],
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Evaluated, OprfError>;

    /// Blinds one input with a factor.
    ///
    /// # Errors
    /// When the factor is zero or the input too long.
    fn blind(input: &[u8], factor: &BlindFactor) -> Result<(Self::Blinding, Element), OprfError>;

    /// Checks the proof over the whole batch, and only then takes the blinding off.
    ///
    /// # Errors
    /// When the counts differ, an element or the proof is malformed, or the proof does not hold for this key.
    fn finalize_batch<I: AsRef<[u8]>>(
        inputs: &[I],
        blindings: &[Self::Blinding],
        evaluated: &Evaluated,
        public_key: &Element,
    ) -> Result<Vec<PrfValue>, OprfError>;
}

/// What comes back for a batch: the elements in the order in which they were asked, and one proof (c, then s).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluated {
    /// The evaluated elements.
    pub elements: Vec<Element>,
    /// The proof.
    pub proof: Octets<64>,
}

/// Sixty-four uniform bytes; reduced modulo the group order they blind one element, once.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct BlindFactor([u8; 64]);

impl BlindFactor {
    /// The factor of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Debug for BlindFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// The evaluated identifier: who holds it recognises the entry of that aanbieder. Secret as long as the index lives.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PrfValue([u8; 64]);

impl PrfValue {
    /// The value of these bytes, as they were kept.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be kept sealed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Debug for PrfValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// The elements in a byte string of the wire: at least one, at most [`MAX_BATCH`], nothing left over.
///
/// Whether each is a canonical element is seen when it is used.
///
/// # Errors
/// When the length fits no such list.
pub fn elements(bytes: &[u8]) -> Result<Vec<Element>, OprfError> {
    let (elements, rest) = bytes.as_chunks::<32>();
    if elements.is_empty() || elements.len() > MAX_BATCH || !rest.is_empty() {
        return Err(OprfError::BatchSize);
    }
    Ok(elements.iter().copied().map(Octets).collect())
}

/// The elements as one byte string of the wire.
#[must_use]
pub fn to_wire(elements: &[Element]) -> Vec<u8> {
    elements.iter().flat_map(|element| element.0).collect()
}

/// Why a step of the evaluation was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OprfError {
    /// None, more than the limit, or not as many as were asked.
    #[error("a batch holds 1 to 1024 elements of 32 bytes, as many back as were sent")]
    BatchSize,
    /// Not the canonical encoding of an element, or the identity.
    #[error("not a canonical group element")]
    Element,
    /// The proof is malformed or does not hold: another key was used, or the answer was changed.
    #[error("the proof does not hold for this public key")]
    Proof,
    /// An input that cannot be hashed, or a blind of zero.
    #[error("input or blind cannot be used")]
    Input,
}
