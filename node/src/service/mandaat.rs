// SPDX-License-Identifier: EUPL-1.2
//! The mandates that this organisation gave, holds or has heard of: who acts for whom, for what and until when.
//!
//! A mandate goes from node to node like a convenant: to the two that sign it, and to the members of the convenanten that
//! both are in, because they are the ones who are asked under it. It only limits; what may be asked under it is for the
//! rules to say, at both sides, each time.

mod error;
mod record;
mod sharing;
mod usage;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use basisnet_protocol::convenant::Motivation;
use basisnet_protocol::id::Oin;
use basisnet_protocol::mandate::{
    Mandate, MandateAct, MandateActKind, MandateContent, MandateHash, MandateState,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::{Period, Timestamp};
use rand_core::{OsRng, RngCore};
use tokio::sync::watch;

pub use error::{MandaatError, Unfit};
use record::{Believed, MandateRecord};
pub use usage::noted;

use super::Base;
use super::account::{Actor, Function};
use super::beleid::CurrentEngine;
use super::changes::Changes;
use super::convenant::{Convenanten, Gone};
use crate::audit::Event;
use crate::clock::Clock;
use crate::keys::CurrentOrg;
use crate::store::{Change, Expect, Key, Store, StoreError, Stored};
use crate::trust::Trust;

/// Nobody else writes a mandate while this lives.
type Writing<'a> = tokio::sync::MutexGuard<'a, ()>;

/// Read so many at a time.
const PAGE: usize = 64;

/// What somebody lets another organisation do for the own one.
#[derive(Clone, Debug)]
pub struct Gift {
    /// Who is to act: an OIN, or a name in a convenant.
    pub holder: String,
    /// For which purposes.
    pub purposes: BTreeSet<PurposeId>,
    /// For which forms of care.
    pub care_forms: BTreeSet<String>,
    /// From when until when.
    pub valid: Period,
}

/// The mandates that one organisation knows. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Mandaten {
    store: Store,
    clock: Clock,
    me: Oin,
    org: CurrentOrg,
    trust: Trust,
    engine: CurrentEngine,
    convenanten: Convenanten,
    // INVARIANT (fresh): every write empties it, and nobody else writes this collection.
    known: Arc<Mutex<Option<Arc<Vec<Mandate>>>>>,
    writing: Arc<tokio::sync::Mutex<()>>,
    changed: Changes,
}

impl Mandaten {
    /// The mandates in a store.
    #[must_use]
    pub fn new(base: &Base, convenanten: Convenanten) -> Self {
        Self {
            store: base.store.clone(),
            clock: base.clock.clone(),
            me: base.config.organisatie.oin,
            org: base.org.clone(),
            trust: base.trust.clone(),
            engine: base.engine.clone(),
            convenanten,
            known: Arc::default(),
            writing: Arc::default(),
            changed: Changes::default(),
        }
    }

    /// The own organisation lets another act for it: writes the mandate and signs it.
    ///
    /// # Errors
    /// When the caller may not, the mandate has faults, or the other is in no convenant with us.
    pub async fn give(
        &self,
        actor: &Actor,
        gift: &Gift,
        motivation: &Motivation,
    ) -> Result<Mandate, MandaatError> {
        actor.require(Function::SignConvenanten)?;
        let mut nonce = [0; 16];
        OsRng.fill_bytes(&mut nonce);
        let content = MandateContent {
            v: 1,
            nonce: Octets(nonce),
            member: self.me,
            holder: self.organisation(&gift.holder)?,
            purposes: gift.purposes.clone(),
            care_forms: gift.care_forms.clone(),
            valid: gift.valid,
        };
        let faults = content.check();
        if !faults.is_empty() {
            return Err(MandaatError::Faults(faults));
        }
        let now = self.clock.now();
        if content.valid.until <= now {
            return Err(MandaatError::Unfit(Unfit::Over));
        }
        let catalogue = self.engine.catalogue();
        let unknown = |purpose: &&PurposeId| catalogue.current(purpose, now).is_none();
        if let Some(purpose) = content.purposes.iter().find(unknown) {
            return Err(MandaatError::UnknownPurpose(purpose.clone()));
        }
        let writing = self.writing.lock().await;
        self.act(actor, &writing, content, MandateActKind::Give, motivation)
            .await
    }

    /// The own organisation accepts a mandate that it was given.
    ///
    /// # Errors
    /// When the caller may not, there is none, or it does not fit.
    pub async fn accept(
        &self,
        actor: &Actor,
        hash: MandateHash,
        motivation: &Motivation,
    ) -> Result<Mandate, MandaatError> {
        actor.require(Function::SignConvenanten)?;
        let writing = self.writing.lock().await;
        let mandate = self.one(hash)?;
        if mandate.content().holder != self.me {
            return Err(MandaatError::NotAParty);
        }
        match mandate.state(self.clock.now()) {
            _ if mandate.did(MandateActKind::Accept, self.me) => {
                return Err(MandaatError::Unfit(Unfit::Done));
            }
            MandateState::Withdrawn { .. } | MandateState::Expired => {
                return Err(MandaatError::Unfit(Unfit::Over));
            }
            _ if self.has_ended(mandate.content())? => {
                return Err(MandaatError::Unfit(Unfit::Over));
            }
            MandateState::Awaiting(_) | MandateState::Accepted | MandateState::Active => {}
        }
        let content = mandate.content().clone();
        self.act(actor, &writing, content, MandateActKind::Accept, motivation)
            .await
    }

    /// Either of the two ends it, at once.
    ///
    /// # Errors
    /// When the caller may not, there is none, or it was withdrawn before.
    pub async fn withdraw(
        &self,
        actor: &Actor,
        hash: MandateHash,
        motivation: &Motivation,
    ) -> Result<Mandate, MandaatError> {
        actor.require(Function::SignConvenanten)?;
        let writing = self.writing.lock().await;
        let mandate = self.one(hash)?;
        if !mandate.content().is_party(self.me) {
            return Err(MandaatError::NotAParty);
        }
        if mandate.did(MandateActKind::Withdraw, self.me) {
            return Err(MandaatError::Unfit(Unfit::Done));
        }
        let content = mandate.content().clone();
        let kind = MandateActKind::Withdraw;
        self.act(actor, &writing, content, kind, motivation).await
    }

    /// All mandates that are known here, those that end last first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all(&self) -> Result<Arc<Vec<Mandate>>, StoreError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(all) = &*known {
            return Ok(Arc::clone(all));
        }
        let all = Arc::new(self.read_all()?);
        *known = Some(Arc::clone(&all));
        Ok(all)
    }

    /// The mandate with this hash.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub fn one(&self, hash: MandateHash) -> Result<Mandate, MandaatError> {
        let all = self.all()?;
        let found = all.iter().find(|mandate| mandate.hash() == hash);
        found.cloned().ok_or(MandaatError::Unknown)
    }

    /// What a mandate of this name is worth to the rules: nothing when it is not known here, was not signed by both, was
    /// withdrawn, or one of the two is no more. Whether its term runs is for the rules to see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn signed(&self, hash: MandateHash) -> Result<Option<Mandate>, StoreError> {
        let now = self.clock.now();
        let signed = |mandate: &&Mandate| match mandate.state(now) {
            MandateState::Accepted | MandateState::Active | MandateState::Expired => true,
            MandateState::Awaiting(_) | MandateState::Withdrawn { .. } => false,
        };
        let all = self.all()?;
        let named = all.iter().find(|mandate| mandate.hash() == hash);
        match named.filter(signed) {
            Some(mandate) if !self.has_ended(mandate.content())? => Ok(Some(mandate.clone())),
            _ => Ok(None),
        }
    }

    /// The mandates under which an organisation may act now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn held_by(&self, holder: Oin) -> Result<Vec<Mandate>, StoreError> {
        let now = self.clock.now();
        let all = self.all()?;
        let mut held = Vec::new();
        for mandate in all.iter() {
            let content = mandate.content();
            if content.holder == holder && mandate.holds(now) && !self.has_ended(content)? {
                held.push(mandate.clone());
            }
        }
        Ok(held)
    }

    /// Which of the two has gone up in another, or will within its term; the first of them. A mandate is given to one
    /// organisation by another: it ends with either of them, and who comes in its place gives or gets a new one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ends_with(&self, content: &MandateContent) -> Result<Option<Gone>, StoreError> {
        let member = self.convenanten.gone(content.member)?;
        let holder = self.convenanten.gone(content.holder)?;
        let gone = [member, holder].into_iter().flatten();
        let within = gone.filter(|gone| gone.since < content.valid.until);
        Ok(within.min_by_key(|gone| gone.since))
    }

    fn has_ended(&self, content: &MandateContent) -> Result<bool, StoreError> {
        let (gone, now) = (self.ends_with(content)?, self.clock.now());
        Ok(gone.is_some_and(|gone| gone.since <= now))
    }

    /// Goes up whenever a mandate or an act on one comes in.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.follow()
    }

    /// The name of an organisation, as a convenant has it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn name_of(&self, organisation: Oin) -> Result<String, StoreError> {
        let active = self.convenanten.active(self.clock.now())?;
        let members = active.iter().flat_map(|one| &one.content().members);
        let mut named = members.filter(|member| member.oin == organisation);
        Ok(named
            .next()
            .map_or_else(|| organisation.to_string(), |one| one.name.clone()))
    }

    /// A fellow member by its OIN, or by its name in a convenant that is in force when only one has that.
    ///
    /// # Errors
    /// When there is no such member, or the store cannot be read.
    pub fn organisation(&self, named: &str) -> Result<Oin, MandaatError> {
        let now = self.clock.now();
        let active = self.convenanten.active(now)?;
        let ours = active.iter().filter(|one| one.is_party(self.me));
        let wanted = named.trim().to_lowercase();
        let short = |name: &str| {
            name.to_lowercase()
                .trim_start_matches("gemeente ")
                .to_owned()
        };
        let mut meant = BTreeSet::new();
        for convenant in ours {
            let members = convenant.content().members.iter();
            let called = members.filter(|one| short(&one.name) == short(&wanted));
            let called: Vec<Oin> = called.map(|one| one.oin).collect();
            let standing = convenant.organisations(now).into_iter();
            meant.extend(standing.filter(|one| one.to_string() == wanted || called.contains(one)));
        }
        match (meant.len(), meant.first()) {
            (1, Some(one)) => Ok(*one),
            _ => Err(MandaatError::NotAFellow),
        }
    }

    /// Signs an act of the own organisation and keeps it.
    async fn act(
        &self,
        actor: &Actor,
        writing: &Writing<'_>,
        content: MandateContent,
        kind: MandateActKind,
        motivation: &Motivation,
    ) -> Result<Mandate, MandaatError> {
        if kind != MandateActKind::Withdraw && motivation.decision().is_none() {
            return Err(MandaatError::NoDecision);
        }
        let (hash, now) = (content.hash(), self.clock.now());
        let org = self.org.current();
        let bytes = MandateAct::sign(kind, &hash, now, motivation, &*org)?;
        let act = MandateAct::verify(&bytes, &self.trust.current(), now)
            .map_err(MandaatError::OwnSignature)?;
        let event = Event::MandateSigned {
            mandate: hash,
            act: kind.into(),
        };
        let change = Change::new().audit(event.by(actor.by()));
        let signed = vec![Believed::signed_here(act)];
        self.keep(writing, &content, signed, change).await?;
        self.one(hash)
    }

    /// Keeps a mandate with acts that were verified, with what else is to be written.
    async fn keep(
        &self,
        _writing: &Writing<'_>,
        content: &MandateContent,
        acts: Vec<Believed>,
        change: Change,
    ) -> Result<(), crate::store::CommitError> {
        let hash = content.hash();
        let kept = self.store.get::<MandateRecord>(hash)?;
        let (mut record, expect) = match kept {
            Some(Stored { version, value }) => (value, Expect::Version(version)),
            None => (
                MandateRecord::new(content, self.clock.now()),
                Expect::Absent,
            ),
        };
        record.add(acts, self.clock.now());
        self.store
            .commit(change.put(hash, &record, expect)?)
            .await?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.changed.note();
        Ok(())
    }

    fn read_all(&self) -> Result<Vec<Mandate>, StoreError> {
        let mut all = Vec::new();
        let mut after: Option<Key> = None;
        loop {
            let page = self.store.page::<MandateRecord>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            for (_, stored) in page {
                all.push(stored.value.read()?);
            }
        }
        all.sort_by_key(|mandate| {
            let until = mandate.content().valid.until;
            (std::cmp::Reverse(until), mandate.hash())
        });
        Ok(all)
    }

    /// What time it is here.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
