//! The default without gold.

use super::{Consensus, Method, Posteriors, aggregate};
use crate::answers::Answers;
use crate::num::real;

/// What the pool averages: a method of no assumptions, one of worker weights, and one of confusion rows twice, early and
/// converged. They fail on different sets.
pub const MEMBERS: [Method; 4] = [Method::Vote, Method::HbccThree, Method::Hbcc, Method::Pm];

/// Mean of the posteriors of [`MEMBERS`], with their steps (the most) and whether all settled.
pub(crate) fn pool(answers: &Answers, seed: u64) -> (Posteriors, usize, bool) {
    mean(answers, &MEMBERS.map(|method| aggregate(method, answers, seed)))
}

/// The same from members that were fitted already, in the order of [`MEMBERS`].
pub(crate) fn mean(answers: &Answers, members: &[Consensus]) -> (Posteriors, usize, bool) {
    let mut mean = Posteriors::new(answers.classes(), vec![0.0; answers.tasks() * answers.classes()]);
    let (mut steps, mut converged) = (0, true);
    for member in members {
        let add = |(sum, part): (&mut f64, &f64)| *sum += part / real(members.len());
        mean.flat_mut().iter_mut().zip(member.posteriors.flat()).for_each(add);
        steps = steps.max(member.steps);
        converged &= member.converged;
    }
    (mean, steps, converged)
}
