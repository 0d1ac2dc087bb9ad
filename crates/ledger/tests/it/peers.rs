//! The same trees by two other programs: `ct-merkle` and `tlog_tiles`.

use crate::folder::{ORIGIN, entries, exported, key};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use tlog_tiles::{
    HashReader, Tile, TileHashReader, TileReader, check_record, check_tree, prove_record, prove_tree, tree_hash,
};
use vouchsafe_ledger::{
    entry::leaf_hash,
    proof::{consistency, inclusion},
    tiles::Tiles,
    tree::Frontier,
};

const SIZES: [usize; 8] = [1, 2, 3, 7, 255, 256, 257, 700];

#[test]
fn ct_merkle_has_the_same_roots_and_proofs() {
    for size in SIZES {
        let all = entries(size as u32);
        let (mut tree, mut tiles) = (Frontier::new(), Tiles::default());
        let mut theirs = MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
        for (leaf, _) in &all {
            tree.push(leaf_hash(leaf), |id, hash| tiles.add(id, hash));
            theirs.push(leaf.to_vec());
        }
        assert_eq!(theirs.root().as_bytes().as_slice(), tree.root());
        for at in (0..size).step_by(13) {
            let ours = inclusion(&mut tiles, at as u64, size as u64).unwrap().concat();
            assert_eq!(theirs.prove_inclusion(at).as_bytes(), ours);
            let ours = consistency(&mut tiles, at as u64 + 1, size as u64).unwrap().concat();
            assert_eq!(theirs.prove_consistency(size - at - 1).as_bytes(), ours);
        }
    }
}

/// Reads tiles where the verifier would.
struct Files(crate::folder::Folder);

impl TileReader for Files {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        // Their paths name the height of a tile, which the later specification fixed at 8 and left out.
        let path = |tile: &Tile| tile.path().replacen("tile/8/", "tile/", 1);
        Ok(tiles.iter().map(|tile| self.0.0[&path(tile)].clone()).collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

#[test]
fn tlog_tiles_reads_our_folder_and_agrees() {
    for size in SIZES {
        let all = entries(size as u32);
        let (mut tree, mut tiles) = (Frontier::new(), Tiles::default());
        for (leaf, _) in &all {
            tree.push(leaf_hash(leaf), |id, hash| tiles.add(id, hash));
        }
        let files = Files(exported(ORIGIN, &all, &key()));
        let root = tlog_tiles::Hash(tree.root());
        let n = size as u64;
        let reader = TileHashReader::new(n, root, &files);
        assert_eq!(tree_hash(n, &reader).unwrap(), root);
        for at in (0..n).step_by(13) {
            let theirs = prove_record(n, at, &reader).unwrap();
            let ours: Vec<_> = inclusion(&mut tiles, at, n).unwrap().into_iter().map(tlog_tiles::Hash).collect();
            assert_eq!(theirs, ours);
            let leaf = tlog_tiles::record_hash(&all[at as usize].0);
            check_record(&ours, n, root, at, leaf).unwrap();
            let theirs = prove_tree(n, at + 1, &reader).unwrap();
            let ours: Vec<_> = consistency(&mut tiles, at + 1, n).unwrap().into_iter().map(tlog_tiles::Hash).collect();
            let old = tree_hash(at + 1, &reader).unwrap();
            check_tree(&theirs, n, root, at + 1, old).unwrap();
            check_tree(&ours, n, root, at + 1, old).unwrap();
        }
        let _: &dyn HashReader = &reader;
    }
}

#[test]
fn tlog_tiles_reads_our_checkpoint() {
    let ours = crate::folder::head(ORIGIN, &entries(300));
    let theirs = tlog_tiles::Checkpoint::from_bytes(ours.to_text().as_bytes()).unwrap();
    assert_eq!((theirs.origin(), theirs.size(), theirs.hash().0), (ORIGIN, 300, ours.root));
    assert_eq!(theirs.to_bytes(), ours.to_text().as_bytes());
}
