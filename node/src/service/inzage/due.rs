// SPDX-License-Identifier: EUPL-1.2
//! What time brings: a question that nobody decides on gets a no, an answer whose term is over goes, and a decision
//! that did not arrive is sent again.

use std::time::Duration;

use basisnet_protocol::message::RefusalReason;
use basisnet_protocol::time::Timestamp;

use super::record::{IS_OPEN, OPEN};
use super::{Asked, AskedState, InzageError, Inzagen, Received, ReceivedState};
use crate::audit::{By, Event};
use crate::store::Stored;

/// At most so many at one time; the rest follows the next time.
const AT_A_TIME: usize = 500;
/// So long a decision that does not arrive is sent again, and so long after its term an answer may still come.
const GRACE: Duration = Duration::from_secs(7 * 86_400);
/// So long between two attempts: each is a decision anew, with a line in the log.
const AGAIN: Duration = Duration::from_secs(3_600);
/// A question that was recorded and of which nothing was heard: the node stopped halfway.
const HALFWAY: Duration = Duration::from_secs(3_600);

impl Inzagen {
    /// Does what is due. A fault in one does not keep the others from being done.
    pub async fn due(&self) {
        match self
            .parts
            .base
            .store
            .by_index::<Received>(OPEN, IS_OPEN, None, AT_A_TIME)
        {
            Ok(open) => {
                for (_, received) in open {
                    report(self.due_received(received).await);
                }
            }
            Err(error) => tracing::error!(%error, "questions of others could not be read"),
        }
        match self
            .parts
            .base
            .store
            .by_index::<Asked>(OPEN, IS_OPEN, None, AT_A_TIME)
        {
            Ok(open) => {
                for (_, asked) in open {
                    report(self.due_asked(asked.value).await);
                }
            }
            Err(error) => tracing::error!(%error, "own questions could not be read"),
        }
    }

    async fn due_received(&self, stored: Stored<Received>) -> Result<(), InzageError> {
        let now = self.parts.base.clock.now();
        match &stored.value.state {
            ReceivedState::Waiting if now >= stored.value.decide_by => {
                let state = self.refusal(RefusalReason::NotDecidedInTime, None);
                self.conclude(stored, state, By::Node).await.map(drop)
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
                if now > *at + GRACE || now < stored.value.last_sent + AGAIN {
                    return Ok(());
                }
                let state = stored.value.state.clone();
                self.conclude(stored, state, By::Node).await.map(drop)
            }
            ReceivedState::Waiting
            | ReceivedState::Withheld { .. }
            | ReceivedState::Granted { .. }
            | ReceivedState::Refused { .. } => Ok(()),
        }
    }

    async fn due_asked(&self, asked: Asked) -> Result<(), InzageError> {
        let now = self.parts.base.clock.now();
        let Some(state) = state_at(&asked, now) else {
            return Ok(());
        };
        let event = Event::InzageExpired { inzage: asked.id };
        self.turn(asked, state, Some(event)).await.map(drop)
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
        | AskedState::Forgotten { .. } => None,
    }
}

fn report(outcome: Result<(), InzageError>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "a question could not be brought up to date");
    }
}
