//! Gamma: agreement on where spans are and what they are.

use super::align::{SEARCH_MAX, align};
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
    /// Of them those of which the alignment of what was marked is not proven to be the best.
    pub near: usize,
    /// Share of the alignments of shuffled marks that are not proven to be the best.
    pub near_by_chance: f64,
    /// Texts that would count and were left out, since all together would take more steps than asked for.
    pub left_out: usize,
}

/// Shuffled texts that the disorder by chance is the mean of: as many as make it known to a twentieth with 95 % certainty, but no fewer and no more than these.
const SHUFFLES: (usize, usize) = (30, 200);
/// Steps of the search for the best alignment of one shuffled text.
const SHUFFLED_SEARCH_MAX: usize = 2_000;
/// How many steps of the Hungarian method one of the search takes the time of.
const SEARCH_STEP: f64 = 20.0;
/// Times that a shift is drawn again which lies too near another.
const SHIFTS_DRAWN: usize = 20;

/// Gamma of all texts together: one less the disorder of what was marked over the disorder that chance would give. The disorder of a text is the cost of the
/// best alignment of everybody's marks, all people at once, over the mean number of marks of a person; texts weigh by that number, so that of one text the figure is the paper's.
/// By chance: as many people as looked, each with the marks of somebody drawn among them, moved round the stretch that is marked at all by a distance drawn
/// uniformly, no two within half a mean mark's length of each other as far as there is room. Undefined (`None`) where no text counts.
///
/// Two people are aligned by the Hungarian method; more by a search that is exact where marks are few or lie apart, else near, and the result says how often. Near alignments cost too much: of
/// what was marked they make gamma too low, of shuffled marks too high. Texts are taken in an order drawn from the seed until `steps_max` are spent (infinite: all), and none that
/// might take a tenth of it alone. Time O(marks^3) an alignment of two people; of more at most a fixed number of steps each, and marks^3 where that is not enough.
///
/// Source: Mathet, Widlocher and Metivier (2015), "The unified and holistic method gamma", with position and category alike (both 1, an unmatched mark 1).
pub fn gamma(looked: &[Looked], seed: u64, draws: usize, steps_max: f64) -> Option<Gamma> {
    let mut by_text: BTreeMap<u32, Vec<&Looked>> = BTreeMap::new();
    looked.iter().for_each(|one| by_text.entry(one.text).or_default().push(one));
    by_text.retain(|_, people| people.len() > 1 && people.iter().any(|one| !one.marks.is_empty()));
    let mut order: Vec<Vec<&Looked>> = by_text.into_values().collect();
    let mut random = Random::new(seed);
    random.shuffle(&mut order);
    let (mut parts, mut spent, mut left_out) = (Vec::new(), 0.0, 0);
    let (mut near, mut shuffled, mut near_by_chance) = (0, 0, 0);
    for mut people in order {
        people.sort();
        if spent > steps_max || real(SHUFFLES.0) * cubic(&people) > steps_max / 10.0 {
            left_out += 1;
            continue;
        }
        let of = |one: &&Looked| one.marks.clone();
        let all: Vec<Vec<Mark>> = people.iter().map(of).collect();
        let found = aligned(&all, SEARCH_MAX);
        spent += found.steps;
        near += usize::from(!found.exact);
        let mut chance: Vec<f64> = Vec::new();
        let mut wanted = SHUFFLES.0;
        while chance.len() < wanted {
            let moved = shuffle(&people, &mut random);
            // Of people who marked nothing there is no disorder.
            if moved.iter().all(Vec::is_empty) {
                continue;
            }
            let found = aligned(&moved, SHUFFLED_SEARCH_MAX);
            spent += found.steps;
            shuffled += 1;
            near_by_chance += usize::from(!found.exact);
            chance.push(found.cost / mean_marks(&moved));
            if chance.len() == SHUFFLES.0 {
                wanted = needed(&chance);
            }
        }
        let weight = mean_marks(&all);
        parts.push((found.cost, weight * chance.iter().sum::<f64>() / real(chance.len())));
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
    let near_by_chance = real(near_by_chance) / real(shuffled.max(1));
    Some(Gamma { value, ends, texts: parts.len(), near, near_by_chance, left_out })
}

/// What an alignment costs, whether none costs less, and how long it took.
struct Best {
    cost: f64,
    exact: bool,
    steps: f64,
}

fn aligned(people: &[Vec<Mark>], search_max: usize) -> Best {
    if let [a, b] = people {
        return Best { cost: cost(a, b), exact: true, steps: (real(a.len()) + real(b.len()) + 1.0).powi(3) };
    }
    let found = align(&people.iter().map(Vec::as_slice).collect::<Vec<_>>(), search_max, dissimilarity);
    let near = if found.exact { 0.0 } else { real(people.iter().map(Vec::len).sum::<usize>()).powi(3) };
    Best { cost: found.cost, exact: found.exact, steps: SEARCH_STEP * real(found.steps + 1) + near }
}

/// Steps that one alignment takes where all marks lie together.
fn cubic(people: &[&Looked]) -> f64 {
    real(people.iter().map(|one| one.marks.len() + 1).sum::<usize>()).powi(3)
}

fn mean_marks(people: &[Vec<Mark>]) -> f64 {
    real(people.iter().map(Vec::len).sum::<usize>()) / real(people.len())
}

/// Shuffles that make the mean of such costs known to a twentieth with 95 % certainty (section 5.3 of the paper).
fn needed(costs: &[f64]) -> usize {
    let count = real(costs.len());
    let mean = costs.iter().sum::<f64>() / count;
    let variance = costs.iter().map(|cost| (cost - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let needed = variance * (1.96 / (0.05 * mean.max(f64::MIN_POSITIVE))).powi(2);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut to a few hundred")]
    let needed = needed.min(real(SHUFFLES.1)).ceil() as usize;
    needed.max(SHUFFLES.0)
}

/// As many people as looked, each with the marks of one of them, moved.
fn shuffle(people: &[&Looked], random: &mut Random) -> Vec<Vec<Mark>> {
    let marks = || people.iter().flat_map(|one| &one.marks);
    let (from, to) = (marks().map(|m| m.start).min().unwrap_or(0), marks().map(|m| m.end).max().unwrap_or(1));
    let (width, count) = ((to - from).max(1), marks().count().max(1));
    let apart = marks().map(|m| f64::from(m.end - m.start)).sum::<f64>() / real(count) / 2.0;
    let mut shifts: Vec<u32> = Vec::new();
    for _ in people {
        let mut drawn = 0;
        for _ in 0..SHIFTS_DRAWN {
            drawn = u32::try_from(random.below(width as usize)).unwrap_or(0);
            if shifts.iter().all(|other| f64::from(other.abs_diff(drawn)) >= apart) {
                break;
            }
        }
        shifts.push(drawn);
    }
    let moved = |shift: u32| {
        let turn = move |mark: &Mark| {
            let turned = (u64::from(mark.start - from) + u64::from(shift)) % u64::from(width);
            let start = from + u32::try_from(turned).unwrap_or(0);
            Mark { start, end: start.saturating_add(mark.end - mark.start), label: mark.label }
        };
        people[random.below(people.len())].marks.iter().map(turn).collect()
    };
    shifts.into_iter().map(moved).collect()
}

/// The disorder of what two or more people marked in one text: the cost of the best alignment, all at once, over the mean number of marks; 0 if all marked nothing. And whether it is proven that no alignment
/// costs less.
pub fn disorder_of_all(people: &[Vec<Mark>]) -> (f64, bool) {
    let found = aligned(people, SEARCH_MAX);
    (if people.iter().all(Vec::is_empty) { 0.0 } else { found.cost / mean_marks(people) }, found.exact)
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
pub(super) fn dissimilarity(a: Mark, b: Mark) -> f64 {
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
    fn marks_of_any_length_are_shuffled() {
        let all = [
            looked(0, 0, vec![mark(0, u32::MAX, 0)]),
            looked(0, 1, vec![mark(5, 6, 0), mark(u32::MAX - 1, u32::MAX, 0)]),
        ];
        assert!(gamma(&all, 1, 20, f64::INFINITY).is_some_and(|found| found.value.is_finite()));
    }

    #[test]
    fn perfect_agreement_is_one_and_chance_is_about_nothing() {
        let same = |text: u32| vec![mark(text, text + 5, 0), mark(40, 50, 1)];
        let all: Vec<Looked> = (0..20).flat_map(|text| (0..3).map(move |who| looked(text, who, same(text)))).collect();
        let got = gamma(&all, 1, 50, f64::INFINITY).expect("defined");
        assert!((got.value - 1.0).abs() < 1e-12 && got.texts == 20 && got.ends == Some((1.0, 1.0)), "{got:?}");
        // Of many texts a random part is looked at, and never one that would take it all.
        let part = gamma(&all, 1, 50, 220_000.0).expect("defined");
        assert!(part.texts < 20 && part.texts + part.left_out == 20 && part.value == got.value, "{part:?}");
        assert_eq!(gamma(&all, 1, 50, 100.0), None);
        let mut random = Random::new(5);
        let mut anywhere = |text, who| {
            let marks = (0..3).map(|_| random.below(95)).map(|at| u32::try_from(at).expect("small"));
            looked(text, who, marks.map(|at| mark(at, at + 5, 0)).collect())
        };
        for people in [2, 3, 4] {
            let each = (0..60).flat_map(|text| (0..people).map(move |who| (text, who)));
            let all: Vec<Looked> = each.map(|(t, w)| anywhere(t, w)).collect();
            let got = gamma(&all, 1, 100, f64::INFINITY).expect("defined");
            let (low, high) = got.ends.expect("draws");
            assert!(got.value.abs() < 0.15 && low < got.value && got.value < high, "{people} {got:?}");
            assert!(got.near == 0 && got.near_by_chance < 0.05, "{people} {got:?}");
        }
        assert_eq!(gamma(&[looked(0, 0, same(1)), looked(1, 0, same(2))], 1, 10, f64::INFINITY), None);
        assert_eq!(gamma(&[looked(0, 0, vec![]), looked(0, 1, vec![])], 1, 10, f64::INFINITY), None);
    }
}
