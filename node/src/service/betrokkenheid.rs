// SPDX-License-Identifier: EUPL-1.2
//! How the own organisation is involved with an aanbieder.

use crate::clock::Clock;
use crate::store::Store;

/// The involvements of one gemeente.
#[derive(Clone, Debug)]
pub struct Betrokkenheden {}

impl Betrokkenheden {
    /// The involvements in a store.
    #[must_use]
    pub fn new(_store: Store, _clock: Clock) -> Self {
        Self {}
    }
}
