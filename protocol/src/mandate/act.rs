// SPDX-License-Identifier: EUPL-1.2
//! What an organisation does about a mandate: give, accept, withdraw.
//!
//! ```text
//! COSE_Sign1 (see `cose`) by the key of the organisation, with its chain
//!   content type : "application/basisnet-mandate-<act>+cbor"
//!   label        : "basisnet/mandate-<act>/v1"
//!   payload      : as of an act on a convenant, with the hash of the mandate
//! ```

use crate::convenant::{ActId, LEEWAY, Motivation, act_id, act_payload, read_act_payload};
use crate::cose::Sign1;
use crate::id::Oin;
use crate::octets::Octets;
use crate::sign::{
    OrgSignatureError, OrgSigned, OrgSigner, SignError, SignedKind, reread_organisation,
    sign_for_organisation, verify_organisation,
};
use crate::time::Timestamp;
use crate::trust::TrustStore;

use super::MandateHash;

/// The largest act that is read; an RSA chain makes most of it.
const MAX_BYTES: usize = 16_384;

/// The three things that can be done about a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MandateActKind {
    /// The other acts for us.
    Give,
    /// We act for the other.
    Accept,
    /// No longer.
    Withdraw,
}

impl MandateActKind {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Give, Self::Accept, Self::Withdraw];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Give => "give",
            Self::Accept => "accept",
            Self::Withdraw => "withdraw",
        }
    }

    const fn signed_kind(self) -> SignedKind {
        let (label, content_type) = match self {
            Self::Give => (
                "basisnet/mandate-give/v1",
                "application/basisnet-mandate-give+cbor",
            ),
            Self::Accept => (
                "basisnet/mandate-accept/v1",
                "application/basisnet-mandate-accept+cbor",
            ),
            Self::Withdraw => (
                "basisnet/mandate-withdraw/v1",
                "application/basisnet-mandate-withdraw+cbor",
            ),
        };
        SignedKind {
            label,
            content_type,
            max_bytes: MAX_BYTES,
        }
    }

    /// Which act these bytes say they are; not verified.
    fn peek(bytes: &[u8]) -> Result<Self, MandateActError> {
        let object = Sign1::parse(bytes, MAX_BYTES).map_err(OrgSignatureError::from)?;
        Self::ALL
            .into_iter()
            .find(|kind| kind.signed_kind().content_type == object.headers.content_type)
            .ok_or(MandateActError::NotAnAct)
    }
}

/// An act whose signature was verified, with its bytes: they are the evidence and are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateAct {
    kind: MandateActKind,
    mandate: MandateHash,
    by: Oin,
    at: Timestamp,
    motivation: Motivation,
    fingerprint: Octets<32>,
    id: ActId,
    bytes: Vec<u8>,
}

impl MandateAct {
    /// Signs an act on a mandate.
    ///
    /// # Errors
    ///
    /// When the key of the organisation cannot sign now.
    pub fn sign(
        kind: MandateActKind,
        mandate: &MandateHash,
        at: Timestamp,
        motivation: &Motivation,
        signer: &dyn OrgSigner,
    ) -> Result<Vec<u8>, SignError> {
        let payload = act_payload(mandate, at, motivation);
        sign_for_organisation(&kind.signed_kind(), &payload, signer)
    }

    /// Verifies an act: signature, chain at `now`, and a moment that is not in the future nor before the certificate.
    ///
    /// A withdrawal only narrows, and who was away while the certificate under it ended must hear of it all the same: it
    /// counts too when the chain was valid at its own moment.
    ///
    /// # Errors
    ///
    /// Names the first check that fails.
    pub fn verify(
        bytes: &[u8],
        trust: &TrustStore,
        now: Timestamp,
    ) -> Result<Self, MandateActError> {
        let kind = MandateActKind::peek(bytes)?;
        let signed = match verify_organisation(&kind.signed_kind(), bytes, trust, now) {
            Err(OrgSignatureError::Chain(_)) if kind == MandateActKind::Withdraw => {
                let then = Self::reread(bytes)?.at;
                verify_organisation(&kind.signed_kind(), bytes, trust, then)?
            }
            judged => judged?,
        };
        let act = Self::read(kind, &signed, bytes)?;
        if act.at > now + LEEWAY {
            return Err(MandateActError::InTheFuture);
        }
        if act.at + LEEWAY < signed.certificate.not_before {
            return Err(MandateActError::BeforeItsCertificate);
        }
        Ok(act)
    }

    /// Reads an act again that was verified when it came in and kept since, perhaps for longer than its certificate
    /// was valid. The caller vouches for the place where it was kept.
    ///
    /// # Errors
    ///
    /// When the bytes are not what was verified.
    pub fn reread(bytes: &[u8]) -> Result<Self, MandateActError> {
        let kind = MandateActKind::peek(bytes)?;
        let signed = reread_organisation(&kind.signed_kind(), bytes)?;
        Self::read(kind, &signed, bytes)
    }

    fn read(
        kind: MandateActKind,
        signed: &OrgSigned<'_>,
        bytes: &[u8],
    ) -> Result<Self, MandateActError> {
        let (mandate, at, motivation) =
            read_act_payload(signed.payload).ok_or(MandateActError::NotAnAct)?;
        Ok(Self {
            kind,
            mandate,
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
    pub const fn kind(&self) -> MandateActKind {
        self.kind
    }

    /// About which mandate.
    #[must_use]
    pub const fn mandate(&self) -> MandateHash {
        self.mandate
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

    /// The signed bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// An act that nobody signed, to test what follows from acts.
    #[cfg(test)]
    pub(super) fn testing_only_unsigned(
        kind: MandateActKind,
        by: Oin,
        mandate: MandateHash,
        at: Timestamp,
    ) -> Self {
        let bytes = format!("{} {by} {mandate} {at}", kind.as_str()).into_bytes();
        Self {
            kind,
            mandate,
            by,
            at,
            motivation: Motivation::default(),
            fingerprint: Octets([0; 32]),
            id: act_id(&bytes),
            bytes,
        }
    }
}

/// Why an act on a mandate is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MandateActError {
    /// Its form, its certificate or its signature.
    #[error(transparent)]
    Signature(#[from] OrgSignatureError),
    /// Signed, but no act on a mandate.
    #[error("not an act on a mandate")]
    NotAnAct,
    /// Dated in the future: one of the two clocks is wrong.
    #[error("the act is dated in the future")]
    InTheFuture,
    /// Dated before the certificate under it began: not by this key, then.
    #[error("the act is dated before its certificate")]
    BeforeItsCertificate,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::convenant::{Act, ActKind};
    use crate::mandate::samples::{content, days};
    use crate::testing::{NOW, authority, oin};

    fn signed(kind: MandateActKind, at: Timestamp) -> Vec<u8> {
        let decided = Motivation::new(Some("B&W 2026-118"), None).unwrap();
        let signer = authority().organisation(7);
        MandateAct::sign(kind, &content().hash(), at, &decided, &signer).unwrap()
    }

    #[test]
    fn an_act_is_what_was_signed_by_whom_under_which_decision() {
        for kind in MandateActKind::ALL {
            let bytes = signed(kind, NOW);
            let act = MandateAct::verify(&bytes, &authority().trust(), NOW).unwrap();
            assert_eq!((act.kind(), act.by(), act.at()), (kind, oin(7), NOW));
            assert_eq!((act.mandate(), act.bytes()), (content().hash(), &*bytes));
            assert_eq!(act.motivation().decision(), Some("B&W 2026-118"));
            assert_eq!(MandateAct::reread(&bytes).unwrap(), act);
        }
    }

    #[test]
    fn an_act_on_a_convenant_never_passes_for_one_on_a_mandate() {
        let (hash, signer) = (content().hash(), authority().organisation(7));
        let nothing = Motivation::default();
        let accepted = Act::sign(ActKind::Accept, &hash, NOW, &nothing, &signer).unwrap();
        let refused = MandateAct::verify(&accepted, &authority().trust(), NOW);
        assert_eq!(refused, Err(MandateActError::NotAnAct));
        let mut forged = signed(MandateActKind::Accept, NOW);
        assert!(Act::verify(&forged, &authority().trust(), NOW).is_err());
        let place = forged.windows(6).position(|w| w == b"accept").unwrap();
        forged[place..place + 4].copy_from_slice(b"give");
        assert!(MandateAct::verify(&forged, &authority().trust(), NOW).is_err());
    }

    #[test]
    fn every_bit_of_an_act_counts() {
        let bytes = signed(MandateActKind::Give, NOW);
        for place in 0..bytes.len() {
            let mut turned = bytes.clone();
            turned[place] ^= 1;
            let read = MandateAct::verify(&turned, &authority().trust(), NOW);
            assert!(read.is_err(), "{place}");
        }
    }

    #[test]
    fn an_act_from_the_future_is_refused() {
        let bytes = signed(
            MandateActKind::Give,
            NOW + LEEWAY + Duration::from_millis(1),
        );
        let refused = MandateAct::verify(&bytes, &authority().trust(), NOW);
        assert_eq!(refused, Err(MandateActError::InTheFuture));
    }

    #[test]
    fn a_withdrawal_is_heard_of_also_when_its_certificate_ended_meanwhile() {
        let years = days(20 * 366);
        let trust = authority().trust();
        let late = |kind| MandateAct::verify(&signed(kind, NOW), &trust, years);
        assert!(late(MandateActKind::Withdraw).is_ok());
        for kind in [MandateActKind::Give, MandateActKind::Accept] {
            let refused = late(kind);
            assert!(matches!(refused, Err(MandateActError::Signature(_))));
        }
    }
}
