//! Prints a small ledger with its proofs, as the test of the pages wants it:
//! `cargo run -p vouchsafe-ledger --example proof_vector > web/src/logic/custody/proof.fixture.ts`

use serde_json::json;
use vouchsafe_ledger::{
    act::Act,
    checkpoint::Checkpoint,
    entry::{Entry, LedgerOf, leaf_hash},
    proof::inclusion,
    shown::{self, Proven},
    signing::{Purpose, SecretKey},
    tiles::Tiles,
    tree::Frontier,
};

/// No power of two, so that paths have several lengths.
const ENTRIES: u8 = 13;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = SecretKey::from_random(Purpose::Checkpoint, &[7; 32]);
    let (mut tree, mut tiles, mut salted) = (Frontier::new(), Tiles::default(), Vec::new());
    for i in 0..ENTRIES {
        let entry = Entry::new(LedgerOf::Client("c".into()), Act::AssignmentSent, 1_795_390_516_000_000 + i64::from(i))
            .because("rule", "granted")
            .of("task", format!("89e81bb0-480b-4048-9069-921e54c013{i:02}"))
            .of("note", "λ → \"quoted\" \u{1f426}")
            .by("person", format!("p-f626113bc09ba79cacc2270df753{i:04}"));
        let entry = entry.seal(&std::array::from_fn(|at| i.wrapping_mul(7).wrapping_add(at.to_le_bytes()[0])))?;
        tree.push(leaf_hash(&entry.leaf_data()), |id, hash| tiles.add(id, hash));
        salted.push(entry);
    }
    let head = Checkpoint { origin: "vouchsafe/5f1d/1".into(), size: tree.size(), root: tree.root() };
    let entries: Result<Vec<_>, _> = (0_u64..)
        .zip(salted)
        .map(|(index, entry)| {
            let path = inclusion(&mut tiles, index, tree.size())?;
            Ok::<_, Box<dyn std::error::Error>>(
                Proven { index, leaf: entry.leaf_data(), parts: entry.parts.map(Some), path }.to_json(),
            )
        })
        .collect();
    let page = shown::document(&head.sign(&key)?.to_string(), &entries?);
    println!("// Printed by `cargo run -p vouchsafe-ledger --example proof_vector`; not written by hand.");
    println!("export const key = {};", json!(key.public().to_string()));
    println!("export const page = {};", serde_json::to_string_pretty(&page)?);
    Ok(())
}
