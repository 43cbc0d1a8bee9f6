// SPDX-License-Identifier: EUPL-1.2
//! Makes the description, and compares it with what is served and with what is routed.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::OPENAPI;
use super::operations::OPERATIONS;
use crate::api::VERSION;

/// What a call sends.
#[derive(Clone, Copy)]
pub(super) enum Body {
    None,
    Json(&'static str),
    Csv,
    /// A file in a form of our own.
    File,
}

/// What a call answers.
#[derive(Clone, Copy)]
pub(super) enum Reply {
    One(&'static str),
    List(&'static str),
    Created(&'static str),
    Nothing,
}

/// Who may call.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Security {
    None,
    Bearer,
}

/// One operation.
#[derive(Clone, Copy)]
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) body: Body,
    pub(super) reply: Reply,
    pub(super) security: Security,
    pub(super) query: &'static [(&'static str, &'static str)],
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

impl Operation {
    fn describe(&self) -> Value {
        let mut value = json!({
            "operationId": self.id,
            "summary": self.summary,
            "tags": [self.tag()],
            "responses": self.responses(),
        });
        if self.security == Security::None {
            value["security"] = json!([]);
        }
        let parameters = self.parameters();
        if !parameters.is_empty() {
            value["parameters"] = Value::Array(parameters);
        }
        match self.body {
            Body::None => {}
            Body::Json(form) => {
                let schema = reference("schemas", form);
                value["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
            }
            Body::File => {
                let schema = json!({ "type": "string", "format": "binary" });
                value["requestBody"] = json!({ "required": true, "content": { "application/octet-stream": { "schema": schema } } });
            }
            Body::Csv => {
                value["requestBody"] = json!({ "required": true, "content": { "text/csv": { "schema": { "type": "string" } } } });
            }
        }
        value
    }

    fn tag(&self) -> &'static str {
        let first = self.path.trim_start_matches('/').split('/').next().unwrap();
        match first {
            "openapi.json" | "gezondheid" | "gereedheid" => "node",
            other => other,
        }
    }

    fn parameters(&self) -> Vec<Value> {
        let ids = self
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let ids = ids.map(|name| {
            json!({
                "name": name, "in": "path", "required": true, "description": "Het nummer, zoals de API het geeft",
                "schema": { "type": "string" },
            })
        });
        let query = self.query.iter().map(|(name, about)| {
            let kind = match *name {
                "na" | "aantal" | "vanaf" => "integer",
                "handeling" | "doel" => "string",
                _ => "boolean",
            };
            json!({ "name": name, "in": "query", "required": false, "description": about, "schema": { "type": kind } })
        });
        ids.chain(query).collect()
    }

    fn responses(&self) -> Value {
        let headers = json!({ "API-Version": reference("headers", "Versie") });
        let content = |schema: Value| json!({ "application/json": { "schema": schema } });
        let (status, good) = match self.reply {
            Reply::One(form) => ("200", Some(content(reference("schemas", form)))),
            Reply::Created(form) => ("201", Some(content(reference("schemas", form)))),
            Reply::List(form) => {
                let items = reference("schemas", form);
                (
                    "200",
                    Some(content(json!({ "type": "array", "items": items }))),
                )
            }
            Reply::Nothing => ("204", None),
        };
        let mut responses = Map::new();
        let mut answer = json!({ "description": "Gelukt", "headers": headers });
        if let Some(content) = good {
            answer["content"] = content;
        }
        responses.insert(status.to_owned(), answer);
        let mut refuse = |status: &str, name: &str| {
            responses.insert(status.to_owned(), reference("responses", name));
        };
        refuse("500", "Storing");
        if self.method != "get" || !self.parameters().is_empty() {
            refuse("400", "Ongeldig");
        }
        if self.security == Security::Bearer || self.id == "aanmelden" {
            refuse("401", "NietAangemeld");
        }
        if self.security == Security::Bearer {
            refuse("403", "GeenToestemming");
        }
        if self.path.contains('{') {
            refuse("404", "NietGevonden");
        }
        if self.method != "get" && self.security == Security::Bearer {
            refuse("409", "Geweigerd");
        }
        Value::Object(responses)
    }
}

fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "headers": { "API-Version": reference("headers", "Versie") },
        "content": { "application/problem+json": { "schema": {
            "type": "object",
            "required": ["status", "title", "detail", "code", "verzoek"],
            "properties": {
                "type": { "type": "string" },
                "status": { "type": "integer" },
                "title": { "type": "string" },
                "detail": { "type": "string" },
                "code": { "type": "string", "description": "De vaste code van dit probleem" },
                "verzoek": { "type": "string", "description": "Onder dit nummer staat meer in het technische logboek" },
                "fouten": { "type": "array", "items": reference("schemas", "Fout") },
            },
        } } },
    })
}

fn build() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = operation.describe();
    }
    let tags: BTreeSet<&str> = OPERATIONS.iter().map(Operation::tag).collect();
    let forms: Value = serde_json::from_str(include_str!("forms.json")).unwrap();
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "BasisNet",
            "description": "De API van een node voor de eigen organisatie. Andere nodes komen hier niet.",
            "version": VERSION,
            "license": { "name": "EUPL-1.2", "url": "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12" },
            "contact": {
                "name": "De beheerder van de node",
                "email": "beheer@gemeente.example",
                "url": "https://localhost:7443/v1/openapi.json",
            },
        },
        "servers": [{ "url": "https://localhost:7443/v1", "description": "De node op deze computer" }],
        "security": [{ "bearer": [] }],
        "tags": tags.iter().map(|tag| json!({ "name": tag })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": {
                "type": "http", "scheme": "bearer",
                "description": "Het token van een aanmelding, of de sleutel van een programma",
            } },
            "headers": { "Versie": { "description": "De versie van de API", "schema": { "type": "string" } } },
            "responses": {
                "Ongeldig": problem("De gegevens kloppen niet; alle fouten tegelijk"),
                "NietAangemeld": problem("Niet aangemeld"),
                "GeenToestemming": problem("Niet met de juiste rol"),
                "NietGevonden": problem("Er is niets met dit nummer"),
                "Geweigerd": problem("Begrepen, en het antwoord is nee"),
                "Storing": problem("Er ging in de node iets stuk"),
            },
            "schemas": forms,
        },
    })
}

/// To write it anew after a change: `BASISNET_SCHRIJF=1 cargo test -p basisnet-node openapi`.
#[test]
fn the_description_is_what_the_operations_say() {
    let made = serde_json::to_string_pretty(&build()).unwrap() + "\n";
    if std::env::var_os("BASISNET_SCHRIJF").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/api/openapi.json");
        std::fs::write(path, &made).unwrap();
        return;
    }
    assert!(
        made == OPENAPI,
        "openapi.json is out of date; write it with BASISNET_SCHRIJF=1"
    );
}

/// The routes as they stand in the files of the resources.
fn routed() -> BTreeSet<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/api");
    let mut routes = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for route in text.split(".route(").skip(1) {
            let path = route.split('"').nth(1).unwrap().to_owned();
            let handlers = &route[..route
                .find(".route(")
                .or_else(|| route.find("\n}"))
                .unwrap_or(route.len())];
            for method in ["get", "post", "put", "delete", "patch"] {
                let called = [
                    format!(" {method}("),
                    format!(".{method}("),
                    format!("\n{method}("),
                ];
                if called.iter().any(|call| handlers.contains(call.as_str())) {
                    routes.insert((path.clone(), method.to_owned()));
                }
            }
        }
    }
    routes.retain(|(path, _)| path != "/metrics");
    routes
}

#[test]
fn every_route_is_described_and_every_description_is_a_route() {
    let described: BTreeSet<(String, String)> = OPERATIONS
        .iter()
        .map(|one| (one.path.to_owned(), one.method.to_owned()))
        .collect();
    let routed = routed();
    let undescribed: Vec<_> = routed.difference(&described).collect();
    let unrouted: Vec<_> = described.difference(&routed).collect();
    assert!(
        undescribed.is_empty(),
        "routes without description: {undescribed:?}"
    );
    assert!(
        unrouted.is_empty(),
        "descriptions without route: {unrouted:?}"
    );
}

#[test]
fn every_form_that_is_named_exists() {
    let document = build();
    let text = document.to_string();
    for name in text
        .split("#/components/schemas/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
    {
        assert!(
            document["components"]["schemas"].get(name).is_some(),
            "no form `{name}`"
        );
    }
}

#[test]
fn no_number_of_an_aanbieder_or_a_person_is_in_a_path_or_query() {
    for operation in OPERATIONS {
        let words = operation
            .query
            .iter()
            .map(|(name, _)| *name)
            .chain([operation.path]);
        for word in words {
            for forbidden in ["kvk", "agb", "bsn", "rsin", "naam"] {
                assert!(!word.to_lowercase().contains(forbidden), "{word}");
            }
        }
    }
}
