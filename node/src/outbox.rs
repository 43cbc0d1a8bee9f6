// SPDX-License-Identifier: EUPL-1.2
//! The only way out to peers.
//!
//! What says anything about an aanbieder leaves as `Recorded<Released<M>>` and not otherwise: the policy decided it
//! and the log holds it, durably, before the first byte goes. Beside that there is a closed list of messages that say
//! nothing about any aanbieder ([`Procedural`]): asking for terms, giving terms, the head of a log, a receipt, a no.
//!
//! Whatever leaves, every text in it is looked at once more, whoever put it there: a citizen service number, or an
//! e-mail address or telephone number other than the functional contact of the own organisation, keeps it inside.
//!
//! ```compile_fail
//! use basisnet_node::outbox::Outbox;
//! use basisnet_protocol::{id::Oin, message::InzageDecision};
//! async fn leak(outbox: &Outbox, to: Oin, answer: InzageDecision) {
//!     let _ = outbox.send(to, answer).await; // neither decided nor recorded
//! }
//! ```
//!
//! ```compile_fail
//! use basisnet_node::outbox::Outbox;
//! use basisnet_protocol::{id::Oin, message::InzageDecision};
//! async fn leak(outbox: &Outbox, to: Oin, answer: &InzageDecision) {
//!     let _ = outbox.ask(to, answer).await; // not on the list
//! }
//! ```

mod ready;
mod reply;

use std::fmt;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use basisnet_policy::Released;
use basisnet_protocol::envelope::{self, Header, SealError};
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::{
    ConvenantList, ConvenantShare, ConvenantTaken, DirectoryList, DirectoryRecords, Head,
    IndexRequest, InzageReceived, MandateList, MandateShare, Manifest, ManifestRequest, Message,
    Readiness, ReadinessRequest, RecallReceipt, Refusal, SuccessionHeld, SuccessionShare,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::personal::{self, Functional, Place};
use basisnet_protocol::sign::NodeSigner;
use futures::future::BoxFuture;
use libp2p::{Multiaddr, PeerId};
use rand_core::{OsRng, RngCore};

use crate::clock::Clock;
use crate::overlay::{KnownPeer, KnownPeers, Overlay, RequestError, key_of};
use crate::store::Recorded;
pub use ready::Ready;
pub use reply::{Reply, ReplyError};

/// How long a peer may take for an answer; a full batch on a slow machine takes a few seconds.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// A message that says nothing about any aanbieder. The list is closed: nothing outside this file can join it.
pub trait Procedural: Message + closed::Listed {}

mod closed {
    pub trait Listed {}
}

macro_rules! procedural {
    ($($message:ty),+ $(,)?) => {
        $(
            impl closed::Listed for $message {}
            impl Procedural for $message {}
        )+
    };
}

procedural!(
    ManifestRequest,
    Manifest,
    IndexRequest,
    Head,
    RecallReceipt,
    Refusal,
    InzageReceived,
    ConvenantList,
    ConvenantShare,
    ConvenantTaken,
    DirectoryList,
    DirectoryRecords,
    SuccessionShare,
    SuccessionHeld,
    MandateList,
    MandateShare,
    ReadinessRequest,
    Readiness,
);

/// The conversation about convenanten and members, which comes before every other.
const BEFORE_ALL_ELSE: [&str; 7] = [
    ConvenantList::KIND,
    ConvenantShare::KIND,
    DirectoryList::KIND,
    DirectoryRecords::KIND,
    SuccessionShare::KIND,
    MandateList::KIND,
    MandateShare::KIND,
];

/// Whether messages of this kind may go, and are handled, before a member knows where the convenanten stand.
#[must_use]
pub fn comes_first(kind: &str) -> bool {
    BEFORE_ALL_ELSE.contains(&kind)
}

/// Sees to it that a member knows where the convenanten stand, before anything else is said to it.
pub trait Concord: Send + Sync {
    /// Whether the member knows by now; tells it what it does not know yet.
    fn brought(&self, peer: Oin) -> BoxFuture<'_, bool>;

    /// The same, whatever it was told before: so it turns out whether it is there.
    fn brought_anew(&self, peer: Oin) -> BoxFuture<'_, bool>;
}

/// Brings bytes to a peer and its answer back; the overlay, or something that plays it in a test.
pub trait Carrier: Send + Sync + 'static {
    /// Asks a peer.
    fn carry<'a>(
        &'a self,
        peer: PeerId,
        addresses: &'a [Multiaddr],
        bytes: Vec<u8>,
        timeout: Duration,
    ) -> BoxFuture<'a, Result<Vec<u8>, RequestError>>;
}

impl Carrier for Overlay {
    fn carry<'a>(
        &'a self,
        peer: PeerId,
        addresses: &'a [Multiaddr],
        bytes: Vec<u8>,
        timeout: Duration,
    ) -> BoxFuture<'a, Result<Vec<u8>, RequestError>> {
        Box::pin(self.request(peer, addresses, bytes, timeout))
    }
}

/// Seals what may leave, and brings it away.
#[derive(Clone)]
pub struct Outbox {
    me: Oin,
    signer: Arc<dyn NodeSigner>,
    carrier: Arc<dyn Carrier>,
    known: KnownPeers,
    clock: Clock,
    functional: Arc<Functional>,
    // Weak, because whoever keeps the convenanten sends through here.
    concord: Arc<OnceLock<Weak<dyn Concord>>>,
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("me", &self.me)
            .finish_non_exhaustive()
    }
}

/// A message in its envelope, ready to go. Only the outbox makes one.
#[derive(Debug)]
pub struct Sealed {
    bytes: Vec<u8>,
    on_tick: bool,
}

impl Sealed {
    /// Whether this leaves on a tick and not when it happens to be ready: a refusal, and the receipt of a recall. Both say
    /// the same whatever lay behind the question, and so should the time they take.
    #[must_use]
    pub const fn waits_for_tick(&self) -> bool {
        self.on_tick
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Why a message did not get into its envelope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// It cannot be sealed; a fault of our own.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// It holds what leads to a person, at this place.
    #[error(transparent)]
    Personal(Place),
}

/// Why something was not sent, or got no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// No directory record says where this organisation is.
    #[error("no node of `{0}` is known")]
    UnknownMember(Oin),
    /// The message did not get into its envelope; nothing left.
    #[error(transparent)]
    Seal(#[from] SealFault),
    /// It could not be told where the convenanten stand, so nothing else is said to it.
    #[error("`{0}` could not be told where the convenanten stand")]
    NotInConcord(Oin),
    /// None of its nodes answered.
    #[error("`{0}` gave no answer: {1}")]
    NoAnswer(Oin, RequestError),
}

impl Outbox {
    /// The way out of the node that signs with `signer`, for the organisation `me`.
    #[must_use]
    pub fn new(
        me: Oin,
        signer: Arc<dyn NodeSigner>,
        carrier: Arc<dyn Carrier>,
        known: KnownPeers,
        clock: Clock,
    ) -> Self {
        Self {
            me,
            signer,
            carrier,
            known,
            clock,
            functional: Arc::default(),
            concord: Arc::default(),
        }
    }

    /// The same, with the contacts of teams that may stand in what leaves.
    #[must_use]
    pub fn with_functional(self, functional: Functional) -> Self {
        Self {
            functional: Arc::new(functional),
            ..self
        }
    }

    /// From now on members are told by `concord` where the convenanten stand. Until then nothing but that leaves.
    pub fn listen_to(&self, concord: &Arc<dyn Concord>) {
        // Said once, where the node is put together.
        let _ = self.concord.set(Arc::downgrade(concord));
    }

    /// Whether this member knows where the convenanten stand; tells it what it does not know yet.
    pub async fn in_concord(&self, peer: Oin) -> bool {
        match self.concord.get().and_then(Weak::upgrade) {
            Some(concord) => concord.brought(peer).await,
            None => false,
        }
    }

    /// Whether this member is there at all. It says nothing about any aanbieder: where the convenanten stand is told
    /// anew.
    pub async fn knock(&self, peer: Oin) -> bool {
        match self.concord.get().and_then(Weak::upgrade) {
            Some(concord) => concord.brought_anew(peer).await,
            None => false,
        }
    }

    /// The contacts of teams that may stand in what leaves.
    #[must_use]
    pub fn functional(&self) -> &Functional {
        &self.functional
    }

    /// The organisation that speaks.
    #[must_use]
    pub const fn me(&self) -> Oin {
        self.me
    }

    /// A new name for a message, for whoever must know it before the message is made.
    #[must_use]
    pub fn new_id() -> Octets<16> {
        let mut id = [0; 16];
        OsRng.fill_bytes(&mut id);
        Octets(id)
    }

    /// Sends what was decided and recorded, and gives the answer.
    ///
    /// # Errors
    /// When the member is not known or does not answer. Whether it has seen the message may be unknown.
    pub async fn send<M: Message>(
        &self,
        to: Oin,
        message: Recorded<Released<M>>,
    ) -> Result<Reply, SendError> {
        let message = message.into_inner().into_value();
        self.exchange(Self::new_id(), to, &message).await
    }

    /// Sends something that says nothing about any aanbieder, and gives the answer.
    ///
    /// # Errors
    /// As [`Outbox::send`].
    pub async fn ask<M: Procedural>(&self, to: Oin, message: &M) -> Result<Reply, SendError> {
        match self.exchange(Self::new_id(), to, message).await {
            // The connection was on its way out. Asking for terms twice does no harm, so once more, anew.
            Err(SendError::NoAnswer(_, RequestError::Closed)) => {
                self.exchange(Self::new_id(), to, message).await
            }
            outcome => outcome,
        }
    }

    /// Seals an answer that was decided and recorded.
    ///
    /// # Errors
    /// When it cannot be encoded, a fault of our own; or it holds what leads to a person.
    pub fn reply<M: Message>(
        &self,
        to: Oin,
        message: Recorded<Released<M>>,
    ) -> Result<Sealed, SealFault> {
        let message = message.into_inner().into_value();
        self.seal(Self::new_id(), to, &message)
    }

    /// Seals an answer that says nothing about any aanbieder.
    ///
    /// # Errors
    /// When it cannot be encoded, a fault of our own; or it holds what leads to a person.
    pub fn reply_procedural<M: Procedural>(
        &self,
        to: Oin,
        message: &M,
    ) -> Result<Sealed, SealFault> {
        self.seal(Self::new_id(), to, message)
    }

    /// Seals the uniform refusal of the question with this hash.
    ///
    /// # Errors
    /// When it cannot be encoded, a fault of our own; or it holds what leads to a person.
    pub fn refuse(&self, to: Oin, question: Octets<32>) -> Result<Sealed, SealFault> {
        let refusal = Refusal {
            v: 1,
            req_hash: question,
        };
        self.reply_procedural(to, &refusal)
    }

    async fn exchange<M: Message>(
        &self,
        id: Octets<16>,
        to: Oin,
        message: &M,
    ) -> Result<Reply, SendError> {
        self.bring(self.make_ready(id, to, message)?).await
    }

    /// Brings a question to one of the nodes of who it is for.
    async fn bring(&self, ready: Ready) -> Result<Reply, SendError> {
        let Ready {
            to,
            kind,
            question,
            sealed,
        } = ready;
        let nodes = self.known.nodes_of(to);
        if nodes.is_empty() {
            return Err(SendError::UnknownMember(to));
        }
        if !comes_first(kind) && !self.in_concord(to).await {
            return Err(SendError::NotInConcord(to));
        }
        let mut outcome = SendError::UnknownMember(to);
        for node in nodes {
            match self.carry_to(&node, &sealed, question).await {
                Ok(reply) => return Ok(reply),
                // It may have been seen; asking the next node could make it happen twice.
                Err(fault @ (RequestError::Timeout | RequestError::Closed)) => {
                    return Err(SendError::NoAnswer(to, fault));
                }
                Err(fault) => outcome = SendError::NoAnswer(to, fault),
            }
        }
        Err(outcome)
    }

    async fn carry_to(
        &self,
        node: &KnownPeer,
        sealed: &Sealed,
        question: Octets<32>,
    ) -> Result<Reply, RequestError> {
        let key = key_of(&node.peer_id).ok_or(RequestError::Unreachable)?;
        let bytes = sealed.bytes.clone();
        let answer = (self.carrier).carry(node.peer_id, &node.addresses, bytes, ANSWER_WITHIN);
        Ok(Reply {
            bytes: answer.await?,
            from: node.oin,
            key,
            me: self.me,
            clock: self.clock.clone(),
            question,
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the outbox: who calls this has shown a decision and its record, or is on the closed list"
    )]
    fn seal<M: Message>(
        &self,
        message_id: Octets<16>,
        recipient: Oin,
        message: &M,
    ) -> Result<Sealed, SealFault> {
        self.look_through(message)?;
        let issued = self.clock.now();
        let header = Header {
            sender: self.me,
            recipient,
            message_id,
            issued,
            expires: issued + envelope::LIFETIME,
        };
        Ok(Sealed {
            bytes: envelope::dangerous_seal(message, header, &*self.signer)?,
            on_tick: [Refusal::KIND, RecallReceipt::KIND].contains(&M::KIND),
        })
    }

    /// The last look: what leads to a person does not leave, and the log hears where it stood and not what it was.
    fn look_through<M: Message>(&self, message: &M) -> Result<(), SealFault> {
        let found = personal::in_message(message, &self.functional);
        let found = found.map_err(|fault| SealFault::Seal(fault.into()))?;
        let Some(place) = found.into_iter().next() else {
            return Ok(());
        };
        tracing::error!(kind = M::KIND, %place, "message was kept inside");
        Err(SealFault::Personal(place))
    }
}
