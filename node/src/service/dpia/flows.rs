// SPDX-License-Identifier: EUPL-1.2
//! What goes from node to node: every form in the data dictionary, with its fields by kind.
//!
//! The dictionary is held against the messages of the program by a test, so what is read from it is what is sent.

use std::collections::BTreeMap;

use super::page::{code, codes};

/// One form of the dictionary.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form<'a> {
    /// The message, or the part of one.
    name: &'a str,
    /// What it says.
    about: &'a str,
    /// Its fields, by kind.
    fields: BTreeMap<&'a str, Vec<&'a str>>,
}

/// Every form that goes over the network or round as a file.
pub(super) fn table(dictionary: &str) -> String {
    let rows = forms(dictionary).map(|form| {
        let fields = form.fields.iter();
        let fields = fields.map(|(kind, fields)| format!("*{kind}*: {}", codes(fields)));
        let fields: Vec<_> = fields.collect();
        [code(form.name), form.about.to_owned(), fields.join("; ")]
    });
    super::page::table(
        ["bericht of onderdeel", "wat het zegt", "velden"],
        rows,
        "Het gegevenswoordenboek is leeg.",
    )
}

/// The forms in the order of the dictionary; the closed lists of values after them are left out.
pub(super) fn forms(dictionary: &str) -> impl Iterator<Item = Form<'_>> {
    let (_, text) = dictionary
        .split_once("\n## Gegevenswoordenboek\n")
        .unwrap_or_default();
    text.split("\n### ").skip(1).filter_map(form)
}

fn form(part: &str) -> Option<Form<'_>> {
    let (heading, rest) = part.split_once('\n')?;
    let mut names = heading.split('`').skip(1).step_by(2);
    let own = names.next()?;
    let mut fields: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in rest.lines().filter_map(|line| line.strip_prefix("| `")) {
        let (field, cells) = row.split_once("` | ")?;
        let cells: Vec<_> = cells.trim_end_matches(" |").split(" | ").collect();
        let [_, _, kind] = cells.as_slice() else {
            return None;
        };
        fields.entry(kind).or_default().push(field);
    }
    let about = rest.lines().find(|line| !line.is_empty())?;
    Some(Form {
        // A message goes by its name on the wire.
        name: names.next().unwrap_or(own),
        about,
        fields,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::model::BEGRIPPEN;

    #[test]
    fn every_form_of_the_dictionary_is_read_with_its_fields() {
        let all: Vec<_> = forms(BEGRIPPEN).collect();
        assert!(all.len() > 30, "{}", all.len());
        let refusal = all.iter().find(|form| form.name == "refusal").unwrap();
        assert_eq!(refusal.fields["techniek"], ["v", "req_hash"]);
        assert!(
            all.iter()
                .all(|form| !form.fields.is_empty() && !form.about.starts_with('|'))
        );
        assert!(all.iter().all(|form| form.name != "RefusalReason"));
    }
}
