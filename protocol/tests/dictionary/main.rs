// SPDX-License-Identifier: EUPL-1.2
//! The data dictionary in `docs/begrippen.md` says of every field and every value that can cross the node boundary
//! what it means, and of nothing else (EXC-10, DAT-01).
//!
//! The forms are not copied by hand. Full samples of everything that two organisations hand each other are written
//! with a serializer that writes nothing down but the names of structures, fields and variants. What is not written
//! by serde (envelope, attestation, label) is read from how it prints itself.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "test code: what is not there is a failed test"
)]

mod recorder;
mod samples;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::convenant::ActKind;
use basisnet_protocol::mandate::MandateActKind;
use basisnet_protocol::message::Message;
use basisnet_protocol::wire::Item;

use recorder::Recorder;
use text::Dictionary;

/// A name with the names that belong to it: a form with its fields, a list with its values.
type Names = BTreeMap<String, BTreeSet<String>>;

/// What has no form in serde and prints nothing to read it from.
const BY_HAND: [(&str, &[&str]); 5] = [
    ("IndexEntry", &["tag", "sealed"]),
    ("Act", &["convenant", "at"]),
    ("SuccessionHalf", &["old", "new", "from", "at", "decision"]),
    ("MandateAct", &["mandate", "at"]),
    ("Checkpoint", &["origin", "size", "root", "signature"]),
];

fn recorded() -> Recorder {
    let mut recorder = Recorder::default();
    samples::everything(&mut recorder);
    recorder
}

/// All forms that there are, with their fields.
fn forms() -> Names {
    let mut forms = recorded().forms;
    forms.extend(samples::printed().iter().map(|text| fields_of(text)));
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    forms.extend(
        BY_HAND
            .iter()
            .map(|(form, fields)| ((*form).to_owned(), owned(fields))),
    );
    forms.insert("ConvenantFile".to_owned(), keys(&samples::file()));
    forms
}

/// All closed lists that there are, with their values.
fn lists() -> Names {
    let mut lists = samples::lists();
    let acts = ActKind::ALL.map(|kind| kind.as_str().to_owned());
    lists.insert("ActKind".to_owned(), acts.into());
    let acts = MandateActKind::ALL.map(|kind| kind.as_str().to_owned());
    lists.insert("MandateActKind".to_owned(), acts.into());
    lists.insert("Involvement".to_owned(), ["betrokken".to_owned()].into());
    lists
}

/// The name and the fields of a structure, from what it prints over several lines.
fn fields_of(printed: &str) -> (String, BTreeSet<String>) {
    let name = printed.split(' ').next().unwrap().to_owned();
    let own = printed.lines().filter_map(|line| line.strip_prefix("    "));
    let own = own.filter(|line| !line.starts_with([' ', '}', ']', ')']));
    let fields = own.filter_map(|line| line.split_once(':'));
    (name, fields.map(|(field, _)| field.to_owned()).collect())
}

fn keys(bytes: &[u8]) -> BTreeSet<String> {
    let Item::Map(pairs) = Item::parse(bytes, bytes.len()).unwrap() else {
        panic!("not a map");
    };
    let keys = pairs.into_iter().map(|(key, _)| {
        let Item::Text(name) = key else {
            panic!("not a name");
        };
        name.to_owned()
    });
    keys.collect()
}

/// Every difference between what there is and what is explained, as lines to read.
fn differences(there: &Names, explained: &Names) -> Vec<String> {
    let pairs = |names: &Names| -> BTreeSet<(String, String)> {
        names
            .iter()
            .flat_map(|(name, parts)| parts.iter().map(move |part| (name.clone(), part.clone())))
            .collect()
    };
    let (there, explained) = (pairs(there), pairs(explained));
    let missing = there.difference(&explained);
    let missing = missing.map(|(name, part)| format!("`{part}` of `{name}` is not explained"));
    let extra = explained.difference(&there);
    let extra = extra.map(|(name, part)| format!("`{part}` of `{name}` does not exist"));
    missing.chain(extra).collect()
}

#[test]
fn exc_10_every_field_that_crosses_the_boundary_is_in_the_dictionary_and_no_other() {
    let differences = differences(&forms(), &Dictionary::read().forms);
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn exc_10_every_value_of_a_closed_list_is_in_the_dictionary_and_no_other() {
    let differences = differences(&lists(), &Dictionary::read().lists);
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn dat_01_every_field_has_a_meaning_and_a_kind_and_none_of_them_is_wat() {
    let dictionary = Dictionary::read();
    assert!(dictionary.rows.len() > 150, "{}", dictionary.rows.len());
    for row in &dictionary.rows {
        assert!(!row.meaning.is_empty() && !row.shape.is_empty(), "{row:?}");
        let kinds = ["dat", "vraag", "contact", "afspraak", "techniek"];
        assert!(kinds.contains(&row.kind.as_str()), "{row:?}");
    }
}

#[test]
fn every_message_is_named_with_its_form() {
    let named = Dictionary::read().messages;
    assert_eq!(named, samples::kinds());
    let sources = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/message")).unwrap();
    let sources = sources.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let implemented: usize = sources
        .map(|text| text.matches("\nimpl Message for ").count())
        .sum();
    assert_eq!(named.len(), implemented);
}

#[test]
fn the_samples_leave_nothing_out() {
    let recorder = recorded();
    assert_eq!(recorder.gaps, Vec::<String>::new());
    let listed: BTreeSet<_> = samples::lists().into_keys().collect();
    let seen: BTreeSet<_> = recorder.variants.keys().cloned().collect();
    assert_eq!(listed, seen);
    assert_eq!(recorder.variants["Decision"], samples::lists()["Decision"]);
}

#[test]
fn a_shape_that_names_a_form_names_one_that_is_explained() {
    let dictionary = Dictionary::read();
    for row in &dictionary.rows {
        for name in row.shape.split('`').skip(1).step_by(2) {
            let known = dictionary.forms.contains_key(name) || dictionary.lists.contains_key(name);
            assert!(known, "{row:?}");
        }
    }
}

/// The name of a message on the wire.
fn kind<M: Message>() -> String {
    M::KIND.to_owned()
}
