// SPDX-License-Identifier: EUPL-1.2
//! What a mandate is worth at a moment: a pure function of content, acts and time.

use super::{MandateAct, MandateActKind, MandateContent, MandateHash};
use crate::id::Oin;
use crate::time::Timestamp;

/// Where a mandate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MandateState {
    /// Only one of the two has signed; this one is still to do so.
    Awaiting(Oin),
    /// Signed by both, and not begun.
    Accepted,
    /// In force.
    Active,
    /// Its term is over.
    Expired,
    /// Withdrawn by one of the two, at the moment that it says.
    Withdrawn {
        /// By whom.
        by: Oin,
        /// When, by its own word; it works from when it is heard of.
        at: Timestamp,
    },
}

/// A mandate with everything that the two did about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    content: MandateContent,
    hash: MandateHash,
    acts: Vec<MandateAct>,
}

impl Mandate {
    /// A mandate with the acts on it. What is about another mandate, or is not for who did it to do, is left out.
    #[must_use]
    pub fn new(content: MandateContent, acts: impl IntoIterator<Item = MandateAct>) -> Self {
        let hash = content.hash();
        let counts = |act: &MandateAct| {
            let whose = match act.kind() {
                MandateActKind::Give => act.by() == content.member,
                MandateActKind::Accept => act.by() == content.holder,
                MandateActKind::Withdraw => content.is_party(act.by()),
            };
            act.mandate() == hash && whose
        };
        let mut acts: Vec<_> = acts.into_iter().filter(counts).collect();
        acts.sort_by(|one, other| one.bytes().cmp(other.bytes()));
        acts.dedup_by(|one, other| one.bytes() == other.bytes());
        Self {
            content,
            hash,
            acts,
        }
    }

    /// What was signed.
    #[must_use]
    pub const fn content(&self) -> &MandateContent {
        &self.content
    }

    /// Its name.
    #[must_use]
    pub const fn hash(&self) -> MandateHash {
        self.hash
    }

    /// What the two did, in the order of the bytes.
    #[must_use]
    pub fn acts(&self) -> &[MandateAct] {
        &self.acts
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> MandateState {
        // INVARIANT (a withdrawal wins): it counts from when it is heard of, whatever else is known and whatever it is dated.
        if let Some(act) = self.first(MandateActKind::Withdraw) {
            return MandateState::Withdrawn {
                by: act.by(),
                at: act.at(),
            };
        }
        let done = |kind| self.first(kind).is_some_and(|act| act.at() <= now);
        let (given, accepted) = (done(MandateActKind::Give), done(MandateActKind::Accept));
        if now >= self.content.valid.until {
            MandateState::Expired
        } else if !given {
            MandateState::Awaiting(self.content.member)
        } else if !accepted {
            MandateState::Awaiting(self.content.holder)
        } else if now < self.content.valid.from {
            MandateState::Accepted
        } else {
            MandateState::Active
        }
    }

    /// Whether the holder may act under it now.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.state(now) == MandateState::Active
    }

    /// Whether the member has signed it: before that it is nobody's word.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.first(MandateActKind::Give).is_some()
    }

    /// Whether somebody did this already, or did what makes it pointless.
    #[must_use]
    pub fn did(&self, kind: MandateActKind, by: Oin) -> bool {
        let mut acts = self.acts.iter();
        acts.any(|act| act.kind() == kind && act.by() == by)
    }

    /// The first act of a kind.
    fn first(&self, kind: MandateActKind) -> Option<&MandateAct> {
        let acts = self.acts.iter().filter(|act| act.kind() == kind);
        acts.min_by_key(|act| act.at())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mandate::samples::{content, days};
    use crate::testing::oin;

    use MandateActKind::{Accept, Give, Withdraw};

    const MEMBER: u64 = 7;
    const HOLDER: u64 = 9;

    fn with(acts: &[(MandateActKind, u64, u64)]) -> Mandate {
        let content = content();
        let hash = content.hash();
        let act = |(kind, by, day): &(MandateActKind, u64, u64)| {
            MandateAct::testing_only_unsigned(*kind, oin(*by), hash, days(*day))
        };
        Mandate::new(content, acts.iter().map(act).collect::<Vec<_>>())
    }

    const BOTH: [(MandateActKind, u64, u64); 2] = [(Give, MEMBER, 1), (Accept, HOLDER, 2)];

    #[test]
    fn it_takes_both_and_lasts_for_its_term() {
        assert_eq!(
            with(&BOTH[..1]).state(days(5)),
            MandateState::Awaiting(oin(HOLDER))
        );
        assert_eq!(
            with(&BOTH[1..]).state(days(5)),
            MandateState::Awaiting(oin(MEMBER))
        );
        let mandate = with(&BOTH);
        assert_eq!(mandate.state(days(1)), MandateState::Awaiting(oin(HOLDER)));
        assert!(mandate.holds(days(2)) && mandate.holds(days(364)));
        assert_eq!(mandate.state(days(365)), MandateState::Expired);
    }

    #[test]
    fn either_withdraws_and_it_is_over_at_once_whatever_the_date() {
        for (by, day) in [(MEMBER, 3), (HOLDER, 3), (MEMBER, 300)] {
            let acts = [BOTH.as_slice(), &[(Withdraw, by, day)]].concat();
            let state = with(&acts).state(days(2));
            let (by, at) = (oin(by), days(day));
            assert_eq!(state, MandateState::Withdrawn { by, at });
        }
    }

    #[test]
    fn nobody_else_gives_accepts_or_withdraws() {
        let strangers = [(Give, HOLDER, 1), (Accept, MEMBER, 1), (Withdraw, 8, 1)];
        assert!(with(&strangers).acts().is_empty());
        let mut other = content();
        other.care_forms.insert("07".to_owned());
        let given = MandateAct::testing_only_unsigned(Give, oin(MEMBER), other.hash(), days(1));
        assert!(!Mandate::new(content(), [given]).is_given());
    }

    proptest! {
        /// Whatever acts anybody makes up, a mandate holds only when the member gave it, the holder accepted it, the term
        /// runs, and neither withdrew; and the order in which they come does not matter.
        #[test]
        fn it_holds_only_by_the_word_of_both_and_against_the_word_of_neither(
            acts in prop::collection::vec(
                (prop::sample::select(MandateActKind::ALL.as_slice()), 6_u64..11, 0_u64..400), 0..10
            ),
            day in 0_u64..400,
        ) {
            let mandate = with(&acts);
            let did = |kind, by| acts.iter().any(|(k, b, d)| *k == kind && *b == by && *d <= day);
            let ever = |by| acts.iter().any(|(kind, b, _)| *kind == Withdraw && *b == by);
            let holds = did(Give, MEMBER) && did(Accept, HOLDER)
                && !ever(MEMBER) && !ever(HOLDER) && day < 365;
            prop_assert_eq!(mandate.holds(days(day)), holds);
            let mut turned = acts.clone();
            turned.reverse();
            prop_assert_eq!(with(&turned).state(days(day)), mandate.state(days(day)));
        }
    }
}
