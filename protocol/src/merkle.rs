// SPDX-License-Identifier: EUPL-1.2
//! The Merkle tree of RFC 6962 (RFC 9162, section 2.1): one hash that stands for a whole list.
//!
//! The log of a node is such a tree, and so is every index that it publishes. With a few dozen hashes anybody can
//! check that an entry is in the list (inclusion), and that a longer list begins with a shorter one (consistency).
//! A leaf and a node are hashed under different first bytes, so that neither can pass for the other.
//!
//! Proofs are made from a reader of node hashes, so that the tree itself may lie anywhere: see [`tile`].

pub mod tile;

use sha2::{Digest, Sha256};

/// A SHA-256 hash in the tree.
pub type Hash = [u8; 32];

/// The hash of a leaf with these contents.
#[must_use]
pub fn leaf_hash(contents: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(contents);
    hasher.finalize().into()
}

/// The hash of the node above two others.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// The root of the tree over these leaves, in this order.
#[must_use]
pub fn root<L: AsRef<[u8]>>(leaves: impl IntoIterator<Item = L>) -> Hash {
    let mut tree = Tree::new();
    for leaf in leaves {
        tree.push(leaf_hash(leaf.as_ref()));
    }
    tree.root()
}

/// A growing tree of which only the roots of its full parts are kept: at most one per bit of its size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    peaks: Vec<Hash>,
}

impl Tree {
    /// The empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tree with these full parts, the largest first; none when their number does not fit the size.
    #[must_use]
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (u64::try_from(peaks.len()) == Ok(u64::from(size.count_ones())))
            .then_some(Self { size, peaks })
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root over all leaves; for an empty tree the hash of nothing.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return Sha256::digest([]).into();
        };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

/// Why a proof cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError<E> {
    /// The leaf or the size lies outside the tree.
    #[error("outside the tree")]
    OutOfRange,
    /// A hash could not be read.
    #[error("a hash of the tree could not be read")]
    Read(E),
}

/// Proves that the leaf at `index` is in the tree of `size` leaves.
///
/// `read` gives the hash of the full node at a height (0 for leaves) and a place at that height.
///
/// # Errors
///
/// When there is no such leaf, or a hash cannot be read.
pub fn prove_inclusion<E>(
    index: u64,
    size: u64,
    mut read: impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, ProofError<E>> {
    if index >= size {
        return Err(ProofError::OutOfRange);
    }
    let mut proof = Vec::new();
    let (mut from, mut until) = (0, size);
    while until - from > 1 {
        let middle = from + largest_power_below(until - from);
        let sibling = if index < middle {
            let right = subtree(middle, until, &mut read);
            until = middle;
            right
        } else {
            let left = subtree(from, middle, &mut read);
            from = middle;
            left
        };
        proof.push(sibling.map_err(ProofError::Read)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Proves that the tree of `size` leaves begins with the tree of `old` leaves.
///
/// # Errors
///
/// When the old tree is empty or larger, or a hash cannot be read.
pub fn prove_consistency<E>(
    old: u64,
    size: u64,
    mut read: impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, ProofError<E>> {
    if old == 0 || old > size {
        return Err(ProofError::OutOfRange);
    }
    let mut proof = Vec::new();
    let (mut from, mut until) = (0, size);
    // The old tree ends inside [from, until) until it is exactly one full part of it.
    while old != until {
        let middle = from + largest_power_below(until - from);
        let sibling = if old <= middle {
            let right = subtree(middle, until, &mut read);
            until = middle;
            right
        } else {
            let left = subtree(from, middle, &mut read);
            from = middle;
            left
        };
        proof.push(sibling.map_err(ProofError::Read)?);
    }
    if from != 0 {
        proof.push(subtree(from, until, &mut read).map_err(ProofError::Read)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Whether the leaf with this hash stands at `index` in the tree of `size` leaves with this root.
#[must_use]
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether the tree of `size` leaves with root `root` begins with the tree of `old` leaves with root `old_root`.
#[must_use]
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> bool {
    if old == 0 || old > size {
        return false;
    }
    if old == size {
        return proof.is_empty() && old_root == root;
    }
    // A full old tree is its own first hash.
    let whole = [*old_root];
    let mut hashes = if old.is_power_of_two() {
        &whole[..]
    } else {
        &[]
    }
    .iter()
    .chain(proof);
    let Some(first) = hashes.next() else {
        return false;
    };
    let (mut node, mut last) = (old - 1, size - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut hash) = (*first, *first);
    for sibling in hashes {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && hash == *root
}

/// The largest power of two below `leaves`, which is more than one.
const fn largest_power_below(leaves: u64) -> u64 {
    1 << (63 - (leaves - 1).leading_zeros())
}

/// The root over the leaves in `[from, until)`, which begins at a multiple of its largest full part.
fn subtree<E>(
    from: u64,
    until: u64,
    read: &mut impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let leaves = until - from;
    if leaves.is_power_of_two() {
        let height = leaves.trailing_zeros();
        return read(u8::try_from(height).unwrap_or(63), from >> height);
    }
    let middle = from + largest_power_below(leaves);
    let left = subtree(from, middle, read)?;
    let right = subtree(middle, until, read)?;
    Ok(node_hash(&left, &right))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
    use proptest::prelude::*;
    use sha2_next::Sha256 as OtherSha256;

    use super::*;

    type Other = MemoryBackedTree<OtherSha256, Vec<u8>>;

    fn leaf(index: u64) -> Vec<u8> {
        format!("leaf {index}").into_bytes()
    }

    fn other(size: u64) -> Other {
        let mut tree = Other::new();
        (0..size).for_each(|index| tree.push(leaf(index)));
        tree
    }

    fn ours(size: u64) -> Tree {
        let mut tree = Tree::new();
        (0..size).for_each(|index| tree.push(leaf_hash(&leaf(index))));
        tree
    }

    fn read(height: u8, place: u64) -> Result<Hash, Infallible> {
        let from = place << height;
        Ok(root((from..from + (1 << height)).map(leaf)))
    }

    fn other_root(size: u64, root: Hash) -> RootHash<OtherSha256> {
        RootHash::new(root.into(), size)
    }

    #[test]
    fn the_empty_tree_has_the_hash_of_nothing() {
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex::encode(Tree::new().root()), expected);
    }

    #[test]
    fn the_root_is_that_of_an_independent_implementation() {
        for size in (1..70).chain([127, 128, 129, 255, 256, 257, 600]) {
            assert_eq!(
                ours(size).root().as_slice(),
                other(size).root().as_bytes().as_slice(),
                "{size}"
            );
        }
    }

    #[test]
    fn a_tree_goes_on_from_its_peaks() {
        let mut tree = Tree::from_peaks(21, ours(21).peaks).unwrap();
        (21..37).for_each(|index| tree.push(leaf_hash(&leaf(index))));
        assert_eq!(tree, ours(37));
        assert_eq!(Tree::from_peaks(3, vec![[0; 32]]), None);
    }

    #[test]
    fn every_inclusion_proof_is_accepted_here_and_there() {
        for size in 1..40 {
            let tree = ours(size);
            let there = other(size);
            for index in 0..size {
                let proof = prove_inclusion(index, size, read).unwrap();
                let hash = leaf_hash(&leaf(index));
                assert!(verify_inclusion(&hash, index, size, &proof, &tree.root()));
                let place = usize::try_from(index).unwrap();
                let theirs = there.prove_inclusion(place);
                assert_eq!(theirs.as_bytes(), proof.concat());
                let proof = InclusionProof::try_from_bytes(proof.concat()).unwrap();
                let root = other_root(size, tree.root());
                root.verify_inclusion(&leaf(index), index, &proof).unwrap();
            }
        }
    }

    #[test]
    fn every_consistency_proof_is_accepted_here_and_there() {
        for size in 1..40 {
            let root = ours(size).root();
            let there = other(size);
            for old in 1..=size {
                let old_root = ours(old).root();
                let proof = prove_consistency(old, size, read).unwrap();
                assert!(verify_consistency(old, &old_root, size, &root, &proof));
                let added = usize::try_from(size - old).unwrap();
                assert_eq!(there.prove_consistency(added).as_bytes(), proof.concat());
                let theirs = ConsistencyProof::try_from_bytes(proof.concat()).unwrap();
                other_root(size, root)
                    .verify_consistency(&other_root(old, old_root), &theirs)
                    .unwrap();
            }
        }
    }

    #[test]
    fn nothing_is_proved_of_what_lies_outside() {
        assert_eq!(prove_inclusion(3, 3, read), Err(ProofError::OutOfRange));
        assert_eq!(prove_consistency(0, 3, read), Err(ProofError::OutOfRange));
        assert_eq!(prove_consistency(4, 3, read), Err(ProofError::OutOfRange));
        assert!(!verify_inclusion(&[0; 32], 0, 0, &[], &Tree::new().root()));
        assert!(!verify_consistency(0, &[0; 32], 1, &[0; 32], &[]));
    }

    proptest! {
        #[test]
        fn a_changed_proof_is_no_proof(
            (size, index) in (2_u64..300).prop_flat_map(|size| (Just(size), 0..size)),
            flip in any::<prop::sample::Index>(),
        ) {
            let root = ours(size).root();
            let hash = leaf_hash(&leaf(index));
            let mut proof = prove_inclusion(index, size, read).unwrap();
            prop_assert!(verify_inclusion(&hash, index, size, &proof, &root));
            prop_assert!(!verify_inclusion(&hash, index, size, &proof[1..], &root));
            let place = flip.index(proof.len() * 256);
            proof[place / 256][place % 256 / 8] ^= 1 << (place % 8);
            prop_assert!(!verify_inclusion(&hash, index, size, &proof, &root));
        }

        #[test]
        fn a_changed_history_is_not_consistent(
            (size, old) in (2_u64..300).prop_flat_map(|size| (Just(size), 1..size)),
            flip in any::<prop::sample::Index>(),
        ) {
            let (root, old_root) = (ours(size).root(), ours(old).root());
            let mut proof = prove_consistency(old, size, read).unwrap();
            prop_assert!(verify_consistency(old, &old_root, size, &root, &proof));
            let mut other = old_root;
            other[flip.index(32)] ^= 1;
            prop_assert!(!verify_consistency(old, &other, size, &root, &proof));
            let place = flip.index(proof.len() * 256);
            proof[place / 256][place % 256 / 8] ^= 1 << (place % 8);
            prop_assert!(!verify_consistency(old, &old_root, size, &root, &proof));
        }
    }
}
