// SPDX-License-Identifier: EUPL-1.2
//! What lets an old act count: somebody vouches that it held the act while its certificate was still good.
//!
//! What is agreed is kept for years and a certificate lasts one to three. The moment in an act is its maker's own word, so
//! whoever has a key of which the certificate has ended, or was revoked, can write any moment of that time into a new
//! act. What he cannot do is have it been received then. So an act under a certificate that does not count any more is
//! believed on a *testimony*: by the organisation itself, under a certificate that counts now, or by another member that
//! verified it when it still could. Who may vouch depends on what the act is about: a convenant, a mandate, a succession.
//!
//! ```text
//! content type : application/basisnet-convenant-testimony+cbor    label : basisnet/convenant-testimony/v1
//! payload      : { 1: hash of what it is about, 32 bytes; 2: moment, milliseconds;
//!                  3: [ [SHA-256 of the act, 32 bytes; when it was verified, milliseconds], … ] }
//! ```

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{ActError, LEEWAY, MAX_BYTES};
use crate::cose::Sign1;
use crate::id::Oin;
use crate::octets::Octets;
use crate::sign::{
    OrgSignatureError, OrgSigner, SignError, SignedKind, sign_for_organisation, verify_organisation,
};
use crate::time::Timestamp;
use crate::trust::{ChainError, TrustStore};
use crate::wire::Item;

const KIND: SignedKind = SignedKind {
    label: "basisnet/convenant-testimony/v1",
    content_type: "application/basisnet-convenant-testimony+cbor",
    max_bytes: MAX_BYTES,
};

/// A member vouches for acts that it verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Testimony {
    by: Oin,
    about: Octets<32>,
    seen: BTreeMap<Octets<32>, Timestamp>,
    bytes: Vec<u8>,
}

impl Testimony {
    /// Acts in one testimony; who has more to vouch for makes more of them.
    pub const MOST: usize = 128;

    /// Signs a testimony about acts on a version, on a mandate, or in a statement of succession: each by its hash, with the
    /// moment at which it was verified here.
    ///
    /// # Errors
    /// When the key of the organisation cannot sign now.
    pub fn sign(
        about: &Octets<32>,
        seen: &[(Octets<32>, Timestamp)],
        at: Timestamp,
        signer: &dyn OrgSigner,
    ) -> Result<Vec<u8>, SignError> {
        let seen = seen.iter().map(|(act, verified)| {
            let verified = Item::Unsigned(verified.as_millis());
            Item::Array(vec![Item::Bytes(act.as_bytes()), verified])
        });
        let payload = Item::Map(vec![
            (Item::int(1), Item::Bytes(about.as_bytes())),
            (Item::int(2), Item::Unsigned(at.as_millis())),
            (Item::int(3), Item::Array(seen.collect())),
        ])
        .encode();
        sign_for_organisation(&KIND, &payload, signer)
    }

    /// Verifies a testimony: by a certificate that counts now, and nothing in it lies in the future.
    ///
    /// # Errors
    /// Names the first check that fails.
    pub fn verify(bytes: &[u8], trust: &TrustStore, now: Timestamp) -> Result<Self, ActError> {
        let signed = verify_organisation(&KIND, bytes, trust, now)?;
        let (about, at, seen) = read(signed.payload).ok_or(ActError::NotAnAct)?;
        if at > now + LEEWAY || seen.values().any(|verified| *verified > at) {
            return Err(ActError::InTheFuture);
        }
        Ok(Self {
            by: signed.certificate.oin,
            about,
            seen,
            bytes: bytes.to_vec(),
        })
    }

    /// The testimonies among these signed objects that hold and are about this. What does not hold is left out: then what
    /// rests on it does not count either.
    pub(crate) fn among<'a>(
        objects: impl IntoIterator<Item = &'a [u8]>,
        about: &Octets<32>,
        trust: &TrustStore,
        now: Timestamp,
    ) -> Vec<Self> {
        let ones = objects.into_iter().filter(|bytes| Self::is_one(bytes));
        ones.filter_map(|bytes| Self::verify(bytes, trust, now).ok())
            .filter(|heard| heard.about == *about)
            .collect()
    }

    /// Whether these bytes say that they are a testimony; not verified.
    #[must_use]
    pub fn is_one(bytes: &[u8]) -> bool {
        Sign1::parse(bytes, KIND.max_bytes)
            .is_ok_and(|object| object.headers.content_type == KIND.content_type)
    }

    /// By which organisation.
    #[must_use]
    pub const fn by(&self) -> Oin {
        self.by
    }

    /// The signed bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether this makes something count that was signed under a certificate that counted until `ended`.
    fn covers(&self, old: &Old<'_>, ended: Timestamp) -> bool {
        let Some(verified) = self.seen.get(&hash_of(old.bytes)) else {
            return false;
        };
        // Who speaks under a certificate that counts now knows what it did itself.
        let own_word = self.by == old.by;
        let in_time = *verified < ended && *verified + LEEWAY >= old.at;
        self.about == old.about && (own_word || in_time)
    }
}

/// What was signed under a certificate that counts no longer; its signature was verified.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Old<'a> {
    pub(crate) about: Octets<32>,
    pub(crate) by: Oin,
    pub(crate) at: Timestamp,
    pub(crate) bytes: &'a [u8],
}

impl Old<'_> {
    /// Whether that the certificate has ended, was revoked or is under a former anchor is all that is wrong.
    pub(crate) const fn is_all(fault: &OrgSignatureError) -> bool {
        matches!(
            fault,
            OrgSignatureError::Chain(
                ChainError::Expired | ChainError::Revoked | ChainError::UnknownIssuer
            )
        )
    }

    /// The testimony on which it counts, if there is one: by who signed it, or by another that may vouch for it.
    ///
    /// # Errors
    /// Any other fault of its chain is the true one.
    pub(crate) fn witnessed<'t>(
        &self,
        testimonies: &'t [Testimony],
        trust: &TrustStore,
        may_vouch: impl Fn(Oin) -> bool,
    ) -> Result<Option<&'t Testimony>, OrgSignatureError> {
        let object = Sign1::parse(self.bytes, MAX_BYTES)?;
        let ended = trust.verify_past(&object.headers.chain, self.at)?.ended();
        let mut vouching = testimonies
            .iter()
            .filter(|one| one.by == self.by || may_vouch(one.by));
        Ok(vouching.find(|one| one.covers(self, ended)))
    }
}

/// The name of an act in a testimony.
pub(crate) fn hash_of(bytes: &[u8]) -> Octets<32> {
    Octets(Sha256::digest(bytes).into())
}

type Payload = (Octets<32>, Timestamp, BTreeMap<Octets<32>, Timestamp>);

fn read(payload: &[u8]) -> Option<Payload> {
    let map = Item::parse(payload, KIND.max_bytes).ok()?;
    (map.len() == 3).then_some(())?;
    let Item::Array(list) = map.field(3)? else {
        return None;
    };
    let seen: BTreeMap<_, _> = list.iter().map(read_one).collect::<Option<_>>()?;
    (seen.len() == list.len() && seen.len() <= Testimony::MOST).then_some(())?;
    Some((
        Octets::from_slice(map.field(1)?.bytes()?)?,
        Timestamp::from_millis(map.field(2)?.unsigned()?),
        seen,
    ))
}

fn read_one(item: &Item<'_>) -> Option<(Octets<32>, Timestamp)> {
    let Item::Array(pair) = item else {
        return None;
    };
    let [act, verified] = pair.as_slice() else {
        return None;
    };
    Some((
        Octets::from_slice(act.bytes()?)?,
        Timestamp::from_millis(verified.unsigned()?),
    ))
}
