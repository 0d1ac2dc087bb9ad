//! Fitting a member of the family.

mod grow;

pub use grow::Grown;

use super::pass::pass;
use super::prior::Prior;
use super::rows::{Both, Rows, Sums};
use super::start::{gather, start};
use super::table::Pairs;
use super::{Reading, RowPrior, Settings, Stop};
use crate::aggregate::{Posteriors, vote};
use crate::answers::Answers;
use crate::num::{digamma, ln, ln_gamma, real};
use std::sync::Arc;

/// The least expected count of an answer that was given, where there is no prior; crowd-kit's.
const COUNT_MIN: f64 = 1e-10;

/// The strength of a learned prior is chosen in the first step and in every so many: posteriors settle in between.
const STRENGTH_EVERY: usize = 5;

/// What of a learned prior follows the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Learn {
    Nothing,
    Means,
    Strengths,
}

/// A fitted model.
#[derive(Debug, Clone)]
pub struct Fit {
    /// Per task, the probability of each class.
    pub posteriors: Posteriors,
    /// Steps taken.
    pub steps: usize,
    /// Whether it stopped before the limit.
    pub converged: bool,
    /// Of each start, the bound on the log evidence per answer (nats) up to a constant, in order of start; empty
    /// where there is only one. Far apart: the result is a matter of luck.
    pub bounds: Vec<f64>,
    /// Of each start, the share of tasks whose most probable class is another than in the one that was kept; empty where there is only one.
    pub differ: Vec<f64>,
    /// The bound on the log evidence of what was kept (nats), where the reading is mean-field: comparable between settings on the same
    /// answers.
    pub bound: Option<f64>,
    pairs: Arc<Pairs>,
    prior: Prior,
    counts: Vec<f64>,
    states: Vec<f64>,
    entropy: f64,
    /// The greatest ratio of two successive steps among the last [`RATED`]: how fast it converged. 0 where nobody watched.
    rate: f64,
}

/// Steps whose ratios tell how fast a fit converges.
const RATED: usize = 3;

impl Fit {
    /// The expected confusion rows of a worker, prior included: `[class * classes + answer]`, each row summing to 1.
    pub fn rows(&self, worker: usize) -> Vec<f64> {
        let (classes, states) = (self.prior.classes, self.prior.states);
        let mut weights = self.prior.weights.clone();
        let first = self.pairs.list.partition_point(|(other, _)| (*other as usize) < worker);
        let his = self.pairs.list[first..].iter().take_while(|(other, _)| *other as usize == worker);
        for (pair, (_, answer)) in (first..).zip(his) {
            for state in 0..states {
                weights[state * classes + usize::from(*answer)] += self.counts[pair * states + state];
            }
        }
        let mut rows = vec![0.0; classes * classes];
        for (state, row) in weights.chunks_exact(classes.max(1)).enumerate() {
            let sum: f64 = row.iter().sum();
            let tasks = self.states.get(state).copied().unwrap_or(0.0) + 1e-9;
            for (answer, weight) in row.iter().enumerate() {
                let share = if sum > 0.0 { weight / sum } else { 1.0 / real(classes) };
                rows[state * classes / states * classes + answer] += tasks * share;
            }
        }
        for row in rows.chunks_exact_mut(classes.max(1)) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|weight| *weight /= sum);
        }
        rows
    }
}

impl Settings {
    /// Fits the model to `answers`, from the share of votes; `seed` matters only with several kinds per class. Of several starts the
    /// one with the best bound is kept.
    pub fn fit(&self, answers: &Answers, seed: u64) -> Fit {
        let pairs = Arc::new(Pairs::new(answers));
        let starts = self.subtypes.starts.max(1) as u64;
        let random = (0..starts).map(|at| (seed.wrapping_add(at), false));
        let second = (self.prior == RowPrior::Learned { twice: true }).then_some((seed, true));
        let several = starts > 1 || second.is_some();
        let mut bounds: Vec<f64> = Vec::new();
        let mut classes: Vec<Vec<usize>> = Vec::new();
        let mut best: Option<Fit> = None;
        for (seed, fixed_first) in random.chain(second) {
            let start = start(vote::shares(answers), self.subtypes.count, seed);
            let mut fit = self.fit_from(answers, Arc::clone(&pairs), start, fixed_first);
            if self.reading == Reading::MeanField {
                fit.bound = Some(self.evidence(&fit, answers.workers()));
            }
            // Later starts must be better by more than rounding.
            let mut better = true;
            if several {
                let bound = fit.bound.unwrap_or(f64::NEG_INFINITY) / real(answers.len().max(1));
                better = bounds.iter().all(|before| bound > before + 1e-12);
                bounds.push(bound);
                classes.push((0..answers.tasks()).map(|task| fit.posteriors.best(task)).collect());
            }
            if best.is_none() || better {
                best = Some(fit);
            }
        }
        let fit = best.unwrap_or_else(|| unreachable!("at least one start"));
        let differ = |best: &Vec<usize>| {
            let others = best.iter().enumerate().filter(|(task, class)| fit.posteriors.best(*task) != **class);
            real(others.count()) / real(best.len().max(1))
        };
        let differ = classes.iter().map(differ).collect();
        Fit { bounds, differ, ..fit }
    }

    fn fit_from(&self, answers: &Answers, pairs: Arc<Pairs>, mut flat: Vec<f64>, fixed_first: bool) -> Fit {
        let (classes, subtypes) = (answers.classes(), self.subtypes.count);
        let states = classes * subtypes;
        let prior = |right, wrong| Prior::new(classes, subtypes, right, wrong);
        let mut prior = match self.prior {
            RowPrior::None => prior(0.0, 0.0),
            RowPrior::Fixed { right, wrong } => prior(right, wrong),
            RowPrior::Learned { .. } => prior(4.0, 1.0),
        };
        let (mut bound, mut steps, mut converged) = (f64::NEG_INFINITY, 0, answers.is_empty());
        let mut sums = [Sums::default(), Sums::default()];
        let mut entropy = 0.0;
        let (mut ratios, mut step) = ([0.0; RATED], None);
        pass(&pairs, states, &mut flat, None, &mut sums);
        let mut rows = None;
        while steps < self.steps_max && !converged {
            steps += 1;
            let read = |sums: &Sums, prior: &mut Prior, learn: Learn| Rows {
                watched: matches!(self.stop, Stop::Moved(_)),
                classes: self.read_states(&sums.tasks),
                pairs: self.read_rows(&pairs, &sums.counts, prior, answers.workers(), learn),
            };
            // Shares of votes are so even that everybody looks like everybody: on few answers a prior learned from them may keep it so.
            let learn = match steps - usize::from(fixed_first) {
                0 => Learn::Nothing,
                step if step % STRENGTH_EVERY == 1 => Learn::Strengths,
                _ => Learn::Means,
            };
            let now = rows.take().unwrap_or_else(|| read(&sums[0], &mut prior, learn));
            pass(&pairs, states, &mut flat, Some(&now), &mut sums);
            entropy = sums[0].entropy(&now);
            ratios[steps % RATED] = step.map_or(0.0, |before| grow::ratio(sums[0].moved, before));
            step = Some(sums[0].moved);
            converged = match self.stop {
                // What was learned early must hold for what the posteriors became.
                Stop::Moved(most) if sums[0].moved <= most && matches!(self.prior, RowPrior::Learned { .. }) => {
                    let before = prior.strengths.clone();
                    rows = Some(read(&sums[0], &mut prior, Learn::Strengths));
                    prior.strengths == before
                }
                Stop::Moved(most) => sums[0].moved <= most,
                Stop::Gained(least) => {
                    let next = read(&sums[0], &mut prior, Learn::Nothing);
                    let before = bound;
                    bound = (sums[0].likelihood(&next) + entropy) / real(answers.len());
                    rows = Some(next);
                    bound - before < least
                }
            };
        }
        let posteriors = Posteriors::new(classes, gather(flat, subtypes));
        let [sums, _] = sums;
        Fit {
            posteriors,
            steps,
            converged,
            bounds: vec![],
            differ: vec![],
            bound: None,
            pairs,
            prior,
            counts: sums.counts,
            states: sums.tasks,
            entropy,
            rate: ratios.into_iter().fold(0.0, f64::max),
        }
    }

    /// The confusion rows, per pair and state; a prior that is learned follows the counts as far as `learn` says.
    fn read_rows(&self, pairs: &Pairs, counts: &[f64], prior: &mut Prior, workers: usize, learn: Learn) -> Both {
        let (classes, states) = (prior.classes, prior.states);
        let floor = if self.prior == RowPrior::None { COUNT_MIN } else { 0.0 };
        let mut totals = vec![0.0; workers * states];
        for ((worker, _), row) in pairs.list.iter().zip(counts.chunks_exact(states.max(1))) {
            let total = &mut totals[*worker as usize * states..][..states];
            total.iter_mut().zip(row).for_each(|(total, count)| *total += count.max(floor));
        }
        if matches!(self.prior, RowPrior::Learned { .. }) && learn != Learn::Nothing {
            prior.learn(pairs, counts, &totals, learn == Learn::Strengths);
        }
        let spread: Vec<f64> = prior.weights.chunks_exact(classes.max(1)).map(|row| row.iter().sum()).collect();
        // What a row is divided by, worker by worker: its logarithm where it is read by logarithms.
        for total in totals.chunks_exact_mut(states.max(1)) {
            for (total, spread) in total.iter_mut().zip(&spread) {
                *total = match (self.reading, self.prior) {
                    (Reading::MeanField, _) => digamma(*total + spread),
                    (Reading::Mode, RowPrior::None) => *total,
                    (Reading::Mode, _) => *total + spread - real(classes),
                };
            }
        }
        let mut read = counts.to_vec();
        for ((worker, answer), row) in pairs.list.iter().zip(read.chunks_exact_mut(states.max(1))) {
            let totals = &totals[*worker as usize * states..][..states];
            let weights = prior.weights[usize::from(*answer)..].iter().step_by(classes);
            for ((count, total), weight) in row.iter_mut().zip(totals).zip(weights) {
                *count = match (self.reading, self.prior) {
                    (Reading::MeanField, _) => digamma(weight + *count) - total,
                    (Reading::Mode, RowPrior::None) => count.max(floor) / total,
                    (Reading::Mode, _) => (*count + weight - 1.0) / total,
                };
            }
        }
        match self.reading {
            Reading::Mode => Both::from_shares(read),
            Reading::MeanField => Both::from_logs(read),
        }
    }

    /// The shares of states: of each class, and of the kinds within it.
    fn read_states(&self, tasks: &[f64]) -> Both {
        let kinds = self.subtypes.count;
        let read = |count: f64, sum: f64| match self.reading {
            Reading::Mode => ln(count / sum),
            Reading::MeanField => digamma(count) - digamma(sum),
        };
        let even = self.class_prior;
        let all = tasks.iter().sum::<f64>() + even * real(tasks.len() / kinds);
        let mut logs = Vec::with_capacity(tasks.len());
        for class in tasks.chunks_exact(kinds) {
            let sum: f64 = class.iter().sum();
            let of_class = read(sum + even, all);
            let share = self.subtypes.prior / real(kinds);
            let of_kind = |count: &f64| if kinds == 1 { 0.0 } else { read(count + share, sum + self.subtypes.prior) };
            logs.extend(class.iter().map(|count| of_class + of_kind(count)));
        }
        Both::from_logs(logs)
    }

    /// The mean-field bound on the log evidence: expected log likelihood less the divergence of posteriors from priors. With the
    /// rows and shares at their optimum given the tasks, it is the log of Dirichlet normalisers plus the entropy of the tasks.
    fn evidence(&self, fit: &Fit, workers: usize) -> f64 {
        let (classes, states, kinds) = (fit.prior.classes, fit.prior.states, self.subtypes.count);
        let mut totals = vec![0.0; workers * states];
        let mut evidence = fit.entropy;
        for ((worker, answer), row) in fit.pairs.list.iter().zip(fit.counts.chunks_exact(states.max(1))) {
            for (state, count) in row.iter().enumerate() {
                let weight = fit.prior.weights[state * classes + usize::from(*answer)];
                totals[*worker as usize * states + state] += count;
                evidence += ln_gamma(weight + count) - ln_gamma(weight);
            }
        }
        for row in totals.chunks_exact(states.max(1)) {
            for (total, weights) in row.iter().zip(fit.prior.weights.chunks_exact(classes.max(1))) {
                let spread: f64 = weights.iter().sum();
                evidence += ln_gamma(spread) - ln_gamma(spread + total);
            }
        }
        let even = self.class_prior;
        let share = self.subtypes.prior / real(kinds);
        let mut tasks = 0.0;
        for class in fit.states.chunks_exact(kinds) {
            let sum: f64 = class.iter().sum();
            tasks += sum;
            evidence += ln_gamma(even + sum) - ln_gamma(even);
            evidence += ln_gamma(self.subtypes.prior) - ln_gamma(self.subtypes.prior + sum);
            evidence += class.iter().map(|count| ln_gamma(share + count) - ln_gamma(share)).sum::<f64>();
        }
        evidence + ln_gamma(even * real(classes)) - ln_gamma(even * real(classes) + tasks)
    }
}

#[cfg(test)]
mod tests {
    use super::super::oracle::{slow, slow_hbcc};
    use super::*;
    use crate::answers::tests::small;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn fixed_priors_agree_with_dense_tables((tasks, workers, classes, triples) in small()) {
            prop_assume!(!triples.is_empty());
            let answers = Answers::new(tasks, workers, classes, &triples).expect("in range");
            let square = |right: f64, wrong: f64| -> Vec<Vec<f64>> {
                (0..classes).map(|class| (0..classes).map(|answer| if class == answer { right } else { wrong }).collect()).collect()
            };
            let three = |settings: Settings| Settings { steps_max: 3, stop: Stop::Moved(-1.0), ..settings };
            let ibcc = (three(Settings::ibcc()).fit(&answers, 0), slow(&answers, &square(4.0, 1.0), true, 1.0));
            let lfc = (three(Settings::lfc()).fit(&answers, 0), slow(&answers, &square(1.01, 0.01), false, 0.01));
            for (fast, slow) in [ibcc, lfc] {
                for (task, row) in slow.iter().enumerate() {
                    for (a, b) in fast.posteriors.task(task).iter().zip(row) {
                        prop_assert!((a - b).abs() < 1e-9, "{a} {b}");
                    }
                }
            }
        }
    }

    /// How far seven steps with a learned prior lie from the same over dense tables, at most.
    fn off(answers: &Answers) -> f64 {
        let seven = Settings { steps_max: 7, stop: Stop::Moved(-1.0), ..Settings::hbcc_three() };
        let fast = seven.fit(answers, 0);
        let slow = slow_hbcc(answers);
        let apart = |(task, row): (usize, &Vec<f64>)| {
            fast.posteriors.task(task).iter().zip(row).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        };
        slow.iter().enumerate().map(apart).fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn a_learned_prior_agrees_with_dense_tables((tasks, workers, classes, triples) in small()) {
            prop_assume!(!triples.is_empty());
            let answers = Answers::new(tasks, workers, classes, &triples).expect("in range");
            let off = off(&answers);
            prop_assert!(off < 1e-7, "{off}");
        }
    }

    /// Seven answers, and a third class that nobody named: how it would be answered is known from rounding alone, and no strength
    /// must be chosen by that.
    #[test]
    fn a_class_without_answers_is_not_judged_by_rounding() {
        let mut triples = vec![(0, 0, 0); 5];
        triples.extend([(0, 0, 1); 2]);
        for workers in [1, 2, 3] {
            let answers = Answers::new(1, workers, 3, &triples).expect("in range");
            let (off, fit) = (off(&answers), Settings::hbcc_three().fit(&answers, 0));
            assert!(off < 1e-7, "{workers} workers: {off}");
            assert!(fit.posteriors.task(0)[2] < 1e-3, "{:?}", fit.posteriors);
        }
    }

    /// Four who are right four times in five and one who always says the other: shares of votes alone hide him.
    #[test]
    fn the_second_start_is_kept_where_its_bound_is_better() {
        let mut triples = Vec::new();
        for task in 0..40_u32 {
            let truth = u16::from(task % 2 == 0);
            triples.extend((0..4).map(|w| (task, w, if (task + w) % 5 == 0 { 1 - truth } else { truth })));
            triples.push((task, 4, 1 - truth));
        }
        let answers = Answers::new(40, 5, 2, &triples).expect("in range");
        let fit = Settings::hbcc().fit(&answers, 0);
        assert!(fit.bounds[1] > fit.bounds[0], "{:?}", fit.bounds);
        assert!(fit.rows(4)[0] < 0.2, "{:?}", fit.rows(4));
        let once = Settings { prior: RowPrior::Learned { twice: false }, ..Settings::hbcc() }.fit(&answers, 0);
        assert!(once.rows(4)[0] > 0.3 && once.bounds.is_empty(), "{:?}", once.rows(4));
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
        let fit = Settings::hbcc().fit(&answers, 0);
        assert_eq!(fit.posteriors, Settings::hbcc().fit(&answers, 0).posteriors);
        for worker in 0..5 {
            let rows = fit.rows(worker);
            let want = 0.55 + 0.1 * real(worker);
            assert!((rows[0] - want).abs() < 0.03 && (rows[3] - 0.9).abs() < 0.03, "{rows:?}");
            assert!((rows[0] + rows[1] - 1.0).abs() < 1e-12);
        }
    }
    #[test]
    fn restarts_report_their_bounds_and_repeat_with_their_seed() {
        let mut random = crate::random::Random::new(9);
        let triples: Vec<_> = (0..300).map(|at| (at / 5, at % 5, u16::from(random.unit() < 0.5))).collect();
        let answers = Answers::new(60, 5, 2, &triples).expect("in range");
        let (fit, same, other) =
            (Settings::ebcc().fit(&answers, 1), Settings::ebcc().fit(&answers, 1), Settings::ebcc().fit(&answers, 5));
        assert_eq!(fit.bounds.len(), 3);
        let kept = fit.bounds.iter().position(|bound| *bound == fit.bounds.iter().copied().fold(f64::MIN, f64::max));
        assert!(fit.differ.len() == 3 && kept.is_some_and(|kept| fit.differ[kept] == 0.0), "{:?}", fit.differ);
        assert_eq!((&fit.bounds, &fit.posteriors), (&same.bounds, &same.posteriors));
        assert_ne!(fit.bounds, other.bounds);
        let best = fit.bounds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert_eq!(settings_bound(&fit, answers.len()), best);
    }

    fn settings_bound(fit: &Fit, answers: usize) -> f64 {
        Settings::ebcc().evidence(fit, 5) / real(answers)
    }

    /// One answer to one task: its exact probability is 1/2 by symmetry, and no mean-field bound exceeds it.
    #[test]
    fn the_bound_stays_below_the_evidence() {
        let answers = Answers::new(1, 1, 2, &[(0, 0, 1)]).expect("in range");
        let settings = Settings { prior: RowPrior::Fixed { right: 4.0, wrong: 1.0 }, ..Settings::ibcc() };
        let fit = settings.fit(&answers, 0);
        let bound = settings.evidence(&fit, 1);
        assert!(bound < 0.5_f64.ln() && bound > 0.5_f64.ln() - 0.5, "{bound}");
    }
}
