// SPDX-License-Identifier: EUPL-1.2
//! The key of the organisation: with its certificate it speaks for the gemeente, so it signs little and knows why.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use basisnet_protocol::sign::{OrgAlgorithm, OrgSigner, SignError};
use basisnet_protocol::trust::OrgCertificate;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PSS_SHA256, RsaKeyPair,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use zeroize::Zeroizing;

use super::Secret;
use super::file::{KeyFileError, io_error, read_secret, unusable};

/// A leaf, two intermediates, and one to spare.
const LONGEST_CHAIN: usize = 4;

const NOT_PKCS8: &str = "het is geen privésleutel in PKCS#8 (PEM); zet een andere vorm om met `openssl pkcs8 -topk8 -nocrypt`";
const NOT_SUPPORTED: &str =
    "deze soort sleutel kan niet; nodig is ECDSA op P-256 of P-384, of RSA van 2048 tot 4096 bits";
const NOT_A_CHAIN: &str = "het is geen certificaatketen in PEM: eerst het eigen certificaat, dan hoogstens drie tussenliggende, zonder het stamcertificaat";
const NOT_USABLE: &str = "het eerste certificaat is niet bruikbaar: het moet een OIN als serialNumber hebben, en sleutelgebruik digitalSignature";
const NOT_A_PAIR: &str =
    "certificaat en sleutel horen niet bij elkaar; zet de sleutel terug waarmee het is aangevraagd";

/// The key of the organisation with its certificates.
pub struct OrgKey {
    pair: Pair,
    chain: Vec<Vec<u8>>,
    certificate: OrgCertificate,
    random: SystemRandom,
}

enum Pair {
    Ecdsa(OrgAlgorithm, Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl OrgKey {
    /// Reads key and chain, and sees to it that they belong together.
    pub fn load(key: &Path, chain: &Path) -> Result<Self, KeyFileError> {
        for path in [chain, key] {
            if !path.exists() {
                return Err(KeyFileError::NoCertificate(path.to_owned()));
            }
        }
        let pem = read_secret(key)?;
        let pair = Pair::from_pem(pem.expose()).map_err(|fault| unusable(key, fault))?;
        let pem = std::fs::read(chain).map_err(|cause| io_error(chain, cause))?;
        Self::new(pair, &pem).map_err(|fault| unusable(chain, fault))
    }

    /// The same from text in memory. The error says what is wrong and what helps, in Dutch.
    pub fn from_pem(key: &[u8], chain: &[u8]) -> Result<Self, &'static str> {
        Self::new(Pair::from_pem(key)?, chain)
    }

    /// A new P-256 key in PEM, to request a certificate for.
    pub fn generate_pem() -> Result<Secret<String>, SignError> {
        let made =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                .map_err(|_| SignError)?;
        let text = Zeroizing::new(STANDARD.encode(made.as_ref()));
        let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
        for line in text.as_bytes().chunks(64) {
            pem.extend(line.iter().map(|byte| char::from(*byte)));
            pem.push('\n');
        }
        pem.push_str("-----END PRIVATE KEY-----\n");
        Ok(Secret::new(pem))
    }

    /// What the certificate says about the organisation.
    #[must_use]
    pub const fn certificate(&self) -> &OrgCertificate {
        &self.certificate
    }

    fn new(pair: Pair, chain: &[u8]) -> Result<Self, &'static str> {
        let chain: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(chain)
            .map(|der| der.map(|der| der.to_vec()))
            .collect::<Result<_, _>>()
            .map_err(|_| NOT_A_CHAIN)?;
        let leaf = chain.first().ok_or(NOT_A_CHAIN)?;
        if chain.len() > LONGEST_CHAIN {
            return Err(NOT_A_CHAIN);
        }
        let certificate = OrgCertificate::read(leaf).map_err(|_| NOT_USABLE)?;
        if certificate.public_key != pair.public() {
            return Err(NOT_A_PAIR);
        }
        Ok(Self {
            pair,
            chain,
            certificate,
            random: SystemRandom::new(),
        })
    }
}

/// The public half of a private key in PEM, as it stands in a certificate.
pub(super) fn public_key_of(key: &[u8]) -> Result<Vec<u8>, &'static str> {
    Pair::from_pem(key).map(|pair| pair.public().to_vec())
}

impl Pair {
    fn from_pem(pem: &[u8]) -> Result<Self, &'static str> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(|_| NOT_PKCS8)?;
        let der = der.secret_pkcs8_der();
        let random = SystemRandom::new();
        let p256 = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random);
        if let Ok(pair) = p256 {
            return Ok(Self::Ecdsa(OrgAlgorithm::Es256, Box::new(pair)));
        }
        let p384 = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, der, &random);
        if let Ok(pair) = p384 {
            return Ok(Self::Ecdsa(OrgAlgorithm::Es384, Box::new(pair)));
        }
        match RsaKeyPair::from_pkcs8(der) {
            Ok(pair) => Ok(Self::Rsa(Box::new(pair))),
            Err(_) => Err(NOT_SUPPORTED),
        }
    }

    fn public(&self) -> &[u8] {
        match self {
            Self::Ecdsa(_, pair) => pair.public_key().as_ref(),
            Self::Rsa(pair) => pair.public_key().as_ref(),
        }
    }
}

impl OrgSigner for OrgKey {
    fn algorithm(&self) -> OrgAlgorithm {
        match &self.pair {
            Pair::Ecdsa(algorithm, _) => *algorithm,
            Pair::Rsa(_) => OrgAlgorithm::Ps256,
        }
    }

    fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.pair {
            Pair::Ecdsa(_, pair) => pair
                .sign(&self.random, bytes)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SignError),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PSS_SHA256, &self.random, bytes, &mut signature)
                    .map_err(|_| SignError)?;
                Ok(signature)
            }
        }
    }
}

impl fmt::Debug for OrgKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrgKey")
            .field("oin", &self.certificate.oin)
            .field("algorithm", &self.algorithm())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyUsagePurpose};

    use super::*;

    const OIN: &str = "00000099000000001000";

    fn certificate(key: &rcgen::KeyPair) -> String {
        let mut params = CertificateParams::default();
        let serial = DnType::CustomDnType(vec![2, 5, 4, 5]);
        params.distinguished_name.push(serial, OIN);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.self_signed(key).unwrap().pem()
    }

    fn pair(algorithm: &'static rcgen::SignatureAlgorithm) -> (String, String) {
        let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
        (key.serialize_pem(), certificate(&key))
    }

    #[test]
    fn a_key_signs_with_the_algorithm_of_its_curve() {
        for (kind, expected, length) in [
            (&rcgen::PKCS_ECDSA_P256_SHA256, OrgAlgorithm::Es256, 64),
            (&rcgen::PKCS_ECDSA_P384_SHA384, OrgAlgorithm::Es384, 96),
        ] {
            let (key, chain) = pair(kind);
            let key = OrgKey::from_pem(key.as_bytes(), chain.as_bytes()).unwrap();
            assert_eq!(key.algorithm(), expected);
            assert_eq!(OrgSigner::sign(&key, b"dag").unwrap().len(), length);
            assert_eq!(key.certificate().oin.as_str(), OIN);
        }
    }

    #[test]
    fn a_key_with_the_certificate_of_another_is_refused() {
        let (key, _) = pair(&rcgen::PKCS_ECDSA_P256_SHA256);
        let (_, chain) = pair(&rcgen::PKCS_ECDSA_P256_SHA256);
        let fault = OrgKey::from_pem(key.as_bytes(), chain.as_bytes()).unwrap_err();
        assert_eq!(fault, NOT_A_PAIR);
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        let (key, chain) = pair(&rcgen::PKCS_ED25519);
        let fault = OrgKey::from_pem(key.as_bytes(), chain.as_bytes()).unwrap_err();
        assert_eq!(fault, NOT_SUPPORTED);
    }

    #[test]
    fn a_made_key_can_carry_a_certificate() {
        let pem = OrgKey::generate_pem().unwrap();
        let key = rcgen::KeyPair::from_pem(pem.expose()).unwrap();
        let chain = certificate(&key);
        assert!(OrgKey::from_pem(pem.expose().as_bytes(), chain.as_bytes()).is_ok());
    }
}
