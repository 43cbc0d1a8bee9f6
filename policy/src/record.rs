// SPDX-License-Identifier: EUPL-1.2
//! The own records of a gemeente: which kinds there are, which fields they have, and whose they are.
//!
//! Every field says whether it is *dat* or *wat*. Who sees which fields is no matter of screens: the rules hand out a
//! mask, and what is outside it does not leave the store (DAT-01, DAT-03).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use basisnet_protocol::purpose::Category;
use serde::{Deserialize, Serialize};

/// A kind of record that a gemeente keeps about aanbieders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// The aanbieder itself.
    Aanbieder,
    /// A contract with it.
    Contract,
    /// That there is supervision.
    Toezicht,
    /// Its quality label.
    Label,
    /// Whom to call.
    Contact,
    /// A signaal that came in.
    Signaal,
    /// A melding.
    Melding,
    /// The file of an onderzoek.
    Onderzoek,
    /// A note that somebody made.
    Aantekening,
    /// A question to another gemeente, or of one, and its answer.
    Inzage,
    /// Which other gemeenten know the aanbieder.
    Treffer,
}

impl RecordKind {
    /// All kinds there are.
    pub const ALL: [Self; 11] = [
        Self::Aanbieder,
        Self::Contract,
        Self::Toezicht,
        Self::Label,
        Self::Contact,
        Self::Signaal,
        Self::Melding,
        Self::Onderzoek,
        Self::Aantekening,
        Self::Inzage,
        Self::Treffer,
    ];

    /// The name in the rules, in cases and in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aanbieder => "aanbieder",
            Self::Contract => "contract",
            Self::Toezicht => "toezicht",
            Self::Label => "label",
            Self::Contact => "contact",
            Self::Signaal => "signaal",
            Self::Melding => "melding",
            Self::Onderzoek => "onderzoek",
            Self::Aantekening => "aantekening",
            Self::Inzage => "inzage",
            Self::Treffer => "treffer",
        }
    }
}

impl FromStr for RecordKind {
    type Err = NotARecordKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or(NotARecordKind)
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not a kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of record, such as `contract`")]
pub struct NotARecordKind;

/// The kind of record from which an answer in this category is made.
impl From<Category> for RecordKind {
    fn from(category: Category) -> Self {
        match category {
            Category::Contract => Self::Contract,
            Category::Toezicht => Self::Toezicht,
            Category::Label => Self::Label,
            Category::Contact => Self::Contact,
        }
    }
}

/// How much a field tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// That something is there, and in what state; sensitive too.
    Dat,
    /// What it says; never goes from node to node.
    Wat,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $text:literal of $kind:ident, $depth:ident;)*) => {
        /// A field of a record; the closed list of what can be shown or given.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Field {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Field {
            /// All fields there are.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name, such as `contract.periode`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Of which kind of record it is a field.
            #[must_use]
            pub const fn kind(self) -> RecordKind {
                match self { $(Self::$name => RecordKind::$kind,)* }
            }

            /// Whether it is *dat* or *wat*.
            #[must_use]
            pub const fn depth(self) -> Depth {
                match self { $(Self::$name => Depth::$depth,)* }
            }
        }
    };
}

fields! {
    /// What it is called.
    AanbiederNaam = "aanbieder.naam" of Aanbieder, Dat;
    /// Its KVK number, AGB codes and establishments.
    AanbiederNummers = "aanbieder.nummers" of Aanbieder, Dat;
    /// Its legal form.
    AanbiederRechtsvorm = "aanbieder.rechtsvorm" of Aanbieder, Dat;
    /// Where it is.
    AanbiederAdres = "aanbieder.adres" of Aanbieder, Dat;
    /// Under which law care is bought.
    ContractWet = "contract.wet" of Contract, Dat;
    /// Which care.
    ContractZorgvormen = "contract.zorgvormen" of Contract, Dat;
    /// How performance is paid.
    ContractVariant = "contract.variant" of Contract, Dat;
    /// Main or subcontractor.
    ContractPlaats = "contract.plaats" of Contract, Dat;
    /// From when to when.
    ContractPeriode = "contract.periode" of Contract, Dat;
    /// Prices and volumes.
    ContractPrijs = "contract.prijs" of Contract, Wat;
    /// What else was agreed.
    ContractAfspraken = "contract.afspraken" of Contract, Wat;
    /// Whether supervision is open or closed.
    ToezichtStand = "toezicht.stand" of Toezicht, Dat;
    /// In which half-year.
    ToezichtHalfjaar = "toezicht.halfjaar" of Toezicht, Dat;
    /// Of quality or of lawfulness.
    ToezichtSoort = "toezicht.soort" of Toezicht, Wat;
    /// The letter.
    LabelLetter = "label.letter" of Label, Dat;
    /// When it was given.
    LabelDatum = "label.datum" of Label, Dat;
    /// By which version of the criteria.
    LabelKader = "label.kader" of Label, Dat;
    /// Why this letter.
    LabelOnderbouwing = "label.onderbouwing" of Label, Wat;
    /// Which team.
    ContactTeam = "contact.team" of Contact, Dat;
    /// Its functional mailbox.
    ContactPostbus = "contact.postbus" of Contact, Dat;
    /// Its functional telephone number.
    ContactTelefoon = "contact.telefoon" of Contact, Dat;
    /// That a signaal came in, and when.
    SignaalOntvangen = "signaal.ontvangen" of Signaal, Dat;
    /// What it says.
    SignaalInhoud = "signaal.inhoud" of Signaal, Wat;
    /// Who reported it.
    SignaalMelder = "signaal.melder" of Signaal, Wat;
    /// How far a melding is.
    MeldingStand = "melding.stand" of Melding, Dat;
    /// What it says.
    MeldingInhoud = "melding.inhoud" of Melding, Wat;
    /// Who reported it.
    MeldingMelder = "melding.melder" of Melding, Wat;
    /// Whether an onderzoek is open or closed.
    OnderzoekStand = "onderzoek.stand" of Onderzoek, Dat;
    /// In which half-year.
    OnderzoekHalfjaar = "onderzoek.halfjaar" of Onderzoek, Dat;
    /// Of quality or of lawfulness.
    OnderzoekSoort = "onderzoek.soort" of Onderzoek, Wat;
    /// The file.
    OnderzoekInhoud = "onderzoek.inhoud" of Onderzoek, Wat;
    /// What came out.
    OnderzoekBevindingen = "onderzoek.bevindingen" of Onderzoek, Wat;
    /// The text of a note.
    AantekeningTekst = "aantekening.tekst" of Aantekening, Wat;
    /// That a question was put, to whom, and how far it is.
    InzageStand = "inzage.stand" of Inzage, Dat;
    /// The case and the weighing.
    InzageAanleiding = "inzage.aanleiding" of Inzage, Wat;
    /// The answer of the other gemeente, or to it.
    InzageAntwoord = "inzage.antwoord" of Inzage, Wat;
    /// Which gemeenten know it, about since when, and which did not answer.
    TrefferGemeenten = "treffer.gemeenten" of Treffer, Dat;
}

impl Field {
    /// All fields of a kind of record.
    pub fn of(kind: RecordKind) -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(move |field| field.kind() == kind)
    }

    /// The fields from which an answer in this category is made: *dat* alone.
    #[must_use]
    pub fn of_category(category: Category) -> BTreeSet<Self> {
        Self::of(category.into())
            .filter(|field| field.depth() == Depth::Dat)
            .collect()
    }

    /// The category of an answer in which this field can travel; none for what stays here.
    #[must_use]
    pub fn category(self) -> Option<Category> {
        let category = Category::ALL
            .into_iter()
            .find(|category| RecordKind::from(*category) == self.kind())?;
        (self.depth() == Depth::Dat).then_some(category)
    }
}

impl FromStr for Field {
    type Err = NotAField;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|field| field.as_str() == text);
        found.copied().ok_or(NotAField)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not the name of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a field, such as `contract.periode`")]
pub struct NotAField;

/// The task to which a purpose and a record belong. What one domain found out, another does not read (AUT-02).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Domain {
    /// Contracts, purchase, claims and the label.
    Contractbeheer,
    /// Supervision of quality.
    ToezichtKwaliteit,
    /// Supervision of lawfulness.
    ToezichtRechtmatigheid,
    /// Taking in signalen and meldingen.
    Intake,
    /// Policy: counts, no files.
    Beleid,
    /// Working with other gemeenten.
    Samenwerking,
    /// Rights of the people whom data are about, and of the public.
    Rechten,
    /// Security, audit and archive.
    Beheer,
}

impl Domain {
    /// All domains there are.
    pub const ALL: [Self; 8] = [
        Self::Contractbeheer,
        Self::ToezichtKwaliteit,
        Self::ToezichtRechtmatigheid,
        Self::Intake,
        Self::Beleid,
        Self::Samenwerking,
        Self::Rechten,
        Self::Beheer,
    ];

    /// The name in the catalogue and in the rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contractbeheer => "contractbeheer",
            Self::ToezichtKwaliteit => "toezicht_kwaliteit",
            Self::ToezichtRechtmatigheid => "toezicht_rechtmatigheid",
            Self::Intake => "intake",
            Self::Beleid => "beleid",
            Self::Samenwerking => "samenwerking",
            Self::Rechten => "rechten",
            Self::Beheer => "beheer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dat_01_every_field_is_dat_or_wat_and_says_of_what_it_is() {
        for field in Field::ALL {
            let (kind, name) = field.as_str().split_once('.').unwrap();
            assert_eq!(kind.parse(), Ok(field.kind()), "{field}");
            assert!(!name.is_empty());
            assert_eq!(field.as_str().parse(), Ok(*field));
        }
    }

    #[test]
    fn every_kind_has_fields_and_wat_is_in_no_category() {
        for kind in RecordKind::ALL {
            assert!(Field::of(kind).count() > 0, "{kind}");
        }
        let travelling: Vec<_> = Field::ALL
            .iter()
            .filter_map(|field| field.category())
            .collect();
        assert_eq!(travelling.len(), 5 + 2 + 3 + 3);
        assert_eq!(Field::ContractPrijs.category(), None);
        assert_eq!(Field::OnderzoekStand.category(), None);
        for category in Category::ALL {
            assert!(!Field::of_category(category).is_empty());
        }
    }

    #[test]
    fn a_name_that_is_nothing_is_refused() {
        assert_eq!("contract".parse::<Field>(), Err(NotAField));
        assert_eq!("dossier".parse::<RecordKind>(), Err(NotARecordKind));
    }

    #[test]
    fn a_field_and_a_kind_are_written_as_they_are_named() {
        assert_eq!(Field::ContractPrijs.to_string(), "contract.prijs");
        assert_eq!(RecordKind::Onderzoek.to_string(), "onderzoek");
    }
}
