// SPDX-License-Identifier: EUPL-1.2
//! The decisions with which others prove that they speak AuthZEN, through our own request and response.
//!
//! The data are not part of this repository. The test looks for them in the file that
//! `BASISNET_AUTHZEN_DECISIONS` names, and in `shared/data` beside or above the repository; without them it says so.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use basisnet_policy::authzen::{Properties, Request, Response, Value};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, RestrictedExpression,
};
use serde::Deserialize;

/// The rules of the scenario: everybody reads; who edits, edits its own; who manages, edits all.
const POLICY: &str = r#"
permit (principal, action in [Action::"can_read_user", Action::"can_read_todos"], resource);
permit (principal, action == Action::"can_create_todo", resource)
when { ["beheert", "schrijft"].contains(principal.rol) };
permit (principal, action in [Action::"can_update_todo", Action::"can_delete_todo"], resource)
when { principal.rol == "beheert" };
permit (principal, action in [Action::"can_update_todo", Action::"can_delete_todo"], resource)
when { principal.rol == "schrijft" && resource has ownerID && resource.ownerID == principal.eigen };
"#;

/// The subjects: how the id goes on after its first two letters, the role, and the end of the id of the own todo.
const SUBJECTS: [(&str, &str, &str); 5] = [
    ("RmZDA2", "beheert", "b92"),
    ("RmZDE2", "schrijft", "b91"),
    ("RmZDI2", "schrijft", "b93"),
    ("RmZDM2", "leest", "b94"),
    ("RmZDQ2", "leest", "b95"),
];

#[derive(Deserialize)]
struct File {
    evaluation: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    request: Request,
    expected: bool,
}

fn data() -> Option<String> {
    let named = std::env::var_os("BASISNET_AUTHZEN_DECISIONS").map(PathBuf::from);
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = here
        .ancestors()
        .map(|folder| folder.join("shared/data/authzen/decisions-authorization-api-1_0-02.json"));
    let mut places = named.into_iter().chain(beside);
    places.find_map(|place| std::fs::read_to_string(place).ok())
}

fn uid(kind: &str, id: &str) -> EntityUid {
    let kind = EntityTypeName::from_str(kind).unwrap();
    EntityUid::from_type_name_and_id(kind, EntityId::new(id))
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

fn owner(properties: &Properties) -> Option<&str> {
    match properties.get("ownerID")? {
        Value::Text(owner) => Some(owner),
        Value::Truth(_) | Value::Number(_) | Value::List(_) | Value::Record(_) => None,
    }
}

/// Answers a request by the rules above.
fn answer(rules: &PolicySet, request: &Request, owners: &BTreeMap<String, String>) -> Response {
    let known = SUBJECTS
        .iter()
        .find(|(id, ..)| request.subject.id[2..].starts_with(id));
    let (_, role, todo) = known.unwrap();
    let own = owners.iter().find(|(id, _)| id.ends_with(todo)).unwrap().1;
    let person = [("rol", text(role)), ("eigen", text(own))];
    let subject = uid("Subject", &request.subject.id);
    let resource = uid("Resource", &request.resource.id);
    let about = owner(&request.resource.properties).map(|owner| ("ownerID", text(owner)));
    let named = |(name, value): (&str, RestrictedExpression)| (name.to_owned(), value);
    let entities = [
        Entity::new(subject.clone(), person.map(named).into(), [].into()).unwrap(),
        Entity::new(
            resource.clone(),
            about.map(named).into_iter().collect(),
            [].into(),
        )
        .unwrap(),
    ];
    let entities = Entities::from_entities(entities, None).unwrap();
    let action = uid("Action", &request.action.name);
    let asked =
        cedar_policy::Request::new(subject, action, resource, Context::empty(), None).unwrap();
    let decided = Authorizer::new().is_authorized(&asked, rules, &entities);
    assert_eq!(decided.diagnostics().errors().count(), 0);
    Response {
        decision: decided.decision() == Decision::Allow,
        context: Properties::new(),
    }
}

#[test]
fn the_forty_decisions_of_the_authzen_scenario_come_out_right() {
    let Some(text) = data() else {
        eprintln!("skipped: BASISNET_AUTHZEN_DECISIONS does not name the decisions");
        return;
    };
    let file: File = serde_json::from_str(&text).unwrap();
    assert_eq!(file.evaluation.len(), 40);
    let todos = file.evaluation.iter().map(|one| &one.request.resource);
    let owners =
        todos.filter_map(|todo| Some((todo.id.clone(), owner(&todo.properties)?.to_owned())));
    let owners: BTreeMap<_, _> = owners.collect();
    let rules = PolicySet::from_str(POLICY).unwrap();
    for One { request, expected } in &file.evaluation {
        let response = serde_json::to_value(answer(&rules, request, &owners)).unwrap();
        assert_eq!(
            response,
            serde_json::json!({ "decision": expected }),
            "{request:?}"
        );
        let again: Request =
            serde_json::from_value(serde_json::to_value(request).unwrap()).unwrap();
        assert_eq!(&again, request);
    }
}
