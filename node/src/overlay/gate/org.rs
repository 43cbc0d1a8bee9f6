// SPDX-License-Identifier: EUPL-1.2
//! The gate of a real node: directory, attestation, certificate chain and revocation lists.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use basisnet_protocol::attestation::{self, AttestationError};
use basisnet_protocol::sign::OrgSignatureError;
use basisnet_protocol::time::Timestamp;
use basisnet_protocol::trust::{ChainError, TrustStore};
use libp2p::PeerId;

use super::super::peers::KnownPeers;
use super::super::slots::Home;
use super::{Gate, Peer, Refused};
use crate::clock::Clock;

/// Certificates of live connections are verified anew this often, besides after every change of trust: a revocation
/// list becomes too old, or a certificate ends, without anything changing here.
const REVERIFY: Duration = Duration::from_secs(60);

/// Admits the nodes of organisations that we know and believe.
#[derive(Debug)]
pub struct OrgGate {
    network: String,
    known: KnownPeers,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    trust: Arc<TrustStore>,
    /// Rises when trust changes, so that what was verified before is verified again.
    generation: u64,
    /// At most one per known peer, because others are refused before they get here.
    admitted: HashMap<PeerId, Admission>,
}

#[derive(Debug)]
struct Admission {
    attestation: Arc<[u8]>,
    peer: Peer,
    signed_at: Timestamp,
    expires: Timestamp,
    verified: (u64, Timestamp),
}

impl OrgGate {
    /// A gate for one network, that believes these certificates and knows these peers.
    #[must_use]
    pub fn new(network: String, known: KnownPeers, trust: Arc<TrustStore>, clock: Clock) -> Self {
        let state = State {
            trust,
            generation: 0,
            admitted: HashMap::new(),
        };
        Self {
            network,
            known,
            clock,
            state: Mutex::new(state),
        }
    }

    /// From now on this counts, for connections that run as well: there is a new revocation list or anchor.
    pub fn trust(&self, trust: Arc<TrustStore>) {
        let mut state = self.state();
        state.trust = trust;
        state.generation += 1;
    }

    /// Until when the attestation counts that this peer showed last.
    #[must_use]
    pub fn expires(&self, peer: &PeerId) -> Option<Timestamp> {
        let state = self.state();
        state.admitted.get(peer).map(|admission| admission.expires)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verify(
        &self,
        bytes: &[u8],
        peer: &PeerId,
        trust: &TrustStore,
        verified: (u64, Timestamp),
    ) -> Result<Admission, Refused> {
        // Before anything is parsed: a stranger costs us one look-up.
        let oin = self.known.oin_of(peer).ok_or(Refused::NotAMember)?;
        let attested =
            attestation::verify(bytes, &peer.to_bytes(), &self.network, trust, verified.1)
                .map_err(Refused::from)?;
        if attested.oin != oin {
            return Err(Refused::NotAMember);
        }
        Ok(Admission {
            attestation: bytes.into(),
            peer: Peer {
                oin,
                peer_id: *peer,
                key: attested.node_key,
            },
            signed_at: attested.signed_at,
            expires: attested.expires,
            verified,
        })
    }
}

impl Gate for OrgGate {
    fn admit(&self, attestation: &[u8], peer: &PeerId) -> Result<Peer, Refused> {
        let now = self.clock.now();
        let (trust, generation) = {
            let state = self.state();
            (Arc::clone(&state.trust), state.generation)
        };
        let admission = self.verify(attestation, peer, &trust, (generation, now))?;
        let admitted = admission.peer;
        let mut state = self.state();
        if let Some(before) = state.admitted.get(peer)
            && before.signed_at > admission.signed_at
        {
            return Err(Refused::Superseded);
        }
        state.admitted.insert(*peer, admission);
        Ok(admitted)
    }

    fn still_valid(&self, peer: &PeerId) -> Result<(), Refused> {
        let now = self.clock.now();
        let mut state = self.state();
        let (trust, generation) = (Arc::clone(&state.trust), state.generation);
        let admission = state.admitted.get_mut(peer).ok_or(Refused::NoAttestation)?;
        if self.known.oin_of(peer) != Some(admission.peer.oin) {
            return Err(Refused::NotAMember);
        }
        if admission.expires <= now {
            return Err(Refused::Expired);
        }
        let (seen, at) = admission.verified;
        if seen != generation || now.since(at) >= REVERIFY {
            let bytes = Arc::clone(&admission.attestation);
            *admission = self.verify(&bytes, peer, &trust, (generation, now))?;
        }
        Ok(())
    }

    fn peer(&self, peer: &PeerId) -> Option<Peer> {
        self.still_valid(peer).ok()?;
        self.state().admitted.get(peer).map(|found| found.peer)
    }

    fn home(&self, address: IpAddr) -> Option<Home> {
        self.known.home(address)
    }
}

impl From<AttestationError> for Refused {
    fn from(error: AttestationError) -> Self {
        match error {
            AttestationError::Signature(OrgSignatureError::Chain(chain)) => chain.into(),
            AttestationError::Signature(
                OrgSignatureError::Malformed(_)
                | OrgSignatureError::OtherKind
                | OrgSignatureError::Algorithm
                | OrgSignatureError::Signature,
            )
            | AttestationError::Payload
            | AttestationError::TooLong => Self::Malformed,
            AttestationError::OtherOrganisation => Self::OtherOrganisation,
            AttestationError::OtherPeer | AttestationError::OtherNetwork => Self::OtherPeer,
            AttestationError::NotYetValid | AttestationError::Expired => Self::Expired,
        }
    }
}

impl From<ChainError> for Refused {
    fn from(error: ChainError) -> Self {
        match error {
            ChainError::Empty | ChainError::Malformed => Self::Malformed,
            ChainError::UnknownIssuer
            | ChainError::Usage
            | ChainError::Algorithm
            | ChainError::NoOin
            | ChainError::Invalid => Self::UnknownAuthority,
            ChainError::NotYetValid | ChainError::Expired => Self::Expired,
            ChainError::Revoked | ChainError::NoList | ChainError::StaleList => Self::Revoked,
        }
    }
}
