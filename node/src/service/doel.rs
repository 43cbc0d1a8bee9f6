// SPDX-License-Identifier: EUPL-1.2
//! Purposes: what the catalogue says of them, what the FG advised, and what the controller decided.
//!
//! A purpose exchanges nothing until the controller put it into force here. The FG advises (AVG art. 39) and does not
//! decide (art. 38 lid 6), so an advice and a decision are two records by two people; a decision without an advice
//! does not exist, and one against the advice says why.

mod error;
mod record;
mod verder;

use std::collections::BTreeSet;

use basisnet_policy::{Entry, FgAdvice, Followed, InForce};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::personal;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::{Date, Timestamp};
use basisnet_protocol::wire;
use sha2::{Digest, Sha256};

pub use error::DoelError;
pub use record::{Advice, Decided};
pub(in crate::service) use verder::further_uses;
pub use verder::{VerderBesluit, VerderGebruik};

use super::account::{Actor, Function, two_people};
use super::beleid::CurrentEngine;
use super::changes::Changes;
use crate::audit::Event;
use crate::clock::Clock;
use crate::store::{Change, CommitError, Expect, Store, StoreError, Stored};

/// The longest text in an advice or a decision, in characters.
const MAX_TEXT: usize = 500;

/// What the controller decides on.
#[derive(Clone, Debug)]
pub struct Decision {
    /// By which mandate, or as which body.
    pub mandate: String,
    /// Where the data protection impact assessment is found.
    pub dpia: String,
    /// Why the advice is not followed; only for a negative one.
    pub against_advice: Option<String>,
}

/// A purpose with all that is known about it here.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What the catalogue says.
    pub entry: Entry,
    /// What the FG advised last.
    pub advice: Option<Advice>,
    /// What the controller decided last.
    pub decided: Option<Decided>,
    /// At which moment this is so.
    pub at: Timestamp,
}

impl Standing {
    /// The decision, while it holds.
    #[must_use]
    pub fn in_force(&self) -> Option<&Decided> {
        self.stands()
            .filter(|decided| decided.in_force.since <= self.at)
    }

    /// The decision that will hold from a later moment.
    #[must_use]
    pub fn ahead(&self) -> Option<&Decided> {
        self.stands()
            .filter(|decided| decided.in_force.since > self.at)
    }

    fn stands(&self) -> Option<&Decided> {
        let decided = self.decided.as_ref();
        decided.filter(|decided| decided.in_force.until.is_none())
    }
}

/// The purposes of one node.
#[derive(Clone, Debug)]
pub struct Doelen {
    store: Store,
    clock: Clock,
    engine: CurrentEngine,
    changes: Changes,
}

impl Doelen {
    /// The purposes of the catalogue in this engine.
    #[must_use]
    pub fn new(store: Store, clock: Clock, engine: impl Into<CurrentEngine>) -> Self {
        Self {
            store,
            clock,
            engine: engine.into(),
            changes: Changes::default(),
        }
    }

    /// Goes up when a purpose comes into force or is taken out of it.
    #[must_use]
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.changes.follow()
    }

    /// All purposes, for everybody who works here.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn list(&self, _actor: &Actor) -> Result<Vec<Standing>, DoelError> {
        let catalogue = self.engine.catalogue();
        let entries = catalogue.entries();
        entries.map(|entry| self.standing(entry)).collect()
    }

    /// One purpose, in the newest version when none is named.
    ///
    /// # Errors
    /// When the catalogue does not have it.
    pub fn show(
        &self,
        _actor: &Actor,
        purpose: &PurposeId,
        version: Option<u32>,
    ) -> Result<Standing, DoelError> {
        self.standing(&self.entry(purpose, version)?)
    }

    /// One purpose in the version of now, for the program itself.
    ///
    /// # Errors
    /// When the catalogue does not have it.
    pub fn standing_of(&self, purpose: &PurposeId) -> Result<Standing, DoelError> {
        self.standing(&self.entry(purpose, None)?)
    }

    /// The decision about a purpose, for the program itself; also one that was withdrawn, which says until when.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn in_force(
        &self,
        purpose: &PurposeId,
        version: u32,
    ) -> Result<Option<InForce>, StoreError> {
        let key = record::key(purpose, version);
        let decided = self.store.get::<Decided>(key)?;
        Ok(decided.map(|decided| decided.value.in_force))
    }

    /// Records what the FG advises about a purpose.
    ///
    /// # Errors
    /// When the caller is not the FG, or the text cannot be used.
    pub async fn advise(
        &self,
        actor: &Actor,
        purpose: &PurposeId,
        version: Option<u32>,
        positive: bool,
        remark: &str,
    ) -> Result<Standing, DoelError> {
        actor.require(Function::Advise)?;
        let entry = self.entry(purpose, version)?;
        let key = record::key(purpose, entry.version);
        let (expect, before) = match self.store.get::<Advice>(&key)? {
            Some(stored) => (Expect::Version(stored.version), Some(stored.value)),
            None => (Expect::Absent, None),
        };
        let advice = self.advice(actor, positive, remark)?.after(before);
        let event = Event::PurposeAdvised {
            purpose: purpose.clone(),
            version: entry.version,
            positive,
        };
        let change = Change::new()
            .put(key, &advice, expect)?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        self.standing(&entry)
    }

    /// Puts a purpose into force: from now on it may be exchanged for, where a convenant says so too.
    ///
    /// # Errors
    /// When the caller is not the controller, there is no advice, it is not followed without a reason, or it is in
    /// force already.
    pub async fn put_into_force(
        &self,
        actor: &Actor,
        purpose: &PurposeId,
        version: Option<u32>,
        decision: Decision,
    ) -> Result<Standing, DoelError> {
        self.put_into_force_from(actor, purpose, version, None, decision)
            .await
    }

    /// The same from a day on that may lie ahead, so that a next version can take over on its first day without anybody
    /// being up at midnight. Until then nothing is exchanged for it.
    ///
    /// # Errors
    /// The same, and when that day is over or the purpose is not valid on it.
    pub async fn put_into_force_from(
        &self,
        actor: &Actor,
        purpose: &PurposeId,
        version: Option<u32>,
        from: Option<Date>,
        decision: Decision,
    ) -> Result<Standing, DoelError> {
        actor.require(Function::DecidePurposes)?;
        let now = self.clock.now();
        let today = now.date();
        let since = match from {
            Some(day) if day < today => return Err(DoelError::Over(day)),
            Some(day) if day > today => day.start(),
            Some(_) | None => now,
        };
        let entry = self.entry_at(purpose, version, since)?;
        if !entry.is_valid_at(since) {
            return Err(DoelError::NotValid {
                from: since.date(),
                valid_from: entry.valid_from,
                valid_until: entry.valid_until,
            });
        }
        let key = record::key(purpose, entry.version);
        let stored = self.store.get::<Decided>(&key)?;
        if stored
            .as_ref()
            .is_some_and(|s| s.value.in_force.until.is_none())
        {
            return Err(DoelError::InForceAlready);
        }
        let advice = self.store.get::<Advice>(&key)?.ok_or(DoelError::NoAdvice)?;
        let ended = stored.as_ref().and_then(|s| s.value.in_force.until);
        self.by_two(&advice.value, ended, actor)?;
        let decided = Decided {
            by: actor.account(),
            in_force: InForce {
                purpose: purpose.clone(),
                version: entry.version,
                who: actor.name().to_owned(),
                mandate: text("mandaat", &decision.mandate)?,
                since,
                advice: followed(
                    advice.value.to_answer(ended),
                    decision.against_advice.as_deref(),
                )?,
                dpia_ref: text("dpia", &decision.dpia)?,
                until: None,
            },
            withdrawn_by: None,
            because: String::new(),
        };
        let event = Event::PurposeInForce {
            purpose: purpose.clone(),
            version: entry.version,
            decision: hash_of(&decided)?,
            from: (since > now).then_some(since.date()),
        };
        self.write(actor, &decided, stored, event).await?;
        self.standing(&entry)
    }

    /// Takes a purpose out of force: from now on nothing is exchanged for it.
    ///
    /// # Errors
    /// When the caller is not the controller, or it is not in force.
    pub async fn withdraw(
        &self,
        actor: &Actor,
        purpose: &PurposeId,
        version: Option<u32>,
        because: &str,
    ) -> Result<Standing, DoelError> {
        actor.require(Function::DecidePurposes)?;
        let entry = self.entry(purpose, version)?;
        let stored = self
            .store
            .get::<Decided>(record::key(purpose, entry.version))?
            .filter(|stored| stored.value.in_force.until.is_none())
            .ok_or(DoelError::NotInForce)?;
        let mut decided = stored.value.clone();
        decided.in_force.until = Some(self.clock.now());
        decided.withdrawn_by = Some(actor.account());
        decided.because = text("reden", because)?;
        let event = Event::PurposeWithdrawn {
            purpose: purpose.clone(),
        };
        self.write(actor, &decided, Some(stored), event).await?;
        self.standing(&entry)
    }

    async fn write(
        &self,
        actor: &Actor,
        decided: &Decided,
        before: Option<Stored<Decided>>,
        event: Event,
    ) -> Result<(), DoelError> {
        let expect = before.map_or(Expect::Absent, |stored| Expect::Version(stored.version));
        let key = record::key(&decided.in_force.purpose, decided.in_force.version);
        let change = Change::new()
            .put(key, decided, expect)?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        self.changes.note();
        Ok(())
    }

    /// Goes on where one person cannot have advised and decide too.
    fn by_two(
        &self,
        advice: &Advice,
        ended: Option<Timestamp>,
        actor: &Actor,
    ) -> Result<(), DoelError> {
        let advisers: BTreeSet<_> = advice.open(ended).map(|one| one.by).collect();
        for adviser in advisers {
            if let Some(why) = two_people(&self.store, adviser, actor.account())? {
                return Err(why.into());
            }
        }
        Ok(())
    }

    /// What an FG says now.
    fn advice(&self, actor: &Actor, positive: bool, remark: &str) -> Result<Advice, DoelError> {
        Ok(Advice {
            by: actor.account(),
            name: actor.name().to_owned(),
            given: self.clock.now(),
            positive,
            remark: optional("toelichting", remark)?,
            earlier: Vec::new(),
        })
    }

    fn entry(&self, purpose: &PurposeId, version: Option<u32>) -> Result<Entry, DoelError> {
        self.entry_at(purpose, version, self.clock.now())
    }

    /// A purpose in a version, or in the one that is valid at a moment.
    fn entry_at(
        &self,
        purpose: &PurposeId,
        version: Option<u32>,
        moment: Timestamp,
    ) -> Result<Entry, DoelError> {
        let catalogue = self.engine.catalogue();
        let entry = match version {
            Some(version) => catalogue.entry(purpose, version),
            None => catalogue.current(purpose, moment),
        };
        entry.cloned().ok_or(DoelError::Unknown)
    }

    fn standing(&self, entry: &Entry) -> Result<Standing, DoelError> {
        let key = record::key(&entry.id, entry.version);
        Ok(Standing {
            entry: entry.clone(),
            advice: self.store.get::<Advice>(&key)?.map(|stored| stored.value),
            decided: self.store.get::<Decided>(&key)?.map(|stored| stored.value),
            at: self.clock.now(),
        })
    }
}

/// The advice as it goes into the decision.
fn followed(advice: &Advice, against: Option<&str>) -> Result<FgAdvice, DoelError> {
    let followed = match (advice.positive, against) {
        (true, _) => Followed::Yes,
        (false, None) => return Err(DoelError::AgainstAdvice),
        (false, Some(because)) => Followed::No {
            because: text("wijkt-af-omdat", because)?,
        },
    };
    Ok(FgAdvice {
        who: advice.name.clone(),
        given: advice.given.date(),
        followed,
    })
}

fn text(field: &'static str, text: &str) -> Result<String, DoelError> {
    match optional(field, text)? {
        text if text.is_empty() => Err(DoelError::Text(field)),
        text => Ok(text),
    }
}

fn optional(field: &'static str, text: &str) -> Result<String, DoelError> {
    let text = text.trim();
    if text.chars().count() > MAX_TEXT
        || text.chars().any(char::is_control)
        || personal::holds_bsn(text)
    {
        return Err(DoelError::Text(field));
    }
    Ok(text.to_owned())
}

fn hash_of(decided: &Decided) -> Result<Octets<32>, CommitError> {
    let bytes = wire::encode(decided).map_err(|_| CommitError::Unencodable)?;
    Ok(Octets(Sha256::digest(bytes).into()))
}

#[cfg(test)]
mod tests;
