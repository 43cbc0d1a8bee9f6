// SPDX-License-Identifier: EUPL-1.2
//! Legal forms (rechtsvormen) of the trade register, and whether a natural person stands behind them.
//!
//! It matters because the number of a one-person business is personal data. In doubt a natural person is assumed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The legal form of an aanbieder, as the trade register knows it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum LegalForm {
    /// One-person business: the owner and the business are one.
    Eenmanszaak,
    /// General partnership (vennootschap onder firma).
    Vof,
    /// Professional partnership.
    Maatschap,
    /// Limited partnership (commanditaire vennootschap).
    Cv,
    /// Shipping partnership.
    Rederij,
    /// Private company with limited liability (besloten vennootschap).
    Bv,
    /// Private company that is being founded; until then its founders are liable in person.
    BvInOprichting,
    /// Public company (naamloze vennootschap).
    Nv,
    /// Foundation.
    Stichting,
    /// Association with full legal capacity.
    Vereniging,
    /// Association without notarial deed; its board is liable in person.
    VerenigingBeperkt,
    /// Owners' association.
    VerenigingVanEigenaars,
    /// Cooperative.
    Cooperatie,
    /// Mutual insurance association.
    OnderlingeWaarborgmaatschappij,
    /// Church or other religious body.
    Kerk,
    /// Body under public law: a gemeente, a gemeenschappelijke regeling.
    Overheid,
    /// European form with legal personality: SE, SCE, EESV.
    Europees,
    /// Legal form of another country.
    Buitenlands,
    /// Not known to us.
    #[default]
    #[serde(rename = "onbekend")]
    Unknown,
}

/// Whether a natural person stands behind an aanbieder (AVG recital 14).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum NaturalPersonBehind {
    /// By its legal form, yes.
    Yes,
    /// By its legal form, no.
    No,
    /// Not known; to be treated as yes.
    #[default]
    Unknown,
}

impl NaturalPersonBehind {
    /// Whether the stricter rules apply: always, but for a clear no.
    #[must_use]
    pub const fn is_possible(self) -> bool {
        match self {
            Self::Yes | Self::Unknown => true,
            Self::No => false,
        }
    }
}

impl LegalForm {
    /// All forms there are.
    pub const ALL: [Self; 19] = [
        Self::Eenmanszaak,
        Self::Vof,
        Self::Maatschap,
        Self::Cv,
        Self::Rederij,
        Self::Bv,
        Self::BvInOprichting,
        Self::Nv,
        Self::Stichting,
        Self::Vereniging,
        Self::VerenigingBeperkt,
        Self::VerenigingVanEigenaars,
        Self::Cooperatie,
        Self::OnderlingeWaarborgmaatschappij,
        Self::Kerk,
        Self::Overheid,
        Self::Europees,
        Self::Buitenlands,
        Self::Unknown,
    ];

    /// Whether a natural person stands behind an aanbieder of this form.
    ///
    /// Partnerships count as persons: the law does not tell them apart from their partners.
    #[must_use]
    pub const fn natural_person_behind(self) -> NaturalPersonBehind {
        match self {
            Self::Eenmanszaak | Self::Vof | Self::Maatschap | Self::Cv | Self::Rederij => {
                NaturalPersonBehind::Yes
            }
            Self::Bv
            | Self::Nv
            | Self::Stichting
            | Self::Vereniging
            | Self::VerenigingVanEigenaars
            | Self::Cooperatie
            | Self::OnderlingeWaarborgmaatschappij
            | Self::Kerk
            | Self::Overheid
            | Self::Europees => NaturalPersonBehind::No,
            Self::BvInOprichting | Self::VerenigingBeperkt | Self::Buitenlands | Self::Unknown => {
                NaturalPersonBehind::Unknown
            }
        }
    }

    /// The name in files, in configuration and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eenmanszaak => "eenmanszaak",
            Self::Vof => "vof",
            Self::Maatschap => "maatschap",
            Self::Cv => "cv",
            Self::Rederij => "rederij",
            Self::Bv => "bv",
            Self::BvInOprichting => "bv_in_oprichting",
            Self::Nv => "nv",
            Self::Stichting => "stichting",
            Self::Vereniging => "vereniging",
            Self::VerenigingBeperkt => "vereniging_beperkt",
            Self::VerenigingVanEigenaars => "vereniging_van_eigenaars",
            Self::Cooperatie => "cooperatie",
            Self::OnderlingeWaarborgmaatschappij => "onderlinge_waarborgmaatschappij",
            Self::Kerk => "kerk",
            Self::Overheid => "overheid",
            Self::Europees => "europees",
            Self::Buitenlands => "buitenlands",
            Self::Unknown => "onbekend",
        }
    }
}

/// Other ways in which registers and spreadsheets write the same form.
const SPELLINGS: [(&str, LegalForm); 16] = [
    ("besloten vennootschap", LegalForm::Bv),
    ("besloten vennootschap met gewone structuur", LegalForm::Bv),
    ("bv io", LegalForm::BvInOprichting),
    ("bv in oprichting", LegalForm::BvInOprichting),
    ("naamloze vennootschap", LegalForm::Nv),
    ("vennootschap onder firma", LegalForm::Vof),
    ("commanditaire vennootschap", LegalForm::Cv),
    ("coöperatie", LegalForm::Cooperatie),
    ("cooperatie ua", LegalForm::Cooperatie),
    ("coöperatie ua", LegalForm::Cooperatie),
    ("kerkgenootschap", LegalForm::Kerk),
    ("publiekrechtelijke rechtspersoon", LegalForm::Overheid),
    ("vve", LegalForm::VerenigingVanEigenaars),
    ("zzp", LegalForm::Eenmanszaak),
    ("buitenlandse rechtsvorm", LegalForm::Buitenlands),
    (
        "vereniging met beperkte rechtsbevoegdheid",
        LegalForm::VerenigingBeperkt,
    ),
];

impl FromStr for LegalForm {
    type Err = NotALegalForm;

    /// Reads the name and the spellings in common use; capitals and full stops do not matter. A form that is not on
    /// the list is an error and not [`LegalForm::Unknown`]: a typing error should be seen.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain: String = text
            .trim()
            .chars()
            .filter(|c| *c != '.')
            .flat_map(char::to_lowercase)
            .map(|c| if c == '-' { ' ' } else { c })
            .collect();
        Self::ALL
            .into_iter()
            .find(|form| form.as_str() == plain || form.as_str().replace('_', " ") == plain)
            .or_else(|| {
                SPELLINGS
                    .iter()
                    .find_map(|(spelling, form)| (*spelling == plain).then_some(*form))
            })
            .ok_or(NotALegalForm)
    }
}

impl fmt::Display for LegalForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not one of the legal forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a legal form of the list, such as `bv`, `stichting` or `onbekend`")]
pub struct NotALegalForm;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_no_lifts_the_stricter_rules() {
        let lifted: Vec<_> = LegalForm::ALL
            .into_iter()
            .filter(|form| !form.natural_person_behind().is_possible())
            .collect();
        assert!(lifted.contains(&LegalForm::Bv) && lifted.contains(&LegalForm::Stichting));
        for form in [
            LegalForm::Eenmanszaak,
            LegalForm::Vof,
            LegalForm::Maatschap,
            LegalForm::Cv,
            LegalForm::BvInOprichting,
            LegalForm::VerenigingBeperkt,
            LegalForm::Buitenlands,
            LegalForm::Unknown,
        ] {
            assert!(!lifted.contains(&form), "{form}");
        }
    }

    #[test]
    fn what_is_not_said_is_unknown() {
        assert_eq!(LegalForm::default(), LegalForm::Unknown);
        assert_eq!(NaturalPersonBehind::default(), NaturalPersonBehind::Unknown);
        assert!(NaturalPersonBehind::Unknown.is_possible());
    }

    #[test]
    fn a_form_reads_back_from_its_name_and_from_common_spellings() {
        for form in LegalForm::ALL {
            assert_eq!(form.as_str().parse(), Ok(form));
            assert_eq!(serde_json::to_string(&form).unwrap(), format!("\"{form}\""));
        }
        assert_eq!("B.V.".parse(), Ok(LegalForm::Bv));
        assert_eq!(" Besloten Vennootschap ".parse(), Ok(LegalForm::Bv));
        assert_eq!("Coöperatie U.A.".parse(), Ok(LegalForm::Cooperatie));
        assert_eq!("V.O.F.".parse(), Ok(LegalForm::Vof));
    }

    #[test]
    fn a_form_that_is_not_on_the_list_is_an_error() {
        for text in ["", "gmbh", "b v", "onbekent"] {
            assert_eq!(text.parse::<LegalForm>(), Err(NotALegalForm), "{text}");
        }
    }
}
