// SPDX-License-Identifier: EUPL-1.2
//! Giving a record to another task of the gemeente: one way, by the task it belongs to, and written down.
//!
//! Contract management gives to supervision, never the other way: what supervision found is no matter of contract
//! management (AUT-02). The rules say so; here it is only carried out.

use basisnet_policy::Domain;

use super::{Betrokkenheden, BetrokkenheidError, BetrokkenheidId, HandedOver, Seen, text};
use crate::audit::Event;
use crate::service::account::Actor;

impl Betrokkenheden {
    /// Hands a record over to another task for a case; from then on that task sees its content.
    ///
    /// # Errors
    /// When the rules say no, that task has it already, or nobody said for which case and what for.
    pub async fn hand_over(
        &self,
        actor: &Actor,
        id: BetrokkenheidId,
        to: Domain,
        (case, because): (&str, &str),
    ) -> Result<Seen, BetrokkenheidError> {
        let case = text("zaak", case)?;
        let because = text("reden", because)?;
        let _writing = self.writing.lock().await;
        let (stored, about) = self.with_aanbieder(id)?;
        let stuk = super::Stuk {
            betrokkenheid: &stored.value,
            aanbieder: &about,
        };
        let deed = stuk.handled(actor.account()).hand_over(to, &case);
        let allowed = self.own.may(actor, None, &deed).await?;
        let mut after = stored.value.clone();
        if after.handed_over.iter().any(|before| before.to == to) {
            return Err(BetrokkenheidError::HandedOver);
        }
        after.handed_over.push(HandedOver {
            to,
            by: actor.account(),
            by_name: actor.name().to_owned(),
            at: self.clock.now(),
            case,
            because,
        });
        let event = Event::BetrokkenheidHandedOver {
            betrokkenheid: id,
            aanbieder: after.aanbieder,
            to,
            grounds: Some(allowed.grounds.clone()),
        };
        self.write(actor, stored.version, &after, event).await?;
        Ok(self.seen_by_writer(&after, &about, &allowed))
    }
}
