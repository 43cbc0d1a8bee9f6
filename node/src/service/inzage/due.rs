// SPDX-License-Identifier: EUPL-1.2
//! What time brings: a question that nobody decides on gets a no, an answer whose term is over goes, and a decision
//! that did not arrive is sent again, until it has been tried long enough.
//!
//! Everything that is due is done, however much there is of it; it is read in pages of a fixed size. Members are told
//! side by side, so that one that does not answer holds up none but itself.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use basisnet_protocol::id::Oin;
use basisnet_protocol::message::RefusalReason;
use basisnet_protocol::time::Timestamp;
use futures::StreamExt;

use super::decide::Delivering;
use super::record::{IS_OPEN, OPEN};
use super::{Asked, AskedState, InzageError, Inzagen, Received, ReceivedState};
use crate::audit::{By, Event};
use crate::store::{Change, Expect, Key, Record, Stored};

/// Read so many at a time.
const PAGE: usize = 500;
/// So long a decision that does not arrive is sent again, and so long after its term an answer may still come.
const GRACE: Duration = Duration::from_secs(7 * 86_400);
/// So long between two attempts: each is a decision anew, with a line in the log.
const AGAIN: Duration = Duration::from_secs(3_600);
/// A question that was recorded and of which nothing was heard: the node stopped halfway.
const HALFWAY: Duration = Duration::from_secs(3_600);

/// Members that are told a decision at the same time.
const AT_ONCE: usize = 8;

/// Whether a member that was sent a decision has it; none when nothing was sent.
type Reached = Option<bool>;

impl Inzagen {
    /// Does what is due. A fault in one does not keep the others from being done, and a member that does not answer
    /// is not tried again and again.
    pub async fn due(&self) {
        let mut silent = BTreeSet::new();
        let mut after = None;
        while let Some(page) = self.open_page::<Received>(&mut after) {
            let mut of_member: BTreeMap<Oin, Vec<Stored<Received>>> = BTreeMap::new();
            for received in page {
                of_member
                    .entry(received.value.peer)
                    .or_default()
                    .push(received);
            }
            let told = futures::stream::iter(of_member)
                .map(|(peer, all)| self.due_of(peer, all, silent.contains(&peer)))
                .buffer_unordered(AT_ONCE);
            let now_silent: Vec<Oin> = told.filter_map(std::future::ready).collect().await;
            silent.extend(now_silent);
        }
        let mut after = None;
        while let Some(page) = self.open_page::<Asked>(&mut after) {
            for asked in page {
                if let Err(error) = self.due_asked(asked).await {
                    report(&error);
                }
            }
        }
        if let Err(error) = self.tell_beyond_budgets().await {
            report(&error);
        }
    }

    /// The next questions about which something remains to be done; none at the end.
    fn open_page<R: Record>(&self, after: &mut Option<Key>) -> Option<Vec<Stored<R>>> {
        let store = &self.parts.base.store;
        match store.by_index::<R>(OPEN, IS_OPEN, after.as_ref(), PAGE) {
            Ok(page) => {
                *after = Some(page.last()?.0.clone());
                Some(page.into_iter().map(|(_, stored)| stored).collect())
            }
            Err(error) => {
                tracing::error!(%error, "open questions could not be read");
                None
            }
        }
    }

    /// What is due of one member, one thing after the other. Gives the member when it does not answer.
    async fn due_of(
        &self,
        peer: Oin,
        all: Vec<Stored<Received>>,
        mut is_silent: bool,
    ) -> Option<Oin> {
        for received in all {
            match self.due_received(received, is_silent).await {
                Ok(Some(false)) => is_silent = true,
                Ok(Some(true) | None) => {}
                Err(error) => report(&error),
            }
        }
        is_silent.then_some(peer)
    }

    async fn due_received(
        &self,
        stored: Stored<Received>,
        is_silent: bool,
    ) -> Result<Reached, InzageError> {
        let now = self.parts.base.clock.now();
        let (state, delivering) = match &stored.value.state {
            ReceivedState::Waiting if now >= stored.value.decide_by => {
                let delivering = if is_silent {
                    Delivering::Later
                } else {
                    Delivering::Now
                };
                let state = self.refusal(RefusalReason::NotDecidedInTime, None);
                (state, delivering)
            }
            ReceivedState::Granted {
                at,
                delivered: false,
                ..
            }
            | ReceivedState::Refused {
                at,
                delivered: false,
                ..
            } => {
                if now > *at + GRACE {
                    return self.give_up(stored).await.map(|()| None);
                }
                if is_silent || now < stored.value.last_sent + AGAIN {
                    return Ok(None);
                }
                (stored.value.state.clone(), Delivering::Now)
            }
            ReceivedState::Waiting
            | ReceivedState::Withheld { .. }
            | ReceivedState::Granted { .. }
            | ReceivedState::Refused { .. } => return Ok(None),
        };
        let received = self.conclude(stored, state, By::Node, delivering).await?;
        Ok((delivering == Delivering::Now).then(|| received.state.is_delivered()))
    }

    /// The member did not take the decision in all that time. It stays here; whoever asked hears nothing, and there
    /// that is shown as no answer.
    async fn give_up(&self, stored: Stored<Received>) -> Result<(), InzageError> {
        let received = Received {
            gave_up: Some(self.parts.base.clock.now()),
            ..stored.value
        };
        let event = Event::InzageUndelivered {
            inzage: received.id,
            peer: received.peer,
        };
        let change = Change::new()
            .put(received.id, &received, Expect::Version(stored.version))?
            .audit(event);
        self.parts.base.store.commit(change).await?;
        Ok(())
    }

    async fn due_asked(&self, asked: Stored<Asked>) -> Result<(), InzageError> {
        let now = self.parts.base.clock.now();
        let Some(state) = state_at(&asked.value, now) else {
            return Ok(());
        };
        let event = Event::InzageExpired {
            inzage: asked.value.id,
        };
        self.turn(asked, state, Some(event), None).await.map(drop)
    }
}

/// What time alone makes of a question of our own.
fn state_at(asked: &Asked, now: Timestamp) -> Option<AskedState> {
    match &asked.state {
        AskedState::Released { obligations, .. } if now >= obligations.retain_until => {
            Some(AskedState::Forgotten { since: now })
        }
        AskedState::Waiting { decide_by } if now >= *decide_by + GRACE => {
            Some(AskedState::TimedOut)
        }
        AskedState::Sent if now >= asked.at + HALFWAY => Some(AskedState::NoAnswer),
        AskedState::Released { .. }
        | AskedState::Waiting { .. }
        | AskedState::Sent
        | AskedState::NoAnswer
        | AskedState::Refused
        | AskedState::RefusedByPerson { .. }
        | AskedState::TimedOut
        | AskedState::Forgotten { .. }
        | AskedState::Withdrawn { .. } => None,
    }
}

fn report(error: &InzageError) {
    tracing::warn!(%error, "a question could not be brought up to date");
}
