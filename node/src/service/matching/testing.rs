// SPDX-License-Identifier: EUPL-1.2
//! Two members in one process, with nothing but the services of matching between them.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use basisnet_policy::{
    AanbiederFacts, Catalogue, ConvenantFacts, DataClass, Engine, Fact, FgAdvice, Followed,
    InForce, Rules,
};
use basisnet_protocol::convenant::ConvenantContent;
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{Buckets, ContextHash, Epoch, Namespace, PrivateInput};
use basisnet_protocol::message::IndexRequest;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::{Period, Timestamp};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{Known, Matching, Pair, Surroundings};
use crate::audit::Id;
use crate::clock::Clock;
use crate::keys::NodeKey;
use crate::service::publication::{DueRecall, Publications};
use crate::service::sweep::{SweepKind, Sweeps};
use crate::service::treffer::Treffers;
use crate::store::{Engine as StoreEngine, Store, StoreConfig, StoreError, StoreKeys};

/// The register and agreements of one side, to be changed by the test.
#[derive(Debug)]
pub(in crate::service) struct Around {
    pub(in crate::service) known: Mutex<Vec<Known>>,
    pub(in crate::service) open: Mutex<Fact>,
    pub(in crate::service) gone: AtomicBool,
    pub(in crate::service) out_of_force: Mutex<Option<Timestamp>>,
    pub(in crate::service) before: Mutex<BTreeSet<Oin>>,
    me: Oin,
    agreed: Vec<Arc<ConvenantContent>>,
}

impl Surroundings for Around {
    fn register(&self, _: &BTreeSet<Namespace>) -> Result<Vec<Known>, StoreError> {
        Ok(self.known.lock().unwrap().clone())
    }

    fn pairs(&self, now: Timestamp) -> Result<Vec<Pair>, StoreError> {
        if self.gone.load(Ordering::Relaxed) {
            return Ok(Vec::new());
        }
        let open = *self.open.lock().unwrap();
        let pairs = self.agreed.iter().flat_map(|content| {
            let active = Fact::from(content.valid.contains(now));
            let others = content
                .members
                .iter()
                .filter(|member| member.oin != self.me);
            others.map(move |member| Pair {
                peer: member.oin,
                name: member.name.clone(),
                convenant: ConvenantFacts::new(Arc::clone(content), content.hash(), active),
                open,
                suspended: Fact::No,
            })
        });
        Ok(pairs.collect())
    }

    fn in_force(&self, purpose: &PurposeId, _: u32) -> Result<Option<InForce>, StoreError> {
        Ok(Some(InForce {
            purpose: purpose.clone(),
            version: 1,
            who: "verantwoordelijke".to_owned(),
            mandate: "college".to_owned(),
            since: self.agreed[0].valid.from,
            advice: FgAdvice {
                who: "fg".to_owned(),
                given: self.agreed[0].valid.from.date(),
                followed: Followed::Yes,
            },
            dpia_ref: "dpia-1".to_owned(),
            until: *self.out_of_force.lock().unwrap(),
        }))
    }

    fn before(&self, _: Oin) -> Result<BTreeSet<Oin>, StoreError> {
        Ok(self.before.lock().unwrap().clone())
    }

    fn buckets(&self, _: Oin) -> Result<Buckets, StoreError> {
        Ok(Buckets::declared(100).unwrap())
    }
}

/// One member.
pub(in crate::service) struct Side {
    pub(in crate::service) me: Oin,
    pub(in crate::service) around: Arc<Around>,
    pub(in crate::service) shared: Matching,
    pub(in crate::service) publications: Publications,
    pub(in crate::service) sweeps: Sweeps,
    pub(in crate::service) treffers: Treffers,
    _dir: TempDir,
}

/// A Monday at noon on which an epoch starts.
pub(in crate::service) fn start() -> Timestamp {
    Epoch::from_number(37).start() + std::time::Duration::from_secs(12 * 3_600)
}

pub(in crate::service) fn two(clock: &Clock) -> (Side, Side) {
    let mut sides = many(clock, &[&[0, 1]]);
    let other = sides.remove(1);
    (sides.remove(0), other)
}

/// Members in these sharing groups, each as large as its highest number says.
pub(in crate::service) fn many(clock: &Clock, groups: &[&[usize]]) -> Vec<Side> {
    let count = groups.iter().flat_map(|group| group.iter()).max().unwrap() + 1;
    let oins: Vec<Oin> = (1..=count as u64).map(oin).collect();
    let agreed: Vec<_> = (groups.iter().enumerate())
        .map(|(number, members)| {
            let members = members.iter().map(|member| oins[*member]);
            Arc::new(content(number, members))
        })
        .collect();
    let of = |me: &Oin| {
        let mine = agreed.iter().filter(|content| content.is_member(*me));
        side(*me, mine.cloned().collect(), clock)
    };
    oins.iter().map(of).collect()
}

fn oin(number: u64) -> Oin {
    format!("00000099{number:09}000").parse().unwrap()
}

fn side(me: Oin, agreed: Vec<Arc<ConvenantContent>>, clock: &Clock) -> Side {
    let dir = tempfile::tempdir().unwrap();
    let config = StoreConfig {
        dir: dir.path().join("data"),
        engine: StoreEngine::Redb,
        reserve_bytes: 0,
        cache_bytes: 16 << 20,
    };
    let key = NodeKey::create(&dir.path().join("node.pem")).unwrap();
    let keys = StoreKeys::load_or_create(
        &dir.path().join("keys"),
        "basisnet.nl/log/test",
        Arc::new(key),
    );
    let store = Store::open(&config, keys.unwrap(), clock.clone()).unwrap();
    let around = Arc::new(Around {
        known: Mutex::default(),
        open: Mutex::new(Fact::Yes),
        gone: AtomicBool::new(false),
        out_of_force: Mutex::new(None),
        before: Mutex::default(),
        me,
        agreed,
    });
    let engine = Engine::new(Rules::embedded().unwrap(), Catalogue::embedded().unwrap()).unwrap();
    let surroundings: Arc<dyn Surroundings> = Arc::clone(&around) as _;
    let shared = Matching::new(store, clock.clone(), me, engine, surroundings);
    Side {
        me,
        around,
        publications: Publications::new(shared.clone()),
        sweeps: Sweeps::new(shared.clone()),
        treffers: Treffers::new(shared.clone()),
        shared,
        _dir: dir,
    }
}

fn content(number: usize, members: impl IntoIterator<Item = Oin>) -> ConvenantContent {
    let valid = Period {
        from: start() - std::time::Duration::from_secs(86_400 * 60),
        until: start() + std::time::Duration::from_secs(86_400 * 365),
    };
    let basis = "avg-6.1.e".parse().unwrap();
    let sample = ConvenantContent::testing_only_sample(members, basis, valid);
    match number {
        0 => sample,
        other => ConvenantContent {
            group_id: format!("regio-proef-{other}"),
            ..sample
        },
    }
}

/// An aanbieder with this number that takes part.
pub(in crate::service) fn known(number: u32) -> Known {
    let id: [u8; 32] = Sha256::digest(number.to_be_bytes()).into();
    Known {
        id: Octets::from_slice(&id[..16]).unwrap(),
        inputs: vec![PrivateInput::parse(Namespace::Kvk, &format!("{number:08}")).unwrap()],
        care_forms: None,
        facts: AanbiederFacts {
            natural_person: Fact::No,
            restricted: Fact::No,
            data_classes: Some(BTreeSet::from([DataClass::Organisatie])),
            retained_until: Some(start() + std::time::Duration::from_secs(86_400 * 3_650)),
            hearing_over: Fact::Unknown,
            treffer: Fact::Unknown,
            ..AanbiederFacts::harmless(start())
        },
        since: Some(start() - std::time::Duration::from_secs(86_400 * 30)),
        basis: Octets([9; 32]),
    }
}

pub(in crate::service) fn id(number: u32) -> Id {
    known(number).id
}

impl Side {
    pub(in crate::service) fn knows(&self, numbers: impl IntoIterator<Item = u32>) {
        *self.around.known.lock().unwrap() = numbers.into_iter().map(known).collect();
    }

    pub(in crate::service) fn pair(&self) -> Pair {
        self.sweeps.pairs().unwrap().remove(0)
    }

    /// Takes the terms of the other for the running epoch.
    pub(in crate::service) async fn terms_of(&self, other: &Self) -> ContextHash {
        let epoch = Epoch::at(self.shared.clock.now()).unwrap();
        let ask = self.sweeps.manifest_request(&self.pair(), epoch);
        let manifest = other.publications.manifest(self.me, &ask).await.unwrap();
        self.sweeps
            .accept_manifest(&self.pair(), epoch, &manifest)
            .await
            .unwrap()
    }

    /// Asks everything there is to ask of the other.
    pub(in crate::service) async fn asks(&self, other: &Self, ctx: ContextHash, kind: SweepKind) {
        self.asks_in(other, &self.pair(), ctx, kind).await;
    }

    async fn asks_in(&self, other: &Self, pair: &Pair, ctx: ContextHash, kind: SweepKind) {
        let sweep = self.sweeps.plan(pair, ctx, kind).await.unwrap();
        while let Some((request, sent)) = self.sweeps.next_batch(pair, ctx, sweep).await.unwrap() {
            let request = request.into_inner().into_value();
            let response = other
                .publications
                .evaluate(self.me, &request)
                .await
                .unwrap();
            let response = response.into_inner().into_value();
            self.sweeps
                .accept_batch(pair, sent, response)
                .await
                .unwrap();
        }
    }

    /// Takes the newest index of the other.
    pub(in crate::service) async fn takes_index_of(&self, other: &Self, ctx: ContextHash) {
        let ask = IndexRequest {
            v: 1,
            ctx,
            have_seq: 0,
        };
        let index = other.publications.index(self.me, &ask).await.unwrap();
        let index = index.into_inner().into_value();
        self.treffers.accept_index(other.me, &index).await.unwrap();
        self.treffers.refresh(ctx).await.unwrap();
    }

    /// Everything that this side has to take back.
    pub(in crate::service) async fn recalls(&self) -> Vec<DueRecall> {
        let due = self.publications.recalls_due().await.unwrap();
        due.into_values().flatten().collect()
    }

    /// How many entries its log holds.
    pub(in crate::service) fn log_size(&self) -> u64 {
        self.shared.store.log_head().unwrap().size
    }

    /// The sharing groups in which this side is with another.
    pub(in crate::service) fn groups_with(&self, other: &Self) -> Vec<String> {
        let pairs = self.sweeps.pairs().unwrap().into_iter();
        let with = pairs.filter(|pair| pair.peer == other.me);
        with.map(|pair| pair.content().group_id.clone()).collect()
    }

    /// Terms, sweep and index in one sharing group.
    pub(in crate::service) async fn sweeps_in(&self, other: &Self, group: &str) -> ContextHash {
        let mut pairs = self.sweeps.pairs().unwrap().into_iter();
        let same = |pair: &Pair| pair.peer == other.me && pair.content().group_id == group;
        let pair = pairs.find(same).unwrap();
        let epoch = Epoch::at(self.shared.clock.now()).unwrap();
        let ask = self.sweeps.manifest_request(&pair, epoch);
        let manifest = other.publications.manifest(self.me, &ask).await.unwrap();
        let ctx = self.sweeps.accept_manifest(&pair, epoch, &manifest).await;
        let ctx = ctx.unwrap();
        self.asks_in(other, &pair, ctx, SweepKind::Full).await;
        self.takes_index_of(other, ctx).await;
        ctx
    }

    /// Terms, sweep and index in one go.
    pub(in crate::service) async fn sweeps_all_of(&self, other: &Self) -> ContextHash {
        let ctx = self.terms_of(other).await;
        self.asks(other, ctx, SweepKind::Full).await;
        self.takes_index_of(other, ctx).await;
        ctx
    }
}
