//! Worths of items from rankings.

use crate::num::real;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Worths {
    /// Per item, the chance to be put first among all; sums to 1.
    pub items: Vec<f64>,
    /// Steps taken.
    pub steps: usize,
    /// Whether it settled before the limit.
    pub converged: bool,
}

/// Most steps.
const STEPS: usize = 1000;

/// Imaginary wins and losses of each item against an average one: keeps worths off 0 and infinity.
const PRIOR: f64 = 0.5;

/// Plackett-Luce: a ranking is made by choosing the next item in proportion to its worth. `rankings` list distinct items
/// (codes below `items`), best first, maybe not all.
///
/// Source: Plackett (1975); the minorise-maximise steps of Hunter (2004), with half a win and half a loss against an average item as prior. Time O(steps *
/// total length).
pub fn plackett_luce(items: usize, rankings: &[Vec<usize>]) -> Worths {
    let mut sorted: Vec<&Vec<usize>> = rankings.iter().filter(|ranking| ranking.len() > 1).collect();
    sorted.sort(); // sums in one order
    let mut wins = vec![PRIOR; items];
    for ranking in &sorted {
        ranking[..ranking.len() - 1].iter().for_each(|item| wins[*item] += 1.0);
    }
    let mut worths = vec![1.0; items];
    for step in 1..=STEPS {
        let mut met: Vec<f64> = worths.iter().map(|worth| 2.0 * PRIOR / (worth + 1.0)).collect();
        for ranking in &sorted {
            let mut left: Vec<f64> = vec![0.0; ranking.len()];
            let mut sum = 0.0;
            for (place, item) in ranking.iter().enumerate().rev() {
                sum += worths[*item];
                left[place] = sum;
            }
            let mut spent = 0.0;
            for (place, item) in ranking.iter().enumerate() {
                if place + 1 < ranking.len() {
                    spent += 1.0 / left[place];
                }
                met[*item] += spent;
            }
        }
        let mut next: Vec<f64> = wins.iter().zip(&met).map(|(wins, met)| wins / met).collect();
        let mean = next.iter().sum::<f64>() / real(items.max(1));
        next.iter_mut().for_each(|worth| *worth /= mean); // the average item of the prior stays at 1
        let moved = next.iter().zip(&worths).map(|(a, b)| (a / b).ln().abs()).fold(0.0, f64::max);
        worths = next;
        if moved < 1e-9 {
            return done(&worths, step, true);
        }
    }
    done(&worths, STEPS, false)
}

fn done(worths: &[f64], steps: usize, converged: bool) -> Worths {
    let sum = if worths.is_empty() { real(1) } else { worths.iter().sum() };
    Worths { items: worths.iter().map(|worth| worth / sum).collect(), steps, converged }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn worths_are_found_again() {
        let mut random = Random::new(1);
        let truth = [0.4, 0.3, 0.2, 0.1];
        let mut rankings = Vec::new();
        for _ in 0..4000 {
            let mut left = vec![0, 1, 2, 3];
            let mut ranking = Vec::new();
            while !left.is_empty() {
                let sum: f64 = left.iter().map(|item: &usize| truth[*item]).sum();
                let mut draw = random.unit() * sum;
                let place = left.iter().position(|item| {
                    draw -= truth[*item];
                    draw < 0.0
                });
                ranking.push(left.remove(place.unwrap_or(left.len() - 1)));
            }
            rankings.push(ranking);
        }
        let got = plackett_luce(4, &rankings);
        assert!(got.converged && got.items.iter().zip(truth).all(|(a, b)| (a - b).abs() < 0.02), "{got:?}");
    }

    /// Of two items it is Bradley-Terry: 3 to 1 and the prior give 3.5 / (4 + ...) solved by symmetry of the odds.
    #[test]
    fn one_who_always_wins_stays_finite() {
        let got = plackett_luce(3, &vec![vec![0, 1]; 5]);
        assert!(got.items[0] > got.items[2] && got.items[2] > got.items[1] && got.items[1] > 0.0);
        assert_eq!(plackett_luce(0, &[]).items, Vec::<f64>::new());
    }
}
