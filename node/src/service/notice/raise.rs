// SPDX-License-Identifier: EUPL-1.2
//! Makes notices, in the change that keeps the treffers they rest on, and takes them back with those.

use basisnet_protocol::id::Oin;
use basisnet_protocol::octets::Octets;
use basisnet_protocol::time::Timestamp;
use rand_core::{OsRng, RngCore};

use super::record::{Cause, Follow, Notice, NoticeId, Read};
use crate::audit::{Event, Id};
use crate::service::account::{Account, AccountId};
use crate::store::{Change, CommitError, Expect, Key, Store, StoreError};

/// More follow one aanbieder in no gemeente.
const FOLLOWERS: usize = 500;
/// About one aanbieder there are never so many notices.
const ABOUT_ONE: usize = 2_000;

/// A treffer that was not there before.
#[derive(Clone, Copy, Debug)]
pub(in crate::service) struct Fresh<'a> {
    /// On which aanbieder.
    pub(in crate::service) aanbieder: Id,
    /// At which member.
    pub(in crate::service) peer: Oin,
    /// In which sharing group.
    pub(in crate::service) group_id: &'a str,
    /// How many organisations are involved, and from how many that is pointed out; none when it was so before.
    pub(in crate::service) samenloop: Option<(u32, u32)>,
}

/// Adds to a change the notices that a new treffer gives: to who follows the aanbieder, and to everybody when enough
/// organisations are involved.
///
/// # Errors
/// When the store cannot be read, or a notice cannot be written.
pub(in crate::service) fn raise(
    store: &Store,
    mut change: Change,
    now: Timestamp,
    fresh: Fresh<'_>,
) -> Result<Change, CommitError> {
    let aanbieder = fresh.aanbieder;
    for account in followers(store, aanbieder)? {
        let cause = Cause::NewTreffer {
            peer: fresh.peer,
            group_id: fresh.group_id.to_owned(),
        };
        change = put(change, now, aanbieder, Some(account), cause)?;
    }
    if let Some((count, from)) = fresh.samenloop {
        let event = Event::SamenloopNoticed {
            aanbieder,
            count,
            from,
        };
        change = put(change, now, aanbieder, None, Cause::Samenloop {})?.audit(event);
    }
    Ok(change)
}

/// Adds to a change that the notices of a treffer go with it.
///
/// # Errors
/// When the store cannot be read.
pub(in crate::service) fn take_back(
    store: &Store,
    mut change: Change,
    aanbieder: Id,
    from: Oin,
) -> Result<Change, StoreError> {
    let about = Notice::BY_AANBIEDER;
    let found = store.by_index::<Notice>(about, aanbieder.as_bytes(), None, ABOUT_ONE)?;
    for (key, kept) in found {
        let rests_on_it = match &kept.value.cause {
            Cause::NewTreffer { peer, .. } => *peer == from,
            // It counts anew what there is whenever it is shown.
            Cause::Samenloop {} => false,
        };
        if rests_on_it {
            change = change.delete::<Notice>(key);
            change = forget_reading(store, change, kept.value.id)?;
        }
    }
    Ok(change)
}

/// Adds to a change that nobody read a notice that goes.
pub(super) fn forget_reading(
    store: &Store,
    mut change: Change,
    notice: NoticeId,
) -> Result<Change, StoreError> {
    let mut after: Option<Key> = None;
    loop {
        let accounts = store.page::<Account>(after.as_ref(), FOLLOWERS)?;
        let Some((last, _)) = accounts.last() else {
            return Ok(change);
        };
        after = Some(last.clone());
        for (_, account) in accounts {
            let key = Read::key(account.value.id, notice);
            if store.get::<Read>(&key)?.is_some() {
                change = change.delete::<Read>(key);
            }
        }
    }
}

fn followers(store: &Store, aanbieder: Id) -> Result<Vec<AccountId>, StoreError> {
    let (index, term) = (Follow::BY_AANBIEDER, aanbieder.as_bytes());
    let found = store.by_index::<Follow>(index, term, None, FOLLOWERS)?;
    Ok(found
        .into_iter()
        .map(|(_, kept)| kept.value.account)
        .collect())
}

fn put(
    change: Change,
    at: Timestamp,
    aanbieder: Id,
    to: Option<AccountId>,
    cause: Cause,
) -> Result<Change, CommitError> {
    let mut id = Octets([0; 16]);
    OsRng.fill_bytes(&mut id.0);
    let notice = Notice {
        id,
        at,
        aanbieder,
        to,
        cause,
    };
    change.put(id, &notice, Expect::Absent)
}
