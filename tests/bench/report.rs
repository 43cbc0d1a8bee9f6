// SPDX-License-Identifier: EUPL-1.2
//! Prints figures in one form, and remembers whether all of them met their bar.

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The figures of one run.
pub(crate) struct Report {
    short: Vec<String>,
    subject: String,
}

impl Report {
    /// Prints the heading.
    pub(crate) fn start(machine: &str) -> Self {
        println!("Measured on: {machine}");
        Self {
            short: Vec::new(),
            subject: String::new(),
        }
    }

    /// Begins a subject.
    pub(crate) fn subject(&mut self, name: &str) {
        name.clone_into(&mut self.subject);
        println!("\n{name}");
    }

    /// A figure without a bar.
    pub(crate) fn figure(&self, what: &str, value: &str) {
        println!("  {what:<64} {value:>14}");
    }

    /// A duration without a bar.
    pub(crate) fn time(&self, what: &str, value: Duration) {
        self.figure(what, &pretty(value));
    }

    /// So many a second.
    pub(crate) fn rate(&self, what: &str, count: usize, took: Duration) {
        self.figure(what, &format!("{:.0}/s", count as f64 / took.as_secs_f64()));
    }

    /// A figure that may be at most `bar`, in `unit`.
    pub(crate) fn at_most(&mut self, what: &str, value: f64, bar: f64, unit: &str) {
        let met = value <= bar;
        let verdict = if met { "met" } else { "NOT MET" };
        println!(
            "  {what:<64} {:>14}  (at most {bar}{unit}: {verdict})",
            format!("{value:.2}{unit}")
        );
        if !met {
            self.short.push(format!("{}: {what}", self.subject));
        }
    }

    /// Prints the closing line; the exit code says whether every bar was met.
    pub(crate) fn finish(self) -> ExitCode {
        if self.short.is_empty() {
            println!("\nEvery bar was met.");
            return ExitCode::SUCCESS;
        }
        println!("\nBars not met:");
        for short in &self.short {
            println!("  {short}");
        }
        ExitCode::FAILURE
    }
}

/// How long one call takes.
pub(crate) fn timed<T>(call: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = call();
    (start.elapsed(), result)
}

/// The value below which so many percent of the samples lie; nothing for no samples.
pub(crate) fn percentile(samples: &[Duration], percent: usize) -> Duration {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    let place = sorted.len().saturating_sub(1) * percent / 100;
    sorted.get(place).copied().unwrap_or_default()
}

/// The middle sample.
pub(crate) fn median(samples: &[Duration]) -> Duration {
    percentile(samples, 50)
}

fn pretty(value: Duration) -> String {
    match value.as_micros() {
        0..10_000 => format!("{} µs", value.as_micros()),
        10_000..10_000_000 => format!("{} ms", value.as_millis()),
        _ => format!("{:.1} s", value.as_secs_f64()),
    }
}
