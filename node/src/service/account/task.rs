// SPDX-License-Identifier: EUPL-1.2
//! Tasks: for which purposes somebody works. A role alone opens nothing (AUT-03).

use std::collections::BTreeSet;

use basisnet_policy::Catalogue;
use basisnet_protocol::purpose::PurposeId;

use super::{Account, AccountError, AccountId, Accounts, Actor, Function, GivenTask};
use crate::audit::Event;

impl Accounts {
    /// Gives an account these tasks and no others. With none given, nothing is settled and its roles say for which
    /// purposes it works.
    ///
    /// # Errors
    /// When the caller does not run the node, there is no such account, or the catalogue lacks one of the purposes.
    pub async fn set_tasks(
        &self,
        actor: &Actor,
        id: AccountId,
        tasks: Option<BTreeSet<PurposeId>>,
        catalogue: &Catalogue,
    ) -> Result<Account, AccountError> {
        actor.require(Function::RunAccounts)?;
        let unknown = |purpose: &&PurposeId| catalogue.newest(purpose).is_none();
        let unknown: Vec<PurposeId> = tasks.iter().flatten().filter(unknown).cloned().collect();
        if !unknown.is_empty() {
            return Err(AccountError::Tasks(unknown));
        }
        let event = Event::AccountTasksChanged {
            account: id,
            tasks: tasks.clone(),
        };
        let now = self.clock.now();
        let given = |purpose: PurposeId| GivenTask {
            purpose,
            by: actor.account(),
            by_name: actor.name().to_owned(),
            since: now,
        };
        self.change(actor.by(), id, event, |account| {
            let before = account.tasks.take().unwrap_or_default();
            // Who gave a task that stays is not forgotten.
            let kept = |purpose: &PurposeId| before.iter().find(|one| one.purpose == *purpose);
            let one =
                |purpose: PurposeId| kept(&purpose).cloned().unwrap_or_else(|| given(purpose));
            account.tasks = tasks.map(|tasks| tasks.into_iter().map(one).collect());
            Ok(())
        })
        .await
    }
}
