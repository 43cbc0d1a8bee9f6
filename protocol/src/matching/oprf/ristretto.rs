// SPDX-License-Identifier: EUPL-1.2
//! The trait on the crate `voprf` 0.5.0, the only file that names it.
//!
//! Blinds are derived by us and handed to the crate as the 64 bytes of a random number generator that can be read
//! once: its own sampler changed between versions, and a sweep must be reproducible from its seed for years.

use std::fmt;

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::{CryptoRng, RngCore};
use sha2::Sha512;
use subtle::ConstantTimeEq;
use voprf::{
    BlindedElement, EvaluationElement, Group, Proof, Ristretto255, VoprfClient, VoprfServer,
};
use zeroize::Zeroizing;

use super::{BlindFactor, Element, Evaluated, MAX_BATCH, OprfError, PmOprf, PrfValue};
use crate::octets::Octets;

const HASH_TO_GROUP: &[u8] = b"HashToGroup-OPRFV1-\x01-ristretto255-SHA512";
const HASH_TO_SCALAR: &[u8] = b"HashToScalar-OPRFV1-\x01-ristretto255-SHA512";

/// The suite of the protocol, on the crate `voprf`.
#[derive(Clone, Copy, Debug)]
pub enum Ristretto {}

/// The key of a source for one context. Prints as `[secret]`.
pub struct ServerKey {
    server: VoprfServer<Ristretto255>,
    scalar: Zeroizing<Scalar>,
}

impl ServerKey {
    pub(in crate::matching) fn scalar(&self) -> &Scalar {
        &self.scalar
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl PmOprf for Ristretto {
    type Key = ServerKey;
    type Blinding = VoprfClient<Ristretto255>;

    fn derive_key(seed: &[u8; 32], info: &[u8]) -> Result<Self::Key, OprfError> {
        let server = VoprfServer::new_from_seed(seed, info).map_err(|_| OprfError::Input)?;
        let both = Zeroizing::new(server.serialize());
        let secret = both.first_chunk::<32>().ok_or(OprfError::Input)?;
        let scalar = Zeroizing::new(one_scalar(secret)?);
        Ok(ServerKey { server, scalar })
    }

    fn public_key(key: &Self::Key) -> Element {
        Octets(key.server.get_public_key().compress().to_bytes())
    }

    fn evaluate(key: &Self::Key, input: &[u8]) -> Result<PrfValue, OprfError> {
        let output = key.server.evaluate(input).map_err(|_| OprfError::Input)?;
        Ok(PrfValue::from_bytes(output.into()))
    }

    fn eval_batch(
        key: &Self::Key,
        blinded: &[Element],
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Evaluated, OprfError> {
        check_size(blinded.len())?;
        let blinded = blinded
            .iter()
            .map(|element| BlindedElement::deserialize(&element.0).map_err(|_| OprfError::Element))
            .collect::<Result<Vec<_>, _>>()?;
        let result = key
            .server
            .batch_blind_evaluate(rng, &blinded)
            .map_err(|_| OprfError::BatchSize)?;
        let elements = result.messages.iter().map(|m| Octets(m.serialize().into()));
        Ok(Evaluated {
            elements: elements.collect(),
            proof: Octets(result.proof.serialize().into()),
        })
    }

    fn blind(input: &[u8], factor: &BlindFactor) -> Result<(Self::Blinding, Element), OprfError> {
        if Scalar::from_bytes_mod_order_wide(factor.as_bytes()) == Scalar::ZERO {
            return Err(OprfError::Input);
        }
        let mut once = Once {
            bytes: factor.as_bytes(),
        };
        let blinded = VoprfClient::blind(input, &mut once).map_err(|_| OprfError::Input)?;
        let element = Octets(blinded.message.serialize().into());
        Ok((blinded.state, element))
    }

    fn finalize_batch<I: AsRef<[u8]>>(
        inputs: &[I],
        blindings: &[Self::Blinding],
        evaluated: &Evaluated,
        public_key: &Element,
    ) -> Result<Vec<PrfValue>, OprfError> {
        check_size(inputs.len())?;
        if inputs.len() != blindings.len() || inputs.len() != evaluated.elements.len() {
            return Err(OprfError::BatchSize);
        }
        let public_key = one_element(public_key)?;
        let proof = Proof::deserialize(&evaluated.proof.0).map_err(|_| OprfError::Proof)?;
        let messages = evaluated
            .elements
            .iter()
            .map(|element| {
                EvaluationElement::deserialize(&element.0).map_err(|_| OprfError::Element)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let inputs: Vec<&[u8]> = inputs.iter().map(AsRef::as_ref).collect();
        VoprfClient::batch_finalize(&inputs, &blindings.to_vec(), &messages, &proof, public_key)
            .map_err(|_| OprfError::Proof)?
            .map(|output| match output {
                Ok(value) => Ok(PrfValue::from_bytes(value.into())),
                Err(_) => Err(OprfError::Input),
            })
            .collect()
    }
}

fn check_size(count: usize) -> Result<(), OprfError> {
    if (1..=MAX_BATCH).contains(&count) {
        Ok(())
    } else {
        Err(OprfError::BatchSize)
    }
}

/// Decodes a canonical element other than the identity.
pub(in crate::matching) fn one_element(element: &Element) -> Result<RistrettoPoint, OprfError> {
    Ristretto255::deserialize_elem(&element.0).map_err(|_| OprfError::Element)
}

/// Decodes a canonical scalar other than zero.
pub(in crate::matching) fn one_scalar(bytes: &[u8; 32]) -> Result<Scalar, OprfError> {
    Ristretto255::deserialize_scalar(bytes).map_err(|_| OprfError::Proof)
}

/// `HashToScalar` of the suite, over parts in a row.
pub(in crate::matching) fn hash_to_scalar(parts: &[&[u8]]) -> Result<Scalar, OprfError> {
    Ristretto255::hash_to_scalar::<Sha512>(parts, &[HASH_TO_SCALAR]).map_err(|_| OprfError::Input)
}

/// Whether an element is this input, blinded with this factor.
pub(in crate::matching) fn is_blinding_of(
    element: &Element,
    input: &[u8],
    factor: &BlindFactor,
) -> bool {
    let Ok(point) = Ristretto255::hash_to_curve::<Sha512>(&[input], &[HASH_TO_GROUP]) else {
        return false;
    };
    let factor = Scalar::from_bytes_mod_order_wide(factor.as_bytes());
    (point * factor)
        .compress()
        .to_bytes()
        .ct_eq(&element.0)
        .into()
}

/// Sixty-four given bytes as a source of randomness. Its caller has made sure that they are enough: what the sampler
/// draws is not zero, so it does not draw again.
struct Once<'a> {
    bytes: &'a [u8; 64],
}

impl RngCore for Once<'_> {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, destination: &mut [u8]) {
        for (to, from) in destination.iter_mut().zip(self.bytes) {
            *to = *from;
        }
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(destination);
        Ok(())
    }
}

impl CryptoRng for Once<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_and_non_canonical_elements_are_refused() {
        let key = Ristretto::derive_key(&[1; 32], b"test").unwrap();
        let mut rng = rand_core::OsRng;
        for bytes in [[0; 32], [0xff; 32], [1; 32]] {
            let refused = Ristretto::eval_batch(&key, &[Octets(bytes)], &mut rng);
            assert_eq!(refused, Err(OprfError::Element));
        }
    }

    #[test]
    fn a_batch_holds_1_to_1024_elements() {
        let key = Ristretto::derive_key(&[1; 32], b"test").unwrap();
        let mut rng = rand_core::OsRng;
        let element = Ristretto::public_key(&key);
        let none = Ristretto::eval_batch(&key, &[], &mut rng);
        assert_eq!(none, Err(OprfError::BatchSize));
        let too_many = Ristretto::eval_batch(&key, &[element; 1_025], &mut rng);
        assert_eq!(too_many, Err(OprfError::BatchSize));
        assert_eq!(super::super::elements(&[0; 33]), Err(OprfError::BatchSize));
        assert_eq!(super::super::elements(&[]), Err(OprfError::BatchSize));
        assert_eq!(super::super::elements(&[0; 64]).unwrap().len(), 2);
    }

    #[test]
    fn a_blind_of_zero_is_an_error() {
        let zero = BlindFactor::from_bytes([0; 64]);
        assert!(matches!(
            Ristretto::blind(b"x", &zero),
            Err(OprfError::Input)
        ));
    }

    #[test]
    fn keys_do_not_print() {
        let key = Ristretto::derive_key(&[1; 32], b"test").unwrap();
        assert_eq!(format!("{key:?}"), "[secret]");
    }
}
