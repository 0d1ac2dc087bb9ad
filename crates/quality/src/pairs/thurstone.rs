//! Thurstone's law of comparative judgement, as a check of the logistic scores.

use super::{Duel, Said};
use crate::aggregate::descent::{Smooth, descend};
use crate::distributions::normal_density;

/// Thurstone's case V (1927): left wins with the probability that a standard normal number lies below the difference of scores; a tie counts half for
/// each. Scores at the most probable point under a normal prior of deviation `spread`; their unit is the spread of one comparison
/// (about 1.7 logits).
/// Where its order differs much from that of [`super::BradleyTerry`], few answers or circles are to blame.
///
/// Per item its score and, from the expected information of its comparisons, the standard deviation if all other scores were known.
pub fn thurstone(items: usize, duels: &[Duel], spread: f64) -> Vec<(f64, f64)> {
    let fits = |duel: &&Duel| duel.left != duel.right && (duel.left.max(duel.right) as usize) < items;
    let mut sorted: Vec<Duel> = duels.iter().filter(fits).copied().collect();
    sorted.sort_unstable();
    let mut x = vec![0.0; items];
    descend(&Probit { duels: &sorted, spread }, &mut x, 1e-4, 300);
    let mut information = vec![spread.powi(-2); items];
    for duel in &sorted {
        let (left, right) = (duel.left as usize, duel.right as usize);
        let d = x[left] - x[right];
        // The density's square over both shares, one factor from either tail.
        let told = log_normal_share(d).1 * log_normal_share(-d).1;
        information[left] += told;
        information[right] += told;
    }
    x.into_iter().zip(information).map(|(score, information)| (score, 1.0 / information.sqrt())).collect()
}

struct Probit<'a> {
    duels: &'a [Duel],
    spread: f64,
}

impl Smooth for Probit<'_> {
    fn at(&self, x: &[f64], slope: &mut [f64]) -> f64 {
        let weight = self.spread.powi(-2);
        slope.iter_mut().zip(x).for_each(|(s, x)| *s = weight * x);
        let mut loss = 0.5 * weight * x.iter().map(|x| x * x).sum::<f64>();
        for duel in self.duels {
            let (left, right) = (duel.left as usize, duel.right as usize);
            let d = x[left] - x[right];
            let parts: &[(f64, f64)] = match duel.said {
                Said::Left => &[(1.0, 1.0)],
                Said::Right => &[(-1.0, 1.0)],
                Said::Tie => &[(1.0, 0.5), (-1.0, 0.5)],
            };
            for (sign, part) in parts {
                let (log, ratio) = log_normal_share(sign * d);
                loss -= part * log;
                slope[left] -= part * sign * ratio;
                slope[right] += part * sign * ratio;
            }
        }
        loss
    }
}

/// Logarithm of the share of a standard normal below `z`, and the slope of that logarithm.
///
/// Source: Abramowitz and Stegun 7.1.26 near the middle (error 1.5e-7 of the share), the asymptotic series 26.2.12 below -4.
fn log_normal_share(z: f64) -> (f64, f64) {
    if z < -4.0 {
        let square = z * z;
        let series = 1.0 - 1.0 / square + 3.0 / square.powi(2) - 15.0 / square.powi(3) + 105.0 / square.powi(4);
        return (-0.5 * square - 0.918_938_533_204_672_8 - (-z).ln() + series.ln(), -z / series);
    }
    let t = 1.0 / (1.0 + 0.327_591_1 * z.abs() / std::f64::consts::SQRT_2);
    let poly =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let tail = 0.5 * poly * (-0.5 * z * z).exp();
    let share = if z < 0.0 { tail } else { 1.0 - tail };
    (share.ln(), normal_density(z) / share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::BradleyTerry;
    use crate::random::Random;

    #[test]
    fn shares_of_the_normal_are_those_of_the_tables() {
        for (z, want) in [(0.0, 0.5), (1.0, 0.841_344_746), (-1.96, 0.024_997_9), (-5.0, 2.866_516e-7)] {
            let (log, slope) = log_normal_share(z);
            assert!((log.exp() / want - 1.0).abs() < 1e-4, "{z} {}", log.exp());
            let by_difference = (log_normal_share(z + 1e-4).0 - log_normal_share(z - 1e-4).0) / 2e-4;
            assert!((slope - by_difference).abs() < 2e-2 * slope, "{z} {slope} {by_difference}");
        }
    }

    #[test]
    fn it_orders_as_bradley_terry_does_where_answers_are_many() {
        let mut random = Random::new(2);
        let mut duels = Vec::new();
        for _ in 0..4000 {
            let (left, right) = (random.below(6), random.below(6));
            let d = 0.8 * (crate::num::real(left) - crate::num::real(right));
            let said = if random.unit() < 1.0 / (1.0 + (-d).exp()) { Said::Left } else { Said::Right };
            let code = |n: usize| u32::try_from(n).expect("few");
            duels.push(Duel { left: code(left), right: code(right), worker: 0, said });
        }
        let scores = thurstone(6, &duels, 2.0);
        assert!(scores.windows(2).all(|two| two[0].0 < two[1].0));
        // Few answers say less, and those between equals most: 4 phi(0)^2 of each.
        let even =
            |count: usize| thurstone(2, &vec![Duel { left: 0, right: 1, worker: 0, said: Said::Tie }; count], 2.0)[0].1;
        assert!((even(100).powi(-2) - (0.25 + 100.0 * 2.0 / std::f64::consts::PI)).abs() < 1e-3, "{}", even(100));
        assert!(scores.iter().all(|(_, deviation)| *deviation < even(5)));
        let logits = BradleyTerry { workers: None, ..BradleyTerry::default() }.fit(6, 1, &duels).items;
        let ratio = (logits[5] - logits[0]) / (scores[5].0 - scores[0].0);
        assert!((1.4..2.1).contains(&ratio), "{ratio}");
    }
}
