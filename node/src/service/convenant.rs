// SPDX-License-Identifier: EUPL-1.2
//! The convenanten that this organisation knows: drafted here, signed here, brought in as files, kept for good.
//!
//! In this version a convenant travels as a file that members hand to each other until all have signed. Whoever brings
//! a file in learns whether every signature in it holds; what was verified once is kept with the chain, the moment and
//! the revocation lists of that moment, because a convenant outlives the certificates under it.

mod draft;
mod error;
mod fitting;
mod groups;
mod past;
mod record;
mod sharing;

pub use error::{ConvenantError, Unfitting};
pub use sharing::ReceiveError;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use basisnet_protocol::convenant::ActKind;
use basisnet_protocol::convenant::{
    Act, ActError, Convenant, ConvenantContent, ConvenantFile, ConvenantHash, FileError, Group,
    State,
};
use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::sign::SignError;
use basisnet_protocol::time::Timestamp;
#[cfg(test)]
pub(in crate::service) use draft::read as testing_only_read;
pub use draft::{DraftFault, EXAMPLE, explain};
use groups::Groups;
use past::Heard;
use rand_core::{OsRng, RngCore};
use record::ConvenantRecord;
use tokio::sync::watch;

use super::Base;
use super::account::{Actor, Function, NotAllowed};
use crate::audit::{ConvenantAct, Event};
use crate::clock::Clock;
use crate::keys::CurrentOrg;
use crate::store::{Change, CommitError, Expect, Key, Store, StoreError, Stored};
use crate::trust::Trust;

/// So long after its term a version still goes to members that were away.
const AFTERMATH: Duration = Duration::from_secs(90 * 86_400);

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
}

/// The convenanten of one organisation. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Convenanten {
    store: Store,
    clock: Clock,
    me: Oin,
    org: CurrentOrg,
    trust: Trust,
    // INVARIANT (fresh): every write puts its group in, and nobody else writes this collection.
    known: Arc<Mutex<Option<Arc<Groups>>>>,
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
        let event = Event::ConvenantDrafted {
            convenant: content.hash(),
        };
        self.keep(actor, &content, Heard::default(), event).await
    }

    /// Signs an act on the version in a file, with the key of the organisation, and keeps version and acts.
    ///
    /// # Errors
    /// When the caller may not, anything in the file does not hold, or the act does not fit.
    pub async fn sign(
        &self,
        actor: &Actor,
        file: &[u8],
        kind: ActKind,
    ) -> Result<Outcome, ConvenantError> {
        actor.require(Function::SignConvenanten)?;
        let file = ConvenantFile::decode(file)?;
        let content = file.content();
        if !content.is_member(self.me) {
            return Err(ConvenantError::NotAMember);
        }
        let mut heard = self.verified(&file)?;
        let now = self.clock.now();
        self.check_fits(content, &heard.acts, kind, now)?;
        let hash = content.hash();
        let bytes = Act::sign(kind, &hash, now, &*self.org.current())?;
        let act = Act::verify(&bytes, &self.trust.current(), now)
            .map_err(ConvenantError::OwnSignature)?;
        heard.signed(act);
        let event = Event::ConvenantSigned {
            convenant: hash,
            act: audited(kind),
        };
        self.keep(actor, content, heard, event).await
    }

    /// The same for a version that is held here, under its hash.
    ///
    /// # Errors
    /// When there is no such version, and as [`Convenanten::sign`].
    pub async fn act(
        &self,
        actor: &Actor,
        hash: ConvenantHash,
        kind: ActKind,
    ) -> Result<Outcome, ConvenantError> {
        self.sign(actor, &self.file(hash)?, kind).await
    }

    /// Brings in a file: verifies every signature that is new here, and keeps all of it or nothing.
    ///
    /// # Errors
    /// When the caller may not, the own organisation is no member, or anything in the file does not hold.
    pub async fn import(&self, actor: &Actor, file: &[u8]) -> Result<Outcome, ConvenantError> {
        actor.require(Function::ImportConvenanten)?;
        let file = ConvenantFile::decode(file)?;
        if !file.content().is_member(self.me) {
            return Err(ConvenantError::NotAMember);
        }
        let heard = self.verified(&file)?;
        let event = Event::ConvenantImported {
            convenant: file.content().hash(),
            acts: u32::try_from(heard.acts.len()).unwrap_or(u32::MAX),
        };
        self.keep(actor, file.content(), heard, event).await
    }

    /// All versions known here, of every group, the newest of each group first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all(&self) -> Result<Vec<Standing>, StoreError> {
        let now = self.clock.now();
        let groups = self.groups()?;
        Ok(groups
            .all()
            .flat_map(|group| {
                group.versions().iter().rev().map(|version| Standing {
                    convenant: Arc::clone(version),
                    state: standing(group, version, now),
                })
            })
            .collect())
    }

    /// The version with this hash.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub fn one(&self, hash: ConvenantHash) -> Result<Standing, ConvenantError> {
        let now = self.clock.now();
        let groups = self.groups()?;
        let found = groups.all().find_map(|group| {
            let version = group.version(hash)?;
            Some(Standing {
                convenant: Arc::clone(version),
                state: standing(group, version, now),
            })
        });
        found.ok_or(ConvenantError::Unknown)
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
        Ok(self
            .groups()?
            .all()
            .find_map(|group| group.version(hash).cloned()))
    }

    /// The versions in force now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn active(&self, now: Timestamp) -> Result<Vec<Arc<Convenant>>, StoreError> {
        Ok(self
            .groups()?
            .all()
            .filter_map(|group| group.active(now).cloned())
            .collect())
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
        let groups = self.groups()?;
        let active = groups
            .of(member)
            .filter_map(|group| group.active(now).cloned());
        Ok(active
            .filter(|version| version.content().is_member(member))
            .collect())
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
        let mut active = self.active_with(other, now)?;
        active.retain(|version| version.may_exchange(one, other, now));
        Ok(active)
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
        content: &ConvenantContent,
        heard: Heard,
        event: Event,
    ) -> Result<Outcome, ConvenantError> {
        let _writing = self.writing.lock().await;
        let hash = content.hash();
        self.check_group(content, self.clock.now())?;
        let (mut record, expect) = self.record(content)?;
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

    /// Whether this version has a place: after one that is known, or as the first of a name that is free.
    fn check_group(
        &self,
        content: &ConvenantContent,
        now: Timestamp,
    ) -> Result<(), ConvenantError> {
        let hash = content.hash();
        let groups = self.groups()?;
        let named = groups.named(&content.group_id);
        let Some(previous) = content.previous else {
            let taken = named.is_some_and(|group| {
                group.versions().iter().any(|version| {
                    version.hash() != hash
                        && version.content().previous.is_none()
                        && matches!(version.state(now), State::Active | State::Accepted)
                })
            });
            return if taken {
                Err(ConvenantError::GroupTaken)
            } else {
                Ok(())
            };
        };
        named
            .and_then(|group| group.version(previous))
            .filter(|before| before.content().version.checked_add(1) == Some(content.version))
            .map(drop)
            .ok_or(ConvenantError::PreviousUnknown)
    }

    /// Puts a version that was just written among those that are known.
    fn remember(&self, written: &ConvenantRecord) -> Result<(), StoreError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let put = match &mut *known {
            Some(groups) => written
                .read()
                .and_then(|version| Arc::make_mut(groups).put(version, written.travel)),
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

    /// All groups; read and linked once, until something is written.
    fn groups(&self) -> Result<Arc<Groups>, StoreError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(groups) = &*known {
            return Ok(Arc::clone(groups));
        }
        let groups = Arc::new(self.read_groups()?);
        *known = Some(Arc::clone(&groups));
        Ok(groups)
    }

    fn read_groups(&self) -> Result<Groups, StoreError> {
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
        Groups::new(versions)
    }
}

fn standing(group: &Group, version: &Convenant, now: Timestamp) -> State {
    group
        .state(version.hash(), now)
        .unwrap_or_else(|| version.state(now))
}

const fn audited(kind: ActKind) -> ConvenantAct {
    match kind {
        ActKind::Accept => ConvenantAct::Accept,
        ActKind::Reject => ConvenantAct::Reject,
        ActKind::Withdraw => ConvenantAct::Withdraw,
        ActKind::End => ConvenantAct::End,
    }
}
