//! Rankings of candidates with ties: Borda count.

use crate::num::real;
use std::collections::BTreeMap;

/// One candidate's place among the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Borda<T> {
    /// The candidate.
    pub item: T,
    /// Mean share of the other candidates that it was ranked above (a tie counts half): 1 is first for everybody, 0 last.
    pub score: f64,
    /// 1 is best; equal scores share the better rank.
    pub rank: usize,
    /// Number of rankings that hold it together with at least one other candidate.
    pub rankings: usize,
}

/// Borda count of `rankings`, each a list of groups, best first, a group holding what is tied. Rankings may hold
/// different candidates: each counts by the share of what it was compared with. Best first, then in order of item.
///
/// Source: de Borda (1781); shares instead of points so that partial rankings weigh the same.
pub fn borda<T: Ord + Clone>(rankings: &[Vec<Vec<T>>]) -> Vec<Borda<T>> {
    let mut scores: BTreeMap<&T, Vec<f64>> = BTreeMap::new();
    for ranking in rankings {
        let size: usize = ranking.iter().map(Vec::len).sum();
        let mut below = size;
        for group in ranking {
            below -= group.len();
            for item in group.iter().filter(|_| size > 1) {
                let halves = 2 * below + group.len() - 1;
                scores.entry(item).or_default().push(real(halves) / real(2 * (size - 1)));
            }
        }
    }
    let mut placed: Vec<Borda<T>> = scores
        .into_iter()
        .map(|(item, mut shares)| {
            shares.sort_by(f64::total_cmp);
            let score = shares.iter().sum::<f64>() / real(shares.len());
            Borda { item: item.clone(), score, rank: 0, rankings: shares.len() }
        })
        .collect();
    placed.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.item.cmp(&b.item)));
    for place in 0..placed.len() {
        let tied = place > 0 && placed[place - 1].score - placed[place].score < 1e-12;
        placed[place].rank = if tied { placed[place - 1].rank } else { place + 1 };
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 voters, A > B > C > D by 3 of them: worked by hand in points of 3, 2, 1, 0.
    #[test]
    fn points_add_up_as_by_hand() {
        let one = |order: &str| order.chars().map(|item| vec![item]).collect::<Vec<_>>();
        let got = borda(&[one("ABCD"), one("ABCD"), one("ABCD"), one("BCDA"), one("CBDA")]);
        let points: Vec<(char, f64)> = got.iter().map(|b| (b.item, (b.score * 15.0).round())).collect();
        assert_eq!(points, [('B', 11.0), ('A', 9.0), ('C', 8.0), ('D', 2.0)]);
    }

    #[test]
    fn tied_candidates_share_score_and_rank() {
        let got = borda(&[vec![vec!['c'], vec!['a', 'b']]]);
        assert_eq!(got.iter().map(|b| (b.item, b.rank)).collect::<Vec<_>>(), [('c', 1), ('a', 2), ('b', 2)]);
        assert!((got[1].score - 0.25).abs() < 1e-15);
        assert!(borda(&[vec![vec!['a']]]).is_empty());
    }
}
