// SPDX-License-Identifier: EUPL-1.2
//! Questions that are put for another: by which mandate, and about which care.
//!
//! A question rests on one mandate, which it names. So the purposes of one never go with the care of another, and both
//! logs say by whose word was asked. Everything else is for the rules to say, at both sides.

use std::collections::BTreeSet;

use basisnet_policy::{Fact, Mandate as MandateFacts};
use basisnet_protocol::id::Oin;
use basisnet_protocol::mandate::{Mandate, MandateHash};
use basisnet_protocol::message::OnBehalf;
use basisnet_protocol::purpose::{Category, PurposeId};
use basisnet_protocol::time::Date;

use super::{InzageError, Inzagen};
use crate::service::betrokkenheid::{Betrokkenheid, Involvement};
use crate::service::matching::{Pair, mandate_facts};
use crate::store::StoreError;

/// For whom the own organisation asks, and by which mandate; none where there is none, so that the rules can say so.
#[derive(Clone, Debug)]
pub(super) struct Behalf {
    pub(super) member: Oin,
    mandate: Option<Mandate>,
}

impl Behalf {
    /// What the rules get to know of it.
    pub(super) fn facts(&self) -> Option<MandateFacts> {
        self.mandate.as_ref().map(mandate_facts)
    }

    /// How the question names it. A permit rests on a mandate, so that is never absent then.
    pub(super) fn on_the_wire(&self) -> Option<OnBehalf> {
        let mandate = self.mandate.as_ref()?;
        Some(OnBehalf {
            member: self.member,
            mandate: mandate.hash(),
        })
    }
}

impl Inzagen {
    /// For whom somebody wants to ask. Of several mandates of one member the one for the most care is taken, of those that
    /// name the purpose.
    pub(super) fn behalf(
        &self,
        named: Option<&str>,
        purpose: &PurposeId,
    ) -> Result<Option<Behalf>, InzageError> {
        let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) else {
            return Ok(None);
        };
        let member = self.member(named)?;
        let mut held = self.parts.around.mandates_of(self.me())?;
        held.retain(|mandate| mandate.content().member == member);
        let mandate = held.into_iter().max_by_key(|mandate| {
            let content = mandate.content();
            let fits = content.purposes.contains(purpose);
            (fits, content.care_forms.len(), mandate.hash())
        });
        Ok(Some(Behalf { member, mandate }))
    }

    /// What the rules get to know of the mandate that a question names: nothing when it is not known here, was not signed
    /// by both, or was withdrawn. To whom and by whom it was given they hold against who asks, and for whom.
    pub(super) fn mandate_of(&self, behalf: &OnBehalf) -> Result<Option<MandateFacts>, StoreError> {
        let named: MandateHash = behalf.mandate;
        Ok(self
            .parts
            .around
            .mandate(named)?
            .as_ref()
            .map(mandate_facts))
    }

    /// Whether the two that exchange may do so for this member: where it takes no part itself, nobody does for it.
    pub(super) fn also_open(
        &self,
        open: Fact,
        pair: Option<&Pair>,
        member: Oin,
        source: Oin,
    ) -> Result<Fact, StoreError> {
        let Some(pair) = pair.filter(|_| open == Fact::Yes) else {
            return Ok(open);
        };
        let (convenant, now) = (pair.convenant.hash(), self.parts.base.clock.now());
        (self.parts.around).takes_part(convenant, member, source, now)
    }

    pub(super) fn today_here(&self) -> Date {
        self.parts.base.clock.now().date()
    }
}

/// About which care an answer would be; none when that is not known, and not known refuses.
pub(super) struct Care;

impl Care {
    /// Leaves out the contracts that are about other care than the mandate names.
    pub(super) fn keep(involved: &mut Vec<Betrokkenheid>, mandate: &MandateFacts) {
        involved.retain(|one| match &one.involvement {
            Involvement::Contract(contract) => contract.care_forms.is_subset(&mandate.care_forms),
            Involvement::Toezicht(_) | Involvement::Label(_) => true,
        });
    }

    /// Leaves out the contracts that are about other care than the mandate names, and says about which care the rest is.
    ///
    /// A contract says which care it is about. Supervision and a label do not: they are about all the care of the aanbieder
    /// here, and where no contract says which that is, it is not known.
    pub(super) fn within(
        involved: &mut Vec<Betrokkenheid>,
        mandate: Option<&MandateFacts>,
        categories: &BTreeSet<Category>,
        today: Date,
    ) -> Option<BTreeSet<String>> {
        let all = forms(involved, today);
        if let Some(mandate) = mandate {
            Self::keep(involved, mandate);
        }
        let within = forms(involved, today);
        let whole = [Category::Toezicht, Category::Label];
        if within.is_empty() || whole.iter().any(|one| categories.contains(one)) {
            return (!all.is_empty()).then_some(all);
        }
        Some(within)
    }
}

/// The care that the contracts are about.
fn forms(involved: &[Betrokkenheid], today: Date) -> BTreeSet<String> {
    let kept = involved.iter().map(|one| &one.involvement);
    let kept = kept.filter(|involvement| involvement.kept_until() > today);
    let forms = kept.filter_map(|involvement| match involvement {
        Involvement::Contract(contract) => Some(&contract.care_forms),
        Involvement::Toezicht(_) | Involvement::Label(_) => None,
    });
    forms.flatten().cloned().collect()
}
