// SPDX-License-Identifier: EUPL-1.2
//! Signing in and out, and who stands behind a session or a key.

use super::*;

impl Accounts {
    /// Opens a session for who knows name and password.
    ///
    /// # Errors
    /// [`AccountError::NotSignedIn`] for every reason that lies with the caller.
    pub async fn sign_in(
        &self,
        name: &str,
        password: Secret<String>,
    ) -> Result<SignedIn, AccountError> {
        let found = match record::account_name(name) {
            Some(name) => self.by_name(&name)?.map(|stored| stored.value),
            None => None,
        };
        let hash = found.as_ref().and_then(Account::password_hash);
        // Also when there is no such account, so that both take as long.
        let matches = self
            .passwords
            .verify(password, hash)
            .await
            .ok_or(AccountError::Busy)?;
        let now = self.clock.now();
        match found {
            Some(seen) => {
                // Its place in the queue of passwords may have been a long one, so the account is read again.
                let _writing = self.writing.lock().await;
                let account = self.get(seen.id)?;
                let same = account.value.generation == seen.generation;
                if matches && same && account.value.may_sign_in(now) {
                    self.open_session(account, now).await
                } else {
                    self.count_failure(account, now).await?;
                    Err(AccountError::NotSignedIn)
                }
            }
            None => {
                let event = Event::SignInFailed { account: None };
                self.store.commit(Change::new().audit(event)).await?;
                Err(AccountError::NotSignedIn)
            }
        }
    }

    /// Opens a session, by who holds the lock and judged the account under it.
    async fn open_session(
        &self,
        account: Stored<Account>,
        now: Timestamp,
    ) -> Result<SignedIn, AccountError> {
        let Stored { version, mut value } = account;
        let token = format!("s{}", hex::encode(random::<32>()));
        let session = Session {
            account: value.id,
            generation: value.generation,
            issued: now,
            expires: now + self.rules.session,
        };
        let key = token_hash(&token);
        let event = Event::SignedIn { account: value.id };
        let by = By::Account { account: value.id };
        let mut change = Change::new()
            .put(key, &session, Expect::Absent)?
            .audit(event.by(by));
        if value.failures != 0 || value.locked_until.is_some() {
            value.failures = 0;
            value.locked_until = None;
            change = change.put(value.id, &value, Expect::Version(version))?;
        }
        self.store.commit(change).await?;
        self.remember(key, now);
        Ok(SignedIn {
            token: Secret::new(token),
            expires: session.expires,
            actor: value.actor(),
        })
    }

    /// Counts a wrong password, by who holds the lock. While the account is locked nothing more counts, or whoever
    /// goes on guessing would keep its owner out for ever.
    pub(super) async fn count_failure(
        &self,
        account: Stored<Account>,
        now: Timestamp,
    ) -> Result<(), AccountError> {
        let Stored { version, mut value } = account;
        let event = Event::SignInFailed {
            account: Some(value.id),
        };
        let mut change = Change::new().audit(event);
        if value.may_sign_in(now) {
            value.failures = value.failures.saturating_add(1);
            if value.failures >= self.rules.attempts {
                value.failures = 0;
                value.locked_until = Some(now + LOCKED);
            }
            change = change.put(value.id, &value, Expect::Version(version))?;
        }
        self.store.commit(change).await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the store does not write.
    pub async fn sign_out(&self, token: &str) -> Result<(), AccountError> {
        let key = token_hash(token);
        if self.store.get::<Session>(key)?.is_some() {
            self.store
                .commit(Change::new().delete::<Session>(key))
                .await?;
        }
        self.last_use
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&key);
        Ok(())
    }

    /// Who shows this token: the session of a person, or the key of a client. Nothing, when it does not hold.
    ///
    /// # Errors
    /// When the store does not read.
    pub fn actor(&self, token: &str) -> Result<Option<Actor>, StoreError> {
        match token.split_at_checked(1) {
            Some(("s", _)) => self.actor_of_session(token),
            Some(("k", rest)) => self.actor_of_key(rest),
            _ => Ok(None),
        }
    }

    fn actor_of_session(&self, token: &str) -> Result<Option<Actor>, StoreError> {
        let now = self.clock.now();
        let key = token_hash(token);
        let Some(session) = self.store.get::<Session>(key)?.map(|stored| stored.value) else {
            return Ok(None);
        };
        let last = self.last_use(&key).unwrap_or(session.issued);
        if now >= session.expires || now.since(last) >= self.rules.idle {
            return Ok(None);
        }
        let account = self
            .store
            .get::<Account>(session.account)?
            .map(|stored| stored.value);
        let holds = |account: &Account| !account.closed && account.generation == session.generation;
        let actor = account.filter(holds).map(|account| account.actor());
        if actor.is_some() {
            self.remember(key, now);
        }
        Ok(actor)
    }

    fn actor_of_key(&self, key: &str) -> Result<Option<Actor>, StoreError> {
        let parsed = key.split_at_checked(32).and_then(|(id, secret)| {
            let id: AccountId = id.parse().ok()?;
            let secret: Octets<32> = secret.parse().ok()?;
            Some((id, secret))
        });
        let Some((id, secret)) = parsed else {
            return Ok(None);
        };
        let account = self.store.get::<Account>(id)?.map(|stored| stored.value);
        let holds = |account: &Account| match &account.proof {
            record::Proof::Key(hash) => {
                let shown: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
                !account.closed && bool::from(hash.as_bytes().ct_eq(&shown))
            }
            record::Proof::Password(_) => false,
        };
        Ok(account.filter(holds).map(|account| account.actor()))
    }

    /// Removes sessions that are over; returns how many.
    ///
    /// # Errors
    /// When the store does not read or write.
    pub async fn forget_expired_sessions(&self) -> Result<usize, AccountError> {
        let now = self.clock.now();
        let mut after: Option<Key> = None;
        let mut forgotten = 0;
        loop {
            let page = self.store.page::<Session>(after.as_ref(), 256)?;
            let Some((last, _)) = page.last() else {
                return Ok(forgotten);
            };
            after = Some(last.clone());
            let expired: Vec<_> = page
                .iter()
                .filter(|(_, stored)| now >= stored.value.expires)
                .collect();
            if expired.is_empty() {
                continue;
            }
            forgotten += expired.len();
            let change = expired.into_iter().fold(Change::new(), |change, (key, _)| {
                change.delete::<Session>(key)
            });
            self.store.commit(change).await?;
        }
    }

    fn last_use(&self, key: &Octets<32>) -> Option<Timestamp> {
        self.last_use
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .copied()
    }

    fn remember(&self, key: Octets<32>, now: Timestamp) {
        let mut last_use = self.last_use.lock().unwrap_or_else(PoisonError::into_inner);
        if last_use.len() >= MAX_REMEMBERED {
            last_use.retain(|_, used| now.since(*used) < self.rules.idle);
        }
        last_use.insert(key, now);
    }
}
