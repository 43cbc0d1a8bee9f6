// SPDX-License-Identifier: EUPL-1.2
//! The conversation with each member, from its terms to the treffers: by the clock, or because somebody waits.
//!
//! Members are asked side by side, and each goes as far as it comes. Who does not answer is noted as silent and asked
//! again later; nothing that was learned before is lost by it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use basisnet_protocol::convenant::Delta;
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{ContextHash, Epoch};
use basisnet_protocol::message::{EvalResponse, Index, IndexRequest, Manifest};
use basisnet_protocol::time::Timestamp;
use futures::StreamExt;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::account::Actor;
use super::matching::{Fault, Pair, open_epochs};
use super::sweep::{Asking, SweepFault, SweepKind, Sweeps};
use super::treffer::{IndexRefused, TrefferFault, Treffers};
use crate::clock::Clock;
use crate::outbox::{Outbox, ReplyError, SendError};

/// Members that are asked at the same time.
const AT_ONCE: usize = 4;
/// A silent member is asked again by the clock after this long.
const AGAIN: Duration = Duration::from_secs(3_600);
/// A publication that is this much late was missed: then it is asked for.
const LATE: Duration = Duration::from_secs(2 * 3_600);

/// Why members are asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// It is time.
    Clock,
    /// Somebody waits for it.
    Person,
}

/// How it ended with one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was asked and answered.
    Swept,
    /// The batch of today was spent and answered.
    BatchSpent,
    /// The batch of today was spent before; the next one goes tomorrow.
    AlreadySpent,
    /// The convenant has the batch go at its fixed time only.
    AtFixedTime,
    /// Nothing is due.
    NothingDue,
    /// The member does not answer.
    NoAnswer,
    /// The member says no, in the one form that every no has.
    Refused,
    /// The own rules say no, for these reasons.
    NotAllowed(BTreeSet<String>),
    /// The member does not keep to the protocol; it is in the log.
    Incident,
    /// Something is wrong here; the technical log says what.
    Failed,
}

/// How far the conversation with a member is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberProgress {
    /// Batches answered.
    pub answered: u16,
    /// Batches in all; 0 until that is known.
    pub batches: u16,
    /// How it ended; none while it goes on.
    pub outcome: Option<Outcome>,
}

/// How far all conversations are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Whether it goes on.
    pub running: bool,
    /// When it began; none when nothing was asked since the node started.
    pub began: Option<Timestamp>,
    /// By member and sharing group.
    pub members: BTreeMap<(Oin, String), MemberProgress>,
}

/// Asks members, and shows how far it is.
#[derive(Clone, Debug)]
pub struct Bevragingen {
    sweeps: Sweeps,
    treffers: Treffers,
    outbox: Outbox,
    clock: Clock,
    progress: Arc<watch::Sender<Progress>>,
    running: Arc<tokio::sync::Mutex<()>>,
}

/// What breaks off the conversation with a member.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Send(#[from] SendError),
    #[error(transparent)]
    Reply(#[from] ReplyError),
    #[error(transparent)]
    Sweep(#[from] SweepFault),
    #[error(transparent)]
    Index(#[from] IndexRefused),
    #[error(transparent)]
    Treffer(#[from] TrefferFault),
}

impl Bevragingen {
    /// The conversations of this node.
    #[must_use]
    pub fn new(sweeps: Sweeps, treffers: Treffers, outbox: Outbox, clock: Clock) -> Self {
        Self {
            sweeps,
            treffers,
            outbox,
            clock,
            progress: Arc::new(watch::Sender::new(Progress::default())),
            running: Arc::default(),
        }
    }

    /// Shows how far it is, and tells when that changes.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Up to how many identifiers a member lets the own node ask about, by its newest terms; none while it gave none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn allowed_by(&self, peer: Oin) -> Result<Option<u32>, SweepFault> {
        self.sweeps.allowed_by(peer)
    }

    /// Begins to ask every member, for a person who waits; [`Bevragingen::progress`] shows how far it is.
    ///
    /// # Errors
    /// When the caller may not see what comes of it.
    pub async fn start(&self, actor: &Actor) -> Result<(), TrefferFault> {
        self.treffers.must_ever_see(actor).await?;
        let mut begun = false;
        self.progress.send_if_modified(|progress| {
            begun = !progress.running;
            if begun {
                // What is shown from here on is about this run, not the one before.
                progress.members.clear();
            }
            progress.running = true;
            begun
        });
        if begun {
            let bevragingen = self.clone();
            tokio::spawn(async move {
                if let Err(error) = bevragingen.run(Occasion::Person).await {
                    tracing::error!(%error, "members were not asked");
                    bevragingen
                        .progress
                        .send_modify(|progress| progress.running = false);
                }
            });
        }
        Ok(())
    }

    /// Forgets what was learned in contexts that are over.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub async fn forget_past(&self) -> Result<(), TrefferFault> {
        self.treffers.forget_past(&self.sweeps).await
    }

    /// Asks every member what is to be asked now, one run at a time; returns when all are done.
    ///
    /// # Errors
    /// When the agreements cannot be read.
    pub async fn run(&self, occasion: Occasion) -> Result<Progress, SweepFault> {
        let _one_at_a_time = self.running.lock().await;
        if let Err(fault) = self.treffers.forget_past(&self.sweeps).await {
            tracing::error!(%fault, "what is past its term was not forgotten");
        }
        let mut pairs = self.sweeps.pairs()?;
        if occasion == Occasion::Clock {
            pairs.retain(|pair| self.is_due(pair).unwrap_or(true));
            if pairs.is_empty() {
                return Ok(self.progress.borrow().clone());
            }
        }
        self.begin(&pairs);
        futures::stream::iter(by_member(pairs))
            .for_each_concurrent(AT_ONCE, |pairs| async move {
                for pair in pairs {
                    let outcome = self.member(&pair, occasion).await;
                    self.update(&pair, |member| member.outcome = Some(outcome));
                }
            })
            .await;
        self.progress
            .send_modify(|progress| progress.running = false);
        Ok(self.progress.borrow().clone())
    }

    fn begin(&self, pairs: &[Pair]) {
        let waiting = MemberProgress {
            answered: 0,
            batches: 0,
            outcome: None,
        };
        let members = pairs
            .iter()
            .map(|pair| (name(pair), waiting.clone()))
            .collect();
        let began = Some(self.clock.now());
        self.progress.send_replace(Progress {
            running: true,
            began,
            members,
        });
    }

    fn update(&self, pair: &Pair, change: impl FnOnce(&mut MemberProgress)) {
        self.progress.send_modify(|progress| {
            if let Some(member) = progress.members.get_mut(&name(pair)) {
                change(member);
            }
        });
    }

    /// Whether the clock has anything to ask of this member.
    fn is_due(&self, pair: &Pair) -> Result<bool, SweepFault> {
        let now = self.clock.now();
        let reached = self.sweeps.reached(pair.peer)?;
        if reached
            .tried
            .is_some_and(|tried| reached.silent_since.is_some() && now.since(tried) < AGAIN)
        {
            return Ok(false);
        }
        for epoch in open_epochs(now) {
            let Some((_, asking)) = self.sweeps.asking(pair, epoch)? else {
                return Ok(true);
            };
            let missed = self.missed_a_publication(pair, &asking);
            if asking.swept.is_none()
                || missed
                || self.daily(&asking, Occasion::Clock, pair).is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn missed_a_publication(&self, pair: &Pair, asking: &Asking) -> bool {
        let cadence =
            Duration::from_secs(u64::from(pair.content().cadence.publication_hours) * 3_600);
        asking
            .index
            .is_none_or(|held| self.clock.now().since(held.received) > cadence + LATE)
    }

    async fn member(&self, pair: &Pair, occasion: Occasion) -> Outcome {
        let result = self.converse(pair, occasion).await;
        let silent = matches!(
            &result,
            Err(Broken::Send(
                SendError::UnknownMember(_) | SendError::NotInConcord(_) | SendError::NoAnswer(..)
            ))
        );
        let noted = if silent {
            self.sweeps.silent(pair.peer).await
        } else {
            self.sweeps.answered(pair.peer).await
        };
        if let Err(fault) = noted {
            tracing::error!(peer = %pair.peer, %fault, "whether a member answers was not noted");
        }
        result.unwrap_or_else(|broken| {
            tracing::warn!(peer = %pair.peer, %broken, "matching broke off");
            outcome_of(broken)
        })
    }

    async fn converse(&self, pair: &Pair, occasion: Occasion) -> Result<Outcome, Broken> {
        let mut outcome = Outcome::NothingDue;
        for epoch in open_epochs(self.clock.now()) {
            let ctx = self.terms(pair, epoch).await?;
            outcome = self.ask(pair, epoch, ctx, occasion).await?;
            self.newest_index(pair, ctx).await?;
        }
        Ok(outcome)
    }

    /// The terms of the member for an epoch; asked each time, because a member that was restored has new keys.
    async fn terms(&self, pair: &Pair, epoch: Epoch) -> Result<ContextHash, Broken> {
        let ask = self.sweeps.manifest_request(pair, epoch);
        let reply = self.outbox.ask(pair.peer, &ask).await?;
        let manifest = reply.open::<Manifest>()?.message;
        Ok(self.sweeps.accept_manifest(pair, epoch, &manifest).await?)
    }

    async fn ask(
        &self,
        pair: &Pair,
        epoch: Epoch,
        ctx: ContextHash,
        occasion: Occasion,
    ) -> Result<Outcome, Broken> {
        let asking = self.sweeps.terms(ctx)?;
        if asking.swept.is_none() {
            self.sweep(pair, ctx, SweepKind::Full).await?;
            return Ok(Outcome::Swept);
        }
        match self.daily(&asking, occasion, pair) {
            Some(day) => {
                self.sweep(pair, ctx, SweepKind::Daily(day)).await?;
                Ok(Outcome::BatchSpent)
            }
            None if occasion == Occasion::Clock => Ok(Outcome::NothingDue),
            None if epoch
                .day(self.clock.now())
                .is_some_and(|day| day > 1 && day > asking.last_day) =>
            {
                Ok(Outcome::AtFixedTime)
            }
            None => Ok(Outcome::AlreadySpent),
        }
    }

    /// The day whose batch may go now, if it was not spent.
    fn daily(&self, asking: &Asking, occasion: Occasion, pair: &Pair) -> Option<u32> {
        let now = self.clock.now();
        let day = asking.epoch.day(now)?;
        let unspent = day >= 2 && day > asking.last_day;
        let time = now >= now.date().start() + fixed_time(self.outbox.me(), pair.peer);
        let direct = occasion == Occasion::Person && pair.content().cadence.delta == Delta::Direct;
        (unspent && (time || direct)).then_some(day)
    }

    async fn sweep(&self, pair: &Pair, ctx: ContextHash, kind: SweepKind) -> Result<(), Broken> {
        let sweep = self.sweeps.plan(pair, ctx, kind).await?;
        loop {
            let next = match self.sweeps.next_batch(pair, ctx, sweep).await {
                Err(SweepFault::NoLongerAllowed) => {
                    self.sweeps.stop(ctx, sweep).await?;
                    return Err(SweepFault::NoLongerAllowed.into());
                }
                next => next?,
            };
            let Some((request, sent)) = next else {
                return Ok(());
            };
            let (number, batches) = (sent.number(), request.get().value().batch_count);
            self.update(pair, |member| {
                member.answered = number;
                member.batches = batches;
            });
            let reply = self.outbox.send(pair.peer, request).await?;
            let response = reply.open::<EvalResponse>()?.message;
            self.sweeps.accept_batch(pair, sent, response).await?;
            self.update(pair, |member| member.answered = number + 1);
        }
    }

    /// Asks for the newest index and looks up everything in it, the values that came in just now too.
    async fn newest_index(&self, pair: &Pair, ctx: ContextHash) -> Result<(), Broken> {
        let ask = IndexRequest {
            v: 1,
            ctx,
            have_seq: 0,
        };
        let reply = self.outbox.ask(pair.peer, &ask).await?;
        let index = reply.open::<Index>()?.message;
        // It may have come in just now by itself. The values of the last batch are looked up in what is held either way.
        let taken = self.treffers.accept_index(pair.peer, &index).await;
        self.treffers.refresh(ctx).await?;
        taken?;
        Ok(())
    }
}

/// The pairs of one member together: it serves one batch at a time, whatever the convenant.
fn by_member(pairs: Vec<Pair>) -> Vec<Vec<Pair>> {
    let mut members: BTreeMap<Oin, Vec<Pair>> = BTreeMap::new();
    for pair in pairs {
        members.entry(pair.peer).or_default().push(pair);
    }
    members.into_values().collect()
}

fn name(pair: &Pair) -> (Oin, String) {
    (pair.peer, pair.content().group_id.clone())
}

/// Between 01:00 and 03:00 UTC, before the publications: when the daily batch of this pair goes.
fn fixed_time(me: Oin, peer: Oin) -> Duration {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(b"daily batch")
        .chain_update(me.as_str())
        .chain_update(peer.as_str())
        .finalize()
        .into();
    let [a, b, ..] = hash;
    Duration::from_secs(3_600 + u64::from(u16::from_be_bytes([a, b])) % 120 * 60)
}

fn outcome_of(broken: Broken) -> Outcome {
    match broken {
        Broken::Send(
            SendError::UnknownMember(_) | SendError::NotInConcord(_) | SendError::NoAnswer(..),
        ) => Outcome::NoAnswer,
        Broken::Reply(ReplyError::Refused) => Outcome::Refused,
        Broken::Sweep(SweepFault::Fault(Fault::Refused(guards))) => Outcome::NotAllowed(guards),
        Broken::Sweep(
            SweepFault::Manifest(_)
            | SweepFault::ForeignKey
            | SweepFault::OtherQuestion
            | SweepFault::Proof(_),
        )
        | Broken::Reply(ReplyError::OtherQuestion | ReplyError::Open(_))
        | Broken::Index(
            IndexRefused::NotAsked
            | IndexRefused::OutOfTime
            | IndexRefused::TooOften
            | IndexRefused::RepeatedSequence
            | IndexRefused::BrokenChain
            | IndexRefused::WrongRoot,
        ) => Outcome::Incident,
        Broken::Send(SendError::Seal(_))
        | Broken::Sweep(
            SweepFault::NoLongerAllowed
            | SweepFault::UnderWay
            | SweepFault::Spent
            | SweepFault::Fault(_),
        )
        | Broken::Index(IndexRefused::Fault(_))
        | Broken::Treffer(_) => Outcome::Failed,
    }
}
