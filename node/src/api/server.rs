// SPDX-License-Identifier: EUPL-1.2
//! Listens for HTTPS and serves a router: the API, with the pages merged beside it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::reason::io_reason;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use rustls::ServerConfig;

use super::turnstile::Turnstile;

/// How long calls that run may go on after the node is told to stop.
const GRACE: Duration = Duration::from_secs(5);
/// How long the negotiation of encryption may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long somebody may take to send the headers of a call, and how long he may stay without calling.
const HEADERS: Duration = Duration::from_secs(15);
/// The most headers of one call.
const MAX_HEADERS: usize = 64;
/// The most bytes that are kept of one call before they are handled, its headers among them.
const MAX_HEAD: usize = 64 * 1024;

/// Why the door does not open.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Somebody else has the port.
    #[error("poort {} op {} is al in gebruik; stop het andere programma, of kies in [api] bij `luister` een andere poort", .0.port(), .0.ip())]
    InUse(SocketAddr),
    /// The address is not of this machine, or the port takes rights that the node does not have.
    #[error(
        "op {address} kan de node niet luisteren ({}); kijk naar `luister` in [api]",
        io_reason(cause)
    )]
    Impossible {
        /// The address in the configuration.
        address: SocketAddr,
        /// What the operating system says.
        cause: std::io::Error,
    },
}

/// A port that is ours, before anything is served on it.
#[derive(Debug)]
pub struct ApiServer {
    listener: std::net::TcpListener,
    address: SocketAddr,
    handle: Handle<SocketAddr>,
}

impl ApiServer {
    /// Takes the port.
    ///
    /// # Errors
    /// When the port is taken or the address is not ours.
    pub fn bind(address: SocketAddr) -> Result<Self, ListenError> {
        let listen = || -> std::io::Result<(std::net::TcpListener, SocketAddr)> {
            let listener = std::net::TcpListener::bind(address)?;
            listener.set_nonblocking(true)?;
            let bound = listener.local_addr()?;
            Ok((listener, bound))
        };
        match listen() {
            Ok((listener, address)) => Ok(Self {
                listener,
                address,
                handle: Handle::new(),
            }),
            Err(cause) if cause.kind() == std::io::ErrorKind::AddrInUse => {
                Err(ListenError::InUse(address))
            }
            Err(cause) => Err(ListenError::Impossible { address, cause }),
        }
    }

    /// The address in use; with port 0 in the configuration the system chose one.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// With this the server is told to stop.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(self.handle.clone())
    }

    /// Serves until stopped.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve(self, router: Router, tls: Arc<ServerConfig>) -> std::io::Result<()> {
        let tls = RustlsConfig::from_config(tls);
        // The turnstile first: who does not get in has no encryption negotiated with him.
        let acceptor = RustlsAcceptor::new(tls).handshake_timeout(HANDSHAKE);
        let mut server = axum_server::from_tcp(self.listener)?
            .acceptor(acceptor.acceptor(Turnstile::default()))
            .handle(self.handle)
            // Also for who begins with the first words of HTTP/2, for which nothing here is bounded.
            .http1_only();
        server
            .http_builder()
            .http1()
            .timer(TokioTimer::new())
            .max_headers(MAX_HEADERS)
            .max_buf_size(MAX_HEAD)
            .header_read_timeout(HEADERS);
        server
            .serve(router.into_make_service_with_connect_info::<SocketAddr>())
            .await
    }
}

/// Stops an [`ApiServer`].
#[derive(Clone, Debug)]
pub struct Stopper(Handle<SocketAddr>);

impl Stopper {
    /// No new calls; those that run get a few seconds.
    pub fn stop(&self) {
        self.0.graceful_shutdown(Some(GRACE));
    }
}
