// SPDX-License-Identifier: EUPL-1.2
//! Who and what is meant: identifiers that cannot be constructed wrongly.
//!
//! All identifiers are text. Leading zeros belong to them, so nothing here is ever a number.

mod legal_form;

pub use legal_form::{LegalForm, NaturalPersonBehind, NotALegalForm};

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Defines identifiers that consist of a fixed number of digits.
macro_rules! digits {
    ($(#[$doc:meta])* $name:ident, $length:literal, $error:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name([u8; $length]);

        impl $name {
            /// The digits, leading zeros included.
            #[must_use]
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match <[u8; $length]>::try_from(text.as_bytes()) {
                    Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
                    _ => Err($error),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }

        #[doc = concat!("The text is not ", $what, ".")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        #[error("not {}", $what)]
        pub struct $error;
    };
}

digits! {
    /// A Dutch municipality, by its four-digit CBS code: `0345` is Veenendaal.
    ///
    /// Whether the code exists depends on the date, because gemeenten merge; that is not checked here.
    GemeenteCode, 4, NotAGemeenteCode, "a gemeentecode of four digits"
}

digits! {
    /// A number in the trade register (Handelsregister) of the Kamer van Koophandel.
    ///
    /// There is no public check digit.
    KvkNummer, 8, NotAKvkNummer, "a KVK number of eight digits"
}

digits! {
    /// One establishment of an undertaking in the trade register.
    Vestigingsnummer, 12, NotAVestigingsnummer, "a vestigingsnummer of twelve digits"
}

digits! {
    /// A care provider in the AGB register; the first two digits are the kind of care.
    AgbCode, 8, NotAnAgbCode, "an AGB code of eight digits"
}

digits! {
    /// A legal person in the trade register (Rechtspersonen en Samenwerkingsverbanden Informatienummer).
    ///
    /// The eleven-test of the BSN is a hint only: no source says that every number passes it, so see
    /// [`Rsin::passes_eleven_test`] for a warning and never for a refusal.
    Rsin, 9, NotAnRsin, "an RSIN of nine digits"
}

impl Rsin {
    /// Whether the eleven-test holds; a reason to look again, not to refuse.
    #[must_use]
    pub fn passes_eleven_test(&self) -> bool {
        crate::bsn::passes_eleven_test(&self.0)
    }
}

/// An organisation in Dutch government traffic (Organisatie-identificatienummer, OIN-Stelsel chapter 6).
///
/// Twenty positions: a prefix of eight digits that names the register, the number in that register (eight or
/// nine positions, which may hold capital letters), and zeros to fill up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Oin([u8; 20]);

/// Prefix of OINs that anyone may use in tests (OIN-Stelsel chapter 6).
const TEST_PREFIX: &[u8] = b"00000099";

/// The registers an OIN can point to (OIN-Stelsel chapter 6).
const PREFIXES: [&[u8]; 11] = [
    b"00000001",
    b"00000002",
    b"00000003",
    b"00000004",
    b"00000006",
    b"00000007",
    b"00000008",
    b"00000009",
    b"00000010",
    b"00000005",
    TEST_PREFIX,
];

impl Oin {
    /// The twenty positions as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether this number may only occur in tests and demonstrations.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.0.starts_with(TEST_PREFIX)
    }
}

impl FromStr for Oin {
    type Err = NotAnOin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Ok(positions) = <[u8; 20]>::try_from(text.as_bytes()) else {
            return Err(NotAnOin::Length(text.chars().count()));
        };
        // Prefixes are digits, so that a text of twenty bytes with other characters in it ends here or below.
        let (prefix, number) = positions.split_at(8);
        if !PREFIXES.contains(&prefix) {
            return Err(NotAnOin::Prefix);
        }
        if !number
            .iter()
            .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
        {
            return Err(NotAnOin::Character);
        }
        Ok(Self(positions))
    }
}

impl TryFrom<String> for Oin {
    type Error = NotAnOin;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Oin> for String {
    fn from(oin: Oin) -> Self {
        oin.as_str().to_owned()
    }
}

impl fmt::Display for Oin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Oin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oin({})", self.as_str())
    }
}

/// Why a text is not an OIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOin {
    /// Not twenty positions.
    #[error("an OIN has 20 positions, this has {0}")]
    Length(usize),
    /// The first eight digits name no register.
    #[error("the first eight digits of this OIN name no known register")]
    Prefix,
    /// Something other than digits and capital letters.
    #[error("an OIN holds digits and capital letters only")]
    Character,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_belong_to_the_number() {
        let code: GemeenteCode = "0345".parse().unwrap();
        assert_eq!(code.to_string(), "0345");
        assert_eq!(
            "00012345".parse::<KvkNummer>().unwrap().as_str(),
            "00012345"
        );
        assert_eq!(
            "000012345678".parse::<Vestigingsnummer>().unwrap().as_str(),
            "000012345678"
        );
        assert_eq!("01234567".parse::<AgbCode>().unwrap().as_str(), "01234567");
    }

    #[test]
    fn a_number_of_another_length_or_with_other_characters_is_refused() {
        for text in ["", "345", "03455", "034a", "٠٣٤٥", " 345", "03 5"] {
            assert_eq!(
                text.parse::<GemeenteCode>(),
                Err(NotAGemeenteCode),
                "{text}"
            );
        }
        for text in ["1234567", "123456789", "1234567O", "-1234567"] {
            assert_eq!(text.parse::<KvkNummer>(), Err(NotAKvkNummer), "{text}");
            assert_eq!(text.parse::<AgbCode>(), Err(NotAnAgbCode), "{text}");
        }
        assert_eq!(
            "12345678901".parse::<Vestigingsnummer>(),
            Err(NotAVestigingsnummer)
        );
        assert_eq!("12345678".parse::<Rsin>(), Err(NotAnRsin));
    }

    #[test]
    fn the_eleven_test_of_an_rsin_is_a_hint_and_no_more() {
        for (rsin, passes) in [
            ("002220647", true),
            ("822477348", true),
            ("823288444", true),
            ("823288443", false),
        ] {
            let rsin: Rsin = rsin.parse().unwrap();
            assert_eq!(rsin.passes_eleven_test(), passes, "{rsin}");
        }
    }

    #[test]
    fn an_oin_has_twenty_positions_behind_a_known_prefix() {
        for oin in [
            "00000001823288444000",
            "00000003123456780000",
            "0000000400000001A000",
            "00000099000000001000",
        ] {
            assert_eq!(oin.parse::<Oin>().unwrap().to_string(), oin);
        }
        assert_eq!(
            "0000000182328844400".parse::<Oin>(),
            Err(NotAnOin::Length(19))
        );
        assert_eq!("00000011823288444000".parse::<Oin>(), Err(NotAnOin::Prefix));
        assert_eq!(
            "00000001823288444a00".parse::<Oin>(),
            Err(NotAnOin::Character)
        );
        assert_eq!(
            "0000000182328844400 ".parse::<Oin>(),
            Err(NotAnOin::Character)
        );
        assert_eq!("0000000182328844é00".len(), 20);
        assert!("0000000182328844é00".parse::<Oin>().is_err());
    }

    #[test]
    fn a_test_oin_says_so() {
        assert!("00000099000000001000".parse::<Oin>().unwrap().is_test());
        assert!(!"00000001823288444000".parse::<Oin>().unwrap().is_test());
    }

    #[test]
    fn identifiers_travel_as_text_and_come_back_checked() {
        let oin: Oin = "00000099000000001000".parse().unwrap();
        let json = serde_json::to_string(&oin).unwrap();
        assert_eq!(json, "\"00000099000000001000\"");
        assert_eq!(serde_json::from_str::<Oin>(&json).unwrap(), oin);
        assert!(serde_json::from_str::<Oin>("\"1\"").is_err());
        assert!(serde_json::from_str::<KvkNummer>("12345678").is_err());
    }
}
