// SPDX-License-Identifier: EUPL-1.2
//! Which entries of an index that is with its recipient may no longer be in it: withdrawn, restricted or forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use basisnet_policy::{Fact, Verdict};
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::ContextHash;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use sha2::{Digest, Sha256};

use super::recall::Earlier;
use super::records::Publication;
use super::{PublicationError, Publications};
use crate::audit::{Hash, Id};
use crate::service::matching::{Asks, Fault, Known, Pair};

/// The aanbieders that a member may discover at this moment.
pub(super) struct Discoverable(BTreeSet<Id>);

impl Discoverable {
    pub(super) const fn none() -> Self {
        Self(BTreeSet::new())
    }

    pub(super) fn holds(&self, id: &Id) -> bool {
        self.0.contains(id)
    }

    fn fingerprint(&self, seq: u32) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(seq.to_be_bytes());
        for id in &self.0 {
            hasher.update(id);
        }
        Octets(hasher.finalize().into())
    }
}

/// What was last seen to be in order, by context: so that the entries of an index are read again only when there is
/// another register or another verdict than then.
#[derive(Clone, Debug, Default)]
pub(super) struct Checked(Arc<Mutex<BTreeMap<ContextHash, InOrder>>>);

#[derive(Clone, Copy, Debug)]
struct InOrder {
    fingerprint: Hash,
    /// From when nobody holds anything of this context.
    until: Timestamp,
}

impl Checked {
    fn was(&self, ctx: &ContextHash, fingerprint: Hash) -> bool {
        let checked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        checked
            .get(ctx)
            .is_some_and(|checked| checked.fingerprint == fingerprint)
    }

    fn note(&self, ctx: ContextHash, in_order: InOrder, now: Timestamp) {
        let mut checked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        checked.retain(|_, checked| now < checked.until);
        checked.insert(ctx, in_order);
    }
}

impl Publications {
    /// Whether an aanbieder in the newest index of a context may no longer be in it.
    pub(super) fn is_narrowed(
        &self,
        ctx: &ContextHash,
        publication: &Publication,
        pair: &Pair,
        register: &[Known],
    ) -> Result<bool, PublicationError> {
        if publication.narrowed {
            return Ok(true);
        }
        let may = self.discoverable(pair, register)?;
        Ok(!self.outdated(ctx, publication, &may)?.is_empty())
    }

    /// Those in the register whom the rules let this member discover.
    pub(super) fn discoverable(
        &self,
        pair: &Pair,
        register: &[Known],
    ) -> Result<Discoverable, Fault> {
        let mut selection = self
            .shared
            .select_by::<()>(pair, pair.peer, self.shared.me)?;
        let may = register.iter().filter(|known| {
            let facts = known.facts_for(&selection, Asks::Other);
            let verdict = selection.consider((), facts);
            verdict == Verdict::Permitted
        });
        Ok(Discoverable(may.map(|known| known.id).collect()))
    }

    /// Those about whom nothing stands in the way by themselves, where no agreement is left to judge by.
    pub(super) fn unhindered(&self, register: &[Known]) -> Discoverable {
        let now = self.shared.clock.now();
        let may = register.iter().filter(|known| {
            let kept = known.facts.retained_until.is_some_and(|until| now < until);
            kept && known.facts.restricted == Fact::No
        });
        Discoverable(may.map(|known| known.id).collect())
    }

    /// The entries of the newest index of a context that may no longer be in it.
    pub(super) fn outdated(
        &self,
        ctx: &ContextHash,
        publication: &Publication,
        may: &Discoverable,
    ) -> Result<BTreeMap<Id, Earlier>, PublicationError> {
        let fingerprint = may.fingerprint(publication.seq);
        if self.checked.was(ctx, fingerprint) {
            return Ok(BTreeMap::new());
        }
        let mut entries = self.earlier_entries(ctx)?;
        entries.retain(|id, entry| entry.record.seq == publication.seq && !may.holds(id));
        if entries.is_empty() {
            let until = publication.epoch.held_until();
            let in_order = InOrder { fingerprint, until };
            self.checked.note(*ctx, in_order, self.shared.clock.now());
        }
        Ok(entries)
    }

    /// Whether the purpose for which was published was in force, and was put out of it. One that is only not in force yet
    /// was never published for.
    pub(super) fn is_out_of_force(&self, publication: &Publication) -> Result<bool, Fault> {
        let Publication { manifest, .. } = publication;
        let around = &self.shared.around;
        let decided = around.in_force(&manifest.purpose_id, manifest.purpose_version)?;
        let until = decided.and_then(|decided| decided.until);
        Ok(until.is_some_and(|until| until <= self.shared.clock.now()))
    }

    /// The pair under the convenant of a publication; none when that is not in force any more.
    pub(super) fn pair_of(
        &self,
        peer: Oin,
        publication: &Publication,
    ) -> Result<Option<Pair>, Fault> {
        self.shared.pair(peer, &publication.manifest.convenant_hash)
    }
}
