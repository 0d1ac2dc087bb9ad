//! Checks an exported ledger, offline, in one pass.
//!
//! | file | holds |
//! |---|---|
//! | `checkpoint` | the signed head |
//! | `tile/entries/…` | leaf data, 256 a bundle (C2SP tlog-tiles) |
//! | `tile/<level>/…` | hashes, 256 a tile |
//! | `parts/…` | what is shown of the entries, one JSON line each, 256 a file; may be missing altogether |
//! | `handovers` | signed hand-overs of the signing key; may be missing |
//! | `cosigned` | the newest head that witnesses cosigned; may be missing |
//! | `epochs` | one JSON string a line: the signed beginning of each later epoch; may be missing |
//!
//! The tree is built anew from the leaves, so nothing that lies in the folder is believed; an old checkpoint is met
//! on the way, at its size. Memory is bounded by a bundle and the edge of the tree.

use crate::{
    act::Act,
    checkpoint::Checkpoint,
    entry::{LEAF_DATA_BYTES, Part, VERSION, leaf_hash},
    epoch::{Epoch, kept_since},
    handover::{self, Handover, HandoverError},
    note::{Note, WitnessKey},
    shown,
    signing::{PublicKey, Purpose},
    tiles::{TILE_WIDTH, Tiles, bundle_entries, bundle_path, numbered},
    tree::{Frontier, Hash},
};
use serde_json::Value;
use std::{collections::BTreeMap, io};

/// Where an export lies.
pub trait Source {
    /// The whole of a file; `None` when it is not there.
    fn read(&mut self, path: &str) -> io::Result<Option<Vec<u8>>>;
}

/// What is pinned and known beforehand.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Keys of the log. Without any, everything is checked but who signed.
    pub keys: Vec<PublicKey>,
    /// Checkpoints that were kept from earlier, as signed notes.
    pub checkpoints: Vec<Note>,
    /// Witnesses to look for.
    pub witnesses: Vec<WitnessKey>,
    /// Hand-overs that were kept from earlier: an export that says otherwise is a fork.
    pub handovers: Vec<Handover>,
    /// Heads that were kept from before those above, by which what is left after a gap can be compared.
    pub earlier: Vec<Note>,
    /// Beginnings of epochs that were kept from earlier: a log that was lost may be known to whoever kept them alone.
    pub epochs: Vec<Note>,
}

/// What was found to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Whether a pinned key, or one that it handed over to, signed it.
    pub signer_known: bool,
    /// Parts that were shown and fit: act, object, person.
    pub shown: [u64; 3],
    /// Whether there are parts at all.
    pub has_parts: bool,
    /// Old checkpoints that this ledger extends.
    pub extended: usize,
    /// The witnesses that cosigned this head or an earlier one that it continues: name, time in seconds since 1970, and
    /// how many entries that head had.
    pub witnesses: Vec<(String, u64, u64)>,
    /// Signed gaps: epoch and how many entries were known and are gone.
    pub gaps: Vec<(u64, u64)>,
    /// An old checkpoint goes beyond what a later epoch kept: so many entries that it vouches for are gone.
    pub beyond: u64,
    /// How many entries from the first on are those that some head from earlier vouches for.
    pub compared: u64,
}

/// What does not hold. Checking stops at the first.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A file is not there.
    #[error("`{0}` is missing")]
    Missing(String),
    /// A file could not be read.
    #[error("`{path}` cannot be read: {why}")]
    Unreadable {
        /// Which.
        path: String,
        /// What the system said, or what is wrong with it.
        why: String,
    },
    /// An entry is not of the format.
    #[error("entry {0} is no entry of this format")]
    Entry(u64),
    /// A tile does not hold the hashes of the entries.
    #[error("`{0}` does not hold the hashes of the entries")]
    Tile(String),
    /// The entries are not those that were signed.
    #[error("the entries do not give the root that was signed: one was changed, dropped, swapped or added")]
    Root,
    /// A part is not the one that was recorded.
    #[error("the part `{part}` of entry {index} is not what was recorded")]
    Part {
        /// The entry.
        index: u64,
        /// Which part.
        part: &'static str,
    },
    /// The old checkpoint is of another log.
    #[error("the old checkpoint is of the log `{0}`, and no signed epoch leads from it to this one")]
    OtherLog(String),
    /// A key handed over twice.
    #[error(transparent)]
    Handovers(HandoverError),
    /// The head was signed by a key that had handed over.
    #[error("the head was signed by a key that had handed over to another: whoever holds it should not")]
    HandedOver,
    /// An epoch says that another head was known than the one that was kept.
    #[error("an epoch names another root for the first {0} entries than the old checkpoint: the ledger was rewritten")]
    OtherKnown(u64),
    /// The old checkpoint is not signed by a pinned key.
    #[error("the old checkpoint was not signed by a pinned key")]
    OldUnsigned,
    /// The ledger is shorter than it was.
    #[error("the ledger has {size} entries and had {old}: it was cut")]
    Shorter {
        /// Now.
        size: u64,
        /// Then.
        old: u64,
    },
    /// The ledger is not a continuation of what it was.
    #[error("the first {0} entries are not those that the old checkpoint vouches for: the ledger was rewritten")]
    Forked(u64),
}

/// Checks everything. `tell` hears how many entries were looked at.
pub fn verify(source: &mut impl Source, known: &Known, tell: &mut dyn FnMut(u64)) -> Result<Report, Fault> {
    let head: Note = parsed("checkpoint", &needed(source, "checkpoint")?)?;
    let handovers = match text(source, "handovers")? {
        Some(text) => handover::read(&text).map_err(|error| match error {
            HandoverError::Twice(_) => Fault::Handovers(error),
            _ => unreadable("handovers", &error.to_string()),
        })?,
        None => Vec::new(),
    };
    let handovers = handover::joined(&known.handovers, &handovers).map_err(Fault::Handovers)?;
    let keys = handover::followed(&known.keys, &handovers);
    let (checkpoint, by) = Checkpoint::open(&head, &keys).map_err(|e| unreadable("checkpoint", &e.to_string()))?;
    if by.is_some_and(|by| !handover::in_use(&keys, &handovers).contains(by)) {
        return Err(Fault::HandedOver);
    }
    let mut report = Report {
        signer_known: by.is_some(),
        shown: [0; 3],
        has_parts: source.read(&parts_path(0, checkpoint.size.min(TILE_WIDTH))).ok().flatten().is_some(),
        extended: 0,
        witnesses: Vec::new(),
        gaps: Vec::new(),
        beyond: 0,
        compared: 0,
        checkpoint,
    };
    let mut marks = marks(source, known, (&keys, &handover::traced(&keys, &handovers)), &mut report)?;
    let earlier = cosigned(source, &keys, &report.checkpoint)?;
    if let Some((_, cosigned)) = &earlier {
        marks.entry(cosigned.size).or_default().push(cosigned.root);
    }
    let heads = [Some((head, report.checkpoint.clone())), earlier];
    for witness in &known.witnesses {
        let by = |(note, of): &(Note, Checkpoint)| Some((witness.name.clone(), note.cosigned_at(witness)?, of.size));
        report.witnesses.extend(heads.iter().flatten().find_map(by));
    }
    let mut rotated = Vec::new();
    let root = walk(source, &mut report, &marks, &mut rotated, tell)?;
    if root != report.checkpoint.root {
        return Err(Fault::Root);
    }
    // What the tree says of its keys binds whoever signs it.
    for (from, to) in &rotated {
        if by.is_some_and(|by| by.id() == *from) {
            return Err(Fault::HandedOver);
        }
        if handovers.iter().any(|handover| handover.from.id() == *from && handover.to.id() != *to) {
            return Err(Fault::Handovers(HandoverError::Twice(from.clone())));
        }
    }
    Ok(report)
}

/// The newest head that witnesses cosigned: of this log, signed as it is, and one that it continues.
fn cosigned(
    source: &mut impl Source,
    keys: &[PublicKey],
    now: &Checkpoint,
) -> Result<Option<(Note, Checkpoint)>, Fault> {
    let Some(bytes) = read(source, "cosigned")? else { return Ok(None) };
    let note = parsed("cosigned", &bytes)?;
    let (head, by) = Checkpoint::open(&note, keys).map_err(|e| unreadable("cosigned", &e.to_string()))?;
    if head.origin != now.origin || (by.is_none() && !keys.is_empty()) {
        return Err(unreadable("cosigned", "it is no head of this log"));
    }
    if head.size > now.size {
        return Err(Fault::Shorter { size: now.size, old: head.size });
    }
    Ok(Some((note, head)))
}

/// What the tree must be at earlier sizes: by old checkpoints and by what epochs kept. `keys`, and with them those that handed over
/// to them: by those, what was kept from earlier may be signed.
fn marks(
    source: &mut impl Source,
    known: &Known,
    (keys, traced): (&[PublicKey], &[PublicKey]),
    report: &mut Report,
) -> Result<BTreeMap<u64, Vec<Hash>>, Fault> {
    let (now, mut epochs) = (&report.checkpoint, Vec::new());
    for line in text(source, "epochs")?.unwrap_or_default().lines() {
        let note: String = serde_json::from_str(line).map_err(|e| unreadable("epochs", &e.to_string()))?;
        let note: Note = note.parse().map_err(|_| unreadable("epochs", "a line is no signed note"))?;
        // Without a pinned key nobody's word for an epoch is taken.
        if let Some(epoch) = Epoch::open(&note, keys) {
            epochs.push(epoch);
        } else if !keys.is_empty() {
            return Err(unreadable("epochs", "an epoch was not signed by a pinned key"));
        }
    }
    for epoch in known.epochs.iter().filter_map(|note| Epoch::open(note, traced)) {
        if !epochs.contains(&epoch) {
            epochs.push(epoch);
        }
    }
    let mut marks: BTreeMap<u64, Vec<Hash>> = BTreeMap::new();
    for epoch in &epochs {
        let still = kept_since(&epochs, &epoch.origin, &now.origin).ok_or(Fault::OtherLog(epoch.origin.clone()))?;
        if epoch.kept.size <= still {
            if epoch.kept.size > now.size {
                return Err(Fault::Shorter { size: now.size, old: epoch.kept.size });
            }
            marks.entry(epoch.kept.size).or_default().push(epoch.kept.root);
        }
        report.gaps.push((epoch.number, epoch.lost(&epochs)));
    }
    for note in &known.checkpoints {
        let (old, by) = Checkpoint::open(note, traced).map_err(|_| Fault::OldUnsigned)?;
        if by.is_none() && !known.keys.is_empty() {
            return Err(Fault::OldUnsigned);
        }
        if epochs.iter().any(|epoch| epoch.denies(&old)) {
            return Err(Fault::OtherKnown(old.size));
        }
        let kept = kept_since(&epochs, &old.origin, &now.origin).ok_or(Fault::OtherLog(old.origin))?;
        if old.size > kept {
            report.beyond = report.beyond.max(old.size - kept);
        } else if old.size > now.size {
            return Err(Fault::Shorter { size: now.size, old: old.size });
        } else {
            report.compared = report.compared.max(old.size);
            marks.entry(old.size).or_default().push(old.root);
            report.extended += 1;
        }
    }
    let earlier = known.earlier.iter().filter_map(|note| Checkpoint::open(note, traced).ok());
    for (old, _) in earlier.filter(|(_, by)| by.is_some()) {
        if kept_since(&epochs, &old.origin, &now.origin).is_some_and(|kept| old.size <= kept.min(now.size)) {
            report.compared = report.compared.max(old.size);
            marks.entry(old.size).or_default().push(old.root);
        }
    }
    Ok(marks)
}

/// Builds the tree from the entries and compares as it goes.
fn walk(
    source: &mut impl Source,
    report: &mut Report,
    marks: &BTreeMap<u64, Vec<Hash>>,
    rotated: &mut Vec<(String, String)>,
    tell: &mut dyn FnMut(u64),
) -> Result<Hash, Fault> {
    let size = report.checkpoint.size;
    let (mut tree, mut tiles) = (Frontier::new(), Tiles::default());
    let compare = |source: &mut _, id: crate::tiles::TileId, hashes: &[u8]| {
        let path = id.path(hashes.len() as u64 / 32);
        if needed(source, &path)? == hashes { Ok(()) } else { Err(Fault::Tile(path)) }
    };
    let met = |tree: &Frontier| {
        let fits = |roots: &Vec<Hash>| roots.iter().all(|root| *root == tree.root());
        if marks.get(&tree.size()).is_none_or(fits) { Ok(()) } else { Err(Fault::Forked(tree.size())) }
    };
    met(&tree)?;
    while tree.size() < size {
        let (bundle, width) = (tree.size() / TILE_WIDTH, (size - tree.size()).min(TILE_WIDTH));
        let path = bundle_path(bundle, width);
        let bytes = needed(source, &path)?;
        let entries = bundle_entries(&bytes).ok_or_else(|| unreadable(&path, "it is cut off"))?;
        if entries.len() as u64 != width {
            return Err(unreadable(&path, "it holds another number of entries"));
        }
        let parts = if report.has_parts {
            Some(Lines::read(source, bundle, width)?)
        } else if read(source, &parts_path(bundle, width))?.is_some() {
            // Withheld is all of it or none: of the rest nobody would look whether it fits.
            return Err(Fault::Missing(parts_path(0, size.min(TILE_WIDTH))));
        } else {
            None
        };
        for (i, entry) in entries.into_iter().enumerate() {
            let leaf: &[u8; LEAF_DATA_BYTES] = entry.try_into().map_err(|_| Fault::Entry(tree.size()))?;
            if leaf[0] != VERSION {
                return Err(Fault::Entry(tree.size()));
            }
            if let Some(parts) = &parts {
                rotated.extend(parts.check(i, tree.size(), leaf, &mut report.shown)?);
            }
            tree.push(leaf_hash(leaf), |id, hash| tiles.add(id, hash));
            met(&tree)?;
        }
        for (id, hashes) in tiles.take_full() {
            compare(source, id, &hashes)?;
        }
        tell(tree.size());
    }
    for (id, hashes) in tiles.iter() {
        compare(source, id, hashes)?;
    }
    Ok(tree.root())
}

/// The path of the parts of leaves `index * 256` and following.
pub fn parts_path(index: u64, width: u64) -> String {
    format!("parts/{}", numbered(index, width))
}

/// The lines of a file of parts.
struct Lines {
    path: String,
    text: String,
    ends: Vec<usize>,
}

impl Lines {
    fn read(source: &mut impl Source, bundle: u64, width: u64) -> Result<Self, Fault> {
        let path = parts_path(bundle, width);
        let bytes = needed(source, &path)?;
        let text = String::from_utf8(bytes).map_err(|_| unreadable(&path, "it is no text"))?;
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        if ends.len() as u64 == width && text.ends_with('\n') {
            Ok(Self { path, text, ends })
        } else {
            Err(unreadable(&path, "it holds another number of lines"))
        }
    }

    fn check(
        &self,
        i: usize,
        index: u64,
        leaf: &[u8; LEAF_DATA_BYTES],
        shown_so_far: &mut [u64; 3],
    ) -> Result<Option<(String, String)>, Fault> {
        let from = if i == 0 { 0 } else { self.ends[i - 1] + 1 };
        let line = &self.text[from..self.ends[i]];
        let parts = serde_json::from_str(line).ok().and_then(|value| shown::from_json(&value));
        let parts = parts.ok_or_else(|| unreadable(&self.path, &format!("line {} holds no parts", i + 1)))?;
        if let Some(part) = shown::foreign(leaf, &parts) {
            return Err(Fault::Part { index, part: part.word() });
        }
        for (count, part) in shown_so_far.iter_mut().zip(&parts) {
            *count += u64::from(part.is_some());
        }
        Ok(rotation(&parts))
    }
}

/// Which key of checkpoints handed over to which, if an entry says that.
fn rotation(parts: &shown::Parts) -> Option<(String, String)> {
    let word = Act::SigningKeyRotated.word();
    // Hardly any entry says it, and canonical text says it in these bytes.
    parts[0].as_ref()?.bytes.windows(word.len()).position(|bytes| bytes == word.as_bytes())?;
    let said = |part: &Option<Part>| serde_json::from_slice::<Value>(&part.as_ref()?.bytes).ok();
    let (act, object) = (said(&parts[0])?, said(&parts[1])?);
    let is = act["act"] == word && object["purpose"] == Purpose::Checkpoint.word();
    is.then(|| Some((object["from"].as_str()?.to_owned(), object["to"].as_str()?.to_owned()))).flatten()
}

fn unreadable(path: &str, why: &str) -> Fault {
    Fault::Unreadable { path: path.into(), why: why.into() }
}

fn read(source: &mut impl Source, path: &str) -> Result<Option<Vec<u8>>, Fault> {
    source.read(path).map_err(|error| unreadable(path, &error.to_string()))
}

fn needed(source: &mut impl Source, path: &str) -> Result<Vec<u8>, Fault> {
    read(source, path)?.ok_or_else(|| Fault::Missing(path.into()))
}

fn text(source: &mut impl Source, path: &str) -> Result<Option<String>, Fault> {
    let bytes = read(source, path)?;
    bytes.map(|bytes| String::from_utf8(bytes).map_err(|_| unreadable(path, "it is no text"))).transpose()
}

fn parsed(path: &str, bytes: &[u8]) -> Result<Note, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable(path, "it is no text"))?;
    text.parse().map_err(|error: crate::note::NoteError| unreadable(path, &error.to_string()))
}
