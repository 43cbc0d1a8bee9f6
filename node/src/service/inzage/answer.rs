// SPDX-License-Identifier: EUPL-1.2
//! Makes an answer from the own records: no more than the obligations name, and *dat* only.

use std::collections::BTreeSet;

use basisnet_policy::{Catalogue, Entry, Obligations};
use basisnet_protocol::message::{
    Answer, ContactAnswer, ContractAnswer, Decision, HalfYear, InzageDecision, InzageRequest,
    LabelAnswer, Law, ToezichtAnswer, ToezichtState, WireObligations,
};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, PurposeId};
use basisnet_protocol::time::Date;

use super::behalf::Care;
use super::{FORM, Inzagen};
use crate::audit::Hash;
use crate::service::betrokkenheid::{Betrokkenheid, Involvement};

/// The most contracts in one answer; the newest first.
pub(super) const MAX_CONTRACTS: usize = 100;

/// What an answer is made from, read before it is decided on.
#[derive(Debug)]
pub(super) struct Material {
    involved: Vec<Betrokkenheid>,
    laws: BTreeSet<Law>,
    contact: Option<ContactAnswer>,
    today: Date,
}

impl Inzagen {
    /// The own records about an aanbieder, as far as the purpose looks at them.
    pub(super) fn material(
        &self,
        mut involved: Vec<Betrokkenheid>,
        request: &InzageRequest,
    ) -> Material {
        if let Some(behalf) = &request.on_behalf {
            // Without a mandate there is nothing to tell, whoever decides on it.
            match self.mandate_of(behalf) {
                Ok(Some(mandate)) => Care::keep(&mut involved, &mandate),
                Ok(None) | Err(_) => involved.clear(),
            }
        }
        let catalogue = self.parts.base.engine.catalogue();
        let entry = catalogue.entry(&request.purpose_id, request.purpose_version);
        Material {
            involved,
            laws: entry
                .map(|entry| laws(entry, &catalogue))
                .unwrap_or_default(),
            contact: self.contact(&request.purpose_id),
            today: self.parts.base.clock.now().date(),
        }
    }

    /// Whom others call: for this purpose, else for what matching is about.
    fn contact(&self, purpose: &PurposeId) -> Option<ContactAnswer> {
        let contacts = &self.parts.base.contacts;
        let contact = contacts
            .get(purpose)
            .or_else(|| contacts.get(&PurposeId::matching()))
            .or_else(|| contacts.values().next())?;
        Some(ContactAnswer {
            team: contact.team.clone(),
            mailbox: contact.mailbox.clone(),
            telephone: contact.telefoon.clone(),
        })
    }

    /// A decision of this node on a question, as it travels.
    pub(super) fn decision(
        request_id: Octets<16>,
        req_hash: Hash,
        decision: Decision,
        policy_hash: Hash,
    ) -> InzageDecision {
        InzageDecision {
            v: FORM,
            request_id,
            req_hash,
            decision,
            policy_hash,
            head: None,
        }
    }

    /// The answer with what the receiver must do with it.
    pub(super) fn given(
        &self,
        request: &InzageRequest,
        material: &Material,
        obligations: &Obligations,
    ) -> Decision {
        Decision::Released {
            answer: material.answer(&obligations.categories),
            obligations: WireObligations {
                retain_until: obligations.retain_until,
                no_onward_sharing: true,
                purpose_id: request.purpose_id.clone(),
                convenant_hash: request.convenant_hash,
                source_oin: self.me(),
            },
        }
    }
}

/// The laws under which a purpose looks: data of one domain is not told for another (AUT-02).
fn laws(entry: &Entry, catalogue: &Catalogue) -> BTreeSet<Law> {
    let law = |name: &str| match name {
        "Wmo 2015" => Some(Law::Wmo),
        "Jeugdwet" => Some(Law::Jeugdwet),
        _ => None,
    };
    // What is done for a member rests on the law of the purpose on which it builds.
    let underlying = entry.builds_on.iter().filter(|_| entry.for_member);
    let underlying = underlying.filter_map(|id| catalogue.newest(id));
    let bases = underlying.chain([entry]).flat_map(|entry| &entry.bases);
    bases.filter_map(|basis| law(&basis.law)).collect()
}

impl Material {
    /// An entry for each category that may be given, and nothing for the others.
    fn answer(&self, categories: &BTreeSet<Category>) -> Answer {
        let asked = |category| categories.contains(&category);
        Answer {
            contract: asked(Category::Contract).then(|| self.contracts()),
            toezicht: self.toezicht().filter(|_| asked(Category::Toezicht)),
            label: self.label().filter(|_| asked(Category::Label)),
            contact: self.contact.clone().filter(|_| asked(Category::Contact)),
        }
    }

    fn kept(&self) -> impl Iterator<Item = &Involvement> {
        let all = self.involved.iter().map(|one| &one.involvement);
        all.filter(|involvement| involvement.kept_until() > self.today)
    }

    fn contracts(&self) -> Vec<ContractAnswer> {
        let mut contracts: Vec<ContractAnswer> = self
            .kept()
            .filter_map(|involvement| match involvement {
                Involvement::Contract(contract) => Some(contract),
                Involvement::Toezicht(_) | Involvement::Label(_) => None,
            })
            .filter(|contract| self.laws.contains(&contract.law))
            .map(|contract| ContractAnswer {
                law: contract.law,
                care_forms: contract.care_forms.clone(),
                variant: contract.variant,
                role: contract.role,
                from: contract.from,
                until: contract.until,
            })
            .collect();
        contracts.sort_by_key(|contract| std::cmp::Reverse(contract.from));
        contracts.truncate(MAX_CONTRACTS);
        contracts
    }

    /// Over all supervision together, whatever its kind and whatever the purpose: open when anything runs.
    fn toezicht(&self) -> Option<ToezichtAnswer> {
        let states = self.kept().filter_map(|involvement| match involvement {
            Involvement::Toezicht(toezicht) => Some(toezicht.state_on(self.today)),
            Involvement::Contract(_) | Involvement::Label(_) => None,
        });
        let (state, day) =
            states.max_by_key(|(state, day)| (*state == ToezichtState::Open, *day))?;
        Some(ToezichtAnswer {
            state,
            half_year: HalfYear::of(day),
        })
    }

    fn label(&self) -> Option<LabelAnswer> {
        let labels = self.kept().filter_map(|involvement| match involvement {
            Involvement::Label(label) => Some(label),
            Involvement::Contract(_) | Involvement::Toezicht(_) => None,
        });
        let newest = labels.max_by_key(|label| label.date)?;
        newest.hearing_over.then_some(LabelAnswer {
            letter: newest.letter,
            date: newest.date,
            framework_version: newest.framework_version,
        })
    }
}
