// SPDX-License-Identifier: EUPL-1.2
//! The files that the configuration points to: where they are, and what is read from them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use basisnet_protocol::trust::{TrustError, TrustStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};

use super::Config;
use crate::store::StoreConfig;

/// No anchor or revocation list is larger.
const LARGEST: u64 = 32 * 1024 * 1024;

/// Why there is nothing to trust by, in Dutch.
#[derive(Debug, thiserror::Error)]
pub enum TrustFileError {
    /// The file cannot be read.
    #[error("`{}` uit [vertrouwen] is niet te lezen: {cause}; controleer het pad en de rechten", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// The file is far larger than what belongs there.
    #[error("`{}` uit [vertrouwen] is groter dan 32 MiB; staat daar het goede bestand?", .0.display())]
    TooLarge(PathBuf),
    /// An anchor that is no certificate.
    #[error("in `{}` staat geen stamcertificaat in PEM; vraag het op bij de uitgever van de certificaten", .0.display())]
    NoCertificate(PathBuf),
    /// A revocation list that is none.
    #[error("in `{}` staat geen CRL in PEM of DER; haal de lijst opnieuw op bij de uitgever", .0.display())]
    NoList(PathBuf),
    /// Read, and still not usable.
    #[error(
        "de stamcertificaten of CRL's uit [vertrouwen] zijn niet bruikbaar ({0}); haal ze opnieuw op bij de uitgever"
    )]
    Unusable(#[from] TrustError),
}

impl Config {
    /// The node key.
    #[must_use]
    pub fn node_key_file(&self) -> PathBuf {
        self.opslag.sleutelmap.join("node.sleutel")
    }

    /// The folder with the keys of the store.
    #[must_use]
    pub fn store_key_folder(&self) -> PathBuf {
        self.opslag.sleutelmap.join("opslag")
    }

    /// The name of the log in its checkpoints.
    #[must_use]
    pub fn log_origin(&self) -> String {
        format!("basisnet.nl/log/{}", self.organisatie.oin)
    }

    /// What the store needs to know.
    #[must_use]
    pub fn store_config(&self) -> StoreConfig {
        StoreConfig {
            dir: self.opslag.datamap.clone(),
            engine: self.opslag.motor,
            reserve_bytes: self.opslag.reserve_mib.saturating_mul(1_048_576),
        }
    }

    /// Anchors and revocation lists as configured.
    ///
    /// # Errors
    /// Names the file that cannot be used.
    pub fn trust_store(&self) -> Result<TrustStore, TrustFileError> {
        let mut anchors = Vec::new();
        for path in &self.vertrouwen.ankers {
            let pem = read(path)?;
            let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
            match found {
                Ok(found) if !found.is_empty() => {
                    anchors.extend(found.iter().map(|der| der.to_vec()))
                }
                _ => return Err(TrustFileError::NoCertificate(path.clone())),
            }
        }
        let mut lists = Vec::new();
        for path in &self.vertrouwen.crls {
            let bytes = read(path)?;
            let found: Result<Vec<_>, _> =
                CertificateRevocationListDer::pem_slice_iter(&bytes).collect();
            match found {
                Ok(found) if !found.is_empty() => {
                    lists.extend(found.iter().map(|der| der.as_ref().to_vec()))
                }
                // DER begins with a SEQUENCE.
                _ if bytes.first() == Some(&0x30) => lists.push(bytes),
                _ => return Err(TrustFileError::NoList(path.clone())),
            }
        }
        let grace = Duration::from_secs(u64::from(self.vertrouwen.crl_respijt_dagen) * 86_400);
        Ok(TrustStore::new(&anchors, &lists, grace)?)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TrustFileError> {
    let unreadable = |cause| TrustFileError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > LARGEST {
        return Err(TrustFileError::TooLarge(path.to_owned()));
    }
    std::fs::read(path).map_err(unreadable)
}
