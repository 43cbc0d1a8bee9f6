// SPDX-License-Identifier: EUPL-1.2
//! May this leave? Request in, decision with reasons out.
//!
//! A [`Question`] says who asks whom for what and why; [`Facts`] say what the node knows about it, and what it
//! does not know. The [`Engine`] answers with a [`Decision`]: a [`Permit`] with [`Obligations`], or a [`Refusal`]
//! that names every legal test that said no. Only a permit makes a [`Released`], and only what is released can be
//! recorded and sent. So a forgotten decision does not compile.
//!
//! The tests themselves are the Cedar texts in `guards/`, one legal test each, with its law, an explanation and
//! what would be needed. Purposes are data in `catalogue/`, convenanten are data that their members signed. This
//! crate reads no file and no clock: the time is handed in, like every other fact.
//!
//! **Unclear means no.** A fact that is not known refuses. A rule that cannot be evaluated refuses. A rule text
//! with so much as a warning is not loaded.

pub mod adl;
pub mod analysis;
pub mod authzen;
pub mod cases;
mod catalogue;
mod context;
mod convenant;
mod decide;
mod decision;
pub mod difference;
pub mod explain;
mod guard;
mod obligations;
pub mod position;
mod record;
mod released;
mod replay;
mod request;
mod rules;
mod selection;

pub use catalogue::{
    Basis, Beyond, Catalogue, Controller, Entry, Excess, Exchange, MAX_ANSWER_DAYS, NaturalPersons,
    NotATerm, OwnTerm, OwnUse, Standing, Term,
};
pub use convenant::{ConvenantFacts, ConvenantRef};
pub use decide::Engine;
pub use decision::{Decision, Grounds, Permit, Reason, Refusal};
pub use guard::{Guard, GuardId, NotAGuardId};
pub use obligations::Obligations;
pub use record::{Depth, Domain, Field, NotAField, NotARecordKind, RecordKind};
pub use released::Released;
pub use replay::{ReplayError, StoredInputs};
pub use request::{
    AanbiederFacts, Action, DataClass, Fact, Facts, FgAdvice, Followed, FurtherUse, Given, InForce,
    Mandate, PersonFacts, Question, RecordFacts,
};
pub use rules::{LoadError, Rules};
pub use selection::{Selection, Verdict};
