// SPDX-License-Identifier: EUPL-1.2
//! Asks the running node over HTTPS, trusting its own certificate and no other.
//!
//! The certificate lies in the data folder, so whoever can run a command there knows the node without a trust
//! anchor. The session lies in a file that only the user can read.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::{Method, Request, Response};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use super::{Exit, Failure};
use crate::api::{CERTIFICATE_FILE, problem::ProblemBody};
use crate::config::Config;
use crate::reason::io_reason;

/// The kind of body of ordinary calls.
const JSON: &str = "application/json";

/// The largest answer that is read.
const MAX_ANSWER: u64 = 64 * 1024 * 1024;

/// Calls the API of the node in the configuration.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    base: String,
    session_path: PathBuf,
    token: Option<String>,
}

impl Client {
    /// Finds the certificate and the session; sends nothing yet.
    pub(crate) fn new(config: &Config, session_path: Option<PathBuf>) -> Result<Self, Failure> {
        let certificate = config.opslag.datamap.join(CERTIFICATE_FILE);
        let pem = std::fs::read(&certificate).map_err(|cause| {
            Failure::new(
                Exit::Unreachable,
                format!(
                    "het certificaat van de node (`{}`) is niet te lezen: {}; is deze node ingericht met `basisnet \
                     init`, en voert u dit uit als de gebruiker van de node?",
                    certificate.display(),
                    io_reason(&cause)
                ),
            )
        })?;
        let session_path = session_path.unwrap_or_else(|| default_session_path(config));
        let token = std::fs::read_to_string(&session_path)
            .ok()
            .map(|token| token.trim().to_owned());
        Ok(Self {
            agent: agent(&pem),
            base: format!("https://{}", reachable(config.api.luister)),
            session_path,
            token,
        })
    }

    /// Reads a resource.
    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.call(Method::GET, path, "", Vec::new())
    }

    /// Creates something, or does something.
    pub(crate) fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, Failure> {
        self.call(Method::POST, path, JSON, json(body)?)
    }

    /// Sends a file.
    pub(crate) fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        file: Vec<u8>,
    ) -> Result<T, Failure> {
        self.call(Method::POST, path, "text/csv", file)
    }

    /// Sends a file in a form of our own, as bytes.
    pub(crate) fn send_file<T: DeserializeOwned>(
        &self,
        path: &str,
        file: Vec<u8>,
    ) -> Result<T, Failure> {
        self.call(Method::POST, path, "application/octet-stream", file)
    }

    /// Replaces something.
    pub(crate) fn put<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, Failure> {
        self.call(Method::PUT, path, JSON, json(body)?)
    }

    /// Removes something.
    pub(crate) fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.call(Method::DELETE, path, "", Vec::new())
    }

    /// Keeps the token of a new session, in a file that only this user can read.
    pub(crate) fn keep_session(&mut self, token: &str) -> Result<(), Failure> {
        if let Some(folder) = self.session_path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|cause| Failure::file("het maken", folder, &cause))?;
        }
        let fail = |cause| Failure::file("het bewaren", &self.session_path, &cause);
        let _ = std::fs::remove_file(&self.session_path);
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.session_path)
            .map_err(fail)?;
        file.write_all(token.as_bytes()).map_err(fail)?;
        self.token = Some(token.to_owned());
        Ok(())
    }

    /// Forgets the session on this side.
    pub(crate) fn forget_session(&mut self) {
        let _ = std::fs::remove_file(&self.session_path);
        self.token = None;
    }

    fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> Result<T, Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("accept", "application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        let request = request
            .body(body)
            .map_err(|_| Failure::new(Exit::Usage, "uit deze waarden is geen adres te maken"))?;
        let answer = self
            .agent
            .run(request)
            .map_err(|error| self.no_answer(&error))?;
        self.read(answer)
    }

    fn read<T: DeserializeOwned>(&self, mut answer: Response<Body>) -> Result<T, Failure> {
        let status = answer.status();
        let text = answer
            .body_mut()
            .with_config()
            .limit(MAX_ANSWER)
            .read_to_string()
            .map_err(|error| self.no_answer(&error))?;
        if status.is_success() {
            let text = if text.is_empty() { "null" } else { &text };
            return serde_json::from_str(text).map_err(|error| {
                Failure::fault(format!(
                    "het antwoord van de node is niet te lezen ({error}); draait de node dezelfde versie als deze opdracht?"
                ))
            });
        }
        let exit = match status.as_u16() {
            401 | 403 => Exit::NotAllowed,
            400..=499 => Exit::Refused,
            _ => Exit::Fault,
        };
        let Ok(problem) = serde_json::from_str::<ProblemBody>(&text) else {
            return Err(Failure::new(
                exit,
                format!("de node antwoordt met status {status}"),
            ));
        };
        let fields = problem.fouten.iter().map(ToString::to_string);
        let text = if status.is_server_error() {
            format!("{} (verzoek {})", problem.detail, problem.verzoek)
        } else {
            problem.detail.clone()
        };
        Err(Failure::new(exit, text).with_details(fields))
    }

    fn no_answer(&self, error: &ureq::Error) -> Failure {
        let base = &self.base;
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the enum is non-exhaustive; the last arm names the cause as it is"
        )]
        let text = match error {
            ureq::Error::ConnectionFailed | ureq::Error::HostNotFound => {
                format!("de node op {base} antwoordt niet; start haar met `basisnet start`")
            }
            ureq::Error::Io(cause) if cause.kind() == std::io::ErrorKind::ConnectionRefused => {
                format!("de node op {base} antwoordt niet; start haar met `basisnet start`")
            }
            // It stops reading what is larger than it takes.
            ureq::Error::Io(cause)
                if matches!(
                    cause.kind(),
                    std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::ConnectionReset
                ) =>
            {
                format!(
                    "de node op {base} brak het gesprek af; is het bestand groter dan zij aanneemt? Zo niet, kijk dan met \
                     `basisnet controleer` wat er is"
                )
            }
            ureq::Error::Timeout(_) => {
                format!(
                    "de node op {base} antwoordt niet op tijd; kijk met `basisnet controleer` wat er is"
                )
            }
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) => format!(
                "wat op {base} antwoordt heeft niet het certificaat van deze node; draait daar een andere node, of is \
                 die opnieuw ingericht? ({error})"
            ),
            other => format!("het gesprek met de node op {base} mislukt: {other}"),
        };
        Failure::new(Exit::Unreachable, text)
    }
}

fn agent(pem: &[u8]) -> Agent {
    let certificates: Vec<_> = parse_pem(pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&certificates))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .https_only(true)
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_connect(Some(Duration::from_secs(5)))
        .timeout_global(Some(Duration::from_secs(300)))
        .build()
        .into()
}

/// An address that listens everywhere is reached on this machine.
fn reachable(listen: std::net::SocketAddr) -> std::net::SocketAddr {
    let mut address = listen;
    if listen.ip().is_unspecified() {
        address.set_ip(match listen.ip() {
            std::net::IpAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

fn json<B: Serialize>(body: &B) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(body)
        .map_err(|error| Failure::fault(format!("de vraag is niet op te schrijven: {error}")))
}

fn default_session_path(config: &Config) -> PathBuf {
    let state = std::env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or_else(|| {
            std::env::var_os("HOME").map(|home| Path::new(&home).join(".local").join("state"))
        });
    let folder = state.map_or_else(
        || config.opslag.datamap.clone(),
        |state| state.join("basisnet"),
    );
    folder.join(format!(
        "sessie-{}-{}",
        config.organisatie.oin,
        config.api.luister.port()
    ))
}
