// SPDX-License-Identifier: EUPL-1.2
//! What an organisation signs about something that it shares with others: an act.
//!
//! ```text
//! COSE_Sign1 (see `cose`) by the key of the organisation, with its chain
//!   content type, label : those of the deed
//!   payload             : { 1: hash of what it is about, 32 bytes; 2: moment, milliseconds;
//!                           3: number of the decision, text; 4: reason, text }      3 and 4 where there is one
//! ```
//!
//! Who acts is not in the payload: it is the organisation that the certificate names.

mod motivation;
mod testimony;

use std::time::Duration;

pub use motivation::{Motivation, MotivationFault};
pub use testimony::Testimony;
pub(crate) use testimony::{Old, hash_of};

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

/// The largest thing signed by an organisation that is read here; an RSA chain makes most of it.
pub(crate) const MAX_BYTES: usize = 16_384;

/// How far the clock of a signer may run ahead of ours.
pub(crate) const LEEWAY: Duration = Duration::from_secs(120);

/// How an act is named in short: the first eight bytes of the SHA-256 of its bytes.
pub type ActId = Octets<8>;

/// Something that can be done about a convenant, or about a mandate.
pub trait Deed: Copy + Eq + 'static {
    /// All that can be done about it.
    const EVERY: &'static [Self];

    /// The label and the media type.
    fn signed_kind(self) -> SignedKind;

    /// Whether it says no to what others ask: then the reason stands behind it, and else the decision.
    fn refuses(self) -> bool {
        false
    }

    /// Whether it counts when its certificate ended before it was heard of. Only for what takes away and gives nothing.
    fn may_come_late(self) -> bool {
        false
    }
}

/// An act whose signature was verified, with its bytes: they are the evidence and are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedAct<D> {
    kind: D,
    about: Octets<32>,
    by: Oin,
    at: Timestamp,
    motivation: Motivation,
    fingerprint: Octets<32>,
    id: ActId,
    bytes: Vec<u8>,
}

impl<D: Deed> SignedAct<D> {
    /// Signs an act.
    ///
    /// # Errors
    ///
    /// When the key of the organisation cannot sign now.
    pub fn sign(
        kind: D,
        about: &Octets<32>,
        at: Timestamp,
        motivation: &Motivation,
        signer: &dyn OrgSigner,
    ) -> Result<Vec<u8>, SignError> {
        let payload = payload(about, at, motivation);
        sign_for_organisation(&kind.signed_kind(), &payload, signer)
    }

    /// Verifies an act: signature, chain at `now`, and a moment that is not in the future nor before the certificate.
    ///
    /// A deed that may come late counts too when the chain was valid at its own moment.
    ///
    /// # Errors
    ///
    /// Names the first check that fails.
    pub fn verify(bytes: &[u8], trust: &TrustStore, now: Timestamp) -> Result<Self, ActError> {
        let kind = peek::<D>(bytes)?;
        let signed = match verify_organisation(&kind.signed_kind(), bytes, trust, now) {
            Err(OrgSignatureError::Chain(_)) if kind.may_come_late() => {
                let then = Self::reread(bytes)?.at;
                verify_organisation(&kind.signed_kind(), bytes, trust, then)?
            }
            judged => judged?,
        };
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
        let kind = peek::<D>(bytes)?;
        let signed = reread_organisation(&kind.signed_kind(), bytes)?;
        Self::read(kind, &signed, bytes)
    }

    fn read(kind: D, signed: &OrgSigned<'_>, bytes: &[u8]) -> Result<Self, ActError> {
        let (about, at, motivation) = read_payload(signed.payload).ok_or(ActError::NotAnAct)?;
        Ok(Self {
            kind,
            about,
            by: signed.certificate.oin,
            at,
            motivation,
            fingerprint: signed.certificate.fingerprint,
            id: act_id(bytes),
            bytes: bytes.to_vec(),
        })
    }

    /// An act that nobody signed, to test what follows from acts.
    #[cfg(test)]
    pub(crate) fn testing_only_unsigned(
        kind: D,
        by: Oin,
        about: Octets<32>,
        at: Timestamp,
    ) -> Self {
        let label = kind.signed_kind().label;
        let bytes = format!("{label} {by} {about} {at}").into_bytes();
        Self {
            kind,
            about,
            by,
            at,
            motivation: Motivation::default(),
            fingerprint: Octets([0; 32]),
            id: act_id(&bytes),
            bytes,
        }
    }
}

impl<D: Copy> SignedAct<D> {
    /// What was done.
    #[must_use]
    pub const fn kind(&self) -> D {
        self.kind
    }

    /// The hash of what it is about.
    #[must_use]
    pub const fn about(&self) -> Octets<32> {
        self.about
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

    /// The same as something that may need somebody to vouch for it.
    pub(crate) fn old(&self) -> Old<'_> {
        Old {
            about: self.about,
            by: self.by,
            at: self.at,
            bytes: &self.bytes,
        }
    }
}

/// Which deed these bytes say they are; not verified.
fn peek<D: Deed>(bytes: &[u8]) -> Result<D, ActError> {
    let object = Sign1::parse(bytes, MAX_BYTES).map_err(OrgSignatureError::from)?;
    D::EVERY
        .iter()
        .copied()
        .find(|kind| kind.signed_kind().content_type == object.headers.content_type)
        .ok_or(ActError::NotAnAct)
}

/// How an act with these bytes is named in short.
pub(crate) fn act_id(bytes: &[u8]) -> ActId {
    let [a, b, c, d, e, f, g, h, ..] = hash_of(bytes).0;
    Octets([a, b, c, d, e, f, g, h])
}

/// What is signed of an act: about what, when, and what stands behind it.
fn payload(about: &Octets<32>, at: Timestamp, motivation: &Motivation) -> Vec<u8> {
    let mut payload = vec![
        (Item::int(1), Item::Bytes(about.as_bytes())),
        (Item::int(2), Item::Unsigned(at.as_millis())),
    ];
    for (key, text) in [(3, motivation.decision()), (4, motivation.reason())] {
        payload.extend(text.map(|text| (Item::int(key), Item::Text(text))));
    }
    Item::Map(payload).encode()
}

/// Reads what [`payload`] wrote, and nothing else.
fn read_payload(payload: &[u8]) -> Option<(Octets<32>, Timestamp, Motivation)> {
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
    /// Signed, but no act on what it should be about.
    #[error("not an act on what it should be about")]
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
    use crate::testing::NOW;

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
            read_payload(&Item::Map(payload).encode()).is_some()
        };
        assert!(read(&[]) && read(&[item(3, "2026-118")]) && read(&[item(4, "te ruim")]));
        assert!(!read(&[item(5, "meer")]));
        assert!(
            !read(&[item(3, "a\u{202e}b")]),
            "a letter that turns others"
        );
        assert!(!read(&[(Item::int(3), Item::Unsigned(7))]), "no text");
    }
}
