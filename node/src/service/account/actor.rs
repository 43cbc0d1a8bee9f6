// SPDX-License-Identifier: EUPL-1.2
//! The person or client behind a call.

use std::collections::BTreeSet;

use basisnet_protocol::purpose::{PurposeId, Role};

use super::{AccountId, Function};
use crate::audit::By;

/// A person or a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Signs in with a password.
    Person,
    /// Shows a key.
    Client,
}

/// Somebody with a name and roles, whose session or key held at the moment of the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    account: AccountId,
    name: String,
    roles: BTreeSet<Role>,
    tasks: Option<BTreeSet<PurposeId>>,
    kind: Kind,
}

impl Actor {
    pub(super) const fn new(
        account: AccountId,
        name: String,
        roles: BTreeSet<Role>,
        tasks: Option<BTreeSet<PurposeId>>,
        kind: Kind,
    ) -> Self {
        Self {
            account,
            name,
            roles,
            tasks,
            kind,
        }
    }

    /// An actor out of thin air, for tests of services.
    #[doc(hidden)]
    #[must_use]
    pub fn testing_only(name: &str, roles: impl IntoIterator<Item = Role>) -> Self {
        let mut id = [0; 16];
        for (place, byte) in id.iter_mut().zip(name.bytes()) {
            *place = byte;
        }
        Self::new(
            id.into(),
            name.to_owned(),
            roles.into_iter().collect(),
            None,
            Kind::Person,
        )
    }

    /// The same with these tasks and no others, for tests of services.
    #[doc(hidden)]
    #[must_use]
    pub fn testing_only_with(self, tasks: impl IntoIterator<Item = PurposeId>) -> Self {
        Self {
            tasks: Some(tasks.into_iter().collect()),
            ..self
        }
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// The account name, for the own organisation only.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The roles.
    #[must_use]
    pub const fn roles(&self) -> &BTreeSet<Role> {
        &self.roles
    }

    /// The purposes for which it was given a task; none where nobody settled that, and its roles say so.
    #[must_use]
    pub const fn tasks(&self) -> Option<&BTreeSet<PurposeId>> {
        self.tasks.as_ref()
    }

    /// A person or a client.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it works in this role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether it holds a function.
    #[must_use]
    pub fn holds(&self, function: Function) -> bool {
        function.roles().iter().any(|role| self.has(*role))
    }

    /// Goes on for who holds a function.
    ///
    /// # Errors
    /// For all others.
    pub fn require(&self, function: Function) -> Result<(), NotAllowed> {
        if !self.holds(function) {
            return Err(NotAllowed::Role(function.roles().to_vec()));
        }
        match self.kind {
            Kind::Client if function.takes_a_person() => Err(NotAllowed::Program),
            Kind::Client | Kind::Person => Ok(()),
        }
    }

    /// The actor as the log names it.
    #[must_use]
    pub const fn by(&self) -> By {
        By::Account {
            account: self.account,
        }
    }
}

/// The caller does not hold the function.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// It works in none of the roles that it takes.
    #[error("takes one of the roles `{}`", names(.0, "`, `"))]
    Role(Vec<Role>),
    /// It is a program, and a person decides.
    #[error("takes a person, not a program")]
    Program,
}

impl NotAllowed {
    /// The same for the person who called.
    #[must_use]
    pub fn dutch(&self) -> String {
        match self {
            Self::Role(roles) => format!(
                "Hiervoor is de rol {} nodig, en die heeft uw account niet. Uw beheerder kan een rol geven.",
                names(roles, " of ")
            ),
            Self::Program => {
                "Dit doet een persoon. Een programma met een sleutel adviseert en besluit niet; meld u aan met een eigen \
                 account."
                    .to_owned()
            }
        }
    }
}

fn names(roles: &[Role], between: &str) -> String {
    let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    names.join(between)
}
