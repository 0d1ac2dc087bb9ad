//! Trees and proofs against a slow version written down from the definitions.

use proptest::prelude::*;
use vouchsafe_ledger::{
    entry::leaf_hash,
    proof::{consistency, inclusion, is_extended, is_included, needed},
    tiles::{TileId, Tiles, tiles_of},
    tree::{Frontier, Hash, NodeId, empty_root, node_hash},
};

/// RFC 6962, section 2.1, as it is written.
fn slow_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(slow_split(leaves.len()));
            node_hash(&slow_root(left), &slow_root(right))
        }
    }
}

fn slow_split(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

/// RFC 6962, section 2.1.1.
fn slow_path(at: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let k = slow_split(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut path, other) = if at < k { (slow_path(at, left), right) } else { (slow_path(at - k, right), left) };
    path.push(slow_root(other));
    path
}

/// RFC 6962, section 2.1.2.
fn slow_consistency(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![slow_root(leaves)] };
    }
    let k = slow_split(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut path, other) = if old <= k {
        (slow_consistency(old, left, whole), right)
    } else {
        (slow_consistency(old - k, right, false), left)
    };
    path.push(slow_root(other));
    path
}

fn leaves(n: usize) -> Vec<Hash> {
    (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

fn grown(leaves: &[Hash]) -> (Frontier, Tiles) {
    let (mut tree, mut tiles) = (Frontier::new(), Tiles::default());
    for leaf in leaves {
        tree.push(*leaf, |id, hash| tiles.add(id, hash));
    }
    (tree, tiles)
}

#[test]
fn every_proof_of_every_small_tree_is_the_one_of_the_definition_and_holds() {
    let all = leaves(70);
    for size in 1..=all.len() {
        let (tree, mut tiles) = grown(&all[..size]);
        assert_eq!(tree.root(), slow_root(&all[..size]));
        for at in 0..size {
            let path = inclusion(&mut tiles, at as u64, size as u64).unwrap();
            assert_eq!(path, slow_path(at, &all[..size]));
            assert!(is_included(&all[at], at as u64, size as u64, &tree.root(), &path));
        }
        for old in 1..=size {
            let path = consistency(&mut tiles, old as u64, size as u64).unwrap();
            assert_eq!(path, slow_consistency(old, &all[..size], true));
            assert!(is_extended(old as u64, &slow_root(&all[..old]), size as u64, &tree.root(), &path));
        }
        assert!(inclusion(&mut tiles, size as u64, size as u64).is_err());
        assert!(consistency(&mut tiles, size as u64 + 1, size as u64).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Across the edges of tiles too, and from an edge that was put away and taken up again.
    #[test]
    fn any_tree_gives_the_proofs_of_the_definition(size in 1_usize..1500, cut in 0_usize..1500, at in 0_usize..1500) {
        let (all, cut, at) = (leaves(size), cut % size, at % size);
        let (first, tiles) = grown(&all[..cut]);
        let edge = Tiles::edge(cut as u64);
        let mut tree = Frontier::from_bytes(cut as u64, &first.to_bytes()).unwrap();
        let mut grown = Tiles::of(tiles.iter().map(|(id, hashes)| (id, hashes.to_vec())));
        for id in edge {
            prop_assert!(tiles.iter().any(|(known, hashes)| known == id && hashes.len() as u64 / 32 == id.width(cut as u64)));
        }
        for leaf in &all[cut..] {
            tree.push(*leaf, |id, hash| grown.add(id, hash));
        }
        prop_assert_eq!(tree.root(), slow_root(&all));
        let (at, size) = (at as u64, size as u64);
        prop_assert_eq!(inclusion(&mut grown, at, size).unwrap(), slow_path(at as usize, &all));
        let path = consistency(&mut grown, at + 1, size).unwrap();
        prop_assert_eq!(&path, &slow_consistency(at as usize + 1, &all, true));
        // What making it will ask for is known beforehand.
        let nodes = needed(|asked| consistency(asked, at + 1, size));
        let some: Vec<TileId> = tiles_of(&nodes).into_iter().collect();
        let mut few = Tiles::of(grown.iter().filter(|(id, _)| some.contains(id)).map(|(id, h)| (id, h.to_vec())));
        prop_assert_eq!(consistency(&mut few, at + 1, size).unwrap(), path);
    }

    #[test]
    fn a_changed_proof_does_not_hold(size in 2_usize..300, at in 0_usize..300, byte in 0_usize..32, flip in 1_u8.., pick in any::<prop::sample::Index>()) {
        let (all, at) = (leaves(size), at % size);
        let (tree, mut tiles) = grown(&all);
        let path = inclusion(&mut tiles, at as u64, size as u64).unwrap();
        let root = tree.root();
        let mut changed = path.clone();
        changed[pick.index(path.len())][byte] ^= flip;
        prop_assert!(!is_included(&all[at], at as u64, size as u64, &root, &changed));
        prop_assert!(!is_included(&all[at], at as u64, size as u64, &root, &path[1..]));
        let longer = [&path[..], &[root]].concat();
        prop_assert!(!is_included(&all[at], at as u64, size as u64, &root, &longer));
        prop_assert!(!is_included(&all[(at + 1) % size], at as u64, size as u64, &root, &path));
        let old = at.max(1);
        let path = consistency(&mut tiles, old as u64, size as u64).unwrap();
        let old_root = slow_root(&all[..old]);
        for i in 0..path.len() {
            let mut changed = path.clone();
            changed[i][byte] ^= flip;
            prop_assert!(!is_extended(old as u64, &old_root, size as u64, &root, &changed));
        }
        prop_assert!(!is_extended(old as u64, &root, size as u64, &root, &path));
        prop_assert!(!is_extended(old as u64, &old_root, size as u64, &root, &[&path[..], &[root]].concat()));
    }
}

#[test]
fn a_proof_at_a_million_leaves_is_short() {
    let asked = |index| needed(|asked| inclusion(asked, index, 1_000_000));
    let longest = (0..1_000_000).step_by(9_973).map(|index| {
        let mut count = Counting;
        (inclusion(&mut count, index, 1_000_000).unwrap().len(), asked(index).len())
    });
    let (hashes, _) = longest.max().unwrap();
    assert!(hashes * 32 <= 1024, "{hashes} hashes");
}

struct Counting;
impl vouchsafe_ledger::proof::Nodes for Counting {
    type Error = ();
    fn node(&mut self, _: NodeId) -> Result<Hash, ()> {
        Ok([0; 32])
    }
}

#[test]
fn paths_are_those_of_the_specification() {
    assert_eq!(TileId { level: 0, index: 1_234_067 }.path(256), "tile/0/x001/x234/067");
    assert_eq!(TileId { level: 1, index: 0 }.path(5), "tile/1/000.p/5");
    assert_eq!(vouchsafe_ledger::tiles::bundle_path(1_000, 256), "tile/entries/x001/000");
}
