// SPDX-License-Identifier: EUPL-1.2
//! Where an organisation stands in a version in which others stood before it.
//!
//! A member is a place. As long as nobody took its place it stands there itself; from the date of a succession its
//! successor does. Nothing widens by it:
//!
//! - who is a member itself stands in its own place only, and that of whom it follows is empty;
//! - who follows several members has of their pairs only those that each of them had;
//! - who follows a member that withdrew, or withdraws in its place, has none.

use super::Convenant;
use crate::convenant::{Act, ActKind, ConvenantContent, JoinRule};
use crate::id::Oin;
use crate::succession::Successions;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// Whether an organisation is a member, or is named at any time as coming after one.
pub(in crate::convenant) fn has_place(
    content: &ConvenantContent,
    successions: &Successions,
    organisation: Oin,
) -> bool {
    content.is_member(organisation)
        || (!successions.is_empty() && {
            let before = successions.before(organisation);
            before.iter().any(|old| content.is_member(*old))
        })
}

impl Convenant {
    /// Whether an organisation is a member, or is named at any time as coming after one.
    #[must_use]
    pub fn is_party(&self, organisation: Oin) -> bool {
        has_place(&self.content, &self.successions, organisation)
    }

    /// The members in whose place an organisation stands now; itself, where it is one.
    #[must_use]
    pub fn places(&self, organisation: Oin, now: Timestamp) -> BTreeSet<Oin> {
        if self.successions.has_gone(organisation, now) {
            return BTreeSet::new();
        }
        if self.content.is_member(organisation) {
            return BTreeSet::from([organisation]);
        }
        let mut places = self.successions.predecessors(organisation, now);
        places.retain(|old| self.content.is_member(*old));
        places
    }

    /// The organisations that stand in the places of its members now, in their order, each once.
    #[must_use]
    pub fn organisations(&self, now: Timestamp) -> Vec<Oin> {
        if self.successions.is_empty() {
            return self.members().collect();
        }
        let mut organisations = Vec::new();
        for organisation in self
            .members()
            .filter_map(|old| self.successions.heir(old, now))
        {
            if !organisations.contains(&organisation) {
                organisations.push(organisation);
            }
        }
        organisations
    }

    /// The organisations that stand in it now, where those are not its members.
    #[must_use]
    pub fn standing_now(&self, now: Timestamp) -> Option<BTreeSet<Oin>> {
        let organisations = self.organisations(now);
        let same = organisations.iter().copied().eq(self.members());
        (!same).then(|| organisations.into_iter().collect())
    }

    /// Whether an act counts as one of this member. Who has gone acts no longer; its successor leaves in its place, and
    /// accepts in no place but its own.
    pub(super) fn speaks_for(&self, act: &Act, member: Oin) -> bool {
        if self.successions.is_empty() {
            return act.by() == member;
        }
        if act.by() == member {
            return !self.successions.has_gone(member, act.at());
        }
        let narrows = match act.kind() {
            ActKind::Accept => false,
            ActKind::Reject | ActKind::Withdraw | ActKind::End => true,
        };
        narrows && self.successions.heir(member, act.at()) == Some(act.by())
    }

    /// Whether those in whose places these two stand agreed to exchange with each other, each with each.
    pub(super) fn places_agreed(&self, one: Oin, other: Oin, now: Timestamp) -> bool {
        if self.successions.is_empty() {
            return self.pair_agreed(one, other, now);
        }
        let (one, other) = (self.places(one, now), self.places(other, now));
        let mut pairs = one
            .iter()
            .flat_map(|one| other.iter().map(move |other| (one, other)));
        let some = !one.is_empty() && !other.is_empty();
        some && pairs.all(|(one, other)| one != other && self.pair_agreed(*one, *other, now))
    }

    /// The organisations that had not left at a moment, each counted once.
    fn left_at(&self, moment: Timestamp, now: Timestamp) -> BTreeSet<Oin> {
        let withdrew = |member: Oin| {
            let at = self.did(ActKind::Withdraw, member, now);
            at.is_some_and(|at| at <= moment)
        };
        self.standing_at(moment, withdrew)
    }

    /// The organisations that stand in this version at a moment, without those of which a place was left.
    fn standing_at(&self, moment: Timestamp, left: impl Fn(Oin) -> bool) -> BTreeSet<Oin> {
        let organisations = self.organisations(moment).into_iter();
        let standing = organisations.filter(|organisation| {
            let places = self.places(*organisation, moment);
            !places.iter().any(|member| left(*member))
        });
        standing.collect()
    }

    /// When members did this, and when members went, in the order of time.
    fn moments(&self, kinds: &[ActKind], now: Timestamp) -> BTreeSet<Timestamp> {
        let did = |member: Oin| {
            let kinds = kinds.iter();
            let did = kinds.filter_map(move |kind| self.did(*kind, member, now));
            let gone = self.successions.goes_at(member).filter(|at| *at <= now);
            did.chain(gone)
        };
        self.members().flat_map(did).collect()
    }

    /// Ended because enough of the organisations that were left said so. It is looked at as it was at each moment, so that
    /// who leaves or merges afterwards changes nothing.
    pub(super) fn ended_by_decision(&self, now: Timestamp) -> Option<Timestamp> {
        if self.acts.iter().all(|act| act.kind() != ActKind::End) {
            return None;
        }
        let decided = |moment: &Timestamp| {
            let left = self.left_at(*moment, now);
            let needed = match self.content.joining {
                JoinRule::All => left.len(),
                JoinRule::Majority => left.len() / 2 + 1,
            };
            let said = |organisation: &&Oin| {
                let places = self.places(**organisation, *moment);
                let mut said = places
                    .iter()
                    .filter_map(|member| self.did(ActKind::End, *member, now));
                said.any(|at| at <= *moment)
            };
            !left.is_empty() && left.iter().filter(said).count() >= needed
        };
        let moments = self.moments(&[ActKind::End, ActKind::Withdraw], now);
        moments.into_iter().find(decided)
    }

    /// The first moment at which fewer than two organisations were left, or one where the content lets nobody leave.
    pub(super) fn ended_by_dwindling(&self, now: Timestamp) -> Option<Timestamp> {
        let left = self
            .members()
            .filter_map(|member| self.did(ActKind::Withdraw, member, now))
            .min();
        if self.content.ends_on_withdrawal && left.is_some() {
            return left;
        }
        let mut moments = self.moments(&[ActKind::Withdraw], now).into_iter();
        moments.find(|moment| self.left_at(*moment, now).len() < 2)
    }

    /// Whether more than half of the organisations in this version accepted the next one, each for all of its places, at
    /// its start or when one took the place of another since. What took over stays, whoever merges later.
    pub(in crate::convenant) fn is_followed_by_successors(
        &self,
        next: &Self,
        now: Timestamp,
    ) -> bool {
        let Some(start) = next.starts_at(now).filter(|_| !self.successions.is_empty()) else {
            return false;
        };
        let gone = self.moments(&[], now).into_iter();
        let mut moments = gone.filter(|moment| *moment > start).chain([start]);
        moments.any(|moment| {
            let left = |member| self.is_withdrawn(member, now);
            let standing = self.standing_at(moment, left);
            let accepts = |one: &&Oin| self.accepts_for_all(next, **one, moment, now);
            standing.iter().filter(accepts).count() * 2 > standing.len()
        })
    }

    /// Whether for each place of an organisation somebody accepted the next version who stood there, or stands there now.
    fn accepts_for_all(&self, next: &Self, one: Oin, moment: Timestamp, now: Timestamp) -> bool {
        let places = self.places(one, moment);
        let line = self.successions.before(one);
        let accepted = |place: &Oin| {
            let mut after = self.successions.after(*place);
            after.retain(|other| line.contains(other) || *other == one);
            after.extend([*place, one]);
            after.iter().any(|who| next.is_accepted_by(*who, now))
        };
        !places.is_empty() && places.iter().all(accepted)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::convenant::samples::{act, content, days, oin};
    use crate::convenant::{Group, State};
    use crate::succession::{Succession, SuccessionTerms};
    use ActKind::{Accept, End, Withdraw};

    /// Who goes, who comes, from which day, and on which day both signed.
    type Said = (usize, usize, u64, u64);

    fn statements(all: &[Said]) -> Arc<Successions> {
        let one = |(old, new, from, at): &Said| {
            let terms = SuccessionTerms {
                old: oin(*old),
                new: oin(*new),
                from: days(*from),
            };
            Succession::testing_only_unsigned(terms, days(*at))
        };
        Arc::new(Successions::new(all.iter().map(one)))
    }

    fn under(
        members: usize,
        acts: &[(ActKind, usize, u64)],
        said: &[Said],
        change: impl FnOnce(&mut ConvenantContent),
    ) -> Convenant {
        let mut content = content(members);
        change(&mut content);
        let hash = content.hash();
        let acts: Vec<_> = acts
            .iter()
            .map(|(kind, by, day)| act(*kind, *by, hash, days(*day)))
            .collect();
        Convenant::under(content, acts, &statements(said))
    }

    fn all(members: usize, more: &[(ActKind, usize, u64)]) -> Vec<(ActKind, usize, u64)> {
        let accepted = (0..members).map(|member| (Accept, member, 1));
        accepted.chain(more.iter().copied()).collect()
    }

    #[test]
    fn a_successor_exchanges_with_whom_the_old_one_did_from_the_date() {
        let version = under(3, &all(3, &[]), &[(0, 7, 30, 5)], |_| {});
        let may = |one, other, day| version.may_exchange(oin(one), oin(other), days(day));
        assert!(may(0, 1, 29) && !may(7, 1, 29));
        assert!(!may(0, 1, 30) && may(7, 1, 30) && may(7, 2, 30) && may(1, 2, 30));
        assert!(!may(7, 0, 30) && !may(0, 7, 29), "with itself");
        let organisations = [oin(7), oin(1), oin(2)];
        assert_eq!(version.organisations(days(30)), organisations);
        assert_eq!(version.standing_now(days(30)), Some(organisations.into()));
        assert_eq!(version.standing_now(days(29)), None);
    }

    #[test]
    fn who_follows_two_members_has_of_their_pairs_only_those_that_both_had() {
        let merged = [(0, 7, 30, 5), (1, 7, 30, 5)];
        let version = under(4, &all(4, &[]), &merged, |_| {});
        assert!(version.may_exchange(oin(7), oin(2), days(30)));
        assert_eq!(version.organisations(days(30)), [oin(7), oin(2), oin(3)]);
        let left = under(4, &all(4, &[(Withdraw, 1, 20)]), &merged, |_| {});
        assert!(left.may_exchange(oin(0), oin(2), days(29)));
        assert!(!left.may_exchange(oin(7), oin(2), days(30)));
        assert!(left.may_exchange(oin(2), oin(3), days(30)));
    }

    #[test]
    fn a_member_that_takes_the_place_of_another_keeps_its_own_and_counts_once() {
        let into = [(0, 1, 30, 5)];
        let version = under(4, &all(4, &[]), &into, |_| {});
        assert!(version.may_exchange(oin(1), oin(2), days(30)));
        assert_eq!(version.organisations(days(30)), [oin(1), oin(2), oin(3)]);
        let left = under(4, &all(4, &[(Withdraw, 1, 20)]), &into, |_| {});
        assert!(
            !left.may_exchange(oin(1), oin(2), days(30)),
            "no way back in"
        );
    }

    #[test]
    fn a_successor_leaves_in_the_place_of_the_old_and_who_has_gone_does_nothing_more() {
        let said = [(0, 7, 30, 5)];
        let left = under(3, &all(3, &[(Withdraw, 7, 40)]), &said, |_| {});
        assert!(left.may_exchange(oin(7), oin(1), days(39)));
        assert!(!left.may_exchange(oin(7), oin(1), days(40)));
        let early = under(3, &all(3, &[(Withdraw, 7, 20)]), &said, |_| {});
        assert!(
            early.may_exchange(oin(0), oin(1), days(29)),
            "not its place yet"
        );
        let gone = under(3, &all(3, &[(Withdraw, 0, 40)]), &said, |_| {});
        assert!(gone.may_exchange(oin(7), oin(1), days(41)));
        let late = under(
            3,
            &[(Accept, 0, 31), (Accept, 1, 1), (Accept, 2, 1)],
            &said,
            |_| {},
        );
        assert!(matches!(late.state(days(40)), State::Draft(_)));
    }

    #[test]
    fn when_all_but_one_have_merged_there_is_nobody_to_exchange_with() {
        let version = under(2, &all(2, &[]), &[(0, 1, 30, 5)], |_| {});
        assert_eq!(version.state(days(29)), State::Active);
        assert_eq!(version.state(days(31)), State::Ended(days(30)));
    }

    #[test]
    fn what_a_majority_ended_does_not_come_back_when_they_leave_or_merge() {
        let ends = [(End, 0, 20), (End, 1, 20), (End, 2, 20), (End, 3, 20)];
        let majority = |content: &mut ConvenantContent| content.joining = JoinRule::Majority;
        let merged = [(0, 7, 30, 5), (1, 7, 30, 5), (2, 7, 30, 5)];
        let version = under(6, &all(6, &ends), &merged, majority);
        assert_eq!(version.state(days(25)), State::Ended(days(20)));
        assert_eq!(version.state(days(35)), State::Ended(days(20)));
        let leaves = [(End, 0, 20), (End, 1, 20), (Withdraw, 0, 25)];
        let version = under(3, &all(3, &leaves), &[], majority);
        assert_eq!(version.state(days(30)), State::Ended(days(20)));
    }

    #[test]
    fn a_next_version_names_the_successor_and_what_took_over_stays() {
        let (first, mut next) = (content(4), content(4));
        next.version = 2;
        next.previous = Some(first.hash());
        next.members.remove(0);
        next.members[0].oin = oin(7);
        next.valid.from = days(40);
        let accepted = |content: &ConvenantContent, by: &[usize], day| {
            let hash = content.hash();
            let acts = by.iter().map(|by| act(Accept, *by, hash, days(day)));
            (content.clone(), acts.collect::<Vec<_>>())
        };
        let group = |said: &[Said]| {
            let versions = [
                accepted(&first, &[0, 1, 2, 3], 1),
                accepted(&next, &[7, 2, 3], 35),
            ];
            Group::under(versions, &statements(said)).unwrap()
        };
        let merged = [(0, 7, 30, 5), (1, 7, 30, 5)];
        let later = [merged.as_slice(), &[(7, 8, 60, 50), (2, 3, 70, 50)]].concat();
        for (said, day) in [(&merged[..], 45), (&later, 45), (&later, 65), (&later, 80)] {
            let group = group(said);
            assert_eq!(
                group.active(days(day)).unwrap().hash(),
                next.hash(),
                "{day}"
            );
        }
        assert!(group(&merged).may_exchange(oin(7), oin(2), days(45)));
        assert!(group(&later).may_exchange(oin(8), oin(3), days(80)));
    }

    fn any_act() -> impl Strategy<Value = (ActKind, usize, u64)> {
        (
            prop::sample::select(ActKind::ALL.as_slice()),
            0_usize..7,
            0_u64..60,
        )
    }

    fn any_said() -> impl Strategy<Value = Said> {
        (0_usize..7, 0_usize..7, 5_u64..60, 0_u64..60)
            .prop_filter("two organisations", |(old, new, ..)| old != new)
    }

    proptest! {
        /// No pair ever exchanges under more than before: for each place that one stands in, whoever stood there accepted,
        /// with each place of the other, and nobody left it.
        #[test]
        fn nobody_gets_more_than_those_in_whose_place_it_stands(
            acts in prop::collection::vec(any_act(), 0..14), said in prop::collection::vec(any_said(), 0..5),
            most in any::<bool>(), day in 0_u64..90
        ) {
            let acts = all(4, &acts);
            let rule = if most { JoinRule::Majority } else { JoinRule::All };
            let version = under(4, &acts, &said, |content| content.joining = rule);
            let (now, successions) = (days(day), statements(&said));
            let by = |kind: ActKind, who: Oin| acts.iter().any(|(one, by, at)| {
                let counts = !successions.has_gone(who, days(*at));
                *one == kind && oin(*by) == who && *at <= day && counts
            });
            for (one, other) in (0..7).flat_map(|one| (0..7).map(move |other| (one, other))) {
                if !version.may_exchange(oin(one), oin(other), now) {
                    continue;
                }
                prop_assert!(version.may_exchange(oin(other), oin(one), now));
                for who in [oin(one), oin(other)] {
                    prop_assert!(!successions.has_gone(who, now));
                    let own = version.content().is_member(who);
                    let stands = |place: &Oin| if own {
                        *place == who
                    } else {
                        successions.heir(*place, now) == Some(who)
                    };
                    let places: Vec<_> = version.members().filter(stands).collect();
                    prop_assert!(!places.is_empty());
                    for place in places {
                        prop_assert!(by(Accept, place) && !by(Withdraw, place));
                    }
                }
                prop_assert!((10..375).contains(&day));
            }
        }

        #[test]
        fn each_stands_in_one_place_at_most_and_no_place_has_two(
            said in prop::collection::vec(any_said(), 0..6), day in 0_u64..90
        ) {
            let version = under(4, &all(4, &[]), &said, |_| {});
            let organisations = version.organisations(days(day));
            let mut taken = BTreeSet::new();
            for one in &organisations {
                let places = version.places(*one, days(day));
                prop_assert!(places.iter().all(|place| taken.insert(*place)));
            }
            prop_assert!(organisations.len() <= 4);
            prop_assert_eq!(&organisations, &version.organisations(days(day)));
        }

        #[test]
        fn what_has_ended_stays_ended_whoever_merges(
            acts in prop::collection::vec(any_act(), 0..14), said in prop::collection::vec(any_said(), 0..4),
            most in any::<bool>(), day in 0_u64..60, later in 0_u64..300
        ) {
            let rule = if most { JoinRule::Majority } else { JoinRule::All };
            let version = under(4, &all(4, &acts), &said, |content| content.joining = rule);
            if matches!(version.state(days(day)), State::Ended(_) | State::Expired) {
                prop_assert_ne!(version.state(days(day + later)), State::Active);
            }
        }

        #[test]
        fn a_statement_about_others_changes_nothing_for_a_pair(
            acts in prop::collection::vec(any_act(), 0..10), day in 0_u64..60
        ) {
            let (plain, with) = (under(4, &all(4, &acts), &[], |_| {}), under(4, &all(4, &acts), &[(5, 6, 20, 5)], |_| {}));
            for (one, other) in [(0, 1), (1, 2), (2, 3)] {
                let may = |version: &Convenant| version.may_exchange(oin(one), oin(other), days(day));
                prop_assert_eq!(may(&plain), may(&with));
            }
        }
    }
}
