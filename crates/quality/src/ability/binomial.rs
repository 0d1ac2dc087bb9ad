//! Exact binomial intervals and acceptance sampling.

use super::Ends;
use crate::num::{ln_gamma, real};

/// The Clopper-Pearson interval of a share: `right` of `total`, at `level` (0.95). Covers at least `level`, whatever the
/// share; (0, 1) without trials. Source: Clopper and Pearson (1934).
pub fn clopper_pearson(right: usize, total: usize, level: f64) -> Ends {
    let tail = (1.0 - level) / 2.0;
    // P(X >= right | share) and P(X <= right | share) grow and fall with the share.
    let low =
        if right == 0 { 0.0 } else { solve(|share| beta_share(real(right), real(total - right + 1), share) - tail) };
    let high = if right >= total {
        1.0
    } else {
        solve(|share| beta_share(real(right + 1), real(total - right), share) - (1.0 - tail))
    };
    (low, high)
}

/// An acceptance-sampling plan: look at `sample` items, accept the batch if at most `wrong_max` are wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Items to look at.
    pub sample: usize,
    /// Most wrong ones in an accepted batch.
    pub wrong_max: usize,
    /// Chance to accept a batch whose share of wrong items is the one that must not pass.
    pub bad_accepted: f64,
    /// Chance to refuse a batch whose share of wrong items is the one that should pass.
    pub good_refused: f64,
}

/// The smallest plan that accepts a batch with a share `bad` of wrong items at most with chance `bad_accepted_max`, and refuses one
/// with a share `good` at most with chance `good_refused_max`. Batches are taken to be large (binomial): for small ones the plan is
/// safer than it says. `None` if `good >= bad`, or no plan of up to 100,000 items does it.
///
/// Source: Dodge and Romig (1929); the search is the plain one.
pub fn plan(good: f64, bad: f64, good_refused_max: f64, bad_accepted_max: f64) -> Option<Plan> {
    if !(0.0 <= good && good < bad && bad <= 1.0) {
        return None;
    }
    let mut sample = 1;
    for wrong_max in 0..10_000 {
        sample = sample.max(wrong_max + 1);
        // The fewest items that keep the bad out at this many wrong ones.
        while at_most(wrong_max, sample, bad) > bad_accepted_max {
            sample += 1;
            if sample > 100_000 {
                return None;
            }
        }
        let good_refused = 1.0 - at_most(wrong_max, sample, good);
        if good_refused <= good_refused_max {
            return Some(Plan { sample, wrong_max, bad_accepted: at_most(wrong_max, sample, bad), good_refused });
        }
    }
    None
}

/// Chance of at most `wrong` in `sample` trials of chance `share`.
fn at_most(wrong: usize, sample: usize, share: f64) -> f64 {
    if wrong >= sample { 1.0 } else { 1.0 - beta_share(real(wrong + 1), real(sample - wrong), share) }
}

/// The root of a growing function on \[0, 1\], to the last bits (bisection).
fn solve(function: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if function(middle) < 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The regularised incomplete beta function: the share of Beta(a, b) below `x`.
///
/// Source: the continued fraction of Abramowitz and Stegun 26.5.8, by Lentz's method.
pub(crate) fn beta_share(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_share(b, a, 1.0 - x);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp() / a;
    let tiny = |x: f64| if x.abs() < 1e-300 { 1e-300 } else { x };
    let (mut up, mut down) = (1.0, 1.0 / tiny(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = down;
    for step in 1..10_000 {
        let at = real(step);
        for term in [
            at * (b - at) * x / ((a + 2.0 * at - 1.0) * (a + 2.0 * at)),
            -(a + at) * (a + b + at) * x / ((a + 2.0 * at) * (a + 2.0 * at + 1.0)),
        ] {
            down = 1.0 / tiny(1.0 + term * down);
            up = tiny(1.0 + term / up);
            fraction *= up * down;
        }
        if (up * down - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow_at_most(wrong: usize, sample: usize, share: f64) -> f64 {
        let term = |k: usize| {
            let ways = (0..k).map(|i| real(sample - i) / real(i + 1)).product::<f64>();
            ways * share.powi(i32::try_from(k).expect("small"))
                * (1.0 - share).powi(i32::try_from(sample - k).expect("small"))
        };
        (0..=wrong).map(term).sum()
    }

    #[test]
    fn intervals_have_their_defining_tails() {
        for (right, total) in [(0, 10), (3, 10), (8, 10), (10, 10), (81, 263)] {
            let (low, high) = clopper_pearson(right, total, 0.95);
            if right > 0 {
                assert!((1.0 - slow_at_most(right - 1, total, low) - 0.025).abs() < 1e-9);
            }
            if right < total {
                assert!((slow_at_most(right, total, high) - 0.025).abs() < 1e-9);
            }
        }
        assert!((clopper_pearson(0, 10, 0.95).1 - (1.0 - 0.025_f64.powf(0.1))).abs() < 1e-12);
        assert_eq!(clopper_pearson(0, 0, 0.95), (0.0, 1.0));
    }

    #[test]
    fn a_plan_keeps_both_promises_and_a_smaller_one_does_not() {
        let got = plan(0.01, 0.05, 0.05, 0.10).expect("a plan");
        assert!((slow_at_most(got.wrong_max, got.sample, 0.05) - got.bad_accepted).abs() < 1e-9);
        assert!(got.bad_accepted <= 0.10 && got.good_refused <= 0.05);
        let smaller =
            |c: usize| slow_at_most(c, got.sample - 1, 0.05) <= 0.10 && slow_at_most(c, got.sample - 1, 0.01) >= 0.95;
        assert!(!(0..20).any(smaller), "{got:?}");
        assert_eq!(plan(0.05, 0.05, 0.1, 0.1), None);
        assert_eq!(plan(0.0, 0.5, 0.05, 0.05).map(|plan| (plan.sample, plan.wrong_max)), Some((5, 0)));
    }
}
