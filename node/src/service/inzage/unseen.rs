// SPDX-License-Identifier: EUPL-1.2
//! Questions of others of which the rules show nothing by now, and to which somebody can still say no.
//!
//! An aanbieder that is restricted after a question about it came closes that question, for everybody. Without this it would
//! wait until its term is over, and nobody could say no to it who does not know its number.

use basisnet_policy::RecordKind;
use basisnet_protocol::time::Timestamp;

use super::read::MAX_LISTED;
use super::seen::{Refusing, Verzoek};
use super::{InzageError, Inzagen, Received};
use crate::audit::Id;
use crate::service::aanbieder::Aanbieder;
use crate::service::account::Actor;

/// That there is a question, and by when it wants a no. Not from whom, about whom or what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// The name of the question here.
    pub id: Id,
    /// By when a decision is due.
    pub decide_by: Timestamp,
}

impl Inzagen {
    /// How many questions of others wait for a decision of this person, those of which nothing is shown counted along.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn count_open(&self, actor: &Actor) -> Result<usize, InzageError> {
        if !self.own().ever_handles(actor, RecordKind::Inzage) {
            return Ok(0);
        }
        let waiting = self.waiting_with_aanbieder()?;
        let refusable = self.refusable(actor, &waiting)?;
        Ok(refusable.into_iter().filter(|one| *one).count())
    }

    /// The questions that wait of which the rules show this person nothing, and to which this person can say no; the most
    /// urgent first.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn unseen(&self, actor: &Actor) -> Result<Vec<Unseen>, InzageError> {
        if !self.own().ever_handles(actor, RecordKind::Inzage) {
            return Ok(Vec::new());
        }
        let waiting = self.waiting_with_aanbieder()?;
        let refusable = self.refusable(actor, &waiting)?;
        let mut unseen = Vec::new();
        for ((received, _), refusable) in waiting.iter().zip(refusable) {
            if refusable && !self.shows_request(actor, received)? {
                unseen.push(Unseen {
                    id: received.id,
                    decide_by: received.decide_by,
                });
            }
        }
        unseen.sort_by_key(|one| (one.decide_by, one.id));
        unseen.truncate(MAX_LISTED);
        Ok(unseen)
    }

    fn refusable(
        &self,
        actor: &Actor,
        waiting: &[(Received, Option<Aanbieder>)],
    ) -> Result<Vec<bool>, InzageError> {
        let catalogue = self.own().catalogue();
        let mut all = Vec::with_capacity(waiting.len());
        for (received, aanbieder) in waiting {
            all.push(Refusing(Verzoek::new(
                received,
                aanbieder.as_ref(),
                &catalogue,
            )));
        }
        Ok(self.own().handled(actor, &all)?)
    }
}
