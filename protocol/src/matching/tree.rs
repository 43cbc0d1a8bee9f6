// SPDX-License-Identifier: EUPL-1.2
//! The Merkle root over a list: RFC 6962 hashing, leaf prefix 0x00 and node prefix 0x01, SHA-256.

use sha2::{Digest, Sha256};

use crate::octets::Octets;

/// The root over leaves that are hashed here.
pub(super) fn root<L: AsRef<[u8]>>(leaves: &[L]) -> Octets<32> {
    let hashes: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf.as_ref())).collect();
    Octets(over(&hashes))
}

/// The hash of one leaf.
pub(super) fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update([0])
        .chain_update(leaf)
        .finalize()
        .into()
}

/// The root over leaves that were hashed before.
pub(super) fn over(hashes: &[[u8; 32]]) -> [u8; 32] {
    match hashes {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
            let node = Sha256::new()
                .chain_update([1])
                .chain_update(over(left))
                .chain_update(over(right));
            node.finalize().into()
        }
    }
}
