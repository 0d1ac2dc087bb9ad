//! The default without gold.

use super::{Consensus, Method, Posteriors, aggregate};
use crate::answers::Answers;
use crate::num::real;

/// What the pool asks: a method of no assumptions, one of worker weights, one of confusion rows twice, early and converged, and
/// one in which people err together. They fail on different sets.
pub const MEMBERS: [Method; 5] = [Method::Vote, Method::HbccThree, Method::Hbcc, Method::Pm, Method::EbccFive];

/// Beyond so many tasks times classes the last member is left out: its tables would be too large.
const CELLS_MAX: usize = 20_000_000;

/// How much a member's probabilities count beside its most probable class. Members differ in how sure they are of themselves, not in how
/// often they are right: by their probabilities alone the boasters among them would decide.
const SHARE: f64 = 0.3;

/// The members for these answers.
pub(crate) fn members(answers: &Answers) -> &'static [Method] {
    let small = answers.tasks().saturating_mul(answers.classes()) <= CELLS_MAX;
    if small { &MEMBERS } else { &MEMBERS[..4] }
}

/// A vote of the members, with their steps (the most) and whether all settled.
pub(crate) fn pool(answers: &Answers, seed: u64) -> (Posteriors, usize, bool) {
    let members: Vec<Consensus> = members(answers).iter().map(|method| aggregate(*method, answers, seed)).collect();
    vote(answers, &members)
}

/// The same from members that were fitted already.
pub(crate) fn vote(answers: &Answers, members: &[Consensus]) -> (Posteriors, usize, bool) {
    let classes = answers.classes();
    let mut sum = Posteriors::new(classes, vec![0.0; answers.tasks() * classes]);
    let (mut steps, mut converged) = (0, true);
    let whole = (1.0 + SHARE) * real(members.len());
    for member in members {
        let rows = member.posteriors.flat().chunks_exact(classes.max(1));
        for (sum, row) in sum.flat_mut().chunks_exact_mut(classes.max(1)).zip(rows) {
            let highest = row.iter().copied().fold(0.0, f64::max) - 1e-9;
            let tied = real(row.iter().filter(|share| **share >= highest).count());
            for (sum, share) in sum.iter_mut().zip(row) {
                *sum += (SHARE * share + if *share >= highest { 1.0 / tied } else { 0.0 }) / whole;
            }
        }
        steps = steps.max(member.steps);
        converged &= member.converged;
    }
    (sum, steps, converged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(rows: &[f64]) -> Consensus {
        let posteriors = Posteriors::new(2, rows.to_vec());
        Consensus { method: Method::Vote, version: 0, seed: 0, posteriors, workers: vec![], steps: 2, converged: true }
    }

    #[test]
    fn three_who_doubt_outvote_two_who_boast_and_a_tie_is_shared() {
        let answers = Answers::new(2, 1, 2, &[]).expect("in range");
        let doubts = [0.55, 0.45, 0.5, 0.5];
        let boasts = [0.0, 1.0, 0.0, 1.0];
        let all = [&doubts, &doubts, &doubts, &boasts, &boasts].map(|rows| member(rows));
        let (got, steps, converged) = vote(&answers, &all);
        assert_eq!((got.best(0), got.best(1), steps, converged), (0, 1, 2, true));
        assert!((got.task(0)[0] - (3.0 + 0.3 * 1.65) / 6.5).abs() < 1e-12);
        assert!((got.task(1)[0] - (1.5 + 0.3 * 1.5) / 6.5).abs() < 1e-12);
    }
}
