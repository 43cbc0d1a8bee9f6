// SPDX-License-Identifier: EUPL-1.2
//! The organisation's certificate vouches for a node's key: "this PeerId speaks for this OIN until then".
//!
//! An attestation is exchanged inside the transport upgrade, before a connection exists for the rest of the program. A
//! copy of it is useless to anyone else, because the channel has proven another PeerId.
//!
//! ```text
//! COSE_Sign1 (see `cose`), at most 8,192 bytes
//!   headers : algorithm ES256 (-7), ES384 (-35) or PS256 (-37); content type
//!             "application/basisnet-attestation+cbor"; certificate chain (33)
//!   label   : "basisnet/peer-attestation/v1"
//!   payload : { 1: OIN, text; 2: PeerId, bytes; 3: not before, seconds; 4: expires, seconds;
//!               5: network, text; 6: signing time, milliseconds }
//! ```

use std::time::Duration;

use crate::id::Oin;
use crate::sign::{
    OrgSignatureError, OrgSigner, SignError, SignedKind, sign_for_organisation, verify_organisation,
};
use crate::time::Timestamp;
use crate::trust::{OrgCertificate, TrustStore};
use crate::wire::Item;

/// The largest attestation that is read.
pub const MAX_BYTES: usize = 8_192;

/// The longest term of an attestation.
pub const MAX_VALIDITY: Duration = Duration::from_secs(7 * 86_400);

/// How far the clock of the signer may run ahead of ours. The end of a term knows no leeway.
pub const LEEWAY: Duration = Duration::from_secs(120);

const KIND: SignedKind = SignedKind {
    label: "basisnet/peer-attestation/v1",
    content_type: "application/basisnet-attestation+cbor",
    max_bytes: MAX_BYTES,
};

/// A PeerId of an Ed25519 key is the key itself behind this prefix (identity multihash of the protobuf).
const ED25519_PEER_ID: [u8; 6] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

/// What the organisation says about one of its nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The organisation.
    pub oin: Oin,
    /// The node: the bytes of its PeerId.
    pub peer_id: Vec<u8>,
    /// Valid from; whole seconds.
    pub not_before: Timestamp,
    /// Valid until; whole seconds.
    pub expires: Timestamp,
    /// The network for which it counts, so that a test never vouches for production.
    pub network: String,
    /// When it was signed; of two for one node the later counts.
    pub signed_at: Timestamp,
}

/// An attestation that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested {
    /// The organisation for which the node speaks.
    pub oin: Oin,
    /// The node: the bytes of its PeerId.
    pub peer_id: Vec<u8>,
    /// The Ed25519 key behind the PeerId, which signs the envelopes of this node.
    pub node_key: [u8; 32],
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until: the end of the attestation or of the certificate, whichever comes first.
    pub expires: Timestamp,
    /// When it was signed. The receiver refuses one that is older than the last it saw for this node.
    pub signed_at: Timestamp,
    /// The certificate behind it.
    pub certificate: OrgCertificate,
}

/// The bytes of the PeerId that belongs to an Ed25519 key.
#[must_use]
pub fn peer_id_of(key: &[u8; 32]) -> Vec<u8> {
    [ED25519_PEER_ID.as_slice(), key].concat()
}

/// The Ed25519 key behind a PeerId; nothing for other kinds of keys.
#[must_use]
pub fn node_key_of(peer_id: &[u8]) -> Option<[u8; 32]> {
    peer_id
        .strip_prefix(&ED25519_PEER_ID)
        .and_then(|key| key.try_into().ok())
}

/// Signs an attestation with the key of the organisation.
///
/// # Errors
///
/// When the key cannot sign now.
pub fn issue(claims: &Claims, signer: &dyn OrgSigner) -> Result<Vec<u8>, SignError> {
    let payload = Item::Map(vec![
        (Item::int(1), Item::Text(claims.oin.as_str())),
        (Item::int(2), Item::Bytes(&claims.peer_id)),
        (Item::int(3), Item::Unsigned(claims.not_before.as_secs())),
        (Item::int(4), Item::Unsigned(claims.expires.as_secs())),
        (Item::int(5), Item::Text(&claims.network)),
        (Item::int(6), Item::Unsigned(claims.signed_at.as_millis())),
    ])
    .encode();
    sign_for_organisation(&KIND, &payload, signer)
}

/// Whether these bytes vouch for the node that the channel has proven, in this network, at `now`.
///
/// # Errors
///
/// Names the first check that fails; all of them close the connection.
pub fn verify(
    bytes: &[u8],
    proven_peer_id: &[u8],
    network: &str,
    trust: &TrustStore,
    now: Timestamp,
) -> Result<Attested, AttestationError> {
    let signed = verify_organisation(&KIND, bytes, trust, now)?;
    let claims = read(signed.payload).ok_or(AttestationError::Payload)?;
    if claims.oin != signed.certificate.oin {
        return Err(AttestationError::OtherOrganisation);
    }
    if claims.peer_id != proven_peer_id {
        return Err(AttestationError::OtherPeer);
    }
    if claims.network != network {
        return Err(AttestationError::OtherNetwork);
    }
    check_time(&claims, now)?;
    Ok(Attested {
        oin: claims.oin,
        node_key: node_key_of(&claims.peer_id).ok_or(AttestationError::Payload)?,
        peer_id: claims.peer_id,
        not_before: claims.not_before,
        expires: claims.expires.min(signed.certificate.not_after),
        signed_at: claims.signed_at,
        certificate: signed.certificate,
    })
}

fn check_time(claims: &Claims, now: Timestamp) -> Result<(), AttestationError> {
    if claims.expires.since(claims.not_before) > MAX_VALIDITY {
        return Err(AttestationError::TooLong);
    }
    if claims.not_before > now + LEEWAY || claims.signed_at > now + LEEWAY {
        return Err(AttestationError::NotYetValid);
    }
    if claims.expires <= now {
        return Err(AttestationError::Expired);
    }
    Ok(())
}

fn read(payload: &[u8]) -> Option<Claims> {
    let map = Item::parse(payload, MAX_BYTES).ok()?;
    let seconds = |key| map.field(key)?.unsigned().map(Timestamp::from_secs);
    (map.len() == 6).then_some(())?;
    Some(Claims {
        oin: map.field(1)?.text()?.parse().ok()?,
        peer_id: map.field(2)?.bytes()?.to_vec(),
        not_before: seconds(3)?,
        expires: seconds(4)?,
        network: map.field(5)?.text()?.to_owned(),
        signed_at: Timestamp::from_millis(map.field(6)?.unsigned()?),
    })
}

/// Why an attestation is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttestationError {
    /// Its form, its certificate or its signature.
    #[error(transparent)]
    Signature(#[from] OrgSignatureError),
    /// Well signed, but not the fields of an attestation.
    #[error("not the fields of an attestation")]
    Payload,
    /// The certificate belongs to another organisation than the attestation says.
    #[error("the certificate belongs to another organisation")]
    OtherOrganisation,
    /// It vouches for another node than the one at the other end.
    #[error("the attestation vouches for another node")]
    OtherPeer,
    /// It was made for another network.
    #[error("the attestation was made for another network")]
    OtherNetwork,
    /// Valid from a later moment, or signed in the future: one of the two clocks is wrong.
    #[error("the attestation is not valid yet")]
    NotYetValid,
    /// Its term has ended.
    #[error("the attestation has expired")]
    Expired,
    /// Valid for longer than any may be.
    #[error("the attestation is valid for too long")]
    TooLong,
}
