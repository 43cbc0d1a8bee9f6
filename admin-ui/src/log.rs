// SPDX-License-Identifier: EUPL-1.2
//! The log, in sentences that a reader understands without knowing the program.

use crate::format::Moment;
use crate::frame::page;

/// A page of the log.
#[derive(Clone, Debug)]
pub struct Log {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// How many there are in all.
    pub total: usize,
    /// Where newer ones start.
    pub newer: Option<String>,
    /// Where older ones start.
    pub older: Option<String>,
    /// Whether the reader sees only what he did himself.
    pub own_only: bool,
}

/// A line of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place in the log.
    pub number: u64,
    /// When; none where its contents are gone.
    pub at: Option<Moment>,
    /// What happened.
    pub sentence: String,
}

page!(Log, LogPage, "log.html");
