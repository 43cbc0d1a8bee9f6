// SPDX-License-Identifier: EUPL-1.2
//! A certificate authority for one demonstration, made on the spot. In production this is PKIoverheid.
//!
//! Its key is never written down: when the demonstration has its certificates, nobody can make another.

use std::time::Duration;

use basisnet_protocol::time::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
    DistinguishedName, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair,
    KeyUsagePurpose, SerialNumber,
};
use time::OffsetDateTime;

use super::place::Place;

/// Attribute serialNumber of a subject: where the OIN stands.
const SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];
const DAY: Duration = Duration::from_secs(86_400);
/// Long enough for a demonstration that stays open over the holidays.
const TERM: Duration = DAY.saturating_mul(90);

/// Issues certificates for the gemeenten of the demonstration.
#[derive(Debug)]
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    now: Timestamp,
}

/// A certificate with its key, both as PEM.
pub(super) struct Issued {
    pub(super) chain: String,
    pub(super) key: String,
}

impl Authority {
    pub(super) fn new(now: Timestamp) -> Result<Self, rcgen::Error> {
        let mut name = DistinguishedName::new();
        name.push(DnType::OrganizationName, "BasisNet demonstratie");
        name.push(
            DnType::CommonName,
            "BasisNet demonstratie, alleen om te proberen",
        );
        let mut params = CertificateParams::default();
        params.distinguished_name = name;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.serial_number = Some(SerialNumber::from(1));
        set_term(&mut params, now);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        Ok(Self { issuer, now })
    }

    /// The anchor that all nodes of the demonstration trust, as PEM.
    pub(super) fn anchor(&self) -> String {
        self.issuer.pem()
    }

    /// Nobody was revoked: a list that says so, as PEM.
    pub(super) fn revocation_list(&self) -> Result<String, rcgen::Error> {
        CertificateRevocationListParams {
            this_update: moment(self.now - DAY),
            next_update: moment(self.now + TERM),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: KeyIdMethod::Sha256,
        }
        .signed_by(&self.issuer)?
        .pem()
    }

    /// A certificate for a gemeente, with its OIN in the subject.
    pub(super) fn issue(&self, place: Place) -> Result<Issued, rcgen::Error> {
        let oin = place.oin_text();
        let mut name = DistinguishedName::new();
        name.push(DnType::CountryName, "NL");
        name.push(
            DnType::OrganizationName,
            format!("Gemeente {}", place.name()),
        );
        name.push(DnType::CommonName, format!("BasisNet {}", place.name()));
        name.push(
            DnType::from_oid(&SERIAL_NUMBER),
            DnValue::PrintableString(oin.as_str().try_into()?),
        );
        let mut params = CertificateParams::default();
        params.distinguished_name = name;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(SerialNumber::from_slice(oin.as_bytes()));
        set_term(&mut params, self.now);
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Issued {
            chain: certificate.pem(),
            key: key.serialize_pem(),
        })
    }
}

fn set_term(params: &mut CertificateParams, now: Timestamp) {
    params.not_before = moment(now - DAY);
    params.not_after = moment(now + TERM);
}

fn moment(at: Timestamp) -> OffsetDateTime {
    let seconds = i64::try_from(at.as_secs()).unwrap_or_default();
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use basisnet_protocol::trust::{DEFAULT_CRL_GRACE, TrustStore};
    use rustls_pki_types::pem::PemObject;
    use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};

    use super::*;

    #[test]
    fn every_gemeente_of_the_demonstration_is_believed_and_nobody_else() {
        let now = Timestamp::from_secs(1_790_000_000);
        let authority = Authority::new(now).unwrap();
        let trust = store(&authority);
        for place in Place::ALL {
            let issued = authority.issue(place).unwrap();
            let leaf = CertificateDer::from_pem_slice(issued.chain.as_bytes()).unwrap();
            let certificate = trust.verify(&[leaf], now).unwrap();
            assert_eq!(certificate.oin, place.oin().unwrap());
        }
        let stranger = Authority::new(now).unwrap().issue(Place::Weert).unwrap();
        let leaf = CertificateDer::from_pem_slice(stranger.chain.as_bytes()).unwrap();
        assert!(trust.verify(&[leaf], now).is_err());
    }

    fn store(authority: &Authority) -> TrustStore {
        let anchor = CertificateDer::from_pem_slice(authority.anchor().as_bytes()).unwrap();
        let list = authority.revocation_list().unwrap();
        let list = CertificateRevocationListDer::from_pem_slice(list.as_bytes()).unwrap();
        TrustStore::new(&[anchor.to_vec()], &[list.to_vec()], DEFAULT_CRL_GRACE).unwrap()
    }
}
