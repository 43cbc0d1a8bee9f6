// SPDX-License-Identifier: EUPL-1.2
//! Who stands in whose place at a moment: a pure function of all statements and the time.
//!
//! Whatever was signed, in whatever order it arrived, everybody that holds the same statements comes to the same answer:
//!
//! - of two about the same organisation the one signed last counts, as long as the first had not begun to work; who has
//!   gone signs nothing any more;
//! - when two organisations would take one place, neither does;
//! - who takes a place must still be there at that date; in a circle nobody stands anywhere.
//!
//! An organisation that said it goes has gone in each of these cases: what is unclear ends and opens nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Succession, SuccessionId};
use crate::id::Oin;
use crate::time::Timestamp;

/// Statements about one organisation that are held; who has more to say has lost the thread.
const MOST_OF_ONE: usize = 8;

/// All statements that an organisation holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Successions {
    of: BTreeMap<Oin, Vec<Succession>>,
}

/// What became of one organisation.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// From when it is no more.
    gone: Timestamp,
    /// Who stands in its place; none when two would.
    to: Option<Oin>,
}

impl Successions {
    /// These statements.
    #[must_use]
    pub fn new(all: impl IntoIterator<Item = Succession>) -> Self {
        let mut successions = Self::default();
        for one in all {
            let of = successions.of.entry(one.terms().old).or_default();
            if of.iter().all(|other| other.id() != one.id()) {
                of.push(one);
            }
        }
        for of in successions.of.values_mut() {
            of.sort_by_key(|one| (one.signed(), one.id()));
        }
        successions
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Succession> {
        self.of.values().flatten()
    }

    /// Whether there is room for one more, and it is new.
    #[must_use]
    pub fn takes(&self, one: &Succession) -> bool {
        let of = self.of.get(&one.terms().old).map_or(&[][..], Vec::as_slice);
        of.len() < MOST_OF_ONE && of.iter().all(|other| other.id() != one.id())
    }

    /// Whether this one is held.
    #[must_use]
    pub fn holds(&self, id: SuccessionId) -> bool {
        self.iter().any(|one| one.id() == id)
    }

    /// Whether an organisation has gone.
    #[must_use]
    pub fn has_gone(&self, oin: Oin, now: Timestamp) -> bool {
        self.step(oin).is_some_and(|step| step.gone <= now)
    }

    /// From when an organisation is no more, whether or not that moment has come.
    #[must_use]
    pub fn goes_at(&self, oin: Oin) -> Option<Timestamp> {
        self.step(oin).map(|step| step.gone)
    }

    /// Whether two would take the place of this organisation.
    #[must_use]
    pub fn is_contested(&self, oin: Oin) -> bool {
        self.step(oin).is_some_and(|step| step.to.is_none())
    }

    /// Who stands in the place of an organisation now: itself as long as it is there, and nobody where that is unclear.
    #[must_use]
    pub fn heir(&self, oin: Oin, now: Timestamp) -> Option<Oin> {
        let mut passed = BTreeSet::from([oin]);
        let mut current = oin;
        loop {
            let Some(step) = self.step(current).filter(|step| step.gone <= now) else {
                return Some(current);
            };
            let next = step.to?;
            let went_before = self.step(next).is_some_and(|of| of.gone < step.gone);
            if went_before || !passed.insert(next) {
                return None;
            }
            current = next;
        }
    }

    /// Everybody that a statement names as coming after this organisation, perhaps with others between, at any time.
    #[must_use]
    pub fn after(&self, oin: Oin) -> BTreeSet<Oin> {
        self.linked(oin, |one| (one.terms().old, one.terms().new))
    }

    /// Everybody that a statement names as having been before this organisation, perhaps with others between, at any time.
    #[must_use]
    pub fn before(&self, oin: Oin) -> BTreeSet<Oin> {
        self.linked(oin, |one| (one.terms().new, one.terms().old))
    }

    /// The organisations in whose place this one stands now.
    #[must_use]
    pub fn predecessors(&self, oin: Oin, now: Timestamp) -> BTreeSet<Oin> {
        let mut before = self.before(oin);
        before.retain(|old| *old != oin && self.heir(*old, now) == Some(oin));
        before
    }

    fn linked(&self, oin: Oin, link: impl Fn(&Succession) -> (Oin, Oin)) -> BTreeSet<Oin> {
        let (mut found, mut open) = (BTreeSet::new(), vec![oin]);
        while let Some(one) = open.pop() {
            let links = self.iter().map(&link);
            for (_, other) in links.filter(|(from, _)| *from == one) {
                if found.insert(other) {
                    open.push(other);
                }
            }
        }
        found
    }

    fn step(&self, oin: Oin) -> Option<Step> {
        let mut counting: Option<&Succession> = None;
        let mut step: Option<Step> = None;
        for one in self.of.get(&oin)? {
            let to = Some(one.terms().new);
            match (counting, &mut step) {
                (Some(first), Some(known)) => {
                    if one.signed() >= first.effective() {
                        continue;
                    }
                    if known.to == to {
                        known.gone = one.effective();
                    } else {
                        known.to = None;
                        known.gone = known.gone.min(one.effective());
                    }
                }
                (_, _) => {
                    step = Some(Step {
                        gone: one.effective(),
                        to,
                    });
                }
            }
            counting = Some(one);
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::convenant::samples::{days, oin};
    use crate::succession::SuccessionTerms;

    fn said(old: usize, new: usize, from: u64, at: u64) -> Succession {
        let terms = SuccessionTerms {
            old: oin(old),
            new: oin(new),
            from: days(from),
        };
        Succession::testing_only_unsigned(terms, days(at))
    }

    #[test]
    fn the_new_stands_in_the_place_of_the_old_from_its_date() {
        let all = Successions::new([said(0, 1, 30, 5)]);
        assert_eq!(all.heir(oin(0), days(29)), Some(oin(0)));
        assert_eq!(all.heir(oin(0), days(30)), Some(oin(1)));
        assert!(!all.has_gone(oin(0), days(29)) && all.has_gone(oin(0), days(30)));
        assert_eq!(all.predecessors(oin(1), days(29)), [].into());
        assert_eq!(all.predecessors(oin(1), days(30)), [oin(0)].into());
        assert_eq!(all.heir(oin(2), days(30)), Some(oin(2)));
    }

    #[test]
    fn a_line_goes_on_through_those_between() {
        let all = Successions::new([said(0, 1, 30, 5), said(1, 2, 60, 40), said(3, 2, 60, 40)]);
        assert_eq!(all.heir(oin(0), days(59)), Some(oin(1)));
        assert_eq!(all.heir(oin(0), days(60)), Some(oin(2)));
        let before = [oin(0), oin(1), oin(3)].into();
        assert_eq!(all.predecessors(oin(2), days(60)), before);
        assert_eq!(all.after(oin(0)), [oin(1), oin(2)].into());
    }

    #[test]
    fn in_a_circle_nobody_stands_anywhere() {
        let same_day = Successions::new([said(0, 1, 30, 5), said(1, 2, 30, 5), said(2, 0, 30, 5)]);
        let later = Successions::new([said(0, 1, 30, 5), said(1, 0, 40, 5)]);
        for number in 0..2 {
            assert_eq!(same_day.heir(oin(number), days(30)), None);
            assert_eq!(later.heir(oin(number), days(40)), None);
            assert!(later.has_gone(oin(number), days(40)));
        }
        assert_eq!(later.heir(oin(0), days(39)), Some(oin(1)));
    }

    #[test]
    fn who_had_gone_already_takes_no_place() {
        let all = Successions::new([said(1, 2, 20, 5), said(0, 1, 30, 5)]);
        assert_eq!(all.heir(oin(0), days(30)), None);
        assert_eq!(all.heir(oin(1), days(30)), Some(oin(2)));
    }

    #[test]
    fn of_two_that_would_take_one_place_neither_does() {
        let all = Successions::new([said(0, 1, 30, 5), said(0, 2, 40, 6)]);
        assert!(all.is_contested(oin(0)));
        assert_eq!(all.heir(oin(0), days(29)), Some(oin(0)));
        assert_eq!(all.heir(oin(0), days(30)), None);
        assert_eq!(all.heir(oin(0), days(50)), None);
    }

    #[test]
    fn a_date_is_put_off_as_long_as_it_has_not_come() {
        let off = Successions::new([said(0, 1, 30, 5), said(0, 1, 60, 20)]);
        assert_eq!(off.heir(oin(0), days(59)), Some(oin(0)));
        assert_eq!(off.heir(oin(0), days(60)), Some(oin(1)));
        let late = Successions::new([said(0, 1, 30, 5), said(0, 1, 60, 31), said(0, 2, 60, 31)]);
        assert_eq!(late.heir(oin(0), days(40)), Some(oin(1)));
        assert_eq!(late.heir(oin(0), days(90)), Some(oin(1)));
    }

    #[test]
    fn who_says_it_over_and_over_is_heard_so_often() {
        let mut all = Successions::default();
        for at in 0..20 {
            let next = said(0, 1, 300 + at, at);
            if all.takes(&next) {
                all = Successions::new(all.iter().cloned().chain([next]));
            }
        }
        assert_eq!(all.iter().count(), MOST_OF_ONE);
        let (first, held) = (said(0, 1, 300, 0), all.iter().next().unwrap().id());
        assert!(!all.takes(&first) && all.holds(held));
    }

    fn any_statement() -> impl Strategy<Value = (usize, usize, u64, u64)> {
        (0..5_usize, 0..5_usize, 0..60_u64, 0..60_u64)
            .prop_filter("two organisations", |(old, new, ..)| old != new)
    }

    proptest! {
        #[test]
        fn the_order_in_which_statements_arrive_does_not_matter(
            all in prop::collection::vec(any_statement(), 0..8), day in 0_u64..90, cut in any::<prop::sample::Index>()
        ) {
            let mut turned = all.clone();
            turned.rotate_left(if all.is_empty() { 0 } else { cut.index(all.len()) });
            turned.extend(all.first().copied());
            let read = |all: &[(usize, usize, u64, u64)]| {
                Successions::new(all.iter().map(|(old, new, from, at)| said(*old, *new, *from, *at)))
            };
            prop_assert_eq!(read(&all), read(&turned));
            for number in 0..5 {
                let heir = read(&all).heir(oin(number), days(day));
                prop_assert_eq!(heir, read(&turned).heir(oin(number), days(day)));
                // Who stands in a place is there itself.
                prop_assert!(heir.is_none_or(|heir| !read(&all).has_gone(heir, days(day))));
            }
        }
    }
}
