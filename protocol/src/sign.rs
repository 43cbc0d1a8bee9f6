// SPDX-License-Identifier: EUPL-1.2
//! Who signs what: the node its envelopes, the organisation its attestations, convenanten and directory records.
//!
//! Private keys live elsewhere; here are only the two traits by which they are asked to sign, and the verification of
//! what came back. Every signature is over bytes (see [`crate::cose`]) with the label of one kind of object.

use ed25519_dalek::{Signature, VerifyingKey};
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};

use crate::cose::{self, CoseError, Headers, Sign1};
use crate::time::Timestamp;
use crate::trust::{ChainError, OrgCertificate, TrustStore};

/// The number of EdDSA in the COSE register; with a node key always Ed25519.
pub const EDDSA: i64 = -8;

/// Signs for a node with its Ed25519 key, the key behind its PeerId.
pub trait NodeSigner: Send + Sync {
    /// The public key.
    fn public_key(&self) -> [u8; 32];
    /// The signature over exactly these bytes.
    fn sign(&self, bytes: &[u8]) -> [u8; 64];
}

/// Signs for an organisation with the key of its certificate.
pub trait OrgSigner: Send + Sync {
    /// With which algorithm.
    fn algorithm(&self) -> OrgAlgorithm;
    /// The certificates in DER, leaf first, without the anchor.
    fn chain(&self) -> &[Vec<u8>];
    /// The signature over exactly these bytes, in the form of COSE: for ECDSA r and s at full length.
    ///
    /// # Errors
    ///
    /// When the key cannot be used now, such as a token that was taken out.
    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// The key of the organisation did not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key of the organisation cannot sign now")]
pub struct SignError;

/// The algorithms in which an organisation may sign. RSA with PKCS#1 v1.5 occurs in certificate chains only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrgAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// RSASSA-PSS with SHA-256, keys of 2,048 to 8,192 bits.
    Ps256,
}

impl OrgAlgorithm {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Es256, Self::Es384, Self::Ps256];

    /// The number in the COSE register.
    #[must_use]
    pub const fn cose_id(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Es384 => -35,
            Self::Ps256 => -37,
        }
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Es256 => &signature::ECDSA_P256_SHA256_FIXED,
            Self::Es384 => &signature::ECDSA_P384_SHA384_FIXED,
            Self::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
        }
    }
}

/// What kind of object is signed: the label and the media type that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedKind {
    /// The external data of the signature.
    pub label: &'static str,
    /// The content type in the headers.
    pub content_type: &'static str,
    /// The largest object that is read.
    pub max_bytes: usize,
}

/// Something that an organisation signed, verified.
#[derive(Clone, Debug)]
pub struct OrgSigned<'a> {
    /// The bytes that were signed.
    pub payload: &'a [u8],
    /// Who signed.
    pub certificate: OrgCertificate,
}

/// Signs a payload for the organisation, with the chain inside.
///
/// # Errors
///
/// When the key cannot sign now.
pub fn sign_for_organisation(
    kind: &SignedKind,
    payload: &[u8],
    signer: &dyn OrgSigner,
) -> Result<Vec<u8>, SignError> {
    let protected = Headers {
        algorithm: signer.algorithm().cose_id(),
        content_type: kind.content_type,
        chain: signer.chain().iter().map(Vec::as_slice).collect(),
    }
    .encode();
    let signature = signer.sign(&cose::to_be_signed(&protected, kind.label, payload))?;
    Ok(cose::assemble(&protected, payload, &signature))
}

/// Verifies what an organisation signed: size, form, chain at `now`, then the signature.
///
/// # Errors
///
/// Names the first of these that fails.
pub fn verify_organisation<'a>(
    kind: &SignedKind,
    bytes: &'a [u8],
    trust: &TrustStore,
    now: Timestamp,
) -> Result<OrgSigned<'a>, OrgSignatureError> {
    let object = Sign1::parse(bytes, kind.max_bytes)?;
    if object.headers.content_type != kind.content_type {
        return Err(OrgSignatureError::OtherKind);
    }
    let certificate = trust.verify(&object.headers.chain, now)?;
    verify_with(&certificate, kind, &object)?;
    Ok(OrgSigned {
        payload: object.payload,
        certificate,
    })
}

/// Reads again what was verified before and kept: the signature against the certificate inside, not the chain.
///
/// For what is kept longer than a certificate is valid. Whoever uses this vouches for the place where the bytes come from.
///
/// # Errors
///
/// When the bytes are not what was verified.
pub fn reread_organisation<'a>(
    kind: &SignedKind,
    bytes: &'a [u8],
) -> Result<OrgSigned<'a>, OrgSignatureError> {
    let object = Sign1::parse(bytes, kind.max_bytes)?;
    if object.headers.content_type != kind.content_type {
        return Err(OrgSignatureError::OtherKind);
    }
    let leaf = object.headers.chain.first().ok_or(ChainError::Empty)?;
    let certificate = OrgCertificate::read(leaf)?;
    verify_with(&certificate, kind, &object)?;
    Ok(OrgSigned {
        payload: object.payload,
        certificate,
    })
}

fn verify_with(
    certificate: &OrgCertificate,
    kind: &SignedKind,
    object: &Sign1<'_>,
) -> Result<(), OrgSignatureError> {
    // INVARIANT (algorithm follows key): the certificate decides, the header may only agree.
    if object.headers.algorithm != certificate.algorithm.cose_id() {
        return Err(OrgSignatureError::Algorithm);
    }
    UnparsedPublicKey::new(
        certificate.algorithm.verification(),
        &certificate.public_key,
    )
    .verify(&object.to_be_signed(kind.label), object.signature)
    .map_err(|_| OrgSignatureError::Signature)
}

/// Whether a node key signed exactly these bytes (RFC 8032, section 5.1.7), strictly: a key or a point of small order, with
/// which one signature would belong to more than one message, is no signature.
#[must_use]
pub fn verify_node(key: &[u8; 32], bytes: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_bytes(key);
    let read = key.and_then(|key| Ok((key, Signature::from_slice(signature)?)));
    read.is_ok_and(|(key, signature)| key.verify_strict(bytes, &signature).is_ok())
}

/// Why the signature of an organisation is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrgSignatureError {
    /// Not a signed object, or too large.
    #[error(transparent)]
    Malformed(#[from] CoseError),
    /// Signed as another kind of object.
    #[error("signed as another kind of object")]
    OtherKind,
    /// The certificate is not accepted.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The algorithm is not the one that belongs to the key of the certificate.
    #[error("algorithm does not belong to the key of the certificate")]
    Algorithm,
    /// The signature is not by the key of the certificate, or not over these bytes and this label.
    #[error("signature does not belong to the certificate")]
    Signature,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Node;

    #[test]
    fn a_signature_belongs_to_one_key_and_one_message() {
        let node = Node::new(1);
        let signature = node.sign(b"dat");
        assert!(verify_node(&node.public_key(), b"dat", &signature));
        assert!(!verify_node(&node.public_key(), b"wat", &signature));
        assert!(!verify_node(&Node::new(2).public_key(), b"dat", &signature));
        assert!(!verify_node(&node.public_key(), b"dat", &signature[..63]));
        assert!(!verify_node(&node.public_key(), b"dat", &[0; 64]));
    }

    /// To who reads loosely, the neutral element with the scalar zero signs every message under the key that is the
    /// neutral element.
    #[test]
    fn a_key_of_small_order_signs_nothing() {
        let mut key = [0; 32];
        key[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        let loose = UnparsedPublicKey::new(&signature::ED25519, &key);
        assert!(loose.verify(b"dat", &signature).is_ok(), "ring");
        assert!(!verify_node(&key, b"dat", &signature));
        assert!(!verify_node(&key, b"wat", &signature));
    }
}
