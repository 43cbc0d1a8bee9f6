// SPDX-License-Identifier: EUPL-1.2
//! A data folder is put back from a backup.

use std::fs;
use std::path::Path;

use crate::desk::{Desk, sign_in};
use crate::neighbours::contents;

/// Puts the files of one folder in another, which holds nothing else then.
fn put(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    for (path, bytes) in contents(from) {
        let place = to.join(path.strip_prefix(from).unwrap());
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, bytes).unwrap();
        fs::set_permissions(&place, fs::metadata(&path).unwrap().permissions()).unwrap();
    }
}

/// A node of which the data folder is that of before the account `later` was made.
fn put_back() -> Desk {
    let desk = Desk::with_node();
    assert_eq!(desk.start().stop(), 0);
    put(&desk.path("data"), &desk.path("kopie"));
    let node = desk.start();
    sign_in(&desk, "beheer");
    let add = ["account", "toevoegen", "--naam", "later", "--rol", "fg"];
    desk.run_as(&add).must(0, &["later"]);
    assert_eq!(node.stop(), 0);
    put(&desk.path("kopie"), &desk.path("data"));
    desk
}

#[test]
fn who_looks_at_a_backup_that_was_put_back_changes_nothing() {
    let desk = put_back();
    let refused = ["het einde van het logboek ontbreekt", "terugzetten"];
    desk.run(&["start"]).must(6, &refused);
    let before = contents(desk.folder.path());
    desk.run(&["terugzetten"])
        .must(0, &["Daarna kwam nog:", "terugzetten --uitvoeren"]);
    let changed: Vec<_> = contents(desk.folder.path())
        .into_iter()
        // The engine notes in its file that it was opened.
        .filter(|one| !before.contains(one) && !one.0.ends_with("opslag/redb"))
        .map(|(path, _)| path)
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
    desk.run(&["start"]).must(6, &refused);
}

#[test]
fn a_node_goes_on_from_a_backup_and_the_log_says_so() {
    let desk = put_back();
    desk.run(&["terugzetten", "--uitvoeren"])
        .must(0, &["met een nieuwe sleutel", "leden uitgeven"]);
    let node = desk.start();
    sign_in(&desk, "beheer");
    let accounts = desk.run(&["account", "lijst"]);
    accounts.must(0, &["beheer"]);
    assert!(!accounts.said.contains("later"), "{}", accounts.said);
    desk.run(&["logboek", "toon"])
        .must(0, &["verder vanaf een back-up", "verloren"]);
    desk.run(&["logboek", "controleer"]).must(0, &[]);
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_node_that_runs_is_not_put_back() {
    let desk = Desk::with_node();
    let node = desk.start();
    for words in [&["terugzetten"][..], &["terugzetten", "--uitvoeren"]] {
        let refused = desk.run(words);
        assert_ne!(refused.code, 0, "{}", refused.said);
        assert!(refused.said.contains("draait"), "{}", refused.said);
    }
    assert_eq!(node.stop(), 0);
}
