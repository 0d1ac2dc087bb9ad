//! BWA: Bayesian weighted average.

use super::{Posteriors, vote};
use crate::answers::Answers;
use crate::num::real;

/// Prior of each worker's precision in answers, and of each task's value.
const PRIOR: (f64, f64) = (15.0, 1.0);

/// Most steps.
const STEPS: usize = 500;

/// Posteriors, steps, whether they settled. Class by class: answers are 1 or 0, a task's value is the mean of its answers
/// weighted by the precision of their workers, pulled to the mean of all by one answer; precisions have a gamma prior of 15
/// answers at the spread of the votes. Rows are scaled to sum to 1; they are values, not calibrated probabilities.
///
/// Source: Li, Rubinstein and Cohn (2019), "Truth inference at scale: a Bayesian model for adjudicating highly redundant
/// crowd annotations", with its correction of the prior for the number of classes.
pub(crate) fn fit(answers: &Answers) -> (Posteriors, usize, bool) {
    let classes = answers.classes();
    let shares = vote::shares(answers);
    if answers.is_empty() {
        return (shares, 0, true);
    }
    let (mut flat, mut steps, mut settled) = (vec![0.0; shares.flat().len()], 0, true);
    for class in 0..classes {
        let (values, taken) = one_class(answers, &shares, class);
        steps = steps.max(taken);
        settled &= taken < STEPS;
        flat.iter_mut().skip(class).step_by(classes).zip(values).for_each(|(place, value)| *place = value);
    }
    for row in flat.chunks_exact_mut(classes) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|value| *value /= sum);
    }
    (Posteriors::new(classes, flat), steps, settled)
}

fn one_class(answers: &Answers, shares: &Posteriors, class: usize) -> (Vec<f64>, usize) {
    let classes = real(shares.classes());
    let tasks: Vec<usize> = (0..answers.tasks()).filter(|task| answers.of_task(*task).len() > 0).collect();
    let mut values: Vec<f64> = (0..answers.tasks()).map(|task| shares.task(task)[class]).collect();
    let spread = |task: &usize| real(answers.of_task(*task).len()) * values[*task] * (1.0 - values[*task]);
    let spread = tasks.iter().map(spread).sum::<f64>() / real(answers.len());
    // With one class there is no spread: any positive prior gives the same values.
    let prior = (PRIOR.0 * spread * 4.0 * (1.0 - 1.0 / classes)).max(1e-9);
    for step in 1..=STEPS {
        let mean = tasks.iter().map(|task| values[*task]).sum::<f64>() / real(tasks.len());
        let mut precisions = vec![(PRIOR.0, prior); answers.workers()];
        for task in &tasks {
            for (worker, answer) in answers.of_task(*task) {
                precisions[worker].0 += 1.0;
                precisions[worker].1 += (values[*task] - f64::from(u8::from(answer == class))).powi(2);
            }
        }
        let mut moved: f64 = 0.0;
        for (task, value) in values.iter_mut().enumerate() {
            let (mut sum, mut weight) = (PRIOR.1 * mean, PRIOR.1);
            for (worker, answer) in answers.of_task(task) {
                let precision = precisions[worker].0 / precisions[worker].1;
                sum += precision * f64::from(u8::from(answer == class));
                weight += precision;
            }
            if answers.of_task(task).len() > 0 {
                moved = moved.max((sum / weight - *value).abs());
            }
            *value = sum / weight;
        }
        if moved < 1e-6 {
            return (values, step);
        }
    }
    (values, STEPS)
}
