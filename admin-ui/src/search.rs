// SPDX-License-Identifier: EUPL-1.2
//! The page to find an aanbieder of the own register, with how much of that register takes part.

use crate::form::{Fault, Field, faults};
use crate::frame::page;

/// The page to search.
#[derive(Clone, Debug)]
pub struct Search {
    /// KVK number, AGB code or (part of) a name.
    pub query: Field,
    /// What was found; none before a search.
    pub hits: Option<Vec<Hit>>,
    /// Whether there are more than are shown.
    pub more: bool,
    /// How much of the register takes part.
    pub coverage: Option<Coverage>,
}

/// An aanbieder that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// By which its page is found.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its KVK number.
    pub kvk: Option<String>,
    /// Its AGB codes.
    pub agb: Vec<String>,
    /// In how many other gemeenten it is known; none says nothing, because some may not have answered.
    pub known_elsewhere: usize,
    /// Whether it takes part.
    pub takes_part: bool,
}

/// How much of the register takes part, and why the rest does not: so that silence is not taken for "nobody knows it".
#[derive(Clone, Copy, Debug, Default)]
pub struct Coverage {
    /// All aanbieders.
    pub total: usize,
    /// That take part.
    pub taking_part: usize,
    /// Whose legal form is not known.
    pub legal_form_unknown: usize,
    /// Behind which a natural person stands.
    pub natural_person: usize,
    /// For another reason, such as no KVK number.
    pub other: usize,
}

impl Search {
    fn faults(&self) -> Vec<Fault> {
        faults([&self.query])
    }
}

page!(Search, SearchPage, "search.html");
