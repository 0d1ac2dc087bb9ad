//! The threshold, set before the day it judges.
//!
//! From history: how many cases would each level have made on the last weeks' scores, leaving out what did open a case;
//! that is joined to a reference curve, which speaks alone while history is short. From the budget: what was not spent is
//! there to be spent, and what was spent too fast raises the threshold until the average is kept again.

use serde::{Deserialize, Serialize};

/// The reference curve is worth this many weeks of 1,000 people.
const REFERENCE_WEEKS: f64 = 1.0;
/// Levels that a threshold can have, in nats.
const LOWEST: f64 = 2.0;
const STEP: f64 = 0.05;
const STEPS: usize = 600;

/// What the budget has come to so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Purse {
    /// Cases allowed so far.
    pub(crate) earned: f64,
    /// Cases opened so far.
    pub(crate) spent: f64,
}

impl Purse {
    /// Cases a day that may be opened from now on, of `a_day` on average. Nothing once the overdraft is used up: so the
    /// cases never pass what was earned by more than its square root and one.
    pub(crate) fn pace(&self, a_day: f64) -> f64 {
        let left = self.earned + 1.0 - self.spent;
        if left < -self.earned.sqrt() {
            return 0.0;
        }
        // Two weeks' worth in hand is the pace itself; more quickens it, less slows it.
        let share = (left / (14.0 * a_day).max(1.0)).clamp(0.0, 2.0);
        a_day * (0.1 + 0.9 * share)
    }
}

/// Cases a week of 1,000 people at a level, where nobody takes anything: measured by
/// `--example variations -- quiet`.
fn reference(level: f64) -> f64 {
    850.0 * (-0.73 * level).exp() + 2.0 * (-0.25 * level).exp()
}

/// The lowest level at which no more than `pace` cases a day are to be expected of `people` people. `at` tells how many
/// cases a level would have made in `days` days of history.
pub(crate) fn threshold(pace: f64, people: f64, days: f64, at: impl Fn(f64) -> usize) -> f64 {
    let wanted = pace * 7.0 * 1_000.0 / people.max(1.0);
    let weeks = people * days / 7.0 / 1_000.0;
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let expected = |step: usize| {
        let level = LOWEST + STEP * step as f64;
        (reference(level) * REFERENCE_WEEKS + at(level) as f64) / (REFERENCE_WEEKS + weeks)
    };
    let (mut low, mut high) = (0, STEPS);
    while low < high {
        let middle = usize::midpoint(low, high);
        if expected(middle) <= wanted { high = middle } else { low = middle + 1 }
    }
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let level = LOWEST + STEP * low as f64;
    if low == STEPS { f64::MAX } else { level }
}
