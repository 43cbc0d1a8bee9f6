// SPDX-License-Identifier: EUPL-1.2
//! The dictionary as it is written: a heading for each form or list, and a table under it.

use std::collections::BTreeMap;

use super::Names;

const TEXT: &str = include_str!("../../../docs/begrippen.md");

/// What the dictionary explains.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    /// Forms with their fields.
    pub(crate) forms: Names,
    /// Closed lists with their values.
    pub(crate) lists: Names,
    /// Messages: the name on the wire, and the form.
    pub(crate) messages: BTreeMap<String, String>,
    /// Every row about a field.
    pub(crate) rows: Vec<Row>,
}

/// What is said of one field.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) meaning: String,
    pub(crate) shape: String,
    pub(crate) kind: String,
}

impl Dictionary {
    pub(crate) fn read() -> Self {
        let (_, text) = TEXT.split_once("\n## Gegevenswoordenboek\n").unwrap();
        let mut dictionary = Self::default();
        for part in text.split("\n### ").skip(1) {
            dictionary.add(part);
        }
        dictionary
    }

    fn add(&mut self, part: &str) {
        let (heading, rest) = part.split_once('\n').unwrap();
        let mut names = heading.split('`').skip(1).step_by(2);
        let Some(name) = names.next() else {
            return;
        };
        if let Some(kind) = names.next() {
            self.messages.insert(kind.to_owned(), name.to_owned());
        }
        let rows = rest.lines().filter_map(|line| line.strip_prefix("| `"));
        for row in rows {
            let (what, cells) = row.split_once("` | ").unwrap();
            let cells: Vec<&str> = cells.trim_end_matches(" |").split(" | ").collect();
            let into = match cells.as_slice() {
                [_] => &mut self.lists,
                [meaning, shape, kind] => {
                    let owned = |cell: &&str| (*cell).to_owned();
                    let (meaning, shape, kind) = (owned(meaning), owned(shape), owned(kind));
                    self.rows.push(Row {
                        meaning,
                        shape,
                        kind,
                    });
                    &mut self.forms
                }
                other => panic!("`{heading}`: {other:?}"),
            };
            let fresh = into
                .entry(name.to_owned())
                .or_default()
                .insert(what.to_owned());
            assert!(fresh, "`{what}` of `{name}` is explained twice");
        }
    }
}
