// SPDX-License-Identifier: EUPL-1.2
//! Another key for a node that stands still, and with it another name on the network: because somebody asks for it, or
//! because the node goes on from a backup.
//!
//! After a backup was put back the others know more of this node than it does itself: which entries its log had, what it
//! promised them, what it was told. So it goes on as another: its log goes on under another key, of which nobody saw a
//! head, and nobody lets it in until people of a member have taken its new card. Until then it does its own work.
//!
//! The head of the log is signed by the node key, so the log goes over to the new key before the old one is gone. Every
//! step leaves a state from which the same call goes on; until then the node does not start.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use basisnet_protocol::checkpoint::Checkpoint;
use basisnet_protocol::octets::Octets;
use libp2p::PeerId;

use crate::audit::Event;
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::{KeyFileError, NodeKey};
use crate::reason::io_reason;
use crate::service::restored::Restored;
use crate::store::{Change, CommitError, Expect, OpenError, Store, StoreKeys};

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
    replace(config, clock, Why::Asked).await
}

/// Goes on from the backup that lies in the data folder, under another key. Gives the new name of the node.
///
/// # Errors
/// Names what stands in the way; the same call then goes on where this one stopped.
pub async fn go_back(config: &Config, clock: Clock) -> Result<PeerId, RekeyError> {
    replace(config, clock, Why::Backup).await
}

/// How much of the log there is, against what was signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// So many entries lie in the data folder.
    pub size: u64,
    /// So many were signed for, as far as is known here.
    pub signed: Option<u64>,
}

/// Looks at what lies in the data folder, and changes nothing.
///
/// # Errors
/// When the store does not open, or the node runs.
pub fn look_at_backup(config: &Config, clock: Clock) -> Result<Backup, RekeyError> {
    let key = NodeKey::load(&config.node_key_file())?;
    let (folder, public) = (config.store_key_folder(), key.public());
    let keys = StoreKeys::load(&folder, &config.log_origin(), Arc::new(key))?;
    let store = Store::inspect(&config.store_config(), keys, clock)?;
    let head = store.log_head().map_err(OpenError::from)?;
    Ok(Backup {
        size: head.size,
        signed: signed_for(config, &store, &public),
    })
}

/// So many entries the copy of the signature beside the keys stands for.
fn signed_for(config: &Config, store: &Store, key: &[u8; 32]) -> Option<u64> {
    let note = store.log_anchor()?;
    let signed = Checkpoint::verify(&note, &config.log_origin(), key);
    signed.ok().map(|signed| signed.size)
}

/// Why there is another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Asked,
    Backup,
}

async fn replace(config: &Config, clock: Clock, why: Why) -> Result<PeerId, RekeyError> {
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
        hand_over(config, clock, (old, new), why).await?;
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
    (old, new): ([u8; 32], NodeKey),
    why: Why,
) -> Result<(), RekeyError> {
    let key = Octets(new.public());
    let folder = config.store_key_folder();
    let keys = StoreKeys::load(&folder, &config.log_origin(), Arc::new(new))?.replacing(old);
    let keys = match why {
        Why::Asked => keys,
        Why::Backup => keys.going_back(),
    };
    let now = clock.now();
    let store = Store::open(&config.store_config(), keys, clock)?;
    let mut change = Change::new();
    if why == Why::Backup {
        let head = store.log_head().map_err(OpenError::from)?;
        let restored = Event::NodeRestored {
            size: head.size,
            root: Octets(head.root),
            signed: signed_for(config, &store, &old),
        };
        change = change
            .put(Restored::key(), &Restored { at: now }, Expect::Any)?
            .audit(restored);
    }
    let written = store
        .commit(change.audit(Event::NodeKeyReplaced { key }))
        .await;
    store.close().await;
    Ok(written.map(drop)?)
}
