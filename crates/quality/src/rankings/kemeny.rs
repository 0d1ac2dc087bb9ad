//! The ranking that contradicts the fewest pairwise preferences.

use crate::num::real;

/// Most items that are ranked exactly: 2^14 sets of items are looked at.
pub const EXACT_MAX: usize = 14;

/// A consensus ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Kemeny {
    /// Items, best first.
    pub order: Vec<usize>,
    /// Share of all stated preferences between two items that it agrees with; 1 if nothing was compared.
    pub agreement: f64,
    /// Whether no other ranking contradicts fewer; else a local search found it.
    pub exact: bool,
    /// Whether another ranking is known to contradict as few: some order in it is then a matter of the rule for equals. Of an inexact one, whether two neighbours
    /// may change places.
    pub tied: bool,
}

/// Kemeny-Young over `rankings`, each a list of distinct items (codes below `items`), best first; items may be missing. Of equally good rankings
/// the one nearest to the order of Borda's count, then of codes.
///
/// Source: Kemeny (1959), Young (1988): it is the most probable ranking if each preference is right with one probability
/// above a half. Exact by dynamic programming over sets up to [`EXACT_MAX`] items (time items^2 * 2^items), beyond that insertion moves from Borda's
/// order until none helps.
pub fn kemeny(items: usize, rankings: &[Vec<usize>]) -> Kemeny {
    let mut above = vec![0_u64; items * items];
    for ranking in rankings {
        for (place, better) in ranking.iter().enumerate() {
            ranking[place + 1..].iter().for_each(|worse| above[better * items + worse] += 1);
        }
    }
    // Shares won, so that an item that few ranked is not put last for that.
    let borda = |item: usize| {
        let (won, lost) = (0..items)
            .fold((0, 0), |(won, lost), other| (won + above[item * items + other], lost + above[other * items + item]));
        if won + lost == 0 { 0.5 } else { share(won, won + lost) }
    };
    let scores: Vec<f64> = (0..items).map(borda).collect();
    let mut order: Vec<usize> = (0..items).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    let exact = items <= EXACT_MAX;
    let (order, tied) = if exact {
        best(&order, &above)
    } else {
        let order = improve(order, &above);
        let even = |two: &[usize]| above[two[0] * items + two[1]] == above[two[1] * items + two[0]];
        let tied = order.windows(2).any(even);
        (order, tied)
    };
    let total: u64 = above.iter().sum();
    let kept: u64 = (0..items)
        .flat_map(|place| order[place + 1..].iter().map(move |worse| (place, *worse)))
        .map(|(place, worse)| above[order[place] * items + worse])
        .sum();
    Kemeny { order, agreement: if total == 0 { 1.0 } else { share(kept, total) }, exact, tied }
}

fn share(part: u64, whole: u64) -> f64 {
    let count = |n: u64| real(usize::try_from(n).unwrap_or(usize::MAX));
    count(part) / count(whole)
}

/// Dynamic programming over sets: the fewest contradictions with this set placed first. `start` gives the order in which equals are preferred. And
/// whether there are equals.
fn best(start: &[usize], above: &[u64]) -> (Vec<usize>, bool) {
    let items = start.len();
    let against = |set: usize, next: usize| -> u64 {
        // Whoever is placed later and was ranked above.
        (0..items)
            .filter(|other| set >> other & 1 == 0 && *other != next)
            .map(|other| above[start[other] * items + start[next]])
            .sum()
    };
    let mut cost = vec![u64::MAX; 1 << items];
    let mut last = vec![0_u8; 1 << items];
    let mut several = vec![false; 1 << items];
    cost[0] = 0;
    for set in 0..1_usize << items {
        for next in (0..items).filter(|next| set >> next & 1 == 0) {
            let (with, total) = (set | 1 << next, cost[set] + against(set, next));
            if total < cost[with] {
                several[with] = several[set];
            } else if total == cost[with] {
                several[with] = true;
            }
            // A later number as last keeps earlier numbers in front among equals.
            if total < cost[with] || (total == cost[with] && usize::from(last[with]) < next) {
                cost[with] = total;
                last[with] = u8::try_from(next).expect("few items");
            }
        }
    }
    let mut set = (1 << items) - 1;
    let mut order = Vec::with_capacity(items);
    while set > 0 {
        let next = usize::from(last[set]);
        order.push(start[next]);
        set &= !(1 << next);
    }
    order.reverse();
    (order, several.last() == Some(&true))
}

/// Takes an item out and puts it where it contradicts least, until nothing moves.
fn improve(mut order: Vec<usize>, above: &[u64]) -> Vec<usize> {
    let items = order.len();
    for _ in 0..items {
        let mut moved = false;
        for place in 0..items {
            let item = order[place];
            let (mut best_place, mut best_gain, mut gain) = (place, 0_i128, 0_i128);
            for to in (0..place).rev() {
                gain += i128::from(above[item * items + order[to]]) - i128::from(above[order[to] * items + item]);
                if gain > best_gain {
                    (best_place, best_gain) = (to, gain);
                }
            }
            gain = 0;
            for to in place + 1..items {
                gain += i128::from(above[order[to] * items + item]) - i128::from(above[item * items + order[to]]);
                if gain > best_gain {
                    (best_place, best_gain) = (to, gain);
                }
            }
            if best_place != place {
                order.remove(place);
                order.insert(best_place, item);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Young and Levenglick's setting: the capital of Tennessee, 42/26/15/17 of 100 voters; Nashville wins, then Chattanooga, Knoxville, Memphis.
    #[test]
    fn the_capital_of_tennessee() {
        let (memphis, nashville, chattanooga, knoxville) = (0, 1, 2, 3);
        let mut votes = vec![vec![memphis, nashville, chattanooga, knoxville]; 42];
        votes.extend(vec![vec![nashville, chattanooga, knoxville, memphis]; 26]);
        votes.extend(vec![vec![chattanooga, knoxville, nashville, memphis]; 15]);
        votes.extend(vec![vec![knoxville, chattanooga, nashville, memphis]; 17]);
        let got = kemeny(4, &votes);
        assert_eq!(got.order, [nashville, chattanooga, knoxville, memphis]);
        assert!((got.agreement - 393.0 / 600.0).abs() < 1e-12 && got.exact);
    }

    #[test]
    fn nothing_compared_is_no_contradiction() {
        assert_eq!(kemeny(0, &[]).order, Vec::<usize>::new());
        assert_eq!(kemeny(3, &[vec![2]]), Kemeny { order: vec![0, 1, 2], agreement: 1.0, exact: true, tied: true });
        let even = kemeny(2, &[vec![1, 0], vec![0, 1]]);
        assert_eq!((even.order, even.tied), (vec![0, 1], true));
    }

    fn all_orders(items: usize) -> Vec<Vec<usize>> {
        if items == 0 {
            return vec![vec![]];
        }
        let smaller = all_orders(items - 1);
        smaller
            .iter()
            .flat_map(|order| (0..items).map(move |at| [&order[..at], &[items - 1], &order[at..]].concat()))
            .collect()
    }

    proptest! {
        #[test]
        fn no_order_contradicts_less(rankings in prop::collection::vec(Just(vec![0, 1, 2, 3, 4]).prop_shuffle(), 1..6), cut in 2_usize..6) {
            let rankings: Vec<Vec<usize>> = rankings.iter().map(|r| r[..cut].to_vec()).collect();
            let against = |order: &[usize]| -> usize {
                let place = |item: &usize| order.iter().position(|other| other == item).expect("all items");
                rankings.iter().map(|r| (0..r.len()).flat_map(|a| (a + 1..r.len()).map(move |b| (a, b))).filter(|(a, b)| place(&r[*a]) > place(&r[*b])).count()).sum()
            };
            let got = kemeny(5, &rankings);
            let least = all_orders(5).iter().map(|order| against(order)).min().expect("orders");
            prop_assert_eq!(against(&got.order), least);
            prop_assert_eq!(got.tied, all_orders(5).iter().filter(|order| against(order) == least).count() > 1);
            let mut above = vec![0; 25];
            rankings.iter().for_each(|r| (0..r.len()).for_each(|a| r[a + 1..].iter().for_each(|b| above[r[a] * 5 + b] += 1)));
            prop_assert!(against(&improve(vec![0, 1, 2, 3, 4], &above)) >= least);
        }
    }
}
