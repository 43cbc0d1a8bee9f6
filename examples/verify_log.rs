// SPDX-License-Identifier: EUPL-1.2
//! Verify a log: what it takes to see that nobody rewrote the history of a node.
//!
//! A node writes, signs its head, and writes on. Somebody else kept that head, and later asks for a proof that the
//! longer log begins with it. Run it with `cargo run -p basisnet-examples --bin verify-log`. It prints:
//!
//! ```text
//! the first head is signed, over 2 entries
//! the second head is signed, over 5 entries
//! every entry is in its place: true
//! the second log begins with the first: true
//! it also begins with a first log in which one bit differs: false
//! ```

#![expect(clippy::print_stdout, reason = "an example prints what it promises")]

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use basisnet_node::audit::{Event, Log};
use basisnet_node::clock::Clock;
use basisnet_node::keys::NodeKey;
use basisnet_node::store::{Change, Engine, Store, StoreConfig, StoreKeys};
use basisnet_protocol::checkpoint::Checkpoint;
use basisnet_protocol::merkle::verify_consistency;
use basisnet_protocol::sign::NodeSigner;

const ORIGIN: &str = "basisnet.nl/log/00000099000000001000";

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let key = NodeKey::create(&folder.path().join("node-key.pem"))?.public_key();

    // Two entries. What is committed is durable; closing the store signs the head over it.
    write(folder.path(), 2).await?;
    let (first, _) = head(folder.path(), &key, 0).await?;
    println!("the first head is signed, over {} entries", first.size);

    // Three more. This time with a proof that the log begins with the first two.
    write(folder.path(), 3).await?;
    let (second, proof) = head(folder.path(), &key, first.size).await?;
    println!("the second head is signed, over {} entries", second.size);

    // The node itself can check every byte. Who kept the first head needs the two heads and a few hashes.
    let store = open(folder.path())?;
    let sound = Log::new(store.clone()).verify(|_, _| {})?.root == second.root;
    println!("every entry is in its place: {sound}");
    store.close().await;

    let begins_with = |old| verify_consistency(first.size, old, second.size, &second.root, &proof);
    let holds = begins_with(&first.root);
    println!("the second log begins with the first: {holds}");

    let mut other = first.root;
    other[0] ^= 1;
    let holds = begins_with(&other);
    println!("it also begins with a first log in which one bit differs: {holds}");
    Ok(())
}

fn open(folder: &Path) -> anyhow::Result<Store> {
    let signer = Arc::new(NodeKey::load(&folder.join("node-key.pem"))?);
    let keys = StoreKeys::load_or_create(&folder.join("keys"), ORIGIN, signer)?;
    let config = StoreConfig {
        dir: folder.join("data"),
        engine: Engine::Redb,
        reserve_bytes: 0,
        cache_bytes: 16 << 20,
    };
    Ok(Store::open(&config, keys, Clock::machine())?)
}

async fn write(folder: &Path, entries: usize) -> anyhow::Result<()> {
    let store = open(folder)?;
    for _ in 0..entries {
        store
            .commit(Change::new().audit(Event::NodeStopped {}))
            .await?;
    }
    store.close().await;
    Ok(())
}

/// The signed head, and the proof that the log begins with its first `old` entries.
async fn head(
    folder: &Path,
    key: &[u8; 32],
    old: u64,
) -> anyhow::Result<(Checkpoint, Vec<[u8; 32]>)> {
    let store = open(folder)?;
    let log = Log::new(store.clone());
    let head = Checkpoint::verify(&log.checkpoint()?.context("a head")?, ORIGIN, key)?;
    let proof = log.prove_consistency(old, head.size).unwrap_or_default();
    store.close().await;
    Ok((head, proof))
}
