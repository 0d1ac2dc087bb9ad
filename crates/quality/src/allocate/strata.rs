//! People who tell alike, put together: a queue can know a few kinds of people, not each one.

use crate::num::real;

/// Most rounds; each moves somebody, and a few are enough.
const ROUNDS_MAX: usize = 100;

/// Puts people into at most `most` groups by what each is expected to tell about the same tasks (`gains[person][task]`, all of one length), so that the
/// sum of squares by which a person's gains differ from the mean of his group is small: k-means (Lloyd 1982). It starts from whoever tells most and
/// from those farthest from everybody chosen before (Gonzalez 1985), so nothing is drawn. Groups are numbered from the one
/// that tells least, and none is empty; people who tell the same are together. Time O(people * tasks * groups) a round.
pub fn strata(gains: &[Vec<f64>], most: usize) -> Vec<usize> {
    let mut means = start(gains, most);
    let mut of: Vec<usize> = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let now: Vec<usize> = gains.iter().map(|his| nearest(&means, his).0).collect();
        if now == of {
            break;
        }
        of = now;
        for (group, mean) in means.iter_mut().enumerate() {
            let his = || gains.iter().zip(&of).filter(|(_, of)| **of == group).map(|(his, _)| his);
            let count = real(his().count());
            if count > 0.0 {
                mean.fill(0.0);
                his().for_each(|his| mean.iter_mut().zip(his).for_each(|(mean, gain)| *mean += gain / count));
            }
        }
    }
    let mut order: Vec<usize> = (0..means.len()).filter(|group| of.contains(group)).collect();
    order.sort_by(|a, b| total(&means[*a]).total_cmp(&total(&means[*b])).then(a.cmp(b)));
    let mut place = vec![0; means.len()];
    order.into_iter().enumerate().for_each(|(at, group)| place[group] = at);
    of.into_iter().map(|group| place[group]).collect()
}

fn start(gains: &[Vec<f64>], most: usize) -> Vec<Vec<f64>> {
    let first = gains.iter().enumerate().max_by(|a, b| total(a.1).total_cmp(&total(b.1)).then(b.0.cmp(&a.0)));
    let mut means: Vec<Vec<f64>> = first.map(|(_, his)| his.clone()).into_iter().take(most).collect();
    while !means.is_empty() && means.len() < most {
        let far = gains.iter().map(|his| nearest(&means, his).1).enumerate();
        match far.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))) {
            Some((person, far)) if far > 0.0 => means.push(gains[person].clone()),
            _ => break,
        }
    }
    means
}

/// The nearest of the means, the first among equals, and the square of how far it is.
fn nearest(means: &[Vec<f64>], his: &[f64]) -> (usize, f64) {
    let far = |mean: &Vec<f64>| mean.iter().zip(his).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    let mut best = (0, f64::INFINITY);
    for (group, mean) in means.iter().enumerate() {
        let far = far(mean);
        if far < best.1 {
            best = (group, far);
        }
    }
    best
}

fn total(gains: &[f64]) -> f64 {
    gains.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn those_who_tell_alike_are_together_and_whoever_tells_least_comes_first() {
        // Two who know the first kind of task, two who know the second, one who knows neither.
        let gains = [[0.8, 0.1], [0.1, 0.7], [0.75, 0.12], [0.0, 0.02], [0.12, 0.72]].map(Vec::from);
        assert_eq!(strata(&gains, 3), [2, 1, 2, 0, 1]);
        assert_eq!(strata(&gains, 4), [3, 1, 2, 0, 1], "and of those the two farthest apart are parted");
        assert_eq!(strata(&gains, 1), [0; 5]);
        assert_eq!(strata(&vec![vec![0.5]; 3], 4), [0; 3], "nothing tells them apart");
        assert_eq!((strata(&[], 4), strata(&gains[..1], 4)), (vec![], vec![0]));
    }

    proptest! {
        /// Nobody is nearer to the mean of another group, and no group is empty.
        #[test]
        fn everybody_is_with_those_he_is_nearest_to(gains in prop::collection::vec(prop::collection::vec(0.0..1.0_f64, 3), 1..30), most in 1..5_usize) {
            let of = strata(&gains, most);
            let groups = of.iter().max().expect("somebody") + 1;
            prop_assert!(groups <= most && (0..groups).all(|group| of.contains(&group)));
            let mean = |group: usize| -> Vec<f64> {
                let his: Vec<&Vec<f64>> = gains.iter().zip(&of).filter(|(_, of)| **of == group).map(|(his, _)| his).collect();
                (0..3).map(|task| his.iter().map(|his| his[task]).sum::<f64>() / real(his.len())).collect()
            };
            let means: Vec<Vec<f64>> = (0..groups).map(mean).collect();
            for (his, of) in gains.iter().zip(&of) {
                let (_, least) = nearest(&means, his);
                let own = nearest(&means[*of..=*of], his).1;
                prop_assert!(own <= least + 1e-9);
            }
            let totals: Vec<f64> = means.iter().map(|mean| total(mean)).collect();
            prop_assert!(totals.windows(2).all(|two| two[0] <= two[1] + 1e-12));
        }
    }
}
