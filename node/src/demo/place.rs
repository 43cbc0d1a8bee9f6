// SPDX-License-Identifier: EUPL-1.2
//! The five gemeenten of the demonstration, with the numbers by which they are known.

use std::fmt;

use basisnet_protocol::id::{GemeenteCode, Oin};
use basisnet_protocol::message::Variant;

use Place::{Amersfoort, Apeldoorn, Arnhem, Veenendaal, Weert};

/// The gemeenten of the demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Where the story is told.
    Veenendaal,
    /// Member of the convenant.
    Amersfoort,
    /// Member of the convenant; the largest.
    Apeldoorn,
    /// Member of the convenant.
    Arnhem,
    /// Outside the convenant.
    Weert,
}

impl Place {
    /// All five, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Veenendaal, Amersfoort, Apeldoorn, Arnhem, Weert];

    /// Those that signed the convenant.
    pub const MEMBERS: [Self; 4] = [Veenendaal, Amersfoort, Apeldoorn, Arnhem];

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Veenendaal => "Veenendaal",
            Amersfoort => "Amersfoort",
            Apeldoorn => "Apeldoorn",
            Arnhem => "Arnhem",
            Weert => "Weert",
        }
    }

    /// The name of its folder and of its files.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Veenendaal => "veenendaal",
            Amersfoort => "amersfoort",
            Apeldoorn => "apeldoorn",
            Arnhem => "arnhem",
            Weert => "weert",
        }
    }

    /// The CBS code as text.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Veenendaal => "0345",
            Amersfoort => "0307",
            Apeldoorn => "0200",
            Arnhem => "0202",
            Weert => "0988",
        }
    }

    /// The CBS code.
    #[must_use]
    pub fn gemeente(self) -> Option<GemeenteCode> {
        self.code().parse().ok()
    }

    /// The OIN as text: the prefix for tests, the CBS code, and zeros.
    #[must_use]
    pub fn oin_text(self) -> String {
        format!("000000990000{}0000", self.code())
    }

    /// The OIN; a test number, so it means nothing outside the demonstration.
    #[must_use]
    pub fn oin(self) -> Option<Oin> {
        self.oin_text().parse().ok()
    }

    /// How most of its contracts are paid.
    pub(super) const fn variant(self) -> Variant {
        match self {
            Veenendaal | Apeldoorn | Arnhem | Weert => Variant::Inspanningsgericht,
            Amersfoort => Variant::Outputgericht,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gemeente_has_a_test_number() {
        for place in Place::ALL {
            assert!(place.oin().unwrap().is_test(), "{}", place.name());
            assert!(place.gemeente().is_some());
        }
    }
}
