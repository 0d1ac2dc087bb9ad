//! Writes a ledger as the folder that [`crate::verify`] reads, entry by entry, in one pass.

use crate::{
    entry::{LEAF_DATA_BYTES, leaf_hash},
    shown::{self, Parts},
    tiles::{TILE_WIDTH, Tiles, bundle_path, bundle_push},
    tree::{Frontier, Hash},
    verify::parts_path,
};
use serde_json::Value;
use std::io;

/// Takes a file's path below the export and its whole content.
pub type Sink<'s> = dyn FnMut(&str, &[u8]) -> io::Result<()> + 's;

/// An export that is being written.
#[derive(Debug, Default)]
pub struct Export {
    tree: Frontier,
    tiles: Tiles,
    bundle: Vec<u8>,
    lines: String,
}

impl Export {
    /// An export without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The root over them.
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// Adds an entry; `parts` for all of them or for none.
    pub fn push(&mut self, leaf: &[u8; LEAF_DATA_BYTES], parts: Option<&Parts>, sink: &mut Sink<'_>) -> io::Result<()> {
        let Self { tree, tiles, bundle, .. } = self;
        tree.push(leaf_hash(leaf), |id, hash| tiles.add(id, hash));
        bundle_push(bundle, leaf).ok_or_else(|| io::Error::other("an entry is too long"))?;
        if let Some(parts) = parts {
            self.lines.push_str(&Value::Object(shown::to_json(parts)).to_string());
            self.lines.push('\n');
        }
        if self.tree.size().is_multiple_of(TILE_WIDTH) {
            self.flush(TILE_WIDTH, sink)?;
            for (id, hashes) in self.tiles.take_full() {
                sink(&id.path(TILE_WIDTH), &hashes)?;
            }
        }
        Ok(())
    }

    fn flush(&mut self, width: u64, sink: &mut Sink<'_>) -> io::Result<()> {
        let index = (self.tree.size() - 1) / TILE_WIDTH;
        sink(&bundle_path(index, width), &self.bundle)?;
        if !self.lines.is_empty() {
            sink(&parts_path(index, width), self.lines.as_bytes())?;
        }
        self.bundle.clear();
        self.lines.clear();
        Ok(())
    }

    /// Writes what is left, the signed head, the hand-overs of its key and the signed beginnings of later epochs.
    pub fn finish(
        mut self,
        checkpoint: &str,
        handovers: &str,
        epochs: &[String],
        sink: &mut Sink<'_>,
    ) -> io::Result<()> {
        let width = self.tree.size() % TILE_WIDTH;
        if width > 0 {
            self.flush(width, sink)?;
        }
        for (id, hashes) in self.tiles.iter() {
            sink(&id.path(hashes.len() as u64 / 32), hashes)?;
        }
        if !handovers.is_empty() {
            sink("handovers", handovers.as_bytes())?;
        }
        if !epochs.is_empty() {
            let lines = epochs.iter().map(|note| format!("{}\n", Value::from(note.as_str())));
            sink("epochs", lines.collect::<String>().as_bytes())?;
        }
        sink("checkpoint", checkpoint.as_bytes())
    }
}
