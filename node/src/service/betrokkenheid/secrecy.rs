// SPDX-License-Identifier: EUPL-1.2
//! Professional secrecy on a record (AUT-08): a change of role opens nothing, only a weighing for one person does.
//!
//! Who puts a record under secrecy is weighed with it: somebody has to be able to go on with it. From then on only who
//! is weighed sees the record, weighs somebody else, or ends the secrecy.

use super::{
    Betrokkenheden, BetrokkenheidError, BetrokkenheidId, Secrecy, SecrecyWeighed, Seen, text,
};
use crate::audit::{Event, SecrecyAct};
use crate::service::account::{Account, AccountId, Actor};

impl Betrokkenheden {
    /// Puts a record under professional secrecy, or ends that, on a legal ground.
    ///
    /// # Errors
    /// When the rules say no, it is so already, or nobody named the ground.
    pub async fn set_secret(
        &self,
        actor: &Actor,
        id: BetrokkenheidId,
        secret: bool,
        ground: &str,
    ) -> Result<Seen, BetrokkenheidError> {
        let ground = text("grond", ground)?;
        let weighed = self.weighed(actor, actor.account(), ground);
        let (act, account) = match secret {
            true => (SecrecyAct::Set, Some(actor.account())),
            false => (SecrecyAct::Lifted, None),
        };
        self.change_secrecy(actor, id, (act, account), |secrecy| {
            if secrecy.is_some() == secret {
                return Err(BetrokkenheidError::Secrecy);
            }
            *secrecy = secret.then(|| Secrecy {
                weighed: vec![weighed],
            });
            Ok(())
        })
        .await
    }

    /// Writes down on which legal ground one person may see a record that is under professional secrecy.
    ///
    /// # Errors
    /// When the rules say no, it is under none, there is no such account, or nobody named the ground.
    pub async fn weigh_secrecy(
        &self,
        actor: &Actor,
        id: BetrokkenheidId,
        account: &str,
        ground: &str,
    ) -> Result<Seen, BetrokkenheidError> {
        let ground = text("grond", ground)?;
        let whom = self.account(account)?;
        let weighed = self.weighed(actor, whom, ground);
        let act = (SecrecyAct::Weighed, Some(whom));
        self.change_secrecy(actor, id, act, |secrecy| {
            let secrecy = secrecy.as_mut().ok_or(BetrokkenheidError::Secrecy)?;
            secrecy.weighed.retain(|one| one.account != whom);
            secrecy.weighed.push(weighed);
            Ok(())
        })
        .await
    }

    fn weighed(&self, actor: &Actor, account: AccountId, ground: String) -> SecrecyWeighed {
        SecrecyWeighed {
            account,
            ground,
            by: actor.account(),
            by_name: actor.name().to_owned(),
            at: self.clock.now(),
        }
    }

    fn account(&self, name: &str) -> Result<AccountId, BetrokkenheidError> {
        let name = name.trim().to_lowercase();
        let page = (self.store).by_index::<Account>("naam", name.as_bytes(), None, 1)?;
        let found = page.into_iter().next().map(|(_, stored)| stored.value);
        let open = found.filter(|account| !account.closed);
        open.map(|account| account.id)
            .ok_or(BetrokkenheidError::UnknownAccount)
    }

    async fn change_secrecy(
        &self,
        actor: &Actor,
        id: BetrokkenheidId,
        (act, account): (SecrecyAct, Option<AccountId>),
        change: impl FnOnce(&mut Option<Secrecy>) -> Result<(), BetrokkenheidError>,
    ) -> Result<Seen, BetrokkenheidError> {
        let _writing = self.writing.lock().await;
        let (stored, about) = self.with_aanbieder(id)?;
        let stuk = super::Stuk {
            betrokkenheid: &stored.value,
            aanbieder: &about,
        };
        let deed = stuk.handled(actor.account());
        let allowed = self.own.may(actor, None, &deed).await?;
        let mut after = stored.value.clone();
        change(&mut after.secrecy)?;
        let event = Event::SecrecyChanged {
            betrokkenheid: id,
            aanbieder: after.aanbieder,
            act,
            account,
            grounds: Some(allowed.grounds.clone()),
        };
        self.write(actor, stored.version, &after, event).await?;
        Ok(self.seen_by_writer(&after, &about, &allowed))
    }
}
