// SPDX-License-Identifier: EUPL-1.2
//! What the rules need to know about a question, and where the node gets it from.

use std::collections::BTreeSet;

use basisnet_policy::{AanbiederFacts, DataClass, Fact, Facts, PersonFacts};
use basisnet_protocol::id::{NaturalPersonBehind, Oin};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, PurposeId};
use basisnet_protocol::time::{Date, Timestamp};

use super::{InzageError, Inzagen};
use crate::audit::Id;
use crate::service::aanbieder::Aanbieder;
use crate::service::account::Actor;
use crate::service::betrokkenheid::{Betrokkenheid, Involvement};
use crate::service::doel::further_uses;
use crate::service::matching::Pair;
use crate::service::own;
use crate::service::publication::Claim;
use crate::store::StoreError;

impl Inzagen {
    /// The agreements with a member; one in which the two exchange comes first.
    pub(super) fn pairs_with(&self, peer: Oin) -> Result<Vec<Pair>, StoreError> {
        let now = self.parts.base.clock.now();
        let mut pairs = self.parts.around.pairs_with(peer, now)?;
        pairs.sort_by_key(|pair| pair.open != Fact::Yes);
        Ok(pairs)
    }

    /// The agreement with a member in a sharing group: the version that is in force now.
    pub(super) fn pair_in(&self, peer: Oin, group: &str) -> Result<Option<Pair>, StoreError> {
        let pairs = self.pairs_with(peer)?;
        Ok(pairs
            .into_iter()
            .find(|pair| pair.content().group_id == group))
    }

    /// The agreement under which a question to this member goes, with the treffer in its group: one that has the
    /// purpose and a treffer, else one that has the purpose, else any, so that the rules can say what is wrong.
    pub(super) fn ground_for(
        &self,
        aanbieder: Id,
        peer: Oin,
        purpose: &PurposeId,
        message: Octets<16>,
    ) -> Result<(Option<Pair>, Option<Claim>), InzageError> {
        let mut pairs = self.pairs_with(peer)?;
        let has_it = |pair: &Pair| pair.content().terms_of(purpose).is_some();
        if pairs.iter().any(has_it) {
            pairs.retain(has_it);
        }
        for pair in &pairs {
            let group = &pair.content().group_id;
            if let Some(claim) = (self.parts.matched).claim(aanbieder, peer, group, message)? {
                return Ok((Some(pair.clone()), Some(claim)));
            }
        }
        Ok((pairs.into_iter().next(), None))
    }

    /// A member by its OIN, or by its name in a convenant when only one has that.
    pub(super) fn member(&self, named: &str) -> Result<Oin, InzageError> {
        if let Ok(oin) = named.trim().parse() {
            return Ok(oin);
        }
        let wanted = named.trim().to_lowercase();
        let short = |name: &str| {
            name.to_lowercase()
                .trim_start_matches("gemeente ")
                .to_owned()
        };
        let pairs = self.parts.around.pairs(self.parts.base.clock.now())?;
        let is_meant = |pair: &&Pair| {
            let name = &pair.name;
            name.to_lowercase() == wanted || short(name) == short(&wanted)
        };
        let meant: BTreeSet<Oin> = pairs
            .iter()
            .filter(is_meant)
            .map(|pair| pair.peer)
            .collect();
        // Two members with one name: whom is meant is not clear, so nobody is asked.
        match meant.len() {
            1 => meant.first().copied().ok_or(InzageError::UnknownMember),
            _ => Err(InzageError::UnknownMember),
        }
    }

    /// The facts about an agreement and a purpose.
    pub(super) fn facts_of(
        &self,
        pair: Option<&Pair>,
        purpose: &PurposeId,
        version: u32,
    ) -> Result<Facts, StoreError> {
        Ok(Facts {
            convenant: pair.map(|pair| pair.convenant.clone()),
            pair_open: pair.map_or(Fact::Unknown, |pair| pair.open),
            suspended: pair.map_or(Fact::Unknown, |pair| pair.suspended),
            in_force: self.parts.doelen.in_force(purpose, version)?,
            further_uses: further_uses(&self.parts.base.store)?,
            ..Facts::default()
        })
    }

    /// Who asks, for the rules.
    pub(super) fn person(&self, actor: &Actor) -> PersonFacts {
        own::person(actor, &self.parts.base.engine.catalogue())
    }

    /// The facts about an aanbieder of the own register and what is known of it, for an answer in these categories.
    pub(super) fn aanbieder_facts(
        &self,
        aanbieder: &Aanbieder,
        involved: &[Betrokkenheid],
        categories: &BTreeSet<Category>,
        treffer: Fact,
    ) -> AanbiederFacts {
        let today = self.parts.base.clock.now().date();
        AanbiederFacts {
            retained_until: kept_until(involved, categories, today),
            hearing_over: hearing(involved),
            treffer,
            collected_for: Some(
                told(involved, categories, today)
                    .filter_map(Involvement::collected_for)
                    .collect(),
            ),
            care_forms: Some(care_forms(told(involved, categories, today))),
            secret: Fact::from(involved.iter().any(|one| {
                one.secrecy.is_some() && categories.contains(&category_of(&one.involvement))
            })),
            ..person_facts(aanbieder)
        }
    }
}

/// What the register itself says about an aanbieder.
pub(super) fn person_facts(aanbieder: &Aanbieder) -> AanbiederFacts {
    let person = match aanbieder.natural_person_behind() {
        NaturalPersonBehind::Yes => Fact::Yes,
        NaturalPersonBehind::No => Fact::No,
        NaturalPersonBehind::Unknown => Fact::Unknown,
    };
    let mut classes = BTreeSet::from([DataClass::Organisatie]);
    if person != Fact::No {
        classes.insert(DataClass::NatuurlijkPersoon);
    }
    AanbiederFacts {
        natural_person: person,
        restricted: Fact::from(aanbieder.restricted),
        data_classes: Some(classes),
        // The register holds organisations, contracts and that there is supervision: nothing under secrecy, and nothing
        // that came from another gemeente.
        secret: Fact::No,
        received: Fact::No,
        ..AanbiederFacts::default()
    }
}

/// The records that an answer in these categories is made of.
fn told<'a>(
    involved: &'a [Betrokkenheid],
    categories: &'a BTreeSet<Category>,
    today: Date,
) -> impl Iterator<Item = &'a Involvement> {
    let all = involved.iter().map(|one| &one.involvement);
    let kept = all.filter(move |involvement| involvement.kept_until() > today);
    kept.filter(|involvement| categories.contains(&category_of(involvement)))
}

/// The forms of care that records are about.
fn care_forms<'a>(involved: impl Iterator<Item = &'a Involvement>) -> BTreeSet<String> {
    let forms = involved.filter_map(|involvement| match involvement {
        Involvement::Contract(contract) => Some(&contract.care_forms),
        Involvement::Toezicht(_) | Involvement::Label(_) => None,
    });
    forms.flatten().cloned().collect()
}

/// The category that tells about an involvement.
pub(super) const fn category_of(involvement: &Involvement) -> Category {
    match involvement {
        Involvement::Contract(_) => Category::Contract,
        Involvement::Toezicht(_) => Category::Toezicht,
        Involvement::Label(_) => Category::Label,
    }
}

/// When the first of the records in an answer must be gone; without such records, the last of all. None when there
/// is nothing to be involved by any more.
fn kept_until(
    involved: &[Betrokkenheid],
    categories: &BTreeSet<Category>,
    today: Date,
) -> Option<Timestamp> {
    let kept = |one: &&Betrokkenheid| one.involvement.kept_until() > today;
    let asked = |one: &&Betrokkenheid| categories.contains(&category_of(&one.involvement));
    let until = |one: &Betrokkenheid| one.involvement.kept_until();
    let first = involved.iter().filter(kept).filter(asked).map(until).min();
    let last = involved.iter().filter(kept).map(until).max();
    first.or(last).map(Date::start)
}

/// Whether the aanbieder was heard about its label; without a label there is nothing to be heard about.
fn hearing(involved: &[Betrokkenheid]) -> Fact {
    let labels = involved.iter().filter_map(|one| match &one.involvement {
        Involvement::Label(label) => Some((label.date, label.hearing_over)),
        Involvement::Contract(_) | Involvement::Toezicht(_) => None,
    });
    let newest = labels.max_by_key(|(date, _)| *date);
    newest.map_or(Fact::Unknown, |(_, heard)| Fact::from(heard))
}
