//! Published vectors: the trees over eight leaves of certificate-transparency's reference tests (Apache-2.0,
//! <https://github.com/google/certificate-transparency>, `merkletree/merkle_tree_test.cc`).

use vouchsafe_ledger::{
    entry::leaf_hash,
    proof::{consistency, inclusion, is_extended, is_included},
    signing::from_hex,
    tiles::Tiles,
    tree::{Frontier, Hash, empty_root},
};

const LEAVES: [&[u8]; 8] = [
    b"",
    b"\0",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// (leaf, size, path), as published.
const INCLUSIONS: [(u64, u64, &[&str]); 4] = [
    (0, 1, &[]),
    (
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
];

/// (old, size, path), as published.
const CONSISTENCIES: [(u64, u64, &[&str]); 3] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
];

fn hash(text: &str) -> Hash {
    from_hex(text).unwrap()
}

#[test]
fn roots_and_proofs_are_the_published_ones() {
    let (mut tree, mut nodes) = (Frontier::new(), Tiles::default());
    assert_eq!(empty_root(), hash(ROOTS[0]));
    for (n, leaf) in LEAVES.iter().enumerate() {
        assert_eq!(tree.root(), hash(ROOTS[n]));
        tree.push(leaf_hash(leaf), |id, hash| nodes.add(id, hash));
    }
    assert_eq!(tree.root(), hash(ROOTS[8]));
    for (leaf, size, path) in INCLUSIONS {
        let expected: Vec<Hash> = path.iter().map(|text| hash(text)).collect();
        let path = inclusion(&mut nodes, leaf, size).unwrap();
        assert_eq!(path, expected);
        assert!(is_included(&leaf_hash(LEAVES[leaf as usize]), leaf, size, &hash(ROOTS[size as usize]), &path));
    }
    for (old, size, path) in CONSISTENCIES {
        let expected: Vec<Hash> = path.iter().map(|text| hash(text)).collect();
        let path = consistency(&mut nodes, old, size).unwrap();
        assert_eq!(path, expected);
        assert!(is_extended(old, &hash(ROOTS[old as usize]), size, &hash(ROOTS[size as usize]), &path));
    }
}
