// SPDX-License-Identifier: EUPL-1.2
//! What a purpose says about the own house: who sees what, and how long records are kept.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use basisnet_protocol::purpose::Role;

use crate::record::Field;

/// What people in some roles may see for a purpose, and what they may handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnUse {
    /// In which roles.
    pub roles: BTreeSet<Role>,
    /// What they see.
    pub view: BTreeSet<Field>,
    /// What they may write, change and hand over.
    pub handle: BTreeSet<Field>,
}

/// How long a kind of own record is kept for a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTerm {
    /// Which records, in Dutch.
    pub about: String,
    /// For how long.
    pub term: Term,
    /// Where that is written: a category of the Selectielijst gemeenten 2020, or an article.
    pub source: String,
}

/// A term of retention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// So many days.
    Days(u16),
    /// So many months.
    Months(u16),
    /// So many years.
    Years(u16),
    /// For good.
    Permanent,
}

impl FromStr for Term {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "blijvend" {
            return Ok(Self::Permanent);
        }
        let (number, unit) = text.split_once(' ').ok_or(NotATerm)?;
        let number: u16 = number.parse().map_err(|_| NotATerm)?;
        match (number, unit) {
            (0, _) => Err(NotATerm),
            (_, "dag" | "dagen") => Ok(Self::Days(number)),
            (_, "maand" | "maanden") => Ok(Self::Months(number)),
            (_, "jaar") => Ok(Self::Years(number)),
            _ => Err(NotATerm),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(1) => f.write_str("1 dag"),
            Self::Days(days) => write!(f, "{days} dagen"),
            Self::Months(1) => f.write_str("1 maand"),
            Self::Months(months) => write!(f, "{months} maanden"),
            Self::Years(years) => write!(f, "{years} jaar"),
            Self::Permanent => f.write_str("blijvend"),
        }
    }
}

/// The text is not a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a term, such as `5 jaar`")]
pub struct NotATerm;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_reads_as_it_is_written() {
        for text in [
            "1 dag",
            "90 dagen",
            "1 maand",
            "6 maanden",
            "5 jaar",
            "blijvend",
        ] {
            assert_eq!(text.parse::<Term>().unwrap().to_string(), text);
        }
        for wrong in [
            "",
            "5",
            "jaar",
            "0 jaar",
            "vijf jaar",
            "5 weken",
            "70000 jaar",
            "-1 jaar",
        ] {
            assert_eq!(wrong.parse::<Term>(), Err(NotATerm), "{wrong}");
        }
    }
}
