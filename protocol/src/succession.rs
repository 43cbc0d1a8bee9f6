// SPDX-License-Identifier: EUPL-1.2
//! One organisation takes the place of another: two gemeenten that merge, or one that gets another number.
//!
//! Both say so, each with the key of its own organisation and the decision behind it; only together they are a
//! [`Succession`]. From its date the old organisation exchanges nothing any more, and the new one stands where it stood,
//! in what the old one had agreed to and in no more ([`Successions`]). Nobody else has to sign: what was agreed with the
//! old one is agreed with the new one, and who does not want that withdraws.
//!
//! ```text
//! COSE_Sign1 (see `cose`) by the key of the organisation, with its chain; one by the old and one by the new
//!   content type : "application/basisnet-succession+cbor"
//!   label        : "basisnet/succession/v1"
//!   payload      : { 1: OIN of the old, text; 2: OIN of the new, text; 3: from when, milliseconds;
//!                    4: moment of signing, milliseconds; 5: number of the decision, text }
//! ```

mod file;
mod hearing;
mod line;

use std::time::Duration;

use sha2::{Digest, Sha256};

pub use file::{SuccessionFile, SuccessionFileError};
pub use hearing::SuccessionHearing;
pub use line::Successions;

use crate::act::{LEEWAY, MAX_BYTES};
use crate::convenant::Motivation;
use crate::id::Oin;
use crate::octets::Octets;
use crate::sign::{
    OrgSignatureError, OrgSigned, OrgSigner, SignError, SignedKind, reread_organisation,
    sign_for_organisation, verify_organisation,
};
use crate::time::Timestamp;
use crate::trust::TrustStore;
use crate::wire::Item;

/// So long before its date a statement is signed at most.
const AHEAD: Duration = Duration::from_secs(3 * 366 * 86_400);

const KIND: SignedKind = SignedKind {
    label: "basisnet/succession/v1",
    content_type: "application/basisnet-succession+cbor",
    max_bytes: MAX_BYTES,
};

/// How a statement is named: SHA-256 over the half of the old and that of the new.
pub type SuccessionId = Octets<32>;

/// Who takes whose place, and from when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuccessionTerms {
    /// Who goes.
    pub old: Oin,
    /// Who comes in its place.
    pub new: Oin,
    /// From when.
    pub from: Timestamp,
}

/// What one of the two signed, verified, with its bytes: they are the evidence and are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuccessionHalf {
    terms: SuccessionTerms,
    by: Oin,
    at: Timestamp,
    decision: String,
    bytes: Vec<u8>,
}

impl SuccessionHalf {
    /// Signs one half.
    ///
    /// # Errors
    /// When nobody should believe it, or the key of the organisation cannot sign now.
    pub fn sign(
        terms: &SuccessionTerms,
        at: Timestamp,
        decision: &str,
        signer: &dyn OrgSigner,
    ) -> Result<Vec<u8>, SuccessionError> {
        check(terms, at)?;
        let motivation = Motivation::new(Some(decision), None);
        let motivation = motivation.map_err(|_| SuccessionError::Decision)?;
        let decision = motivation.decision().ok_or(SuccessionError::Decision)?;
        let payload = Item::Map(vec![
            (Item::int(1), Item::Text(terms.old.as_str())),
            (Item::int(2), Item::Text(terms.new.as_str())),
            (Item::int(3), Item::Unsigned(terms.from.as_millis())),
            (Item::int(4), Item::Unsigned(at.as_millis())),
            (Item::int(5), Item::Text(decision)),
        ]);
        Ok(sign_for_organisation(&KIND, &payload.encode(), signer)?)
    }

    /// Verifies one half: signature, chain at `now`, by one of the two, and a moment that is not in the future nor before
    /// the certificate.
    ///
    /// # Errors
    /// Names the first check that fails.
    pub fn verify(
        bytes: &[u8],
        trust: &TrustStore,
        now: Timestamp,
    ) -> Result<Self, SuccessionError> {
        let signed = verify_organisation(&KIND, bytes, trust, now)?;
        let half = Self::read(&signed, bytes)?;
        if half.at > now + LEEWAY {
            return Err(SuccessionError::InTheFuture);
        }
        if half.at + LEEWAY < signed.certificate.not_before {
            return Err(SuccessionError::BeforeItsCertificate);
        }
        Ok(half)
    }

    /// Reads a half again that was verified when it came in and kept since, perhaps for longer than its certificate was
    /// valid. The caller vouches for the place where it was kept.
    ///
    /// # Errors
    /// When the bytes are not what was verified.
    pub fn reread(bytes: &[u8]) -> Result<Self, SuccessionError> {
        Self::read(&reread_organisation(&KIND, bytes)?, bytes)
    }

    fn read(signed: &OrgSigned<'_>, bytes: &[u8]) -> Result<Self, SuccessionError> {
        let (terms, at, decision) = read_payload(signed.payload).ok_or(SuccessionError::Form)?;
        check(&terms, at)?;
        let by = signed.certificate.oin;
        if by != terms.old && by != terms.new {
            return Err(SuccessionError::ByAnother);
        }
        Ok(Self {
            terms,
            by,
            at,
            decision,
            bytes: bytes.to_vec(),
        })
    }

    /// Who takes whose place, and from when.
    #[must_use]
    pub const fn terms(&self) -> SuccessionTerms {
        self.terms
    }

    /// Who signed.
    #[must_use]
    pub const fn by(&self) -> Oin {
        self.by
    }

    /// When, by its own word.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The number of the decision behind it.
    #[must_use]
    pub fn decision(&self) -> &str {
        &self.decision
    }

    /// The signed bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Both halves: the statement that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    terms: SuccessionTerms,
    effective: Timestamp,
    signed: Timestamp,
    halves: [SuccessionHalf; 2],
    id: SuccessionId,
}

impl Succession {
    /// Puts two halves together, in whatever order they come.
    ///
    /// # Errors
    /// When they do not say the same, or the old and the new did not each sign one.
    pub fn join(one: SuccessionHalf, other: SuccessionHalf) -> Result<Self, SuccessionError> {
        let terms = one.terms;
        if other.terms != terms {
            return Err(SuccessionError::TwoStories);
        }
        let (old, new) = match one.by == terms.old {
            true => (one, other),
            false => (other, one),
        };
        if old.by != terms.old || new.by != terms.new {
            return Err(SuccessionError::OneSided);
        }
        let mut hash = Sha256::new();
        hash.update(old.bytes());
        hash.update(new.bytes());
        let signed = old.at.max(new.at);
        Ok(Self {
            terms,
            // What was signed late does not work backwards.
            effective: terms.from.max(signed),
            signed,
            halves: [old, new],
            id: Octets(hash.finalize().into()),
        })
    }

    /// Who takes whose place, and from when it was to be.
    #[must_use]
    pub const fn terms(&self) -> SuccessionTerms {
        self.terms
    }

    /// From when it works: its date, or when the last of the two signed, if that was later.
    #[must_use]
    pub const fn effective(&self) -> Timestamp {
        self.effective
    }

    /// When the last of the two signed, by its own word.
    #[must_use]
    pub const fn signed(&self) -> Timestamp {
        self.signed
    }

    /// What the old and what the new signed.
    #[must_use]
    pub const fn halves(&self) -> &[SuccessionHalf; 2] {
        &self.halves
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> SuccessionId {
        self.id
    }

    /// A statement that nobody signed, to test what follows from statements.
    #[cfg(test)]
    pub(crate) fn testing_only_unsigned(terms: SuccessionTerms, at: Timestamp) -> Self {
        let half = |by: Oin| SuccessionHalf {
            terms,
            by,
            at,
            decision: "2026-118".to_owned(),
            bytes: format!("{by} {} {} {} {at}", terms.old, terms.new, terms.from).into_bytes(),
        };
        Self::join(half(terms.old), half(terms.new)).unwrap()
    }
}

fn check(terms: &SuccessionTerms, at: Timestamp) -> Result<(), SuccessionError> {
    if terms.old == terms.new {
        return Err(SuccessionError::Itself);
    }
    if terms.from > at + AHEAD {
        return Err(SuccessionError::TooFarAhead);
    }
    Ok(())
}

fn read_payload(payload: &[u8]) -> Option<(SuccessionTerms, Timestamp, String)> {
    let map = Item::parse(payload, MAX_BYTES).ok()?;
    (map.len() == 5).then_some(())?;
    let oin = |key| map.field(key)?.text()?.parse::<Oin>().ok();
    let moment = |key| Some(Timestamp::from_millis(map.field(key)?.unsigned()?));
    let terms = SuccessionTerms {
        old: oin(1)?,
        new: oin(2)?,
        from: moment(3)?,
    };
    let motivation = Motivation::read(Some(map.field(5)?.text()?), None).ok()?;
    Some((terms, moment(4)?, motivation.decision()?.to_owned()))
}

/// Why a statement is not signed or not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SuccessionError {
    /// Its form, its certificate or its signature.
    #[error(transparent)]
    Signature(#[from] OrgSignatureError),
    /// The key of the organisation cannot sign now.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// Signed, but no such statement.
    #[error("not a statement of succession")]
    Form,
    /// The decision is missing, or leads to a person.
    #[error("the decision is not one line of at most 100 characters that leads to nobody")]
    Decision,
    /// An organisation in its own place.
    #[error("an organisation does not take its own place")]
    Itself,
    /// Its date lies further ahead than anybody signs.
    #[error("the date lies more than three years ahead")]
    TooFarAhead,
    /// Dated in the future: one of the two clocks is wrong.
    #[error("the statement is dated in the future")]
    InTheFuture,
    /// Dated before the certificate under it began: not by this key, then.
    #[error("the statement is dated before its certificate")]
    BeforeItsCertificate,
    /// Somebody else signed it.
    #[error("signed by neither of the two organisations")]
    ByAnother,
    /// The two halves differ.
    #[error("the two did not sign the same")]
    TwoStories,
    /// Both halves are by the same.
    #[error("signed by one of the two only")]
    OneSided,
    /// A certificate under it counts no longer, and nobody who may vouches that it had the statement when it did.
    #[error(
        "a certificate under it counts no longer, and no member says it had the statement in time"
    )]
    Unwitnessed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Authority, Kind, NOW, at, authority, oin};

    const DAY: Duration = Duration::from_secs(86_400);

    fn terms() -> SuccessionTerms {
        SuccessionTerms {
            old: oin(7),
            new: oin(8),
            from: NOW + 30 * DAY,
        }
    }

    fn half(by: u64, terms: &SuccessionTerms) -> SuccessionHalf {
        let bytes = SuccessionHalf::sign(terms, NOW, "2026-118", &authority().organisation(by));
        SuccessionHalf::verify(&bytes.unwrap(), &authority().trust(), NOW).unwrap()
    }

    #[test]
    fn a_statement_is_what_both_signed() {
        let (old, new) = (half(7, &terms()), half(8, &terms()));
        let one = Succession::join(old.clone(), new.clone()).unwrap();
        let turned = Succession::join(new.clone(), old.clone()).unwrap();
        assert_eq!(one, turned);
        assert_eq!((one.terms(), one.effective()), (terms(), terms().from));
        assert_eq!((old.by(), new.decision()), (oin(7), "2026-118"));
        assert_eq!(SuccessionHalf::reread(old.bytes()).unwrap(), old);
    }

    #[test]
    fn a_statement_that_one_of_the_two_signed_is_none() {
        let old = half(7, &terms());
        let twice = Succession::join(old.clone(), old.clone());
        assert_eq!(twice.unwrap_err(), SuccessionError::OneSided);
        let later = SuccessionTerms {
            from: terms().from + DAY,
            ..terms()
        };
        let two = Succession::join(old, half(8, &later));
        assert_eq!(two.unwrap_err(), SuccessionError::TwoStories);
    }

    #[test]
    fn nobody_else_signs_for_either_of_the_two() {
        let bytes = SuccessionHalf::sign(&terms(), NOW, "1", &authority().organisation(9)).unwrap();
        let trust = authority().trust();
        let refused = SuccessionHalf::verify(&bytes, &trust, NOW);
        assert_eq!(refused.unwrap_err(), SuccessionError::ByAnother);
        let forged = Authority::root("another", Kind::P256);
        let bytes = SuccessionHalf::sign(&terms(), NOW, "1", &forged.organisation(7)).unwrap();
        let refused = SuccessionHalf::verify(&bytes, &trust, NOW);
        assert!(matches!(refused, Err(SuccessionError::Signature(_))));
    }

    #[test]
    fn a_statement_without_a_decision_or_with_a_senseless_date_is_not_signed() {
        let signer = authority().organisation(7);
        let sign = |terms: SuccessionTerms, decision| {
            SuccessionHalf::sign(&terms, NOW, decision, &signer).unwrap_err()
        };
        assert_eq!(sign(terms(), ""), SuccessionError::Decision);
        assert_eq!(sign(terms(), "a\nb"), SuccessionError::Decision);
        let (itself, far) = (
            SuccessionTerms {
                new: oin(7),
                ..terms()
            },
            SuccessionTerms {
                from: NOW + 1_200 * DAY,
                ..terms()
            },
        );
        assert_eq!(sign(itself, "1"), SuccessionError::Itself);
        assert_eq!(sign(far, "1"), SuccessionError::TooFarAhead);
    }

    #[test]
    fn a_statement_is_not_dated_before_its_certificate_nor_in_the_future() {
        let signer = authority().organisation_with(7, Kind::P256, |params| {
            params.not_before = at(0);
            params.not_after = at(100);
        });
        let verified = |at: Timestamp| {
            let bytes = SuccessionHalf::sign(&terms(), at, "1", &signer).unwrap();
            SuccessionHalf::verify(&bytes, &authority().trust(), NOW).map(drop)
        };
        assert_eq!(verified(NOW), Ok(()));
        let refused = verified(NOW - 5 * DAY);
        assert_eq!(refused, Err(SuccessionError::BeforeItsCertificate));
        assert_eq!(verified(NOW + DAY), Err(SuccessionError::InTheFuture));
    }

    #[test]
    fn what_is_signed_after_its_date_does_not_work_backwards() {
        let early = SuccessionTerms {
            from: NOW - 10 * DAY,
            ..terms()
        };
        let late = Succession::join(half(7, &early), half(8, &early)).unwrap();
        assert_eq!(late.effective(), NOW);
    }

    #[test]
    fn every_byte_that_is_turned_is_noticed() {
        let bytes = half(7, &terms()).bytes().to_vec();
        for place in 0..bytes.len() {
            let mut other = bytes.clone();
            other[place] ^= 1;
            assert!(SuccessionHalf::verify(&other, &authority().trust(), NOW).is_err());
        }
    }
}
