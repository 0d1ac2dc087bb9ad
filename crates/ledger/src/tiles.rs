//! The tree in files: C2SP tlog-tiles (<https://c2sp.org/tlog-tiles>).
//!
//! A tile holds up to 256 hashes of one level; the levels are those of every eighth height of the tree. A tile is
//! full or, at the right edge, partial; a full tile never changes. Beside the tiles lie bundles of the leaves' data.

use crate::{
    proof::Nodes,
    tree::{Hash, NodeId, node_hash},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Hashes of a full tile, and entries of a full bundle.
pub const TILE_WIDTH: u64 = 256;
/// Levels of the tree from one level of tiles to the next.
pub const TILE_HEIGHT: u8 = 8;

/// A tile's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    /// 0 for hashes of leaves.
    pub level: u8,
    /// From the left, from 0.
    pub index: u64,
}

impl TileId {
    /// The tile that holds a node, or whose hashes give it.
    pub fn of(node: NodeId) -> Self {
        let below = node.level % TILE_HEIGHT;
        Self { level: node.level / TILE_HEIGHT, index: (node.index << below) / TILE_WIDTH }
    }

    /// How many hashes it has in a tree of `size` leaves, at most [`TILE_WIDTH`].
    pub fn width(self, size: u64) -> u64 {
        let hashes = size.checked_shr(u32::from(self.level) * u32::from(TILE_HEIGHT)).unwrap_or(0);
        hashes.saturating_sub(self.index.saturating_mul(TILE_WIDTH)).min(TILE_WIDTH)
    }

    /// Its path below the log's folder, `tile/0/x001/x234/067` or, while partial, `tile/0/x001/x234/067.p/5`.
    pub fn path(self, width: u64) -> String {
        format!("tile/{}/{}", self.level, numbered(self.index, width))
    }
}

/// The path of the bundle with the data of leaves `index * 256` and following, `width` of them.
pub fn bundle_path(index: u64, width: u64) -> String {
    format!("tile/entries/{}", numbered(index, width))
}

/// A number in groups of three digits, all but the last marked by `x`; a partial one also says its width.
pub fn numbered(index: u64, width: u64) -> String {
    let (mut text, mut rest) = (format!("{:03}", index % 1000), index / 1000);
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1000);
        rest /= 1000;
    }
    if width < TILE_WIDTH { format!("{text}.p/{width}") } else { text }
}

/// What a path below the log's folder asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The signed head.
    Checkpoint,
    /// So many hashes of a tile.
    Tile(TileId, u64),
    /// The data of so many entries of a bundle.
    Entries(u64, u64),
}

/// Reads a path. `None` for one that C2SP tlog-tiles does not have, also one that says the same in another way.
pub fn asked(path: &str) -> Option<Asked> {
    if path == "checkpoint" {
        return Some(Asked::Checkpoint);
    }
    let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, width.parse().ok().filter(|width| (1..TILE_WIDTH).contains(width))?),
        None => (rest, TILE_WIDTH),
    };
    let mut index: u64 = 0;
    for group in number.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok().filter(|group| *group < 1000)?)?;
    }
    let (asked, said) = if level == "entries" {
        (Asked::Entries(index, width), bundle_path(index, width))
    } else {
        let id = TileId { level: level.parse().ok()?, index };
        (Asked::Tile(id, width), id.path(width))
    };
    (said == path).then_some(asked)
}

/// Appends an entry to a bundle: two bytes of length, big-endian, then the data. `None` when it has over 65,535 bytes.
pub fn bundle_push(bundle: &mut Vec<u8>, data: &[u8]) -> Option<()> {
    bundle.extend_from_slice(&u16::try_from(data.len()).ok()?.to_be_bytes());
    bundle.extend_from_slice(data);
    Some(())
}

/// The entries of a bundle. `None` when it is cut off.
pub fn bundle_entries(mut bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        let (length, rest) = bundle.split_first_chunk::<2>()?;
        let (data, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(data);
        bundle = rest;
    }
    Some(entries)
}

/// Collects what a growing tree adds to its tiles. Starts with the hashes of the partial tiles at its edge.
#[derive(Debug, Clone, Default)]
pub struct Tiles {
    tiles: BTreeMap<TileId, Vec<u8>>,
    /// Nodes between two levels of tiles, reckoned once for all proofs that share them. A complete node never changes.
    inner: HashMap<NodeId, Hash>,
}

impl Tiles {
    /// Tiles that are already there.
    pub fn of(tiles: impl IntoIterator<Item = (TileId, Vec<u8>)>) -> Self {
        Self { tiles: tiles.into_iter().collect(), inner: HashMap::new() }
    }

    /// The tiles that a tree of `size` leaves goes on writing to: those at its edge that are neither empty nor full.
    pub fn edge(size: u64) -> Vec<TileId> {
        let levels = (0_u8..8).map(|level| (level, size.checked_shr(u32::from(level) * 8).unwrap_or(0)));
        levels
            .filter(|(_, hashes)| hashes % TILE_WIDTH > 0)
            .map(|(level, hashes)| TileId { level, index: hashes / TILE_WIDTH })
            .collect()
    }

    /// Takes a node as [`crate::tree::Frontier::push`] hands it out; only every eighth level is kept.
    pub fn add(&mut self, id: NodeId, hash: &Hash) {
        if id.level.is_multiple_of(TILE_HEIGHT) {
            self.tiles.entry(TileId::of(id)).or_default().extend_from_slice(hash);
        }
    }

    /// The tiles, in order.
    pub fn iter(&self) -> impl Iterator<Item = (TileId, &[u8])> {
        self.tiles.iter().map(|(id, hashes)| (*id, hashes.as_slice()))
    }

    /// Takes out the tiles that are full, in order.
    pub fn take_full(&mut self) -> Vec<(TileId, Vec<u8>)> {
        self.tiles.extract_if(.., |_, hashes| hashes.len() as u64 == TILE_WIDTH * 32).collect()
    }
}

/// A tile lacks a hash that a proof needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("tile {index} of level {level} lacks a hash", level = .0.level, index = .0.index)]
pub struct TileLacks(pub TileId);

impl Nodes for Tiles {
    type Error = TileLacks;

    fn node(&mut self, id: NodeId) -> Result<Hash, TileLacks> {
        let tile = TileId::of(id);
        if id.level.is_multiple_of(TILE_HEIGHT) {
            let at = usize::try_from(id.index % TILE_WIDTH).map_err(|_| TileLacks(tile))?;
            let hashes = self.tiles.get(&tile).map(|tile| tile.as_chunks::<32>().0).unwrap_or_default();
            return hashes.get(at).copied().ok_or(TileLacks(tile));
        }
        if let Some(hash) = self.inner.get(&id) {
            return Ok(*hash);
        }
        let below = |index| NodeId { level: id.level - 1, index };
        let hash = node_hash(&self.node(below(id.index * 2))?, &self.node(below(id.index * 2 + 1))?);
        self.inner.insert(id, hash);
        Ok(hash)
    }
}

/// The tiles that hold these nodes.
pub fn tiles_of(nodes: &BTreeSet<NodeId>) -> BTreeSet<TileId> {
    nodes.iter().map(|node| TileId::of(*node)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_it_is_written() {
        for (index, width) in [(0, 256), (0, 1), (67, 255), (1_234_067, 256), (1_000, 5), (999_999_999, 256)] {
            let id = TileId { level: 2, index };
            assert_eq!(asked(&id.path(width)), Some(Asked::Tile(id, width)));
            assert_eq!(asked(&bundle_path(index, width)), Some(Asked::Entries(index, width)));
        }
        assert_eq!(asked("checkpoint"), Some(Asked::Checkpoint));
        for other in [
            "tile/0/67",
            "tile/0/x000/067",
            "tile/0/067.p/256",
            "tile/0/067.p/0",
            "tile/0/001/067",
            "tile/00/067",
            "tile/-1/067",
            "tile/0/+67",
            "tile/entries/",
            "tile/0/../checkpoint",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
            "",
        ] {
            assert_eq!(asked(other), None, "{other}");
        }
    }
}
