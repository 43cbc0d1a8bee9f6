// SPDX-License-Identifier: EUPL-1.2
//! A year of twelve nodes in three groups, with a clock that is wound by hand: registers change, certificates end and are
//! renewed, the authority is followed by another, members join and leave, one goes up in another, versions follow each
//! other, and every few weeks something is off or cut for days. People do what the law asks of people and nothing else;
//! the rest goes by itself.
//!
//! Beside it plain code keeps who may exchange with whom, and what must be known within a day ([`basisnet_tests::oracle`]).
//! By default the year is pressed into some months; `BASISNET_JAAR=365` plays it in full, and `BASISNET_SEED` another
//! one.

mod judged;
mod people;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use basisnet_node::service::convenant::ActKind;
use basisnet_protocol::convenant::ConvenantHash;
use basisnet_tests::chance::Chance;
use basisnet_tests::network::{GEMEENTEN, Network, days};
use basisnet_tests::oracle::{Agreed, Outages, Registers};

use judged::Seen;

/// How many days the year has when nothing else is asked.
const PRESSED: u32 = 60;
/// After so long a member that did not answer at once is asked again.
const AGAIN: Duration = Duration::from_secs(70 * 60);
const MINUTE: Duration = Duration::from_secs(60);

/// The sharing groups, and who is in them at the start; the first of each drafts.
const NOORD: &str = "jaar/noord";
const MIDDEN: &str = "jaar/midden";
const ZUID: &str = "jaar/zuid";
const PROEF: &str = "jaar/proef";

/// What people decide to do, and on which day of a year of 365.
const CALENDAR: [(u32, Planned); 13] = [
    (0, Planned::First),
    (40, Planned::Joins(NOORD, 4)),
    (95, Planned::Amended(MIDDEN, 105)),
    (120, Planned::Leaves(NOORD, 3)),
    (150, Planned::Amended(NOORD, FIRST_ENDS)),
    (165, Planned::Joins(MIDDEN, 11)),
    (183, Planned::OtherAuthority),
    (205, Planned::GoesUpIn(8, 6, 225)),
    (230, Planned::Leaves(ZUID, 9)),
    (250, Planned::Amended(ZUID, 260)),
    (300, Planned::MachineReplaced(6)),
    (320, Planned::Amended(MIDDEN, 330)),
    (364, Planned::Nothing),
];
/// The day on which the first versions of one group end, and the next begins.
const FIRST_ENDS: u32 = 200;
/// The day on which a group ends that nobody goes on with.
const TRIAL_ENDS: u32 = 75;

/// Something on the calendar.
#[derive(Clone, Copy, Debug)]
enum Planned {
    First,
    Joins(&'static str, usize),
    Leaves(&'static str, usize),
    /// With other terms, from that day.
    Amended(&'static str, u32),
    OtherAuthority,
    /// A herindeling: the first in the second, from that day.
    GoesUpIn(usize, usize, u32),
    MachineReplaced(usize),
    Nothing,
}

/// The nodes, their people, and what must be so.
struct Year {
    network: Network,
    chance: Chance,
    /// How many days it has.
    length: u32,
    day: u32,
    agreed: Agreed,
    registers: Registers,
    outages: Outages,
    /// What people decided and have not signed yet.
    decided: Vec<(usize, ConvenantHash, ActKind)>,
    /// What one leaves and another still takes over.
    estates: Vec<(usize, usize)>,
    /// Until which day each has a certificate, and whether of the second authority.
    certificates: BTreeMap<usize, (u32, bool)>,
    /// When what is broken now is mended.
    mended_on: Option<u32>,
    seen: Seen,
}

impl Year {
    async fn new(length: u32, seed: u64) -> Self {
        let mut year = Self {
            network: Network::empty(),
            chance: Chance::new(seed),
            length,
            day: 0,
            agreed: Agreed::default(),
            registers: Registers::default(),
            outages: Outages::default(),
            decided: Vec::new(),
            estates: Vec::new(),
            certificates: BTreeMap::new(),
            mended_on: None,
            seen: Seen::default(),
        };
        for (number, (name, oin)) in GEMEENTEN.iter().enumerate() {
            let until = year.scaled(150 + 5 * u32::try_from(number).unwrap());
            let network = &mut year.network;
            network.add_for_good(name, oin, (0, until)).await;
            year.certificates.insert(number, (until, false));
        }
        year
    }

    /// A day of a year of 365 as a day of this one.
    const fn scaled(&self, day: u32) -> u32 {
        day * self.length / 365
    }

    async fn live(&mut self) {
        let mut calendar = CALENDAR.into_iter().peekable();
        let mut lively = 0_u32;
        while self.day < self.length {
            while let Some((_, planned)) =
                calendar.next_if(|(day, _)| self.scaled(*day) <= self.day)
            {
                println!("day {}: {planned:?}", self.day);
                self.happens(planned).await;
                lively = 2;
            }
            if self.breaks_or_mends().await | self.people_work().await {
                lively = 2;
            }
            let next = calendar.peek().map(|(day, _)| self.scaled(*day));
            let step = match lively {
                0 => next.map_or(2, |next| (next - self.day).clamp(1, 2)),
                _ => 1,
            };
            lively = lively.saturating_sub(1);
            self.passes(step).await;
            self.check();
            if self.day.is_multiple_of(14) {
                self.read_logs();
            }
        }
    }

    /// So many days go by. In the last hours who was busy is asked again.
    async fn passes(&mut self, step: u32) {
        let began = Instant::now();
        self.network.advance(days(step) - 2 * AGAIN - MINUTE).await;
        self.network.advance(AGAIN).await;
        self.network.advance(AGAIN).await;
        self.day += step;
        self.seen.slowest = self.seen.slowest.max(began.elapsed() / step);
        let dead = self.network.bury_the_dead().await;
        assert!(
            dead.is_empty(),
            "nobody is killed but by the story: {dead:?}"
        );
    }

    /// What broke is mended when its time is over, and every few weeks something else breaks.
    async fn breaks_or_mends(&mut self) -> bool {
        if self.mended_on.is_some_and(|day| day <= self.day) {
            self.all_is_well().await;
            return true;
        }
        let every = self.scaled(25).max(8);
        if self.mended_on.is_none() && self.day % every >= every - 2 {
            self.something_breaks().await;
            return true;
        }
        false
    }

    async fn all_is_well(&mut self) {
        self.mended_on = None;
        self.network.mend();
        for number in 0..GEMEENTEN.len() {
            if !self.network.is_up(number) {
                self.network.start(number).await;
            }
        }
        self.outages.end_all(self.network.clock.now());
    }

    async fn something_breaks(&mut self) {
        let now = self.network.clock.now();
        let (one, other) = (self.chance.one_of(12), self.chance.one_of(12));
        let kind = self.chance.below(5);
        println!("day {}: breaks {kind} {one} {other}", self.day);
        match kind {
            0 | 1 => {
                match kind {
                    0 => self.network.stop(one).await,
                    _ => self.network.kill(one).await,
                }
                self.outages.begin(one, None, now);
            }
            2 => {
                (0..12).for_each(|of| self.network.cut(one, of));
                self.outages.begin(one, None, now);
            }
            3 => {
                self.network.cut(one, other);
                self.outages.begin(one, Some(other), now);
            }
            _ => {
                for (here, there) in (0..6).flat_map(|here| (6..12).map(move |there| (here, there)))
                {
                    self.network.cut(here, there);
                    self.outages.begin(here, Some(there), now);
                }
            }
        }
        let lasting = 2 + u32::try_from(self.chance.below(4)).unwrap();
        self.mended_on = Some(self.day + lasting);
    }

    /// All hold the same of what counts, at the end.
    fn all_agree(&self) {
        let now = self.network.clock.now();
        let in_force: BTreeSet<&str> = self.agreed.in_force(now).map(|of| of.group).collect();
        assert_eq!(in_force, BTreeSet::from([NOORD, MIDDEN, ZUID]));
        for version in self.agreed.in_force(now) {
            let members: Vec<usize> = version.members.iter().copied().collect();
            self.network
                .assert_all_hold_the_same(&members, version.hash);
        }
        for one in 0..GEMEENTEN.len() {
            let convenanten = &self.network.node(one).services().convenanten;
            let held = convenanten.members(now).unwrap();
            for (other, member) in self.network.members().iter().enumerate() {
                assert_eq!(held.contains(&member.oin), self.agreed.may(one, other, now));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_does_anything_by_hand_but_what_the_law_asks_and_everything_is_found_in_time() {
    let given = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let length = given("BASISNET_JAAR").unwrap_or(PRESSED);
    let seed = given("BASISNET_SEED").unwrap_or(1);
    println!("BASISNET_JAAR={length} BASISNET_SEED={seed}");
    let mut year = Year::new(length, seed.into()).await;
    year.live().await;
    year.all_is_well().await;
    year.passes(1).await;
    year.passes(1).await;
    year.check();
    year.read_logs();
    year.all_agree();
    year.seen.tell();
    year.seen.is_no_empty_year();
}
