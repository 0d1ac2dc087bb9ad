//! What a client keeps of a ledger: heads, the key, hand-overs, beginnings of epochs.

use crate::exit::{Failure, USAGE};
use serde_json::Value;
use std::{fs, path::Path};
use vouchsafe_ledger::{
    checkpoint::Checkpoint,
    handover::{self, Handover},
    note::Note,
    signing::PublicKey,
};

/// Most heads that a state keeps from before its newest; about 300 bytes each.
const EARLIER_MAX: usize = 512;

/// What the state holds of earlier looks.
pub(super) struct Kept {
    /// The newest head, as it was signed.
    note: Note,
    /// The same.
    pub(super) head: Checkpoint,
    /// The key that was trusted.
    pub(super) key: PublicKey,
    /// Hand-overs that were shown.
    pub(super) handovers: Vec<Handover>,
    /// Heads from before the newest, oldest first.
    pub(super) earlier: Vec<Note>,
    /// Beginnings of epochs that were shown.
    pub(super) epochs: Vec<Note>,
}

impl Kept {
    /// Reads a state. One of an earlier version holds only a head and its key.
    pub(super) fn read(file: &Path) -> Result<Self, Failure> {
        let bad = || Failure::from(format!("{}: this is no state of a ledger that was followed", file.display()));
        let note = kept_note(file)?;
        let head = Checkpoint::from_text(&note.text).map_err(|_| bad())?;
        let state: Value = serde_json::from_slice(&fs::read(file).map_err(|_| bad())?).map_err(|_| bad())?;
        let key = state["key"].as_str().and_then(|key| key.parse().ok()).ok_or_else(bad)?;
        let handovers = handover::read(state["handovers"].as_str().unwrap_or_default()).map_err(|_| bad())?;
        let notes = |name: &str| {
            let notes = state[name].as_array().into_iter().flatten();
            notes.map(|note| note.as_str()?.parse().ok()).collect::<Option<Vec<Note>>>().ok_or_else(bad)
        };
        Ok(Self { note, head, key, handovers, earlier: notes("earlier")?, epochs: notes("epochs")? })
    }

    /// Every head that was seen, the newest last.
    pub(super) fn heads(&self) -> impl Iterator<Item = Checkpoint> {
        self.earlier.iter().chain([&self.note]).filter_map(|note| Checkpoint::from_text(&note.text).ok())
    }

    /// All heads that are to be kept beside the next: when there are too many, every other one of the older half goes.
    pub(super) fn into_earlier(self) -> Vec<Note> {
        let mut all = self.earlier;
        all.push(self.note);
        if all.len() > EARLIER_MAX {
            let half = all.len() / 2;
            all = all.into_iter().enumerate().filter(|(i, _)| *i >= half || i % 2 == 0).map(|(_, note)| note).collect();
        }
        all
    }
}

/// The note of a file: a checkpoint as it is, or inside a state of `follow`, a receipt or the manifest of a release.
pub(super) fn kept_note(file: &Path) -> Result<Note, Failure> {
    let named = |why: &dyn std::fmt::Display| Failure::new(USAGE, format!("{}: {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|e| named(&e))?;
    let inside = serde_json::from_str::<Value>(&text).ok();
    let noted = |state: &Value| state["checkpoint"].as_str().or(state["ledger"].as_str()).map(str::to_owned);
    let note = inside.as_ref().and_then(noted).unwrap_or(text);
    note.parse().map_err(|e| named(&e))
}
