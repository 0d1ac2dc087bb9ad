//! Parts and proofs as they are handed over: JSON that a page, a script or the verifier reads.
//!
//! A part is `{"salt": "<64 hex digits>", "text": "<its canonical bytes>"}`, or null when it is erased or was not
//! shown. A line of parts is `{"act": …, "object": …, "person": …}`. A proof is:
//!
//! ```json
//! {"format": "vouchsafe ledger proof v1", "checkpoint": "<signed note>",
//!  "entries": [{"index": 7, "leaf": "<194 hex digits>", "act": …, "object": …, "person": …, "path": ["<64 hex digits>"]}]}
//! ```

use crate::{
    checkpoint::Checkpoint,
    entry::{self, Part, PartName},
    note::Note,
    proof,
    signing::{PublicKey, from_hex, to_hex},
    tree::Hash,
};
use serde_json::{Map, Value, json};

/// First member of a proof.
pub const FORMAT: &str = "vouchsafe ledger proof v1";

/// The parts of an entry; `None` for one that is not shown.
pub type Parts = [Option<Part>; 3];

/// The parts as members of an object.
pub fn to_json(parts: &Parts) -> Map<String, Value> {
    let shown = |part: &Part| json!({"salt": to_hex(&part.salt), "text": String::from_utf8_lossy(&part.bytes)});
    PartName::ALL.iter().zip(parts).map(|(name, part)| (name.word().into(), part.as_ref().map(shown).into())).collect()
}

/// Reads what [`to_json`] gave. `None` when it is something else.
pub fn from_json(object: &Value) -> Option<Parts> {
    let mut parts = [None, None, None];
    for (name, slot) in PartName::ALL.into_iter().zip(&mut parts) {
        let shown = object.get(name.word())?;
        if !shown.is_null() {
            let salt = from_hex(shown.get("salt")?.as_str()?)?;
            *slot = Some(Part { name, salt, bytes: shown.get("text")?.as_str()?.as_bytes().to_vec() });
        }
    }
    Some(parts)
}

/// The first part that the leaf did not commit to.
pub fn foreign(leaf: &[u8; entry::LEAF_DATA_BYTES], parts: &Parts) -> Option<PartName> {
    let committed = |i: usize| &leaf[1 + 32 * i..][..32];
    let foreign = |(i, part): (usize, &Option<Part>)| {
        part.as_ref().filter(|part| part.commitment() != committed(i)).map(|part| part.name)
    };
    parts.iter().enumerate().find_map(foreign)
}

/// An entry with the proof that it is in a tree.
#[derive(Debug, Clone)]
pub struct Proven {
    /// Its number in the ledger, from 0.
    pub index: u64,
    /// Its leaf data.
    pub leaf: [u8; entry::LEAF_DATA_BYTES],
    /// What is shown of it.
    pub parts: Parts,
    /// From the leaf to the root.
    pub path: Vec<Hash>,
}

impl Proven {
    /// As a proof lists it.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("index".into(), self.index.into());
        object.insert("leaf".into(), to_hex(&self.leaf).into());
        object.append(&mut to_json(&self.parts));
        object.insert("path".into(), self.path.iter().map(|hash| to_hex(hash)).collect());
        Value::Object(object)
    }

    fn from_json(object: &Value) -> Option<Self> {
        let path = object.get("path")?.as_array()?.iter().map(|hash| hash.as_str().and_then(from_hex));
        Some(Self {
            index: object.get("index")?.as_u64()?,
            leaf: from_hex(object.get("leaf")?.as_str()?)?,
            parts: from_json(object)?,
            path: path.collect::<Option<_>>()?,
        })
    }
}

/// A proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// Not the JSON of a proof.
    #[error("this is no proof of a ledger")]
    NotAProof,
    /// The checkpoint is none, or none of the pinned keys signed it.
    #[error("its checkpoint was not signed by a pinned key")]
    Unsigned,
    /// The path does not lead to the checkpoint's root.
    #[error("entry {0} is not in the tree that was signed")]
    NotIncluded(u64),
    /// A shown part is not the one that was recorded.
    #[error("the part `{part}` of entry {index} is not what was recorded")]
    Foreign {
        /// The entry.
        index: u64,
        /// Which part.
        part: &'static str,
    },
}

/// A proof document over one checkpoint.
pub fn document(checkpoint: &str, entries: &[Value]) -> Value {
    json!({"format": FORMAT, "checkpoint": checkpoint, "entries": entries})
}

/// Checks a proof document against pinned keys. Gives the checkpoint and the entries it proves.
pub fn check(document: &Value, keys: &[PublicKey]) -> Result<(Checkpoint, Vec<Proven>), ProofFault> {
    let text = |name: &str| document.get(name).and_then(Value::as_str).ok_or(ProofFault::NotAProof);
    if text("format")? != FORMAT {
        return Err(ProofFault::NotAProof);
    }
    let note: Note = text("checkpoint")?.parse().map_err(|_| ProofFault::Unsigned)?;
    let (checkpoint, by) = Checkpoint::open(&note, keys).map_err(|_| ProofFault::Unsigned)?;
    by.ok_or(ProofFault::Unsigned)?;
    let entries = document.get("entries").and_then(Value::as_array).ok_or(ProofFault::NotAProof)?;
    let mut proven = Vec::with_capacity(entries.len());
    for entry in entries {
        let entry = Proven::from_json(entry).ok_or(ProofFault::NotAProof)?;
        let hash = entry::leaf_hash(&entry.leaf);
        if !proof::is_included(&hash, entry.index, checkpoint.size, &checkpoint.root, &entry.path) {
            return Err(ProofFault::NotIncluded(entry.index));
        }
        if let Some(part) = foreign(&entry.leaf, &entry.parts) {
            return Err(ProofFault::Foreign { index: entry.index, part: part.word() });
        }
        proven.push(entry);
    }
    Ok((checkpoint, proven))
}
