// SPDX-License-Identifier: EUPL-1.2
//! One look: many records, one purpose where that can be, one entry in the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use basisnet_policy::{
    Action, Domain, Fact, Grounds as DecisionGrounds, RecordFacts, RecordKind, Refusal,
};
use basisnet_protocol::merkle;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;

use super::choice::{Asker, Wish};
use super::{Mask, OwnError, grounds, refused};
use crate::audit::{Alike, Event, Grounds, Id};
use crate::service::account::AccountId;

/// So many aanbieders are named in the entry of one look; of a longer list only how many.
const MOST_NAMED: usize = 100;

/// A record that is shown through a mask.
pub trait OwnRecord {
    /// What is shown of it: fields that are not in the mask are not in it either.
    type Seen;

    /// The record.
    fn id(&self) -> Id;
    /// Which kind it is.
    fn kind(&self) -> RecordKind;
    /// About which aanbieder.
    fn aanbieder(&self) -> Id;
    /// What the rules need to know about it, for who looks.
    fn facts(&self, who: AccountId) -> RecordFacts;
    /// The part of it that the mask covers.
    fn seen(&self, mask: &Mask, now: Timestamp) -> Self::Seen;
}

/// So many decisions that differ are kept with one look.
const MOST_KEPT: usize = 16;

/// What the rules said to a set of facts.
#[derive(Clone)]
enum Verdict {
    Shown(Arc<Mask>, Arc<str>),
    Withheld(Option<Arc<Refusal>>),
}

impl Verdict {
    /// What came out, as text: the same for all that came out the same.
    fn canonical(&self, kind: RecordKind) -> String {
        match self {
            Self::Shown(_, text) => format!("{kind} {text}"),
            Self::Withheld(refusal) => {
                let guards = refusal.iter().flat_map(|refusal| refusal.guards());
                let guards: Vec<String> = guards.map(ToString::to_string).collect();
                format!("{kind} refuse {}", guards.join(" "))
            }
        }
    }
}

/// One look of one person at own records.
pub struct Look<'a> {
    asker: &'a Asker<'a>,
    known: BTreeMap<(RecordKind, RecordFacts), (Verdict, usize)>,
    // Decisions that came out differently, in the order in which they were taken.
    different: Vec<(String, Option<Alike>)>,
    handled: BTreeMap<(RecordKind, RecordFacts), bool>,
    purposes: BTreeSet<PurposeId>,
    aanbieders: BTreeSet<Id>,
    records: u32,
    refused: Option<(RecordKind, Option<Id>, Arc<Refusal>)>,
    hidden: u32,
    leaves: Vec<Vec<u8>>,
    told: Option<Told>,
}

/// What stands in the log of a look, where that is more than which records it was about.
type Told = Box<dyn FnOnce(PurposeId, Grounds) -> Event + Send>;

impl std::fmt::Debug for Look<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Look")
            .field("records", &self.records)
            .field("hidden", &self.hidden)
            .finish_non_exhaustive()
    }
}

impl<'a> Look<'a> {
    pub(super) const fn new(asker: &'a Asker<'a>) -> Self {
        Self {
            asker,
            known: BTreeMap::new(),
            different: Vec::new(),
            handled: BTreeMap::new(),
            purposes: BTreeSet::new(),
            aanbieders: BTreeSet::new(),
            records: 0,
            refused: None,
            hidden: 0,
            leaves: Vec::new(),
            told: None,
        }
    }

    /// Has the log say this of the look, for the purpose and under the rules of its first decision.
    pub fn tell(&mut self, event: impl FnOnce(PurposeId, Grounds) -> Event + Send + 'static) {
        self.told = Some(Box::new(event));
    }

    /// Whether the rules would let who looks handle a record. A hint for who makes a list: doing it is asked anew.
    pub fn handles<R: OwnRecord>(&mut self, record: &R) -> bool {
        let key = (record.kind(), record.facts(self.asker.account));
        if let Some(known) = self.handled.get(&key) {
            return *known;
        }
        let wish = Wish::new(Action::Handle, key.0, &key.1);
        let handles = self.asker.decide(&wish, &self.purposes).is_ok();
        self.handled.insert(key, handles);
        handles
    }

    /// What the rules show of a record; none when that is nothing. For lists, in which it is then left out.
    pub fn see<R: OwnRecord>(&mut self, record: &R) -> Option<R::Seen> {
        let (verdict, place) = self.judge(record);
        if let Some((_, Some(alike))) = self.different.get_mut(place) {
            alike.records = alike.records.saturating_add(1);
        }
        match verdict {
            Verdict::Shown(mask, text) => {
                self.records = self.records.saturating_add(1);
                self.aanbieders.insert(record.aanbieder());
                self.leaf(record, &text);
                Some(record.seen(&mask, self.asker.now))
            }
            Verdict::Withheld(refusal) => {
                self.hidden = self.hidden.saturating_add(1);
                self.leaf(record, "refuse");
                if let Some(refusal) = refusal {
                    let what = (record.kind(), Some(record.aanbieder()), refusal);
                    self.refused.get_or_insert(what);
                }
                None
            }
        }
    }

    /// What the rules show of the one record that somebody asked for.
    ///
    /// # Errors
    /// When that is nothing, with every reason.
    pub fn must_see<R: OwnRecord>(&mut self, record: &R) -> Result<R::Seen, OwnError> {
        if let Some(seen) = self.see(record) {
            return Ok(seen);
        }
        Err(OwnError::Refused(match self.judge(record).0 {
            Verdict::Withheld(Some(refusal)) => self.asker.engine.explain(&refusal),
            Verdict::Withheld(None) | Verdict::Shown(..) => Vec::new(),
        }))
    }

    /// Goes on for who would see a record of this kind, if nothing stood in the way of that record.
    ///
    /// # Errors
    /// For all others, with every reason.
    pub fn must_ever_see(&mut self, kind: RecordKind) -> Result<(), OwnError> {
        let facts = harmless(self.asker.now);
        let wish = Wish::new(Action::View, kind, &facts);
        match self.asker.decide(&wish, &self.purposes) {
            Ok(_) => Ok(()),
            Err(None) => Err(OwnError::Refused(Vec::new())),
            Err(Some(refusal)) => {
                let reasons = self.asker.engine.explain(&refusal);
                self.refused.get_or_insert((kind, None, Arc::new(*refusal)));
                Err(OwnError::Refused(reasons))
            }
        }
    }

    /// What the rules say to a record, and the place of that among what differs.
    fn judge<R: OwnRecord>(&mut self, record: &R) -> (Verdict, usize) {
        let key = (record.kind(), record.facts(self.asker.account));
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let wish = Wish::new(Action::View, key.0, &key.1);
        let (verdict, decided) = match self.asker.decide(&wish, &self.purposes) {
            Ok(permit) => {
                self.purposes.insert(permit.grounds().purpose.clone());
                let decided = permit.grounds().clone();
                let mask = Mask::of(permit);
                let text = mask.canonical().into();
                (Verdict::Shown(Arc::new(mask), text), Some(decided))
            }
            Err(refusal) => {
                let refusal = refusal.map(|refusal| Arc::new(*refusal));
                let decided = refusal.as_ref().map(|refusal| refusal.grounds().clone());
                (Verdict::Withheld(refusal), decided)
            }
        };
        let place = self.place(verdict.canonical(key.0), decided);
        self.known.insert(key, (verdict.clone(), place));
        (verdict, place)
    }

    /// Where among the decisions that differ this one stands; the first that comes out so is kept.
    fn place(&mut self, canonical: String, decided: Option<DecisionGrounds>) -> usize {
        let known = self.different.iter().position(|(one, _)| *one == canonical);
        known.unwrap_or_else(|| {
            let room = self.different.len() < MOST_KEPT;
            let alike = decided.filter(|_| room).map(|decided| Alike {
                records: 0,
                grounds: grounds(&decided),
            });
            self.different.push((canonical, alike));
            self.different.len() - 1
        })
    }

    fn leaf<R: OwnRecord>(&mut self, record: &R, verdict: &str) {
        let id = record.id();
        self.leaves
            .push([id.as_bytes(), verdict.as_bytes()].concat());
    }

    /// The entry for the log; none when there was nothing to see.
    pub(super) fn event(self) -> Option<Event> {
        // The first of what was shown stands first; without it, nothing was shown.
        let shown = |(canonical, alike): &(String, Option<Alike>)| {
            canonical.contains(" permit ") && alike.is_some()
        };
        let Some(first) = self.different.iter().position(shown) else {
            let (kind, aanbieder, refusal) = self.refused?;
            return Some(refused(&refusal, kind, aanbieder));
        };
        let mut different = self.different;
        let first = different.remove(first).1?;
        let Alike { records, grounds } = first;
        let others = different.into_iter().filter_map(|(_, alike)| alike);
        if let (Some(told), Some(purpose)) = (self.told, self.purposes.first()) {
            return Some(told(purpose.clone(), grounds));
        }
        let all = self.aanbieders.len();
        let named = (all <= MOST_NAMED).then_some(self.aanbieders);
        Some(Event::OwnShown {
            aanbieders: named.unwrap_or_default().into_iter().collect(),
            of: u32::try_from(all).unwrap_or(u32::MAX),
            records: self.records,
            withheld: self.hidden,
            purposes: self.purposes,
            verdicts: Octets(merkle::root(&self.leaves)),
            grounds,
            alike: Some(records),
            others: others.collect(),
        })
    }
}

/// A record about which nothing stands in the way: with it somebody is asked for whether there is a purpose at all.
fn harmless(now: Timestamp) -> RecordFacts {
    RecordFacts {
        domain: Some(Domain::Contractbeheer),
        handed_over_to: Some(BTreeSet::from(Domain::ALL)),
        collected_for: "P01".parse().ok(),
        laws: Some(BTreeSet::new()),
        data_classes: Some(BTreeSet::new()),
        assigned: Fact::Yes,
        shielded: Fact::No,
        restricted: Fact::No,
        secret: Fact::No,
        secrecy_weighed: Fact::No,
        retained_until: Some(now + std::time::Duration::from_secs(1)),
    }
}
