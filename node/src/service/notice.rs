// SPDX-License-Identifier: EUPL-1.2
//! What the node points out to people by itself: that enough organisations are involved with one aanbieder, and that
//! another knows an aanbieder that somebody follows.
//!
//! A notice comes from treffers that this node has already; nothing is asked for it, and nobody else hears of it. It
//! shows to whom the rules show the treffers on that aanbieder. It lives no longer than what it rests on: what was
//! taken back since, or has passed its term, is not shown any more. What becomes of it is for a person.

mod raise;
mod record;

use std::collections::BTreeSet;

use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;

pub(super) use raise::{Fresh, raise, take_back};
pub use record::{Cause, Notice, NoticeId};

use self::record::{Follow, Read};
use super::account::Actor;
use super::treffer::{Samenloop, TrefferFault, Treffers, TreffersOf};
use crate::audit::{Event, Id};
use crate::clock::Clock;
use crate::store::{Change, CommitError, Expect, Key, Store, StoreError};

/// Read so many at a time.
const PAGE: usize = 200;
/// The most aanbieders that one person follows.
const MAX_FOLLOWED: usize = 500;

/// Why something with notices did not happen.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// The treffers it rests on are not shown to the caller, or cannot be read.
    #[error(transparent)]
    Treffer(#[from] TrefferFault),
    /// There is no such notice for the caller.
    #[error("no such notice")]
    Unknown,
    /// More than anybody keeps up with.
    #[error("too many aanbieders are followed")]
    TooMany,
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not write.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// A notice as somebody sees it.
#[derive(Clone, Debug)]
pub struct SeenNotice {
    /// The id in this node.
    pub id: NoticeId,
    /// Since when.
    pub at: Timestamp,
    /// About which aanbieder.
    pub aanbieder: Id,
    /// Why it is there.
    pub told: Told,
    /// Whether this person marked it as read.
    pub read: bool,
}

/// What a notice tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A member knows an aanbieder that this person follows.
    NewTreffer {
        /// The member.
        peer: Oin,
    },
    /// So many organisations are involved as the own organisation wants to hear of.
    Samenloop {
        /// How it stands at this moment.
        now: Samenloop,
        /// From how many a notice comes.
        from: usize,
    },
}

/// The notices of one node.
#[derive(Clone, Debug)]
pub struct Notices {
    store: Store,
    clock: Clock,
    treffers: Treffers,
}

impl Notices {
    /// The notices in a store.
    #[must_use]
    pub const fn new(store: Store, clock: Clock, treffers: Treffers) -> Self {
        Self {
            store,
            clock,
            treffers,
        }
    }

    /// The notices for this person, the newest first; that somebody looked is in the log.
    ///
    /// # Errors
    /// When the caller never sees treffers, or the store cannot be read or written.
    pub async fn list(
        &self,
        actor: &Actor,
        unread_only: bool,
        limit: usize,
    ) -> Result<Vec<SeenNotice>, NoticeError> {
        let read = self.read_by(actor)?;
        let mut notices = self.meant_for(actor)?;
        notices.retain(|notice| !(unread_only && read.contains(&notice.id)));
        let about: BTreeSet<Id> = notices.iter().map(|notice| notice.aanbieder).collect();
        let shown = self.treffers.show_each(actor, &about).await?;
        let seen = notices.iter().filter_map(|notice| {
            let told = self.told(notice, shown.get(&notice.aanbieder)?)?;
            Some(SeenNotice {
                id: notice.id,
                at: notice.at,
                aanbieder: notice.aanbieder,
                told,
                read: read.contains(&notice.id),
            })
        });
        Ok(seen.take(limit).collect())
    }

    /// What a notice tells by what is known now; none when it does not hold any more.
    fn told(&self, notice: &Notice, now: &TreffersOf) -> Option<Told> {
        match &notice.cause {
            Cause::NewTreffer { peer, group_id } => {
                let same = now
                    .known()
                    .any(|with| with.peer == *peer && with.group_id == *group_id);
                same.then_some(Told::NewTreffer { peer: *peer })
            }
            Cause::Samenloop {} => {
                let (samenloop, from) = (now.samenloop(), self.treffers.samenloop_from());
                (samenloop.count() >= from).then_some(Told::Samenloop {
                    now: samenloop,
                    from,
                })
            }
        }
    }

    /// How many this person did not mark as read, for a menu. It tells of none of them, so it is no look.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_unread(&self, actor: &Actor) -> Result<usize, NoticeError> {
        if !self.treffers.ever_sees(actor) {
            return Ok(0);
        }
        let read = self.read_by(actor)?;
        let notices = self.meant_for(actor)?;
        let mut unread = 0;
        for notice in notices.iter().filter(|notice| !read.contains(&notice.id)) {
            unread += usize::from(self.holds(notice)?);
        }
        Ok(unread)
    }

    /// Whether a notice still holds, by the treffers that are held.
    fn holds(&self, notice: &Notice) -> Result<bool, TrefferFault> {
        if !self.treffers.may_be_shown(notice.aanbieder)? {
            return Ok(false);
        }
        let held = self.treffers.held_on(notice.aanbieder)?;
        Ok(match &notice.cause {
            Cause::NewTreffer { peer, group_id } => held.contains(&(*peer, group_id.clone())),
            Cause::Samenloop {} => {
                let peers: BTreeSet<Oin> = held.into_iter().map(|(peer, _)| peer).collect();
                peers.len().saturating_add(1) >= self.treffers.samenloop_from()
            }
        })
    }

    /// This person has read a notice.
    ///
    /// # Errors
    /// When there is no such notice for the caller, or it cannot be written.
    pub async fn mark_read(&self, actor: &Actor, id: NoticeId) -> Result<(), NoticeError> {
        self.treffers.must_ever_see(actor).await?;
        let kept = self.store.get::<Notice>(id)?.map(|kept| kept.value);
        let notice = kept.filter(|notice| notice.is_for(actor.account()));
        notice.ok_or(NoticeError::Unknown)?;
        let key = Read::key(actor.account(), id);
        let change = Change::new().put(key, &Read {}, Expect::Any)?;
        self.store.commit(change).await?;
        Ok(())
    }

    /// From now on this person hears when another organisation turns out to know this aanbieder.
    ///
    /// # Errors
    /// When the rules do not show the caller who knows it, it follows too many, or it cannot be written.
    pub async fn follow(&self, actor: &Actor, aanbieder: Id) -> Result<(), NoticeError> {
        self.treffers.show(actor, aanbieder).await?;
        if self.followed(actor)?.len() >= MAX_FOLLOWED {
            return Err(NoticeError::TooMany);
        }
        let follow = Follow {
            account: actor.account(),
            aanbieder,
            since: self.clock.now(),
        };
        let event = Event::AanbiederFollowed {
            aanbieder,
            follows: true,
        };
        let change = Change::new()
            .put(follow.key(), &follow, Expect::Any)?
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(())
    }

    /// This person does not want to hear of this aanbieder any more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn unfollow(&self, actor: &Actor, aanbieder: Id) -> Result<(), NoticeError> {
        let key = Follow::key_of(actor.account(), aanbieder);
        if self.store.get::<Follow>(&key)?.is_none() {
            return Ok(());
        }
        let event = Event::AanbiederFollowed {
            aanbieder,
            follows: false,
        };
        let change = Change::new()
            .delete::<Follow>(key)
            .audit(event.by(actor.by()));
        self.store.commit(change).await?;
        Ok(())
    }

    /// Which aanbieders this person follows.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn followed(&self, actor: &Actor) -> Result<BTreeSet<Id>, NoticeError> {
        let (account, limit) = (actor.account(), MAX_FOLLOWED);
        let found =
            (self.store).by_index::<Follow>(Follow::BY_ACCOUNT, account.as_bytes(), None, limit)?;
        Ok(found
            .into_iter()
            .map(|(_, kept)| kept.value.aanbieder)
            .collect())
    }

    /// Forgets notices that are older than anything they can rest on, and who read them.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn forget_past(&self) -> Result<usize, NoticeError> {
        let (now, mut after, mut forgotten) = (self.clock.now(), None::<Key>, 0);
        loop {
            let page = self.store.page::<Notice>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(forgotten);
            };
            after = Some(last.clone());
            let mut change = Change::new();
            for (key, kept) in page {
                if now.since(kept.value.at) >= record::TERM {
                    change = change.delete::<Notice>(key);
                    change = raise::forget_reading(&self.store, change, kept.value.id)?;
                    forgotten += 1;
                }
            }
            if !change.is_empty() {
                self.store.commit(change).await?;
            }
        }
    }

    /// Those that are for everybody, or for this person alone, the newest first.
    fn meant_for(&self, actor: &Actor) -> Result<Vec<Notice>, StoreError> {
        let (account, now) = (actor.account(), self.clock.now());
        let (mut all, mut after): (Vec<Notice>, Option<Key>) = (Vec::new(), None);
        loop {
            let page = self.store.page::<Notice>(after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            let notices = page.into_iter().map(|(_, kept)| kept.value);
            let meant = notices
                .filter(|notice| notice.is_for(account) && now.since(notice.at) < record::TERM);
            all.extend(meant);
        }
        all.sort_by_key(|notice| (std::cmp::Reverse(notice.at), notice.id));
        Ok(all)
    }

    fn read_by(&self, actor: &Actor) -> Result<BTreeSet<NoticeId>, StoreError> {
        let prefix = Key::from(actor.account());
        let (mut read, mut after) = (BTreeSet::new(), None::<Key>);
        loop {
            let page = self
                .store
                .page_under::<Read>(&prefix, after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(read);
            };
            after = Some(last.clone());
            read.extend(page.iter().filter_map(|(key, _)| Read::notice(key)));
        }
    }
}

#[cfg(test)]
mod tests;
