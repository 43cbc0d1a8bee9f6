// SPDX-License-Identifier: EUPL-1.2
//! The steps by which another version takes its place: propose, confirm, withdraw, and back again.

use std::collections::BTreeSet;
use std::sync::Arc;

use basisnet_policy::Engine;
use basisnet_policy::difference::difference;
use basisnet_protocol::personal;

use super::advice::followed;
use super::versions::keep_texts;
use super::{Beleid, BeleidError, Bestand, Staat, Stand, Turn, Versie, draft};
use crate::audit::Event;
use crate::service::account::{Actor, Function, two_people};
use crate::store::{Change, Expect, StoreError, Stored};
use tokio::sync::OwnedMutexGuard;

/// The longest text with a step, in characters.
const MAX_TEXT: usize = 500;
/// So many proposals wait at one time: each holds its files, and somebody reads them.
const MAX_WAITING: usize = 20;

impl Beleid {
    /// Proposes a version: all its files, on top of what comes with the program. It counts for nothing yet.
    ///
    /// # Errors
    /// When the caller may not, the files have faults, or nothing is different.
    pub async fn propose(&self, actor: &Actor, files: &[Bestand]) -> Result<Versie, BeleidError> {
        actor.require(Function::ProposePolicy)?;
        let turn = self.turns.take()?;
        let engine = engine_of(files.to_vec(), Some(turn)).await?;
        let _writing = self.writing.lock().await;
        let found = difference(&self.engine.current(), &engine);
        if found.is_empty() {
            return Err(BeleidError::Same);
        }
        let (expect, mut stand) = self.stand()?;
        let mut waiting = self.waiting(&stand)?;
        if waiting.len() >= MAX_WAITING {
            return Err(BeleidError::TooManyWaiting);
        }
        stand.last += 1;
        waiting.insert(stand.last);
        stand.waiting = Some(waiting);
        let version = Versie {
            number: stand.last,
            files: files.to_vec(),
            policy: engine.rules().hash(),
            catalogue: engine.catalogue().hash(),
            changes: found.changes.iter().map(ToString::to_string).collect(),
            purposes: found.purposes,
            proposed: self.step(actor)?,
            advice: None,
            earlier_advice: Vec::new(),
            confirmed: None,
            against_advice: None,
            taken_back: None,
            withdrawn: None,
            state: Staat::Proposed,
        };
        let event = Event::PolicyProposed {
            version: version.number,
            policy: version.policy,
            catalogue: version.catalogue,
        };
        let change = Change::new()
            .put(Stand::KEY, &stand, expect)?
            .put(Versie::key(version.number), &version, Expect::Absent)?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(version)
    }

    /// Takes a proposal away, so that nobody puts it in its place any more. It stays in the list, with the reason.
    ///
    /// # Errors
    /// When the caller may not propose, gives no reason, or the version does not wait.
    pub async fn withdraw(
        &self,
        actor: &Actor,
        number: u32,
        because: &str,
    ) -> Result<Versie, BeleidError> {
        actor.require(Function::ProposePolicy)?;
        let because = text("reden", because)?;
        let _writing = self.writing.lock().await;
        let Stored { version, mut value } = self.proposal(number)?;
        value.withdrawn = Some((self.step(actor)?, because));
        value.state = Staat::Withdrawn;
        let (expect, stand) = self.without_proposal(number)?;
        let event = Event::PolicyWithdrawn { version: number };
        let change = Change::new()
            .put(Stand::KEY, &stand, expect)?
            .put(Versie::key(number), &value, Expect::Version(version))?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(value)
    }

    /// Puts a version in its place, by another person than proposed it. From the next decision on it counts.
    ///
    /// # Errors
    /// When the caller may not or proposed it, an advice is missing or not followed without a reason, or another
    /// version came in between. Then what counted still counts.
    pub async fn confirm(
        &self,
        actor: &Actor,
        number: u32,
        against_advice: Option<&str>,
    ) -> Result<Versie, BeleidError> {
        actor.require(Function::DecidePolicy)?;
        let writing = Arc::clone(&self.writing).lock_owned().await;
        let Stored { version, mut value } = self.proposal(number)?;
        let advised: BTreeSet<_> = value.all_advice().map(|advice| advice.step.by).collect();
        for before in advised.into_iter().chain([value.proposed.by]) {
            if let Some(why) = two_people(&self.store, before, actor.account())? {
                return Err(why.into());
            }
        }
        value.against_advice = followed(&value, against_advice)?;
        let engine = engine_of(value.files.clone(), None).await?;
        let found = difference(&self.engine.current(), &engine);
        let told: Vec<_> = found.changes.iter().map(ToString::to_string).collect();
        if told != value.changes {
            return Err(BeleidError::Overtaken);
        }
        value.confirmed = Some(self.step(actor)?);
        value.state = Staat::Active;
        value.policy = engine.rules().hash();
        value.catalogue = engine.catalogue().hash();
        let (expect, mut stand) = self.without_proposal(number)?;
        let mut change = Change::new();
        if let Some(before) = self.version(stand.active)? {
            let replaced = Versie {
                state: Staat::Replaced,
                ..before.value
            };
            let key = Versie::key(stand.active);
            change = change.put(key, &replaced, Expect::Version(before.version))?;
        }
        stand.previous = Some(stand.active);
        stand.active = number;
        let event = Event::PolicyActivated {
            version: number,
            policy: value.policy,
            catalogue: value.catalogue,
        };
        let change = keep_texts(&self.store, change, &engine)?
            .put(Stand::KEY, &stand, expect)?
            .put(Versie::key(number), &value, Expect::Version(version))?
            .audit(event.by(actor.by()));
        self.put_in_place(change, engine, writing).await?;
        Ok(value)
    }

    /// Brings the version back that counted before this one.
    ///
    /// One person can: it is a state that two people chose before, and who sees a mistake does not wait. It goes one
    /// step back and no further.
    ///
    /// # Errors
    /// When the caller may not, there is none, or it does not load any more.
    pub async fn restore(&self, actor: &Actor, because: &str) -> Result<Stand, BeleidError> {
        actor.require(Function::DecidePolicy)?;
        let because = text("reden", because)?;
        let writing = Arc::clone(&self.writing).lock_owned().await;
        let (expect, mut stand) = self.stand()?;
        let previous = stand.previous.take().ok_or(BeleidError::NothingBefore)?;
        let left = self.version(stand.active)?.ok_or(BeleidError::Unknown)?;
        let key = Versie::key(stand.active);
        let taken_back = Versie {
            state: Staat::TakenBack,
            taken_back: Some((self.step(actor)?, because)),
            ..left.value
        };
        let mut change = Change::new().put(key, &taken_back, Expect::Version(left.version))?;
        let back = self.version(previous)?;
        let files = back.as_ref().map(|stored| stored.value.files.clone());
        let engine = engine_of(files.unwrap_or_default(), None).await?;
        if let Some(back) = back {
            let active = Versie {
                state: Staat::Active,
                ..back.value
            };
            let key = Versie::key(previous);
            change = change.put(key, &active, Expect::Version(back.version))?;
        }
        stand.active = previous;
        let event = Event::PolicyRestored {
            version: previous,
            policy: engine.rules().hash(),
            catalogue: engine.catalogue().hash(),
        };
        let change = keep_texts(&self.store, change, &engine)?
            .put(Stand::KEY, &stand, expect)?
            .audit(event.by(actor.by()));
        self.put_in_place(change, engine, writing).await?;
        Ok(stand)
    }

    /// Writes which version counts, and lets it count. Once it is being written both happen, also when whoever asked
    /// for it has gone away; else what stands there would count only after a restart.
    async fn put_in_place(
        &self,
        change: Change,
        engine: Engine,
        writing: OwnedMutexGuard<()>,
    ) -> Result<(), BeleidError> {
        let (store, current) = (self.store.clone(), self.engine.clone());
        let work = async move {
            let _writing = writing;
            store.commit(change).await?;
            current.swap(engine);
            Ok(())
        };
        let done = tokio::spawn(work).await;
        done.unwrap_or(Err(BeleidError::Store(StoreError::Closed)))
    }

    /// The proposals that wait. What an earlier program wrote did not count them; they are looked up once.
    fn waiting(&self, stand: &Stand) -> Result<BTreeSet<u32>, StoreError> {
        if let Some(waiting) = &stand.waiting {
            return Ok(waiting.clone());
        }
        let mut waiting = BTreeSet::new();
        for number in 1..=stand.last {
            let version = self.version(number)?;
            if version.is_some_and(|stored| stored.value.state == Staat::Proposed) {
                waiting.insert(number);
            }
        }
        Ok(waiting)
    }

    /// How the policy stands when this proposal does not wait any more.
    fn without_proposal(&self, number: u32) -> Result<(Expect, Stand), StoreError> {
        let (expect, mut stand) = self.stand()?;
        let mut waiting = self.waiting(&stand)?;
        waiting.remove(&number);
        stand.waiting = Some(waiting);
        Ok((expect, stand))
    }

    pub(super) fn proposal(&self, number: u32) -> Result<Stored<Versie>, BeleidError> {
        let stored = self.version(number)?.ok_or(BeleidError::Unknown)?;
        match stored.value.state {
            Staat::Proposed => Ok(stored),
            Staat::Active | Staat::Replaced | Staat::TakenBack | Staat::Withdrawn => {
                Err(BeleidError::NotProposed)
            }
        }
    }
}

/// The engine with these files, read where it holds up nobody else.
async fn engine_of(files: Vec<Bestand>, turn: Option<Turn>) -> Result<Engine, BeleidError> {
    let work = move || {
        let _turn = turn;
        draft(&files)
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or(Err(BeleidError::Store(StoreError::Closed)))
}

pub(super) fn text(field: &'static str, text: &str) -> Result<String, BeleidError> {
    match optional(field, text)? {
        text if text.is_empty() => Err(BeleidError::Text(field)),
        text => Ok(text),
    }
}

pub(super) fn optional(field: &'static str, text: &str) -> Result<String, BeleidError> {
    let text = text.trim();
    let odd = text.chars().count() > MAX_TEXT || text.chars().any(char::is_control);
    if odd || personal::holds_bsn(text) {
        return Err(BeleidError::Text(field));
    }
    Ok(text.to_owned())
}
