//! One pass over the answers: posteriors from rows, and counts for the next rows.

use super::table::Pairs;
use crate::num::{softmax_entropy, steady};

/// Below this many answers a second thread costs more than it gives.
const THREAD_ANSWERS_MIN: usize = 50_000;

/// What a pass adds up.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    /// Per pair and true class, the expected number of answers.
    pub(crate) counts: Vec<f64>,
    /// Per class, the expected number of answered tasks.
    pub(crate) tasks: Vec<f64>,
    /// Entropy of all posteriors of answered tasks, in nats.
    pub(crate) entropy: f64,
    /// The most that a probability moved.
    pub(crate) moved: f64,
}

/// Counts from the posteriors as they are, or, with `logs` (per class, then per pair and class), from new ones written over them.
///
/// Always two halves, added in the same order, whether one thread runs them or two: the bits do not depend on the machine.
pub(crate) fn pass(pairs: &Pairs, classes: usize, flat: &mut [f64], logs: Option<(&[f64], &[f64])>) -> Sums {
    let answers = pairs.of_answer.len();
    let tasks = pairs.starts.len() - 1;
    let middle = pairs.starts.partition_point(|start| *start < answers / 2).min(tasks);
    let (left, right) = flat.split_at_mut(middle * classes);
    let half = |range: std::ops::Range<usize>, flat: &mut [f64]| half(pairs, classes, range, flat, logs);
    let (mut sums, other) = if answers >= THREAD_ANSWERS_MIN {
        std::thread::scope(|scope| {
            let second = scope.spawn(|| half(middle..tasks, right));
            let first = half(0..middle, left);
            (first, second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    } else {
        (half(0..middle, left), half(middle..tasks, right))
    };
    add(&mut sums.counts, &other.counts);
    add(&mut sums.tasks, &other.tasks);
    sums.entropy += other.entropy;
    sums.moved = sums.moved.max(other.moved);
    sums
}

fn half(
    pairs: &Pairs,
    classes: usize,
    tasks: std::ops::Range<usize>,
    flat: &mut [f64],
    logs: Option<(&[f64], &[f64])>,
) -> Sums {
    let zero = |size: usize| vec![0.0; size];
    let mut sums = Sums { counts: zero(pairs.list.len() * classes), tasks: zero(classes), entropy: 0.0, moved: 0.0 };
    let mut before = zero(classes);
    for (task, row) in tasks.zip(flat.chunks_exact_mut(classes.max(1))) {
        let given = &pairs.of_answer[pairs.starts[task]..pairs.starts[task + 1]];
        if let Some((class_logs, pair_logs)) = logs {
            before.copy_from_slice(row);
            row.copy_from_slice(class_logs);
            for pair in given {
                add(row, &pair_logs[*pair as usize * classes..][..classes]);
            }
            let entropy = softmax_entropy(row);
            steady(row);
            if !given.is_empty() {
                sums.entropy += entropy;
            }
        }
        if given.is_empty() {
            continue; // its posterior is the prior: it teaches nothing
        }
        if logs.is_some() {
            sums.moved = row.iter().zip(&before).map(|(a, b)| (a - b).abs()).fold(sums.moved, f64::max);
        }
        for pair in given {
            add(&mut sums.counts[*pair as usize * classes..][..classes], row);
        }
        add(&mut sums.tasks, row);
        if logs.is_none() {
            sums.entropy -= row.iter().filter(|p| **p > 0.0).map(|p| p * p.ln()).sum::<f64>();
        }
    }
    sums
}

fn add(sum: &mut [f64], part: &[f64]) {
    sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
}
