// SPDX-License-Identifier: EUPL-1.2
//! The certificates and revocation lists of the configuration, read from their files and read again when these change.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use basisnet_protocol::octets::Octets;
use basisnet_protocol::trust::{TrustError, TrustStore};
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::reason::io_reason;

pub mod fetch;

const DAY: Duration = Duration::from_secs(86_400);
/// No list is larger; that of a whole authority with a million entries is some 40 MB.
const LARGEST: u64 = 67_108_864;

/// What is believed at this moment. A copy sees the same.
#[derive(Clone, Debug)]
pub struct Trust {
    files: Arc<Files>,
    current: Arc<RwLock<Current>>,
}

/// Which files there are to read.
#[derive(Debug)]
struct Files {
    anchors: Vec<PathBuf>,
    former: Vec<PathBuf>,
    lists: Vec<PathBuf>,
    /// Lists that the node fetches, and does not have until the first time that this succeeds.
    fetched: Vec<PathBuf>,
    grace: Duration,
}

impl Files {
    fn of(config: &Config) -> Self {
        let named = &config.vertrouwen;
        Self {
            anchors: named.ankers.clone(),
            former: named.vroegere_ankers.clone(),
            lists: named.crls.clone(),
            fetched: config
                .fetched_lists()
                .into_iter()
                .map(|(_, path)| path)
                .collect(),
            grace: DAY * named.crl_respijt_dagen,
        }
    }
}

#[derive(Debug)]
struct Current {
    store: Arc<TrustStore>,
    anchors: Vec<Anchor>,
    contents: Octets<32>,
}

/// A certificate that is trusted, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The name of the file.
    pub file: String,
    /// SHA-256 over the certificate, as others print it too.
    pub fingerprint: Octets<32>,
}

/// Why the certificates of the configuration cannot be used. The text is for the person who runs the node.
#[derive(Debug, thiserror::Error)]
pub enum TrustFault {
    /// A file that is not there, not readable or too large.
    #[error(
        "`{}` kan niet worden gelezen: {}; zet daar het stamcertificaat of de CRL van de uitgever, of verbeter het pad in [vertrouwen]",
        path.display(), io_reason(cause)
    )]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A file with something else in it.
    #[error("`{}` is geen {what}; haal het bestand opnieuw op bij de uitgever", path.display())]
    Content {
        /// Which file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
    },
    /// Together they are of no use.
    #[error(
        "de certificaten in [vertrouwen] zijn niet bruikbaar: {0}; haal ze opnieuw op bij de uitgever"
    )]
    Unusable(#[from] TrustError),
}

impl Trust {
    /// Reads the files that the configuration names.
    ///
    /// # Errors
    /// Names the file that cannot be used.
    pub fn load(config: &Config) -> Result<Self, TrustFault> {
        let files = Files::of(config);
        let current = read(&files)?;
        Ok(Self {
            files: Arc::new(files),
            current: Arc::new(RwLock::new(current)),
        })
    }

    /// What is believed now.
    #[must_use]
    pub fn current(&self) -> Arc<TrustStore> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current.store)
    }

    /// The certificates under which those of organisations must fall.
    #[must_use]
    pub fn anchors(&self) -> Vec<Anchor> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.anchors.clone()
    }

    /// Reads the files again; gives what is believed from now on, when that is something else.
    ///
    /// # Errors
    /// When a file cannot be used. Then what was believed stays, and grows old.
    pub fn reload(&self) -> Result<Option<Arc<TrustStore>>, TrustFault> {
        let fresh = read(&self.files)?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if fresh.contents == current.contents {
            return Ok(None);
        }
        *current = fresh;
        Ok(Some(Arc::clone(&current.store)))
    }
}

fn read(files: &Files) -> Result<Current, TrustFault> {
    let mut hash = Sha256::new();
    let (mut anchors, mut told) = (Vec::new(), Vec::new());
    for path in &files.anchors {
        let bytes = read_file(path, &mut hash)?;
        for der in certificates(path, &bytes)? {
            told.push(Anchor {
                file: path
                    .file_name()
                    .unwrap_or(path.as_os_str())
                    .to_string_lossy()
                    .into_owned(),
                fingerprint: Octets(Sha256::digest(&der).into()),
            });
            anchors.push(der);
        }
    }
    let mut lists = Vec::new();
    let fetched = files.fetched.iter().filter(|path| path.exists());
    for path in files.lists.iter().chain(fetched) {
        let bytes = read_file(path, &mut hash)?;
        lists.extend(revocation_lists(path, bytes)?);
    }
    let mut former = Vec::new();
    for path in &files.former {
        let bytes = read_file(path, &mut hash)?;
        former.extend(certificates(path, &bytes)?);
    }
    Ok(Current {
        store: Arc::new(TrustStore::new(&anchors, &lists, files.grace)?.with_former(&former)?),
        anchors: told,
        contents: Octets(hash.finalize().into()),
    })
}

fn read_file(path: &Path, hash: &mut Sha256) -> Result<Vec<u8>, TrustFault> {
    let fault = |cause| TrustFault::File {
        path: path.to_owned(),
        cause,
    };
    if std::fs::metadata(path).map_err(fault)?.len() > LARGEST {
        return Err(fault(std::io::ErrorKind::FileTooLarge.into()));
    }
    let bytes = std::fs::read(path).map_err(fault)?;
    hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(&bytes);
    Ok(bytes)
}

fn certificates(path: &Path, pem: &[u8]) -> Result<Vec<Vec<u8>>, TrustFault> {
    let found: Result<Vec<_>, pem::Error> = CertificateDer::pem_slice_iter(pem)
        .map(|der| der.map(|der| der.to_vec()))
        .collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(content(path, "stamcertificaat in PEM")),
    }
}

/// Authorities publish lists in DER; in PEM there may be several in one file.
fn revocation_lists(path: &Path, bytes: Vec<u8>) -> Result<Vec<Vec<u8>>, TrustFault> {
    if bytes.first() == Some(&0x30) {
        return Ok(vec![bytes]);
    }
    let found: Result<Vec<_>, pem::Error> = CertificateRevocationListDer::pem_slice_iter(&bytes)
        .map(|der| der.map(|der| der.to_vec()))
        .collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(content(path, "lijst van ingetrokken certificaten (CRL)")),
    }
}

fn content(path: &Path, what: &'static str) -> TrustFault {
    TrustFault::Content {
        path: path.to_owned(),
        what,
    }
}
