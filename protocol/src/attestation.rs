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

use crate::cose::Sign1;
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

/// What these bytes claim, believed by nobody: to tell what is wrong with an attestation that was refused.
#[must_use]
pub fn peek(bytes: &[u8]) -> Option<Claims> {
    read(Sign1::parse(bytes, MAX_BYTES).ok()?.payload)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cose::CoseError;
    use crate::sign::{NodeSigner, OrgAlgorithm};
    use crate::testing::{Authority, DAY, Kind, NOW, Node, Organisation, authority, oin};
    use crate::trust::{ChainError, DEFAULT_CRL_GRACE};
    use crate::wire::DecodeError;

    const NETWORK: &str = "test";

    fn peer(number: u8) -> Vec<u8> {
        peer_id_of(&Node::new(number).public_key())
    }

    fn claims() -> Claims {
        Claims {
            oin: oin(7),
            peer_id: peer(7),
            not_before: NOW,
            expires: NOW + MAX_VALIDITY,
            network: NETWORK.into(),
            signed_at: NOW,
        }
    }

    fn issued(change: impl FnOnce(&mut Claims)) -> Vec<u8> {
        let mut claims = claims();
        change(&mut claims);
        issue(&claims, &authority().organisation(7)).unwrap()
    }

    fn verified(bytes: &[u8], now: Timestamp) -> Result<Attested, AttestationError> {
        verify(bytes, &peer(7), NETWORK, &authority().trust(), now)
    }

    #[test]
    fn an_attestation_vouches_for_one_node_of_one_organisation() {
        let attested = verified(&issued(|_| {}), NOW).unwrap();
        assert_eq!((attested.oin, attested.peer_id), (oin(7), peer(7)));
        assert_eq!(attested.node_key, Node::new(7).public_key());
        assert_eq!(attested.expires, NOW + MAX_VALIDITY);
    }

    #[test]
    fn every_algorithm_is_accepted_with_its_own_key_only() {
        for (kind, algorithm) in [
            (Kind::P256, OrgAlgorithm::Es256),
            (Kind::P384, OrgAlgorithm::Es384),
            (Kind::RSA_LEAF, OrgAlgorithm::Ps256),
        ] {
            let organisation = || authority().organisation_with(7, kind, |_| {});
            let bytes = issue(&claims(), &organisation()).unwrap();
            assert_eq!(
                verified(&bytes, NOW).unwrap().certificate.algorithm,
                algorithm
            );
            for other in OrgAlgorithm::ALL
                .into_iter()
                .filter(|other| *other != algorithm)
            {
                let bytes = issue(&claims(), &organisation().claiming(other)).unwrap();
                let refused = AttestationError::Signature(OrgSignatureError::Algorithm);
                assert_eq!(verified(&bytes, NOW), Err(refused));
            }
        }
    }

    #[test]
    fn a_chain_of_rsa_with_an_intermediate_vouches_too() {
        let root = Authority::root("RSA root", Kind::RSA_ROOT);
        let middle = root.intermediate("RSA issuing", Kind::RSA_INTERMEDIATE, 1);
        let organisation = middle
            .organisation_with(7, Kind::RSA_LEAF, |_| {})
            .behind(&[&middle]);
        let bytes = issue(&claims(), &organisation).unwrap();
        let lists = [root.crl(&[], -1, 6), middle.crl(&[], -1, 6)];
        let trust =
            TrustStore::new(std::slice::from_ref(&root.der), &lists, DEFAULT_CRL_GRACE).unwrap();
        assert!(verify(&bytes, &peer(7), NETWORK, &trust, NOW).is_ok());
        assert!(bytes.len() < MAX_BYTES, "{}", bytes.len());
    }

    #[test]
    fn it_ends_with_the_certificate_when_that_comes_first() {
        let short =
            authority().organisation_with(7, Kind::P256, |p| p.not_after = crate::testing::at(2));
        let bytes = issue(&claims(), &short).unwrap();
        assert_eq!(
            verified(&bytes, NOW).unwrap().expires,
            NOW + Duration::from_secs(2 * DAY)
        );
    }

    #[test]
    fn a_stolen_attestation_is_worth_nothing_to_another_node() {
        let refused = verify(
            &issued(|_| {}),
            &peer(8),
            NETWORK,
            &authority().trust(),
            NOW,
        );
        assert_eq!(refused, Err(AttestationError::OtherPeer));
    }

    #[test]
    fn nobody_attests_for_another_organisation() {
        let bytes = issued(|claims| claims.oin = oin(8));
        assert_eq!(
            verified(&bytes, NOW),
            Err(AttestationError::OtherOrganisation)
        );
    }

    #[test]
    fn a_test_network_does_not_vouch_for_another() {
        let bytes = issued(|claims| claims.network = "other".into());
        assert_eq!(verified(&bytes, NOW), Err(AttestationError::OtherNetwork));
    }

    #[test]
    fn it_counts_within_its_term_with_leeway_at_the_start_only() {
        let start = |ahead| {
            issued(|claims| {
                claims.not_before = NOW + Duration::from_secs(ahead);
                claims.expires = NOW + Duration::from_secs(DAY);
            })
        };
        assert!(verified(&start(120), NOW).is_ok());
        assert_eq!(
            verified(&start(121), NOW),
            Err(AttestationError::NotYetValid)
        );
        let signed_later = issued(|claims| claims.signed_at = NOW + Duration::from_secs(121));
        assert_eq!(
            verified(&signed_later, NOW),
            Err(AttestationError::NotYetValid)
        );
        let bytes = issued(|claims| claims.expires = NOW + Duration::from_secs(10));
        assert!(verified(&bytes, NOW + Duration::from_secs(9)).is_ok());
        assert_eq!(
            verified(&bytes, NOW + Duration::from_secs(10)),
            Err(AttestationError::Expired)
        );
    }

    #[test]
    fn a_term_of_more_than_seven_days_is_refused() {
        let bytes = issued(|claims| claims.expires = NOW + MAX_VALIDITY + Duration::from_secs(1));
        assert_eq!(verified(&bytes, NOW), Err(AttestationError::TooLong));
    }

    fn chain_refusal(organisation: &Organisation, trust: &TrustStore) -> ChainError {
        let bytes = issue(&claims(), organisation).unwrap();
        match verify(&bytes, &peer(7), NETWORK, trust, NOW) {
            Err(AttestationError::Signature(OrgSignatureError::Chain(error))) => error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_certificate_behind_it_must_be_believed() {
        let trust = authority().trust();
        let unknown = Authority::root("Other CA", Kind::P256).organisation(7);
        assert_eq!(chain_refusal(&unknown, &trust), ChainError::UnknownIssuer);
        let expired =
            authority().organisation_with(7, Kind::P256, |p| p.not_after = crate::testing::at(-1));
        assert_eq!(chain_refusal(&expired, &trust), ChainError::Expired);
        let no_signing = authority().organisation_with(7, Kind::P256, |p| p.key_usages.clear());
        assert_eq!(chain_refusal(&no_signing, &trust), ChainError::Usage);
        let anchors = [authority().der.clone()];
        let revoking =
            TrustStore::new(&anchors, &[authority().crl(&[7], -1, 6)], DEFAULT_CRL_GRACE).unwrap();
        assert_eq!(
            chain_refusal(&authority().organisation(7), &revoking),
            ChainError::Revoked
        );
        let stale = TrustStore::new(
            &anchors,
            &[authority().crl(&[], -20, -8)],
            DEFAULT_CRL_GRACE,
        )
        .unwrap();
        assert_eq!(
            chain_refusal(&authority().organisation(7), &stale),
            ChainError::StaleList
        );
        let graced = TrustStore::new(
            &anchors,
            &[authority().crl(&[], -20, -6)],
            DEFAULT_CRL_GRACE,
        )
        .unwrap();
        assert!(verify(&issued(|_| {}), &peer(7), NETWORK, &graced, NOW).is_ok());
    }

    #[test]
    fn one_of_more_than_eight_kilobytes_is_refused_unread() {
        let bytes = vec![0xd2; MAX_BYTES + 1];
        let limit = DecodeError::TooLarge { limit: MAX_BYTES };
        let refused = AttestationError::Signature(CoseError::Cbor(limit).into());
        assert_eq!(verified(&bytes, NOW), Err(refused));
    }

    #[test]
    fn a_change_of_one_bit_is_refused() {
        let bytes = issued(|_| {});
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << (place % 8);
            assert!(verified(&changed, NOW).is_err(), "byte {place}");
        }
    }

    #[test]
    fn a_signature_under_another_label_does_not_count() {
        let other = SignedKind {
            label: "basisnet/convenant-accept/v1",
            ..KIND
        };
        let bytes = issued(|_| {});
        let payload = Sign1::parse(&bytes, MAX_BYTES).unwrap().payload.to_vec();
        let organisation = authority().organisation(7);
        let bytes = sign_for_organisation(&other, &payload, &organisation).unwrap();
        let refused = AttestationError::Signature(OrgSignatureError::Signature);
        assert_eq!(verified(&bytes, NOW), Err(refused));
    }

    #[test]
    fn other_fields_than_those_of_an_attestation_are_refused() {
        let organisation = authority().organisation(7);
        for payload in [vec![0xa0], b"garbage".to_vec()] {
            let bytes = sign_for_organisation(&KIND, &payload, &organisation).unwrap();
            assert_eq!(verified(&bytes, NOW), Err(AttestationError::Payload));
        }
        let bytes = issued(|claims| claims.peer_id = vec![1; 38]);
        let refused = verify(&bytes, &[1; 38], NETWORK, &authority().trust(), NOW);
        assert_eq!(refused, Err(AttestationError::Payload));
    }
}
