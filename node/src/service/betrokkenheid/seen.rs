// SPDX-License-Identifier: EUPL-1.2
//! An involvement as far as one person sees it: all of it, or only *that* there is something.

use std::collections::BTreeSet;

use basisnet_policy::{Domain, Fact, Field, RecordFacts, RecordKind};
use basisnet_protocol::message::{
    ContractRole, HalfYear, LabelLetter, Law, ToezichtState, Variant,
};
use basisnet_protocol::purpose::PurposeId;
use basisnet_protocol::time::{Date, Timestamp};

use super::record::{
    Betrokkenheid, BetrokkenheidId, Contract, HandedOver, Involvement, Label, Secrecy, Task,
    Toezicht,
};
use crate::audit::Id;
use crate::service::aanbieder::{Aanbieder, AanbiederId, data_classes};
use crate::service::account::AccountId;
use crate::service::own::{Deed, Mask, OwnRecord};

/// What one person sees of an involvement. What the rules do not show is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The record.
    pub id: BetrokkenheidId,
    /// With whom.
    pub aanbieder: AanbiederId,
    /// For which purpose it is shown.
    pub purpose: PurposeId,
    /// What is shown of it.
    pub what: What,
    /// What else was agreed, or why this letter.
    pub words: Option<String>,
    /// To which tasks it was handed over.
    pub handed_over: Vec<SeenHandOver>,
    /// Whether it is under professional secrecy.
    pub secret: bool,
}

/// A hand-over: that it took place, and for who sees the content also by whom and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenHandOver {
    /// To which task.
    pub to: Domain,
    /// When.
    pub at: Timestamp,
    /// By whom, and what for.
    pub told: Option<(String, String)>,
}

/// What is shown of an involvement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Of a contract.
    Contract {
        /// Under which law.
        law: Option<Law>,
        /// Product categories.
        care_forms: Option<BTreeSet<String>>,
        /// How performance is paid.
        variant: Option<Variant>,
        /// Main or subcontractor.
        role: Option<ContractRole>,
        /// The first day and the last.
        term: Option<(Date, Option<Date>)>,
    },
    /// Of supervision.
    Toezicht {
        /// Open or closed.
        state: Option<ToezichtState>,
        /// In which half-year.
        half_year: Option<HalfYear>,
        /// Of which kind, under which law, and from when to when.
        file: Option<Toezicht>,
    },
    /// Of a label.
    Label {
        /// The letter, and whether the aanbieder was heard.
        letter: Option<(LabelLetter, bool)>,
        /// When it was given.
        date: Option<Date>,
        /// By which version of the criteria.
        framework: Option<u32>,
    },
}

/// An involvement with the aanbieder it is about: of both something is to be known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stuk<'a> {
    pub(super) betrokkenheid: &'a Betrokkenheid,
    pub(super) aanbieder: &'a Aanbieder,
}

impl Involvement {
    /// To which task of the gemeente it belongs.
    #[must_use]
    pub const fn domain(&self) -> Domain {
        match self {
            Self::Contract(_) | Self::Label(_) => Domain::Contractbeheer,
            Self::Toezicht(toezicht) => match toezicht.task {
                Task::Quality => Domain::ToezichtKwaliteit,
                Task::Lawfulness => Domain::ToezichtRechtmatigheid,
            },
        }
    }

    /// Which kind of record it is.
    #[must_use]
    pub const fn kind(&self) -> RecordKind {
        match self {
            Self::Contract(_) => RecordKind::Contract,
            Self::Toezicht(_) => RecordKind::Toezicht,
            Self::Label(_) => RecordKind::Label,
        }
    }

    const fn law(&self) -> Option<Law> {
        match self {
            Self::Contract(contract) => Some(contract.law),
            Self::Toezicht(toezicht) => Some(toezicht.law),
            Self::Label(_) => None,
        }
    }
}

impl Stuk<'_> {
    /// Writing or changing it.
    pub(super) fn handled(&self, who: AccountId) -> Deed {
        let kind = self.betrokkenheid.involvement.kind();
        Deed::handle(kind, Some(self.aanbieder.id), self.own_facts(who))
    }

    /// What the rules need to know about it.
    pub(super) fn own_facts(&self, who: AccountId) -> RecordFacts {
        let secrecy = self.betrokkenheid.secrecy.as_ref();
        let weighed = |secrecy: &Secrecy| secrecy.weighed.iter().any(|one| one.account == who);
        let involvement = &self.betrokkenheid.involvement;
        RecordFacts {
            domain: Some(involvement.domain()),
            handed_over_to: Some(
                self.betrokkenheid
                    .handed_over
                    .iter()
                    .map(|one| one.to)
                    .collect(),
            ),
            collected_for: involvement.collected_for(),
            laws: Some(involvement.law().into_iter().collect()),
            data_classes: Some(data_classes(self.aanbieder)),
            assigned: Fact::No,
            shielded: Fact::No,
            restricted: Fact::from(self.aanbieder.restricted),
            secret: Fact::from(secrecy.is_some()),
            secrecy_weighed: Fact::from(secrecy.is_some_and(weighed)),
            retained_until: Some(involvement.kept_until().start()),
        }
    }
}

impl Stuk<'_> {
    /// The field that says what a record is about.
    const fn content(&self) -> Field {
        match self.betrokkenheid.involvement {
            Involvement::Contract(_) => Field::ContractAfspraken,
            Involvement::Toezicht(_) => Field::ToezichtSoort,
            Involvement::Label(_) => Field::LabelOnderbouwing,
        }
    }

    fn words(&self, mask: &Mask) -> Option<String> {
        let words = mask.pick(self.content(), || self.betrokkenheid.words.clone());
        words.flatten()
    }

    fn hand_overs(&self, mask: &Mask) -> Vec<SeenHandOver> {
        let seen = |one: &HandedOver| SeenHandOver {
            to: one.to,
            at: one.at,
            told: mask.pick(self.content(), || {
                (one.by_name.clone(), one.because.clone())
            }),
        };
        self.betrokkenheid.handed_over.iter().map(seen).collect()
    }
}

impl OwnRecord for Stuk<'_> {
    type Seen = Seen;

    fn id(&self) -> Id {
        self.betrokkenheid.id
    }

    fn kind(&self) -> RecordKind {
        self.betrokkenheid.involvement.kind()
    }

    fn aanbieder(&self) -> Id {
        self.betrokkenheid.aanbieder
    }

    fn facts(&self, who: AccountId) -> RecordFacts {
        self.own_facts(who)
    }

    fn seen(&self, mask: &Mask, now: Timestamp) -> Seen {
        Seen {
            id: self.betrokkenheid.id,
            aanbieder: self.betrokkenheid.aanbieder,
            purpose: mask.purpose().clone(),
            what: match &self.betrokkenheid.involvement {
                Involvement::Contract(contract) => of_contract(contract, mask),
                Involvement::Toezicht(toezicht) => of_toezicht(toezicht, mask, now.date()),
                Involvement::Label(label) => of_label(label, mask),
            },
            words: self.words(mask),
            handed_over: self.hand_overs(mask),
            secret: self.betrokkenheid.secrecy.is_some(),
        }
    }
}

fn of_contract(contract: &Contract, mask: &Mask) -> What {
    What::Contract {
        law: mask.pick(Field::ContractWet, || contract.law),
        care_forms: mask.pick(Field::ContractZorgvormen, || contract.care_forms.clone()),
        variant: mask.pick(Field::ContractVariant, || contract.variant),
        role: mask.pick(Field::ContractPlaats, || contract.role),
        term: mask.pick(Field::ContractPeriode, || (contract.from, contract.until)),
    }
}

fn of_toezicht(toezicht: &Toezicht, mask: &Mask, today: Date) -> What {
    let (state, day) = toezicht.state_on(today);
    What::Toezicht {
        state: mask.pick(Field::ToezichtStand, || state),
        half_year: mask.pick(Field::ToezichtHalfjaar, || HalfYear::of(day)),
        file: mask.pick(Field::ToezichtSoort, || toezicht.clone()),
    }
}

fn of_label(label: &Label, mask: &Mask) -> What {
    What::Label {
        letter: mask.pick(Field::LabelLetter, || (label.letter, label.hearing_over)),
        date: mask.pick(Field::LabelDatum, || label.date),
        framework: mask.pick(Field::LabelKader, || label.framework_version),
    }
}
