//! Growing, proving and verifying. `cargo bench -p vouchsafe-ledger`.

use divan::{Bencher, counter::ItemsCount};

fn main() {
    divan::main();
}

const MILLION: u64 = 1_000_000;

#[divan::bench(sample_count = 3, sample_size = 1)]
fn grow_a_million_leaves(bencher: Bencher) {
    bencher.counter(ItemsCount::new(MILLION)).bench(|| {
        let mut tree = vouchsafe_ledger::tree::Frontier::new();
        for i in 0..MILLION {
            tree.push(vouchsafe_ledger::entry::leaf_hash(&i.to_be_bytes()), |_, _| {});
        }
        tree.root()
    });
}
