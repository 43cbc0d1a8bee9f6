// SPDX-License-Identifier: EUPL-1.2
//! Purpose limitation (doelbinding, AVG art. 5(1)(b)) as it appears on the wire.
//!
//! What a purpose means and who may use it is the catalogue's business (crate `basisnet-policy`). Here are only
//! the names by which nodes refer to it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A purpose in the catalogue, such as `P08`: 1 to 32 lower or upper case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PurposeId(String);

/// The purpose under which matching runs, and no other: knowing that another gemeente is involved.
pub const MATCHING: &str = "P08";

impl PurposeId {
    /// P08, the only purpose under which identifiers are matched.
    #[must_use]
    pub fn matching() -> Self {
        Self(MATCHING.to_owned())
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PurposeId {
    type Err = NotAPurposeId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
        if (1..=32).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAPurposeId)
        }
    }
}

impl TryFrom<String> for PurposeId {
    type Error = NotAPurposeId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PurposeId> for String {
    fn from(id: PurposeId) -> Self {
        id.0
    }
}

impl fmt::Display for PurposeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text cannot be the code of a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a purpose is 1 to 32 letters, digits and hyphens, such as `P08`")]
pub struct NotAPurposeId;

/// The legal basis (grondslag) of a processing: a code of the catalogue, such as `wmo-6.1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LegalBasis(String);

impl LegalBasis {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LegalBasis {
    type Err = NotALegalBasis;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |c: u8| c.is_ascii_alphanumeric() || b"-.".contains(&c);
        if (1..=48).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotALegalBasis)
        }
    }
}

impl TryFrom<String> for LegalBasis {
    type Error = NotALegalBasis;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<LegalBasis> for String {
    fn from(basis: LegalBasis) -> Self {
        basis.0
    }
}

impl fmt::Display for LegalBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text cannot be the code of a legal basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a legal basis is 1 to 48 letters, digits, hyphens and dots, such as `wmo-6.1`")]
pub struct NotALegalBasis;

/// What an answer can be about: the closed list of categories of *dat*-information.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// That there is a contract: law, care forms, variant, role, period.
    Contract,
    /// That there is supervision: open or closed, in which half-year; never which kind or why.
    Toezicht,
    /// The quality label: letter, date, framework version.
    Label,
    /// Whom to call: a team, never a person.
    Contact,
}

impl Category {
    /// All categories there are, in the order of the wire.
    pub const ALL: [Self; 4] = [Self::Contract, Self::Toezicht, Self::Label, Self::Contact];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Toezicht => "toezicht",
            Self::Label => "label",
            Self::Contact => "contact",
        }
    }
}

impl FromStr for Category {
    type Err = NotACategory;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|category| category.as_str() == text)
            .ok_or(NotACategory)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not one of the categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a category; expected `contract`, `toezicht`, `label` or `contact`")]
pub struct NotACategory;

/// The role in which a person works. Rights follow role and task, never the department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Supervises the quality of care under the Wmo (Wmo 2015, art. 6.1).
    ToezichthouderKwaliteit,
    /// Supervises lawfulness (Wmo 2015, art. 6.1; Jeugdwet, art. 2.9).
    ToezichthouderRechtmatigheid,
    /// Manages contracts and purchase.
    Contractmanager,
    /// Data protection officer (AVG art. 37 to 39): advises, reads the log, decides nothing.
    Fg,
    /// The controller or the official mandated by it: puts purposes into force, signs convenanten.
    Verwerkingsverantwoordelijke,
    /// Runs the node; sees no case content.
    Beheerder,
    /// Makes policy and reads counts; sees no file.
    Beleid,
    /// Works at the front door of the gemeente (toegang): takes in signalen and meldingen.
    Toegang,
    /// Works elsewhere in the gemeente: contributes to a file without seeing it.
    Afdeling,
    /// Checks claims and does financial supervision.
    Financien,
    /// Handles the rights of the people whom data are about (AVG art. 12 to 22).
    Privacyfunctionaris,
    /// Checks afterwards who saw and did what; changes nothing.
    Auditor,
}

impl Role {
    /// All roles there are.
    pub const ALL: [Self; 12] = [
        Self::ToezichthouderKwaliteit,
        Self::ToezichthouderRechtmatigheid,
        Self::Contractmanager,
        Self::Fg,
        Self::Verwerkingsverantwoordelijke,
        Self::Beheerder,
        Self::Beleid,
        Self::Toegang,
        Self::Afdeling,
        Self::Financien,
        Self::Privacyfunctionaris,
        Self::Auditor,
    ];

    /// The name on the wire, in configuration and in commands.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToezichthouderKwaliteit => "toezichthouder_kwaliteit",
            Self::ToezichthouderRechtmatigheid => "toezichthouder_rechtmatigheid",
            Self::Contractmanager => "contractmanager",
            Self::Fg => "fg",
            Self::Verwerkingsverantwoordelijke => "verwerkingsverantwoordelijke",
            Self::Beheerder => "beheerder",
            Self::Beleid => "beleid",
            Self::Toegang => "toegang",
            Self::Afdeling => "afdeling",
            Self::Financien => "financien",
            Self::Privacyfunctionaris => "privacyfunctionaris",
            Self::Auditor => "auditor",
        }
    }
}

impl FromStr for Role {
    type Err = NotARole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(NotARole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not one of the roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a role")]
pub struct NotARole;
