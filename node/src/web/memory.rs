// SPDX-License-Identifier: EUPL-1.2
//! What has to be known on the page after a form: the last search, and what the last action did.
//!
//! It lives in memory only. A restart forgets it, and then a reader searches once more.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use basisnet_admin_ui::frame::{Notice, NoticeKind};

/// So many visitors are remembered; the one who came first is forgotten first.
const MAX_VISITORS: usize = 2_048;

/// What is remembered of all visitors.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<Visitors>);

#[derive(Debug, Default)]
struct Visitors {
    notes: HashMap<String, Note>,
    arrivals: u64,
}

#[derive(Debug, Default)]
struct Note {
    arrived: u64,
    query: Option<String>,
    notice: Option<Notice>,
}

impl Memory {
    /// Keeps a search.
    pub(super) fn search(&self, visitor: &str, query: &str) {
        self.with(visitor, |note| note.query = Some(query.to_owned()));
    }

    /// The last search.
    pub(super) fn last_search(&self, visitor: &str) -> Option<String> {
        let visitors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        visitors.notes.get(visitor)?.query.clone()
    }

    /// Keeps what an action did, to be told once.
    pub(super) fn done(&self, visitor: &str, text: String) {
        let notice = Notice {
            kind: NoticeKind::Done,
            text,
        };
        self.with(visitor, |note| note.notice = Some(notice));
    }

    /// What the last action did; told once.
    pub(super) fn take_notice(&self, visitor: &str) -> Option<Notice> {
        let mut visitors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        visitors.notes.get_mut(visitor)?.notice.take()
    }

    /// Forgets a visitor.
    pub(super) fn forget(&self, visitor: &str) {
        let mut visitors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        visitors.notes.remove(visitor);
    }

    fn with(&self, visitor: &str, write: impl FnOnce(&mut Note)) {
        let mut visitors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        visitors.arrivals = visitors.arrivals.saturating_add(1);
        let arrived = visitors.arrivals;
        if visitors.notes.len() >= MAX_VISITORS && !visitors.notes.contains_key(visitor) {
            let first = visitors.notes.iter().min_by_key(|(_, note)| note.arrived);
            if let Some(first) = first.map(|(key, _)| key.clone()) {
                visitors.notes.remove(&first);
            }
        }
        let note = visitors.notes.entry(visitor.to_owned()).or_default();
        note.arrived = arrived;
        write(note);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_action_did_is_told_once() {
        let memory = Memory::default();
        memory.done("a", "gedaan".to_owned());
        assert!(memory.take_notice("b").is_none());
        assert_eq!(memory.take_notice("a").unwrap().text, "gedaan");
        assert!(memory.take_notice("a").is_none());
    }

    #[test]
    fn so_many_visitors_are_remembered_and_the_first_is_forgotten_first() {
        let memory = Memory::default();
        for visitor in 0..=MAX_VISITORS {
            memory.search(&visitor.to_string(), "zorg");
        }
        assert!(memory.last_search("0").is_none());
        assert!(memory.last_search("1").is_some());
        assert!(memory.last_search(&MAX_VISITORS.to_string()).is_some());
    }
}
