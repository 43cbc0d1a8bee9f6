// SPDX-License-Identifier: EUPL-1.2
//! What publication, sweep and treffer share: with whom is matched, under what, and about whom.
//!
//! Matching asks little of the rest of the node: the register, the agreements in force and the decision of the
//! controller. [`Surroundings`] is that much and no more.

mod around;
mod matched;
mod pace;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use basisnet_policy::authzen::Trace;
use basisnet_policy::{
    AanbiederFacts, Action, ConvenantFacts, Fact, Facts, InForce, Mandate as MandateFacts,
    Question, Selection,
};
use basisnet_protocol::convenant::{ConvenantContent, PurposeTerms};
use basisnet_protocol::id::Oin;
use basisnet_protocol::mandate::{Mandate, MandateHash};
use basisnet_protocol::matching::{
    Buckets, Context, ContextHash, Epoch, GroupIdTooLong, Namespace, PrivateInput,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;
use rand_core::{OsRng, RngCore as _};
use serde_bytes::ByteBuf;

use crate::audit::{Decided, Grounds, Hash, Id};
use crate::clock::Clock;
use crate::service::aanbieder::Aanbieder;
use crate::service::beleid::CurrentEngine;
use crate::service::betrokkenheid::Betrokkenheid;
use crate::store::{CommitError, Store, StoreError};

pub use around::NodeSurroundings;
pub use matched::NodeMatched;
use pace::Pace;

/// What matching asks of the rest of the node.
pub trait Surroundings: Send + Sync + fmt::Debug {
    /// Everything in the own register that has an identifier of these kinds.
    ///
    /// # Errors
    /// When the register cannot be read.
    fn register(&self, namespaces: &BTreeSet<Namespace>) -> Result<Vec<Known>, StoreError>;

    /// One aanbieder of the own register, if it has an identifier of these kinds.
    ///
    /// # Errors
    /// When the register cannot be read.
    fn one(&self, id: Id, namespaces: &BTreeSet<Namespace>) -> Result<Option<One>, StoreError> {
        let mut register = self.register(namespaces)?.into_iter();
        let found = register.find(|known| known.id == id);
        Ok(found.map(|known| One {
            known,
            records: None,
        }))
    }

    /// Every other member of every convenant that is in force at `now`, once per convenant.
    ///
    /// # Errors
    /// When the agreements cannot be read.
    fn pairs(&self, now: Timestamp) -> Result<Vec<Pair>, StoreError>;

    /// As [`Surroundings::pairs`], with one member only.
    ///
    /// # Errors
    /// When the agreements cannot be read.
    fn pairs_with(&self, peer: Oin, now: Timestamp) -> Result<Vec<Pair>, StoreError> {
        let mut pairs = self.pairs(now)?;
        pairs.retain(|pair| pair.peer == peer);
        Ok(pairs)
    }

    /// The organisations in whose place a member stands.
    ///
    /// # Errors
    /// When the agreements cannot be read.
    fn before(&self, _member: Oin) -> Result<BTreeSet<Oin>, StoreError> {
        Ok(BTreeSet::new())
    }

    /// Who stands in the place of a member now; nobody where that is unclear.
    ///
    /// # Errors
    /// When the agreements cannot be read.
    fn heir(&self, member: Oin) -> Result<Option<Oin>, StoreError> {
        Ok(Some(member))
    }

    /// The nodes of a member, by the bytes of their names.
    ///
    /// # Errors
    /// When the list of members cannot be read.
    fn nodes(&self, _member: Oin) -> Result<BTreeSet<ByteBuf>, StoreError> {
        Ok(BTreeSet::new())
    }

    /// The decision of the own controller to put a purpose into force, if it was taken.
    ///
    /// # Errors
    /// When the decisions cannot be read.
    fn in_force(&self, purpose: &PurposeId, version: u32) -> Result<Option<InForce>, StoreError>;

    /// The mandate of this name, signed by both and not withdrawn; whether its term runs is for the rules to see.
    ///
    /// # Errors
    /// When the mandates cannot be read.
    fn mandate(&self, _hash: MandateHash) -> Result<Option<Mandate>, StoreError> {
        Ok(None)
    }

    /// The mandates under which an organisation may act now.
    ///
    /// # Errors
    /// When the mandates cannot be read.
    fn mandates_of(&self, _holder: Oin) -> Result<Vec<Mandate>, StoreError> {
        Ok(Vec::new())
    }

    /// Whether a member, for whom another asks, itself takes part in this version with this source, which may be the
    /// member itself.
    ///
    /// # Errors
    /// When the agreements cannot be read.
    fn takes_part(
        &self,
        _convenant: Hash,
        _member: Oin,
        _source: Oin,
        _now: Timestamp,
    ) -> Result<Fact, StoreError> {
        Ok(Fact::Unknown)
    }

    /// The sizes that a member declared; the own ones too.
    ///
    /// # Errors
    /// When the list of members cannot be read.
    fn buckets(&self, member: Oin) -> Result<Buckets, StoreError>;
}

/// One aanbieder of the own register, as far as matching needs it.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its id here.
    pub id: Id,
    /// Its identifiers, in their exact form.
    pub inputs: Vec<PrivateInput>,
    /// What the rules need to know about it.
    pub facts: AanbiederFacts,
    /// About which care the contracts are; none when there is no contract, so that it is not known.
    pub care_forms: Option<BTreeSet<String>>,
    /// Since when there is contract or supervision; none when there is neither any more.
    pub since: Option<Timestamp>,
    /// Hash of the record on whose basis it may be asked about.
    pub basis: Hash,
}

impl Known {
    /// What the rules need to know about it for this selection. About which care the own records are counts where the
    /// own organisation is asked for members of a partnership, and makes no difference for what it asks itself.
    pub(super) fn facts_for<K>(&self, selection: &Selection<K>, asks: Asks) -> AanbiederFacts {
        let care_forms = match (selection.is_for_members(), asks) {
            (false, _) => return self.facts.clone(),
            (true, Asks::Own) => Some(BTreeSet::new()),
            (true, Asks::Other) => self.care_forms.clone(),
        };
        AanbiederFacts {
            care_forms,
            ..self.facts.clone()
        }
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// The own organisation.
    Own,
    /// Another.
    Other,
}

/// A mandate for the rules.
pub(super) fn mandate_facts(mandate: &Mandate) -> MandateFacts {
    let content = mandate.content();
    MandateFacts {
        holder: content.holder,
        member: content.member,
        purposes: content.purposes.clone(),
        care_forms: content.care_forms.clone(),
        valid: content.valid,
    }
}

/// One aanbieder for matching, with the records from which that was read, for who goes on with the same.
#[derive(Clone, Debug)]
pub struct One {
    /// What matching needs of it.
    pub known: Known,
    /// What was read; none where matching is not about a register of records.
    pub records: Option<Records>,
}

/// An aanbieder of the own register, and how the own organisation is involved with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Records {
    /// The aanbieder itself.
    pub aanbieder: Aanbieder,
    /// Every involvement with it.
    pub involved: Vec<Betrokkenheid>,
}

/// Another member, and the convenant under which it is one.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The other.
    pub peer: Oin,
    /// What people call it: by the convenant, or by its own card where it took the place of a member.
    pub name: String,
    /// What was agreed.
    pub convenant: ConvenantFacts,
    /// Whether the two exchange under it.
    pub open: Fact,
    /// Whether one of the two is suspended.
    pub suspended: Fact,
}

impl Pair {
    /// What was agreed, in full.
    #[must_use]
    pub fn content(&self) -> &ConvenantContent {
        self.convenant.content()
    }

    /// What was agreed about matching; none when the convenant does not have it.
    #[must_use]
    pub fn terms(&self) -> Option<&PurposeTerms> {
        let purposes = &self.content().purposes;
        purposes
            .iter()
            .find(|terms| terms.id == PurposeId::matching())
    }
}

/// Held by publication, sweep and treffer alike. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Matching {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) me: Oin,
    pub(super) engine: CurrentEngine,
    pub(super) around: Arc<dyn Surroundings>,
    pub(super) pace: Pace,
}

impl Matching {
    /// For the organisation `me`.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Clock,
        me: Oin,
        engine: impl Into<CurrentEngine>,
        around: Arc<dyn Surroundings>,
    ) -> Self {
        let pace = Pace::new(clock.clone());
        Self {
            store,
            clock,
            me,
            engine: engine.into(),
            around,
            pace,
        }
    }

    /// The members with whom the convenant allows matching now.
    pub(super) fn pairs(&self) -> Result<Vec<Pair>, Fault> {
        let mut pairs = self.around.pairs(self.clock.now())?;
        pairs.retain(|pair| pair.peer != self.me && pair.terms().is_some());
        Ok(pairs)
    }

    /// The same, of one member.
    fn pairs_with(&self, peer: Oin) -> Result<Vec<Pair>, Fault> {
        let mut pairs = self.around.pairs_with(peer, self.clock.now())?;
        pairs.retain(|pair| pair.peer != self.me && pair.terms().is_some());
        Ok(pairs)
    }

    /// The pair with this member under the convenant of this hash.
    pub(super) fn pair(&self, peer: Oin, convenant: &Hash) -> Result<Option<Pair>, Fault> {
        let pairs = self.pairs_with(peer)?;
        let same = |pair: &Pair| pair.convenant.hash() == *convenant;
        Ok(pairs.into_iter().find(same))
    }

    /// The pair with this member in this sharing group, under the version that is in force.
    pub(super) fn pair_in(&self, peer: Oin, group: &str) -> Result<Option<Pair>, Fault> {
        let pairs = self.pairs_with(peer)?;
        let same = |pair: &Pair| pair.content().group_id == group;
        Ok(pairs.into_iter().find(same))
    }

    /// May anything be matched between these two, and which aanbieders take part? Decided anew each time.
    pub(super) fn select(
        &self,
        pair: &Pair,
        asker: Oin,
        source: Oin,
    ) -> Result<Selection<Known>, Fault> {
        self.select_by(pair, asker, source)
    }

    /// The same, where the caller names an aanbieder otherwise.
    pub(super) fn select_by<K>(
        &self,
        pair: &Pair,
        asker: Oin,
        source: Oin,
    ) -> Result<Selection<K>, Fault> {
        let (question, facts) = self.discovery(pair, asker, source)?;
        let now = self.clock.now();
        let mut asked = self.for_members(pair, &question, &facts)?.into_iter();
        // Who acts for members, and has no mandate, is refused by the rules: the question is put as it is.
        let (first, its_facts) = asked.next().unwrap_or((question, facts));
        let selection = self.engine.select(first, its_facts, now);
        let selection = selection.map_err(|refusal| {
            Fault::Refused(refusal.guards().iter().map(ToString::to_string).collect())
        })?;
        Ok(asked.fold(selection, |selection, (question, facts)| {
            selection.or(question, facts)
        }))
    }

    /// May anything be matched between these two, as far as they themselves go?
    fn discovery(&self, pair: &Pair, asker: Oin, source: Oin) -> Result<(Question, Facts), Fault> {
        let terms = pair.terms().ok_or(Fault::NotAgreed)?;
        let question = Question {
            action: Action::Discover,
            asker,
            source,
            purpose: terms.id.clone(),
            purpose_version: terms.version,
            legal_basis: terms.legal_bases.first().cloned().ok_or(Fault::NotAgreed)?,
            role: None,
            categories: BTreeSet::new(),
            weighing: None,
            case_ref: None,
            on_behalf_of: None,
            record: None,
            fields: None,
            hand_over_to: None,
        };
        let facts = Facts {
            convenant: Some(pair.convenant.clone()),
            pair_open: pair.open,
            suspended: pair.suspended,
            in_force: self.around.in_force(&terms.id, terms.version)?,
            ..Facts::default()
        };
        Ok((question, facts))
    }

    /// The same question for each member that lets the asker act for it, where the asker is a partnership: it has no task
    /// of its own towards the others. A member that itself takes no part here is left out by the rules.
    fn for_members(
        &self,
        pair: &Pair,
        question: &Question,
        facts: &Facts,
    ) -> Result<Vec<(Question, Facts)>, Fault> {
        if !pair.convenant.partnerships().contains(&question.asker) {
            return Ok(Vec::new());
        }
        let (now, convenant) = (self.clock.now(), pair.convenant.hash());
        let mut asked = Vec::new();
        for mandate in self.around.mandates_of(question.asker)? {
            let content = mandate.content();
            if !content.purposes.contains(&question.purpose) {
                continue;
            }
            let (around, member, source) = (&self.around, content.member, question.source);
            let mut for_member = facts.clone();
            if facts.pair_open == Fact::Yes {
                for_member.pair_open = around.takes_part(convenant, member, source, now)?;
            }
            for_member.mandate = Some(mandate_facts(&mandate));
            let question = Question {
                on_behalf_of: Some(member),
                ..question.clone()
            };
            if for_member.pair_open == Fact::Yes {
                asked.push((question, for_member));
            }
        }
        Ok(asked)
    }

    /// The context of one direction of a pair.
    pub(super) fn context(
        &self,
        pair: &Pair,
        epoch: Epoch,
        server: Oin,
        client: Oin,
        key_generation: Octets<16>,
    ) -> Result<ContextHash, Fault> {
        let terms = pair.terms().ok_or(Fault::NotAgreed)?;
        let context = Context {
            group_id: pair.content().group_id.clone(),
            convenant_version: pair.content().version,
            purpose_id: terms.id.clone(),
            purpose_version: terms.version,
            epoch,
            server,
            client,
            key_generation,
        };
        Ok(context.hash()?)
    }
}

/// The epochs for which may be evaluated at a moment: the running one, and in its last three days the next.
pub(super) fn open_epochs(now: Timestamp) -> Vec<Epoch> {
    let Some(running) = Epoch::at(now) else {
        return Vec::new();
    };
    let next = running.next();
    let mut epochs = vec![running];
    if now >= next.evaluation_opens() {
        epochs.push(next);
    }
    epochs
}

/// What a decision rests on, in the form of the log: the rules, and everything it was taken on.
pub(super) fn grounds(decided: &basisnet_policy::Grounds) -> Grounds {
    Grounds {
        policy: decided.policy_hash,
        catalogue: decided.catalogue_hash,
        convenant: decided.convenant_hash,
        decided: Some(Box::new(Decided {
            trace: new_trace(),
            inputs: ByteBuf::from(decided.inputs.clone()),
            answer: decided.answer.clone(),
        })),
    }
}

/// A trace for a decision that belongs to no operation of another system.
fn new_trace() -> Trace {
    let (mut trace_id, mut span_id) = ([0; 16], [0; 8]);
    OsRng.fill_bytes(&mut trace_id);
    OsRng.fill_bytes(&mut span_id);
    Trace {
        trace_id: Octets(trace_id),
        span_id: Octets(span_id),
    }
}

/// What keeps matching from going on, whatever the step.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not take the change.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The convenant has no agreement on matching.
    #[error("no convenant in force agrees on matching with this member")]
    NotAgreed,
    /// The rules said no, for these reasons.
    #[error("the rules refuse matching with this member: {}", .0.iter().cloned().collect::<Vec<_>>().join(", "))]
    Refused(BTreeSet<String>),
    /// The group of the convenant has an impossible name.
    #[error(transparent)]
    Group(#[from] GroupIdTooLong),
    /// A message cannot be encoded.
    #[error("a message cannot be encoded")]
    Encode(#[from] basisnet_protocol::wire::EncodeError),
    /// What is kept does not fit together; the store is damaged.
    #[error("what is kept about matching does not fit together")]
    Damaged,
    /// The work was broken off because the node stops.
    #[error("the node stops")]
    Stopped,
}

/// Does heavy arithmetic where it does not hold up the rest.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Fault::Stopped)
}
