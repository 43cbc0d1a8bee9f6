// SPDX-License-Identifier: EUPL-1.2
//! What `docs/beleid.md` shows to the FG is true: its rule loads, does what the page says, and its cases come out.

use basisnet_policy::analysis::analyse;
use basisnet_policy::cases::Cases;
use basisnet_policy::difference::difference;
use basisnet_policy::{Catalogue, Engine, Rules};

use crate::scene::folder;

fn page() -> String {
    std::fs::read_to_string(folder().join("../../docs/beleid.md")).unwrap()
}

/// The first block of the page in this language.
fn block(page: &str, language: &str) -> String {
    let start = format!("```{language}\n");
    let from = page.find(&start).unwrap() + start.len();
    let length = page[from..].find("```").unwrap();
    page[from..from + length].to_owned()
}

fn engine(rule: Option<&str>) -> Engine {
    let local: Vec<_> = rule
        .map(|text| ("geen-toezicht.cedar", text))
        .into_iter()
        .collect();
    let catalogue = Catalogue::embedded().unwrap();
    Engine::new(Rules::load(&local).unwrap(), catalogue).unwrap()
}

#[test]
fn the_rule_of_the_page_loads_and_does_what_the_page_says() {
    let page = page();
    let rule = block(&page, "cedar");
    let (before, after) = (engine(None), engine(Some(&rule)));
    for change in difference(&before, &after).changes {
        assert!(page.contains(&change.to_string()), "{change}");
    }
    let found = analyse(&after, "2026-11-22T10:00:00Z".parse().unwrap());
    let told: Vec<_> = found.iter().map(ToString::to_string).collect();
    let told = told
        .iter()
        .find(|told| told.starts_with("tegenspraak: P03.toml"));
    assert!(page.contains(told.unwrap().as_str()), "{told:?}");
}

#[test]
fn the_cases_of_the_page_come_out_as_written() {
    let page = page();
    let cases = Cases::read(&[("eigen.toml", &block(&page, "toml"))]).unwrap();
    let outcomes = cases.run(&engine(Some(&block(&page, "cedar"))));
    assert_eq!(outcomes.len(), 4);
    for outcome in outcomes {
        assert!(outcome.is_good(), "{outcome}");
    }
}
