// SPDX-License-Identifier: EUPL-1.2
//! When the next index is due: at the moment of the pair, or at once when something was taken back from the newest.

use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{ContextHash, Epoch, quota};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use sha2::{Digest, Sha256};

use super::records::Publication;
use super::{PublicationError, Publications};
use crate::service::matching::{Pair, open_epochs};

/// A context whose next index is to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuePublication {
    /// To whom.
    pub peer: Oin,
    /// In which context.
    pub ctx: ContextHash,
}

impl Publications {
    /// The contexts whose next index is due, in the epochs for which is published now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn due(&self) -> Result<Vec<DuePublication>, PublicationError> {
        let now = self.shared.clock.now();
        self.kept_keys.forget_past(now);
        let mut due = Vec::new();
        for pair in self.shared.pairs()? {
            for epoch in open_epochs(now) {
                for (ctx, publication) in self.published(&pair, epoch)? {
                    if self.is_closed(&publication)? || self.is_out_of_force(&publication)? {
                        continue;
                    }
                    let narrowed = publication.narrowed && now < publication.manifest.valid_to;
                    if narrowed || self.is_due(&publication, now) {
                        let peer = pair.peer;
                        due.push(DuePublication { peer, ctx });
                    }
                }
            }
        }
        Ok(due)
    }

    /// The contexts of a pair in an epoch in which something was published.
    fn published(
        &self,
        pair: &Pair,
        epoch: Epoch,
    ) -> Result<Vec<(ContextHash, Publication)>, PublicationError> {
        let term = Publication::peer_term(pair.peer, epoch);
        let store = &self.shared.store;
        let kept = store.by_index::<Publication>(
            Publication::BY_PEER,
            &term,
            None,
            quota::MOST_CONTEXTS,
        )?;
        let of_pair = kept.into_iter().filter_map(|(key, kept)| {
            let publication = kept.value;
            let same = publication.manifest.convenant_hash == pair.convenant.hash();
            let ctx = Octets::from_slice(key.as_bytes())?;
            (same && publication.seq > 0).then_some((ctx, publication))
        });
        Ok(of_pair.collect())
    }

    /// Once per cadence, at 03:00 UTC and an offset of up to six hours that is fixed for the pair.
    fn is_due(&self, publication: &Publication, now: Timestamp) -> bool {
        let Some(last) = publication.published else {
            return false;
        };
        let anchor =
            publication.epoch.evaluation_opens() + offset(self.shared.me, publication.peer);
        let cadence = u64::from(publication.manifest.cadence_hours.max(1)) * 3_600;
        let slot = |moment: Timestamp| moment.since(anchor).as_secs() / cadence;
        now >= anchor && now < publication.manifest.valid_to && slot(now) > slot(last)
    }
}

/// 03:00 UTC and up to six hours: the moment at which this pair publishes.
fn offset(me: Oin, peer: Oin) -> Duration {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(me.as_str())
        .chain_update(peer.as_str())
        .finalize()
        .into();
    let [a, b, ..] = hash;
    let minutes = u64::from(u16::from_be_bytes([a, b])) % 360;
    Duration::from_secs(3 * 3_600 + minutes * 60)
}
