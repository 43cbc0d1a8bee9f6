// SPDX-License-Identifier: EUPL-1.2
//! Somebody opens a thousand connections from one address and shows no attestation on any. A member still gets its answer.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use basisnet_node::clock::Clock;
use basisnet_node::keys::NodeKey;
use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;
use basisnet_tests::door::{Door, voucher};
use basisnet_tests::pki::Authority;
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::core::upgrade::OutboundConnectionUpgrade;
use libp2p::identity::Keypair;
use libp2p::tcp::tokio::TcpStream;
use libp2p::tls;
use tokio::net::TcpSocket;
use tokio::sync::Semaphore;

const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);
const AT_ONCE: usize = 400;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_without_attestation_do_not_stop_a_node_answering_a_member() {
    let start: Timestamp = "2027-03-01T08:00:00Z".parse().unwrap();
    let clock = Clock::wound(start);
    let authority = Authority::new(start);
    let open = async |oin: &str, name: &str| {
        let issued = authority.issue(oin, name);
        let oin: Oin = oin.parse().unwrap();
        let key = NodeKey::generate().unwrap();
        let trust = authority.trust(start, &[]);
        let host = Ipv4Addr::LOCALHOST;
        Door::open(host, oin, &key, voucher(oin, &issued), trust, &clock).await
    };
    let node = open("00000099000000345000", "Veenendaal").await;
    let member = open("00000099000000202000", "Arnhem").await;
    node.known.replace([member.known_as()]);
    member.known.replace([node.known_as()]);

    let opened = Arc::default();
    let attack = tokio::spawn(knock(node.overlay.address(), 1_000, Arc::clone(&opened)));
    while opened.load(Ordering::Relaxed) < 100 {
        tokio::task::yield_now().await;
    }
    for round in 0..20_u8 {
        let since = Instant::now();
        assert_eq!(member.ask(&node, &[round]).await.unwrap(), [round]);
        let took = since.elapsed();
        assert!(took < Duration::from_secs(5), "round {round} took {took:?}");
    }
    let longest = attack.await.unwrap();
    assert_eq!(opened.load(Ordering::Relaxed), 1_000);
    assert!(longest < Duration::from_secs(10), "one stayed {longest:?}");
    assert_eq!(node.overlay.connected(), 1);
}

/// Opens so many connections, and tells how long the longest was borne. Every other one says nothing at all; the
/// rest encrypt, as any libp2p peer can, and then show no attestation.
async fn knock(at: SocketAddr, times: usize, opened: Arc<AtomicUsize>) -> Duration {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let tls = tls::Config::new(&Keypair::generate_ed25519()).unwrap();
    let mut knocks = Vec::new();
    for number in 0..times {
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        let opened = Arc::clone(&opened);
        let tls = (number % 2 == 0).then(|| tls.clone());
        knocks.push(tokio::spawn(async move {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(SocketAddr::new(STRANGER.into(), 0)).unwrap();
            let stream = TcpStream(socket.connect(at).await.unwrap());
            opened.fetch_add(1, Ordering::Relaxed);
            let since = Instant::now();
            // An end or a reset, sooner or later: either way the node let go.
            let _ = stay(stream, tls).await;
            drop(place);
            since.elapsed()
        }));
    }
    let mut longest = Duration::ZERO;
    for knock in knocks {
        longest = longest.max(knock.await.unwrap());
    }
    longest
}

/// Stays for as long as it is borne.
async fn stay(mut stream: TcpStream, tls: Option<tls::Config>) -> std::io::Result<()> {
    let mut said = Vec::new();
    let Some(tls) = tls else {
        return stream.read_to_end(&mut said).await.map(drop);
    };
    // What a dialer says before the upgrade, and what a listener that agrees says back.
    let agreed = b"\x13/multistream/1.0.0\n\x14/basisnet/tls-org/1\n";
    stream.write_all(agreed).await?;
    let mut heard = [0; 41];
    stream.read_exact(&mut heard).await?;
    assert_eq!(&heard, agreed);
    let secured = tls.upgrade_outbound(stream, "/tls/1.0.0").await;
    let (_, mut channel) = secured.map_err(std::io::Error::other)?;
    channel.read_to_end(&mut said).await.map(drop)
}
