// SPDX-License-Identifier: EUPL-1.2
//! What lets an old act count: a member vouches that it held the act while its certificate was still good.
//!
//! A convenant is kept for years and a certificate lasts one to three. The moment in an act is its maker's own word, so
//! whoever has a key of which the certificate has ended, or was revoked, can write any moment of that time into a new
//! act. What he cannot do is have it been received then. So an act under a certificate that does not count any more is
//! believed on a *testimony*: by the organisation itself, under a certificate that counts now, or by another member that
//! verified it when it still could.
//!
//! ```text
//! content type : application/basisnet-convenant-testimony+cbor    label : basisnet/convenant-testimony/v1
//! payload      : { 1: hash of the content, 32 bytes; 2: moment, milliseconds;
//!                  3: [ [SHA-256 of the act, 32 bytes; when it was verified, milliseconds], … ] }
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::state::has_place;
use super::{Act, ActError, ConvenantContent, ConvenantHash};
use crate::act::LEEWAY;
use crate::cose::Sign1;
use crate::id::Oin;
use crate::octets::Octets;
use crate::sign::{
    OrgSignatureError, OrgSigner, SignError, SignedKind, sign_for_organisation, verify_organisation,
};
use crate::succession::Successions;
use crate::time::Timestamp;
use crate::trust::{ChainError, TrustStore};
use crate::wire::Item;

const KIND: SignedKind = SignedKind {
    label: "basisnet/convenant-testimony/v1",
    content_type: "application/basisnet-convenant-testimony+cbor",
    max_bytes: 16_384,
};

/// A member vouches for acts that it verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Testimony {
    by: Oin,
    convenant: ConvenantHash,
    seen: BTreeMap<Octets<32>, Timestamp>,
    bytes: Vec<u8>,
}

impl Testimony {
    /// Acts in one testimony; who has more to vouch for makes more of them.
    pub const MOST: usize = 128;

    /// Signs a testimony about acts on a version: each by its hash, with the moment at which it was verified here.
    ///
    /// # Errors
    /// When the key of the organisation cannot sign now.
    pub fn sign(
        convenant: &ConvenantHash,
        seen: &[(Octets<32>, Timestamp)],
        at: Timestamp,
        signer: &dyn OrgSigner,
    ) -> Result<Vec<u8>, SignError> {
        let seen = seen.iter().map(|(act, verified)| {
            let verified = Item::Unsigned(verified.as_millis());
            Item::Array(vec![Item::Bytes(act.as_bytes()), verified])
        });
        let payload = Item::Map(vec![
            (Item::int(1), Item::Bytes(convenant.as_bytes())),
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
        let (convenant, at, seen) = read(signed.payload).ok_or(ActError::NotAnAct)?;
        if at > now + LEEWAY || seen.values().any(|verified| *verified > at) {
            return Err(ActError::InTheFuture);
        }
        Ok(Self {
            by: signed.certificate.oin,
            convenant,
            seen,
            bytes: bytes.to_vec(),
        })
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

    /// Whether this makes an act count that was made under a certificate that counted until `ended`.
    fn covers(&self, act: &Act, ended: Timestamp) -> bool {
        let Some(verified) = self.seen.get(&act.hash()) else {
            return false;
        };
        // Who speaks under a certificate that counts now knows what it did itself.
        let own_word = self.by == act.by();
        let in_time = *verified < ended && *verified + LEEWAY >= act.at();
        self.convenant == act.convenant() && (own_word || in_time)
    }
}

/// Verifies what came with a version of a convenant: acts, and testimonies that make old ones count.
#[derive(Debug)]
pub struct Hearing<'a> {
    content: &'a ConvenantContent,
    hash: ConvenantHash,
    trust: &'a TrustStore,
    now: Timestamp,
    testimonies: Vec<Testimony>,
    successions: Arc<Successions>,
}

impl<'a> Hearing<'a> {
    /// Hears these signed objects at `now`. A testimony that does not hold, is by an outsider or about another version
    /// is left out: then what rests on it does not count either.
    pub fn new<'b>(
        content: &'a ConvenantContent,
        objects: impl IntoIterator<Item = &'b [u8]>,
        trust: &'a TrustStore,
        now: Timestamp,
    ) -> Self {
        let hash = content.hash();
        let testimonies = objects
            .into_iter()
            .filter(|bytes| Testimony::is_one(bytes))
            .filter_map(|bytes| Testimony::verify(bytes, trust, now).ok())
            .filter(|heard| heard.convenant == hash)
            .collect();
        Self {
            content,
            hash,
            trust,
            now,
            testimonies,
            successions: Arc::default(),
        }
    }

    /// The same, where organisations took the place of members.
    #[must_use]
    pub fn under(self, successions: &Arc<Successions>) -> Self {
        Self {
            successions: Arc::clone(successions),
            ..self
        }
    }

    /// Whether an act counts, and on which testimony where it does not count by itself.
    ///
    /// # Errors
    /// Names what is wrong with the act itself, and else that nobody vouches for it.
    pub fn judge(&self, bytes: &[u8]) -> Result<(Act, Option<&Testimony>), ActError> {
        let fault = match Act::verify(bytes, self.trust, self.now) {
            Ok(act) => return Ok((act, None)),
            Err(fault) => fault,
        };
        let past = matches!(
            &fault,
            ActError::Signature(OrgSignatureError::Chain(
                ChainError::Expired | ChainError::Revoked | ChainError::UnknownIssuer
            ))
        );
        if !past {
            return Err(fault);
        }
        let act = Act::reread(bytes)?;
        let object = Sign1::parse(bytes, KIND.max_bytes).map_err(OrgSignatureError::from)?;
        let counted = self.trust.verify_past(&object.headers.chain, act.at());
        // That it has ended is why we are here; any other fault of its chain is the true one.
        let counted = counted.map_err(OrgSignatureError::from)?;
        let ended = counted.ended();
        let mut vouching = self.testimonies.iter().filter(|one| self.is_party(one.by));
        let covering = vouching.find(|one| one.covers(&act, ended));
        match covering {
            Some(testimony) if self.is_about(&act) => Ok((act, Some(testimony))),
            _ => Err(ActError::Unwitnessed),
        }
    }

    fn is_about(&self, act: &Act) -> bool {
        act.convenant() == self.hash && self.is_party(act.by())
    }

    fn is_party(&self, organisation: Oin) -> bool {
        has_place(self.content, &self.successions, organisation)
    }
}

/// The name of an act in a testimony.
pub(super) fn hash_of(bytes: &[u8]) -> Octets<32> {
    Octets(Sha256::digest(bytes).into())
}

type Payload = (ConvenantHash, Timestamp, BTreeMap<Octets<32>, Timestamp>);

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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::convenant::{ActKind, Motivation, samples};
    use crate::testing::{Authority, DAY, Kind, NOW, Organisation, at, authority};
    use crate::trust::DEFAULT_CRL_GRACE;

    fn day(days: u64) -> Timestamp {
        NOW + Duration::from_secs(days * DAY)
    }

    /// An organisation with a certificate for these days.
    fn member(number: u64, from: i64, until: i64) -> Organisation {
        authority().organisation_with(number, Kind::P256, |params| {
            params.not_before = at(from);
            params.not_after = at(until);
        })
    }

    /// Trust with a list that is fresh on day 500, on which these certificates were revoked on that day.
    fn trust(revoked: &[u64], since: i64) -> TrustStore {
        let list = authority().crl(revoked, since, 600);
        let anchors = std::slice::from_ref(&authority().der);
        TrustStore::new(anchors, &[list], DEFAULT_CRL_GRACE).unwrap()
    }

    /// Three members; 0 has a certificate until day 100 and signs on day `signed`.
    struct Case {
        content: ConvenantContent,
        act: Vec<u8>,
        trust: TrustStore,
    }

    impl Case {
        fn signed_on(signed: u64) -> Self {
            let content = samples::content(3);
            let old = member(0, -10, 100);
            let act = Act::sign(
                ActKind::Accept,
                &content.hash(),
                day(signed),
                &Motivation::default(),
                &old,
            )
            .unwrap();
            Self {
                content,
                act,
                trust: trust(&[], 499),
            }
        }

        fn testimony(&self, by: u64, verified: u64) -> Vec<u8> {
            let signer = member(by, 400, 700);
            let seen = [(hash_of(&self.act), day(verified))];
            Testimony::sign(&self.content.hash(), &seen, day(500), &signer).unwrap()
        }

        fn judged(&self, objects: &[Vec<u8>]) -> Result<bool, ActError> {
            let objects = objects.iter().map(Vec::as_slice);
            let hearing = Hearing::new(&self.content, objects, &self.trust, day(500));
            let judged = hearing.judge(&self.act);
            judged.map(|(_, testimony)| testimony.is_some())
        }
    }

    #[test]
    fn an_old_act_counts_on_the_word_of_a_member_that_held_it_in_time() {
        let case = Case::signed_on(10);
        assert_eq!(case.judged(&[]), Err(ActError::Unwitnessed));
        assert_eq!(case.judged(&[case.testimony(1, 20)]), Ok(true));
        assert_eq!(case.judged(&[case.testimony(0, 450)]), Ok(true), "itself");
    }

    #[test]
    fn an_act_that_is_backdated_with_an_expired_key_does_not_count() {
        let case = Case::signed_on(10);
        let late = case.testimony(1, 100);
        assert_eq!(case.judged(&[late]), Err(ActError::Unwitnessed));
        let before_it_was_made = case.testimony(1, 9);
        assert_eq!(
            case.judged(&[before_it_was_made]),
            Err(ActError::Unwitnessed)
        );
        let outsider = case.testimony(9, 20);
        assert_eq!(case.judged(&[outsider]), Err(ActError::Unwitnessed));
        let after_its_term = Case::signed_on(101);
        let own = after_its_term.testimony(0, 450);
        let refused = ActError::Signature(ChainError::Expired.into());
        assert_eq!(after_its_term.judged(&[own]), Err(refused));
    }

    #[test]
    fn who_has_an_expired_key_cannot_vouch_for_itself_with_it() {
        let case = Case::signed_on(10);
        let seen = [(hash_of(&case.act), day(20))];
        let old = member(0, -10, 100);
        let own = Testimony::sign(&case.content.hash(), &seen, day(50), &old).unwrap();
        assert_eq!(case.judged(&[own]), Err(ActError::Unwitnessed));
    }

    #[test]
    fn an_act_under_a_revoked_certificate_counts_when_it_was_held_before_the_revocation() {
        let mut case = Case::signed_on(10);
        case.trust = trust(&[0], 50);
        let list_until = case.trust.stale_lists(day(500));
        assert!(list_until.is_empty());
        assert_eq!(case.judged(&[case.testimony(1, 49)]), Ok(true));
        let late = case.testimony(1, 50);
        assert_eq!(case.judged(&[late]), Err(ActError::Unwitnessed));
    }

    #[test]
    fn the_same_holds_while_a_revoked_certificate_has_not_ended_yet() {
        let content = samples::content(3);
        let stolen = member(0, -10, 900);
        let act = Act::sign(
            ActKind::Withdraw,
            &content.hash(),
            day(10),
            &Motivation::default(),
            &stolen,
        )
        .unwrap();
        let case = Case {
            content,
            act,
            trust: trust(&[0], 50),
        };
        assert_eq!(case.judged(&[]), Err(ActError::Unwitnessed));
        assert_eq!(case.judged(&[case.testimony(1, 49)]), Ok(true));
    }

    #[test]
    fn an_authority_that_was_removed_counts_for_old_acts_only() {
        let before = Authority::root("Oude CA", Kind::P256);
        let old = before.organisation_with(0, Kind::P256, |p| p.not_after = at(900));
        let content = samples::content(3);
        let act = Act::sign(
            ActKind::Accept,
            &content.hash(),
            day(10),
            &Motivation::default(),
            &old,
        )
        .unwrap();
        let former = trust(&[], 499)
            .with_former(std::slice::from_ref(&before.der))
            .unwrap();
        let case = Case {
            content,
            act,
            trust: former,
        };
        assert_eq!(case.judged(&[]), Err(ActError::Unwitnessed));
        assert_eq!(case.judged(&[case.testimony(1, 20)]), Ok(true));
        let unknown = Case {
            trust: trust(&[], 499),
            ..case
        };
        let refused = ActError::Signature(ChainError::UnknownIssuer.into());
        let testimony = unknown.testimony(1, 20);
        assert_eq!(unknown.judged(&[testimony]), Err(refused));
    }

    #[test]
    fn an_act_whose_list_is_missing_waits_for_the_list() {
        let mut case = Case::signed_on(10);
        let anchors = std::slice::from_ref(&authority().der);
        case.trust = TrustStore::new(anchors, &[], DEFAULT_CRL_GRACE).unwrap();
        let content = samples::content(3);
        let running = member(0, -10, 900);
        case.act = Act::sign(
            ActKind::Accept,
            &content.hash(),
            day(10),
            &Motivation::default(),
            &running,
        )
        .unwrap();
        let testimony = case.testimony(1, 20);
        let refused = ActError::Signature(ChainError::NoList.into());
        assert_eq!(case.judged(&[testimony]), Err(refused));
    }

    #[test]
    fn a_testimony_about_another_version_or_from_the_future_is_nothing() {
        let case = Case::signed_on(10);
        let seen = [(hash_of(&case.act), day(20))];
        let signer = member(1, 400, 700);
        let other = Testimony::sign(&Octets([3; 32]), &seen, day(500), &signer).unwrap();
        assert_eq!(case.judged(&[other]), Err(ActError::Unwitnessed));
        let hash = case.content.hash();
        let future = Testimony::sign(&hash, &seen, day(501), &signer).unwrap();
        assert_eq!(
            Testimony::verify(&future, &case.trust, day(500)),
            Err(ActError::InTheFuture)
        );
        assert!(Testimony::is_one(&future) && !Testimony::is_one(&case.act));
    }
}
