// SPDX-License-Identifier: EUPL-1.2
//! Verifies what came with a version of a convenant: acts, and testimonies that make old ones count
//! ([`crate::act::Testimony`]). For an act on a version any member of that version vouches.

use std::sync::Arc;

use super::state::has_place;
use super::{Act, ActError, ConvenantContent, ConvenantHash};
use crate::act::{Old, Testimony};
use crate::id::Oin;
use crate::succession::Successions;
use crate::time::Timestamp;
use crate::trust::TrustStore;

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
        Self {
            content,
            hash,
            trust,
            now,
            testimonies: Testimony::among(objects, &hash, trust, now),
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
        match Act::verify(bytes, self.trust, self.now) {
            Ok(act) => return Ok((act, None)),
            Err(ActError::Signature(fault)) if Old::is_all(&fault) => {}
            Err(fault) => return Err(fault),
        }
        let act = Act::reread(bytes)?;
        let vouches = |one| self.is_party(one);
        let on = act
            .old()
            .witnessed(&self.testimonies, self.trust, vouches)?;
        match on {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::act::hash_of;
    use crate::convenant::{ActKind, Motivation, samples};
    use crate::octets::Octets;
    use crate::testing::{Authority, DAY, Kind, NOW, Organisation, at, authority};
    use crate::trust::{ChainError, DEFAULT_CRL_GRACE};

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
