// SPDX-License-Identifier: EUPL-1.2
//! How many may stand at the door for systems and people at one time, and how long somebody may stand there silent.
//!
//! A connection costs a file and some memory before anybody has said who he is. Each address has its share, and the
//! machine itself always has some left: the person who runs the node must get in, also when others push.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use futures::future::{Ready, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// Connections at one time, from everywhere together.
const ALL: usize = 512;
/// Of those, what other machines may take together.
const ELSEWHERE: usize = 448;
/// And what one address may take; a reverse proxy stands for many people.
const PER_ADDRESS: usize = 128;
/// The machine itself.
const HERE: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];
/// A connection on which nothing goes either way for so long is closed, also in the middle of a call.
const SILENCE: Duration = Duration::from_secs(300);

/// Lets in connections, and knows how many there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Turnstile(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One connection that was let in; it counts until it is dropped.
#[derive(Debug)]
pub(super) struct Entered {
    turnstile: Turnstile,
    from: IpAddr,
}

impl Turnstile {
    /// Lets one in, when there is room for an address like this.
    fn enter(&self, from: IpAddr) -> Option<Entered> {
        let from = from.to_canonical();
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = inside.values().sum();
        let here: usize = HERE.iter().filter_map(|address| inside.get(address)).sum();
        let of_this = inside.get(&from).copied().unwrap_or_default();
        let room = all < ALL
            && (HERE.contains(&from) || (all - here < ELSEWHERE && of_this < PER_ADDRESS));
        room.then(|| {
            inside.insert(from, of_this + 1);
            Entered {
                turnstile: self.clone(),
                from,
            }
        })
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut inside = (self.turnstile.0.lock()).unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = inside.get_mut(&self.from) {
            *count -= 1;
            if *count == 0 {
                inside.remove(&self.from);
            }
        }
    }
}

impl<S> Accept<TcpStream, S> for Turnstile {
    type Stream = Watched<TcpStream>;
    type Service = S;
    type Future = Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let from = stream.peer_addr().ok();
        let entered = from.and_then(|from| self.enter(from.ip()));
        ready(match entered {
            Some(entered) => Ok((Watched::new(stream, Some(entered), SILENCE), service)),
            None => Err(io::ErrorKind::ConnectionRefused.into()),
        })
    }
}

/// A connection that ends by itself when nothing goes over it.
#[derive(Debug)]
pub(super) struct Watched<C> {
    stream: C,
    silence: Duration,
    until: Pin<Box<Sleep>>,
    _entered: Option<Entered>,
}

impl<C> Watched<C> {
    fn new(stream: C, entered: Option<Entered>, silence: Duration) -> Self {
        Self {
            stream,
            silence,
            until: Box::pin(tokio::time::sleep(silence)),
            _entered: entered,
        }
    }

    /// Something went over it, or it still has time; otherwise this is the end.
    fn watch<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.until.as_mut().reset(Instant::now() + self.silence);
            return outcome;
        }
        match self.until.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<C: AsyncRead + Unpin> AsyncRead for Watched<C> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, into);
        self.watch(cx, read)
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for Watched<C> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn enter(turnstile: &Turnstile, from: &str, times: usize) -> Vec<Entered> {
        let from = from.parse().unwrap();
        (0..times).filter_map(|_| turnstile.enter(from)).collect()
    }

    #[test]
    fn one_address_leaves_room_for_others_and_others_leave_room_for_the_machine_itself() {
        let turnstile = Turnstile::default();
        let mut inside = vec![enter(&turnstile, "192.0.2.1", 1_000)];
        assert_eq!(inside[0].len(), PER_ADDRESS);
        // The same address in the clothes of IPv6.
        assert!(enter(&turnstile, "::ffff:192.0.2.1", 1).is_empty());
        for last in 2..=100 {
            inside.push(enter(&turnstile, &format!("192.0.2.{last}"), 1_000));
        }
        assert_eq!(inside.iter().map(Vec::len).sum::<usize>(), ELSEWHERE);
        let here = enter(&turnstile, "127.0.0.1", 1_000);
        assert_eq!(here.len(), ALL - ELSEWHERE);
        drop(inside.remove(0));
        assert_eq!(enter(&turnstile, "203.0.113.1", 1_000).len(), PER_ADDRESS);
    }

    #[tokio::test]
    async fn who_says_nothing_is_let_go_and_who_says_something_in_time_is_not() {
        let (mut client, server) = tokio::io::duplex(64);
        let mut server = Watched::new(server, None, Duration::from_secs(1));
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(2) {
            let a_little = Duration::from_millis(400);
            let silent = tokio::time::timeout(a_little, server.read_u8()).await;
            assert!(silent.is_err());
            client.write_all(&[1]).await.unwrap();
            assert_eq!(server.read_u8().await.unwrap(), 1);
        }
        let fault = server.read_u8().await.unwrap_err();
        assert_eq!(fault.kind(), io::ErrorKind::TimedOut);
    }
}
