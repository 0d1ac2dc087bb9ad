//! How much of a text was changed, word by word.

use crate::num::real;
use std::collections::HashMap;

/// Steps of 64 words by one beyond which edits are not aligned: about a twentieth of a second.
const STEPS_MAX: usize = 20_000_000;

/// The words of a text: what stands between blanks, and each character of a script that writes without blanks.
pub fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for piece in text.split_whitespace() {
        let mut from = 0;
        for (at, character) in piece.char_indices().filter(|(_, character)| stands_alone(*character)) {
            words.extend((from < at).then(|| &piece[from..at]));
            from = at + character.len_utf8();
            words.push(&piece[at..from]);
        }
        words.extend((from < piece.len()).then(|| &piece[from..]));
    }
    words
}

/// Thai, Lao, Burmese, Khmer, kana and Han.
fn stands_alone(character: char) -> bool {
    matches!(
        u32::from(character),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x2e80..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff
    )
}

/// The share of a list that an edit changed: fewest insertions, deletions and substitutions that turn `before` into `after`, over the
/// length of the longer one. 0 where nothing changed, 1 where nothing was kept; between lists that are both empty 0.
///
/// What both begin and end with alike is passed over. Where so much is left that aligning it would take a twentieth of a second (about 35,000 items
/// on either side), only what one side has and the other has not is counted, whatever its place: no more than the true share.
///
/// Source: Levenshtein (1966), reckoned 64 items at a time as in Myers (1999), "A fast bit-vector algorithm for approximate string matching",
/// for whole lists as in Hyyro (2003). Time O(before * after / 64).
pub fn changed_share<T: Eq + std::hash::Hash>(before: &[T], after: &[T]) -> f64 {
    let longer = before.len().max(after.len());
    if longer == 0 {
        return 0.0;
    }
    let same = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (&before[same..], &after[same..]);
    let same = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    let (before, after) = (&before[..before.len() - same], &after[..after.len() - same]);
    let (codes, before) = coded(before);
    let after: Vec<usize> = after.iter().map(|item| codes.get(item).copied().unwrap_or(codes.len())).collect();
    let edits = if before.len().div_ceil(64).saturating_mul(after.len()) > STEPS_MAX {
        at_least(&before, &after, codes.len())
    } else {
        edits(&before, &after, codes.len())
    };
    real(edits) / real(longer)
}

/// The items by number, in order of their first place.
fn coded<T: Eq + std::hash::Hash>(items: &[T]) -> (HashMap<&T, usize>, Vec<usize>) {
    let mut codes = HashMap::new();
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        let next = codes.len();
        list.push(*codes.entry(item).or_insert(next));
    }
    (codes, list)
}

/// Edits that no alignment can do without: items of the longer side that the other has not.
fn at_least(before: &[usize], after: &[usize], codes: usize) -> usize {
    let mut left = vec![0_usize; codes + 1];
    before.iter().for_each(|code| left[*code] += 1);
    let shared = after.iter().filter(|code| {
        let count = &mut left[**code];
        let found = *count > 0;
        *count = count.saturating_sub(1);
        found
    });
    let shared = shared.count();
    before.len().max(after.len()) - shared
}

/// The edit distance of two lists of codes below `codes`, or equal to it where `before` has no such item. The table of distances is walked in
/// bands of 64 rows; of each band only the differences between neighbours are kept, a bit each.
fn edits(before: &[usize], after: &[usize], codes: usize) -> usize {
    // What the row above each band gains from column to column: the first row counts the columns.
    let mut gains = vec![1_i8; after.len()];
    let mut places = vec![0_u64; codes + 1];
    for band in before.chunks(64) {
        for (row, code) in band.iter().enumerate() {
            places[*code] |= 1 << row;
        }
        let last = 1_u64 << (band.len() - 1);
        let (mut up, mut down) = (u64::MAX, 0_u64);
        for (gain, code) in gains.iter_mut().zip(after) {
            let falls = u64::from(*gain < 0);
            let rises = u64::from(*gain > 0);
            let equal = places[*code];
            let vertical = equal | down;
            let equal = equal | falls;
            let level = ((equal & up).wrapping_add(up) ^ up) | equal;
            let (mut right, mut left) = (down | !(level | up), up & level);
            *gain = i8::from(right & last != 0) - i8::from(left & last != 0);
            right = right << 1 | rises;
            left = left << 1 | falls;
            up = left | !(vertical | right);
            down = right & vertical;
        }
        band.iter().for_each(|code| places[*code] = 0);
    }
    // Down the first column, then along the last row.
    let gained: i64 = gains.iter().map(|gain| i64::from(*gain)).sum();
    before.len().saturating_add_signed(isize::try_from(gained).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::super::distance;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_fix_is_as_large_as_what_it_changes() {
        let share = |a: &str, b: &str| changed_share(&words(a), &words(b));
        assert_eq!(share("", ""), 0.0);
        assert_eq!(share("the dose is five", "the dose is five"), 0.0);
        assert_eq!(share("the dose is five", "the dose is ten"), 0.25);
        assert_eq!(share("the dose", "the dose is ten"), 0.5);
        assert_eq!(share("", "all of it"), 1.0);
        assert_eq!(share("one\n  two", "one two"), 0.0, "blanks are no words");
    }

    #[test]
    fn scripts_without_blanks_are_read_by_character() {
        assert_eq!(words("剂量5毫克 daily"), ["剂", "量", "5", "毫", "克", "daily"]);
        assert_eq!(changed_share(&words("剂量五毫克"), &words("剂量十毫克")), 0.2);
        assert_eq!(words(" \u{301}e e\u{301} 👩‍🔬 "), ["\u{301}e", "e\u{301}", "👩‍🔬"]);
    }

    #[test]
    fn what_is_too_long_to_align_is_never_called_larger_than_it_is() {
        let many: Vec<usize> = (0..40_000).collect();
        let mut turned = many.clone();
        turned.reverse();
        assert_eq!(changed_share(&many, &turned), 0.0, "the same items in another order");
        let others: Vec<usize> = (50_000..90_000).collect();
        assert_eq!(changed_share(&many, &others), 1.0);
    }

    proptest! {
        #[test]
        fn it_is_the_edit_distance(
            before in prop::collection::vec(0_u8..6, 0..200),
            after in prop::collection::vec(0_u8..8, 0..200),
        ) {
            let longer = before.len().max(after.len()).max(1);
            prop_assert_eq!(changed_share(&before, &after), real(distance(&before, &after)) / real(longer));
            let (codes, coded) = coded(&before);
            let other: Vec<usize> = after.iter().map(|item| codes.get(item).copied().unwrap_or(codes.len())).collect();
            prop_assert!(at_least(&coded, &other, codes.len()) <= distance(&before, &after));
        }
    }
}
