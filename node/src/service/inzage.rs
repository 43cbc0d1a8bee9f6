// SPDX-License-Identifier: EUPL-1.2
//! Stage 2: one person asks one member about one aanbieder, and gets *dat*-information or a no.
//!
//! It is decided twice. Before a question leaves, by the own rules: each reason is named to the own user. And at the
//! source, by its rules: every no of the rules looks the same to the asker, whether the question was not allowed, the
//! aanbieder is not known, or it is withheld. What is not answered at once by the convenant is put to a person there.
//!
//! Whatever leaves was decided, and was recorded first: a question, an answer, a refusal by a person.

mod answer;
mod ask;
mod behalf;
mod budget;
mod decide;
mod due;
mod facts;
mod read;
mod receive;
mod record;
mod reply;
mod seen;
mod unseen;
mod withdraw;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use basisnet_policy::{Reason, Refusal};
use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::personal::Place;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::wire::EncodeError;

pub use ask::{Vraag, Weighed};
pub use decide::Grant;
pub(crate) use read::MAX_LISTED;
pub use read::Shown;
pub use record::{Asked, AskedState, Received, ReceivedState};
pub use seen::{About, SeenAsked, Stand};
pub use unseen::Unseen;
pub(super) use withdraw::{TakenBack, let_go_of_before};

use super::Base;
use super::aanbieder::Aanbieders;
use super::beleid::CurrentEngine;
use super::betrokkenheid::Betrokkenheden;
use super::doel::Doelen;
use super::matching::Surroundings;
use super::own::{Own, OwnError};
use super::publication::{Claim, Claimed};
use crate::audit::Id;
use crate::clock::Clock;
use crate::config::Contact;
use crate::keys::PseudonymKey;
use crate::outbox::{Outbox, SealFault};
use crate::store::{CommitError, Store, StoreError};
use budget::Turns;

/// The form of the messages that this version of the program knows; another is refused.
const FORM: u8 = 1;
/// How long a person at the source may take.
pub const DECIDE_WITHIN: Duration = Duration::from_secs(14 * 86_400);

/// What inzage asks of matching.
pub trait Matched: Send + Sync + fmt::Debug {
    /// The treffer that the own node has on an aanbieder at a member in a sharing group, with the proof for the
    /// message of this name.
    ///
    /// # Errors
    /// When the store does not read.
    fn claim(
        &self,
        aanbieder: Id,
        peer: Oin,
        group: &str,
        message: Octets<16>,
    ) -> Result<Option<Claim>, Unmatched>;

    /// What stands behind the claim of a member, if its proof holds.
    ///
    /// # Errors
    /// When the store does not read.
    fn claimed(&self, peer: Oin, claim: &Claim) -> Result<Option<Claimed>, Unmatched>;
}

/// Matching could not tell; the node is at fault, not the question.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unmatched(String);

impl Unmatched {
    /// Because of this, for our own log.
    #[must_use]
    pub fn because(cause: &impl fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

/// Why something with inzage did not happen.
#[derive(Debug, thiserror::Error)]
pub enum InzageError {
    /// The rules do not show it to the caller, or do not let it be handled.
    #[error(transparent)]
    Own(#[from] OwnError),
    /// There is no such aanbieder in the own register.
    #[error("no such aanbieder")]
    UnknownAanbieder,
    /// No member of a convenant has this name or OIN.
    #[error("no such member")]
    UnknownMember,
    /// There is no such question.
    #[error("no such question")]
    Unknown,
    /// It was decided already, or there is nothing to decide.
    #[error("nothing to decide")]
    Decided,
    /// A text is too long or holds signs that are no text.
    #[error("the text of `{0}` cannot be used")]
    Text(&'static str),
    /// Texts hold what leads to a person, at these places.
    #[error("{} places hold what leads to a person", .0.len())]
    Personal(Vec<Place>),
    /// The rules say no, for these reasons.
    #[error("the rules say no, for {} reasons", .0.len())]
    Refused(Vec<Reason>),
    /// The work was broken off because the node stops.
    #[error("the node stops")]
    BrokenOff,
    /// Matching could not tell.
    #[error(transparent)]
    Unmatched(#[from] Unmatched),
    /// A message cannot be encoded; a fault of our own.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A message cannot be sealed; a fault of our own.
    #[error(transparent)]
    Seal(#[from] SealFault),
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// What inzage takes from below the services.
#[derive(Clone, Debug)]
pub struct InzageBase {
    /// Where everything is kept.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// The rules.
    pub engine: CurrentEngine,
    /// The way out.
    pub outbox: Outbox,
    /// Whom others call, per purpose.
    pub contacts: Arc<BTreeMap<PurposeId, Contact>>,
    /// Questions a day that the own organisation allows itself.
    pub per_day: u32,
}

impl From<&Base> for InzageBase {
    fn from(base: &Base) -> Self {
        Self {
            store: base.store.clone(),
            clock: base.clock.clone(),
            engine: base.engine.clone(),
            outbox: base.outbox.clone(),
            contacts: Arc::new(base.config.contacten.clone()),
            per_day: base.config.grenzen.inzage_per_dag,
        }
    }
}

/// The rest of the node, as far as inzage needs it.
#[derive(Clone, Debug)]
pub struct InzageParts {
    /// What lies below the services.
    pub base: InzageBase,
    /// What the controller decided.
    pub doelen: Doelen,
    /// The own register.
    pub aanbieders: Aanbieders,
    /// The own involvements.
    pub betrokkenheden: Betrokkenheden,
    /// The agreements in force.
    pub around: Arc<dyn Surroundings>,
    /// Treffers, and what stands behind them.
    pub matched: Arc<dyn Matched>,
}

/// The questions of one node, its own and those of others.
#[derive(Clone, Debug)]
pub struct Inzagen {
    parts: InzageParts,
    // INVARIANT (budget): own questions are counted, decided on and written one at a time, and so are those of each
    // member.
    counting: Arc<tokio::sync::Mutex<()>>,
    turns: Turns,
    // It stays the same as long as the store is there, so it is read once.
    names: Arc<OnceLock<PseudonymKey>>,
}

impl Inzagen {
    /// The questions in a store.
    #[must_use]
    pub fn new(parts: InzageParts) -> Self {
        Self {
            parts,
            counting: Arc::default(),
            turns: Turns::default(),
            names: Arc::default(),
        }
    }

    /// The organisation that this node speaks for.
    #[must_use]
    pub const fn me(&self) -> Oin {
        self.parts.base.outbox.me()
    }

    /// What the own people see of questions, and may do with them.
    fn own(&self) -> &Own {
        &self.parts.aanbieders.own
    }

    fn refused(&self, refusal: &Refusal) -> InzageError {
        if refusal.is_faulty() {
            tracing::error!(guards = ?refusal.guards(), "a rule could not be evaluated");
        }
        InzageError::Refused(self.parts.base.engine.explain(refusal))
    }
}
