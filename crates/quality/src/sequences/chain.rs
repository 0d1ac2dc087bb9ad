//! A hidden chain: what each place is, given what was seen at all places.

use crate::num::{exp, ln};

/// Least weight of a step from one state to another, so that something is always possible.
const WEIGHT_MIN: f64 = 1e-12;

/// Weights of going from state to state: `[(from) * states + to]`, `from == states` being the beginning.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) states: usize,
    weights: Vec<f64>,
}

/// What was found along one sequence.
#[derive(Debug)]
pub(super) struct Path {
    /// Per place and state, its probability.
    pub(super) posteriors: Vec<f64>,
    /// Expected steps, as in [`Chain`].
    pub(super) steps: Vec<f64>,
}

impl Chain {
    pub(super) fn new(states: usize, logs: &[f64]) -> Self {
        Self { states, weights: logs.iter().map(|log| exp(*log).max(WEIGHT_MIN)).collect() }
    }

    fn from(&self, state: usize) -> &[f64] {
        &self.weights[state * self.states..][..self.states]
    }

    /// Forward and backward (Baum et al. 1970), scaled at each place. `seen` holds per place and state the log of how probable is what was seen there.
    pub(super) fn read(&self, seen: &[f64]) -> Path {
        let states = self.states;
        let mut path = Path { posteriors: Vec::with_capacity(seen.len()), steps: vec![0.0; (states + 1) * states] };
        let likely: Vec<f64> = seen
            .chunks_exact(states)
            .flat_map(|row| {
                let highest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                row.iter().map(move |log| exp(log - highest).max(1e-300))
            })
            .collect();
        // Forward, into the posteriors.
        for (place, row) in likely.chunks_exact(states).enumerate() {
            let mut now: Vec<f64> = if place == 0 {
                self.from(states).to_vec()
            } else {
                let before = &path.posteriors[(place - 1) * states..];
                let into = |to: usize| (0..states).map(|from| before[from] * self.from(from)[to]).sum();
                (0..states).map(into).collect()
            };
            now.iter_mut().zip(row).for_each(|(now, likely)| *now *= likely);
            scale(&mut now);
            path.posteriors.extend(now);
        }
        // Backward, from the end; `after` is how probable, from each state, is what was seen later.
        let mut after = vec![1.0; states];
        for place in (0..likely.len() / states).rev() {
            let here = &mut path.posteriors[place * states..][..states];
            here.iter_mut().zip(&after).for_each(|(here, after)| *here *= after);
            scale(here);
            let ahead: Vec<f64> =
                after.iter().zip(&likely[place * states..]).map(|(after, likely)| after * likely).collect();
            if place == 0 {
                path.steps[states * states..].copy_from_slice(&path.posteriors[..states]);
                break;
            }
            let before = &path.posteriors[(place - 1) * states..][..states];
            let mut steps: Vec<f64> = (0..states * states)
                .map(|step| before[step / states] * self.weights[step] * ahead[step % states])
                .collect();
            scale(&mut steps);
            path.steps.iter_mut().zip(steps).for_each(|(sum, step)| *sum += step);
            let into = |from: usize| self.from(from).iter().zip(&ahead).map(|(weight, ahead)| weight * ahead).sum();
            after = (0..states).map(into).collect();
            scale(&mut after);
        }
        path
    }

    /// The most probable sequence of states (Viterbi 1967); of equals the lowest state.
    pub(super) fn best(&self, seen: &[f64]) -> Vec<usize> {
        let states = self.states;
        let (mut scores, mut from) = (vec![0.0; states], Vec::with_capacity(seen.len()));
        for (place, row) in seen.chunks_exact(states).enumerate() {
            let step = |to: usize| {
                let score = |from: usize| {
                    let before = if place == 0 { 0.0 } else { scores[from] };
                    before + ln(self.from(if place == 0 { states } else { from })[to])
                };
                let best =
                    (1..states).fold(0, |best, other| if score(other) > score(best) + 1e-9 { other } else { best });
                (score(best) + row[to], best)
            };
            let next: Vec<(f64, usize)> = (0..states).map(step).collect();
            from.extend(next.iter().map(|(_, best)| *best));
            scores = next.into_iter().map(|(score, _)| score).collect();
        }
        let places = seen.len() / states;
        let mut best = vec![0; places];
        if places > 0 {
            best[places - 1] = crate::num::argmax(&scores);
        }
        for place in (1..places).rev() {
            best[place - 1] = from[place * states + best[place]];
        }
        best
    }
}

fn scale(row: &mut [f64]) {
    let sum: f64 = row.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    row.iter_mut().for_each(|weight| *weight /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Every sequence of four places and three states, one by one.
        #[test]
        fn it_agrees_with_all_sequences_one_by_one(
            logs in prop::collection::vec(-3.0..0.0_f64, 12),
            seen in prop::collection::vec(-4.0..0.0_f64, 12),
        ) {
            let chain = Chain::new(3, &logs);
            let (mut posteriors, mut steps, mut all) = (vec![0.0; 12], vec![0.0; 12], 0.0);
            let mut best = (f64::NEG_INFINITY, Vec::new());
            for code in 0..81_usize {
                let path: Vec<usize> = (0..4).map(|place| code / 3_usize.pow(place) % 3).collect();
                let before = |place: usize| if place == 0 { 3 } else { path[place - 1] };
                let log: f64 = (0..4).map(|place| logs[before(place) * 3 + path[place]] + seen[place * 3 + path[place]]).sum();
                for place in 0..4 {
                    posteriors[place * 3 + path[place]] += log.exp();
                    steps[before(place) * 3 + path[place]] += log.exp();
                }
                all += log.exp();
                if log > best.0 {
                    best = (log, path);
                }
            }
            let got = chain.read(&seen);
            for (got, want) in got.posteriors.iter().zip(posteriors).chain(got.steps.iter().zip(steps)) {
                prop_assert!((got - want / all).abs() < 1e-9, "{got} {}", want / all);
            }
            prop_assert_eq!(chain.best(&seen), best.1);
        }
    }

    #[test]
    fn nothing_is_an_empty_path() {
        let chain = Chain::new(2, &[-1.0; 6]);
        assert!(chain.best(&[]).is_empty() && chain.read(&[]).posteriors.is_empty());
    }
}
