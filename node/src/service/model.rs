// SPDX-License-Identifier: EUPL-1.2
//! The texts that a gemeente needs to decide, as they come with the program: a model convenant for each kind of
//! region, in words for people and in the form that nodes read, the arrangement between joint controllers (AVG
//! art. 26), decisions, the advice of the FG, the template of the DPIA, and the data dictionary.
//!
//! They are the files in `docs/modellen`, so that what is read there and what the program prints are one text.

/// A text to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model {
    /// By which it is asked for.
    pub name: &'static str,
    /// The name of its file.
    pub file: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// The text.
    pub text: &'static str,
}

/// A kind of region, for which the convenant has an annex and a form of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Gemeenten that buy care together.
    Inkoopregio,
    /// Gemeenten that have supervision done together.
    Toezichtregio,
    /// Neighbours without a body of their own.
    Buurgemeenten,
    /// One gemeente that acts for others.
    Centrumgemeente,
}

impl Region {
    /// All kinds there are.
    pub const ALL: [Self; 4] = [
        Self::Inkoopregio,
        Self::Toezichtregio,
        Self::Buurgemeenten,
        Self::Centrumgemeente,
    ];

    /// What the annex of this kind says.
    #[must_use]
    pub const fn annex(self) -> &'static str {
        match self {
            Self::Inkoopregio => include_str!("../../../docs/modellen/bijlage-inkoopregio.md"),
            Self::Toezichtregio => include_str!("../../../docs/modellen/bijlage-toezichtregio.md"),
            Self::Buurgemeenten => include_str!("../../../docs/modellen/bijlage-buurgemeenten.md"),
            Self::Centrumgemeente => {
                include_str!("../../../docs/modellen/bijlage-centrumgemeente.md")
            }
        }
    }

    /// The same in the form that `basisnet convenant opstellen` takes.
    #[must_use]
    pub const fn draft(self) -> &'static str {
        match self {
            Self::Inkoopregio => include_str!("../../../docs/modellen/inkoopregio.toml"),
            Self::Toezichtregio => include_str!("../../../docs/modellen/toezichtregio.toml"),
            Self::Buurgemeenten => include_str!("../../../docs/modellen/buurgemeenten.toml"),
            Self::Centrumgemeente => include_str!("../../../docs/modellen/centrumgemeente.toml"),
        }
    }
}

/// The template of the DPIA, with a place for every fact of the node.
pub const DPIA: &str = include_str!("../../../docs/modellen/dpia.md");

/// The glossary with the data dictionary.
pub const BEGRIPPEN: &str = include_str!("../../../docs/begrippen.md");

/// All texts, in the order in which one needs them.
pub const ALL: [Model; 16] = [
    Model {
        name: "lees-mij",
        file: "README.md",
        about: "welke documenten er zijn, en in welke volgorde u ze nodig hebt",
        text: include_str!("../../../docs/modellen/README.md"),
    },
    Model {
        name: "convenant",
        file: "convenant.md",
        about: "modelconvenant, algemeen deel",
        text: include_str!("../../../docs/modellen/convenant.md"),
    },
    annex(
        "bijlage-inkoopregio",
        "bijlage-inkoopregio.md",
        Region::Inkoopregio,
    ),
    form("inkoopregio.toml", Region::Inkoopregio),
    annex(
        "bijlage-toezichtregio",
        "bijlage-toezichtregio.md",
        Region::Toezichtregio,
    ),
    form("toezichtregio.toml", Region::Toezichtregio),
    annex(
        "bijlage-buurgemeenten",
        "bijlage-buurgemeenten.md",
        Region::Buurgemeenten,
    ),
    form("buurgemeenten.toml", Region::Buurgemeenten),
    annex(
        "bijlage-centrumgemeente",
        "bijlage-centrumgemeente.md",
        Region::Centrumgemeente,
    ),
    form("centrumgemeente.toml", Region::Centrumgemeente),
    Model {
        name: "regeling-artikel-26",
        file: "regeling-artikel-26.md",
        about: "regeling tussen gezamenlijke verwerkingsverantwoordelijken (AVG art. 26)",
        text: include_str!("../../../docs/modellen/regeling-artikel-26.md"),
    },
    Model {
        name: "advies-fg",
        file: "advies-fg.md",
        about: "advies van de FG over een doel",
        text: include_str!("../../../docs/modellen/advies-fg.md"),
    },
    Model {
        name: "besluit-college",
        file: "besluit-college.md",
        about: "besluit van het college om een doel in werking te stellen",
        text: include_str!("../../../docs/modellen/besluit-college.md"),
    },
    Model {
        name: "besluit-toezichthouder",
        file: "besluit-toezichthouder.md",
        about: "hetzelfde van de toezichthouder Wmo, die zelf verwerkingsverantwoordelijke is",
        text: include_str!("../../../docs/modellen/besluit-toezichthouder.md"),
    },
    Model {
        name: "dpia",
        file: "dpia.md",
        about: "sjabloon van de DPIA; `basisnet dpia` vult het met de feiten van uw node",
        text: DPIA,
    },
    Model {
        name: "begrippen",
        file: "begrippen.md",
        about: "begrippen, en het gegevenswoordenboek van alles wat nodes uitwisselen",
        text: BEGRIPPEN,
    },
];

const fn annex(name: &'static str, file: &'static str, region: Region) -> Model {
    Model {
        name,
        file,
        about: "wat bij deze soort regio anders is; hoort bij `convenant`",
        text: region.annex(),
    }
}

const fn form(name: &'static str, region: Region) -> Model {
    Model {
        name,
        file: name,
        about: "hetzelfde in de vorm voor `basisnet convenant opstellen`",
        text: region.draft(),
    }
}

/// The text with this name, or with this file name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Model> {
    ALL.iter()
        .find(|model| model.name == name || model.file == name)
}

#[cfg(test)]
mod tests;
