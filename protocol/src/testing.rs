// SPDX-License-Identifier: EUPL-1.2
//! A certificate authority, organisations and nodes for the tests of this crate.

use std::sync::OnceLock;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, IsCa, Issuer,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber,
};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RSA_PSS_SHA256, RsaKeyPair,
};
use time::OffsetDateTime;

use crate::id::Oin;
use crate::sign::{NodeSigner, OrgAlgorithm, OrgSigner, SignError};
use crate::time::Timestamp;
use crate::trust::{DEFAULT_CRL_GRACE, TrustStore};

pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
pub(crate) const DAY: u64 = 86_400;

pub(crate) fn at(days: i64) -> OffsetDateTime {
    let day = i64::try_from(DAY).unwrap();
    OffsetDateTime::from_unix_timestamp(1_800_000_000 + days * day).unwrap()
}

pub(crate) fn oin(number: u64) -> Oin {
    format!("000000990000{number:04}0000").parse().unwrap()
}

/// Which kind of key to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    P256,
    P384,
    Rsa(&'static str),
}

impl Kind {
    pub(crate) const RSA_ROOT: Self =
        Self::Rsa(include_str!("../../tests/vectors/keys/rsa-root.pem"));
    pub(crate) const RSA_INTERMEDIATE: Self = Self::Rsa(include_str!(
        "../../tests/vectors/keys/rsa-intermediate.pem"
    ));
    pub(crate) const RSA_LEAF: Self =
        Self::Rsa(include_str!("../../tests/vectors/keys/rsa-leaf.pem"));

    fn key(self) -> KeyPair {
        match self {
            Self::P256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap(),
            Self::P384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap(),
            Self::Rsa(pem) => KeyPair::from_pem(pem).unwrap(),
        }
    }
}

/// Issues certificates and revocation lists.
pub(crate) struct Authority {
    pub(crate) der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = at(-1_000);
    params.not_after = at(2_000);
    params
}

impl Authority {
    pub(crate) fn root(name: &str, kind: Kind) -> Self {
        let (key, params) = (kind.key(), authority_params(name));
        let certificate = params.self_signed(&key).unwrap();
        Self {
            der: certificate.der().to_vec(),
            issuer: Issuer::new(params, key),
        }
    }

    pub(crate) fn intermediate(&self, name: &str, kind: Kind, serial: u64) -> Self {
        let (key, mut params) = (kind.key(), authority_params(name));
        params.serial_number = Some(SerialNumber::from(serial));
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Self {
            der: certificate.der().to_vec(),
            issuer: Issuer::new(params, key),
        }
    }

    /// An organisation with a certificate of this authority, changed before it is signed.
    pub(crate) fn organisation_with(
        &self,
        number: u64,
        kind: Kind,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Organisation {
        let key = kind.key();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.remove(DnType::CommonName);
        params
            .distinguished_name
            .push(DnType::OrganizationName, format!("Gemeente {number}"));
        params
            .distinguished_name
            .push(serial_number(), oin(number).to_string());
        params.serial_number = Some(SerialNumber::from(number));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
        params.not_before = at(-10);
        params.not_after = at(100);
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Organisation::new(vec![certificate.der().to_vec()], kind, &key)
    }

    pub(crate) fn organisation(&self, number: u64) -> Organisation {
        self.organisation_with(number, Kind::P256, |_| {})
    }

    /// A list of revoked serial numbers, from some days from now until others.
    pub(crate) fn crl(&self, revoked: &[u64], from: i64, until: i64) -> Vec<u8> {
        let revoked_certs = revoked.iter().map(|serial| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: at(from),
            reason_code: None,
            invalidity_date: None,
        });
        CertificateRevocationListParams {
            this_update: at(from),
            next_update: at(until),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: revoked_certs.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        }
        .signed_by(&self.issuer)
        .unwrap()
        .der()
        .to_vec()
    }

    /// Trust in this authority alone, with a fresh and empty list.
    pub(crate) fn trust(&self) -> TrustStore {
        let anchors = std::slice::from_ref(&self.der);
        TrustStore::new(anchors, &[self.crl(&[], -1, 6)], DEFAULT_CRL_GRACE).unwrap()
    }
}

/// Attribute serialNumber of a subject, where an OIN stands.
pub(crate) fn serial_number() -> DnType {
    DnType::CustomDnType(vec![2, 5, 4, 5])
}

/// The authority that most tests share.
pub(crate) fn authority() -> &'static Authority {
    static SHARED: OnceLock<Authority> = OnceLock::new();
    SHARED.get_or_init(|| Authority::root("Test CA", Kind::P256))
}

/// Signs as an organisation.
pub(crate) struct Organisation {
    pub(crate) chain: Vec<Vec<u8>>,
    algorithm: OrgAlgorithm,
    key: Key,
}

enum Key {
    Ecdsa(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl Organisation {
    fn new(chain: Vec<Vec<u8>>, kind: Kind, key: &KeyPair) -> Self {
        let (der, random) = (key.serialized_der(), SystemRandom::new());
        let ecdsa = |algorithm| {
            Key::Ecdsa(Box::new(
                EcdsaKeyPair::from_pkcs8(algorithm, der, &random).unwrap(),
            ))
        };
        let (algorithm, key) = match kind {
            Kind::P256 => (OrgAlgorithm::Es256, ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING)),
            Kind::P384 => (OrgAlgorithm::Es384, ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING)),
            Kind::Rsa(_) => (
                OrgAlgorithm::Ps256,
                Key::Rsa(Box::new(RsaKeyPair::from_pkcs8(der).unwrap())),
            ),
        };
        Self {
            chain,
            algorithm,
            key,
        }
    }

    /// The same organisation with more certificates behind its own.
    pub(crate) fn behind(mut self, authorities: &[&Authority]) -> Self {
        self.chain
            .extend(authorities.iter().map(|authority| authority.der.clone()));
        self
    }

    /// The same key, with what another says is its algorithm.
    pub(crate) fn claiming(mut self, algorithm: OrgAlgorithm) -> Self {
        self.algorithm = algorithm;
        self
    }
}

impl OrgSigner for Organisation {
    fn algorithm(&self) -> OrgAlgorithm {
        self.algorithm
    }

    fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Ecdsa(key) => Ok(key.sign(&random, bytes).unwrap().as_ref().to_vec()),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PSS_SHA256, &random, bytes, &mut signature)
                    .unwrap();
                Ok(signature)
            }
        }
    }
}

/// Signs as a node; its key follows from a number.
pub(crate) struct Node(Ed25519KeyPair);

impl Node {
    pub(crate) fn new(number: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap())
    }
}

impl NodeSigner for Node {
    fn public_key(&self) -> [u8; 32] {
        self.0.public_key().as_ref().try_into().unwrap()
    }

    fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).as_ref().try_into().unwrap()
    }
}
