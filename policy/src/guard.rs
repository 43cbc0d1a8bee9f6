// SPDX-License-Identifier: EUPL-1.2
//! One legal test: its name, its law, what it says no to, and what would be needed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of a legal test, such as `V03-convenant-actief`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct GuardId(String);

impl GuardId {
    /// The question could not be put to the rules at all, or a rule could not be evaluated.
    #[must_use]
    pub fn undecidable() -> Self {
        Self("X00-onbeslisbaar".to_owned())
    }

    /// Nothing is left to ask or to give.
    #[must_use]
    pub fn nothing_left() -> Self {
        Self("X01-niets-over".to_owned())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the test that a purpose goes to other gemeenten at all.
    pub(crate) fn is_about_no_exchange(&self) -> bool {
        self.0 == "V18-wisselt-uit"
    }

    /// Whether a gemeente added this test itself; such a test can only narrow.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.0.starts_with('L')
    }
}

impl FromStr for GuardId {
    type Err = NotAGuardId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, name) = text.split_once('-').ok_or(NotAGuardId)?;
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let numbered = match number.as_bytes() {
            [letter, digits @ ..] => {
                letter.is_ascii_uppercase()
                    && digits.len() == 2
                    && digits.iter().all(u8::is_ascii_digit)
            }
            [] => false,
        };
        if numbered && (1..=60).contains(&name.len()) && name.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAGuardId)
        }
    }
}

impl TryFrom<String> for GuardId {
    type Error = NotAGuardId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<GuardId> for String {
    fn from(id: GuardId) -> Self {
        id.0
    }
}

impl fmt::Display for GuardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for GuardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text cannot be the name of a legal test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a test, such as `V03-convenant-actief`")]
pub struct NotAGuardId;

/// What a legal test says about itself, in Dutch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Its name.
    pub id: GuardId,
    /// The article it rests on.
    pub law: String,
    /// What is wrong when it says no.
    pub explanation: String,
    /// What would be needed for a yes.
    pub remedy: String,
}

impl Guard {
    /// The two answers that no rule text gives, because they are about the engine itself.
    pub(crate) fn built_in() -> [Self; 2] {
        [
            Self {
                id: GuardId::undecidable(),
                law: "AVG art. 5 lid 2".to_owned(),
                explanation: "De vraag kon niet worden beoordeeld".to_owned(),
                remedy: "een volledige vraag; blijft dit zo, meld het dan aan de beheerder"
                    .to_owned(),
            },
            Self {
                id: GuardId::nothing_left(),
                law: "AVG art. 5 lid 1 onder c".to_owned(),
                explanation: "Er blijft niets over om te vragen of te geven".to_owned(),
                remedy: "een soort gegevens die het convenant en de catalogus beide noemen"
                    .to_owned(),
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_letter_two_digits_and_words() {
        assert!("V03-convenant-actief".parse::<GuardId>().is_ok());
        for wrong in [
            "",
            "V3-x",
            "v03-x",
            "V03",
            "V03-",
            "V03-Convenant",
            "V0é-x",
            "V003-x",
        ] {
            assert!(wrong.parse::<GuardId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_built_in_names_are_names() {
        for guard in Guard::built_in() {
            assert_eq!(guard.id.as_str().parse(), Ok(guard.id.clone()));
        }
    }

    #[test]
    fn a_name_is_written_and_read_as_its_text() {
        let id: GuardId = "V03-convenant-actief".parse().unwrap();
        assert_eq!(String::from(id.clone()), "V03-convenant-actief");
        assert_eq!(id.to_string(), "V03-convenant-actief");
        assert_eq!(format!("{id:?}"), "V03-convenant-actief");
    }

    #[test]
    fn only_a_test_of_the_gemeente_itself_is_local() {
        let is_local = |name: &str| name.parse::<GuardId>().unwrap().is_local();
        assert!(is_local("L01-eigen"));
        assert!(!is_local("V01-lid") && !is_local("E01-velden"));
    }
}
