// SPDX-License-Identifier: EUPL-1.2
//! Our own attestation: shown to every peer, renewed long before it ends.

use std::sync::Arc;
use std::time::Duration;

use basisnet_protocol::attestation::{self, Claims};
use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;
use libp2p::PeerId;
use rand_core::{OsRng, RngCore};
use tokio::sync::watch;

use super::limits;
use crate::clock::Clock;
use crate::keys::{CurrentOrg, OrgKey};

/// How long to wait when signing failed; a key in a smartcard or a safe may be away for a moment.
const RETRY: Duration = Duration::from_secs(60);

/// Makes attestations: the organisation vouches for the key of this node.
pub trait Voucher: Send + Sync + 'static {
    /// An attestation for `peer`, valid from `now`.
    fn vouch(&self, peer: &PeerId, now: Timestamp) -> Result<Vouched, CannotVouch>;

    /// Tells when a new attestation is wanted before the last one needs it: the organisation has another certificate.
    fn changes(&self) -> Option<watch::Receiver<Arc<OrgKey>>> {
        None
    }
}

/// An attestation and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// As shown to peers.
    pub attestation: Vec<u8>,
    /// No longer valid from here.
    pub expires: Timestamp,
}

/// The organisation key could not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("organisation key could not sign an attestation: {0}")]
pub struct CannotVouch(pub String);

/// Signs with the key of the organisation, for the longest term that is allowed.
pub struct OrgVoucher {
    /// The organisation.
    pub oin: Oin,
    /// The network for which the attestation counts.
    pub network: String,
    /// The key of the organisation.
    pub org: CurrentOrg,
}

impl std::fmt::Debug for OrgVoucher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrgVoucher")
            .field("oin", &self.oin)
            .finish_non_exhaustive()
    }
}

impl Voucher for OrgVoucher {
    fn vouch(&self, peer: &PeerId, now: Timestamp) -> Result<Vouched, CannotVouch> {
        let cannot = |why: &dyn std::fmt::Display| CannotVouch(why.to_string());
        let org = self.org.current();
        let certificate = org.certificate();
        if certificate.oin != self.oin {
            return Err(cannot(&"the certificate belongs to another organisation"));
        }
        if certificate.not_after <= now {
            return Err(cannot(&"the certificate has expired"));
        }
        let expires = (now + attestation::MAX_VALIDITY).min(certificate.not_after);
        let claims = Claims {
            oin: self.oin,
            peer_id: peer.to_bytes(),
            not_before: now,
            expires,
            network: self.network.clone(),
            signed_at: now,
        };
        let made = attestation::issue(&claims, &*org);
        let attestation = made.map_err(|fault| cannot(&fault))?;
        Ok(Vouched {
            attestation,
            expires,
        })
    }

    fn changes(&self) -> Option<watch::Receiver<Arc<OrgKey>>> {
        Some(self.org.changes())
    }
}

/// The attestation of the moment, and its renewal.
pub(super) struct Vouching {
    voucher: Arc<dyn Voucher>,
    peer: PeerId,
    clock: Clock,
    current: watch::Sender<Arc<[u8]>>,
    expires: watch::Sender<Timestamp>,
    renew_at: Timestamp,
}

impl Vouching {
    pub(super) fn begin(
        voucher: Arc<dyn Voucher>,
        peer: PeerId,
        clock: Clock,
    ) -> Result<Self, CannotVouch> {
        let mut vouching = Self {
            voucher,
            peer,
            clock,
            current: watch::Sender::new(Arc::from([])),
            expires: watch::Sender::new(Timestamp::from_millis(0)),
            renew_at: Timestamp::from_millis(0),
        };
        vouching.renew()?;
        Ok(vouching)
    }

    pub(super) fn current(&self) -> watch::Receiver<Arc<[u8]>> {
        self.current.subscribe()
    }

    /// Until when the attestation of the moment counts.
    pub(super) fn expires(&self) -> watch::Receiver<Timestamp> {
        self.expires.subscribe()
    }

    /// Renews at two thirds of the term and when the certificate is another, for as long as anyone looks at the result.
    pub(super) async fn run(mut self) {
        let mut changes = self.voucher.changes();
        loop {
            tokio::select! {
                () = self.clock.sleep_until(self.renew_at) => {}
                () = changed(&mut changes) => {}
            }
            if let Err(fault) = self.renew() {
                tracing::error!(%fault, "attestation was not renewed");
                self.renew_at = self.clock.now() + RETRY;
            }
        }
    }

    fn renew(&mut self) -> Result<(), CannotVouch> {
        let now = self.clock.now();
        let made = self.voucher.vouch(&self.peer, now)?;
        if made.attestation.len() > limits::ATTESTATION {
            return Err(CannotVouch("chain of certificates is too long".to_owned()));
        }
        self.renew_at = moment_to_renew(now, made.expires, OsRng.next_u32());
        self.expires.send_replace(made.expires);
        self.current.send_replace(made.attestation.into());
        tracing::info!(expires = %made.expires, "attestation renewed");
        Ok(())
    }
}

/// Returns when there is another certificate; never when nobody tells.
async fn changed(changes: &mut Option<watch::Receiver<Arc<OrgKey>>>) {
    if let Some(receiver) = changes
        && receiver.changed().await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

/// Two thirds of the term, and up to a tenth earlier by chance: not all nodes at one moment.
fn moment_to_renew(now: Timestamp, expires: Timestamp, chance: u32) -> Timestamp {
    let term = expires.since(now);
    let early = term.mul_f64(0.1 * f64::from(chance) / f64::from(u32::MAX));
    now + (term * 2 / 3)
        .saturating_sub(early)
        .max(Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attestation_is_renewed_before_two_thirds_of_its_term_but_not_much() {
        let now = Timestamp::from_secs(1_000);
        let expires = Timestamp::from_secs(31_000);
        assert_eq!(
            moment_to_renew(now, expires, 0),
            Timestamp::from_secs(21_000)
        );
        let earliest = moment_to_renew(now, expires, u32::MAX);
        assert_eq!(earliest, Timestamp::from_secs(18_000));
    }

    #[test]
    fn an_attestation_that_is_past_does_not_make_a_busy_loop() {
        let now = Timestamp::from_secs(1_000);
        assert!(moment_to_renew(now, now, 0) > now);
    }
}
