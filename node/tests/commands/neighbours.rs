// SPDX-License-Identifier: EUPL-1.2
//! A service organisation runs the nodes of several organisations on one machine, strictly apart.

use std::fs;
use std::path::Path;

use crate::desk::{Desk, OIN, sign_in};

const OTHER: &str = "00000099000000307000";

/// The nodes of two organisations on one machine.
fn two() -> (Desk, Desk) {
    (Desk::with_node_of(OIN), Desk::with_node_of(OTHER))
}

/// The configuration of one, with these lines of the section of the store pointing into the folder of the other.
fn borrow(of: &Desk, from: &Desk, keys: &[(&str, &str)]) {
    let path = of.path("basisnet.toml");
    let text = fs::read_to_string(&path).unwrap();
    let lines = keys.iter().map(|(key, folder)| {
        let folder = from.path(folder);
        format!("{key} = \"{}\"\n", folder.display())
    });
    let lines: String = lines.collect();
    let borrowed = text.replace("[opslag]\n", &format!("[opslag]\n{lines}"));
    fs::write(path, borrowed).unwrap();
}

/// Every file below a folder, with what it holds.
pub(crate) fn contents(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = crate::walk(folder)
        .into_iter()
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn reg_07_a_node_does_not_open_what_belongs_to_another_on_the_same_machine() {
    let (data, keys) = (("datamap", "data"), ("sleutelmap", "sleutels"));
    for (borrowed, told) in [
        (&[data][..], "horen bij een andere node"),
        (&[keys], "passen niet op de gegevens"),
        (&[data, keys], "horen bij een andere node"),
    ] {
        // Where a certificate of the API is absent, a node makes one: not beside the data of another.
        for absent in ["nergens", "data/api-certificaat.pem"] {
            let (one, other) = two();
            let _ = fs::remove_file(other.path(absent));
            let before = contents(other.folder.path());
            borrow(&one, &other, borrowed);
            one.run(&["start"]).must(6, &[told]);
            assert!(contents(other.folder.path()) == before, "{borrowed:?}");
        }
    }
}

#[test]
fn reg_07_who_is_signed_in_at_one_node_is_nobody_at_the_other() {
    let (one, other) = two();
    let (_first, _second) = (one.start(), other.start());
    sign_in(&one, "beheer");
    fs::copy(one.path("sessie"), other.path("sessie")).unwrap();
    one.run(&["account", "lijst"]).must(0, &["beheer"]);
    other.run(&["account", "lijst"]).must(5, &["aanmelden"]);
}

#[test]
fn reg_07_one_node_is_killed_and_the_other_goes_on() {
    let (one, other) = two();
    let mut first = one.start();
    let second = other.start();
    sign_in(&other, "beheer");
    first.kill();
    other.run(&["account", "lijst"]).must(0, &["beheer"]);
    let again = one.start();
    assert_eq!(again.stop(), 0);
    assert_eq!(second.stop(), 0);
}
