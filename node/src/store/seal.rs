// SPDX-License-Identifier: EUPL-1.2
//! Sealing: XChaCha20-Poly1305, with the place of a value as associated data, so that it can neither be read, nor
//! changed, nor put elsewhere.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use rand_core::{OsRng, RngCore};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A key of the store.
pub(super) type SealKey = Zeroizing<[u8; 32]>;
/// A nonce, random for every sealing.
pub(super) type Nonce = [u8; 24];

/// It does not open: another key, another place, or changed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DoesNotOpen;

/// So many fresh random bytes.
pub(super) fn random<const N: usize>() -> Zeroizing<[u8; N]> {
    let mut bytes = Zeroizing::new([0; N]);
    OsRng.fill_bytes(&mut *bytes);
    bytes
}

/// Seals bytes for one place.
pub(super) fn seal(key: &SealKey, nonce: &Nonce, place: &[u8], plain: &[u8]) -> Vec<u8> {
    let payload = Payload {
        msg: plain,
        aad: place,
    };
    // Fails only beyond 256 GB, and records are capped far below; nothing is then stored that opens.
    XChaCha20Poly1305::new((&**key).into())
        .encrypt(nonce.into(), payload)
        .unwrap_or_default()
}

/// Opens what was sealed for this place.
pub(super) fn open(
    key: &SealKey,
    nonce: &Nonce,
    place: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let payload = Payload {
        msg: sealed,
        aad: place,
    };
    XChaCha20Poly1305::new((&**key).into())
        .decrypt(nonce.into(), payload)
        .map(Zeroizing::new)
        .map_err(|_| DoesNotOpen)
}

/// A key for one use, from another.
pub(super) fn derive<const N: usize>(secret: &[u8], label: &str) -> Zeroizing<[u8; N]> {
    let mut key = Zeroizing::new([0; N]);
    // Fails only beyond 8,160 bytes.
    let _ = Hkdf::<Sha256>::new(None, secret).expand(label.as_bytes(), &mut *key);
    key
}

/// HMAC-SHA-256 over parts whose lengths are fixed by where they stand, or that end in a zero byte.
pub(super) fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(key) else {
        return [0; 32]; // an HMAC takes keys of every length
    };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_in_its_own_place_only() {
        let key = random();
        let nonce = random();
        let sealed = seal(&key, &nonce, b"here", b"contents");
        assert_eq!(
            open(&key, &nonce, b"here", &sealed).unwrap().as_slice(),
            b"contents"
        );
        assert_eq!(open(&key, &nonce, b"there", &sealed), Err(DoesNotOpen));
        assert_eq!(open(&random(), &nonce, b"here", &sealed), Err(DoesNotOpen));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(open(&key, &nonce, b"here", &changed), Err(DoesNotOpen));
        }
    }
}
