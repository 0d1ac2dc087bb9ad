//! What kind of answers a table holds, told by its columns and values.

use std::collections::BTreeSet;

/// The kinds of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One class of a few.
    Label,
    /// A quantity.
    Number,
    /// The better of two, or `tie`.
    Pairwise,
    /// Items, best first, blank between.
    Ranking,
    /// Stretches of a text.
    Span,
    /// One tag a token.
    Sequence,
    /// Free text, as a transcript.
    Text,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Label, Self::Number, Self::Pairwise, Self::Ranking, Self::Span, Self::Sequence, Self::Text];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Number => "number",
            Self::Pairwise => "pairwise",
            Self::Ranking => "ranking",
            Self::Span => "span",
            Self::Sequence => "sequence",
            Self::Text => "text",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// More different whole numbers than this are a quantity, not classes.
const CLASSES_MAX: usize = 10;

/// The kind of answers whose distinct values are `labels` and of which there are `answers`; the first rule that fits:
///
/// 1. sequence: every value is tags `O`, `B-...`, `I-...` and sentence breaks, and some value has two or more tags;
/// 2. ranking: every value has the same three or more items, no item twice in a value, in at least two orders or from one
///    person, or subsets of at most 64 items (two orders of two words are two labels);
/// 3. number: every value is a number, and one is not whole or there are more than 10 different ones;
/// 4. text: more than half of the answers differ and some value has a blank inside;
/// 5. label.
pub(super) fn infer(labels: &[Box<str>], answers: usize) -> Kind {
    if labels.is_empty() {
        return Kind::Label;
    }
    let tag = |word: &str| word == "O" || word == "|" || word.starts_with("B-") || word.starts_with("I-");
    let words = |label: &str| label.split_whitespace().count();
    if labels.iter().all(|label| label.split_whitespace().all(tag)) && labels.iter().any(|label| words(label) > 1) {
        return Kind::Sequence;
    }
    if ranking(labels) {
        return Kind::Ranking;
    }
    let number = |label: &str| label.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    if labels.iter().all(|label| number(label).is_some()) {
        let whole = labels.iter().all(|label| number(label).is_some_and(|number| number.fract() == 0.0));
        return if whole && labels.len() <= CLASSES_MAX { Kind::Label } else { Kind::Number };
    }
    let several =
        |label: &str| words(label) > 1 || label.chars().filter(|sign| stands_alone(*sign)).count() >= PHRASE_SIGNS;
    if 2 * labels.len() > answers && labels.iter().any(|label| several(label)) { Kind::Text } else { Kind::Label }
}

/// So many signs of a script that writes without blanks are several words.
const PHRASE_SIGNS: usize = 6;

/// Thai, kana and Han.
fn stands_alone(sign: char) -> bool {
    matches!(u32::from(sign), 0x0e00..=0x0e7f | 0x3040..=0x30ff | 0x3400..=0x9fff)
}

/// Most items that values of different length may be drawn from to be taken for rankings.
const ITEMS_MAX: usize = 64;

fn ranking(labels: &[Box<str>]) -> bool {
    let first: BTreeSet<&str> = labels[0].split_whitespace().collect();
    let mut items: BTreeSet<&str> = BTreeSet::new();
    let (mut same, mut longest) = (true, 0);
    for label in labels {
        let set: BTreeSet<&str> = label.split_whitespace().collect();
        let size = label.split_whitespace().count();
        if size < 2 || set.len() != size || items.len() > ITEMS_MAX {
            return false;
        }
        same &= set == first;
        longest = longest.max(size);
        items.extend(set);
    }
    // One phrase alone, or phrases that hardly share a word, are no rankings.
    labels.len() > 1
        && items.len() > 2
        && (same || (items.len() <= ITEMS_MAX && 2 * longest >= items.len() && labels.len() > items.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(labels: &[&str], answers: usize) -> Kind {
        infer(&labels.iter().map(|label| Box::from(*label)).collect::<Vec<_>>(), answers)
    }

    #[test]
    fn values_tell_their_kind() {
        assert_eq!(of(&["0", "1", "2"], 30), Kind::Label);
        assert_eq!(of(&["0", "1.5"], 30), Kind::Number);
        let many: Vec<String> = (0..11).map(|n| n.to_string()).collect();
        assert_eq!(of(&many.iter().map(String::as_str).collect::<Vec<_>>(), 300), Kind::Number);
        assert_eq!(of(&["2 3 0 1", "0 1 2 3"], 9), Kind::Ranking);
        assert_eq!(of(&["left right", "right left"], 9), Kind::Label);
        assert_eq!(of(&["a b", "b c", "c a", "a c"], 9), Kind::Ranking);
        assert_eq!(of(&["O B-PER | O", "O O | O"], 9), Kind::Sequence);
        assert_eq!(of(&["the cat sat", "a cat sat", "the cat"], 4), Kind::Text);
        assert_eq!(of(&["我今天去了北京大学", "我今天去过北京大学", ""], 4), Kind::Text);
        assert_eq!(of(&["正面", "负面"], 3), Kind::Label);
        assert_eq!(of(&["not sure", "very good"], 400), Kind::Label);
        assert_eq!(of(&["O", "B-PER"], 400), Kind::Label);
        assert_eq!(of(&[], 0), Kind::Label);
        assert!(Kind::ALL.into_iter().all(|kind| Kind::named(kind.name()) == Some(kind)));
    }
}
