// SPDX-License-Identifier: EUPL-1.2
//! What the analysis finds in the rules of the program, and in rules that a gemeente might add.

use super::*;
use crate::{Catalogue, Rules};

fn analysed(rule: &str) -> Vec<String> {
    let text =
        format!("@id(\"L01-eigen\") @wet(\"beleid\") @uitleg(\"nee\") @nodig(\"ja\") {rule}");
    let local = [("eigen.cedar", text.as_str())];
    let rules = Rules::load(if rule.is_empty() { &[] } else { &local }).unwrap();
    let engine = Engine::new(rules, Catalogue::embedded().unwrap()).unwrap();
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    analyse(&engine, now)
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn about<'a>(found: &'a [String], start: &str) -> Vec<&'a String> {
    found
        .iter()
        .filter(|line| line.starts_with(start))
        .collect()
}

#[test]
fn the_rules_of_the_program_contradict_nothing_in_the_catalogue() {
    let found = analysed("");
    assert_eq!(about(&found, "tegenspraak"), Vec::<&String>::new());
    assert!(
        found.last().unwrap().starts_with("onderzocht: "),
        "{found:?}"
    );
}

#[test]
fn a_rule_that_forbids_what_the_catalogue_names_is_a_contradiction() {
    let found = analysed(
        "forbid (principal, action == Action::\"inspect\", resource == Category::\"toezicht\");",
    );
    let told = about(&found, "tegenspraak");
    assert!(!told.is_empty(), "{found:?}");
    assert!(
        told.iter()
            .all(|line| line.contains("toezicht") && line.contains("L01-eigen"))
    );
}

#[test]
fn a_rule_that_never_says_no_is_told() {
    let found = analysed(
        "forbid (principal, action == Action::\"ask\", resource) when { context.now < 5 };",
    );
    assert_eq!(about(&found, "nooit nee: L01-eigen").len(), 1, "{found:?}");
}

#[test]
fn a_rule_that_says_nothing_of_its_own_is_told() {
    let found = analysed(
        "forbid (principal, action == Action::\"ask\", resource) unless { context.asked.weighed };",
    );
    let told = about(&found, "overbodig? steeds als L01-eigen nee zei");
    assert!(
        told.iter().any(|line| line.contains("V70-weging")),
        "{found:?}"
    );
}
