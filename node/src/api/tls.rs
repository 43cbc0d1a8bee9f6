// SPDX-License-Identifier: EUPL-1.2
//! The certificate of the API: made here, renewed at start, and pinned by our own command line.
//!
//! Whoever wants the pages on another machine without a warning puts a reverse proxy with a certificate of the
//! organisation before them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use basisnet_protocol::time::Timestamp;
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::CERTIFICATE_FILE;
use crate::config::Config;
use crate::keys::{KeyFileError, create_secret, read_secret};
use crate::reason::io_reason;

/// The private key of the API, in the key folder.
pub const KEY_FILE: &str = "api-sleutel.der";

/// 1 January 2026. What counts is the pin; a fixed beginning leaves no quarrel over clocks that differ.
const BEGINNING: Timestamp = Timestamp::from_secs(1_767_225_600);
const LIFETIME: Duration = Duration::from_secs(2 * 365 * 86_400);
const RENEW_BEFORE: Duration = Duration::from_secs(60 * 86_400);

/// Why the API has no certificate.
#[derive(Debug, thiserror::Error)]
pub enum ApiCertificateError {
    /// The key file.
    #[error("de sleutel van de API: {0}")]
    Key(#[from] KeyFileError),
    /// The certificate file.
    #[error("het certificaat van de API (`{}`) is niet te schrijven: {}; controleer de map, de eigenaar en de vrije ruimte", path.display(), io_reason(cause))]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// The certificate cannot be made, or not be used with this key.
    #[error(
        "het certificaat van de API (`{CERTIFICATE_FILE}` in de datamap) is niet te maken of te gebruiken met de sleutel \
         `{KEY_FILE}` in de sleutelmap ({0}); horen die mappen bij deze node, verwijder het certificaat dan: er komt een nieuw"
    )]
    Unusable(String),
}

fn unusable(error: &impl ToString) -> ApiCertificateError {
    ApiCertificateError::Unusable(error.to_string())
}

/// Makes a certificate, and a key when there is none yet.
///
/// # Errors
/// When a file cannot be written.
pub fn create(config: &Config, now: Timestamp) -> Result<(), ApiCertificateError> {
    let key_path = config.opslag.sleutelmap.join(KEY_FILE);
    if !key_path.exists() {
        let key = KeyPair::generate().map_err(|error| unusable(&error))?;
        create_secret(&key_path, key.serialized_der())?;
    }
    let secret = read_secret(&key_path)?;
    let der = PrivatePkcs8KeyDer::from(secret.expose().as_slice());
    let key = KeyPair::try_from(&der).map_err(|error| unusable(&error))?;
    let mut params = CertificateParams::new(names(config)).map_err(|error| unusable(&error))?;
    params.distinguished_name.push(
        DnType::CommonName,
        format!("BasisNet {}", config.organisatie.oin),
    );
    params.not_before = moment(BEGINNING)?;
    params.not_after = moment(now + LIFETIME)?;
    let certificate = params.self_signed(&key).map_err(|error| unusable(&error))?;
    let path = config.opslag.datamap.join(CERTIFICATE_FILE);
    std::fs::write(&path, certificate.pem())
        .map_err(|cause| ApiCertificateError::File { path, cause })
}

/// Under which names and addresses the API can be called.
fn names(config: &Config) -> Vec<String> {
    let mut names = vec![
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "::1".to_owned(),
    ];
    names.extend(config.api.namen.iter().cloned());
    let listen = config.api.luister.ip();
    if !listen.is_unspecified() && !names.contains(&listen.to_string()) {
        names.push(listen.to_string());
    }
    names
}

/// What the server needs; a certificate that is absent or about to expire is made anew.
///
/// # Errors
/// When the key or the certificate cannot be read or made.
pub fn load(config: &Config, now: Timestamp) -> Result<Arc<ServerConfig>, ApiCertificateError> {
    let path = config.opslag.datamap.join(CERTIFICATE_FILE);
    let certificate = match CertificateDer::from_pem_file(&path) {
        Ok(der) if expiry(&der).is_some_and(|until| until > now + RENEW_BEFORE) => der,
        _ => {
            create(config, now)?;
            CertificateDer::from_pem_file(&path).map_err(|error| unusable(&error))?
        }
    };
    let secret = read_secret(&config.opslag.sleutelmap.join(KEY_FILE))?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(secret.expose().clone()));
    let mut server =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|error| unusable(&error))?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .map_err(|error| unusable(&error))?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(server))
}

/// When the certificate in a file expires; nothing when there is none.
#[must_use]
pub fn expiry_of(path: &std::path::Path) -> Option<Timestamp> {
    expiry(&CertificateDer::from_pem_file(path).ok()?)
}

/// When a certificate expires.
fn expiry(der: &CertificateDer<'_>) -> Option<Timestamp> {
    let (_, parsed) = x509_parser::parse_x509_certificate(der).ok()?;
    let seconds = u64::try_from(parsed.validity().not_after.timestamp()).ok()?;
    Some(Timestamp::from_secs(seconds))
}

fn moment(at: Timestamp) -> Result<time::OffsetDateTime, ApiCertificateError> {
    i64::try_from(at.as_secs())
        .map_err(|error| unusable(&error))
        .and_then(|seconds| {
            time::OffsetDateTime::from_unix_timestamp(seconds).map_err(|error| unusable(&error))
        })
}
