// SPDX-License-Identifier: EUPL-1.2
//! Who else knows an aanbieder, for a person who looks: as the rules show it, and with the look in the log.

use std::collections::{BTreeMap, BTreeSet};

use basisnet_policy::{Domain, Fact, Field, RecordFacts, RecordKind};
use basisnet_protocol::id::Oin;
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::Timestamp;

use super::{TrefferFault, Treffers, TreffersOf};
use crate::audit::{Event, Id};
use crate::service::aanbieder::{Aanbieder, Aanbieders, STANDING, data_classes};
use crate::service::account::{AccountId, Actor};
use crate::service::own::{Look, Mask, OwnError, OwnRecord};

/// The aanbieders that other members know too, each with who that is.
type Known = BTreeMap<Id, BTreeSet<Oin>>;

/// What others know about one aanbieder of the register, as far as matching found it.
struct Picture<'a, T> {
    aanbieder: &'a Aanbieder,
    found: &'a T,
}

impl<T: Clone> OwnRecord for Picture<'_, T> {
    type Seen = Option<T>;

    fn id(&self) -> Id {
        self.aanbieder.id
    }

    fn kind(&self) -> RecordKind {
        RecordKind::Treffer
    }

    fn aanbieder(&self) -> Id {
        self.aanbieder.id
    }

    fn facts(&self, _: AccountId) -> RecordFacts {
        RecordFacts {
            domain: Some(Domain::Samenwerking),
            handed_over_to: Some(BTreeSet::new()),
            collected_for: Some(PurposeId::matching()),
            laws: Some(BTreeSet::new()),
            data_classes: Some(data_classes(self.aanbieder)),
            assigned: Fact::No,
            shielded: Fact::No,
            restricted: Fact::from(self.aanbieder.restricted),
            secret: Fact::No,
            secrecy_weighed: Fact::No,
            // What is past its epoch is not in the picture any more.
            retained_until: Some(STANDING.start()),
        }
    }

    fn seen(&self, mask: &Mask, _: Timestamp) -> Option<T> {
        mask.pick(Field::TrefferGemeenten, || self.found.clone())
    }
}

impl Treffers {
    /// Whether this person ever sees who else knows an aanbieder.
    #[must_use]
    pub fn ever_sees(&self, actor: &Actor) -> bool {
        let register = self.register.as_ref();
        register.is_some_and(|register| register.own.ever_sees(actor, RecordKind::Treffer))
    }

    /// Goes on for who does.
    ///
    /// # Errors
    /// For all others, with every reason.
    pub async fn must_ever_see(&self, actor: &Actor) -> Result<(), TrefferFault> {
        let own = &self.register()?.own;
        Ok(own.must_ever_see(actor, RecordKind::Treffer).await?)
    }

    /// Who else knows an aanbieder; that somebody looked is in the log.
    ///
    /// # Errors
    /// When the rules do not show it, there is no such aanbieder, or the store cannot be read or written.
    pub async fn show(&self, actor: &Actor, aanbieder: Id) -> Result<TreffersOf, TrefferFault> {
        let register = self.register()?;
        let look = |look: &mut Look<'_>| {
            let Some(about) = register.get(aanbieder)? else {
                look.must_ever_see(RecordKind::Treffer)?;
                return Err(TrefferFault::NoSuchAanbieder);
            };
            let found = self.of(aanbieder)?;
            let picture = Picture {
                aanbieder: &about,
                found: &found,
            };
            let shown = look.must_see(&picture)?;
            let shown = shown.ok_or(TrefferFault::NoSuchAanbieder)?;
            let count = u32::try_from(shown.count()).unwrap_or(u32::MAX);
            look.tell(move |purpose, grounds| Event::TrefferShown {
                aanbieder,
                count,
                purpose,
                grounds: Some(grounds),
            });
            Ok(shown)
        };
        register.own.view(actor, None, look).await
    }

    /// Every aanbieder that another member knows too, with who that is; that somebody looked is in the log.
    ///
    /// # Errors
    /// When there is no purpose for which the caller sees any, or the store cannot be read or written.
    pub async fn show_all(&self, actor: &Actor) -> Result<Known, TrefferFault> {
        let register = self.register()?;
        let look = |look: &mut Look<'_>| {
            look.must_ever_see(RecordKind::Treffer)?;
            seen(look, register, self.all()?)
        };
        register.own.view(actor, None, look).await
    }

    /// The same for these aanbieders only, such as those that a search found; nothing for who never sees treffers.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn show_some(
        &self,
        actor: &Actor,
        among: &BTreeSet<Id>,
    ) -> Result<Known, TrefferFault> {
        if !self.ever_sees(actor) {
            return Ok(Known::new());
        }
        let register = self.register()?;
        let look = |look: &mut Look<'_>| {
            let mut some = self.all()?;
            some.retain(|aanbieder, _| among.contains(aanbieder));
            seen(look, register, some)
        };
        register.own.view(actor, None, look).await
    }

    /// Who else knows each of these, for who follows what is found; that somebody looked is in the log.
    ///
    /// # Errors
    /// When there is no purpose for which the caller sees any, or the store cannot be read or written.
    pub(in crate::service) async fn show_each(
        &self,
        actor: &Actor,
        among: &BTreeSet<Id>,
    ) -> Result<BTreeMap<Id, TreffersOf>, TrefferFault> {
        let register = self.register()?;
        let look = |look: &mut Look<'_>| {
            look.must_ever_see(RecordKind::Treffer)?;
            let mut shown = BTreeMap::new();
            for id in among {
                let Some(aanbieder) = register.get(*id)? else {
                    continue;
                };
                let found = match self.of(*id) {
                    Err(TrefferFault::NoSuchAanbieder) => continue,
                    found => found?,
                };
                let picture = Picture {
                    aanbieder: &aanbieder,
                    found: &found,
                };
                shown.extend(look.see(&picture).flatten().map(|found| (*id, found)));
            }
            Ok(shown)
        };
        register.own.view(actor, None, look).await
    }

    /// Whether an aanbieder is in the register and not restricted, so that who sees treffers sees those on it.
    pub(in crate::service) fn may_be_shown(&self, aanbieder: Id) -> Result<bool, TrefferFault> {
        let register = self.register()?;
        let found = register.get(aanbieder)?;
        Ok(found.is_some_and(|found| !found.restricted))
    }

    fn register(&self) -> Result<&Aanbieders, OwnError> {
        let register = self.register.as_ref();
        register.ok_or_else(|| OwnError::Refused(Vec::new()))
    }
}

fn seen(look: &mut Look<'_>, register: &Aanbieders, all: Known) -> Result<Known, TrefferFault> {
    let mut known = Known::new();
    for (id, found) in all {
        let Some(aanbieder) = register.get(id)? else {
            continue;
        };
        let picture = Picture {
            aanbieder: &aanbieder,
            found: &found,
        };
        known.extend(look.see(&picture).flatten().map(|found| (id, found)));
    }
    Ok(known)
}
