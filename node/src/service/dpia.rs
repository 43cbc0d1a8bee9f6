// SPDX-License-Identifier: EUPL-1.2
//! The data protection impact assessment (DPIA, AVG art. 35), filled with what this node knows about itself.
//!
//! The text is a template for people; a place in it that says `{{…}}` is filled here, and nothing else. What the node
//! fills in is a fact: what was agreed and decided, what is exchanged, who may do what, how long things are kept.
//! Whether that is necessary, lawful and acceptable is for people, so those places stay open. There is no name of a
//! person in it, only roles and numbers.

mod agreed;
mod decided;
mod flows;
mod kept;
mod machine;
mod page;

use basisnet_protocol::time::Timestamp;
use sha2::{Digest, Sha256};

use super::Base;
use super::aanbieder::Aanbieders;
use super::account::{Accounts, Actor, Function, NotAllowed};
use super::convenant::Convenanten;
use super::doel::{DoelError, Doelen};
use super::leden::Leden;
use super::model;
use crate::audit::{Event, Hash, Log};
use crate::store::{Change, CommitError, StoreError};

/// Makes the assessment, from what the other services know.
#[derive(Clone, Debug)]
pub struct Dpia {
    accounts: Accounts,
    aanbieders: Aanbieders,
    convenanten: Convenanten,
    leden: Leden,
    doelen: Doelen,
    base: Base,
    log: Log,
}

/// An assessment as it was made at a moment.
#[derive(Clone, Debug)]
pub struct Document {
    /// When.
    pub made: Timestamp,
    /// The text, in Markdown.
    pub text: String,
    /// SHA-256 of the text, as in the log.
    pub hash: Hash,
}

/// Why there is no assessment.
#[derive(Debug, thiserror::Error)]
pub enum DpiaError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl Dpia {
    /// The assessment of the node with these services.
    #[must_use]
    pub fn new(
        base: &Base,
        accounts: &Accounts,
        aanbieders: &Aanbieders,
        convenanten: &Convenanten,
        leden: &Leden,
        doelen: &Doelen,
    ) -> Self {
        Self {
            accounts: accounts.clone(),
            aanbieders: aanbieders.clone(),
            convenanten: convenanten.clone(),
            leden: leden.clone(),
            doelen: doelen.clone(),
            log: Log::new(base.store.clone()),
            base: base.clone(),
        }
    }

    /// Fills the template with the facts of this moment, and writes in the log that this was done.
    ///
    /// # Errors
    /// When the caller may not, or the store does not read or write.
    pub async fn make(&self, actor: &Actor) -> Result<Document, DpiaError> {
        actor.require(Function::MakeDpia)?;
        let made = self.base.clock.now();
        let text = page::fill(model::DPIA, &self.facts(actor, made)?);
        let hash: Hash = <[u8; 32]>::from(Sha256::digest(&text)).into();
        let event = Event::DpiaMade { document: hash };
        let change = Change::new().audit(event.by(actor.by()));
        self.base.store.commit(change).await?;
        Ok(Document { made, text, hash })
    }

    /// What goes where: the name of a place, and the text for it.
    fn facts(&self, actor: &Actor, now: Timestamp) -> Result<Vec<page::Fact>, DpiaError> {
        let register = self.aanbieders.all()?;
        let standing = self.convenanten.all()?;
        let doelen = self.doelen.list(actor).map_err(only_store)?;
        Ok(vec![
            ("NAAM", page::plain(&self.base.config.organisatie.naam)),
            ("DATUM", now.date().to_string()),
            ("NODE", machine::node(&self.base, now)),
            ("DEKKING", kept::dekking(&register)),
            (
                "NATUURLIJKE_PERSONEN",
                kept::natural_persons(&register, &standing),
            ),
            ("STROMEN", flows::table(model::BEGRIPPEN)),
            ("DOELEN", decided::doelen(&doelen)),
            ("CONVENANTEN", agreed::convenanten(&standing)),
            ("INSTELLINGEN", machine::settings(&self.base.config)),
            ("VERTROUWEN", machine::trust(&self.base, now)),
            ("ROLLEN", kept::roles(&self.accounts.count_by_role()?)),
            ("TERMIJNEN", kept::terms(&standing, &doelen)),
            ("GRONDSLAGEN", decided::bases(&doelen, &standing)),
            ("REGELS", machine::rules(&self.base.engine.current())),
            (
                "QUOTA",
                agreed::quota(&self.base.config, &self.leden.all()?),
            ),
            ("LOGBOEK", kept::log(&self.log)?),
        ])
    }
}

/// Listing the purposes takes no role and names none, so only the store can stand in the way.
fn only_store(error: DoelError) -> DpiaError {
    match error {
        DoelError::NotAllowed(error) => error.into(),
        DoelError::Store(error) => error.into(),
        DoelError::Commit(error) => error.into(),
        DoelError::Unknown
        | DoelError::NoAdvice
        | DoelError::NotTwo(_)
        | DoelError::AgainstAdvice
        | DoelError::InForceAlready
        | DoelError::NotInForce
        | DoelError::NotValid { .. }
        | DoelError::Over(_)
        | DoelError::Text(_) => StoreError::Corrupt("doel".to_owned()).into(),
    }
}

#[cfg(test)]
mod tests;
