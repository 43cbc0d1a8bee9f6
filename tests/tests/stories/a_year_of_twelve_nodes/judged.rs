// SPDX-License-Identifier: EUPL-1.2
//! What the nodes know and what their logs say, held against what must be so.

use basisnet_node::audit::{By, Entry, EntryContents, Event, Id, Log, Noted};
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::Epoch;
use basisnet_protocol::time::Timestamp;

use super::*;

/// A publication a day; and one that is this much late was missed.
const CADENCE: Duration = Duration::from_secs((24 + 2) * 3_600);
/// What the law has people do; everything else a node does by itself.
const BY_PEOPLE: [&str; 15] = [
    "AanbiederAdded",
    "BetrokkenheidAdded",
    "BetrokkenheidEnded",
    "ConvenantDrafted",
    "ConvenantSent",
    "ConvenantSigned",
    "EstateGiven",
    "EstateTaken",
    "MemberImported",
    "MemberIssued",
    "MemberSized",
    "PurposeAdvised",
    "PurposeInForce",
    "SuccessionHeld",
    "SuccessionSigned",
];

/// What was seen, so that a year in which nothing happened is noticed.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The aanbieders by their ids at each member.
    pub(super) names: BTreeMap<(usize, Id), u32>,
    pub(super) introduced: usize,
    pub(super) drafted: usize,
    pub(super) moved_for: u32,
    pub(super) slowest: Duration,
    /// How far the log of each was read.
    read: BTreeMap<usize, u64>,
    by_people: BTreeMap<String, usize>,
    exchanges: usize,
    expected: usize,
    pairs: usize,
    renewed: BTreeSet<usize>,
    indexes: usize,
}

impl Year {
    /// Every member knows each treffer that it must know by now, and none that is not one.
    pub(super) fn check(&mut self) {
        let now = self.network.clock.now();
        for one in 0..GEMEENTEN.len() {
            if !self.network.is_up(one) {
                continue;
            }
            let known = self.known(one);
            for other in 0..GEMEENTEN.len() {
                self.check_pair((one, other), &known, now);
            }
        }
    }

    /// The aanbieders on which a member has treffers, and at whom.
    fn known(&self, one: usize) -> BTreeSet<(u32, usize)> {
        let treffers = self.network.node(one).services().treffers.all().unwrap();
        let known = treffers.into_iter().flat_map(|(id, members)| {
            let aanbieder = self.seen.names[&(one, id)];
            members
                .into_iter()
                .map(move |of| (aanbieder, self.number(of)))
        });
        known.collect()
    }

    fn check_pair(
        &mut self,
        (one, other): (usize, usize),
        known: &BTreeSet<(u32, usize)>,
        now: Timestamp,
    ) {
        let at_other = || {
            known
                .iter()
                .filter(|(_, of)| *of == other)
                .map(|(of, _)| *of)
        };
        for aanbieder in at_other() {
            let ever = self.registers.ever(other, aanbieder);
            assert!(ever, "{other} never knew {aanbieder}, and {one} has it");
        }
        let Some(since) = self.agreed.since(one, other, now) else {
            return;
        };
        let whole = self
            .agreed
            .between(one, other, now)
            .try_fold(since, |whole, version| {
                let of_version = (&version.members, version.begins()?);
                let of_pair = (&version.members, since);
                let outages = &self.outages;
                let heard = outages.whole_since(one, other, of_version)?;
                let heard = heard.max(outages.whole_since(one, other, of_pair)?);
                Some(whole.max(heard))
            });
        // Something is broken between the two now.
        let Some(whole) = whole else { return };
        for aanbieder in self.registers.of(one) {
            let Some(there) = self.registers.since(other, aanbieder) else {
                continue;
            };
            let here = self.registers.since(one, aanbieder).unwrap();
            let shared = whole.max(here).max(there);
            if now.since(shared) >= CADENCE {
                let day = self.day;
                let found = known.contains(&(aanbieder, other));
                assert!(
                    found,
                    "day {day}: {one} does not know of {aanbieder} at {other}, shared since {shared}"
                );
                self.seen.expected += 1;
            }
        }
        for aanbieder in at_other() {
            if let Some(ended) = self.registers.ended(other, aanbieder) {
                // What stands in an index stays in it for its epoch, and that of the next opens three days before it.
                let epoch = Epoch::at(ended + days(3)).unwrap();
                let held = now < epoch.held_until();
                assert!(
                    held,
                    "{one} still has {aanbieder} at {other}, ended {ended}"
                );
            }
        }
        self.seen.pairs += 1;
    }

    fn number(&self, oin: Oin) -> usize {
        let mut members = self.network.members().iter();
        members.position(|member| member.oin == oin).unwrap()
    }

    /// What the logs of all nodes that run say since they were read last.
    pub(super) fn read_logs(&mut self) {
        for number in 0..GEMEENTEN.len() {
            if !self.network.is_up(number) {
                continue;
            }
            let log = Log::new(self.network.node(number).base().store.clone());
            loop {
                let from = self.seen.read.get(&number).copied().unwrap_or(0);
                let page = log.page(from, 500).unwrap();
                let Some(Entry { index, .. }) = page.last() else {
                    break;
                };
                self.seen.read.insert(number, index + 1);
                for entry in page {
                    let EntryContents::Noted { at, noted } = entry.contents else {
                        panic!("{number}: {entry:?}")
                    };
                    self.judge(number, at, *noted);
                }
            }
        }
    }

    /// Something in the log of a member may be there.
    fn judge(&mut self, me: usize, at: Timestamp, Noted { by, event }: Noted) {
        if let By::Account { .. } = by {
            let text = format!("{event:?}");
            let name = text.split([' ', '{']).next().unwrap().to_owned();
            assert!(BY_PEOPLE.contains(&name.as_str()), "{me} by hand: {text}");
            *self.seen.by_people.entry(name).or_default() += 1;
        }
        match event {
            Event::BatchEvaluated { peer, grounds, .. } => {
                self.is_agreed((me, peer), at, "evaluated");
                self.is_accepted((me, peer), at, grounds.convenant.unwrap());
            }
            Event::IndexPublished { peer, grounds, .. } => {
                self.is_accepted((me, peer), at, grounds.convenant.unwrap());
                self.seen.indexes += 1;
            }
            Event::IndexReceived { peer, .. }
            | Event::IndexSentAgain { peer, .. }
            | Event::BatchAnswered { peer, .. } => self.is_agreed((me, peer), at, "received"),
            Event::CertificateInUse { .. } => drop(self.seen.renewed.insert(me)),
            Event::SecurityIncident { .. }
            | Event::AlarmRaised { .. }
            | Event::IndexRefused { .. } => panic!("{me} at {at}: {event:?}"),
            _ => {}
        }
    }

    /// The two may exchange at that moment, whatever each of them knows.
    fn is_agreed(&mut self, (me, peer): (usize, Oin), at: Timestamp, what: &str) {
        let peer = self.number(peer);
        let agreed = self.agreed.may(me, peer, at);
        assert!(agreed, "{me} {what} of {peer} at {at} outside a convenant");
        self.seen.exchanges += 1;
    }

    /// Both accepted the version, or those in whose places they stand, and it is not over.
    fn is_accepted(&self, (me, peer): (usize, Oin), at: Timestamp, hash: ConvenantHash) {
        let version = self
            .agreed
            .version(hash)
            .expect("a version that people drafted");
        let accepted = |one: usize| {
            let places = self.agreed.places(version, one, at);
            let by = |member: &usize| version.accepted.get(member).is_some_and(|when| *when <= at);
            !places.is_empty() && places.iter().all(by)
        };
        assert!(
            accepted(me) && accepted(self.number(peer)),
            "{me} {at}: {version:?}"
        );
        assert!(at < version.until, "{me} {at}: {version:?}");
    }
}

impl Seen {
    pub(super) fn tell(&self) {
        println!("by people: {:?}", self.by_people);
        println!(
            "{} exchanges, {} indexes, {} times a treffer that had to be known, {} times a pair, {} certificates renewed, {} drafts, the slowest day {:?}",
            self.exchanges,
            self.indexes,
            self.expected,
            self.pairs,
            self.renewed.len(),
            self.drafted,
            self.slowest,
        );
    }

    pub(super) fn is_no_empty_year(&self) {
        assert!(self.exchanges > 1_000 && self.expected > 500, "{self:?}");
        assert_eq!(
            self.renewed.len(),
            GEMEENTEN.len(),
            "every certificate was renewed"
        );
        // Cards went by hand where people met, and never again.
        assert_eq!(self.by_people["MemberImported"], self.introduced);
        assert_eq!(self.by_people["ConvenantSent"], self.drafted);
        // One went up in another, which took over what it left.
        assert_eq!(self.by_people["SuccessionSigned"], 2);
        assert_eq!(self.by_people["EstateTaken"], 1);
    }
}
