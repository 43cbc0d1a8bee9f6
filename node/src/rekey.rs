// SPDX-License-Identifier: EUPL-1.2
//! Another key for a node that stands still, and with it another name on the network.
//!
//! The head of the log is signed by the node key, so the log goes over to the new key before the old one is gone. Every
//! step leaves a state from which the same call goes on; until then the node does not start.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use basisnet_protocol::octets::Octets;
use libp2p::PeerId;

use crate::audit::Event;
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::{KeyFileError, NodeKey};
use crate::reason::io_reason;
use crate::store::{Change, CommitError, OpenError, Store, StoreKeys};

/// Why the key was not replaced. The text is for the person who runs the node.
#[derive(Debug, thiserror::Error)]
pub enum RekeyError {
    /// One of the two keys.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The new key is of no use.
    #[error("er is geen bruikbare nieuwe sleutel; verwijder `{0}` en probeer het opnieuw")]
    Unusable(PathBuf),
    /// The store does not open; most often because the node runs.
    #[error(
        "de sleutel is nog niet vervangen: {0}; stop de node als die draait, en voer de opdracht nog eens uit"
    )]
    Store(#[from] OpenError),
    /// The log takes no entry.
    #[error(
        "de sleutel is nog niet vervangen: {0}; controleer de schijf, en voer de opdracht nog eens uit"
    )]
    Log(#[from] CommitError),
    /// The file of the old key stays.
    #[error(
        "`{path}` is niet te vervangen: {}; kijk naar de rechten op de map, en voer de opdracht nog eens uit",
        io_reason(cause)
    )]
    File {
        /// The key that was to be replaced.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
}

/// Replaces the node key, and gives the new name of the node. The old key is gone then.
///
/// # Errors
/// Names what stands in the way; the same call then goes on where this one stopped.
pub async fn replace_node_key(config: &Config, clock: Clock) -> Result<PeerId, RekeyError> {
    let (path, next) = (config.node_key_file(), config.next_node_key_file());
    let new = match next.exists() {
        true => NodeKey::load(&next),
        false => NodeKey::create(&next),
    }?;
    let peer = new
        .peer_id()
        .map_err(|_| RekeyError::Unusable(next.clone()))?;
    if Store::is_there(&config.store_config()) {
        let old = NodeKey::load(&path)?.public();
        hand_over(config, clock, old, new).await?;
    }
    fs::rename(&next, &path)
        .and_then(|()| fs::File::open(&config.opslag.sleutelmap)?.sync_all())
        .map_err(|cause| RekeyError::File { path, cause })?;
    Ok(peer)
}

/// Signs the head of the log with the new key, under an entry that says so.
async fn hand_over(
    config: &Config,
    clock: Clock,
    old: [u8; 32],
    new: NodeKey,
) -> Result<(), RekeyError> {
    let key = Octets(new.public());
    let folder = config.store_key_folder();
    let keys = StoreKeys::load(&folder, &config.log_origin(), Arc::new(new))?.replacing(old);
    let store = Store::open(&config.store_config(), keys, clock)?;
    let replaced = Change::new().audit(Event::NodeKeyReplaced { key });
    let written = store.commit(replaced).await;
    store.close().await;
    Ok(written.map(drop)?)
}
