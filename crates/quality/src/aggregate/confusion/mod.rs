//! Confusion rows: Dawid-Skene and its Bayesian relatives, as settings of one model.
//!
//! Each task has a true class; each worker, seeing true class k, answers l with a probability of his own, his confusion
//! row k. The settings differ in what is believed of the rows before any answer (nothing; the same fixed prior for all; a
//! prior learned from all workers) and in how rows are read (likelihood, mode, mean-field). A step is: rows from posteriors,
//! posteriors from rows; the start is the share of votes. Time O(answers * classes) a step, memory 4 bytes an answer and
//! 8 bytes per class for each task and each (worker, class) that occurs.

mod fit;
mod pass;
mod prior;
mod table;

pub use fit::Fit;

/// What is believed of a worker's confusion rows before his answers are seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RowPrior {
    /// Nothing: rows are shares of his answers.
    None,
    /// A Dirichlet of these weights for the true class and for each other class.
    Fixed {
        /// Weight of the true class.
        right: f64,
        /// Weight of each other class.
        wrong: f64,
    },
    /// One Dirichlet per true class, learned from all workers (partial pooling): a worker with few answers is taken to be
    /// like the others, one with many speaks for himself.
    Learned,
}

/// How a row is read from counts and prior.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The most probable row (the share, without a prior).
    Mode,
    /// The geometric mean under the posterior: variational mean-field.
    MeanField,
}

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop {
    /// When no probability moved by more than this.
    Moved(f64),
    /// As crowd-kit's Dawid-Skene does: when its bound per answer (the class prior counted once per answer) gained less.
    Gained(f64),
}

/// A member of the family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Prior of the rows.
    pub prior: RowPrior,
    /// How rows are read.
    pub reading: Reading,
    /// Answers that the prior of the classes is worth, spread evenly; 0 for none.
    pub class_prior: f64,
    /// When to stop.
    pub stop: Stop,
    /// Most steps.
    pub steps_max: usize,
}

impl Settings {
    /// Dawid and Skene (1979), with the start, floor (1e-10) and stopping rule of crowd-kit.
    pub fn dawid_skene() -> Self {
        Self {
            prior: RowPrior::None,
            reading: Reading::Mode,
            class_prior: 0.0,
            stop: Stop::Gained(1e-5),
            steps_max: 100,
        }
    }

    /// Raykar et al. (2010): a fixed prior worth one right answer more than wrong ones, at the mode.
    pub fn lfc() -> Self {
        let prior = RowPrior::Fixed { right: 3.0, wrong: 2.0 };
        Self { prior, reading: Reading::Mode, class_prior: 0.0, stop: Stop::Moved(1e-5), steps_max: 200 }
    }

    /// Kim and Ghahramani (2012) by mean-field, with a fixed prior.
    pub fn ibcc() -> Self {
        let prior = RowPrior::Fixed { right: 2.0, wrong: 1.0 };
        Self { prior, reading: Reading::MeanField, class_prior: 1.0, stop: Stop::Moved(1e-5), steps_max: 200 }
    }

    /// The prior learned from all workers, mean-field, converged.
    pub fn hbcc() -> Self {
        Self {
            prior: RowPrior::Learned,
            reading: Reading::MeanField,
            class_prior: 1.0,
            stop: Stop::Moved(1e-5),
            steps_max: 200,
        }
    }

    /// [`Self::hbcc`] after three steps.
    pub fn hbcc_three() -> Self {
        Self { steps_max: 3, ..Self::hbcc() }
    }
}
