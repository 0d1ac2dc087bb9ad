//! Gamma: agreement on where spans are and what they are.

use crate::num::real;
use crate::random::Random;
use crate::spans::{Looked, Mark};
use std::collections::BTreeMap;

/// Gamma with its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Gamma {
    /// 1 is perfect agreement, 0 what chance would give, below 0 worse.
    pub value: f64,
    /// 95 % percentile interval of the bootstrap over texts; `None` without draws.
    pub ends: Option<(f64, f64)>,
    /// Texts that count: at least two people looked, and one of them marked something.
    pub texts: usize,
}

/// Pairs of shuffled people that the disorder by chance of a text is the mean of.
const SHUFFLES: usize = 200;

/// Gamma of all texts together: one less the disorder between two people over the disorder that chance would give. The disorder of two
/// people is the cost of the best alignment of their marks ([`disorder`]); it is the mean over all pairs of people who looked at a
/// text. By chance: two people drawn from those of the text, the marks of each moved round the stretch that is marked at all by a
/// distance drawn uniformly. Undefined (`None`) where no text counts. Time O(pairs of people * marks^3) a text.
///
/// Source: Mathet, Widlocher and Metivier (2015), "The unified and holistic method gamma", with its dissimilarities (position and
/// category alike, an unmatched mark costs 1). **Not the same where three or more people mark a text**: the paper aligns all of them at once,
/// here they are aligned two by two; nor is the shuffling the paper's, which keeps shifts of different people apart. For two
/// people the disorder is the paper's.
pub fn gamma(looked: &[Looked], seed: u64, draws: usize) -> Option<Gamma> {
    let mut by_text: BTreeMap<u32, Vec<&Looked>> = BTreeMap::new();
    looked.iter().for_each(|one| by_text.entry(one.text).or_default().push(one));
    let mut random = Random::new(seed);
    let mut parts = Vec::new();
    for mut people in by_text.into_values() {
        people.sort();
        let marks = || people.iter().flat_map(|one| &one.marks);
        let (Some(from), Some(to), true) =
            (marks().map(|m| m.start).min(), marks().map(|m| m.end).max(), people.len() > 1)
        else {
            continue;
        };
        let pairs =
            people.iter().enumerate().flat_map(|(at, a)| people[..at].iter().map(move |b| cost(&a.marks, &b.marks)));
        let observed = pairs.sum::<f64>() / (real(people.len()) * real(people.len() - 1) / 2.0);
        let mut moved = || {
            let shift = u32::try_from(random.below((to - from) as usize)).unwrap_or(0);
            let person = people[random.below(people.len())];
            let turn = |mark: &Mark| {
                let start = from + (mark.start - from + shift) % (to - from);
                Mark { start, end: start + (mark.end - mark.start), label: mark.label }
            };
            person.marks.iter().map(turn).collect::<Vec<_>>()
        };
        let expected = (0..SHUFFLES).map(|_| cost(&moved(), &moved())).sum::<f64>() / real(SHUFFLES);
        parts.push((observed, expected));
    }
    let of = |parts: &mut dyn Iterator<Item = (f64, f64)>| {
        let (observed, expected) = parts.fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        (expected > 0.0).then(|| 1.0 - observed / expected)
    };
    let value = of(&mut parts.iter().copied())?;
    let mut again: Vec<f64> =
        (0..draws).filter_map(|_| of(&mut (0..parts.len()).map(|_| parts[random.below(parts.len())]))).collect();
    again.sort_by(f64::total_cmp);
    let ends =
        again.first().map(|_| (again[again.len() * 25 / 1000], again[(again.len() * 975 / 1000).min(again.len() - 1)]));
    Some(Gamma { value, ends, texts: parts.len() })
}

/// The disorder between two people's marks: the cost of their best alignment over the mean number of marks; 0 if both marked nothing.
pub fn disorder(a: &[Mark], b: &[Mark]) -> f64 {
    if a.is_empty() && b.is_empty() { 0.0 } else { cost(a, b) / (real(a.len() + b.len()) / 2.0) }
}

/// The least sum over aligned pairs of their dissimilarity, and 1 for each mark that is aligned with none.
fn cost(a: &[Mark], b: &[Mark]) -> f64 {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // To align two saves the cost of leaving both alone, if anything.
    let saved = |row: usize, column: usize| (dissimilarity(few[row], many[column]) - 2.0).min(0.0);
    real(a.len() + b.len()) + assign(few.len(), many.len(), saved)
}

/// Of two marks: the square of how far their ends lie apart relative to their lengths, and 1 if their labels differ.
fn dissimilarity(a: Mark, b: Mark) -> f64 {
    let lengths = f64::from(a.end - a.start) + f64::from(b.end - b.start);
    let apart = f64::from(a.start.abs_diff(b.start)) + f64::from(a.end.abs_diff(b.end));
    (apart / lengths.max(1.0)).powi(2) + f64::from(u8::from(a.label != b.label))
}

/// The least sum of `price` when each of `rows` gets a column of its own among `columns` (no fewer).
///
/// Source: the Hungarian method by shortest augmenting paths (Kuhn 1955, Munkres 1957).
fn assign(rows: usize, columns: usize, price: impl Fn(usize, usize) -> f64) -> f64 {
    let (mut of_row, mut of_column) = (vec![0.0; rows + 1], vec![0.0; columns + 1]);
    // Who has each column; rows and columns count from 1, 0 is none.
    let mut owner = vec![0; columns + 1];
    for row in 1..=rows {
        owner[0] = row;
        let (mut least, mut before, mut seen) =
            (vec![f64::INFINITY; columns + 1], vec![0; columns + 1], vec![false; columns + 1]);
        let mut column = 0;
        while owner[column] != 0 || column == 0 {
            seen[column] = true;
            let (mut gap, mut next) = (f64::INFINITY, 0);
            for other in (1..=columns).filter(|other| !seen[*other]) {
                let over = price(owner[column] - 1, other - 1) - of_row[owner[column]] - of_column[other];
                if over < least[other] {
                    (least[other], before[other]) = (over, column);
                }
                if least[other] < gap {
                    (gap, next) = (least[other], other);
                }
            }
            for other in 0..=columns {
                if seen[other] {
                    of_row[owner[other]] += gap;
                    of_column[other] -= gap;
                } else {
                    least[other] -= gap;
                }
            }
            column = next;
        }
        while column != 0 {
            owner[column] = owner[before[column]];
            column = before[column];
        }
    }
    (1..=columns).filter(|column| owner[*column] > 0).map(|column| price(owner[column] - 1, column - 1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mark(start: u32, end: u32, label: u16) -> Mark {
        Mark { start, end, label }
    }

    /// By hand: the same mark twice and one alone; half of a mark's length apart; another label at the same place.
    #[test]
    fn disorders_by_hand() {
        let near = |a: &[Mark], b: &[Mark], want: f64| assert!((disorder(a, b) - want).abs() < 1e-12, "{a:?} {b:?}");
        near(&[mark(0, 4, 0), mark(9, 12, 0)], &[mark(0, 4, 0)], 1.0 / 1.5);
        near(&[mark(0, 4, 0)], &[mark(2, 6, 0)], 0.25);
        near(&[mark(0, 4, 0)], &[mark(0, 4, 1)], 1.0);
        near(&[mark(0, 4, 0)], &[mark(100, 104, 0)], 2.0);
        near(&[], &[mark(0, 4, 0)], 2.0);
        near(&[], &[], 0.0);
    }

    /// Every way to align, one by one.
    fn slow(a: &[Mark], b: &[Mark]) -> f64 {
        let Some((first, rest)) = a.split_first() else { return real(b.len()) };
        let with = |at: usize| {
            let mut left = b.to_vec();
            let other = left.remove(at);
            dissimilarity(*first, other) + slow(rest, &left)
        };
        (0..b.len()).map(with).fold(1.0 + slow(rest, b), f64::min)
    }

    fn marks() -> impl Strategy<Value = Vec<Mark>> {
        prop::collection::vec(
            (0_u32..20, 1_u32..6, 0_u16..2).prop_map(|(start, size, label)| mark(start, start + size, label)),
            0..5,
        )
    }

    proptest! {
        #[test]
        fn no_alignment_costs_less(a in marks(), b in marks()) {
            prop_assert!((cost(&a, &b) - slow(&a, &b)).abs() < 1e-9);
            prop_assert!((cost(&a, &b) - cost(&b, &a)).abs() < 1e-9);
            prop_assert!(cost(&a, &a).abs() < 1e-9);
        }
    }

    fn looked(text: u32, worker: u32, marks: Vec<Mark>) -> Looked {
        Looked { text, worker, marks }
    }

    #[test]
    fn perfect_agreement_is_one_and_chance_is_about_nothing() {
        let same = |text: u32| vec![mark(text, text + 5, 0), mark(40, 50, 1)];
        let all: Vec<Looked> = (0..20).flat_map(|text| (0..3).map(move |who| looked(text, who, same(text)))).collect();
        let got = gamma(&all, 1, 50).expect("defined");
        assert!((got.value - 1.0).abs() < 1e-12 && got.texts == 20 && got.ends == Some((1.0, 1.0)), "{got:?}");
        let mut random = Random::new(5);
        let mut anywhere = |text, who| {
            let marks = (0..3).map(|_| random.below(95)).map(|at| u32::try_from(at).expect("small"));
            looked(text, who, marks.map(|at| mark(at, at + 5, 0)).collect())
        };
        let all: Vec<Looked> = (0..60).flat_map(|text| [(text, 0), (text, 1)]).map(|(t, w)| anywhere(t, w)).collect();
        let got = gamma(&all, 1, 100).expect("defined");
        let (low, high) = got.ends.expect("draws");
        assert!(got.value.abs() < 0.15 && low < got.value && got.value < high, "{got:?}");
        assert_eq!(gamma(&[looked(0, 0, same(1)), looked(1, 0, same(2))], 1, 10), None);
        assert_eq!(gamma(&[looked(0, 0, vec![]), looked(0, 1, vec![])], 1, 10), None);
    }
}
