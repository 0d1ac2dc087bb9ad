//! The default without gold.

use super::{Consensus, Method, Posteriors, aggregate};
use crate::answers::Answers;
use crate::num::real;

/// What the pool asks: a method of no assumptions, one of worker weights, and one of confusion rows twice, early and converged. They
/// fail on different sets.
pub const MEMBERS: [Method; 4] = [Method::Vote, Method::HbccThree, Method::Hbcc, Method::Pm];

/// The mean of the members' posteriors, with their steps (the most) and whether all settled.
pub(crate) fn pool(answers: &Answers, seed: u64) -> (Posteriors, usize, bool) {
    mean(answers, &MEMBERS.map(|method| aggregate(method, answers, seed)))
}

/// The same from members that were fitted already.
pub(crate) fn mean(answers: &Answers, members: &[Consensus]) -> (Posteriors, usize, bool) {
    let classes = answers.classes();
    let mut mean = vec![0.0; answers.tasks() * classes];
    let (mut steps, mut converged) = (0, true);
    for member in members {
        let whole = real(members.len());
        mean.iter_mut().zip(member.posteriors.flat()).for_each(|(mean, share)| *mean += share / whole);
        steps = steps.max(member.steps);
        // Three steps are all that is asked of HBCC-3.
        converged &= member.converged || member.method == Method::HbccThree;
    }
    (Posteriors::new(classes, mean), steps, converged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pool_is_the_mean_of_its_members() {
        let triples = [(0, 0, 1), (0, 1, 1), (0, 2, 0), (1, 0, 0), (1, 2, 1), (2, 1, 1), (3, 0, 1), (3, 1, 1)];
        let answers = Answers::new(5, 3, 2, &triples).expect("in range");
        let members = MEMBERS.map(|method| aggregate(method, &answers, 1));
        let (got, steps, converged) = pool(&answers, 1);
        for task in 0..5 {
            let want = members.iter().map(|member| member.posteriors.task(task)[1]).sum::<f64>() / 4.0;
            assert!((got.task(task)[1] - want).abs() < 1e-12);
        }
        assert!(steps >= 3 && converged);
    }
}
