// SPDX-License-Identifier: EUPL-1.2
//! The sharing agreement: content, hash, signatures, state.
//!
//! A convenant is a text that all members sign. The text is [`ConvenantContent`], in one encoding, and its SHA-256 names
//! it everywhere. Members act on that hash, each with the key of its organisation ([`Act`]):
//!
//! - **accept**: I take part in this version;
//! - **reject**: I do not; the version in force, if any, runs on;
//! - **withdraw**: my own pairs stop at once; for the others the group goes on, unless the content says otherwise;
//! - **end**: for all, once as many members say so as the content asks for a decision of the group.
//!
//! Nothing else is stored: the state of a version ([`State`]) follows from its content, the acts and the time, and comes
//! out the same at every member. A version that changes the agreement names the version it follows ([`Group`]), is
//! signed while that is in force, and takes over at its start. At any moment at most one version is active. What an
//! organisation holds of all this, and what it takes, does and hands on because of it, is [`Holdings`].
//!
//! Where an organisation took the place of a member ([`crate::succession`]), it stands where that member stood: it exchanges
//! with whom that member did and may withdraw in its place, and a next version names it.
//!
//! What an act means never depends on acts of others that were dated back, only the moment from which it works does:
//! who accepted can leave by withdrawing, and a rejection counts only for a member that never accepted.

mod act;
mod check;
mod content;
mod file;
mod group;
mod hearing;
mod holdings;
mod state;

pub use act::{Act, ActKind};
pub use check::ContentFault;
pub use content::{
    Budgets, Cadence, ConvenantContent, ConvenantHash, Delta, JoinRule, Member, PurposeTerms,
    Thresholds,
};
pub use file::{ConvenantFile, FileError};
pub use group::{Group, GroupError};
pub use hearing::Hearing;
pub use holdings::{HeldActs, Holdings, NoPlace, NotTaken, Taking, Travel, Unfitting, Version};
pub use state::{Convenant, State};

pub use crate::act::{ActError, ActId, Motivation, MotivationFault, Testimony};

/// The largest content that is read.
pub const MAX_CONTENT_BYTES: usize = 131_072;

#[cfg(test)]
pub(crate) mod samples;
