// SPDX-License-Identifier: EUPL-1.2
//! Private matching: two nodes find the aanbieders that both have, and learn no more.

use serde::{Deserialize, Serialize};

/// A kind of identifier that is matched, apart from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Namespace {
    /// Trade register number, eight digits.
    Kvk,
    /// AGB code, eight digits.
    Agb,
    /// Establishment number, twelve digits.
    Vst,
}
