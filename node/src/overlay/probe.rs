// SPDX-License-Identifier: EUPL-1.2
//! Looking along the line to a peer, step by step, to tell what stands in the way.
//!
//! What the swarm does in one go is done here one step at a time over a connection of its own: reach the port, agree on
//! the upgrade, encrypt, show our attestation and read theirs. Where something else answers than a node, it is asked for
//! its TLS certificate, because the name in it tells who stands in between.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use libp2p::core::upgrade::OutboundConnectionUpgrade;
use libp2p::{PeerId, tls};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::upgrade::{NAMES, TLS, read_attestation, write_attestation};

/// So long may reaching a port take.
const REACH: Duration = Duration::from_secs(3);
/// And each of the steps after it.
const STEP: Duration = Duration::from_secs(4);
/// How multistream-select begins.
const MULTISTREAM: &str = "/multistream/1.0.0";

/// Looks along lines, with the identity of this node.
#[derive(Clone)]
pub struct Prober {
    tls: tls::Config,
    mine: watch::Receiver<Arc<[u8]>>,
}

impl std::fmt::Debug for Prober {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Prober")
    }
}

/// What was found at the end of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Who answers, by the key that the channel proves.
    pub peer: PeerId,
    /// Its attestation; none when it let us in no further.
    pub attestation: Option<Vec<u8>>,
}

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The machine says that nothing listens there, or something on the way says so for it.
    Refused,
    /// Nothing comes back.
    Silent,
    /// There is no way to that address from here.
    NoRoute,
    /// Something answers, and it is not a node; the certificate it shows when it is asked for one.
    NotANode(Option<Presented>),
    /// A node, and it knows none of the versions of the connection that are known here.
    OtherVersion,
    /// A node, and the encrypted channel did not come about.
    Broken,
}

/// The TLS certificate of something that is not a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// For whom it is.
    pub subject: String,
    /// By whom it was issued.
    pub issuer: String,
}

impl Prober {
    pub(super) const fn new(tls: tls::Config, mine: watch::Receiver<Arc<[u8]>>) -> Self {
        Self { tls, mine }
    }

    /// Goes as far along the line as it gets.
    ///
    /// # Errors
    /// Names the first thing that stands in the way.
    pub async fn probe(&self, address: SocketAddr) -> Result<Shown, Obstacle> {
        let socket = agreed(address).await?;
        let socket = libp2p::tcp::tokio::TcpStream(socket);
        let channel = self.tls.clone().upgrade_outbound(socket, TLS);
        let Some(Ok((peer, mut channel))) = within(channel).await else {
            return Err(Obstacle::Broken);
        };
        let mine = Arc::clone(&self.mine.borrow());
        let shown = async {
            write_attestation(&mut channel, &mine).await.ok()?;
            read_attestation(&mut channel).await.ok()
        };
        Ok(Shown {
            peer,
            attestation: within(shown).await.flatten(),
        })
    }
}

/// Whether a node answers there that speaks a version of the connection that is spoken here. Shows nothing of this node.
///
/// # Errors
/// Names what stands in the way.
pub async fn who_answers(address: SocketAddr) -> Result<(), Obstacle> {
    agreed(address).await.map(drop)
}

async fn agreed(address: SocketAddr) -> Result<TcpStream, Obstacle> {
    let socket = reach(address).await?;
    match within(agree(socket)).await {
        Some(Ok(socket)) => Ok(socket),
        Some(Err(Disagreement::OtherVersion)) => Err(Obstacle::OtherVersion),
        Some(Err(Disagreement::NotANode)) | None => {
            Err(Obstacle::NotANode(certificate_at(address).await))
        }
    }
}

/// Whether anything listens there.
///
/// # Errors
/// Names what stands in the way.
async fn reach(address: SocketAddr) -> Result<TcpStream, Obstacle> {
    match tokio::time::timeout(REACH, TcpStream::connect(address)).await {
        Err(_) => Err(Obstacle::Silent),
        Ok(Ok(socket)) => Ok(socket),
        Ok(Err(fault)) => {
            let is = |kind| fault.kind() == kind;
            let refused =
                is(io::ErrorKind::ConnectionRefused) || is(io::ErrorKind::ConnectionReset);
            Err(if refused {
                Obstacle::Refused
            } else if is(io::ErrorKind::TimedOut) {
                Obstacle::Silent
            } else {
                Obstacle::NoRoute
            })
        }
    }
}

async fn within<T>(step: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(STEP, step).await.ok()
}

enum Disagreement {
    NotANode,
    OtherVersion,
}

/// Agrees on the first version of the connection that both know.
async fn agree(mut socket: TcpStream) -> Result<TcpStream, Disagreement> {
    let not_a_node = |_| Disagreement::NotANode;
    let said = line(MULTISTREAM);
    socket.write_all(&said).await.map_err(not_a_node)?;
    let heard = read_line(&mut socket).await.map_err(not_a_node)?;
    if heard != MULTISTREAM {
        return Err(Disagreement::NotANode);
    }
    for name in NAMES {
        socket.write_all(&line(name)).await.map_err(not_a_node)?;
        match read_line(&mut socket).await.map_err(not_a_node)? {
            heard if heard == *name => return Ok(socket),
            heard if heard == "na" => {}
            _ => return Err(Disagreement::NotANode),
        }
    }
    Err(Disagreement::OtherVersion)
}

/// A line of multistream-select; all of ours are shorter than 127 bytes.
fn line(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len() + 1).unwrap_or(u8::MAX);
    [&[length], text.as_bytes(), b"\n"].concat()
}

async fn read_line(socket: &mut TcpStream) -> io::Result<String> {
    let length = usize::from(socket.read_u8().await?);
    if length == 0 || length > 127 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut text = vec![0; length];
    socket.read_exact(&mut text).await?;
    let text = String::from_utf8(text).map_err(|_| io::ErrorKind::InvalidData)?;
    let line = text.strip_suffix('\n').ok_or(io::ErrorKind::InvalidData)?;
    Ok(line.to_owned())
}

/// The certificate that something shows to who calls with ordinary TLS; none when it speaks no TLS.
async fn certificate_at(address: SocketAddr) -> Option<Presented> {
    let socket = reach(address).await.ok()?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(OnlyLooking(Arc::clone(&provider)));
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    let name = ServerName::from(address.ip());
    let connecting = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, socket);
    let channel = within(connecting).await?.ok()?;
    let (_, session) = channel.get_ref();
    let leaf = session.peer_certificates()?.first()?;
    let (_, parsed) = x509_parser::parse_x509_certificate(leaf).ok()?;
    Some(Presented {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
    })
}

/// Believes every certificate, because nothing is said to who shows it.
#[derive(Debug)]
struct OnlyLooking(Arc<rustls::crypto::CryptoProvider>);

impl ServerCertVerifier for OnlyLooking {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
