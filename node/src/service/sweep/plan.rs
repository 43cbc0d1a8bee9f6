// SPDX-License-Identifier: EUPL-1.2
//! Chooses what is asked, and commits to it in the log before the first request.

use std::collections::BTreeSet;

use basisnet_protocol::matching::{
    Bucket, ContextHash, PrivateInput, SetCommit, SetLeaf, Sweep, SweepSeed, quota, set_root,
};
use basisnet_protocol::octets::Octets;
use rand_core::{OsRng, RngCore};

use super::records::{SweepKind, SweepMember, SweepRecord};
use super::{Asking, SweepFault, SweepId, Sweeps};
use crate::audit::{Event, Id};
use crate::service::matching::{Asks, Fault, Known, Pair};
use crate::store::{Change, Expect, Key, Stored};

const PAGE: usize = 200;

impl Sweeps {
    /// Plans a sweep in a context, or gives the one that was planned and not finished.
    ///
    /// # Errors
    /// When the rules do not allow it, or it was spent.
    pub async fn plan(
        &self,
        pair: &Pair,
        ctx: ContextHash,
        kind: SweepKind,
    ) -> Result<SweepId, SweepFault> {
        let asking = self
            .shared
            .store
            .get::<Asking>(ctx)?
            .ok_or(Fault::NotAgreed)?;
        let earlier = self.sweeps_of(&ctx)?;
        if let Some((sweep, _)) = earlier.iter().find(|(_, sweep)| !sweep.is_done()) {
            return Ok(*sweep);
        }
        let slots = slots(&asking.value, kind)?;
        let asked: BTreeSet<&str> = earlier
            .iter()
            .flat_map(|(_, sweep)| {
                sweep
                    .answered_members()
                    .into_iter()
                    .map(|member| member.input.as_str())
            })
            .collect();
        let members = self.choose(pair, &asked, slots)?;
        self.commit_to(pair, ctx, asking, kind, members, slots)
            .await
    }

    /// The aanbieders that this node has a reason to ask about, may ask about, and did not ask about yet.
    fn choose(
        &self,
        pair: &Pair,
        asked: &BTreeSet<&str>,
        slots: u32,
    ) -> Result<Vec<SweepMember>, SweepFault> {
        let mut selection = self.shared.select(pair, self.shared.me, pair.peer)?;
        for known in self.shared.around.register(&pair.content().namespaces)? {
            if known.since.is_some() {
                let facts = known.facts_for(&selection, Asks::Own);
                let _ = selection.consider(known, facts);
            }
        }
        let mut seen: BTreeSet<&PrivateInput> = BTreeSet::new();
        let identifiers = selection
            .permitted()
            .flat_map(|known| known.inputs.iter().map(move |input| (known, input)));
        let fresh =
            identifiers.filter(|(_, input)| !asked.contains(input.as_str()) && seen.insert(*input));
        Ok(fresh
            .take(slots as usize)
            .map(|(known, input)| member(known, input))
            .collect())
    }

    async fn commit_to(
        &self,
        pair: &Pair,
        ctx: ContextHash,
        asking: Stored<Asking>,
        kind: SweepKind,
        members: Vec<SweepMember>,
        slots: u32,
    ) -> Result<SweepId, SweepFault> {
        let (inputs, leaves) = parts(&members)?;
        let sweep =
            Sweep::plan(inputs, slots, fresh_seed(), &mut OsRng).map_err(|_| Fault::Damaged)?;
        let commitment = SetCommit {
            epoch: asking.value.epoch,
            purpose: asking.value.manifest.purpose_id.clone(),
            root: set_root(&leaves),
            bucket: slots,
            time: self.shared.clock.now(),
        };
        let commitment_hash = commitment.hash().map_err(Fault::from)?;
        let event = Event::SetCommitted {
            peer: pair.peer,
            purpose: commitment.purpose.clone(),
            epoch: commitment.epoch.number(),
            commitment: commitment_hash,
        };
        let order = sweep.order().to_vec();
        let batches = sweep.batch_count();
        let record = SweepRecord::new(
            kind,
            sweep.seed(),
            members,
            order,
            commitment,
            commitment_hash,
            batches,
        );
        let mut id = Octets([0; 16]);
        OsRng.fill_bytes(&mut id.0);
        let asking_now = match kind {
            SweepKind::Full => Asking {
                full: Some(id),
                ..asking.value
            },
            SweepKind::Daily(day) => Asking {
                last_day: day,
                ..asking.value
            },
        };
        let change = Change::new()
            .put(SweepRecord::key(&ctx, &id), &record, Expect::Absent)?
            .put(ctx, &asking_now, Expect::Version(asking.version))?
            .audit(event);
        self.shared.store.commit(change).await?;
        Ok(id)
    }

    /// All sweeps of a context.
    pub(super) fn sweeps_of(
        &self,
        ctx: &ContextHash,
    ) -> Result<Vec<(Id, SweepRecord)>, SweepFault> {
        let page = self
            .shared
            .store
            .page_under::<SweepRecord>(&Key::from(ctx), None, PAGE)?;
        let id = |key: &Key| key.as_bytes().get(32..).and_then(Octets::from_slice);
        let sweeps = page
            .into_iter()
            .filter_map(|(key, kept)| Some((id(&key)?, kept.value)));
        Ok(sweeps.collect())
    }
}

/// How many elements a sweep has, dummies included; none when it was spent.
fn slots(asking: &Asking, kind: SweepKind) -> Result<u32, SweepFault> {
    let bucket =
        Bucket::try_from(asking.manifest.query_bucket_of_client).map_err(|_| Fault::Damaged)?;
    match kind {
        SweepKind::Full if asking.full.is_none() => Ok(bucket.size()),
        SweepKind::Daily(day) if (2..=28).contains(&day) && day > asking.last_day => {
            Ok(quota::daily_batch(bucket))
        }
        SweepKind::Full | SweepKind::Daily(_) => Err(SweepFault::Spent),
    }
}

fn member(known: &Known, input: &PrivateInput) -> SweepMember {
    let mut salt = Octets([0; 32]);
    OsRng.fill_bytes(&mut salt.0);
    SweepMember {
        aanbieder: known.id,
        input: input.as_str().to_owned(),
        salt,
        basis: known.basis,
    }
}

/// The identifiers of a set and the leaves of its commitment.
fn parts(members: &[SweepMember]) -> Result<(Vec<PrivateInput>, Vec<SetLeaf>), SweepFault> {
    let mut inputs = Vec::with_capacity(members.len());
    let mut leaves = Vec::with_capacity(members.len());
    for member in members {
        let input: PrivateInput = member.input.parse().map_err(|_| Fault::Damaged)?;
        leaves.push(SetLeaf {
            salt: member.salt,
            input: input.clone(),
            basis: member.basis,
        });
        inputs.push(input);
    }
    Ok((inputs, leaves))
}

fn fresh_seed() -> SweepSeed {
    let mut seed = [0; 32];
    OsRng.fill_bytes(&mut seed);
    SweepSeed::from_bytes(seed)
}
