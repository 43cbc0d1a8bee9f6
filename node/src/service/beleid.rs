// SPDX-License-Identifier: EUPL-1.2
//! The policy of this node: which rules and which catalogue count.

mod current;

pub use current::{CatalogueInUse, CurrentEngine, RulesInUse};
