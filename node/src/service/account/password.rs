// SPDX-License-Identifier: EUPL-1.2
//! Passwords: argon2id, one at a time, on a thread of its own.
//!
//! One thread, because the memory that a hash takes stays with the thread that took it: on many threads the node
//! would keep many times nine MiB.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::oneshot;

use super::random;
use crate::keys::Secret;

/// The shortest password in characters.
pub(super) const MIN_LENGTH: usize = 12;
/// The longest password in bytes.
const MAX_LENGTH: usize = 256;
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

type Job = Box<dyn FnOnce() + Send>;

/// Hashes and verifies, in order of arrival.
#[derive(Clone, Debug)]
pub struct Passwords {
    queue: SyncSender<Job>,
}

impl Passwords {
    /// Starts the thread; it ends with the last copy of this.
    pub(super) fn new() -> Self {
        let (queue, jobs) = sync_channel::<Job>(WAITING);
        let work = move || work(&jobs);
        if let Err(cause) = thread::Builder::new()
            .name("passwords".to_owned())
            .spawn(work)
        {
            tracing::error!(%cause, "no thread for passwords; nobody can sign in");
        }
        Self { queue }
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
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Who asked may have gone away.
            let _ = tell.send(work());
        });
        self.queue.try_send(job).ok()?;
        told.await.ok()
    }
}

fn work(jobs: &Receiver<Job>) {
    while let Ok(job) = jobs.recv() {
        job();
    }
}

fn hash_now(password: &Secret<String>) -> Option<String> {
    let salt = SaltString::encode_b64(&random::<16>()).ok()?;
    let hash = argon2()
        .hash_password(password.expose().as_bytes(), &salt)
        .ok()?;
    Some(hash.to_string())
}

/// 9 MiB, four passes, one lane: of the settings that OWASP holds equally strong the one with the least memory.
fn argon2() -> Argon2<'static> {
    let params = Params::new(9 * 1024, 4, 1, None).unwrap_or(Params::DEFAULT);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}
