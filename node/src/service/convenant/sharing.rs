// SPDX-License-Identifier: EUPL-1.2
//! What of the convenanten goes to another member, and what comes from one.
//!
//! A version goes to its members from the moment that somebody here had it sent, or that the own organisation acted on
//! it; then all acts on it go along, whoever did them, because each proves itself. What a member sends is kept only when
//! both it and the own organisation are in it. Receiving binds nobody: only an act does, and only a person acts.

use basisnet_protocol::convenant::MAX_CONTENT_BYTES;
use basisnet_protocol::message::{ConvenantList, ConvenantShare, Taken};
use basisnet_protocol::wire;

use super::*;
use crate::audit::By;
use crate::delivery::Once;

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
        if !self.holdings()?.has_place(content, self.me) {
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
        Ok(self.holdings()?.correspondents(self.clock.now()))
    }

    /// With whom somebody here wants to be in one convenant with this member.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn fellows(&self, peer: Oin) -> Result<BTreeSet<Oin>, StoreError> {
        Ok(self.holdings()?.fellows(peer, self.clock.now()))
    }

    /// With whom this member says it wants to be in one convenant with us.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn named_with(&self, peer: Oin) -> Result<BTreeSet<Oin>, StoreError> {
        Ok(self.holdings()?.named_with(peer, self.clock.now()))
    }

    /// What is held of the versions of which this member is one too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn held_with(&self, peer: Oin) -> Result<ConvenantList, StoreError> {
        let held = self.holdings()?.held_with(peer, self.clock.now());
        Ok(ConvenantList::of(held))
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
        let (holdings, now) = (self.holdings()?, self.clock.now());
        let mut shares = Vec::new();
        for (version, acts) in holdings.lacking(peer, &holds.held(), now) {
            let parts = ConvenantShare::parts(version.content(), &acts);
            shares.extend(self.vouched(version, &acts, parts)?);
        }
        Ok(shares)
    }

    /// Whether a member that holds this lacks anything of what goes to it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn lacks(&self, peer: Oin, holds: &ConvenantList) -> Result<bool, StoreError> {
        let (holdings, now) = (self.holdings()?, self.clock.now());
        Ok(!holdings.lacking(peer, &holds.held(), now).is_empty())
    }

    /// What this member must have heard of before anything else is said to it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn to_be_known(&self, peer: Oin) -> Result<Octets<32>, StoreError> {
        Ok(self.holdings()?.to_be_known(peer, self.clock.now()))
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
        let _writing = self.writing.lock().await;
        let (mut record, expect) = self.record(&content)?;
        let (holdings, now) = (self.holdings()?, self.clock.now());
        // Signatures are verified only of what would be kept.
        if let Err(why) = holdings.may_take(from, &content, now) {
            return Ok(why.into());
        }
        let mut heard = self.hear(&content, share.acts.iter().map(|bytes| bytes.as_slice()))?;
        let acts = std::mem::take(&mut heard.acts);
        let taking = match holdings.take(from, &content, acts, now) {
            Ok(taking) => taking,
            Err(why) => return Ok(why.into()),
        };
        heard.acts = taking.acts;
        let added = self.add(&mut record, &heard);
        if let Some(travel) = taking.new {
            record.travel = travel;
        }
        if taking.new.is_some() || added > 0 {
            let hash = content.hash();
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
        Ok(match heard.fault.is_none() {
            true => Taken::Kept,
            false => Taken::Unverified,
        })
    }
}
