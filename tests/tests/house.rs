// SPDX-License-Identifier: EUPL-1.2
//! The rules of the house that no lint knows: who may depend on whom, and what may be named where.
//!
//! Each test reads the sources as text. It is blunt on purpose: a rule that is easy to check is a rule that holds.

#![cfg(test)]

#[path = "house/documents.rs"]
mod documents;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The longest a source file may be, its tests left out.
const LONGEST_FILE: usize = 500;
/// With this at its top a file says why it is longer.
const EXCUSE: &str = "//! Longer than other files, because ";

#[test]
fn the_pure_crates_depend_on_what_is_written_down_and_nothing_else() {
    for name in ["protocol", "policy"] {
        let manifest: toml::Table = read(&root().join(name).join("Cargo.toml")).parse().unwrap();
        let found: BTreeSet<String> = manifest["dependencies"]
            .as_table()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        let list = read(&root().join("tests/deps").join(format!("{name}.txt")));
        let agreed: BTreeSet<String> = list
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
            .map(str::to_owned)
            .collect();
        assert_eq!(
            found, agreed,
            "tests/deps/{name}.txt differs from {name}/Cargo.toml"
        );
    }
}

#[test]
fn the_pure_crates_reach_no_runtime_and_no_network() {
    let locked = Lock::read();
    for name in ["basisnet-protocol", "basisnet-policy"] {
        let reached = locked.reachable(name);
        for absent in ["tokio", "libp2p", "axum", "redb", "sled"] {
            assert!(!reached.contains(absent), "{name} reaches {absent}");
        }
    }
    for file in sources("policy/src") {
        let code = code(&file);
        let named = code
            .split("ring::")
            .any(|before| before.ends_with([' ', '(', '<', ':']));
        assert!(!named, "{} names ring", file.display());
    }
}

#[test]
fn every_source_file_names_its_licence_and_tells_its_idea_first() {
    for file in all_sources() {
        let text = read(&file);
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("// SPDX-License-Identifier: EUPL-1.2"),
            "{}",
            file.display()
        );
        assert!(
            lines.next().is_some_and(|line| line.starts_with("//!")),
            "{} does not open with its idea",
            file.display()
        );
    }
}

#[test]
fn no_file_is_called_mod_and_none_hides_a_second_noun() {
    for file in all_sources() {
        assert!(!file.ends_with("mod.rs"), "{}", file.display());
        // The tests of a module may fill a file of their own.
        let within_tests = |part: std::path::Component<'_>| part.as_os_str() == "tests";
        if file.ends_with("tests.rs") || file.components().any(within_tests) {
            continue;
        }
        let length = code(&file).lines().count();
        if read(&file).contains(EXCUSE) {
            continue;
        }
        assert!(
            length <= LONGEST_FILE,
            "{} has {length} lines",
            file.display()
        );
    }
}

#[test]
fn only_the_store_names_a_storage_engine() {
    for file in sources("node/src") {
        if within(&file, "node/src/store") {
            continue;
        }
        for engine in ["redb::", "sled::"] {
            assert!(
                !code(&file).contains(engine),
                "{} names {engine}",
                file.display()
            );
        }
    }
}

/// Who sees or handles a record is asked of the rules; who holds a function of the house stands in one table.
#[test]
fn only_the_table_of_functions_names_a_role() {
    for file in [
        "node/src/service",
        "node/src/api",
        "node/src/web",
        "node/src/inbox",
        "node/src/scheduler",
    ]
    .iter()
    .flat_map(|at| sources(at))
    {
        let of_tests = file.ends_with("tests.rs") || file.ends_with("testing.rs");
        if of_tests || within(&file, "node/src/service/account/function") {
            continue;
        }
        let code = code(&file);
        let named = roles_named(&code);
        assert!(named.is_empty(), "{} names {named:?}", file.display());
    }
}

#[test]
fn every_way_to_name_a_role_is_seen() {
    assert_eq!(roles_named("actor.has(Role::Fg)"), ["Fg"]);
    assert_eq!(roles_named("use Role::{Fg, Beheerder};"), ["{Fg"]);
    assert_eq!(roles_named("use purpose::Role::Fg;"), ["Fg"]);
    assert_eq!(roles_named("use purpose::Role as Rol; Rol"), ["as Rol"]);
    assert!(roles_named("ContractRole::Main, Role::ALL, Role::as_str").is_empty());
}

/// The roles that a piece of code singles out.
fn roles_named(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    for (at, _) in code.match_indices("Role") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + "Role".len()..];
        if let Some(alias) = rest.strip_prefix(" as ") {
            named.push(format!("as {}", word(alias)));
        }
        let Some(name) = rest.strip_prefix("::").map(word) else {
            continue;
        };
        let one = name.starts_with(|c: char| c.is_uppercase() || c == '{' || c == '*');
        if one && name != "ALL" {
            named.push(name);
        }
    }
    named
}

fn word(text: &str) -> String {
    let letters = text.chars().enumerate();
    letters
        .take_while(|(at, c)| c.is_alphanumeric() || *c == '_' || (*at == 0 && "{*".contains(*c)))
        .map(|(_, c)| c)
        .collect()
}

#[test]
fn only_the_outbox_seals_an_envelope() {
    for file in ["node/src", "policy/src", "admin-ui/src"]
        .iter()
        .flat_map(|at| sources(at))
    {
        if within(&file, "node/src/outbox") {
            continue;
        }
        assert!(
            !code(&file).contains("dangerous_seal"),
            "{} seals an envelope itself",
            file.display()
        );
    }
}

/// What is kept is read back only in the one form in which it would be written. A field that may be absent is therefore
/// left out when it says nothing, or what was kept before it existed could not be read any more.
#[test]
fn a_field_that_may_be_absent_is_left_out_when_it_says_nothing() {
    for part in [
        "node/src/audit",
        "node/src/service",
        "node/src/store",
        "protocol/src",
    ] {
        for file in sources(part) {
            let bare = code(&file).contains("#[serde(default)]");
            assert!(!bare, "{}: say skip_serializing_if too", file.display());
        }
    }
}

#[test]
fn no_source_file_leaves_work_undone() {
    // Spelled in halves, or this file would name itself.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"]].map(|halves| halves.concat());
    for file in all_sources() {
        for mark in &marks {
            assert!(
                !read(&file).contains(mark.as_str()),
                "{} has a {mark}",
                file.display()
            );
        }
    }
}

#[test]
fn arrows_between_the_parts_of_the_node_never_turn_back() {
    for file in sources("node/src") {
        // What only tests see may look up.
        let of_tests = |part: std::path::Component<'_>| {
            part.as_os_str().to_string_lossy().starts_with("suite")
        };
        if file.components().any(of_tests) {
            continue;
        }
        let part = part_of(&file);
        for other in named_parts(&code(&file)) {
            assert!(
                floor(&other) <= floor(&part),
                "{} (part {part}) names {other}, which lies above it",
                file.display()
            );
        }
    }
}

#[test]
fn every_way_to_name_a_part_is_seen() {
    let named = |code: &str| named_parts(code).into_iter().collect::<Vec<_>>();
    assert_eq!(named("use crate::store::Store;"), ["store"]);
    assert_eq!(
        named("use crate::{Node, web::{Page, form}, api};"),
        ["api", "lib", "web"]
    );
    assert_eq!(named("fn f(x: crate::StartError) {}"), ["lib"]);
    assert!(named("//! See [`crate::audit`].\n    // crate::web").is_empty());
}

#[test]
fn every_test_that_the_documents_name_exists() {
    let code: String = all_sources().iter().map(|file| read(file)).collect();
    for document in ["SECURITY.md", "docs/eisen.md"] {
        let text = read(&root().join(document));
        let rows = text.lines().filter(|line| line.starts_with("| "));
        let named = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
        // The name of a test is a sentence; all else between backticks is shorter.
        for name in named.filter(|name| name.matches('_').count() >= 3) {
            assert!(
                code.contains(&format!("fn {name}(")),
                "{document} names {name}"
            );
        }
    }
}

/// The parts of the node from the ground up; a part may name its own floor and the floors below. All parts stand here.
const FLOORS: &[(&str, u8)] = &[
    ("clock", 0),
    ("reason", 0),
    ("counted", 0),
    ("keys", 0),
    ("config", 1),
    ("telemetry", 1),
    ("trust", 1),
    ("store", 1),
    ("overlay", 1),
    ("audit", 2),
    ("outbox", 2),
    ("delivery", 2),
    ("service", 3),
    ("api", 4),
    ("web", 4),
    ("inbox", 4),
    ("scheduler", 4),
    ("rekey", 4),
    ("doctor", 5),
    ("cli", 6),
    ("demo", 6),
    ("lib", 6),
    ("main", 7),
];

/// The part of the node that a file belongs to: the first name under `node/src`.
fn part_of(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("node/src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str();
    first.to_str().unwrap().trim_end_matches(".rs").to_owned()
}

fn floor(part: &str) -> u8 {
    let found = FLOORS.iter().find(|(name, _)| *name == part);
    found
        .unwrap_or_else(|| panic!("`{part}` stands on no floor: give it one in FLOORS"))
        .1
}

/// The parts that a piece of code names, comments left out. What is named of the crate itself is of `lib`.
fn named_parts(code: &str) -> BTreeSet<String> {
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut parts = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let names = rest.strip_prefix('{').map_or_else(|| vec![rest], members);
        for name in names {
            let letters = name.trim().chars();
            let name: String = letters
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            match name.chars().next() {
                Some(first) if first.is_uppercase() => drop(parts.insert("lib".to_owned())),
                Some(_) => drop(parts.insert(name)),
                None => {}
            }
        }
    }
    parts
}

/// What stands between the commas of a group, up to the brace that closes it.
fn members(group: &str) -> Vec<&str> {
    let (mut names, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' => {
                names.push(&group[start..at]);
                break;
            }
            ',' if depth == 0 => {
                names.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

/// What depends on what, as the lock file has it.
struct Lock(BTreeMap<String, BTreeSet<String>>);

impl Lock {
    fn read() -> Self {
        let lock: toml::Table = read(&root().join("Cargo.lock")).parse().unwrap();
        let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for package in lock["package"].as_array().unwrap() {
            let needs = package.get("dependencies").and_then(toml::Value::as_array);
            let needs = needs.into_iter().flatten().filter_map(toml::Value::as_str);
            let needs = needs.map(|entry| entry.split(' ').next().unwrap().to_owned());
            graph
                .entry(package["name"].as_str().unwrap().to_owned())
                .or_default()
                .extend(needs);
        }
        Self(graph)
    }

    fn reachable(&self, from: &str) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut next = vec![from.to_owned()];
        while let Some(name) = next.pop() {
            if seen.insert(name.clone()) {
                next.extend(self.0.get(&name).into_iter().flatten().cloned());
            }
        }
        seen
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text of a file up to its tests.
fn code(path: &Path) -> String {
    let text = read(path);
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    text[..end].to_owned()
}

fn within(file: &Path, part: &str) -> bool {
    file.starts_with(root().join(part)) || file == root().join(format!("{part}.rs"))
}

fn all_sources() -> Vec<PathBuf> {
    [
        "protocol", "policy", "admin-ui", "node", "examples", "tests",
    ]
    .iter()
    .flat_map(|member| sources(member))
    .collect()
}

/// Every Rust source under a folder, fetched packages and build output left out.
fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap_or_default();
            if path.is_dir() && name != "node_modules" && name != "target" && name != "dist" {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
