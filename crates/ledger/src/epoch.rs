//! A ledger that was put back to an earlier state goes on under a new origin, and says so, signed: from which log it
//! comes, how far that was known, and how much of it is left.
//!
//! ```text
//! <origin of the new epoch>
//! epoch <number, from 2>
//! previous <origin>
//! known <size> <root>        newest checkpoint that the server remembered of the previous epoch; or `known nothing`
//! kept <size> <root>         how much of it the restored database holds
//! at_us <microseconds since 1970>
//! ```
//!
//! A note, as a checkpoint is; its second line is no number, so neither passes for the other.

use crate::{
    checkpoint::Checkpoint,
    note::{Note, NoteError},
    signing::{PublicKey, SecretKey},
    tree::Hash,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// How long a tree is and its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// The beginning of an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    /// Name of the log from here on.
    pub origin: String,
    /// From 2; the first epoch began with the ledger and says nothing.
    pub number: u64,
    /// Name of the log before.
    pub previous: String,
    /// The newest checkpoint that was remembered of it.
    pub known: Option<Mark>,
    /// What is left of it. The new log begins with these leaves.
    pub kept: Mark,
    /// When, in microseconds since 1970.
    pub at_us: i64,
}

impl Epoch {
    /// Entries that were known and are gone.
    pub fn lost(&self) -> u64 {
        self.known.map_or(0, |known| known.size.saturating_sub(self.kept.size))
    }

    /// Whether it names another head of the log before than this one of the same size.
    pub fn denies(&self, head: &Checkpoint) -> bool {
        let marks = self.known.iter().chain([&self.kept]);
        self.previous == head.origin && marks.into_iter().any(|m| m.size == head.size && m.root != head.root)
    }

    /// Its note.
    pub fn sign(&self, key: &SecretKey) -> Result<Note, NoteError> {
        let mark = |mark: Mark| format!("{} {}", mark.size, STANDARD.encode(mark.root));
        let text = format!(
            "{}\nepoch {}\nprevious {}\nknown {}\nkept {}\nat_us {}\n",
            self.origin,
            self.number,
            self.previous,
            self.known.map_or_else(|| "nothing".into(), mark),
            mark(self.kept),
            self.at_us
        );
        Note::sign(text, &self.origin, key)
    }

    /// Reads a note that one of `keys` signed; `None` for anything else.
    pub fn open(note: &Note, keys: &[PublicKey]) -> Option<Self> {
        let epoch = Self::from_text(&note.text)?;
        keys.iter().any(|key| note.is_signed_by(&epoch.origin, key)).then_some(epoch)
    }

    /// Reads the text of a note, whoever signed it; `None` for anything else.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = lines.next()?.to_owned();
        let mut after = |word: &str| lines.next()?.strip_prefix(word)?.strip_prefix(' ');
        let mark = |text: &str| {
            let (size, root) = text.split_once(' ')?;
            Some(Mark { size: size.parse().ok()?, root: STANDARD.decode(root).ok()?.try_into().ok()? })
        };
        let epoch = Self {
            number: after("epoch")?.parse().ok()?,
            previous: after("previous")?.into(),
            known: match after("known")? {
                "nothing" => None,
                text => Some(mark(text)?),
            },
            kept: mark(after("kept")?)?,
            at_us: after("at_us")?.parse().ok()?,
            origin,
        };
        lines.next().is_none().then_some(epoch)
    }
}

/// How much of the log `of` is still the beginning of the log `now`: as far as the least that any epoch since has
/// kept; `None` when the epochs do not lead from one to the other.
pub fn kept_since(epochs: &[Epoch], of: &str, now: &str) -> Option<u64> {
    let (mut at, mut kept) = (now, u64::MAX);
    for _ in 0..=epochs.len() {
        if at == of {
            return Some(kept);
        }
        let epoch = epochs.iter().find(|epoch| epoch.origin == at)?;
        kept = kept.min(epoch.kept.size);
        at = &epoch.previous;
    }
    None
}
