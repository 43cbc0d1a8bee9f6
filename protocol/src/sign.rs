// SPDX-License-Identifier: EUPL-1.2
//! Who signs, without the key being seen.

/// Signs for the node with Ed25519.
pub trait NodeSigner: Send + Sync {
    /// The public key of the node.
    fn public_key(&self) -> [u8; 32];
    /// The signature over these bytes.
    fn sign(&self, bytes: &[u8]) -> [u8; 64];
}
