//! Numbers from many people: whose answers run high, and whose scatter.

mod gauss;

pub use gauss::{Estimate, Fit, Gauss, WorkerFit};

use crate::consensus::numbers;

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
        Method::Mean | Method::Median => (0..ratings.tasks()).map(|task| plain(method, ratings, task)).collect(),
        Method::Spread => Gauss { levels: false, ..Gauss::default() }.fit(ratings).estimates,
        Method::LevelSpread => Gauss::default().fit(ratings).estimates,
        Method::Pool => {
            let members = [Method::Mean, Method::Median, Method::Spread, Method::LevelSpread];
            let members = members.map(|method| aggregate(method, ratings));
            let pool = |task: usize| {
                let [a, b, c, d] = [members[0][task]?, members[1][task]?, members[2][task]?, members[3][task]?];
                let value = (a.value + b.value + c.value + d.value) / 4.0;
                // As if one of them were right and nobody knew which.
                let square = |e: Estimate| e.deviation.powi(2) + (e.value - value).powi(2);
                let deviation = ((square(a) + square(b) + square(c) + square(d)) / 4.0).sqrt();
                Some(Estimate { value, deviation, answers: a.answers })
            };
            (0..ratings.tasks()).map(pool).collect()
        }
    }
}

/// Mean or median; the deviation is the standard error of the mean (of the median of normal answers, 1.2533 times that). With one answer it
/// is the spread among all answers, because nothing is known of this one.
fn plain(method: Method, ratings: &Ratings, task: usize) -> Option<Estimate> {
    let values: Vec<f64> = ratings.of_task(task).map(|(_, value)| value).collect();
    let found = numbers(&values)?;
    let root = crate::num::real(found.answers).sqrt();
    let spread = found.deviation.or_else(|| numbers(&ratings.values)?.deviation).unwrap_or(0.0);
    let (value, factor) = if method == Method::Mean { (found.mean, 1.0) } else { (found.median, 1.2533) };
    Some(Estimate { value, deviation: factor * spread / root, answers: found.answers })
}
