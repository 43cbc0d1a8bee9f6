// SPDX-License-Identifier: EUPL-1.2
//! The closed lists of a question and a refusal, in the words of the door.

use basisnet_protocol::message::{Proportionality, RefusalReason, Subsidiarity};
use basisnet_protocol::personal::{Personal, Place};

/// Why a question is in proportion.
pub(crate) const PROPORTIONALITY: [&str; 3] =
    ["lopend-onderzoek", "besluit-over-contract", "samenloop"];
/// Why it cannot be had otherwise.
pub(crate) const SUBSIDIARITY: [&str; 3] = [
    "aanbieder-gevraagd",
    "vragen-schaadt-toezicht",
    "niet-openbaar",
];
/// Why a person says no.
pub(crate) const REASONS: [&str; 3] = ["niet-in-verhouding", "schaadt-toezicht", "wettelijke-weg"];

/// What in a text leads to a person, where it stands, and what to do about it.
pub(super) fn personal(place: &Place) -> String {
    let kind = match place.kind {
        Personal::CitizenServiceNumber => "burgerservicenummer",
        Personal::Mailbox => "e-mailadres",
        Personal::Telephone => "telefoonnummer",
    };
    let position = place.position;
    format!(
        "vanaf teken {position} staat iets dat op een {kind} lijkt; laat het weg, want er mag niets in naar een persoon leiden"
    )
}

/// In the words of the door.
pub(crate) const fn proportionality(code: Proportionality) -> &'static str {
    match code {
        Proportionality::OngoingOnderzoek => "lopend-onderzoek",
        Proportionality::ContractDecision => "besluit-over-contract",
        Proportionality::Samenloop => "samenloop",
    }
}

/// From the words of the door.
pub(super) fn proportionality_of(text: &str) -> Option<Proportionality> {
    use Proportionality::{ContractDecision, OngoingOnderzoek, Samenloop};
    [OngoingOnderzoek, ContractDecision, Samenloop]
        .into_iter()
        .find(|code| proportionality(*code) == text)
}

/// In the words of the door.
pub(crate) const fn subsidiarity(code: Subsidiarity) -> &'static str {
    match code {
        Subsidiarity::AanbiederAsked => "aanbieder-gevraagd",
        Subsidiarity::AskingWouldHarm => "vragen-schaadt-toezicht",
        Subsidiarity::NotPublic => "niet-openbaar",
    }
}

/// From the words of the door.
pub(super) fn subsidiarity_of(text: &str) -> Option<Subsidiarity> {
    use Subsidiarity::{AanbiederAsked, AskingWouldHarm, NotPublic};
    [AanbiederAsked, AskingWouldHarm, NotPublic]
        .into_iter()
        .find(|code| subsidiarity(*code) == text)
}

/// In the words of the door.
pub(crate) const fn reason(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::NotProportionate => "niet-in-verhouding",
        RefusalReason::HarmsToezicht => "schaadt-toezicht",
        RefusalReason::StatutoryRoute => "wettelijke-weg",
        RefusalReason::NotDecidedInTime => "niet-op-tijd-besloten",
    }
}

/// From the words of the door; that nobody decided is nothing that somebody can say.
pub(super) fn reason_of(text: &str) -> Option<RefusalReason> {
    use RefusalReason::{HarmsToezicht, NotProportionate, StatutoryRoute};
    [NotProportionate, HarmsToezicht, StatutoryRoute]
        .into_iter()
        .find(|code| reason(*code) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_is_offered_is_understood() {
        assert!(
            PROPORTIONALITY
                .iter()
                .all(|word| proportionality_of(word).is_some())
        );
        assert!(
            SUBSIDIARITY
                .iter()
                .all(|word| subsidiarity_of(word).is_some())
        );
        assert!(REASONS.iter().all(|word| reason_of(word).is_some()));
        assert!(reason_of("niet-op-tijd-besloten").is_none());
    }
}
