// SPDX-License-Identifier: EUPL-1.2
//! The commands about the certificate one after the other, as somebody types them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams,
    CertificateSigningRequestParams, CertifiedIssuer, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose,
    SerialNumber,
};
use time::{Duration, OffsetDateTime};

use super::super::{Exit, run};
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::{Credentials, NodeKey};
use crate::trust::Trust;

struct Scene {
    folder: tempfile::TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

fn today() -> OffsetDateTime {
    let now = i64::try_from(Clock::machine().now().as_secs()).unwrap();
    OffsetDateTime::from_unix_timestamp(now).unwrap()
}

impl Scene {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let list = CertificateRevocationListParams {
            this_update: today() - Duration::DAY,
            next_update: today() + Duration::WEEK,
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = list.signed_by(&issuer).unwrap();
        let text = "[organisatie]\noin = \"00000099000000345000\"\nnaam = \"Gemeente Proef\"\n\
                    [vertrouwen]\nankers = [\"anker.pem\"]\ncrls = [\"lijst.crl\"]\n";
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        };
        write("basisnet.toml", text.as_bytes());
        write("anker.pem", issuer.pem().as_bytes());
        write("lijst.crl", list.der());
        Self { folder, issuer }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn config(&self) -> Config {
        Config::load(&self.path("basisnet.toml")).unwrap()
    }

    /// How a command ends.
    fn ends(&self, arguments: &[&str], exit: Exit) {
        let config = self.path("basisnet.toml");
        let whole = [
            "basisnet",
            "--config",
            config.to_str().unwrap(),
            "certificaat",
        ];
        let whole = whole.iter().chain(arguments).map(std::ffi::OsString::from);
        let ended = format!("{:?}", run(whole));
        assert_eq!(
            ended,
            format!("{:?}", ExitCode::from(exit)),
            "{arguments:?}"
        );
    }

    /// What the authority makes of a request.
    fn certify(&self, request: &Path, to: &Path, days: i64) {
        let pem = std::fs::read_to_string(request).unwrap();
        let mut request = CertificateSigningRequestParams::from_pem(&pem).unwrap();
        request.params.not_before = today() - Duration::DAY;
        request.params.not_after = today() + Duration::days(days);
        let certificate = request.signed_by(&self.issuer).unwrap();
        std::fs::write(to, certificate.pem()).unwrap();
    }

    fn days_left(&self) -> u64 {
        let config = self.config();
        let (trust, now) = (Trust::load(&config).unwrap(), Clock::machine().now());
        let chosen = Credentials::read(&config.org_files());
        let chosen = chosen.choose(config.organisatie.oin, &trust.current(), now);
        chosen.unwrap().certificate().not_after.since(now).as_secs() / 86_400
    }
}

#[test]
fn a_certificate_is_asked_for_brought_in_shown_and_renewed() {
    let scene = Scene::new();
    let (request, certificate) = (scene.path("aanvraag.csr"), scene.path("keten.pem"));
    let ask = ["aanvragen", "--uit", request.to_str().unwrap()];
    let bring_in = ["invoeren", certificate.to_str().unwrap()];
    scene.ends(&["tonen"], Exit::Config);
    scene.ends(&bring_in, Exit::Refused);
    scene.ends(&ask, Exit::Done);
    scene.ends(&ask, Exit::Refused);
    scene.certify(&request, &certificate, 40);
    scene.ends(&bring_in, Exit::Done);
    scene.ends(&bring_in, Exit::Done);
    scene.ends(&["tonen"], Exit::Done);
    assert_eq!(scene.days_left(), 39);

    std::fs::remove_file(&request).unwrap();
    scene.ends(&ask, Exit::Done);
    scene.certify(&request, &certificate, 400);
    scene.ends(&bring_in, Exit::Done);
    assert_eq!(scene.days_left(), 399);
}

#[test]
fn a_certificate_of_which_the_key_is_elsewhere_is_refused() {
    let (scene, elsewhere) = (Scene::new(), Scene::new());
    let (request, certificate) = (elsewhere.path("aanvraag.csr"), scene.path("keten.pem"));
    elsewhere.ends(
        &["aanvragen", "--uit", request.to_str().unwrap()],
        Exit::Done,
    );
    scene.certify(&request, &certificate, 400);
    scene.ends(&["invoeren", certificate.to_str().unwrap()], Exit::Refused);
    assert!(
        Credentials::read(&scene.config().org_files())
            .held
            .is_empty()
    );
}

#[test]
fn a_node_without_a_store_gets_another_key_at_once() {
    let scene = Scene::new();
    let config = scene.config();
    std::fs::create_dir(&config.opslag.sleutelmap).unwrap();
    let before = NodeKey::create(&config.node_key_file()).unwrap().public();
    scene.ends(&["nieuwe-sleutel"], Exit::Done);
    assert_ne!(
        NodeKey::load(&config.node_key_file()).unwrap().public(),
        before
    );
    assert!(!config.next_node_key_file().exists());
}
