//! One pass over the answers: posteriors from rows, and counts for the next rows.
//!
//! A posterior is a product of shares, so a step needs no exponential and hardly a logarithm; where a product grows too small to be
//! told from nothing (many answers, or rows that deny one another), the same is done with logarithms. What bounds a pass is
//! reading and writing a row of the table for each answer: 16 bytes per class and answer, in an order that no cache foresees.

use super::rows::{Rows, Sums, add};
use super::table::Pairs;
use crate::num::{ln, softmax, steady};

/// Below this many answers a second thread costs more than it gives.
const THREAD_ANSWERS_MIN: usize = 50_000;

/// Products whose sum is smaller are taken anew from logarithms.
const PRODUCT_MIN: f64 = 1e-250;

/// Writes to `sums[0]` the counts from the posteriors as they are, or, with `rows`, from new ones written over them. `sums[1]` is room.
///
/// Always two halves, added in the same order, whether one thread runs them or two: the bits do not depend on the machine.
pub(crate) fn pass(pairs: &Pairs, states: usize, flat: &mut [f64], rows: Option<&Rows>, sums: &mut [Sums; 2]) {
    halves(pairs, states, flat, rows, sums, pairs.of_answer.len() >= THREAD_ANSWERS_MIN);
}

fn halves(pairs: &Pairs, states: usize, flat: &mut [f64], rows: Option<&Rows>, sums: &mut [Sums; 2], threads: bool) {
    let answers = pairs.of_answer.len();
    let tasks = pairs.starts.len() - 1;
    let middle = pairs.starts.partition_point(|start| *start < answers / 2).min(tasks);
    let (left, right) = flat.split_at_mut(middle * states);
    let [first, second] = sums;
    let half = |range: std::ops::Range<usize>, flat: &mut [f64], sums: &mut Sums| {
        sums.clear(pairs.list.len(), states);
        match rows {
            None => count(pairs, states, range, flat, sums),
            Some(rows) => half(pairs, states, range, flat, rows, sums),
        }
    };
    if threads {
        std::thread::scope(|scope| {
            scope.spawn(|| half(middle..tasks, right, second));
            half(0..middle, left, first);
        });
    } else {
        half(0..middle, left, first);
        half(middle..tasks, right, second);
    }
    first.add(second);
}

/// Counts from the posteriors as they are.
fn count(pairs: &Pairs, states: usize, tasks: std::ops::Range<usize>, flat: &[f64], sums: &mut Sums) {
    for (task, row) in tasks.zip(flat.chunks_exact(states.max(1))) {
        let given = pairs.of_task(task);
        for pair in given {
            add(&mut sums.counts[*pair as usize * states..][..states], row);
        }
        if !given.is_empty() {
            add(&mut sums.tasks, row);
        }
    }
}

/// Few classes get code of their own, in which the compiler knows their number.
fn half(pairs: &Pairs, states: usize, tasks: std::ops::Range<usize>, flat: &mut [f64], rows: &Rows, sums: &mut Sums) {
    macro_rules! by_number {
        ($($number:literal)*) => {
            match states {
                0 => {}
                $($number => read(pairs, $number, tasks, flat, rows, sums, &mut [0.0; $number]),)*
                _ => read(pairs, states, tasks, flat, rows, sums, &mut vec![0.0; states]),
            }
        };
    }
    by_number!(2 3 4 5 6 7 8 9 10 11 12);
}

/// New posteriors, and counts from them. `product` is room for one.
#[expect(clippy::inline_always, reason = "only inside its caller is the number of classes known")]
#[inline(always)]
fn read(
    pairs: &Pairs,
    states: usize,
    tasks: std::ops::Range<usize>,
    flat: &mut [f64],
    rows: &Rows,
    sums: &mut Sums,
    product: &mut [f64],
) {
    let (mut evidence, mut scale) = (0.0, 1.0);
    let mut moved = [0.0; 2]; // of even and odd classes, so that two are reckoned at once
    for (task, row) in tasks.zip(flat.chunks_exact_mut(states)) {
        let given = pairs.of_task(task);
        product.copy_from_slice(&rows.classes.shares);
        for pair in given {
            let shares = &rows.pairs.shares[*pair as usize * states..][..states];
            product.iter_mut().zip(shares).for_each(|(product, share)| *product *= share);
        }
        let mut sum: f64 = product.iter().sum();
        if sum < PRODUCT_MIN {
            evidence += read_logs(given, rows, product);
            sum = 1.0;
        }
        let whole = 1.0 / sum;
        product.iter_mut().for_each(|share| *share *= whole);
        steady(product);
        if given.is_empty() {
            row.copy_from_slice(product);
            continue; // its posterior is the prior: it teaches nothing
        }
        // The logarithm of a product of sums is cheaper than a sum of logarithms.
        scale *= sum;
        if scale < 1e-50 {
            evidence += ln(scale);
            scale = 1.0;
        }
        if rows.watched {
            for (at, (share, new)) in row.iter().zip(&*product).enumerate() {
                let way = (*share - new).abs();
                moved[at % 2] = if way > moved[at % 2] { way } else { moved[at % 2] };
            }
        }
        row.copy_from_slice(product);
        for pair in given {
            add(&mut sums.counts[*pair as usize * states..][..states], product);
        }
        add(&mut sums.tasks, product);
    }
    sums.moved = f64::max(moved[0], moved[1]);
    sums.evidence = evidence + ln(scale);
}

/// The posterior from logarithms, and the logarithm of the sum it was divided by.
#[cold]
#[inline(never)]
fn read_logs(given: &[u32], rows: &Rows, row: &mut [f64]) -> f64 {
    let states = row.len();
    row.copy_from_slice(&rows.classes.logs);
    for pair in given {
        add(row, &rows.pairs.logs[*pair as usize * states..][..states]);
    }
    let highest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let at = row.iter().position(|log| *log >= highest).unwrap_or(0);
    softmax(row);
    if highest.is_finite() { highest - ln(row[at]) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::rows::Both;
    use super::*;
    use crate::answers::Answers;
    use crate::num::real;
    use crate::random::Random;

    /// Answers of 4 workers in `classes` classes, as many to a task as `size` says of its number, and rows for them.
    fn made(tasks: u32, classes: u16, size: impl Fn(u32) -> u32) -> (Pairs, Rows) {
        let mut random = Random::new(8);
        let mut triples = Vec::new();
        for task in 0..tasks {
            for _ in 0..size(task) {
                let class = u16::try_from(random.below(classes.into())).expect("small");
                triples.push((task, u32::try_from(random.below(4)).expect("small"), class));
            }
        }
        let answers = Answers::new(tasks as usize, 4, classes.into(), &triples).expect("in range");
        let pairs = Pairs::new(&answers);
        let mut shares = |size: usize| Both::from_shares((0..size).map(|_| 0.01 + 0.5 * random.unit()).collect());
        let rows = Rows {
            watched: true,
            classes: shares(classes.into()),
            pairs: shares(pairs.list.len() * usize::from(classes)),
        };
        (pairs, rows)
    }

    fn run(pairs: &Pairs, classes: usize, rows: &Rows, threads: bool) -> (Vec<f64>, Sums) {
        let mut flat = vec![1.0 / real(classes); (pairs.starts.len() - 1) * classes];
        let mut sums = [Sums::default(), Sums::default()];
        halves(pairs, classes, &mut flat, Some(rows), &mut sums, threads);
        let [sums, _] = sums;
        (flat, sums)
    }

    #[test]
    fn one_thread_and_two_give_the_same_bits() {
        let (pairs, rows) = made(500, 3, |task| task % 7);
        let ((one, a), (two, b)) = (run(&pairs, 3, &rows, false), run(&pairs, 3, &rows, true));
        assert_eq!(one, two);
        assert_eq!((a.counts, a.tasks, a.evidence.to_bits()), (b.counts, b.tasks, b.evidence.to_bits()));
    }

    /// From none to 800 answers, whose product is nothing to a double; classes with code of their own and without.
    #[test]
    fn products_are_what_sums_of_logarithms_are() {
        for classes in [2_u16, 5, 13] {
            let (pairs, rows) = made(12, classes, |task| task * task * 8 / 10);
            let count = usize::from(classes);
            let (flat, sums) = run(&pairs, count, &rows, false);
            let (mut evidence, mut entropy) = (0.0, 0.0);
            for (task, got) in flat.chunks_exact(count).enumerate() {
                let logs: Vec<f64> = (0..count)
                    .map(|class| {
                        let given =
                            pairs.of_task(task).iter().map(|pair| rows.pairs.logs[*pair as usize * count + class]);
                        rows.classes.logs[class] + given.sum::<f64>()
                    })
                    .collect();
                let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let log = highest + logs.iter().map(|log| (log - highest).exp()).sum::<f64>().ln();
                for (got, want) in got.iter().zip(logs.iter().map(|l| (l - log).exp())) {
                    assert!((got - want).abs() < 1e-11, "{got} {want}");
                }
                if !pairs.of_task(task).is_empty() {
                    evidence += log;
                    entropy -= got.iter().filter(|p| **p > 0.0).map(|p| p * p.ln()).sum::<f64>();
                }
            }
            assert!((sums.evidence - evidence).abs() < 1e-9 * evidence.abs());
            assert!((sums.entropy(&rows) - entropy).abs() < 1e-7, "{} {entropy}", sums.entropy(&rows));
        }
    }
}
