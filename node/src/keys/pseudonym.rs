// SPDX-License-Identifier: EUPL-1.2
//! Names for cases and colleagues that mean nothing to another gemeente, and that only the own one can resolve.

use basisnet_protocol::octets::Octets;
use hmac::{Hmac, Mac};
use rand_core::{OsRng, RngCore};
use sha2::Sha256;

use super::Secret;

/// Hides what is named behind an HMAC under a key that stays here.
#[derive(Debug)]
pub struct PseudonymKey(Secret<[u8; 32]>);

impl PseudonymKey {
    /// A new key.
    #[must_use]
    pub fn generate() -> Self {
        let mut key = [0; 32];
        OsRng.fill_bytes(&mut key);
        Self(Secret::new(key))
    }

    /// The key that was kept; none when what was kept is damaged.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|key| Self(Secret::new(key)))
    }

    /// The key itself, to be kept sealed.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// How a case is called towards others.
    #[must_use]
    pub fn case(&self, text: &str) -> Octets<32> {
        self.hide(b"basisnet case v1", text.as_bytes())
    }

    /// How a colleague is called towards others.
    #[must_use]
    pub fn person(&self, account: &Octets<16>) -> Octets<16> {
        let hidden = self.hide(b"basisnet person v1", account.as_ref());
        let mut name = [0; 16];
        for (place, byte) in name.iter_mut().zip(hidden.0) {
            *place = byte;
        }
        Octets(name)
    }

    fn hide(&self, label: &[u8], value: &[u8]) -> Octets<32> {
        let mac = <Hmac<Sha256> as Mac>::new_from_slice(self.0.expose());
        // HMAC takes a key of any length, so this default is never used; if it were, nobody is recognised by it.
        let bytes = mac.map_or([0; 32], |mac| {
            let mac = mac
                .chain_update(label)
                .chain_update([0])
                .chain_update(value);
            mac.finalize().into_bytes().into()
        });
        Octets(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_has_one_name_here_and_another_elsewhere() {
        let (here, elsewhere) = (PseudonymKey::generate(), PseudonymKey::generate());
        assert_eq!(here.case("Z-1"), here.case("Z-1"));
        assert_ne!(here.case("Z-1"), here.case("Z-2"));
        assert_ne!(here.case("Z-1"), elsewhere.case("Z-1"));
        let kept = PseudonymKey::from_slice(here.expose()).unwrap();
        assert_eq!(kept.person(&Octets([1; 16])), here.person(&Octets([1; 16])));
    }
}
