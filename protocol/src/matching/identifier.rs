// SPDX-License-Identifier: EUPL-1.2
//! Identifiers as they enter the matching: one exact form each, or none.
//!
//! Two nodes find each other's aanbieder only when both write its number in the same bytes. Leading zeros stay,
//! and any other length or character is refused before anything is blinded or indexed.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::SweepSeed;
use crate::id::{AgbCode, KvkNummer, Vestigingsnummer};

/// A kind of identifier that is matched, apart from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Namespace {
    /// Trade register number, eight digits.
    Kvk,
    /// AGB code, eight digits.
    Agb,
    /// Establishment number, twelve digits.
    Vst,
}

/// What the evaluation is computed over: `basisnet/id/v1|kvk|12345678`.
///
/// It names an aanbieder, so it prints as `[private]` and reaches no log by accident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrivateInput(String);

impl PrivateInput {
    /// The form of a trade register number.
    #[must_use]
    pub fn kvk(number: KvkNummer) -> Self {
        Self::of("kvk", number.as_str())
    }

    /// The form of an AGB code.
    #[must_use]
    pub fn agb(code: AgbCode) -> Self {
        Self::of("agb", code.as_str())
    }

    /// The form of an establishment number.
    #[must_use]
    pub fn vst(number: Vestigingsnummer) -> Self {
        Self::of("vst", number.as_str())
    }

    /// Reads a number of the given kind.
    ///
    /// # Errors
    /// When it is not exactly as many digits as the kind has.
    pub fn parse(namespace: Namespace, number: &str) -> Result<Self, NotAnIdentifier> {
        let refused = NotAnIdentifier(namespace);
        match namespace {
            Namespace::Kvk => number.parse().map(Self::kvk).map_err(|_| refused),
            Namespace::Agb => number.parse().map(Self::agb).map_err(|_| refused),
            Namespace::Vst => number.parse().map(Self::vst).map_err(|_| refused),
        }
    }

    /// The dummy in slot `i` of a sweep: a fixed function of its seed, so that an auditor can tell it from a question
    /// that was hidden in the padding.
    #[must_use]
    pub fn dummy(seed: &SweepSeed, slot: u32) -> Self {
        let mac = hmac_sha256(seed.as_bytes())
            .chain_update(b"basisnet/pm/v1/dummy")
            .chain_update(slot.to_be_bytes());
        Self::of("dum", &hex::encode(mac.finalize().into_bytes()))
    }

    /// The exact form, to be kept sealed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bytes that are hashed to the group.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    fn of(kind: &str, number: &str) -> Self {
        Self(format!("basisnet/id/v1|{kind}|{number}"))
    }
}

impl FromStr for PrivateInput {
    type Err = NotAPrivateInput;

    /// Reads the exact form back, as a node kept it. A dummy is not read: it follows from its seed.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, number) = text
            .strip_prefix("basisnet/id/v1|")
            .and_then(|rest| rest.split_once('|'))
            .ok_or(NotAPrivateInput)?;
        let namespace = match kind {
            "kvk" => Namespace::Kvk,
            "agb" => Namespace::Agb,
            "vst" => Namespace::Vst,
            _ => return Err(NotAPrivateInput),
        };
        Self::parse(namespace, number).map_err(|_| NotAPrivateInput)
    }
}

impl AsRef<[u8]> for PrivateInput {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Debug for PrivateInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private]")
    }
}

/// HMAC-SHA-256 under a key of any length.
#[expect(
    clippy::expect_used,
    reason = "HMAC takes a key of any length, by its definition (RFC 2104)"
)]
pub(super) fn hmac_sha256(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key of any length")
}

/// The text is not exactly as many digits as its kind has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of kind `{0:?}`: expected 8 digits, for an establishment 12")]
pub struct NotAnIdentifier(Namespace);

/// The text is not the exact form of an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the exact form of an identifier")]
pub struct NotAPrivateInput;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_one_exact_form() {
        let form = |namespace, number: &str| {
            let input = PrivateInput::parse(namespace, number).unwrap();
            String::from_utf8(input.as_bytes().to_vec()).unwrap()
        };
        assert_eq!(
            form(Namespace::Kvk, "12345678"),
            "basisnet/id/v1|kvk|12345678"
        );
        assert_eq!(
            form(Namespace::Agb, "01234567"),
            "basisnet/id/v1|agb|01234567"
        );
        assert_eq!(
            form(Namespace::Vst, "000012345678"),
            "basisnet/id/v1|vst|000012345678"
        );
    }

    #[test]
    fn any_other_length_or_character_is_refused() {
        for number in [
            "1234567",
            "123456789",
            "1234567 ",
            "1234567a",
            "",
            "١٢٣٤٥٦٧٨",
        ] {
            assert!(
                PrivateInput::parse(Namespace::Kvk, number).is_err(),
                "{number}"
            );
            assert!(
                PrivateInput::parse(Namespace::Agb, number).is_err(),
                "{number}"
            );
        }
        assert!(PrivateInput::parse(Namespace::Vst, "12345678").is_err());
    }

    #[test]
    fn the_exact_form_is_read_back_and_no_other() {
        let input = PrivateInput::parse(Namespace::Vst, "000012345678").unwrap();
        assert_eq!(input.as_str().parse(), Ok(input.clone()));
        for other in [
            "12345678",
            "basisnet/id/v1|kvk|1234567",
            "basisnet/id/v1|dum|00",
            "basisnet/id/v2|kvk|12345678",
        ] {
            assert_eq!(other.parse::<PrivateInput>(), Err(NotAPrivateInput));
        }
    }

    #[test]
    fn an_identifier_does_not_print() {
        let input = PrivateInput::parse(Namespace::Kvk, "12345678").unwrap();
        assert_eq!(format!("{input:?}"), "[private]");
    }
}
