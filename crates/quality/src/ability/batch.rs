//! What is known of one batch: how many of it are wrong, by a sample drawn without replacement and by each item's own chance.

use super::Plan;
use crate::num::{ln_gamma, real};

/// Above this variance the number of wrong items is taken to be normal.
const VARIANCE_MAX: f64 = 400.0;

/// Most wrong items among `size` that a sample of `sample` with `wrong` wrong ones leaves possible: with more than that, a sample with so few would come with a
/// chance of `risk` or less. `sample` items or more, drawn at random and each once. Exact; a sample of everything leaves nothing open.
///
/// Source: the hypergeometric bound, as in Buonaccorsi (1987), one-sided. Time O(wrong * log(size)).
pub fn wrong_at_most(wrong: usize, sample: usize, size: usize, risk: f64) -> usize {
    let size = size.max(sample);
    let (mut low, mut high) = (wrong, size - (sample - wrong.min(sample)));
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if drawn_at_most(wrong, sample, size, middle) > risk { low = middle } else { high = middle - 1 }
    }
    low
}

/// As [`plan`](super::plan) for a batch of `size` items: the smallest sample without replacement that accepts it at most with chance `bad_accepted_max` where a share
/// `bad` or more is wrong, and refuses it at most with chance `good_refused_max` where at most a share `good` is. To look at everything always does.
/// `None` of an empty batch, or if `good >= bad`. Time O(sample * wrong ones allowed).
pub fn plan_of(size: usize, good: f64, bad: f64, good_refused_max: f64, bad_accepted_max: f64) -> Option<Plan> {
    if size == 0 || !(0.0 <= good && good < bad && bad <= 1.0) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count")]
    let (good, bad) = ((good * real(size) + 1e-9) as usize, (bad * real(size) - 1e-9).ceil() as usize);
    let mut sample = 1;
    for wrong_max in 0..bad {
        sample = sample.max(wrong_max + 1);
        while sample < size && drawn_at_most(wrong_max, sample, size, bad) > bad_accepted_max {
            sample += 1;
        }
        let good_refused = 1.0 - drawn_at_most(wrong_max, sample, size, good);
        if good_refused <= good_refused_max {
            let bad_accepted = drawn_at_most(wrong_max, sample, size, bad);
            return Some(Plan { sample, wrong_max, bad_accepted, good_refused: good_refused.max(0.0) });
        }
    }
    None
}

/// How many of a batch are wrong, each by its own chance and alone: the interval with at most half of 1 - `level` on either side. Right as far as the chances are. Exact up to
/// a variance of 400, normal beyond. Time O(items * wrong ones expected).
pub fn how_many_wrong(chances: &[f64], level: f64) -> (usize, usize) {
    let mut chances: Vec<f64> = chances.iter().copied().filter(|chance| *chance > 0.0).collect();
    // The same sums whatever the order.
    chances.sort_by(f64::total_cmp);
    let (mean, variance) =
        chances.iter().fold((0.0, 0.0), |(mean, variance), chance| (mean + chance, variance + chance * (1.0 - chance)));
    let tail = (1.0 - level) / 2.0;
    if variance > VARIANCE_MAX {
        return HowMany { items: chances.len(), mean, variance }.about(level);
    }
    let most = whole(mean + 10.0 * variance.sqrt() + 20.0, chances.len());
    let mut shares = vec![1.0];
    for chance in &chances {
        if shares.len() <= most {
            shares.push(0.0);
        }
        for at in (0..shares.len()).rev() {
            let one_less = if at > 0 { shares[at - 1] } else { 0.0 };
            shares[at] = shares[at] * (1.0 - chance) + one_less * chance;
        }
    }
    let outside = |shares: &mut dyn Iterator<Item = &f64>| {
        let sums = shares.scan(0.0, |sum, share| {
            *sum += share;
            Some(*sum)
        });
        sums.take_while(|sum| *sum <= tail).count()
    };
    let low = outside(&mut shares.iter());
    (low, (shares.len() - 1).saturating_sub(outside(&mut shares.iter().rev())).max(low))
}

/// How many of so many items are wrong, each by its own chance and alone, where only the sums of their chances are at hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HowMany {
    /// Items.
    pub items: usize,
    /// Sum of their chances.
    pub mean: f64,
    /// Sum of each chance times its rest.
    pub variance: f64,
}

impl HowMany {
    /// As [`how_many_wrong`], taken to be normal: good from a variance of about ten on.
    pub fn about(self, level: f64) -> (usize, usize) {
        let reach = crate::review::student(1e6, level) * self.variance.sqrt() + 0.5;
        (whole((self.mean - reach).ceil(), self.items), whole((self.mean + reach).floor(), self.items))
    }
}

fn whole(count: f64, items: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 up to the number of items")]
    let count = count.max(0.0) as usize;
    count.min(items)
}

/// Chance of at most `wrong` among `sample` of `size` items of which `bad` are.
fn drawn_at_most(wrong: usize, sample: usize, size: usize, bad: usize) -> f64 {
    let fewest = (sample + bad).saturating_sub(size);
    let ways =
        |of: usize, take: usize| ln_gamma(real(of + 1)) - ln_gamma(real(take + 1)) - ln_gamma(real(of - take + 1));
    let all = ways(size, sample);
    let term = |k: usize| (ways(bad, k) + ways(size - bad, sample - k) - all).exp();
    (fewest..=wrong.min(sample).min(bad)).map(term).sum::<f64>().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every sample of a batch, one by one.
    fn slow(wrong: usize, sample: usize, size: usize, bad: usize) -> f64 {
        let of_size: Vec<u32> = (0..1_u32 << size).filter(|set| set.count_ones() as usize == sample).collect();
        let few = |set: &&u32| (*set & ((1_u32 << bad) - 1)).count_ones() as usize <= wrong;
        real(of_size.iter().filter(few).count()) / real(of_size.len())
    }

    #[test]
    fn the_chances_of_a_sample_are_those_of_every_sample() {
        for (wrong, sample, size, bad) in [(0, 3, 9, 2), (1, 5, 10, 4), (2, 4, 12, 7), (0, 12, 12, 1), (3, 3, 8, 8)] {
            let (fast, slow) = (drawn_at_most(wrong, sample, size, bad), slow(wrong, sample, size, bad));
            assert!((fast - slow).abs() < 1e-9, "{fast} {slow}");
        }
    }

    #[test]
    fn a_sample_of_everything_leaves_nothing_open_and_of_nothing_everything() {
        assert_eq!(wrong_at_most(3, 50, 50, 0.05), 3);
        assert_eq!(wrong_at_most(0, 0, 50, 0.05), 50);
        let bound = wrong_at_most(1, 20, 60, 0.05);
        assert!(drawn_at_most(1, 20, 60, bound) > 0.05 && drawn_at_most(1, 20, 60, bound + 1) <= 0.05);
        // Of a very large batch it is the bound of a sample with replacement.
        let large = real(wrong_at_most(2, 100, 1_000_000, 0.025)) / 1e6;
        assert!((large - crate::ability::clopper_pearson(2, 100, 0.95).1).abs() < 1e-3, "{large}");
    }

    #[test]
    fn a_plan_for_a_batch_keeps_both_promises_and_asks_for_less_than_for_a_large_one() {
        let large = crate::ability::plan(0.01, 0.05, 0.05, 0.05).expect("a plan");
        let mut before = 0;
        for size in [10, 40, 100, 400, 4_000] {
            let got = plan_of(size, 0.01, 0.05, 0.05, 0.05).expect("a plan");
            let (good, bad) = (size / 100, size.div_ceil(20));
            assert!(drawn_at_most(got.wrong_max, got.sample, size, bad) <= 0.05 && got.good_refused <= 0.05, "{got:?}");
            assert!(1.0 - drawn_at_most(got.wrong_max, got.sample, size, good) <= 0.05 + 1e-9);
            assert!(got.sample <= size.min(large.sample) && got.sample >= before, "{size} {got:?}");
            before = got.sample;
        }
        assert_eq!(plan_of(0, 0.01, 0.05, 0.05, 0.05), None);
        assert_eq!(plan_of(10, 0.01, 0.05, 0.05, 0.05).map(|plan| (plan.sample, plan.wrong_max)), Some((10, 0)));
    }

    #[test]
    fn how_many_are_wrong_is_counted_over_every_outcome() {
        let chances = [0.5, 0.1, 0.9, 0.02, 0.3, 0.0, 0.25, 0.6, 0.05];
        let mut shares = [0.0; 10];
        for outcome in 0..1_u32 << chances.len() {
            let chance = |(at, chance): (usize, &f64)| if outcome >> at & 1 == 1 { *chance } else { 1.0 - chance };
            shares[outcome.count_ones() as usize] += chances.iter().enumerate().map(chance).product::<f64>();
        }
        let (low, high) = how_many_wrong(&chances, 0.8);
        assert!(shares[..low].iter().sum::<f64>() <= 0.1 && shares[..=low].iter().sum::<f64>() > 0.1);
        assert!(shares[high + 1..].iter().sum::<f64>() <= 0.1 && shares[high..].iter().sum::<f64>() > 0.1);
        assert_eq!(how_many_wrong(&[], 0.95), (0, 0));
        assert_eq!(how_many_wrong(&[1.0, 1.0, 0.0], 0.95), (2, 2));
        let mut turned = chances;
        turned.reverse();
        assert_eq!(how_many_wrong(&turned, 0.8), (low, high));
    }

    #[test]
    fn many_items_are_normal_and_join_without_a_step() {
        let (few, many) = (vec![0.1; 4_400], vec![0.1; 4_500]);
        let (few, many) = (how_many_wrong(&few, 0.95), how_many_wrong(&many, 0.95));
        assert!(many.0.abs_diff(few.0 + 10) <= 2 && many.1.abs_diff(few.1 + 10) <= 2, "{few:?} {many:?}");
    }
}
