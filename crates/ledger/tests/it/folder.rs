//! An exported ledger in memory.

use std::{collections::BTreeMap, io};
use vouchsafe_ledger::{
    act::Act,
    checkpoint::Checkpoint,
    entry::{Entry, LEAF_DATA_BYTES, LedgerOf},
    export::Export,
    shown::Parts,
    signing::{Purpose, SecretKey},
    verify::{Fault, Known, Report, Source, verify},
};

/// The name of the ledger in tests.
pub(crate) const ORIGIN: &str = "vouchsafe/5f1d/1";

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Folder(pub(crate) BTreeMap<String, Vec<u8>>);

impl Source for Folder {
    fn read(&mut self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.get(path).cloned())
    }
}

pub(crate) type Recorded = ([u8; LEAF_DATA_BYTES], Parts);

/// The log's key.
pub(crate) fn key() -> SecretKey {
    SecretKey::from_random(Purpose::Checkpoint, &[7; 32])
}

/// `n` entries of a ledger.
pub(crate) fn entries(n: u32) -> Vec<Recorded> {
    let entry = |i: u32| {
        let salts: [u8; 96] = std::array::from_fn(|at| (i as usize * 7 + at) as u8);
        let entry = Entry::new(LedgerOf::Client("c".into()), Act::AssignmentSent, i64::from(i))
            .of("task", format!("t{i}"))
            .by("person", format!("p{}", i % 5));
        let salted = entry.seal(&salts).unwrap();
        (salted.leaf_data(), salted.parts.map(Some))
    };
    (0..n).map(entry).collect()
}

/// The head of a tree over these entries.
pub(crate) fn head(origin: &str, entries: &[Recorded]) -> Checkpoint {
    let mut export = Export::new();
    for (leaf, _) in entries {
        export.push(leaf, None, &mut |_, _| Ok(())).unwrap();
    }
    Checkpoint { origin: origin.into(), size: export.size(), root: export.root() }
}

/// A whole export, its head signed by `key`.
pub(crate) fn exported(origin: &str, entries: &[Recorded], key: &SecretKey) -> Folder {
    let note = head(origin, entries).sign(key).unwrap();
    written(entries, &note.to_string(), true)
}

/// An export under any head, with or without what is shown of the entries.
pub(crate) fn written(entries: &[Recorded], checkpoint: &str, shown: bool) -> Folder {
    let mut folder = Folder::default();
    let mut sink = |path: &str, bytes: &[u8]| {
        assert_eq!(folder.0.insert(path.into(), bytes.to_vec()), None, "`{path}` is written once");
        Ok(())
    };
    let mut export = Export::new();
    for (leaf, parts) in entries {
        export.push(leaf, shown.then_some(parts), &mut sink).unwrap();
    }
    export.finish(checkpoint, "", &[], &mut sink).unwrap();
    folder
}

pub(crate) fn checked(folder: &Folder, known: &Known) -> Result<Report, Fault> {
    verify(&mut folder.clone(), known, &mut |_| {})
}
