// SPDX-License-Identifier: EUPL-1.2
//! What a certificate says about the organisation that holds it.

use sha2::{Digest, Sha256};
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::{
    OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384, OID_PKCS1_RSAENCRYPTION,
    OID_X509_SERIALNUMBER,
};
use x509_parser::prelude::FromDer;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

use super::ChainError;
use crate::id::Oin;
use crate::octets::Octets;
use crate::sign::OrgAlgorithm;
use crate::time::Timestamp;

/// The organisation behind a certificate, and the key with which it signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgCertificate {
    /// Its OIN: attribute serialNumber (2.5.4.5) of the subject.
    pub oin: Oin,
    /// Its name: attribute organizationName of the subject, else commonName.
    pub name: String,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until.
    pub not_after: Timestamp,
    /// The algorithm that belongs to the key.
    pub algorithm: OrgAlgorithm,
    /// The key: a point for ECDSA, an `RSAPublicKey` in DER for RSA.
    pub public_key: Vec<u8>,
    /// SHA-256 of the certificate.
    pub fingerprint: Octets<32>,
}

impl OrgCertificate {
    /// Reads a certificate in DER. Whether it is to be believed is [`super::TrustStore::verify`]'s business.
    ///
    /// # Errors
    ///
    /// When it cannot be read, names no OIN, does not allow digital signatures, or has another kind of key.
    pub fn read(der: &[u8]) -> Result<Self, ChainError> {
        let (rest, certificate) =
            X509Certificate::from_der(der).map_err(|_| ChainError::Malformed)?;
        if !rest.is_empty() {
            return Err(ChainError::Malformed);
        }
        if !allows_digital_signature(&certificate) {
            return Err(ChainError::Usage);
        }
        let validity = certificate.validity();
        let key = certificate.public_key();
        Ok(Self {
            oin: oin(certificate.subject()).ok_or(ChainError::NoOin)?,
            name: name(certificate.subject()),
            not_before: moment(validity.not_before.timestamp())?,
            not_after: moment(validity.not_after.timestamp())?,
            algorithm: algorithm(key).ok_or(ChainError::Algorithm)?,
            public_key: key.subject_public_key.data.to_vec(),
            fingerprint: Octets(Sha256::digest(der).into()),
        })
    }
}

/// `webpki` does not look at the key usage of a leaf, so we do; without the extension the answer is no.
fn allows_digital_signature(certificate: &X509Certificate<'_>) -> bool {
    matches!(certificate.key_usage(), Ok(Some(usage)) if usage.value.digital_signature())
}

/// The one serialNumber of the subject; two of them are none.
fn oin(subject: &X509Name<'_>) -> Option<Oin> {
    let mut numbers = subject.iter_by_oid(&OID_X509_SERIALNUMBER);
    let number = numbers.next()?;
    if numbers.next().is_some() {
        return None;
    }
    number.as_str().ok()?.parse().ok()
}

fn name(subject: &X509Name<'_>) -> String {
    subject
        .iter_organization()
        .chain(subject.iter_common_name())
        .find_map(|attribute| attribute.as_str().ok())
        .unwrap_or_default()
        .to_owned()
}

fn moment(seconds: i64) -> Result<Timestamp, ChainError> {
    u64::try_from(seconds)
        .map(Timestamp::from_secs)
        .map_err(|_| ChainError::Malformed)
}

fn algorithm(key: &SubjectPublicKeyInfo<'_>) -> Option<OrgAlgorithm> {
    let kind = &key.algorithm.algorithm;
    if *kind == OID_PKCS1_RSAENCRYPTION {
        return Some(OrgAlgorithm::Ps256);
    }
    if *kind != OID_KEY_TYPE_EC_PUBLIC_KEY {
        return None;
    }
    let curve = key.algorithm.parameters.as_ref()?.as_oid().ok()?;
    if curve == OID_EC_P256 {
        Some(OrgAlgorithm::Es256)
    } else if curve == OID_NIST_EC_P384 {
        Some(OrgAlgorithm::Es384)
    } else {
        None
    }
}
