// SPDX-License-Identifier: EUPL-1.2
//! The convenanten that this organisation knows: drafted here, signed here, brought in as files, kept for good.
//!
//! A convenant goes from node to node, or as a file that members hand to each other; what it is worth follows from the
//! signatures in it. What was verified once is kept with the chain, the moment and the revocation lists of that moment,
//! because a convenant outlives the certificates under it.

mod deed;
mod draft;
mod error;
mod expiry;
mod past;
mod record;
mod sharing;
mod succession;

pub use deed::Deed;
pub use error::ConvenantError;
pub use sharing::ReceiveError;
pub use succession::{Gone, Halfway, Standing as SuccessionStanding, SuccessionFault, Whose};

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use basisnet_policy::Beyond;
use basisnet_protocol::convenant::{
    Act, ActError, Convenant, ConvenantContent, ConvenantFile, ConvenantHash, FileError,
    GroupError, Holdings, State,
};
pub use basisnet_protocol::convenant::{ActKind, NoPlace, Unfitting};
use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::sign::SignError;
use basisnet_protocol::time::Timestamp;
#[cfg(test)]
pub(in crate::service) use draft::read as testing_only_read;
pub use draft::{DraftFault, EXAMPLE, explain, explain_beyond};
use past::Heard;
use rand_core::{OsRng, RngCore};
use record::ConvenantRecord;
use tokio::sync::watch;

use super::Base;
use super::account::{Actor, Function, NotAllowed};
use super::beleid::CurrentEngine;
use crate::audit::Event;
use crate::clock::Clock;
use crate::keys::CurrentOrg;
use crate::store::{Change, CommitError, Expect, Key, Store, StoreError, Stored};
use crate::trust::Trust;

/// Nobody else writes a convenant while this lives.
type Writing<'a> = tokio::sync::MutexGuard<'a, ()>;

/// Read so many at a time.
const PAGE: usize = 64;

/// What happened to a version.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The version.
    pub hash: ConvenantHash,
    /// Where it stands now.
    pub state: State,
    /// Acts that were new here.
    pub added: usize,
    /// The version with all acts known here, as a file to hand on.
    pub file: Vec<u8>,
}

/// A version and where it stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The version with its acts.
    pub convenant: Arc<Convenant>,
    /// Where it stands among the versions of its group.
    pub state: State,
    /// Whether a version that follows it was accepted.
    pub is_followed: bool,
}

/// The convenanten of one organisation. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Convenanten {
    store: Store,
    clock: Clock,
    me: Oin,
    org: CurrentOrg,
    trust: Trust,
    engine: CurrentEngine,
    // INVARIANT (fresh): every write puts its group in, and nobody else writes this collection.
    known: Arc<Mutex<Option<Arc<Holdings>>>>,
    writing: Arc<tokio::sync::Mutex<()>>,
    changed: Arc<watch::Sender<u64>>,
}

impl Convenanten {
    /// The convenanten of the own organisation.
    #[must_use]
    pub fn new(base: &Base) -> Self {
        Self {
            store: base.store.clone(),
            clock: base.clock.clone(),
            me: base.config.organisatie.oin,
            org: base.org.clone(),
            trust: base.trust.clone(),
            engine: base.engine.clone(),
            known: Arc::default(),
            writing: Arc::default(),
            changed: Arc::new(watch::Sender::new(0)),
        }
    }

    /// Makes a version out of a draft in TOML (see [`EXAMPLE`]). Nobody has signed it then.
    ///
    /// # Errors
    /// When the caller may not, the draft has faults, or it does not fit what is known here.
    pub async fn draft(&self, actor: &Actor, toml: &str) -> Result<Outcome, ConvenantError> {
        actor.require(Function::DraftConvenanten)?;
        let mut nonce = [0; 16];
        OsRng.fill_bytes(&mut nonce);
        let content = draft::read(toml, Octets(nonce)).map_err(ConvenantError::Draft)?;
        let beyond = self.beyond(&content);
        if !beyond.is_empty() {
            return Err(ConvenantError::Beyond(beyond));
        }
        let event = Event::ConvenantDrafted {
            convenant: content.hash(),
        };
        let writing = self.writing.lock().await;
        self.keep(actor, &writing, &content, Heard::default(), event)
            .await
    }

    /// Brings in a file: verifies every signature that is new here, and keeps all of it or nothing.
    ///
    /// # Errors
    /// When the caller may not, the own organisation is no member, or anything in the file does not hold.
    pub async fn import(&self, actor: &Actor, file: &[u8]) -> Result<Outcome, ConvenantError> {
        actor.require(Function::ImportConvenanten)?;
        let file = ConvenantFile::decode(file)?;
        if !self.holdings()?.concerns(file.content(), self.me) {
            return Err(ConvenantError::NotAMember);
        }
        let writing = self.writing.lock().await;
        let heard = self.verified(&file)?;
        let event = Event::ConvenantImported {
            convenant: file.content().hash(),
            acts: u32::try_from(heard.acts.len()).unwrap_or(u32::MAX),
        };
        self.keep(actor, &writing, file.content(), heard, event)
            .await
    }

    /// All versions known here, of every group, the newest of each group first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all(&self) -> Result<Vec<Standing>, StoreError> {
        let (holdings, now) = (self.holdings()?, self.clock.now());
        let versions = holdings
            .groups()
            .flat_map(|group| group.versions().iter().rev());
        Ok(versions
            .map(|version| standing(&holdings, version, now))
            .collect())
    }

    /// The version with this hash.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub fn one(&self, hash: ConvenantHash) -> Result<Standing, ConvenantError> {
        let (holdings, now) = (self.holdings()?, self.clock.now());
        let found = holdings.version(hash).ok_or(ConvenantError::Unknown)?;
        Ok(standing(&holdings, found, now))
    }

    /// What a version agrees on beyond the catalogue of now.
    #[must_use]
    pub fn beyond(&self, content: &ConvenantContent) -> Vec<Beyond> {
        self.engine.catalogue().beyond(content)
    }

    /// The version with this hash and all its acts, as a file to hand on.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub fn file(&self, hash: ConvenantHash) -> Result<Vec<u8>, ConvenantError> {
        let standing = self.one(hash)?;
        let mut file = ConvenantFile::new(standing.convenant.content().clone());
        let acts: Vec<&Act> = standing.convenant.acts().iter().collect();
        for testimony in self.testimonies(&standing.convenant, &acts)? {
            file.add(testimony);
        }
        for act in acts {
            file.add(act.bytes().to_vec());
        }
        Ok(file.encode())
    }

    /// What was agreed under this hash, whether or not it is in force.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn terms(&self, hash: ConvenantHash) -> Result<Option<Arc<Convenant>>, StoreError> {
        Ok(self.holdings()?.version(hash).cloned())
    }

    /// The versions in force now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn active(&self, now: Timestamp) -> Result<Vec<Arc<Convenant>>, StoreError> {
        Ok(self.holdings()?.active(now).cloned().collect())
    }

    /// The versions in force now that have this member.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn active_with(
        &self,
        member: Oin,
        now: Timestamp,
    ) -> Result<Vec<Arc<Convenant>>, StoreError> {
        Ok(self.holdings()?.active_with(member, now).cloned().collect())
    }

    /// The versions in force under which these two may exchange now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn active_between(
        &self,
        one: Oin,
        other: Oin,
        now: Timestamp,
    ) -> Result<Vec<Arc<Convenant>>, StoreError> {
        let holdings = self.holdings()?;
        Ok(holdings.active_between(one, other, now).cloned().collect())
    }

    /// The organisations with which the own one may exchange now, under any convenant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn members(&self, now: Timestamp) -> Result<BTreeSet<Oin>, StoreError> {
        let me = self.me;
        Ok(self
            .active(now)?
            .iter()
            .flat_map(|version| version.partners(me, now).collect::<Vec<_>>())
            .collect())
    }

    /// Changes whenever a version or an act comes in.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// The acts in a file: those that were kept before as they are, all others verified now.
    fn verified(&self, file: &ConvenantFile) -> Result<Heard, ConvenantError> {
        self.hear(file.content(), file.acts())?.whole()
    }

    /// Keeps a version with acts that were verified, and says so in the log.
    async fn keep(
        &self,
        actor: &Actor,
        _writing: &Writing<'_>,
        content: &ConvenantContent,
        heard: Heard,
        event: Event,
    ) -> Result<Outcome, ConvenantError> {
        let hash = content.hash();
        let (mut record, expect) = self.record(content)?;
        if matches!(expect, Expect::Absent) {
            let place = self.holdings()?.place(content, self.clock.now());
            place.map_err(ConvenantError::NoPlace)?;
        }
        let added = self.add(&mut record, &heard);
        let change = Change::new()
            .put(hash, &record, expect)?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        self.remember(&record)?;
        let standing = self.one(hash)?;
        Ok(Outcome {
            hash,
            state: standing.state,
            added,
            file: self.file(hash)?,
        })
    }

    /// The record of a version as it is kept, or a new one.
    fn record(&self, content: &ConvenantContent) -> Result<(ConvenantRecord, Expect), StoreError> {
        let kept = self.store.get::<ConvenantRecord>(content.hash())?;
        Ok(match kept {
            Some(Stored { version, value }) => (value, Expect::Version(version)),
            None => (
                ConvenantRecord::new(content, self.clock.now()),
                Expect::Absent,
            ),
        })
    }

    /// Puts a version that was just written among those that are known.
    fn remember(&self, written: &ConvenantRecord) -> Result<(), StoreError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let put = match &mut *known {
            Some(holdings) => written.read().and_then(|version| {
                let put = Arc::make_mut(holdings).put(version, written.travel);
                put.map_err(damaged)
            }),
            None => Ok(()),
        };
        if put.is_err() {
            *known = None;
        }
        drop(known);
        self.changed
            .send_modify(|count| *count = count.wrapping_add(1));
        put
    }

    /// All that is held; read and linked once, until something is written.
    fn holdings(&self) -> Result<Arc<Holdings>, StoreError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(holdings) = &*known {
            return Ok(Arc::clone(holdings));
        }
        let holdings = Arc::new(self.read_holdings()?);
        *known = Some(Arc::clone(&holdings));
        Ok(holdings)
    }

    fn read_holdings(&self) -> Result<Holdings, StoreError> {
        let mut versions = Vec::new();
        let mut after: Option<Key> = None;
        loop {
            let page = self.store.page::<ConvenantRecord>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            for (_, stored) in page {
                versions.push((stored.value.read()?, stored.value.travel));
            }
        }
        Holdings::under(self.me, versions, self.read_successions()?).map_err(damaged)
    }
}

fn damaged(error: GroupError) -> StoreError {
    StoreError::Corrupt(format!("convenant: {error}"))
}

fn standing(holdings: &Holdings, version: &Arc<Convenant>, now: Timestamp) -> Standing {
    Standing {
        convenant: Arc::clone(version),
        state: holdings.state(version, now),
        is_followed: holdings.is_followed(version.hash(), now),
    }
}
