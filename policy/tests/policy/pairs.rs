// SPDX-License-Identifier: EUPL-1.2
//! Two things wrong at once: every two cases that start alike are put together, and both reasons are named.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use basisnet_policy::cases::Cases;
use basisnet_policy::{Catalogue, Engine};
use toml::{Table, Value};

use crate::oracle::{Expected, expected, said};
use crate::scene::{catalogue, engine, folder, texts};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(catalogue);
static ENGINE: LazyLock<Engine> = LazyLock::new(engine);

/// The tables of one kind in all files.
fn each(kind: &str) -> Vec<Table> {
    let all = texts(&folder()).into_iter().flat_map(|(_, text)| {
        let file: Table = text.parse().unwrap();
        let list = file.get(kind).and_then(Value::as_array).cloned();
        list.unwrap_or_default()
    });
    all.map(|case| case.as_table().unwrap().clone()).collect()
}

fn merge(table: &mut Table, difference: &Table) {
    for (key, value) in difference {
        match (table.get_mut(key), value) {
            (Some(Value::Table(inner)), Value::Table(more)) => merge(inner, more),
            _ => drop(table.insert(key.clone(), value.clone())),
        }
    }
}

/// A file of one situation with both differences on it, as cases are written.
fn together(base: &Table, first: &Table, second: &Table) -> String {
    let mut different = Table::new();
    for (case, part) in [
        (first, "anders"),
        (second, "anders"),
        (first, "niet"),
        (second, "niet"),
    ] {
        if let Some(Value::Table(more)) = case.get(part) {
            merge(&mut different, more);
        }
    }
    let text = |text: &str| Value::String(text.to_owned());
    let case = Table::from_iter([
        ("naam".to_owned(), text("samen")),
        ("waarom".to_owned(), text("er is meer dan een reden")),
        ("uitgangspunt".to_owned(), base["naam"].clone()),
        ("antwoord".to_owned(), text("nee")),
        ("anders".to_owned(), Value::Table(different)),
    ]);
    let list = |table: &Table| Value::Array(vec![Value::Table(table.clone())]);
    let file = Table::from_iter([
        ("uitgangspunt".to_owned(), list(base)),
        ("besluit".to_owned(), list(&case)),
    ]);
    file.to_string()
}

#[test]
fn two_things_wrong_at_once_give_two_reasons() {
    let (mut pairs, mut both) = (0, 0);
    for base in each("uitgangspunt") {
        let mut cases = each("geval");
        cases.retain(|case| case["uitgangspunt"] == base["naam"]);
        for (number, first) in cases.iter().enumerate() {
            for second in cases.iter().skip(number + 1) {
                // One difference may take away what the other changes; then there is no situation.
                let text = together(&base, first, second);
                let Ok(read) = Cases::read(&[("samen.toml", &text)]) else {
                    continue;
                };
                let scene = &read.others().next().unwrap().scene;
                let outcome = said(&ENGINE, scene);
                assert_eq!(outcome, expected(&CATALOGUE, scene), "{text}");
                let named = [first, second].map(|case| case["toets"].as_str().unwrap().to_owned());
                let named = BTreeSet::from(named);
                pairs += 1;
                both +=
                    usize::from(matches!(&outcome, Expected::Refuse(all) if named.is_subset(all)));
            }
        }
    }
    assert!(pairs > 1_000 && both * 2 > pairs, "{both} of {pairs}");
}
