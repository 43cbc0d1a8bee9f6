// SPDX-License-Identifier: EUPL-1.2
//! Telling the other members what happened to the convenanten and where members are, and hearing it from them.
//!
//! Two members compare what they hold; who has more hands it on, until neither lacks what it should know. That happens
//! when something changed here, when a member is heard of again, and before anything else is said to it or answered: so
//! who was away while somebody withdrew hears that first. A member that a change has not reached yet gets nothing else.
//!
//! What reached whom is remembered as long as the node runs; after a start everybody is told anew, which costs one
//! short message where nothing changed.

mod fault;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{
    ConvenantList, ConvenantShare, ConvenantTaken, DirectoryList, DirectoryRecords, HeldMandate,
    MandateList, MandateShare, SuccessionHeld, SuccessionShare, Taken,
};
use basisnet_protocol::octets::Octets;
use futures::StreamExt;
use futures::future::BoxFuture;
use tokio::sync::watch;

use fault::known;
pub use fault::{NotTold, VERSION};

use super::convenant::{Convenanten, ReceiveError};
use super::leden::{Leden, LedenError};
use super::mandaat::Mandaten;
use crate::delivery::Delivery;
use crate::outbox::{Concord, Outbox, ReplyError};
use crate::store::StoreError;

/// Members that are told something at the same time.
const AT_ONCE: usize = 8;
/// What changes here while a member is told is told too; so many times in a row.
const ROUNDS: usize = 4;

/// What somebody was told: where the convenanten stand and the mandates, and the number of the own record.
type Known = (Octets<32>, Octets<32>, Option<u64>);

/// The exchange of convenanten with the other members. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Correspondence(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    convenanten: Convenanten,
    mandaten: Mandaten,
    leden: Leden,
    outbox: Outbox,
    /// What each member was last told.
    told: Mutex<BTreeMap<Oin, Known>>,
    /// What each member held when it did not take all that it was handed. As long as it holds no more and no less it is not
    /// offered the same again, or two that do not take something of each other would never be done.
    declined: Mutex<BTreeMap<Oin, ConvenantList>>,
    /// The same of mandates.
    left: Mutex<BTreeMap<Oin, Vec<HeldMandate>>>,
    /// One conversation at a time with each member.
    talking: Mutex<BTreeMap<Oin, Arc<tokio::sync::Mutex<()>>>>,
    lacking: watch::Sender<u64>,
    /// How often others were asked for the card of who was not reached.
    asked_around: AtomicUsize,
}

impl Correspondence {
    /// The exchange of these convenanten, through this outbox, to which nothing else leaves unless the member was told.
    #[must_use]
    pub fn new(
        (convenanten, mandaten, leden): (Convenanten, Mandaten, Leden),
        outbox: &Outbox,
    ) -> Self {
        let shared = Arc::new(Shared {
            convenanten,
            mandaten,
            leden,
            outbox: outbox.clone(),
            told: Mutex::default(),
            declined: Mutex::default(),
            left: Mutex::default(),
            talking: Mutex::default(),
            lacking: watch::Sender::new(0),
            asked_around: AtomicUsize::new(0),
        });
        let concord: Arc<dyn Concord> = shared.clone();
        outbox.listen_to(&concord);
        Self(shared)
    }

    /// The own organisation.
    #[must_use]
    pub fn me(&self) -> Oin {
        self.0.outbox.me()
    }

    /// Goes up when a member turns out to lack something that it was told before.
    #[must_use]
    pub fn lacking(&self) -> watch::Receiver<u64> {
        self.0.lacking.subscribe()
    }

    /// Tells every member of a convenant, and every other that is known, what it does not know yet. Gives those that could not be told, and why.
    ///
    /// # Errors
    /// When the convenanten cannot be read.
    pub async fn tell_all(&self) -> Result<BTreeMap<Oin, NotTold>, StoreError> {
        let known = self.0.leden.all()?.into_iter();
        let known = known.filter(|lid| !lid.own && !lid.expired);
        let mut members = self.0.convenanten.correspondents()?;
        members.extend(known.map(|lid| lid.record.oin));
        let missed = self.tell(members.clone()).await?;
        members.retain(|member| !missed.contains_key(member));
        if !missed.is_empty() {
            self.ask_around(&members).await;
        }
        Ok(missed)
    }

    /// Who cannot be reached may have moved: one of the others, each time the next, is asked for cards that are newer.
    async fn ask_around(&self, others: &BTreeSet<Oin>) {
        let turn = self.0.asked_around.fetch_add(1, Ordering::Relaxed);
        let Some(other) = others.iter().nth(turn % others.len().max(1)) else {
            return;
        };
        if let Err(error) = self.0.hand_on_members(*other).await {
            tracing::info!(peer = %other, %error, "member was not asked for cards");
        }
    }

    /// Tells these members what they do not know yet. Gives those that could not be told, and why.
    ///
    /// # Errors
    /// When the convenanten cannot be read.
    pub async fn tell(&self, members: BTreeSet<Oin>) -> Result<BTreeMap<Oin, NotTold>, StoreError> {
        let tell = |member| async move { (member, self.0.bring(member).await) };
        let outcomes = futures::stream::iter(members.into_iter().map(tell));
        let outcomes: Vec<_> = outcomes.buffer_unordered(AT_ONCE).collect().await;
        let failed = outcomes.into_iter().filter_map(|(member, outcome)| {
            let error = outcome.err()?;
            tracing::info!(peer = %member, %error, "convenanten were not told");
            Some((member, error))
        });
        Ok(failed.collect())
    }

    /// Everybody is to be told anew, also of what was declined: what was not believed then may be believed now.
    pub fn begin_anew(&self) {
        self.0.told().clear();
        self.0.declined().clear();
        self.0.left().clear();
        self.0.nudge();
    }

    /// A member says what it holds. Gives what is held here; when it lacks something, it will be told.
    ///
    /// # Errors
    /// When the convenanten cannot be read.
    pub fn compare(&self, from: Oin, holds: &ConvenantList) -> Result<ConvenantList, StoreError> {
        let declined = self.0.declined().get(&from) == Some(holds);
        if !declined && self.0.convenanten.lacks(from, holds)? {
            self.0.told().remove(&from);
            self.0.nudge();
        }
        self.0.convenanten.held_with(from)
    }

    /// A member says which mandates it holds, and what was done in our name. Gives what is held here; when it lacks
    /// something, it will be told.
    ///
    /// # Errors
    /// When the store does not work.
    pub async fn compare_mandates(
        &self,
        delivery: Delivery<MandateList>,
    ) -> Result<MandateList, ReceiveError> {
        let (from, holds) = (delivery.from, &delivery.message);
        let mandaten = &self.0.mandaten;
        mandaten
            .hear_of_uses(from, &holds.uses, Some(&delivery.once))
            .await?;
        let declined = self.0.left().get(&from) == Some(&holds.mandates);
        if !declined && !self.0.mandaten.lacking(from, holds)?.is_empty() {
            self.0.told().remove(&from);
            self.0.nudge();
        }
        Ok(self.0.mandaten.held_with(from)?)
    }

    /// A member hands on a mandate, or acts on it. Gives what is held then.
    ///
    /// # Errors
    /// When the store does not work.
    pub async fn take_mandate(
        &self,
        delivery: Delivery<MandateShare>,
    ) -> Result<MandateList, ReceiveError> {
        let (from, mandaten) = (delivery.from, &self.0.mandaten);
        mandaten
            .receive(from, &delivery.message, &delivery.once)
            .await?;
        Ok(mandaten.held_with(from)?)
    }

    /// A member hands on a version, or acts on it.
    ///
    /// # Errors
    /// When the store does not work.
    pub async fn take(
        &self,
        delivery: Delivery<ConvenantShare>,
    ) -> Result<ConvenantTaken, ReceiveError> {
        let Delivery {
            from,
            message,
            hash,
            once,
            ..
        } = delivery;
        let outcome = self.0.convenanten.receive(from, &message, &once).await?;
        if outcome != Taken::Kept {
            tracing::warn!(peer = %from, ?outcome, "a version of a convenant was not taken as it came");
        }
        Ok(ConvenantTaken {
            v: 1,
            req_hash: hash,
            outcome,
        })
    }
}

impl Correspondence {
    /// A member hands on who took the place of whom.
    ///
    /// # Errors
    /// When the store does not work.
    pub async fn take_statements(
        &self,
        delivery: Delivery<SuccessionShare>,
    ) -> Result<SuccessionHeld, ReceiveError> {
        let Delivery {
            from,
            message,
            hash,
            once,
            ..
        } = delivery;
        let held = self.0.convenanten.receive_statements(from, &message, &once);
        Ok(SuccessionHeld {
            v: 1,
            req_hash: hash,
            held: held.await?,
        })
    }

    /// A member says which records of members it holds. Gives what it lacks.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn compare_members(
        &self,
        from: Oin,
        holds: &DirectoryList,
    ) -> Result<DirectoryRecords, StoreError> {
        let (given, taken) = (self.0.given_to(from)?, self.0.taken_from(from)?);
        self.0.leden.compare(&given, &taken, holds)
    }

    /// A member passes on records of members. Gives what is held then.
    ///
    /// # Errors
    /// When the store does not work.
    pub async fn take_members(
        &self,
        from: Oin,
        passed: &DirectoryRecords,
    ) -> Result<DirectoryList, LedenError> {
        let taken = self.0.taken_from(from)?;
        self.0.leden.take(from, &taken, &passed.records).await?;
        Ok(self.0.leden.held(&self.0.given_to(from)?)?)
    }
}

impl Concord for Shared {
    fn brought(&self, peer: Oin) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            self.bring(peer)
                .await
                .inspect_err(|error| tracing::info!(%peer, %error, "member is not in concord"))
                .is_ok()
        })
    }

    fn brought_anew(&self, peer: Oin) -> BoxFuture<'_, bool> {
        self.told().remove(&peer);
        Box::pin(async move {
            let brought = self.bring(peer).await;
            let told = brought.inspect_err(|error| tracing::debug!(%peer, %error, "not there"));
            told.is_ok()
        })
    }
}

impl Shared {
    /// Sees to it that this member knows what it should.
    async fn bring(&self, peer: Oin) -> Result<(), NotTold> {
        if self.knows(peer, self.to_be_known(peer)?) {
            return Ok(());
        }
        let turn = Arc::clone(self.talking().entry(peer).or_default());
        let _turn = turn.lock().await;
        for _ in 0..ROUNDS {
            let to_be_known = self.to_be_known(peer)?;
            if self.knows(peer, to_be_known) {
                return Ok(());
            }
            self.hand_on_statements(peer).await?;
            self.hand_on(peer).await?;
            self.hand_on_mandates(peer).await?;
            self.hand_on_members(peer).await?;
            self.told().insert(peer, to_be_known);
        }
        Err(NotTold::Restless)
    }

    /// Tells a member who took the place of whom, before anything that follows from it.
    async fn hand_on_statements(&self, peer: Oin) -> Result<(), NotTold> {
        for share in self.convenanten.statements_for(peer)? {
            let reply = self.outbox.ask(peer, &share).await?;
            let answer = reply.open::<SuccessionHeld>()?.message;
            if answer.req_hash != reply.question() {
                return Err(NotTold::OtherQuestion);
            }
            let (sent, held) = (share.statements.len(), answer.held.len());
            if held < sent {
                tracing::warn!(%peer, sent, held, "member did not take all statements of succession");
            }
        }
        Ok(())
    }

    /// Compares with a member and hands on what it lacks. What it does not take it was offered, and that is told here.
    async fn hand_on(&self, peer: Oin) -> Result<(), NotTold> {
        let held = self.convenanten.held_with(peer)?;
        let reply = self.outbox.ask(peer, &held).await?;
        let holds = reply.open::<ConvenantList>()?.message;
        known(holds.v)?;
        let mut all_taken = true;
        for share in self.convenanten.lacking(peer, &holds)? {
            let reply = self.outbox.ask(peer, &share).await?;
            let taken = reply.open::<ConvenantTaken>()?.message;
            known(taken.v)?;
            if taken.req_hash != reply.question() {
                return Err(NotTold::OtherQuestion);
            }
            if taken.outcome != Taken::Kept {
                let outcome = taken.outcome;
                tracing::warn!(%peer, ?outcome, "member did not take a version as it was sent");
                all_taken = false;
            }
        }
        match all_taken {
            true => drop(self.declined().remove(&peer)),
            false => drop(self.declined().insert(peer, holds)),
        }
        Ok(())
    }

    /// Hands on the mandates that a member lacks. Where none concern it, nothing is said about them.
    async fn hand_on_mandates(&self, peer: Oin) -> Result<(), NotTold> {
        let held = self.mandaten.held_with(peer)?;
        if held.mandates.is_empty() {
            return Ok(());
        }
        let reply = self.outbox.ask(peer, &held).await?;
        let mut holds = match reply.open::<MandateList>() {
            Ok(opened) => {
                let uses = &opened.message.uses;
                self.mandaten.hear_of_uses(peer, uses, None).await?;
                opened.message
            }
            // A program of before there were mandates: nobody asks it anything under one.
            Err(ReplyError::Refused) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        for share in self.mandaten.lacking(peer, &holds)? {
            let reply = self.outbox.ask(peer, &share).await?;
            holds = reply.open::<MandateList>()?.message;
        }
        match self.mandaten.lacking(peer, &holds)?.is_empty() {
            true => drop(self.left().remove(&peer)),
            false => {
                tracing::warn!(%peer, "member did not take a mandate as it was sent");
                drop(self.left().insert(peer, holds.mandates));
            }
        }
        Ok(())
    }

    /// Compares records of members with one of them, and takes and gives what is newer.
    async fn hand_on_members(&self, peer: Oin) -> Result<(), NotTold> {
        let given = self.given_to(peer)?;
        let held = self.leden.held(&given)?;
        let reply = self.outbox.ask(peer, &held).await?;
        let passed = reply.open::<DirectoryRecords>()?.message;
        known(passed.v)?;
        let taken = self.taken_from(peer)?;
        self.leden.take(peer, &taken, &passed.records).await?;
        let wanted = passed.wanted.into_iter();
        let wanted = wanted.filter(|oin| given.contains(oin));
        let records = self.leden.signed(wanted.collect())?;
        if records.is_empty() {
            return Ok(());
        }
        let given = DirectoryRecords {
            v: 1,
            records,
            wanted: Vec::new(),
        };
        let reply = self.outbox.ask(peer, &given).await?;
        known(reply.open::<DirectoryList>()?.message.v)
    }

    /// Of whom records go to this member: those with whom somebody here wants to be in one convenant with it. That it
    /// names somebody in a draft is not enough.
    fn given_to(&self, peer: Oin) -> Result<BTreeSet<Oin>, StoreError> {
        let fellows = self.convenanten.fellows(peer)?;
        Ok(fellows
            .into_iter()
            .chain([peer, self.outbox.me()])
            .collect())
    }

    /// Of whom records are taken from this member: those that it names in a draft too.
    fn taken_from(&self, peer: Oin) -> Result<BTreeSet<Oin>, StoreError> {
        let named = self.convenanten.named_with(peer)?;
        Ok(named.into_iter().chain([peer, self.outbox.me()]).collect())
    }

    /// What this member must know: where the convenanten stand, and where the own node is.
    fn to_be_known(&self, peer: Oin) -> Result<Known, StoreError> {
        let convenanten = self.convenanten.to_be_known(peer)?;
        let mandates = self.mandaten.to_be_known(peer)?;
        Ok((convenanten, mandates, self.leden.own_number()?))
    }

    /// Somebody is to be told something.
    fn nudge(&self) {
        self.lacking
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    fn knows(&self, peer: Oin, to_be_known: Known) -> bool {
        self.told().get(&peer) == Some(&to_be_known)
    }

    fn told(&self) -> std::sync::MutexGuard<'_, BTreeMap<Oin, Known>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn declined(&self) -> std::sync::MutexGuard<'_, BTreeMap<Oin, ConvenantList>> {
        self.declined.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn left(&self) -> std::sync::MutexGuard<'_, BTreeMap<Oin, Vec<HeldMandate>>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn talking(&self) -> std::sync::MutexGuard<'_, BTreeMap<Oin, Arc<tokio::sync::Mutex<()>>>> {
        self.talking.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
