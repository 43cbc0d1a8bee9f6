// SPDX-License-Identifier: EUPL-1.2
//! What a command says: results on standard output, all else on standard error, so that a pipe gets only results.

use std::io::{IsTerminal, Write};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::Failure;

/// Where no screen is, a line says so often that something still goes on, in seconds.
const EVERY: u64 = 10;

/// Speaks to a person, or in JSON to a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a program is listening.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// The result: JSON for a program, what `human` says for a person.
    pub(crate) fn show<T: Serialize>(self, value: &T, human: impl FnOnce(Self, &T)) {
        if self.json {
            let text = serde_json::to_string_pretty(value).unwrap_or_else(|_| "null".to_owned());
            self.line(&text);
        } else {
            human(self, value);
        }
    }

    /// One line of result. A reader that went away is not our fault.
    pub(crate) fn line(self, text: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// Text exactly as it is, such as a file that goes into a pipe.
    pub(crate) fn raw(self, bytes: &[u8]) {
        let _ = std::io::stdout().lock().write_all(bytes);
    }

    /// A remark that is not the result.
    pub(crate) fn note(self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// What was done, for a person; a program sees it from the exit code.
    pub(crate) fn done(self, text: &str) {
        if !self.json {
            self.line(text);
        }
    }

    /// Why it did not work.
    pub(crate) fn failure(self, failure: &Failure) {
        if self.json {
            let value = serde_json::json!({
                "afloop": failure.exit as u8,
                "fout": failure.text,
                "punten": failure.details,
            });
            self.note(&value.to_string());
        } else {
            self.note(&failure.to_string());
        }
    }

    /// Columns under headings, as wide as what stands in them.
    pub(crate) fn table(self, headings: &[&str], rows: &[Vec<String>]) {
        let widths = widths(headings, rows);
        let width = |column: usize| widths.get(column).copied().unwrap_or_default();
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let text: String = cells
                .enumerate()
                .map(|(column, cell)| format!("{cell:<width$}  ", width = width(column)))
                .collect();
            self.line(text.trim_end());
        };
        line(&mut headings.iter().copied());
        let rules: Vec<String> = (0..headings.len())
            .map(|column| "-".repeat(width(column)))
            .collect();
        line(&mut rules.iter().map(String::as_str));
        for row in rows {
            line(&mut row.iter().map(String::as_str));
        }
    }

    /// Does something that may take long; after a second a person sees that it goes on. On a screen the seconds run; in
    /// a file or a script it is a line now and then.
    pub(crate) fn busy<T>(self, what: &str, work: impl FnOnce() -> T) -> T {
        if self.json {
            return work();
        }
        let on_screen = std::io::stderr().is_terminal();
        let (done, wait) = mpsc::sync_channel::<()>(1);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let start = Instant::now();
                let mut next = 1;
                while wait.recv_timeout(Duration::from_secs(1))
                    == Err(mpsc::RecvTimeoutError::Timeout)
                {
                    let seconds = start.elapsed().as_secs();
                    if on_screen {
                        next = 0;
                        let _ = write!(std::io::stderr(), "\r{what} … {seconds} s");
                    } else if seconds >= next {
                        next = seconds + EVERY;
                        let _ = writeln!(std::io::stderr(), "{what} … {seconds} s");
                    }
                }
                if next == 0 {
                    let _ = writeln!(std::io::stderr());
                }
            });
            let outcome = work();
            drop(done);
            outcome
        })
    }
}

/// Per column the longest of what stands in it; counted once, since a register may have thousands of rows.
fn widths(headings: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    let mut widths: Vec<usize> = headings.iter().map(|one| one.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_the_longest_that_stands_in_it() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let rows = [row(["é", "lang genoeg"]), row(["kort", ""])];
        assert_eq!(widths(&["naam", "x", "leeg"], &rows), [4, 11, 4]);
    }
}
