// SPDX-License-Identifier: EUPL-1.2
//! What was done in the name of a member: who asked whom for what, and when. Never about which aanbieder.
//!
//! Who asks writes it with the question, and so does who is asked. Both tell the member, with the mandate under which it was
//! asked, by the way that mandates go: so the member hears of it from two sides, also when it was away or one of them
//! keeps silent.

use basisnet_protocol::id::Oin;
use basisnet_protocol::mandate::MandateHash;
use basisnet_protocol::message::{InzageRequest, MandateUse};
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::Mandaten;
use crate::audit::{By, Event, Hash};
use crate::delivery::Once;
use crate::service::convenant::ReceiveError;
use crate::store::{
    Change, CommitError, Expect, IndexTerm, Key, Record, RetentionClass, StoreError,
};

/// The index by the mandate.
const BY_MANDATE: &str = "mandaat";
/// Uses of one mandate that are told; the newest count.
const TOLD: usize = 200;
/// Uses in one list.
pub(super) const IN_A_LIST: usize = 600;
/// Read so many at a time.
const PAGE: usize = 200;

/// One question that was put under a mandate, under the hash of the question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UseRecord {
    pub(super) used: MandateUse,
    /// Who told it: the own organisation, or the first of the others.
    pub(super) from: Oin,
}

impl Record for UseRecord {
    const COLLECTION: &'static str = "mandaat-gebruik";
    const RETENTION: RetentionClass = RetentionClass::Case;

    fn index_terms(&self) -> Vec<IndexTerm> {
        vec![IndexTerm::new(BY_MANDATE, self.used.mandate.as_bytes())]
    }
}

/// Writes down, with a question that is put under a mandate, that it was.
///
/// # Errors
/// When it cannot be encoded.
pub fn noted(
    change: Change,
    request: &InzageRequest,
    question: Hash,
    (asker, source): (Oin, Oin),
    at: Timestamp,
) -> Result<Change, CommitError> {
    let Some(behalf) = &request.on_behalf else {
        return Ok(change);
    };
    let used = MandateUse {
        mandate: behalf.mandate,
        question,
        asker,
        source,
        purpose_id: request.purpose_id.clone(),
        at,
    };
    let record = UseRecord { used, from: asker };
    change.put(question, &record, Expect::Any)
}

impl Mandaten {
    /// What was done under a mandate, as far as it is known here, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn uses(&self, hash: MandateHash) -> Result<Vec<MandateUse>, StoreError> {
        let (mut uses, mut after): (Vec<MandateUse>, Option<Key>) = (Vec::new(), None);
        loop {
            let term = hash.as_bytes();
            let page =
                (self.store).by_index::<UseRecord>(BY_MANDATE, term, after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            uses.extend(page.into_iter().map(|(_, stored)| stored.value.used));
        }
        uses.sort_by_key(|used| (std::cmp::Reverse(used.at), used.question));
        Ok(uses)
    }

    /// What a member is to hear of what was done in its name.
    pub(super) fn told_to(&self, member: Oin) -> Result<Vec<MandateUse>, StoreError> {
        let mut told = Vec::new();
        for mandate in self.all()?.iter() {
            let content = mandate.content();
            if content.member == member && member != self.me {
                told.extend(self.uses(mandate.hash())?.into_iter().take(TOLD));
            }
        }
        told.sort_by_key(|used| (std::cmp::Reverse(used.at), used.question));
        told.truncate(IN_A_LIST);
        told.sort_by_key(|used| used.question);
        Ok(told)
    }

    /// Takes what another says was done in the name of the own organisation: of a mandate that it gave, and only by who
    /// asked or was asked.
    ///
    /// # Errors
    /// When the store does not work.
    pub async fn hear_of_uses(
        &self,
        from: Oin,
        uses: &[MandateUse],
        once: Option<&Once>,
    ) -> Result<(), ReceiveError> {
        let _writing = self.writing.lock().await;
        let mut change = Change::new();
        let mut new = 0_u32;
        for used in uses.iter().take(IN_A_LIST) {
            let all = self.all()?;
            let ours = |content: &basisnet_protocol::mandate::MandateContent| {
                content.member == self.me && content.holder == used.asker
            };
            let mut named = all.iter().filter(|one| one.hash() == used.mandate);
            let is_ours = named.any(|one| ours(one.content()));
            let known = self.store.get::<UseRecord>(used.question)?.is_some();
            if !is_ours || known || ![used.asker, used.source].contains(&from) {
                continue;
            }
            let record = UseRecord {
                used: used.clone(),
                from,
            };
            let event = Event::MandateUsed {
                mandate: used.mandate,
                asker: used.asker,
                source: used.source,
                purpose: used.purpose_id.clone(),
                question: used.question,
            };
            change = change
                .put(used.question, &record, Expect::Absent)?
                .audit(event.by(By::Peer { oin: from }));
            new += 1;
        }
        if new > 0 {
            let change = match once {
                Some(once) => once.mark(change)?,
                None => change,
            };
            self.store.commit(change).await?;
        }
        Ok(())
    }
}
