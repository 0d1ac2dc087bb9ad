//! Numbers from many people: whose answers run high, and whose scatter.

mod belief;
mod choose;
mod gauss;
mod habits;

pub use belief::{Belief, Off, mean_error};
pub use choose::{Choice, Held, KNOWN_MIN, KnownNumber, auto};
pub use gauss::{Estimate, Fit, Gauss, WorkerFit};
pub use habits::{Habit, habits, habits_of_some};

use crate::consensus::numbers;
use crate::num::real;

/// Version of the methods for numbers: grows whenever the same answers would give other figures.
pub const VERSION: u32 = 2;

/// Numbers up to here, either way, can be squared and summed; greater ones are for the caller to refuse.
pub const GREATEST: f64 = 1e100;

/// Answers that are numbers: task, worker, value; stored in order, so that no sum depends on the order of input.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratings {
    starts: Vec<usize>,
    workers: Vec<u32>,
    values: Vec<f64>,
    worker_codes: usize,
}

impl Ratings {
    /// Values that are not finite do not count. `None` if a code lies outside `tasks` or `workers`.
    pub fn new(tasks: usize, workers: usize, rows: &[(u32, u32, f64)]) -> Option<Self> {
        if rows.iter().any(|row| row.0 as usize >= tasks || row.1 as usize >= workers) {
            return None;
        }
        let mut sorted: Vec<(u32, u32, f64)> = rows.iter().copied().filter(|row| row.2.is_finite()).collect();
        sorted.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        let starts = (0..=tasks).map(|task| sorted.partition_point(|row| (row.0 as usize) < task)).collect();
        let values = sorted.iter().map(|row| row.2).collect();
        Some(Self { starts, workers: sorted.iter().map(|row| row.1).collect(), values, worker_codes: workers })
    }

    /// Number of tasks, with those that nobody answered.
    pub fn tasks(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of workers.
    pub fn workers(&self) -> usize {
        self.worker_codes
    }

    /// Number of answers.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no answer at all.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Every answer: task, worker and value, in order.
    pub fn rows(&self) -> impl Iterator<Item = (u32, u32, f64)> + '_ {
        (0_u32..).zip(self.starts.windows(2)).flat_map(|(task, ends)| {
            let values = self.values[ends[0]..ends[1]].iter();
            self.workers[ends[0]..ends[1]].iter().zip(values).map(move |(worker, value)| (task, *worker, *value))
        })
    }

    /// The answers that `keep` keeps, by task and worker; tasks and workers keep their codes.
    #[must_use]
    pub fn filter(&self, keep: impl Fn(usize, usize) -> bool) -> Self {
        let mut kept =
            Self { starts: vec![0], workers: Vec::new(), values: Vec::new(), worker_codes: self.worker_codes };
        for task in 0..self.tasks() {
            for (at, (worker, value)) in (self.starts[task]..).zip(self.of_task(task)) {
                if keep(task, worker) {
                    kept.workers.push(self.workers[at]);
                    kept.values.push(value);
                }
            }
            kept.starts.push(kept.values.len());
        }
        kept
    }

    /// The variance among the answers to one task, over all tasks with two or more; `None` without any.
    pub fn within(&self) -> Option<f64> {
        let (mut squares, mut freedom) = (0.0, 0.0);
        for task in 0..self.tasks() {
            let (own, count) = self.squares(task);
            squares += own;
            freedom += (count - 1.0).max(0.0);
        }
        (freedom > 0.0).then(|| squares / freedom)
    }

    /// The squares of the answers to one task around their mean, summed, and how many there are.
    pub(crate) fn squares(&self, task: usize) -> (f64, f64) {
        let count = real(self.of_task(task).len());
        let mean = self.of_task(task).map(|(_, value)| value / count).sum::<f64>();
        (self.of_task(task).map(|(_, value)| (value - mean).powi(2)).sum(), count)
    }

    /// The answers to one task: worker and value.
    pub fn of_task(&self, task: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + Clone + '_ {
        let range = self.starts[task]..self.starts[task + 1];
        self.workers[range.clone()].iter().map(|worker| *worker as usize).zip(self.values[range].iter().copied())
    }
}

/// How numbers are aggregated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Arithmetic mean.
    Mean,
    /// Middle answer.
    Median,
    /// Gaussian with each worker's own spread.
    Spread,
    /// Gaussian with each worker's own level and spread.
    LevelSpread,
    /// The mean of mean, median and both Gaussians: the default without known answers.
    Pool,
}

impl Method {
    /// Every method, in the order of this list.
    pub const ALL: [Self; 5] = [Self::Mean, Self::Median, Self::Spread, Self::LevelSpread, Self::Pool];

    /// Its name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Median => "median",
            Self::Spread => "gauss",
            Self::LevelSpread => "gauss-bias",
            Self::Pool => "pool",
        }
    }

    /// The method of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// Per task an estimate with its spread; `None` for tasks without answers.
pub fn aggregate(method: Method, ratings: &Ratings) -> Vec<Option<Estimate>> {
    match method {
        Method::Mean | Method::Median => plain(method, ratings),
        Method::Spread => Gauss { levels: false, ..Gauss::default() }.fit(ratings).estimates,
        Method::LevelSpread => Gauss::default().fit(ratings).estimates,
        Method::Pool => all(ratings).pop().unwrap_or_default(),
    }
}

/// Every method's estimates, in the order of [`Method::ALL`].
fn all(ratings: &Ratings) -> Vec<Vec<Option<Estimate>>> {
    let members = [Method::Mean, Method::Median, Method::Spread, Method::LevelSpread];
    let mut found = members.map(|method| aggregate(method, ratings)).to_vec();
    let pool = |task: usize| {
        let [a, b, c, d] = [found[0][task]?, found[1][task]?, found[2][task]?, found[3][task]?];
        let value = (a.value + b.value + c.value + d.value) / 4.0;
        // As if one of them were right and nobody knew which.
        let square = |e: Estimate| e.deviation.powi(2) + (e.value - value).powi(2);
        let deviation = ((square(a) + square(b) + square(c) + square(d)) / 4.0).sqrt();
        Some(Estimate { value, deviation, answers: a.answers })
    };
    let pool = (0..ratings.tasks()).map(pool).collect();
    found.push(pool);
    found
}

/// What is known of the spread at other tasks, in answers to this one: two people who happen to say the same are not certain.
const SPREAD_PRIOR: f64 = 4.0;

/// Mean or median; the deviation is the standard error of the mean (of the median of normal answers, 1.2533 times that). The variance of a task is taken
/// from its own answers and, worth four, from those of all (Smyth 2004 does so for genes); where no task has two answers it is that among all answers, because nothing is known of
/// any.
fn plain(method: Method, ratings: &Ratings) -> Vec<Option<Estimate>> {
    let common = ratings.within().or_else(|| Some(numbers(&ratings.values)?.deviation?.powi(2))).unwrap_or(0.0);
    let of = |task: usize| {
        let values: Vec<f64> = ratings.of_task(task).map(|(_, value)| value).collect();
        let found = numbers(&values)?;
        let (own, count) = ratings.squares(task);
        let variance = (SPREAD_PRIOR * common + own) / (SPREAD_PRIOR + count - 1.0);
        let (value, factor) = if method == Method::Mean { (found.mean, 1.0) } else { (found.median, 1.2533) };
        Some(Estimate { value, deviation: factor * (variance / count).sqrt(), answers: found.answers })
    };
    (0..ratings.tasks()).map(of).collect()
}
