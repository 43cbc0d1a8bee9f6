// SPDX-License-Identifier: EUPL-1.2
//! The catalogue of purposes: what each is for, on which law it rests, and what it may exchange.
//!
//! A purpose is data with a version and a term, in `catalogue/*.toml`, so that an old decision still explains
//! itself with the old text. That it stands here does not put it into force: the controller does (see
//! [`crate::InForce`]).

mod beyond;
mod check;
mod form;
mod own;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, LegalBasis, PurposeId, Role};
use basisnet_protocol::time::{Date, Timestamp};
use sha2::{Digest, Sha256};

pub use beyond::{Beyond, Excess};
pub use own::{NotATerm, OwnTerm, OwnUse, Term};

use crate::position::{Faults, by_name};
use crate::record::{Domain, Field, RecordKind};
use crate::request::DataClass;
use texts::TEXTS;

/// The longest that an answer may be kept, in days, whatever the purpose.
pub const MAX_ANSWER_DAYS: u32 = 90;

/// In which way a purpose exchanges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exchange {
    /// Aanbieders are matched; the answer is a treffer or none.
    Treffer,
    /// One person asks one gemeente about one aanbieder.
    Inzage,
    /// Counts above a threshold.
    Telling,
    /// As an inzage, about the quality label alone.
    Label,
}

impl Exchange {
    /// The name in the catalogue and in the rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Treffer => "treffer",
            Self::Inzage => "inzage",
            Self::Telling => "telling",
            Self::Label => "label",
        }
    }
}

/// Who decides whether a purpose is put into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controller {
    /// The college, or the official mandated by it.
    College,
    /// The supervisory official, whom the law makes controller (Wmo 2015 art. 5.1.5).
    Toezichthouder,
}

/// Whether aanbieders behind whom a natural person stands can take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NaturalPersons {
    /// Only where the convenant has the stricter clause.
    WithClause,
    /// Never.
    Never,
}

/// How sure it is that the law says this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Read in the text of the law.
    Verified,
    /// Our understanding; a jurist has yet to confirm it.
    ToBeConfirmed,
}

/// A legal basis of a purpose, with its place in the law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// How questions and convenanten name it.
    pub code: LegalBasis,
    /// The law.
    pub law: String,
    /// The article.
    pub article: String,
    /// The ground of AVG art. 6, such as `6.1.e`. Consent is none of them.
    pub avg: String,
    /// How sure this is.
    pub standing: Standing,
}

/// One purpose in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its code, such as `P03`.
    pub id: PurposeId,
    /// Its version.
    pub version: u32,
    /// What it is for, in Dutch.
    pub name: String,
    /// Who decides whether it is put into force.
    pub controller: Controller,
    /// How sure it is that it may be exchanged for.
    pub standing: Standing,
    /// The first day on which it is valid.
    pub valid_from: Date,
    /// The first day on which it is not valid any more.
    pub valid_until: Date,
    /// In which ways it exchanges.
    pub exchange: BTreeSet<Exchange>,
    /// Whether inzage under it follows a treffer under P08.
    pub follows_treffer: bool,
    /// Which categories it needs.
    pub categories: BTreeSet<Category>,
    /// In which roles people work for it.
    pub roles: BTreeSet<Role>,
    /// Days that a receiver may keep an answer.
    pub retention_days: u32,
    /// The smallest group that a count may show.
    pub min_cell: u32,
    /// Whether natural persons can take part.
    pub natural_persons: NaturalPersons,
    /// On which law it rests.
    pub bases: Vec<Basis>,
    /// Where to go instead, for a purpose that exchanges nothing.
    pub pointer: Option<String>,
    /// To which task it belongs.
    pub domain: Domain,
    /// Which kinds of data it works with.
    pub data_classes: BTreeSet<DataClass>,
    /// Other purposes whose records it may use, because the law says so.
    pub builds_on: BTreeSet<PurposeId>,
    /// Whether it is always done for a member, within a mandate.
    pub for_member: bool,
    /// What may go to another gemeente, of the categories it needs.
    pub fields: BTreeSet<Field>,
    /// What the own people may see and do, by role.
    pub own: Vec<OwnUse>,
    /// How long the own records are kept.
    pub own_terms: Vec<OwnTerm>,
}

impl Entry {
    /// Whether it is valid at a moment.
    #[must_use]
    pub fn is_valid_at(&self, moment: Timestamp) -> bool {
        self.valid_from.start() <= moment && moment < self.valid_until.start()
    }

    /// A basis, by its code.
    #[must_use]
    pub fn basis(&self, code: &LegalBasis) -> Option<&Basis> {
        self.bases.iter().find(|basis| &basis.code == code)
    }

    /// Whether of these two the one with the higher version begins later, so that it can take over.
    fn makes_way_for(&self, other: &Self) -> bool {
        self.version.cmp(&other.version) == self.valid_from.cmp(&other.valid_from)
    }

    /// Whether it goes to other gemeenten at all, in whatever way.
    #[must_use]
    pub fn exchanges(&self) -> bool {
        !self.exchange.is_empty()
    }

    /// What somebody in this role may see of a kind of record, or handle.
    #[must_use]
    pub fn own_fields(&self, role: Role, kind: RecordKind, handles: bool) -> BTreeSet<Field> {
        let uses = self.own.iter().filter(|own| own.roles.contains(&role));
        let fields = uses.flat_map(|own| if handles { &own.handle } else { &own.view });
        fields
            .copied()
            .filter(|field| field.kind() == kind)
            .collect()
    }
}

/// Lets every version end where the next one begins.
fn take_over(entries: &mut BTreeMap<(PurposeId, u32), Entry>) {
    let mut next: Option<(PurposeId, Date)> = None;
    for ((id, _), entry) in entries.iter_mut().rev() {
        if let Some((_, begins)) = next.filter(|(other, _)| other == id) {
            entry.valid_until = entry.valid_until.min(begins);
        }
        next = Some((id.clone(), entry.valid_from));
    }
}

/// All purposes there are. What is not in it is refused.
///
/// A purpose can be there in several versions, each with its own term, and at any moment at most one of them is
/// valid. So a change of the law is a next version that begins where the old one ends, and an old decision still
/// finds the text it was taken with. Where a next version begins before the old one ends, it takes over on that day:
/// so a gemeente ends a purpose that comes with the program, which it cannot write in, in favour of its own.
#[derive(Clone, Debug)]
pub struct Catalogue {
    entries: BTreeMap<(PurposeId, u32), Entry>,
    texts: BTreeMap<String, String>,
    hash: Octets<32>,
}

impl Catalogue {
    /// The catalogue that comes with the program.
    pub fn embedded() -> Result<Self, Faults> {
        Self::from_texts(&TEXTS)
    }

    /// The catalogue that comes with the program, and more purposes as file name and text.
    pub fn with(more: &[(&str, &str)]) -> Result<Self, Faults> {
        let texts: Vec<_> = TEXTS.iter().chain(more).copied().collect();
        Self::from_texts(&texts)
    }

    /// A catalogue of which every text is given, one purpose a file: a draft, or one of years ago. With a fault in any
    /// of them there is none, and all faults are told.
    pub fn from_texts(texts: &[(&str, &str)]) -> Result<Self, Faults> {
        let mut entries: BTreeMap<(PurposeId, u32), Entry> = BTreeMap::new();
        let mut sources = BTreeMap::new();
        let mut faults = Vec::new();
        for (file, text) in texts {
            let entry = match form::read(file, text) {
                Ok(entry) => entry,
                Err(wrong) => {
                    faults.extend(wrong);
                    continue;
                }
            };
            let key = (entry.id.clone(), entry.version);
            let mut same = entries.values().filter(|other| other.id == entry.id);
            if entries.contains_key(&key) {
                faults.push(form::twice(file, text, &key.0, key.1));
            } else if let Some(other) = same.find(|other| !other.makes_way_for(&entry)) {
                faults.push(form::overlap(file, text, &entry, other));
            }
            entries.insert(key.clone(), entry);
            sources.insert(key, *text);
        }
        Faults::or(Some(()), faults)?;
        take_over(&mut entries);
        let mut hash = Sha256::new();
        hash.update(b"basisnet/catalogue/v1");
        for text in sources.values() {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        Ok(Self {
            entries,
            texts: by_name(texts),
            hash: Octets(hash.finalize().into()),
        })
    }

    /// A purpose in one version.
    #[must_use]
    pub fn entry(&self, id: &PurposeId, version: u32) -> Option<&Entry> {
        self.entries.get(&(id.clone(), version))
    }

    /// The newest version of a purpose.
    #[must_use]
    pub fn newest(&self, id: &PurposeId) -> Option<&Entry> {
        self.versions(id).next_back()
    }

    /// The version of a purpose that is valid at a moment.
    #[must_use]
    pub fn valid(&self, id: &PurposeId, moment: Timestamp) -> Option<&Entry> {
        self.versions(id).find(|entry| entry.is_valid_at(moment))
    }

    /// The version of a purpose to speak about at a moment: the one that is valid, else the newest.
    #[must_use]
    pub fn current(&self, id: &PurposeId, moment: Timestamp) -> Option<&Entry> {
        self.valid(id, moment).or_else(|| self.newest(id))
    }

    /// The catalogue as it is at a moment: of each purpose the version that is then valid.
    pub fn at(&self, moment: Timestamp) -> impl Iterator<Item = &Entry> {
        self.entries()
            .filter(move |entry| entry.is_valid_at(moment))
    }

    /// All purposes, by code and version.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The texts it was read from, by file name: kept with the hash, they explain old decisions.
    #[must_use]
    pub const fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// The texts that come with the program, to start a draft from.
    #[must_use]
    pub const fn embedded_texts() -> &'static [(&'static str, &'static str)] {
        &TEXTS
    }

    /// SHA-256 over all texts, by code and version.
    #[must_use]
    pub const fn hash(&self) -> Octets<32> {
        self.hash
    }

    fn versions(&self, id: &PurposeId) -> impl DoubleEndedIterator<Item = &Entry> {
        let range = (id.clone(), 0)..=(id.clone(), u32::MAX);
        self.entries.range(range).map(|(_, entry)| entry)
    }
}
