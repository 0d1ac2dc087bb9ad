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
