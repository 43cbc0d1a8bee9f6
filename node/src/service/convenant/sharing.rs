// SPDX-License-Identifier: EUPL-1.2
//! What of the convenanten goes to another member, and what comes from one.
//!
//! A version goes to its members from the moment that somebody here had it sent, or that the own organisation acted on
//! it; then all acts on it go along, whoever did them, because each proves itself. What a member sends is kept only when
//! both it and the own organisation are in it. Receiving binds nobody: only an act does, and only a person acts.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use basisnet_protocol::convenant::MAX_CONTENT_BYTES;
use basisnet_protocol::message::{ConvenantList, ConvenantShare, HeldVersion, Taken};
use basisnet_protocol::wire;
use sha2::{Digest, Sha256};

use serde_bytes::ByteBuf;

use super::record::Travel;
use super::*;
use crate::audit::By;
use crate::delivery::Once;

/// Versions from one member that nobody here has acted on and that are not in force.
const DRAFTS_OF_ONE: usize = 8;
/// Acts of one kind by one member on one version, each dated before the last.
const SAME_ACTS: usize = 8;
/// Versions in one list; those whose term ended longest ago are left out first.
const LISTED: usize = 150;

/// Why something from a member was not handled; not a judgement of what it sent.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// What was sent, as far as it was believed.
struct Read {
    content: ConvenantContent,
    heard: Heard,
    all_verified: bool,
}

impl Convenanten {
    /// Has a version sent to its members, who can then sign it.
    ///
    /// # Errors
    /// When the caller may not, there is no such version, or it cannot be written.
    pub async fn send(
        &self,
        actor: &Actor,
        hash: ConvenantHash,
    ) -> Result<Outcome, ConvenantError> {
        actor.require(Function::DraftConvenanten)?;
        let standing = self.one(hash)?;
        let content = standing.convenant.content();
        if !content.is_member(self.me) {
            return Err(ConvenantError::NotAMember);
        }
        if matches!(standing.state, State::Ended(_) | State::Expired) {
            return Err(ConvenantError::Unfitting(Unfitting::Over));
        }
        let _writing = self.writing.lock().await;
        let (mut record, expect) = self.record(content)?;
        record.travel.sent = true;
        let event = Event::ConvenantSent { convenant: hash };
        let change = Change::new()
            .put(hash, &record, expect)?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        self.remember(&record)?;
        Ok(Outcome {
            hash,
            state: standing.state,
            added: 0,
            file: self.file(hash)?,
        })
    }

    /// The members to which something goes.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn correspondents(&self) -> Result<BTreeSet<Oin>, StoreError> {
        let groups = self.groups()?;
        let versions = groups.all().flat_map(|group| group.versions());
        let mut members = members_of(versions.filter(|version| self.goes_out(&groups, version)));
        members.remove(&self.me);
        Ok(members)
    }

    /// With whom somebody here wants to be in one convenant with this member: the members of the versions that go to it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn fellows(&self, peer: Oin) -> Result<BTreeSet<Oin>, StoreError> {
        let groups = self.groups()?;
        Ok(members_of(self.going_to(&groups, peer)))
    }

    /// With whom this member says it wants to be in one convenant with us: those too of versions that it only sent.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn named_with(&self, peer: Oin) -> Result<BTreeSet<Oin>, StoreError> {
        let groups = self.groups()?;
        let versions = self.with(&groups, peer);
        Ok(members_of(
            versions.filter(|version| self.travels(&groups, version)),
        ))
    }

    /// What is held of the versions of which this member is one too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn held_with(&self, peer: Oin) -> Result<ConvenantList, StoreError> {
        let groups = self.groups()?;
        let mut versions: Vec<_> = self
            .with(&groups, peer)
            .filter(|version| self.travels(&groups, version))
            .collect();
        versions.sort_by_key(|version| std::cmp::Reverse(version.content().valid.until));
        versions.truncate(LISTED);
        let mut versions: Vec<_> = versions.into_iter().map(held).collect();
        versions.sort();
        Ok(ConvenantList { v: 1, versions })
    }

    /// What a member that holds this lacks of what goes to it, the earlier versions first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn lacking(
        &self,
        peer: Oin,
        holds: &ConvenantList,
    ) -> Result<Vec<ConvenantShare>, StoreError> {
        let groups = self.groups()?;
        let mut versions: Vec<_> = self.going_to(&groups, peer).collect();
        versions.sort_by_key(|version| version.content().version);
        let mut shares = Vec::new();
        for version in versions {
            let missing: Option<Vec<&Act>> = missing(version, holds).map(Iterator::collect);
            if let Some(acts) = missing {
                let parts = in_parts(version.content(), &acts);
                shares.extend(self.vouched(version, &acts, parts)?);
            }
        }
        Ok(shares)
    }

    /// Whether a member that holds this lacks anything of what goes to it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn lacks(&self, peer: Oin, holds: &ConvenantList) -> Result<bool, StoreError> {
        let groups = self.groups()?;
        let mut versions = self.going_to(&groups, peer);
        Ok(versions.any(|version| missing(version, holds).is_some()))
    }

    /// What this member must have heard of before anything else is said to it: the versions that go to it, what the own
    /// organisation did about them, and what anybody did that narrows them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn to_be_known(&self, peer: Oin) -> Result<Octets<32>, StoreError> {
        let groups = self.groups()?;
        let mut known = BTreeMap::new();
        for version in self.going_to(&groups, peer) {
            let weighty = version
                .acts()
                .iter()
                .filter(|act| act.by() == self.me || act.kind() != ActKind::Accept);
            known.insert(
                version.hash(),
                weighty.map(Act::id).collect::<BTreeSet<_>>(),
            );
        }
        let mut hash = Sha256::new();
        for (version, acts) in known {
            hash.update(version);
            hash.update((acts.len() as u64).to_be_bytes());
            acts.iter().for_each(|act| hash.update(act));
        }
        Ok(Octets(hash.finalize().into()))
    }

    /// Keeps what a member hands on, as far as it holds.
    ///
    /// # Errors
    /// When the store does not work; what is wrong with what was sent is in the answer.
    pub async fn receive(
        &self,
        from: Oin,
        share: &ConvenantShare,
        once: &Once,
    ) -> Result<Taken, ReceiveError> {
        let Ok(content) = wire::decode::<ConvenantContent>(&share.content, MAX_CONTENT_BYTES)
        else {
            return Ok(Taken::Unsound);
        };
        if !content.check().is_empty() {
            return Ok(Taken::Unsound);
        }
        if !content.is_member(self.me) || !content.is_member(from) {
            return Ok(Taken::NotAParty);
        }
        let _writing = self.writing.lock().await;
        let read = self.believed(content, &share.acts)?;
        match self.check_group(&read.content, self.clock.now()) {
            Ok(()) => {}
            Err(ConvenantError::GroupTaken) => return Ok(Taken::GroupTaken),
            Err(ConvenantError::Store(error)) => return Err(error.into()),
            Err(_) => return Ok(Taken::PreviousUnknown),
        }
        let (mut record, expect) = self.record(&read.content)?;
        let fresh = matches!(expect, Expect::Absent);
        if fresh && self.drafts_of(from)? >= DRAFTS_OF_ONE {
            return Ok(Taken::TooMany);
        }
        if fresh {
            record.travel = Travel {
                sent: false,
                from: Some(from),
            };
        }
        let added = self.add(&mut record, &read.heard);
        if fresh || added > 0 {
            let hash = read.content.hash();
            let event = Event::ConvenantReceived {
                convenant: hash,
                acts: u32::try_from(added).unwrap_or(u32::MAX),
            };
            let change = Change::new()
                .put(hash, &record, expect)?
                .audit(event.by(By::Peer { oin: from }));
            self.store.commit(once.mark(change)?).await?;
            self.remember(&record)?;
        }
        Ok(match read.all_verified {
            true => Taken::Kept,
            false => Taken::Unverified,
        })
    }

    /// The acts on this version that are kept already or that are believed now.
    fn believed(&self, content: ConvenantContent, sent: &[ByteBuf]) -> Result<Read, StoreError> {
        let mut heard = self.hear(&content, sent.iter().map(|bytes| bytes.as_slice()))?;
        let known = self.terms(content.hash())?;
        let known = known.as_deref().map_or(&[][..], Convenant::acts);
        heard.acts = telling(std::mem::take(&mut heard.acts), known);
        Ok(Read {
            all_verified: heard.fault.is_none(),
            heard,
            content,
        })
    }

    /// How many versions of this member wait here for an act.
    fn drafts_of(&self, from: Oin) -> Result<usize, StoreError> {
        let (groups, now) = (self.groups()?, self.clock.now());
        let waiting = groups
            .of(from)
            .flat_map(|group| group.versions())
            .filter(|version| groups.travel(version.hash()).from == Some(from))
            .filter(|version| !self.acted(version) && version.starts_at(now).is_none());
        Ok(waiting.count())
    }

    /// The versions of which this member is one, and the own organisation too.
    fn with<'a>(
        &self,
        groups: &'a Groups,
        peer: Oin,
    ) -> impl Iterator<Item = &'a Arc<Convenant>> + use<'a> {
        let me = self.me;
        groups
            .of(peer)
            .flat_map(|group| group.versions())
            .filter(move |version| {
                version.content().is_member(me) && version.content().is_member(peer)
            })
    }

    fn going_to<'a>(
        &'a self,
        groups: &'a Groups,
        peer: Oin,
    ) -> impl Iterator<Item = &'a Arc<Convenant>> {
        self.with(groups, peer)
            .filter(move |version| self.goes_out(groups, version))
    }

    /// Whether a version goes to its members: it was sent from here, or the own organisation acted on it. What is long
    /// over does not.
    fn goes_out(&self, groups: &Groups, version: &Convenant) -> bool {
        let over = version.content().valid.until + AFTERMATH < self.clock.now();
        let sent = groups.travel(version.hash()).sent || self.acted(version);
        sent && version.content().is_member(self.me) && !over
    }

    /// Whether a version came from a member, or goes to them.
    fn travels(&self, groups: &Groups, version: &Convenant) -> bool {
        self.goes_out(groups, version) || groups.travel(version.hash()).from.is_some()
    }

    fn acted(&self, version: &Convenant) -> bool {
        version.acts().iter().any(|act| act.by() == self.me)
    }
}

/// The acts on a version that are not held there; none when the version is, with all of them.
fn missing<'a>(
    version: &'a Convenant,
    holds: &'a ConvenantList,
) -> Option<impl Iterator<Item = &'a Act>> {
    let there = holds.version(version.hash());
    let is_missing = move |act: &&Act| there.is_none_or(|there| !there.acts.contains(&act.id()));
    let some = there.is_none() || version.acts().iter().any(|act| is_missing(&act));
    some.then(|| version.acts().iter().filter(is_missing))
}

fn members_of<'a>(versions: impl Iterator<Item = &'a Arc<Convenant>>) -> BTreeSet<Oin> {
    let members = versions.flat_map(|version| &version.content().members);
    members.map(|member| member.oin).collect()
}

/// Of each kind of act of each member the one that was done first, where that is before what is known. What a member
/// does again later changes nothing, and it may not go on for ever either.
fn telling(acts: Vec<Act>, known: &[Act]) -> Vec<Act> {
    let mut first = BTreeMap::<(Oin, ActKind), Act>::new();
    for act in acts {
        let of_kind = |other: &&Act| other.by() == act.by() && other.kind() == act.kind();
        let before: Vec<_> = known.iter().filter(of_kind).collect();
        let earlier = before.iter().all(|other| act.at() < other.at());
        if !earlier || before.len() >= SAME_ACTS {
            continue;
        }
        match first.entry((act.by(), act.kind())) {
            Entry::Vacant(place) => drop(place.insert(act)),
            Entry::Occupied(mut place) if act.at() < place.get().at() => drop(place.insert(act)),
            Entry::Occupied(_) => {}
        }
    }
    first.into_values().collect()
}

fn held(version: &Arc<Convenant>) -> HeldVersion {
    let acts: BTreeSet<_> = version.acts().iter().map(Act::id).collect();
    HeldVersion {
        hash: version.hash(),
        acts: acts.into_iter().collect(),
    }
}

/// A version with these acts, in as many messages as it takes.
fn in_parts(content: &ConvenantContent, acts: &[&Act]) -> Vec<ConvenantShare> {
    let content = ByteBuf::from(content.encoded());
    let share = |acts: Vec<ByteBuf>| ConvenantShare {
        v: 1,
        content: content.clone(),
        acts,
    };
    let mut parts = Vec::new();
    let (mut part, mut bytes) = (Vec::new(), 0);
    for act in acts {
        let length = act.bytes().len();
        if bytes + length > ConvenantShare::MAX_ACT_BYTES {
            parts.push(share(std::mem::take(&mut part)));
            bytes = 0;
        }
        part.push(ByteBuf::from(act.bytes().to_vec()));
        bytes += length;
    }
    parts.push(share(part));
    parts
}
