// SPDX-License-Identifier: EUPL-1.2
//! Sealing while the disk writes down why something leaves.
//!
//! The record goes before the message, always: what is sealed here stays in the hands of the store until the change is
//! durable, and is gone when it is not. So the time of the one is not added to the time of the other, and nothing else
//! changes. What was sealed and not recorded goes nowhere:
//!
//! ```compile_fail
//! use basisnet_node::outbox::{Outbox, Ready};
//! async fn leak(outbox: &Outbox, ready: Ready) {
//!     let _ = outbox.send_ready(Ok(ready)).await; // not recorded
//! }
//! ```

use basisnet_policy::Released;
use basisnet_protocol::envelope;
use basisnet_protocol::id::Oin;
use basisnet_protocol::message::Message;
use basisnet_protocol::octets::Octets;

use super::{Outbox, Reply, SealFault, Sealed, SendError};
use crate::store::{Change, CommitError, Recorded, Store};

/// A question in its envelope, with what is needed to bring it away. Only the outbox makes one.
#[derive(Debug)]
pub struct Ready {
    pub(super) to: Oin,
    pub(super) kind: &'static str,
    pub(super) question: Octets<32>,
    pub(super) sealed: Sealed,
}

impl Outbox {
    /// Writes down that an answer leaves, and seals it meanwhile. It is given when the record is durable.
    ///
    /// # Errors
    /// When nothing could be written down. That it holds what leads to a person is told apart: the record stands then,
    /// and nothing leaves.
    pub async fn record_and_seal<M: Message>(
        &self,
        store: &Store,
        change: Change,
        to: Oin,
        released: Released<M>,
    ) -> Result<Result<Sealed, SealFault>, CommitError> {
        let seal = |message: &M| self.seal(Self::new_id(), to, message);
        let sealed = store.commit_release_while(change, released, seal).await?;
        Ok(sealed.into_inner())
    }

    /// Writes down that a question leaves under this name, and seals it meanwhile. [`Outbox::send_ready`] brings it away.
    ///
    /// # Errors
    /// When nothing could be written down.
    pub async fn record_and_make_ready<M: Message>(
        &self,
        store: &Store,
        change: Change,
        (id, to): (Octets<16>, Oin),
        released: Released<M>,
    ) -> Result<Recorded<Result<Ready, SealFault>>, CommitError> {
        let make_ready = |message: &M| self.make_ready(id, to, message);
        store
            .commit_release_while(change, released, make_ready)
            .await
    }

    /// Sends a question that was sealed while it was recorded, and gives the answer.
    ///
    /// # Errors
    /// As [`Outbox::send`].
    pub async fn send_ready(
        &self,
        ready: Recorded<Result<Ready, SealFault>>,
    ) -> Result<Reply, SendError> {
        self.bring(ready.into_inner()?).await
    }

    pub(super) fn make_ready<M: Message>(
        &self,
        id: Octets<16>,
        to: Oin,
        message: &M,
    ) -> Result<Ready, SealFault> {
        let question = envelope::message_hash(message);
        Ok(Ready {
            to,
            kind: M::KIND,
            question: question.map_err(|fault| SealFault::Seal(fault.into()))?,
            sealed: self.seal(id, to, message)?,
        })
    }
}
