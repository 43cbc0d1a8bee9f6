// SPDX-License-Identifier: EUPL-1.2
//! Somebody opens a thousand connections to the door for systems and people, and says nothing on any. Somebody at
//! another machine, and the person who runs the node, still get in.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use basisnet_tests::network::Network;
use futures::future::join_all;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpSocket, TcpStream};

const PUSHING: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);
const OTHER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 67);
/// What one address may have open.
const SHARE: usize = 128;
/// Shorter than the time that a connection may stay silent.
const A_WHILE: Duration = Duration::from_secs(2);

async fn connect(from: Ipv4Addr, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from.into(), 0)).unwrap();
    socket.connect(to).await.unwrap()
}

/// Whether the node keeps this connection, without a word having been said.
async fn is_kept(mut stream: TcpStream) -> Option<TcpStream> {
    let mut said = [0];
    let ended = tokio::time::timeout(A_WHILE, stream.read(&mut said)).await;
    ended.is_err().then_some(stream)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_silent_connections_from_one_address_keep_nobody_else_out() {
    let network = Network::of(1).await;
    let api = network.node(0).api_address();
    let mut opened = Vec::new();
    for _ in 0..1_000 {
        opened.push(connect(PUSHING, api).await);
    }
    let kept = join_all(opened.into_iter().map(is_kept)).await;
    let kept: Vec<_> = kept.into_iter().flatten().collect();
    assert_eq!(kept.len(), SHARE);
    for from in [OTHER, Ipv4Addr::LOCALHOST] {
        assert!(is_kept(connect(from, api).await).await.is_some());
    }
    assert!(is_kept(connect(PUSHING, api).await).await.is_none());
    // Who leaves makes room again.
    drop(kept);
    let mut again = is_kept(connect(PUSHING, api).await).await;
    while again.is_none() {
        again = is_kept(connect(PUSHING, api).await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_never_finishes_its_encryption_is_let_go() {
    let network = Network::of(1).await;
    let mut stream = connect(PUSHING, network.node(0).api_address()).await;
    let mut said = Vec::new();
    let ended = stream.read_to_end(&mut said);
    let ended = tokio::time::timeout(Duration::from_secs(30), ended).await;
    assert!(ended.is_ok());
}
