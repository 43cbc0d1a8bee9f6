// SPDX-License-Identifier: EUPL-1.2
//! An aanbieder as far as one person sees it.

use std::collections::BTreeSet;

use basisnet_policy::{DataClass, Domain, Fact, Field, RecordFacts, RecordKind};
use basisnet_protocol::id::{
    AgbCode, KvkNummer, LegalForm, NaturalPersonBehind, Rsin, Vestigingsnummer,
};
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::{Date, Timestamp};

use super::{Aanbieder, AanbiederId, NoPart};
use crate::audit::Id;
use crate::service::account::AccountId;
use crate::service::own::{Mask, OwnRecord};

/// The register has no term of its own yet, and other records go with the period that sealed them: what can be read of
/// them is kept.
pub(in crate::service) const STANDING: Date = Date::from_days(2_932_896);

/// What one person sees of an aanbieder. What the rules do not show is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The id in this node.
    pub id: AanbiederId,
    /// For which purpose it is shown; none where only this is told: its state.
    pub purpose: Option<PurposeId>,
    /// Whether its processing is restricted.
    pub restricted: bool,
    /// What people call it.
    pub naam: Option<String>,
    /// When it was added.
    pub created: Option<Timestamp>,
    /// Its numbers.
    pub nummers: Option<Nummers>,
    /// Its legal form, and what follows from that.
    pub vorm: Option<Vorm>,
}

/// The numbers of an aanbieder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nummers {
    /// In the trade register.
    pub kvk: Option<KvkNummer>,
    /// Its establishments.
    pub vestigingen: Vec<Vestigingsnummer>,
    /// In the AGB register.
    pub agb: Vec<AgbCode>,
    /// As a legal person.
    pub rsin: Option<Rsin>,
}

/// The legal form of an aanbieder, and what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vorm {
    /// Its legal form.
    pub legal_form: LegalForm,
    /// Whether a natural person stands behind it.
    pub person: NaturalPersonBehind,
    /// Why it takes no part in matching.
    pub no_part: Option<NoPart>,
}

impl Seen {
    /// That the processing is restricted or not, and nothing else.
    pub(super) const fn state(aanbieder: &Aanbieder) -> Self {
        Self {
            id: aanbieder.id,
            purpose: None,
            restricted: aanbieder.restricted,
            naam: None,
            created: None,
            nummers: None,
            vorm: None,
        }
    }
}

/// Of which kinds the data about an aanbieder are.
pub(in crate::service) fn data_classes(aanbieder: &Aanbieder) -> BTreeSet<DataClass> {
    let mut classes = BTreeSet::from([DataClass::Organisatie]);
    if aanbieder.natural_person_behind() != NaturalPersonBehind::No {
        classes.insert(DataClass::NatuurlijkPersoon);
    }
    classes
}

impl Aanbieder {
    /// What the rules need to know about it. The register is one: contract management and supervision keep it together.
    pub(in crate::service) fn own_facts(&self) -> RecordFacts {
        RecordFacts {
            domain: Some(Domain::Contractbeheer),
            handed_over_to: Some(BTreeSet::from([
                Domain::ToezichtKwaliteit,
                Domain::ToezichtRechtmatigheid,
            ])),
            collected_for: "P01".parse().ok(),
            laws: Some(BTreeSet::new()),
            data_classes: Some(data_classes(self)),
            assigned: Fact::No,
            shielded: Fact::No,
            restricted: Fact::from(self.restricted),
            secret: Fact::No,
            secrecy_weighed: Fact::No,
            retained_until: Some(STANDING.start()),
        }
    }
}

impl OwnRecord for Aanbieder {
    type Seen = Seen;

    fn id(&self) -> Id {
        self.id
    }

    fn kind(&self) -> RecordKind {
        RecordKind::Aanbieder
    }

    fn aanbieder(&self) -> Id {
        self.id
    }

    fn facts(&self, _who: AccountId) -> RecordFacts {
        self.own_facts()
    }

    fn seen(&self, mask: &Mask, _now: Timestamp) -> Seen {
        Seen {
            id: self.id,
            purpose: Some(mask.purpose().clone()),
            restricted: self.restricted,
            naam: mask.pick(Field::AanbiederNaam, || self.naam.clone()),
            created: mask.pick(Field::AanbiederNaam, || self.created),
            nummers: mask.pick(Field::AanbiederNummers, || Nummers {
                kvk: self.kvk,
                vestigingen: self.vestigingen.clone(),
                agb: self.agb.clone(),
                rsin: self.rsin,
            }),
            vorm: mask.pick(Field::AanbiederRechtsvorm, || Vorm {
                legal_form: self.legal_form,
                person: self.natural_person_behind(),
                no_part: self.no_part(),
            }),
        }
    }
}
