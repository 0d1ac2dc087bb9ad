//! How surprising a count is: upper tails of the two predictive distributions that the engine uses, in nats.
//!
//! A surprise is `-ln P(as many or more)`: 0 says nothing, 3 is one in 20, 7 is one in 1,100. Both tails are summed from
//! their first term upwards, each term by its ratio to the one before, so that small ones keep their digits.

/// `-ln P(N >= count)` of a negative binomial of this mean and shape: the count of a Poisson whose rate is Gamma with
/// that shape. 0 if `count` is 0. Time O(count) at worst.
pub fn surprise_of_count(count: u32, mean: f64, shape: f64) -> f64 {
    if count == 0 {
        return 0.0;
    }
    let (mean, shape, n) = (mean.max(1e-9), shape.max(1e-3), f64::from(count));
    let odds = mean / (mean + shape);
    let first = ln_gamma(n + shape) - ln_gamma(shape) - ln_gamma(n + 1.0)
        + shape * (shape / (mean + shape)).ln()
        + n * odds.ln();
    let (mut term, mut sum, mut at) = (1.0, 1.0, n);
    for _ in 0..20_000 {
        term *= (at + shape) / (at + 1.0) * odds;
        sum += term;
        at += 1.0;
        if term < sum * 1e-12 {
            break;
        }
    }
    (-(first + sum.ln())).max(0.0)
}

/// `-ln P(K >= hits)` of a beta-binomial over `of` draws with parameters `a` and `b`. 0 if `hits` is 0.
/// Time O(of - hits).
pub fn surprise_of_share(hits: u32, of: u32, a: f64, b: f64) -> f64 {
    if hits == 0 || hits > of {
        return 0.0;
    }
    let (a, b, k, n) = (a.max(1e-3), b.max(1e-3), f64::from(hits), f64::from(of));
    let choose = ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    let first = choose + ln_beta(k + a, n - k + b) - ln_beta(a, b);
    let (mut term, mut sum) = (1.0, 1.0);
    for step in hits..of {
        let at = f64::from(step);
        term *= (n - at) / (at + 1.0) * (a + at) / (b + n - at - 1.0);
        sum += term;
        if term < sum * 1e-12 {
            break;
        }
    }
    (-(first + sum.ln())).max(0.0)
}

/// `max` that bends: grows like `surprise` below `bend` and like a logarithm beyond. What is surely unusual gains
/// little by being more so.
pub fn bent(surprise: f64, bend: f64) -> f64 {
    bend * (surprise / bend).ln_1p()
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// `ln Γ(x)` for `x > 0`: Stirling's series after shifting `x` above 8, error below 1e-11.
pub fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 1.0);
    while x < 8.0 {
        shift *= x;
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1_260.0 - square * (1.0 / 1_680.0))));
    (x - 0.5) * x.ln() - x + 0.918_938_533_204_672_8 + series - shift.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_agree_with_adding_every_term_from_nought() {
        for (mean, shape) in [(0.3_f64, 0.5_f64), (2.0, 1.3), (9.0, 4.0), (0.02, 7.0)] {
            let (mut pmf, mut below) = ((shape / (mean + shape)).powf(shape), 0.0);
            for count in 0..30_u32 {
                let plain: f64 = -(1.0_f64 - below).ln();
                if plain < 20.0 {
                    assert!((surprise_of_count(count, mean, shape) - plain).abs() < 1e-5, "{count} {mean} {shape}");
                }
                below += pmf;
                pmf *= (shape + f64::from(count)) / (f64::from(count) + 1.0) * mean / (mean + shape);
            }
        }
    }

    /// With a = b = 1 every number of hits is equally likely.
    #[test]
    fn a_flat_prior_makes_every_share_equally_likely() {
        for hits in 1..=20_u32 {
            let plain = -(f64::from(20 - hits + 1) / 21.0).ln();
            assert!((surprise_of_share(hits, 20, 1.0, 1.0) - plain).abs() < 1e-9);
        }
    }

    #[test]
    fn ln_gamma_knows_factorials_and_the_half() {
        assert!((ln_gamma(5.0) - 24.0_f64.ln()).abs() < 1e-10);
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-10);
    }
}
