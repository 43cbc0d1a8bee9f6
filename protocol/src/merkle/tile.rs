// SPDX-License-Identifier: EUPL-1.2
//! Where the hashes of a tree lie: C2SP tlog-tiles.
//!
//! A tile holds up to 256 hashes next to each other, at heights 0, 8, 16 and so on. A full tile never changes; only
//! the last of each level is partial. Whoever serves a log serves tiles, and a reader makes its own proofs of them.

use std::fmt;

use super::{Hash, Tree, node_hash};

/// How many hashes a full tile holds.
pub const TILE_WIDTH: usize = 256;
/// How many heights a tile spans.
const TILE_HEIGHT: u8 = 8;

/// The place of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePlace {
    /// 0 holds leaf hashes, 1 the roots of full tiles of level 0, and so on.
    pub level: u8,
    /// Counts from the left.
    pub index: u64,
}

impl TilePlace {
    /// The tile that holds what is needed for the node at this height and place; with where its hashes begin in the
    /// tile, and how many there are under the node.
    #[must_use]
    pub fn of_node(height: u8, place: u64) -> (Self, usize, usize) {
        let above = height % TILE_HEIGHT;
        let first = place << above;
        let tile = Self {
            level: height / TILE_HEIGHT,
            index: first >> TILE_HEIGHT,
        };
        let offset = usize::try_from(first & 0xff).unwrap_or_default();
        (tile, offset, 1 << above)
    }

    /// How many hashes this tile holds in a tree of `size` leaves.
    #[must_use]
    pub fn width(self, size: u64) -> usize {
        let shift = u32::from(self.level) * u32::from(TILE_HEIGHT);
        let hashes = size.checked_shr(shift).unwrap_or(0);
        let before = self.index.saturating_mul(1 << TILE_HEIGHT);
        usize::try_from(hashes.saturating_sub(before)).map_or(TILE_WIDTH, |n| n.min(TILE_WIDTH))
    }

    /// The path under which the tile is served, as `tile/0/x001/067.p/12`.
    #[must_use]
    pub fn path(self, width: usize) -> TilePath {
        TilePath { tile: self, width }
    }
}

/// The path of a tile, as text.
#[derive(Clone, Copy, Debug)]
pub struct TilePath {
    tile: TilePlace,
    width: usize,
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups = vec![self.tile.index % 1_000];
        let mut rest = self.tile.index / 1_000;
        while rest > 0 {
            groups.push(rest % 1_000);
            rest /= 1_000;
        }
        write!(f, "tile/{}", self.tile.level)?;
        for (left, group) in groups.iter().enumerate().rev() {
            write!(f, "/{}{group:03}", if left > 0 { "x" } else { "" })?;
        }
        if self.width < TILE_WIDTH {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// The root over hashes of a tile whose number is a power of two.
#[must_use]
pub fn root_of(hashes: &[Hash]) -> Option<Hash> {
    if !hashes.len().is_power_of_two() {
        return None;
    }
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = pairs(&row);
    }
    row.first().copied()
}

fn pairs(row: &[Hash]) -> Vec<Hash> {
    row.chunks_exact(2)
        .filter_map(|pair| match pair {
            [left, right] => Some(node_hash(left, right)),
            _ => None,
        })
        .collect()
}

/// The right edge of a tree: the open tile of each level, which is all that is needed to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    open: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of an empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The places of the open tiles of a tree of `size` leaves that hold something, with their width.
    #[must_use]
    pub fn places(size: u64) -> Vec<(TilePlace, usize)> {
        (0..8)
            .filter_map(|level| {
                let hashes = size >> (u32::from(level) * 8);
                let index = hashes >> TILE_HEIGHT;
                let width = usize::try_from(hashes & 0xff).unwrap_or_default();
                (hashes > 0).then_some((TilePlace { level, index }, width))
            })
            .collect()
    }

    /// The edge of a tree of `size` leaves from its open tiles, in the order of [`Edge::places`]; none when a width
    /// is not right.
    #[must_use]
    pub fn from_open(size: u64, open: Vec<Vec<Hash>>) -> Option<Self> {
        let places = Self::places(size);
        let fits = open.len() == places.len()
            && open
                .iter()
                .zip(&places)
                .all(|(tile, (_, width))| tile.len() == *width);
        fits.then_some(Self { size, open })
    }

    /// Adds a leaf by its hash. Every tile that changed is handed to `changed`, as it is now.
    pub fn push(&mut self, leaf: Hash, mut changed: impl FnMut(TilePlace, &[Hash])) {
        let mut carried = Some(leaf);
        let mut before = self.size;
        self.size += 1;
        let mut level = 0_u8;
        while let Some(hash) = carried.take() {
            if self.open.len() <= usize::from(level) {
                self.open.push(Vec::with_capacity(TILE_WIDTH));
            }
            let index = before >> TILE_HEIGHT;
            if let Some(tile) = self.open.get_mut(usize::from(level)) {
                tile.push(hash);
                changed(TilePlace { level, index }, tile);
                if tile.len() == TILE_WIDTH {
                    carried = root_of(tile);
                    tile.clear();
                }
            }
            before >>= TILE_HEIGHT;
            level += 1;
        }
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The tree as its full parts.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let mut peaks = Vec::new();
        for tile in self.open.iter().rev() {
            let mut rest = tile.as_slice();
            while !rest.is_empty() {
                let part = 1 << rest.len().ilog2();
                let (full, left) = rest.split_at(part);
                peaks.extend(root_of(full));
                rest = left;
            }
        }
        Tree::from_peaks(self.size, peaks).unwrap_or_default()
    }

    /// The root over all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.tree().root()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{leaf_hash, prove_consistency, prove_inclusion, root};
    use super::*;

    fn leaf(index: u64) -> [u8; 8] {
        index.to_be_bytes()
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        let place = |level, index| TilePlace { level, index };
        assert_eq!(
            place(0, 1_234_067).path(256).to_string(),
            "tile/0/x001/x234/067"
        );
        assert_eq!(place(1, 5).path(112).to_string(), "tile/1/005.p/112");
        assert_eq!(place(0, 0).path(256).to_string(), "tile/0/000");
    }

    #[test]
    fn the_edge_and_its_tiles_give_the_root_and_every_proof() {
        let size = 70_000;
        let mut tiles: BTreeMap<TilePlace, Vec<Hash>> = BTreeMap::new();
        let mut edge = Edge::new();
        let mut tree = Tree::new();
        for index in 0..size {
            let hash = leaf_hash(&leaf(index));
            tree.push(hash);
            edge.push(hash, |place, hashes| {
                tiles.insert(place, hashes.to_vec());
            });
        }
        assert_eq!(edge.root(), tree.root());
        for (place, hashes) in &tiles {
            assert_eq!(hashes.len(), place.width(size), "{place:?}");
        }
        let read = |height, place| {
            let (tile, offset, count) = TilePlace::of_node(height, place);
            root_of(&tiles[&tile][offset..offset + count]).ok_or(())
        };
        let direct = |height: u8, place: u64| {
            let from = place << height;
            Ok::<_, ()>(root((from..from + (1 << height)).map(leaf)))
        };
        for index in [0, 255, 256, 65_535, 65_536, 69_999] {
            assert_eq!(
                prove_inclusion(index, size, read),
                prove_inclusion(index, size, direct)
            );
        }
        for old in [1, 256, 65_536, 69_000] {
            assert_eq!(
                prove_consistency(old, size, read),
                prove_consistency(old, size, direct)
            );
        }
    }

    #[test]
    fn an_edge_goes_on_from_its_open_tiles() {
        let mut tiles: BTreeMap<TilePlace, Vec<Hash>> = BTreeMap::new();
        let mut edge = Edge::new();
        for index in 0..1_000 {
            let again = Edge::places(edge.size())
                .into_iter()
                .map(|(place, width)| match width {
                    0 => Vec::new(),
                    _ => tiles[&place].clone(),
                })
                .collect();
            assert_eq!(Edge::from_open(index, again).unwrap(), edge);
            edge.push(leaf_hash(&leaf(index)), |place, hashes| {
                tiles.insert(place, hashes.to_vec());
            });
        }
        assert_eq!(Edge::from_open(3, vec![vec![[0; 32]]]), None);
    }
}
