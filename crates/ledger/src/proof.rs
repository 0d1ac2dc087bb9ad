//! Proofs: that a leaf is in a tree, that one tree is the beginning of another.
//!
//! Made as in RFC 6962, sections 2.1.1 and 2.1.2, from complete nodes wherever they lie; checked as in RFC 9162,
//! sections 2.1.3.2 and 2.1.4.2. A proof has at most 64 hashes: 20 (640 bytes) at a million leaves.

use crate::tree::{Hash, NodeId, empty_root, node_hash};
use std::collections::BTreeSet;

/// Gives the hash of a complete node.
pub trait Nodes {
    /// What goes wrong when a node is not to be had.
    type Error;
    /// The hash of a node that is complete.
    fn node(&mut self, id: NodeId) -> Result<Hash, Self::Error>;
}

/// A proof was asked for that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoProof<E> {
    /// There is no such leaf, or the smaller tree is the larger.
    #[error("there is no proof for {asked} in a tree of {size} leaves")]
    OutOfRange {
        /// The leaf's index, or the size of the smaller tree.
        asked: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// A node was not to be had.
    #[error("a node of the tree is not to be had")]
    Nodes(E),
}

/// The proof that leaf `index` is in the tree of the first `size` leaves, from the leaf up.
pub fn inclusion<N: Nodes>(nodes: &mut N, index: u64, size: u64) -> Result<Vec<Hash>, NoProof<N::Error>> {
    if index >= size {
        return Err(NoProof::OutOfRange { asked: index, size });
    }
    let (mut lo, mut hi, mut path) = (0, size, Vec::new());
    while hi - lo > 1 {
        let middle = lo + split(hi - lo);
        if index < middle {
            path.push(span(nodes, middle, hi)?);
            hi = middle;
        } else {
            path.push(span(nodes, lo, middle)?);
            lo = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of `old` leaves is the beginning of the tree of `size` leaves. Empty when `old` is 0 or `size`.
pub fn consistency<N: Nodes>(nodes: &mut N, old: u64, size: u64) -> Result<Vec<Hash>, NoProof<N::Error>> {
    if old > size {
        return Err(NoProof::OutOfRange { asked: old, size });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let (mut lo, mut hi, mut path) = (0, size, Vec::new());
    while hi != old {
        let middle = lo + split(hi - lo);
        if old <= middle {
            path.push(span(nodes, middle, hi)?);
            hi = middle;
        } else {
            path.push(span(nodes, lo, middle)?);
            lo = middle;
        }
    }
    if lo > 0 {
        path.push(span(nodes, lo, hi)?);
    }
    path.reverse();
    Ok(path)
}

/// The root of the tree of the first `size` leaves.
pub fn root<N: Nodes>(nodes: &mut N, size: u64) -> Result<Hash, NoProof<N::Error>> {
    span(nodes, 0, size)
}

/// The nodes that making a proof will ask for, so that they can be fetched beforehand.
pub fn needed<T>(make: impl FnOnce(&mut Asked) -> T) -> BTreeSet<NodeId> {
    let mut asked = Asked(BTreeSet::new());
    make(&mut asked);
    asked.0
}

/// Notes what it is asked for and answers with zeros.
pub struct Asked(BTreeSet<NodeId>);

impl Nodes for Asked {
    type Error = std::convert::Infallible;

    fn node(&mut self, id: NodeId) -> Result<Hash, Self::Error> {
        self.0.insert(id);
        Ok([0; 32])
    }
}

/// The largest power of two below `n`, for `n` above 1.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// The root over the leaves `lo` to `hi`, where `lo` is where a subtree of at least that width begins.
fn span<N: Nodes>(nodes: &mut N, lo: u64, hi: u64) -> Result<Hash, NoProof<N::Error>> {
    let (mut at, mut parts) = (lo, Vec::new());
    while at < hi {
        let level = (hi - at).ilog2();
        #[expect(clippy::cast_possible_truncation, reason = "a logarithm of 64 bits")]
        let id = NodeId { level: level as u8, index: at >> level };
        parts.push(nodes.node(id).map_err(NoProof::Nodes)?);
        at += 1 << level;
    }
    Ok(parts.into_iter().rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root))
}

/// Whether `path` proves that the leaf with this hash is number `index` of the tree with this size and root.
pub fn is_included(leaf_hash: &Hash, index: u64, size: u64, root: &Hash, path: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf_hash);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Whether `path` proves that the tree of `old` leaves with root `old_root` is the beginning of the tree of `size`
/// leaves with root `root`. A tree without leaves is the beginning of every tree.
pub fn is_extended(old: u64, old_root: &Hash, size: u64, root: &Hash, path: &[Hash]) -> bool {
    if old == 0 {
        return path.is_empty() && *old_root == empty_root() && (size > 0 || *root == empty_root());
    }
    if old >= size {
        return old == size && path.is_empty() && old_root == root;
    }
    // A complete smaller tree is a node of the larger and is not said again.
    let (first, rest) = if old.is_power_of_two() {
        (*old_root, path)
    } else {
        let Some((first, rest)) = path.split_first() else { return false };
        (*first, rest)
    };
    let (mut at, mut last) = (old - 1, size - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut older, mut newer) = (first, first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            older = node_hash(sibling, &older);
            newer = node_hash(sibling, &newer);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            newer = node_hash(&newer, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && older == *old_root && newer == *root
}
