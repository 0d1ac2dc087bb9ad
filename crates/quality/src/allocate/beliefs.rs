//! What is believed of tasks and people between two fits.

use super::Crowd;
use crate::aggregate::Posteriors;
use crate::aggregate::confusion::Settings;
use crate::answers::Answers;
use crate::num::{real, softmax};

/// Posteriors of tasks, and how each person answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Beliefs {
    posteriors: Posteriors,
    /// Per worker his confusion rows: `[class * classes + answer]`.
    rows: Vec<Vec<f64>>,
    /// Per worker how many answers he gave.
    counts: Vec<usize>,
    /// Of somebody nobody knows yet.
    stranger: Vec<f64>,
}

/// The least probability that an answer is given: nobody is so predictable that one answer settles a task.
const LEAST: f64 = 0.01;

impl Beliefs {
    /// From `posteriors` (calibrated, if there is gold) and the confusion rows that HBCC finds in `answers`. People without answers are taken for
    /// the mean of all, weighed by answers. Time: one fit.
    pub fn new(answers: &Answers, posteriors: Posteriors) -> Self {
        let fit = Settings::hbcc().fit(answers, 0);
        let classes = answers.classes();
        let mut counts = vec![0_usize; answers.workers()];
        for task in 0..answers.tasks() {
            answers.of_task(task).for_each(|(worker, _)| counts[worker] += 1);
        }
        let rows: Vec<Vec<f64>> = (0..answers.workers()).map(|worker| careful(fit.rows(worker), classes)).collect();
        let mut stranger = vec![0.0; classes * classes];
        for (rows, count) in rows.iter().zip(&counts) {
            stranger.iter_mut().zip(rows).for_each(|(sum, share)| *sum += real(*count) * share);
        }
        let all: f64 = counts.iter().map(|count| real(*count)).sum();
        stranger.iter_mut().for_each(|sum| *sum = if all > 0.0 { *sum / all } else { 1.0 / real(classes) });
        Self { posteriors, rows, counts, stranger }
    }

    /// What is believed of a task.
    pub fn task(&self, task: usize) -> &[f64] {
        self.posteriors.task(task)
    }

    /// Probability of the most probable class.
    pub fn surest(&self, task: usize) -> f64 {
        self.task(task).iter().copied().fold(0.0, f64::max)
    }

    /// All posteriors.
    pub fn posteriors(&self) -> &Posteriors {
        &self.posteriors
    }

    /// Expected information (nats) about the class of `task` in one answer of `worker`; a worker without a code is a stranger. 0 or more.
    ///
    /// The mutual information of class and answer. Source: Lindley (1956), "On a measure of the information provided by an experiment".
    pub fn gain(&self, task: usize, worker: usize) -> f64 {
        let (belief, rows) = (self.task(task), self.rows_of(worker));
        let classes = belief.len();
        let mut gain = 0.0;
        for answer in 0..classes {
            let chance: f64 = (0..classes).map(|class| belief[class] * rows[class * classes + answer]).sum();
            for class in 0..classes {
                let (p, given) = (belief[class], rows[class * classes + answer]);
                if p > 0.0 && given > 0.0 && chance > 0.0 {
                    gain += p * given * (given / chance).ln();
                }
            }
        }
        gain.max(0.0)
    }

    /// Takes a new answer in by Bayes's rule, the person's rows left as they are: exact for this task as far as the model goes, and the same
    /// as a full fit up to what one answer changes elsewhere. Fit again when answers have grown by a tenth, or before anything is delivered: the
    /// full fit is the reference. Time O(classes).
    pub fn update(&mut self, task: usize, worker: usize, answer: usize) {
        let classes = self.posteriors.classes();
        let rows = self.rows.get(worker).unwrap_or(&self.stranger);
        let row = &mut self.posteriors.flat_mut()[task * classes..(task + 1) * classes];
        for (class, share) in row.iter_mut().enumerate() {
            *share = share.max(1e-300).ln() + rows[class * classes + answer].max(1e-300).ln();
        }
        softmax(row);
    }

    /// How these people answer on average, each weighed by his answers; of nobody, how a stranger does.
    pub fn together(&self, workers: &[usize]) -> Crowd {
        let mut rows = vec![0.0; self.stranger.len()];
        for worker in workers {
            let weight = self.counts.get(*worker).map_or(0.0, |count| real(*count));
            rows.iter_mut().zip(self.rows_of(*worker)).for_each(|(sum, share)| *sum += weight * share);
        }
        if rows.iter().all(|share| *share <= 0.0) {
            rows.clone_from(&self.stranger);
        }
        Crowd::from_rows(self.posteriors.classes(), rows)
    }

    fn rows_of(&self, worker: usize) -> &[f64] {
        self.rows.get(worker).unwrap_or(&self.stranger)
    }
}

/// Rows in which every answer keeps a little chance.
pub(super) fn careful(mut rows: Vec<f64>, classes: usize) -> Vec<f64> {
    let all = 1.0 + LEAST * real(classes);
    rows.iter_mut().for_each(|share| *share = (*share + LEAST) / all);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::{Method, aggregate};
    use crate::random::Random;

    fn made() -> (Answers, Vec<u16>) {
        let mut random = Random::new(1);
        let (mut triples, mut truth) = (Vec::new(), Vec::new());
        for task in 0..200_u32 {
            let class = u16::from(random.unit() < 0.5);
            truth.push(class);
            for worker in 0..4 {
                let right = [0.95, 0.8, 0.8, 0.5][worker as usize];
                triples.push((task, worker, if random.unit() < right { class } else { 1 - class }));
            }
        }
        triples.push((200, 0, 1));
        (Answers::new(202, 4, 2, &triples).expect("in range"), truth)
    }

    #[test]
    fn the_better_person_and_the_open_task_tell_more() {
        let (answers, _) = made();
        let beliefs = Beliefs::new(&answers, aggregate(Method::Hbcc, &answers, 1).posteriors);
        assert!(beliefs.gain(201, 0) > beliefs.gain(201, 1) && beliefs.gain(201, 1) > beliefs.gain(201, 3));
        assert!(beliefs.gain(201, 0) > beliefs.gain(200, 0));
        assert!((beliefs.gain(201, 3)) < 0.03); // he guesses
        assert!(beliefs.gain(201, 99) > beliefs.gain(201, 3)); // a stranger is like the average
        assert!(beliefs.gain(201, 0) <= std::f64::consts::LN_2);
    }

    #[test]
    fn some_together_answer_as_their_mean_and_nobody_as_a_stranger() {
        let (answers, _) = made();
        let beliefs = Beliefs::new(&answers, aggregate(Method::Hbcc, &answers, 1).posteriors);
        let gain = |workers: &[usize]| beliefs.together(workers).gain(beliefs.task(201));
        for worker in 0..4 {
            assert!((gain(&[worker]) - beliefs.gain(201, worker)).abs() < 1e-12);
        }
        assert!((gain(&[]) - beliefs.gain(201, 99)).abs() < 1e-12 && (gain(&[99]) - gain(&[])).abs() < 1e-12);
        assert!(gain(&[0, 3]) < gain(&[0]) && gain(&[0, 3]) > gain(&[3]));
    }

    #[test]
    fn an_update_is_near_the_full_fit() {
        let (answers, _) = made();
        let mut beliefs = Beliefs::new(&answers, aggregate(Method::Hbcc, &answers, 1).posteriors);
        beliefs.update(201, 0, 1);
        beliefs.update(201, 1, 0);
        let mut triples: Vec<_> = (0..202)
            .flat_map(|task| answers.of_task(task).map(move |(w, c)| (task, w, c)))
            .map(|(t, w, c)| {
                (u32::try_from(t).expect("few"), u32::try_from(w).expect("few"), u16::try_from(c).expect("few"))
            })
            .collect();
        triples.extend([(201, 0, 1), (201, 1, 0)]);
        let full = aggregate(Method::Hbcc, &Answers::new(202, 4, 2, &triples).expect("in range"), 1).posteriors;
        assert!(
            (beliefs.task(201)[1] - full.task(201)[1]).abs() < 0.05,
            "{:?} {:?}",
            beliefs.task(201),
            full.task(201)
        );
    }
}
