//! Bradley-Terry with ties, a habit of taking one side, and workers of different reliability.

use super::{Duel, Said};
use crate::aggregate::descent::{Smooth, descend};
use crate::num::real;

/// Settings of the model, one by one: all off is Bradley and Terry (1952) with a normal prior.
///
/// With d = score(left) - score(right) + side, left, right and tie have odds exp(d/2) : exp(-d/2) : nu. Sources: Davidson (1970) for ties, Davidson and
/// Beaver (1977) for the side, Chen et al. (2013) for workers: with probability 1 - eta a worker says the reverse.
/// Scores are at the most probable point (conjugate gradients). It fails where preferences go in circles for good reasons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BradleyTerry {
    /// Standard deviation of scores before any answer.
    pub spread: f64,
    /// Whether the side shown may matter.
    pub side: bool,
    /// Prior Beta(a, b) of a worker's reliability; `None`: all are as reliable as the scores say.
    pub workers: Option<(f64, f64)>,
    /// Most steps.
    pub steps_max: usize,
}

impl Default for BradleyTerry {
    fn default() -> Self {
        Self { spread: 1.5, side: true, workers: Some((10.0, 2.0)), steps_max: 300 }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Per item, in logits: by how much it beats an average item; 0 for items nobody compared.
    pub items: Vec<f64>,
    /// Per item, standard deviation if all other scores were known: a lower bound of what is unknown.
    pub deviations: Vec<f64>,
    /// Advantage of the left side, in logits.
    pub side: f64,
    /// The weight of a tie; 0 where nobody said `tie`.
    pub ties: f64,
    /// Per worker, the probability that he says what the scores make him say, not its reverse; 1 where workers are not told apart.
    pub workers: Vec<f64>,
}

/// The negative log posterior. Variables: scores, side, log of the tie weight, then the workers' logits.
struct Posterior<'a> {
    duels: &'a [Duel],
    items: usize,
    settings: BradleyTerry,
    ties: bool,
}

/// Probabilities of left, right and tie at a difference.
fn shares(d: f64, ties: f64) -> [f64; 3] {
    let top = (d.abs() / 2.0).max(if ties > 0.0 { ties.ln() } else { f64::NEG_INFINITY });
    let weights = [(d / 2.0 - top).exp(), (-d / 2.0 - top).exp(), ties * (-top).exp()];
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Smooth for Posterior<'_> {
    fn at(&self, x: &[f64], slope: &mut [f64]) -> f64 {
        slope.fill(0.0);
        let (side_at, tie_at, first) = (self.items, self.items + 1, self.items + 2);
        let ties = if self.ties { x[tie_at].exp() } else { 0.0 };
        let mut loss = 0.0;
        for duel in self.duels {
            let (left, right) = (duel.left as usize, duel.right as usize);
            let worker = first + duel.worker as usize;
            let [l, r, tie] = shares(x[left] - x[right] + x[side_at], ties);
            let eta = if self.settings.workers.is_some() { logistic(x[worker]) } else { 1.0 };
            // Slopes of the three shares by the difference and by the log of the tie weight.
            let (by_l, by_r, by_t) = (0.5 * l * (1.0 - l + r), -0.5 * r * (1.0 + l - r), -0.5 * tie * (l - r));
            let (share, by_d, by_tie, by_eta) = match duel.said {
                Said::Left => (
                    eta * l + (1.0 - eta) * r,
                    eta * by_l + (1.0 - eta) * by_r,
                    -tie * (eta * l + (1.0 - eta) * r),
                    l - r,
                ),
                Said::Right => (
                    eta * r + (1.0 - eta) * l,
                    eta * by_r + (1.0 - eta) * by_l,
                    -tie * (eta * r + (1.0 - eta) * l),
                    r - l,
                ),
                Said::Tie => (tie, by_t, tie * (1.0 - tie), 0.0),
            };
            let share = share.max(1e-300);
            loss -= share.ln();
            slope[left] -= by_d / share;
            slope[right] += by_d / share;
            slope[side_at] -= by_d / share;
            slope[tie_at] -= by_tie / share;
            if self.settings.workers.is_some() {
                slope[worker] -= by_eta / share * eta * (1.0 - eta);
            }
        }
        let weight = self.settings.spread.powi(-2);
        for at in 0..self.items {
            loss += 0.5 * weight * x[at] * x[at];
            slope[at] += weight * x[at];
        }
        loss += 0.5 * x[side_at] * x[side_at];
        slope[side_at] = if self.settings.side { slope[side_at] + x[side_at] } else { 0.0 };
        loss += 0.125 * x[tie_at] * x[tie_at];
        slope[tie_at] = if self.ties { slope[tie_at] + 0.25 * x[tie_at] } else { 0.0 };
        if let Some((right, wrong)) = self.settings.workers {
            for at in first..x.len() {
                let eta = logistic(x[at]);
                // The density of the logit, so that the most probable point is inside.
                loss -= right * eta.max(1e-300).ln() + wrong * (1.0 - eta).max(1e-300).ln();
                slope[at] -= right * (1.0 - eta) - wrong * eta;
            }
        }
        loss
    }
}

impl BradleyTerry {
    /// Scores of `items` items from what `workers` workers said. The order of `duels` does not matter. Duels of an item with itself or with codes
    /// out of range do not count.
    pub fn fit(&self, items: usize, workers: usize, duels: &[Duel]) -> Scores {
        let fits = |duel: &&Duel| {
            let inside = (duel.left.max(duel.right) as usize) < items && (duel.worker as usize) < workers;
            inside && duel.left != duel.right
        };
        let mut sorted: Vec<Duel> = duels.iter().filter(fits).copied().collect();
        sorted.sort_unstable();
        let ties = sorted.iter().any(|duel| duel.said == Said::Tie);
        let posterior = Posterior { duels: &sorted, items, settings: *self, ties };
        let mut x = vec![0.0; items + 2 + if self.workers.is_some() { workers } else { 0 }];
        if let Some((a, b)) = self.workers {
            x[items + 2..].fill((a / b).ln());
        }
        descend(&posterior, &mut x, 1e-4, self.steps_max);
        let weight = if ties { x[items + 1].exp() } else { 0.0 };
        let mut curvature = vec![self.spread.powi(-2); items];
        for duel in &sorted {
            let (left, right) = (duel.left as usize, duel.right as usize);
            let [l, r, _] = shares(x[left] - x[right] + x[items], weight);
            // Fisher information of the difference: the variance of (left - right) / 2.
            let eta = if self.workers.is_some() { logistic(x[items + 2 + duel.worker as usize]) } else { 1.0 };
            let information = 0.25 * (l + r - (l - r).powi(2)) * (2.0 * eta - 1.0).powi(2);
            curvature[left] += information;
            curvature[right] += information;
        }
        Scores {
            items: x[..items].to_vec(),
            deviations: curvature.iter().map(|c| 1.0 / c.sqrt()).collect(),
            side: x[items],
            ties: weight,
            workers: if self.workers.is_some() {
                x[items + 2..].iter().map(|x| logistic(*x)).collect()
            } else {
                vec![1.0; workers]
            },
        }
    }
}

impl Scores {
    /// Probabilities that an average reliable worker calls `left`, `right` better, or says `tie`, side counted.
    pub fn shares(&self, left: usize, right: usize) -> [f64; 3] {
        shares(self.items[left] - self.items[right] + self.side, self.ties)
    }

    /// Expected information (nats, per answer) that one more comparison gives about the difference of two scores: high where they are close and little
    /// known. For choosing the next pair.
    pub fn gain(&self, left: usize, right: usize) -> f64 {
        let [l, r, _] = self.shares(left, right);
        let information = 0.25 * (l + r - (l - r).powi(2));
        let variance = self.deviations[left].powi(2) + self.deviations[right].powi(2);
        0.5 * (information * variance).ln_1p()
    }

    /// Items from best to worst; of equals the lower code first.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        order.sort_by(|a, b| self.items[*b].total_cmp(&self.items[*a]).then(a.cmp(b)));
        order
    }
}

/// The mean log loss of `duels` under `scores`, each worker at his reliability; nats. `None` without duels.
pub fn log_loss(scores: &Scores, duels: &[Duel]) -> Option<f64> {
    let loss = |duel: &Duel| {
        let [l, r, t] = scores.shares(duel.left as usize, duel.right as usize);
        let eta = scores.workers[duel.worker as usize];
        let share = match duel.said {
            Said::Left => eta * l + (1.0 - eta) * r,
            Said::Right => eta * r + (1.0 - eta) * l,
            Said::Tie => t,
        };
        -share.max(1e-300).ln()
    };
    (!duels.is_empty()).then(|| duels.iter().map(loss).sum::<f64>() / real(duels.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn made(seed: u64, per_pair: usize) -> (Vec<f64>, Vec<Duel>) {
        let mut random = Random::new(seed);
        let truth: Vec<f64> = (0..12).map(|_| 1.5 * random.normal()).collect();
        let mut duels = Vec::new();
        for left in 0..12_u32 {
            for right in (0..12_u32).filter(|right| *right != left) {
                for _ in 0..per_pair {
                    let worker = u32::try_from(random.below(8)).expect("few");
                    let [l, r, _] = shares(truth[left as usize] - truth[right as usize] + 0.6, 0.8);
                    let draw = random.unit();
                    let said = if draw < l {
                        Said::Left
                    } else if draw < l + r {
                        Said::Right
                    } else {
                        Said::Tie
                    };
                    let said = match said {
                        Said::Left if worker == 0 => Said::Right, // one man always says the reverse
                        Said::Right if worker == 0 => Said::Left,
                        said => said,
                    };
                    duels.push(Duel { left, right, worker, said });
                }
            }
        }
        (truth, duels)
    }

    #[test]
    fn scores_side_ties_and_workers_are_found_again() {
        let (truth, duels) = made(3, 20);
        let got = BradleyTerry::default().fit(12, 8, &duels);
        let mean = truth.iter().sum::<f64>() / 12.0;
        for (item, score) in got.items.iter().enumerate() {
            assert!((score - (truth[item] - mean)).abs() < 0.45, "{item} {score} {}", truth[item] - mean);
        }
        assert!((got.side - 0.6).abs() < 0.15 && (got.ties - 0.8).abs() < 0.15, "{} {}", got.side, got.ties);
        assert!(got.workers[0] < 0.2 && got.workers[1..].iter().all(|eta| *eta > 0.85), "{:?}", got.workers);
        let blind = BradleyTerry { workers: None, ..BradleyTerry::default() }.fit(12, 8, &duels);
        assert!(log_loss(&got, &duels) < log_loss(&blind, &duels));
        let mut turned = duels.clone();
        turned.reverse();
        assert_eq!(BradleyTerry::default().fit(12, 8, &turned), got);
    }

    /// Two items, one worker, 3 to 1: the maximum is where the slope of the likelihood meets that of the prior.
    #[test]
    fn two_items_by_hand() {
        let settings = BradleyTerry { spread: 10.0, side: false, workers: None, ..BradleyTerry::default() };
        let duel = |said| Duel { left: 0, right: 1, worker: 0, said };
        let got = settings.fit(3, 1, &[duel(Said::Left), duel(Said::Left), duel(Said::Left), duel(Said::Right)]);
        let d = got.items[0] - got.items[1];
        // 4 (3/4 - p) = score / 100, half the difference each.
        assert!((4.0 * (0.75 - logistic(d)) - got.items[0] / 100.0).abs() < 1e-3, "{d}");
        assert_eq!((got.items[2], got.ties, got.side), (0.0, 0.0, 0.0));
        assert_eq!(got.order(), [0, 2, 1]);
        assert!(got.gain(0, 2) > 0.0);
        assert_eq!(BradleyTerry::default().fit(0, 0, &[]).items, Vec::<f64>::new());
    }

    /// The slope is that of the value, by differences.
    #[test]
    fn slopes_are_right() {
        let (_, duels) = made(9, 1);
        let posterior = Posterior { duels: &duels, items: 12, settings: BradleyTerry::default(), ties: true };
        let mut random = Random::new(4);
        let x: Vec<f64> = (0..22).map(|_| 0.5 * random.normal()).collect();
        let mut slope = vec![0.0; 22];
        posterior.at(&x, &mut slope);
        let mut other = vec![0.0; 22];
        for at in 0..22 {
            let (mut up, mut down) = (x.clone(), x.clone());
            up[at] += 1e-6;
            down[at] -= 1e-6;
            let want = (posterior.at(&up, &mut other) - posterior.at(&down, &mut other)) / 2e-6;
            assert!((slope[at] - want).abs() < 1e-4, "{at} {} {want}", slope[at]);
        }
    }
}
