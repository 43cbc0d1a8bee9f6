// SPDX-License-Identifier: EUPL-1.2
//! Makes the description out of `operations.txt` and `forms.json`, and compares it with what is served, with what is
//! routed, and with the structs that are sent and read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::OPENAPI;
use crate::api::VERSION;

/// One operation, a line of the list.
struct Operation {
    open: bool,
    method: &'static str,
    path: &'static str,
    id: &'static str,
    body: &'static str,
    reply: &'static str,
    summary: &'static str,
    query: &'static str,
}

fn operations() -> Vec<Operation> {
    let lines = include_str!("operations.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            Operation {
                open: cells[0] == "vrij",
                method: cells[1],
                path: cells[2],
                id: cells[3],
                body: cells[4],
                reply: cells[5],
                summary: cells[6],
                query: cells.get(7).copied().unwrap_or_default(),
            }
        })
        .collect()
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
        if self.open {
            value["security"] = json!([]);
        }
        let parameters = self.parameters();
        if !parameters.is_empty() {
            value["parameters"] = Value::Array(parameters);
        }
        let content = match self.body {
            "-" => return value,
            kind if kind.contains('/') => {
                json!({ kind: { "schema": { "type": "string", "format": "binary" } } })
            }
            form => json!({ "application/json": { "schema": reference("schemas", form) } }),
        };
        value["requestBody"] = json!({ "required": true, "content": content });
        value
    }

    fn tag(&self) -> &'static str {
        match self.path.trim_start_matches('/').split('/').next().unwrap() {
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
                "name": name, "in": "path", "required": true, "description": "Zoals de API het geeft",
                "schema": { "type": "string" },
            })
        });
        let query = self.query.split(';').filter(|part| !part.is_empty()).map(|part| {
            let (name, rest) = part.trim().split_once(':').unwrap();
            let (kind, about) = rest.split_once(' ').unwrap();
            json!({ "name": name, "in": "query", "required": false, "description": about, "schema": { "type": kind } })
        });
        ids.chain(query).collect()
    }

    fn good(&self) -> (&'static str, Option<Value>) {
        let form = |name: &str| Some(reference("schemas", name));
        match self.reply.split_at(1) {
            ("-", _) => ("204", None),
            ("+", name) => ("201", form(name)),
            (">", name) => ("202", form(name)),
            ("[", name) => {
                let items = reference("schemas", name.trim_end_matches(']'));
                ("200", Some(json!({ "type": "array", "items": items })))
            }
            _ => ("200", form(self.reply)),
        }
    }

    fn responses(&self) -> Value {
        let (status, schema) = self.good();
        let mut answer = json!({
            "description": "Gelukt",
            "headers": { "API-Version": reference("headers", "Versie") },
        });
        if let Some(schema) = schema {
            answer["content"] = json!({ "application/json": { "schema": schema } });
        }
        let mut responses = Map::from_iter([(status.to_owned(), answer)]);
        let mut refuse = |holds: bool, status: &str, name: &str| {
            if holds {
                responses.insert(status.to_owned(), reference("responses", name));
            }
        };
        let writes = self.method != "get";
        refuse(true, "500", "Storing");
        refuse(writes || !self.parameters().is_empty(), "400", "Ongeldig");
        refuse(!self.open || self.id == "aanmelden", "401", "NietAangemeld");
        refuse(!self.open, "403", "GeenToestemming");
        refuse(self.path.contains('{'), "404", "NietGevonden");
        refuse(writes && !self.open, "409", "Geweigerd");
        refuse(self.id == "aanmelden", "429", "TeVaak");
        refuse(self.id == "gereedheid", "503", "NietGereed");
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

fn forms() -> BTreeMap<String, Value> {
    serde_json::from_str(include_str!("forms.json")).unwrap()
}

fn build() -> Value {
    let operations = operations();
    let mut paths = Map::new();
    for operation in &operations {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = operation.describe();
    }
    let tags: BTreeSet<&str> = operations.iter().map(Operation::tag).collect();
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
                "url": "https://localhost:7443/toegankelijkheid",
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
                "TeVaak": problem("Te vaak geprobeerd"),
                "NietGereed": problem("De node start op of stopt, of de opslag antwoordt niet"),
                "Storing": problem("Er ging in de node iets stuk"),
            },
            "schemas": forms(),
        },
    })
}

/// To write it anew after a change: `BASISNET_SCHRIJF=1 cargo test -p basisnet-node openapi`.
#[test]
fn the_description_is_what_the_operations_and_forms_say() {
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

/// The text of the files of the API, by the name of the resource.
fn sources() -> BTreeMap<String, String> {
    fn collect(
        folder: &std::path::Path,
        resource: Option<&str>,
        all: &mut BTreeMap<String, String>,
    ) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && stem != "openapi" {
                collect(&path, Some(&stem), all);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                all.entry(resource.map_or(stem, str::to_owned))
                    .or_default()
                    .push_str(&text);
            }
        }
    }
    let mut all = BTreeMap::new();
    collect(
        std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/api")),
        None,
        &mut all,
    );
    all
}

/// The routes as they stand in the files of the resources.
fn routed() -> BTreeSet<(String, String)> {
    let mut routes = BTreeSet::new();
    for text in sources().values() {
        for route in text.split(".route(").skip(1) {
            let path = route.split('"').nth(1).unwrap().to_owned();
            let handlers = &route[..route.find("\n}").unwrap_or(route.len())];
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
    let operations = operations();
    let described: BTreeSet<_> = operations
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

/// The names of the fields of a struct as they are sent.
fn fields(source: &str, name: &str) -> BTreeSet<String> {
    let at = source
        .find(&format!("struct {name} {{"))
        .unwrap_or_else(|| panic!("no struct {name}"));
    let before = &source[source[..at].rfind("\n\n").unwrap_or(0)..at];
    let camel = before.contains("camelCase");
    let body = &source[at..at + source[at..].find("\n}").unwrap()];
    body.lines()
        .skip(1)
        .map(str::trim)
        .filter(|line| !line.starts_with(['/', '#']) && line.contains(": "))
        .map(|line| {
            let field = line
                .split(':')
                .next()
                .unwrap()
                .trim_start_matches("pub ")
                .trim_start_matches("pub(crate) ");
            if camel {
                camel_case(field)
            } else {
                field.to_owned()
            }
        })
        .collect()
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap().to_owned();
    words.fold(first, |text, word| {
        text + &word[..1].to_uppercase() + &word[1..]
    })
}

#[test]
fn every_form_has_the_fields_of_its_struct() {
    let sources = sources();
    for (form, schema) in forms() {
        let Some(place) = schema["x-struct"].as_str() else {
            continue;
        };
        let (file, name) = place.split_once("::").unwrap();
        let has: BTreeSet<String> = schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(
            has,
            fields(&sources[file], name),
            "form `{form}` of `{place}`"
        );
    }
}

#[test]
fn every_form_that_is_named_exists_and_is_named() {
    let text = build().to_string();
    let named: BTreeSet<&str> = text
        .split("#/components/schemas/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let exist = forms();
    let exist: BTreeSet<&str> = exist.keys().map(String::as_str).collect();
    assert_eq!(named, exist);
}

#[test]
fn no_number_of_an_aanbieder_or_a_person_is_in_a_path_or_query() {
    for operation in operations() {
        let words = [operation.path, operation.query].concat().to_lowercase();
        for forbidden in ["kvk", "agb", "bsn", "rsin", "naam:"] {
            assert!(!words.contains(forbidden), "{words}");
        }
    }
}
