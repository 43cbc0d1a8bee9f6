// SPDX-License-Identifier: EUPL-1.2
//! js-libp2p, as anybody can install it, comes by. It speaks TCP, TLS and yamux; it does not attest. It gets no
//! protocol, is let go in time, and meanwhile members are answered.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use basisnet_node::clock::Clock;
use basisnet_node::keys::NodeKey;
use basisnet_node::overlay::Notice;
use basisnet_protocol::id::Oin;
use basisnet_protocol::time::Timestamp;
use basisnet_tests::door::{Door, voucher};
use basisnet_tests::pki::Authority;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reached {
    encrypted: bool,
    connected: bool,
    protocols: Vec<String>,
    refused: Option<String>,
    milliseconds: u64,
    #[serde(default)]
    still_open: bool,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("js")
}

/// Installs what the peer needs, unless that was done before.
fn install() {
    if folder().join("node_modules/libp2p").exists() {
        return;
    }
    let done = Command::new("npm")
        .args(["ci", "--silent", "--no-audit", "--no-fund"])
        .current_dir(folder())
        .status()
        .expect("npm; install Node.js 20 or newer with npm");
    assert!(done.success(), "npm ci in tests/js failed");
}

fn visit(address: &str, mode: &str) -> std::process::Child {
    Command::new("node")
        .args(["foreign-peer.mjs", address, mode])
        .current_dir(folder())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node; install Node.js 20 or newer")
}

async fn outcome(visitor: std::process::Child) -> Reached {
    let output = tokio::task::spawn_blocking(|| visitor.wait_with_output());
    let output = output.await.unwrap().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("one line of JSON")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_encrypts_but_does_not_attest_completes_no_protocol() {
    tokio::task::spawn_blocking(install).await.unwrap();
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
    let mut node = open("00000099000000345000", "Veenendaal").await;
    let member = open("00000099000000202000", "Arnhem").await;
    node.known.replace([member.known_as()]);
    member.known.replace([node.known_as()]);

    let address = format!("{}/p2p/{}", node.address(), node.overlay.me());
    let visits = ["standard", "silent", "babbling"].map(|mode| (mode, visit(&address, mode)));
    for (mode, visitor) in visits {
        assert_eq!(member.ask(&node, b"dag").await.unwrap(), b"dag");
        let reached = outcome(visitor).await;
        assert_eq!(reached.protocols, [""; 0], "{mode}: {reached:?}");
        assert!(!reached.still_open, "{mode}: {reached:?}");
        assert!(reached.refused.is_some(), "{mode}: {reached:?}");
        assert_eq!(reached.encrypted, mode != "standard", "{mode}: {reached:?}");
        assert!(
            !reached.connected || mode != "standard",
            "{mode}: {reached:?}"
        );
        let borne = Duration::from_millis(reached.milliseconds);
        assert!(borne < Duration::from_secs(15), "{mode}: {reached:?}");
    }
    // The standard peer came no further than the name of the upgrade; the other two were refused by name.
    let mut heard = Vec::new();
    for _ in 0..2 {
        let Notice::Refused { why, .. } = node.next_notice().await else {
            panic!("nobody was connected who could be cut off");
        };
        heard.push(why.code());
    }
    heard.sort_unstable();
    assert_eq!(heard, ["no_attestation", "not_a_member"]);
    assert_eq!(node.overlay.connected(), 1);
}
