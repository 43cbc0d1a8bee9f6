// SPDX-License-Identifier: EUPL-1.2
//! Proof that a source holds the key that it publishes, bound to one context.
//!
//! Without it a source could publish another's public key and relay questions to it, so that the asker would take
//! that other's involvement for its own. A Schnorr proof over the context makes a copied key worthless.

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_TABLE;
use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::VartimeMultiscalarMul;
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::oprf::{hash_to_scalar, one_element, one_scalar};
use super::{ContextHash, Element, OprfError, PmOprf, Ristretto, ServerKey};
use crate::octets::Octets;

const LABEL: &[u8] = b"basisnet/pm/v1/pop";

/// The key of a source for one context, from the seed of the epoch.
///
/// # Errors
/// When no key can be derived.
pub fn derive_key(epoch_seed: &[u8; 32], ctx: &ContextHash) -> Result<ServerKey, OprfError> {
    let info = [b"basisnet/pm/v1/oprf-key", ctx.as_bytes().as_slice()].concat();
    Ristretto::derive_key(epoch_seed, &info)
}

/// Proves possession of the key for this context: c, then s.
///
/// # Errors
/// When the randomness yields no usable nonce.
pub fn prove(
    key: &ServerKey,
    ctx: &ContextHash,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<Octets<64>, OprfError> {
    let nonce = Zeroizing::new(Scalar::random(rng));
    let commitment = RISTRETTO_BASEPOINT_TABLE * &*nonce;
    let c = challenge(ctx, &Ristretto::public_key(key), &commitment)?;
    let s = *nonce - c * key.scalar();
    let mut proof = [0; 64];
    for (to, from) in proof
        .iter_mut()
        .zip(c.to_bytes().into_iter().chain(s.to_bytes()))
    {
        *to = from;
    }
    Ok(Octets(proof))
}

/// Checks that who made this proof holds the secret half of the public key, for this context and no other.
///
/// # Errors
/// When the public key or the proof is malformed, or the proof does not hold.
pub fn verify(
    ctx: &ContextHash,
    public_key: &Element,
    proof: &Octets<64>,
) -> Result<(), OprfError> {
    let point = one_element(public_key)?;
    let ([c, s], []) = proof.0.as_chunks::<32>() else {
        return Err(OprfError::Proof);
    };
    let (c, s) = (one_scalar(c)?, one_scalar(s)?);
    let base = RISTRETTO_BASEPOINT_TABLE.basepoint();
    let commitment = RistrettoPoint::vartime_multiscalar_mul([s, c], [base, point]);
    if challenge(ctx, public_key, &commitment)? == c {
        Ok(())
    } else {
        Err(OprfError::Proof)
    }
}

fn challenge(
    ctx: &ContextHash,
    public_key: &Element,
    commitment: &RistrettoPoint,
) -> Result<Scalar, OprfError> {
    hash_to_scalar(&[
        LABEL,
        ctx.as_bytes(),
        public_key.as_bytes(),
        commitment.compress().as_bytes(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: ContextHash = Octets([1; 32]);
    const THERE: ContextHash = Octets([2; 32]);

    #[test]
    fn who_holds_the_key_can_prove_it() {
        let key = derive_key(&[9; 32], &HERE).unwrap();
        let proof = prove(&key, &HERE, &mut rand_core::OsRng).unwrap();
        assert_eq!(verify(&HERE, &Ristretto::public_key(&key), &proof), Ok(()));
    }

    #[test]
    fn a_key_copied_from_another_context_does_not_pass() {
        let key = derive_key(&[9; 32], &HERE).unwrap();
        let proof = prove(&key, &HERE, &mut rand_core::OsRng).unwrap();
        let refused = verify(&THERE, &Ristretto::public_key(&key), &proof);
        assert_eq!(refused, Err(OprfError::Proof));
    }

    #[test]
    fn another_key_does_not_pass() {
        let key = derive_key(&[9; 32], &HERE).unwrap();
        let other = derive_key(&[8; 32], &HERE).unwrap();
        let proof = prove(&key, &HERE, &mut rand_core::OsRng).unwrap();
        let refused = verify(&HERE, &Ristretto::public_key(&other), &proof);
        assert_eq!(refused, Err(OprfError::Proof));
    }

    #[test]
    fn every_flipped_bit_of_the_proof_of_possession_is_rejected() {
        let key = derive_key(&[9; 32], &HERE).unwrap();
        let proof = prove(&key, &HERE, &mut rand_core::OsRng).unwrap();
        for bit in 0..512 {
            let mut bad = proof;
            bad.0[bit / 8] ^= 1 << (bit % 8);
            assert!(
                verify(&HERE, &Ristretto::public_key(&key), &bad).is_err(),
                "bit {bit}"
            );
        }
    }
}
