//! CATD: weights by the upper confidence limit of each worker's loss.

use super::{Posteriors, vote};
use crate::answers::Answers;
use crate::num::real;

/// Most steps.
const STEPS: usize = 50;

/// Posteriors (shares of weight), steps, whether they settled. A worker weighs the 97.5 % point of chi-squared with as many
/// degrees as answers, over his number of misses against the weighted majority: few answers weigh little even if all were right.
///
/// Source: Li, Li, Gao, Su, Zhao, Demirbas, Fan and Han (2014), "A confidence-aware approach for truth discovery on long-tail
/// data". The quantile is Wilson and Hilferty's approximation (within 2 %); half a miss is added so that nobody weighs without limit.
pub(crate) fn fit(answers: &Answers) -> (Posteriors, usize, bool) {
    let mut current = vote::shares(answers);
    for step in 1..=STEPS {
        let misses = vote::misses(answers, &current);
        let weigh =
            |(misses, count): &(f64, usize)| if *count == 0 { 0.0 } else { quantile(real(*count)) / (misses + 0.5) };
        let next = vote::weighted(answers, &misses.iter().map(weigh).collect::<Vec<_>>());
        let moved = current.flat().iter().zip(next.flat()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        current = next;
        if moved < 1e-6 {
            return (current, step, true);
        }
    }
    (current, STEPS, false)
}

/// The 97.5 % point of chi-squared.
fn quantile(degrees: f64) -> f64 {
    let ninth = 2.0 / (9.0 * degrees);
    degrees * (1.0 - ninth + 1.959_964 * ninth.sqrt()).powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables of chi-squared: 5.024, 11.143, 129.561.
    #[test]
    fn quantiles_are_near_the_tables() {
        for (degrees, want) in [(1.0, 5.024), (4.0, 11.143), (100.0, 129.561)] {
            assert!((quantile(degrees) / want - 1.0).abs() < 0.02, "{degrees}");
        }
    }
}
