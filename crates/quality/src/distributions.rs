//! Shares and points of distributions.

use crate::num::ln_gamma;

/// The regularised lower incomplete gamma function: the share of Gamma(a, 1) below `x`. Absolute error below 1e-13.
///
/// Source: the series of Abramowitz and Stegun 6.5.29 below a + 1, above it the continued fraction 6.5.31 by Lentz's method.
fn gamma_share(a: f64, x: f64) -> f64 {
    if x > 10.0 * a + 1e4 {
        return 1.0;
    }
    if x <= 0.0 {
        return 0.0;
    }
    let front = a.mul_add(x.ln(), -x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > 1e-17 * sum {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return (front * sum).min(1.0);
    }
    let mut base = x + 1.0 - a;
    let (mut above, mut below) = (1e300, 1.0 / base);
    let mut fraction = below;
    for step in 1..10_000_u32 {
        let step = f64::from(step);
        let factor = -step * (step - a);
        base += 2.0;
        below = 1.0 / (factor * below + base);
        above = base + factor / above;
        fraction *= above * below;
        if (above * below - 1.0).abs() < 1e-16 {
            break;
        }
    }
    1.0 - front * fraction
}

/// The density of a standard normal at `z`.
pub(crate) fn normal_density(z: f64) -> f64 {
    (-0.5 * z * z).exp() * 0.398_942_280_401_432_7
}

/// The share of a standard normal below `z`.
pub(crate) fn normal_share(z: f64) -> f64 {
    let half = 0.5 * gamma_share(0.5, 0.5 * z * z);
    if z < 0.0 { 0.5 - half } else { 0.5 + half }
}

/// The point below which a standard normal has `share`, between 1e-12 and one less that.
///
/// Source: Abramowitz and Stegun 26.2.23, then Newton's steps.
pub(crate) fn normal_point(share: f64) -> f64 {
    let tail = share.min(1.0 - share).max(1e-12);
    let t = (-2.0 * tail.ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let mut z = (t - above / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)))).max(0.0);
    for _ in 0..3 {
        z += (normal_share(-z) - tail) / normal_density(z);
    }
    if share < 0.5 { -z } else { z }
}

/// The point below which chi-squared with so many degrees of freedom has `share`.
pub(crate) fn chi_squared_point(freedom: f64, share: f64) -> f64 {
    let (mut low, mut high) = (0.0, 10.0 * freedom + 100.0);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if gamma_share(freedom / 2.0, middle / 2.0) < share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables 26.1 and 26.8 of Abramowitz and Stegun.
    #[test]
    fn shares_and_points_are_those_of_the_tables() {
        let near = |got: f64, want: f64| assert!((got - want).abs() <= 1e-9 * want.abs().max(1e-3), "{got} {want}");
        near(normal_share(0.0), 0.5);
        near(normal_share(1.0), 0.841_344_746_068_543);
        near(normal_share(-3.0), 0.001_349_898_031_630);
        near(normal_point(0.975), 1.959_963_984_540_054);
        near(normal_point(0.005), -2.575_829_303_548_901);
        let about = |got: f64, want: f64| assert!((got / want - 1.0).abs() < 2e-5, "{got} {want}");
        about(chi_squared_point(1.0, 0.95), 3.841_46);
        about(chi_squared_point(3.0, 0.025), 0.215_795);
        about(chi_squared_point(3.0, 0.975), 9.348_40);
        about(chi_squared_point(10.0, 0.5), 9.341_82);
        about(chi_squared_point(100.0, 0.975), 129.561);
        assert_eq!(normal_point(0.5), 0.0);
    }

    #[test]
    fn points_and_shares_undo_each_other() {
        for share in [1e-6, 0.01, 0.3, 0.5, 0.77, 0.999] {
            assert!((normal_share(normal_point(share)) - share).abs() < 1e-12, "{share}");
        }
        assert!(normal_share(40.0) == 1.0 && normal_share(-40.0) >= 0.0 && normal_share(1e200) == 1.0);
    }
}
