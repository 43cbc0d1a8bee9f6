// SPDX-License-Identifier: EUPL-1.2
//! The rules that count at this moment.
//!
//! Rules and catalogue are swapped together, at once, without a restart. Whoever decides asks for the engine anew, so
//! the next decision is by the new rules and one that is under way ends by the rules it began with.

use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};

use basisnet_policy::{
    Catalogue, Decision, Engine, Facts, GuardId, Obligations, Question, Reason, Refusal, Rules,
    Selection,
};
use basisnet_protocol::time::Timestamp;

use crate::service::changes::Changes;

/// The engine in use. Cheap to clone; all clones see a swap.
#[derive(Clone, Debug)]
pub struct CurrentEngine(Arc<RwLock<Engine>>, Changes);

impl From<Engine> for CurrentEngine {
    fn from(engine: Engine) -> Self {
        Self(Arc::new(RwLock::new(engine)), Changes::default())
    }
}

impl CurrentEngine {
    /// The engine as it is now, for who takes several steps under the same rules.
    #[must_use]
    pub fn current(&self) -> Engine {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Puts another engine in its place.
    pub(super) fn swap(&self, engine: Engine) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = engine;
        self.1.note();
    }

    /// Goes up when other rules or another catalogue count.
    #[must_use]
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.1.follow()
    }

    /// The catalogue as it is now.
    #[must_use]
    pub fn catalogue(&self) -> CatalogueInUse {
        CatalogueInUse(self.current())
    }

    /// The rules as they are now.
    #[must_use]
    pub fn rules(&self) -> RulesInUse {
        RulesInUse(self.current())
    }

    /// As [`Engine::decide`], by the rules of now.
    pub fn decide(&self, question: &Question, facts: &Facts, now: Timestamp) -> Decision {
        self.current().decide(question, facts, now)
    }

    /// As [`Engine::decide_release`], by the rules of now.
    pub fn decide_release(
        &self,
        question: &Question,
        facts: &Facts,
        proposal: &Obligations,
        now: Timestamp,
    ) -> Decision {
        self.current()
            .decide_release(question, facts, proposal, now)
    }

    /// As [`Engine::select`], by the rules of now; the whole selection is judged by them.
    ///
    /// # Errors
    /// When nothing may be exchanged with this peer at all.
    pub fn select<K>(
        &self,
        question: Question,
        facts: Facts,
        now: Timestamp,
    ) -> Result<Selection<K>, Box<Refusal>> {
        self.current().select(question, facts, now)
    }

    /// Why not, in Dutch, for the own user.
    #[must_use]
    pub fn explain(&self, refusal: &Refusal) -> Vec<Reason> {
        self.current().explain(refusal)
    }

    /// The explanation of some tests, sorted by name.
    #[must_use]
    pub fn reasons(&self, guards: &std::collections::BTreeSet<GuardId>) -> Vec<Reason> {
        self.current().reasons(guards)
    }
}

/// The catalogue of one moment; it stays what it is while somebody looks at it.
#[derive(Debug)]
pub struct CatalogueInUse(Engine);

impl Deref for CatalogueInUse {
    type Target = Catalogue;

    fn deref(&self) -> &Catalogue {
        self.0.catalogue()
    }
}

/// The rules of one moment.
#[derive(Debug)]
pub struct RulesInUse(Engine);

impl Deref for RulesInUse {
    type Target = Rules;

    fn deref(&self) -> &Rules {
        self.0.rules()
    }
}
