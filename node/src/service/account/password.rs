// SPDX-License-Identifier: EUPL-1.2
//! Passwords: argon2id, at most two at a time, away from the threads that answer calls.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::random;
use crate::keys::Secret;

/// The shortest password in characters.
pub(super) const MIN_LENGTH: usize = 12;
/// The longest password in bytes.
const MAX_LENGTH: usize = 256;
/// Hashes at a time: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// Who comes after so many is turned away.
const WAITING: usize = 32;

/// Why a password cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Shorter than twelve characters.
    #[error("a password has at least {MIN_LENGTH} characters")]
    Short,
    /// Longer than anybody types.
    #[error("a password has at most {MAX_LENGTH} bytes")]
    Long,
    /// It contains the name of the account, or is one character repeated.
    #[error("this password is too easy to guess")]
    Easy,
}

/// Whether this text may be the password of this account.
pub(super) fn check(password: &Secret<String>, name: &str) -> Result<(), PasswordError> {
    let text = password.expose();
    if text.chars().count() < MIN_LENGTH {
        return Err(PasswordError::Short);
    }
    if text.len() > MAX_LENGTH {
        return Err(PasswordError::Long);
    }
    let first = text.chars().next();
    let one_character = text.chars().all(|c| Some(c) == first);
    if one_character || text.to_lowercase().contains(name) {
        return Err(PasswordError::Easy);
    }
    Ok(())
}

/// Hashes and verifies, a few at a time.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(WAITING)),
        }
    }

    /// The hash to keep; nothing when too many wait.
    pub(super) async fn hash(&self, password: Secret<String>) -> Option<String> {
        self.in_turn(move || hash_now(&password)).await.flatten()
    }

    /// Whether the password belongs to the hash. Without a hash the same work is done, for nothing.
    pub(super) async fn verify(
        &self,
        password: Secret<String>,
        hash: Option<String>,
    ) -> Option<bool> {
        self.in_turn(move || match hash {
            Some(hash) => PasswordHash::new(&hash).is_ok_and(|hash| {
                argon2()
                    .verify_password(password.expose().as_bytes(), &hash)
                    .is_ok()
            }),
            None => {
                hash_now(&password);
                false
            }
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let _place = self.queue.try_acquire().ok()?;
        let _turn = self.turns.acquire().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok()
    }
}

fn hash_now(password: &Secret<String>) -> Option<String> {
    let salt = SaltString::encode_b64(&random::<16>()).ok()?;
    let hash = argon2()
        .hash_password(password.expose().as_bytes(), &salt)
        .ok()?;
    Some(hash.to_string())
}

/// 19 MiB, two passes, one lane: the setting that OWASP advises.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}
