//! Minimising a smooth function of many variables by conjugate gradients.

/// A function and its gradient at a point.
pub(crate) trait Smooth {
    /// The value at `x`; its gradient is written to `slope`.
    fn at(&self, x: &[f64], slope: &mut [f64]) -> f64;
}

/// Goes downhill from `x` until no part of the gradient exceeds `slope_max`, or for `steps_max` steps.
///
/// Source: Polak and Ribiere with restarts; line search for the strong Wolfe conditions (Nocedal and Wright, algorithms 3.5
/// and 3.6, with 1e-4 and 0.4), the first trial as long as the last step promises.
pub(crate) fn descend(function: &dyn Smooth, x: &mut [f64], slope_max: f64, steps_max: usize) {
    let size = x.len();
    let mut slope = vec![0.0; size];
    let mut value = function.at(x, &mut slope);
    let mut before = value + dot(&slope, &slope).sqrt() / 2.0;
    let mut way: Vec<f64> = slope.iter().map(|s| -s).collect();
    for _ in 0..steps_max {
        if slope.iter().all(|s| s.abs() <= slope_max) {
            return;
        }
        let mut fall = dot(&slope, &way);
        if fall >= 0.0 {
            way = slope.iter().map(|s| -s).collect();
            fall = -dot(&slope, &slope);
        }
        let first = (2.02 * (value - before) / fall).clamp(1e-10, 1.0);
        let first = if first <= 1e-10 { 1.0 } else { first };
        let Some((length, next, new_slope)) = search(function, x, &way, value, fall, first) else { return };
        x.iter_mut().zip(&way).for_each(|(x, w)| *x += length * w);
        let change: f64 = new_slope.iter().zip(&slope).map(|(new, old)| new * (new - old)).sum();
        let keep = (change / dot(&slope, &slope)).max(0.0);
        way.iter_mut().zip(&new_slope).for_each(|(w, s)| *w = keep * *w - s);
        (before, value, slope) = (value, next, new_slope);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A length along `way`, the value and the gradient there; `None` if rounding leaves nothing to gain.
fn search(
    function: &dyn Smooth,
    x: &[f64],
    way: &[f64],
    start: f64,
    fall: f64,
    first: f64,
) -> Option<(f64, f64, Vec<f64>)> {
    let mut slope = vec![0.0; x.len()];
    let mut go = |length: f64| {
        let point: Vec<f64> = x.iter().zip(way).map(|(x, w)| x + length * w).collect();
        let value = function.at(&point, &mut slope);
        (value, dot(&slope, way), slope.clone())
    };
    let enough = |length: f64, value: f64| value <= start + 1e-4 * length * fall;
    let (mut low, mut low_value, mut low_fall) = (0.0, start, fall);
    let mut high: Option<f64> = None;
    let mut length = first;
    let mut best = None;
    for _ in 0..40 {
        let (value, turn, slope) = go(length);
        let poor = !value.is_finite() || !enough(length, value) || (low > 0.0 && value >= low_value);
        if poor {
            high = Some(length);
        } else {
            if turn.abs() <= -0.4 * fall {
                return Some((length, value, slope));
            }
            best = Some((length, value, slope));
            if turn >= 0.0 {
                high = Some(length);
            } else {
                (low, low_value, low_fall) = (length, value, turn);
            }
        }
        length = match high {
            None => 2.0 * length,
            Some(high) => {
                // Where a parabola through the low end has its bottom, kept inside.
                let gap = high - low;
                let bottom = if poor && value.is_finite() {
                    low - low_fall * gap * gap / (2.0 * (value - low_value - low_fall * gap))
                } else {
                    f64::midpoint(low, high)
                };
                if bottom.is_finite() {
                    bottom.clamp(low + 0.1 * gap, high - 0.1 * gap)
                } else {
                    f64::midpoint(low, high)
                }
            }
        };
        if high.is_some_and(|high| high - low < 1e-14) {
            break;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Rosenbrock;

    impl Smooth for Rosenbrock {
        fn at(&self, x: &[f64], slope: &mut [f64]) -> f64 {
            let gap = x[1] - x[0] * x[0];
            slope[0] = -400.0 * x[0] * gap - 2.0 * (1.0 - x[0]);
            slope[1] = 200.0 * gap;
            100.0 * gap * gap + (1.0 - x[0]).powi(2)
        }
    }

    /// Rosenbrock (1960): its only minimum is (1, 1).
    #[test]
    fn finds_the_bottom_of_a_bent_valley() {
        let mut x = [-1.2, 1.0];
        descend(&Rosenbrock, &mut x, 1e-8, 500);
        assert!((x[0] - 1.0).abs() < 1e-5 && (x[1] - 1.0).abs() < 1e-5, "{x:?}");
    }
}
