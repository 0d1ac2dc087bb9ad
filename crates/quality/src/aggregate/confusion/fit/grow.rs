//! New answers to a fitted model: posteriors of their tasks with the parameters as they are, and whether a full fit would say otherwise.

use super::{Fit, Learn};
use crate::aggregate::Posteriors;
use crate::aggregate::confusion::pass::pass;
use crate::aggregate::confusion::rows::{Rows, Sums};
use crate::aggregate::confusion::start::gather;
use crate::aggregate::confusion::table::Pairs;
use crate::aggregate::confusion::{RowPrior, Settings, Stop};
use crate::answers::Answers;
use crate::num::real;

/// Steps after which it is said that a full fit is needed, if it is not clear by then that it is not.
const STEPS_MAX: usize = 5;

/// Steps of a full fit, over its starts, up to which it is made without asking: to ask would cost a quarter of it or more, and few steps do not
/// tell how fast it converges.
const CHEAP: usize = 4 * STEPS_MAX;

/// A ratio of successive steps above this says nothing of where they lead.
const RATE_MAX: f64 = 0.995;

/// By how many nats a task whose answers changed may turn two starts around.
const TURNED_NATS: f64 = 1.0;

/// A fit that took new answers in.
#[derive(Debug, Clone)]
pub struct Grown {
    /// Of tasks whose answers changed by the parameters as they were; of all others as the fit left them.
    pub posteriors: Posteriors,
    /// Tasks whose answers changed, in order.
    pub touched: Vec<usize>,
    /// An estimate of the most by which a full fit would move a probability from these, or what a few steps moved already, if that is above the tolerance;
    /// infinite where none can be given.
    pub off: f64,
    /// Whether a full fit is needed, as far as that can be told.
    pub refit: bool,
    /// Steps that were taken to tell.
    pub steps: usize,
}

impl Settings {
    /// Takes `answers` into `fit`, which these settings made from other answers of the same meaning: to the same tasks and workers by code, and perhaps to
    /// fewer. `tolerance` is what a probability may be off.
    ///
    /// Each task whose answers changed gets its posterior by Bayes's rule from rows and shares as they are; who is new answers by the prior of
    /// rows. To tell what a full fit would change, the fit goes on from there for a few steps. Near its end it converges linearly: what is still
    /// to come after a step d is d r / (1 - r), where r is the greatest ratio of successive steps among the last of the fit and these. What
    /// was moved, what is to come, and as much again as a full fit leaves undone where it stops, are `off`. A full fit is needed where `off` is above the
    /// tolerance; where the strengths of a learned prior would be others; and where two starts led to different answers and are so near in evidence that what changed
    /// may turn them around. It is an estimate and no bound: a full fit may end elsewhere. A full fit is always made of models with kinds of task, of those that stop by
    /// likelihood, and of fits that did not converge or took 20 steps or fewer. Time O(answers * classes) a step, 5 steps or fewer.
    pub fn grow(&self, fit: &Fit, answers: &Answers, tolerance: f64) -> Grown {
        let (pairs, states) = (Pairs::new(answers), fit.prior.states);
        let mut prior = fit.prior.clone();
        let read = |sums: &Sums, prior: &mut _, learn| Rows {
            watched: true,
            classes: self.read_states(&sums.tasks),
            pairs: self.read_rows(&pairs, &sums.counts, prior, answers.workers(), learn),
        };
        let held = Sums { counts: fit.counts_of(&pairs), tasks: fit.states.clone(), ..Sums::default() };
        let touched = touched(fit, &pairs);
        let posteriors = answer(fit, &pairs, &touched, &read(&held, &mut prior, Learn::Nothing));
        let mut flat = posteriors.flat().to_vec();
        let mut grown = Grown { posteriors, touched, off: f64::INFINITY, refit: true, steps: 0 };
        let Stop::Moved(stop) = self.stop else { return grown };
        if self.subtypes.count > 1 || !fit.converged || fit.steps_of_all() <= CHEAP {
            return grown;
        }
        let learn = if matches!(self.prior, RowPrior::Learned { .. }) { Learn::Means } else { Learn::Nothing };
        let mut sums = [Sums::default(), Sums::default()];
        pass(&pairs, states, &mut flat, None, &mut sums);
        let mut last = None;
        while grown.steps < STEPS_MAX && grown.off > tolerance {
            grown.steps += 1;
            let rows = read(&sums[0], &mut prior, learn);
            pass(&pairs, states, &mut flat, Some(&rows), &mut sums);
            let far = flat.iter().zip(grown.posteriors.flat()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            if far > tolerance {
                grown.off = far;
                return grown;
            }
            let moved = sums[0].moved;
            let rate = last.map_or(f64::INFINITY, |last| fit.rate.max(ratio(moved, last)));
            if rate <= RATE_MAX {
                grown.off = far + (moved + stop) * rate / (1.0 - rate);
            }
            last = Some(moved);
        }
        if learn != Learn::Nothing {
            read(&sums[0], &mut prior, Learn::Strengths);
        }
        grown.refit =
            grown.off > tolerance || prior.strengths != fit.prior.strengths || fit.is_torn(grown.touched.len());
        grown
    }
}

impl Fit {
    /// Steps it took, over all its starts: about so many as a full fit of a little more will.
    fn steps_of_all(&self) -> usize {
        self.steps * self.bounds.len().max(1)
    }

    /// Its counts by the pairs of other answers; none where a pair is new.
    fn counts_of(&self, pairs: &Pairs) -> Vec<f64> {
        let states = self.prior.states;
        let mut counts = vec![0.0; pairs.list.len() * states];
        for (pair, row) in pairs.list.iter().zip(counts.chunks_exact_mut(states.max(1))) {
            if let Ok(at) = self.pairs.list.binary_search(pair) {
                row.copy_from_slice(&self.counts[at * states..][..states]);
            }
        }
        counts
    }

    /// Whether its starts disagree on a task and are so near in evidence that so many tasks may turn them around.
    fn is_torn(&self, changed: usize) -> bool {
        let best = self.bounds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let near = |bound: &f64| (best - bound) * real(self.pairs.of_answer.len()) <= TURNED_NATS * real(changed);
        self.bounds.iter().zip(&self.differ).any(|(bound, differ)| *differ > 0.0 && near(bound))
    }
}

/// Of two successive steps; 0 where nothing moves any more.
pub(super) fn ratio(step: f64, before: f64) -> f64 {
    if step <= 0.0 { 0.0 } else { step / before.max(f64::MIN_POSITIVE) }
}

/// Tasks whose answers are not those of the fit.
fn touched(fit: &Fit, pairs: &Pairs) -> Vec<usize> {
    let of = |pairs: &Pairs, task: usize| -> Vec<(u32, u16)> {
        pairs.of_task(task).iter().map(|pair| pairs.list[*pair as usize]).collect()
    };
    let held = fit.pairs.starts.len() - 1;
    let changed = |task: &usize| {
        if *task >= held { !pairs.of_task(*task).is_empty() } else { of(&fit.pairs, *task) != of(pairs, *task) }
    };
    (0..pairs.starts.len() - 1).filter(changed).collect()
}

/// The posteriors of the fit, and of tasks whose answers changed, or that are new, those by these rows.
fn answer(fit: &Fit, pairs: &Pairs, touched: &[usize], rows: &Rows) -> Posteriors {
    let (classes, states) = (fit.prior.classes, fit.prior.states);
    let (held, tasks) = (fit.posteriors.tasks(), pairs.starts.len() - 1);
    let asked: Vec<usize> = touched.iter().copied().filter(|task| *task < held).chain(held..tasks).collect();
    let (mut starts, mut of_answer) = (vec![0], Vec::new());
    for task in &asked {
        of_answer.extend_from_slice(pairs.of_task(*task));
        starts.push(of_answer.len());
    }
    let some = Pairs { starts, of_answer, list: pairs.list.clone() };
    let mut new = vec![0.0; asked.len() * states];
    pass(&some, states, &mut new, Some(rows), &mut [Sums::default(), Sums::default()]);
    let new = gather(new, states / classes.max(1));
    let mut flat = fit.posteriors.flat().to_vec();
    flat.resize(tasks * classes, 0.0);
    for (task, row) in asked.iter().zip(new.chunks_exact(classes.max(1))) {
        flat[task * classes..][..classes].copy_from_slice(row);
    }
    Posteriors::new(classes, flat)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Triple;
    use crate::random::Random;

    fn made() -> Vec<Triple> {
        let mut random = Random::new(5);
        let mut all = Vec::new();
        for task in 0..600_u32 {
            let truth = u16::from(random.unit() < 0.4);
            for worker in 0..6 {
                let right = 0.55 + 0.05 * f64::from(worker);
                all.push((task, worker, if random.unit() < right { truth } else { 1 - truth }));
            }
        }
        all
    }

    fn of(triples: &[Triple]) -> Answers {
        Answers::new(602, 8, 2, triples).expect("in range")
    }

    #[test]
    fn a_task_follows_its_answers_and_others_stay_where_they_are() {
        let (settings, mut all) = (Settings::ibcc(), made());
        let fit = settings.fit(&of(&all), 0);
        assert!(fit.converged && fit.steps > CHEAP, "{}", fit.steps);
        let same = settings.grow(&fit, &of(&all), 0.05);
        assert!(
            same.touched.is_empty() && !same.refit && same.posteriors == fit.posteriors,
            "{} {}",
            same.off,
            same.steps
        );
        // By two who are known, and one who is new.
        all.extend([(600, 5, 1), (600, 4, 1), (600, 7, 1)]);
        let grown = settings.grow(&fit, &of(&all), 0.05);
        assert_eq!(grown.touched, [600]);
        assert!((0..600).all(|task| grown.posteriors.task(task) == fit.posteriors.task(task)));
        assert!(!grown.refit && grown.steps <= STEPS_MAX && grown.off <= 0.05, "{} {}", grown.off, grown.steps);
        let full = settings.fit(&of(&all), 0);
        assert!((grown.posteriors.task(600)[1] - full.posteriors.task(600)[1]).abs() < 0.05);
        assert!(grown.posteriors.task(600)[1] > 0.8 && grown.posteriors.task(601) == fit.posteriors.task(601));
    }

    #[test]
    fn where_everybody_is_contradicted_a_full_fit_is_needed() {
        let (settings, mut all) = (Settings::ibcc(), made());
        let fit = settings.fit(&of(&all), 0);
        let against: Vec<Triple> =
            all.iter().filter(|(_, worker, _)| *worker > 3).map(|(t, w, c)| (*t, w + 2, 1 - c)).collect();
        all.extend(against);
        let grown = settings.grow(&fit, &of(&all), 0.01);
        assert!(grown.refit && grown.off > 0.01 && grown.touched.len() == 600, "{} {}", grown.off, grown.steps);
    }

    #[test]
    fn of_what_cannot_be_told_a_full_fit_is_needed() {
        let mut all = made();
        let before = of(&all);
        all.push((601, 0, 1));
        for settings in [Settings::dawid_skene(), Settings::ebcc_five(), Settings::hbcc_three()] {
            let fit = settings.fit(&before, 0);
            let grown = settings.grow(&fit, &of(&all), 0.5);
            assert!(grown.refit && grown.off.is_infinite() && grown.touched == [601], "{settings:?}");
            assert!((grown.posteriors.task(601).iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}
