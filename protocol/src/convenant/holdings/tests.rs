// SPDX-License-Identifier: EUPL-1.2
//! Members, honest and not, that draft, act and hand on in any order, and what must hold whatever they do.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use super::*;
use crate::convenant::ActKind::{self, Accept, End, Reject, Withdraw};
use crate::convenant::JoinRule;
use crate::convenant::samples::{act, content, days, member, oin};

const MEMBERS: usize = 5;

/// Something that happens. Numbers are taken modulo how many there are.
#[derive(Clone, Debug)]
enum Step {
    /// One drafts a version, after one that it holds or as a first, and has it sent.
    Draft {
        by: usize,
        after: Option<usize>,
        change: Change,
        majority: bool,
        ends: bool,
    },
    /// One does something about a version; who is dishonest may date it back and does not care whether it fits.
    Act {
        by: usize,
        version: usize,
        kind: ActKind,
        days_back: u64,
    },
    /// All hear of what there is, and everybody accepts a version, as far as that fits.
    Agree { version: usize },
    /// One hands on what another lacks, in any order, and not all of it arrives.
    HandOn {
        from: usize,
        to: usize,
        order: u64,
        lost: u64,
    },
    /// A dishonest one sends any version with any of the acts that it has.
    Slip {
        from: usize,
        to: usize,
        version: usize,
        which: u64,
    },
    /// Time passes.
    Wait { hours: u64 },
}

/// In what a next version differs.
#[derive(Clone, Copy, Debug)]
enum Change {
    Budget,
    Add(usize),
    Drop(usize),
}

fn kind() -> impl Strategy<Value = ActKind> {
    prop_oneof![6 => Just(Accept), 1 => Just(Reject), 2 => Just(Withdraw), 1 => Just(End)]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Budget),
        (0..MEMBERS).prop_map(Change::Add),
        (0..MEMBERS).prop_map(Change::Drop),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let draft = (
        0..MEMBERS,
        prop::option::weighted(0.7, 0..8_usize),
        change(),
        any::<[bool; 2]>(),
    );
    let draft = draft.prop_map(|(by, after, change, [majority, ends])| Step::Draft {
        by,
        after,
        change,
        majority,
        ends,
    });
    let act = (0..MEMBERS, 0..4_usize, kind(), 0..30_u64);
    let act = act.prop_map(|(by, version, kind, days_back)| Step::Act {
        by,
        version,
        kind,
        days_back,
    });
    let hand_on = (0..MEMBERS, 0..MEMBERS, any::<u64>(), any::<u64>());
    let hand_on = hand_on.prop_map(|(from, to, order, lost)| Step::HandOn {
        from,
        to,
        order,
        lost: lost & order,
    });
    let slip = (0..MEMBERS, 0..MEMBERS, 0..4_usize, any::<u64>());
    let slip = slip.prop_map(|(from, to, version, which)| Step::Slip {
        from,
        to,
        version,
        which,
    });
    prop_oneof![
        2 => draft,
        4 => act,
        3 => (0..4_usize).prop_map(|version| Step::Agree { version }),
        8 => hand_on,
        3 => slip,
        2 => (1..400_u64).prop_map(|hours| Step::Wait { hours }),
    ]
}

struct World {
    now: Timestamp,
    honest: [bool; MEMBERS],
    holdings: Vec<Holdings>,
    /// Every content that anybody drafted.
    contents: Vec<ConvenantContent>,
    /// Every act that anybody signed.
    signed: Vec<Act>,
}

impl World {
    fn new(honest: [bool; MEMBERS]) -> Self {
        let holdings = (0..MEMBERS).map(|number| Holdings::new(oin(number), Vec::new()).unwrap());
        Self {
            now: days(5),
            honest,
            holdings: holdings.collect(),
            contents: Vec::new(),
            signed: Vec::new(),
        }
    }

    fn keep(&mut self, at: usize, content: &ConvenantContent, acts: Vec<Act>, travel: Travel) {
        let holdings = &mut self.holdings[at];
        let known = holdings.version(content.hash());
        let known = known.map_or(Vec::new(), |version| version.acts().to_vec());
        let acts = known.into_iter().chain(acts).collect();
        holdings.put((content.clone(), acts), travel).unwrap();
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Draft {
                by,
                after,
                change,
                majority,
                ends,
            } => self.draft(by, after, change, majority, ends),
            Step::Act {
                by,
                version,
                kind,
                days_back,
            } => self.act(by, version, kind, days_back),
            Step::Agree { version } => {
                self.all_hand_on();
                (0..MEMBERS).for_each(|by| self.act(by, version, Accept, 0));
            }
            Step::HandOn {
                from,
                to,
                order,
                lost,
            } => self.hand_on(from, to, order, lost),
            Step::Slip {
                from,
                to,
                version,
                which,
            } => self.slip(from, to, version, which),
            Step::Wait { hours } => self.now = self.now + Duration::from_secs(hours * 3_600),
        }
    }

    fn draft(
        &mut self,
        by: usize,
        after: Option<usize>,
        change: Change,
        majority: bool,
        ends: bool,
    ) {
        let held: Vec<_> = self.holdings[by].versions().cloned().collect();
        let mut next = match after.filter(|_| !held.is_empty()) {
            None => ConvenantContent {
                joining: if majority {
                    JoinRule::Majority
                } else {
                    JoinRule::All
                },
                ends_on_withdrawal: ends,
                ..content(3)
            },
            Some(number) => {
                let before = held[number % held.len()].content().clone();
                ConvenantContent {
                    version: before.version + 1,
                    previous: Some(before.hash()),
                    ..before
                }
            }
        };
        next.nonce.0[0] = u8::try_from(self.contents.len()).unwrap();
        match change {
            Change::Budget => next.budgets.inzage_per_day += 1,
            Change::Add(number) => next.members.push(member(number)),
            Change::Drop(number) => next.members.retain(|member| member.oin != oin(number)),
        }
        let sound = next.check().is_empty() && next.is_member(oin(by));
        if !sound || self.holdings[by].place(&next, self.now).is_err() {
            return;
        }
        let sent = Travel {
            sent: true,
            from: None,
        };
        self.keep(by, &next, Vec::new(), sent);
        self.contents.push(next);
    }

    fn act(&mut self, by: usize, version: usize, kind: ActKind, days_back: u64) {
        if self.contents.is_empty() {
            return;
        }
        let content = self.contents[version % self.contents.len()].clone();
        let hash = content.hash();
        let at = match self.honest[by] {
            // Clocks differ.
            true => self.now + Duration::from_secs(by as u64 * 25),
            false => Timestamp::from_secs(self.now.as_secs() - days_back * 86_400),
        };
        let signed = act(kind, by, hash, at);
        if self.honest[by] {
            let holdings = &self.holdings[by];
            let knows = holdings.version(hash).is_some() && content.is_member(oin(by));
            if !knows || holdings.may_act(&content, &[], kind, self.now).is_err() {
                return;
            }
            let travel = holdings.travel(hash);
            self.keep(by, &content, vec![signed.clone()], travel);
        }
        self.signed.push(signed);
    }

    fn hand_on(&mut self, from: usize, to: usize, order: u64, lost: u64) {
        let (from_oin, to_oin) = (oin(from), oin(to));
        let holds = self.holdings[to].held_with(from_oin, self.now);
        let lacking = self.holdings[from].lacking(to_oin, &holds, self.now);
        let mut shares: Vec<_> = lacking
            .into_iter()
            .map(|(version, acts)| {
                let acts: Vec<Act> = acts.into_iter().cloned().collect();
                (version.content().clone(), acts)
            })
            .collect();
        if !shares.is_empty() {
            let first = usize::try_from(order).unwrap_or(0) % shares.len();
            shares.rotate_left(first);
        }
        for (number, (content, acts)) in shares.into_iter().enumerate() {
            let arrives = |bit: usize| lost >> (bit % 64) & 1 == 0;
            let acts = acts.into_iter().enumerate();
            let acts = acts.filter(|(act, _)| arrives(number * 7 + act + 1));
            if arrives(number * 7) {
                self.receive(from, to, &content, acts.map(|(_, act)| act).collect());
            }
        }
    }

    fn slip(&mut self, from: usize, to: usize, version: usize, which: u64) {
        if self.honest[from] || self.contents.is_empty() {
            return;
        }
        let content = self.contents[version % self.contents.len()].clone();
        let heard: BTreeSet<_> = self.holdings[from]
            .versions()
            .flat_map(|version| version.acts().iter().map(Act::id))
            .collect();
        let has = |act: &&Act| {
            let dishonest = (0..MEMBERS).any(|one| !self.honest[one] && act.by() == oin(one));
            dishonest || heard.contains(&act.id())
        };
        let acts = self.signed.iter().filter(has).enumerate();
        let acts = acts.filter(|(number, _)| which >> (number % 64) & 1 == 1);
        let acts = acts.map(|(_, act)| act.clone()).collect();
        self.receive(from, to, &content, acts);
    }

    fn receive(&mut self, from: usize, to: usize, content: &ConvenantContent, acts: Vec<Act>) {
        if from == to {
            return;
        }
        let Ok(taking) = self.holdings[to].take(oin(from), content, acts, self.now) else {
            return;
        };
        let travel = taking
            .new
            .unwrap_or_else(|| self.holdings[to].travel(content.hash()));
        self.keep(to, content, taking.acts, travel);
    }

    /// Honest members hand on until nobody lacks anything that is taken.
    fn all_hand_on(&mut self) {
        loop {
            let before = self.held();
            for from in 0..MEMBERS {
                for to in 0..MEMBERS {
                    if self.honest[from] && self.honest[to] {
                        self.hand_on(from, to, 0, 0);
                    }
                }
            }
            if self.held() == before {
                return;
            }
        }
    }

    fn held(&self) -> Vec<usize> {
        let acts = |holdings: &Holdings| holdings.versions().map(|one| one.acts().len() + 1).sum();
        self.holdings.iter().map(acts).collect()
    }

    fn signed(&self, by: Oin, hash: ConvenantHash, kind: ActKind) -> bool {
        let mut signed = self.signed.iter();
        signed.any(|act| act.by() == by && act.convenant() == hash && act.kind() == kind)
    }

    /// Whether a member accepted this version, or one that it only adds members to and that has the other too.
    fn accepted(&self, who: Oin, other: Oin, version: &Convenant, holdings: &Holdings) -> bool {
        if self.signed(who, version.hash(), Accept) {
            return true;
        }
        let previous = version.content().previous;
        let previous = previous.and_then(|hash| holdings.version(hash));
        previous.is_some_and(|before| {
            version.content().members.len() > before.content().members.len()
                && before.content().is_member(other)
                && self.accepted(who, other, before, holdings)
        })
    }

    fn check(&self) -> Result<(), TestCaseError> {
        for number in (0..MEMBERS).filter(|number| self.honest[*number]) {
            let (me, holdings) = (oin(number), &self.holdings[number]);
            for group in holdings.groups() {
                let state = |version: &&Arc<Convenant>| holdings.state(version, self.now);
                let active = group.versions().iter();
                let active = active.filter(|one| state(one) == State::Active);
                prop_assert!(active.count() <= 1, "two at one moment");
            }
            for other in (0..MEMBERS).map(oin).filter(|other| *other != me) {
                for version in holdings.active_between(me, other, self.now) {
                    for (who, of) in [(me, other), (other, me)] {
                        prop_assert!(self.accepted(who, of, version, holdings), "not accepted");
                    }
                    let withdrew = version
                        .acts()
                        .iter()
                        .any(|act| act.kind() == Withdraw && (act.by() == me || act.by() == other));
                    prop_assert!(!withdrew, "after a withdrawal");
                }
            }
        }
        Ok(())
    }

    /// In the end each honest one may exchange with each other under the same versions as the other with it.
    fn check_agreement(&self) -> Result<(), TestCaseError> {
        let honest: Vec<_> = (0..MEMBERS).filter(|one| self.honest[*one]).collect();
        for one in &honest {
            for other in &honest {
                let seen = |by: usize| {
                    let versions =
                        self.holdings[by].active_between(oin(*one), oin(*other), self.now);
                    versions
                        .map(|version| version.hash())
                        .collect::<BTreeSet<_>>()
                };
                prop_assert_eq!(seen(*one), seen(*other), "{} and {}", one, other);
            }
        }
        Ok(())
    }
}

fn run(honest: [bool; MEMBERS], steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut world = World::new(honest);
    for step in steps {
        world.step(step);
        world.check()?;
    }
    world.all_hand_on();
    world.check()?;
    world.check_agreement()
}

proptest! {
    #[test]
    fn nobody_exchanges_under_what_either_did_not_accept_or_withdrew_from(
        honest in any::<[bool; MEMBERS]>(), steps in prop::collection::vec(step(), 1..80)
    ) {
        run(honest, steps)?;
    }

    #[test]
    fn honest_members_that_hear_of_everything_agree(steps in prop::collection::vec(step(), 1..80)) {
        run([true; MEMBERS], steps)?;
    }
}

/// Two that sign whatever they like with each other do not fill the store of a third.
#[test]
fn what_is_no_concern_of_the_own_organisation_is_kept_up_to_a_limit() {
    let mut world = World::new([false, false, true, true, true]);
    world.now = days(20);
    let between = |number: u8| {
        let mut content = content(2);
        content.group_id = format!("elders/{number}");
        content
    };
    for number in 0..60 {
        let content = between(number);
        let acts = [0, 1].map(|by| act(Accept, by, content.hash(), days(1)));
        world.receive(0, 2, &content, acts.to_vec());
    }
    assert_eq!(world.holdings[2].versions().count(), 32);
    // A draft that does concern it still has its place.
    world.receive(0, 2, &content(3), Vec::new());
    assert!(world.holdings[2].version(content(3).hash()).is_some());
}

/// What random worlds come by; the properties hold of members that never agree on anything too.
#[derive(Debug, Default)]
struct Seen {
    exchange: usize,
    next_version: usize,
    withdrawn_and_going_on: usize,
}

#[test]
fn the_random_worlds_are_about_something() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = Seen::default();
    for _ in 0..100 {
        let steps = prop::collection::vec(step(), 80);
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let mut world = World::new([true, true, true, true, false]);
        let (mut exchange, mut next_version, mut going_on) = (false, false, false);
        for step in steps {
            world.step(step);
            let now = world.now;
            let active = world
                .holdings
                .iter()
                .flat_map(|holdings| holdings.active(now));
            for version in active {
                exchange = true;
                next_version |= version.content().version > 1;
                going_on |= (0..MEMBERS).any(|one| version.is_withdrawn(oin(one), now));
            }
        }
        seen.exchange += usize::from(exchange);
        seen.next_version += usize::from(next_version);
        seen.withdrawn_and_going_on += usize::from(going_on);
    }
    let least = seen
        .exchange
        .min(seen.next_version)
        .min(seen.withdrawn_and_going_on);
    assert!(least >= 10, "{seen:?}");
}

#[test]
fn what_a_clock_that_ran_ahead_dated_in_the_future_can_be_signed_again() {
    let (content, now) = (content(3), days(20));
    let hash = content.hash();
    let dated = |at: Timestamp| {
        let version = (content.clone(), vec![act(Accept, 0, hash, at)]);
        let holdings = Holdings::new(oin(0), vec![(version, Travel::default())]);
        holdings.unwrap().may_act(&content, &[], Accept, now)
    };
    assert_eq!(dated(days(900)), Ok(()));
    assert_eq!(dated(now + Duration::from_secs(300)), Ok(()));
    for soon in [now, now + Duration::from_secs(60), days(1)] {
        assert_eq!(dated(soon), Err(Unfitting::Done));
    }
}
