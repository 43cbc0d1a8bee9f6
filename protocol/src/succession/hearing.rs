// SPDX-License-Identifier: EUPL-1.2
//! Verifies a statement of succession that comes when a certificate under it counts no longer, on testimonies
//! ([`crate::act::Testimony`]).
//!
//! For its half vouches who signed it, or who is in a convenant with one of the two; never the other of the two. Whoever has
//! an old key of an organisation would otherwise say that he takes its place, and vouch for that himself.

use std::collections::BTreeSet;

use super::{Succession, SuccessionError, SuccessionHalf};
use crate::act::{Old, Testimony};
use crate::id::Oin;
use crate::time::Timestamp;
use crate::trust::TrustStore;

/// Verifies one statement.
#[derive(Debug)]
pub struct SuccessionHearing<'a> {
    statement: &'a Succession,
    trust: &'a TrustStore,
    now: Timestamp,
    testimonies: Vec<Testimony>,
    witnesses: &'a BTreeSet<Oin>,
}

impl<'a> SuccessionHearing<'a> {
    /// Hears a statement at `now`, of which only the form was read, with these testimonies; the witnesses are who is in a
    /// convenant with one of the two.
    pub fn new<'b>(
        statement: &'a Succession,
        objects: impl IntoIterator<Item = &'b [u8]>,
        witnesses: &'a BTreeSet<Oin>,
        trust: &'a TrustStore,
        now: Timestamp,
    ) -> Self {
        Self {
            statement,
            trust,
            now,
            testimonies: Testimony::among(objects, &statement.id(), trust, now),
            witnesses,
        }
    }

    /// On which testimony the half of the old and that of the new count; none where a half counts by itself.
    ///
    /// # Errors
    /// Names what is wrong with one of the halves, and else that nobody vouches for it.
    pub fn judge(&self) -> Result<[Option<&Testimony>; 2], SuccessionError> {
        let [old, new] = self.statement.halves();
        Ok([self.judge_half(old)?, self.judge_half(new)?])
    }

    fn judge_half(&self, half: &SuccessionHalf) -> Result<Option<&Testimony>, SuccessionError> {
        match SuccessionHalf::verify(half.bytes(), self.trust, self.now) {
            Ok(_) => return Ok(None),
            Err(SuccessionError::Signature(fault)) if Old::is_all(&fault) => {}
            Err(fault) => return Err(fault),
        }
        let old = Old {
            about: self.statement.id(),
            by: half.by(),
            at: half.at(),
            bytes: half.bytes(),
        };
        let terms = self.statement.terms();
        let is_party = |one: Oin| one == terms.old || one == terms.new;
        let vouches = |one| self.witnesses.contains(&one) && !is_party(one);
        let on = old.witnessed(&self.testimonies, self.trust, vouches)?;
        on.map(Some).ok_or(SuccessionError::Unwitnessed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::succession::SuccessionTerms;
    use crate::testing::{Kind, NOW, Organisation, at, authority, oin};
    use crate::trust::DEFAULT_CRL_GRACE;

    /// Trust with a list that is fresh on day 200.
    fn trust() -> TrustStore {
        let list = authority().crl(&[], 150, 260);
        let anchors = std::slice::from_ref(&authority().der);
        TrustStore::new(anchors, &[list], DEFAULT_CRL_GRACE).unwrap()
    }

    const OLD: u64 = 7;
    const NEW: u64 = 8;
    const FELLOW: u64 = 3;

    fn day(days: u64) -> Timestamp {
        NOW + Duration::from_secs(days * 86_400)
    }

    /// An organisation with a certificate for these days.
    fn organisation(number: u64, from: i64, until: i64) -> Organisation {
        authority().organisation_with(number, Kind::P256, |params| {
            params.not_before = at(from);
            params.not_after = at(until);
        })
    }

    /// Signed on day 5 by an old one whose certificate ends on day 100, and a new one whose certificate runs on.
    fn statement() -> Succession {
        let terms = SuccessionTerms {
            old: oin(OLD),
            new: oin(NEW),
            from: day(30),
        };
        let half = |number, until| {
            let signer = organisation(number, -10, until);
            let bytes = SuccessionHalf::sign(&terms, day(5), "2026-118", &signer).unwrap();
            SuccessionHalf::reread(&bytes).unwrap()
        };
        Succession::join(half(OLD, 100), half(NEW, 300)).unwrap()
    }

    /// On whose word the two halves are believed on day 200, when this one says that it had both on that day.
    fn believed(by: u64, verified: u64) -> Result<[bool; 2], SuccessionError> {
        let (statement, trust, now) = (statement(), trust(), day(200));
        let halves = statement.halves().iter();
        let seen: Vec<_> = halves
            .map(|half| (crate::act::hash_of(half.bytes()), day(verified)))
            .collect();
        let signer = organisation(by, 90, 300);
        let said = Testimony::sign(&statement.id(), &seen, now, &signer).unwrap();
        let witnesses = BTreeSet::from([oin(FELLOW), oin(NEW)]);
        let hearing =
            SuccessionHearing::new(&statement, [said.as_slice()], &witnesses, &trust, now);
        hearing.judge().map(|on| on.map(|one| one.is_some()))
    }

    #[test]
    fn who_comes_when_the_old_one_is_long_gone_believes_a_fellow_that_had_the_statement_in_time() {
        assert_eq!(believed(FELLOW, 20), Ok([true, false]));
        assert_eq!(believed(OLD, 190), Ok([true, false]), "its own word");
        assert_eq!(believed(FELLOW, 101), Err(SuccessionError::Unwitnessed));
        assert_eq!(believed(FELLOW, 4), Err(SuccessionError::Unwitnessed));
        assert_eq!(believed(9, 20), Err(SuccessionError::Unwitnessed));
    }

    #[test]
    fn who_takes_a_place_does_not_vouch_for_who_had_it() {
        assert_eq!(believed(NEW, 20), Err(SuccessionError::Unwitnessed));
    }
}
