// SPDX-License-Identifier: EUPL-1.2
//! What is kept of an account and of a session.

use std::collections::BTreeSet;

use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::{PurposeId, Role};
use basisnet_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Function, Kind};
use crate::store::{IndexTerm, Record, RetentionClass};

/// The id of an account.
pub type AccountId = Octets<16>;

/// How its owner shows who it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Proof {
    /// A person: argon2id, as PHC text.
    Password(String),
    /// A client: SHA-256 of its key.
    Key(Octets<32>),
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// That somebody has a task: works for a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenTask {
    /// The purpose.
    pub purpose: PurposeId,
    /// The account of who gave the task.
    pub by: AccountId,
    /// Its name, as it then was.
    pub by_name: String,
    /// When.
    pub since: Timestamp,
}

/// Who did something to an account of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maker {
    /// The account.
    pub account: AccountId,
    /// Its name, as it then was.
    pub name: String,
}

impl Maker {
    pub(super) fn of(actor: &Actor) -> Self {
        Self {
            account: actor.account(),
            name: actor.name().to_owned(),
        }
    }
}

/// An account of a person or a named client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The account.
    pub id: AccountId,
    name: String,
    /// In which roles its owner works.
    pub roles: BTreeSet<Role>,
    pub(super) proof: Proof,
    /// When it was made.
    pub created: Timestamp,
    /// Whether it was closed; it stays, because the log names it.
    pub closed: bool,
    /// Wrong passwords since the last right one.
    pub(super) failures: u32,
    /// Until when nobody gets in.
    pub locked_until: Option<Timestamp>,
    /// Rises with every new password, so that sessions of before end.
    pub(super) generation: u32,
    /// For which purposes its owner has a task. None where nobody settled it, as in stores of before: then those for
    /// which its roles work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<GivenTask>>,
    /// Who made it; none for the first account, which the node made itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<Maker>,
    /// Who else gave it a password last. Its owner who chooses another does not change that: whoever gave the
    /// password before could have done so too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_by: Option<Maker>,
}

impl Account {
    pub(super) const fn new(
        id: AccountId,
        name: String,
        roles: BTreeSet<Role>,
        proof: Proof,
        created: Timestamp,
    ) -> Self {
        Self {
            id,
            name,
            roles,
            proof,
            created,
            closed: false,
            failures: 0,
            locked_until: None,
            generation: 0,
            tasks: None,
            made_by: None,
            password_by: None,
        }
    }

    /// Who else can act with it: who made it, and who gave it a password.
    pub(super) fn hands(&self) -> impl Iterator<Item = AccountId> {
        let hands = self.made_by.iter().chain(&self.password_by);
        hands.map(|maker| maker.account)
    }

    /// The name to sign in with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A person or a client.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.proof {
            Proof::Password(_) => Kind::Person,
            Proof::Key(_) => Kind::Client,
        }
    }

    /// What a password is held against; nothing for a client.
    pub(super) fn password_hash(&self) -> Option<String> {
        match &self.proof {
            Proof::Password(hash) => Some(hash.clone()),
            Proof::Key(_) => None,
        }
    }

    pub(super) fn is_beheerder(&self) -> bool {
        let runs = |role| self.roles.contains(role);
        !self.closed
            && self.kind() == Kind::Person
            && Function::RunAccounts.roles().iter().any(runs)
    }

    pub(super) fn may_sign_in(&self, now: Timestamp) -> bool {
        !self.closed && self.locked_until.is_none_or(|until| now >= until)
    }

    pub(super) fn actor(&self) -> Actor {
        let purposes =
            |tasks: &Vec<GivenTask>| tasks.iter().map(|one| one.purpose.clone()).collect();
        let tasks = self.tasks.as_ref().map(purposes);
        Actor::new(
            self.id,
            self.name.clone(),
            self.roles.clone(),
            tasks,
            self.kind(),
        )
    }
}

impl Record for Account {
    const COLLECTION: &'static str = "account";
    const RETENTION: RetentionClass = RetentionClass::Standing;

    fn index_terms(&self) -> Vec<IndexTerm> {
        vec![IndexTerm::new("naam", self.name.as_bytes())]
    }
}

/// That somebody signed in; kept under the hash of the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Whose.
    pub account: AccountId,
    /// The generation of the account at the time.
    pub generation: u32,
    /// Since when.
    pub issued: Timestamp,
    /// Until when at the latest.
    pub expires: Timestamp,
}

impl Record for Session {
    const COLLECTION: &'static str = "session";
    const RETENTION: RetentionClass = RetentionClass::Epoch;
}

/// The text as an account name: 2 to 64 lower case letters, digits, dots, hyphens, underscores and at-signs.
pub(super) fn account_name(text: &str) -> Option<String> {
    let name = text.trim().to_lowercase();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
    ((2..=64).contains(&name.len()) && name.chars().all(plain)).then_some(name)
}
