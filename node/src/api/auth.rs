// SPDX-License-Identifier: EUPL-1.2
//! Who calls: a bearer token of a session becomes an [`Actor`], or the call ends here.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use basisnet_protocol::time::Timestamp;

use super::{ApiState, Problem};
use crate::service::account::Actor;

/// The person or client that makes this call.
#[derive(Debug)]
pub struct Caller(pub Actor);

impl FromRequestParts<ApiState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(not_signed_in)?;
        match state.services.accounts.actor(token)? {
            Some(actor) => Ok(Self(actor)),
            None => Err(not_signed_in()),
        }
    }
}

/// The token in the `Authorization` header.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

pub(super) fn not_signed_in() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "niet-aangemeld",
        "U bent niet aangemeld, of uw aanmelding is verlopen. Meld u aan met `basisnet account aanmelden`.",
    )
}

/// Attempts to sign in per address that are allowed in a window.
const ATTEMPTS: u32 = 60;
/// The window.
const WINDOW: Duration = Duration::from_secs(60);
/// More addresses than this are not kept apart: then new ones wait.
const MAX_ADDRESSES: usize = 4_096;

/// Slows down who tries passwords from one address, whatever the account.
#[derive(Clone, Debug, Default)]
pub struct SignInLimit(Arc<Mutex<HashMap<IpAddr, (Timestamp, u32)>>>);

impl SignInLimit {
    /// Counts an attempt; false when there were too many.
    #[must_use]
    pub fn admits(&self, address: IpAddr, now: Timestamp) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MAX_ADDRESSES {
            seen.retain(|_, (start, _)| now.since(*start) < WINDOW);
        }
        if seen.len() >= MAX_ADDRESSES && !seen.contains_key(&address) {
            return false;
        }
        let (start, count) = seen.entry(address).or_insert((now, 0));
        if now.since(*start) >= WINDOW {
            (*start, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= ATTEMPTS
    }
}

/// From which address a call comes; without a connection, as in a test, from this machine.
#[derive(Clone, Copy, Debug)]
pub struct Origin(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let address = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(Ipv4Addr::LOCALHOST.into(), |info| info.0.ip());
        Ok(Self(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_tries_too_often_waits_and_others_do_not() {
        let limit = SignInLimit::default();
        let now = Timestamp::from_secs(1_000);
        let (one, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        assert!((0..ATTEMPTS).all(|_| limit.admits(one, now)));
        assert!(!limit.admits(one, now));
        assert!(limit.admits(other, now));
        assert!(limit.admits(one, now + WINDOW));
    }
}
