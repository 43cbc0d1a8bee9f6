// SPDX-License-Identifier: EUPL-1.2
//! One sweep of the asker: everything it wants to know, padded, shuffled and blinded.
//!
//! All of it follows from a seed, the set of identifiers and a recorded permutation, so that a node that crashed
//! halfway goes on where it was, and an auditor can later have any element opened: each is a commitment to exactly one
//! identifier, because `r * H(X)` cannot be opened to another.

use std::collections::BTreeSet;
use std::fmt;

use hkdf::Hkdf;
use rand_core::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha512};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::context::length_prefixed;
use super::oprf::is_blinding_of;
use super::{
    BlindFactor, Element, Epoch, Evaluated, GroupIdTooLong, MAX_BATCH, OprfError, PmOprf, PrfValue,
    PrivateInput,
};
use crate::merkle;
use crate::octets::Octets;
use crate::purpose::PurposeId;
use crate::time::Timestamp;

/// From which the blinds and dummies of one sweep follow; drawn anew for every sweep and every daily batch.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SweepSeed([u8; 32]);

impl SweepSeed {
    /// The seed of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be kept sealed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What is told of the seed beforehand: SHA-256 over a label and the seed.
    #[must_use]
    pub fn commit(&self) -> Octets<32> {
        let hash = Sha256::new()
            .chain_update(b"basisnet/pm/v1/sweep")
            .chain_update(self.0);
        Octets(hash.finalize().into())
    }

    /// The blind of one slot. Never one blind for two slots, nor for two sweeps.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "HKDF-Expand fails only above 255 hash lengths (RFC 5869), and 64 bytes are one"
    )]
    pub fn blind(&self, slot: u32) -> BlindFactor {
        let mut bytes = [0; 64];
        Hkdf::<Sha512>::new(Some(b"basisnet/pm/v1/blind"), &self.0)
            .expand(&slot.to_be_bytes(), &mut bytes)
            .expect("64 bytes");
        BlindFactor::from_bytes(bytes)
    }
}

impl fmt::Debug for SweepSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A padded, shuffled set of identifiers with the seed of its blinds.
///
/// Slot `i` is the `i`-th element as it is sent. `order` says which identifier stands there: numbers below that of
/// the set are places in the set, the rest are dummies.
#[derive(Debug)]
pub struct Sweep {
    seed: SweepSeed,
    inputs: Vec<PrivateInput>,
    order: Vec<u32>,
}

impl Sweep {
    /// Pads to `slots`, and shuffles.
    ///
    /// # Errors
    /// When there are more identifiers than slots, none of either, or an identifier twice.
    pub fn plan(
        inputs: Vec<PrivateInput>,
        slots: u32,
        seed: SweepSeed,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Self, SweepError> {
        let mut order: Vec<u32> = (0..slots).collect();
        for last in (1..slots).rev() {
            order.swap(last as usize, below(rng, last + 1) as usize);
        }
        Self::resume(inputs, order, seed)
    }

    /// The same sweep again, from what was recorded of it.
    ///
    /// # Errors
    /// When the order is not a permutation that has room for the set, or the set has an identifier twice.
    pub fn resume(
        inputs: Vec<PrivateInput>,
        order: Vec<u32>,
        seed: SweepSeed,
    ) -> Result<Self, SweepError> {
        if order.is_empty() || inputs.len() > order.len() {
            return Err(SweepError::Slots);
        }
        if inputs.iter().collect::<BTreeSet<_>>().len() != inputs.len() {
            return Err(SweepError::Twice);
        }
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if !sorted
            .iter()
            .zip(0..)
            .all(|(place, expected)| *place == expected)
        {
            return Err(SweepError::Order);
        }
        Ok(Self {
            seed,
            inputs,
            order,
        })
    }

    /// What stands in each slot; recorded, for the audit and for going on after a crash.
    #[must_use]
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// The seed, to be kept sealed.
    #[must_use]
    pub fn seed(&self) -> &SweepSeed {
        &self.seed
    }

    /// In how many requests it goes.
    #[must_use]
    pub fn batch_count(&self) -> u16 {
        u16::try_from(self.order.len().div_ceil(MAX_BATCH)).unwrap_or(u16::MAX)
    }

    /// Blinds the elements of one request.
    ///
    /// # Errors
    /// When there is no such batch, or an element cannot be blinded.
    pub fn batch<O: PmOprf>(&self, batch_no: u16) -> Result<BlindedBatch<O>, SweepError> {
        let places = self.order.chunks(MAX_BATCH).nth(batch_no.into());
        let places = places.ok_or(SweepError::Slots)?;
        let first = u32::from(batch_no) * 1_024;
        let mut batch = BlindedBatch {
            own: Vec::with_capacity(places.len()),
            inputs: Vec::with_capacity(places.len()),
            blindings: Vec::with_capacity(places.len()),
            elements: Vec::with_capacity(places.len()),
        };
        for (slot, place) in (first..).zip(places) {
            let own = self.inputs.get(*place as usize).cloned();
            batch.own.push(own.is_some());
            let input = own.unwrap_or_else(|| PrivateInput::dummy(&self.seed, slot));
            let (blinding, element) = O::blind(input.as_bytes(), &self.seed.blind(slot))?;
            batch.inputs.push(input);
            batch.blindings.push(blinding);
            batch.elements.push(element);
        }
        Ok(batch)
    }
}

/// A number below `bound`, each with the same chance.
fn below(rng: &mut impl RngCore, bound: u32) -> u32 {
    let zone = u32::MAX - u32::MAX % bound;
    loop {
        let drawn = rng.next_u32();
        if drawn < zone {
            break drawn % bound;
        }
    }
}

/// The elements of one request, with what it takes to read the response.
pub struct BlindedBatch<O: PmOprf> {
    own: Vec<bool>,
    inputs: Vec<PrivateInput>,
    blindings: Vec<O::Blinding>,
    elements: Vec<Element>,
}

impl<O: PmOprf> BlindedBatch<O> {
    /// What is sent.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The own identifiers among them; the rest is padding.
    pub fn own(&self) -> impl Iterator<Item = &PrivateInput> {
        let marked = self.own.iter().zip(&self.inputs);
        marked.filter(|(own, _)| **own).map(|(_, input)| input)
    }

    /// Verifies the proof over all, and gives the value of each own identifier; dummies are dropped.
    ///
    /// # Errors
    /// When the response does not fit the request, or the proof does not hold.
    pub fn finalize(
        self,
        evaluated: &Evaluated,
        public_key: &Element,
    ) -> Result<Vec<(PrivateInput, PrfValue)>, OprfError> {
        let values = O::finalize_batch(&self.inputs, &self.blindings, evaluated, public_key)?;
        let pairs = self.inputs.into_iter().zip(values);
        let marked = self.own.into_iter().zip(pairs);
        Ok(marked
            .filter(|(own, _)| *own)
            .map(|(_, pair)| pair)
            .collect())
    }
}

impl<O: PmOprf> fmt::Debug for BlindedBatch<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlindedBatch({} elements)", self.elements.len())
    }
}

/// Whether an element that was sent in a slot is this identifier: the check of the opening audit.
#[must_use]
pub fn opens(element: &Element, seed: &SweepSeed, slot: u32, input: &PrivateInput) -> bool {
    is_blinding_of(element, input.as_bytes(), &seed.blind(slot))
}

/// One identifier of the set, hidden under a salt, with the reason why it is in it.
#[derive(Clone, Debug)]
pub struct SetLeaf {
    /// Random, kept with the leaf.
    pub salt: Octets<32>,
    /// The identifier.
    pub input: PrivateInput,
    /// Hash of the record on whose basis the aanbieder is asked about.
    pub basis: Octets<32>,
}

impl SetLeaf {
    fn contents(&self) -> Vec<u8> {
        [
            self.salt.as_ref(),
            self.input.as_bytes(),
            self.basis.as_ref(),
        ]
        .concat()
    }
}

/// The root over the set that is asked about.
#[must_use]
pub fn set_root(leaves: &[SetLeaf]) -> Octets<32> {
    Octets(merkle::root(leaves.iter().map(SetLeaf::contents)))
}

/// What the asker writes in its own log before the first request: it cannot claim another set afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetCommit {
    /// The epoch of the sweep.
    pub epoch: Epoch,
    /// The purpose.
    pub purpose: PurposeId,
    /// Root over the set.
    pub root: Octets<32>,
    /// Elements that will be asked, dummies included.
    pub bucket: u32,
    /// When it was made.
    pub time: Timestamp,
}

impl SetCommit {
    /// What every request of the sweep carries: SHA-256 over the fields, each behind its length.
    ///
    /// # Errors
    /// Never for a purpose of the catalogue; its name is at most 32 characters.
    pub fn hash(&self) -> Result<Octets<32>, GroupIdTooLong> {
        let mut bytes = Vec::with_capacity(128);
        length_prefixed(&mut bytes, b"basisnet/pm/v1/set")?;
        length_prefixed(&mut bytes, &self.epoch.number().to_be_bytes())?;
        length_prefixed(&mut bytes, self.purpose.as_str().as_bytes())?;
        length_prefixed(&mut bytes, self.root.as_ref())?;
        length_prefixed(&mut bytes, &self.bucket.to_be_bytes())?;
        length_prefixed(&mut bytes, &self.time.as_millis().to_be_bytes())?;
        Ok(Octets(Sha256::digest(bytes).into()))
    }
}

/// Why a sweep cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SweepError {
    /// More identifiers than slots, no slots, or no such batch.
    #[error("the identifiers do not fit the slots of the sweep")]
    Slots,
    /// The same identifier twice.
    #[error("an identifier stands in the sweep twice")]
    Twice,
    /// The recorded order is not a permutation.
    #[error("the recorded order of the sweep is damaged")]
    Order,
    /// A step of the evaluation was refused.
    #[error(transparent)]
    Oprf(#[from] OprfError),
}

#[cfg(test)]
mod tests {
    use rand_core::OsRng;

    use super::super::{Namespace, Ristretto, possession};
    use super::*;

    fn inputs(count: u32) -> Vec<PrivateInput> {
        let number = |n| PrivateInput::parse(Namespace::Kvk, &format!("{n:08}")).unwrap();
        (0..count).map(number).collect()
    }

    fn seed() -> SweepSeed {
        SweepSeed::from_bytes([3; 32])
    }

    #[test]
    fn a_sweep_gives_the_value_of_each_own_identifier_and_of_no_dummy() {
        let key = possession::derive_key(&[9; 32], &Octets([1; 32])).unwrap();
        let sweep = Sweep::plan(inputs(20), 64, seed(), &mut OsRng).unwrap();
        let batch = sweep.batch::<Ristretto>(0).unwrap();
        assert_eq!(batch.elements().len(), 64);
        let answer = Ristretto::eval_batch(&key, batch.elements(), &mut OsRng).unwrap();
        let values = batch
            .finalize(&answer, &Ristretto::public_key(&key))
            .unwrap();
        assert_eq!(values.len(), 20);
        for (input, value) in values {
            let direct = Ristretto::evaluate(&key, input.as_bytes()).unwrap();
            assert_eq!(value.as_bytes(), direct.as_bytes());
        }
    }

    #[test]
    fn a_sweep_that_was_interrupted_goes_on_with_the_same_elements() {
        let sweep = Sweep::plan(inputs(20), 64, seed(), &mut OsRng).unwrap();
        let again = Sweep::resume(inputs(20), sweep.order().to_vec(), seed()).unwrap();
        let first = sweep.batch::<Ristretto>(0).unwrap();
        assert_eq!(
            again.batch::<Ristretto>(0).unwrap().elements(),
            first.elements()
        );
    }

    #[test]
    fn every_slot_opens_as_its_identifier_or_as_the_prescribed_dummy() {
        let sweep = Sweep::plan(inputs(20), 64, seed(), &mut OsRng).unwrap();
        let batch = sweep.batch::<Ristretto>(0).unwrap();
        for (slot, (element, place)) in (0..).zip(batch.elements().iter().zip(sweep.order())) {
            let own = inputs(20).get(*place as usize).cloned();
            let dummy = PrivateInput::dummy(&seed(), slot);
            assert!(opens(
                element,
                &seed(),
                slot,
                &own.clone().unwrap_or(dummy.clone())
            ));
            assert_eq!(opens(element, &seed(), slot, &dummy), own.is_none());
        }
    }

    #[test]
    fn a_large_sweep_goes_in_batches_with_blinds_of_their_own() {
        let sweep = Sweep::plan(inputs(3), 1_536, seed(), &mut OsRng).unwrap();
        assert_eq!(sweep.batch_count(), 2);
        let (one, two) = (
            sweep.batch::<Ristretto>(0).unwrap(),
            sweep.batch::<Ristretto>(1).unwrap(),
        );
        assert_eq!((one.elements().len(), two.elements().len()), (1_024, 512));
        let all: BTreeSet<_> = one.elements().iter().chain(two.elements()).collect();
        assert_eq!(all.len(), 1_536);
        assert!(matches!(
            sweep.batch::<Ristretto>(2),
            Err(SweepError::Slots)
        ));
    }

    #[test]
    fn a_set_that_does_not_fit_or_repeats_itself_is_refused() {
        let plan = |inputs, slots| Sweep::plan(inputs, slots, seed(), &mut OsRng).err();
        assert_eq!(plan(inputs(5), 4), Some(SweepError::Slots));
        assert_eq!(plan(inputs(0), 0), Some(SweepError::Slots));
        assert_eq!(
            plan([inputs(2), inputs(2)].concat(), 8),
            Some(SweepError::Twice)
        );
        let damaged = Sweep::resume(inputs(2), vec![0, 1, 1, 3], seed());
        assert_eq!(damaged.err(), Some(SweepError::Order));
    }

    #[test]
    fn a_proof_with_any_bit_flipped_is_rejected() {
        let key = possession::derive_key(&[9; 32], &Octets([1; 32])).unwrap();
        let public_key = Ristretto::public_key(&key);
        let sweep = Sweep::plan(inputs(2), 3, seed(), &mut OsRng).unwrap();
        let batch = || sweep.batch::<Ristretto>(0).unwrap();
        let good = Ristretto::eval_batch(&key, batch().elements(), &mut OsRng).unwrap();
        assert!(batch().finalize(&good, &public_key).is_ok());
        for bit in 0..512 {
            let mut bad = good.clone();
            bad.proof.0[bit / 8] ^= 1 << (bit % 8);
            assert!(batch().finalize(&bad, &public_key).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn swapped_missing_or_foreign_evaluations_are_rejected() {
        let key = possession::derive_key(&[9; 32], &Octets([1; 32])).unwrap();
        let other = possession::derive_key(&[9; 32], &Octets([2; 32])).unwrap();
        let public_key = Ristretto::public_key(&key);
        let sweep = Sweep::plan(inputs(2), 4, seed(), &mut OsRng).unwrap();
        let batch = || sweep.batch::<Ristretto>(0).unwrap();
        let good = Ristretto::eval_batch(&key, batch().elements(), &mut OsRng).unwrap();
        let mut swapped = good.clone();
        swapped.elements.swap(0, 1);
        assert_eq!(
            batch().finalize(&swapped, &public_key).err(),
            Some(OprfError::Proof)
        );
        let mut short = good.clone();
        short.elements.pop();
        assert_eq!(
            batch().finalize(&short, &public_key).err(),
            Some(OprfError::BatchSize)
        );
        let foreign = Ristretto::public_key(&other);
        assert_eq!(
            batch().finalize(&good, &foreign).err(),
            Some(OprfError::Proof)
        );
    }

    #[test]
    fn the_commitment_to_a_set_changes_with_all_that_is_in_it() {
        let leaf = |salt, number: &str, basis| SetLeaf {
            salt: Octets([salt; 32]),
            input: PrivateInput::parse(Namespace::Kvk, number).unwrap(),
            basis: Octets([basis; 32]),
        };
        let roots = BTreeSet::from([
            set_root(&[]),
            set_root(&[leaf(1, "12345678", 1)]),
            set_root(&[leaf(2, "12345678", 1)]),
            set_root(&[leaf(1, "12345679", 1)]),
            set_root(&[leaf(1, "12345678", 2)]),
            set_root(&[leaf(1, "12345678", 1), leaf(1, "12345679", 1)]),
        ]);
        assert_eq!(roots.len(), 6);
        let commit = |root, bucket| SetCommit {
            epoch: Epoch::from_number(7),
            purpose: PurposeId::matching(),
            root: Octets([root; 32]),
            bucket,
            time: Timestamp::from_secs(1),
        };
        assert_ne!(commit(1, 128).hash(), commit(2, 128).hash());
        assert_ne!(commit(1, 128).hash(), commit(1, 256).hash());
        assert_ne!(SweepSeed::from_bytes([1; 32]).commit(), seed().commit());
    }
}
