// SPDX-License-Identifier: EUPL-1.2
//! A source takes back what a question rests on.
//!
//! What was used in a case stays as a reference: who asked whom about what, when, and why. The answer goes, and
//! everybody who looks sees that it was withdrawn.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{Recall, RecallKind};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;

use super::record::{BY_AANBIEDER, BY_CONTEXT, IS_OPEN, OPEN};
use super::{Asked, AskedState};
use crate::audit::{By, Event, Id};
use crate::service::matching::Fault;
use crate::store::{Change, Expect, Key, Store, StoreError, Stored};

/// Read so many at a time.
const PAGE: usize = 500;

/// What a source takes back, as the one who asked it sees it.
#[derive(Debug)]
pub(in crate::service) struct TakenBack<'a> {
    /// The source.
    pub(in crate::service) peer: Oin,
    /// What it says.
    pub(in crate::service) recall: &'a Recall,
    /// The treffers that go with it: the aanbieder, and the sharing group. An answer may rest on a treffer of an
    /// earlier epoch, of which the source has forgotten the handle.
    pub(in crate::service) treffers: Vec<(Id, String)>,
    /// When.
    pub(in crate::service) now: Timestamp,
}

impl TakenBack<'_> {
    /// Adds to a change that every question that rests on it stands as withdrawn.
    ///
    /// # Errors
    /// When the questions cannot be read or written.
    pub(in crate::service) fn withdraw(
        &self,
        store: &Store,
        mut change: Change,
    ) -> Result<Change, Fault> {
        for (id, stored) in self.resting_on_it(store)? {
            let Some(state) = self.withdrawn(&stored.value.state) else {
                continue;
            };
            let asked = Asked {
                state,
                ..stored.value
            };
            let event = Event::InzageWithdrawn {
                inzage: id,
                peer: self.peer,
            };
            change = change
                .put(id, &asked, Expect::Version(stored.version))?
                .audit(event.by(By::Peer { oin: self.peer }));
        }
        Ok(change)
    }

    fn resting_on_it(&self, store: &Store) -> Result<BTreeMap<Id, Stored<Asked>>, StoreError> {
        let handles: BTreeSet<Octets<8>> = self.recall.handles.iter().copied().collect();
        let mut found = BTreeMap::new();
        let mut keep = |stored: Stored<Asked>, rests: &dyn Fn(&Asked) -> bool| {
            if stored.value.peer == self.peer && rests(&stored.value) {
                found.insert(stored.value.id, stored);
            }
        };
        for stored in all(store, BY_CONTEXT, self.recall.ctx.as_bytes())? {
            keep(stored, &|asked| handles.contains(&asked.request.handle));
        }
        for (aanbieder, group) in &self.treffers {
            for stored in all(store, BY_AANBIEDER, aanbieder.as_bytes())? {
                keep(stored, &|asked| asked.group_id == *group);
            }
        }
        Ok(found)
    }

    /// How a question stands when what it rests on is taken back; none when that makes no difference. What was
    /// corrected may be asked again, so only an answer that may be wrong goes.
    fn withdrawn(&self, state: &AskedState) -> Option<AskedState> {
        let kind = self.recall.kind;
        let answered = match state {
            AskedState::Released { received, .. } => Some(*received),
            AskedState::Sent | AskedState::NoAnswer | AskedState::Waiting { .. } => {
                (kind != RecallKind::Corrected).then_some(())?;
                None
            }
            AskedState::Refused
            | AskedState::RefusedByPerson { .. }
            | AskedState::TimedOut
            | AskedState::Forgotten { .. }
            | AskedState::Withdrawn { .. } => return None,
        };
        Some(AskedState::Withdrawn {
            since: self.now,
            kind,
            answered,
        })
    }
}

/// Lets go of every answer that came before the node went back to a backup: the source may have taken it back after that
/// backup. The question stays as a reference, and may be put again.
pub(in crate::service) async fn let_go_of_before(
    store: &Store,
    restored: Timestamp,
    now: Timestamp,
) -> Result<(), Fault> {
    for stored in all(store, OPEN, IS_OPEN)? {
        let asked = stored.value;
        let AskedState::Released { received, .. } = asked.state else {
            continue;
        };
        if received >= restored {
            continue;
        }
        let (inzage, peer) = (asked.id, asked.peer);
        let asked = Asked {
            state: AskedState::Withdrawn {
                since: now,
                kind: RecallKind::Withdrawn,
                answered: Some(received),
            },
            ..asked
        };
        let event = Event::InzageWithdrawn { inzage, peer };
        let change = Change::new()
            .put(inzage, &asked, Expect::Version(stored.version))?
            .audit(event);
        store.commit(change).await?;
    }
    Ok(())
}

fn all(store: &Store, index: &'static str, term: &[u8]) -> Result<Vec<Stored<Asked>>, StoreError> {
    let (mut found, mut after): (Vec<_>, Option<Key>) = (Vec::new(), None);
    loop {
        let page = store.by_index::<Asked>(index, term, after.as_ref(), PAGE)?;
        let Some((last, _)) = page.last() else {
            return Ok(found);
        };
        after = Some(last.clone());
        found.extend(page.into_iter().map(|(_, stored)| stored));
    }
}
