// SPDX-License-Identifier: EUPL-1.2
//! Verifies what came with a mandate: acts, and testimonies that make old ones count ([`crate::act::Testimony`]).
//!
//! For what one of the two did vouches itself, or who is in a convenant with both; never the other of the two. A body would
//! otherwise, with an old key of a member, make up that it may act for that member and vouch for it.

use std::collections::BTreeSet;

use super::{MandateAct, MandateContent, MandateHash};
use crate::act::{ActError, Old, Testimony};
use crate::id::Oin;
use crate::time::Timestamp;
use crate::trust::TrustStore;

/// Verifies what came with a mandate.
#[derive(Debug)]
pub struct MandateHearing<'a> {
    content: &'a MandateContent,
    hash: MandateHash,
    trust: &'a TrustStore,
    now: Timestamp,
    testimonies: Vec<Testimony>,
    witnesses: &'a BTreeSet<Oin>,
}

impl<'a> MandateHearing<'a> {
    /// Hears these signed objects at `now`; the witnesses are who is in a convenant with both.
    pub fn new<'b>(
        content: &'a MandateContent,
        objects: impl IntoIterator<Item = &'b [u8]>,
        witnesses: &'a BTreeSet<Oin>,
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
            witnesses,
        }
    }

    /// Whether an act counts, and on which testimony where it does not count by itself.
    ///
    /// # Errors
    /// Names what is wrong with the act itself, and else that nobody vouches for it.
    pub fn judge(&self, bytes: &[u8]) -> Result<(MandateAct, Option<&Testimony>), ActError> {
        match MandateAct::verify(bytes, self.trust, self.now) {
            Ok(act) => return Ok((act, None)),
            Err(ActError::Signature(fault)) if Old::is_all(&fault) => {}
            Err(fault) => return Err(fault),
        }
        let act = MandateAct::reread(bytes)?;
        let vouches = |one| self.witnesses.contains(&one) && !self.content.is_party(one);
        let on = act
            .old()
            .witnessed(&self.testimonies, self.trust, vouches)?;
        match on {
            Some(testimony) if act.mandate() == self.hash => Ok((act, Some(testimony))),
            _ => Err(ActError::Unwitnessed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::Motivation;
    use crate::mandate::MandateActKind;
    use crate::mandate::samples::{content, days};
    use crate::testing::{Kind, Organisation, at, authority, oin};
    use crate::trust::DEFAULT_CRL_GRACE;

    /// An organisation with a certificate for these days.
    fn organisation(number: u64, from: i64, until: i64) -> Organisation {
        authority().organisation_with(number, Kind::P256, |params| {
            params.not_before = at(from);
            params.not_after = at(until);
        })
    }

    /// Trust with a list that is fresh on day 200.
    fn trust() -> TrustStore {
        let list = authority().crl(&[], 150, 260);
        let anchors = std::slice::from_ref(&authority().der);
        TrustStore::new(anchors, &[list], DEFAULT_CRL_GRACE).unwrap()
    }

    const MEMBER: u64 = 7;
    const HOLDER: u64 = 9;
    const FELLOW: u64 = 3;

    fn given_by(signer: &Organisation, day: u64) -> Vec<u8> {
        let decided = Motivation::new(Some("B&W 2026-118"), None).unwrap();
        let hash = content().hash();
        MandateAct::sign(MandateActKind::Give, &hash, days(day), &decided, signer).unwrap()
    }

    /// Whether it is believed on day 200 that the member gave the mandate, when this one says since when it had that.
    fn believed(given: &[u8], by: u64, verified: u64) -> Result<bool, ActError> {
        let seen = [(crate::act::hash_of(given), days(verified))];
        let (content, trust, now) = (content(), trust(), days(200));
        let said =
            Testimony::sign(&content.hash(), &seen, now, &organisation(by, 90, 300)).unwrap();
        let witnesses = BTreeSet::from([oin(FELLOW), oin(HOLDER), oin(MEMBER)]);
        let objects = [given, said.as_slice()];
        let hearing = MandateHearing::new(&content, objects, &witnesses, &trust, now);
        hearing.judge(given).map(|(_, on)| on.is_some())
    }

    #[test]
    fn who_comes_when_the_certificate_has_ended_believes_the_member_itself_or_a_fellow_that_had_it_in_time()
     {
        let given = given_by(&organisation(MEMBER, -10, 100), 5);
        assert_eq!(believed(&given, MEMBER, 190), Ok(true));
        assert_eq!(believed(&given, FELLOW, 20), Ok(true));
        assert_eq!(believed(&given, FELLOW, 101), Err(ActError::Unwitnessed));
        assert_eq!(believed(&given, FELLOW, 4), Err(ActError::Unwitnessed));
        assert_eq!(believed(&given, 8, 20), Err(ActError::Unwitnessed));
        let valid = given_by(&organisation(MEMBER, -10, 300), 5);
        assert_eq!(believed(&valid, FELLOW, 20), Ok(false), "by itself");
    }

    #[test]
    fn who_would_act_under_a_mandate_does_not_vouch_that_it_was_given() {
        let forged = given_by(&organisation(MEMBER, -10, 100), 5);
        assert_eq!(believed(&forged, HOLDER, 20), Err(ActError::Unwitnessed));
    }

    #[test]
    fn what_was_signed_after_its_certificate_or_by_another_authority_counts_on_no_word() {
        let late = given_by(&organisation(MEMBER, -10, 100), 150);
        assert!(matches!(
            believed(&late, MEMBER, 190),
            Err(ActError::Signature(_))
        ));
        let stranger = crate::testing::Authority::root("another", Kind::P256);
        let forged = given_by(&stranger.organisation(MEMBER), 5);
        assert!(matches!(
            believed(&forged, FELLOW, 20),
            Err(ActError::Signature(_))
        ));
    }
}
