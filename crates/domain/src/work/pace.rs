//! How fast a project goes, and when it may be through.

/// Whole hours that must be seen before anything is said.
const HOURS_MIN: usize = 3;
/// Annotations that must be seen before anything is said.
const ANNOTATIONS_MIN: i64 = 20;
/// Two-sided 95 % of the normal distribution.
const Z: f64 = 1.96;

/// The pace of whole hours, idle ones included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Annotations per hour, the mean.
    pub per_hour: f64,
    /// Factor of its 95 % interval: `per_hour / factor` to `per_hour * factor`.
    pub factor: f64,
}

impl Pace {
    /// Hours that `left` annotations will take: low and high of the 95 % interval.
    #[expect(clippy::cast_precision_loss, reason = "a forecast")]
    pub fn hours_for(&self, left: i64) -> (f64, f64) {
        let middle = left as f64 / self.per_hour;
        (middle / self.factor, middle * self.factor)
    }
}

/// The pace over the whole hours `from..until` (hours since 1970), of which `counts` names those with annotations.
/// `None` when too little was seen: less than 3 hours or 20 annotations.
///
/// The interval is that of a mean on the log scale (delta method): `exp(1.96 * sd / (mean * sqrt(n)))`, with the
/// variance no smaller than a Poisson count's. Hours are taken as independent; nights and weekends make it optimistic
/// until some of them have been seen.
#[expect(clippy::cast_precision_loss, reason = "counts of hours and annotations")]
pub fn pace(counts: &[(i64, i64)], from: i64, until: i64) -> Option<Pace> {
    let n = usize::try_from(until - from).ok().filter(|n| *n >= HOURS_MIN)?;
    let within: Vec<i64> = counts.iter().filter(|(hour, _)| (from..until).contains(hour)).map(|(_, n)| *n).collect();
    let total: i64 = within.iter().sum();
    if total < ANNOTATIONS_MIN {
        return None;
    }
    let hours = n as f64;
    let mean = total as f64 / hours;
    let squares: f64 = within.iter().map(|n| (*n as f64 - mean).powi(2)).sum();
    let idle = hours - within.len() as f64;
    let variance = ((squares + idle * mean * mean) / (hours - 1.0)).max(mean);
    let factor = (Z * variance.sqrt() / (mean * hours.sqrt())).exp();
    Some(Pace { per_hour: mean, factor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_little_says_nothing() {
        assert_eq!(pace(&[(0, 100), (1, 100)], 0, 2), None, "two hours are no pace");
        assert_eq!(pace(&[(0, 5), (1, 5), (2, 5)], 0, 3), None, "nor are fifteen annotations");
    }

    #[test]
    fn idle_hours_count_and_widen() {
        let steady = pace(&(0..10).map(|h| (h, 30)).collect::<Vec<_>>(), 0, 10).unwrap();
        let bursts = pace(&[(0, 150), (5, 150)], 0, 10).unwrap();
        assert!((steady.per_hour - 30.0).abs() < 1e-9 && (bursts.per_hour - 30.0).abs() < 1e-9);
        // Poisson: exp(1.96 * sqrt(30) / (30 * sqrt(10))).
        assert!((steady.factor - 1.119_8).abs() < 1e-3, "{}", steady.factor);
        assert!(bursts.factor > 2.0, "{}", bursts.factor);
        let (low, high) = steady.hours_for(300);
        assert!(low < 10.0 && high > 10.0 && (low * high - 100.0).abs() < 1e-6);
    }

    #[test]
    fn an_hour_that_still_runs_is_left_out() {
        let counts = [(0, 30), (1, 30), (2, 30), (3, 1)];
        assert!((pace(&counts, 0, 3).unwrap().per_hour - 30.0).abs() < 1e-9);
    }
}
