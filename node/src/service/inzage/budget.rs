// SPDX-License-Identifier: EUPL-1.2
//! How many questions a day, and what becomes of those beyond that.
//!
//! The count is written in the commit of the question itself, so nobody ever reads questions to count them. A
//! question of a member beyond its budget leaves no record and no entry of its own: it is only counted, and the log
//! hears of all of them together, once an hour. So whoever goes on asking costs no more than the refusals.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;

use super::{InzageError, Inzagen};
use crate::audit::Event;
use crate::service::alarm::{self, Cause};
use crate::service::matching::Pair;
use crate::store::{Change, CommitError, Expect, Key, Record, RetentionClass, Store, StoreError};

/// So long between two entries in the log about questions of one member beyond its budget.
const TELL_EVERY: Duration = Duration::from_secs(3_600);
/// The budget of a member with which no convenant is in force: that of a convenant that says nothing else.
const WITHOUT_CONVENANT: u32 = 25;
/// Read so many at a time.
const PAGE: usize = 500;

/// Which questions are counted together.
#[derive(Clone, Copy, Debug)]
pub(super) enum Counted {
    /// Those of this member to us.
    From(Oin),
    /// Our own to this member.
    To(Oin),
    /// All our own.
    Own,
    /// Decisions of this member that fit no question of ours.
    Misfits(Oin),
}

impl Counted {
    fn key(self) -> Key {
        match self {
            Self::From(peer) => Key::joined(&[b"van ", peer.as_str().as_bytes()]),
            Self::To(peer) => Key::joined(&[b"aan ", peer.as_str().as_bytes()]),
            Self::Own => Key::from("alle"),
            Self::Misfits(peer) => Key::joined(&[b"mis ", peer.as_str().as_bytes()]),
        }
    }

    const fn asker(self) -> Option<Oin> {
        match self {
            Self::From(peer) => Some(peer),
            Self::To(_) | Self::Own | Self::Misfits(_) => None,
        }
    }
}

/// How many questions there were on one day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tally {
    /// Whose they are, when they are of a member.
    asker: Option<Oin>,
    day: Date,
    /// Within the budget; each of these has a record.
    counted: u32,
    /// Beyond it; of these there is this number and nothing else.
    beyond: u32,
    /// As many of those the log has.
    told: u32,
    /// When the log had them.
    told_at: Timestamp,
}

impl Record for Tally {
    const COLLECTION: &'static str = "inzage-telling";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

impl Tally {
    const fn of(asker: Option<Oin>, now: Timestamp) -> Self {
        Self {
            asker,
            day: now.date(),
            counted: 0,
            beyond: 0,
            told: 0,
            told_at: now,
        }
    }

    /// What the log has not heard yet, if it is to hear it now.
    fn to_tell(&self, now: Timestamp) -> Option<Event> {
        let soon = now.date() <= self.day && now < self.told_at + TELL_EVERY && self.told > 0;
        let (peer, count) = (self.asker?, self.beyond.saturating_sub(self.told));
        (count > 0 && !soon).then_some(Event::InzageOverBudget {
            peer,
            day: self.day,
            count,
        })
    }

    fn tell(&mut self, now: Timestamp) -> Option<Event> {
        let event = self.to_tell(now)?;
        self.told = self.beyond;
        self.told_at = now;
        Some(event)
    }
}

/// The count of today as it was read, to be written with the question that it counts.
#[derive(Debug)]
pub(super) struct Today {
    key: Key,
    expect: Expect,
    tally: Tally,
    /// How many there were today of those in whose place the member stands.
    carried: u32,
    /// What the log has not heard of an earlier day.
    left: Option<Event>,
}

impl Today {
    /// How many there were.
    pub(super) const fn count(&self) -> u32 {
        self.tally.counted.saturating_add(self.carried)
    }

    /// Counts one more, in this change.
    pub(super) fn count_one(mut self, change: Change) -> Result<Change, CommitError> {
        self.tally.counted = self.tally.counted.saturating_add(1);
        self.write(change)
    }

    /// Counts one more that is refused for being beyond the budget. The first is in the log at once.
    fn count_beyond(
        mut self,
        store: &Store,
        change: Change,
        now: Timestamp,
    ) -> Result<Change, CommitError> {
        self.tally.beyond = self.tally.beyond.saturating_add(1);
        let change = match self.tally.tell(now) {
            Some(event) => change.audit(event),
            None => change,
        };
        // The first of a day is for a person to decide on; the others are counted here.
        let change = match (self.tally.asker, self.tally.beyond) {
            (Some(peer), 1) => {
                let day = self.tally.day;
                alarm::raise(store, change, now, peer, Cause::InzageBudget { day })?
            }
            (Some(_) | None, _) => change,
        };
        self.write(change)
    }

    fn write(self, change: Change) -> Result<Change, CommitError> {
        let change = change.put(&self.key, &self.tally, self.expect)?;
        Ok(match self.left {
            Some(event) => change.audit(event),
            None => change,
        })
    }
}

/// What was spent of the own budget: of all, and of that for one member.
#[derive(Debug)]
pub(super) struct Spent {
    all: Today,
    at_member: Today,
}

impl Spent {
    /// As many as the rules count: all there can be, once the limit that the own organisation has is reached.
    pub(super) const fn used(&self, per_day: u32) -> u32 {
        if self.all.count() >= per_day {
            u32::MAX
        } else {
            self.at_member.count()
        }
    }

    /// Counts one more.
    pub(super) fn count_one(self, change: Change) -> Result<Change, CommitError> {
        self.at_member.count_one(self.all.count_one(change)?)
    }
}

/// The questions of one member are handled one at a time, and hold up nobody else's.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<Mutex<BTreeMap<Oin, Arc<tokio::sync::Mutex<()>>>>>);

impl Turns {
    /// Waits for the turn of a member. Members are those of the directory, so there are few.
    pub(super) async fn of(&self, peer: Oin) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(peer).or_default())
        };
        turn.lock_owned().await
    }
}

/// How many questions of a member are looked at on one day: what the widest convenant with it allows. What a
/// narrower one allows is for the rules.
pub(super) fn budget_of(pairs: &[Pair]) -> u32 {
    let budgets = pairs
        .iter()
        .map(|pair| pair.content().budgets.inzage_per_day);
    budgets.max().unwrap_or(WITHOUT_CONVENANT)
}

impl Inzagen {
    /// How many there were today.
    pub(super) fn today(&self, which: Counted) -> Result<Today, StoreError> {
        let (base, key) = (&self.parts.base, which.key());
        let now = base.clock.now();
        let carried = self.carried(which, now)?;
        let Some(stored) = base.store.get::<Tally>(&key)? else {
            return Ok(Today {
                key,
                expect: Expect::Absent,
                tally: Tally::of(which.asker(), now),
                carried,
                left: None,
            });
        };
        let (mut tally, expect) = (stored.value, Expect::Version(stored.version));
        let mut left = None;
        // A clock that is set back does not give a new budget.
        if now.date() > tally.day {
            left = tally.tell(now);
            tally = Tally::of(which.asker(), now);
        }
        Ok(Today {
            key,
            expect,
            tally,
            carried,
            left,
        })
    }

    /// What was spent stays spent, also where another organisation took the place of who spent it.
    fn carried(&self, which: Counted, now: Timestamp) -> Result<u32, StoreError> {
        let (peer, of): (Oin, fn(Oin) -> Counted) = match which {
            Counted::From(peer) => (peer, Counted::From),
            Counted::To(peer) => (peer, Counted::To),
            Counted::Own | Counted::Misfits(_) => return Ok(0),
        };
        let mut carried = 0_u32;
        for one in self.parts.around.before(peer)? {
            let kept = self.parts.base.store.get::<Tally>(of(one).key())?;
            let today = kept.filter(|kept| kept.value.day >= now.date());
            carried = carried.saturating_add(today.map_or(0, |kept| kept.value.counted));
        }
        Ok(carried)
    }

    /// What we asked today: all together, and this member.
    pub(super) fn spent(&self, peer: Oin) -> Result<Spent, StoreError> {
        Ok(Spent {
            all: self.today(Counted::Own)?,
            at_member: self.today(Counted::To(peer))?,
        })
    }

    /// A question beyond the budget, counted in a change that has nothing else of it.
    pub(super) fn beyond_budget(&self, today: Today) -> Result<Change, CommitError> {
        let base = &self.parts.base;
        today.count_beyond(&base.store, Change::new(), base.clock.now())
    }

    /// Writes in the log what was refused for being beyond a budget and is not there yet.
    pub(super) async fn tell_beyond_budgets(&self) -> Result<(), InzageError> {
        let now = self.parts.base.clock.now();
        let mut after = None;
        loop {
            let page = self.parts.base.store.page::<Tally>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after = Some(last.clone());
            for (key, kept) in page {
                if let (Some(peer), Some(_)) = (kept.value.asker, kept.value.to_tell(now)) {
                    self.tell_beyond_budget(peer, key).await?;
                }
            }
        }
    }

    async fn tell_beyond_budget(&self, peer: Oin, key: Key) -> Result<(), InzageError> {
        let _turn = self.turns.of(peer).await;
        let base = &self.parts.base;
        let Some(mut kept) = base.store.get::<Tally>(&key)? else {
            return Ok(());
        };
        if let Some(event) = kept.value.tell(base.clock.now()) {
            let change = Change::new().put(key, &kept.value, Expect::Version(kept.version))?;
            base.store.commit(change.audit(event)).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = TELL_EVERY;

    fn count(event: Option<Event>) -> u32 {
        match event {
            Some(Event::InzageOverBudget { count, .. }) => count,
            _ => 0,
        }
    }

    #[test]
    fn the_log_hears_the_first_at_once_and_the_others_by_the_hour() {
        let now: Timestamp = "2027-03-01T08:00:00Z".parse().unwrap();
        let asker = "00000099000000345000".parse().ok();
        let mut tally = Tally::of(asker, now);
        assert!(tally.tell(now).is_none());
        tally.beyond = 1;
        assert_eq!(count(tally.tell(now)), 1);
        tally.beyond = 500;
        assert!(tally.tell(now).is_none());
        assert_eq!(count(tally.tell(now + HOUR)), 499);
        tally.beyond = 600;
        assert!(tally.tell(now + HOUR * 3 / 2).is_none());
        let tomorrow = now.date().plus_days(1).start();
        assert_eq!(count(tally.tell(tomorrow)), 100);
        assert!(tally.tell(tomorrow + HOUR).is_none());
    }

    #[tokio::test]
    async fn one_member_holds_up_nobody_else() {
        let turns = Turns::default();
        let one = turns.of("00000099000000345000".parse().unwrap()).await;
        let other = turns.of("00000099000000307000".parse().unwrap());
        assert!(futures::FutureExt::now_or_never(other).is_some());
        let again = turns.of("00000099000000345000".parse().unwrap());
        assert!(futures::FutureExt::now_or_never(again).is_none());
        drop(one);
    }

    #[test]
    fn own_questions_are_not_told_as_if_they_were_of_a_member() {
        let now: Timestamp = "2027-03-01T08:00:00Z".parse().unwrap();
        let mut tally = Tally::of(Counted::Own.asker(), now);
        tally.beyond = 3;
        assert!(tally.tell(now).is_none());
    }
}
