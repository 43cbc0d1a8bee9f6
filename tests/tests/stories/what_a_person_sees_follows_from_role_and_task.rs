// SPDX-License-Identifier: EUPL-1.2
//! The same record, at another depth for each role and task; in the bytes that the node sends, not only on a screen.
#![cfg(test)]

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use axum::http::{Method, Request, StatusCode};
use basisnet_node::api::auth::SignInLimit;
use basisnet_node::api::{self, ApiState};
use basisnet_node::audit::Event;
use basisnet_node::keys::Secret;
use basisnet_node::service::account::NewAccount;
use basisnet_node::web::{self, WebState};
use basisnet_protocol::purpose::Role;
use basisnet_tests::network::{Network, actor};
use serde_json::{Value, json};
use tower::ServiceExt;

const PASSWORD: &str = "een lang genoeg wachtwoord";
/// What contract management agreed on: content, and no matter of anybody else.
const AGREED: &str = "elke maand een gesprek over de wachtlijst";

/// One node, its two doors, and its people.
struct House {
    network: Network,
    api: Router,
    pages: Router,
}

/// Somebody who is signed in.
struct Person {
    id: String,
    token: String,
}

impl House {
    async fn open() -> Self {
        let network = Network::of(1).await;
        let config = network.member(0).config();
        let node = network.node(0);
        let pages = WebState::new(
            &config,
            node.services().clone(),
            network.clock.clone(),
            SignInLimit::default(),
        );
        let api = ApiState {
            services: node.services().clone(),
            metrics: Arc::clone(&node.base().metrics),
            ready: Arc::new(AtomicBool::new(true)),
            sign_in_limit: SignInLimit::default(),
            max_import: 1_000_000,
        };
        Self {
            api: api::router(api),
            pages: web::router(pages),
            network,
        }
    }

    /// An account in these roles.
    async fn person(&self, name: &str, roles: &[Role]) -> Person {
        let accounts = &self.network.node(0).services().accounts;
        let new = NewAccount {
            name: name.to_owned(),
            roles: roles.iter().copied().collect(),
            password: Some(Secret::new(PASSWORD.to_owned())),
        };
        let beheer = actor(&[Role::Beheerder]);
        let (account, _) = accounts.create(&beheer, new).await.unwrap();
        let password = Secret::new(PASSWORD.to_owned());
        let signed_in = accounts.sign_in(name, password).await.unwrap();
        Person {
            id: account.id.to_string(),
            token: signed_in.token.expose().clone(),
        }
    }

    /// What the API sends, byte for byte.
    async fn call(
        &self,
        who: &Person,
        method: Method,
        path: &str,
        body: Value,
    ) -> (StatusCode, String) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/v1{path}"))
            .header(AUTHORIZATION, format!("Bearer {}", who.token))
            .header(CONTENT_TYPE, "application/json")
            .body(match body {
                Value::Null => Body::empty(),
                body => Body::from(body.to_string()),
            })
            .unwrap();
        text_of(self.api.clone().oneshot(request).await.unwrap()).await
    }

    async fn get(&self, who: &Person, path: &str) -> (StatusCode, String) {
        self.call(who, Method::GET, path, Value::Null).await
    }

    async fn post(&self, who: &Person, path: &str, body: Value) -> Value {
        let (status, text) = self.call(who, Method::POST, path, body).await;
        assert!(status.is_success(), "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The page of an aanbieder, byte for byte.
    async fn page(&self, who: &Person, aanbieder: &str) -> (StatusCode, String) {
        let request = Request::builder()
            .uri(format!("/aanbieders/{aanbieder}"))
            .header(COOKIE, format!("__Host-basisnet={}", who.token))
            .body(Body::empty())
            .unwrap();
        text_of(self.pages.clone().oneshot(request).await.unwrap()).await
    }

    /// Gives an account another role.
    async fn becomes(&self, who: &Person, role: Role) {
        let accounts = &self.network.node(0).services().accounts;
        let id = who.id.parse().unwrap();
        let beheer = actor(&[Role::Beheerder]);
        let changed = accounts.set_roles(&beheer, id, [role].into());
        changed.await.unwrap();
    }

    /// An aanbieder with a contract, and the id of both.
    async fn with_contract(&self, inkoop: &Person) -> (String, String) {
        let aanbieder = json!({ "naam": "Zorgpunt", "kvk": "12345679", "rechtsvorm": "bv" });
        let aanbieder = self.post(inkoop, "/aanbieders", aanbieder).await;
        let id = aanbieder["id"].as_str().unwrap().to_owned();
        let contract = json!({
            "soort": "contract", "wet": "wmo", "zorgvormen": ["02"], "variant": "inspanningsgericht",
            "rol": "hoofdaannemer", "vanaf": "2026-01-01", "afspraken": AGREED,
        });
        let contract = self
            .post(
                inkoop,
                &format!("/aanbieders/{id}/betrokkenheden"),
                contract,
            )
            .await;
        (id, contract["id"].as_str().unwrap().to_owned())
    }

    /// Supervision, by who supervises.
    async fn supervise(&self, who: &Person, aanbieder: &str, task: &str) -> String {
        let toezicht =
            json!({ "soort": "toezicht", "taak": task, "wet": "wmo", "vanaf": "2026-09-17" });
        let path = format!("/aanbieders/{aanbieder}/betrokkenheden");
        let toezicht = self.post(who, &path, toezicht).await;
        toezicht["id"].as_str().unwrap().to_owned()
    }
}

async fn text_of(response: axum::response::Response) -> (StatusCode, String) {
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1_000_000).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

/// The names of the rules that said no.
fn guards(text: &str) -> Vec<String> {
    let problem: Value = serde_json::from_str(text).unwrap();
    let faults = problem["fouten"].as_array().unwrap();
    faults
        .iter()
        .map(|fault| fault["veld"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn dat_03_a_change_of_role_changes_what_the_same_record_shows_in_every_byte() {
    let house = House::open().await;
    let person = house.person("p.bakker", &[Role::Contractmanager]).await;
    let kwaliteit = house
        .person("k.smit", &[Role::ToezichthouderKwaliteit])
        .await;
    let (aanbieder, _) = house.with_contract(&person).await;
    house.supervise(&kwaliteit, &aanbieder, "kwaliteit").await;
    let path = format!("/aanbieders/{aanbieder}/betrokkenheden");

    let (_, json) = house.get(&person, &path).await;
    let (status, html) = house.page(&person, &aanbieder).await;
    assert_eq!(status, StatusCode::OK);
    for sent in [&json, &html] {
        assert!(sent.contains(AGREED), "{sent}");
        for hidden in [
            "2026-09-17",
            "17 september",
            "\"taak\"",
            "op kwaliteit",
            "null",
        ] {
            assert!(!sent.contains(hidden), "{hidden} in {sent}");
        }
    }
    assert!(
        json.contains(r#""stand":"open","halfjaar":"2026-2""#),
        "{json}"
    );

    house.becomes(&person, Role::ToezichthouderKwaliteit).await;
    let (_, json) = house.get(&person, &path).await;
    let (_, html) = house.page(&person, &aanbieder).await;
    assert!(
        json.contains(r#""taak":"kwaliteit""#) && json.contains("2026-09-17"),
        "{json}"
    );
    assert!(html.contains("op kwaliteit"), "{html}");
    for sent in [&json, &html] {
        assert!(
            !sent.contains(AGREED) && !sent.contains("afspraken"),
            "{sent}"
        );
    }

    house.becomes(&person, Role::Beheerder).await;
    let (status, sent) = house.get(&person, &path).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(guards(&sent).contains(&"V40-rol-doel".to_owned()), "{sent}");
    let (status, html) = house.page(&person, &aanbieder).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(!html.contains("Zorgpunt"), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_02_what_is_handed_over_goes_one_way_and_is_written_down() {
    let house = House::open().await;
    let inkoop = house.person("p.bakker", &[Role::Contractmanager]).await;
    let recht = house
        .person("r.visser", &[Role::ToezichthouderRechtmatigheid])
        .await;
    let (aanbieder, contract) = house.with_contract(&inkoop).await;
    let toezicht = house.supervise(&recht, &aanbieder, "rechtmatigheid").await;
    let path = format!("/aanbieders/{aanbieder}/betrokkenheden");
    let (_, before) = house.get(&recht, &path).await;
    assert!(
        before.contains("inspanningsgericht") && !before.contains(AGREED),
        "{before}"
    );

    // Supervision takes nothing: the task that a record belongs to gives it.
    let over = format!("/betrokkenheden/{contract}/_draag-over");
    let body = json!({ "aan": "toezicht_rechtmatigheid", "zaak": "Z-2027-14", "reden": "declaraties zonder zorg" });
    let (status, taken) = house.call(&recht, Method::POST, &over, body.clone()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(
        guards(&taken).contains(&"V40-rol-doel".to_owned()),
        "{taken}"
    );
    house.post(&inkoop, &over, body.clone()).await;
    let (status, twice) = house.call(&inkoop, Method::POST, &over, body).await;
    assert_eq!(status, StatusCode::CONFLICT, "{twice}");

    let (_, after) = house.get(&recht, &path).await;
    assert!(
        after.contains(AGREED) && after.contains("declaraties zonder zorg"),
        "{after}"
    );
    let (_, page) = house.page(&recht, &aanbieder).await;
    assert!(
        page.contains(AGREED) && page.contains("toezicht op rechtmatigheid"),
        "{page}"
    );

    // Nothing goes back: contract management hears that there is supervision, and no more.
    let back = format!("/betrokkenheden/{toezicht}/_draag-over");
    let body = json!({ "aan": "contractbeheer", "zaak": "Z-2027-14", "reden": "ter kennis" });
    let (status, refused) = house.call(&recht, Method::POST, &back, body).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(guards(&refused), ["E06-overdracht-richting"]);
    assert!(refused.contains("5.1.5"), "{refused}");
    let (_, seen) = house.get(&inkoop, &path).await;
    assert!(!seen.contains("\"taak\""), "{seen}");

    let log = house.network.log_of(0);
    let handed = log
        .iter()
        .filter(|event| matches!(event, Event::BetrokkenheidHandedOver { .. }));
    assert_eq!(handed.count(), 1);
    let refused = log
        .iter()
        .filter(|event| matches!(event, Event::OwnRefused { .. }));
    assert_eq!(refused.count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_03_a_role_without_the_task_shows_nothing() {
    let house = House::open().await;
    let inkoop = house.person("p.bakker", &[Role::Contractmanager]).await;
    let beheer = house.person("b.beheer", &[Role::Beheerder]).await;
    let (aanbieder, _) = house.with_contract(&inkoop).await;
    let path = format!("/aanbieders/{aanbieder}");
    let tasks = format!("/accounts/{}/taken", inkoop.id);
    let give = |codes: Value| json!({ "doelen": codes });

    let (status, _) = house
        .call(&inkoop, Method::PUT, &tasks, give(json!(["P01"])))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN, "nobody gives himself a task");
    let (status, wrong) = house
        .call(&beheer, Method::PUT, &tasks, give(json!(["P77"])))
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}");

    let (status, given) = house
        .call(&beheer, Method::PUT, &tasks, give(json!([])))
        .await;
    assert_eq!(status, StatusCode::OK, "{given}");
    let (status, refused) = house.get(&inkoop, &path).await;
    assert_eq!(
        (status, guards(&refused)[0].as_str()),
        (StatusCode::FORBIDDEN, "V43-taak")
    );
    assert!(
        refused.contains("dat de gemeente u deze taak geeft"),
        "{refused}"
    );

    let (_, given) = house
        .call(&beheer, Method::PUT, &tasks, give(json!(["P08"])))
        .await;
    assert!(
        given.contains(r#""doel":"P08","door":"b.beheer""#),
        "{given}"
    );
    let (_, some) = house.get(&inkoop, &path).await;
    assert!(
        some.contains("Zorgpunt") && !some.contains("rechtsvorm"),
        "{some}"
    );

    house
        .call(&beheer, Method::PUT, &tasks, give(Value::Null))
        .await;
    let (_, all) = house.get(&inkoop, &path).await;
    assert!(all.contains(r#""rechtsvorm":"bv""#), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_04_each_role_sees_its_own_depth_and_most_see_nothing() {
    let house = House::open().await;
    let inkoop = house.person("p.bakker", &[Role::Contractmanager]).await;
    let (aanbieder, _) = house.with_contract(&inkoop).await;
    let path = format!("/aanbieders/{aanbieder}");
    for (role, sees, hidden) in [
        (
            Role::Contractmanager,
            vec!["naam", "kvk", "rechtsvorm"],
            vec![],
        ),
        (
            Role::ToezichthouderKwaliteit,
            vec!["naam", "kvk", "rechtsvorm"],
            vec![],
        ),
        (
            Role::ToezichthouderRechtmatigheid,
            vec!["naam", "kvk", "rechtsvorm"],
            vec![],
        ),
        (Role::Financien, vec!["naam", "kvk", "rechtsvorm"], vec![]),
        (
            Role::Privacyfunctionaris,
            vec!["naam", "kvk", "rechtsvorm"],
            vec![],
        ),
        (Role::Toegang, vec!["naam", "kvk"], vec!["rechtsvorm"]),
        (Role::Beleid, vec!["naam", "kvk"], vec!["rechtsvorm"]),
        (
            Role::Verwerkingsverantwoordelijke,
            vec!["naam", "kvk"],
            vec!["rechtsvorm"],
        ),
    ] {
        let person = house.person(&format!("r.{role}"), &[role]).await;
        let (status, sent) = house.get(&person, &path).await;
        assert_eq!(status, StatusCode::OK, "{role}: {sent}");
        let sent: Value = serde_json::from_str(&sent).unwrap();
        assert!(
            sees.iter().all(|field| sent.get(field).is_some()),
            "{role}: {sent}"
        );
        assert!(
            hidden.iter().all(|field: &&str| sent.get(field).is_none()),
            "{role}: {sent}"
        );
    }
    for role in [Role::Beheerder, Role::Fg, Role::Auditor, Role::Afdeling] {
        let person = house.person(&format!("r.{role}"), &[role]).await;
        let (status, sent) = house.get(&person, &path).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{role}: {sent}");
        assert!(!sent.contains("Zorgpunt"), "{role}: {sent}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_06_each_look_is_one_line_in_the_log_that_names_who_and_whom() {
    let house = House::open().await;
    let inkoop = house.person("p.bakker", &[Role::Contractmanager]).await;
    let (aanbieder, _) = house.with_contract(&inkoop).await;
    let before = house.network.log_of(0).len();
    house.page(&inkoop, &aanbieder).await;
    let log = house.network.log_of(0);
    let looks: Vec<_> = log[before..]
        .iter()
        .filter(|event| matches!(event, Event::OwnShown { .. }))
        .collect();
    let [
        Event::OwnShown {
            aanbieders,
            records,
            grounds,
            ..
        },
    ] = looks.as_slice()
    else {
        panic!("{looks:?}")
    };
    let named: Vec<String> = aanbieders.iter().map(ToString::to_string).collect();
    assert_eq!((named, *records), (vec![aanbieder], 2));
    assert!(grounds.decided.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_08_under_professional_secrecy_a_change_of_role_opens_nothing() {
    let house = House::open().await;
    let inkoop = house.person("p.bakker", &[Role::Contractmanager]).await;
    let holder = house
        .person("k.smit", &[Role::ToezichthouderKwaliteit])
        .await;
    let colleague = house
        .person("k.jong", &[Role::ToezichthouderKwaliteit])
        .await;
    let (aanbieder, _) = house.with_contract(&inkoop).await;
    let toezicht = house.supervise(&holder, &aanbieder, "kwaliteit").await;
    let path = format!("/aanbieders/{aanbieder}/betrokkenheden");
    let secret = format!("/betrokkenheden/{toezicht}/_geheim");
    let weigh = format!("/betrokkenheden/{toezicht}/_weeg-geheim");

    let ground = "Wmo 2015 art. 6.1 lid 3: van een hulpverlener verkregen";
    house
        .post(&holder, &secret, json!({ "geheim": true, "grond": ground }))
        .await;
    let (_, own) = house.get(&holder, &path).await;
    assert!(
        own.contains(&toezicht) && own.contains(r#""geheim":true"#),
        "{own}"
    );
    for person in [&colleague, &inkoop] {
        let (_, sent) = house.get(person, &path).await;
        assert!(!sent.contains(&toezicht), "{sent}");
    }
    house.becomes(&inkoop, Role::ToezichthouderKwaliteit).await;
    let (_, sent) = house.get(&inkoop, &path).await;
    assert!(
        !sent.contains(&toezicht),
        "a role alone opens nothing: {sent}"
    );
    let body = json!({ "account": "k.jong", "grond": "waarneming bij ziekte, Wmo 2015 art. 6.1" });
    let (status, refused) = house
        .call(&colleague, Method::POST, &weigh, body.clone())
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(guards(&refused), ["E08-beroepsgeheim"]);

    house.post(&holder, &weigh, body).await;
    let (_, sent) = house.get(&colleague, &path).await;
    assert!(sent.contains(&toezicht), "{sent}");
    let (_, sent) = house.get(&inkoop, &path).await;
    assert!(
        !sent.contains(&toezicht),
        "the weighing is for one person: {sent}"
    );
    let weighed = house.network.log_of(0);
    let weighed = weighed
        .iter()
        .filter(|event| matches!(event, Event::SecrecyChanged { .. }));
    assert_eq!(weighed.count(), 2);
}
