// SPDX-License-Identifier: EUPL-1.2
//! What the log keeps of a decision, and how another system reads it: an Authorization Decision Log record with an
//! AuthZEN request and response inside.

use std::collections::BTreeSet;

use basisnet_policy::adl::{Answer, LogRecord, Versions};
use basisnet_policy::authzen::{Properties, Request, TRACEPARENT, Trace, Value};
use basisnet_policy::{Decision, Fact};
use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Category;
use basisnet_protocol::wire;
use serde_json::json;

use crate::scene::{Scene, cases, engine};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn base(name: &str) -> Scene {
    let cases = cases();
    let base = cases.bases().find(|base| base.name == name);
    base.unwrap().scene.clone()
}

fn record(scene: &Scene) -> (Decision, serde_json::Value) {
    let decision = scene.decide(&engine());
    let grounds = decision.grounds();
    let record = LogRecord::new(
        &scene.question,
        &Answer::of(&decision),
        Trace::parse(TRACE).unwrap(),
        scene.now,
        Octets([3; 32]),
        Versions {
            regels: grounds.policy_hash,
            catalogus: grounds.catalogue_hash,
            convenant: grounds.convenant_hash,
        },
    );
    let json = serde_json::to_value(record).unwrap();
    (decision, json)
}

#[test]
fn a_yes_reads_as_a_record_of_the_authorization_decision_log() {
    let scene = base("beantwoorden");
    let (decision, json) = record(&scene);
    let grounds = decision.grounds();
    assert_eq!(
        json,
        json!({
            "trace_id": "0af7651916cd43dd8448eb211c80319c",
            "span_id": "b7ad6b7169203331",
            "event_name": "adl.access_evaluation",
            "timestamp": "2026-11-21T10:00:00Z",
            "status": "Unset",
            "request": {
                "subject": {
                    "type": "organisatie",
                    "id": scene.question.asker.to_string(),
                    "properties": { "rol": "toezichthouder_kwaliteit" },
                },
                "action": {
                    "name": "inspect",
                    "properties": {
                        "doel": "P03",
                        "doelversie": 1,
                        "grondslag": "wmo-6.1",
                        "gegevens": ["toezicht", "contact"],
                    },
                },
                "resource": {
                    "type": "organisatie",
                    "id": scene.question.source.to_string(),
                },
                "context": {
                    "traceparent": TRACE,
                    "tijdstip": "2026-11-21T10:00:00Z",
                    "invoer": "03".repeat(32),
                    "weging": true,
                    "zaak": "07".repeat(32),
                },
            },
            "response": {
                "decision": true,
                "context": {
                    "obligations": [{
                        "id": "beperkt-gebruik",
                        "type": "custom",
                        "properties": {
                            "gegevens": ["toezicht", "contact"],
                            "bewaren_tot": "2027-02-19T10:00:00Z",
                            "kleinste_groep": 5,
                            "niet_doorgeven": true,
                        },
                    }],
                },
            },
            "policies": {
                "regels": grounds.policy_hash.to_string(),
                "catalogus": grounds.catalogue_hash.to_string(),
                "convenant": "01".repeat(32),
            },
        })
    );
}

#[test]
fn a_no_is_no_error_and_names_every_test_that_said_it() {
    let mut scene = base("treffen");
    scene.facts.pair_open = Fact::Unknown;
    scene.facts.suspended = Fact::Yes;
    let (_, json) = record(&scene);
    assert_eq!(json["status"], "Unset");
    assert_eq!(
        json["response"],
        json!({
            "decision": false,
            "context": { "reason_admin": ["V04-niet-geschorst", "V05-paar"] },
        })
    );
    // A treffer is about no category, and nobody asks for it in a role.
    assert_eq!(json["request"]["subject"].get("properties"), None);
    let about = &json["request"]["action"]["properties"];
    assert_eq!(about.get("gegevens"), None);
    assert_eq!(json["request"]["context"].get("zaak"), None);
    assert_eq!(json["request"]["context"]["weging"], false);
}

#[test]
fn what_was_not_given_stands_beside_what_was() {
    let cases = cases();
    let part = cases
        .others()
        .find(|case| case.name == "een deel van het gevraagde");
    let (decision, json) = record(&part.unwrap().scene);
    let context = &json["response"]["context"];
    assert_eq!(json["response"]["decision"], true);
    assert_eq!(
        context["niet_gegeven"],
        json!({ "label": ["V33-label-gehoord"] })
    );
    let given = &context["obligations"][0]["properties"]["gegevens"];
    assert_eq!(given, &json!(["contact"]));
    let answer = Answer::of(&decision);
    assert_eq!(
        answer.all_guards(),
        BTreeSet::from(["V33-label-gehoord".parse().unwrap()])
    );
    assert!(answer.withheld.contains_key(&Category::Label));
}

#[test]
fn an_answer_that_is_kept_is_read_as_it_was_given() {
    let cases = cases();
    let engine = engine();
    for scene in cases.scenes() {
        let decision = scene.decide(&engine);
        let answer = Answer::of(&decision);
        assert_eq!(answer, decision.grounds().answer);
        let kept = answer.encode().unwrap();
        let read: Answer = wire::decode(&kept, kept.len()).unwrap();
        assert_eq!(read, answer);
        if let Decision::Refuse(refusal) = &decision {
            assert_eq!(&answer.all_guards(), refusal.guards());
        }
    }
}

#[test]
fn a_request_is_known_by_its_traceparent_and_by_nothing_else() {
    let scene = base("vragen");
    let trace = Trace::parse(TRACE).unwrap();
    let mut request = Request::of(&scene.question, trace, scene.now, Octets([3; 32]));
    assert_eq!(request.identifier(), Ok(trace));
    for wrong in [Value::Number(1), TRACE.to_uppercase().as_str().into()] {
        request.context.insert(TRACEPARENT.to_owned(), wrong);
        assert!(request.identifier().is_err());
    }
    request.context = Properties::new();
    assert!(request.identifier().is_err());
}
