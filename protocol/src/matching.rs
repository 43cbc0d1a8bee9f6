// SPDX-License-Identifier: EUPL-1.2
//! Private matching: two nodes find the aanbieders that both have, and learn no more.
//!
//! The story of one question, between an asking node A and a source B:
//!
//! 1. For each pair, purpose and [`Epoch`] of four weeks there is one [`Context`]. From it B derives a key, and says
//!    in its manifest which; a [proof of possession](possession) shows that the key is B's own.
//! 2. A writes every identifier in its one [exact form](PrivateInput), adds dummies to a [`Bucket`], shuffles, and
//!    blinds each with a factor of its own ([`Sweep`]). B sees uniform group elements: how many, not which.
//! 3. B evaluates them under its key and proves that it used that key for all ([`PmOprf`]). A takes its blinding off
//!    and holds a [`PrfValue`] per identifier. [`quota`] bounds how many times this happens.
//! 4. B publishes an [index](IndexBuilder): for each aanbieder that its policy lets A discover one entry of 40 bytes,
//!    the rest dummies. Only who holds the [`PrfValue`] of the same identifier can [recognise](OpenIndex) an entry
//!    and read its [`Label`]. A look-up is local: B does not learn of it.
//!
//! A sequence number inside every entry's key makes tags change with each publication, so that nobody else can follow
//! an entry over time, and so that one key never encrypts two labels.

mod bucket;
mod context;
mod epoch;
mod identifier;
mod index;
mod label;
mod oprf;
#[cfg(test)]
mod oracle;
pub mod possession;
pub mod quota;
mod sweep;
#[cfg(test)]
mod vectors;

pub use bucket::{Bucket, Buckets, NoBucket};
pub use context::{Context, ContextHash, GroupIdTooLong};
pub use epoch::Epoch;
pub use identifier::{Namespace, NotAPrivateInput, NotAnIdentifier, PrivateInput};
pub use index::{
    BuildError, BuiltIndex, ENTRY_BYTES, IndexBuilder, IndexError, OpenIndex, own_proof, tag_of,
};
pub use label::{Freshness, Handle, HandleKey, Involvement, Label, LabelError};
pub use oprf::{
    BlindFactor, Element, Evaluated, MAX_BATCH, OprfError, PmOprf, PrfValue, Ristretto, ServerKey,
    elements, to_wire,
};
pub use sweep::{BlindedBatch, SetCommit, SetLeaf, Sweep, SweepError, SweepSeed, opens, set_root};
