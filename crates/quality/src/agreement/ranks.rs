//! Agreement of rankings and of measurements.
#![expect(clippy::float_cmp, reason = "a tie is equality of what people wrote, not of what we computed")]

use crate::num::real;

/// Kendall's W of rankings of the same items: `scores[person][item]`, equal scores tied; 1 if all rank alike, 0 if not at all. `None` with
/// fewer than two people or items, or if everybody ties everything. Source: Kendall and Babington Smith (1939), corrected for ties.
pub fn kendall_w(scores: &[Vec<f64>]) -> Option<f64> {
    let (people, items) = (scores.len(), scores.first()?.len());
    if people < 2 || items < 2 || scores.iter().any(|row| row.len() != items) {
        return None;
    }
    let ranks: Vec<Vec<f64>> = scores.iter().map(|row| middle_ranks(row)).collect();
    let sums: Vec<f64> = (0..items).map(|item| ranks.iter().map(|row| row[item]).sum()).collect();
    let mean = sums.iter().sum::<f64>() / real(items);
    let spread: f64 = sums.iter().map(|sum| (sum - mean).powi(2)).sum();
    let ties: f64 = scores.iter().map(|row| tied(row)).sum();
    let (m, n) = (real(people), real(items));
    let most = m * m * (n.powi(3) - n) - m * ties;
    (most > 0.0).then(|| 12.0 * spread / most)
}

/// Kendall's tau-b of two lists of scores, ties counted; `None` with fewer than two items or if one list is all tied.
/// Source: Kendall (1945). Time O(n^2).
pub fn tau_b(left: &[f64], right: &[f64]) -> Option<f64> {
    let (mut both, mut of_left, mut of_right) = (0.0, 0.0, 0.0);
    for a in 0..left.len().min(right.len()) {
        for b in 0..a {
            let sign = |list: &[f64]| if list[a] == list[b] { 0.0 } else { (list[a] - list[b]).signum() };
            let (x, y) = (sign(left), sign(right));
            both += x * y;
            of_left += x * x;
            of_right += y * y;
        }
    }
    let most = f64::sqrt(of_left * of_right);
    (most > 0.0).then(|| both / most)
}

/// Intraclass correlation ICC(2,1) of `values[task][person]`, all people on all tasks: how much of the variance of one answer is the task's,
/// people's levels counted as error. `None` with fewer than two tasks or people, or without variance.
/// Source: Shrout and Fleiss (1979), whose table the test reproduces.
pub fn icc(values: &[Vec<f64>]) -> Option<f64> {
    let (tasks, people) = (values.len(), values.first()?.len());
    if tasks < 2 || people < 2 || values.iter().any(|row| row.len() != people) {
        return None;
    }
    let (n, k) = (real(tasks), real(people));
    let mean = values.iter().flatten().sum::<f64>() / (n * k);
    let of_task: Vec<f64> = values.iter().map(|row| row.iter().sum::<f64>() / k).collect();
    let of_person: Vec<f64> = (0..people).map(|at| values.iter().map(|row| row[at]).sum::<f64>() / n).collect();
    let between = k * of_task.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let people_square = n * of_person.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / (k - 1.0);
    let all: f64 = values.iter().flatten().map(|value| (value - mean).powi(2)).sum();
    let rest = (all - between * (n - 1.0) - people_square * (k - 1.0)) / ((n - 1.0) * (k - 1.0));
    let most = between + (k - 1.0) * rest + k * (people_square - rest) / n;
    (most > 0.0).then(|| (between - rest) / most)
}

/// Ranks from 1, ties sharing their middle.
fn middle_ranks(scores: &[f64]) -> Vec<f64> {
    let rank = |score: &f64| {
        let below = scores.iter().filter(|other| *other < score).count();
        let same = scores.iter().filter(|other| *other == score).count();
        real(below) + f64::midpoint(real(same), 1.0)
    };
    scores.iter().map(rank).collect()
}

/// Sum of t^3 - t over groups of t tied items.
fn tied(scores: &[f64]) -> f64 {
    scores.iter().map(|score| real(scores.iter().filter(|other| *other == score).count()).powi(2) - 1.0).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shrout and Fleiss (1979), table 2: six targets, four judges; ICC(2,1) = 0.29.
    #[test]
    fn shrout_and_fleiss() {
        let rows = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]];
        let values: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|v| f64::from(*v)).collect()).collect();
        assert!((icc(&values).expect("defined") - 0.29).abs() < 5e-3);
        assert_eq!(icc(&[vec![1.0, 1.0], vec![1.0, 1.0]]), None);
    }

    #[test]
    fn rankings_alike_opposed_and_undefined() {
        let up = vec![1.0, 2.0, 3.0, 4.0];
        let down: Vec<f64> = up.iter().rev().copied().collect();
        assert_eq!(kendall_w(&[up.clone(), up.clone(), up.clone()]), Some(1.0));
        assert_eq!(kendall_w(&[up.clone(), down.clone()]), Some(0.0));
        assert_eq!(kendall_w(&[vec![1.0, 1.0], vec![2.0, 2.0]]), None);
        assert_eq!((tau_b(&up, &up), tau_b(&up, &down), tau_b(&up, &[1.0; 4])), (Some(1.0), Some(-1.0), None));
        // One tie in one list: 5 pairs agree, 1 is tied there: 5 / sqrt(6 * 5).
        let tau = tau_b(&up, &[1.0, 2.0, 2.0, 3.0]).expect("defined");
        assert!((tau - 5.0 / 30.0_f64.sqrt()).abs() < 1e-12);
        // With two people, W and the mean rank correlation r agree: W = (r + 1) / 2, ties included.
        let w = kendall_w(&[vec![1.0, 2.0, 2.0, 4.0], vec![1.0, 3.0, 2.0, 4.0]]).expect("defined");
        assert!((w - f64::midpoint(0.948_683_298_050_513_8, 1.0)).abs() < 0.002, "{w}");
    }
}
