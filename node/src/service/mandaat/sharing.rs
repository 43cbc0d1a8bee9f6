// SPDX-License-Identifier: EUPL-1.2
//! Which mandates go to which member, and what is taken from one.
//!
//! A mandate concerns the two that sign it, and the members of the convenanten in force that both are in: those are asked
//! under it. It goes to the two as soon as the member gave it, and to the others once both have signed, or one has
//! withdrawn. Whoever holds it hands it on, because each act proves itself: so a withdrawal reaches who is asked also by
//! another way than by who acts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use basisnet_protocol::act::Testimony;
use basisnet_protocol::convenant::ActId;
use basisnet_protocol::id::Oin;
use basisnet_protocol::mandate::{
    MAX_MANDATE_BYTES, Mandate, MandateAct, MandateContent, MandateHash, MandateHearing,
    MandateState,
};
use basisnet_protocol::message::{HeldMandate, MandateList, MandateShare};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::wire;
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};

use super::Mandaten;
use super::record::{Believed, MandateRecord};
use crate::audit::{By, Event};
use crate::delivery::Once;
use crate::service::convenant::ReceiveError;
use crate::service::vouching;
use crate::store::{Change, StoreError};

/// Mandates of one member of which the term has not ended, withdrawn or not.
const OF_ONE_MEMBER: usize = 128;
/// Acts on one mandate that are kept: one of each kind by each of the two, and a few that come twice with another date.
const ACTS_ON_ONE: usize = 12;
/// Signed objects in one message that are looked at: those acts, and who vouches for the old ones.
const OBJECTS: usize = 48;
/// So long after its end a mandate is still spoken of with members that were away.
const AFTERMATH: Duration = Duration::from_secs(90 * 86_400);
/// Mandates that two members speak about.
const SPOKEN_OF: usize = 1_000;

impl Mandaten {
    /// Whom a mandate concerns, the own organisation left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn concerned(&self, content: &MandateContent) -> Result<BTreeSet<Oin>, StoreError> {
        let now = self.now();
        let mut concerned = BTreeSet::from([content.member, content.holder]);
        for convenant in self.convenanten.active(now)? {
            if convenant.is_party(content.member) && convenant.is_party(content.holder) {
                concerned.extend(convenant.organisations(now));
            }
        }
        concerned.remove(&self.me);
        Ok(concerned)
    }

    /// What is held of the mandates that concern this member too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn held_with(&self, peer: Oin) -> Result<MandateList, StoreError> {
        let going = self.going_to(peer)?;
        let mandates = going.iter().map(|mandate| HeldMandate {
            hash: mandate.hash(),
            acts: ids(mandate).into_iter().collect(),
        });
        Ok(MandateList {
            v: 1,
            mandates: mandates.collect(),
            uses: self.told_to(peer)?,
        })
    }

    /// What a member that holds this lacks of what goes to it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn lacking(&self, peer: Oin, holds: &MandateList) -> Result<Vec<MandateShare>, StoreError> {
        let held: BTreeMap<MandateHash, BTreeSet<ActId>> = holds
            .mandates
            .iter()
            .map(|one| (one.hash, one.acts.iter().copied().collect()))
            .collect();
        let nothing = BTreeSet::new();
        let mut shares = Vec::new();
        for mandate in self.going_to(peer)? {
            let there = held.get(&mandate.hash()).unwrap_or(&nothing);
            let acts = mandate.acts().iter();
            let missing: Vec<_> = acts.filter(|act| !there.contains(&act.id())).collect();
            if missing.is_empty() {
                continue;
            }
            let acts = missing.iter().map(|act| act.bytes().to_vec());
            let acts = acts
                .map(ByteBuf::from)
                .chain(self.vouched(&mandate, &missing)?);
            shares.push(MandateShare {
                v: 1,
                content: ByteBuf::from(mandate.content().encoded()),
                acts: acts.collect(),
            });
        }
        Ok(shares)
    }

    /// What goes with these acts so that others believe them: nothing while their certificates count.
    fn vouched(&self, mandate: &Mandate, acts: &[&MandateAct]) -> Result<Vec<ByteBuf>, StoreError> {
        let (hash, trust, now) = (mandate.hash(), self.trust.current(), self.now());
        let counts = |act: &&MandateAct| MandateAct::verify(act.bytes(), &trust, now).is_ok();
        let old: Vec<_> = acts.iter().copied().filter(|act| !counts(act)).collect();
        let kept = self.store.get::<MandateRecord>(hash)?;
        let Some(kept) = kept.filter(|_| !old.is_empty()) else {
            return Ok(Vec::new());
        };
        let is_party = mandate.content().is_party(self.me);
        let seen = kept.value.seen(&old, self.me, is_party);
        let mut objects = vouching::vouch(&hash, &seen, now, &*self.org.current());
        objects.extend(vouching::still_holding(
            &kept.value.testimonies,
            &trust,
            now,
        ));
        Ok(vouching::fitting(objects).collect())
    }

    /// What this member must have heard of before anything else is said to it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn to_be_known(&self, peer: Oin) -> Result<Octets<32>, StoreError> {
        let mut hasher = Sha256::new();
        for mandate in self.going_to(peer)? {
            hasher.update(mandate.hash().as_bytes());
            for act in mandate.acts() {
                hasher.update(act.id().as_bytes());
            }
        }
        for used in self.told_to(peer)? {
            hasher.update(used.question.as_bytes());
        }
        Ok(Octets(hasher.finalize().into()))
    }

    /// Keeps what a member hands on, as far as it holds. What is wrong with it is only logged: the answer says what is held.
    ///
    /// # Errors
    /// When the store does not work.
    pub async fn receive(
        &self,
        from: Oin,
        share: &MandateShare,
        once: &Once,
    ) -> Result<(), ReceiveError> {
        let content = wire::decode::<MandateContent>(&share.content, MAX_MANDATE_BYTES);
        let Some(content) = content.ok().filter(|content| content.check().is_empty()) else {
            tracing::warn!(peer = %from, "a mandate that nobody should sign was not taken");
            return Ok(());
        };
        let writing = self.writing.lock().await;
        if !self.may_take(from, &content)? {
            tracing::warn!(peer = %from, "a mandate that is no concern of both was not taken");
            return Ok(());
        }
        let acts = self.heard(from, &content, share)?;
        if acts.is_empty() {
            return Ok(());
        }
        let event = Event::MandateReceived {
            mandate: content.hash(),
            acts: u32::try_from(acts.len()).unwrap_or(u32::MAX),
        };
        let change = once.mark(Change::new().audit(event.by(By::Peer { oin: from })))?;
        self.keep(&writing, &content, acts, change).await?;
        Ok(())
    }

    /// The acts that are new here and tell something; none of a mandate that its member did not give.
    fn heard(
        &self,
        from: Oin,
        content: &MandateContent,
        share: &MandateShare,
    ) -> Result<Vec<Believed>, StoreError> {
        let (hash, trust, now) = (content.hash(), self.trust.current(), self.now());
        let mut witnesses = self.convenanten.witnesses(content.member)?;
        let of_holder = self.convenanten.witnesses(content.holder)?;
        witnesses.retain(|one| of_holder.contains(one));
        let objects = || {
            share
                .acts
                .iter()
                .take(OBJECTS)
                .map(|bytes| bytes.as_slice())
        };
        let hearing = MandateHearing::new(content, objects(), &witnesses, &trust, now);
        let all = self.all()?;
        let known = all.iter().find(|mandate| mandate.hash() == hash);
        let known = known.map_or(&[][..], Mandate::acts);
        let mut heard = Vec::new();
        let acts = objects().filter(|bytes| !Testimony::is_one(bytes));
        for bytes in acts.take(ACTS_ON_ONE) {
            if known.iter().any(|act| act.bytes() == bytes) {
                continue;
            }
            match hearing.judge(bytes) {
                Ok((act, on)) => heard.push(Believed::on(act, on)),
                Err(error) => {
                    tracing::warn!(peer = %from, %error, "an act on a mandate is not believed");
                }
            }
        }
        // Of each kind by each of the two only what is dated first tells something.
        heard.retain(|Believed { act, .. }| {
            let mut same = known
                .iter()
                .filter(|other| other.kind() == act.kind() && other.by() == act.by());
            same.all(|other| act.at() < other.at())
        });
        heard.truncate(ACTS_ON_ONE.saturating_sub(known.len()));
        let new = heard.iter().map(|one| one.act.clone());
        let after = Mandate::new(content.clone(), known.iter().cloned().chain(new));
        heard.retain(|one| after.acts().contains(&one.act));
        Ok(if after.is_given() { heard } else { Vec::new() })
    }

    /// Whether anything of a mandate is kept that this member hands on.
    fn may_take(&self, from: Oin, content: &MandateContent) -> Result<bool, StoreError> {
        let concerned = self.concerned(content)?;
        if !concerned.contains(&from) || !self.concerns_me(content)? {
            return Ok(false);
        }
        let (all, now, hash) = (self.all()?, self.now(), content.hash());
        let counts = |mandate: &&Mandate| {
            let other = mandate.content();
            other.member == content.member && other.valid.until > now
        };
        let known = all.iter().any(|mandate| mandate.hash() == hash);
        Ok(known || all.iter().filter(counts).count() < OF_ONE_MEMBER)
    }

    fn concerns_me(&self, content: &MandateContent) -> Result<bool, StoreError> {
        let active = self.convenanten.active(self.now())?;
        let shared = active.iter().any(|convenant| {
            let all = [self.me, content.member, content.holder];
            all.iter().all(|one| convenant.is_party(*one))
        });
        Ok(shared || content.is_party(self.me))
    }

    /// The mandates that go to a member, by hash.
    fn going_to(&self, peer: Oin) -> Result<Vec<Mandate>, StoreError> {
        let now = self.now();
        let mut going = BTreeMap::new();
        for mandate in self.all()?.iter().take(SPOKEN_OF) {
            let content = mandate.content();
            let recent = content.valid.until + AFTERMATH > now;
            let signed = !matches!(mandate.state(now), MandateState::Awaiting(_));
            let its = content.is_party(peer);
            let goes = recent && mandate.is_given() && (its || signed);
            if goes && self.concerned(content)?.contains(&peer) {
                going.insert(mandate.hash(), mandate.clone());
            }
        }
        Ok(going.into_values().collect())
    }
}

fn ids(mandate: &Mandate) -> BTreeSet<ActId> {
    mandate.acts().iter().map(MandateAct::id).collect()
}
