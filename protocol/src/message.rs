// SPDX-License-Identifier: EUPL-1.2
//! The closed list of what a node can say to another, a file per conversation.
//!
//! Every message is deterministic CBOR (see [`crate::wire`]) inside one signed envelope (see [`crate::envelope`]),
//! which adds sender, recipient, message id, issued and expires. Each kind has its own label, so that a signature
//! made for one can never pass for another. There is no field for client data, and answers have no free text.

mod eval;
mod head;
mod index;
mod inzage;
mod manifest;
mod recall;
mod refusal;

pub use eval::{EvalRequest, EvalResponse};
pub use head::Head;
pub use index::{Index, IndexRequest};
pub use inzage::{
    Answer, ContactAnswer, ContractAnswer, ContractRole, Decision, HalfYear, InzageDecision,
    InzageReceived, InzageRequest, LabelAnswer, LabelLetter, Law, Proportionality, RefusalReason,
    Subsidiarity, ToezichtAnswer, ToezichtState, Variant, Weighing, WireObligations,
};
pub use manifest::{Manifest, ManifestRequest};
pub use recall::{Recall, RecallKind, RecallReceipt};
pub use refusal::Refusal;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A message of the closed list.
pub trait Message: Serialize + DeserializeOwned {
    /// The name of the kind on the wire, such as `eval-request`; with it the label of the signature is
    /// `basisnet eval-request v1`.
    const KIND: &'static str;
    /// The largest encoding in bytes that a receiver reads.
    const MAX_BYTES: usize;
}
