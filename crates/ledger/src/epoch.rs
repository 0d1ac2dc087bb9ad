//! A ledger that was put back to an earlier state goes on under a new origin, and says so, signed: from which log it
//! comes, how far that was known, and how much of it is left.
//!
//! ```text
//! <origin of the new epoch>
//! epoch <number, from 2>
//! previous <origin>
//! known <size> <root>        newest checkpoint that the server remembered; or `known nothing`
//! kept <size> <root>         how much of it the restored database holds
//! at_us <microseconds since 1970>
//! ```
//!
//! A note, as a checkpoint is; its second line is no number, so neither passes for the other.
//!
//! A backup may be restored twice: then what the first restore began is lost, and the second begins another log from the same
//! one. `known` is then followed by a space and the name of the log that is lost, where it is not the previous one. So logs
//! are a tree, and the notes of those that were lost are kept: they say how far a lost log and a later one are the same.

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
    /// The newest checkpoint that was remembered: of the log before, or of one that came from it and is lost.
    pub known: Option<Checkpoint>,
    /// What is left of it. The new log begins with these leaves.
    pub kept: Mark,
    /// When, in microseconds since 1970.
    pub at_us: i64,
}

impl Epoch {
    /// Entries that were known and are gone. `epochs`: all that are known, also of logs that were lost.
    pub fn lost(&self, epochs: &[Epoch]) -> u64 {
        let Some(known) = &self.known else { return 0 };
        let left = kept_since(epochs, &known.origin, &self.previous).unwrap_or_default();
        known.size.saturating_sub(left.min(self.kept.size))
    }

    /// Whether it names another head than this one of the same log and size.
    pub fn denies(&self, head: &Checkpoint) -> bool {
        let kept = self.previous == head.origin && self.kept.size == head.size && self.kept.root != head.root;
        let other =
            |known: &Checkpoint| known.origin == head.origin && known.size == head.size && known.root != head.root;
        kept || self.known.as_ref().is_some_and(other)
    }

    /// Its note.
    pub fn sign(&self, key: &SecretKey) -> Result<Note, NoteError> {
        let mark = |mark: Mark| format!("{} {}", mark.size, STANDARD.encode(mark.root));
        let known = self.known.as_ref().map_or_else(
            || "nothing".into(),
            |known| {
                let of = if known.origin == self.previous { String::new() } else { format!(" {}", known.origin) };
                mark(Mark { size: known.size, root: known.root }) + &of
            },
        );
        let text = format!(
            "{}\nepoch {}\nprevious {}\nknown {}\nkept {}\nat_us {}\n",
            self.origin,
            self.number,
            self.previous,
            known,
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
        let number = after("epoch")?.parse().ok()?;
        let previous = after("previous")?.to_owned();
        let known = match after("known")? {
            "nothing" => None,
            text => {
                let other = text.match_indices(' ').nth(1).map(|(at, _)| at);
                let (text, of) = other.map_or((text, &*previous), |at| (&text[..at], &text[at + 1..]));
                let Mark { size, root } = mark(text)?;
                Some(Checkpoint { origin: of.to_owned(), size, root })
            }
        };
        let epoch =
            Self { number, previous, known, kept: mark(after("kept")?)?, at_us: after("at_us")?.parse().ok()?, origin };
        lines.next().is_none().then_some(epoch)
    }
}

/// How much of the log `of` is the beginning of the log `now` as well: as far as every epoch has kept it that leads from
/// the newest log from which both come to one of them. All of it where both are the same; `None` where they have no log in
/// common.
pub fn kept_since(epochs: &[Epoch], of: &str, now: &str) -> Option<u64> {
    let (old, new) = (line(epochs, of), line(epochs, now));
    new.iter().find_map(|(log, kept)| {
        let (_, other) = old.iter().find(|(name, _)| name == log)?;
        Some(*kept.min(other))
    })
}

/// A log and those that it comes from, itself first: each with how much of it is still its beginning.
fn line<'e>(epochs: &'e [Epoch], of: &'e str) -> Vec<(&'e str, u64)> {
    let (mut at, mut kept, mut line) = (of, u64::MAX, vec![(of, u64::MAX)]);
    while let Some(epoch) = epochs.iter().find(|epoch| epoch.origin == at).filter(|_| line.len() <= epochs.len()) {
        (at, kept) = (&epoch.previous, kept.min(epoch.kept.size));
        line.push((at, kept));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(origin: &str, previous: &str, kept: u64) -> Epoch {
        let kept = Mark { size: kept, root: [0; 32] };
        Epoch { origin: origin.into(), number: 2, previous: previous.into(), known: None, kept, at_us: 0 }
    }

    #[test]
    fn a_lost_log_and_a_later_one_share_what_both_kept_of_the_newest_they_come_from() {
        let epochs = [epoch("2a", "1", 40), epoch("2b", "1", 30), epoch("3a", "2a", 60), epoch("4", "2b", 35)];
        let shared = |of, now| kept_since(&epochs, of, now);
        assert_eq!(shared("1", "1"), Some(u64::MAX));
        assert_eq!([shared("1", "2a"), shared("1", "3a"), shared("2a", "3a")], [Some(40), Some(40), Some(60)]);
        assert_eq!([shared("2a", "2b"), shared("3a", "2b"), shared("2a", "4")], [Some(30); 3]);
        assert_eq!(shared("2b", "4"), Some(35));
        assert_eq!([shared("other", "4"), shared("1", "other")], [None; 2]);
        let round = [epoch("a", "b", 5), epoch("b", "a", 5)];
        assert_eq!(kept_since(&round, "c", "a"), None, "it ends");
    }

    #[test]
    fn an_epoch_counts_what_is_lost_of_a_log_that_its_own_does_not_come_from() {
        let lost = Checkpoint { origin: "2a".into(), size: 71, root: [7; 32] };
        let second = Epoch { known: Some(lost.clone()), ..epoch("2b", "1", 50) };
        assert_eq!(second.lost(&[epoch("2a", "1", 40)]), 31);
        assert_eq!(second.lost(&[epoch("2a", "1", 60)]), 21);
        assert!(second.denies(&Checkpoint { root: [8; 32], ..lost.clone() }));
        assert!(!second.denies(&lost) && !second.denies(&Checkpoint { origin: "1".into(), root: [8; 32], ..lost }));
    }
}
