//! Growing, proving and verifying. `cargo bench -p vouchsafe-ledger`. Prints the size of a proof as well.

use divan::{Bencher, counter::ItemsCount};
use std::{collections::HashMap, io, sync::OnceLock};
use vouchsafe_ledger::{
    act::Act,
    checkpoint::Checkpoint,
    entry::{Entry, LedgerOf, leaf_hash},
    export::Export,
    proof::inclusion,
    signing::{Purpose, SecretKey},
    tiles::Tiles,
    tree::Frontier,
    verify::{Known, Source, verify},
};

const MILLION: u64 = 1_000_000;

fn main() {
    let (_, mut tiles) = grown();
    let longest = (0..MILLION).step_by(997).filter_map(|index| Some(inclusion(&mut tiles, index, MILLION).ok()?.len()));
    println!("an inclusion proof at a million leaves has at most {} bytes", longest.max().unwrap_or(0) * 32);
    divan::main();
}

fn grown() -> (Frontier, Tiles) {
    let (mut tree, mut tiles) = (Frontier::new(), Tiles::default());
    for i in 0..MILLION {
        tree.push(leaf_hash(&i.to_be_bytes()), |id, hash| tiles.add(id, hash));
    }
    (tree, tiles)
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn grow_a_million_leaves(bencher: Bencher) {
    bencher.counter(ItemsCount::new(MILLION)).bench(|| grown().0.root());
}

#[divan::bench(sample_count = 100, sample_size = 100)]
fn prove_one_in_a_million(bencher: Bencher) {
    let (_, mut tiles) = grown();
    let mut index = 0;
    bencher.counter(ItemsCount::new(1_u64)).bench_local(|| {
        index = (index + 9_973) % MILLION;
        inclusion(&mut tiles, index, MILLION)
    });
}

struct Folder(HashMap<String, Vec<u8>>);

impl Source for &Folder {
    fn read(&mut self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.get(path).cloned())
    }
}

/// A million entries with their parts, as an export holds them, in memory.
fn exported() -> &'static (Folder, Known) {
    static FOLDER: OnceLock<(Folder, Known)> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let key = SecretKey::from_random(Purpose::Checkpoint, &[7; 32]);
        let (mut folder, mut export) = (HashMap::new(), Export::new());
        let mut sink = |path: &str, bytes: &[u8]| {
            folder.insert(path.into(), bytes.to_vec());
            Ok(())
        };
        for i in 0..MILLION {
            let mut salts = [0; 96];
            salts[..8].copy_from_slice(&i.to_be_bytes());
            let entry = Entry::new(LedgerOf::Client("c".into()), Act::AssignmentSent, i64::try_from(i).unwrap_or(0))
                .because("purpose", "work")
                .because("route", "POST /projects/{project}/assignments")
                .of("task", format!("89e81bb0-480b-4048-9069-{i:012}"))
                .of("content", "5de23d3b1dc889abeec43ad8fd4ecd44cc2ef70addd6e00298d741030d9b9c44")
                .of("sealed_bytes", 3_612)
                .by("person", "p-f626113bc09ba79cacc2270df75320c0")
                .by("door", "session:b36077e7107448c683d8fe416bcdfcba");
            let salted = entry.seal(&salts).expect("whole numbers and text");
            let leaf = salted.leaf_data();
            export.push(&leaf, Some(&salted.parts.map(Some)), &mut sink).expect("memory takes everything");
        }
        let head = Checkpoint { origin: "vouchsafe/bench/1".into(), size: export.size(), root: export.root() };
        let note = head.sign(&key).expect("its name is good");
        export.finish(&note.to_string(), "", &[], &mut sink).expect("memory takes everything");
        let known = Known { keys: vec![key.public()], checkpoints: vec![note], ..Known::default() };
        (Folder(folder), known)
    })
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn verify_a_million_entries_with_parts(bencher: Bencher) {
    let (folder, known) = exported();
    bencher
        .counter(ItemsCount::new(MILLION))
        .bench(|| verify(&mut &*folder, known, &mut |_| {}).is_ok_and(|report| report.shown == [MILLION; 3]));
}
