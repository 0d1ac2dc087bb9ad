//! Confusion rows: Dawid-Skene and its Bayesian relatives, as settings of one model.
//!
//! Each task has a true class; each worker, seeing true class k, answers l with a probability of his own, his confusion
//! row k. The settings differ in what is believed of the rows before any answer (nothing; the same fixed prior for all; a
//! prior learned from all workers) and in how rows are read (likelihood, mode, mean-field). A step is: rows from posteriors,
//! posteriors from rows; the start is the share of votes. Time O(answers * classes) a step, memory 4 bytes an answer and
//! 8 bytes per class for each task and each (worker, class) that occurs.

mod fit;
#[cfg(test)]
mod oracle;
mod pass;
mod prior;
mod rows;
mod start;
mod table;

pub use fit::{Fit, Grown};
pub(crate) use pass::pass;
pub(crate) use rows::{Both, Rows, Sums};
pub(crate) use table::Pairs;

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
    /// One Dirichlet per true class, around the crowd's row and, of five strengths, as strong as the likelihood of all workers' answers
    /// says (partial pooling): a worker with few answers is taken to be like the others, one with many speaks for himself.
    Learned {
        /// Whether it is fitted a second time, with the prior of [`Settings::ibcc`] in the first step, and the better bound kept: learned
        /// from shares of votes alone, it may hold that everybody is like everybody and never find out.
        twice: bool,
    },
}

/// How a row is read from counts and prior.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The most probable row (the share, without a prior).
    Mode,
    /// The geometric mean under the posterior: variational mean-field.
    MeanField,
}

/// Kinds of task within a class, so that workers may err together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Subtypes {
    /// Kinds per class; 1 makes answers independent given the class.
    pub count: usize,
    /// Tasks that the prior of the kinds of one class is worth, spread evenly: below `count`, few kinds are used.
    pub prior: f64,
    /// Random starts; the one with the best bound is kept.
    pub starts: usize,
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
    /// Tasks that the prior of each class is worth; 0 for none.
    pub class_prior: f64,
    /// Kinds of task within a class.
    pub subtypes: Subtypes,
    /// When to stop.
    pub stop: Stop,
    /// Most steps.
    pub steps_max: usize,
}

/// Answers are independent given the class.
const NO_SUBTYPES: Subtypes = Subtypes { count: 1, prior: 1.0, starts: 1 };

impl Settings {
    /// Dawid and Skene (1979), with the start, floor (1e-10) and stopping rule of crowd-kit.
    pub fn dawid_skene() -> Self {
        Self {
            prior: RowPrior::None,
            reading: Reading::Mode,
            class_prior: 0.0,
            subtypes: NO_SUBTYPES,
            stop: Stop::Gained(1e-5),
            steps_max: 100,
        }
    }

    /// Raykar et al. (2010): a fixed prior worth one right answer and a hundredth of each other, at the mode.
    pub fn lfc() -> Self {
        let prior = RowPrior::Fixed { right: 2.01, wrong: 1.01 };
        Self { prior, reading: Reading::Mode, class_prior: 0.01, stop: Stop::Moved(1e-6), ..Self::hbcc() }
    }

    /// Kim and Ghahramani (2012) by mean-field, with a fixed prior.
    pub fn ibcc() -> Self {
        Self { prior: RowPrior::Fixed { right: 4.0, wrong: 1.0 }, ..Self::hbcc() }
    }

    /// The prior learned from all workers, mean-field, converged, from two starts.
    pub fn hbcc() -> Self {
        Self {
            prior: RowPrior::Learned { twice: true },
            reading: Reading::MeanField,
            class_prior: 1.0,
            subtypes: NO_SUBTYPES,
            stop: Stop::Moved(1e-4),
            steps_max: 200,
        }
    }

    /// [`Self::hbcc`] after three steps, from one start.
    pub fn hbcc_three() -> Self {
        Self { prior: RowPrior::Learned { twice: false }, steps_max: 3, ..Self::hbcc() }
    }

    /// Li, Rubinstein and Cohn (2019), "Exploiting worker correlation for label aggregation in crowdsourcing": ten kinds
    /// of task per class, with the priors and the stopping rule of its authors' program.
    pub fn ebcc() -> Self {
        Self {
            prior: RowPrior::Fixed { right: 4.0, wrong: 1.0 },
            subtypes: Subtypes { count: 10, prior: 0.1, starts: 3 },
            stop: Stop::Moved(1e-3),
            steps_max: 500,
            ..Self::hbcc()
        }
    }

    /// [`Self::ebcc`] with five kinds of task per class and one start.
    pub fn ebcc_five() -> Self {
        let ebcc = Self::ebcc();
        Self { subtypes: Subtypes { count: 5, starts: 1, ..ebcc.subtypes }, ..ebcc }
    }
}
