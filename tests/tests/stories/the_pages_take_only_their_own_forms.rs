// SPDX-License-Identifier: EUPL-1.2
//! What a browser can and cannot do at the pages of a node: who is not signed in reads nothing, a form counts only in
//! the session it was made for, and nothing about an aanbieder stands in an address.

#![cfg(test)]

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use basisnet_node::api::auth::SignInLimit;
use basisnet_node::keys::Secret;
use basisnet_node::service::account::NewAccount;
use basisnet_node::service::inzage::ReceivedState;
use basisnet_node::web::{self, WebState};
use basisnet_protocol::message::RefusalReason;
use basisnet_protocol::purpose::{Category, Role};
use basisnet_tests::asking::{Asking, SOURCE};
use basisnet_tests::network::{Network, actor};
use tower::ServiceExt;

const PASSWORD: &str = "een lang genoeg wachtwoord";
/// Pages that say something about an aanbieder, a question or the log.
const CLOSED: [&str; 8] = [
    "/",
    "/zoeken",
    "/aanbieders/0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
    "/inzage",
    "/verzoeken",
    "/attenderingen",
    "/alarmen",
    "/logboek",
];

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    html: String,
}

impl Answer {
    fn location(&self) -> &str {
        self.headers[LOCATION].to_str().unwrap()
    }

    /// What the forms on this page must bring back.
    fn token(&self) -> String {
        let start = self.html.split("name=\"csrf\" value=\"").nth(1).unwrap();
        start.split('"').next().unwrap().to_owned()
    }
}

/// As much of a browser as matters here: it keeps cookies.
struct Browser {
    pages: Router,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    async fn ask(&mut self, method: Method, path: &str, body: String, site: &str) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(COOKIE, cookies.join("; "))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .body(Body::from(body))
            .unwrap();
        let response = self.pages.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            assert!(
                text.starts_with("__Host-") && text.contains("; Path=/"),
                "{text}"
            );
            assert!(
                text.contains("; Secure; HttpOnly; SameSite=Strict"),
                "{text}"
            );
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let bytes = to_bytes(body, 1_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            html: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, String::new(), "none").await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask(Method::POST, path, form(fields), "same-origin")
            .await
    }

    async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let token = self.get("/aanmelden").await.token();
        let fields = [
            ("naam", name),
            ("wachtwoord", password),
            ("csrf", token.as_str()),
        ];
        self.post("/aanmelden", &fields).await
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let coded = |text: &str| text.replace(' ', "+").replace('/', "%2F");
    let pairs: Vec<String> = fields
        .iter()
        .map(|(k, v)| format!("{k}={}", coded(v)))
        .collect();
    pairs.join("&")
}

/// One node with a supervisor and somebody who runs it.
async fn scene() -> (Network, Browser) {
    let network = Network::of(1).await;
    accounts(&network, 0, Role::Beheerder).await;
    let browser = another(&network);
    (network, browser)
}

/// A supervisor, and somebody in another role.
async fn accounts(network: &Network, member: usize, role: Role) {
    let accounts = &network.node(member).services().accounts;
    let beheer = actor(&[Role::Beheerder]);
    for (name, role) in [("toezicht", Role::ToezichthouderKwaliteit), ("ander", role)] {
        let new = NewAccount {
            name: name.to_owned(),
            roles: [role].into(),
            password: Some(Secret::new(PASSWORD.to_owned())),
        };
        accounts.create(&beheer, new).await.unwrap();
    }
}

fn another(network: &Network) -> Browser {
    at(network, 0)
}

/// The pages of one of the nodes.
fn at(network: &Network, member: usize) -> Browser {
    let config = network.member(member).config();
    let services = network.node(member).services().clone();
    let state = WebState::new(
        &config,
        services,
        network.clock.clone(),
        SignInLimit::default(),
    );
    Browser {
        pages: web::router(state),
        cookies: BTreeMap::new(),
    }
}

#[tokio::test]
async fn who_is_not_signed_in_reads_nothing() {
    let (_network, mut browser) = scene().await;
    for path in CLOSED {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(
            answer.location().starts_with("/aanmelden?verder="),
            "{path}"
        );
        assert!(answer.html.is_empty(), "{path}");
    }
    assert_eq!(
        browser.get("/toegankelijkheid").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_form_counts_only_in_the_session_it_was_made_for() {
    let (network, mut browser) = scene().await;
    let foreign = another(&network).get("/aanmelden").await.token();
    browser.get("/aanmelden").await;
    for csrf in ["", "0", foreign.as_str()] {
        let fields = [
            ("naam", "toezicht"),
            ("wachtwoord", PASSWORD),
            ("csrf", csrf),
        ];
        let answer = browser.post("/aanmelden", &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.html.contains("is niet uitgevoerd"));
    }
    assert_eq!(browser.get("/zoeken").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_page_of_another_site_cannot_send_a_form_even_with_the_right_token() {
    let (_network, mut browser) = scene().await;
    let token = browser.get("/aanmelden").await.token();
    let body = form(&[
        ("naam", "toezicht"),
        ("wachtwoord", PASSWORD),
        ("csrf", &token),
    ]);
    for site in ["cross-site", "same-site", "none"] {
        let answer = browser
            .ask(Method::POST, "/aanmelden", body.clone(), site)
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site}");
    }
    let answer = browser
        .ask(Method::POST, "/aanmelden", body, "same-origin")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_cannot_be_told_apart() {
    let (_network, mut browser) = scene().await;
    let name = browser.sign_in("bestaat-niet", PASSWORD).await;
    let password = browser.sign_in("toezicht", "niet dit wachtwoord").await;
    assert_eq!(name.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(name.status, password.status);
    let without_name = |answer: &Answer, filled: &str| answer.html.replace(filled, "");
    assert_eq!(
        without_name(&name, "bestaat-niet"),
        without_name(&password, "toezicht")
    );
}

#[tokio::test]
async fn a_session_ends_by_signing_out_and_by_silence() {
    let (network, mut browser) = scene().await;
    assert_eq!(browser.sign_in("toezicht", PASSWORD).await.location(), "/");
    let page = browser.get("/zoeken").await;
    assert_eq!(page.status, StatusCode::OK);
    let kept = browser.cookies.clone();
    let answer = browser.post("/afmelden", &[("csrf", &page.token())]).await;
    assert_eq!(answer.location(), "/aanmelden");
    browser.cookies = kept;
    assert_eq!(
        browser.get("/zoeken").await.status,
        StatusCode::SEE_OTHER,
        "the old cookie is worth nothing"
    );

    let mut browser = another(&network);
    browser.sign_in("toezicht", PASSWORD).await;
    assert_eq!(browser.get("/zoeken").await.status, StatusCode::OK);
    network.clock.advance(Duration::from_secs(31 * 60));
    let answer = browser.get("/zoeken").await;
    assert_eq!(answer.location(), "/aanmelden?sessie=af&verder=/zoeken");
    assert!(
        browser
            .get(answer.location())
            .await
            .html
            .contains("Uw sessie is afgelopen")
    );
}

#[tokio::test]
async fn a_page_that_the_rules_refuse_says_why_and_what_is_needed() {
    let (network, mut browser) = scene().await;
    let aanbieder = network.know(0, "12345679", "bv").await;
    let controller = actor(&[Role::Verwerkingsverantwoordelijke]);
    let register = &network.node(0).services().aanbieders;
    register
        .restrict(&controller, aanbieder, true)
        .await
        .unwrap();
    browser.sign_in("toezicht", PASSWORD).await;
    let restricted = browser.get(&format!("/aanbieders/{aanbieder}")).await;
    assert_eq!(restricted.status, StatusCode::FORBIDDEN);
    for said in [
        "E07-beperking",
        "AVG art. 18",
        "alleen de privacyfunctionaris leest het",
        "dat de beperking is opgeheven",
        "Dit mag niet van de regels",
    ] {
        assert!(restricted.html.contains(said), "{said}");
    }
    let mut browser = another(&network);
    browser.sign_in("ander", PASSWORD).await;
    for path in ["/zoeken", CLOSED[2], "/inzage"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(page.html.contains("V40-rol-doel"), "{path}");
    }
}

#[tokio::test]
async fn who_runs_the_node_reads_the_log_and_nothing_about_an_aanbieder() {
    let (_network, mut browser) = scene().await;
    browser.sign_in("ander", PASSWORD).await;
    assert_eq!(browser.get("/").await.location(), "/logboek");
    let log = browser.get("/logboek").await;
    assert_eq!(log.status, StatusCode::OK);
    assert!(!log.html.contains("href=\"/zoeken\""));
    for path in ["/zoeken", CLOSED[2], "/inzage"] {
        assert_eq!(
            browser.get(path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_search_never_stands_in_an_address_and_a_bsn_is_not_searched_for() {
    let (_network, mut browser) = scene().await;
    browser.sign_in("toezicht", PASSWORD).await;
    let token = browser.get("/zoeken").await.token();
    let answer = browser
        .post("/zoeken", &[("zoekterm", "04100001"), ("csrf", &token)])
        .await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/zoeken")
    );
    assert!(
        browser
            .get("/zoeken")
            .await
            .html
            .contains("value=\"04100001\"")
    );
    let answer = browser
        .post("/zoeken", &[("zoekterm", "111222333"), ("csrf", &token)])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.html.contains("burgerservicenummer"));
}

#[tokio::test]
async fn every_answer_forbids_scripts_of_others_frames_and_keeping_a_copy() {
    let (_network, mut browser) = scene().await;
    for path in [
        "/aanmelden",
        "/zoeken",
        "/bestaat-niet",
        "/toegankelijkheid",
    ] {
        let answer = browser.get(path).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"));
        assert!(policy.contains("frame-ancestors 'none'; base-uri 'none'"));
        assert!(!policy.contains("unsafe"));
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        assert_eq!(
            answer.headers["x-content-type-options"], "nosniff",
            "{path}"
        );
        assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{path}");
    }
    let page = browser.get("/aanmelden").await.html;
    let style = page
        .split("rel=\"stylesheet\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let answer = browser.get(style).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.headers["cache-control"],
        "public, max-age=31536000, immutable"
    );
}

#[tokio::test]
async fn nobody_is_sent_to_another_site_after_signing_in() {
    let (_network, mut browser) = scene().await;
    let token = browser
        .get("/aanmelden?verder=//elders.example")
        .await
        .token();
    let fields = [
        ("naam", "toezicht"),
        ("wachtwoord", PASSWORD),
        ("csrf", token.as_str()),
        ("verder", "//elders.example/"),
    ];
    assert_eq!(browser.post("/aanmelden", &fields).await.location(), "/");
}

/// A question about an aanbieder that was restricted since closes for everybody, and can still be refused.
#[tokio::test]
async fn a_question_of_which_nothing_is_shown_any_more_is_refused_from_the_page() {
    let story = Asking::begin().await;
    accounts(&story.network, SOURCE, Role::Contractmanager).await;
    story.ask(&[Category::Toezicht]).await;
    let request = story.request().await;
    let controller = actor(&[Role::Verwerkingsverantwoordelijke]);
    let about = request.aanbieder.unwrap();
    let aanbieders = &story.network.node(SOURCE).services().aanbieders;
    aanbieders.restrict(&controller, about, true).await.unwrap();
    let path = format!("/verzoeken/{}", request.id);

    let mut browser = at(&story.network, SOURCE);
    browser.sign_in("ander", PASSWORD).await;
    assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN);
    assert!(!browser.get("/verzoeken").await.html.contains(&path));

    let mut browser = at(&story.network, SOURCE);
    browser.sign_in("toezicht", PASSWORD).await;
    let list = browser.get("/verzoeken").await;
    assert!(list.html.contains(&path), "{}", list.html);
    let page = browser.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    let of_request = [&request.peer_name, "12345679", "wmo-6.1", "/aanbieders/"];
    for sent in [&list.html, &page.html] {
        for hidden in of_request {
            assert!(!sent.contains(hidden), "{hidden} in {sent}");
        }
    }

    let token = page.token();
    let mut post = async |step: &str, reason: &str| {
        let fields = [
            ("csrf", token.as_str()),
            ("besluit", "weigeren"),
            ("redendicht", reason),
            ("stap", step),
        ];
        browser.post(&path, &fields).await
    };
    let nothing = post("bevestigen", "").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let asked = post("controle", "harms_toezicht").await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.html.contains("Bevestig uw besluit"));
    let done = post("bevestigen", "harms_toezicht").await;
    assert_eq!(done.location(), "/verzoeken");
    let list = browser.get("/verzoeken").await;
    assert!(list.html.contains("Het verzoek is geweigerd."));
    assert!(!list.html.contains(&path));

    aanbieders
        .restrict(&controller, about, false)
        .await
        .unwrap();
    let we = story.toezichthouder();
    let kept = story.source().received(&we, request.id).await.unwrap();
    let reason = RefusalReason::HarmsToezicht;
    assert!(
        matches!(kept.state, ReceivedState::Refused { reason: why, by: Some(_), .. } if why == reason)
    );
}
