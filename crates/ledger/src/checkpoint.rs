//! Checkpoints: the head of a tree in three lines (<https://c2sp.org/tlog-checkpoint>), signed as a note; and what is
//! sent to a witness to have one cosigned (<https://c2sp.org/tlog-witness>).

use crate::{
    note::{Note, NoteError, NoteSignature, WitnessKey},
    signing::{PublicKey, SecretKey},
    tree::Hash,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The head of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: an opaque name that says nothing of whose it is.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The text of its note.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads the text of a note. Strict: one checkpoint has one text. Lines behind the third are passed over.
    pub fn from_text(text: &str) -> Result<Self, NoteError> {
        let bad = || NoteError::NotANote("its text is no checkpoint");
        let mut lines = text.strip_suffix('\n').ok_or_else(bad)?.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(bad());
        };
        let known: u64 = size.parse().map_err(|_| bad())?;
        let root: Hash = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok()).ok_or_else(bad)?;
        if origin.is_empty() || known.to_string() != size || lines.any(str::is_empty) {
            return Err(bad());
        }
        Ok(Self { origin: origin.into(), size: known, root })
    }

    /// Its note, signed by the log under its origin's name.
    pub fn sign(&self, key: &SecretKey) -> Result<Note, NoteError> {
        Note::sign(self.to_text(), &self.origin, key)
    }

    /// The checkpoint of a note and which of `keys` signed it; `None` for the key when none did.
    pub fn open<'k>(note: &Note, keys: &'k [PublicKey]) -> Result<(Self, Option<&'k PublicKey>), NoteError> {
        let checkpoint = Self::from_text(&note.text)?;
        let by = keys.iter().find(|key| note.is_signed_by(&checkpoint.origin, key));
        Ok((checkpoint, by))
    }
}

/// The body of a request to a witness: how much it knows, the proof from there, the checkpoint.
pub fn witness_request(old: u64, proof: &[Hash], note: &Note) -> String {
    let mut body = format!("old {old}\n");
    for hash in proof {
        body.push_str(&STANDARD.encode(hash));
        body.push('\n');
    }
    format!("{body}\n{note}")
}

/// The cosignatures in a witness's answer that hold for this note.
pub fn witness_answer(answer: &str, note: &Note, witness: &WitnessKey) -> Vec<NoteSignature> {
    let lines = answer.lines().take(crate::note::SIGNATURES_MAX).filter_map(|line| line.parse::<NoteSignature>().ok());
    lines
        .filter(|signature| {
            let alone = Note { text: note.text.clone(), signatures: vec![signature.clone()] };
            alone.cosigned_at(witness).is_some()
        })
        .collect()
}
