// SPDX-License-Identifier: EUPL-1.2
//! Who may speak to a node, story by story: the certificate of the organisation, the attestation, the revocation
//! list and the clock each can close the door, before there is a connection and while there is one.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use basisnet_node::clock::Clock;
use basisnet_node::keys::NodeKey;
use basisnet_node::overlay::{Notice, Refused, RequestError, Voucher};
use basisnet_protocol::attestation::{self, Claims};
use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::TrustStore;
use basisnet_tests::door::{Door, NETWORK, SOON, Shows, voucher};
use basisnet_tests::pki::{Authority, Issued, RSA_LEAF};
use rcgen::KeyPair;

const DAY: Duration = Duration::from_secs(86_400);
const VEENENDAAL: &str = "00000099000000345000";
const ARNHEM: &str = "00000099000000202000";
const HOST: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// A member with its door open, and all that is needed to come and knock.
struct Scene {
    clock: Clock,
    authority: Authority,
    listener: Door,
    arnhem: Issued,
    key: NodeKey,
}

impl Scene {
    async fn new() -> Self {
        Self::under(Authority::new(start())).await
    }

    async fn under(authority: Authority) -> Self {
        let clock = Clock::wound(start());
        let issued = authority.issue(VEENENDAAL, "Gemeente Veenendaal");
        let oin = oin(VEENENDAAL);
        let trust = authority.trust(start(), &[]);
        let key = NodeKey::generate().unwrap();
        let vouch = voucher(oin, &issued);
        Self {
            listener: Door::open(HOST, oin, &key, vouch, trust, &clock).await,
            arnhem: authority.issue(ARNHEM, "Gemeente Arnhem"),
            clock,
            authority,
            key: NodeKey::generate().unwrap(),
        }
    }

    /// Someone who shows this, and whom the member knows as the node of Arnhem.
    async fn caller(&self, voucher: Arc<dyn Voucher>) -> Door {
        let trust = self.authority.trust(start(), &[]);
        let caller = Door::open(HOST, oin(ARNHEM), &self.key, voucher, trust, &self.clock).await;
        self.listener.known.replace([caller.known_as()]);
        caller.known.replace([self.listener.known_as()]);
        caller
    }

    async fn honest_caller(&self) -> Door {
        self.caller(voucher(oin(ARNHEM), &self.arnhem)).await
    }

    fn claims(&self) -> Claims {
        Claims {
            oin: oin(ARNHEM),
            peer_id: self.key.peer_id().unwrap().to_bytes(),
            not_before: start(),
            expires: start() + 7 * DAY,
            network: NETWORK.to_owned(),
            signed_at: start(),
        }
    }

    fn shows(&self, claims: &Claims, issued: &Issued) -> Arc<dyn Voucher> {
        shows(attestation::issue(claims, &issued.org_key()).unwrap())
    }

    /// The caller gets nowhere, and the log hears why.
    async fn refuses(mut self, voucher: Arc<dyn Voucher>, why: &str) {
        let caller = self.caller(voucher).await;
        let answer = caller.ask(&self.listener, b"laat me erin").await;
        assert_eq!(answer, Err(RequestError::Unreachable));
        let peer = caller.overlay.me();
        let notice = self.listener.next_notice().await;
        assert!(
            matches!(notice, Notice::Refused { peer: who, why: ref seen } if who == peer && seen.code() == why),
            "expected {why}, heard {notice:?}"
        );
        assert_eq!(self.listener.overlay.connected(), 0);
    }
}

fn shows(attestation: Vec<u8>) -> Arc<dyn Voucher> {
    Arc::new(Shows {
        attestation,
        expires: start() + 3_650 * DAY,
    })
}

fn start() -> Timestamp {
    "2027-03-01T08:00:00Z".parse().unwrap()
}

fn oin(text: &str) -> Oin {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_member_with_a_fresh_attestation_is_served() {
    let scene = Scene::new().await;
    let caller = scene.honest_caller().await;
    assert_eq!(caller.ask(&scene.listener, b"dag").await.unwrap(), b"dag");
    assert_eq!(scene.listener.ask(&caller, b"dag").await.unwrap(), b"dag");
}

#[tokio::test]
async fn a_chain_of_rsa_with_an_intermediate_is_served() {
    let scene = Scene::under(Authority::rsa(start())).await;
    let caller = scene.honest_caller().await;
    assert_eq!(caller.ask(&scene.listener, b"dag").await.unwrap(), b"dag");
}

#[tokio::test]
async fn an_organisation_key_of_rsa_or_p384_is_served() {
    for key in [
        KeyPair::from_pem(RSA_LEAF).unwrap(),
        KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap(),
    ] {
        let scene = Scene::under(Authority::rsa(start())).await;
        let issued = (scene.authority).issue_with(ARNHEM, "Gemeente Arnhem", key, |_| ());
        let caller = scene.caller(voucher(oin(ARNHEM), &issued)).await;
        assert_eq!(caller.ask(&scene.listener, b"dag").await.unwrap(), b"dag");
    }
}

#[tokio::test]
async fn who_shows_no_attestation_is_refused() {
    let scene = Scene::new().await;
    scene.refuses(shows(Vec::new()), "no_attestation").await;
}

#[tokio::test]
async fn an_attestation_that_is_too_large_is_not_even_read() {
    let scene = Scene::new().await;
    // What is shown is not made larger than can be told: the frame says how long it is.
    scene.refuses(shows(vec![0; 8_192]), "malformed").await;
}

#[tokio::test]
async fn a_stolen_attestation_is_refused() {
    let scene = Scene::new().await;
    let mut claims = scene.claims();
    claims.peer_id = NodeKey::generate().unwrap().peer_id().unwrap().to_bytes();
    let stolen = scene.shows(&claims, &scene.arnhem);
    scene.refuses(stolen, "other_peer").await;
}

#[tokio::test]
async fn an_expired_attestation_is_refused() {
    let scene = Scene::new().await;
    let mut claims = scene.claims();
    claims.not_before = start() - 8 * DAY;
    claims.expires = start() - DAY;
    let expired = scene.shows(&claims, &scene.arnhem);
    scene.refuses(expired, "expired").await;
}

#[tokio::test]
async fn an_attestation_that_was_followed_by_a_newer_one_is_refused() {
    let mut scene = Scene::new().await;
    let older = scene.shows(&scene.claims(), &scene.arnhem);
    scene.clock.advance(DAY);
    let caller = scene.honest_caller().await;
    assert!(caller.ask(&scene.listener, b"dag").await.is_ok());
    caller.overlay.shutdown().await;
    scene.listener.until_alone().await;
    let again = scene.caller(older).await;
    let answer = again.ask(&scene.listener, b"dag").await;
    assert_eq!(answer, Err(RequestError::Unreachable));
    let notice = scene.listener.next_notice().await;
    assert!(matches!(
        notice,
        Notice::Refused {
            why: Refused::Superseded,
            ..
        }
    ));
}

#[tokio::test]
async fn an_attestation_of_another_network_is_refused() {
    let scene = Scene::new().await;
    let mut claims = scene.claims();
    claims.network = "productie".to_owned();
    let other = scene.shows(&claims, &scene.arnhem);
    scene.refuses(other, "other_peer").await;
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let scene = Scene::new().await;
    let issued = Authority::new(start()).issue(ARNHEM, "Gemeente Arnhem");
    let vouch = voucher(oin(ARNHEM), &issued);
    scene.refuses(vouch, "unknown_authority").await;
}

#[tokio::test]
async fn an_organisation_that_is_not_in_the_certificate_is_refused() {
    let scene = Scene::new().await;
    let other = scene.authority.issue("00000099000000001000", "Een ander");
    let claims = scene.claims();
    let vouch = scene.shows(&claims, &other);
    scene.refuses(vouch, "other_organisation").await;
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let scene = Scene::new().await;
    let key = KeyPair::generate().unwrap();
    let issued = scene.authority.issue_with(ARNHEM, "Arnhem", key, |params| {
        params.not_after = params.not_before + Duration::from_secs(3_600);
    });
    let vouch = scene.shows(&scene.claims(), &issued);
    scene.refuses(vouch, "expired").await;
}

#[tokio::test]
async fn a_revoked_certificate_is_refused() {
    let scene = Scene::new().await;
    let revoked = scene.authority.trust(start(), &[&scene.arnhem]);
    scene.listener.gate.trust(revoked);
    let vouch = voucher(oin(ARNHEM), &scene.arnhem);
    scene.refuses(vouch, "revoked").await;
}

#[tokio::test]
async fn a_revocation_list_past_its_term_and_grace_refuses_its_certificates() {
    let scene = Scene::new().await;
    let within_grace = scene.authority.trust(start() - 13 * DAY, &[]);
    scene.listener.gate.trust(within_grace);
    let caller = scene.honest_caller().await;
    assert!(caller.ask(&scene.listener, b"dag").await.is_ok());
    drop(caller);

    let scene = Scene::new().await;
    let past_grace = scene.authority.trust(start() - 15 * DAY, &[]);
    scene.listener.gate.trust(past_grace);
    let vouch = voucher(oin(ARNHEM), &scene.arnhem);
    scene.refuses(vouch, "revoked").await;
}

#[tokio::test]
async fn without_a_revocation_list_nobody_is_believed() {
    let scene = Scene::new().await;
    let blind = TrustStore::new(&[scene.authority.anchor()], &[], 7 * DAY).unwrap();
    scene.listener.gate.trust(Arc::new(blind));
    let vouch = voucher(oin(ARNHEM), &scene.arnhem);
    scene.refuses(vouch, "revoked").await;
}

#[tokio::test]
async fn a_peer_in_no_directory_record_is_refused() {
    let mut scene = Scene::new().await;
    let caller = scene.honest_caller().await;
    scene.listener.known.replace([]);
    let answer = caller.ask(&scene.listener, b"dag").await;
    assert_eq!(answer, Err(RequestError::Unreachable));
    let notice = scene.listener.next_notice().await;
    assert!(matches!(
        notice,
        Notice::Refused {
            why: Refused::NotAMember,
            ..
        }
    ));
}

#[tokio::test]
async fn a_node_known_for_another_organisation_is_refused() {
    let mut scene = Scene::new().await;
    let caller = scene.honest_caller().await;
    let mut known = caller.known_as();
    known.oin = oin("00000099000000001000");
    scene.listener.known.replace([known]);
    let answer = caller.ask(&scene.listener, b"dag").await;
    assert_eq!(answer, Err(RequestError::Unreachable));
    let notice = scene.listener.next_notice().await;
    assert!(matches!(
        notice,
        Notice::Refused {
            why: Refused::NotAMember,
            ..
        }
    ));
}

/// Both sides are connected; then something happens, and within a second and a half nothing is left of it.
async fn closes(mut scene: Scene, caller: &Door, happens: impl AsyncFnOnce(&Scene), why: &str) {
    assert_eq!(caller.ask(&scene.listener, b"dag").await.unwrap(), b"dag");
    assert_eq!(scene.listener.overlay.connected(), 1);
    let since = Instant::now();
    happens(&scene).await;
    scene.listener.until_alone().await;
    let took = since.elapsed();
    assert!(took < Duration::from_millis(1_500), "took {took:?}");
    let notice = scene.listener.next_notice().await;
    assert!(
        matches!(notice, Notice::Closed { why: ref seen, .. } if seen.code() == why),
        "expected {why}, heard {notice:?}"
    );
    assert!(caller.ask(&scene.listener, b"dag").await.is_err());
}

#[tokio::test]
async fn an_attestation_that_expires_ends_a_live_connection() {
    let scene = Scene::new().await;
    let stubborn = scene.shows(&scene.claims(), &scene.arnhem);
    let caller = scene.caller(stubborn).await;
    let a_week_passes = async |scene: &Scene| scene.clock.advance(7 * DAY);
    closes(scene, &caller, a_week_passes, "expired").await;
}

#[tokio::test]
async fn a_revocation_ends_a_live_connection() {
    let scene = Scene::new().await;
    let caller = scene.honest_caller().await;
    let it_is_revoked = async |scene: &Scene| {
        let revoked = scene.authority.trust(start(), &[&scene.arnhem]);
        scene.listener.gate.trust(revoked);
    };
    closes(scene, &caller, it_is_revoked, "revoked").await;
}

#[tokio::test]
async fn a_member_that_leaves_the_directory_loses_its_connection() {
    let scene = Scene::new().await;
    let caller = scene.honest_caller().await;
    let it_leaves = async |scene: &Scene| scene.listener.known.replace([]);
    closes(scene, &caller, it_leaves, "not_a_member").await;
}

#[tokio::test]
async fn a_revocation_list_that_grows_too_old_ends_a_live_connection() {
    let scene = Scene::new().await;
    let caller = scene.honest_caller().await;
    // Attestations are renewed along the way; the list is not.
    let nobody_fetches_a_list = async |scene: &Scene| {
        for _ in 0..2 {
            scene.clock.advance(5 * DAY);
            until_renewed(&scene.listener, &caller).await;
        }
        scene.clock.advance(4 * DAY + Duration::from_secs(60));
    };
    assert!(caller.ask(&scene.listener, b"dag").await.is_ok());
    nobody_fetches_a_list(&scene).await;
    scene.listener.until_alone().await;
}

#[tokio::test]
async fn attestations_are_renewed_on_the_connection_that_runs() {
    let scene = Scene::new().await;
    let caller = scene.honest_caller().await;
    assert!(caller.ask(&scene.listener, b"dag").await.is_ok());
    scene.clock.advance(5 * DAY);
    until_renewed(&scene.listener, &caller).await;
    until_renewed(&caller, &scene.listener).await;
    scene.clock.advance(3 * DAY);
    assert_eq!(scene.listener.overlay.connected(), 1);
    assert!(caller.ask(&scene.listener, b"dag").await.is_ok());
}

/// Returns once `at` has seen an attestation of `of` with at least three days to go.
async fn until_renewed(at: &Door, of: &Door) {
    let peer = of.overlay.me();
    let seen = async {
        loop {
            let wanted = at.clock.now() + 3 * DAY;
            if at.gate.expires(&peer).is_some_and(|end| end > wanted) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(SOON, seen).await.expect("a renewal");
}
