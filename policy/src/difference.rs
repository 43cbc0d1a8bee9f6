// SPDX-License-Identifier: EUPL-1.2
//! What is different between two versions of the policy, in Dutch, for who advises on it and who decides.
//!
//! Rules are compared by name and purposes by code and version, field by field as they are written. The order of
//! files and the remarks in them make no difference.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use basisnet_protocol::purpose::PurposeId;
use toml::{Table, Value};

use crate::decide::Engine;
use crate::guard::{Guard, GuardId};

/// Everything that is different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Each difference, rules first.
    pub changes: Vec<Change>,
    /// The purposes about which something is different; each takes an advice of the FG.
    pub purposes: BTreeSet<PurposeId>,
}

impl Difference {
    /// Whether nothing is different.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Of which rule or purpose, such as `L01-eigen` or `P03 versie 2`.
    pub what: String,
    /// What is different about it.
    pub kind: Kind,
}

/// How something is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is new; with what it says.
    Added(String),
    /// It is gone; with what it said.
    Removed(String),
    /// One field of it is different.
    Changed {
        /// Which field, such as `rollen`.
        field: String,
        /// What it said; none when the field is new.
        before: Option<String>,
        /// What it says; none when the field is gone.
        after: Option<String>,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = &self.what;
        match &self.kind {
            Kind::Added(says) => write!(f, "erbij: {what}: {says}"),
            Kind::Removed(said) => write!(f, "weg: {what}: {said}"),
            Kind::Changed {
                field,
                before,
                after,
            } => match (before, after) {
                (None, Some(after)) => write!(f, "anders: {what}: `{field}` wordt {after}"),
                (Some(before), None) => {
                    write!(f, "anders: {what}: `{field}` vervalt (was {before})")
                }
                (Some(before), Some(after)) => {
                    write!(f, "anders: {what}: `{field}` was {before} en wordt {after}")
                }
                (None, None) => write!(f, "anders: {what}: `{field}`"),
            },
        }
    }
}

/// What is different when `new` takes the place of `old`.
#[must_use]
pub fn difference(old: &Engine, new: &Engine) -> Difference {
    let mut found = Difference::default();
    rules(old, new, &mut found);
    purposes(&entries(old), &entries(new), &mut found);
    found
}

fn rules(old: &Engine, new: &Engine, found: &mut Difference) {
    let named = |engine: &Engine| -> BTreeMap<GuardId, (Guard, String)> {
        let rules = engine.rules();
        let all = rules.guards();
        all.map(|guard| (guard.id.clone(), (guard.clone(), rules.text_of(&guard.id))))
            .collect()
    };
    let (before, after) = (named(old), named(new));
    for id in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let what = id.to_string();
        match (before.get(id), after.get(id)) {
            (None, Some((guard, _))) => {
                let says = format!("{} ({})", guard.explanation, guard.law);
                found.push(what, Kind::Added(says));
            }
            (Some((guard, _)), None) => {
                let said = format!("{} ({})", guard.explanation, guard.law);
                found.push(what, Kind::Removed(said));
            }
            (Some(before), Some(after)) => same_rule(&what, before, after, found),
            (None, None) => {}
        }
    }
}

fn same_rule(
    what: &str,
    (before, body): &(Guard, String),
    (after, new_body): &(Guard, String),
    found: &mut Difference,
) {
    let fields = [
        ("wet", &before.law, &after.law),
        ("uitleg", &before.explanation, &after.explanation),
        ("nodig", &before.remedy, &after.remedy),
        ("voorwaarde", body, new_body),
    ];
    for (field, before, after) in fields {
        if before != after {
            let kind = Kind::Changed {
                field: field.to_owned(),
                before: Some(format!("\"{before}\"")),
                after: Some(format!("\"{after}\"")),
            };
            found.push(what.to_owned(), kind);
        }
    }
}

/// The purposes as they are written, by code and version.
fn entries(engine: &Engine) -> BTreeMap<(String, i64), BTreeMap<String, String>> {
    let texts = engine.catalogue().texts().values();
    let tables = texts.filter_map(|text| text.parse::<Table>().ok());
    tables
        .filter_map(|table| {
            let code = table.get("code")?.as_str()?.to_owned();
            let version = table.get("versie")?.as_integer()?;
            let mut fields = BTreeMap::new();
            flatten("", &Value::Table(table), &mut fields);
            Some(((code, version), fields))
        })
        .collect()
}

type Purposes = BTreeMap<(String, i64), BTreeMap<String, String>>;

fn purposes(before: &Purposes, after: &Purposes, found: &mut Difference) {
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let (code, version) = key;
        let what = format!("{code} versie {version}");
        let told = found.changes.len();
        match (before.get(key), after.get(key)) {
            (None, Some(fields)) => {
                found.push(what.clone(), Kind::Added(says(fields)));
                // A next version is also told by what is different from the one before it.
                let earlier = after.range(..key).next_back();
                if let Some((_, earlier)) = earlier.filter(|((other, _), _)| other == code) {
                    fields_of(&what, earlier, fields, found);
                }
            }
            (Some(fields), None) => found.push(what, Kind::Removed(says(fields))),
            (Some(before), Some(after)) => fields_of(&what, before, after, found),
            (None, None) => {}
        }
        if found.changes.len() > told {
            found.purposes.extend(code.parse::<PurposeId>());
        }
    }
}

fn says(fields: &BTreeMap<String, String>) -> String {
    fields.get("doel").cloned().unwrap_or_default()
}

fn fields_of(
    what: &str,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    found: &mut Difference,
) {
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for name in names {
        let (before, after) = (before.get(name), after.get(name));
        if before != after && name != "versie" {
            let kind = Kind::Changed {
                field: name.clone(),
                before: before.cloned(),
                after: after.cloned(),
            };
            found.push(what.to_owned(), kind);
        }
    }
}

impl Difference {
    fn push(&mut self, what: String, kind: Kind) {
        self.changes.push(Change { what, kind });
    }
}

/// Every value by its name, such as `grondslag[1].artikel`; a list of plain values is one value.
fn flatten(name: &str, value: &Value, fields: &mut BTreeMap<String, String>) {
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                let name = match name {
                    "" => key.clone(),
                    outer => format!("{outer}.{key}"),
                };
                flatten(&name, value, fields);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_table) => {
            for (number, item) in items.iter().enumerate() {
                flatten(&format!("{name}[{}]", number + 1), item, fields);
            }
        }
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_)
        | Value::Array(_) => {
            fields.insert(name.to_owned(), value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalogue, Rules};

    const LOCAL: &str = r#"@id("L01-eigen") @wet("beleid") @uitleg("Niet op deze dag") @nodig("een andere dag")
        forbid (principal, action == Action::"ask", resource) when { context.now < 5 };"#;

    fn engine(local: &str, replace: Option<(&str, &str)>) -> Engine {
        let rules = Rules::load(&[("eigen.cedar", local)]).unwrap();
        let texts: Vec<(String, String)> = Catalogue::embedded()
            .unwrap()
            .texts()
            .iter()
            .map(|(file, text)| match replace {
                Some((right, wrong)) if file == "P03.toml" => {
                    (file.clone(), text.replace(right, wrong))
                }
                _ => (file.clone(), text.clone()),
            })
            .collect();
        let texts: Vec<_> = texts
            .iter()
            .map(|(f, t)| (f.as_str(), t.as_str()))
            .collect();
        Engine::new(rules, Catalogue::from_texts(&texts).unwrap()).unwrap()
    }

    fn told(difference: &Difference) -> Vec<String> {
        difference.changes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_same_policy_has_no_difference() {
        assert!(difference(&engine("", None), &engine("// een opmerking", None)).is_empty());
    }

    #[test]
    fn a_rule_that_is_added_removed_or_changed_is_told() {
        let (none, one) = (engine("", None), engine(LOCAL, None));
        let other = engine(&LOCAL.replace("< 5", "< 6"), None);
        assert_eq!(
            told(&difference(&none, &one)),
            ["erbij: L01-eigen: Niet op deze dag (beleid)"]
        );
        assert_eq!(
            told(&difference(&one, &none)),
            ["weg: L01-eigen: Niet op deze dag (beleid)"]
        );
        let changed = told(&difference(&one, &other));
        assert!(
            changed[0].starts_with("anders: L01-eigen: `voorwaarde` was "),
            "{changed:?}"
        );
        assert!(difference(&one, &other).purposes.is_empty());
    }

    #[test]
    fn a_field_of_a_purpose_that_changes_is_told_and_takes_advice() {
        let shorter = engine(
            "",
            Some(("bewaartermijn_dagen = 90", "bewaartermijn_dagen = 30")),
        );
        let found = difference(&engine("", None), &shorter);
        assert_eq!(
            told(&found),
            ["anders: P03 versie 1: `bewaartermijn_dagen` was 90 en wordt 30"]
        );
        assert_eq!(found.purposes, BTreeSet::from(["P03".parse().unwrap()]));
    }

    /// The policy with one more purpose.
    fn with(file: &str, text: &str) -> Engine {
        let catalogue = Catalogue::with(&[(file, text)]).unwrap();
        Engine::new(Rules::embedded().unwrap(), catalogue).unwrap()
    }

    #[test]
    fn a_purpose_that_comes_or_goes_is_told_with_what_it_is_for() {
        let own = Catalogue::embedded_texts();
        let (_, last) = own.iter().find(|(file, _)| *file == "P24.toml").unwrap();
        let text = last.replace("code = \"P24\"", "code = \"P50\"");
        let text = text.lines().map(|line| match line.starts_with("doel = ") {
            true => "doel = \"Een eigen doel\"",
            false => line,
        });
        let text = text.collect::<Vec<_>>().join("\n");
        let (none, one) = (engine("", None), with("P50.toml", &text));
        let found = difference(&none, &one);
        assert!(!found.is_empty());
        assert_eq!(told(&found), ["erbij: P50 versie 1: \"Een eigen doel\""]);
        assert_eq!(found.purposes, BTreeSet::from(["P50".parse().unwrap()]));
        let found = difference(&one, &none);
        assert_eq!(told(&found), ["weg: P50 versie 1: \"Een eigen doel\""]);
        assert_eq!(found.purposes, BTreeSet::from(["P50".parse().unwrap()]));
    }

    #[test]
    fn a_next_version_is_also_told_by_what_it_changes() {
        let own = Catalogue::embedded_texts();
        let (_, old) = own.iter().find(|(file, _)| *file == "P03.toml").unwrap();
        let next = old
            .replace("versie = 1", "versie = 2")
            .replace("2031-01-01", "2036-01-01")
            .replace("2026-01-01", "2031-01-01")
            .replace("bewaartermijn_dagen = 90", "bewaartermijn_dagen = 30");
        let found = difference(&engine("", None), &with("P03-2.toml", &next));
        assert_eq!(
            told(&found),
            [
                "erbij: P03 versie 2: \"Toezicht op de kwaliteit van Wmo-ondersteuning\"",
                "anders: P03 versie 2: `bewaartermijn_dagen` was 90 en wordt 30",
                "anders: P03 versie 2: `geldig_tot` was \"2031-01-01\" en wordt \"2036-01-01\"",
                "anders: P03 versie 2: `geldig_vanaf` was \"2026-01-01\" en wordt \"2031-01-01\"",
            ]
        );
    }

    #[test]
    fn a_list_is_told_whole_and_a_table_in_a_list_by_its_place() {
        let shorter = engine("", Some(("[\"toezicht\", \"contact\"]", "[\"contact\"]")));
        assert_eq!(
            told(&difference(&engine("", None), &shorter)),
            [
                "anders: P03 versie 1: `categorieen` was [\"toezicht\", \"contact\"] en wordt [\"contact\"]"
            ]
        );
        let article = engine(
            "",
            Some(("artikel = \"6.1 en 5.1.5\"", "artikel = \"6.1\"")),
        );
        assert_eq!(
            told(&difference(&engine("", None), &article)),
            ["anders: P03 versie 1: `grondslag[1].artikel` was \"6.1 en 5.1.5\" en wordt \"6.1\""]
        );
    }
}
