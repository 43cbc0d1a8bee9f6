// SPDX-License-Identifier: EUPL-1.2
//! Who may have a connection: the peer of a known member, with a fresh attestation by that member's organisation.
//!
//! The overlay asks at three moments: before there is a connection, when it starts, and while it lasts. Whatever is
//! not clearly in order is refused.

mod org;

pub use org::OrgGate;

use std::net::IpAddr;

use basisnet_protocol::id::Oin;
use libp2p::PeerId;

use super::slots::Home;

/// Decides about connections. Called often and from the network's own thread, so it never waits.
pub trait Gate: Send + Sync + 'static {
    /// Judges the attestation that a peer shows; its key has been proven by the channel.
    fn admit(&self, attestation: &[u8], peer: &PeerId) -> Result<Peer, Refused>;

    /// Whether the peer may still have a connection, now.
    fn still_valid(&self, peer: &PeerId) -> Result<(), Refused>;

    /// Who the peer is, if it was admitted.
    fn peer(&self, peer: &PeerId) -> Option<Peer>;

    /// Which member is known to live at this address; for it some room is kept.
    fn home(&self, address: IpAddr) -> Option<Home>;
}

/// An admitted peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// For whom it speaks.
    pub oin: Oin,
    /// Its name on the network.
    pub peer_id: PeerId,
    /// The public key under its messages.
    pub key: [u8; 32],
}

/// Why a peer gets no connection, or loses it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Showed no attestation.
    #[error("no attestation was shown")]
    NoAttestation,
    /// Announced more than an attestation can be.
    #[error("attestation is larger than 8 KiB")]
    TooLarge,
    /// The attestation is not one, or not signed as it should be.
    #[error("attestation is malformed")]
    Malformed,
    /// No directory record names this peer, or for another organisation than it claims.
    #[error("peer is in no directory record of this organisation")]
    NotAMember,
    /// The attestation is for another key than the channel proves.
    #[error("attestation belongs to another peer")]
    OtherPeer,
    /// The attestation or its certificate is not valid yet, or no longer.
    #[error("attestation or certificate is out of its term")]
    Expired,
    /// The certificate is not under a trust anchor, or may not be used for this.
    #[error("certificate is not under a trust anchor")]
    UnknownAuthority,
    /// The certificate is on the revocation list, or the list is missing or too old to know.
    #[error("certificate is revoked, or its revocation cannot be known")]
    Revoked,
    /// The certificate is of another organisation than the attestation says.
    #[error("organisation is not the one in the certificate")]
    OtherOrganisation,
    /// A newer attestation of this peer was seen before.
    #[error("attestation is older than one seen before")]
    Superseded,
}

impl Refused {
    /// The reason as one fixed word, for log and counters.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAttestation => "no_attestation",
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::NotAMember => "not_a_member",
            Self::OtherPeer => "other_peer",
            Self::Expired => "expired",
            Self::UnknownAuthority => "unknown_authority",
            Self::Revoked => "revoked",
            Self::OtherOrganisation => "other_organisation",
            Self::Superseded => "superseded",
        }
    }
}

/// The Ed25519 key in the name of a peer; none for keys of another kind.
#[must_use]
pub fn key_of(peer: &PeerId) -> Option<[u8; 32]> {
    // An Ed25519 key is short enough to be the name itself: multihash `identity` over the protobuf of the key.
    let public = libp2p::identity::PublicKey::try_decode_protobuf(peer.as_ref().digest()).ok()?;
    Some(public.try_into_ed25519().ok()?.to_bytes())
}

/// The name of the peer with this Ed25519 key.
#[must_use]
pub fn peer_of(key: &[u8; 32]) -> Option<PeerId> {
    let public = libp2p::identity::ed25519::PublicKey::try_from_bytes(key).ok()?;
    Some(libp2p::identity::PublicKey::from(public).to_peer_id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::NodeKey;

    #[test]
    fn the_name_of_a_peer_holds_its_key() {
        let key = NodeKey::generate().unwrap();
        let peer = key.peer_id().unwrap();
        assert_eq!(key_of(&peer), Some(key.public()));
        assert_eq!(peer_of(&key.public()), Some(peer));
    }
}
