// SPDX-License-Identifier: EUPL-1.2
//! The API as a stranger, a client and a person meet it: the NL API Design Rules at run time, where no linter looks.

use std::io::Write as _;
use std::sync::Arc;

use basisnet_node::keys::Secret;
use basisnet_protocol::purpose::Role;
use basisnet_tests::network::Network;
use rustls::crypto::ring;
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{Request, Response};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

const PASSWORD: &str = "vier losse woorden hier";

/// A larger body is offered before it is sent (RFC 9110, section 10.1.1).
const ASK_FIRST: usize = 65_536;

/// Somebody outside who knows the certificate of the node.
#[derive(Clone)]
struct Outsider {
    agent: Agent,
    base: String,
}

impl Outsider {
    fn of(network: &Network) -> Self {
        let config = network.member(0).config();
        let pem = std::fs::read(
            config
                .opslag
                .datamap
                .join(basisnet_node::api::CERTIFICATE_FILE),
        )
        .unwrap();
        let certificate = Certificate::from_pem(&pem).unwrap();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&[certificate]))
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .build();
        Self {
            agent: agent.into(),
            base: format!("https://{}", network.node(0).api_address()),
        }
    }

    /// Calls from a thread of its own, so that the node goes on.
    async fn call(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> Response<String> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        if body.len() > ASK_FIRST {
            // Else the door closes while we still write, and what it said is lost.
            request = request.header("expect", "100-continue");
        }
        let request = request.body(body.to_owned()).unwrap();
        let agent = self.agent.clone();
        tokio::task::spawn_blocking(move || {
            let (head, mut body) = agent.run(request).unwrap().into_parts();
            Response::from_parts(head, body.read_to_string().unwrap())
        })
        .await
        .unwrap()
    }

    async fn sign_in(&self, name: &str, password: &str) -> Response<String> {
        let body = json!({ "naam": name, "wachtwoord": password }).to_string();
        self.call("POST", "/v1/sessies", None, &body).await
    }
}

fn value(response: &Response<String>) -> Value {
    serde_json::from_str(response.body()).unwrap()
}

#[track_caller]
fn is_problem(response: &Response<String>, status: u16, code: &str) {
    assert_eq!(response.status().as_u16(), status, "{}", response.body());
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let problem = value(response);
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status);
    assert_eq!(
        problem["verzoek"],
        response.headers()["x-request-id"].to_str().unwrap()
    );
    assert!(
        !problem["title"].as_str().unwrap().is_empty()
            && !problem["detail"].as_str().unwrap().is_empty()
    );
}

async fn with_beheerder() -> (Network, Outsider, String) {
    let network = Network::of(1).await;
    let accounts = &network.node(0).services().accounts;
    accounts
        .first("beheer", Secret::new(PASSWORD.to_owned()))
        .await
        .unwrap();
    let outsider = Outsider::of(&network);
    let signed_in = outsider.sign_in("beheer", PASSWORD).await;
    assert_eq!(signed_in.status(), 201);
    let token = value(&signed_in)["token"].as_str().unwrap().to_owned();
    (network, outsider, token)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_see_nothing_else_sees_what_is_left_to_do_and_how() {
    let (_network, outsider, token) = with_beheerder().await;
    let asked = outsider.call("GET", "/v1/deelname", Some(&token), "").await;
    assert_eq!(asked.status(), 200);
    let steps = value(&asked);
    let steps = steps.as_array().unwrap();
    let done = |step: &&Value| step["gedaan"] == true;
    let names = steps.iter().filter(done).map(|step| &step["stap"]);
    assert_eq!(names.collect::<Vec<_>>(), ["node", "certificaat"]);
    let left: Vec<_> = steps.iter().filter(|step| !done(step)).collect();
    for (step, name) in left.iter().zip([
        "kaart",
        "DPIA P08",
        "advies P08",
        "besluit P08",
        "convenant",
        "register",
        "eerste bevraging",
    ]) {
        assert_eq!(step["stap"], name);
        let mend = step["herstel"].as_str().unwrap();
        assert!(mend.contains("`basisnet "), "{step}");
    }
    assert_eq!(left.len(), 7);
    let stranger = outsider.call("GET", "/v1/deelname", None, "").await;
    assert_eq!(stranger.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_of_the_design_rules() {
    let (_network, outsider, token) = with_beheerder().await;
    for (method, path) in [
        ("GET", "/v1/gezondheid"),
        ("GET", "/v1/openapi.json"),
        ("GET", "/v1/accounts"),
        ("GET", "/v1/nergens"),
        ("DELETE", "/v1/gezondheid"),
    ] {
        let answer = outsider.call(method, path, Some(&token), "").await;
        let headers = answer.headers();
        assert_eq!(
            headers["api-version"],
            basisnet_node::api::VERSION,
            "{path}"
        );
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
        assert!(
            headers["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(
            headers["strict-transport-security"]
                .to_str()
                .unwrap()
                .contains("max-age=31536000"),
            "{path}"
        );
        assert!(headers.contains_key("content-type"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trailing_slash_and_an_unknown_path_are_not_found() {
    let (_network, outsider, token) = with_beheerder().await;
    for path in [
        "/v1/accounts/",
        "/v1/gezondheid/",
        "/v1/",
        "/v1/accounts.json",
        "/v1/aanbieders/niet-een-nummer",
    ] {
        let answer = outsider.call("GET", path, Some(&token), "").await;
        is_problem(&answer, 404, "niet-gevonden");
    }
    assert_eq!(
        outsider
            .call("DELETE", "/v1/gezondheid", None, "")
            .await
            .status(),
        405
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_is_for_everybody_and_describes_what_is_there() {
    let (_network, outsider, _) = with_beheerder().await;
    let answer = outsider.call("GET", "/v1/openapi.json", None, "").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let document = value(&answer);
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let filled = path
                .replace("{id}", &"0".repeat(32))
                .replace("{code}", "P08")
                .replace("{kenmerk}", &"0".repeat(64));
            let answer = outsider
                .call(&method.to_uppercase(), &format!("/v1{filled}"), None, "")
                .await;
            let open = operation["security"] == json!([]);
            let ends_a_session = path == "/sessies/_afmelden";
            if !open && !ends_a_session {
                is_problem(&answer, 401, "niet-aangemeld");
            }
            assert_ne!(answer.status(), 404, "{method} {path}");
            assert_ne!(answer.status(), 405, "{method} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_name_and_a_wrong_password_get_the_same_answer() {
    let (_network, outsider, _) = with_beheerder().await;
    let name = outsider.sign_in("niemand", PASSWORD).await;
    let password = outsider.sign_in("beheer", "een ander wachtwoord").await;
    is_problem(&name, 401, "niet-aangemeld");
    is_problem(&password, 401, "niet-aangemeld");
    assert_eq!(value(&name)["detail"], value(&password)["detail"]);
    for token in ["", "s", "Bearer", "s0000", &"k".repeat(5000)] {
        is_problem(
            &outsider.call("GET", "/v1/accounts", Some(token), "").await,
            401,
            "niet-aangemeld",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_from_one_address_again_and_again_has_to_wait() {
    let (_network, outsider, _) = with_beheerder().await;
    let mut refused = false;
    for attempt in 0..70 {
        let answer = outsider.sign_in(&format!("niemand{attempt}"), "kort").await;
        refused = refused || answer.status() == 429;
    }
    assert!(refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_json_or_too_large_is_refused_and_values_are_not_repeated() {
    let (_network, outsider, token) = with_beheerder().await;
    let answer = outsider
        .call("POST", "/v1/accounts", Some(&token), "{\"naam\": ")
        .await;
    is_problem(&answer, 400, "onleesbaar");
    let secret = json!({ "naam": ["geheim-123456782"], "rollen": [] }).to_string();
    let answer = outsider
        .call("POST", "/v1/accounts", Some(&token), &secret)
        .await;
    is_problem(&answer, 400, "onleesbaar");
    assert!(!answer.body().contains("123456782"), "{}", answer.body());
    let unknown = json!({ "naam": "x", "rollen": [], "extra": 1 }).to_string();
    is_problem(
        &outsider
            .call("POST", "/v1/accounts", Some(&token), &unknown)
            .await,
        400,
        "onleesbaar",
    );
    let large = json!({ "naam": "x".repeat(300_000), "rollen": [] }).to_string();
    is_problem(
        &outsider
            .call("POST", "/v1/accounts", Some(&token), &large)
            .await,
        413,
        "te-groot",
    );
    let roles = json!({ "naam": "x", "rollen": ["baas", "chef"] }).to_string();
    let answer = outsider
        .call("POST", "/v1/accounts", Some(&token), &roles)
        .await;
    is_problem(&answer, 400, "rol-onbekend");
    assert_eq!(value(&answer)["fouten"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_client_works_with_its_key_and_within_its_role() {
    let (network, outsider, token) = with_beheerder().await;
    let body = json!({ "naam": "zaaksysteem", "rollen": ["contractmanager"] }).to_string();
    let made = outsider
        .call("POST", "/v1/accounts", Some(&token), &body)
        .await;
    assert_eq!(made.status(), 201);
    let key = value(&made)["sleutel"].as_str().unwrap().to_owned();
    let provider = json!({ "naam": "Zorg Een", "kvk": "00000011", "rechtsvorm": "bv" }).to_string();
    let added = outsider
        .call("POST", "/v1/aanbieders", Some(&key), &provider)
        .await;
    assert_eq!(added.status(), 201, "{}", added.body());
    is_problem(
        &outsider.call("GET", "/v1/accounts", Some(&key), "").await,
        403,
        "geen-toestemming",
    );
    let listed = outsider.call("GET", "/v1/accounts", Some(&token), "").await;
    assert!(!listed.body().contains(&key), "the key is shown once");
    let actor = network
        .node(0)
        .services()
        .accounts
        .actor(&key)
        .unwrap()
        .unwrap();
    assert!(actor.has(Role::Contractmanager));
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_say_how_much_and_not_about_whom() {
    let (_network, outsider, token) = with_beheerder().await;
    let provider = json!({ "naam": "x", "kvk": "00000011" }).to_string();
    is_problem(
        &outsider
            .call("POST", "/v1/aanbieders", Some(&token), &provider)
            .await,
        403,
        "regels-weigeren",
    );
    let metrics = outsider.call("GET", "/metrics", None, "").await;
    assert_eq!(metrics.status(), 200);
    assert!(
        metrics.body().contains("basisnet_sign_ins_total 1"),
        "{}",
        metrics.body()
    );
    assert!(
        metrics.body().contains("basisnet_api_refusals_total 1"),
        "{}",
        metrics.body()
    );
    assert!(!metrics.body().contains("00000011"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_stops_says_that_it_is_not_ready_and_plain_http_gets_nothing() {
    let (network, outsider, _) = with_beheerder().await;
    assert_eq!(
        outsider
            .call("GET", "/v1/gereedheid", None, "")
            .await
            .status(),
        200
    );
    let address = network.node(0).api_address();
    let answer = tokio::task::spawn_blocking(move || {
        let mut plain = std::net::TcpStream::connect(address).unwrap();
        plain
            .set_read_timeout(Some(std::time::Duration::from_secs(20)))
            .unwrap();
        plain
            .write_all(b"GET /v1/gezondheid HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        let mut answer = Vec::new();
        let _ = std::io::Read::read_to_end(&mut plain, &mut answer);
        answer
    });
    assert!(!String::from_utf8_lossy(&answer.await.unwrap()).contains("gezond"));
}
