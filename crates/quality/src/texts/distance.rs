//! Edit distance, and the text nearest to all others.

/// Fewest insertions, deletions and substitutions of words that turn `left` into `right` (Levenshtein 1966). Time O(n * m).
pub fn distance<T: PartialEq>(left: &[T], right: &[T]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (done, word) in left.iter().enumerate() {
        let mut corner = row[0];
        row[0] = done + 1;
        for (at, other) in right.iter().enumerate() {
            let replaced = corner + usize::from(word != other);
            corner = row[at + 1];
            row[at + 1] = replaced.min(corner + 1).min(row[at] + 1);
        }
    }
    row[right.len()]
}

/// The place of the text with the least sum of distances to all others; of equals the one that sorts first. `None` without texts.
pub fn medoid<T: Ord>(texts: &[&[T]]) -> Option<usize> {
    let sum = |at: usize| texts.iter().map(|other| distance(texts[at], other)).sum::<usize>();
    (0..texts.len()).min_by(|a, b| sum(*a).cmp(&sum(*b)).then_with(|| texts[*a].cmp(texts[*b])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kitten_is_three_from_sitting() {
        assert_eq!(distance(b"kitten", b"sitting"), 3);
        assert_eq!((distance(b"", b"abc"), distance(b"abc", b"")), (3, 3));
    }

    #[test]
    fn the_medoid_is_the_middle_one() {
        let texts: [&[u8]; 3] = [b"abcd", b"abce", b"xbce"];
        assert_eq!(medoid(&texts), Some(1));
        assert_eq!(medoid::<u8>(&[]), None);
    }
}
