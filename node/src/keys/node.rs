// SPDX-License-Identifier: EUPL-1.2
//! The key of this process: its identity on the network and the signature under every message.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use basisnet_protocol::sign::NodeSigner;
use libp2p::PeerId;
use libp2p::identity::Keypair;
use rand_core::{OsRng, RngCore};
use ring::signature::{Ed25519KeyPair, KeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use zeroize::Zeroizing;

use super::Secret;
use super::file::{KeyFileError, create_secret, read_secret, unusable};

/// PKCS#8 around an Ed25519 seed (RFC 8410): these sixteen bytes, then the seed. Version 2 adds the public key.
const PKCS8_V1: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// The Ed25519 key of a node.
pub struct NodeKey {
    seed: Secret<[u8; 32]>,
    pair: Ed25519KeyPair,
    public: [u8; 32],
}

impl NodeKey {
    /// A new key from the randomness of the operating system.
    pub fn generate() -> Result<Self, NotANodeKey> {
        let mut seed = [0; 32];
        OsRng.fill_bytes(&mut seed);
        Self::from_seed(Secret::new(seed))
    }

    /// The key that grows from this seed.
    pub fn from_seed(seed: Secret<[u8; 32]>) -> Result<Self, NotANodeKey> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose()).map_err(|_| NotANodeKey)?;
        let public = pair
            .public_key()
            .as_ref()
            .try_into()
            .map_err(|_| NotANodeKey)?;
        Ok(Self { seed, pair, public })
    }

    /// Reads the key from a PKCS#8 file in PEM.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let pem = read_secret(path)?;
        Self::from_pem(pem.expose()).map_err(|NotANodeKey| {
            unusable(
                path,
                "het is geen Ed25519-sleutel (PKCS#8 in PEM); zet het juiste bestand terug uit de back-up",
            )
        })
    }

    /// Makes a new key and writes it to a file that does not exist yet.
    pub fn create(path: &Path) -> Result<Self, KeyFileError> {
        let key = Self::generate().map_err(|NotANodeKey| {
            unusable(
                path,
                "het systeem kon geen nieuwe sleutel maken; probeer het opnieuw",
            )
        })?;
        create_secret(path, key.to_pem().as_bytes())?;
        Ok(key)
    }

    fn from_pem(pem: &[u8]) -> Result<Self, NotANodeKey> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(|_| NotANodeKey)?;
        let der = der.secret_pkcs8_der();
        // Version 2 differs in its length (byte 1) and version (byte 4).
        let (head, rest) = der.split_at_checked(PKCS8_V1.len()).ok_or(NotANodeKey)?;
        let same = |at: std::ops::Range<usize>| head.get(at.clone()) == PKCS8_V1.get(at);
        if !same(0..1) || !same(2..4) || !same(5..16) {
            return Err(NotANodeKey);
        }
        let seed = rest.first_chunk::<32>().ok_or(NotANodeKey)?;
        Self::from_seed(Secret::new(*seed))
    }

    fn to_pem(&self) -> Zeroizing<String> {
        let mut der = Zeroizing::new(Vec::with_capacity(48));
        der.extend_from_slice(&PKCS8_V1);
        der.extend_from_slice(self.seed.expose());
        let text = Zeroizing::new(STANDARD.encode(&*der));
        Zeroizing::new(format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            *text
        ))
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> [u8; 32] {
        self.public
    }

    /// The name of this node on the network.
    pub fn peer_id(&self) -> Result<PeerId, NotANodeKey> {
        Ok(self.to_keypair()?.public().to_peer_id())
    }

    /// The same key in the form in which the transport wants it.
    pub(crate) fn to_keypair(&self) -> Result<Keypair, NotANodeKey> {
        let mut seed = Zeroizing::new(*self.seed.expose());
        Keypair::ed25519_from_bytes(&mut *seed).map_err(|_| NotANodeKey)
    }
}

impl NodeSigner for NodeKey {
    fn public_key(&self) -> [u8; 32] {
        self.public
    }

    fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        let made = self.pair.sign(bytes);
        for (to, from) in signature.iter_mut().zip(made.as_ref()) {
            *to = *from;
        }
        signature
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeKey")
            .field("public", &hex::encode(self.public))
            .finish_non_exhaustive()
    }
}

/// These bytes are not an Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 key")]
pub struct NotANodeKey;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_keeps_its_name_over_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        let made = NodeKey::create(&path).unwrap();
        let read = NodeKey::load(&path).unwrap();
        assert_eq!(made.peer_id(), read.peer_id());
        assert_eq!(made.public(), read.public());
    }

    #[test]
    fn the_transport_and_the_envelope_use_one_key() {
        let key = NodeKey::generate().unwrap();
        let signature = key.sign(b"dag");
        assert!(
            key.to_keypair()
                .unwrap()
                .public()
                .verify(b"dag", &signature)
        );
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        create_secret(
            &path,
            b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        )
        .unwrap();
        assert!(matches!(
            NodeKey::load(&path),
            Err(KeyFileError::Unusable { .. })
        ));
    }

    #[test]
    fn a_printed_key_shows_its_public_half_only() {
        let key = NodeKey::generate().unwrap();
        let text = format!("{key:?}");
        assert!(text.contains(&hex::encode(key.public())));
        assert!(!text.contains(&hex::encode(key.seed.expose())));
    }
}
