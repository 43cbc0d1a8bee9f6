// SPDX-License-Identifier: EUPL-1.2
//! The keys of the organisation that lie here with their certificates, and which of them is to be used now.
//!
//! There is the pair that the configuration names, and in a folder beside its key one file per certificate that was
//! brought in: key and chain together. A file is written whole under a new name and never changed, so that nothing is
//! ever half replaced; the one before stays in use until the next begins. Which one counts follows from what lies there
//! and from the time, and is remembered nowhere.

use std::fs;
use std::path::{Path, PathBuf};

use basisnet_protocol::id::Oin;
use basisnet_protocol::sign::{OrgSigner as _, SignError};
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::TrustStore;
use zeroize::Zeroizing;

use super::Secret;
use super::file::{KeyFileError, create_secret, read_secret, unusable};
use super::org::{OrgKey, public_key_of};

/// In this folder, beside the configured key, lie the certificates that were brought in.
const FOLDER: &str = "ingevoerd";
/// The key of a certificate that was asked for and has not come yet.
const PENDING: &str = "aanvraag.sleutel";
/// More files than this in the folder are not the work of this program.
const MOST: usize = 64;

/// The pair of files that the configuration names; what is brought in lies beside the key.
#[derive(Clone, Debug)]
pub struct OrgFiles {
    /// The private key.
    pub key: PathBuf,
    /// The chain.
    pub chain: PathBuf,
}

/// A certificate with its key, and where they lie.
#[derive(Debug)]
pub struct Held {
    /// Key and chain.
    pub org: OrgKey,
    /// The file with the key.
    pub path: PathBuf,
    /// Whether it was brought in, and may be removed once it is over.
    pub brought_in: bool,
}

/// All certificates that lie here.
#[derive(Debug)]
pub struct Credentials {
    /// Those that can be read.
    pub held: Vec<Held>,
    /// What is wrong with the pair that the configuration names, if anything is.
    pub fault: Option<KeyFileError>,
}

impl Credentials {
    /// Reads all of them. A file that cannot be used is passed over, and told in the technical log.
    #[must_use]
    pub fn read(files: &OrgFiles) -> Self {
        let (mut held, mut fault) = (Vec::new(), None);
        match OrgKey::load(&files.key, &files.chain) {
            Ok(org) => held.push(Held {
                org,
                path: files.key.clone(),
                brought_in: false,
            }),
            Err(error) => fault = Some(error),
        }
        for path in bundles(files) {
            match bundle(&path) {
                Ok(org) => held.push(Held {
                    org,
                    path,
                    brought_in: true,
                }),
                Err(error) => {
                    tracing::error!(%error, "a certificate that was brought in is passed over")
                }
            }
        }
        Self { held, fault }
    }

    /// The place in `held` of the one to use: of the own organisation, believed now, and of those the one that began
    /// last. When none is believed, the one that lasts longest, so that what is wrong can be told.
    #[must_use]
    pub fn best(&self, oin: Oin, trust: &TrustStore, now: Timestamp) -> Option<usize> {
        let rank = |held: &Held| {
            let certificate = held.org.certificate();
            let believed = trust.verify(held.org.chain(), now).is_ok();
            let (begins, ends) = (certificate.not_before, certificate.not_after);
            let order = if believed { begins } else { ends };
            (certificate.oin == oin, believed, begins <= now, order, ends)
        };
        let places = self.held.iter().enumerate();
        places
            .max_by_key(|(_, held)| rank(held))
            .map(|(place, _)| place)
    }

    /// The key to use.
    ///
    /// # Errors
    /// When there is none at all: what is wrong with the one that the configuration names.
    pub fn choose(
        mut self,
        oin: Oin,
        trust: &TrustStore,
        now: Timestamp,
    ) -> Result<OrgKey, KeyFileError> {
        match (self.best(oin, trust, now), self.fault) {
            (Some(place), _) => Ok(self.held.swap_remove(place).org),
            (None, fault) => Err(fault.unwrap_or_else(none_at_all)),
        }
    }

    /// Why there is nothing to choose from; nothing when there is something.
    #[must_use]
    pub fn nothing(self) -> Option<KeyFileError> {
        let empty = self.held.is_empty();
        empty.then(|| self.fault.unwrap_or_else(none_at_all))
    }
}

fn none_at_all() -> KeyFileError {
    KeyFileError::NoCertificate(PathBuf::from(FOLDER))
}

/// The key for which a certificate is asked: the one that waits for it, the configured one that has no certificate yet,
/// or a new one.
///
/// # Errors
/// When a key cannot be read, made or written.
pub fn key_to_ask_for(files: &OrgFiles) -> Result<(PathBuf, Secret<Vec<u8>>), KeyFileError> {
    let pending = beside(files, PENDING);
    let unused = files.key.exists() && !files.chain.exists() && bundles(files).is_empty();
    let path = if unused { files.key.clone() } else { pending };
    if !path.exists() {
        if let Some(folder) = path.parent() {
            make_folder(folder)?;
        }
        let made = OrgKey::generate_pem().map_err(|SignError| {
            unusable(
                &path,
                "het systeem kon geen nieuwe sleutel maken; probeer het opnieuw",
            )
        })?;
        create_secret(&path, made.expose().as_bytes())?;
    }
    let key = read_secret(&path)?;
    Ok((path, key))
}

/// The key here that belongs to a certificate with this public key.
#[must_use]
pub fn key_for(files: &OrgFiles, public_key: &[u8]) -> Option<Secret<Vec<u8>>> {
    let mut paths = vec![beside(files, PENDING), files.key.clone()];
    paths.extend(bundles(files));
    paths
        .iter()
        .filter_map(|path| read_secret(path).ok())
        .find(|pem| public_key_of(pem.expose()).is_ok_and(|public| public == public_key))
}

/// Keeps a certificate with its key: in one file, whole or not at all. Gives where.
///
/// # Errors
/// When it cannot be written. That it is there already is no fault.
pub fn keep(files: &OrgFiles, key: &[u8], chain: &str) -> Result<PathBuf, KeyFileError> {
    let folder = beside(files, FOLDER);
    make_folder(&folder)?;
    let org = OrgKey::from_pem(key, chain.as_bytes()).map_err(|fault| unusable(&folder, fault))?;
    let certificate = org.certificate();
    let name = format!(
        "{}-{}.pem",
        certificate.not_before.date(),
        hex::encode(certificate.fingerprint.0.get(..8).unwrap_or_default())
    );
    let path = folder.join(name);
    let mut bundle = Zeroizing::new(key.to_vec());
    bundle.push(b'\n');
    bundle.extend_from_slice(chain.as_bytes());
    match create_secret(&path, &bundle) {
        Ok(()) | Err(KeyFileError::Exists(_)) => {}
        Err(fault) => return Err(fault),
    }
    forget_pending(files, &certificate.public_key);
    Ok(path)
}

/// The key that waited for this certificate waits no longer: it lies with it.
fn forget_pending(files: &OrgFiles, public_key: &[u8]) {
    let pending = beside(files, PENDING);
    let same = read_secret(&pending)
        .is_ok_and(|pem| public_key_of(pem.expose()).is_ok_and(|public| public == public_key));
    if same && let Err(error) = fs::remove_file(&pending) {
        tracing::error!(%error, "the key of the request was not removed");
    }
}

/// Removes certificates that were brought in and are over, with their keys: what nobody has, nobody can steal. Gives how many.
pub fn forget_expired(files: &OrgFiles, now: Timestamp) -> usize {
    let over = |held: &Held| held.brought_in && held.org.certificate().not_after <= now;
    let credentials = Credentials::read(files);
    let lasting = credentials.held.iter().any(|held| !over(held));
    let gone = credentials.held.iter().filter(|held| lasting && over(held));
    gone.filter(|held| fs::remove_file(&held.path).is_ok())
        .count()
}

fn bundle(path: &Path) -> Result<OrgKey, KeyFileError> {
    let pem = read_secret(path)?;
    OrgKey::from_pem(pem.expose(), pem.expose()).map_err(|fault| unusable(path, fault))
}

fn bundles(files: &OrgFiles) -> Vec<PathBuf> {
    let entries = fs::read_dir(beside(files, FOLDER)).into_iter().flatten();
    let paths = entries.flatten().map(|entry| entry.path());
    // A draft that a crash left behind begins with a full stop.
    let whole = paths.filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".pem") && !name.starts_with('.')
    });
    let mut whole: Vec<_> = whole.take(MOST).collect();
    whole.sort();
    whole
}

fn beside(files: &OrgFiles, name: &str) -> PathBuf {
    files.key.with_file_name(name)
}

fn make_folder(folder: &Path) -> Result<(), KeyFileError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.map_err(|cause| KeyFileError::Io {
        path: folder.to_owned(),
        cause,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use basisnet_protocol::trust::DEFAULT_CRL_GRACE;
    use rcgen::{
        BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
        DnType, ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, SerialNumber,
    };
    use time::OffsetDateTime;

    use super::*;

    const OIN: &str = "00000099000000001000";
    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn day(days: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_800_000_000 + days * 86_400).unwrap()
    }

    fn days(days: u64) -> Timestamp {
        NOW + Duration::from_secs(days * 86_400)
    }

    struct Place {
        folder: tempfile::TempDir,
        issuer: CertifiedIssuer<'static, KeyPair>,
    }

    impl Place {
        fn new() -> Self {
            let mut params = CertificateParams::default();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            Self {
                folder: tempfile::tempdir().unwrap(),
                issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap(),
            }
        }

        fn files(&self) -> OrgFiles {
            OrgFiles {
                key: self.folder.path().join("sleutel.pem"),
                chain: self.folder.path().join("keten.pem"),
            }
        }

        fn trust(&self) -> TrustStore {
            let list = CertificateRevocationListParams {
                this_update: day(-1),
                next_update: day(3_000),
                crl_number: SerialNumber::from(1_u64),
                issuing_distribution_point: None,
                revoked_certs: Vec::new(),
                key_identifier_method: KeyIdMethod::Sha256,
            };
            let list = list.signed_by(&self.issuer).unwrap().der().to_vec();
            let anchor = self.issuer.der().to_vec();
            TrustStore::new(&[anchor], &[list], DEFAULT_CRL_GRACE).unwrap()
        }

        fn certificate(&self, key: &[u8], from: i64, until: i64) -> String {
            let key = KeyPair::from_pem(std::str::from_utf8(key).unwrap()).unwrap();
            let mut params = CertificateParams::default();
            let serial = DnType::CustomDnType(vec![2, 5, 4, 5]);
            params.distinguished_name.push(serial, OIN);
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            (params.not_before, params.not_after) = (day(from), day(until));
            params.signed_by(&key, &self.issuer).unwrap().pem()
        }

        /// Asks for a certificate for these days and brings it in.
        fn renew(&self, from: i64, until: i64) -> PathBuf {
            let (_, key) = key_to_ask_for(&self.files()).unwrap();
            let chain = self.certificate(key.expose(), from, until);
            keep(&self.files(), key.expose(), &chain).unwrap()
        }

        fn ends(&self, now: Timestamp) -> Timestamp {
            let credentials = Credentials::read(&self.files());
            let chosen = credentials.choose(OIN.parse().unwrap(), &self.trust(), now);
            chosen.unwrap().certificate().not_after
        }
    }

    #[test]
    fn the_previous_certificate_counts_until_the_next_begins() {
        let place = Place::new();
        place.renew(-10, 100);
        assert_eq!(place.ends(NOW), days(100));
        place.renew(50, 500);
        assert_eq!(place.ends(NOW), days(100));
        assert_eq!(place.ends(days(49)), days(100));
        assert_eq!(place.ends(days(50)), days(500));
    }

    #[test]
    fn a_request_keeps_its_key_until_the_certificate_comes_and_the_next_has_another() {
        let place = Place::new();
        let (path, first) = key_to_ask_for(&place.files()).unwrap();
        let (_, again) = key_to_ask_for(&place.files()).unwrap();
        assert_eq!(first.expose(), again.expose());
        place.renew(-10, 100);
        assert!(!path.exists());
        let (_, next) = key_to_ask_for(&place.files()).unwrap();
        assert_ne!(first.expose(), next.expose());
    }

    #[test]
    fn what_a_crash_left_behind_is_not_looked_at() {
        let place = Place::new();
        let kept = place.renew(-10, 100);
        let draft = kept.with_file_name(".2027-01-01-00.pem.1234.nieuw");
        fs::write(draft, b"-----BEGIN PRIVATE KEY-----").unwrap();
        create_secret(&kept.with_file_name("half.pem"), b"half").unwrap();
        assert_eq!(place.ends(NOW), days(100));
        let (_, key) = key_to_ask_for(&place.files()).unwrap();
        let chain = place.certificate(key.expose(), -1, 400);
        let one = keep(&place.files(), key.expose(), &chain).unwrap();
        let other = keep(&place.files(), key.expose(), &chain).unwrap();
        assert_eq!(one, other, "twice is no fault");
        assert_eq!(place.ends(NOW), days(400));
    }

    #[test]
    fn a_certificate_that_is_over_goes_with_its_key_once_there_is_another() {
        let place = Place::new();
        let old = place.renew(-10, 100);
        assert_eq!(forget_expired(&place.files(), days(200)), 0, "the last one");
        place.renew(90, 500);
        assert_eq!(forget_expired(&place.files(), days(99)), 0);
        assert_eq!(forget_expired(&place.files(), days(100)), 1);
        assert!(!old.exists());
        assert_eq!(place.ends(days(100)), days(500));
    }

    #[test]
    fn without_any_certificate_the_configured_one_is_named() {
        let place = Place::new();
        let credentials = Credentials::read(&place.files());
        let chosen = credentials.choose(OIN.parse().unwrap(), &place.trust(), NOW);
        assert!(matches!(chosen, Err(KeyFileError::NoCertificate(_))));
    }
}
