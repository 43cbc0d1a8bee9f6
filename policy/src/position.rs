// SPDX-License-Identifier: EUPL-1.2
//! Where in a text something is wrong, what belongs there, and how to mend it.
//!
//! Jurists write rules, purposes and cases, so each fault is told in Dutch with file, line, column and field. A text
//! with a fault is refused as a whole, and all that is wrong with it is told at once.

mod dutch;
pub(crate) mod reading;

use std::collections::BTreeMap;
use std::fmt;

/// One thing that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Which file.
    pub file: String,
    /// On which line, from 1.
    pub line: usize,
    /// In which column, from 1.
    pub column: usize,
    /// Which field or rule, such as `grondslag[2].avg`; empty when it is about the text as a whole.
    pub field: String,
    /// What is wrong.
    pub fault: String,
    /// What belongs there.
    pub expected: String,
    /// What to do about it.
    pub mend: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            column,
            field,
            fault,
            expected,
            mend,
        } = self;
        write!(f, "{file}, regel {line}, kolom {column}")?;
        if !field.is_empty() {
            write!(f, ", `{field}`")?;
        }
        write!(f, ": {fault}; hier hoort {expected}; {mend}")
    }
}

/// All that is wrong with a set of texts, in the order in which they stand, up to a number that somebody can mend in one
/// go. There is always at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

/// After so many faults the reading stops; the rest is told when these are mended.
pub const MOST_FAULTS: usize = 100;

impl Faults {
    /// The value, if nothing is wrong with it.
    pub(crate) fn or<T>(value: Option<T>, faults: Vec<Fault>) -> Result<T, Self> {
        match value {
            Some(value) if faults.is_empty() => Ok(value),
            _ => Err(Self::of(faults)),
        }
    }

    /// These faults, sorted by their place.
    pub(crate) fn of(mut faults: Vec<Fault>) -> Self {
        faults.sort();
        faults.dedup();
        faults.truncate(MOST_FAULTS);
        Self(faults)
    }

    /// These faults and others, together.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        Self::of(self.0)
    }

    /// Every fault, by file and place.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, fault) in self.0.iter().enumerate() {
            let between = if number == 0 { "" } else { "\n" };
            write!(f, "{between}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Where something begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Spot {
    /// A fault that is here.
    pub(crate) fn fault(&self, field: impl Into<String>, told: Told) -> Fault {
        Fault {
            file: self.file.clone(),
            line: self.line,
            column: self.column,
            field: field.into(),
            fault: told.fault,
            expected: told.expected,
            mend: told.mend,
        }
    }
}

/// A text with its name, to find places in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    /// The line and the column of a byte, both from 1.
    pub(crate) fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }

    /// A fault at a byte of the text.
    pub(crate) fn fault(&self, offset: usize, field: impl Into<String>, told: Told) -> Fault {
        let (line, column) = self.place(offset);
        let file = self.file.to_owned();
        Spot { file, line, column }.fault(field, told)
    }
}

/// Where the lines of a text begin, for who asks for many places in it.
#[derive(Clone, Debug)]
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(
            std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
        )
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset)
    }

    /// The line and the column of a byte of this text, both from 1.
    pub(crate) fn place(&self, text: &str, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        let start = self.0.get(line - 1).copied().unwrap_or_default();
        let before = text.get(start..offset).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

/// Texts by their names, none of them lost: of two with one name the later has its number behind it.
pub(crate) fn by_name(texts: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut named = BTreeMap::new();
    for (file, text) in texts {
        let numbered = (2..).map(|number| format!("{file} ({number})"));
        let mut names = std::iter::once((*file).to_owned()).chain(numbered);
        if let Some(free) = names.find(|name| !named.contains_key(name)) {
            named.insert(free, (*text).to_owned());
        }
    }
    named
}

/// What is said about a fault, apart from its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    fault: String,
    expected: String,
    mend: String,
}

impl Told {
    /// What is wrong, what belongs there, and what to do.
    pub(crate) fn new(
        fault: impl Into<String>,
        expected: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            fault: fault.into(),
            expected: expected.into(),
            mend: mend.into(),
        }
    }
}

/// The place of a field such as `leden[2].oin` in a TOML text, as line and column from 1; none where the text does
/// not have it, or is no TOML.
#[must_use]
pub fn place_of_field(text: &str, field: &str) -> Option<(usize, usize)> {
    let offset = reading::offset_of(text, field)?;
    Some(Source { file: "", text }.place(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_and_not_bytes() {
        let source = Source {
            file: "x",
            text: "een\ncoördinatie = 1",
        };
        assert_eq!(source.place(0), (1, 1));
        assert_eq!(source.place("een\ncoö".len()), (2, 4));
    }

    #[test]
    fn the_lines_of_a_text_are_those_of_its_places() {
        let text = "een\ncoördinatie = 1\n\nvier";
        let (source, lines) = (Source { file: "x", text }, Lines::of(text));
        for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            assert_eq!(lines.place(text, offset), source.place(offset), "{offset}");
        }
    }

    #[test]
    fn of_two_texts_with_one_name_none_is_lost() {
        let texts = [
            ("a", "1"),
            ("b", "2"),
            ("a", "3"),
            ("a (2)", "4"),
            ("a", "5"),
        ];
        let named = by_name(&texts);
        let told: Vec<_> = named
            .iter()
            .map(|(name, text)| (&**name, &**text))
            .collect();
        let expected = [
            ("a", "1"),
            ("a (2)", "3"),
            ("a (2) (2)", "4"),
            ("a (3)", "5"),
            ("b", "2"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_field_is_found_in_tables_and_lists() {
        let text = "naam = \"x\"\n\n[[leden]]\noin = \"1\"\n\n[[leden]]\n oin = \"2\"\n";
        assert_eq!(place_of_field(text, "naam"), Some((1, 8)));
        assert_eq!(place_of_field(text, "leden[2].oin"), Some((7, 8)));
        assert_eq!(place_of_field(text, "leden[3].oin"), None);
        assert_eq!(place_of_field("naam =", "naam"), None);
    }
}
