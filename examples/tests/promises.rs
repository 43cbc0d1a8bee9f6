// SPDX-License-Identifier: EUPL-1.2
//! Every example prints what its first lines promise, and stays short enough to read.

#![cfg(test)]

use std::path::Path;
use std::process::Command;

/// The longest that a letter to a newcomer may be.
const LONGEST: usize = 100;

#[test]
fn one_match_prints_what_it_promises() {
    keeps_its_promise("one_match.rs", env!("CARGO_BIN_EXE_one-match"));
}

#[test]
fn one_decision_prints_what_it_promises() {
    keeps_its_promise("one_decision.rs", env!("CARGO_BIN_EXE_one-decision"));
}

#[test]
fn verify_log_prints_what_it_promises() {
    keeps_its_promise("verify_log.rs", env!("CARGO_BIN_EXE_verify-log"));
}

#[test]
fn two_nodes_prints_what_it_promises() {
    keeps_its_promise("two_nodes.rs", env!("CARGO_BIN_EXE_two-nodes"));
}

fn keeps_its_promise(source: &str, program: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().count();
    assert!(lines <= LONGEST, "{source} has {lines} lines");
    let output = Command::new(program).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{source}: {errors}");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        printed.trim_end(),
        promise(&text),
        "{source} prints something else than it promises"
    );
}

/// The text block in the first comment.
fn promise(text: &str) -> String {
    let comment = text.lines().map_while(|line| {
        line.strip_prefix("//!")
            .or_else(|| line.strip_prefix("// ").map(|_| ""))
    });
    let block: Vec<&str> = comment
        .skip_while(|line| line.trim() != "```text")
        .skip(1)
        .take_while(|line| line.trim() != "```")
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    assert!(!block.is_empty(), "an example without a promise");
    block.join("\n")
}
