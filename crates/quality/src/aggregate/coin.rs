//! One coin per worker: right with a probability of his own, else any other class.

use super::{Posteriors, vote};
use crate::answers::Answers;
use crate::num::{digamma, ln, real, softmax, steady};

/// Prior of a worker's coin: two right answers, one wrong.
const PRIOR: (f64, f64) = (2.0, 1.0);

/// Most steps.
const STEPS: usize = 200;

/// Posteriors, steps, whether they settled: Dawid-Skene with one probability a worker, mean-field, shares of classes learned.
///
/// Source: the symmetric model of Raykar et al. (2010) and of others. It cannot see that one class is harder or
/// favoured; for that it needs the fewest answers per worker.
pub(crate) fn fit(answers: &Answers) -> (Posteriors, usize, bool) {
    let classes = answers.classes();
    let mut posteriors = vote::shares(answers);
    for step in 1..=STEPS {
        let mut coins = vec![(PRIOR.0, PRIOR.1); answers.workers()];
        let mut shares = vec![1.0 / real(classes.max(1)); classes];
        for task in (0..answers.tasks()).filter(|task| answers.of_task(*task).len() > 0) {
            let row = posteriors.task(task);
            shares.iter_mut().zip(row).for_each(|(share, p)| *share += p);
            for (worker, class) in answers.of_task(task) {
                coins[worker].0 += row[class];
                coins[worker].1 += 1.0 - row[class];
            }
        }
        let others = ln(real(classes.max(2) - 1));
        // What an answer adds to its own class over any other.
        let logs: Vec<f64> = coins.iter().map(|(right, wrong)| digamma(*right) - digamma(*wrong) + others).collect();
        let all = digamma(shares.iter().sum());
        let shares: Vec<f64> = shares.iter().map(|share| digamma(*share) - all).collect();
        let mut moved: f64 = 0.0;
        let mut row = vec![0.0; classes];
        for (task, old) in posteriors.flat_mut().chunks_exact_mut(classes.max(1)).enumerate() {
            row.copy_from_slice(&shares);
            answers.of_task(task).for_each(|(worker, class)| row[class] += logs[worker]);
            softmax(&mut row);
            steady(&mut row);
            if answers.of_task(task).len() > 0 {
                moved = old.iter().zip(&row).map(|(a, b)| (a - b).abs()).fold(moved, f64::max);
            }
            old.copy_from_slice(&row);
        }
        if moved < 1e-5 {
            return (posteriors, step, true);
        }
    }
    (posteriors, STEPS, false)
}
