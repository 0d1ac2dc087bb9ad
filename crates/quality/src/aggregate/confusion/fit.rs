//! Fitting a member of the family.

use super::pass::{Sums, pass};
use super::prior::Learned;
use super::table::Pairs;
use super::{Reading, RowPrior, Settings, Stop};
use crate::aggregate::{Posteriors, vote};
use crate::answers::Answers;
use crate::num::{digamma, real};

/// The least expected count of an answer that was given, where there is no prior; crowd-kit's.
const COUNT_MIN: f64 = 1e-10;

/// A fitted model.
#[derive(Debug, Clone)]
pub struct Fit {
    /// Per task, the probability of each class.
    pub posteriors: Posteriors,
    /// Steps taken.
    pub steps: usize,
    /// Whether it stopped before the limit.
    pub converged: bool,
    pairs: Pairs,
    prior: Learned,
    counts: Vec<f64>,
}

impl Fit {
    pub(crate) fn summary(self) -> (Posteriors, usize, bool) {
        (self.posteriors, self.steps, self.converged)
    }

    /// The expected confusion rows of a worker, prior included: `[class * classes + answer]`, each row summing to 1.
    pub fn rows(&self, worker: usize) -> Vec<f64> {
        let classes = self.posteriors.classes();
        let mut rows = self.prior.weights.clone();
        let first = self.pairs.list.partition_point(|(other, _)| (*other as usize) < worker);
        let his = self.pairs.list[first..].iter().take_while(|(other, _)| *other as usize == worker);
        for (pair, (_, answer)) in (first..).zip(his) {
            for class in 0..classes {
                rows[class * classes + usize::from(*answer)] += self.counts[pair * classes + class];
            }
        }
        for row in rows.chunks_exact_mut(classes.max(1)) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|weight| *weight = if sum > 0.0 { *weight / sum } else { 1.0 / real(classes) });
        }
        rows
    }
}

impl Settings {
    /// Fits the model to `answers`, from the share of votes.
    pub fn fit(&self, answers: &Answers) -> Fit {
        let classes = answers.classes();
        let pairs = Pairs::new(answers);
        let mut posteriors = vote::shares(answers);
        let mut prior = match self.prior {
            RowPrior::None => Learned::new(classes, 0.0, 0.0),
            RowPrior::Fixed { right, wrong } => Learned::new(classes, right, wrong),
            RowPrior::Learned => Learned::new(classes, 2.0, 1.0),
        };
        if answers.is_empty() || classes == 0 {
            return Fit { posteriors, steps: 0, converged: true, counts: Vec::new(), pairs, prior };
        }
        let mut sums = pass(&pairs, classes, posteriors.flat_mut(), None);
        let (mut bound, mut steps, mut converged) = (f64::NEG_INFINITY, 0, false);
        while steps < self.steps_max && !converged {
            steps += 1;
            let rows = self.read_rows(&pairs, &sums.counts, &mut prior, answers.workers());
            let class_logs = self.read_classes(&sums.tasks);
            sums = pass(&pairs, classes, posteriors.flat_mut(), Some((&class_logs, &rows)));
            converged = match self.stop {
                Stop::Moved(most) => sums.moved <= most,
                Stop::Gained(least) => {
                    let before = bound;
                    bound = self.bound(&pairs, &sums, &mut prior, answers.workers()) / real(answers.len());
                    bound - before < least
                }
            };
        }
        Fit { posteriors, steps, converged, counts: sums.counts, pairs, prior }
    }

    /// Logarithms of the confusion rows, per pair and true class.
    fn read_rows(&self, pairs: &Pairs, counts: &[f64], prior: &mut Learned, workers: usize) -> Vec<f64> {
        let classes = prior.classes();
        let floor = if self.prior == RowPrior::None { COUNT_MIN } else { 0.0 };
        let mut totals = vec![0.0; workers * classes];
        for ((worker, _), row) in pairs.list.iter().zip(counts.chunks_exact(classes)) {
            let total = &mut totals[*worker as usize * classes..][..classes];
            total.iter_mut().zip(row).for_each(|(total, count)| *total += count.max(floor));
        }
        if self.prior == RowPrior::Learned {
            prior.learn(pairs, counts, &totals);
        }
        let spread: Vec<f64> = prior.weights.chunks_exact(classes).map(|row| row.iter().sum()).collect();
        let mut logs = counts.to_vec();
        for ((worker, answer), row) in pairs.list.iter().zip(logs.chunks_exact_mut(classes)) {
            for (class, count) in row.iter_mut().enumerate() {
                let weight = prior.weights[class * classes + usize::from(*answer)];
                let total = totals[*worker as usize * classes + class];
                *count = match (self.reading, self.prior) {
                    (Reading::MeanField, _) => digamma(weight + *count) - digamma(spread[class] + total),
                    (Reading::Mode, RowPrior::None) => (count.max(floor) / total).ln(),
                    (Reading::Mode, _) => ((*count + weight - 1.0) / (total + spread[class] - real(classes))).ln(),
                };
            }
        }
        logs
    }

    /// Logarithms of the shares of classes.
    fn read_classes(&self, tasks: &[f64]) -> Vec<f64> {
        let even = self.class_prior / real(tasks.len());
        let sum = tasks.iter().sum::<f64>() + self.class_prior;
        let read = |count: &f64| match self.reading {
            Reading::Mode => ((count + even) / sum).ln(),
            Reading::MeanField => digamma(count + even) - digamma(sum),
        };
        tasks.iter().map(read).collect()
    }

    /// Crowd-kit's bound: expected log likelihood of the rows and shares that follow from these posteriors, with the shares
    /// counted once per answer, plus their entropy.
    fn bound(&self, pairs: &Pairs, sums: &Sums, prior: &mut Learned, workers: usize) -> f64 {
        let rows = self.read_rows(pairs, &sums.counts, prior, workers);
        let classes = self.read_classes(&sums.tasks);
        let finite = |(count, log): (&f64, &f64)| if *count > 0.0 { count * log } else { 0.0 };
        let answers: f64 = sums.counts.iter().zip(&rows).map(finite).sum();
        let shares: f64 = sums.counts.iter().zip(classes.iter().cycle()).map(finite).sum();
        answers + shares + sums.entropy
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::tests::small;
    use crate::num::softmax;
    use proptest::prelude::*;

    /// Three steps over dense tables, as the papers write them. `prior` is per true class and answer.
    fn slow(answers: &Answers, prior: &[Vec<f64>], mean_field: bool, class_prior: f64) -> Vec<Vec<f64>> {
        let k = answers.classes();
        let shares = vote::shares(answers);
        let mut posterior: Vec<Vec<f64>> = (0..answers.tasks()).map(|task| shares.task(task).to_vec()).collect();
        for _ in 0..3 {
            let mut rows = vec![vec![vec![0.0; k]; k]; answers.workers()]; // worker, class, answer
            let mut classes = vec![class_prior / real(k); k];
            for (task, given) in posterior.iter().enumerate() {
                for class in 0..k {
                    answers.of_task(task).for_each(|(worker, answer)| rows[worker][class][answer] += given[class]);
                    classes[class] += if answers.of_task(task).len() > 0 { given[class] } else { 0.0 };
                }
            }
            let log =
                |part: f64, whole: f64| if mean_field { digamma(part) - digamma(whole) } else { (part / whole).ln() };
            for (task, given) in posterior.iter_mut().enumerate() {
                for class in 0..k {
                    given[class] = log(classes[class], classes.iter().sum());
                    for (worker, answer) in answers.of_task(task) {
                        let row: Vec<f64> = rows[worker][class].iter().zip(&prior[class]).map(|(a, b)| a + b).collect();
                        given[class] += log(row[answer], row.iter().sum());
                    }
                }
                softmax(given);
            }
        }
        posterior
    }

    proptest! {
        #[test]
        fn fixed_priors_agree_with_dense_tables((tasks, workers, classes, triples) in small()) {
            prop_assume!(!triples.is_empty());
            let answers = Answers::new(tasks, workers, classes, &triples).expect("in range");
            let square = |right: f64, wrong: f64| -> Vec<Vec<f64>> {
                (0..classes).map(|class| (0..classes).map(|answer| if class == answer { right } else { wrong }).collect()).collect()
            };
            let three = |settings: Settings| Settings { steps_max: 3, stop: Stop::Moved(-1.0), ..settings };
            let ibcc = (three(Settings::ibcc()).fit(&answers), slow(&answers, &square(2.0, 1.0), true, 1.0));
            let lfc = (three(Settings::lfc()).fit(&answers), slow(&answers, &square(2.0, 1.0), false, 0.0));
            for (fast, slow) in [ibcc, lfc] {
                for (task, row) in slow.iter().enumerate() {
                    for (a, b) in fast.posteriors.task(task).iter().zip(row) {
                        prop_assert!((a - b).abs() < 1e-9, "{a} {b}");
                    }
                }
            }
        }
    }

    #[test]
    fn two_threads_and_one_agree_to_the_bit_and_rows_are_found_again() {
        let mut random = crate::random::Random::new(3);
        let mut triples = Vec::new();
        for task in 0..12_000_u32 {
            let truth = u16::from(random.unit() < 0.4);
            for worker in 0..5 {
                let right = if truth == 1 { 0.9 } else { 0.55 + 0.1 * f64::from(worker) };
                triples.push((task, worker, if random.unit() < right { truth } else { 1 - truth }));
            }
        }
        let answers = Answers::new(12_000, 5, 2, &triples).expect("in range");
        assert!(answers.len() > 50_000);
        let fit = Settings::hbcc().fit(&answers);
        assert_eq!(fit.posteriors, Settings::hbcc().fit(&answers).posteriors);
        for worker in 0..5 {
            let rows = fit.rows(worker);
            let want = 0.55 + 0.1 * real(worker);
            assert!((rows[0] - want).abs() < 0.03 && (rows[3] - 0.9).abs() < 0.03, "{rows:?}");
            assert!((rows[0] + rows[1] - 1.0).abs() < 1e-12);
        }
    }
}
