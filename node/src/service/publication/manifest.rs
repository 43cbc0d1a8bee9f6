// SPDX-License-Identifier: EUPL-1.2
//! The terms for one member and epoch: the key, the limits, the policy. Given once, the same ever after.

use std::collections::BTreeSet;
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
        if self.had_all_contexts(&pair, epoch, allowed_more)? {
            self.too_many_contexts(peer, epoch).await?;
            return Err(PublicationError::OverBudget);
        }
        let policy = allowed.grounds().policy_hash;
        self.issue(&pair, epoch, ctx, generation, policy).await
    }

    /// Whether a member had as many keys in this epoch as there is a reason for, with those in whose place it stands.
    fn had_all_contexts(
        &self,
        pair: &Pair,
        epoch: Epoch,
        allowed_more: usize,
    ) -> Result<bool, Fault> {
        let mut line = self.shared.around.before(pair.peer)?;
        line.insert(pair.peer);
        let (mut had, mut versions) = (0, BTreeSet::from([pair.convenant.hash()]));
        for one in line {
            let (store, term) = (&self.shared.store, Publication::peer_term(one, epoch));
            let most = quota::MOST_CONTEXTS;
            let kept = store.by_index::<Publication>(Publication::BY_PEER, &term, None, most)?;
            had += kept.len();
            versions.extend((kept.iter()).map(|(_, kept)| kept.value.manifest.convenant_hash));
        }
        let reasonable = quota::contexts(versions.len()).saturating_add(allowed_more);
        Ok(had >= reasonable.min(quota::MOST_CONTEXTS))
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

    /// As after a backup that one of the two went back to.
    async fn draws_anew(source: &Side, side: &Side) {
        let change = Change::new().delete::<KeyGeneration>(KeyGeneration::key(side.me));
        source.shared.store.commit(change).await.unwrap();
    }

    #[tokio::test]
    async fn what_was_spent_stays_spent_where_another_took_the_place() {
        let clock = Clock::wound(start());
        let sides = many(&clock, &[&[0, 1, 2]]);
        let [source, old, new] = sides.as_slice() else {
            panic!("three members");
        };
        let group = new.groups_with(source).remove(0);
        for _ in 0..quota::CONTEXTS_PER_EPOCH {
            terms(old, source, &group).await.unwrap();
            draws_anew(source, old).await;
        }
        *source.around.before.lock().unwrap() = BTreeSet::from([old.me]);
        let refused = terms(new, source, &group).await;
        assert!(matches!(refused, Err(PublicationError::OverBudget)));
        source.around.before.lock().unwrap().clear();
        assert!(terms(new, source, &group).await.is_ok(), "a stranger");
    }

    /// Two neighbours in three groups, of which two are followed by a next version on the day one of them takes a place.
    #[tokio::test]
    async fn what_a_person_signed_has_keys_of_its_own_and_new_keys_are_counted_over_all() {
        let clock = Clock::wound(start());
        let (all, three): (&[usize], &[usize]) = (&[0, 1, 2], &[0, 2]);
        let sides = many(&clock, &[all, all, three, three, three]);
        let [source, old, new] = sides.as_slice() else {
            panic!("three members");
        };
        for group in old.groups_with(source) {
            terms(old, source, &group).await.unwrap();
        }
        *source.around.before.lock().unwrap() = BTreeSet::from([old.me]);
        let groups = new.groups_with(source);
        for group in &groups {
            terms(new, source, group).await.unwrap();
        }
        // Five versions, and two that were asked twice: one more, and then a person decides.
        for lasts in [true, false] {
            draws_anew(source, new).await;
            let again = terms(new, source, &groups[0]).await;
            assert_eq!(again.is_ok(), lasts);
        }
    }
}
