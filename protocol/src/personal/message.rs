// SPDX-License-Identifier: EUPL-1.2
//! Looks through every text in a message, whatever its fields are called, before it leaves.
//!
//! It reads the encoded form, so a field that a later version adds is looked at as well, without anybody thinking of it.

use super::{Functional, Place, places};
use crate::message::Message;
use crate::wire::{self, EncodeError, Item};

/// What leads to a person in the texts of a message, by field, such as `decision.released.answer.contact.team`.
///
/// # Errors
///
/// When the message has no encoding.
pub fn in_message<M: Message>(
    message: &M,
    functional: &Functional,
) -> Result<Vec<Place>, EncodeError> {
    let bytes = wire::encode(message)?;
    let item = Item::parse(&bytes, bytes.len()).map_err(EncodeError::NotOnTheWire)?;
    let mut found = Vec::new();
    look(&item, "", functional, &mut found);
    Ok(found)
}

fn look(item: &Item<'_>, field: &str, functional: &Functional, found: &mut Vec<Place>) {
    match item {
        Item::Text(text) => found.extend(places(field, text, functional)),
        Item::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                look(item, &format!("{field}[{number}]"), functional, found);
            }
        }
        Item::Map(pairs) => {
            for (key, value) in pairs {
                look(key, field, functional, found);
                look(value, &inside(field, key), functional, found);
            }
        }
        Item::Unsigned(_) | Item::Negative(_) | Item::Bytes(_) | Item::Bool(_) | Item::Null => {}
    }
}

fn inside(field: &str, key: &Item<'_>) -> String {
    match (field, key) {
        ("", Item::Text(name)) => (*name).to_owned(),
        (_, Item::Text(name)) => format!("{field}.{name}"),
        _ => field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::message::{
        Answer, ContactAnswer, ContractAnswer, ContractRole, Decision, InzageDecision, Law,
        ManifestRequest, Variant, WireObligations,
    };
    use crate::octets::Octets;
    use crate::personal::Personal;
    use crate::purpose::PurposeId;

    fn answer(team: &str, telephone: &str, care_form: &str) -> InzageDecision {
        InzageDecision {
            v: 1,
            request_id: Octets([1; 16]),
            req_hash: Octets([2; 32]),
            decision: Decision::Released {
                answer: Answer {
                    contract: Some(vec![ContractAnswer {
                        law: Law::Wmo,
                        care_forms: BTreeSet::from([care_form.to_owned()]),
                        variant: Variant::Taakgericht,
                        role: ContractRole::Main,
                        from: "2026-01-02".parse().unwrap(),
                        until: "2026-12-31".parse().ok(),
                    }]),
                    contact: Some(ContactAnswer {
                        team: team.to_owned(),
                        mailbox: "toezicht@voorbeeld.nl".to_owned(),
                        telephone: telephone.to_owned(),
                    }),
                    ..Answer::default()
                },
                obligations: WireObligations {
                    retain_until: crate::time::Timestamp::from_secs(1_800_000_000),
                    no_onward_sharing: true,
                    purpose_id: PurposeId::matching(),
                    convenant_hash: Octets([3; 32]),
                    source_oin: "00000099000000307000".parse().unwrap(),
                },
            },
            policy_hash: Octets([4; 32]),
            head: None,
        }
    }

    fn said(message: &impl Message) -> Vec<(String, usize, Personal)> {
        let functional = Functional::new().with("toezicht@voorbeeld.nl", "088 123 45 67");
        let found = in_message(message, &functional).unwrap();
        let said = found.into_iter();
        said.map(|place| (place.field, place.position, place.kind))
            .collect()
    }

    #[test]
    fn an_answer_with_the_functional_contact_holds_nothing_of_a_person() {
        assert_eq!(said(&answer("Toezicht", "088 123 45 67", "02")), []);
    }

    #[test]
    fn in_every_field_it_is_found_and_the_field_is_named() {
        let contact = "decision.released.answer.contact";
        assert_eq!(
            said(&answer("Toezicht, 06-12345678", "088 123 45 67", "02")),
            [(format!("{contact}.team"), 11, Personal::Telephone)]
        );
        assert_eq!(
            said(&answer("Toezicht", "06 12345678", "02")),
            [(format!("{contact}.telephone"), 1, Personal::Telephone)]
        );
        assert_eq!(
            said(&answer("Toezicht", "088 123 45 67", "111222333")),
            [(
                "decision.released.answer.contract[0].care_forms[0]".to_owned(),
                1,
                Personal::CitizenServiceNumber
            )]
        );
        let request = ManifestRequest {
            v: 1,
            group_id: "groep van jan@voorbeeld.nl".to_owned(),
            purpose_id: PurposeId::matching(),
            epoch: 1,
        };
        assert_eq!(
            said(&request),
            [("group_id".to_owned(), 11, Personal::Mailbox)]
        );
    }
}
