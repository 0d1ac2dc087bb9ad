//! GLAD: workers differ in ability, tasks in difficulty.

use super::descent::{Smooth, descend};
use super::{Posteriors, vote};
use crate::answers::Answers;
use crate::num::{exp, ln, real, softmax, steady};

/// Most steps of the model, and of the descent inside each.
const STEPS: (usize, usize) = (100, 25);

struct Expected<'a> {
    answers: &'a Answers,
    /// Per answer, the probability that it is right.
    right: Vec<f64>,
}

/// Posteriors, steps, whether they settled. An answer of worker w to task t is right with probability `sigmoid(a_w * exp(b_t))`, else any
/// other class; a and b have normal priors of mean 1 and deviation 1, which keep difficulties from running away; classes are
/// equally frequent. Start and stopping rule are crowd-kit's, and so is the effort of the inner descent.
///
/// Source: Whitehill, Ruvolo, Wu, Bergsma and Movellan (2009), "Whose vote should count more".
pub(crate) fn fit(answers: &Answers) -> (Posteriors, usize, bool) {
    let classes = answers.classes();
    let mut posteriors = vote::shares(answers);
    if answers.is_empty() {
        return (posteriors, 0, true);
    }
    let mut x = vec![1.0; answers.workers() + answers.tasks()];
    let mut last = f64::NEG_INFINITY;
    for step in 1..=STEPS.0 {
        let expected = expect(answers, &x, &mut posteriors);
        descend(&expected, &mut x, 1e-2, STEPS.1);
        let value = -expected.at(&x, &mut vec![0.0; x.len()]) / real(answers.len() * classes);
        // The first value is held against the unscaled one of the start, which is lower: never the end.
        if step > 1 && value - last < 1e-5 {
            return (posteriors, step, true);
        }
        last = value;
    }
    (posteriors, STEPS.0, false)
}

/// Writes the posteriors at `x`.
fn expect<'a>(answers: &'a Answers, x: &[f64], posteriors: &mut Posteriors) -> Expected<'a> {
    let (abilities, eases) = x.split_at(answers.workers());
    let classes = answers.classes();
    let others = ln(real(classes.max(2) - 1));
    let mut right = Vec::with_capacity(answers.len());
    for (task, row) in posteriors.flat_mut().chunks_exact_mut(classes).enumerate() {
        row.fill(0.0);
        let ease = exp(eases[task]);
        for (worker, class) in answers.of_task(task) {
            row[class] += abilities[worker] * ease + others; // log of right over wrong is the product itself
        }
        softmax(row);
        steady(row);
        right.extend(answers.of_task(task).map(|(_, class)| row[class]));
    }
    Expected { answers, right }
}

impl Smooth for Expected<'_> {
    /// Minus the expected log likelihood with priors, without what does not depend on `x`.
    fn at(&self, x: &[f64], slope: &mut [f64]) -> f64 {
        let workers = self.answers.workers();
        let mut value = 0.0;
        for (x, slope) in x.iter().zip(slope.iter_mut()) {
            value += 0.5 * (x - 1.0).powi(2);
            *slope = x - 1.0;
        }
        // The sum of ln(1 + e) over answers is the log of a product; one logarithm does for hundreds of them.
        let (mut at, mut product) = (0, 1.0);
        for task in 0..self.answers.tasks() {
            let ease = exp(x[workers + task]);
            let mut turn = 0.0;
            for (worker, _) in self.answers.of_task(task) {
                let log_odds = x[worker] * ease;
                let small = exp(-log_odds.abs());
                let sigma = if log_odds < 0.0 { small } else { 1.0 } / (1.0 + small);
                let right = self.right[at];
                // -ln sigma is max(-z, 0) + ln(1 + exp(-|z|)); that of 1 - sigma is greater by z.
                value += log_odds.max(0.0) - log_odds * right;
                product *= 1.0 + small;
                if product > 1e200 {
                    value += ln(product);
                    product = 1.0;
                }
                slope[worker] -= (right - sigma) * ease;
                turn += (right - sigma) * log_odds;
                at += 1;
            }
            slope[workers + task] -= turn;
        }
        value + ln(product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_that_of_the_value() {
        let answers = Answers::new(3, 2, 3, &[(0, 0, 1), (0, 1, 2), (1, 0, 0), (2, 1, 1)]).expect("in range");
        let x = [0.3, -0.8, 0.5, -0.2, 0.9];
        let expected = expect(&answers, &x, &mut vote::shares(&answers));
        let mut slope = [0.0; 5];
        expected.at(&x, &mut slope);
        for part in 0..5 {
            let moved = |by: f64| {
                let mut there = x;
                there[part] += by;
                expected.at(&there, &mut [0.0; 5])
            };
            assert!((slope[part] - (moved(1e-6) - moved(-1e-6)) / 2e-6).abs() < 1e-6);
        }
    }
}
