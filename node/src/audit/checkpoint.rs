// SPDX-License-Identifier: EUPL-1.2
//! The signed head against the log: what was signed for must still be there.

use basisnet_protocol::checkpoint::Checkpoint;
use basisnet_protocol::merkle::Tree;

use super::log::LogFault;
use crate::store::Store;

/// The last signed head of a log of `size` entries; an empty one where nothing was signed yet.
pub(super) fn last(store: &Store, size: u64) -> Result<Checkpoint, LogFault> {
    let (origin, key) = store.log_identity();
    let Some(note) = store.log_checkpoint()? else {
        return Ok(Checkpoint {
            origin: origin.to_owned(),
            size: 0,
            root: Tree::new().root(),
        });
    };
    let checkpoint = Checkpoint::verify(&note, origin, &key).map_err(|_| LogFault::Signature)?;
    // The log may have grown since its size was read, and the signature with it; then look again.
    let found = if checkpoint.size > size {
        store.log_head()?.size
    } else {
        size
    };
    if checkpoint.size > found {
        return Err(LogFault::CutOff {
            signed: checkpoint.size,
            found,
        });
    }
    Ok(checkpoint)
}
