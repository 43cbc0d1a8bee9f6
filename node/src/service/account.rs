// SPDX-License-Identifier: EUPL-1.2
//! Who acts: accounts of people and named clients, their roles, and who is signed in.
//!
//! An [`Actor`] is made here and nowhere else, from a session or a key that holds, so a service that has one knows
//! that somebody with a name and a role stands behind the call. A password is kept as argon2id, a session and a key
//! as a hash. Whether an account exists cannot be told from the outside: a wrong name costs the same work and gets
//! the same answer as a wrong password.
//!
//! Who grants, who uses and who audits are different people (BIO2): the roles beheerder and FG go with no other.

mod actor;
mod apart;
mod count;
mod error;
mod function;
mod password;
mod record;
mod session;
mod task;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use basisnet_protocol::octets::Octets;
use basisnet_protocol::purpose::Role;
use basisnet_protocol::time::Timestamp;
use rand_core::{OsRng, RngCore};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

pub use actor::{Actor, Kind, NotAllowed};
pub use apart::{NotTwo, two_people};
pub use error::AccountError;
pub use function::Function;
pub use password::{PasswordError, Passwords};
pub use record::{Account, AccountId, GivenTask, Maker, Session};

use crate::audit::{By, Event};
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::Secret;
use crate::store::{Change, Expect, Key, Store, StoreError, Stored};

/// How long an account stays locked after too many wrong passwords.
const LOCKED: Duration = Duration::from_secs(15 * 60);
/// The most accounts of one node.
const MAX_ACCOUNTS: usize = 10_000;
/// The most sessions whose last use is remembered.
const MAX_REMEMBERED: usize = 20_000;

/// What the configuration says about signing in.
#[derive(Clone, Copy, Debug)]
pub struct AccountRules {
    /// A session ends after this.
    pub session: Duration,
    /// A session ends after this without a call.
    pub idle: Duration,
    /// So many wrong passwords lock an account.
    pub attempts: u32,
}

impl AccountRules {
    /// The rules in a configuration.
    #[must_use]
    pub fn from_config(config: &Config) -> Self {
        let minutes = |minutes: u32| Duration::from_secs(u64::from(minutes) * 60);
        Self {
            session: minutes(config.api.sessie_minuten),
            idle: minutes(config.api.stilte_minuten),
            attempts: config.grenzen.aanmeldpogingen,
        }
    }
}

/// What a new account is to be.
#[derive(Debug)]
pub struct NewAccount {
    /// The name to sign in with.
    pub name: String,
    /// In which roles its owner works.
    pub roles: BTreeSet<Role>,
    /// For a person a password; a client gets a key.
    pub password: Option<Secret<String>>,
}

/// Somebody signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// To be shown at every call; kept here as a hash only.
    pub token: Secret<String>,
    /// Who it is.
    pub actor: Actor,
    /// When the session ends at the latest.
    pub expires: Timestamp,
}

/// The accounts of one node.
#[derive(Clone, Debug)]
pub struct Accounts {
    store: Store,
    clock: Clock,
    rules: AccountRules,
    passwords: Passwords,
    last_use: Arc<Mutex<HashMap<Octets<32>, Timestamp>>>,
    // INVARIANT (one writer): a change of accounts is checked and written under this lock.
    writing: Arc<tokio::sync::Mutex<()>>,
}

impl Accounts {
    /// The accounts in a store.
    #[must_use]
    pub fn new(store: Store, clock: Clock, rules: AccountRules) -> Self {
        Self {
            store,
            clock,
            rules,
            passwords: Passwords::new(),
            last_use: Arc::default(),
            writing: Arc::default(),
        }
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// When it does not.
    pub fn is_reachable(&self) -> Result<(), StoreError> {
        self.store.page::<Account>(None, 1).map(|_| ())
    }

    /// What time it is for sessions.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether a new account could have this name and password.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub fn check_new(name: &str, password: &Secret<String>) -> Result<(), AccountError> {
        let name = record::account_name(name).ok_or(AccountError::Name)?;
        Ok(password::check(password, &name)?)
    }

    /// Makes the first account of a new node: a beheerder, who makes the others.
    ///
    /// # Errors
    /// When there are accounts already, or the name or password cannot be used.
    pub async fn first(
        &self,
        name: &str,
        password: Secret<String>,
    ) -> Result<AccountId, AccountError> {
        if !self.store.page::<Account>(None, 1)?.is_empty() {
            return Err(AccountError::NotFirst);
        }
        let new = NewAccount {
            name: name.to_owned(),
            roles: BTreeSet::from([function::FIRST]),
            password: Some(password),
        };
        self.add(new, None).await.map(|(account, _)| account.id)
    }

    /// Makes an account. A client gets a key, which is shown once.
    ///
    /// # Errors
    /// When the caller may not, or the name, password or roles cannot be used.
    pub async fn create(
        &self,
        actor: &Actor,
        new: NewAccount,
    ) -> Result<(Account, Option<Secret<String>>), AccountError> {
        actor.require(Function::RunAccounts)?;
        self.add(new, Some(actor)).await
    }

    async fn add(
        &self,
        new: NewAccount,
        maker: Option<&Actor>,
    ) -> Result<(Account, Option<Secret<String>>), AccountError> {
        let name = record::account_name(&new.name).ok_or(AccountError::Name)?;
        check_roles(&new.roles)?;
        let id = Octets(random::<16>());
        let (secret, key) = match new.password {
            Some(password) => {
                password::check(&password, &name)?;
                let hash = self
                    .passwords
                    .hash(password)
                    .await
                    .ok_or(AccountError::Busy)?;
                (record::Proof::Password(hash), None)
            }
            None => {
                let (proof, key) = new_key(id);
                (proof, Some(key))
            }
        };
        let mut account = Account::new(id, name, new.roles, secret, self.clock.now());
        account.made_by = maker.map(Maker::of);
        let _writing = self.writing.lock().await;
        if self.by_name(account.name())?.is_some() {
            return Err(AccountError::Taken);
        }
        if self.store.page::<Account>(None, MAX_ACCOUNTS)?.len() >= MAX_ACCOUNTS {
            return Err(AccountError::TooMany);
        }
        let event = Event::AccountCreated {
            account: id,
            roles: account.roles.clone(),
        };
        let change = Change::new()
            .put(id, &account, Expect::Absent)?
            .audit(event.by(maker.map_or(By::Node, Actor::by)));
        self.store.commit(change).await?;
        Ok((account, key))
    }

    /// All accounts, for who runs the node and for the FG.
    ///
    /// # Errors
    /// When the caller may not.
    pub fn list(&self, actor: &Actor) -> Result<Vec<Account>, AccountError> {
        actor.require(Function::SeeAccounts)?;
        let page = self.store.page::<Account>(None, MAX_ACCOUNTS)?;
        let mut accounts: Vec<Account> = page.into_iter().map(|(_, stored)| stored.value).collect();
        accounts.sort_by(|one, other| one.name().cmp(other.name()));
        Ok(accounts)
    }

    /// The account with this name.
    ///
    /// # Errors
    /// When the caller may not, or there is none.
    pub fn find(&self, actor: &Actor, name: &str) -> Result<Account, AccountError> {
        actor.require(Function::SeeAccounts)?;
        let found = record::account_name(name)
            .map(|name| self.by_name(&name))
            .transpose()?;
        found
            .flatten()
            .map(|stored| stored.value)
            .ok_or(AccountError::Unknown)
    }

    /// Gives an account these roles instead of those it had.
    ///
    /// # Errors
    /// When the caller may not, the roles do not go together, or no beheerder would be left.
    pub async fn set_roles(
        &self,
        actor: &Actor,
        id: AccountId,
        roles: BTreeSet<Role>,
    ) -> Result<Account, AccountError> {
        actor.require(Function::RunAccounts)?;
        check_roles(&roles)?;
        let event = Event::AccountRolesChanged {
            account: id,
            roles: roles.clone(),
        };
        self.change(actor.by(), id, event, |account| {
            account.roles = roles;
            Ok(())
        })
        .await
    }

    /// Closes an account: nobody signs in with it any more, its sessions end, its name stays taken.
    ///
    /// # Errors
    /// When the caller may not, or no beheerder would be left.
    pub async fn close(&self, actor: &Actor, id: AccountId) -> Result<Account, AccountError> {
        actor.require(Function::RunAccounts)?;
        let event = Event::AccountClosed { account: id };
        self.change(actor.by(), id, event, |account| {
            account.closed = true;
            Ok(())
        })
        .await
    }

    /// Sets the password of the caller itself, who shows the one it has; or of another person, when the caller runs
    /// the node. All sessions of that account end.
    ///
    /// # Errors
    /// When the caller may not, the account is of a client, the own password is not shown, or the new one does not
    /// satisfy.
    pub async fn set_password(
        &self,
        actor: &Actor,
        id: AccountId,
        current: Option<Secret<String>>,
        password: Secret<String>,
    ) -> Result<(), AccountError> {
        let own = actor.account() == id;
        if !own {
            actor.require(Function::RunAccounts)?;
        }
        let seen = self.get(id)?.value;
        let Some(hash) = seen.password_hash() else {
            return Err(AccountError::Client);
        };
        password::check(&password, seen.name())?;
        if own {
            let current = current.ok_or(AccountError::Current)?;
            self.show_current(&seen, current, hash).await?;
        }
        let hash = self
            .passwords
            .hash(password)
            .await
            .ok_or(AccountError::Busy)?;
        let event = Event::AccountSecretChanged { account: id };
        self.change(actor.by(), id, event, |account| {
            // Two that change it at once: the second showed a password that is no longer the current one.
            if own && account.generation != seen.generation {
                return Err(AccountError::Current);
            }
            account.proof = record::Proof::Password(hash);
            if !own {
                account.password_by = Some(Maker::of(actor));
            }
            account.generation = account.generation.wrapping_add(1);
            account.failures = 0;
            account.locked_until = None;
            Ok(())
        })
        .await
        .map(|_| ())
    }

    /// Whether who works in a session also knows the password. A wrong one counts as at the door, so that a session
    /// somebody found open is no place to guess.
    async fn show_current(
        &self,
        seen: &Account,
        current: Secret<String>,
        hash: String,
    ) -> Result<(), AccountError> {
        let matches = self.passwords.verify(current, Some(hash)).await;
        let matches = matches.ok_or(AccountError::Busy)?;
        let now = self.clock.now();
        let _writing = self.writing.lock().await;
        let account = self.get(seen.id)?;
        if matches && account.value.may_sign_in(now) {
            return Ok(());
        }
        self.count_failure(account, now).await?;
        Err(AccountError::Current)
    }

    /// Gives a client a new key; the old one stops at once.
    ///
    /// # Errors
    /// When the caller may not, or the account is no client.
    pub async fn renew_key(
        &self,
        actor: &Actor,
        id: AccountId,
    ) -> Result<Secret<String>, AccountError> {
        actor.require(Function::RunAccounts)?;
        let (proof, key) = new_key(id);
        let event = Event::AccountSecretChanged { account: id };
        self.change(actor.by(), id, event, |account| {
            if account.kind() != Kind::Client {
                return Err(AccountError::Person);
            }
            account.proof = proof;
            Ok(())
        })
        .await?;
        Ok(key)
    }

    async fn change(
        &self,
        by: By,
        id: AccountId,
        event: Event,
        alter: impl FnOnce(&mut Account) -> Result<(), AccountError>,
    ) -> Result<Account, AccountError> {
        let _writing = self.writing.lock().await;
        let Stored { version, value } = self.get(id)?;
        let mut account = value.clone();
        alter(&mut account)?;
        if value.is_beheerder() && !account.is_beheerder() && self.count_beheerders()? <= 1 {
            return Err(AccountError::LastBeheerder);
        }
        let change = Change::new()
            .put(id, &account, Expect::Version(version))?
            .audit(event.by(by));
        self.store.commit(change).await?;
        Ok(account)
    }

    fn count_beheerders(&self) -> Result<usize, StoreError> {
        let page = self.store.page::<Account>(None, MAX_ACCOUNTS)?;
        Ok(page
            .iter()
            .filter(|(_, stored)| stored.value.is_beheerder())
            .count())
    }

    fn get(&self, id: AccountId) -> Result<Stored<Account>, AccountError> {
        self.store.get::<Account>(id)?.ok_or(AccountError::Unknown)
    }

    fn by_name(&self, name: &str) -> Result<Option<Stored<Account>>, StoreError> {
        let page = self
            .store
            .by_index::<Account>("naam", name.as_bytes(), None, 1)?;
        Ok(page.into_iter().next().map(|(_, stored)| stored))
    }
}

fn check_roles(roles: &BTreeSet<Role>) -> Result<(), AccountError> {
    match function::go_together(roles) {
        true => Ok(()),
        false => Err(AccountError::Roles),
    }
}

fn new_key(id: AccountId) -> (record::Proof, Secret<String>) {
    let secret = random::<32>();
    let hash: [u8; 32] = Sha256::digest(secret).into();
    let key = format!("k{id}{}", hex::encode(secret));
    (record::Proof::Key(Octets(hash)), Secret::new(key))
}

fn token_hash(token: &str) -> Octets<32> {
    Octets(Sha256::digest(token.as_bytes()).into())
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests;
