//! Shares of answers.

use super::Posteriors;
use crate::answers::Answers;
use crate::num::real;

/// Per task the share of answers for each class; a task without answers gets equal shares.
pub(crate) fn shares(answers: &Answers) -> Posteriors {
    weighted(answers, &vec![1.0; answers.workers()])
}

/// Per task the share of weight for each class, each worker counting by his weight (0 or more).
pub(crate) fn weighted(answers: &Answers, weights: &[f64]) -> Posteriors {
    let classes = answers.classes();
    let mut flat = vec![0.0; answers.tasks() * classes];
    for (task, row) in flat.chunks_exact_mut(classes.max(1)).enumerate() {
        answers.of_task(task).for_each(|(worker, class)| row[class] += weights[worker]);
        let sum: f64 = row.iter().sum();
        if sum > 0.0 {
            row.iter_mut().for_each(|share| *share /= sum);
        } else {
            row.fill(1.0 / real(classes));
        }
    }
    Posteriors::new(classes, flat)
}

/// Per worker, his misses against the majority of `truth` (a tie of m classes is missed in part, 1 - 1/m) and his answers.
pub(crate) fn misses(answers: &Answers, truth: &Posteriors) -> Vec<(f64, usize)> {
    let mut misses = vec![(0.0, 0_usize); answers.workers()];
    for task in 0..answers.tasks() {
        let row = truth.task(task);
        let highest = row.iter().copied().fold(0.0, f64::max);
        let tied = real(row.iter().filter(|share| **share >= highest - 1e-9).count());
        for (worker, class) in answers.of_task(task) {
            misses[worker].0 += if row[class] >= highest - 1e-9 { 1.0 - 1.0 / tied } else { 1.0 };
            misses[worker].1 += 1;
        }
    }
    misses
}
