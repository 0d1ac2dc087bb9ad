//! From many answers to one, with a probability for each class: every label method behind one call.

mod between;
mod bwa;
mod catd;
mod coin;
pub mod confusion;
pub(crate) mod descent;
mod glad;
mod mace;
mod ordinal;
mod pm;
mod pool;
mod posteriors;
mod vote;

pub use between::Between;
pub use mace::mace_of_crowd_kit;
pub(crate) use pool::part;
pub use pool::{MEMBERS, SHARED_ERRORS_NATS};
pub use posteriors::Posteriors;

use crate::answers::Answers;
use crate::num;

/// Changes whenever the figures of any method change, so that a stored result can say what made it.
pub const VERSION: u32 = 8;

/// How labels are aggregated. `docs/quality.md` says where each comes from and when it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Share of answers.
    Vote,
    /// Dawid and Skene (1979), started and stopped as crowd-kit does.
    DawidSkene,
    /// Learning from crowds (Raykar et al. 2010): Dawid-Skene with a fixed prior on the confusion rows, at the mode.
    Lfc,
    /// Independent Bayesian classifier combination (Kim and Ghahramani 2012), mean-field.
    Ibcc,
    /// Hierarchical BCC: the prior of the confusion rows is learned from all workers, mean-field, converged.
    Hbcc,
    /// The same after three steps: less sure of itself, and often nearer to the truth when workers are correlated.
    HbccThree,
    /// BCC with kinds of task within each class, so that workers may err together (Li et al. 2019).
    Ebcc,
    /// The same with five kinds and one start: a fifteenth of the work.
    EbccFive,
    /// One probability of being right per worker (Raykar et al. 2010).
    OneCoin,
    /// Ability of workers and difficulty of tasks (Whitehill et al. 2009).
    Glad,
    /// For grades in order: each worker leans up or down and scatters (Lakshminarayanan and Teh 2013).
    Ordinal,
    /// Workers know or guess, each from habits of his own (Hovy et al. 2013). What is called `mace` is [`mace_of_crowd_kit`], which needs the order of rows.
    Mace,
    /// Weights by the upper confidence limit of the loss (Li et al. 2014).
    Catd,
    /// Bayesian weighted average (Li et al. 2019).
    Bwa,
    /// PM / CRH (Li et al. 2014): weights from minus the log of each worker's error.
    Pm,
    /// The mean of the posteriors of vote, HBCC-3, HBCC and PM, with EBCC in place of both HBCC where the answers say that people
    /// err together: the default without gold.
    Pool,
    /// All of them, each at its temperature, weighed by gold: what [`crate::calibration::auto`] gives where there is enough gold. Without gold
    /// it is the pool.
    Blend,
}

impl Method {
    /// Every method that needs nothing but answers, in the order of this list.
    pub const ALL: [Self; 16] = [
        Self::Vote,
        Self::DawidSkene,
        Self::Lfc,
        Self::Ibcc,
        Self::Hbcc,
        Self::HbccThree,
        Self::Ebcc,
        Self::EbccFive,
        Self::OneCoin,
        Self::Glad,
        Self::Ordinal,
        Self::Mace,
        Self::Catd,
        Self::Bwa,
        Self::Pm,
        Self::Pool,
    ];

    /// Its name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vote => "vote",
            Self::DawidSkene => "dawid-skene",
            Self::Lfc => "lfc",
            Self::Ibcc => "ibcc",
            Self::Hbcc => "hbcc",
            Self::HbccThree => "hbcc-3",
            Self::Ebcc => "ebcc",
            Self::EbccFive => "ebcc-5",
            Self::OneCoin => "one-coin",
            Self::Glad => "glad",
            Self::Ordinal => "ordinal",
            Self::Mace => "mace-own",
            Self::Catd => "catd",
            Self::Bwa => "bwa",
            Self::Pm => "pm",
            Self::Pool => "pool",
            Self::Blend => "blend",
        }
    }

    /// The method of this name, if it needs nothing but answers.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// What an aggregation found.
#[derive(Debug, Clone, PartialEq)]
pub struct Consensus {
    /// The method.
    pub method: Method,
    /// [`VERSION`] of the code that ran.
    pub version: u32,
    /// The seed it ran with; only `ebcc`, `ebcc-5` and the pool use it.
    pub seed: u64,
    /// Per task, the probability of each class. Model-based: right only as far as the model is; calibrate with gold.
    pub posteriors: Posteriors,
    /// Per worker, what the consensus says of him.
    pub workers: Vec<Worker>,
    /// Steps taken by an iterative method, else 0; of the pool, the most.
    pub steps: usize,
    /// Whether an iterative method stopped by itself before its limit.
    pub converged: bool,
    /// Of the Bayesian models of confusion rows the bound on the log evidence, in nats: of two of the same answers the higher one explains
    /// them better.
    pub bound: Option<f64>,
    /// Of a method that is fitted from several starts, each of them in order; the one with the best bound is kept. Empty elsewhere.
    pub starts: Vec<Start>,
    /// Of the pool, what these bounds say for people erring together, in nats: above [`SHARED_ERRORS_NATS`] both HBCC in it
    /// gave way to EBCC.
    pub shared_errors: Option<f64>,
}

/// One of several fits of the same answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    /// Its bound on the log evidence, in nats.
    pub bound: f64,
    /// Share of tasks whose most probable class is another than in the fit that was kept: where it is large, the result is a matter of luck.
    pub differs: f64,
}

/// A worker in the light of the consensus that he helped to make: flattering, because his own answers are part of it.
/// [`crate::answers`] without him give the fair figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worker {
    /// Number of answers.
    pub answers: usize,
    /// Expected share of his answers that the consensus calls right; `None` without answers.
    pub agreement: Option<f64>,
}

/// Aggregates `answers`. A task without answers gets the method's prior over classes. The same answers give the same
/// bits, whatever their order and however many processors there are.
pub fn aggregate(method: Method, answers: &Answers, seed: u64) -> Consensus {
    let plain = |(posteriors, steps, converged): (Posteriors, usize, bool)| {
        let workers = posteriors.workers(answers);
        let (version, bound, starts, shared_errors) = (VERSION, None, Vec::new(), None);
        Consensus { method, version, seed, posteriors, workers, steps, converged, bound, starts, shared_errors }
    };
    let rows = |settings: confusion::Settings| {
        let fit = settings.fit(answers, seed);
        let whole = num::real(answers.len());
        let start = |(bound, differs): (&f64, &f64)| Start { bound: bound * whole, differs: *differs };
        let starts = fit.bounds.iter().zip(&fit.differ).map(start).collect();
        Consensus { bound: fit.bound, starts, ..plain((fit.posteriors, fit.steps, fit.converged)) }
    };
    match method {
        Method::Vote => plain((vote::shares(answers), 0, true)),
        Method::Pm => plain(pm::fit(answers)),
        Method::OneCoin => plain(coin::fit(answers)),
        Method::Glad => plain(glad::fit(answers)),
        Method::Ordinal => plain(ordinal::fit(answers)),
        Method::Mace => plain(mace::fit(answers)),
        Method::Bwa => plain(bwa::fit(answers)),
        Method::Catd => plain(catd::fit(answers)),
        Method::Pool | Method::Blend => {
            Consensus { method, ..pool::mean(answers, &pool::members(answers, seed), seed).0 }
        }
        Method::DawidSkene => rows(confusion::Settings::dawid_skene()),
        Method::Lfc => rows(confusion::Settings::lfc()),
        Method::Ibcc => rows(confusion::Settings::ibcc()),
        Method::Hbcc => rows(confusion::Settings::hbcc()),
        Method::Ebcc => rows(confusion::Settings::ebcc()),
        Method::EbccFive => rows(confusion::Settings::ebcc_five()),
        Method::HbccThree => rows(confusion::Settings::hbcc_three()),
    }
}

/// The pool and its members (last the pool), each fitted once.
pub fn pool_and_members(answers: &Answers, seed: u64) -> Vec<Consensus> {
    pool_and_fitted(answers, seed).0
}

/// As [`pool_and_members`], and what else the pool fitted to all answers.
pub(crate) fn pool_and_fitted(answers: &Answers, seed: u64) -> (Vec<Consensus>, Vec<Consensus>) {
    let mut all = pool::members(answers, seed).to_vec();
    let (pool, fitted) = pool::mean(answers, &all, seed);
    all.push(pool);
    (all, fitted)
}
