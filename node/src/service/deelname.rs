// SPDX-License-Identifier: EUPL-1.2
//! What the own organisation did, and has still to do, before it takes part: the list that a coordinator goes through
//! with each member of a region.
//!
//! It is about the node and its papers and never about an aanbieder, so everybody who works here may see it. What other
//! members still have to do they tell themselves, to whom they choose.

mod record;
mod region;

use std::collections::BTreeSet;

use basisnet_protocol::convenant::State;
use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;

use super::Base;
use super::aanbieder::Aanbieders;
use super::account::{Actor, NotAllowed};
use super::convenant::{ActKind, Convenanten, Standing as Version};
use super::doel::{DoelError, Doelen, Standing};
use super::leden::Leden;
use super::sweep::Sweeps;
use crate::clock::Clock;
use crate::keys::CurrentOrg;
use crate::outbox::Outbox;
use crate::store::{CommitError, Store, StoreError};

pub use record::Sharing;
pub use region::{MemberStand, Told};

/// How far the own organisation is.
#[derive(Clone, Debug)]
pub struct Stand {
    /// When this was looked at.
    pub now: Timestamp,
    /// Until when the certificate of the organisation is valid.
    pub certificate_until: Timestamp,
    /// Until when the own card counts; none when there is no card yet.
    pub card_until: Option<Timestamp>,
    /// The convenanten that count, or wait for somebody.
    pub agreements: Vec<Agreement>,
    /// The purposes in them, or that of matching where there are none yet.
    pub purposes: Vec<Standing>,
    /// Whether there is anything to compare.
    pub has_aanbieders: bool,
    /// With how many members may be exchanged now.
    pub partners: usize,
    /// How many of those were asked all there was to ask.
    pub swept: usize,
}

/// A convenant that counts, or waits for somebody.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// The sharing group.
    pub group: String,
    /// Where it stands.
    pub state: State,
    /// Whether the own organisation accepted it.
    pub accepted: bool,
}

/// Looks how far the own organisation is.
#[derive(Clone, Debug)]
pub struct Deelname {
    me: Oin,
    store: Store,
    clock: Clock,
    outbox: Outbox,
    org: CurrentOrg,
    aanbieders: Aanbieders,
    convenanten: Convenanten,
    leden: Leden,
    doelen: Doelen,
    sweeps: Sweeps,
}

impl Deelname {
    /// From what the node knows of itself.
    #[must_use]
    pub fn new(
        base: &Base,
        aanbieders: &Aanbieders,
        convenanten: &Convenanten,
        leden: &Leden,
        doelen: &Doelen,
        sweeps: &Sweeps,
    ) -> Self {
        Self {
            me: base.config.organisatie.oin,
            store: base.store.clone(),
            clock: base.clock.clone(),
            outbox: base.outbox.clone(),
            org: base.org.clone(),
            aanbieders: aanbieders.clone(),
            convenanten: convenanten.clone(),
            leden: leden.clone(),
            doelen: doelen.clone(),
            sweeps: sweeps.clone(),
        }
    }

    /// How far the own organisation is now.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn stand(&self, _actor: &Actor) -> Result<Stand, DeelnameError> {
        let now = self.clock.now();
        let versions = self.convenanten.all()?;
        let mut versions: Vec<_> = versions
            .into_iter()
            .filter(|one| self.counts(one))
            .collect();
        versions.reverse();
        let partners = self.convenanten.members(now)?;
        let swept = self.sweeps.swept_with()?;
        Ok(Stand {
            now,
            certificate_until: self.org.current().certificate().not_after,
            card_until: self.leden.one(self.me)?.map(|own| own.record.expires),
            purposes: self.standings(&versions)?,
            agreements: versions.iter().map(|one| self.agreement(one)).collect(),
            has_aanbieders: self.aanbieders.count()? > 0,
            partners: partners.len(),
            swept: partners.intersection(&swept).count(),
        })
    }

    /// Whether the own organisation is in it and did not leave it, and it is not over.
    fn counts(&self, version: &Version) -> bool {
        version.convenant.is_party(self.me)
            && !self.did(version, ActKind::Withdraw)
            && matches!(
                version.state,
                State::Draft(_) | State::Accepted | State::Active
            )
    }

    fn agreement(&self, version: &Version) -> Agreement {
        Agreement {
            group: version.convenant.content().group_id.clone(),
            state: version.state.clone(),
            accepted: self.did(version, ActKind::Accept),
        }
    }

    fn did(&self, version: &Version, kind: ActKind) -> bool {
        let mut acts = version.convenant.acts().iter();
        acts.any(|act| act.by() == self.me && act.kind() == kind)
    }

    /// What is known here of the purposes that these versions name. One that the catalogue lacks is left out: nothing is
    /// exchanged for it, whatever somebody decides.
    fn standings(&self, versions: &[Version]) -> Result<Vec<Standing>, DeelnameError> {
        let named = versions
            .iter()
            .flat_map(|one| &one.convenant.content().purposes);
        let mut named: BTreeSet<_> = named.map(|terms| terms.id.clone()).collect();
        named.insert(PurposeId::matching());
        let mut found = Vec::new();
        for purpose in named {
            match self.doelen.standing_of(&purpose) {
                Ok(standing) => found.push(standing),
                Err(DoelError::Unknown) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(found)
    }
}

/// What keeps the list from being made.
#[derive(Debug, thiserror::Error)]
pub enum DeelnameError {
    /// The store does not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The purposes do not read.
    #[error(transparent)]
    Doel(#[from] DoelError),
    /// The store does not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The own organisation is in no such group, or left it.
    #[error("no such group")]
    NoSuchGroup,
    /// This one is not in that group.
    #[error("`{0}` is not a member of this group")]
    NotAFellow(String),
}
