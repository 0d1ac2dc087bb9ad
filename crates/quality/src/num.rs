//! Small arithmetic that every module needs.
//!
//! Exponential and logarithm are made here from sums and products alone, which every machine rounds alike: those of the system may
//! differ in the last bit from one to the next. They have no branches, so a compiler can reckon several at once.

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
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
        *log = exp(*log - highest);
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

/// Next to this number, doubles lie 1 apart, and its lowest bits count up.
const WHOLE: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// Natural logarithm of 2: a part with 21 zero bits at its end, so that products with small whole numbers are exact, and the rest.
const LN_2: (f64, f64) = (0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10);

/// e to the power of `x`, to two units in the last place; 0 below -708, infinite above 709.
///
/// Source: x = k ln 2 + r with |r| <= ln 2 / 2, and thirteen terms of the series in r.
#[inline]
pub(crate) fn exp(x: f64) -> f64 {
    let inside = x.clamp(-708.0, 709.0);
    let shifted = inside * std::f64::consts::LOG2_E + WHOLE;
    let whole = shifted - WHOLE;
    let r = (inside - whole * LN_2.0) - whole * LN_2.1;
    let mut series = 1.0 / 6_227_020_800.0;
    for factor in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
    ] {
        series = series * r + factor;
    }
    let power = f64::from_bits((shifted.to_bits() + 1023) << 52);
    let exp = (1.0 + (r + r * r * series)) * power;
    let exp = if x < -708.0 { 0.0 } else { exp };
    if x > 709.0 { f64::INFINITY } else { exp }
}

/// Natural logarithm of `x` >= 0, to two units in the last place; minus infinity of 0. For finite numbers.
///
/// Source: x = 2^k m with m between 0.7 and 1.42, ln m = 2 artanh((m - 1) / (m + 1)) by eleven terms of its series.
#[inline]
pub(crate) fn ln(x: f64) -> f64 {
    /// Numbers below 2^-1022 have fewer bits; they are made larger first.
    const LIFT: f64 = 18_014_398_509_481_984.0; // 2^54
    /// Bits of the square root of 1/2.
    const ROOT: u64 = 0x3fe6_a09e_667f_3bcd;
    let small = x < f64::MIN_POSITIVE;
    let lifted = if small { x * LIFT } else { x };
    let bits = lifted.to_bits().wrapping_sub(ROOT).wrapping_add(1024 << 52);
    let k = f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1024.0);
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) + ROOT);
    let k = if small { k - 54.0 } else { k };
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let mut series = 1.0 / 21.0;
    for factor in [1.0 / 19.0, 1.0 / 17.0, 1.0 / 15.0, 1.0 / 13.0, 1.0 / 11.0, 1.0 / 9.0, 1.0 / 7.0, 0.2, 1.0 / 3.0] {
        series = series * square + factor;
    }
    let ln = k * LN_2.0 + (2.0 * s + (2.0 * s * square * series + k * LN_2.1));
    if x == 0.0 { f64::NEG_INFINITY } else { ln }
}

/// Digamma, the derivative of the logarithm of gamma, for x > 0. Absolute error below 1e-12, relative where it is large.
///
/// Source: below 10, the recurrence eight times (their sum as one fraction), then the asymptotic series (Abramowitz and Stegun 6.3.18).
#[inline]
pub(crate) fn digamma(x: f64) -> f64 {
    let near = x.min(10.0);
    // After n terms: the product of (x + i) and its derivative, whose ratio is the sum of 1 / (x + i).
    let (mut product, mut derivative) = (near, 1.0);
    for i in [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0] {
        derivative = derivative * (near + i) + product;
        product *= near + i;
    }
    let shift = if x < 10.0 { derivative / product } else { 0.0 };
    let x = if x < 10.0 { x + 8.0 } else { x };
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = square
        * (1.0 / 12.0
            - square
                * (1.0 / 120.0
                    - square
                        * (1.0 / 252.0
                            - square
                                * (1.0 / 240.0
                                    - square * (1.0 / 132.0 - square * (691.0 / 32_760.0 - square / 12.0))))));
    ln(x) - 0.5 * inverse - series - shift
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
    (x - 0.5) * ln(x) - x + 0.918_938_533_204_672_8 + series - ln(product)
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

    #[test]
    fn exponential_and_logarithm_are_those_of_the_system_to_two_bits() {
        let mut random = crate::random::Random::new(4);
        let near = |got: f64, want: f64| (got - want).abs() <= 4.5e-16 * want.abs();
        for _ in 0..200_000 {
            let x = (random.unit() - 0.5) * 1416.0;
            assert!(near(exp(x), x.exp()), "{x}");
            assert!(near(exp(x / 1000.0), (x / 1000.0).exp()), "{x}");
            let x = x.exp();
            assert!(near(ln(x), x.ln()), "{x}");
            let x = 0.5 + random.unit();
            assert!(near(ln(x), x.ln()), "{x}");
        }
        let ends = [0.0, -0.0, -1e300, f64::NEG_INFINITY, -709.0, 710.0, f64::INFINITY];
        assert_eq!(ends.map(exp), [1.0, 1.0, 0.0, 0.0, 0.0, f64::INFINITY, f64::INFINITY]);
        assert_eq!([1.0, 0.0].map(ln), [0.0, f64::NEG_INFINITY]);
        for x in [f64::MAX, f64::MIN_POSITIVE, f64::MIN_POSITIVE / 1e10, 5e-324] {
            assert!(near(ln(x), x.ln()), "{x}");
        }
    }

    /// By its recurrence, from where the series alone is exact.
    #[test]
    fn digamma_follows_its_recurrence_everywhere() {
        let mut random = crate::random::Random::new(5);
        for _ in 0..20_000 {
            let x = 10_f64.powf(random.unit() * 12.0 - 6.0);
            let sum: f64 = (0..40_u32).map(|n| 1.0 / (x + f64::from(n))).sum();
            let (got, want) = (digamma(x), digamma(x + 40.0) - sum);
            assert!((got - want).abs() <= 1e-13 * want.abs().max(10.0), "{x}: {got} {want}");
        }
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
