// SPDX-License-Identifier: EUPL-1.2
//! What a version is worth at a moment: a pure function of content, acts, successions and time.

mod standing;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Act, ActKind, ConvenantContent, ConvenantHash, JoinRule};
use crate::act::LEEWAY;
use crate::id::Oin;
use crate::succession::Successions;
use crate::time::Timestamp;
pub(super) use standing::has_place;

/// Where a version stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Not accepted by enough members yet; these are still to say something.
    Draft(BTreeSet<Oin>),
    /// These members do not take part, so it never came or comes into force.
    Rejected(BTreeSet<Oin>),
    /// Accepted, and not in force yet.
    Accepted,
    /// In force.
    Active,
    /// Its term is over.
    Expired,
    /// Ended before its term, from this moment.
    Ended(Timestamp),
    /// A later version took over at this moment.
    Superseded(Timestamp),
}

/// One version with everything that members did about it.
#[derive(Clone, Debug)]
pub struct Convenant {
    content: Arc<ConvenantContent>,
    hash: ConvenantHash,
    acts: Vec<Act>,
    /// The running version, when this one adds members to it and changes nothing else.
    joins: Option<Arc<Convenant>>,
    /// Who took the place of whom.
    successions: Arc<Successions>,
}

impl Convenant {
    /// A version by itself, for which all members must accept. Acts on other versions, and acts by others than its
    /// members, are left out.
    #[must_use]
    pub fn new(content: ConvenantContent, acts: impl IntoIterator<Item = Act>) -> Self {
        Self::under(content, acts, &Arc::default())
    }

    /// The same, where organisations took the place of others: who did in that of a member may act on it too.
    #[must_use]
    pub fn under(
        content: ConvenantContent,
        acts: impl IntoIterator<Item = Act>,
        successions: &Arc<Successions>,
    ) -> Self {
        let hash = content.hash();
        let is_party =
            |act: &Act| act.convenant() == hash && has_place(&content, successions, act.by());
        let mut acts: Vec<_> = acts.into_iter().filter(is_party).collect();
        acts.sort_by(|one, other| one.bytes().cmp(other.bytes()));
        acts.dedup_by(|one, other| one.bytes() == other.bytes());
        Self {
            content: Arc::new(content),
            hash,
            acts,
            joins: None,
            successions: Arc::clone(successions),
        }
    }

    /// A version that follows another. When it only adds members, the rule of that version for joining holds;
    /// otherwise all of its members must accept.
    #[must_use]
    pub fn following(
        content: ConvenantContent,
        acts: impl IntoIterator<Item = Act>,
        previous: &Arc<Self>,
    ) -> Self {
        let mut version = Self::under(content, acts, &previous.successions);
        if version.content.previous == Some(previous.hash)
            && only_adds_members(&previous.content, &version.content)
        {
            version.joins = Some(Arc::clone(previous));
        }
        version
    }

    /// What was agreed.
    #[must_use]
    pub fn content(&self) -> &ConvenantContent {
        &self.content
    }

    /// What was agreed, to keep.
    #[must_use]
    pub fn shared_content(&self) -> Arc<ConvenantContent> {
        Arc::clone(&self.content)
    }

    /// The name of this version.
    #[must_use]
    pub const fn hash(&self) -> ConvenantHash {
        self.hash
    }

    /// What members did, in the order of their bytes.
    #[must_use]
    pub fn acts(&self) -> &[Act] {
        &self.acts
    }

    /// Where this version stands, seen by itself: whether a later one took over is known to the [`super::Group`].
    #[must_use]
    pub fn state(&self, now: Timestamp) -> State {
        let Some(accepted) = self.accepted_at(now) else {
            return self.state_before_acceptance(now);
        };
        if let Some(ended) = self.ended_at(now, accepted) {
            State::Ended(ended)
        } else if now >= self.content.valid.until {
            State::Expired
        } else if now < self.content.valid.from {
            State::Accepted
        } else {
            State::Active
        }
    }

    /// From when it is in force, once it is accepted; whether or not that moment has come.
    #[must_use]
    pub fn starts_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.accepted_at(now)
            .map(|accepted| accepted.max(self.content.valid.from))
    }

    /// Whether these two may exchange under this version: in force, both members that accepted, none withdrawn.
    #[must_use]
    pub fn may_exchange(&self, one: Oin, other: Oin, now: Timestamp) -> bool {
        one != other && self.state(now) == State::Active && self.places_agreed(one, other, now)
    }

    /// The members with which this one may exchange.
    pub fn partners(&self, me: Oin, now: Timestamp) -> impl Iterator<Item = Oin> + '_ {
        let organisations = self.organisations(now).into_iter();
        organisations.filter(move |other| self.may_exchange(me, *other, now))
    }

    /// Whether a member withdrew.
    #[must_use]
    pub fn is_withdrawn(&self, member: Oin, now: Timestamp) -> bool {
        self.did(ActKind::Withdraw, member, now).is_some()
    }

    /// Whether a member accepted.
    #[must_use]
    pub fn is_accepted_by(&self, member: Oin, now: Timestamp) -> bool {
        self.did(ActKind::Accept, member, now).is_some()
    }

    /// Members of this version that have not withdrawn.
    pub(super) fn remaining(&self, now: Timestamp) -> BTreeSet<Oin> {
        self.members()
            .filter(|member| !self.is_withdrawn(*member, now))
            .collect()
    }

    /// When a member first did this, if by now it has. What narrows works from when it is heard of, also where the clock of
    /// the other is a little ahead; an acceptance waits for its moment.
    fn did(&self, kind: ActKind, member: Oin, now: Timestamp) -> Option<Timestamp> {
        let until = match kind {
            ActKind::Accept => now,
            ActKind::Reject | ActKind::Withdraw | ActKind::End => now + LEEWAY,
        };
        self.did_until(kind, member, until)
    }

    fn did_until(&self, kind: ActKind, member: Oin, until: Timestamp) -> Option<Timestamp> {
        let acts = self.acts.iter();
        acts.filter(|act| act.kind() == kind && act.at() <= until)
            .filter(|act| self.speaks_for(act, member))
            .map(Act::at)
            .min()
    }

    /// The members of this version.
    pub(super) fn members(&self) -> impl Iterator<Item = Oin> + '_ {
        self.content.members.iter().map(|member| member.oin)
    }

    /// Members whose acceptance nothing can replace, and of the others how many are needed.
    fn required(&self, now: Timestamp) -> (BTreeSet<Oin>, BTreeSet<Oin>, usize) {
        let running = self
            .joins
            .as_ref()
            .filter(|previous| previous.accepted_at(now).is_some());
        match running {
            Some(previous) if previous.content.joining == JoinRule::Majority => {
                let old = previous.remaining(now);
                let (others, joiners): (BTreeSet<_>, BTreeSet<_>) =
                    self.members().partition(|member| old.contains(member));
                let majority = others.len() / 2 + 1;
                (joiners, others, majority)
            }
            _ => (self.members().collect(), BTreeSet::new(), 0),
        }
    }

    /// The moment at which the last acceptance that was needed came.
    fn accepted_at(&self, now: Timestamp) -> Option<Timestamp> {
        let (all_of, some_of, needed) = self.required(now);
        let accepted = |member: &Oin| self.did(ActKind::Accept, *member, now);
        let mut moments = all_of.iter().map(accepted).collect::<Option<Vec<_>>>()?;
        let mut others: Vec<_> = some_of.iter().filter_map(accepted).collect();
        others.sort_unstable();
        if others.len() < needed {
            return None;
        }
        moments.extend(others.into_iter().take(needed));
        moments.into_iter().max()
    }

    fn state_before_acceptance(&self, now: Timestamp) -> State {
        let (all_of, some_of, needed) = self.required(now);
        let silent = |member: &&Oin| self.did(ActKind::Accept, **member, now).is_none();
        let refused = |member: &&Oin| {
            // An acceptance whose moment is about to come is one all the same.
            let soon = now + LEEWAY;
            self.did_until(ActKind::Accept, **member, soon).is_none()
                && (self.did(ActKind::Reject, **member, now).is_some()
                    || self.is_withdrawn(**member, now))
        };
        let refusals: BTreeSet<Oin> = all_of.iter().filter(refused).copied().collect();
        let others: BTreeSet<Oin> = some_of.iter().filter(refused).copied().collect();
        if !refusals.is_empty() || some_of.len() - others.len() < needed {
            State::Rejected(refusals.union(&others).copied().collect())
        } else if now >= self.content.valid.until {
            State::Expired
        } else {
            let awaited = all_of.iter().chain(&some_of).filter(silent);
            State::Draft(awaited.filter(|member| !refused(member)).copied().collect())
        }
    }

    /// The moment from which it has ended for all, if by now it has.
    fn ended_at(&self, now: Timestamp, accepted: Timestamp) -> Option<Timestamp> {
        [self.ended_by_decision(now), self.ended_by_leaving(now)]
            .into_iter()
            .flatten()
            .map(|moment| moment.max(accepted))
            .min()
    }

    /// Ended because of who left: anyone where the content says so, and otherwise when fewer than two are left.
    fn ended_by_leaving(&self, now: Timestamp) -> Option<Timestamp> {
        if !self.successions.is_empty() {
            return self.ended_by_dwindling(now);
        }
        let mut moments: Vec<_> = self
            .members()
            .filter_map(|member| self.did(ActKind::Withdraw, member, now))
            .collect();
        moments.sort_unstable();
        let may_leave = if self.content.ends_on_withdrawal {
            0
        } else {
            self.content.members.len().saturating_sub(2)
        };
        moments.get(may_leave).copied()
    }

    /// Whether both agreed to exchange with each other: in this version, or, where it only adds members, before.
    fn pair_agreed(&self, one: Oin, other: Oin, now: Timestamp) -> bool {
        let pair = [one, other];
        if pair.iter().any(|member| self.is_withdrawn(*member, now)) {
            return false;
        }
        let agreed_here = pair
            .iter()
            .all(|member| self.content.is_member(*member) && self.is_accepted_by(*member, now));
        agreed_here
            || self
                .joins
                .as_ref()
                .is_some_and(|previous| previous.pair_agreed(one, other, now))
    }
}

/// Whether the next content is the previous one with members added, within its term.
fn only_adds_members(previous: &ConvenantContent, next: &ConvenantContent) -> bool {
    let kept = previous
        .members
        .iter()
        .all(|member| next.members.contains(member));
    let within = next.valid.from >= previous.valid.from && next.valid.until <= previous.valid.until;
    let as_before = ConvenantContent {
        version: previous.version,
        previous: previous.previous,
        nonce: previous.nonce,
        members: previous.members.clone(),
        valid: previous.valid,
        ..next.clone()
    };
    kept && within && next.members.len() > previous.members.len() && as_before == *previous
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::convenant::samples::{act, content, days, member, oin};

    fn with(
        members: usize,
        acts: &[(ActKind, usize, u64)],
        change: impl FnOnce(&mut ConvenantContent),
    ) -> Convenant {
        let mut content = content(members);
        change(&mut content);
        let hash = content.hash();
        let acts: Vec<_> = acts
            .iter()
            .map(|(kind, by, day)| act(*kind, *by, hash, days(*day)))
            .collect();
        Convenant::new(content, acts)
    }

    use ActKind::{Accept, End, Reject, Withdraw};

    const ALL_THREE: [(ActKind, usize, u64); 3] = [(Accept, 0, 1), (Accept, 1, 2), (Accept, 2, 3)];

    fn and(more: &[(ActKind, usize, u64)]) -> Vec<(ActKind, usize, u64)> {
        [&ALL_THREE, more].concat()
    }

    #[test]
    fn a_version_waits_for_every_member() {
        let version = with(3, &ALL_THREE[..2], |_| {});
        assert_eq!(version.state(days(20)), State::Draft([oin(2)].into()));
        assert_eq!(
            version.state(days(1)),
            State::Draft([oin(1), oin(2)].into())
        );
        assert_eq!(version.state(days(400)), State::Expired);
        assert!(!version.may_exchange(oin(0), oin(1), days(20)));
    }

    #[test]
    fn an_accepted_version_is_in_force_for_its_term_and_no_longer() {
        let version = with(3, &ALL_THREE, |_| {});
        assert_eq!(version.state(days(4)), State::Accepted);
        assert_eq!(version.state(days(10)), State::Active);
        assert_eq!(version.state(days(374)), State::Active);
        assert_eq!(version.state(days(375)), State::Expired);
        assert!(version.may_exchange(oin(0), oin(2), days(10)));
        assert!(!version.may_exchange(oin(0), oin(2), days(9)));
        assert!(!version.may_exchange(oin(0), oin(2), days(375)));
        assert!(
            !version.may_exchange(oin(0), oin(0), days(10)),
            "with itself"
        );
        assert!(
            !version.may_exchange(oin(0), oin(9), days(10)),
            "with a stranger"
        );
    }

    #[test]
    fn a_convenant_holds_from_its_first_moment_up_to_its_last() {
        let version = with(3, &ALL_THREE, |_| {});
        let moment = Duration::from_millis(1);
        let state = |at| version.state(at);
        let holds = |at| version.may_exchange(oin(0), oin(2), at);
        assert_eq!(state(days(10) - moment), State::Accepted);
        assert_eq!(state(days(10)), State::Active);
        assert_eq!(state(days(10) + moment), State::Active);
        assert_eq!(state(days(375) - moment), State::Active);
        assert_eq!(state(days(375)), State::Expired);
        assert_eq!(state(days(375) + moment), State::Expired);
        assert_eq!(
            [days(10) - moment, days(10), days(375) - moment, days(375)].map(holds),
            [false, true, true, false]
        );
    }

    #[test]
    fn a_late_acceptance_does_not_work_backwards() {
        let version = with(2, &[(Accept, 0, 1), (Accept, 1, 30)], |_| {});
        assert_eq!(version.state(days(29)), State::Draft([oin(1)].into()));
        assert_eq!(version.state(days(30)), State::Active);
        assert_eq!(version.starts_at(days(30)), Some(days(30)));
    }

    #[test]
    fn one_rejection_is_enough_while_a_version_waits() {
        let version = with(3, &[(Accept, 0, 1), (Reject, 1, 2)], |_| {});
        assert_eq!(version.state(days(3)), State::Rejected([oin(1)].into()));
        assert!(!version.may_exchange(oin(0), oin(2), days(20)));
    }

    #[test]
    fn a_rejection_by_who_accepted_changes_nothing() {
        let version = with(3, &and(&[(Reject, 1, 0), (Reject, 2, 20)]), |_| {});
        assert_eq!(version.state(days(30)), State::Active);
    }

    #[test]
    fn a_withdrawal_stops_the_own_pairs_at_once_and_no_other() {
        let version = with(3, &and(&[(Withdraw, 1, 20)]), |_| {});
        assert!(version.may_exchange(oin(0), oin(1), days(19)));
        assert!(!version.may_exchange(oin(0), oin(1), days(20)));
        assert!(!version.may_exchange(oin(1), oin(2), days(20)));
        assert!(version.may_exchange(oin(0), oin(2), days(20)));
        assert_eq!(
            version.partners(oin(0), days(20)).collect::<Vec<_>>(),
            [oin(2)]
        );
    }

    #[test]
    fn a_withdrawal_ends_it_for_all_where_the_content_says_so() {
        let version = with(3, &and(&[(Withdraw, 1, 20)]), |c| {
            c.ends_on_withdrawal = true
        });
        assert_eq!(version.state(days(20)), State::Ended(days(20)));
    }

    #[test]
    fn with_fewer_than_two_left_it_has_ended() {
        let version = with(3, &and(&[(Withdraw, 1, 20), (Withdraw, 2, 25)]), |_| {});
        assert_eq!(version.state(days(24)), State::Active);
        assert_eq!(version.state(days(25)), State::Ended(days(25)));
    }

    #[test]
    fn it_ends_for_all_by_the_rule_in_its_content() {
        let two = and(&[(End, 0, 20), (End, 1, 21)]);
        assert_eq!(with(3, &two, |_| {}).state(days(30)), State::Active);
        let majority = |c: &mut ConvenantContent| c.joining = JoinRule::Majority;
        assert_eq!(
            with(3, &two, majority).state(days(30)),
            State::Ended(days(21))
        );
        let three = and(&[(End, 0, 20), (End, 1, 21), (End, 2, 22)]);
        assert_eq!(
            with(3, &three, |_| {}).state(days(30)),
            State::Ended(days(22))
        );
        let left = and(&[(End, 0, 20), (End, 1, 21), (Withdraw, 2, 22)]);
        assert!(matches!(
            with(3, &left, |_| {}).state(days(30)),
            State::Ended(_)
        ));
    }

    #[test]
    fn acts_of_strangers_and_on_other_versions_do_not_count() {
        let content = content(2);
        let hash = content.hash();
        let acts = [
            act(Accept, 0, hash, days(1)),
            act(Accept, 7, hash, days(1)),
            act(Accept, 1, [9; 32].into(), days(1)),
        ];
        let version = Convenant::new(content, acts);
        assert_eq!(version.acts().len(), 1);
        assert_eq!(version.state(days(20)), State::Draft([oin(1)].into()));
    }

    /// A version in force for three, and a next one that adds a fourth, accepted by some.
    fn joined(rule: JoinRule, accepted_by: &[usize]) -> Convenant {
        let previous = Arc::new(with(3, &ALL_THREE, |c| c.joining = rule));
        let mut next = previous.content().clone();
        next.version = 2;
        next.previous = Some(previous.hash());
        next.members.push(member(3));
        let hash = next.hash();
        let acts = accepted_by
            .iter()
            .map(|by| act(Accept, *by, hash, days(20)));
        Convenant::following(next, acts.collect::<Vec<_>>(), &previous)
    }

    #[test]
    fn a_joiner_comes_in_by_the_rule_of_the_running_version() {
        assert_eq!(
            joined(JoinRule::All, &[0, 1, 3]).state(days(30)),
            State::Draft([oin(2)].into())
        );
        assert_eq!(
            joined(JoinRule::Majority, &[0, 1, 3]).state(days(30)),
            State::Active
        );
        assert!(matches!(
            joined(JoinRule::Majority, &[0, 3]).state(days(30)),
            State::Draft(_)
        ));
        assert!(matches!(
            joined(JoinRule::Majority, &[0, 1, 2]).state(days(30)),
            State::Draft(_)
        ));
    }

    #[test]
    fn who_did_not_accept_a_joiner_exchanges_nothing_with_it_and_goes_on_with_the_others() {
        let version = joined(JoinRule::Majority, &[0, 1, 3]);
        let now = days(30);
        assert!(version.may_exchange(oin(0), oin(3), now));
        assert!(!version.may_exchange(oin(2), oin(3), now));
        assert!(version.may_exchange(oin(2), oin(0), now));
    }

    #[test]
    fn a_next_version_that_changes_terms_needs_all() {
        let previous = Arc::new(with(3, &ALL_THREE, |c| c.joining = JoinRule::Majority));
        let mut next = previous.content().clone();
        next.version = 2;
        next.previous = Some(previous.hash());
        next.natural_persons = true;
        next.members.push(member(3));
        let hash = next.hash();
        let acts: Vec<_> = [0, 1, 3].map(|by| act(Accept, by, hash, days(20))).into();
        let next = Convenant::following(next, acts, &previous);
        assert_eq!(next.state(days(30)), State::Draft([oin(2)].into()));
        assert!(!next.may_exchange(oin(0), oin(1), days(30)));
    }

    fn any_act() -> impl Strategy<Value = (ActKind, usize, u64)> {
        (
            prop::sample::select(ActKind::ALL.as_slice()),
            0_usize..5,
            0_u64..40,
        )
    }

    proptest! {
        #[test]
        fn the_order_in_which_acts_arrive_does_not_matter(
            acts in prop::collection::vec(any_act(), 0..12), day in 0_u64..60, cut in any::<prop::sample::Index>()
        ) {
            let mut turned = acts.clone();
            turned.rotate_left(if acts.is_empty() { 0 } else { cut.index(acts.len()) });
            turned.extend(acts.first().copied());
            prop_assert_eq!(with(3, &acts, |_| {}).state(days(day)), with(3, &turned, |_| {}).state(days(day)));
        }

        #[test]
        fn two_exchange_only_when_both_accepted_and_neither_withdrew(
            acts in prop::collection::vec(any_act(), 0..14), day in 0_u64..60
        ) {
            let version = with(4, &acts, |_| {});
            let now = days(day);
            for (one, other) in [(0, 1), (1, 2), (0, 3)] {
                let may = version.may_exchange(oin(one), oin(other), now);
                prop_assert_eq!(may, version.may_exchange(oin(other), oin(one), now));
                if may {
                    for who in [one, other] {
                        prop_assert!(acts.iter().any(|(kind, by, at)| *kind == Accept && *by == who && *at <= day));
                        prop_assert!(!acts.iter().any(|(kind, by, at)| *kind == Withdraw && *by == who && *at <= day));
                    }
                    prop_assert!((10..375).contains(&day));
                }
            }
        }

        #[test]
        fn one_more_act_to_stop_never_opens_a_pair(
            acts in prop::collection::vec(any_act(), 0..14), who in 0_usize..4, at in 0_u64..40, day in 0_u64..60,
            kind in prop::sample::select(vec![Reject, Withdraw, End]),
        ) {
            let before = with(4, &acts, |_| {});
            let more = [acts.as_slice(), &[(kind, who, at)]].concat();
            let after = with(4, &more, |_| {});
            for (one, other) in [(0, 1), (1, 2), (2, 3)] {
                prop_assert!(
                    !after.may_exchange(oin(one), oin(other), days(day))
                        || before.may_exchange(oin(one), oin(other), days(day))
                );
            }
        }

        #[test]
        fn what_has_ended_stays_ended(acts in prop::collection::vec(any_act(), 0..14), day in 0_u64..60, later in 0_u64..400) {
            let version = with(3, &acts, |_| {});
            if matches!(version.state(days(day)), State::Ended(_) | State::Expired) {
                prop_assert_ne!(version.state(days(day + later)), State::Active);
            }
        }
    }
}
