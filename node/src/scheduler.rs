// SPDX-License-Identifier: EUPL-1.2
//! The door of time: what has to happen because it is time, and for no other reason.
//!
//! A job is told when it is due and does what its service finds to do; the service looks at what the store says, so a
//! job that is late, or runs twice, does no harm. Every job runs once when the node starts, because nobody knows how
//! long it was off.

mod jobs;
mod matching;
mod recall;
mod terms;

pub use jobs::jobs;
pub use terms::watch_terms;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use basisnet_protocol::time::Timestamp;
use futures::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::Clock;

/// When a job is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Every so often, counted from the last time.
    Every(Duration),
    /// Once a day, this long after midnight UTC.
    DailyAt(Duration),
}

impl Due {
    /// The first moment after `now`.
    #[must_use]
    pub fn after(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Every(term) => now + term.max(Duration::from_secs(1)),
            Self::DailyAt(offset) => {
                let today = now.date().start() + offset;
                if today > now {
                    today
                } else {
                    now.date().plus_days(1).start() + offset
                }
            }
        }
    }
}

type Work = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// Something to be done when it is time.
#[derive(Clone)]
pub struct Job {
    name: &'static str,
    due: Due,
    changes: Vec<watch::Receiver<u64>>,
    work: Work,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    /// When it is due again.
    due: Option<Timestamp>,
    /// How many changes it has done its work for.
    changes: u64,
}

/// A job as the scheduler follows it.
#[derive(Debug)]
struct Followed {
    done: watch::Receiver<Done>,
    changes: Vec<watch::Receiver<u64>>,
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("name", &self.name)
            .field("due", &self.due)
            .finish_non_exhaustive()
    }
}

impl Job {
    /// Does `work` when it is `due`. A fault is for the work itself to log; the job is due again all the same.
    pub fn new<F, W>(name: &'static str, due: Due, work: F) -> Self
    where
        F: Fn() -> W + Send + Sync + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        Self {
            name,
            due,
            changes: Vec::new(),
            work: Arc::new(move || Box::pin(work())),
        }
    }

    /// Does it too whenever this count goes up.
    #[must_use]
    pub fn and_on(mut self, changes: watch::Receiver<u64>) -> Self {
        self.changes.push(changes);
        self
    }
}

impl Done {
    fn is_enough(&self, now: Timestamp, changes: u64) -> bool {
        self.due.is_some_and(|due| due > now) && self.changes >= changes
    }
}

impl Followed {
    fn changes(&self) -> u64 {
        self.changes.iter().map(|count| *count.borrow()).sum()
    }
}

/// Runs jobs until it is dropped or stopped.
#[derive(Debug)]
pub struct Scheduler {
    clock: Clock,
    jobs: Vec<Followed>,
    tasks: JoinSet<()>,
}

impl Scheduler {
    /// Runs every job once, and from then on when it is due; each job by itself, so that none waits for another.
    #[must_use]
    pub fn start(clock: &Clock, jobs: Vec<Job>) -> Self {
        let mut tasks = JoinSet::new();
        let mut followed = Vec::new();
        for job in jobs {
            let (tell, done) = watch::channel(Done::default());
            let changes = job.changes.clone();
            followed.push(Followed { done, changes });
            tasks.spawn(keep(clock.clone(), job, tell));
        }
        Self {
            clock: clock.clone(),
            jobs: followed,
            tasks,
        }
    }

    /// Returns when everything that is due by now has been done.
    pub async fn settle(&self) {
        let now = self.clock.now();
        for job in &self.jobs {
            let changes = job.changes();
            // A job that is gone has nothing more to do.
            let _ = (job.done.clone())
                .wait_for(|done| done.is_enough(now, changes))
                .await;
        }
    }

    /// Whether everything that is due by now has been done.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let now = self.clock.now();
        let settled = |job: &Followed| job.done.borrow().is_enough(now, job.changes());
        self.jobs.iter().all(settled)
    }

    /// Starts nothing more, and lets go of what runs; what was committed stays.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

async fn keep(clock: Clock, mut job: Job, tell: watch::Sender<Done>) {
    loop {
        let began = clock.now();
        let counts = job.changes.iter_mut();
        let changes = counts.map(|count| *count.borrow_and_update()).sum();
        tracing::debug!(job = job.name, "job began");
        // In a task of its own: a fault in one run must not end all later ones.
        if let Err(fault) = tokio::spawn((job.work)()).await {
            tracing::error!(job = job.name, %fault, "job broke off");
        }
        let due = job.due.after(began);
        tell.send_replace(Done {
            due: Some(due),
            changes,
        });
        tokio::select! {
            () = clock.sleep_until(due) => {}
            () = changed(&mut job.changes) => {}
        }
    }
}

/// Returns when one of these goes up; never where there is nothing that can.
async fn changed(changes: &mut [watch::Receiver<u64>]) {
    let changed = changes.iter_mut().map(|count| {
        Box::pin(async {
            if count.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    });
    let changed: Vec<_> = changed.collect();
    match changed.is_empty() {
        true => std::future::pending().await,
        false => drop(futures::future::select_all(changed).await),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn counting(due: Due) -> (Job, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        let job = Job::new("counting", due, {
            let count = Arc::clone(&count);
            move || {
                let count = Arc::clone(&count);
                async move {
                    count.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        (job, count)
    }

    #[test]
    fn a_daily_job_is_due_at_its_hour_today_or_tomorrow() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let due = Due::DailyAt(3 * HOUR);
        let early = at("2027-03-01T02:59:59Z");
        assert_eq!(due.after(early), at("2027-03-01T03:00:00Z"));
        let late = at("2027-03-01T03:00:00Z");
        assert_eq!(due.after(late), at("2027-03-02T03:00:00Z"));
    }

    #[tokio::test]
    async fn a_job_runs_at_the_start_and_whenever_the_clock_says_so() {
        let clock = Clock::wound(Timestamp::from_secs(1_700_000_000));
        let (job, count) = counting(Due::Every(HOUR));
        let scheduler = Scheduler::start(&clock, vec![job]);
        scheduler.settle().await;
        assert_eq!(count.load(Ordering::Relaxed), 1);
        clock.advance(HOUR / 2);
        scheduler.settle().await;
        assert_eq!(count.load(Ordering::Relaxed), 1);
        clock.advance(HOUR / 2);
        scheduler.settle().await;
        assert_eq!(count.load(Ordering::Relaxed), 2);
        scheduler.stop().await;
        clock.advance(HOUR);
        assert_eq!(count.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_job_runs_when_something_changed_and_is_settled_only_then() {
        let clock = Clock::wound(Timestamp::from_secs(1_700_000_000));
        let (change, changes) = watch::channel(0);
        let (job, count) = counting(Due::Every(HOUR));
        let scheduler = Scheduler::start(&clock, vec![job.and_on(changes)]);
        scheduler.settle().await;
        assert_eq!(count.load(Ordering::Relaxed), 1);
        change.send_modify(|count| *count += 1);
        scheduler.settle().await;
        assert_eq!(count.load(Ordering::Relaxed), 2);
        drop(change);
        clock.advance(HOUR);
        scheduler.settle().await;
        assert_eq!(count.load(Ordering::Relaxed), 3);
        scheduler.stop().await;
    }

    #[tokio::test]
    async fn a_job_that_breaks_is_due_again() {
        let clock = Clock::wound(Timestamp::from_secs(1_700_000_000));
        let runs = Arc::new(AtomicUsize::new(0));
        let job = Job::new("breaking", Due::Every(HOUR), {
            let runs = Arc::clone(&runs);
            move || {
                let run = runs.fetch_add(1, Ordering::Relaxed);
                async move { assert!(run > 0, "the first run breaks") }
            }
        });
        let scheduler = Scheduler::start(&clock, vec![job]);
        scheduler.settle().await;
        clock.advance(HOUR);
        scheduler.settle().await;
        assert_eq!(runs.load(Ordering::Relaxed), 2);
    }
}
