// SPDX-License-Identifier: EUPL-1.2
//! What the documents point at is there: files, folders, and headings behind a link.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{read, root};

/// What stands at the top of the project, so that a path that begins so is one of ours.
const TOP: [&str; 9] = [
    "protocol/",
    "policy/",
    "node/",
    "admin-ui/",
    "examples/",
    "tests/",
    "docs/",
    ".ci/",
    ".config/",
];

#[test]
fn every_link_in_the_documents_leads_somewhere() {
    let mut faults = Vec::new();
    for document in documents() {
        let text = read(&document);
        let here = document.parent().unwrap();
        for target in links(&text) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = match path {
                "" => document.clone(),
                path => here.join(path),
            };
            let leads =
                file.exists() && (heading.is_empty() || headings(&read(&file)).contains(heading));
            if !leads {
                faults.push(format!("{}: {target}", document.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_path_that_the_documents_name_exists() {
    let mut faults = Vec::new();
    for document in documents() {
        let text = read(&document);
        for name in quoted(&text).filter(|name| TOP.iter().any(|top| name.starts_with(top))) {
            let name = name.split("::").next().unwrap();
            let is_pattern = name.contains(['*', '<', '{', '[', '…', ' ']);
            if !is_pattern && !root().join(name).exists() {
                faults.push(format!("{}: {name}", document.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every document, at the top and under `docs`, `examples` and `tests`.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for part in ["docs", "examples", "tests"] {
        walk(&root().join(part), &mut found);
    }
    let top = std::fs::read_dir(root()).unwrap();
    let top = top.map(|entry| entry.unwrap().path());
    found.extend(top.filter(|path| is_document(path)));
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("node_modules") {
            walk(&path, found);
        } else if is_document(&path) {
            found.push(path);
        }
    }
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == "md")
}

/// Where the links of a text lead, but for those that lead out of the project.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    targets.filter(|target| !target.contains("://") && !target.contains(' '))
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// The headings of a document, as a link names them.
fn headings(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|line| line.starts_with('#'));
    let slug = |line: &str| {
        let plain = line.trim_start_matches('#').trim().to_lowercase();
        let kept = plain
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    lines.map(slug).collect()
}
