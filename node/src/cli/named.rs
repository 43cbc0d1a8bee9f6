// SPDX-License-Identifier: EUPL-1.2
//! Documents, pages and messages send people to commands. Each of those commands is there, with its options.

use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use clap::{Arg, Command, CommandFactory};

use super::Arguments;

#[test]
fn every_command_that_a_document_or_a_message_names_exists() {
    let root = Arguments::command();
    let (mut named, mut faults) = (0, Vec::new());
    for file in files() {
        let text = fs::read_to_string(&file).unwrap();
        for line in mentions(&file, &text) {
            named += 1;
            if let Some(fault) = fault(&root, &line) {
                faults.push(format!("{}: `basisnet {line}`: {fault}", file.display()));
            }
        }
    }
    assert!(named > 250, "{named}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_command_option_or_value_that_does_not_exist_is_noticed() {
    let root = Arguments::command();
    let found = |line| fault(&root, line);
    assert_eq!(
        found("convenant tekenen KENMERK --handeling opzeggen"),
        None
    );
    assert_eq!(found("convenant voorbeeld inkoopregio > regio.toml"), None);
    assert_eq!(found("--json leden"), None);
    assert_eq!(found("leden invoeren --help"), None);
    let quoted = r#"doel advies P08 --toelichting "past bij de DPIA" --negatief"#;
    assert_eq!(found(quoted), None);
    for line in [
        "convenant ondertekenen KENMERK",
        "leden wij.lid",
        "convenant tekenen KENMERK --daad opzeggen",
        "convenant tekenen KENMERK --handeling weglopen",
        "convenant voorbeeld inkopers",
        "gereedschap",
    ] {
        assert!(found(line).is_some(), "{line}");
    }
}

/// What is wrong with a command line that somebody is told to type.
fn fault(root: &Command, line: &str) -> Option<String> {
    let mut command = root;
    let mut positionals = command.get_positionals();
    let words = words(line);
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        if [">", "|", "&&", "#", "\\"].contains(&word) {
            return None;
        }
        if let Some(name) = word.strip_prefix("--") {
            let Some(option) = option(root, command, name) else {
                return Some(format!("there is no option `{word}`"));
            };
            if option.is_some_and(|option| option.get_action().takes_values()) {
                let value = words.next().unwrap_or("…");
                let possible = option.map(Arg::get_possible_values).unwrap_or_default();
                if !is_value(value, &possible) {
                    return Some(format!("`{word}` is never `{value}`"));
                }
            }
        } else if let Some(next) = command.find_subcommand(word) {
            (command, positionals) = (next, next.get_positionals());
        } else if let Some(positional) = positionals.next() {
            if !is_value(word, &positional.get_possible_values()) {
                return Some(format!("nothing is called `{word}`"));
            }
        } else if !is_placeholder(word) && !takes_many(command) {
            return Some(format!("there is no `{word}`"));
        }
    }
    None
}

/// The words of a line; what stands between quotes is one, with its quotes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for character in line.chars() {
        quoted ^= character == '"';
        match words.last_mut() {
            Some(word) if quoted || !character.is_whitespace() => word.push(character),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The option of this name, of the command or of every command; nothing in it for `--help`.
fn option<'a>(root: &'a Command, command: &'a Command, name: &str) -> Option<Option<&'a Arg>> {
    if name == "help" {
        return Some(None);
    }
    let all = command.get_arguments().chain(root.get_arguments());
    let mut named = all.filter(|arg| {
        arg.get_long() == Some(name)
            || arg
                .get_all_aliases()
                .is_some_and(|names| names.contains(&name))
    });
    named.next().map(Some)
}

fn is_value(word: &str, possible: &[PossibleValue]) -> bool {
    possible.is_empty()
        || is_placeholder(word)
        || possible.iter().any(|value| value.matches(word, false))
}

fn is_placeholder(word: &str) -> bool {
    word.contains(['…', '{', '[', '<', '"'])
        || word.contains("...")
        || word.chars().all(|c| c.is_uppercase() || c == '-')
}

fn takes_many(command: &Command) -> bool {
    let last = command.get_positionals().last();
    last.and_then(Arg::get_num_args)
        .is_some_and(|count| count.max_values() > 1)
}

/// What stands after `basisnet` in a text: between backticks, and in documents at the start of an indented line.
fn mentions(file: &Path, text: &str) -> Vec<String> {
    let quoted = text
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let typed = text.lines().filter_map(|line| {
        let shown = line.starts_with("    ") || line.starts_with("$ ");
        let typed = line.trim_start().trim_start_matches("$ ");
        (shown && file.extension().is_some_and(|kind| kind == "md")).then_some(typed)
    });
    let lines = quoted.chain(typed);
    let after = lines.filter_map(|line| line.strip_prefix("basisnet "));
    after.map(str::to_owned).collect()
}

/// Everything that people read: documents, and the sources in which messages and pages stand.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for part in ["docs", "node/src", "admin-ui", "examples"] {
        walk(&root.join(part), &mut found);
    }
    let top = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    found.extend(top.filter(|path| path.extension().is_some_and(|kind| kind == "md")));
    // This file names commands that do not exist.
    found.retain(|file| !file.ends_with("cli/named.rs"));
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["node_modules", "dist", "target", "demo"].contains(&name.as_str())
                || path.ends_with("src/demo")
            {
                walk(&path, found);
            }
        } else if [".md", ".rs", ".ftl", ".html", ".toml"]
            .iter()
            .any(|kind| name.ends_with(kind))
        {
            found.push(path);
        }
    }
}
