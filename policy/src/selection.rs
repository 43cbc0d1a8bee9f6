// SPDX-License-Identifier: EUPL-1.2
//! Many aanbieders, one peer: which of them take part in an index or a sweep.
//!
//! First the question is put for an aanbieder about whom nothing stands in the way: may anything be exchanged
//! with this peer at all? Then each aanbieder is judged by its own facts. Aanbieders with the same facts get the
//! same answer, so it is worked out once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use basisnet_protocol::time::Timestamp;

use crate::decide::Engine;
use crate::decision::{Decision, Grounds, Refusal};
use crate::guard::GuardId;
use crate::released::Released;
use crate::request::{AanbiederFacts, Action, Facts, Question};

/// Whether one aanbieder takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Permitted,
    /// It does not, and these tests said so. To the peer it looks like an aanbieder that is not known.
    Withheld(Arc<BTreeSet<GuardId>>),
}

impl Verdict {
    /// Whether it takes part.
    #[must_use]
    pub const fn is_permitted(&self) -> bool {
        matches!(self, Self::Permitted)
    }

    /// The verdict as text, always the same for the same verdict: a leaf of the record of a publication.
    #[must_use]
    pub fn canonical(&self) -> String {
        match self {
            Self::Permitted => "permit".to_owned(),
            Self::Withheld(guards) => {
                let names: Vec<&str> = guards.iter().map(GuardId::as_str).collect();
                format!("refuse {}", names.join(" "))
            }
        }
    }
}

/// The verdicts for one peer, one purpose and one moment. `K` is how the caller names an aanbieder.
#[derive(Debug)]
pub struct Selection<K> {
    engine: Engine,
    // The question as it was put first, and the other ways in which it may be put.
    asked: Vec<(Question, Facts)>,
    now: Timestamp,
    grounds: Grounds,
    known: BTreeMap<AanbiederFacts, Verdict>,
    verdicts: Vec<(K, Verdict)>,
}

impl Engine {
    /// Starts a selection for a peer, if anything may be exchanged with it at all.
    ///
    /// Of `facts` the part about an aanbieder is not used.
    pub fn select<K>(
        &self,
        question: Question,
        mut facts: Facts,
        now: Timestamp,
    ) -> Result<Selection<K>, Box<Refusal>> {
        facts.aanbieder = AanbiederFacts::harmless(Timestamp::from_millis(u64::MAX));
        let permit = self.decide(&question, &facts, now).into_result()?;
        let grounds = permit.grounds().clone();
        if question.action != Action::Discover {
            let guards = BTreeSet::from([GuardId::undecidable()]);
            return Err(Box::new(Refusal::new(grounds, guards, true)));
        }
        Ok(Selection {
            engine: self.clone(),
            asked: vec![(question, facts)],
            now,
            grounds,
            known: BTreeMap::new(),
            verdicts: Vec::new(),
        })
    }
}

impl<K> Selection<K> {
    /// The same selection also for another question, such as for another member under another mandate: who is permitted by
    /// one of them takes part. A question to which the rules say no adds nothing.
    ///
    /// Each is judged by itself, so what one allows never fills in what another lacks. The grounds are those of the first.
    #[must_use]
    pub fn or(mut self, question: Question, mut facts: Facts) -> Self {
        facts.aanbieder = AanbiederFacts::harmless(Timestamp::from_millis(u64::MAX));
        let permitted = matches!(
            self.engine.decide(&question, &facts, self.now),
            Decision::Permit(_)
        );
        if permitted && question.action == Action::Discover {
            self.asked.push((question, facts));
        }
        self
    }

    /// Whether it is for members for which the asker acts, so that it counts about which care the records are.
    #[must_use]
    pub fn is_for_members(&self) -> bool {
        let first = self.asked.first();
        first.is_some_and(|(question, _)| question.on_behalf_of.is_some())
    }

    /// Judges one aanbieder and remembers the verdict.
    pub fn consider(&mut self, key: K, aanbieder: AanbiederFacts) -> Verdict {
        let verdict = match self.known.get(&aanbieder) {
            Some(verdict) => verdict.clone(),
            None => self.judge(aanbieder),
        };
        self.verdicts.push((key, verdict.clone()));
        verdict
    }

    /// All verdicts so far, in the order in which they were asked for.
    #[must_use]
    pub fn verdicts(&self) -> &[(K, Verdict)] {
        &self.verdicts
    }

    /// Those that take part.
    pub fn permitted(&self) -> impl Iterator<Item = &K> {
        self.verdicts
            .iter()
            .filter(|(_, verdict)| verdict.is_permitted())
            .map(|(key, _)| key)
    }

    /// What the verdicts rest on.
    #[must_use]
    pub const fn grounds(&self) -> &Grounds {
        &self.grounds
    }

    /// Makes what may leave, from those that take part and no others.
    pub fn release<T>(self, make: impl FnOnce(Vec<K>) -> T) -> Released<T> {
        let permitted = self
            .verdicts
            .into_iter()
            .filter(|(_, verdict)| verdict.is_permitted())
            .map(|(key, _)| key)
            .collect();
        Released::new(make(permitted), self.grounds)
    }

    fn judge(&mut self, aanbieder: AanbiederFacts) -> Verdict {
        let mut refused = None;
        for (question, facts) in &mut self.asked {
            facts.aanbieder = aanbieder.clone();
            match self.engine.decide(question, facts, self.now) {
                Decision::Permit(_) => {
                    refused = None;
                    break;
                }
                Decision::Refuse(refusal) => {
                    refused.get_or_insert(Arc::new(refusal.guards().clone()));
                }
            }
        }
        let verdict = refused.map_or(Verdict::Permitted, Verdict::Withheld);
        self.known.insert(aanbieder, verdict.clone());
        verdict
    }
}
