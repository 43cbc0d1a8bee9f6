// SPDX-License-Identifier: EUPL-1.2
//! Reading and verifying the log, by those who may.
//!
//! The FG and the controller read all of it, the beheerder all that is not about an aanbieder, and everybody what he
//! did himself: that is a function of the house. What an aanbieder in a line is called is a matter of the rules, as
//! everywhere: who is not shown aanbieders reads their mark, and to read a name is a look, with an entry of its own.
//! A verification is itself an entry too.

mod sentence;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;

pub use sentence::{Names, alarm_text, purpose, sentence};

use super::aanbieder::{AanbiederError, Aanbieders};
use super::account::{Account, Actor, Function, NotAllowed};
use super::leden::Leden;
use crate::audit::{EntryContents, Event, Id, Log, LogFault, Noted, Verified};
use crate::store::{Change, CommitError, Store, StoreError};

/// The most lines in one page.
pub const MAX_PAGE: usize = 200;
/// How many entries are looked through for one page.
const MAX_SCAN: u64 = 20_000;
/// How many entries are read at a time.
const CHUNK: u64 = 256;

/// The log of the own organisation.
#[derive(Clone, Debug)]
pub struct Logboek {
    store: Store,
    log: Log,
    members: Option<Leden>,
    register: Option<Aanbieders>,
}

/// A line of the log for a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    /// When; none where the contents are gone or cannot be read.
    pub at: Option<Timestamp>,
    /// What happened.
    pub sentence: String,
    /// Under which purpose.
    pub purpose: Option<PurposeId>,
}

/// A page of the log, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many entries the log holds, for whomever.
    pub total: u64,
    /// The lines.
    pub lines: Vec<Line>,
    /// Before which number the next page starts; none when there is no more.
    pub older: Option<u64>,
    /// Whether the reader sees only what he did himself.
    pub own_only: bool,
}

/// Why the log was not read or verified.
#[derive(Debug, thiserror::Error)]
pub enum LogboekError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Names could not be looked up.
    #[error(transparent)]
    Names(#[from] AanbiederError),
    /// Something is not in order.
    #[error(transparent)]
    Fault(#[from] LogFault),
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl Logboek {
    /// The log in a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let log = Log::new(store.clone());
        Self {
            store,
            log,
            members: None,
            register: None,
        }
    }

    /// The same, naming other members as their records do, and aanbieders as the rules show them to who reads.
    #[must_use]
    pub fn naming(self, members: Leden, register: Aanbieders) -> Self {
        Self {
            members: Some(members),
            register: Some(register),
            ..self
        }
    }

    /// At most `limit` lines before number `before`, newest first; from the end when there is no `before`.
    ///
    /// # Errors
    /// When the store cannot be read, or a name was looked up and that cannot be written.
    pub async fn page(
        &self,
        actor: &Actor,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Page, LogboekError> {
        let total = self.log.size()?;
        let limit = limit.min(MAX_PAGE);
        let mut until = before.map_or(total, |number| number.saturating_sub(1).min(total));
        let stop = until.saturating_sub(MAX_SCAN);
        let mut lines = Vec::new();
        while until > stop && lines.len() < limit {
            let from = until.saturating_sub(CHUNK);
            let count = usize::try_from(until - from).unwrap_or_default();
            let mut entries = self.log.page(from, count)?;
            while let Some(entry) = entries.pop() {
                if lines.len() == limit {
                    break;
                }
                until = entry.index;
                if is_for(actor, &entry.contents) {
                    lines.push((entry.index, entry.contents));
                }
            }
            if lines.len() < limit {
                until = from;
            }
        }
        Ok(Page {
            total,
            lines: self.in_words(actor, &lines).await?,
            older: (until > 0).then_some(until + 1),
            own_only: !sees_all(actor) && !actor.holds(Function::ReadLogOfNode),
        })
    }

    /// What these entries say, with the names that this reader may see.
    async fn in_words(
        &self,
        actor: &Actor,
        entries: &[(u64, EntryContents)],
    ) -> Result<Vec<Line>, LogboekError> {
        let (named, lines) = {
            let registers = Registers::new(self, BTreeMap::new());
            let lines: Vec<Line> = entries.iter().map(|one| line(one, &registers)).collect();
            (registers.asked.into_inner(), lines)
        };
        let names = match &self.register {
            Some(register) => register.names(actor, named).await?,
            None => BTreeMap::new(),
        };
        if names.is_empty() {
            return Ok(lines);
        }
        let registers = Registers::new(self, names);
        Ok(entries.iter().map(|one| line(one, &registers)).collect())
    }

    /// Checks every byte of the log, and writes in it that this was done and what came out.
    ///
    /// # Errors
    /// The first thing that is not in order, with the entry it concerns.
    pub async fn verify(&self, actor: &Actor) -> Result<Verified, LogboekError> {
        actor.require(Function::VerifyLog)?;
        let log = self.log.clone();
        let outcome = tokio::task::spawn_blocking(move || log.verify(|_, _| {})).await;
        let outcome = outcome.unwrap_or(Err(LogFault::Unreadable(StoreError::Closed)));
        let size = match &outcome {
            Ok(verified) => verified.size,
            Err(_) => self.log.size().unwrap_or_default(),
        };
        let event = Event::LogVerified {
            size,
            sound: outcome.is_ok(),
        };
        let noted = Change::new().audit(event.by(actor.by()));
        self.store.commit(noted).await?;
        Ok(outcome?)
    }
}

fn sees_all(actor: &Actor) -> bool {
    actor.holds(Function::ReadLog)
}

fn is_for(actor: &Actor, contents: &EntryContents) -> bool {
    match contents {
        EntryContents::Noted { noted, .. } => may_read(actor, noted),
        EntryContents::Forgotten | EntryContents::Unreadable => sees_all(actor),
    }
}

fn line((index, contents): &(u64, EntryContents), names: &Registers<'_>) -> Line {
    let number = index + 1;
    let bare = |sentence: &str| Line {
        number,
        at: None,
        sentence: sentence.to_owned(),
        purpose: None,
    };
    match contents {
        EntryContents::Noted { at, noted } => Line {
            number,
            at: Some(*at),
            sentence: sentence(noted, names),
            purpose: purpose(&noted.event).cloned(),
        },
        EntryContents::Forgotten => bare("De bewaartermijn is voorbij; de inhoud is gewist."),
        EntryContents::Unreadable => {
            bare("Deze regel kan niet worden gelezen. Laat het logboek controleren.")
        }
    }
}

fn may_read(actor: &Actor, noted: &Noted) -> bool {
    sees_all(actor)
        || noted.by == actor.by()
        || (actor.holds(Function::ReadLogOfNode) && !is_about_aanbieder(&noted.event))
}

/// Whether an entry says something about an aanbieder, or about a question about one.
const fn is_about_aanbieder(event: &Event) -> bool {
    matches!(
        event,
        Event::OwnShown { .. }
            | Event::OwnRefused { .. }
            | Event::AanbiederAdded { .. }
            | Event::AanbiederChanged { .. }
            | Event::BetrokkenheidAdded { .. }
            | Event::BetrokkenheidEnded { .. }
            | Event::BetrokkenheidHandedOver { .. }
            | Event::SecrecyChanged { .. }
            | Event::TrefferShown { .. }
            | Event::InzageWithheld { .. }
            | Event::InzageAsked { .. }
            | Event::InzageReceived { .. }
            | Event::InzageDecided { .. }
            | Event::InzageDeferred { .. }
            | Event::InzageHandled { .. }
            | Event::InzageAnswered { .. }
            | Event::InzageShown { .. }
            | Event::InzageExpired { .. }
            | Event::InzageWithdrawn { .. }
            | Event::InzageUndelivered { .. }
    )
}

/// Names as the registers of this node know them now; of aanbieders only those that the reader may see.
struct Registers<'a> {
    store: &'a Store,
    members: Option<&'a Leden>,
    names: BTreeMap<Id, String>,
    asked: RefCell<BTreeSet<Id>>,
}

impl<'a> Registers<'a> {
    fn new(logboek: &'a Logboek, names: BTreeMap<Id, String>) -> Self {
        Self {
            store: &logboek.store,
            members: logboek.members.as_ref(),
            names,
            asked: RefCell::default(),
        }
    }
}

impl Names for Registers<'_> {
    fn account(&self, id: Id) -> String {
        let found = self.store.get::<Account>(id).ok().flatten();
        found.map_or_else(
            || format!("account {}", short(&id)),
            |account| account.value.name().to_owned(),
        )
    }

    fn aanbieder(&self, id: Id) -> String {
        self.asked.borrow_mut().insert(id);
        let name = self.names.get(&id).cloned();
        format!("aanbieder {}", name.unwrap_or_else(|| short(&id)))
    }

    fn member(&self, oin: Oin) -> String {
        let known = self
            .members
            .and_then(|members| members.one(oin).ok().flatten());
        known.map_or_else(|| format!("organisatie {oin}"), |lid| lid.record.name)
    }
}

fn short(id: &Id) -> String {
    let text = id.to_string();
    text.get(..8).unwrap_or(&text).to_owned()
}

/// The ones who may have the log verified, for the doors.
#[must_use]
pub fn may_verify(actor: &Actor) -> bool {
    actor.holds(Function::VerifyLog)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use basisnet_protocol::octets::Octets;
    use basisnet_protocol::purpose::Role;

    use super::*;
    use crate::clock::Clock;
    use crate::keys::{NodeKey, Secret};
    use crate::store::{Engine, StoreConfig, StoreKeys};

    async fn filled() -> (tempfile::TempDir, Logboek) {
        let folder = tempfile::tempdir().unwrap();
        let signer = Arc::new(NodeKey::from_seed(Secret::new([7; 32])).unwrap());
        let keys = StoreKeys::load_or_create(&folder.path().join("keys"), "log.test", signer);
        let config = StoreConfig {
            dir: folder.path().join("data"),
            engine: Engine::Redb,
            reserve_bytes: 0,
            cache_bytes: 16 << 20,
        };
        let clock = Clock::wound("2026-11-21T12:00:00Z".parse().unwrap());
        let store = Store::open(&config, keys.unwrap(), clock).unwrap();
        let id = Octets([9; 16]);
        let visser = Actor::testing_only("t.visser", [Role::ToezichthouderKwaliteit]);
        let mut change = Change::new().audit(Event::NodeStopped {});
        for _ in 0..300 {
            change = change.audit(
                Event::AanbiederAdded {
                    aanbieder: id,
                    grounds: None,
                }
                .by(visser.by()),
            );
        }
        store.commit(change).await.unwrap();
        (folder, Logboek::new(store))
    }

    #[tokio::test]
    async fn the_fg_reads_everything_page_after_page() {
        let (_folder, logboek) = filled().await;
        let fg = Actor::testing_only("fg", [Role::Fg]);
        let mut before = None;
        let mut numbers = Vec::new();
        loop {
            let page = logboek.page(&fg, before, 70).await.unwrap();
            assert_eq!((page.total, page.own_only), (301, false));
            numbers.extend(page.lines.iter().map(|line| line.number));
            before = page.older;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(numbers, (1..=301).rev().collect::<Vec<u64>>());
    }

    #[tokio::test]
    async fn everybody_reads_what_he_did_and_the_beheerder_nothing_about_an_aanbieder() {
        let (_folder, logboek) = filled().await;
        let visser = Actor::testing_only("t.visser", [Role::ToezichthouderKwaliteit]);
        let other = Actor::testing_only("a.nder", [Role::Contractmanager]);
        let beheerder = Actor::testing_only("beheer", [Role::Beheerder]);
        assert_eq!(
            logboek.page(&visser, None, 200).await.unwrap().lines.len(),
            200
        );
        let page = logboek.page(&other, None, 200).await.unwrap();
        assert!(page.own_only && page.lines.is_empty() && page.older.is_none());
        let page = logboek.page(&beheerder, None, 200).await.unwrap();
        assert_eq!(page.lines.len(), 1);
        assert_eq!(page.lines[0].sentence, "De node is gestopt.");
    }

    #[tokio::test]
    async fn a_verification_is_an_entry_itself_and_takes_a_role() {
        let (_folder, logboek) = filled().await;
        let visser = Actor::testing_only("t.visser", [Role::ToezichthouderKwaliteit]);
        let refused = logboek.verify(&visser).await.unwrap_err();
        assert!(matches!(refused, LogboekError::NotAllowed(_)));
        let fg = Actor::testing_only("fg", [Role::Fg]);
        assert_eq!(logboek.verify(&fg).await.unwrap().size, 301);
        let page = logboek.page(&fg, None, 1).await.unwrap();
        let sentence = &page.lines[0].sentence;
        assert!(sentence.ends_with("301 regels, alles klopt."), "{sentence}");
    }
}
