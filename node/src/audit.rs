// SPDX-License-Identifier: EUPL-1.2
//! The log: what happened, by whom, under which rules, for everybody who may know and nobody who would rather not.
//!
//! It only grows. Every entry is a leaf of a Merkle tree (RFC 6962) whose head the node signs, so that nobody can
//! change, drop or insert an entry without it being found; and every entry is sealed under a key that is destroyed
//! when its term ends, so that the tree stays and the contents are forgotten.

mod checkpoint;
mod deed;
mod event;
mod grounds;
mod incident;
mod log;
mod noted;

pub use deed::{By, ConvenantAct, MandateDeed, SecrecyAct, Sizes};
pub use event::{Event, Hash, Id};
pub use grounds::{Alike, Decided, Grounds};
pub use incident::{Incident, Nuisance, PeerRefusal};
pub use log::{Entry, EntryContents, Log, LogFault, Verified};
pub use noted::Noted;
