//! Figures with their intervals, and what all of them are reckoned by.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vouchsafe_domain::time::Micros;
use vouchsafe_quality::{
    ability::{Ends, clopper_pearson},
    agreement::bootstrap,
    answers::Answers,
};

/// Certainty of intervals.
pub(super) const LEVEL: f64 = 0.95;
/// Everything random is drawn from this: the same answers give the same report.
pub(super) const SEED: u64 = 1;
/// Draws of a bootstrap; fewer where there is much to draw from.
const DRAWS: usize = 400;
/// Answers above which an interval is drawn fewer times.
const DRAWN_MAX: usize = 20_000_000;
/// Items with two answers below which a model is not fitted.
pub(super) const COMPARED_MIN: usize = 5;
pub(super) const CONTESTED_MAX: usize = 50;
pub(super) const WEEK_US: i64 = 7 * Micros::DAY;

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Estimate {
    /// A figure between the ends of its interval.
    pub(super) fn between(value: f64, (low, high): Ends) -> Self {
        Self { value, low, high }
    }
}

/// A share with its exact interval.
pub(super) fn share(part: usize, whole: usize) -> Estimate {
    let (low, high) = clopper_pearson(part, whole, LEVEL);
    Estimate { value: real(part) / real(whole.max(1)), low, high }
}

#[expect(clippy::cast_precision_loss, reason = "counts of tasks and answers, far below 2^53")]
pub(super) fn real(count: usize) -> f64 {
    count as f64
}

/// The mean with its normal interval, within 0 and `most`.
pub(super) fn mean(values: &[f64], most: f64) -> Option<Estimate> {
    let size = real(values.len());
    let value = (!values.is_empty()).then(|| values.iter().sum::<f64>() / size)?;
    let variance = values.iter().map(|x| (x - value).powi(2)).sum::<f64>() / (size - 1.0).max(1.0);
    let reach = 1.96 * (variance / size).sqrt();
    Some(Estimate { value, low: (value - reach).max(0.0), high: (value + reach).min(most) })
}

/// A coefficient with its bootstrap interval; `None` where it or its interval is undefined.
pub(super) fn with_interval(answers: &Answers, statistic: impl Fn(&Answers) -> Option<f64>) -> Option<Estimate> {
    let value = statistic(answers)?;
    let ends = bootstrap(answers, SEED, draws(answers.len()), LEVEL, statistic)?;
    Some(Estimate { value, low: ends.low, high: ends.high })
}

/// How often an interval over so many answers is drawn.
pub(super) fn draws(answers: usize) -> usize {
    (DRAWN_MAX / answers.max(1)).clamp(50, DRAWS)
}
