// SPDX-License-Identifier: EUPL-1.2
//! Somebody tests the line to a member, over real sockets: where it stops is named, with who mends it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use basisnet_node::clock::Clock;
use basisnet_node::keys::NodeKey;
use basisnet_node::overlay::{KnownPeer, Voucher};
use basisnet_node::service::line::{Standing, Step};
use basisnet_protocol::attestation::{self, Claims};
use basisnet_protocol::directory::{DirectoryRecord, NodeAddress};
use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::Buckets;
use basisnet_protocol::time::Timestamp;
use basisnet_tests::agreement::{TERMS, everybody};
use basisnet_tests::door::{Door, NETWORK, Shows, voucher};
use basisnet_tests::network::{Network, days, start_of_story};
use basisnet_tests::pki::Issued;
use serde_bytes::ByteBuf;

const OTHER: &str = "00000099000000202000";
const ANOTHER: &str = "00000099000000988000";

/// A node, and a member of which only a card and whatever listens at its address is real.
struct Scene {
    network: Network,
    key: NodeKey,
    issued: Issued,
}

impl Scene {
    async fn new() -> Self {
        let network = Network::of(1).await;
        let issued = network.authority.issue(OTHER, "Arnhem");
        let key = NodeKey::generate().unwrap();
        Self {
            network,
            key,
            issued,
        }
    }

    fn oin() -> Oin {
        OTHER.parse().unwrap()
    }

    fn claims(&self) -> Claims {
        Claims {
            oin: Self::oin(),
            peer_id: self.key.peer_id().unwrap().to_bytes(),
            not_before: start_of_story(),
            expires: start_of_story() + days(7),
            network: NETWORK.to_owned(),
            signed_at: start_of_story(),
        }
    }

    fn shows(&self, change: impl FnOnce(&mut Claims), issued: &Issued) -> Arc<dyn Voucher> {
        let mut claims = self.claims();
        change(&mut claims);
        Arc::new(Shows {
            attestation: attestation::issue(&claims, &issued.org_key()).unwrap(),
            expires: start_of_story() + days(3_650),
        })
    }

    /// The other end, that knows this node and shows this.
    async fn door(&self, key: &NodeKey, shown: Arc<dyn Voucher>, clock: &Clock) -> Door {
        let trust = self.network.authority.trust(start_of_story(), &[]);
        let door = Door::open(Ipv4Addr::LOCALHOST, Self::oin(), key, shown, trust, clock).await;
        let me = self.network.node(0);
        door.known.replace([KnownPeer {
            oin: self.network.member(0).oin,
            peer_id: me.overlay().me(),
            addresses: Vec::new(),
        }]);
        door
    }

    /// The steps to a member that says it is there.
    async fn walk(&self, address: &str) -> Vec<Step> {
        let now = self.network.clock.now();
        let record = DirectoryRecord {
            v: 1,
            oin: Self::oin(),
            name: "Gemeente Arnhem".to_owned(),
            gemeente: None,
            nodes: vec![NodeAddress {
                peer_id: ByteBuf::from(self.key.peer_id().unwrap().to_bytes()),
                addresses: vec![address.to_owned()],
            }],
            contacts: Vec::new(),
            buckets: Buckets::declared(300).unwrap(),
            issued: now,
            expires: now + days(300),
            seq: 1,
        };
        let card = record.sign(&self.issued.org_key()).unwrap();
        let services = self.network.node(0).services();
        services.leden.import(&everybody(), &card).await.unwrap();
        services
            .lines
            .walk(&everybody(), Self::oin())
            .await
            .unwrap()
    }

    /// The one thing that is wrong on the line to this door.
    async fn stops_at(&self, address: &str, about: &str, word: &str) {
        let steps = self.walk(address).await;
        let last = steps.last().unwrap();
        assert_eq!(
            (last.about, last.standing),
            (about, Standing::Wrong),
            "{steps:#?}"
        );
        assert!(last.found.contains(word), "{last:?}");
        assert!(last.mend.as_ref().is_some_and(|mend| !mend.is_empty()));
        let wrong = steps.iter().filter(|step| step.standing == Standing::Wrong);
        assert_eq!(wrong.count(), 1, "{steps:#?}");
    }

    async fn door_stops_at(&self, door: &Door, about: &str, word: &str) {
        self.stops_at(&at(door.overlay.address().port()), about, word)
            .await;
    }
}

fn at(port: u16) -> String {
    format!("/ip4/127.0.0.1/tcp/{port}")
}

fn day(days: u32) -> Timestamp {
    start_of_story() + Duration::from_secs(u64::from(days) * 86_400)
}

/// Something that is no node, at a port of its own.
fn something(answer: impl Fn(std::net::TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream);
        }
    });
    port
}

#[tokio::test]
async fn a_line_that_is_in_order_is_so_at_every_step() {
    let network = Network::of(2).await;
    network.introduce().await;
    network.agree(&[0, 1], TERMS).await;
    let other = network.member(1).oin;
    let lines = &network.node(0).services().lines;
    let steps = lines.walk(&everybody(), other).await.unwrap();
    let about: Vec<_> = steps.iter().map(|step| step.about).collect();
    let expected = [
        "naam",
        "poort",
        "versleuteling",
        "attest",
        "certificaat",
        "klok",
        "convenant",
        "versie en berichten",
    ];
    assert_eq!(about, expected, "{steps:#?}");
    let good = steps.iter().all(|step| step.standing == Standing::Good);
    assert!(good, "{steps:#?}");
}

#[tokio::test]
async fn without_a_convenant_the_line_works_and_that_is_said() {
    let network = Network::of(2).await;
    network.introduce().await;
    let other = network.member(1).oin;
    let lines = &network.node(0).services().lines;
    let steps = lines.walk(&everybody(), other).await.unwrap();
    let convenant = steps.iter().find(|step| step.about == "convenant");
    assert_eq!(convenant.unwrap().standing, Standing::Warn);
    assert_eq!(steps.last().unwrap().standing, Standing::Good, "{steps:#?}");
}

#[tokio::test]
async fn a_name_that_is_wrong_and_a_port_that_is_closed_are_told_apart() {
    let scene = Scene::new().await;
    scene
        .stops_at(
            "/dns4/bestaat-niet.invalid/tcp/7400",
            "naam",
            "niet te vinden",
        )
        .await;
    let scene = Scene::new().await;
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    scene.stops_at(&at(port), "poort", "weigert").await;
}

#[tokio::test]
async fn a_proxy_that_ends_the_encryption_is_named_by_who_issued_its_certificate() {
    let issuer = {
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let name = rcgen::DnType::CommonName;
        params
            .distinguished_name
            .push(name, "Inspectie van de Gemeente");
        let key = rcgen::KeyPair::generate().unwrap();
        rcgen::CertifiedIssuer::self_signed(params, key).unwrap()
    };
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["basisnet.example".to_owned()]).unwrap();
    let leaf = params.signed_by(&key, &issuer).unwrap().der().clone();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialized_der().to_vec());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf], key.into())
        .unwrap();
    let config = Arc::new(config);
    let port = something(move |mut stream| {
        let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut session = session;
        let mut channel = rustls::Stream::new(&mut session, &mut stream);
        let _ = channel.read(&mut [0; 16]);
    });
    let scene = Scene::new().await;
    scene
        .stops_at(&at(port), "versleuteling", "Inspectie van de Gemeente")
        .await;
}

#[tokio::test]
async fn something_that_is_no_node_is_told_from_a_node_of_another_version() {
    let web = something(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let scene = Scene::new().await;
    scene
        .stops_at(&at(web), "versleuteling", "geen BasisNet-node")
        .await;
    let newer = something(|mut stream| {
        let mut heard = [0; 20];
        let _ = stream.read_exact(&mut heard);
        let _ = stream.write_all(&heard);
        let _ = stream.read(&mut [0; 64]);
        let _ = stream.write_all(b"\x03na\n");
    });
    let scene = Scene::new().await;
    scene
        .stops_at(&at(newer), "versie en berichten", "geen versie")
        .await;
}

#[tokio::test]
async fn another_node_than_the_one_on_the_card_is_named() {
    let scene = Scene::new().await;
    let other = NodeKey::generate().unwrap();
    let shown = voucher(Scene::oin(), &scene.issued);
    let door = scene.door(&other, shown, &scene.network.clock).await;
    scene
        .door_stops_at(&door, "versleuteling", "andere node")
        .await;
}

#[tokio::test]
async fn who_is_not_let_in_hears_where_the_reason_stands() {
    let scene = Scene::new().await;
    let shown = voucher(Scene::oin(), &scene.issued);
    let door = scene.door(&scene.key, shown, &scene.network.clock).await;
    door.known.replace([]);
    scene.door_stops_at(&door, "attest", "niet binnen").await;
}

#[tokio::test]
async fn a_node_that_speaks_for_another_organisation_is_named() {
    let scene = Scene::new().await;
    let other = scene.network.authority.issue(ANOTHER, "Weert");
    let shown = scene.shows(|claims| claims.oin = ANOTHER.parse().unwrap(), &other);
    let door = scene.door(&scene.key, shown, &scene.network.clock).await;
    scene.door_stops_at(&door, "attest", ANOTHER).await;
}

#[tokio::test]
async fn a_certificate_that_has_ended_is_told_from_one_of_an_unknown_issuer() {
    let scene = Scene::new().await;
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let network = &scene.network;
    let ended = network.certify(OTHER, "Arnhem", &key, 0, 3);
    let shown = scene.shows(|_| {}, &ended);
    let door = scene.door(&scene.key, shown, &network.clock).await;
    network.advance(days(4)).await;
    scene.door_stops_at(&door, "certificaat", "verlopen").await;

    let scene = Scene::new().await;
    let elsewhere = basisnet_tests::pki::Authority::new(start_of_story());
    let foreign = elsewhere.issue(OTHER, "Arnhem");
    let shown = scene.shows(|_| {}, &foreign);
    let door = scene.door(&scene.key, shown, &scene.network.clock).await;
    scene
        .door_stops_at(&door, "certificaat", "niet vertrouwt")
        .await;
}

#[tokio::test]
async fn a_clock_that_is_off_by_minutes_or_by_years_is_named_with_the_difference() {
    let scene = Scene::new().await;
    let ahead = Clock::wound(start_of_story() + Duration::from_secs(330));
    let shown = scene.shows(|_| {}, &scene.issued);
    let door = scene.door(&scene.key, shown, &ahead).await;
    scene.door_stops_at(&door, "klok", "5 minuten voor").await;

    let scene = Scene::new().await;
    let years_ahead = |claims: &mut Claims| {
        claims.not_before = day(800);
        claims.signed_at = day(800);
        claims.expires = day(805);
    };
    let shown = scene.shows(years_ahead, &scene.issued);
    let door = scene.door(&scene.key, shown, &scene.network.clock).await;
    scene.door_stops_at(&door, "klok", "2 jaar").await;

    let scene = Scene::new().await;
    scene.network.advance(days(10)).await;
    let shown = scene.shows(|_| {}, &scene.issued);
    let clock = Clock::wound(start_of_story() + days(10));
    let door = scene.door(&scene.key, shown, &clock).await;
    scene.door_stops_at(&door, "klok", "3 dagen geleden").await;
}
