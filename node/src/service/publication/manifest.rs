// SPDX-License-Identifier: EUPL-1.2
//! The terms for one member and epoch: the key, the limits, the policy. Given once, the same ever after.

use std::sync::Arc;

use basisnet_protocol::envelope::message_hash;
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{
    ContextHash, Epoch, PmOprf, Ristretto, ServerKey, possession, quota,
};
use basisnet_protocol::message::{Manifest, ManifestRequest};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use rand_core::{OsRng, RngCore};

use super::records::{EpochSecret, KeyGeneration, LastManifest, Publication};
use super::{PublicationError, Publications};
use crate::audit::Event;
use crate::service::alarm::{self, Cause};
use crate::service::matching::{Fault, Pair, open_epochs};
use crate::service::restored::Restored;
use crate::store::{Change, Expect};

impl Publications {
    /// The terms under which a member may ask here in an epoch; made at the first question.
    ///
    /// # Errors
    /// When nothing is matched with this member, or not for this epoch now.
    pub async fn manifest(
        &self,
        peer: Oin,
        ask: &ManifestRequest,
    ) -> Result<Manifest, PublicationError> {
        let now = self.shared.clock.now();
        let epoch = Epoch::from_number(ask.epoch);
        if ask.v != 1 || ask.purpose_id != PurposeId::matching() {
            return Err(PublicationError::NotAgreed);
        }
        if !open_epochs(now).contains(&epoch) {
            return Err(PublicationError::OutOfTime);
        }
        let pairs = self.shared.pairs()?;
        let agreed = |pair: &Pair| pair.peer == peer && pair.content().group_id == ask.group_id;
        let pair = pairs
            .into_iter()
            .find(agreed)
            .ok_or(PublicationError::NotAgreed)?;
        // May anything be matched with this member at all? The manifest itself says nothing about an aanbieder.
        let allowed = self.shared.select(&pair, peer, self.shared.me)?;

        let _one_at_a_time = self.publishing.lock().await;
        let generation = self.key_generation(peer).await?;
        let ctx = self
            .shared
            .context(&pair, epoch, self.shared.me, peer, generation)?;
        if let Some(issued) = self.shared.store.get::<Publication>(ctx)? {
            return Ok(issued.value.manifest);
        }
        let allowed_more = alarm::contexts_allowed(&self.shared.store, peer, epoch)?;
        let limit = quota::CONTEXTS_PER_EPOCH.saturating_add(allowed_more);
        if self.contexts_of(peer, epoch, limit)? >= limit {
            self.too_many_contexts(peer, epoch).await?;
            return Err(PublicationError::OverBudget);
        }
        let policy = allowed.grounds().policy_hash;
        self.issue(&pair, epoch, ctx, generation, policy).await
    }

    /// How many keys a member had in this epoch, with those in whose place it stands; as far as it matters.
    fn contexts_of(&self, peer: Oin, epoch: Epoch, limit: usize) -> Result<usize, Fault> {
        let mut line = self.shared.around.before(peer)?;
        line.insert(peer);
        let mut had = 0;
        for one in line {
            let (store, term) = (&self.shared.store, Publication::peer_term(one, epoch));
            had += store
                .by_index::<Publication>(Publication::BY_PEER, &term, None, limit)?
                .len();
        }
        Ok(had)
    }

    /// A person is to decide whether a member gets more keys in this epoch than there is a reason for.
    async fn too_many_contexts(&self, peer: Oin, epoch: Epoch) -> Result<(), Fault> {
        if !self.shared.pace.allows(peer) {
            return Ok(());
        }
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let epoch = epoch.number();
        let cause = Cause::ManyContexts { epoch };
        let change = alarm::raise(store, Change::new(), now, peer, cause)?;
        store.commit(change).await?;
        Ok(())
    }

    async fn issue(
        &self,
        pair: &Pair,
        epoch: Epoch,
        ctx: ContextHash,
        key_generation: Octets<16>,
        policy_hash: Octets<32>,
    ) -> Result<Manifest, PublicationError> {
        let (secret, change) = self.epoch_secret(epoch)?;
        let key = key_of(&secret, &ctx)?;
        let terms = pair.terms().ok_or(PublicationError::NotAgreed)?;
        let content = pair.content();
        let query = self.shared.around.buckets(pair.peer)?.query;
        let last = self
            .shared
            .store
            .get::<LastManifest>(KeyGeneration::key(pair.peer))?;
        let manifest = Manifest {
            v: 1,
            group_id: content.group_id.clone(),
            convenant_version: content.version,
            convenant_hash: pair.convenant.hash(),
            purpose_id: terms.id.clone(),
            purpose_version: terms.version,
            epoch: epoch.number(),
            key_generation,
            pk: Ristretto::public_key(&key),
            pop: possession::prove(&key, &ctx, &mut OsRng)?,
            index_bucket: self.shared.around.buckets(self.shared.me)?.index.size(),
            query_bucket_of_client: query.size(),
            quota: quota::per_context(query),
            cadence_hours: content.cadence.publication_hours,
            label_schema: 1,
            policy_hash,
            valid_from: epoch.evaluation_opens().max(content.valid.from),
            valid_to: epoch.end().min(content.valid.until),
            prev_manifest_hash: last.map(|last| last.value.hash),
        };
        let hash = message_hash(&manifest).map_err(Fault::from)?;
        let publication = Publication {
            peer: pair.peer,
            epoch,
            manifest: manifest.clone(),
            manifest_hash: hash,
            seq: 0,
            index_hash: None,
            published: None,
            evaluated: 0,
            narrowed: false,
        };
        let event = Event::ManifestIssued {
            peer: pair.peer,
            purpose: terms.id.clone(),
            epoch: epoch.number(),
            manifest: hash,
        };
        let change = change
            .put(ctx, &publication, Expect::Absent)?
            .put(
                KeyGeneration::key(pair.peer),
                &LastManifest { hash },
                Expect::Any,
            )?
            .audit(event);
        self.shared.store.commit(change).await?;
        Ok(manifest)
    }

    /// The secrets of an epoch, and the change that keeps them when they are new.
    fn epoch_secret(&self, epoch: Epoch) -> Result<(EpochSecret, Change), PublicationError> {
        if let Some(kept) = self
            .shared
            .store
            .get::<EpochSecret>(EpochSecret::key(epoch))?
        {
            return Ok((kept.value, Change::new()));
        }
        let (mut seed, mut handles) = ([0; 32], [0; 32]);
        OsRng.fill_bytes(&mut seed);
        OsRng.fill_bytes(&mut handles);
        let secret = EpochSecret::new(epoch, seed, handles);
        let change = Change::new().put(EpochSecret::key(epoch), &secret, Expect::Absent)?;
        Ok((secret, change))
    }

    async fn key_generation(&self, peer: Oin) -> Result<Octets<16>, PublicationError> {
        let (store, key) = (&self.shared.store, KeyGeneration::key(peer));
        let (nodes, restored) = (self.shared.around.nodes(peer)?, Restored::last(store)?);
        let kept = store.get::<KeyGeneration>(&key)?;
        let counts = kept.filter(|kept| kept.value.counts(restored, &nodes));
        let generation = match counts {
            Some(kept) if !kept.value.nodes.is_empty() || nodes.is_empty() => {
                return Ok(kept.value.value);
            }
            Some(kept) => KeyGeneration {
                nodes,
                ..kept.value
            },
            None => {
                let mut value = Octets([0; 16]);
                OsRng.fill_bytes(&mut value.0);
                KeyGeneration {
                    value,
                    drawn: Some(self.shared.clock.now()),
                    nodes,
                }
            }
        };
        let change = Change::new().put(&key, &generation, Expect::Any)?;
        store.commit(change).await?;
        Ok(generation.value)
    }

    /// Whether the keys of a context were followed by others, because one of the two nodes went back to a backup. What was
    /// said in it meanwhile is not known, so nothing more is: it would be said twice, or counted twice.
    pub(super) fn is_closed(&self, publication: &Publication) -> Result<bool, Fault> {
        let (store, peer) = (&self.shared.store, publication.peer);
        let kept = store.get::<KeyGeneration>(KeyGeneration::key(peer))?;
        let (nodes, restored) = (self.shared.around.nodes(peer)?, Restored::last(store)?);
        Ok(!kept.is_some_and(|kept| {
            kept.value.value == publication.manifest.key_generation
                && kept.value.counts(restored, &nodes)
        }))
    }

    /// The key of a context that was issued before.
    pub(super) fn server_key(
        &self,
        ctx: &ContextHash,
        epoch: Epoch,
    ) -> Result<Arc<ServerKey>, PublicationError> {
        let secret = self.kept_secret(epoch);
        let secret = secret.inspect_err(|_| self.kept_keys.forget(ctx))?;
        let seed = zeroize::Zeroizing::new(secret.seed().ok_or(Fault::Damaged)?);
        if let Some(kept) = self.kept_keys.find(ctx, &seed) {
            return Ok(kept);
        }
        let key = Arc::new(key_of(&secret, ctx)?);
        self.kept_keys.keep(ctx, epoch, seed, &key);
        Ok(key)
    }

    /// The secrets of an epoch in which something was issued.
    pub(super) fn kept_secret(&self, epoch: Epoch) -> Result<EpochSecret, PublicationError> {
        let kept = self
            .shared
            .store
            .get::<EpochSecret>(EpochSecret::key(epoch))?;
        Ok(kept.ok_or(Fault::Damaged)?.value)
    }
}

fn key_of(secret: &EpochSecret, ctx: &ContextHash) -> Result<ServerKey, PublicationError> {
    let seed = zeroize::Zeroizing::new(secret.seed().ok_or(Fault::Damaged)?);
    Ok(possession::derive_key(&seed, ctx)?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::clock::Clock;
    use crate::service::matching::testing::{Side, many, start};

    async fn terms(side: &Side, source: &Side, group: &str) -> Result<Manifest, PublicationError> {
        let ask = ManifestRequest {
            v: 1,
            group_id: group.to_owned(),
            purpose_id: PurposeId::matching(),
            epoch: Epoch::at(start()).unwrap().number(),
        };
        source.publications.manifest(side.me, &ask).await
    }

    #[tokio::test]
    async fn what_was_spent_stays_spent_where_another_took_the_place() {
        let clock = Clock::wound(start());
        let with_old: &[usize] = &[0, 1];
        let with_new: &[usize] = &[0, 2];
        let groups = [with_old, with_old, with_old, with_old, with_new];
        let sides = many(&clock, &groups);
        let [source, old, new] = sides.as_slice() else {
            panic!("three members");
        };
        for group in old.groups_with(source) {
            terms(old, source, &group).await.unwrap();
        }
        let group = new.groups_with(source).remove(0);
        *source.around.before.lock().unwrap() = BTreeSet::from([old.me]);
        let refused = terms(new, source, &group).await;
        assert!(matches!(refused, Err(PublicationError::OverBudget)));
        source.around.before.lock().unwrap().clear();
        assert!(terms(new, source, &group).await.is_ok(), "a stranger");
    }
}
