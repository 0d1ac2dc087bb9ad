//! Small arithmetic that every module needs.

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}

/// Turns logarithms of weights into probabilities, in place, and gives their entropy in nats. All equal if every weight is 0; never NaN.
pub(crate) fn softmax_entropy(logs: &mut [f64]) -> f64 {
    let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if highest == f64::NEG_INFINITY {
        softmax(logs);
        return real(logs.len()).ln();
    }
    let (mut sum, mut moment) = (0.0, 0.0);
    for log in &mut *logs {
        let below = (*log - highest).max(-1e4); // exp of it is 0 already, and 0 times it too
        *log = below.exp();
        sum += *log;
        moment += *log * below;
    }
    logs.iter_mut().for_each(|weight| *weight /= sum);
    sum.ln() - moment / sum
}

/// Turns logarithms of weights into probabilities, in place. All equal if every weight is 0; never NaN.
pub(crate) fn softmax(logs: &mut [f64]) {
    let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if highest == f64::NEG_INFINITY {
        let share = 1.0 / real(logs.len());
        logs.fill(share);
        return;
    }
    let mut sum = 0.0;
    for log in &mut *logs {
        *log = (*log - highest).exp();
        sum += *log;
    }
    logs.iter_mut().for_each(|weight| *weight /= sum);
}

/// Rounds probabilities to 2^-40: where answers favour neither of two classes, rounding errors must not grow from step to
/// step of a model into a preference.
pub(crate) fn steady(row: &mut [f64]) {
    // Next to this number, doubles lie 2^-40 apart.
    const COARSE: f64 = 6144.0;
    row.iter_mut().for_each(|share| *share = (*share + COARSE) - COARSE);
}

/// The place of the highest number; among those within 1e-9 of it the first, so that rounding does not decide.
pub(crate) fn argmax(numbers: &[f64]) -> usize {
    let highest = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    numbers.iter().position(|number| *number >= highest - 1e-9).unwrap_or(0)
}

/// Digamma, the derivative of the logarithm of gamma, for x > 0. Absolute error below 1e-12.
///
/// Source: recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.3.18).
pub(crate) fn digamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift -= 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = square
        * (1.0 / 12.0 - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square * (1.0 / 240.0 - square / 132.0))));
    shift + x.ln() - 0.5 / x - series
}

/// Logarithm of gamma for x > 0. Relative error below 1e-12 away from its zeros at 1 and 2.
///
/// Source: recurrence up to 10, then Stirling's series (Abramowitz and Stegun 6.1.41).
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 10.0 {
        product *= x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.918_938_533_204_672_8 + series - f64::ln(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_survives_extremes() {
        let mut logs = [-1e308, -1e308];
        softmax(&mut logs);
        assert_eq!(logs, [0.5, 0.5]);
        let mut logs = [f64::NEG_INFINITY, f64::NEG_INFINITY];
        softmax(&mut logs);
        assert_eq!(logs, [0.5, 0.5]);
        let mut logs = [0.0, -2000.0];
        softmax(&mut logs);
        assert_eq!(logs, [1.0, 0.0]);
    }

    /// Values of Abramowitz and Stegun, tables 6.1 and 6.3.
    #[test]
    fn gamma_functions_at_known_points() {
        let near = |got: f64, want: f64| assert!((got - want).abs() < 1e-11, "{got} {want}");
        near(digamma(1.0), -0.577_215_664_901_532_9);
        near(digamma(0.5), -1.963_510_026_021_423_5);
        near(digamma(10.0), 2.251_752_589_066_721);
        near(ln_gamma(1.0), 0.0);
        near(ln_gamma(0.5), 0.572_364_942_924_700_1);
        near(ln_gamma(10.0), 12.801_827_480_081_469);
        near(ln_gamma(100.0), 359.134_205_369_575_4);
    }
}
