// SPDX-License-Identifier: EUPL-1.2
//! How well somebody tells kinds of replies apart who sees nothing of them but their size and when they came.
//!
//! It learns on one half of the replies how often each size and each time comes with each kind, and is then shown the
//! other half; after that the halves change places, so that every reply is judged once, by who has never seen it. It
//! counts in bins and draws no line, so it also learns a difference that is not simply sooner or later. Beside the
//! time itself it looks at how that differs from the replies just before and after: what keeps the whole machine
//! busy for a moment says nothing about one reply.
//!
//! The measure is the AUC: how often, of one reply of each of two kinds, it points out the right one. 0.5 is a guess,
//! 1.0 is always right.

use std::collections::HashMap;
use std::time::Duration;

/// Into so many bins a time goes, each with as many replies of those that were learned from.
const BINS: usize = 16;
/// With so many replies on either side a time is compared.
const AROUND: usize = 8;

/// One reply, in the order in which the questions were asked.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Of which kind it was; that is what is to be guessed.
    pub kind: usize,
    /// In bytes.
    pub size: usize,
    /// From asking to answer.
    pub took: Duration,
}

/// How well two kinds, or one and all others, are told apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// This kind…
    pub kind: usize,
    /// …and this one, or all others.
    pub other: Option<usize>,
    /// How well.
    pub auc: f64,
}

/// Each kind of so many against all others, and each pair.
#[must_use]
pub fn apart(seen: &[Seen], kinds: usize) -> Vec<Told> {
    let looked = look(seen);
    let against_all = (0..kinds).map(|kind| (kind, None));
    let pairs = (0..kinds).flat_map(|kind| (kind + 1..kinds).map(move |other| (kind, Some(other))));
    let told = |(kind, other)| Told {
        kind,
        other,
        auc: auc_between(&looked, kind, other),
    };
    against_all.chain(pairs).map(told).collect()
}

/// What there is to see of one reply.
#[derive(Clone, Copy)]
struct Looked {
    kind: usize,
    half: usize,
    size: usize,
    times: [f64; 2],
}

fn look(seen: &[Seen]) -> Vec<Looked> {
    let mut of_kind: HashMap<usize, usize> = HashMap::new();
    let mut looked = Vec::with_capacity(seen.len());
    for (place, one) in seen.iter().enumerate() {
        let near = place.saturating_sub(AROUND)..seen.len().min(place + AROUND + 1);
        let mut near: Vec<f64> = seen[near].iter().map(|one| millis(one.took)).collect();
        near.sort_by(f64::total_cmp);
        let took = millis(one.took);
        let before = of_kind.entry(one.kind).or_default();
        looked.push(Looked {
            kind: one.kind,
            half: *before % 2,
            size: one.size,
            times: [took, took - near[near.len() / 2]],
        });
        *before += 1;
    }
    looked
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

fn auc_between(looked: &[Looked], kind: usize, other: Option<usize>) -> f64 {
    let concerned = |one: &&Looked| one.kind == kind || other.is_none_or(|other| one.kind == other);
    let concerned: Vec<Looked> = looked.iter().filter(concerned).copied().collect();
    let of_half = |shown: usize| {
        let (shown, learned): (Vec<Looked>, Vec<Looked>) =
            concerned.iter().partition(|one| one.half == shown);
        let lesson = Lesson::learn(&learned, kind);
        let scores = shown
            .iter()
            .map(|one| (lesson.judge(one), one.kind == kind));
        auc(scores.collect())
    };
    f64::midpoint(of_half(0), of_half(1))
}

/// How often each size and time came with the one kind, and with the other.
struct Lesson {
    sizes: HashMap<usize, [f64; 2]>,
    times: [Times; 2],
}

struct Times {
    cuts: Vec<f64>,
    counts: Vec<[f64; 2]>,
}

impl Lesson {
    fn learn(learned: &[Looked], kind: usize) -> Self {
        let mut sizes: HashMap<usize, [f64; 2]> = HashMap::new();
        for one in learned {
            sizes.entry(one.size).or_insert([1.0; 2])[usize::from(one.kind == kind)] += 1.0;
        }
        let times = [0, 1].map(|which| {
            let mut all: Vec<f64> = learned.iter().map(|one| one.times[which]).collect();
            all.sort_by(f64::total_cmp);
            let cuts = (1..BINS).map(|cut| all[all.len() * cut / BINS]).collect();
            let mut times = Times {
                cuts,
                counts: vec![[1.0; 2]; BINS],
            };
            for one in learned {
                let bin = times.bin(one.times[which]);
                times.counts[bin][usize::from(one.kind == kind)] += 1.0;
            }
            times
        });
        Self { sizes, times }
    }

    /// How much this looks like the one kind rather than the other.
    fn judge(&self, one: &Looked) -> f64 {
        let size = self.sizes.get(&one.size).copied().unwrap_or([1.0; 2]);
        let mut score = (size[1] / size[0]).ln();
        for (times, value) in self.times.iter().zip(one.times) {
            let counts = times.counts[times.bin(value)];
            score += (counts[1] / counts[0]).ln();
        }
        score
    }
}

impl Times {
    fn bin(&self, value: f64) -> usize {
        self.cuts.partition_point(|cut| *cut <= value)
    }
}

/// From scores, each with whether it is of the one kind; equal scores are half right.
fn auc(mut scores: Vec<(f64, bool)>) -> f64 {
    scores.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut below, mut right, mut ones) = (0.0, 0.0, 0.0);
    for equal in scores.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let (mut here, mut others) = (0.0, 0.0);
        for (_, is_one) in equal {
            if *is_one { here += 1.0 } else { others += 1.0 }
        }
        right += here * (below + others / 2.0);
        below += others;
        ones += here;
    }
    right / (ones * below)
}
