// SPDX-License-Identifier: EUPL-1.2
//! What a member does about a version: accept, reject, withdraw, end.
//!
//! ```text
//! COSE_Sign1 (see `cose`) by the key of the organisation, with its chain
//!   content type : "application/basisnet-convenant-<act>+cbor"
//!   label        : "basisnet/convenant-<act>/v1"
//!   payload      : { 1: hash of the content, 32 bytes; 2: moment, milliseconds;
//!                    3: number of the decision, text; 4: reason, text }      3 and 4 where there is one
//! ```
//!
//! Who acts is not in the payload: it is the organisation that the certificate names.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::testimony::hash_of;
use super::{ConvenantHash, Motivation};
use crate::cose::Sign1;
use crate::id::Oin;
use crate::octets::Octets;
use crate::sign::{
    OrgSignatureError, OrgSigned, OrgSigner, SignError, SignedKind, reread_organisation,
    sign_for_organisation, verify_organisation,
};
use crate::time::Timestamp;
use crate::trust::TrustStore;
use crate::wire::Item;

/// The largest act that is read; an RSA chain makes most of it.
const MAX_BYTES: usize = 16_384;

/// How far the clock of a signer may run ahead of ours.
pub(crate) const LEEWAY: Duration = Duration::from_secs(120);

/// How an act is named in short: the first eight bytes of the SHA-256 of its bytes.
pub type ActId = Octets<8>;

/// The four things a member can do about a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActKind {
    /// I take part.
    Accept,
    /// I do not take part.
    Reject,
    /// I take part no longer.
    Withdraw,
    /// It is to end for all.
    End,
}

impl ActKind {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Accept, Self::Reject, Self::Withdraw, Self::End];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Withdraw => "withdraw",
            Self::End => "end",
        }
    }

    const fn signed_kind(self) -> SignedKind {
        let (label, content_type) = match self {
            Self::Accept => (
                "basisnet/convenant-accept/v1",
                "application/basisnet-convenant-accept+cbor",
            ),
            Self::Reject => (
                "basisnet/convenant-reject/v1",
                "application/basisnet-convenant-reject+cbor",
            ),
            Self::Withdraw => (
                "basisnet/convenant-withdraw/v1",
                "application/basisnet-convenant-withdraw+cbor",
            ),
            Self::End => (
                "basisnet/convenant-end/v1",
                "application/basisnet-convenant-end+cbor",
            ),
        };
        SignedKind {
            label,
            content_type,
            max_bytes: MAX_BYTES,
        }
    }

    /// Which act these bytes say they are; not verified.
    fn peek(bytes: &[u8]) -> Result<Self, ActError> {
        let object = Sign1::parse(bytes, MAX_BYTES).map_err(OrgSignatureError::from)?;
        Self::ALL
            .into_iter()
            .find(|kind| kind.signed_kind().content_type == object.headers.content_type)
            .ok_or(ActError::NotAnAct)
    }
}

/// An act whose signature was verified, with its bytes: they are the evidence and are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    kind: ActKind,
    convenant: ConvenantHash,
    by: Oin,
    at: Timestamp,
    motivation: Motivation,
    fingerprint: Octets<32>,
    id: ActId,
    bytes: Vec<u8>,
}

impl Act {
    /// Signs an act on a version.
    ///
    /// # Errors
    ///
    /// When the key of the organisation cannot sign now.
    pub fn sign(
        kind: ActKind,
        convenant: &ConvenantHash,
        at: Timestamp,
        motivation: &Motivation,
        signer: &dyn OrgSigner,
    ) -> Result<Vec<u8>, SignError> {
        let payload = act_payload(convenant, at, motivation);
        sign_for_organisation(&kind.signed_kind(), &payload, signer)
    }

    /// Verifies an act: signature, chain at `now`, and a moment that is not in the future nor before the certificate.
    ///
    /// # Errors
    ///
    /// Names the first check that fails.
    pub fn verify(bytes: &[u8], trust: &TrustStore, now: Timestamp) -> Result<Self, ActError> {
        let kind = ActKind::peek(bytes)?;
        let signed = verify_organisation(&kind.signed_kind(), bytes, trust, now)?;
        let act = Self::read(kind, &signed, bytes)?;
        if act.at > now + LEEWAY {
            return Err(ActError::InTheFuture);
        }
        if act.at + LEEWAY < signed.certificate.not_before {
            return Err(ActError::BeforeItsCertificate);
        }
        Ok(act)
    }

    /// Reads an act again that was verified when it came in and kept since, perhaps for longer than its certificate
    /// was valid. The caller vouches for the place where it was kept.
    ///
    /// # Errors
    ///
    /// When the bytes are not what was verified.
    pub fn reread(bytes: &[u8]) -> Result<Self, ActError> {
        let kind = ActKind::peek(bytes)?;
        let signed = reread_organisation(&kind.signed_kind(), bytes)?;
        Self::read(kind, &signed, bytes)
    }

    fn read(kind: ActKind, signed: &OrgSigned<'_>, bytes: &[u8]) -> Result<Self, ActError> {
        let (convenant, at, motivation) =
            read_act_payload(signed.payload).ok_or(ActError::NotAnAct)?;
        Ok(Self {
            kind,
            convenant,
            by: signed.certificate.oin,
            at,
            motivation,
            fingerprint: signed.certificate.fingerprint,
            id: act_id(bytes),
            bytes: bytes.to_vec(),
        })
    }

    /// What was done.
    #[must_use]
    pub const fn kind(&self) -> ActKind {
        self.kind
    }

    /// About which version.
    #[must_use]
    pub const fn convenant(&self) -> ConvenantHash {
        self.convenant
    }

    /// By which organisation.
    #[must_use]
    pub const fn by(&self) -> Oin {
        self.by
    }

    /// When, by its own word.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The decision and the reason behind it.
    #[must_use]
    pub const fn motivation(&self) -> &Motivation {
        &self.motivation
    }

    /// SHA-256 of the certificate behind it.
    #[must_use]
    pub const fn fingerprint(&self) -> Octets<32> {
        self.fingerprint
    }

    /// Its name in short.
    #[must_use]
    pub const fn id(&self) -> ActId {
        self.id
    }

    /// SHA-256 over the signed bytes: its name in full.
    #[must_use]
    pub fn hash(&self) -> Octets<32> {
        hash_of(&self.bytes)
    }

    /// The signed bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// An act that nobody signed, to test what follows from acts.
    #[cfg(test)]
    pub(crate) fn testing_only_unsigned(
        kind: ActKind,
        by: Oin,
        convenant: ConvenantHash,
        at: Timestamp,
    ) -> Self {
        let bytes = format!("{} {by} {convenant} {at}", kind.as_str()).into_bytes();
        Self {
            kind,
            convenant,
            by,
            at,
            motivation: Motivation::default(),
            fingerprint: Octets([0; 32]),
            id: act_id(&bytes),
            bytes,
        }
    }
}

/// How an act with these bytes is named in short.
pub(crate) fn act_id(bytes: &[u8]) -> ActId {
    let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = Sha256::digest(bytes).into();
    Octets([a, b, c, d, e, f, g, h])
}

/// What is signed of an act: about what, when, and what stands behind it.
pub(crate) fn act_payload(about: &Octets<32>, at: Timestamp, motivation: &Motivation) -> Vec<u8> {
    let mut payload = vec![
        (Item::int(1), Item::Bytes(about.as_bytes())),
        (Item::int(2), Item::Unsigned(at.as_millis())),
    ];
    for (key, text) in [(3, motivation.decision()), (4, motivation.reason())] {
        payload.extend(text.map(|text| (Item::int(key), Item::Text(text))));
    }
    Item::Map(payload).encode()
}

/// Reads what [`act_payload`] wrote, and nothing else.
pub(crate) fn read_act_payload(payload: &[u8]) -> Option<(Octets<32>, Timestamp, Motivation)> {
    let map = Item::parse(payload, MAX_BYTES).ok()?;
    let text = |key| match map.field(key) {
        Some(item) => item.text().map(Some),
        None => Some(None),
    };
    let (decision, reason) = (text(3)?, text(4)?);
    let known = 2 + usize::from(decision.is_some()) + usize::from(reason.is_some());
    (map.len() == known).then_some(())?;
    let motivation = Motivation::read(decision, reason).ok()?;
    Some((
        Octets::from_slice(map.field(1)?.bytes()?)?,
        Timestamp::from_millis(map.field(2)?.unsigned()?),
        motivation,
    ))
}

/// Why an act is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// Its form, its certificate or its signature.
    #[error(transparent)]
    Signature(#[from] OrgSignatureError),
    /// Signed, but no act on a convenant.
    #[error("not an act on a convenant")]
    NotAnAct,
    /// Dated in the future: one of the two clocks is wrong.
    #[error("the act is dated in the future")]
    InTheFuture,
    /// Dated before the certificate under it began: not by this key, then.
    #[error("the act is dated before its certificate")]
    BeforeItsCertificate,
    /// Its certificate counts no longer, and no member vouches that it held the act when it did.
    #[error("its certificate counts no longer, and no member says it held the act in time")]
    Unwitnessed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convenant::{ConvenantFile, FileError, samples};
    use crate::testing::{Authority, Kind, NOW, authority, oin};

    const HASH: ConvenantHash = Octets([3; 32]);

    fn signed(kind: ActKind) -> Vec<u8> {
        Act::sign(
            kind,
            &HASH,
            NOW,
            &Motivation::default(),
            &authority().organisation(7),
        )
        .unwrap()
    }

    #[test]
    fn an_act_is_what_was_signed_by_whom() {
        for kind in ActKind::ALL {
            let bytes = signed(kind);
            let act = Act::verify(&bytes, &authority().trust(), NOW).unwrap();
            assert_eq!((act.kind(), act.by(), act.at()), (kind, oin(7), NOW));
            assert_eq!((act.convenant(), act.bytes()), (HASH, bytes.as_slice()));
        }
    }

    #[test]
    fn the_decision_and_the_reason_are_signed_along() {
        let motivation = Motivation::new(Some("2026-118"), Some("te ruim")).unwrap();
        let signer = authority().organisation(7);
        let bytes = Act::sign(ActKind::Reject, &HASH, NOW, &motivation, &signer).unwrap();
        let act = Act::verify(&bytes, &authority().trust(), NOW).unwrap();
        assert_eq!(act.motivation(), &motivation);
        assert_eq!(Act::reread(&bytes).unwrap().motivation(), &motivation);
        let mut other = bytes;
        let place = other
            .windows(4)
            .position(|window| window == b"ruim")
            .unwrap();
        other[place] = b'd';
        assert!(Act::verify(&other, &authority().trust(), NOW).is_err());
    }

    #[test]
    fn an_act_with_more_in_it_than_is_known_is_none() {
        let item = |key, text| (Item::int(key), Item::Text(text));
        let base = || {
            vec![
                (Item::int(1), Item::Bytes(&[3; 32])),
                (Item::int(2), Item::Unsigned(NOW.as_millis())),
            ]
        };
        let read = |more: &[(Item<'static>, Item<'static>)]| {
            let payload = base().into_iter().chain(more.iter().cloned()).collect();
            read_act_payload(&Item::Map(payload).encode()).is_some()
        };
        assert!(read(&[]) && read(&[item(3, "2026-118")]) && read(&[item(4, "te ruim")]));
        assert!(!read(&[item(5, "meer")]));
        assert!(
            !read(&[item(3, "a\u{202e}b")]),
            "a letter that turns others"
        );
        assert!(!read(&[(Item::int(3), Item::Unsigned(7))]), "no text");
    }

    #[test]
    fn an_act_never_passes_for_another_act() {
        let rejected = signed(ActKind::Reject);
        let forged = String::from_utf8_lossy(&rejected).contains("convenant-reject");
        assert!(forged);
        let place = rejected.windows(6).position(|w| w == b"reject").unwrap();
        let mut forged = rejected;
        forged[place..place + 6].copy_from_slice(b"accept");
        let refused = Act::verify(&forged, &authority().trust(), NOW).unwrap_err();
        assert_eq!(refused, ActError::Signature(OrgSignatureError::Signature));
    }

    #[test]
    fn an_act_from_the_future_is_refused() {
        let later = NOW + LEEWAY + Duration::from_millis(1);
        let bytes = Act::sign(
            ActKind::Accept,
            &HASH,
            later,
            &Motivation::default(),
            &authority().organisation(7),
        )
        .unwrap();
        let trust = authority().trust();
        assert_eq!(Act::verify(&bytes, &trust, NOW), Err(ActError::InTheFuture));
        assert!(Act::verify(&bytes, &trust, later).is_ok());
    }

    #[test]
    fn an_act_is_not_dated_before_its_certificate() {
        let young = authority().organisation_with(7, Kind::P256, |params| {
            params.not_before = crate::testing::at(-1);
        });
        let two_days = Duration::from_secs(2 * 86_400);
        let bytes = Act::sign(
            ActKind::Accept,
            &HASH,
            NOW - two_days,
            &Motivation::default(),
            &young,
        )
        .unwrap();
        let refused = Act::verify(&bytes, &authority().trust(), NOW);
        assert_eq!(refused, Err(ActError::BeforeItsCertificate));
    }

    #[test]
    fn an_act_that_was_kept_outlives_its_certificate() {
        let bytes = signed(ActKind::Accept);
        let years_later = NOW + Duration::from_secs(1_000 * 86_400);
        let refused = Act::verify(&bytes, &authority().trust(), years_later).unwrap_err();
        assert!(matches!(
            refused,
            ActError::Signature(OrgSignatureError::Chain(_))
        ));
        assert_eq!(Act::reread(&bytes).unwrap().by(), oin(7));
    }

    #[test]
    fn a_change_of_one_bit_is_refused_even_when_reread() {
        let bytes = signed(ActKind::Accept);
        let place = bytes.len() - 70;
        let mut changed = bytes;
        changed[place] ^= 1;
        assert!(Act::reread(&changed).is_err());
    }

    #[test]
    fn a_file_is_believed_only_with_acts_of_members_about_this_version() {
        let content = samples::content(3);
        let hash = content.hash();
        let trust = authority().trust();
        let act = |hash, by| {
            Act::sign(
                ActKind::Accept,
                hash,
                NOW,
                &Motivation::default(),
                &authority().organisation(by),
            )
            .unwrap()
        };
        let file = |acts: &[Vec<u8>]| {
            let mut file = ConvenantFile::new(content.clone());
            acts.iter().for_each(|act| file.add(act.clone()));
            ConvenantFile::decode(&file.encode())
                .unwrap()
                .verify(&trust, NOW)
        };
        assert_eq!(file(&[act(&hash, 0), act(&hash, 1)]).unwrap().len(), 2);
        assert_eq!(
            file(&[act(&hash, 0), act(&HASH, 1)]),
            Err(FileError::OtherVersion)
        );
        assert_eq!(file(&[act(&hash, 9)]), Err(FileError::NotAMember(oin(9))));
        let stranger = Authority::root("Other CA", Kind::P256).organisation(1);
        let stranger = Act::sign(
            ActKind::Accept,
            &hash,
            NOW,
            &Motivation::default(),
            &stranger,
        )
        .unwrap();
        assert!(matches!(file(&[stranger]), Err(FileError::Act(_))));
    }
}
