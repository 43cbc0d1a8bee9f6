// SPDX-License-Identifier: EUPL-1.2
//! The line to another member, looked along step by step: where it stops, why, and who can mend it.
//!
//! Name, port, encryption, attestation, certificate, clock, convenant, versions: each step rests on the one before, and the
//! first that is wrong is the true cause. What comes after it is not guessed at. Nothing is said about any aanbieder.

mod dutch;

use std::net::SocketAddr;
use std::time::Duration;

use basisnet_protocol::attestation::{self, AttestationError, Attested};
use basisnet_protocol::id::Oin;
use basisnet_protocol::sign::OrgSignatureError;
use libp2p::{Multiaddr, PeerId};

use super::Base;
use super::account::{Actor, Function, NotAllowed};
use super::convenant::Convenanten;
use super::correspondence::{Correspondence, NotTold};
use super::leden::Leden;
use crate::clock::Clock;
use crate::outbox::SendError;
use crate::overlay::{KnownPeers, Obstacle, Overlay, RequestError, Shown};
use crate::store::StoreError;
use crate::trust::Trust;

/// A difference of clocks that does no harm.
const SMALL: Duration = Duration::from_secs(10);
/// From here on messages are refused.
const HARMFUL: Duration = attestation::LEEWAY;

/// How it stands with one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// In order.
    Good,
    /// Not looked at.
    Unknown,
    /// Works, and somebody should look at it.
    Warn,
    /// Here it stops.
    Wrong,
}

/// One step along the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was looked at, in Dutch.
    pub about: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// What was seen, in Dutch.
    pub found: String,
    /// What to do about it, in Dutch.
    pub mend: Option<String>,
}

/// Why the line was not looked along.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The caller has not the role it takes.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// There is no such member.
    #[error("`{0}` is not a member that is known here")]
    Unknown(Oin),
    /// The store did not read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Looks along lines. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Lines {
    me: Oin,
    network: String,
    clock: Clock,
    trust: Trust,
    known: KnownPeers,
    overlay: Overlay,
    leden: Leden,
    convenanten: Convenanten,
    correspondence: Correspondence,
}

/// The steps so far; the first that is wrong ends them.
type Walk = Result<(), Step>;

impl Lines {
    /// Lines from the own node.
    #[must_use]
    pub fn new(
        base: &Base,
        leden: Leden,
        convenanten: Convenanten,
        correspondence: Correspondence,
    ) -> Self {
        Self {
            me: base.config.organisatie.oin,
            network: base.config.overlay.netwerk.as_str().to_owned(),
            clock: base.clock.clone(),
            trust: base.trust.clone(),
            known: base.known.clone(),
            overlay: base.overlay.clone(),
            leden,
            convenanten,
            correspondence,
        }
    }

    /// Looks along the line to a member.
    ///
    /// # Errors
    /// When the caller may not, there is no such member, or the store cannot be read.
    pub async fn walk(&self, actor: &Actor, oin: Oin) -> Result<Vec<Step>, LineError> {
        actor.require(Function::KeepMembers)?;
        let lid = self.leden.one(oin)?;
        let lid = lid.filter(|lid| !lid.own).ok_or(LineError::Unknown(oin))?;
        let mut steps = Vec::new();
        if lid.expired {
            steps.push(dutch::expired_record(&lid.record));
            return Ok(steps);
        }
        for node in self.known.nodes_of(oin) {
            if let Err(wrong) = self
                .to_node(oin, node.peer_id, &node.addresses, &mut steps)
                .await
            {
                steps.push(wrong);
            }
        }
        if steps.is_empty() {
            steps.push(dutch::no_node());
        }
        Ok(steps)
    }

    async fn to_node(
        &self,
        oin: Oin,
        peer: PeerId,
        addresses: &[Multiaddr],
        steps: &mut Vec<Step>,
    ) -> Walk {
        let shown = self.reach(peer, addresses, steps).await?;
        let attested = self.attested(&shown, oin)?;
        steps.push(dutch::attested(&attested));
        steps.push(dutch::certificate(&attested, self.clock.now()));
        self.clocks(peer, addresses, steps).await?;
        self.convenant(oin, steps);
        self.messages(oin, steps).await
    }

    /// Name, port and encryption: by the first address that leads to the node.
    async fn reach(
        &self,
        peer: PeerId,
        addresses: &[Multiaddr],
        steps: &mut Vec<Step>,
    ) -> Result<Shown, Step> {
        let mut wrong = dutch::no_address();
        for address in addresses {
            let found = match places(address).await {
                Ok(found) => found,
                Err(name) => {
                    wrong = dutch::no_such_name(&name);
                    continue;
                }
            };
            for place in &found {
                match self.overlay.prober().probe(*place).await {
                    Ok(shown) if shown.peer == peer => {
                        steps.extend(dutch::reached(address, &found, *place));
                        return Ok(shown);
                    }
                    Ok(_) => wrong = dutch::other_node(address, *place),
                    Err(obstacle) => wrong = dutch::obstacle(&obstacle, address, *place),
                }
                if !matches!(wrong.about, dutch::PORT) {
                    // Further than any port: this is the true cause.
                    break;
                }
            }
        }
        Err(wrong)
    }

    /// What the other shows, judged as the gate judges it.
    fn attested(&self, shown: &Shown, oin: Oin) -> Result<Attested, Step> {
        let Some(bytes) = &shown.attestation else {
            return Err(dutch::not_let_in());
        };
        let (trust, now) = (self.trust.current(), self.clock.now());
        let peer = shown.peer.to_bytes();
        let attested = attestation::verify(bytes, &peer, &self.network, &trust, now);
        let attested = attested.map_err(|error| match &error {
            AttestationError::Signature(OrgSignatureError::Chain(chain)) => {
                dutch::refused_certificate(chain)
            }
            AttestationError::Expired | AttestationError::NotYetValid => {
                dutch::out_of_term(attestation::peek(bytes).as_ref(), now)
            }
            AttestationError::Signature(_)
            | AttestationError::Payload
            | AttestationError::OtherOrganisation
            | AttestationError::OtherPeer
            | AttestationError::OtherNetwork
            | AttestationError::TooLong => dutch::refused_attestation(&error),
        })?;
        match attested.oin == oin {
            true => Ok(attested),
            false => Err(dutch::other_organisation(attested.oin, oin)),
        }
    }

    async fn clocks(&self, peer: PeerId, addresses: &[Multiaddr], steps: &mut Vec<Step>) -> Walk {
        let before = self.clock.now();
        let Ok((there, took)) = self.overlay.time_at(peer, addresses).await else {
            steps.push(dutch::clock_unknown());
            return Ok(());
        };
        let here = before + took / 2;
        let ahead = there > here;
        let difference = if ahead {
            there.since(here)
        } else {
            here.since(there)
        };
        if difference > HARMFUL {
            return Err(dutch::clock_off(difference, ahead));
        }
        steps.push(match difference > SMALL {
            true => dutch::clock_drifts(difference, ahead),
            false => dutch::clock_good(),
        });
        Ok(())
    }

    fn convenant(&self, oin: Oin, steps: &mut Vec<Step>) {
        let now = self.clock.now();
        steps.push(match self.convenanten.active_between(self.me, oin, now) {
            Ok(active) if active.is_empty() => dutch::no_convenant(),
            Ok(active) => dutch::convenanten(active.iter().map(|one| one.content().name.as_str())),
            Err(error) => dutch::store(&error),
        });
    }

    /// A real exchange: what both hold of the convenanten is compared, as happens by itself every few minutes.
    async fn messages(&self, oin: Oin, steps: &mut Vec<Step>) -> Walk {
        self.correspondence.begin_anew();
        let untold = self.correspondence.tell([oin].into()).await;
        let fault = match untold {
            Ok(mut untold) => untold.remove(&oin),
            Err(error) => return Err(dutch::store(&error)),
        };
        match fault {
            None => steps.push(dutch::messages_good()),
            Some(NotTold::Send(SendError::NoAnswer(_, RequestError::OtherVersion))) => {
                return Err(dutch::other_version());
            }
            Some(fault) => return Err(dutch::no_answer(&fault)),
        }
        Ok(())
    }
}

/// The numbers behind an address; the name that has none.
async fn places(address: &Multiaddr) -> Result<Vec<SocketAddr>, String> {
    let (host, port) = host_and_port(address).ok_or_else(|| address.to_string())?;
    let found = tokio::net::lookup_host((host.as_str(), port)).await;
    let found: Vec<_> = found.map_err(|_| host.clone())?.take(8).collect();
    if found.is_empty() {
        Err(host)
    } else {
        Ok(found)
    }
}

/// What a multiaddress such as `/dns4/basisnet.example/tcp/7400` means to the operating system.
#[must_use]
pub fn host_and_port(address: &Multiaddr) -> Option<(String, u16)> {
    let text = address.to_string();
    let mut parts = text.split('/').skip(1);
    match (parts.next()?, parts.next()?, parts.next()?, parts.next()?) {
        ("ip4" | "ip6" | "dns" | "dns4" | "dns6", host, "tcp", port) => {
            Some((host.to_owned(), port.parse().ok()?))
        }
        _ => None,
    }
}
