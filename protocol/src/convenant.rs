// SPDX-License-Identifier: EUPL-1.2
//! The sharing agreement: content, hash, signatures, state.

mod content;

pub use content::{
    Budgets, Cadence, ConvenantContent, ConvenantHash, Delta, JoinRule, Member, PurposeTerms,
    Thresholds,
};
