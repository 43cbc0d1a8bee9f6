// SPDX-License-Identifier: EUPL-1.2
//! Lists from a server of the tests: good ones, forged ones, old ones, and what is no list.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, SerialNumber,
};
use time::OffsetDateTime;

use super::*;

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn issuer(name: &str) -> Issuer {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// The list that this authority made on a day.
fn list(issuer: &Issuer, day: i64) -> Vec<u8> {
    let moment = |day: i64| OffsetDateTime::from_unix_timestamp(1_800_000_000 + day * 86_400);
    let params = CertificateRevocationListParams {
        this_update: moment(day).unwrap(),
        next_update: moment(day + 7).unwrap(),
        crl_number: SerialNumber::from(1_u64),
        issuing_distribution_point: None,
        revoked_certs: Vec::new(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    params.signed_by(issuer).unwrap().der().to_vec()
}

/// A server that gives this answer to every question, and the folder of a node that asks it.
struct Scene {
    folder: tempfile::TempDir,
    answer: Arc<Mutex<(u16, Vec<u8>)>>,
    fetcher: Fetcher,
}

impl Scene {
    fn new(anchor: &Issuer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answer = Arc::new(Mutex::new((200, Vec::new())));
        let answers = Arc::clone(&answer);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 4_096]).unwrap();
                let (status, body) = answers.lock().unwrap().clone();
                let head = format!(
                    "HTTP/1.1 {status} .\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                stream
                    .write_all(&[head.as_bytes(), &body].concat())
                    .unwrap();
            }
        });
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("anker.pem"), anchor.pem()).unwrap();
        let text = format!(
            "[organisatie]\noin = \"00000099000000345000\"\nnaam = \"Gemeente Proef\"\n\
             [vertrouwen]\nankers = [\"anker.pem\"]\ncrl_adressen = [\"http://{address}/lijst.crl\"]\n"
        );
        let config = Config::parse(&text, folder.path()).unwrap();
        let fetcher = Fetcher::new(&config);
        Self {
            folder,
            answer,
            fetcher,
        }
    }

    /// What comes of asking while the server answers this.
    fn fetch(&self, status: u16, body: &[u8]) -> Result<Fetched, FetchFault> {
        *self.answer.lock().unwrap() = (status, body.to_vec());
        let [(_, outcome)] = <[_; 1]>::try_from(self.fetcher.fetch()).unwrap();
        outcome
    }

    /// The list that lies there.
    fn there(&self) -> Option<Vec<u8>> {
        let [(_, path)] = <[_; 1]>::try_from(self.fetcher.config.fetched_lists()).unwrap();
        assert!(path.starts_with(self.folder.path()));
        fs::read(path).ok()
    }
}

#[test]
fn a_new_list_is_kept_and_the_same_one_is_no_news() {
    let stam = issuer("Stam");
    let scene = Scene::new(&stam);
    assert_eq!(scene.there(), None);
    assert!(scene.fetch(200, &list(&stam, 1)).unwrap().is_new);
    let first = scene.there().unwrap();
    assert!(!scene.fetch(200, &first).unwrap().is_new);
    let second = list(&stam, 2);
    assert!(scene.fetch(200, &second).unwrap().is_new);
    assert_eq!(scene.there(), Some(second));
    assert!(scene.fetcher.fetch_absent().is_empty());
}

#[test]
fn what_somebody_puts_in_its_place_is_not_kept() {
    let (stam, namesake, stranger) = (issuer("Stam"), issuer("Stam"), issuer("Ander"));
    let scene = Scene::new(&stam);
    let good = list(&stam, 5);
    scene.fetch(200, &good).unwrap();
    let forged = scene.fetch(200, &list(&namesake, 6));
    assert!(matches!(forged, Err(FetchFault::Forged(_))), "{forged:?}");
    let older = scene.fetch(200, &list(&stam, 4));
    assert!(matches!(older, Err(FetchFault::Older(_))), "{older:?}");
    let of_another = scene.fetch(200, &list(&stranger, 6));
    assert!(
        matches!(of_another, Err(FetchFault::Older(_))),
        "{of_another:?}"
    );
    for (status, body) in [(200, &b"<html>"[..]), (200, &[]), (200, &good[..99])] {
        let outcome = scene.fetch(status, body);
        assert!(matches!(outcome, Err(FetchFault::NotAList)), "{outcome:?}");
    }
    for status in [302, 404, 500] {
        let outcome = scene.fetch(status, &good);
        assert!(
            matches!(outcome, Err(FetchFault::Unreachable(_))),
            "{outcome:?}"
        );
    }
    assert_eq!(scene.there(), Some(good));
}

#[test]
fn of_an_issuer_that_is_not_known_here_what_comes_last_is_kept() {
    let (stam, stranger, namesake) = (issuer("Stam"), issuer("Ander"), issuer("Ander"));
    let scene = Scene::new(&stam);
    // A forged one from the future does not keep the real one out.
    scene.fetch(200, &list(&namesake, 900)).unwrap();
    let real = list(&stranger, 1);
    assert!(scene.fetch(200, &real).unwrap().is_new);
    assert_eq!(scene.there(), Some(real));
}
