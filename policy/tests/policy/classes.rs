// SPDX-License-Identifier: EUPL-1.2
//! Clients, suspicion and offences have no place in anything that leaves: not in a message, not in a rule, not in a
//! purpose. What cannot be written down cannot be let through by mistake.

use basisnet_policy::{Catalogue, DataClass, Depth, Field, LoadError, RecordKind, Rules};
use basisnet_protocol::message::{Answer, InzageRequest};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_protocol::wire;
use serde_json::json;

use crate::scene::WEIGHING;

/// Words for what never leaves.
const NEVER: [&str; 8] = [
    "client",
    "strafrechtelijk",
    "bijzonder",
    "verdenking",
    "signaal",
    "melding",
    "onderzoek",
    "aantekening",
];

#[test]
fn no_category_of_an_answer_is_about_clients_or_offences() {
    for word in NEVER {
        assert!(word.parse::<Category>().is_err(), "{word}");
        assert!(serde_json::from_value::<Category>(json!(word)).is_err());
    }
    for class in [
        DataClass::Client,
        DataClass::Strafrechtelijk,
        DataClass::Bijzonder,
    ] {
        assert!(class.as_str().parse::<Category>().is_err(), "{class:?}");
    }
    // What goes is dat, field by field; of these kinds of record nothing goes at all.
    for field in Field::ALL {
        let travels = field.category().is_some();
        assert!(!travels || field.depth() == Depth::Dat, "{field}");
        let stays = [
            RecordKind::Signaal,
            RecordKind::Melding,
            RecordKind::Onderzoek,
            RecordKind::Aantekening,
        ];
        assert!(!travels || !stays.contains(&field.kind()), "{field}");
    }
}

#[test]
fn an_answer_with_one_field_more_is_no_answer() {
    let nothing = serde_json::to_value(Answer::default()).unwrap();
    assert!(serde_json::from_value::<Answer>(nothing.clone()).is_ok());
    for word in NEVER {
        let mut more = nothing.clone();
        more[word] = json!("ja");
        assert!(serde_json::from_value::<Answer>(more).is_err(), "{word}");
    }
    let mut deeper = nothing;
    deeper["toezicht"] = json!({ "state": "open", "half_year": { "year": 2026, "half": 2 } });
    assert!(serde_json::from_value::<Answer>(deeper.clone()).is_ok());
    deeper["toezicht"]["reden"] = json!("fraude");
    assert!(serde_json::from_value::<Answer>(deeper).is_err());
}

/// A question about supervision, as it goes over the wire.
fn question() -> Vec<u8> {
    let request = InzageRequest {
        v: 1,
        ctx: Octets([0; 32]),
        convenant_hash: Octets([0; 32]),
        handle: Octets([0; 8]),
        seq: 1,
        tag: Octets([0; 8]),
        own_proof: Octets([0; 32]),
        purpose_id: "P03".parse().unwrap(),
        purpose_version: 1,
        legal_basis: "wmo-6.1".parse().unwrap(),
        requester_role: Role::Contractmanager,
        requester: Octets([0; 16]),
        case_ref: Octets([0; 32]),
        weighing: WEIGHING,
        categories: [Category::Toezicht].into(),
        traceparent: String::new(),
        head: None,
        on_behalf: None,
    };
    wire::encode(&request).unwrap()
}

/// The same with another word for what is asked: a text of CBOR is its length and its letters.
fn asking_for(word: &str) -> Vec<u8> {
    let text = |word: &str| [&[0x60 + u8::try_from(word.len()).unwrap()], word.as_bytes()].concat();
    let (bytes, asked) = (question(), text("toezicht"));
    let at = bytes.windows(asked.len()).position(|part| part == asked);
    let at = at.unwrap();
    [&bytes[..at], &text(word), &bytes[at + asked.len()..]].concat()
}

#[test]
fn nobody_can_even_ask_for_it() {
    let asked = |word| wire::decode::<InzageRequest>(&asking_for(word), 16_384);
    assert_eq!(asked("label").unwrap().categories, [Category::Label].into());
    for word in NEVER {
        assert!(asked(word).is_err(), "{word}");
    }
}

#[test]
fn no_rule_can_speak_of_it() {
    for word in NEVER {
        let rule = format!(
            "@id(\"L01-eigen\") @wet(\"beleid\") @uitleg(\"nee\") @nodig(\"ja\")\nforbid (principal, action == Action::\"inspect\", resource)\nunless {{ resource == Category::\"{word}\" }};"
        );
        let LoadError::Faults(faults) = Rules::load(&[("eigen.cedar", &rule)]).unwrap_err() else {
            panic!("{word}: a test is missing")
        };
        let fault = faults.iter().next().unwrap();
        assert_eq!(
            (fault.file.as_str(), fault.line),
            ("eigen.cedar", 3),
            "{word}"
        );
        assert_eq!(fault.field, "L01-eigen");
        assert!(!fault.expected.is_empty() && !fault.mend.is_empty());
    }
}

#[test]
fn no_purpose_can_give_it() {
    let texts = Catalogue::embedded_texts();
    let (_, p03) = texts.iter().find(|(file, _)| *file == "P03.toml").unwrap();
    let line = p03.lines().position(|line| line.starts_with("categorieen"));
    for word in NEVER {
        let text = p03.replace(
            "\"toezicht\", \"contact\"",
            &format!("\"toezicht\", \"{word}\""),
        );
        let told = Catalogue::from_texts(&[("P03.toml", &text)]).unwrap_err();
        let fault = told.iter().next().unwrap();
        assert_eq!(fault.line, line.unwrap() + 1, "{told}");
        assert_eq!(fault.field, "categorieen[2]", "{told}");
        assert!(
            fault.fault.contains(word) && fault.expected.contains("contact"),
            "{told}"
        );
    }
    for field in Field::ALL.iter().filter(|field| field.category().is_none()) {
        let text = p03.replace(
            "bewaartermijn_dagen",
            &format!(
                "velden = [\"{field}\", \"toezicht.stand\", \"contact.team\"]\nbewaartermijn_dagen"
            ),
        );
        let told = Catalogue::from_texts(&[("P03.toml", &text)]).unwrap_err();
        let fault = told.iter().next().unwrap();
        assert_eq!(
            (fault.field.as_str(), fault.line),
            ("velden", line.unwrap() + 2),
            "{told}"
        );
    }
}
