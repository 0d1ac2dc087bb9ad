//! Probabilities of classes, task by task.

use super::Worker;
use crate::answers::Answers;
use crate::num::{argmax, real};

/// Per task a probability for each class; each row sums to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Posteriors {
    classes: usize,
    flat: Vec<f64>,
}

impl Posteriors {
    /// From rows laid end to end, each of `classes` probabilities.
    pub(crate) fn new(classes: usize, flat: Vec<f64>) -> Self {
        Self { classes, flat }
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of tasks.
    pub fn tasks(&self) -> usize {
        self.flat.len().checked_div(self.classes).unwrap_or(0)
    }

    /// The probabilities of one task.
    pub fn task(&self, task: usize) -> &[f64] {
        &self.flat[task * self.classes..(task + 1) * self.classes]
    }

    /// The most probable class of a task; among equals (within 1e-9) the lowest.
    pub fn best(&self, task: usize) -> usize {
        argmax(self.task(task))
    }

    /// How many classes of a task are as probable as its most probable one (within 1e-9): more than 1 is a tie.
    pub fn equals(&self, task: usize) -> usize {
        let row = self.task(task);
        let highest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.iter().filter(|share| **share >= highest - 1e-9).count()
    }

    /// How probable it is that the most probable class of a task is not the right one, as these have it.
    pub fn doubt(&self, task: usize) -> f64 {
        1.0 - self.task(task)[self.best(task)]
    }

    /// All rows laid end to end.
    pub fn flat(&self) -> &[f64] {
        &self.flat
    }

    pub(crate) fn into_flat(self) -> Vec<f64> {
        self.flat
    }

    pub(crate) fn flat_mut(&mut self) -> &mut [f64] {
        &mut self.flat
    }

    /// What these posteriors say of each worker.
    pub fn workers(&self, answers: &Answers) -> Vec<Worker> {
        let mut sums = vec![(0_usize, 0.0); answers.workers()];
        for task in 0..answers.tasks() {
            let row = self.task(task);
            for (worker, class) in answers.of_task(task) {
                sums[worker].0 += 1;
                sums[worker].1 += row[class];
            }
        }
        let worker =
            |(answers, sum): (usize, f64)| Worker { answers, agreement: (answers > 0).then(|| sum / real(answers)) };
        sums.into_iter().map(worker).collect()
    }
}
