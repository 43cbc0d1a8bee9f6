// SPDX-License-Identifier: EUPL-1.2
//! What the README claims about speed, measured: `make bench`, or `make bench ARGS=sweep` for one subject.
//!
//! Every figure that compares is a ratio of two things measured in this one run, on this one machine. The bar behind
//! it is printed too, and the program ends with 1 when a figure falls short of it.

#![expect(
    clippy::expect_used,
    reason = "a benchmark whose world cannot be set up has nothing to measure, and stops"
)]

mod convenanten;
mod daily;
mod decisions;
mod forming;
mod inzage;
mod machine;
mod matching;
mod memory;
mod report;
mod store;

use report::Report;

/// A subject: the word to ask for it by, and what measures it.
type Subject = (&'static str, fn(&mut Report));

/// All subjects, in the order in which they are printed.
const SUBJECTS: &[Subject] = &[
    ("sweep", matching::sweep),
    ("index", matching::index),
    ("decisions", decisions::measure),
    ("convenanten", convenanten::measure),
    ("inzage", inzage::measure),
    ("forming", forming::measure),
    ("daily", daily::measure),
    ("store", store::measure),
    ("memory", memory::measure),
];

fn main() -> std::process::ExitCode {
    if store::is_child() {
        return std::process::ExitCode::SUCCESS;
    }
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut report = Report::start(&machine::describe());
    for (name, measure) in SUBJECTS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            report.subject(name);
            measure(&mut report);
        }
    }
    report.finish()
}
