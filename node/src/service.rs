// SPDX-License-Identifier: EUPL-1.2
//! What the node can do, a noun each. The doors (API, pages, peers, time) call these and decide nothing themselves.
//!
//! A service is a struct that is cheap to clone and holds what it needs. Every call that a person makes takes the
//! [`account::Actor`] that made it: there is no way to act without being somebody.

pub mod aanbieder;
pub mod account;
pub mod betrokkenheid;
pub mod import;
pub mod matching;
pub mod publication;

use crate::clock::Clock;
use crate::config::Config;
use crate::store::Store;
use aanbieder::Aanbieders;
use account::{AccountRules, Accounts};
use betrokkenheid::Betrokkenheden;

/// All services of one node.
#[derive(Clone, Debug)]
pub struct Services {
    /// Who may do what, and who is signed in.
    pub accounts: Accounts,
    /// The register of aanbieders.
    pub aanbieders: Aanbieders,
    /// How the own organisation is involved with them.
    pub betrokkenheden: Betrokkenheden,
}

impl Services {
    /// Puts the services together.
    #[must_use]
    pub fn new(config: &Config, store: &Store, clock: &Clock) -> Self {
        let aanbieders = Aanbieders::new(store.clone(), clock.clone(), config);
        Self {
            accounts: Accounts::new(
                store.clone(),
                clock.clone(),
                AccountRules::from_config(config),
            ),
            betrokkenheden: Betrokkenheden::new(store.clone(), clock.clone()),
            aanbieders,
        }
    }
}
