//! How far what was said lies from what was so.

use super::Gold;
use crate::aggregate::Posteriors;
use crate::num::real;

/// Bins of equal size that probabilities are compared in.
const BINS: usize = 15;

/// Expected calibration error of the most probable class on `gold`, in \[0, 1\]: bins hold equally many tasks; in each, the squared
/// gap between mean probability and share right, less what chance alone gives; the root of their mean, 0 if negative.
/// `None` with less than 30 gold tasks.
///
/// Source: Kumar, Liang and Ma (2019), "Verified uncertainty calibration" (their debiased estimator).
pub fn calibration_error(posteriors: &Posteriors, gold: &[Gold]) -> Option<f64> {
    let mut sorted = gold.to_vec();
    sorted.sort_unstable();
    let says = |(task, class): &Gold| {
        let best = posteriors.best(*task);
        (posteriors.task(*task)[best], best == *class)
    };
    let mut said: Vec<(f64, bool)> = sorted.iter().map(says).collect();
    if said.len() < 2 * BINS {
        return None;
    }
    said.sort_by(|a, b| a.0.total_cmp(&b.0)); // equals stay in order of task: who is right must not decide the bin
    let gap = |bin: usize| {
        let tasks = &said[bin * said.len() / BINS..(bin + 1) * said.len() / BINS];
        let size = real(tasks.len());
        let mean = tasks.iter().map(|(p, _)| p).sum::<f64>() / size;
        let right = real(tasks.iter().filter(|(_, right)| *right).count()) / size;
        ((mean - right).powi(2) - right * (1.0 - right) / (size - 1.0)) * size
    };
    Some((((0..BINS).map(gap).sum::<f64>() / real(said.len())).max(0.0)).sqrt())
}

/// The share of `tasks` whose most probable class is expected to be wrong, by the posteriors themselves. `None` without tasks.
pub fn expected_error(posteriors: &Posteriors, tasks: impl Iterator<Item = usize>) -> Option<f64> {
    let wrong: Vec<f64> = tasks.map(|task| posteriors.doubt(task)).collect();
    (!wrong.is_empty()).then(|| wrong.iter().sum::<f64>() / real(wrong.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_model_that_says_what_is_so_has_next_to_no_error_and_a_boaster_has() {
        let mut random = Random::new(2);
        let (mut fair, mut boast, mut gold) = (Vec::new(), Vec::new(), Vec::new());
        for task in 0..3000 {
            let p = 0.5 + 0.5 * random.unit();
            fair.extend([p, 1.0 - p]);
            boast.extend([0.99, 0.01]);
            gold.push((task, usize::from(random.unit() > p)));
        }
        let error = |rows: Vec<f64>| calibration_error(&Posteriors::new(2, rows), &gold).expect("enough gold");
        assert!(error(fair.clone()) < 0.03);
        assert!((error(boast) - 0.24).abs() < 0.03);
        let expected = expected_error(&Posteriors::new(2, fair), 0..3000).expect("tasks");
        assert!((expected - 0.25).abs() < 0.02);
        assert_eq!(calibration_error(&Posteriors::new(2, vec![0.5; 20]), &[(0, 1)]), None);
    }
}
