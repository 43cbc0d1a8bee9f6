// SPDX-License-Identifier: EUPL-1.2
//! The register of aanbieders.

use crate::clock::Clock;
use crate::config::Config;
use crate::store::Store;

/// The aanbieders of one gemeente.
#[derive(Clone, Debug)]
pub struct Aanbieders {}

impl Aanbieders {
    /// The register in a store.
    #[must_use]
    pub fn new(_store: Store, _clock: Clock, _config: &Config) -> Self {
        Self {}
    }
}
