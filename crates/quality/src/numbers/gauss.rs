//! A Gaussian model of people who answer with numbers.

use super::Ratings;
use crate::num::real;

/// Each answer is the task's value plus the worker's level plus noise of the worker's own spread; values, levels and spreads
/// are drawn from crowds whose parameters are learned, so that who answered little is taken to be like the others.
///
/// Source: the two-way random-effects model with worker precisions (Raykar et al. 2010, section 5, adds precisions; levels as in the
/// many-facet tradition), by mean-field. It fails where most people lean the same way: only the crowd's mean level is removed by
/// definition, never found. Time O(answers) a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gauss {
    /// Whether workers have levels of their own.
    pub levels: bool,
    /// What the prior of a worker's precision is worth, in answers.
    pub prior_answers: f64,
    /// Most steps.
    pub steps_max: usize,
}

impl Default for Gauss {
    fn default() -> Self {
        Self { levels: true, prior_answers: 4.0, steps_max: 500 }
    }
}

/// A value and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// In the unit of the answers.
    pub value: f64,
    /// Standard deviation of the value by the model, in the same unit; model-based, not verified.
    pub deviation: f64,
    /// Number of answers.
    pub answers: usize,
}

/// What the model says of a worker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorkerFit {
    /// How far above the others he answers, on average.
    pub level: f64,
    /// Standard deviation of his noise.
    pub spread: f64,
    /// Number of his answers.
    pub answers: usize,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Per task; `None` without answers.
    pub estimates: Vec<Option<Estimate>>,
    /// Per worker.
    pub workers: Vec<WorkerFit>,
    /// Steps taken.
    pub steps: usize,
    /// Whether it settled before the limit.
    pub converged: bool,
}

impl Gauss {
    /// Fits the model.
    pub fn fit(&self, ratings: &Ratings) -> Fit {
        let (tasks, people) = (ratings.tasks(), ratings.workers());
        let answered: Vec<usize> = (0..tasks).filter(|task| ratings.of_task(*task).len() > 0).collect();
        let mut counts = vec![0_usize; people];
        answered.iter().for_each(|task| ratings.of_task(*task).for_each(|(worker, _)| counts[worker] += 1));
        let active = real(counts.iter().filter(|count| **count > 0).count()).max(1.0);
        let (centre, all) = moments(&ratings.values);
        if all <= 0.0 {
            return flat(ratings, &counts, centre);
        }
        let mut values: Vec<(f64, f64)> = vec![(centre, all); tasks];
        for task in &answered {
            let size = real(ratings.of_task(*task).len());
            values[*task].0 = ratings.of_task(*task).map(|(_, value)| value).sum::<f64>() / size;
        }
        let mut levels = vec![(0.0, 0.0); people];
        let mut precisions = vec![2.0 / all; people];
        let (mut mean, mut between, mut level_spread, mut noise) = (centre, all / 2.0, all / 10.0, all / 2.0);
        let shape = self.prior_answers / 2.0;
        let (mut steps, mut converged) = (0, false);
        while steps < self.steps_max && !converged {
            steps += 1;
            if self.levels {
                let mut sums = vec![0.0; people];
                each(ratings, &answered, |task, worker, value| sums[worker] += value - values[task].0);
                for worker in 0..people {
                    let precision = 1.0 / level_spread + real(counts[worker]) * precisions[worker];
                    levels[worker] = (precisions[worker] * sums[worker] / precision, 1.0 / precision);
                }
                // The crowd's mean level cannot be told from the values: it is 0 by definition.
                let shift: f64 =
                    levels.iter().zip(&counts).map(|(l, count)| if *count > 0 { l.0 } else { 0.0 }).sum::<f64>()
                        / active;
                levels.iter_mut().for_each(|level| level.0 -= shift);
                let square: f64 =
                    levels.iter().zip(&counts).filter(|(_, count)| **count > 0).map(|(l, _)| l.0 * l.0 + l.1).sum();
                level_spread = (square / active).max(1e-9 * all);
            }
            let mut losses = vec![0.0; people];
            each(ratings, &answered, |task, worker, value| {
                let off = value - values[task].0 - levels[worker].0;
                losses[worker] += off * off + values[task].1.min(all) + levels[worker].1;
            });
            for worker in 0..people {
                precisions[worker] = (shape + real(counts[worker]) / 2.0) / (shape * noise + losses[worker] / 2.0);
            }
            let precision: f64 = precisions.iter().zip(&counts).filter(|(_, count)| **count > 0).map(|(p, _)| p).sum();
            noise = (active / precision).clamp(1e-9 * all, all);
            let mut moved = 0.0_f64;
            for task in &answered {
                let (mut precision, mut sum) = (1.0 / between, mean / between);
                for (worker, value) in ratings.of_task(*task) {
                    precision += precisions[worker];
                    sum += precisions[worker] * (value - levels[worker].0);
                }
                moved = moved.max((values[*task].0 - sum / precision).abs());
                values[*task] = (sum / precision, 1.0 / precision);
            }
            mean = answered.iter().map(|task| values[*task].0).sum::<f64>() / real(answered.len());
            let square: f64 = answered.iter().map(|task| (values[*task].0 - mean).powi(2) + values[*task].1).sum();
            between = (square / real(answered.len())).max(1e-9 * all);
            converged = moved * moved < 1e-12 * all;
        }
        let estimate = |task: usize| {
            let answers = ratings.of_task(task).len();
            (answers > 0).then(|| Estimate { value: values[task].0, deviation: values[task].1.sqrt(), answers })
        };
        let worker = |worker: usize| WorkerFit {
            level: levels[worker].0,
            spread: (1.0 / precisions[worker]).sqrt(),
            answers: counts[worker],
        };
        Fit {
            estimates: (0..tasks).map(estimate).collect(),
            workers: (0..people).map(worker).collect(),
            steps,
            converged,
        }
    }
}

fn each(ratings: &Ratings, tasks: &[usize], mut visit: impl FnMut(usize, usize, f64)) {
    for task in tasks {
        ratings.of_task(*task).for_each(|(worker, value)| visit(*task, worker, value));
    }
}

/// Where every answer is the same number, or there is none.
fn flat(ratings: &Ratings, counts: &[usize], value: f64) -> Fit {
    let estimate = |task| {
        let answers = ratings.of_task(task).len();
        (answers > 0).then_some(Estimate { value, deviation: 0.0, answers })
    };
    Fit {
        estimates: (0..ratings.tasks()).map(estimate).collect(),
        workers: counts.iter().map(|answers| WorkerFit { level: 0.0, spread: 0.0, answers: *answers }).collect(),
        steps: 0,
        converged: true,
    }
}

/// Mean and variance.
fn moments(values: &[f64]) -> (f64, f64) {
    let size = real(values.len().max(1));
    let mean = values.iter().map(|value| value / size).sum::<f64>();
    (mean, values.iter().map(|value| (value - mean).powi(2) / size).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Half the people scatter five times as much, one runs 10 high: the model finds both and beats the mean.
    #[test]
    fn levels_and_spreads_are_found_again() {
        let mut random = Random::new(5);
        let (mut rows, mut truth) = (Vec::new(), Vec::new());
        for task in 0..200_u32 {
            truth.push(50.0 + 10.0 * random.normal());
            for worker in 0..6_u32 {
                let (level, spread) = (if worker == 0 { 10.0 } else { 0.0 }, if worker < 3 { 2.0 } else { 10.0 });
                rows.push((task, worker, truth[task as usize] + level + spread * random.normal()));
            }
        }
        let ratings = Ratings::new(200, 6, &rows).expect("in range");
        let fit = Gauss::default().fit(&ratings);
        assert!(fit.converged);
        let error = |got: &[Option<Estimate>]| {
            let off = |(e, t): (&Option<Estimate>, &f64)| (e.expect("answers").value - t).abs();
            got.iter().zip(&truth).map(off).sum::<f64>() / 200.0
        };
        let mean = crate::numbers::aggregate(crate::numbers::Method::Mean, &ratings);
        let bias = fit.estimates.iter().zip(&truth).map(|(e, t)| e.expect("answers").value - t).sum::<f64>() / 200.0;
        assert!((bias - 10.0 / 6.0).abs() < 0.6, "{bias}"); // the crowd's mean level is what nobody can see
        assert!(error(&fit.estimates) < 0.65 * error(&mean), "{} {}", error(&fit.estimates), error(&mean));
        assert!((fit.workers[0].level - fit.workers[1].level - 10.0).abs() < 0.6);
        assert!((fit.workers[1].spread - 2.0).abs() < 0.5 && (fit.workers[5].spread - 10.0).abs() < 1.5);
        let mut turned = rows.clone();
        turned.reverse();
        assert_eq!(Gauss::default().fit(&Ratings::new(200, 6, &turned).expect("in range")), fit);
    }

    #[test]
    fn the_edges_have_the_obvious_answer() {
        let same = Ratings::new(3, 2, &[(0, 0, 4.0), (0, 1, 4.0), (1, 0, 4.0)]).expect("in range");
        let fit = Gauss::default().fit(&same);
        assert_eq!(fit.estimates[1].map(|e| (e.value, e.deviation)), Some((4.0, 0.0)));
        assert_eq!(fit.estimates[2], None);
        assert!(Gauss::default().fit(&Ratings::new(0, 0, &[]).expect("empty")).estimates.is_empty());
        assert_eq!(Ratings::new(1, 1, &[(0, 1, 0.0)]), None);
        assert!(Ratings::new(1, 1, &[(0, 0, f64::NAN)]).expect("in range").is_empty());
        let one = Gauss::default().fit(&Ratings::new(2, 1, &[(0, 0, 1.0), (1, 0, 3.0)]).expect("in range"));
        assert!(one.estimates.iter().flatten().all(|e| e.value.is_finite() && e.deviation.is_finite()));
    }
}
