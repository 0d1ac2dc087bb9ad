//! Sets of labels that hold the true one as often as promised.

use super::Gold;
use crate::aggregate::Posteriors;
use crate::num::real;

/// Split conformal sets: every class whose probability is at least `least`.
///
/// Over random gold and random tasks like it, the set holds the true class with probability `level` or more, whatever the
/// model; the promise is about the average task, not about each kind of task. Source: Sadinle, Lei and Wasserman (2019), "Least ambiguous set-valued
/// classifiers"; Vovk, Gammerman and Shafer (2005).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conformal {
    /// Promised share, in (0, 1).
    pub level: f64,
    /// The least probability that keeps a class in the set; 0 if there is too little gold to leave any out.
    pub least: f64,
    /// Number of gold tasks it rests on.
    pub gold: usize,
}

impl Conformal {
    /// From posteriors that were not fitted or scaled on this gold.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list of gold")]
    pub fn fit(posteriors: &Posteriors, gold: &[Gold], level: f64) -> Self {
        let mut given: Vec<f64> = gold.iter().map(|(task, class)| posteriors.task(*task)[*class]).collect();
        given.sort_by(f64::total_cmp);
        // The floor((n + 1)(1 - level))-th lowest; rounding must not cost the promise.
        let out = ((real(gold.len()) + 1.0) * (1.0 - level) + 1e-9).floor() as usize;
        let least = if out == 0 { 0.0 } else { given[out - 1] };
        Self { level, least, gold: gold.len() }
    }

    /// The classes of the set for one row of the same posteriors, in order; never empty, because an empty set helps nobody.
    pub fn set(&self, row: &[f64]) -> Vec<usize> {
        let set: Vec<usize> = (0..row.len()).filter(|class| row[*class] >= self.least).collect();
        if set.is_empty() { vec![crate::num::argmax(row)] } else { set }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// A poor, over-confident model: the promise must hold on average over draws of gold.
    #[test]
    fn sets_hold_the_truth_as_often_as_promised() {
        let mut random = Random::new(8);
        let (mut held, mut all, mut sizes) = (0, 0, 0);
        for _ in 0..200 {
            let (mut rows, mut truth) = (Vec::new(), Vec::new());
            for task in 0..100 {
                let p = random.unit();
                rows.extend([p, (1.0 - p) * 0.9, (1.0 - p) * 0.1]);
                truth.push((task, if random.unit() < 0.2 + 0.6 * p { 0 } else { 1 + random.below(2) }));
            }
            let posteriors = Posteriors::new(3, rows);
            let conformal = Conformal::fit(&posteriors, &truth[..40], 0.9);
            for (task, class) in &truth[40..] {
                let set = conformal.set(posteriors.task(*task));
                held += usize::from(set.contains(class));
                sizes += set.len();
                all += 1;
            }
        }
        let share = real(held) / real(all);
        assert!((0.895..0.95).contains(&share), "{share}");
        assert!(sizes < 3 * all);
    }

    #[test]
    fn too_little_gold_leaves_nothing_out() {
        let posteriors = Posteriors::new(2, vec![0.9, 0.1]);
        let conformal = Conformal::fit(&posteriors, &[(0, 0)], 0.95);
        assert_eq!(conformal.set(posteriors.task(0)), [0, 1]);
    }
}
