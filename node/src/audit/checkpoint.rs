// SPDX-License-Identifier: EUPL-1.2
//! The signed head against the log: what was signed for must still be there.

use basisnet_protocol::checkpoint::Checkpoint;
use basisnet_protocol::merkle::Tree;

use super::log::LogFault;
use crate::store::Store;

/// The last signed head of a log of `size` entries; an empty one where nothing was signed yet.
pub(super) fn last(store: &Store, size: u64) -> Result<Checkpoint, LogFault> {
    let (origin, key) = store.log_identity();
    let verify = |note: &str| Checkpoint::verify(note, origin, &key);
    let inside = match store.log_checkpoint()? {
        Some(note) => verify(&note).map_err(|_| LogFault::Signature)?,
        None => Checkpoint {
            origin: origin.to_owned(),
            size: 0,
            root: Tree::new().root(),
        },
    };
    let beside = store.log_anchor().and_then(|note| verify(&note).ok());
    let last = match beside {
        Some(beside) if beside.size > inside.size => beside,
        _ => inside,
    };
    if last.size <= size {
        return Ok(last);
    }
    // The log may have grown since its size was read, and the signature with it.
    let found = store.log_head()?.size;
    if last.size > found {
        return Err(LogFault::CutOff {
            signed: last.size,
            found,
        });
    }
    Ok(last)
}
