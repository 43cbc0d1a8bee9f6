// SPDX-License-Identifier: EUPL-1.2
//! How the story is told: numbered steps, what was typed, what came back, and whether that was right.

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::time::Instant;

/// Tells the story on standard output and keeps the score.
#[derive(Debug)]
pub(super) struct Teller {
    begun: Instant,
    colour: bool,
    step: usize,
    right: usize,
    wrong: Vec<String>,
}

impl Teller {
    pub(super) fn new(begun: Instant) -> Self {
        Self {
            begun,
            colour: std::io::stdout().is_terminal(),
            step: 0,
            right: 0,
            wrong: Vec::new(),
        }
    }

    /// A new step, with what it is about.
    pub(super) fn step(&mut self, title: &str) {
        self.step += 1;
        let seconds = self.begun.elapsed().as_secs();
        let heading = format!("{:>2}. {title}", self.step);
        self.line(&format!("\n{}  ({seconds} s)", self.bold(&heading)));
    }

    /// What is going on, for who reads along.
    pub(super) fn say(&self, text: impl Display) {
        self.line(&format!("    {text}"));
    }

    /// What somebody types.
    pub(super) fn typed(&self, who: &str, words: &[&str]) {
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        self.line(&format!("    {who} $ basisnet {}", words.join(" ")));
    }

    /// Something that has to be so. What is not so is remembered, and the story goes on.
    pub(super) fn check(&mut self, what: &str, holds: bool) {
        let mark = if holds {
            self.right += 1;
            self.painted("32", "goed")
        } else {
            self.wrong.push(format!("stap {}: {what}", self.step));
            self.painted("31", "FOUT")
        };
        self.line(&format!("    {mark}  {what}"));
    }

    /// What did not come out right.
    pub(super) fn wrong(&self) -> &[String] {
        &self.wrong
    }

    /// The last line: how many things were right, and how many not.
    pub(super) fn score(&self) {
        let seconds = self.begun.elapsed().as_secs();
        self.line(&format!(
            "\n{} passed, {} failed ({seconds} s)",
            self.right,
            self.wrong.len()
        ));
    }

    fn line(&self, text: &str) {
        // A reader that went away is no reason to leave nodes running.
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    fn bold(&self, text: &str) -> String {
        self.painted("1", text)
    }

    fn painted(&self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{word}'")
    }
}
