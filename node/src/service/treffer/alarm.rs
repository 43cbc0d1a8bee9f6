// SPDX-License-Identifier: EUPL-1.2
//! Notices when a source says that it knows remarkably much of what this node knows.
//!
//! A source that puts the whole trade register in its index has a treffer on everything, and learns what this node
//! knows from the questions that follow. Its index is of a fixed size and signed, and questions are put by people.
//! This tells those people to be careful; it stops nothing, since neighbours may really share that much.

use basisnet_protocol::matching::ContextHash;
use serde::{Deserialize, Serialize};

use super::{TrefferFault, Treffers};
use crate::audit::Event;
use crate::service::alarm::{self, Cause};
use crate::service::sweep::Asking;
use crate::store::{Change, Expect, Record, RetentionClass};

/// From so many aanbieders that were asked about a share says something.
const FEW: usize = 25;
/// More than this share of them is remarkable, in percent.
const SHARE: usize = 40;
/// And so is more than so many times what is usual in the group.
const TIMES_MEDIAN: usize = 3;

/// That the log has it already, by context.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Noticed {}

impl Record for Noticed {
    const COLLECTION: &'static str = "treffer-alarm";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

impl Treffers {
    /// Writes in the log, once for each context, that a source has treffers on remarkably much.
    pub(super) async fn notice_many(
        &self,
        ctx: ContextHash,
        asking: &Asking,
        found: usize,
        asked: usize,
    ) -> Result<(), TrefferFault> {
        if asked < FEW || self.shared.store.get::<Noticed>(ctx)?.is_some() {
            return Ok(());
        }
        let usual = self.usual(asking)?;
        let above_usual = usual.is_some_and(|usual| found > usual.saturating_mul(TIMES_MEDIAN));
        let above_share = found.saturating_mul(100) > asked.saturating_mul(SHARE);
        let remarkable = above_share || (above_usual && found >= FEW);
        if !remarkable {
            return Ok(());
        }
        tracing::warn!(peer = %asking.peer, found, asked, "a member shares remarkably much");
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let event = Event::ManyTreffers {
            peer: asking.peer,
            ctx,
            found: count(found),
            asked: count(asked),
        };
        let change = Change::new().put(ctx, &Noticed {}, Expect::Any)?;
        let cause = Cause::ManyTreffers {
            found: count(found),
            asked: count(asked),
        };
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let change = alarm::raise(store, change.audit(event), now, asking.peer, cause)?;
        store.commit(change).await?;
        Ok(())
    }

    /// The median of the treffers at the other members of the group; none with fewer than three others.
    fn usual(&self, asking: &Asking) -> Result<Option<usize>, TrefferFault> {
        let group = &asking.manifest.group_id;
        let mut counts = Vec::new();
        for pair in self.shared.pairs()? {
            if pair.content().group_id == *group && pair.peer != asking.peer {
                counts.push(self.of_source(pair.peer, group)?.len());
            }
        }
        counts.sort_unstable();
        let enough = counts.len() >= 3;
        Ok(counts.get(counts.len() / 2).copied().filter(|_| enough))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::service::matching::testing::{start, two};

    #[tokio::test]
    async fn a_source_that_knows_nearly_all_is_noticed_once() {
        for (shared, noticed) in [(10, false), (40, true)] {
            let clock = Clock::wound(start());
            let (one, other) = two(&clock);
            one.knows(0..50);
            other.knows(0..shared);
            let ctx = one.sweeps_all_of(&other).await;
            let alarm = one.shared.store.get::<Noticed>(ctx).unwrap();
            assert_eq!(alarm.is_some(), noticed, "{shared}");
            let before = one.log_size();
            one.treffers.refresh(ctx).await.unwrap();
            assert_eq!(one.log_size(), before, "once");
        }
    }

    #[tokio::test]
    async fn of_a_handful_nothing_is_noticed() {
        let clock = Clock::wound(start());
        let (one, other) = two(&clock);
        one.knows(0..5);
        other.knows(0..5);
        let ctx = one.sweeps_all_of(&other).await;
        assert!(one.shared.store.get::<Noticed>(ctx).unwrap().is_none());
    }
}
