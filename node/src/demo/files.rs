// SPDX-License-Identifier: EUPL-1.2
//! The files of the region as people would have written them: a configuration, a register as CSV, a convenant.
//!
//! The same texts lie in `examples/regio`, to be read and copied; a test holds the two together.

use std::fmt::Write;
use std::net::SocketAddr;

use super::place::Place;
use super::region::{Form, Region};

impl Form {
    /// As the import file has it; empty where nobody wrote it down.
    #[must_use]
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Bv => "bv",
            Self::Stichting => "stichting",
            Self::Cooperatie => "cooperatie",
            Self::Vereniging => "vereniging",
            Self::Eenmanszaak => "eenmanszaak",
            Self::Vof => "vof",
            Self::Maatschap => "maatschap",
        }
    }

    /// Whether it is known that no natural person stands behind it.
    #[must_use]
    pub const fn is_legal_person(self) -> bool {
        match self {
            Self::Bv | Self::Stichting | Self::Cooperatie | Self::Vereniging => true,
            Self::Unknown | Self::Eenmanszaak | Self::Vof | Self::Maatschap => false,
        }
    }
}

/// The register of a gemeente, for `basisnet aanbieder invoeren`.
#[must_use]
pub fn register(region: &Region, place: Place) -> String {
    let mut text = String::from("naam;kvk;agb;rechtsvorm\n");
    for provider in region.of(place) {
        let agb = provider
            .agb
            .map(|code| code.to_string())
            .unwrap_or_default();
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "{};{};{agb};{}",
            provider.name,
            provider.kvk,
            provider.form_in(place).as_text()
        );
    }
    text
}

/// The configuration of a gemeente. Arnhem runs on the other storage engine, and nobody notices.
#[must_use]
pub fn configuration(place: Place, overlay: SocketAddr, api: SocketAddr) -> String {
    let (name, slug, code, oin) = (place.name(), place.slug(), place.code(), place.oin_text());
    let engine = if place == Place::Arnhem {
        "sled"
    } else {
        "redb"
    };
    format!(
        r#"# De node van {name} in de demonstratie. `basisnet config voorbeeld` legt elke sleutel uit.

[organisatie]
oin = "{oin}"
naam = "Gemeente {name}"
gemeentecode = "{code}"

[opslag]
motor = "{engine}"
reserve_mib = 16

[overlay]
luister = "{overlay}"
netwerk = "basisnet-demo"

[api]
luister = "{api}"

[vertrouwen]
ankers = ["../vertrouwen/anker.pem"]
crls = ["../vertrouwen/ingetrokken.pem"]

[contacten.P03]
team = "Toezicht kwaliteit Wmo"
mailbox = "toezicht.kwaliteit@{slug}.example"
telefoon = "088 {code} 103"

[contacten.P08]
team = "Toezicht en contracten"
mailbox = "toezicht@{slug}.example"
telefoon = "088 {code} 108"
"#
    )
}

/// The convenant of the four members, for `basisnet convenant opstellen`.
#[must_use]
pub fn convenant() -> String {
    let mut text = String::from(TERMS);
    for place in Place::MEMBERS {
        let (name, oin, code) = (place.name(), place.oin_text(), place.code());
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "\n[[leden]]\noin = \"{oin}\"\nnaam = \"Gemeente {name}\"\ngemeentecode = \"{code}\""
        );
    }
    text
}

/// What the members agree, without who they are; the stories with real nodes agree the same.
pub const TERMS: &str = include_str!("convenant.toml");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_configurations_can_be_read() {
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        for place in Place::ALL {
            let text = configuration(place, address(7401), address(7451));
            let config = Config::parse(&text, std::path::Path::new("/demo")).unwrap();
            assert_eq!(Some(config.organisatie.oin), place.oin());
        }
    }

    #[test]
    fn a_register_has_a_row_for_every_aanbieder() {
        let region = Region::invent();
        for place in Place::ALL {
            let rows = register(&region, place).lines().count() - 1;
            assert_eq!(rows, region.of(place).count());
        }
    }
}
