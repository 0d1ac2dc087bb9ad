//! What is believed of a number nobody knows, and how far off an answer is expected to be.

use crate::ability::Ends;
use crate::distributions::{normal_density, normal_point, normal_share};
use crate::num::real;

/// What a model believes of one true number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Belief<'a> {
    /// Normal around a value, with a standard deviation.
    Normal(f64, f64),
    /// One of a few numbers in rising order, each with its probability.
    Grades(&'a [f64], &'a [f64]),
}

/// How far off an answer is expected to be.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Off {
    /// Mean absolute error, in the unit of the answers.
    pub mean: f64,
    /// Mean squared error, in the square of that unit.
    pub square: f64,
}

impl Belief<'_> {
    /// How far off `given` is expected to be. Of a normal number the folded normal's mean.
    pub fn off(&self, given: f64) -> Off {
        match self {
            Self::Normal(value, deviation) => {
                let (apart, deviation) = ((given - value).abs(), deviation.max(0.0));
                let square = apart * apart + deviation * deviation;
                if deviation <= 0.0 {
                    return Off { mean: apart, square };
                }
                let z = apart / deviation;
                Off { mean: deviation * (2.0 * normal_density(z) + z * (2.0 * normal_share(z) - 1.0)), square }
            }
            Self::Grades(values, shares) => {
                let add = |sum: Off, (value, share): (&f64, &f64)| {
                    let apart = (given - value).abs();
                    Off { mean: sum.mean + share * apart, square: sum.square + share * apart * apart }
                };
                values.iter().zip(*shares).fold(Off::default(), add)
            }
        }
    }

    /// Probability that the true number lies within `tolerance` of `given`, ends among them.
    pub fn within(&self, given: f64, tolerance: f64) -> f64 {
        match self {
            Self::Normal(value, deviation) if *deviation <= 0.0 => {
                f64::from(u8::from((given - value).abs() <= tolerance))
            }
            Self::Normal(value, deviation) => {
                let below = |end: f64| normal_share((end - value) / deviation);
                (below(given + tolerance) - below(given - tolerance)).clamp(0.0, 1.0)
            }
            Self::Grades(values, shares) => {
                let near = |(value, _): &(&f64, &f64)| (given - **value).abs() <= tolerance;
                values.iter().zip(*shares).filter(near).map(|(_, share)| share).sum::<f64>().min(1.0)
            }
        }
    }

    /// Between these the true number lies with probability `level` or more: as much is left out on either side.
    pub fn ends(&self, level: f64) -> Ends {
        let tail = (1.0 - level) / 2.0;
        match self {
            Self::Normal(value, deviation) => {
                let reach = normal_point(1.0 - tail) * deviation;
                (value - reach, value + reach)
            }
            Self::Grades(values, shares) => {
                let first = |values: &mut dyn Iterator<Item = (&f64, &f64)>| {
                    let (mut sum, mut last) = (0.0, 0.0);
                    for (value, share) in values {
                        (sum, last) = (sum + share, *value);
                        // Rounding must not move an end.
                        if sum > tail + 1e-12 {
                            break;
                        }
                    }
                    last
                };
                (first(&mut values.iter().zip(*shares)), first(&mut values.iter().zip(*shares).rev()))
            }
        }
    }
}

/// The mean of errors, none below 0, with Student's interval at `level`, cut at 0. `None` of fewer than two.
///
/// It covers less than it says where a few errors are far larger than the others. Source: Student (1908). Time O(errors).
pub fn mean_error(errors: &[f64], level: f64) -> Option<(f64, Ends)> {
    let count = real(errors.len());
    if errors.len() < 2 {
        return None;
    }
    let mean = errors.iter().map(|error| error / count).sum::<f64>();
    let variance = errors.iter().map(|error| (error - mean).powi(2) / (count - 1.0)).sum::<f64>();
    let reach = crate::review::student(count - 1.0, level) * (variance / count).sqrt();
    Some((mean, ((mean - reach).max(0.0), mean + reach)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// By drawing.
    #[test]
    fn what_is_expected_of_a_normal_number_is_what_comes_out() {
        let mut random = Random::new(3);
        for (value, deviation, given, tolerance) in [(2.0, 1.5, 2.0, 1.0), (2.0, 1.5, 4.0, 0.5), (-1.0, 0.2, 3.0, 4.1)]
        {
            let belief = Belief::Normal(value, deviation);
            let draws: Vec<f64> = (0..200_000).map(|_| value + deviation * random.normal() - given).collect();
            let mean = |of: &dyn Fn(f64) -> f64| draws.iter().map(|x| of(*x)).sum::<f64>() / 200_000.0;
            let off = belief.off(given);
            assert!((off.mean - mean(&f64::abs)).abs() < 0.01, "{off:?}");
            assert!((off.square - mean(&|x| x * x)).abs() < 0.04, "{off:?}");
            let within = belief.within(given, tolerance);
            assert!((within - mean(&|x| f64::from(u8::from(x.abs() <= tolerance)))).abs() < 0.005, "{within}");
        }
        let (low, high) = Belief::Normal(10.0, 2.0).ends(0.95);
        assert!((low - 6.080_07).abs() < 1e-4 && (high - 13.919_93).abs() < 1e-4, "{low} {high}");
    }

    #[test]
    fn grades_are_counted_out() {
        let belief = Belief::Grades(&[1.0, 2.0, 3.0, 5.0], &[0.02, 0.5, 0.46, 0.02]);
        assert_eq!(belief.ends(0.95), (2.0, 3.0));
        assert_eq!(belief.ends(0.99), (1.0, 5.0));
        let off = belief.off(2.0);
        assert!((off.mean - 0.54).abs() < 1e-12 && (off.square - 0.66).abs() < 1e-12, "{off:?}");
        assert!((belief.within(2.5, 0.5) - 0.96).abs() < 1e-12);
        assert_eq!(Belief::Grades(&[4.0], &[1.0]).ends(0.95), (4.0, 4.0));
    }

    #[test]
    fn what_is_certain_has_no_spread() {
        let sure = Belief::Normal(4.0, 0.0);
        assert_eq!((sure.off(4.0), sure.off(7.0).mean), (Off::default(), 3.0));
        assert_eq!((sure.within(4.0, 0.0), sure.within(7.0, 2.9), sure.ends(0.95)), (1.0, 0.0, (4.0, 4.0)));
        let far = Belief::Normal(1e100, 1e100);
        assert!(far.off(-1e100).mean.is_finite() && far.within(0.0, 1.0).is_finite());
    }

    /// Of 2, 4 and 6 the mean is 4, the deviation 2, and Student's point at two degrees 4.303.
    #[test]
    fn a_mean_error_has_students_interval() {
        let (mean, (low, high)) = mean_error(&[2.0, 4.0, 6.0], 0.95).expect("three");
        assert!((mean - 4.0).abs() < 1e-12 && low == 0.0 && (high - 4.0 - 4.303 * 2.0 / 3_f64.sqrt()).abs() < 1e-3);
        assert_eq!((mean_error(&[1.0], 0.95), mean_error(&[], 0.95)), (None, None));
    }
}
