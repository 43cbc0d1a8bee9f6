// SPDX-License-Identifier: EUPL-1.2
//! The sizes that members declare: up to how many identifiers each asks about and publishes.
//!
//! A member declares them itself, and with them how much it may ask here. That is why they are held for the calendar
//! year: one size of growth goes by itself, and for more somebody must have asked the member why.

use basisnet_protocol::id::Oin;
use basisnet_protocol::matching::{Bucket, Buckets};
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Leden, LedenError};
use crate::audit::{Event, Sizes};
use crate::store::{Change, Expect, Record, RetentionClass, StoreError};

/// So many sizes may a member grow in a calendar year without anybody being asked.
const FREE_STEPS: usize = 1;

/// Against which sizes the growth of a member is measured this year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SizesOfYear {
    year: i32,
    buckets: Buckets,
}

impl Record for SizesOfYear {
    const COLLECTION: &'static str = "lid-omvang";
    const RETENTION: RetentionClass = RetentionClass::Standing;
}

impl Leden {
    /// What the sizes in a new record of a member change and what the log says of it, or why they are not taken
    /// without a person.
    ///
    /// `before` are the sizes in the record that is here; none for a member that is new.
    pub(super) fn resize(
        &self,
        oin: Oin,
        before: Option<Buckets>,
        after: Buckets,
        confirmed: bool,
    ) -> Result<(Change, Option<Event>), LedenError> {
        let year = year(self.clock.now());
        let kept = self.store.get::<SizesOfYear>(oin.as_str())?;
        let this_year = kept.filter(|kept| kept.value.year == year);
        let reference = this_year.map(|kept| kept.value.buckets).or(before);
        let too_fast = reference.is_some_and(|reference| after.steps_above(reference) > FREE_STEPS);
        if let Some(before) = reference.filter(|_| too_fast && !confirmed) {
            return Err(LedenError::Grown { before, after });
        }
        let buckets = reference.filter(|_| !too_fast).unwrap_or(after);
        let kept = SizesOfYear { year, buckets };
        let change = Change::new().put(oin.as_str(), &kept, Expect::Any)?;
        Ok((change, sized(oin, before, after, too_fast)))
    }

    /// To what sizes the own node fills its sweeps and indexes: what fits the register as it is now, or as it is
    /// expected to become this year; within a year never less than was declared before.
    pub(super) fn own_sizes(&self, identifiers: usize) -> Result<Buckets, LedenError> {
        let expected = self.config.bevragen.verwacht_aanbieders as usize;
        let expected = expected.max(self.aanbieders.count()?).max(identifiers);
        let fitting = Buckets::declared(expected).map_err(|_| LedenError::TooManyAanbieders)?;
        let declared = self.own_declared()?;
        let this_year = declared.filter(|(_, issued)| year(*issued) == year(self.clock.now()));
        Ok(this_year.map_or(fitting, |(declared, _)| fitting.at_least(declared)))
    }

    /// The sizes in the newest own record, and when it was made; none when there is none.
    fn own_declared(&self) -> Result<Option<(Buckets, Timestamp)>, StoreError> {
        let known = self.known()?;
        let own = known.get(&self.me());
        Ok(own.map(|(signed, _)| (signed.record.buckets, signed.record.issued)))
    }

    /// Signs a new record with the next sizes when the register has outgrown those that were declared. The other
    /// members reckon with them once they have brought it in; the own indexes grow with the next epoch.
    ///
    /// # Errors
    /// When the record cannot be made or kept.
    pub async fn announce_growth(&self, identifiers: usize) -> Result<Option<Buckets>, LedenError> {
        let Some((declared, _)) = self.own_declared()? else {
            // Nothing was declared yet; who makes the first record declares what fits then.
            return Ok(None);
        };
        let room = |bucket: Bucket| bucket.size() as usize;
        if identifiers <= room(declared.query) && identifiers <= room(declared.index) {
            return Ok(None);
        }
        let next = self.own_sizes(identifiers)?.at_least(declared);
        if next == declared {
            return Ok(None);
        }
        self.sign_own(crate::audit::By::Node, next).await?;
        Ok(Some(next))
    }
}

/// The entry in the log about other sizes than before; none when they are the same.
pub(super) fn sized(
    oin: Oin,
    before: Option<Buckets>,
    after: Buckets,
    confirmed: bool,
) -> Option<Event> {
    (before != Some(after)).then(|| Event::MemberSized {
        oin,
        before: before.map(sizes),
        after: sizes(after),
        confirmed,
    })
}

fn sizes(buckets: Buckets) -> Sizes {
    Sizes {
        query: buckets.query.size(),
        index: buckets.index.size(),
    }
}

fn year(moment: Timestamp) -> i32 {
    moment.date().to_calendar().0
}
