// SPDX-License-Identifier: EUPL-1.2
//! A second implementation of the evaluation, written from RFC 9497 on the bare curve, to check the first by.
//!
//! It shares no code with the crate `voprf`, and sums the terms of a proof in one multi-scalar multiplication.

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT;
use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{Identity, VartimeMultiscalarMul};
use rand_core::{CryptoRng, RngCore};
use sha2::{Digest, Sha512};

use super::{BlindFactor, Element, Evaluated, OprfError, PmOprf, PrfValue};
use crate::octets::Octets;

/// The oracle.
pub(super) enum Msm {}

/// A secret scalar and its point.
pub(super) struct Key(Scalar, RistrettoPoint);

/// A blind and the element that went out with it.
pub(super) struct Blinding(Scalar, RistrettoPoint);

impl PmOprf for Msm {
    type Key = Key;
    type Blinding = Blinding;

    fn derive_key(seed: &[u8; 32], info: &[u8]) -> Result<Key, OprfError> {
        for counter in 0..=255_u8 {
            let input = [seed.as_slice(), &i2osp(info.len()), info, &[counter]].concat();
            let secret = to_scalar(&input, b"DeriveKeyPair");
            if secret != Scalar::ZERO {
                return Ok(Key(secret, secret * RISTRETTO_BASEPOINT_POINT));
            }
        }
        Err(OprfError::Input)
    }

    fn public_key(key: &Key) -> Element {
        encode(&key.1)
    }

    fn evaluate(key: &Key, input: &[u8]) -> Result<PrfValue, OprfError> {
        Ok(finalized(input, &(key.0 * to_group(input))))
    }

    fn eval_batch(
        key: &Key,
        blinded: &[Element],
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Evaluated, OprfError> {
        let asked = decode_all(blinded)?;
        let elements: Vec<_> = asked.iter().map(|point| encode(&(key.0 * point))).collect();
        let weights = weights(&key.1, blinded, &elements);
        let m = RistrettoPoint::vartime_multiscalar_mul(&weights, &asked);
        let nonce = Scalar::random(rng);
        let c = challenge(
            &key.1,
            [
                &m,
                &(key.0 * m),
                &(nonce * RISTRETTO_BASEPOINT_POINT),
                &(nonce * m),
            ],
        );
        let s = nonce - c * key.0;
        let proof = [c.to_bytes(), s.to_bytes()].concat();
        Ok(Evaluated {
            elements,
            proof: Octets::from_slice(&proof).unwrap(),
        })
    }

    fn blind(input: &[u8], factor: &BlindFactor) -> Result<(Blinding, Element), OprfError> {
        let blind = Scalar::from_bytes_mod_order_wide(factor.as_bytes());
        let element = blind * to_group(input);
        Ok((Blinding(blind, element), encode(&element)))
    }

    fn finalize_batch<I: AsRef<[u8]>>(
        inputs: &[I],
        blindings: &[Blinding],
        evaluated: &Evaluated,
        public_key: &Element,
    ) -> Result<Vec<PrfValue>, OprfError> {
        if inputs.len() != blindings.len() || inputs.len() != evaluated.elements.len() {
            return Err(OprfError::BatchSize);
        }
        let answers = decode_all(&evaluated.elements)?;
        verify(blindings, &answers, evaluated, &decode(public_key)?)?;
        let unblinded = blindings
            .iter()
            .zip(&answers)
            .map(|(b, answer)| b.0.invert() * answer);
        Ok(inputs
            .iter()
            .zip(unblinded)
            .map(|(input, point)| finalized(input.as_ref(), &point))
            .collect())
    }
}

fn verify(
    blindings: &[Blinding],
    answers: &[RistrettoPoint],
    evaluated: &Evaluated,
    key: &RistrettoPoint,
) -> Result<(), OprfError> {
    let asked: Vec<_> = blindings.iter().map(|b| b.1).collect();
    let sent: Vec<_> = asked.iter().map(encode).collect();
    let weights = weights(key, &sent, &evaluated.elements);
    let m = RistrettoPoint::vartime_multiscalar_mul(&weights, &asked);
    let z = RistrettoPoint::vartime_multiscalar_mul(&weights, answers);
    let (c, s) = evaluated.proof.0.split_at(32);
    let (c, s) = (scalar(c)?, scalar(s)?);
    let t2 = RistrettoPoint::vartime_multiscalar_mul([s, c], [RISTRETTO_BASEPOINT_POINT, *key]);
    let t3 = RistrettoPoint::vartime_multiscalar_mul([s, c], [m, z]);
    if challenge(key, [&m, &z, &t2, &t3]) == c {
        Ok(())
    } else {
        Err(OprfError::Proof)
    }
}

fn weights(key: &RistrettoPoint, asked: &[Element], answers: &[Element]) -> Vec<Scalar> {
    let label = [b"Seed-".as_slice(), &context_string()].concat();
    let seed = Sha512::digest(
        [
            &i2osp(32),
            encode(key).as_ref(),
            &i2osp(label.len()),
            &label,
        ]
        .concat(),
    );
    let weight = |(i, (asked, answer)): (usize, (&Element, &Element))| {
        let parts: [&[u8]; 8] = [
            &i2osp(64),
            &seed,
            &i2osp(i),
            &i2osp(32),
            asked.as_ref(),
            &i2osp(32),
            answer.as_ref(),
            b"Composite",
        ];
        to_scalar(&parts.concat(), b"HashToScalar-")
    };
    asked.iter().zip(answers).enumerate().map(weight).collect()
}

fn challenge(key: &RistrettoPoint, points: [&RistrettoPoint; 4]) -> Scalar {
    let mut input = Vec::new();
    for point in [key].into_iter().chain(points) {
        input.extend_from_slice(&i2osp(32));
        input.extend_from_slice(encode(point).as_ref());
    }
    input.extend_from_slice(b"Challenge");
    to_scalar(&input, b"HashToScalar-")
}

fn finalized(input: &[u8], point: &RistrettoPoint) -> PrfValue {
    let element = encode(point);
    let parts: [&[u8]; 5] = [
        &i2osp(input.len()),
        input,
        &i2osp(32),
        element.as_ref(),
        b"Finalize",
    ];
    PrfValue::from_bytes(Sha512::digest(parts.concat()).into())
}

fn to_group(input: &[u8]) -> RistrettoPoint {
    RistrettoPoint::from_uniform_bytes(&expand(input, b"HashToGroup-"))
}

fn to_scalar(input: &[u8], label: &[u8]) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&expand(input, label))
}

/// RFC 9380 `expand_message_xmd` with SHA-512 to one block of 64 bytes.
fn expand(input: &[u8], label: &[u8]) -> [u8; 64] {
    let mut dst = [label, &context_string()].concat();
    dst.push(u8::try_from(dst.len()).unwrap());
    let first = Sha512::digest([&[0; 128], input, &[0, 64, 0], &dst].concat());
    Sha512::digest([first.as_slice(), &[1], &dst].concat()).into()
}

fn context_string() -> Vec<u8> {
    b"OPRFV1-\x01-ristretto255-SHA512".to_vec()
}

fn i2osp(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap().to_be_bytes()
}

fn encode(point: &RistrettoPoint) -> Element {
    Octets(point.compress().to_bytes())
}

fn decode(element: &Element) -> Result<RistrettoPoint, OprfError> {
    let point = CompressedRistretto(element.0).decompress();
    point
        .filter(|point| *point != RistrettoPoint::identity())
        .ok_or(OprfError::Element)
}

fn decode_all(elements: &[Element]) -> Result<Vec<RistrettoPoint>, OprfError> {
    elements.iter().map(decode).collect()
}

fn scalar(bytes: &[u8]) -> Result<Scalar, OprfError> {
    let scalar = Scalar::from_canonical_bytes(bytes.try_into().unwrap());
    Option::from(scalar).ok_or(OprfError::Proof)
}

#[test]
fn crate_and_oracle_agree_on_ten_thousand_random_inputs() {
    use super::Ristretto;
    let mut rng = rand_core::OsRng;
    let (mut seed, mut draw) = ([0; 32], [0; 64]);
    for _ in 0..10 {
        rng.fill_bytes(&mut seed);
        let (ours, theirs) = (
            Msm::derive_key(&seed, b"x").unwrap(),
            Ristretto::derive_key(&seed, b"x").unwrap(),
        );
        let key = Ristretto::public_key(&theirs);
        assert_eq!(Msm::public_key(&ours), key);

        let (mut inputs, mut sent) = (Vec::new(), Vec::new());
        let (mut our_blindings, mut their_blindings) = (Vec::new(), Vec::new());
        for _ in 0..1_000 {
            rng.fill_bytes(&mut draw);
            let input = draw[..(draw[0] % 64) as usize + 1].to_vec();
            rng.fill_bytes(&mut draw);
            let factor = BlindFactor::from_bytes(draw);
            let (our_blinding, element) = Msm::blind(&input, &factor).unwrap();
            let (their_blinding, same) = Ristretto::blind(&input, &factor).unwrap();
            assert_eq!(element, same);
            inputs.push(input);
            sent.push(element);
            our_blindings.push(our_blinding);
            their_blindings.push(their_blinding);
        }

        let our_answer = Msm::eval_batch(&ours, &sent, &mut rng).unwrap();
        let their_answer = Ristretto::eval_batch(&theirs, &sent, &mut rng).unwrap();
        assert_eq!(our_answer.elements, their_answer.elements);
        let our_values = Msm::finalize_batch(&inputs, &our_blindings, &their_answer, &key).unwrap();
        let their_values =
            Ristretto::finalize_batch(&inputs, &their_blindings, &our_answer, &key).unwrap();
        for ((input, ours_says), theirs_says) in inputs.iter().zip(&our_values).zip(&their_values) {
            assert_eq!(ours_says.as_bytes(), theirs_says.as_bytes());
            let direct = Ristretto::evaluate(&theirs, input).unwrap();
            assert_eq!(direct.as_bytes(), ours_says.as_bytes());
        }
    }
}
