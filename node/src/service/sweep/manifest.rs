// SPDX-License-Identifier: EUPL-1.2
//! Takes the terms of a source, or does not: they must be of this pair, and the key the source's own.

use std::collections::BTreeSet;

use basisnet_protocol::envelope::message_hash;
use basisnet_protocol::matching::{Bucket, ContextHash, Epoch, possession, quota};
use basisnet_protocol::message::Manifest;

use super::records::SeenKey;
use super::{Asking, SweepFault, Sweeps};
use crate::audit::{Event, Incident};
use crate::service::alarm::{self, Cause};
use crate::service::matching::{Fault, Pair};
use crate::store::{Change, Expect};

impl Sweeps {
    /// Checks the terms that a source gave for an epoch, and keeps them.
    ///
    /// # Errors
    /// When they do not fit the pair, or the key is not proven to be the source's own. What points at bad faith is
    /// in the log.
    pub async fn accept_manifest(
        &self,
        pair: &Pair,
        epoch: Epoch,
        manifest: &Manifest,
    ) -> Result<ContextHash, SweepFault> {
        let hash = message_hash(manifest).map_err(Fault::from)?;
        fits(pair, epoch, manifest)?;
        self.fits_member(pair, manifest)?;
        let me = self.shared.me;
        let ctx = self
            .shared
            .context(pair, epoch, pair.peer, me, manifest.key_generation)?;
        if possession::verify(&ctx, &manifest.pk, &manifest.pop).is_err() {
            self.incident(pair.peer, Incident::ForeignManifestKey, hash)
                .await?;
            return Err(SweepFault::ForeignKey);
        }
        let seen = self.shared.store.get::<SeenKey>(manifest.pk)?;
        if seen.is_some_and(|seen| seen.value.ctx != ctx) {
            self.incident(pair.peer, Incident::ForeignManifestKey, hash)
                .await?;
            return Err(SweepFault::ForeignKey);
        }
        if let Some(kept) = self.shared.store.get::<Asking>(ctx)? {
            // The terms of a context are given once.
            return if kept.value.manifest_hash == hash {
                Ok(ctx)
            } else {
                Err(SweepFault::Manifest(
                    "other terms were given for this context before",
                ))
            };
        }
        self.fits_epoch(pair, epoch).await?;
        let asking = Asking {
            peer: pair.peer,
            epoch,
            manifest: manifest.clone(),
            manifest_hash: hash,
            full: None,
            swept: None,
            last_day: 0,
            index: None,
            forgotten: false,
            since: Some(self.shared.clock.now()),
        };
        let event = Event::ManifestReceived {
            peer: pair.peer,
            purpose: manifest.purpose_id.clone(),
            epoch: epoch.number(),
            manifest: hash,
        };
        let change = Change::new()
            .put(ctx, &asking, Expect::Absent)?
            .put(manifest.pk, &SeenKey { ctx }, Expect::Any)?
            .audit(event);
        self.shared.store.commit(change).await?;
        Ok(ctx)
    }

    /// Whether the source does not draw new keys over and over, and have this node ask everything each time.
    async fn fits_epoch(&self, pair: &Pair, epoch: Epoch) -> Result<(), SweepFault> {
        let term = Asking::peer_term(pair.peer, epoch);
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let allowed_more = alarm::contexts_allowed(store, pair.peer, epoch)?;
        let most = quota::MOST_CONTEXTS;
        let kept = store.by_index::<Asking>(Asking::BY_PEER, &term, None, most)?;
        let mut versions = BTreeSet::from([pair.convenant.hash()]);
        versions.extend((kept.iter()).map(|(_, kept)| kept.value.manifest.convenant_hash));
        let reasonable = quota::contexts(versions.len()).saturating_add(allowed_more);
        if kept.len() >= reasonable.min(most) {
            let epoch = epoch.number();
            let cause = Cause::ManyContexts { epoch };
            let change = alarm::raise(store, Change::new(), now, pair.peer, cause)?;
            store.commit(change).await?;
            return Err(SweepFault::Manifest(
                "more contexts in one epoch than a source may have",
            ));
        }
        Ok(())
    }

    /// Whether the index is no larger than fits what the member declared.
    fn fits_member(&self, pair: &Pair, manifest: &Manifest) -> Result<(), SweepFault> {
        let declared = self.shared.around.buckets(pair.peer)?.index;
        let index = Bucket::try_from(manifest.index_bucket).map_err(|_| Fault::Damaged)?;
        if index.steps_above(declared) > INDEX_STEPS {
            return Err(SweepFault::Manifest(
                "an index far larger than the member declared",
            ));
        }
        Ok(())
    }
}

/// An index may be one size above what the member declared: it announces growth so. More would let it fill the index
/// with a public register, and learn from questions what this node knows.
const INDEX_STEPS: usize = 1;

/// Every term that follows from the convenant, checked against it.
fn fits(pair: &Pair, epoch: Epoch, manifest: &Manifest) -> Result<(), SweepFault> {
    let refuse = |holds: bool, what| {
        if holds {
            Ok(())
        } else {
            Err(SweepFault::Manifest(what))
        }
    };
    let content = pair.content();
    let terms = pair.terms().ok_or(Fault::NotAgreed)?;
    refuse(
        manifest.v == 1 && manifest.label_schema == 1,
        "unknown version",
    )?;
    refuse(manifest.group_id == content.group_id, "another group")?;
    refuse(
        manifest.convenant_version == content.version,
        "another version of the convenant",
    )?;
    refuse(
        manifest.convenant_hash == pair.convenant.hash(),
        "another convenant",
    )?;
    refuse(manifest.purpose_id == terms.id, "another purpose")?;
    refuse(
        manifest.purpose_version == terms.version,
        "another version of the purpose",
    )?;
    refuse(manifest.epoch == epoch.number(), "another epoch")?;
    refuse(
        manifest.cadence_hours == content.cadence.publication_hours,
        "another cadence",
    )?;
    refuse(manifest.valid_from < manifest.valid_to, "never valid")?;
    refuse(manifest.valid_to <= epoch.end(), "valid beyond its epoch")?;
    refuse(
        Bucket::try_from(manifest.index_bucket).is_ok(),
        "an index of no known size",
    )?;
    let query = Bucket::try_from(manifest.query_bucket_of_client);
    let query = query.map_err(|_| SweepFault::Manifest("a sweep of no known size"))?;
    refuse(
        manifest.quota == quota::per_context(query),
        "another quota than the rule gives",
    )
}
